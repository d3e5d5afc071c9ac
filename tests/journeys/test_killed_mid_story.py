"""kill -9 of the process, then of the database, in the middle of a posting: nothing written is lost, nothing is half.

The middle is no guess: the test locks the table of postings, so that the story stops with its entry written and the
postings not, and kills it there. Each start afterwards finds the steps that were committed and goes on with the next.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from finance_platform.foundation.embedded_postgres import DATABASE, SUPERUSER, EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 120
# The steps that post: the four instalments release nothing, for the fund's part of this loan stays at its cap.
DISBURSE, ALL_POSTING, LAST = 8, (7, 8, 10, 11), 12


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    """Give a server in a folder of its own that the server's user can reach; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ipf-test-", dir="/var/tmp"))
    folder.chmod(0o755)
    found = EmbeddedPostgres(folder / "pg")
    yield found
    found.remove()
    shutil.rmtree(folder, ignore_errors=True)


class Telling:
    """A process that tells the story."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE")}
        here = {
            "EMBEDDED_PG_HOME": str(server.directory), "PLATFORM_MODE": "test",
            "DJANGO_SETTINGS_MODULE": "finance_platform.settings",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.teller"], cwd=ROOT, env=outside | here, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.found = self._heard()

    def _heard(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the telling ended with status {self.process.wait()}"
        return json.loads(line)

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def until(self, step: int) -> None:
        """Let it tell up to and including a step, and stand there."""
        while self._heard() < step:
            self.go_on()

    def leave(self) -> None:
        """Kill it (kill -9), if it still lives, and close what led to it."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def postings_held(server: EmbeddedPostgres) -> Iterator[Any]:
    """Hold the table of postings against every writer while the block runs."""
    with closing(psycopg2.connect(host=str(server.directory), user=SUPERUSER, dbname=DATABASE)) as connection:
        cursor = connection.cursor()
        cursor.execute("LOCK TABLE risk_fund_posting IN SHARE MODE")
        yield cursor


def in_the_middle(cursor: Any) -> None:
    """Wait until somebody stands before the held table."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = 'risk_fund_posting'::regclass AND NOT granted")
        if cursor.fetchone()[0]:
            return
        time.sleep(0.05)
    raise AssertionError("the step posts nothing")


def kill_process(telling: Telling, server: EmbeddedPostgres) -> None:
    telling.leave()


def kill_database(telling: Telling, server: EmbeddedPostgres) -> None:
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    assert telling.process.wait(WAIT_SECONDS) != 0
    telling.leave()


def cut_off(server: EmbeddedPostgres, step: int, kill: Any) -> dict[str, Any]:
    """Kill in the middle of a step's posting; return what the telling had found before it."""
    telling = Telling(server)
    telling.until(step - 1)
    with postings_held(server) as cursor:
        telling.go_on()
        in_the_middle(cursor)
        kill(telling, server)
    return dict(telling.found)


@pytest.mark.parametrize(
    ("steps", "goal"),
    [((DISBURSE,), DISBURSE), pytest.param(ALL_POSTING, LAST, marks=pytest.mark.proof)],
    ids=["disbursement", "every posting"],
)
def test_a_story_cut_off_in_the_middle_of_a_posting_goes_on_at_the_first_step_not_written(server, steps, goal):
    for step in steps:
        cut_off(server, step, kill_process)
        stands_after(step - 1, cut_off(server, step, kill_database))
        again = Telling(server)
        stands_after(step - 1, again.found)
        again.until(goal if step == steps[-1] else step)
        again.leave()
    end = Telling(server)
    end.leave()
    stands_after(goal, end.found)


def stands_after(step: int, found: dict[str, Any]) -> None:
    """Check that every step up to this one is there, whole, and nothing of the next."""
    assert found["steps"] == list(range(1, step + 1)), "a committed step is lost, or an unfinished one kept"
    assert found["broken"] == []
    rows = found["rows"]
    receipts = 4 * (step >= 9) + 2 * (step >= 11)  # four instalments, two sales
    assert (rows["Loan"], rows["Receipt"], rows["Claim"]) == (step >= 8, receipts, step >= 10)
    assert rows["Posting"] >= rows["JournalEntry"] > 0
