"""The pages: a visitor estimates, a firm appraises blind, the enterprise commissions, readers repeat the run."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from finance_platform.foundation.models import User
from tests.factories import set_clock
from tests.pledges import builders as pledges
from tests.valuation import builders
from valuation.models import Appraisal, Estimate, ValuationRun

pytestmark = pytest.mark.django_db
SIX = {
    "kind": "invention_patent", "sector": "machinery", "remaining_years": "12", "revenue_fen": "4,800", "growth": "5",
    "discount_rate": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _clock(db):
    set_clock(builders.MEASURED)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def filled(client: Client, url: str, **changes: str) -> dict[str, str]:
    """Return what a browser would send of a form as it is shown, with changes."""
    form = client.get(url).context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    return {name: str(value) for name, value in values.items() if value not in (None, False)} | changes


def test_a_visitor_estimates_without_account_or_script(client):
    assert 'name="revenue_fen"' in shown(client, "/estimate/")
    answer = client.post("/estimate/", SIX)
    estimate = Estimate.objects.get()
    assert answer["Location"] == f"/estimate/{estimate.pk}/"
    assert estimate.inputs["revenue_fen"] == 4_800_000_000
    page = shown(client, answer["Location"])
    assert "不构成资产评估报告" in page
    assert "<svg" in page
    assert "查看数据表" in page
    assert "80 种" in page
    assert "<script>" not in page


def test_a_visitor_changes_one_answer_and_asks_again(client):
    first = client.post("/estimate/", SIX)["Location"]
    page = shown(client, f"/estimate/?from={first.split('/')[2]}")
    assert 'value="4800.00"' in page
    assert 'value="12' in page
    assert shown(client, "/estimate/?from=nonsense")


def test_a_wrong_answer_keeps_the_text_and_names_the_field(client):
    answer = client.post("/estimate/", SIX | {"remaining_years": "40", "revenue_fen": "0"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "0.5 至 20 年" in page
    assert "成本法" in page
    assert 'value="40"' in page


def test_an_unknown_answer_is_not_found(client):
    assert client.get("/estimate/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_the_parameter_tables_are_public_and_name_their_sources(client):
    page = shown(client, "/estimate/parameters/")
    assert "自拟示例" in page
    assert "未核(凭记忆)" in page
    assert "企业所得税法第四条" in page


def test_a_firm_appraises_from_task_to_signature_through_its_pages(actors):
    application = pledges.submitted(actors)
    sme, worker = signed_in(actors.enterprise), signed_in(actors.appraiser)
    reviewer, first, second = map(signed_in, (actors.reviewer, actors.signatory, actors.signatory2))
    ask = reverse("sme_appraisal", args=[application.number])
    sme.post(ask, filled(sme, ask, firm_id=str(actors.appraiser.organisation.pk)))
    appraisal = Appraisal.objects.get()
    task = reverse("appraiser_task", args=[appraisal.number])
    assert appraisal.number in shown(worker, reverse("appraiser_tasks"))
    worker.post(f"{task}accept/", {"conflict_free": "on", "declaration": "无利害关系", "loss_sharing": "0"})
    worker.post(f"{task}start/")
    answer = worker.post(f"{task}model/", filled(worker, f"{task}model/", valuation_date="2025-03-31", seed="7"))
    run = ValuationRun.objects.get()
    assert answer["Location"] == reverse("appraiser_run", args=[run.pk])
    page = shown(worker, answer["Location"])
    assert run.output_digest in page
    assert page.count("<svg") >= 2
    draft = reverse("appraiser_draft", args=[run.pk])
    proposed = worker.get(draft).context["form"].initial
    assert proposed["point_fen"] == round(run.output["simulation"]["mean"] * 100)
    assert proposed["low_fen"] < proposed["point_fen"] < proposed["high_fen"]
    worker.post(draft, filled(worker, draft, evidence="许可费节省法;收入来自审计报表"))
    worker.post(f"{task}statements/", filled(worker, f"{task}statements/", **builders.TEXTS))
    reviewer.post(f"{task}review/", {"approve": "1", "note": "同意"})
    first.post(f"{task}sign/")
    second.post(f"{task}sign/")
    appraisal.refresh_from_db()
    assert appraisal.state == "ISSUED"
    page = shown(sme, reverse("appraisal", args=[appraisal.number]))
    assert "系统测算报告" in page
    assert run.input_digest in page
    answer = sme.post(reverse("appraisal_run_verify", args=[run.pk]), follow=True)
    assert "IDENTICAL" in answer.content.decode()


def test_equal_shares_as_shown_do_not_add_up_to_more_than_the_whole(actors):
    appraisal = builders.started(actors)
    worker = signed_in(actors.appraiser)
    values = filled(worker, reverse("appraiser_model", args=[appraisal.number]))
    assert sum(float(value) for name, value in values.items() if name.startswith("share_")) <= 100
    assert values["royalty_mode"] == "2"


def test_an_impossible_model_is_refused_at_its_field_and_keeps_the_text(actors):
    appraisal = builders.started(actors)
    worker, url = signed_in(actors.appraiser), reverse("appraiser_model", args=[appraisal.number])
    page = worker.post(url, filled(worker, url, royalty_low="9", royalty_mode="3")).content.decode()
    assert "须低 ≤ 最可能 ≤ 高" in page
    page = worker.post(url, filled(worker, url, valuation_date="2024-01-01")).content.decode()
    assert "/valuation_date" in page
    assert not ValuationRun.objects.exists()


def test_the_firm_sees_neither_the_amount_asked_for_nor_offers_nor_estimates(actors, client):
    application = pledges.drafted(actors, [asset.pk for asset in pledges.mixed_pool(actors)], amount_fen=612_345_600)
    pledges.applications.submit(by=actors.enterprise, at=pledges.APPLIED, application_id=application.pk)
    client.post("/estimate/", SIX)
    appraisal = builders.taken_up(actors, builders.commissioned(actors, application))
    run = builders.measured(actors, appraisal)
    names = ["task", "accept", "conflict", "model", "review", "refuse", "objection"]
    pages = [reverse(f"appraiser_{name}", args=[appraisal.number]) for name in names]
    pages += [reverse("appraiser_run", args=[run.pk]), reverse("appraiser_draft", args=[run.pk])]
    api = [f"/api/v1/appraisals/{appraisal.number}{rest}" for rest in ("", "/runs", "/model")]
    worker = signed_in(actors.appraiser)
    for url in [*pages, *api, reverse("appraiser_tasks"), f"/api/v1/valuation-runs/{run.pk}"]:
        text = re.sub(r"[\s, ]", "", shown(worker, url))
        assert "6123456" not in text, url
        assert "612.3" not in text, url
        assert str(Estimate.objects.get().median_fen) not in text, url


def test_a_value_is_not_shown_to_the_client_before_it_is_signed(actors):
    appraisal = builders.reviewed(actors)
    sme = signed_in(actors.enterprise)
    told = sme.get(f"/api/v1/appraisals/{appraisal.number}").json()
    assert (told["appraised_value_fen"], told["run_id"]) == (None, None)
    page = shown(sme, reverse("appraisal", args=[appraisal.number]))
    assert f"{appraisal.point_fen // 100:,}" not in page
    assert "签字后才显示" in page


def test_foreign_rows_are_not_found_and_wrong_roles_are_refused(actors):
    appraisal = builders.issued(actors)
    foreign = signed_in(actors.other_enterprise)
    assert foreign.get(reverse("appraisal", args=[appraisal.number])).status_code == 404
    assert foreign.get(reverse("sme_appraisal", args=[appraisal.application.number])).status_code == 404
    assert foreign.post(reverse("appraisal_run_verify", args=[appraisal.run_id])).status_code == 404
    assert foreign.get(reverse("appraiser_task", args=[appraisal.number])).status_code == 403
    assert signed_in(actors.bank_officer).get(reverse("appraisal", args=[appraisal.number])).status_code == 404
    worker = signed_in(actors.appraiser)
    assert worker.post(reverse("appraiser_sign", args=[appraisal.number])).status_code == 403
    assert worker.get(reverse("sme_appraisal", args=[appraisal.application.number])).status_code == 403


def test_visitors_are_sent_to_sign_in(client, actors):
    appraisal = builders.commissioned(actors)
    for url in (reverse("appraiser_tasks"), reverse("appraisal", args=[appraisal.number])):
        assert client.get(url)["Location"].startswith("/accounts/login/")


def test_the_client_withdraws_and_objects_on_its_pages(actors):
    appraisal = builders.issued(actors)
    sme = signed_in(actors.enterprise)
    sme.post(reverse("appraisal_objection", args=[appraisal.number]), {"ground": "未计续展"})
    reviewer = signed_in(actors.reviewer)
    assert "未计续展" in shown(reviewer, reverse("appraiser_task", args=[appraisal.number]))
    reviewer.post(reverse("appraiser_objection", args=[appraisal.number]), {"outcome": "revise", "answer": "同意重做"})
    appraisal.refresh_from_db()
    assert appraisal.state == "SUPERSEDED"
    again = builders.commissioned(actors, appraisal.application)
    sme.post(reverse("appraisal_withdraw", args=[again.number]), {"reason": "不再需要"})
    again.refresh_from_db()
    assert again.state == "WITHDRAWN"
