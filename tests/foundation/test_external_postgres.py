"""DATABASE_URL points the platform at any PostgreSQL, and a bad one is answered in one line."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured

from finance_platform import settings
from finance_platform.foundation import embedded_postgres as embedded
from finance_platform.foundation.embedded_postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]


def regions() -> list[str]:
    """Return the lines of the regions that the migrations bring."""
    return (ROOT / "finance_platform/foundation/data/regions.csv").read_text(encoding="utf-8").splitlines()[1:]


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in a process of its own with these variables alone added."""
    without = {
        key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "EMBEDDED_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=without | environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    """Give the two addresses of a PostgreSQL that the platform did not start, with an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="ipf-Ext-", dir="/var/tmp"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "pg")
    with server.running():
        server.ensure_database("elsewhere")
        host = quote(str(server.directory), safe="")
        yield {
            "DATABASE_URL": f"postgresql://{embedded.RUNTIME_ROLE}@{host}/elsewhere",
            "DATABASE_OWNER_URL": f"postgresql://{embedded.OWNER_ROLE}@{host}/elsewhere?application_name=keeper",
        }
    server.remove()
    shutil.rmtree(folder)


def test_an_external_database_is_migrated_by_its_owner_and_used_by_the_run_time_role(addresses, tmp_path):
    unused = str(tmp_path / "unused")
    for target in (["contenttypes"], ["foundation"], []):  # one app alone, as when a fault is mended, then all
        done = manage("migrate", *target, "--verbosity", "0", **addresses, EMBEDDED_PG_HOME=unused)
        assert (done.returncode, done.stderr) == (0, "")
    look = (
        "from django.db import connection as c; k = c.cursor(); "
        "k.execute('SELECT current_user, current_database(), count(*) FROM foundation_region'); print(k.fetchone())"
    )
    seen = manage("shell", "--verbosity", "0", "-c", look, **addresses, EMBEDDED_PG_HOME=unused)
    assert seen.stdout == f"('{embedded.RUNTIME_ROLE}', 'elsewhere', {len(regions())})\n", seen.stderr
    assert not Path(unused).exists(), "no embedded server was started"


GOOD_RUN_TIME, GOOD_OWNER = "postgresql://u@h/x", "postgresql://o@h/x"
NOBODY_LISTENS = "postgresql://{}:s3cret@127.0.0.1:1/x"
MUST_LOOK_LIKE = "must look like postgresql://user:password@host:5432/name"


@pytest.mark.parametrize(
    ("run_time", "owner", "words"),
    [
        (GOOD_RUN_TIME, "", "DATABASE_OWNER_URL is not set"),
        ("mysql://u:p@h/x", GOOD_OWNER, f"DATABASE_URL {MUST_LOOK_LIKE}"),
        ("postgresql://u@h:many/x", GOOD_OWNER, f"DATABASE_URL {MUST_LOOK_LIKE}"),
        (GOOD_RUN_TIME, "postgresql://o@h", f"DATABASE_OWNER_URL {MUST_LOOK_LIKE}"),
        (GOOD_RUN_TIME, GOOD_RUN_TIME, "must name two different roles"),
        (
            NOBODY_LISTENS.format("u"),
            NOBODY_LISTENS.format("o"),
            "the database cannot be reached: connection to server",
        ),
    ],
)
def test_a_bad_address_is_answered_in_one_line_without_the_password(run_time, owner, words):
    done = manage("migrate", DATABASE_URL=run_time, DATABASE_OWNER_URL=owner)
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert "s3cret" not in done.stderr


def test_an_unknown_mode_is_answered_in_one_line():
    done = manage("migrate", PLATFORM_MODE="prod", DATABASE_URL=GOOD_RUN_TIME)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "use demo, test, development or production" in done.stderr


def test_a_directory_that_cannot_hold_the_server_is_answered_in_one_line(tmp_path):
    done = manage("migrate", EMBEDDED_PG_HOME=str(tmp_path / ("x" * 100)))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "set EMBEDDED_PG_HOME" in done.stderr


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://u:p@db.example:6543/x", "db.example", "6543"),
        ("postgres://u@[::1]:5432/x", "::1", "5432"),
        ("postgresql://u@%2Fvar%2FRun%2FPG/x", "/var/Run/PG", ""),
        ("postgresql://u@%2Fvar%2FRun%2FPG:5433/x", "/var/Run/PG", "5433"),
    ],
)
def test_an_address_is_read_with_host_port_and_options(url, host, port):
    read = settings.database(url + "?sslmode=require", "DATABASE_URL")
    assert (read["HOST"], read["PORT"], read["NAME"]) == (host, port, "x")
    assert read["OPTIONS"] == {"connect_timeout": "10", "sslmode": "require"}


def test_a_password_may_hold_any_character():
    read = settings.database("postgresql://u%40x:%2Fb@h/x", "DATABASE_URL")
    assert (read["USER"], read["PASSWORD"]) == ("u@x", "/b")


def test_an_address_without_a_name_is_refused():
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must look like"):
        settings.database("postgresql://u@h/", "DATABASE_URL")
