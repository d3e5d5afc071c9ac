"""The pages of the sealed market: what each side reads before and after the deadline, without script."""

import io
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from banks_portal.models import OfferVersion
from banks_portal.queries import offers as offer_queries
from banks_portal.services import offers
from finance_platform.foundation import viewer
from finance_platform.foundation.models import AuditRow, IdempotencyKey
from tests.banks_portal.offers import AFTER, BEFORE, place, published_application
from tests.factories import set_clock

pytestmark = pytest.mark.django_db
NUMBER = "RZ-2025-90001"
AMOUNT = "5,432,109.87"
FORM = {
    "amount_fen": "6000000", "annual_rate": "3.85", "lpr": "", "bp": "", "term_months": "24", "method": "interest_only",
    "settlement": "month", "day_count": "act/360", "security": "none", "conditions": "", "with_cover": "on",
    "valid_until": "2025-09-30", "contact": "孟和", "fee_0_name": "评估费", "fee_0_payee": "草原评估",
    "fee_0_amount_fen": "12000", "fee_0_after_months": "0",
}  # fmt: skip


@pytest.fixture
def application(actors):
    set_clock(BEFORE)
    return published_application(
        actors.enterprise, actors.bank_officer, actors.other_bank_officer, actors.third_bank_officer
    )


def browser(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user, name, *args, query=""):
    return browser(user).get(reverse(name, args=args) + query)


def post(user, **changes):
    return browser(user).post(reverse("bank_bid", args=[NUMBER]), FORM | changes)


def own(user, application):
    with viewer.seen_by(user):
        return offer_queries.own_offer(user, application)


def test_the_workbench_shows_the_dossiers_and_no_competition(actors, application):
    place(actors.other_bank_officer, application)
    text = page(actors.bank_officer, "bank_workbench").content.decode()
    assert NUMBER in text
    assert "密封" in text
    assert "北疆银行" not in text


def test_the_dossier_shows_the_enterprise_and_says_that_no_appraisal_was_issued(actors, application):
    text = page(actors.bank_officer, "bank_dossier", NUMBER).content.decode()
    assert "青山稀土科技有限公司" in text
    assert "尚无已出具的评估报告" in text


def test_trying_a_price_saves_nothing(actors, application):
    answer = post(actors.bank_officer, intent="price")
    assert answer.status_code == 200
    assert "4." in answer.content.decode()
    assert own(actors.bank_officer, application) is None


def test_saving_sealing_and_retracting_answer_alike_and_write_no_open_key(actors, application):
    answers = []
    for user, intent in ((actors.bank_officer, "save"), (actors.other_bank_officer, "seal")):
        answer = post(user, intent=intent)
        answers.append((answer.status_code, answer["Location"], dict(answer.cookies)["messages"].value[:40]))
    assert answers[0] == answers[1]
    retracted = browser(actors.other_bank_officer).post(reverse("bank_bid", args=[NUMBER]), {"intent": "withdraw"})
    assert (retracted.status_code, retracted["Location"]) == answers[0][:2]
    assert own(actors.bank_officer, application).offer.state == "DRAFT"
    assert own(actors.other_bank_officer, application).offer.state == "WITHDRAWN"
    assert not IdempotencyKey.objects.exists()


def test_the_form_gives_the_service_fen_and_fractions(actors, application):
    post(actors.bank_officer, intent="seal")
    terms = own(actors.bank_officer, application).terms
    assert (terms.amount_fen, terms.annual_rate) == (600_000_000, "0.0385")
    assert terms.fees[0].amount_fen == 1_200_000


def test_a_saved_offer_is_shown_again_to_its_bank(actors, application):
    post(actors.bank_officer, intent="save", conditions="基本户结算不低于三成")
    text = page(actors.bank_officer, "bank_bid", NUMBER).content.decode()
    assert "基本户结算不低于三成" in text
    assert "3.85" in text


def test_a_wrong_field_is_named_and_the_text_kept(actors, application):
    answer = post(actors.bank_officer, intent="seal", annual_rate="38.5", conditions="保留我")
    text = answer.content.decode()
    assert "不超过 24%" in text
    assert "保留我" in text


def test_a_late_offer_is_refused_with_the_text_kept_on_the_page(actors, application):
    set_clock(AFTER)
    answer = post(actors.bank_officer, intent="seal", conditions="打字时截止了")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "2025-06-18 17:00:00 截止" in text
    assert "打字时截止了" in text
    with viewer.seen_by(actors.bank_officer):
        assert not OfferVersion.objects.exists()


def test_before_the_deadline_no_page_of_others_holds_anything_of_the_offer(actors, application):
    place(actors.bank_officer, application, amount_fen=543_210_987, annual_rate="0.03217", contact="高娃独家")
    pages = [
        (actors.enterprise, "sme_offers", [NUMBER]),
        (actors.other_bank_officer, "bank_workbench", []),
        (actors.other_bank_officer, "bank_dossier", [NUMBER]),
        (actors.other_bank_officer, "bank_bid", [NUMBER]),
        (actors.other_bank_officer, "bank_bids", []),
        (actors.auditor, "sme_offers", [NUMBER]),
        (actors.intake, "sme_offers", [NUMBER]),
    ]
    identity = str(own(actors.bank_officer, application).offer.pk)
    commitment = own(actors.bank_officer, application).offer.commitment
    for user, name, args in pages:
        answer = page(user, name, *args)
        assert answer.status_code == 200, (name, user)
        text = answer.content.decode()
        for secret in (
            "543.21",
            AMOUNT,
            "3.217",
            "3.22%",
            "高娃独家",
            identity,
            commitment,
            commitment[:8],
            "青城银行",
        ):
            assert secret not in text, (name, str(user), secret)


