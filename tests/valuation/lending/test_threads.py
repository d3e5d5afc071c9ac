"""Threads only share the work: the result is the same to the byte."""

import json

import pytest

from tests.valuation.lending.specimens import APPRAISAL, PACKAGE, PATENT
from valuation.lending import assess

MODES = {
    "patent": PATENT | {"simulation": {"seed": 7, "largest_paths": 8192}},
    "package": PACKAGE,
    "appraisal": APPRAISAL | {"simulation": {"paths": 8192}},
}


@pytest.mark.parametrize("document", MODES.values(), ids=MODES)
@pytest.mark.parametrize("threads", [2, 3])
def test_any_number_of_threads_gives_the_same_bytes(document, threads):
    assert json.dumps(assess(document, threads=threads)) == json.dumps(assess(document))
