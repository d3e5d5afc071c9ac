"""A signed run leaves the platform as a file that a stranger repeats alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from finance_platform.foundation.services import people
from tests.factories import set_clock
from tests.valuation import builders
from tests.valuation.builders import SIGNED

pytestmark = pytest.mark.django_db
TOOL = Path(__file__).parents[2] / "tools" / "verify_valuation.py"


@pytest.fixture
def appraisal(actors):
    set_clock(SIGNED)
    return builders.issued(actors)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def repeated(record: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(TOOL), str(record)], capture_output=True, text=True, check=False)


def test_the_record_is_exported_and_repeated_alone(actors, appraisal, tmp_path):
    answer = signed_in(actors.enterprise).get(reverse("appraisal_run_record", args=[appraisal.run_id]))
    assert f'filename="{appraisal.number}-1.json"' in answer["Content-Disposition"]
    kept = tmp_path / "record.json"
    kept.write_bytes(answer.content)
    verdict = repeated(kept)
    assert verdict.returncode == 0, verdict.stderr
    assert verdict.stdout.splitlines()[0] in {"IDENTICAL", "IDENTICAL TO 1e-6"}
    record = json.loads(answer.content)
    run = appraisal.run
    assert record["input"] == run.document
    assert record["result"] == run.output
    assert (record["input_digest"], record["engine"], record["seed"]) == (run.input_digest, run.engine, run.seed)
    assert (record["parameters"], record["environment"]) == (run.parameter_versions, run.environment)
    record["result"]["value"] *= 1.01
    kept.write_text(json.dumps(record), encoding="utf-8")
    forged = repeated(kept)
    assert (forged.returncode, forged.stdout.splitlines()[0]) == (1, "DIFFERS")


def test_both_doors_give_the_same_record_to_whoever_may_see_the_run_and_to_nobody_else(actors, appraisal):
    page = reverse("appraisal_run_record", args=[appraisal.run_id])
    token = people.issue_token(by=actors.appraiser, at=SIGNED, label="t")[1]
    headers = {"Authorization": f"Bearer {token}"}
    machine = Client().get(f"/api/v1/valuation-runs/{appraisal.run_id}/record", headers=headers)
    assert machine.content == signed_in(actors.enterprise).get(page).content
    for who in (actors.other_enterprise, actors.other_bank_officer):
        assert signed_in(who).get(page).status_code == 404


def test_the_verification_page_shows_the_four_words_and_repeats(actors, appraisal):
    owner, page = signed_in(actors.enterprise), reverse("appraisal_run_verification", args=[appraisal.run_id])
    shown = owner.get(page).content.decode()
    for word in ("IDENTICAL", "IDENTICAL TO 1e-6", "WITHIN STANDARD ERROR", "DIFFERS"):
        assert f">{word}<" in shown
    again = owner.post(reverse("appraisal_run_verify", args=[appraisal.run_id]), follow=True)
    assert "重算一致(IDENTICAL)" in again.content.decode()
    assert signed_in(actors.other_enterprise).get(page).status_code == 404
