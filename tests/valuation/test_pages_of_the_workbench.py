"""The workbench's pages: inputs with evidence, indicator form, ledger, flags, comparison; readable without script."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import set_clock
from tests.valuation import builders
from tests.valuation.test_api_of_valuation import Caller
from tests.valuation.test_evidence import measure, stated
from tests.valuation.test_indicators import SHIPPED, answers, patents
from tests.valuation.test_pages_of_valuation import filled, shown, signed_in
from valuation.models import IndicatorAnswers, IndicatorForm, ValuationRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(db):
    set_clock(builders.MEASURED)


@pytest.fixture
def appraisal(actors):
    return builders.started(actors)


@pytest.fixture
def worker(actors):
    return signed_in(actors.appraiser)


def model(appraisal):
    return reverse("appraiser_model", args=[appraisal.number])


# --- Inputs with evidence ---------------------------------------------------------------------------------------------
def test_every_input_of_the_form_has_grade_source_and_date(worker, appraisal):
    form = worker.get(model(appraisal)).context["form"]
    groups = [group for _title, section in form.sections() for group in section]
    assert len(groups) == 12
    assert all(len(group["behind"]) == 3 and group["source"] for group in groups)
    placed = {bound.name for group in groups for bound in (*group["behind"], *group["singles"], *group["triple"])}
    placed |= {bound.name for bound in form.settings()}
    assert placed == set(form.fields)


def test_the_form_as_shown_is_measured_and_the_run_says_what_was_stated(worker, appraisal):
    answer = worker.post(model(appraisal), filled(worker, model(appraisal), valuation_date="2025-03-31"))
    run = ValuationRun.objects.get()
    assert answer["Location"] == reverse("appraiser_run", args=[run.pk])
    assert run.stated["evidence"]["royalty"]["grade"] == "C"
    page = shown(worker, answer["Location"])
    for text in ("风险台账", "所述输入与证据等级", "企业所得税法第四条", "C 专家判断", "P5"):
        assert text in page
    assert page.count("未计入") >= 1


def test_a_changed_number_under_the_old_source_is_refused_at_its_source(worker, appraisal):
    values = filled(worker, model(appraisal), valuation_date="2025-03-31", risk_free="1.8")
    page = worker.post(model(appraisal), values)
    assert "risk_free_source" in page.context["form"].errors
    assert "无风险利率:来源" in page.content.decode()
    values |= {"risk_free_source": "中债收益率曲线", "risk_free_grade": "A", "risk_free_date": "2025-03-31"}
    worker.post(model(appraisal), values)
    kept = ValuationRun.objects.get().stated["evidence"]["risk_free"]
    assert kept == {"grade": "A", "source": "中债收益率曲线", "date": "2025-03-31"}


def test_technology_risk_is_charged_in_decay_or_in_the_rate_never_in_both(worker, appraisal):
    high = {"technology_mode": "2", "technology_high": "4", "premiums_source": "行业访谈"}
    values = filled(worker, model(appraisal), valuation_date="2025-03-31", **high)
    page = worker.post(model(appraisal), values)
    assert "technology_high" in page.context["form"].errors
    nothing = {"decay_low": "0", "decay_mode": "0", "decay_high": "0", "decay_source": "成熟工艺,不计衰减"}
    worker.post(model(appraisal), values | nothing)
    premiums = ValuationRun.objects.get().document["portfolio"]["shared"]["discount_rate"]["build_up"]["premiums"]
    assert premiums["technology"]["mode"] == 0.02


def test_the_next_run_begins_from_the_one_before(worker, appraisal, actors):
    statement = stated(appraisal, "A", risk_free=0.021)
    run = measure(actors, appraisal, statement)
    form = worker.get(f"{model(appraisal)}?from={run.pk}").context["form"]
    assert (form["risk_free"].value(), form["risk_free_grade"].value()) == ("2.1", "A")
    assert form["seed"].value() == run.seed
    foreign = worker.get(f"{model(appraisal)}?from=999999").context["form"]
    assert foreign["risk_free_grade"].value() == "C"


def test_a_run_of_a_raw_document_says_that_nothing_was_graded(worker, appraisal, actors):
    run = builders.measured(actors, appraisal)
    assert "没有按证据等级放宽" in shown(worker, reverse("appraiser_run", args=[run.pk]))


def test_the_draft_form_says_which_value_it_proposes(worker, appraisal, actors):
    run = builders.measured(actors, appraisal)
    page = shown(worker, reverse("appraiser_draft", args=[run.pk]))
    point = f"{run.output['value'] / 10_000:,.2f}"
    assert re.search(rf"点值 {point} ?万元", page)
    assert "模拟均值" in page


# --- Flags ------------------------------------------------------------------------------------------------------------
def test_a_flag_is_shown_on_the_run_and_to_reviewer_and_signatories(worker, appraisal, actors):
    run = builders.measured(actors, appraisal, revenue_fen=5_000_000_000_00)
    assert "数量级提示" in shown(worker, reverse("appraiser_run", args=[run.pk]))
    builders.drafted(actors, appraisal, run)
    reviewer, signatory = signed_in(actors.reviewer), signed_in(actors.signatory)
    task = reverse("appraiser_task", args=[appraisal.number])
    assert "数量级提示" in shown(reviewer, reverse("appraiser_review", args=[appraisal.number]))
    assert "数量级提示" in shown(reviewer, task)
    assert "数量级提示" in shown(signatory, task)


def test_the_parameter_page_gives_the_fees_with_n_and_says_what_is_left_out(client):
    page = shown(client, "/estimate/parameters/")
    for text in ("1,660,000", "3,210,000", "6,150", "4,531", "免费许可", "证据等级的放宽"):
        assert text in page


# --- The indicator form -----------------------------------------------------------------------------------------------
def test_scores_are_given_on_a_page_and_may_set_the_royalty(worker, appraisal):
    overview = reverse("appraiser_indicators", args=[appraisal.number])
    page = shown(worker, overview)
    assert "自拟示例" in page
    assert "只适用于发明专利和实用新型" in page
    for url in set(re.findall(rf'href="({overview}\d+/)"', page)):
        fields = {f"score_{key}": "4" for key in answers()} | {f"note_{key}": "检测报告" for key in answers()}
        refused = worker.post(url, fields | {"note_legal_scope": ""})
        assert "note_legal_scope" in refused.context["form"].errors
        assert worker.post(url, fields | {"score_legal_scope": "missing"})["Location"] == overview
    assert IndicatorAnswers.objects.count() == len(patents(appraisal))
    assert "缺失 1 项" in shown(worker, overview)
    values = filled(worker, model(appraisal), valuation_date="2025-03-31", royalty_by="score")
    answer = worker.post(model(appraisal), values)
    assert "由指标评分得出" in shown(worker, answer["Location"])


def test_without_scores_the_form_does_not_offer_them(worker, appraisal):
    assert "royalty_by" not in worker.get(model(appraisal)).context["form"].fields


# --- The comparison ---------------------------------------------------------------------------------------------------
def test_two_runs_are_compared_on_a_page_and_in_json_to_the_fen(worker, appraisal, actors):
    one = measure(actors, appraisal, stated(appraisal, "A"))
    two = measure(actors, appraisal, stated(appraisal, "A", risk_free=0.03, tax_rate=0.15))
    assert reverse("appraiser_compare", args=[one.pk, two.pk]) in shown(worker, reverse("appraiser_run", args=[two.pk]))
    page = shown(worker, reverse("appraiser_compare", args=[one.pk, two.pk]))
    assert page.count("<svg") >= 1
    assert "所得税率" in page
    told = Caller(actors.appraiser).get(f"valuation-runs/{one.pk}/comparison/{two.pk}").json()
    assert [step["drivers"] for step in told["steps"]] == [["折现率"], ["所得税率"]]
    assert sum(step["change_fen"] for step in told["steps"]) == told["to_fen"] - told["from_fen"]


def test_foreign_runs_are_not_compared(appraisal, actors):
    run = builders.measured(actors, appraisal)
    url = reverse("appraiser_compare", args=[run.pk, run.pk])
    assert signed_in(actors.enterprise).get(url).status_code == 403
    assert signed_in(actors.bank_officer).get(url).status_code == 403
    assert Caller(actors.enterprise).get(f"valuation-runs/{run.pk}/comparison/{run.pk}").status_code == 404
    assert signed_in(actors.enterprise).get(reverse("appraiser_indicators", args=[appraisal.number])).status_code == 403


# --- The JSON door ----------------------------------------------------------------------------------------------------
def test_an_appraiser_works_by_json_from_statement_to_run(appraisal, actors):
    caller, path = Caller(actors.appraiser), f"appraisals/{appraisal.number}"
    statement = caller.get(f"{path}/statement").json()
    for number in patents(appraisal):
        body = {"right_number": number, "answers": answers(8)}
        assert caller.post(f"{path}/indicators", body).json()["score"] == pytest.approx(7 / 9)
    assert len(caller.get(f"{path}/indicators").json()) == len(patents(appraisal))
    made = caller.post(f"{path}/runs", {"seed": 3, "statement": statement | {"royalty_by": "score"}})
    assert made.status_code == 201, made.content
    run = made.json()
    assert run["stated"]["indicators"]["royalty"] > 0
    assert {row["risk"] for row in run["ledger"]} >= {"技术过时", "市场"}
    assert [row["paths"] for row in run["convergence"]] == [2048, 4096, 8192, 16384]
    assert caller.post(f"{path}/runs", {"seed": 3}).status_code == 422
    both = {"seed": 3, "statement": statement, "document": {}}
    assert caller.post(f"{path}/runs", both).status_code == 422
    assert Caller(actors.enterprise).get(f"{path}/statement").status_code == 422
    assert Caller(actors.enterprise).get(f"{path}/indicators").status_code == 404


def test_the_operator_loads_a_form_by_json_and_nobody_else(actors):
    body = {"structure": SHIPPED, "valid_from": "2025-06-01", "source": "标准文本"}
    assert Caller(actors.appraiser).post("indicator-forms", body).status_code == 403
    assert Caller(actors.operator).post("indicator-forms", body).json()["version"] == 2
    assert Caller(actors.appraiser).get("indicator-form").json()["version"] == 1
    assert IndicatorForm.objects.count() == 2


def test_the_operator_loads_a_form_on_his_page(actors):
    operator, url = signed_in(actors.operator), reverse("indicator_forms")
    assert "自拟示例" in shown(operator, url)
    fields = {"source": "标准文本", "valid_from": "2025-06-01"}
    for wrong in (b"[1]", b"\xff", json.dumps(SHIPPED | {"indicators": []}).encode()):
        refused = operator.post(url, fields | {"file": SimpleUploadedFile("form.json", wrong)})
        assert refused.context["form"].errors
    operator.post(url, fields | {"file": SimpleUploadedFile("form.json", json.dumps(SHIPPED).encode())})
    assert IndicatorForm.objects.count() == 2
    assert "标准文本" in shown(operator, url)
    assert signed_in(actors.appraiser).get(url).status_code == 403
