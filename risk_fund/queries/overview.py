"""The supervision overview: every figure with the address of the entries behind it.

The official amount of the region and the platform's own are shown side by side with coverage and the unexplained
difference; the target is held against the official series alone.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Sum
from django.urls import reverse

from finance_platform.foundation import queries as shared
from finance_platform.foundation.models import User
from risk_fund.models import Claim, Fund, OfficialFigure
from risk_fund.queries import claims, funds, indicators, ledger, sharing
from risk_fund.rules import accounts
from risk_fund.rules import indicators as rules


@dataclass(frozen=True)
class Link:
    """Where a figure comes from: an account of the ledger with its filter, or a list."""

    account: str = ""
    query: str = ""
    page: str = ""


def address(link: Link, fund_code: str) -> str:
    """Return the page that shows what a figure is made of."""
    if link.page == "fund":
        return f"{reverse('bureau_fund')}?fund={fund_code}"
    query = "&".join(part for part in (f"fund={fund_code}", link.query) if part)
    return f"{reverse('bureau_ledger_account', args=[link.account])}?{query}"


@dataclass(frozen=True)
class Figure:
    """One figure in fen with its meaning, its formula and its drill-down."""

    key: str
    label: str
    amount_fen: int
    formula: str
    link: Link


@dataclass(frozen=True)
class Ratio:
    """One named ratio with its formula written out; None where its denominator is nought."""

    key: str
    label: str
    value: Fraction | None
    formula: str


@dataclass(frozen=True)
class Headline:
    """The region's official amount against its target, and what of it ran through the platform."""

    plan: rules.Plan
    state: str
    series: list[OfficialFigure]
    progress: rules.Progress | None
    platform: rules.Tally

    @property
    def latest(self) -> OfficialFigure | None:
        return self.series[-1] if self.series else None

    @property
    def state_label(self) -> str:
        return rules.PLAN_STATES[self.state]

    @property
    def coverage_ratio(self) -> Fraction | None:
        """Platform / official, both cumulative over the plan period; the platform counted up to the official date."""
        latest = self.latest
        return Fraction(self.platform.amount_fen, latest.amount_fen) if latest and latest.amount_fen else None

    @property
    def difference_fen(self) -> int | None:
        """Official less platform: what the platform cannot explain."""
        return self.latest.amount_fen - self.platform.amount_fen if self.latest else None


@dataclass(frozen=True)
class PrefectureRow:
    """One prefecture: the platform's registrations of the plan period, and the official amount where known."""

    code: str
    name: str
    tally: rules.Tally
    official_fen: int | None


@dataclass(frozen=True)
class Overview:
    on: date
    fund: Fund | None
    headline: Headline | None
    prefectures: list[PrefectureRow]
    figures: list[Figure]
    ratios: list[Ratio]
    banks: list[tuple[str, str, int, int]]
    queue: list[Claim]
    queue_size: int


def overview(by: User, on: date, fund_code: str = "") -> Overview:
    """Return what the bureau sees on a day, for one fund (the first one, if none is named)."""
    found = funds.funds().filter(code=fund_code).first() if fund_code else funds.funds().first()
    open_claims = claims.claims_visible_to(by).filter(state__in=["SUBMITTED", "REVIEWED", "CHECKED", "APPROVED"])
    registered = indicators.registrations(by)
    head = headline(registered, on)
    return Overview(
        on=on,
        fund=found,
        headline=head,
        prefectures=prefectures(registered, head, on),
        figures=money_figures(found) if found else [],
        ratios=ratios(funds.position(found)) if found else [],
        banks=sharing.covered_by_bank(found) if found else [],
        queue=list(open_claims.order_by("filed_at")[:8]),
        queue_size=open_claims.count(),
    )


def headline(registered: list[rules.Registration], on: date) -> Headline | None:
    """Return the official amount against the plan, with what of `registered` stood by the official figure's day."""
    plan = indicators.plan(on)
    if plan is None:
        return None
    series = indicators.official_series(plan, on)
    final_known = any(row.kind == "final" for row in series)
    latest = series[-1] if series else None
    until = min(latest.as_of if latest else on, plan.period_to)
    return Headline(
        plan=plan,
        state=plan.state(on, final_known),
        series=series,
        progress=rules.progress(plan, latest.amount_fen, latest.as_of, on) if latest else None,
        platform=rules.tally(registered, plan.period_from, until),
    )


def prefectures(registered: list[rules.Registration], head: Headline | None, on: date) -> list[PrefectureRow]:
    """Return the twelve prefectures with the period and as-of day of the headline, the largest amount first.

    Their amounts foot to the headline's platform amount.
    """
    plan = head.plan if head else rules.Plan(date(on.year, 1, 1), date(on.year, 12, 31), None, None)
    until = min(head.latest.as_of if head and head.latest else on, plan.period_to)
    official = indicators.official_by_prefecture(plan, until)
    by_region: dict[str, list[rules.Registration]] = {}
    for row in registered:
        by_region.setdefault(row.region, []).append(row)
    found = [
        PrefectureRow(
            code=region.code,
            name=region.name,
            tally=rules.tally(by_region.get(region.code, []), plan.period_from, until),
            official_fen=official[region.code].amount_fen if region.code in official else None,
        )
        for region in shared.prefectures()
    ]
    return sorted(found, key=lambda row: (-row.tally.amount_fen, row.code))


def money_figures(fund: Fund) -> list[Figure]:
    """Return the fund's key figures; each is the balance of an account, or the turnover of one kind of entry on it."""
    position = funds.position(fund)
    paid = _turnover(fund, "claim_paid")
    recovered = _turnover(fund, "recovery_received")
    return [
        Figure("cash", "资金余额", position.cash_fen, "可用资金 + 待付补偿", Link(accounts.TREASURY_CASH)),
        Figure("available", "可用资金", position.available_fen, "未被冻结的专户余额", Link(accounts.CASH_AVAILABLE)),
        Figure("covered", "风险补偿责任余额", position.covered_fen, "或有补偿责任 + 预占额度", Link(page="fund")),
        Figure("paid", "累计补偿支付", paid, "凭证“支付风险补偿”合计", Link(accounts.CASH_RESERVED, "kind=claim_paid")),
        Figure(
            "recovered", "累计追偿到账", recovered, "凭证“收到质物处置回收款”合计",
            Link(accounts.CASH_AVAILABLE, "kind=recovery_received"),
        ),
    ]  # fmt: skip


def _turnover(fund: Fund, kind: str) -> int:
    entries = ledger.entries(fund, kind=kind).filter(book=accounts.MONEY)
    return entries.aggregate(all=Sum("total_fen"))["all"] or 0


def ratios(position: funds.Position) -> list[Ratio]:
    """Return the three named ratios, each with its formula."""
    return [
        Ratio("exposure_multiple", "敞口倍数", position.exposure_multiple, "备案未偿本金(含预占) ÷ 可用资金;方案上限"),
        Ratio("covered_ratio", "责任覆盖率", position.covered_ratio, "风险补偿责任余额 ÷ 可用资金"),
        Ratio("amplification", "放大倍数", position.amplification, "累计备案放款 ÷ 财政拨入资金;目标"),
    ]
