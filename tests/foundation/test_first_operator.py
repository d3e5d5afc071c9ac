"""The first operator comes in by a command, once, with a password nobody else on the machine can read."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from finance_platform.foundation.models import AuditRow, Membership

pytestmark = pytest.mark.django_db
CHOSEN = "one-of-my-own-71"


def take_in(**changes: str) -> str:
    options = {
        "name": "乌兰", "username": "ulan", "organisation": "草原平台运营公司", "credit_code": "91150100MA0N00007M",
        "region": "150100",
    } | changes  # fmt: skip
    out = StringIO()
    call_command("first_operator", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setenv("FIRST_OPERATOR_PASSWORD", CHOSEN)


def test_the_first_operator_signs_in_and_takes_in_organisations(password):
    assert "ulan" in take_in()
    browser = Client()
    assert browser.login(username="ulan", password=CHOSEN)
    assert browser.get("/operator/organisations/").status_code == 200
    membership = Membership.objects.get(user__username="ulan")
    assert (membership.role, membership.is_administrator, membership.organisation.kind) == (
        "operator", True, "operator",
    )  # fmt: skip


def test_it_is_on_the_record_without_the_password(password):
    take_in()
    row = AuditRow.objects.get(use_case__endswith="organisations.first_operator")
    assert (row.person.username, row.outcome, row.details["username"]) == ("system", "done", "ulan")
    assert CHOSEN not in str(list(AuditRow.objects.values()))


def test_a_second_first_operator_is_refused(password):
    take_in()
    with pytest.raises(CommandError, match="已有运营人员"):
        take_in(username="other", credit_code="91150100MA0N0000AY")
    assert Membership.objects.filter(role="operator").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"credit_code": "91150100MA0N00007N"}, "credit_code"), ({"region": "110000"}, "region_code")],
)
def test_what_does_not_fit_is_refused_by_name(password, changes, said):
    with pytest.raises(CommandError, match=said):
        take_in(**changes)
    assert not Membership.objects.filter(role="operator").exists()


def test_a_weak_password_is_refused(monkeypatch):
    monkeypatch.setenv("FIRST_OPERATOR_PASSWORD", "12345678")
    with pytest.raises(CommandError, match="password"):
        take_in()


def test_without_a_terminal_the_variable_is_named(monkeypatch):
    monkeypatch.delenv("FIRST_OPERATOR_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(CommandError, match="FIRST_OPERATOR_PASSWORD"):
        take_in()


def test_the_command_takes_no_password_as_an_argument(capsys):
    with pytest.raises(SystemExit):
        call_command("first_operator", "--help")
    assert "--password" not in capsys.readouterr().out
