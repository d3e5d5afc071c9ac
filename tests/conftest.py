"""The database and the people of every test.

The database is a real PostgreSQL with production's triggers, roles and policies. Migrations run once into a template;
each test process works in a clone, each test in a transaction that is rolled back, as the run-time role. Tests that
must commit take `committed_db`: a clone of their own, dropped afterwards. Flush (TRUNCATE) is never used.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("PLATFORM_MODE", "test")

TEMPLATES_KEPT = 6
DROP_ATTEMPTS = 30
ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Keep the embedded server up as long as this process works (an external database needs nothing)."""
    if os.environ.get("DATABASE_URL"):
        return
    from finance_platform.foundation.embedded_postgres import EmbeddedPostgres

    server = EmbeddedPostgres().running()
    server.__enter__().ensure_database()
    config.add_cleanup(lambda: server.__exit__(None, None, None))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long proofs to `make proof` (PROOF=1)."""
    if os.environ.get("PROOF") == "1":
        return
    proofs = [item for item in items if item.get_closest_marker("proof")]
    if proofs:
        config.hook.pytest_deselected(items=proofs)
        items[:] = [item for item in items if item not in proofs]


def _template_name() -> str:
    """Return a name that changes with every migration file, so a stale template is never used."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("*/*/migrations/*.py")):
        digest.update(path.read_bytes())
    digest.update((ROOT / "finance_platform" / "foundation" / "grants.py").read_bytes())
    digest.update((ROOT / "finance_platform" / "foundation" / "data" / "regions.csv").read_bytes())
    return f"test_template_{digest.hexdigest()[:12]}"


@contextmanager
def _administration() -> Iterator[Any]:
    """Give a cursor of the owner outside any transaction, on the maintenance database."""
    import psycopg2
    from django.conf import settings

    owner = settings.DATABASES["owner"]
    connection = psycopg2.connect(
        host=owner["HOST"], port=owner.get("PORT") or None, user=owner["USER"], password=owner.get("PASSWORD"),
        dbname="postgres",
    )  # fmt: skip
    connection.autocommit = True
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return bool(cursor.fetchone())


def _drop(cursor: Any, name: str) -> None:
    """Drop a database. The owner may not end an autovacuum worker that is in it, but may wait until it has left."""
    import psycopg2

    for attempt in range(DROP_ATTEMPTS):
        try:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectInUse):
            if attempt == DROP_ATTEMPTS - 1:
                raise
            time.sleep(1)
        else:
            return


def _ensure_template(cursor: Any) -> str:
    """Migrate the template once, whichever test process comes first."""
    from django.core.management import call_command

    name = _template_name()
    lock = ROOT / ".local" / "test_template.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not _exists(cursor, name):
            _drop_stale(cursor)
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}_building" WITH (FORCE)')  # left by an interrupted build
            cursor.execute(f'CREATE DATABASE "{name}_building"')
            with _pointed_at(f"{name}_building"):
                call_command("migrate", verbosity=0)
            cursor.execute(f'ALTER DATABASE "{name}_building" RENAME TO "{name}"')
    return name


def _drop_stale(cursor: Any) -> None:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_template\\_%' ORDER BY oid DESC")
    for (name,) in cursor.fetchall()[TEMPLATES_KEPT:]:
        _drop(cursor, name)


@contextmanager
def _pointed_at(name: str) -> Iterator[None]:
    from django.db import connections

    before = {}
    for alias in ("default", "owner"):
        connections[alias].close()
        before[alias] = connections[alias].settings_dict["NAME"]
        connections[alias].settings_dict["NAME"] = name
    try:
        yield
    finally:
        for alias, old in before.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = old


@contextmanager
def _cloned(name: str) -> Iterator[None]:
    with _administration() as cursor:
        template = _ensure_template(cursor)
        _drop(cursor, name)
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        with _pointed_at(name):
            yield
    finally:
        with _administration() as cursor:
            _drop(cursor, name)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with django_db_blocker.unblock(), _cloned(f"test_{worker}_{os.getpid()}"):
        yield


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give a test a database of its own in which commits are real; it is dropped afterwards."""
    from django.db import connections

    name = f"test_own_{os.getpid()}_{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]}"
    with django_db_blocker.unblock():
        connections["default"].close()
        with _cloned(name):
            yield name


@pytest.fixture
def actors(db: None) -> Any:
    """Give the people of the region: one per role, in their organisations (see tests/factories.py)."""
    from tests.factories import people_of_the_region

    return people_of_the_region()


@pytest.fixture
def calendars(db: None) -> None:
    """Load holidays and LPR as published."""
    from tests.factories import load_calendars

    load_calendars()


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Give the folder of real records, or skip with a clear reason where it is absent."""
    from django.conf import settings

    if not (settings.SHARED_DIR / "data").is_dir():
        pytest.skip("real records not found beside the checkout (set SHARED_DIR)")
    return Path(settings.SHARED_DIR)
