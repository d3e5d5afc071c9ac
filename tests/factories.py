"""People and things for tests, made through the real services."""

import itertools
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection
from django.utils import timezone
from stdnum.cn import uscc

from finance_platform.foundation import queries
from finance_platform.foundation.models import Membership, User
from finance_platform.foundation.permissions import Role
from finance_platform.foundation.services import calendars as calendar_services
from finance_platform.foundation.services import documents, organisations
from pledges.models import Application, Loan, PledgeAgreement
from pledges.services import agreements, applications, loans, registrations

PASSWORD = "correct-horse-9"
_serial = itertools.count(1)


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """Return a moment of Beijing time."""
    return timezone.make_aware(datetime(year, month, day, hour, minute))


BEGINNING = at(2024, 1, 2)


def set_clock(moment: datetime) -> None:
    """Let platform_now() go on from `moment`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT platform_clock_set(%s)", [moment])


def credit_code(serial: int, region: str = "150100") -> str:
    """Return a well-formed, fictional unified social credit code."""
    base = f"91{region}MA{serial:07d}"
    return base + uscc.calc_check_digit(base)


@dataclass
class Actors:
    """One person per role; `other_*` belong to a second organisation of the same kind."""

    enterprise: User
    other_enterprise: User
    bank_officer: User
    bank_approver: User
    bank_approver2: User
    other_bank_officer: User
    third_bank_officer: User
    appraiser: User
    reviewer: User
    signatory: User
    signatory2: User
    insurer: User
    guarantor: User
    intake: User
    verifier: User
    verifier2: User
    first_reviewer: User
    other_prefecture_reviewer: User
    checker: User
    approver: User
    cashier: User
    accountant: User
    auditor: User
    operator: User
    system: User
    public: User

    def everyone(self) -> dict[str, User]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def onboard(kind: str, name: str, role: str = "", region: str = "150100") -> User:
    """Take in an organisation of a kind with its first person."""
    serial = next(_serial)
    common: dict[str, Any] = {
        "at": BEGINNING,
        "name": name,
        "credit_code": credit_code(serial, region),
        "region_code": region,
        "full_name": f"{name}员{serial}",
        "username": f"u{serial}",
        "password": PASSWORD,
        "fictional": True,
    }
    if kind == "enterprise":
        return organisations.register_enterprise(by=queries.public_user(), **common)
    return organisations.onboard(by=queries.system_user(), kind=kind, role=role, **common)


def colleague(of: User, role: str) -> User:
    """Add a person to somebody's organisation."""
    serial = next(_serial)
    user = User.objects.create_user(f"u{serial}", PASSWORD, full_name=f"{role}{serial}", joined_at=BEGINNING)
    Membership.objects.create(user=user, organisation=of.organisation, role=role, joined_at=BEGINNING)
    return user


def people_of_the_region() -> Actors:
    """Return one person per role, in their organisations, all at Hohhot unless the name says otherwise."""
    bank = onboard("bank", "青城银行")
    appraiser = onboard("appraiser", "草原评估")
    office = onboard("ip_office_prefecture", "呼和浩特市市场监管局", Role.INTAKE_OFFICER)
    finance = onboard("finance_office", "自治区财政厅", Role.APPROVER)
    operator = Membership.objects.get(user__username="system")
    return Actors(
        enterprise=onboard("enterprise", "青山稀土科技有限公司"),
        other_enterprise=onboard("enterprise", "河套种业有限公司", region="150800"),
        bank_officer=bank,
        bank_approver=colleague(bank, Role.BANK_APPROVER),
        bank_approver2=colleague(bank, Role.BANK_APPROVER),
        other_bank_officer=onboard("bank", "北疆银行"),
        third_bank_officer=onboard("bank", "阴山银行"),
        appraiser=appraiser,
        reviewer=colleague(appraiser, Role.APPRAISAL_REVIEWER),
        signatory=colleague(appraiser, Role.APPRAISAL_SIGNATORY),
        signatory2=colleague(appraiser, Role.APPRAISAL_SIGNATORY),
        insurer=onboard("insurer", "北方保险"),
        guarantor=onboard("guarantor", "蒙担保"),
        intake=office,
        verifier=colleague(office, Role.ASSET_VERIFIER),
        verifier2=colleague(office, Role.ASSET_VERIFIER),
        first_reviewer=colleague(office, Role.FIRST_REVIEWER),
        other_prefecture_reviewer=onboard("ip_office_prefecture", "包头市市场监管局", Role.FIRST_REVIEWER, "150200"),
        checker=onboard("ip_office_region", "自治区知识产权局"),
        approver=finance,
        cashier=colleague(finance, Role.CASHIER),
        accountant=colleague(finance, Role.ACCOUNTANT),
        auditor=onboard("audit_office", "自治区审计厅"),
        operator=colleague(operator.user, Role.OPERATOR),
        system=queries.system_user(),
        public=queries.public_user(),
    )


