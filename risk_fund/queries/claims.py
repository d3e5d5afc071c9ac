"""Claims as each viewer may see them; the public sees those that were publicised, with names masked."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from pledges import queries as pledges
from risk_fund.models import Claim, Objection
from risk_fund.rules import claims as rules

_WITH = ("enrolment__scheme_version__scheme__fund", "loan", "claimant", "prefecture", "enrolment__borrower",
         "filed_by", "reviewed_by", "checked_by", "approved_by")  # fmt: skip


def claims_visible_to(by: User) -> QuerySet[Claim]:
    """Return the claims of the viewer's organisation (claimant, lender or borrower), for offices those of their part.

    A prefecture's office sees its prefecture; regional offices, the auditor and the system see all.
    """
    rows = Claim.objects.select_related(*_WITH)
    scope = pledges.looked_after_by(by, "prefecture")
    if scope is not None:
        return rows.filter(scope)
    if by.organisation is None:
        return rows.none()
    own = Q(claimant=by.organisation) | Q(enrolment__bank=by.organisation)
    of_borrower = Q(enrolment__borrower=by.organisation) & ~Q(state__in=["DRAFT", "SUBMITTED", "RETURNED"])
    return rows.filter(own | of_borrower)


def claim(by: User, pk: int, *, lock: bool = False) -> Claim:
    """Return one claim the viewer may see. Raises: NotFound."""
    return _one(claims_visible_to(by).filter(pk=pk), lock)


def claim_by_number(by: User, number: str, *, lock: bool = False) -> Claim:
    """Return one claim the viewer may see, by its number. Raises: NotFound."""
    return _one(claims_visible_to(by).filter(number=number), lock)


def claimed_before(loan_id: int) -> rules.Loss:
    """Return what live and paid claims on a loan have asked for so far, by component."""
    fields = {f"{name}_fen": Sum(f"{name}_fen") for name in rules.COMPONENTS}
    sums = Claim.objects.filter(loan=loan_id).exclude(state__in=rules.DEAD_STATES).aggregate(**fields)
    return rules.Loss(**{name: amount or 0 for name, amount in sums.items()})


def claim_under_way(loan_id: int) -> bool:
    """Return whether a claim on a loan lies between filing and payment, whoever asks."""
    return Claim.objects.filter(loan=loan_id, state__in=rules.OPEN_STATES).exists()


def open_objection(claim: Claim) -> Objection | None:
    return Objection.objects.filter(claim=claim, decided_at=None).first()


def due_for_publicity(by: User) -> QuerySet[Claim]:
    """Return the approved claims that wait to be shown in public."""
    return claims_visible_to(by).filter(state="APPROVED")


@dataclass(frozen=True)
class Notice:
    """What the public reads of a claim."""

    number: str
    prefecture: str
    bank: str
    borrower: str
    loss_fen: int
    compensation_fen: int
    scheme: str
    publicised_on: date
    publicity_ends: date
    state: str
    state_label: str


def notices() -> list[Notice]:
    """Return the public notices, newest first: every claim that was ever publicised, the borrower's name masked."""
    rows = Claim.objects.select_related(*_WITH).exclude(publicised_on=None).order_by("-publicised_on", "-pk")
    return [_notice(row) for row in rows[:200]]


def _notice(row: Claim) -> Notice:
    assert row.publicised_on
    assert row.publicity_ends
    return Notice(
        number=row.number, prefecture=row.prefecture.name, bank=row.enrolment.bank.name,
        borrower=rules.masked(row.enrolment.borrower.name), loss_fen=row.loss_fen,
        compensation_fen=row.compensation_fen or 0, scheme=str(row.enrolment.scheme_version),
        publicised_on=row.publicised_on, publicity_ends=row.publicity_ends, state=row.state,
        state_label=row.state_label,
    )  # fmt: skip


def _one(rows: QuerySet[Claim], lock: bool) -> Claim:
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound("没有这份补偿申请,或您不能查看")
    return found
