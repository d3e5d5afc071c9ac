"""Nobody comes in unasked: every page, operation and use case names who may, and the table of roles is the truth."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import path

from finance_platform.api import api
from finance_platform.foundation import doors, queries
from finance_platform.foundation.errors import Forbidden
from finance_platform.foundation.models import AuditRow
from finance_platform.foundation.permissions import ADMINISTRATOR, ROLES, Permission, Role
from finance_platform.foundation.use_case import use_case
from tests.architecture import policy, policy_matrix
from tests.factories import BEGINNING

ROOT = Path(__file__).resolve().parents[2]

# Pages open to visitors, and why.
PUBLIC_PAGES = {
    "": "the front page",
    "accounts/login/": "sign in",
    "accounts/logout/": "sign out",
    "accounts/register/": "an enterprise registers itself",
    "accounts/accept/<str:token>/": "an invited person takes the place; the token is the key",
    "preferences/language/": "language of the pages",
    "preferences/large-text/": "size of the text",
    "healthz": "the machine's pulse",
    "verify/": "whoever holds a file may ask whether it was received",
    "help/": "text",
    "methods/": "text",
    "accessibility/": "text",
    "progress/": "the region's official figures beside the platform's, in sums only",
    "claims/public/": "claims in their days of public notice",
    "openings/<str:number>/": "the record of an opening, which anyone may check",
    "estimate/": "an indicative value",
    "estimate/<uuid:pk>/": "an answer given before, by its random name",
    "estimate/<uuid:pk>/paper.pdf": "the same answer on paper",
    "estimate/parameters/": "the tables behind the answers, with their sources",
}
# Operations of the API open to visitors; the pages above say why.
PUBLIC_OPERATIONS = {
    ("POST", "registrations"),
    ("POST", "invitations/acceptance"),
    ("GET", "notices"),
    ("GET", "progress"),
    ("POST", "estimates"),
    ("GET", "estimates/{pk}"),
    ("GET", "valuation-parameters"),
    ("GET", "openings/{number}"),
}
# Public functions of services that are no use cases: steps inside a use case that has already decided.
INNER = {
    "finance_platform.foundation.services.documents.open_to": "writes a share that the calling use case decided",
    "finance_platform.foundation.services.numbers.take": "the next number of a series, in the caller's transaction",
    "finance_platform.foundation.services.people.first_person": "the administrator of an organisation being taken in",
    "finance_platform.foundation.services.people.token_digest": "pure: how a token is kept",
    "pledges.services.dossiers.close_all": "the application leaves the market",
    "pledges.services.dossiers.close_others": "one bank was chosen",
    "pledges.services.dossiers.open_all": "the application was accepted",
    "pledges.services.dossiers.prepare_all": "the borrower consented while drafting",
    "pledges.services.dossiers.reopen_to_market": "the chosen bank declined",
    "pledges.services.pools.add": "part of drafting an application",
    "pledges.services.pools.id_digest": "pure: how an identity number is kept",
    "pledges.services.pools.replace": "part of revising an application",
    "pledges.services.receipts.book": "part of recording or reversing a receipt",
    "pledges.services.standing.locked": "the loan under its lock, for the use cases that move it",
    "pledges.services.standing.restate": "the loan's standing after what a use case wrote",
    "pledges.services.tags.propose_for": "part of listing and importing assets",
    "risk_fund.services.enrolments.let_go": "the application ended, whoever ended it: its reservation goes back",
    "risk_fund.services.ledger.hold": "locks accounts before a use case reads a limit",
    "risk_fund.services.ledger.open_books": "part of opening a fund",
    "risk_fund.services.ledger.post": "the one way into the books, for the fund's use cases",
    "risk_fund.services.ledger.post_reversal": "the same for a reversal",
    "risk_fund.services.sharing.apply": "applies an event to a scheme's state inside a use case",
    "risk_fund.services.sharing.scheme_of": "the scheme under its lock",
    "risk_fund.services.sharing.try_out": "what an event would do, before a use case decides",
    "valuation.services.challenges.record_digest": "pure: what binds a challenge",
    "valuation.services.samples.keep": "part of issuing an appraisal",
    "valuation.services.reports.frozen": "what a report says, kept by the use case that issues it",
    "valuation.services.reports.require_complete": "the gate of a report, inside the use case that signs",
}
# Permissions to read: they guard pages and queries, not use cases.
READING = {Permission.AUDIT_READ, Permission.LEDGER_READ, Permission.OVERVIEW_READ}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """Give every public function of every service module."""
    return {
        name: function
        for module in policy.service_modules()
        for name, function in policy.public_functions(module).items()
    }


@pytest.fixture(scope="module")
def use_cases() -> dict[str, Any]:
    return policy_matrix.platform_use_cases()


def address(pattern: str) -> str:
    """Return the pattern of an address with something well-formed in every place."""
    nobody = "00000000-0000-0000-0000-000000000000"
    return "/" + re.sub(r"[<{](?:(\w+):)?\w+[>}]", lambda place: nobody if place[1] == "uuid" else "1", pattern)


# --- Pages ------------------------------------------------------------------------------------------------------------
def test_every_page_asks_for_a_signed_in_person_or_is_on_the_public_list():
    assert policy.unguarded(policy.pages(), PUBLIC_PAGES) == []


def test_the_public_list_names_only_pages_that_exist_and_are_public():
    public = {page.route for page in policy.pages() if getattr(page.view, "public", False)}
    assert public == set(PUBLIC_PAGES)


def test_a_forgotten_page_and_one_made_public_in_passing_are_found():
    def forgotten(request): ...

    @doors.public_page
    def slipped(request): ...

    @doors.page
    def kept(request): ...

    patterns = [path("a/", forgotten), path("b/", slipped), path("c/", kept)]
    assert policy.unguarded(policy.pages(patterns), PUBLIC_PAGES) == ["a/", "b/"]


@pytest.mark.django_db
def test_a_visitor_is_sent_from_every_other_page_to_sign_in():
    client, wrong = Client(), []
    for page in policy.pages():
        if page.route not in PUBLIC_PAGES:
            answer = client.get(address(page.route))
            if answer.status_code != 302 or not answer["Location"].startswith("/accounts/login/?next="):
                wrong.append((page.route, answer.status_code))
    assert wrong == []


# --- Operations of the API --------------------------------------------------------------------------------------------
def test_every_operation_asks_who_calls_or_is_on_the_public_list():
    assert policy.open_operations(policy.operations(api), PUBLIC_OPERATIONS) == []


def test_the_public_list_names_only_operations_that_exist():
    assert PUBLIC_OPERATIONS - {(each.method, each.path) for each in policy.operations(api)} == set()


def test_an_operation_that_writes_takes_its_content_from_the_body_not_the_address():
    writing = ("post", "put", "patch", "delete")
    in_the_address = [
        f"{method} {path}: {given['name']}"
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items() if method in writing
        for given in operation.get("parameters", []) if given["in"] == "query"
    ]  # fmt: skip
    assert in_the_address == []


def test_an_operation_opened_in_passing_is_found():
    found = [policy.Operation("GET", "secrets", asks=False), policy.Operation("GET", "me", asks=True)]
    assert policy.open_operations(found, PUBLIC_OPERATIONS) == [("GET", "secrets")]


@pytest.mark.django_db
def test_a_visitor_is_answered_401_by_every_other_operation():
    client, wrong = Client(), []
    for each in policy.operations(api):
        if (each.method, each.path) not in PUBLIC_OPERATIONS:
            answer = client.generic(each.method, address("api/v1/" + each.path))
            if answer.status_code != 401 or answer["Content-Type"] != doors.PROBLEM:
                wrong.append((each.method, each.path, answer.status_code))
    assert wrong == []


# --- Use cases --------------------------------------------------------------------------------------------------------
def test_every_public_function_of_a_service_is_a_use_case_or_a_known_inner_step(services):
    assert policy.without_permission(services, INNER) == []


def test_a_service_function_without_permission_is_found():
    @use_case(Permission.DAY_END)
    def decided(*, by, at): ...

    def forgotten(*, by, at): ...

    assert policy.without_permission({"x.decided": decided, "x.forgotten": forgotten}, INNER) == ["x.forgotten"]


def test_every_inner_step_exists_is_documented_and_is_no_use_case(services):
    assert {name for name in INNER if name not in services} == set()
    assert {name for name in INNER if hasattr(services[name], "permission") or not services[name].__doc__} == set()


def test_no_door_calls_an_inner_step():
    inner = {tuple(name.rsplit(".", 2)[1:]) for name in INNER} - {("people", "token_digest")}
    called = {
        (node.func.value.id, node.func.attr): str(file.relative_to(ROOT))
        for file in door_files()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
    }
    assert {call: where for call, where in called.items() if call in inner} == {}


def test_no_door_reaches_into_a_private_module_of_services():
    found = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in door_files()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and ".services" in f".{node.module}"
        for name in [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        if name.startswith("_")
    ]
    assert found == []


def door_files() -> list[Path]:
    """Return the files of both doors and of the commands."""
    roots = [ROOT.joinpath(*app.split(".")) for app in policy.APPS]
    names = ("views", "api", "management")
    return [
        file
        for root in roots
        for name in names
        for file in [root / f"{name}.py", *(root / name).rglob("*.py")]
        if file.is_file()
    ]


def test_every_permission_guards_a_use_case_or_a_reading(use_cases):
    used = {function.permission for function in use_cases.values()}
    assert set(Permission) - used == READING


def test_every_use_case_can_be_done_by_somebody(use_cases):
    held = ADMINISTRATOR.union(*ROLES.values())
    assert [name for name, function in use_cases.items() if function.permission not in held] == []


# --- The table --------------------------------------------------------------------------------------------------------
def test_the_role_by_use_case_matrix_is_the_one_checked_in(use_cases):
    remedy = "the policy changed: run `python -m tests.architecture.policy_matrix` and let the difference be reviewed"
    assert policy_matrix.table(use_cases) == policy_matrix.PATH.read_text(encoding="utf-8"), remedy


def test_the_matrix_shows_a_permission_given_to_one_more_role(use_cases, monkeypatch):
    before = policy_matrix.table(use_cases)
    monkeypatch.setitem(ROLES, Role.INSURER, ROLES[Role.INSURER] | {Permission.CLAIM_APPROVE})
    assert policy_matrix.table(use_cases) != before


@pytest.mark.django_db
def test_every_empty_cell_of_the_matrix_is_refused_and_leaves_a_trace(actors, use_cases):
    """Each role calls each use case it does not hold, with no other argument: the permission is asked first."""
    people = {user.role: user for user in actors.everyone().values()}
    assert set(people) == set(Role)
    let_in, refused = [], 0
    for name, function in use_cases.items():
        for role, user in people.items():
            if function.permission in ROLES[Role(role)] | ADMINISTRATOR:
                continue
            refused += 1
            try:
                function(by=user, at=BEGINNING)
            except Forbidden:
                continue
            except Exception as error:
                let_in.append((name, role, repr(error)))
            else:
                let_in.append((name, role, "was carried out"))
    assert let_in == []
    assert AuditRow.objects.filter(outcome="refused").count() == refused > 1000


@pytest.mark.django_db
def test_every_crossed_cell_of_the_matrix_is_granted(actors):
    people = {user.role: user for user in actors.everyone().values()}
    refused = [
        (role, permission)
        for role, user in people.items()
        for permission in ROLES[Role(role)]
        if not queries.may(user, permission, BEGINNING)
    ]
    assert refused == []
