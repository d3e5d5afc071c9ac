"""Three years of the fictional region: founding, then all lives in the order of time, then the business date.

The whole history is one transaction: either the region is there, or nothing of it is.
"""

import gc
import heapq
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection, transaction

from finance_platform.demo import acts, cast, region
from finance_platform.demo.acts import move_money
from finance_platform.demo.cast import moment, user
from finance_platform.demo.lives import APPRAISAL_STAGES, Life, Moments, Plan, firm_life, newest_right
from finance_platform.demo.region import BUSINESS_DATE, HISTORY_BEGINS, Firm
from pledges.services import loans
from risk_fund.rules.samples import SAMPLES
from risk_fund.services import funds, indicators, schemes
from valuation import queries as valuation
from valuation.rules import backtests
from valuation.services import realised

FUND = "IPRC"
REALISED = 7
"""Firms that told what their product sold: few, as in a young platform."""
CONTRIBUTIONS = [
    # (day, fen, source)
    (date(2022, 7, 5), 3_000_000_000, "region"), (date(2022, 9, 1), 1_000_000_000, "central"),
    (date(2023, 3, 10), 800_000_000, "prefecture"), (date(2024, 3, 12), 1_500_000_000, "region"),
    (date(2025, 3, 14), 1_000_000_000, "region"),
]  # fmt: skip
# What becomes of the applications; the first sixty are every firm's first.
LOANS = {
    "SETTLED": 22, "ACTIVE": 35, "RESTRUCTURED": 3, "OVERDUE": 6, "ACCELERATED": 3, "CLAIM_FILED": 1,
    "CLAIM_REVIEWED": 1, "CLAIM_CHECKED": 1, "PUBLICISED": 1, "PAID": 2, "RECOVERED": 3, "WRITTEN_OFF": 2,
}  # fmt: skip
OTHERS = {
    "DRAFT": 5, "SUBMITTED": 5, "RETURNED": 3, **dict.fromkeys(APPRAISAL_STAGES, 1), "PUBLISHED": 4, "OPENED": 4,
    "MATCHED": 3, "DUE_DILIGENCE": 3, "APPROVED": 2, "CONTRACTED": 2, "REJECTED": 3, "WITHDRAWN": 2,
}  # fmt: skip
# Days before the business date on which an application of this outcome begins: (earliest, latest).
BEGINS = {
    "SETTLED": (1020, 480), "ACTIVE": (600, 60), "RESTRUCTURED": (460, 400), "OVERDUE": (560, 330),
    "ACCELERATED": (420, 300), "CLAIM_FILED": (345, 345), "CLAIM_REVIEWED": (350, 350), "CLAIM_CHECKED": (355, 355),
    "PUBLICISED": (350, 350), "PAID": (480, 420), "RECOVERED": (700, 560), "WRITTEN_OFF": (800, 700), "DRAFT": (20, 2),
    "SUBMITTED": (6, 1), "RETURNED": (12, 5), "PUBLISHED": (14, 10), "OPENED": (20, 16), "MATCHED": (19, 17),
    **dict.fromkeys(APPRAISAL_STAGES, (14, 10)),
    "DUE_DILIGENCE": (22, 18), "APPROVED": (26, 22), "CONTRACTED": (30, 24), "REJECTED": (300, 20),
    "WITHDRAWN": (300, 40),
}  # fmt: skip


def write() -> None:
    """Write the region's history up to the business date. Takes a minute or two; all of it or nothing is kept."""
    gc.disable()  # hundreds of thousands of short-lived rows: collecting cycles among them only costs time
    with transaction.atomic(), _on_one_core():
        _plan_cheaply()
        _found()
        _let_live([
            *map(firm_life, _firsts()), *(Life(plan).live() for plan in plans()), *_newest_rights(),
            *_calendar_of_offices(),
        ])  # fmt: skip
        cast.set_clock(moment(BUSINESS_DATE, 9))
    gc.enable()


