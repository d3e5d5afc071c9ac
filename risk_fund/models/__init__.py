"""The fund's tables, by subject."""

from risk_fund.models.claims import Claim, ClaimStep, Objection
from risk_fund.models.enrolments import Enrolment, SharingCounter, SharingEvent, SharingLoan, SharingState
from risk_fund.models.indicators import IndicatorImport, OfficialFigure
from risk_fund.models.ledger import Account, AccountBalance, Fund, JournalEntry, Period, Posting, Reversal
from risk_fund.models.orders import MoneyOrder
from risk_fund.models.recoveries import Recovery
from risk_fund.models.schemes import Scheme, SchemeVersion

__all__ = [
    "Account",
    "AccountBalance",
    "Claim",
    "ClaimStep",
    "Enrolment",
    "Fund",
    "IndicatorImport",
    "JournalEntry",
    "MoneyOrder",
    "Objection",
    "OfficialFigure",
    "Period",
    "Posting",
    "Recovery",
    "Reversal",
    "Scheme",
    "SchemeVersion",
    "SharingCounter",
    "SharingEvent",
    "SharingLoan",
    "SharingState",
]
