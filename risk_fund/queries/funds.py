"""The funds and what they carry: books, cash, exposure."""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet, Sum

from finance_platform.foundation.errors import NotFound
from risk_fund.models import Enrolment, Fund, SharingState
from risk_fund.queries import ledger
from risk_fund.rules import accounts


def funds() -> QuerySet[Fund]:
    return Fund.objects.all()


def fund(code: str) -> Fund:
    """Return a fund by its code. Raises: NotFound."""
    found = Fund.objects.filter(code=code).first()
    if found is None:
        raise NotFound(f"没有代码为 {code} 的资金")
    return found


@dataclass(frozen=True)
class Position:
    """What a fund has and what it stands for, in fen; each ratio is None where nothing is below the line."""

    available_fen: int
    reserved_fen: int
    exposure_fen: int
    covered_fen: int
    granted_fen: int
    appropriated_fen: int

    @property
    def cash_fen(self) -> int:
        return self.available_fen + self.reserved_fen

    @property
    def exposure_multiple(self) -> Fraction | None:
        """Exposure / free cash: the limit of the scheme's capacity, reservations included."""
        return _ratio(self.exposure_fen, self.available_fen)

    @property
    def covered_ratio(self) -> Fraction | None:
        """Covered / net fund (free cash, after what is promised to approved claims)."""
        return _ratio(self.covered_fen, self.available_fen)

    @property
    def amplification(self) -> Fraction | None:
        """放大倍数: loans granted under cover / fiscal money put in, a target."""
        return _ratio(self.granted_fen, self.appropriated_fen)


def position(fund: Fund) -> Position:
    """Return what a fund has and stands for now."""
    sharing = SharingState.objects.filter(scheme_version__scheme__fund=fund)
    sums = sharing.aggregate(exposure=Sum("exposure_fen"), covered=Sum("covered_fen"))
    granted = Enrolment.objects.filter(scheme_version__scheme__fund=fund).aggregate(all=Sum("committed_fen"))
    put_in = (accounts.FUND_REGION, accounts.FUND_CENTRAL, accounts.FUND_PREFECTURE)
    return Position(
        available_fen=ledger.balance(accounts.CASH_AVAILABLE, fund),
        reserved_fen=ledger.balance(accounts.CASH_RESERVED, fund),
        exposure_fen=sums["exposure"] or 0,
        covered_fen=sums["covered"] or 0,
        granted_fen=granted["all"] or 0,
        appropriated_fen=sum(ledger.balance(code, fund) for code in put_in),
    )


def _ratio(above_fen: int, below_fen: int) -> Fraction | None:
    return Fraction(above_fen, below_fen) if below_fen > 0 else None
