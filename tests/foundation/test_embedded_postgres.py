"""The embedded server lives as long as somebody uses it, survives kill -9, and touches no directory but its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from finance_platform.foundation import embedded_postgres as embedded
from finance_platform.foundation.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError

ROOT = Path(__file__).resolve().parents[2]
# A process that holds the server in a directory until its input ends.
HOLDER = """
import sys
from pathlib import Path
from finance_platform.foundation.embedded_postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])).running():
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that the server's user can reach and a server's directory in it may be made; removed afterwards."""
    path = Path(tempfile.mkdtemp(prefix="ipf-test-", dir="/var/tmp"))
    path.chmod(0o755)
    yield path
    for found in path.glob("*/data"):
        EmbeddedPostgres(found.parent).remove()
    shutil.rmtree(path)


@pytest.fixture
def server(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder / "with a space")


def postmaster(server: EmbeddedPostgres) -> int:
    """Return the process id of the running server, 0 if there is none."""
    file = server.data / "postmaster.pid"
    return int(file.read_text().split()[0]) if file.exists() else 0


def alive(pid: int) -> bool:
    """Whether a process runs (one that is dead and not yet reaped does not)."""
    state = Path(f"/proc/{pid}/stat")
    return pid > 0 and state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def connect(server: EmbeddedPostgres) -> Any:
    return psycopg2.connect(host=str(server.directory), user=embedded.SUPERUSER, dbname="postgres")


def sql(server: EmbeddedPostgres, statement: str) -> list[tuple[object, ...]]:
    connection = connect(server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


@contextmanager
def holder(server: EmbeddedPostgres, code: str = HOLDER) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the server while the block runs; it leaves in peace unless the block killed it."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(server.directory)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        yield process
    finally:
        process.communicate(timeout=60)


def test_the_last_user_stops_the_server_and_not_the_first(server):
    with holder(server):
        with server.running():
            pass
        assert sql(server, "SELECT 1") == [(1,)], "the other user still works"
    assert not postmaster(server)


def test_a_killed_user_leaves_the_server_to_the_next_who_stops_it(server):
    with holder(server) as process:
        process.kill()
    before = postmaster(server)
    assert alive(before)
    with server.running():
        assert postmaster(server) == before, "the running server was taken over"
    assert not alive(before)


def test_an_interrupted_user_stops_the_server(server):
    with holder(server) as process:
        process.send_signal(signal.SIGINT)
    assert not postmaster(server)


def test_a_killed_server_starts_again_with_what_was_committed(server):
    with server.running():
        sql(server, "CREATE TABLE kept (n int)")
        sql(server, "INSERT INTO kept SELECT generate_series(1, 1000)")
        unfinished = connect(server)
        unfinished.cursor().execute("INSERT INTO kept VALUES (-1)")
        killed = postmaster(server)
        os.kill(killed, signal.SIGKILL)
        unfinished.close()
    with server.running():
        assert postmaster(server) != killed
        assert sql(server, "SELECT count(*), min(n) FROM kept") == [(1000, 1)]


def test_a_server_killed_under_one_user_is_started_again_for_the_next(server):
    with server.running():
        os.kill(postmaster(server), signal.SIGKILL)
        with holder(server):
            assert sql(server, "SELECT 1") == [(1,)]
        assert sql(server, "SELECT 1") == [(1,)], "the first user still holds it"


def test_a_number_that_now_belongs_to_another_process_does_not_hold_up_the_start(server):
    """After a restart of the machine the pid file of a killed server may name anybody's process."""
    with server.running():
        pid_file = (server.data / "postmaster.pid").read_text()
    other = subprocess.Popen([shutil.which("cat") or "cat"], stdin=subprocess.PIPE, **server._as_server_user)
    (server.data / "postmaster.pid").write_text(pid_file.replace(pid_file.split()[0], str(other.pid), 1))
    with server.running():
        assert sql(server, "SELECT 1") == [(1,)]
    other.communicate(timeout=60)


@pytest.mark.parametrize("leftover", ["data", "data.unfinished"])
def test_an_interrupted_initdb_is_begun_anew(server, leftover):
    with server.running():
        pass
    shutil.rmtree(server.data)
    half_made = server.directory / leftover / "base"
    half_made.mkdir(parents=True)
    if leftover == "data.unfinished":
        (half_made.parent / "PG_VERSION").write_text("18\n")
    with server.running():
        assert sql(server, "SELECT 1") == [(1,)]
    assert not (server.directory / "data.unfinished").exists()


