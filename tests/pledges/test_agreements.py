"""Contracts: prepared by the bank that won, signed by both sides, their hashes kept."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from finance_platform.foundation import queries as foundation
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from finance_platform.foundation.services import documents
from pledges import queries
from pledges.models import PledgeAgreement
from pledges.services import agreements, applications
from tests.factories import (
    AWARDED,
    SIGNED,
    make_agreement,
    make_approved_application,
    make_contracted_application,
    make_paper,
    make_published_application,
    set_clock,
)

pytestmark = pytest.mark.django_db


def test_the_contracts_hashes_are_those_of_the_documents_and_the_borrower_may_read_them(actors):
    agreement = make_agreement(actors)
    for document, digest in (
        (agreement.contract_document, agreement.contract_sha256),
        (agreement.loan_contract_document, agreement.loan_contract_sha256),
    ):
        with viewer.seen_by(actors.enterprise):
            assert foundation.document(actors.enterprise, document.pk).sha256 == digest
    assert [(p.organisation, p.role) for p in agreement.pledgees.all()] == [(actors.bank_officer.organisation, "sole")]


def test_the_second_signature_makes_the_application_contracted_whoever_signs_first(actors):
    agreement = make_agreement(actors)
    agreements.sign(by=actors.bank_officer, at=SIGNED, agreement_id=agreement.pk)
    assert queries.application(actors.enterprise, agreement.application_id).state == "APPROVED"
    signed = agreements.sign(by=actors.enterprise, at=SIGNED, agreement_id=agreement.pk)
    assert queries.application(actors.enterprise, agreement.application_id).state == "CONTRACTED"
    assert (signed.signed_by_borrower, signed.signed_by_lender_id) == (actors.enterprise, actors.bank_officer.pk)


def test_a_side_signs_once(actors):
    agreement = make_agreement(actors)
    agreements.sign(by=actors.enterprise, at=SIGNED, agreement_id=agreement.pk)
    with pytest.raises(Conflict, match="已签署"):
        agreements.sign(by=actors.enterprise, at=SIGNED, agreement_id=agreement.pk)


@pytest.mark.parametrize("who", ["bank_approver", "guarantor", "intake", "auditor", "public"])
def test_people_without_the_permission_neither_prepare_nor_sign(actors, who: str):
    agreement = make_agreement(actors)
    with pytest.raises(Forbidden):
        agreements.sign(by=getattr(actors, who), at=SIGNED, agreement_id=agreement.pk)


def test_a_foreign_agreement_is_not_found(actors):
    agreement = make_agreement(actors)
    for stranger in (actors.other_enterprise, actors.other_bank_officer):
        with pytest.raises(NotFound):
            agreements.sign(by=stranger, at=SIGNED, agreement_id=agreement.pk)


def test_a_bank_that_only_holds_part_of_the_pledge_sees_but_does_not_sign(actors):
    joint = [
        {"organisation_id": bank.organisation.pk, "role": "joint", "share": "0.5"}
        for bank in (actors.bank_officer, actors.other_bank_officer)
    ]
    agreement = make_agreement(actors, pledgees=joint)
    assert queries.agreement(actors.other_bank_officer, agreement.pk) == agreement
    with pytest.raises(Forbidden):
        agreements.sign(by=actors.other_bank_officer, at=SIGNED, agreement_id=agreement.pk)


def test_only_the_chosen_bank_prepares_and_only_once_approved(actors):
    application = make_published_application(actors)
    set_clock(SIGNED)  # the bank reads the application through a dossier that has not run out
    with pytest.raises(Forbidden):
        make_agreement(actors, application)
    agreement = make_agreement(actors, make_approved_application(actors, application))
    with pytest.raises(Conflict, match="已准备"):
        make_agreement(actors, queries.application(actors.bank_officer, agreement.application_id))
    with pytest.raises(NotFound):
        agreements.prepare(
            by=actors.other_bank_officer, at=SIGNED, application_id=application.pk, secured_amount_fen=1,
            maturity=date(2027, 1, 1), contract_document_id=uuid4(), loan_contract_document_id=uuid4(),
        )  # fmt: skip


def test_diligence_that_is_not_over_makes_no_contracts(actors):
    application = make_published_application(actors)
    applications.match(
        by=actors.enterprise, at=AWARDED, application_id=application.pk, offer_id=uuid4(),
        bank_id=actors.bank_officer.organisation.pk,
    )  # fmt: skip
    with pytest.raises(Conflict, match="批准后"):
        make_agreement(actors, application)


def test_a_withdrawn_application_is_not_signed(actors):
    agreement = make_agreement(actors)
    applications.withdraw(by=actors.enterprise, at=SIGNED, application_id=agreement.application_id, reason="不再需要")
    with pytest.raises(Conflict, match="已撤回"):
        agreements.sign(by=actors.enterprise, at=SIGNED, agreement_id=agreement.pk)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("secured_amount_fen", 0), ("maturity", date(2025, 4, 15)), ("kind", "halfway"),
        ("pledgees", [{"organisation_id": 0, "role": "sole"}]), ("pledgees", [{"role": "sole"}]),
    ],
)  # fmt: skip
def test_contracts_that_cannot_stand_are_refused_and_take_no_number(actors, field: str, value: object):
    application = make_approved_application(actors)
    with pytest.raises((Invalid, NotFound)) as refusal:
        make_agreement(actors, application, **{field: value})
    assert field == "pledgees" or field in refusal.value.fields
    assert make_agreement(actors, application).number == "ZY-2025-00001"


def test_a_third_partys_paper_is_not_laid_before_the_borrower(actors):
    application = make_approved_application(actors)
    foreign = make_paper(actors.other_enterprise, "secret")
    documents.share(
        by=actors.other_enterprise, at=SIGNED, document_id=foreign, organisation_id=actors.bank_officer.organisation.pk
    )
    with pytest.raises(Invalid, match="合同文本"):
        make_agreement(actors, application, contract_document_id=foreign)
    with viewer.seen_by(actors.enterprise), pytest.raises(NotFound):
        foundation.document(actors.enterprise, foreign)


def test_the_database_keeps_what_both_sides_were_shown(actors):
    agreement = make_agreement(actors)
    for change in ({"secured_amount_fen": 1}, {"contract_sha256": "0" * 64}, {"maturity": date(2030, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PledgeAgreement.objects.filter(pk=agreement.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PledgeAgreement.objects.filter(pk=agreement.pk).update(
            signed_by_borrower=actors.enterprise, signed_by_borrower_at=SIGNED, signed_by_lender=actors.enterprise,
            signed_by_lender_at=SIGNED,
        )  # fmt: skip


def test_offices_see_the_agreements_of_their_region(actors):
    application = make_contracted_application(actors)
    seen = {
        name: queries.agreements_visible_to(person).filter(application=application).exists()
        for name, person in actors.everyone().items()
    }
    assert {name for name, found in seen.items() if found} == {
        "enterprise", "bank_officer", "bank_approver", "bank_approver2", "intake", "verifier", "verifier2",
        "first_reviewer", "checker", "approver", "cashier", "accountant", "auditor", "system",
    }  # fmt: skip