@contextmanager
def _on_one_core() -> Iterator[None]:
    """Keep this process and its session of the embedded database on one core while the block runs.

    They take turns ninety thousand times; waking the other one on a sleeping core takes longer than most answers.
    """
    cores = os.sched_getaffinity(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pair = [0] if os.environ.get("DATABASE_URL") else [0, cursor.fetchone()[0]]
    try:
        for process in pair:
            os.sched_setaffinity(process, {max(cores)})
        yield
    finally:
        for process in pair:
            os.sched_setaffinity(process, cores)


def _plan_cheaply() -> None:
    """Take joins in the order they are written, until the end of the transaction.

    A hundred thousand questions for one row each: trying other orders takes longer than answering them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL join_collapse_limit = 1")


def written() -> bool:
    return cast.exists(region.firms()[-1].username)


def _found() -> None:
    at = moment(HISTORY_BEGINS)
    cast.set_clock(at)
    cast.take_in(at)
    for _name, key in region.APPRAISERS:
        acts.declare_filing(cast.user(f"{key}.signatory1"), at)
    funds.open_fund(by=user("finance.approver"), at=at, code=FUND, name="自治区知识产权质押融资风险补偿资金(演示)")
    for sample in SAMPLES:
        version = schemes.draft(
            by=user("ip.checker"), at=at, code=sample.code, name=sample.name, document=sample.document, fund_code=FUND,
            legal_basis=sample.legal_basis, source=sample.source, valid_from=HISTORY_BEGINS,
        )  # fmt: skip
        schemes.approve(by=user("finance.approver"), at=at, version_id=version.pk)


def plans() -> list[Plan]:
    """Return what becomes of the region's applications: every firm has two, the first one with its first rights."""
    rng = Random(region.SEED + 1)
    firms = region.firms()
    loan_ends = [outcome for outcome, count in LOANS.items() for _ in range(count)]
    other_ends = [outcome for outcome, count in OTHERS.items() for _ in range(count)]
    rng.shuffle(loan_ends)
    rng.shuffle(other_ends)
    second = [*loan_ends[len(firms) :], *other_ends]
    outcomes = [*loan_ends[: len(firms)], *second]
    others = _third_parties(outcomes)
    return [
        _plan(rng, serial, firms[serial % len(firms)], outcome, others.get(serial, ""))
        for serial, outcome in enumerate(outcomes)
    ]


def _firsts() -> list[Plan]:
    """Return every firm's first plan, which says how it lists its rights."""
    return plans()[: region.ENTERPRISES]


def _newest_rights() -> Iterator[Moments]:
    """Let three firms of one prefecture list a right each that its verifiers still have to judge."""
    baotou = [firm for firm in region.firms() if firm.region == "150200"]
    for place, firm in enumerate(baotou[:3]):
        yield newest_right(firm, checked=place == 0)


def _third_parties(outcomes: list[str]) -> dict[int, str]:
    """Return which loans that are being repaid rest on a third party: half on rights of others, half on a guarantor.

    Others pledge for a firm's first application, the guarantor takes the pledge of any.
    """
    half = region.THIRD_PARTY_LOANS // 2
    active = [serial for serial, outcome in enumerate(outcomes) if outcome == "ACTIVE"]
    pledgors = [serial for serial in active if serial < region.ENTERPRISES][:half]
    counters = [serial for serial in active if serial not in pledgors][:half]
    kinds = itertools.cycle(("person", "organisation"))
    return dict(zip(pledgors, kinds, strict=False)) | dict.fromkeys(counters, "counter")


def _plan(rng: Random, serial: int, firm: Firm, outcome: str, third_party: str) -> Plan:
    earliest, latest = BEGINS[outcome]
    starts_on = BUSINESS_DATE - timedelta(days=rng.randint(latest, earliest))
    return Plan(serial, firm, outcome, _weekday(starts_on), serial < region.ENTERPRISES, third_party)


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _calendar_of_offices() -> list[Moments]:
    return [_contributions(), _month_ends(), _official_figures(), realised_revenues()]


def _contributions() -> Moments:
    for day, amount_fen, source in CONTRIBUTIONS:
        yield (at := moment(day, 9))
        move_money("contribution", FUND, amount_fen, at, source)


def _month_ends() -> Moments:
    day = HISTORY_BEGINS
    while (day := _month_end(day + timedelta(days=1))) <= BUSINESS_DATE:
        yield (at := moment(day, 8))
        loans.run_day(by=cast.system(), at=at, on=day)


def realised_revenues() -> Moments:
    """A few firms hand in their yearly statements on the last day: what their product sold in the first year."""
    yield (at := moment(BUSINESS_DATE, 9))
    rng, year_ago = Random(region.SEED + 7), BUSINESS_DATE.replace(year=BUSINESS_DATE.year - 1)
    for appraisal in valuation.signed_of(year_ago)[:REALISED]:
        assert appraisal.run is not None
        document, owner = appraisal.run.document, appraisal.application.drafted_by
        base = document["portfolio"]["shared"]["revenue"]["base"]
        base_fen = 100 * (base["mode"] if isinstance(base, dict) else base)
        paper = acts.paper(owner, at, "realised_revenue", f"{appraisal.number} 年度报表")
        realised.record(
            by=owner, at=at, run_id=appraisal.run_id, product=backtests.products(document)[0], year=1,
            revenue_fen=round(base_fen * rng.uniform(0.94, 1.06)), document_id=paper,
        )  # fmt: skip


def _month_end(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


def _official_figures() -> Moments:
    yield (at := moment(BUSINESS_DATE, 8))
    indicators.import_figures(
        by=user("ip.checker"), at=at, filename="region_series.csv", data=region.OFFICIAL_FIGURES.encode()
    )


def _let_live(lives: list[Moments]) -> None:
    """Let every life go on when its time comes; the platform's clock goes with them, nobody acts after the date."""
    queue: list[tuple[datetime, int, Moments]] = []
    for number, life in enumerate(lives):
        _next(queue, number, life)
    while queue:
        at, number, life = heapq.heappop(queue)
        cast.set_clock(at)
        _next(queue, number, life)


def _next(queue: list[tuple[datetime, int, Moments]], number: int, life: Iterator[datetime]) -> None:
    at = next(life, None)
    if at is not None and at <= moment(BUSINESS_DATE, 23):
        heapq.heappush(queue, (at, number, life))
