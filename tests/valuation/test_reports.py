"""What a report must state: gaps are named and block its issue, and the paper of an issued report never changes."""

from decimal import Decimal
from itertools import chain

import pytest
from django.db import InternalError, connection, transaction
from django.test import Client
from django.urls import reverse

from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from finance_platform.foundation.models import StateChange
from finance_platform.foundation.permissions import Role
from finance_platform.foundation.services import people
from tests.factories import colleague, make_paper, onboard, set_clock
from tests.valuation import builders
from tests.valuation.builders import COMMISSIONED, MEASURED, SIGNED
from valuation.models import Appraisal
from valuation.queries import report_paper
from valuation.queries import reports as queries
from valuation.rules import completeness as gate
from valuation.services import appraisals, filings, reports

pytestmark = pytest.mark.django_db
EVERYTHING_STATED = [each.code for each in gate.STATEMENTS if not each.recorded]


@pytest.fixture(autouse=True)
def _clock(db):
    set_clock(MEASURED)


def told(appraisal: Appraisal) -> str:
    """Return every word of the report's paper."""
    sheet = report_paper.report(appraisal, "", "https://example.test/verification/")
    words = [sheet.title, sheet.subtitle, sheet.warning, sheet.watermark, sheet.footer]
    for section in sheet.sections:
        rows = chain.from_iterable(section.rows)
        words += [section.heading, *section.paragraphs, *rows, *(bar["label"] for bar in section.bars)]
    return "\n".join(words)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def test_a_report_with_gaps_is_drafted_and_reviewed_but_not_signed_and_every_gap_is_named(actors):
    appraisal = builders.reviewed(actors, complete=False)
    with pytest.raises(Conflict) as refusal:
        appraisals.sign(by=actors.signatory, at=SIGNED, appraisal_id=appraisal.pk)
    assert refusal.value.code == "report_incomplete"
    assert set(EVERYTHING_STATED) < set(refusal.value.fields)
    assert all(gate.BY_CODE[code].label in refusal.value.message for code in refusal.value.fields)
    appraisal.refresh_from_db()
    assert (appraisal.state, appraisal.signatory_1) == ("REVIEWED", None)


@pytest.mark.parametrize(
    "code", sorted(builders.TEXTS.keys() - {each.code for each in gate.STATEMENTS if each.recorded})
)
def test_each_statement_alone_blocks_the_issue(code):
    known = {each.code: "x" for each in gate.STATEMENTS if each.recorded}
    stated = {name: "x" for name in builders.TEXTS if name != code}
    assert [gap.code for gap in gate.missing(stated, known)] == [code]
    with pytest.raises(Conflict) as refusal:
        gate.require_complete(stated, known)
    assert list(refusal.value.fields) == [code]


@pytest.mark.parametrize("code", sorted(gate.INCURABLE))
def test_what_only_a_run_or_a_declaration_makes_is_not_made_by_words(code):
    known = {each.code: "x" for each in gate.STATEMENTS if each.code != code}
    assert [gap.code for gap in gate.missing({code: "以此为准"}, known)] == [code]


def test_the_records_fill_in_what_they_know_and_leave_open_what_they_do_not(actors):
    appraisal = builders.reviewed(actors, complete=False)
    gaps = {gap.code for gap in queries.gaps(appraisal)}
    assert {"client_and_users", "purpose", "object", "earlier_pledges", "calculation", "simulation"}.isdisjoint(gaps)
    assert "fees" in gaps, "the trademark's renewal is not on record"


def test_only_the_appraiser_in_charge_states_and_only_until_the_review(actors):
    appraisal = builders.started(actors)
    call = {"at": MEASURED, "appraisal_id": appraisal.pk, "texts": {"scope": "全部同族"}}
    with pytest.raises(Forbidden):
        reports.state(by=colleague(actors.appraiser, Role.APPRAISER), **call)
    with pytest.raises(Forbidden):
        reports.state(by=actors.signatory, **call)
    with pytest.raises(NotFound):
        reports.state(by=onboard("appraiser", "阴山评估"), **call)
    assert reports.state(by=actors.appraiser, **call).statements == {"scope": "全部同族"}
    builders.drafted(actors, appraisal, builders.measured(actors, appraisal))
    builders.stated(actors, appraisal)
    appraisals.review(by=actors.reviewer, at=SIGNED, appraisal_id=appraisal.pk, approve=True, note="同意")
    with pytest.raises(Conflict) as refusal:
        reports.state(by=actors.appraiser, **call)
    assert refusal.value.code == "statements_closed"


def test_a_text_not_given_stays_an_empty_one_is_taken_back_and_unknown_or_endless_ones_are_refused(actors):
    appraisal = builders.started(actors)

    def state(**texts):
        return reports.state(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, texts=texts).statements

    assert state(scope="全部同族", disputes=" 无 ") == {"scope": "全部同族", "disputes": "无"}
    assert state(scope="") == {"disputes": "无"}
    with pytest.raises(Invalid) as refusal:
        state(nonsense="x", licences="很" * 3001)
    assert refusal.value.fields.keys() == {"nonsense", "licences"}


