"""The site as `manage.py serve` runs it: new in production, after kill -9 (nobody on the port), under Ctrl-C."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from finance_platform.foundation.embedded_postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]
UP_SECONDS, DOWN_SECONDS = 300, 30
# Stands where `make` stands: starts what it is told and waits.
STARTER = "import subprocess, sys; subprocess.run(sys.argv[1:])"
FIRM = {
    "name": "草原新材料公司", "credit_code": "91150100MA0N00007M", "region_code": "150100", "full_name": "其木格",
    "username": "qimuge", "password": "one-of-my-own-71",
}  # fmt: skip


@pytest.fixture
def home() -> Iterator[Path]:
    """Give a place for a server of its own that the server's user can reach; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ipf-test-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder / "pg"
    EmbeddedPostgres(folder / "pg").remove()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        return int(free.getsockname()[1])


def hear_ctrl_c() -> None:
    """Let the child hear SIGINT also where the tests run in the background, whose children ignore it from birth."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def manage(home: Path, port: int) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Give a way to start a command of manage.py; whatever the test leaves is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, starter: bool = False, **settings: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "manage.py", *arguments]
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "DJANGO"))}
        here = {"EMBEDDED_PG_HOME": str(home), "PLATFORM_MODE": "test", "PYTHONUNBUFFERED": "1"}
        around, told = ([sys.executable, "-c", STARTER], {"ENDS_WITH_PARENT": "1"}) if starter else ([], {})
        process = subprocess.Popen(
            around + command, cwd=ROOT, env=outside | here | told | settings, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, preexec_fn=hear_ctrl_c,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=DOWN_SECONDS * 2)


def ask(port: int, path: str, body: dict[str, str] | None = None) -> tuple[int, str]:
    """Return the status and text the site answers with, as a proxy that ends TLS asks; 0 if nobody answers."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data=json.dumps(body).encode() if body else None,
        headers={"Content-Type": "application/json", "X-Forwarded-Proto": "https"},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()
    except (urllib.error.URLError, ConnectionError):
        return 0, ""


def call(port: int, path: str, body: dict[str, str] | None = None) -> int:
    return ask(port, path, body)[0]


def wait(what: str, holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"after {seconds} seconds still not: {what}"
        time.sleep(0.1)


def up(port: int) -> None:
    wait("the site answers", lambda: call(port, "/healthz") == 200, UP_SECONDS)


def free(port: int) -> bool:
    """Whether a server can listen on the port."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def down(port: int) -> None:
    wait("the port is free", lambda: free(port), DOWN_SECONDS)


@pytest.fixture
def collected() -> Iterator[None]:
    """Remove the collected static files again, unless this checkout had them before."""
    before = (ROOT / "staticfiles").exists()
    yield
    if not before:
        shutil.rmtree(ROOT / "staticfiles")


PRODUCTION = {"PLATFORM_MODE": "production", "SECRET_KEY": "s" * 64, "SEALING_KEY": "k" * 64}


def test_an_empty_production_serves_its_pages_dressed_and_takes_in_its_operator(manage, home, port, collected):
    production = PRODUCTION | {"ALLOWED_HOSTS": "127.0.0.1"}
    site = manage("serve", "--port", str(port), **production)
    up(port)
    status, front = ask(port, "/")
    style = re.search(r'href="(/static/css/ipf\.[0-9a-f]+\.css)"', front)
    assert (status, bool(style)) == (200, True)
    assert style is not None
    assert call(port, style[1]) == 200
    keeper = manage(
        "first_operator", "--name", "乌兰", "--username", "ulan", "--organisation", "平台运营公司", "--credit-code",
        "91150100MA0N0000AY", "--region", "150100", FIRST_OPERATOR_PASSWORD="one-of-my-own-71", **production,
    )  # fmt: skip
    said, _ = keeper.communicate(timeout=UP_SECONDS)
    assert (keeper.returncode, "ulan" in said) == (0, True), said
    site.terminate()
    said, _ = site.communicate(timeout=DOWN_SECONDS * 2)
    assert (site.returncode, "Traceback" in said) == (0, False), said


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SEALING_KEY", "ALLOWED_HOSTS"])
def test_a_production_that_lacks_a_setting_names_it_in_one_line(manage, missing):
    given = PRODUCTION | {"ALLOWED_HOSTS": "127.0.0.1"} | {missing: ""}
    refused = manage("collectstatic", "--noinput", "--dry-run", **given)
    said, _ = refused.communicate(timeout=UP_SECONDS)
    assert refused.returncode == 1
    assert said.startswith(f"settings: {missing} is not set: production")
    assert said.count("\n") == 1


def test_a_killed_site_leaves_its_port_and_everything_that_was_written(manage, home, port):
    serve = ("serve", "--port", str(port), "--workers", "2")
    first = manage(*serve)
    up(port)
    assert call(port, "/api/v1/registrations", FIRM) == 201
    first.kill()
    down(port)

    second = manage(*serve, starter=True)
    up(port)
    assert call(port, "/api/v1/registrations", FIRM) == 409, "the firm was registered before the kill"
    second.kill()  # what make started ends with make, in order
    down(port)
    wait("the database has stopped", lambda: not (home / "data" / "postmaster.pid").exists(), DOWN_SECONDS)

    third = manage(*serve)
    up(port)
    taken = manage(*serve)
    said, _ = taken.communicate(timeout=UP_SECONDS)
    assert (taken.returncode, "Address already in use" in said, "Traceback" in said) == (1, True, False)
    third.send_signal(signal.SIGINT)
    said, _ = third.communicate(timeout=DOWN_SECONDS * 2)
    assert (third.returncode, "Traceback" in said) == (0, False), said
    assert free(port)
    assert not (home / "data" / "postmaster.pid").exists()


def test_ctrl_c_before_the_site_is_up_says_no_more_than_that(manage, home):
    command = manage("shell", "-v", "0", "-c", "import time; print('up', flush=True); time.sleep(60)")
    assert command.stdout is not None
    assert command.stdout.readline() == "up\n"
    command.send_signal(signal.SIGINT)
    said, _ = command.communicate(timeout=DOWN_SECONDS * 2)
    assert (command.returncode, said) == (130, "")
    assert not (home / "data" / "postmaster.pid").exists()