def load_calendars() -> None:
    """Import the published holidays and LPR fixings that the project carries."""
    data = settings.BASE_DIR / "finance_platform" / "foundation" / "data"
    by = queries.system_user()
    holidays, lpr = ((data / name).read_text(encoding="utf-8") for name in ("holidays.csv", "lpr.csv"))
    calendar_services.import_holidays(by=by, at=BEGINNING, text=holidays, source="国务院办公厅通知")
    calendar_services.import_lpr(by=by, at=BEGINNING, text=lpr, source="全国银行间同业拆借中心")


def day_after(moment: datetime, days: int = 1) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(moment) + timedelta(days=days), time(10)))


# --- A loan and the way to it -----------------------------------------------------------------------------------------
PRINCIPAL_FEN = 500_000_000
AWARDED, APPROVED, SIGNED, FILED, REGISTERED, PAID_OUT = (
    at(2025, 4, 11), at(2025, 4, 14), at(2025, 4, 15), at(2025, 4, 16), at(2025, 4, 18), at(2025, 4, 21)
)  # fmt: skip
FIRST_DUE, SECURED_UNTIL = date(2025, 5, 21), date(2027, 6, 21)
DEFAULTED = at(2025, 8, 25)
"""96 days after the first due date: substandard, ready to be accelerated."""


def make_paper(by: User, kind: str, when: datetime = SIGNED) -> UUID:
    """Store a paper of its own content for somebody's organisation."""
    stored = documents.store(by=by, at=when, kind=kind, filename=f"{kind}.pdf", data=f"{kind} {uuid4()}".encode())
    return stored.pk


def make_published_application(actors: Actors) -> Application:
    """Return an application on three patents and a trademark that three banks may read."""
    from tests.pledges import builders  # it builds on this module

    return builders.published(actors)


def make_approved_application(actors: Actors, application: Application | None = None) -> Application:
    """Return an application that chose the actors' bank and passed its diligence and approval."""
    application = application or make_published_application(actors)
    bank = actors.bank_officer.organisation
    assert bank is not None
    key = {"application_id": application.pk}
    applications.match(by=actors.enterprise, at=AWARDED, offer_id=uuid4(), bank_id=bank.pk, **key)
    applications.start_diligence(by=actors.bank_officer, at=AWARDED, **key)
    return applications.approve(by=actors.bank_approver, at=APPROVED, **key)


def make_agreement(actors: Actors, application: Application | None = None, **changes: Any) -> PledgeAgreement:
    """Return contracts that the bank laid before both sides; nobody has signed."""
    application = application or make_approved_application(actors)
    papers = [make_paper(actors.bank_officer, kind) for kind in ("pledge_contract", "loan_contract")]
    values = {
        "secured_amount_fen": PRINCIPAL_FEN, "maturity": SECURED_UNTIL, "contract_document_id": papers[0],
        "loan_contract_document_id": papers[1],
    }  # fmt: skip
    return agreements.prepare(by=actors.bank_officer, at=SIGNED, application_id=application.pk, **values | changes)


def make_contracted_application(actors: Actors, **changes: Any) -> Application:
    """Return an application whose contracts both sides signed; no pledge is filed yet."""
    agreement = make_agreement(actors, **changes)
    for by in (actors.enterprise, actors.bank_officer):
        agreements.sign(by=by, at=SIGNED, agreement_id=agreement.pk)
    return Application.objects.get(pk=agreement.application_id)