def test_the_paper_says_everything_and_after_issue_for_good(actors):
    appraisal = builders.issued(actors)
    words = told(appraisal)
    assert "(待补)" not in words
    labels = [each.label for each in gate.STATEMENTS]
    assert all(f"{label}:" in words for label in labels)
    run = appraisal.run
    digests = (run.input_digest, run.output_digest)
    assert all(piece in words for digest in digests for piece in (digest[:39], digest[39:]))
    assert {str(run.seed), run.engine, "https://example.test/verification/"} <= set(words.split("\n"))
    assert all(str(who) in words for who in (actors.appraiser, actors.reviewer, actors.signatory, actors.signatory2))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pledges_ipasset SET legal_status = 'lapsed', fee_paid_until = '2025-03-01'")
    assert told(Appraisal.objects.get(pk=appraisal.pk)) == words
    change = StateChange.objects.get(subject=f"valuation.Appraisal:{appraisal.pk}", event="issue")
    assert len(change.evidence["report_digest"]) == 64


def test_the_issued_report_is_locked_in_the_database(actors):
    appraisal = builders.issued(actors)
    for column in ("statements", "report"):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE valuation_appraisal SET {column} = '{{}}' WHERE id = %s", [appraisal.pk])


def test_a_stake_in_losses_must_be_answered_and_is_called_a_threat_in_the_report(actors):
    appraisal = builders.commissioned(actors)
    call = {"by": actors.appraiser, "at": MEASURED, "appraisal_id": appraisal.pk, "conflict_free": True}
    for answer, field in (
        ({}, "loss_sharing"), ({"loss_sharing": True}, "loss_share"),
        ({"loss_sharing": True, "loss_share": Decimal("1.2")}, "loss_share"),
        ({"loss_sharing": False, "loss_share": Decimal("0.04")}, "loss_share"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            appraisals.accept(**call, declaration="无其他利害关系", **answer)
        assert field in refusal.value.fields
    stake = {"loss_sharing": True, "loss_share": Decimal("0.04"), "loss_scheme": "54:26:16:4"}
    accepted = builders.taken_up(actors, appraisal, **stake)
    builders.drafted(actors, accepted, builders.measured(actors, accepted))
    words = told(Appraisal.objects.get(pk=appraisal.pk))
    assert "按 54:26:16:4 的分担方案,承担贷款损失的 4%" in words
    assert "对独立性构成威胁" in words


def test_before_issue_the_paper_is_a_draft_for_the_firm_alone(actors):
    appraisal = builders.started(actors)
    page = reverse("appraisal_report", args=[appraisal.number])
    worker, owner = signed_in(actors.appraiser), signed_in(actors.enterprise)
    assert worker.get(page).status_code == 404, "nothing is concluded yet"
    builders.drafted(actors, appraisal, builders.measured(actors, appraisal))
    draft = worker.get(page)
    assert (draft.status_code, draft["Content-Type"]) == (200, "application/pdf")
    assert draft.content.startswith(b"%PDF-1.7")
    assert "草稿" in told(Appraisal.objects.get(pk=appraisal.pk))
    assert owner.get(page).status_code == 404
    assert signed_in(onboard("appraiser", "阴山评估")).get(page).status_code == 404


def test_an_issued_paper_is_read_by_its_readers_over_both_doors_with_the_same_bytes(actors):
    appraisal = builders.issued(actors)
    assert "草稿" not in told(appraisal)
    page = reverse("appraisal_report", args=[appraisal.number])
    first, second = (signed_in(who).get(page) for who in (actors.enterprise, actors.signatory))
    assert first.content == second.content
    token = people.issue_token(by=actors.enterprise, at=MEASURED, label="t")[1]
    headers = {"Authorization": f"Bearer {token}"}
    api = f"/api/v1/appraisals/{appraisal.number}"
    assert Client().get(f"{api}/report", headers=headers).content == first.content
    stated = Client().get(f"{api}/statements", headers=headers).json()
    assert stated["complete"]
    assert {item["code"] for item in stated["items"]} == set(gate.BY_CODE)
    assert signed_in(actors.other_enterprise).get(page).status_code == 404
    assert Client().get(page).status_code == 302


def test_the_task_names_what_is_missing_and_leads_to_it(actors):
    appraisal = builders.started(actors)
    page = signed_in(actors.appraiser).get(reverse("appraiser_task", args=[appraisal.number])).content.decode()
    form = reverse("appraiser_statements", args=[appraisal.number])
    assert all(f"{form}#id_{code}" in page for code in EVERYTHING_STATED)
    assert signed_in(actors.reviewer).get(form).status_code == 403
    assert signed_in(actors.enterprise).get(form).status_code == 403


def test_a_filing_comes_with_its_evidence_and_only_one_on_record_is_signed_under(actors):
    notice = make_paper(actors.signatory, "institution_filing", COMMISSIONED)
    call = {"at": COMMISSIONED, "code": "PG-1", "authority": "财政厅", "document_id": notice}
    with pytest.raises(Forbidden):
        filings.declare(by=actors.appraiser, **call)
    with pytest.raises(Invalid) as refusal:
        filings.declare(by=actors.signatory, **call | {"code": " ", "authority": ""})
    assert refusal.value.fields.keys() == {"code", "authority"}
    foreign = make_paper(actors.enterprise, "institution_filing", COMMISSIONED)
    with pytest.raises(NotFound):
        filings.declare(by=actors.signatory, **call | {"document_id": foreign})
    filings.declare(by=actors.signatory, **call)
    with pytest.raises(Conflict):
        filings.declare(by=actors.signatory, **call)
    with pytest.raises(Invalid) as refusal:
        builders.started(actors, filing_code="PG-2")
    assert "filing_code" in refusal.value.fields
    accepted = builders.taken_up(actors, Appraisal.objects.get(), filing_code="PG-1")
    assert accepted.title == "资产评估报告"
    assert accepted.filing.document_sha256
