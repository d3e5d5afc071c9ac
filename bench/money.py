"""What the money's arithmetic costs: the loss-sharing fold and the loan schedule, each beside a yardstick."""

from scipy.optimize import brentq

from bench.measure import Row, interleaved
from pledges import loan_schedule
from risk_fund import loss_sharing
from tests.risk_fund.loss_sharing.documents import document as random_document
from tests.risk_fund.loss_sharing.judge import judge


def rows() -> list[Row]:
    """Measure both."""
    return [sharing(), schedule()]


def sharing() -> Row:
    """Events a second in the fold, beside the independent judge kept in the tests."""
    documents = [random_document(seed, 120) for seed in range(20)]
    mine, other = interleaved(
        lambda: [loss_sharing.calculate(one) for one in documents], lambda: [judge(one) for one in documents]
    )
    what = "loss sharing, 20 x 120 events / independent judge"
    return Row("", what, "", f"{mine / other:.2f} ({mine * 1e3:.0f} ms)")


def schedule() -> Row:
    """A 36-row table, beside solving its internal rate of return by scipy's brentq alone."""
    loan = {
        "disbursements": [{"date": "2024-01-05", "amount": 100_000_000}], "rate": {"annual": "0.0435"},
        "day_count": "act/360", "method": "equal_instalment", "instalments": 36, "first_due": "2024-02-05",
    }  # fmt: skip
    rows = loan_schedule.build(loan)["rows"]
    flows = [(i + 1, row["total"]) for i, row in enumerate(rows)]

    def root() -> float:
        return float(brentq(lambda r: 100_000_000 - sum(total / (1 + r) ** (k / 12) for k, total in flows), -0.5, 1))

    mine, other = interleaved(
        lambda: [loan_schedule.build(loan) for _ in range(20)], lambda: [root() for _ in range(20)]
    )
    what = "loan schedule, 36 rows with xirr / one brentq root"
    return Row("", what, "", f"{mine / other:.2f} ({mine / 20 * 1e3:.1f} ms)")