def test_the_enterprise_reads_that_nobody_sees_anything(actors, application):
    place(actors.bank_officer, application)
    text = page(actors.enterprise, "sme_offers", NUMBER).content.decode()
    assert "银行尚未开标" in text
    sheet = load_workbook(io.BytesIO(page(actors.enterprise, "sme_offers_export", NUMBER).content))
    assert [worksheet.max_row for worksheet in sheet] == [1, 1]


@pytest.fixture
def opened(actors, application):
    place(actors.bank_officer, application, fees=[{"name": "评估费", "payee": "草原评估", "amount_fen": 9_000_000}],
          annual_rate="0.033")  # fmt: skip
    place(actors.other_bank_officer, application, annual_rate="0.0345", amount_fen=520_000_000, fees=[])
    offers.refuse(by=actors.third_bank_officer, at=BEFORE, application_id=application.pk, codes=["quota"], text="满额")
    set_clock(AFTER)
    return application


def test_looking_after_the_deadline_opens_all_and_puts_the_cheapest_first(actors, opened):
    text = page(actors.enterprise, "sme_offers", NUMBER).content.decode()
    assert text.index("北疆银行") < text.index("青城银行", text.index("ipf-compare"))
    for words in (
        "名义利率最低",
        "综合年化成本最低",
        "额度少",
        "80.00 万元",
        "摘要一致",
        "本行额度或名额已满",
        "满额",
        "草原评估",
    ):
        assert words in text


def test_sorting_is_a_link_and_needs_no_script(actors, opened):
    page(actors.enterprise, "sme_offers", NUMBER)
    text = page(actors.enterprise, "sme_offers", NUMBER, query="?sort=amount").content.decode()
    table = text[text.index("ipf-compare") :]
    assert table.index("青城银行") < table.index("北疆银行")


def test_the_costs_can_be_computed_again_from_the_exported_flows(actors, opened):
    page(actors.enterprise, "sme_offers", NUMBER)
    book = load_workbook(io.BytesIO(page(actors.enterprise, "sme_offers_export", NUMBER).content))
    costs = {row[0]: row[1] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    flows = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    for bank, cost in costs.items():
        own_flows = [(day, amount) for name, day, amount, _days in flows if name == bank]
        start = own_flows[0][0]
        assert isinstance(start, datetime)
        worth = sum(amount / (1 + cost) ** ((day - start).days / 365) for day, amount in own_flows)
        assert abs(worth) < 0.01


def test_choosing_asks_once_more_and_the_double_click_is_harmless(actors, opened):
    page(actors.enterprise, "sme_offers", NUMBER)
    with viewer.seen_by(actors.enterprise):
        offer = offer_queries.offers_visible_to(actors.enterprise).get(bank=actors.bank_officer.organisation)
    address = reverse("sme_offer_accept", args=[NUMBER, offer.pk])
    client = browser(actors.enterprise)
    assert "其他银行的报价释放" in client.get(address).content.decode()
    for _ in range(2):
        assert client.post(address, {"form_key": "k1"}).status_code == 302
    assert "已中选" in page(actors.enterprise, "sme_offers", NUMBER).content.decode()


def test_the_losing_bank_reads_its_rank_but_no_longer_the_dossier(actors, opened):
    page(actors.enterprise, "sme_offers", NUMBER)
    with viewer.seen_by(actors.enterprise):
        offer = offer_queries.offers_visible_to(actors.enterprise).get(bank=actors.bank_officer.organisation)
    browser(actors.enterprise).post(reverse("sme_offer_accept", args=[NUMBER, offer.pk]))
    text = page(actors.other_bank_officer, "bank_bids").content.decode()
    assert "未中选" in text
    assert "青城银行" not in text
    assert page(actors.other_bank_officer, "bank_dossier", NUMBER).status_code == 404


def test_the_opening_record_is_public_and_lists_commitments_only(actors, opened):
    page(actors.enterprise, "sme_offers", NUMBER)
    text = Client().get(reverse("opening_record", args=[NUMBER])).content.decode()
    assert text.count("<li><code>") == 2
    assert "青城银行" not in text


@pytest.mark.parametrize("name", ["bank_workbench", "bank_bids", "bank_loans", "bank_claims", "bank_disposals"])
def test_a_visitor_is_sent_to_sign_in(db, name):
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize("name", ["bank_workbench", "bank_bids", "bank_loans", "bank_claims", "bank_disposals"])
def test_every_list_has_an_empty_state(actors, name):
    assert page(actors.bank_officer, name).status_code == 200


def test_another_enterprise_and_a_bank_without_consent_find_nothing(actors, application):
    assert page(actors.other_enterprise, "sme_offers", NUMBER).status_code == 404
    stranger = actors.insurer
    for name in ("bank_dossier", "bank_bid"):
        assert page(stranger, name, NUMBER).status_code in {403, 404}


def test_looking_again_after_the_opening_leaves_no_further_trace(actors, opened):
    page(actors.enterprise, "sme_offers", NUMBER)
    before = AuditRow.objects.count()
    page(actors.enterprise, "sme_offers", NUMBER)
    assert AuditRow.objects.count() == before