def test_roles_and_database_are_made_once_by_however_many_come_at_once(server):
    code = HOLDER.replace("running():", "running() as server:").replace("print(", "server.ensure_database(); print(")
    with holder(server, code), holder(server, code):
        roles = "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname LIKE 'ipf%' ORDER BY 1"
        assert sql(server, roles) == [
            (embedded.RUNTIME_ROLE, False, False, False),
            (embedded.OWNER_ROLE, False, False, True),
        ]


def test_the_directory_is_closed_to_others_and_the_server_listens_on_no_port(server):
    with server.running():
        assert server.directory.stat().st_mode & 0o777 == 0o700
        assert sql(server, "SHOW listen_addresses") == [("",)]
        assert sql(server, "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'template1'") == [
            ("b", "C.UTF-8")
        ]
        assert sql(server, "SHOW data_checksums") == [("on",)]


def test_a_directory_with_other_files_is_neither_taken_nor_removed(folder):
    (folder / "diary.txt").write_text("mine")
    stranger = EmbeddedPostgres(folder)
    before = folder.stat()
    for attempt in (lambda: stranger.running().__enter__(), stranger.remove):
        with pytest.raises(EmbeddedPostgresError, match="holds other files: set EMBEDDED_PG_HOME"):
            attempt()
    assert (folder / "diary.txt").read_text() == "mine"
    assert (folder.stat().st_uid, folder.stat().st_mode) == (before.st_uid, before.st_mode)


def test_a_link_to_somebody_s_directory_is_not_followed(folder):
    (folder / "target").mkdir()
    (folder / "link").symlink_to(folder / "target")
    with pytest.raises(EmbeddedPostgresError, match="belongs to another user"):
        EmbeddedPostgres(folder / "link").running().__enter__()


def test_another_user_s_directory_is_refused(folder):
    foreign = Path("/usr")
    if os.geteuid() == 0:
        foreign = folder / "foreign"
        foreign.mkdir()
        os.chown(foreign, 12345, 12345)
    with pytest.raises(EmbeddedPostgresError, match="belongs to another user"):
        EmbeddedPostgres(foreign).running().__enter__()


@pytest.mark.parametrize("name", ["x" * 100, "知" * 34, "a,b"])
def test_a_path_that_cannot_hold_a_socket_is_refused_with_the_remedy(folder, name):
    with pytest.raises(EmbeddedPostgresError, match="cannot hold a socket: set EMBEDDED_PG_HOME"):
        EmbeddedPostgres(folder / name).running().__enter__()


@pytest.mark.parametrize("root", ["/srv/" + "x" * 100, "/srv/" + "知" * 30, "/srv/a,b", "/srv/short"])
def test_the_directory_of_every_checkout_can_hold_a_socket(root, monkeypatch):
    monkeypatch.delenv("EMBEDDED_PG_HOME", raising=False)
    for user in (0, 1000):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        path = embedded.home(Path(root))
        assert len(os.fsencode(path / ".s.PGSQL.5432")) <= 107
        assert "," not in str(path)


def test_two_checkouts_have_two_directories(monkeypatch):
    monkeypatch.delenv("EMBEDDED_PG_HOME", raising=False)
    assert embedded.home(Path("/srv/one")) != embedded.home(Path("/srv/two"))


def test_removing_stops_the_server_and_leaves_nothing(server):
    with holder(server) as process:
        pid = postmaster(server)
        server.remove()
        process.kill()
    assert not alive(pid)
    assert not list(server.directory.parent.iterdir())


def test_removing_takes_every_version_s_copy_of_the_binaries_and_nobody_else_s_files(server):
    folder = server.directory.parent
    copies = [folder / f"{server.directory.name}-bin-{version}" for version in ("17.1", "18.6.0", "18.6.0.unfinished")]
    for copy in copies:
        (copy / "embedded_postgres" / "pginstall" / "bin").mkdir(parents=True)
    mine = folder / f"{server.directory.name}-bin-of-mine"
    mine.mkdir()
    server.remove()
    assert list(folder.iterdir()) == [mine]
