"""An award on its way from the choice to the disbursement: what is done, what comes next, by whom."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from banks_portal.models import CreditDecision, Offer
from banks_portal.queries import appraisals, awards
from banks_portal.rules import pricing
from banks_portal.rules import terms as offer_terms
from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.templatetags.figures import wan
from pledges import queries as pledges
from risk_fund.queries import enrolments as fund_enrolments
from risk_fund.queries import schemes as fund_schemes

WAY = (
    ("MATCHED", "中选"),
    ("DUE_DILIGENCE", "尽职调查"),
    ("APPROVED", "授信批复"),
    ("CONTRACTED", "签约"),
    ("REGISTERED", "质押登记"),
    ("DISBURSED", "放款"),
)


@dataclass(frozen=True)
class Case:
    """Everything the page of an award shows."""

    application: Any
    offer: Offer
    terms: offer_terms.OfferTerms
    appraisal: Any | None
    decisions: list[CreditDecision]
    agreement: Any | None
    filings: list[tuple[str, Any | None]]
    enrolment: Any | None
    loan: Any | None
    maturity: date

    @property
    def decision(self) -> CreditDecision | None:
        """The decision that is not refused or withdrawn."""
        return next((one for one in self.decisions if one.state in {"PROPOSED", "SUPPORTED", "APPROVED"}), None)

    @property
    def registered(self) -> bool:
        return bool(self.filings) and all(pledge and pledge.state == "REGISTERED" for _registry, pledge in self.filings)

    @property
    def steps(self) -> list[dict[str, str]]:
        """Return the way as the steps component shows it."""
        reached = [state for state, _label in WAY].index(self._position())
        states = ["done" if i < reached else "now" if i == reached else "todo" for i in range(len(WAY))]
        if self.application.state == "DISBURSED":
            states = ["done"] * len(WAY)
        return [{"label": label, "state": state} for (_key, label), state in zip(WAY, states, strict=True)]

    def _position(self) -> str:
        state = str(self.application.state)
        if state == "CONTRACTED":
            return "DISBURSED" if self.registered else "REGISTERED"
        return {"APPROVED": "CONTRACTED", "DUE_DILIGENCE": "APPROVED", "MATCHED": "DUE_DILIGENCE"}.get(state, state)


def case(by: User, number: str, at: datetime) -> Case:
    """Return the award of an application the viewer's bank won. Raises: NotFound."""
    application = pledges.application_by_number(by, number)
    offer: Any = awards.won_offer(by, application.pk)
    today = timezone.localdate(at)
    terms = offer_terms.read(offer.terms)
    agreement = pledges.agreement_of(application.pk)
    return Case(
        application=application,
        offer=offer,
        terms=terms,
        appraisal=appraisals.relied_on(application, today),
        decisions=list(awards.decisions_visible_to(by).filter(application=application)),
        agreement=agreement,
        filings=_filings(agreement),
        enrolment=fund_enrolments.enrolment_of(application.pk),
        loan=pledges.loan_of(application.pk),
        maturity=pricing.maturity(terms, today),
    )


def _filings(agreement: Any | None) -> list[tuple[str, Any | None]]:
    if agreement is None:
        return []
    live = {pledge.registry: pledge for pledge in pledges.live_pledges(agreement)}
    return [(registry, live.get(registry)) for registry in pledges.registries_of(agreement)]


def filing(by: User, number: str, registry: str, at: datetime) -> tuple[Case, Any | None]:
    """Return an award and its pledge at one registry (None: not filed). Raises: NotFound for a registry it lacks."""
    found = case(by, number, at)
    if registry not in dict(found.filings):
        raise NotFound("该申请没有这个登记机构的质押标的")
    return found, dict(found.filings)[registry]


def scheme_choices(on: date) -> list[tuple[str, str]]:
    """Return the schemes that have an approved version in force on a day, as (code, label)."""
    in_force = []
    for scheme in fund_schemes.schemes():
        if any(version.state == "APPROVED" and _holds(version, on) for version in scheme.versions.all()):
            in_force.append((scheme.code, f"{scheme.code} {scheme.name}"))
    return in_force


def basis_choices(found: Case, on: date) -> list[tuple[str, str]]:
    """Return the values the bank may lend on, on a day, as (basis, label with number and value); never empty."""
    values = appraisals.values_in_force(found.application.pk, found.offer.bank_id, on)
    rows = [
        (basis, f"{appraisals.BASES[basis]} · {value.title} {value.number} · {wan(value.appraised_value_fen)}")
        for basis, value in values.items()
    ]
    return rows or [("filed_report", f"{appraisals.BASES['filed_report']} · 尚无在用的价值")]


def _holds(version: Any, on: date) -> bool:
    return bool(version.valid_from <= on and (version.valid_to is None or on <= version.valid_to))
