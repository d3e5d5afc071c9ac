"""Any JSON in any place of a document: calculated, or refused with each faulty place named once; never a crash."""

import contextlib
import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from finance_platform.foundation.faults import BadDocument
from risk_fund.loss_sharing import calculate
from tests.risk_fund.loss_sharing.builders import DAY
from tests.risk_fund.loss_sharing.test_document import GONE, GOOD, changed


def places(value: Any, path: str = "") -> list[str]:
    """Return the pointer of every value inside a document."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, part in members for found in (f"{path}/{key}", *places(part, f"{path}/{key}"))]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3) | st.sampled_from(
        ["fund", "bank", "loan", "1/2", "amount", DAY, "claim", 10**15, 0, 1]
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.sampled_from(places(GOOD)), JSON_VALUES | st.just(GONE)), min_size=1, max_size=3))
def test_whatever_stands_anywhere_is_calculated_or_named(changes: list[tuple[str, Any]]) -> None:
    document = copy.deepcopy(GOOD)
    for path, value in changes:
        with contextlib.suppress(LookupError, TypeError, ValueError):  # an earlier change took the place away
            document = changed(path, value, document)
    try:
        assert set(calculate(document)) == {"events", "totals", "checks"}
    except BadDocument as bad:
        named = [fault.pointer for fault in bad.faults]
        assert len(named) == len(set(named))