def make_registered(actors: Actors, application: Application, certificate: str = "Y2025") -> None:
    """Have the pledge registered in every registry of the pool, the result keyed by two persons."""
    agreement = PledgeAgreement.objects.get(application=application)
    for serial, registry in enumerate(("patent", "trademark")):
        pledge = registrations.file(by=actors.bank_officer, at=FILED, agreement_id=agreement.pk, registry=registry)
        result: dict[str, Any] = {
            "pledge_id": pledge.pk, "certificate_no": f"{certificate}-{serial:06d}",
            "registered_on": timezone.localdate(REGISTERED),
        }  # fmt: skip
        registrations.key_result(by=actors.bank_officer, at=REGISTERED, **result)
        registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **result)


def loan_terms(principal_fen: int = PRINCIPAL_FEN, **changes: Any) -> dict[str, Any]:
    """Return a contract document: 24 equal instalments at 4.35 %, the first due a month after the payment."""
    return {
        "disbursements": [{"date": timezone.localdate(PAID_OUT).isoformat(), "amount": principal_fen}],
        "rate": {"annual": "0.0435"}, "day_count": "act/360", "method": "equal_instalment", "instalments": 24,
        "first_due": FIRST_DUE.isoformat(),
    } | changes  # fmt: skip


def make_loan(
    actors: Actors, *, state: str = "ACTIVE", terms: dict[str, Any] | None = None, guarantor_id: int | None = None
) -> Loan:
    """Return a loan in a state, of which nothing was ever repaid (SETTLED: all of it, on one day).

    ACTIVE on the day of payment; OVERDUE and all after it 96 days past due; ACCELERATED on that day, then IN_RECOVERY
    after compensation, then WRITTEN_OFF.
    """
    application = make_contracted_application(actors)
    make_registered(actors, application)
    loan = loans.disburse(
        by=actors.bank_officer, at=PAID_OUT, application_id=application.pk, principal_fen=PRINCIPAL_FEN,
        terms=terms or loan_terms(), disbursed_on=timezone.localdate(PAID_OUT), guarantor_id=guarantor_id,
    )  # fmt: skip
    for step in _STEPS[state]:
        step(actors, loan.pk)
    return Loan.objects.get(pk=loan.pk)


def _default(actors: Actors, loan_id: int) -> None:
    loans.run_day(by=actors.system, at=DEFAULTED, on=timezone.localdate(DEFAULTED), loan_id=loan_id)


def _accelerate(actors: Actors, loan_id: int) -> None:
    notice = make_paper(actors.bank_officer, "acceleration_notice", DEFAULTED)
    loans.accelerate(by=actors.bank_approver, at=DEFAULTED, loan_id=loan_id, notice_document_id=notice)


def _compensate(actors: Actors, loan_id: int) -> None:
    loans.mark_compensated(by=actors.accountant, at=DEFAULTED, loan_id=loan_id, claim_number="BC-2025-00001")


def _repay_all(actors: Actors, loan_id: int) -> None:
    loan = Loan.objects.get(pk=loan_id)
    owed = sum(row.interest_fen + row.principal_fen for row in loan.instalments.all())
    when, on = timezone.make_aware(datetime.combine(loan.maturity, time(10))), timezone.localdate(PAID_OUT)
    loans.record_receipt(
        by=actors.bank_officer, at=PAID_OUT, loan_id=loan_id, received_on=on, amount_fen=owed, reference="HK-ALL"
    )
    loans.settle(by=actors.bank_officer, at=when, loan_id=loan_id)


def _write_off(actors: Actors, loan_id: int) -> None:
    loans.write_off(by=actors.bank_approver, at=DEFAULTED, loan_id=loan_id, ruling="(2025)内01执终1号")


_STEPS: dict[str, list[Any]] = {
    "ACTIVE": [],
    "OVERDUE": [_default],
    "ACCELERATED": [_default, _accelerate],
    "IN_RECOVERY": [_default, _accelerate, _compensate],
    "WRITTEN_OFF": [_default, _accelerate, _compensate, _write_off],
    "SETTLED": [_repay_all],
}
