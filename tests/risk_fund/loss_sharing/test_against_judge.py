"""Random documents through the package and through an independent judge that works everything out anew."""

from hypothesis import given, settings
from hypothesis import strategies as st

from risk_fund.loss_sharing import calculate
from tests.risk_fund.loss_sharing.documents import EVENTS_MAX, Json, document, documents
from tests.risk_fund.loss_sharing.judge import judge

bounded = settings(max_examples=150, deadline=None, derandomize=True, database=None)
STRAINED: Json = {
    "parties": ["insurer", "fund", "bank"],
    "residual": "bank",
    "fund": "fund",
    "stages": [{"layers": [{"shares": {"fund": 6, "insurer": 1, "bank": 1}}]}],
    "base": {},
    "rounding": "floor_residual",
    "waiting": None,
    "capacity": None,
}


def assert_same(given_document: Json) -> None:
    found, expected = calculate(given_document), judge(given_document)
    for entry, wanted in zip(found["events"], expected["events"], strict=True):
        assert entry == wanted
    assert found["totals"] == expected["totals"]
    assert set(found["checks"].values()) == {True}


@bounded
@given(documents())
def test_any_document_is_shared_as_the_judge_shares_it(given_document: Json) -> None:
    assert_same(given_document)


@bounded
@given(
    st.integers(0, 2**32),
    st.integers(8, EVENTS_MAX),
    st.sampled_from(["fifo", "pro_rata"]),
    st.sampled_from(["deferred", "extinguished"]),
    st.sampled_from([[], ["bank"], ["fund"], ["insurer", "bank"]]),
)
def test_a_strained_pool_pays_as_the_judge_pays(
    seed: int, length: int, same_day: str, unpaid: str, first: list[str]
) -> None:
    caps = [{"party": "fund", "scope": "borrower_year", "amount": 500, "overflow_to": "insurer"}]
    pool = {"same_day": same_day, "unpaid": unpaid}
    assert_same(document(seed, length, **STRAINED, caps=caps, pool=pool, recovery={"first": first}))
