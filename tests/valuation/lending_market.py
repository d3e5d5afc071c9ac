"""A signed value in front of its banks while offers are still taken, and the day after."""

from datetime import date, datetime
from typing import Any

from pledges.models import Application
from pledges.services import applications
from tests.factories import Actors, at, set_clock
from tests.pledges.builders import ACCEPTED, DEADLINE
from tests.valuation import builders
from valuation.models import Appraisal, Challenge, LenderAssessment
from valuation.rules.lenders import Terms
from valuation.services import challenges, lenders

ASKED, OPENED = at(2025, 4, 9, 15), at(2025, 4, 11)
LOAN_FEN = 300_000_000
RISK_FREE = "/portfolio/shared/discount_rate/build_up/risk_free"


def market(actors: Actors) -> Appraisal:
    """Return the value in force of a published application; the clock stands before its deadline."""
    appraisal = builders.issued(actors)
    applications.accept(by=actors.intake, at=ACCEPTED, application_id=appraisal.application_id, offer_deadline=DEADLINE)
    set_clock(ASKED)
    return Appraisal.objects.get(pk=appraisal.pk)


def terms(**changes: Any) -> Terms:
    values: dict[str, Any] = {
        "amount_fen": LOAN_FEN, "annual_rate": "0.0435", "term_months": 24, "method": "equal_instalment",
        "disbursed_on": date(2025, 4, 21), "operating_margin": 0.15,
    }  # fmt: skip
    return Terms(**values | changes)


def assessed(actors: Actors, appraisal: Appraisal, moment: datetime = ASKED, **changes: Any) -> LenderAssessment:
    assert appraisal.run_id is not None
    return lenders.assess(by=actors.bank_officer, at=moment, run_id=appraisal.run_id, terms=terms(**changes))


def challenged(
    actors: Actors, appraisal: Appraisal, *changes: tuple[str, Any], moment: datetime = ASKED, **given: Any
) -> Challenge:
    values = {"by": actors.bank_officer, "reason": "国债收益率偏低", "loan_fen": LOAN_FEN, "realised_percent": 60}
    made = [{"pointer": pointer, "value": value} for pointer, value in changes or [(RISK_FREE, 0.03)]]
    return challenges.challenge(at=moment, run_id=appraisal.run_id, changes=made, **values | given)


def application_of(appraisal: Appraisal) -> Application:
    return Application.objects.get(pk=appraisal.application_id)
