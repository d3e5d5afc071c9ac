"""The parties of a portfolio that is taken over: banks with their people, borrowers; none of them can sign in.

Everything here runs inside the use case of `portfolios` that has already decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from finance_platform.foundation.models import Membership, Organisation, Region, User
from finance_platform.foundation.permissions import Role
from pledges.rules import portfolios as rules
from pledges.rules.portfolios import ExistingLoan

STAFF = (("officer", Role.BANK_OFFICER), ("approver1", Role.BANK_APPROVER), ("approver2", Role.BANK_APPROVER))
BATCH = 1000


@dataclass(frozen=True)
class Staff:
    """A bank of the portfolio and its people."""

    bank: Organisation
    officer: User
    approver: User
    second: User


def moment_of(loan: ExistingLoan) -> datetime:
    """Return the morning of the loan's own day: everything before disbursement is recorded as of then."""
    return timezone.make_aware(datetime.combine(loan.disbursed_on, time(8)))


def banks(loans: Sequence[ExistingLoan], region: Region) -> dict[str, Staff]:
    """Take in each bank with an officer and two approvers as of its first loan."""
    first: dict[str, datetime] = {}
    for loan in loans:
        first[loan.bank] = min(first.get(loan.bank, moment_of(loan)), moment_of(loan))
    rows = _organisations(Organisation.Kind.BANK, "B", first, region)
    people = _people(
        [
            (rows[name], f"replay.bank{serial}.{suffix}", role, since)
            for serial, (name, since) in enumerate(first.items(), start=1)
            for suffix, role in STAFF
        ]
    )
    trios = zip(*[iter(people)] * len(STAFF), strict=True)
    return {name: Staff(rows[name], *trio) for name, trio in zip(first, trios, strict=True)}


def firms(loans: Sequence[ExistingLoan], region: Region) -> list[User]:
    """Take in one borrower with one person per loan: the source does not say which loans are one firm's."""
    serials = {f"{loan.borrower} {loan.key}": moment_of(loan) for loan in loans}
    rows = _organisations(Organisation.Kind.ENTERPRISE, "E", serials, region)
    return _people(
        [
            (row, f"replay.firm{serial}", Role.ENTERPRISE, row.onboarded_at)
            for serial, row in enumerate(rows.values(), start=1)
        ]
    )


def _organisations(kind: str, series: str, since: Mapping[str, datetime], region: Region) -> dict[str, Organisation]:
    rows = [
        Organisation(
            kind=kind, name=f"{name[:100]}{rules.MARK}", credit_code=rules.credit_code(series, serial), region=region,
            onboarded_at=moment, fictional=True,
        )
        for serial, (name, moment) in enumerate(since.items(), start=1)
    ]  # fmt: skip
    return dict(zip(since, Organisation.objects.bulk_create(rows, BATCH), strict=True))


def _people(places: Sequence[tuple[Organisation, str, Role, datetime]]) -> list[User]:
    """Write people who can never sign in, each in his place."""
    users = User.objects.bulk_create(
        [
            User(username=username, full_name=f"{username}{rules.MARK}", password=make_password(None), joined_at=since)
            for _organisation, username, _role, since in places
        ],
        BATCH,
    )
    Membership.objects.bulk_create(
        [
            Membership(user=user, organisation=organisation, role=role, joined_at=since)
            for user, (organisation, _username, role, since) in zip(users, places, strict=True)
        ],
        BATCH,
    )
    return users
