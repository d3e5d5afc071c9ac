"""The bank's pages after an award, as a person walks them: every step by a form, each by its own hand."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pledges.models import Application, Loan
from pledges.services import loans
from risk_fund.models import Enrolment
from tests.banks_portal import journey
from tests.banks_portal.journey import DECIDED, DEFAULTED, PAID_OUT, REGISTERED, SIGNED
from tests.factories import at, set_clock

pytestmark = pytest.mark.django_db


def browser(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(user, name, args, data=None):
    """Post a form and return the page one is led to; a refused form shows its errors instead."""
    answer = browser(user).post(reverse(name, args=args), data or {"form_key": f"{name}:{args}"}, follow=True)
    errors = re.findall(r'class="ipf-(?:error|summary)".*?</div>', answer.content.decode(), re.S)
    assert not errors, errors
    return answer


def upload(name):
    return SimpleUploadedFile(f"{name}.pdf", f"{name} 正文".encode())


def test_the_dossier_shows_the_distribution_and_the_gap_grows_with_the_loan(actors):
    application = journey.in_diligence(actors)
    client, gaps = browser(actors.bank_officer), []
    for loan in ("1000000", "3000000", "6000000"):
        answer = client.get(reverse("bank_dossier", args=[application.number]), {"loan_fen": loan, "realised": "60"})
        gaps.append(float(answer.context["file"].coverage.texts["recovery_below"]))
        assert "变现价值分布" in answer.content.decode()
    assert gaps == sorted(gaps)
    assert gaps[0] < gaps[-1]
    file = answer.context["file"]
    for url in (
        reverse("appraisal", args=[file.appraisal.number]),
        *(reverse("document", args=[p["document"].pk]) for p in file.papers),
    ):
        assert url in answer.content.decode()
        assert client.get(url).status_code == 200, url


def test_an_award_is_walked_from_diligence_to_the_loan_in_default_and_its_claim(actors, calendars):
    code = journey.fund_with_scheme(actors)
    application = journey.in_diligence(actors)
    number = application.number
    set_clock(DECIDED)
    send(actors.bank_officer, "bank_case_credit", [number], {
        "principal_fen": "3000000", "ltv_limit": "80", "basis": "filed_report", "with_cover": "on",
        "scheme_code": code, "note": "同意",
    })  # fmt: skip
    decision = application.credit_decisions.get()
    page = browser(actors.bank_approver).get(reverse("bank_case", args=[number])).content.decode()
    assert reverse("bank_decision_approve", args=[decision.pk]) in page
    for approver in (actors.bank_approver, actors.bank_approver2):
        send(approver, "bank_decision_approve", [decision.pk])
    assert Enrolment.objects.get(application=application).state == "RESERVED"

    set_clock(SIGNED)
    papers = {"loan_contract": upload("借款合同"), "contract": upload("质押合同"), "kind": "ordinary"}
    send(actors.bank_officer, "bank_case_contracts", [number], papers)
    send(actors.bank_officer, "bank_case_sign", [number])
    from pledges.services import agreements

    agreements.sign(by=actors.enterprise, at=SIGNED, agreement_id=Application.objects.get(number=number).agreement.pk)
    for registry in ("patent", "trademark"):
        send(actors.bank_officer, "bank_case_registration", [number, registry], {"receipt_no": "HZ-1"})
    set_clock(REGISTERED)
    for serial, registry in enumerate(("patent", "trademark")):
        keyed = {"certificate_no": f"Y2025{serial:06d}", "registered_on": "2025-04-18"}
        for hand, step in ((actors.bank_officer, "result"), (actors.bank_approver, "confirmation")):
            send(hand, "bank_case_registration_step", [number, registry, step], keyed)

    set_clock(PAID_OUT)
    paid_out = send(actors.bank_officer, "bank_case_disburse", [number], {"disbursed_on": "2025-04-21"})
    loan = Loan.objects.get(application__number=number)
    assert loan.number in paid_out.content.decode()
    assert Enrolment.objects.get(application=application).state == "COMMITTED"
    set_clock(at(2025, 5, 21))
    receipt = {"received_on": "2025-05-21", "amount_fen": "130000", "reference": "HK-1"}
    assert "HK-1" in send(actors.bank_officer, "bank_receipt", [loan.number], receipt).content.decode()

    set_clock(DEFAULTED)
    loans.run_day(by=actors.system, at=DEFAULTED, on=DEFAULTED.date(), loan_id=loan.pk)
    send(actors.bank_approver, "bank_accelerate", [loan.number], {"notice": upload("通知书")})
    evidence = {
        f"evidence_{kind}": upload(kind) for kind in ("overdue_statement", "collection_record", "loss_calculation")
    }
    address = f"{reverse('bank_claim_new')}?loan={loan.number}"
    client = browser(actors.bank_officer)
    initial = client.get(address).context["form"].initial
    yuan = {name: f"{fen // 100}.{fen % 100:02d}" for name, fen in initial.items()}
    answer = client.post(address, yuan | evidence, follow=True)
    assert "待初审" in answer.content.decode()

    pledge = loan.agreement.pledges.get(registry="patent")
    send(actors.bank_officer, "bank_dispose", [loan.number, pledge.pk])
    disposal = loan.disposals.get()
    for step, data in (
        ("value", {"appraised_value_fen": "2000000", "report": upload("处置评估")}),
        ("list", {"reserve_price_fen": "1500000", "agreement": upload("处置协议")}),
        ("auction", {"text": "公告1号"}),
        ("sell", {"price_fen": "1600000", "buyer": "河套种业", "sold_on": "2025-08-25"}),
        ("key", {"cost_fen": "20000", "received_on": "2025-08-25", "reference": "CZ-1", "transfer_notice_no": "ZR-1"}),
    ):
        send(actors.bank_officer, "bank_disposal_step", [disposal.pk, step], data)
    own = browser(actors.bank_officer).get(reverse("bank_disposal", args=[disposal.pk])).content.decode()
    assert "须由他人确认" in own
    assert browser(actors.bank_officer).post(reverse("bank_disposal_settle", args=[disposal.pk])).status_code == 403


@pytest.mark.parametrize("name", ["bank_case", "bank_case_credit", "bank_case_contracts", "bank_case_disburse"])
def test_another_bank_finds_no_case(actors, name):
    application = journey.in_diligence(actors)
    assert browser(actors.other_bank_officer).get(reverse(name, args=[application.number])).status_code == 404
