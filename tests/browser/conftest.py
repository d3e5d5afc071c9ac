"""A Chromium and a site to look at.

The site is served by the real server from a database of its own; both end with this package, so that no event loop of
the browser's is left running under other tests of the same process.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tests.browser.visits import Visit
from tests.conftest import ROOT, _cloned

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
START_SECONDS = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all browser tests in one process: they share one server and one browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def chromium_path() -> str | None:
    """Return where Chromium is, `CHROMIUM` first."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="package")
def chromium() -> str:
    """Give the path of Chromium; without one the tests are skipped, or fail where REQUIRE_BROWSER=1 promises one."""
    found = chromium_path()
    if found:
        return found
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise RuntimeError("REQUIRE_BROWSER=1, but no Chromium was found: install the package `chromium`")
    pytest.skip("no Chromium found: browser tests skipped (install the package `chromium` to run them)")


@pytest.fixture(scope="package")
def site(chromium: str, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Give the address of the served region."""
    from tests.browser import small_region

    name = f"test_browser_{os.getpid()}"
    with django_db_blocker.unblock(), _cloned(name):
        small_region.build()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        yield from _served(port, _addresses(name))


def _addresses(name: str) -> dict[str, str]:
    """Return the environment that points a server at this database."""
    from django.conf import settings

    def address(alias: str) -> str:
        known = settings.DATABASES[alias]
        secret = f":{quote(known['PASSWORD'], safe='')}" if known.get("PASSWORD") else ""
        port = f":{known['PORT']}" if known.get("PORT") else ""
        return f"postgresql://{known['USER']}{secret}@{quote(str(known['HOST']), safe='')}{port}/{name}"

    return {"DATABASE_URL": address("default"), "DATABASE_OWNER_URL": address("owner"), "PLATFORM_MODE": "test"}


def _served(port: int, environment: dict[str, str]) -> Iterator[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
               "--workers", "1", "--blocking-threads", "2", "--log-level", "warning", "--no-ws",
               "finance_platform.wsgi:application"]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with status {server.returncode}")
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server on this machine
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not answer within {START_SECONDS} s")


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visit(site: str, browser: Any) -> Iterator[Callable[..., Visit]]:
    """Give a way to open a visit of one's own; at its end nothing may have gone to another host."""
    opened: list[Visit] = []

    def open_visit(**options: Any) -> Visit:
        opened.append(Visit(browser, site, **options))
        return opened[-1]

    yield open_visit
    strangers = sorted({address for one in opened for address in one.strangers})
    for one in opened:
        one.close()
    assert not strangers, f"requests to other hosts: {strangers}"
