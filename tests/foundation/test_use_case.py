"""A use case asks permission, writes its audit row, and leaves a trace of what it refused."""

import pytest
from django.db import DatabaseError, connection, transaction

from finance_platform.foundation import queries, viewer
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from finance_platform.foundation.models import AuditRow, Document, DocumentContent
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents, organisations, people
from tests.factories import BEGINNING, PASSWORD, at, colleague, credit_code

pytestmark = pytest.mark.django_db


def test_the_run_time_role_owns_nothing_and_cannot_pass_row_level_security(actors):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_a_use_case_writes_one_audit_row_with_person_permission_and_subject(actors):
    document = documents.store(by=actors.enterprise, at=BEGINNING, kind="证书", filename="a.pdf", data=b"%PDF-1.7")
    row = AuditRow.objects.get(use_case__endswith="documents.store")
    assert (row.person, row.outcome, row.subject) == (actors.enterprise, "done", f"foundation.Document:{document.pk}")
    assert row.details["filename"] == "a.pdf"
    assert "PDF" not in str(row.details["data"])


def test_a_refused_permission_leaves_its_own_row(actors):
    with pytest.raises(Forbidden):
        organisations.suspend(by=actors.enterprise, at=BEGINNING, organisation_id=1, reason="x")
    assert AuditRow.objects.get(outcome="refused").person == actors.enterprise


def test_a_registered_enterprise_needs_a_true_credit_code_and_comes_once(actors):
    form = {"by": actors.public, "at": BEGINNING, "name": "新企业", "region_code": "150200"}
    form |= {"full_name": "王五", "password": PASSWORD}
    with pytest.raises(Invalid, match="校验位"):
        organisations.register_enterprise(**form, credit_code="91150200MA0N0X1Y2X", username="w1")
    code = credit_code(9_000_001)
    organisations.register_enterprise(**form, credit_code=f" {code[:4]} {code[4:]} ".lower(), username="w1")
    assert PASSWORD not in str(AuditRow.objects.filter(use_case__endswith="register_enterprise").last().details)
    with pytest.raises(Conflict, match="已注册"):
        organisations.register_enterprise(**form, credit_code=code, username="w2")


def test_an_invited_person_works_until_he_leaves(actors):
    _invitation, token = people.invite(by=actors.bank_officer, at=BEGINNING, full_name="新人", role="bank_approver")
    newcomer = people.accept(by=actors.public, at=BEGINNING, token=token, username="newcomer", password=PASSWORD)
    assert newcomer.organisation == actors.bank_officer.organisation
    with pytest.raises(NotFound):
        people.accept(by=actors.public, at=BEGINNING, token=token, username="again", password=PASSWORD)
    people.end_membership(by=actors.bank_officer, at=BEGINNING, membership_id=newcomer.membership.pk)
    del newcomer._membership
    with pytest.raises(Forbidden):
        documents.store(by=newcomer, at=BEGINNING, kind="x", filename="a.pdf", data=b"1")


def test_the_last_administrator_cannot_leave(actors):
    with pytest.raises(Conflict, match="最后一位"):
        people.end_membership(by=actors.bank_officer, at=BEGINNING, membership_id=actors.bank_officer.membership.pk)


def test_a_delegate_acts_in_the_principals_name_for_the_time_only(actors):
    helper = colleague(actors.approver, "cashier")
    people.delegate(
        by=actors.approver,
        at=BEGINNING,
        delegate_id=helper.pk,
        starts_at=at(2024, 2, 1),
        ends_at=at(2024, 2, 10),
        reason="出差",
    )
    assert queries.grant(helper, Permission.CLAIM_APPROVE, at(2024, 2, 5)).principal_id == actors.approver.pk
    assert queries.grant(helper, Permission.CLAIM_APPROVE, at(2024, 2, 10)) is None
    assert queries.grant(helper, Permission.CLAIM_APPROVE, at(2024, 1, 31)) is None


def test_row_level_security_hides_foreign_documents_from_the_run_time_role(actors):
    document = documents.store(by=actors.enterprise, at=BEGINNING, kind="证书", filename="a.pdf", data=b"secret")
    with viewer.seen_by(actors.bank_officer):
        assert not Document.objects.filter(pk=document.pk).exists()
        assert not DocumentContent.objects.exists()
    assert not Document.objects.exists(), "nobody looking sees nothing"
    organisation = actors.bank_officer.organisation
    documents.share(by=actors.enterprise, at=BEGINNING, document_id=document.pk, organisation_id=organisation.pk)
    with viewer.seen_by(actors.bank_officer):
        assert bytes(Document.objects.get(pk=document.pk).content.data) == b"secret"


@pytest.mark.parametrize("statement", ["UPDATE {} SET use_case = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_audit_trail_cannot_be_rewritten(actors, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("foundation_auditrow"))
