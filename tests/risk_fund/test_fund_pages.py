"""The fund's pages: each opens with real rows behind it, acts by its forms, and shows what the viewer may do."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from risk_fund.models import Claim, MoneyOrder, SchemeVersion
from risk_fund.rules.samples import LEVERAGED
from tests.factories import Actors, set_clock
from tests.risk_fund import cover

pytestmark = pytest.mark.django_db
OFFICES = ["first_reviewer", "checker", "approver", "cashier", "accountant", "auditor"]


@pytest.fixture
def loan(actors: Actors, calendars: None) -> Any:
    fund = cover.open_fund(actors)
    cover.scheme_in_force(actors, fund)
    return cover.in_default(actors)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(user: Any, view: str, /, *args: Any, **fields: Any) -> Any:
    return signed_in(user).post(reverse(view, args=args), fields)


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("name", ["bureau", "bureau_claims", "bureau_orders", "bureau_fund", "bureau_schemes",
                                  "bureau_indicators", "bureau_registrations"])  # fmt: skip
def test_every_office_opens_the_page_and_a_bank_does_not(actors: Actors, name: str) -> None:
    for who in OFFICES:
        assert signed_in(getattr(actors, who)).get(reverse(name)).status_code == 200, who
    assert signed_in(actors.bank_officer).get(reverse(name)).status_code == 403
    assert Client().get(reverse(name)).status_code == 302


def test_the_public_pages_open_to_everybody(actors: Actors) -> None:
    for name in ("progress", "claim_notices"):
        assert Client().get(reverse(name)).status_code == 200


def test_a_claim_is_decided_through_the_pages_and_paid_through_the_cash_desk(actors: Actors, loan: Any) -> None:
    claim = cover.filed(actors, loan)
    set_clock(cover.REVIEWED)
    refused = post(actors.first_reviewer, "claim_first_review", claim.number, agree="yes", note="")
    assert "请逐项说明差异原因后再同意" in text(refused)
    for who, name in (
        ("first_reviewer", "claim_first_review"),
        ("checker", "claim_check"),
        ("approver", "claim_approve"),
    ):
        answer = post(getattr(actors, who), name, claim.number, agree="yes", note="只申请本金")
        assert answer.status_code == 302, text(answer)[:2000]
    set_clock(cover.PUBLICISED)
    post(actors.checker, "claim_publicise", claim.number)
    assert Claim.objects.get().state == "PUBLICISED"
    assert loan.borrower.name not in text(Client().get(reverse("claim_notices")))
    set_clock(cover.PAYABLE)
    inbox = text(signed_in(actors.cashier).get(reverse("bureau_orders")))
    assert claim.number in inbox
    form = signed_in(actors.cashier).get(
        reverse("bureau_order_new"), {"kind": "claim_payment", "subject": claim.number}
    )
    assert "2000000.00" in text(form)
    post(actors.cashier, "bureau_order_new", kind="claim_payment", subject=claim.number, amount_fen="2000000.00",
         reference="PAY-9")  # fmt: skip
    order = MoneyOrder.objects.get(kind="claim_payment")
    assert "确认入账" in text(signed_in(actors.accountant).get(reverse("bureau_order", args=[order.number])))
    post(actors.accountant, "order_confirm", order.number)
    assert Claim.objects.get().state == "PAID"
    for who in OFFICES:
        for name, args in (("bureau", []), ("bureau_claim", [claim.number]), ("bureau_fund", []),
                           ("bureau_enrolment", [claim.enrolment.number]),
                           ("bureau_order", [order.number])):  # fmt: skip
            assert signed_in(getattr(actors, who)).get(reverse(name, args=args)).status_code == 200, (who, name)
    assert "✓" in text(signed_in(actors.auditor).get(reverse("bureau_fund"), {"check": 1}))
    for name, number in (("bureau_claim", claim.number), ("bureau_order", order.number)):
        voucher = signed_in(actors.auditor).get(reverse(name, args=[number])).context["vouchers"].last()
        page = text(signed_in(actors.auditor).get(reverse(name, args=[number])))
        assert reverse("bureau_ledger_entry", args=[voucher.pk]) in page
    assert "操作" not in text(Client().get(reverse("claim_notices")))


def test_one_who_filed_nothing_but_reviewed_before_sees_his_own_desk_blocked(actors: Actors, loan: Any) -> None:
    from finance_platform.foundation.models import Membership

    claim = cover.filed(actors, loan)
    cover.approved(actors, claim)
    Membership.objects.filter(user=actors.checker).update(role="checker")
    page = text(signed_in(actors.checker).get(reverse("bureau_claim", args=[claim.number])))
    assert "开始公示" in page
    assert "提交意见" not in page


def test_the_claims_page_shows_both_sides_and_the_difference(actors: Actors, loan: Any) -> None:
    claim = cover.filed(actors, loan)
    page = text(signed_in(actors.first_reviewer).get(reverse("bureau_claim", args=[claim.number])))
    for said in ("5,000,000.00", "系统重算", "差异", "初审"):
        assert said in page
    assert "提交意见" not in text(signed_in(actors.auditor).get(reverse("bureau_claim", args=[claim.number])))


def test_a_foreign_claim_is_not_found(actors: Actors, loan: Any) -> None:
    claim = cover.filed(actors, loan)
    address = reverse("bureau_claim", args=[claim.number])
    assert signed_in(actors.other_prefecture_reviewer).get(address).status_code == 404
    assert signed_in(actors.other_bank_officer).get(address).status_code == 404


def test_a_scheme_is_drafted_tried_and_approved_through_the_pages(actors: Actors) -> None:
    import json

    fund = cover.open_fund(actors)
    set_clock(cover.DRAFTED)
    fields = {
        "code": LEVERAGED.code, "name": LEVERAGED.name, "fund_code": fund.code, "legal_basis": "示例",
        "document": json.dumps(LEVERAGED.document), "authority": "unverified", "valid_from": "2025-01-03",
    }  # fmt: skip
    bad = post(actors.checker, "bureau_scheme_new", **fields | {"document": '{"parties": []}'})
    assert "/residual" in text(bad)
    assert post(actors.checker, "bureau_scheme_new", **fields).status_code == 302
    version = SchemeVersion.objects.get()
    tried = signed_in(actors.checker).get(
        reverse("bureau_scheme", args=[version.pk]), {"loan_fen": "100.00", "loss_fen": "50.01", "gross_fen": "10"}
    )  # fmt: skip
    assert "25.00" in text(tried)
    assert "25.01" in text(tried)
    assert post(actors.checker, "scheme_approve", version.pk).status_code == 403
    post(actors.approver, "scheme_approve", version.pk)
    assert SchemeVersion.objects.get().state == "APPROVED"


def test_official_figures_are_imported_and_drawn(actors: Actors) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.risk_fund.test_indicators_rules import HEAD, line

    lines = [HEAD, line(kind="target", as_of="2021-01-01", amount="93"),
             line(kind="base", period_from="2016-01-01", period_to="2020-12-31", as_of="2020-12-31", amount="82.6"),
             line(as_of="2025-03-31", amount="66.1"), line()]  # fmt: skip
    file = SimpleUploadedFile("官方.csv", "\n".join(lines).encode())
    set_clock(cover.FILED)
    assert post(actors.checker, "bureau_indicators", file=file).status_code == 302
    page = text(signed_in(actors.auditor).get(reverse("bureau")))
    for said in ("71.38", "93.00", "76.8%", "10.81", "0.00%"):
        assert said in page, said
    assert "71.38" in text(Client().get(reverse("progress")))
