"""The whole real portfolio replayed, in a database of its own.

Where other tests have come and gone before, the server has counted their tables while they were empty, and plans a
hundred thousand questions for empty tables: the same replay then takes three times as long.
"""

from pathlib import Path

import pytest

from banks_portal.services import portfolios
from finance_platform.foundation import queries as foundation
from tests.banks_portal.test_portfolios import NOW, REAL


@pytest.mark.proof
def test_the_whole_real_file_comes_out_equal(committed_db: str, shared_dir: Path):
    data = (shared_dir / REAL).read_bytes()
    account = portfolios.replay(by=foundation.system_user(), at=NOW, filename="case.csv", data=data)
    assert (account.loans, account.claims) == (2102, 697)
    assert account.payout_fen == account.summed_fen == 2_731_356_646
    assert account.green, account.checks
