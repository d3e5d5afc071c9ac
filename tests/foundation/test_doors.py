"""Both doors render refusals, carry out a repeated call once, and keep foreigners out."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from finance_platform.foundation.models import AuditRow, Document, Membership, Organisation
from finance_platform.foundation.services import people
from tests.factories import BEGINNING, PASSWORD, colleague, credit_code, set_clock

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _clock(db):
    set_clock(BEGINNING)


@pytest.fixture
def token(actors):
    return people.issue_token(by=actors.enterprise, at=BEGINNING, label="test")[1]


def registration(serial: int) -> dict[str, str]:
    return {
        "name": f"企业{serial}", "credit_code": credit_code(serial), "region_code": "150200", "full_name": "甲",
        "username": f"new{serial}", "password": PASSWORD,
    }  # fmt: skip


def test_a_visitor_registers_on_the_page_and_is_signed_in(client):
    answer = client.post("/accounts/register/", registration(9_100_001))
    assert answer.status_code == 302
    assert client.get("/account/").status_code == 200


def test_a_wrong_code_keeps_the_text_and_names_the_field(client):
    answer = client.post("/accounts/register/", registration(9_100_002) | {"credit_code": "91150200MA0N0X1Y2X"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "校验位" in page
    assert "企业9100002" in page


def test_a_form_sent_twice_acts_once(client):
    form = registration(9_100_003) | {"form_key": "k1"}
    first = client.post("/accounts/register/", form)
    client.logout()
    second = client.post("/accounts/register/", form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Organisation.objects.filter(name="企业9100003").count() == 1


def test_the_json_door_answers_with_problem_details(client):
    answer = client.post("/api/v1/registrations", {"name": "x"}, content_type="application/json")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {"field", "message"} == set(answer.json()["errors"][0])
    assert client.get("/api/v1/me").status_code == 401


def test_an_idempotency_key_gives_the_first_answer_again_and_refuses_other_inputs(client):
    def call(body):
        return client.post(
            "/api/v1/registrations", body, content_type="application/json", headers={"Idempotency-Key": "one"}
        )

    first = call(registration(9_100_004))
    assert (first.status_code, call(registration(9_100_004)).json()) == (201, first.json())
    other = call(registration(9_100_005))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_a_token_opens_the_json_door_for_its_holder(client, actors, token):
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["organisation"] == actors.enterprise.organisation.name
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_an_upload_is_received_with_its_digest_and_found_by_anyone_who_holds_the_file(client, actors, token):
    data = b"%PDF-1.7 certificate"
    answer = client.post(
        "/api/v1/documents",
        {"file": SimpleUploadedFile("cert.pdf", data), "kind": "证书"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201
    assert answer.json()["sha256"] == hashlib.sha256(data).hexdigest()
    client.logout()
    page = client.post("/verify/", {"file": SimpleUploadedFile("any.pdf", data)}).content.decode()
    assert answer.json()["number"] in page
    changed = client.post("/verify/", {"file": SimpleUploadedFile("any.pdf", data + b".")}).content.decode()
    assert "没有收到过" in changed


@pytest.mark.parametrize("door", ["json", "button"])
def test_a_refusal_at_any_door_leaves_its_row_though_all_else_is_rolled_back(client, actors, token, door):
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
    if door == "json":
        body = registration(9_100_006) | {"kind": "bank", "role": "bank_officer"}
        answer = client.post("/api/v1/organisations", body, content_type="application/json", headers=headers)
    else:
        client.force_login(colleague(actors.enterprise, "enterprise"), BACKEND)
        answer = client.post(f"/account/people/{_seat(actors.enterprise)}/end/", {"form_key": "k1"})
    assert answer.status_code == 403
    assert AuditRow.objects.filter(outcome="refused").count() == 1


def test_a_button_pressed_twice_acts_once(client, actors):
    colleague(actors.enterprise, "enterprise")
    leaver = colleague(actors.enterprise, "enterprise")
    client.force_login(actors.enterprise, BACKEND)
    pressed = [client.post(f"/account/people/{_seat(leaver)}/end/", {"form_key": "k1"}, follow=True) for _ in range(2)]
    assert [page.content.decode().count("ipf-message-error") for page in pressed] == [0, 0]
    assert AuditRow.objects.filter(use_case__endswith="people.end_membership").count() == 1


def _seat(user) -> int:
    return Membership.objects.get(user=user).pk


def test_a_foreign_document_is_not_found_by_either_door(client, actors, token):
    client.force_login(actors.enterprise, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/api/v1/documents", {"file": SimpleUploadedFile("a.pdf", b"1"), "kind": "证书"},
                         headers={"Authorization": f"Bearer {token}"})  # fmt: skip
    pk = answer.json()["id"]
    client.force_login(actors.bank_officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/documents/{pk}/").status_code == 404
    assert client.get(f"/api/v1/documents/{pk}").status_code == 404
    assert Document.objects.count() == 0, "outside a viewer the table is empty"


@pytest.mark.parametrize(
    "address", ["/", "/verify/", "/help/", "/methods/", "/accessibility/", "/accounts/login/", "/accounts/register/"]
)
def test_public_pages_ask_no_other_host(client, address):
    page = client.get(address)
    assert page.status_code == 200
    assert "https://" not in page.content.decode().replace("http://www.w3.org/", "")


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("operator", "/operator/organisations/"), ("operator", "/operator/organisations/new/"),
        ("operator", "/operator/calendars/"), ("auditor", "/audit/"), ("enterprise", "/account/"),
        ("enterprise", "/account/people/"), ("enterprise", "/account/delegate/"),
        ("enterprise", "/account/people/invite/"), ("enterprise", "/account/tokens/new/"),
        ("enterprise", "/accounts/password/"),
    ],
)  # fmt: skip
def test_signed_in_pages_open_for_their_people_and_for_nobody_else(client, actors, who, address):
    assert client.get(address).status_code == 302
    client.force_login(getattr(actors, who), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 200
    if not address.startswith("/account"):
        client.force_login(actors.insurer, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address).status_code == 403


def test_an_address_that_only_takes_forms_says_so_to_one_who_comes_back_after_signing_in(client, actors):
    client.force_login(actors.enterprise, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/sme/contracts/ZY-1/sign/")
    assert answer.status_code == 405
    assert "登录已过期" in answer.content.decode()
