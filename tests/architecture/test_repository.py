"""What lies in the repository: pages that ask no other host, no secret, no trace of a machine, copies that are true."""

import gettext
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client

from finance_platform.foundation.moves import Machine
from tests.architecture.test_states import MODELS
from tools import draw_states

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "uv.lock"
BINARY = {".png", ".jpg", ".webp", ".ico", ".mo", ".npy", ".npz", ".woff2", ".xlsx", ".gz"}
CONTRACTS = ROOT / "tests" / "contract"

# The attributes and functions by which a browser fetches something, followed by a host.
FETCHES = re.compile(
    r"""(?:\b(?:src|srcset|href|action|formaction|poster|data)\s*=\s*["']?|url\(\s*["']?|@import\s+["']"""
    r"""|\b(?:fetch|import|open)\(\s*["'`])\s*(?:https?:|wss?:)?//[\w.-]+""",
    re.IGNORECASE,
)
SECRETS = [
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"\bgh[pousr]_[A-Za-z0-9]{30,}"),
    re.compile(r"\b(?:SECRET_KEY|SEALING_KEY|PASSWORD|API_KEY)\s*=\s*[\"'][^\"'{}$\s]{16,}[\"']"),
    re.compile(r"//[^/\s:@\"'{}]+:(?!password\b)[^/\s:@\"'{}]{6,}@[\w.-]+"),
]
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|tmp|home)/\w+")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")


def tracked() -> list[Path]:
    """Return the files under version control that are there."""
    git = shutil.which("git") or "git"
    listed = subprocess.run(
        [git, "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Give the text of every tracked file but the lock, by its path."""
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in tracked()
        if path.suffix not in BINARY and path != LOCK
    }


def found(texts: dict[str, str], *patterns: re.Pattern[str], where: Callable[[str], bool] = bool) -> list[str]:
    """Return `file: what` for every match of the patterns in the files that `where` names."""
    return [
        f"{name}: {match.group()[:60]}"
        for name, text in texts.items()
        if where(name)
        for pattern in patterns
        for match in pattern.finditer(text)
    ]


# --- Pages ask no other host ------------------------------------------------------------------------------------------
def test_no_page_asks_another_host(texts):
    assert found(texts, FETCHES, where=lambda name: name.endswith((".html", ".css", ".js", ".svg"))) == []


@pytest.mark.parametrize(
    "text",
    ['<script src="https://cdn.example/x.js">', "@import '//fonts.example/css';", "body{background:url(http://a.example/b)}",
     '<form action="//evil.example">', "fetch('https://api.example/')"],
)  # fmt: skip
def test_a_page_that_asked_another_host_would_be_found(text):
    assert found({"page.html": text}, FETCHES) != []


def test_the_browser_is_told_to_ask_this_host_alone():
    hosts = [source for sources in settings.SECURE_CSP.values() for source in sources]
    assert {str(source) for source in hosts} <= {"'self'", "'none'", "data:", "<CSP_NONCE_SENTINEL>"}


@pytest.mark.django_db
def test_the_page_of_the_api_asks_this_host_alone():
    page = Client().get("/api/v1/docs").content.decode()
    assert "swagger" in page
    assert found({"docs": page}, FETCHES) == []


# --- No secret, no trace of a machine ---------------------------------------------------------------------------------
def test_no_secret_is_in_the_repository(texts):
    assert found(texts, *SECRETS) == []


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        'SECRET_KEY = "' + "x7" * 20 + '"',
        "postgresql://ipf:" + "hunter22@db.example/ipf",
    ],
)
def test_a_secret_would_be_found(text):
    assert found({"settings.py": text}, *SECRETS) != []


def test_no_registry_host_stands_outside_the_lock(texts):
    lock = tomllib.loads(LOCK.read_text(encoding="utf-8"))
    hosts = {source for package in lock["package"] if (source := package["source"].get("registry"))}
    names = {re.sub(r"^https?://([^/:]+).*", r"\1", host) for host in hosts}
    assert names
    assert found(texts, *(re.compile(re.escape(name)) for name in names)) == []


def test_no_path_of_a_machine_is_in_the_repository(texts):
    assert found(texts, MACHINE_PATHS) == []
    assert found({"notes.md": "see /ho" + "me/somebody/notes"}, MACHINE_PATHS) != []


def test_nothing_is_left_for_later(texts):
    assert found(texts, UNFINISHED, where=lambda name: name.endswith((".py", ".html", ".js", ".css", ".md"))) == []


# --- Copies are true --------------------------------------------------------------------------------------------------
def test_the_contract_copies_are_the_originals_where_these_are_there():
    originals = settings.SHARED_DIR / "contract"
    copies = [path for path in CONTRACTS.iterdir() if path.suffix in {".md", ".json"}]
    assert len(copies) >= 6
    present = [path for path in copies if (originals / path.name).is_file()]
    assert [path.name for path in present if path.read_bytes() != (originals / path.name).read_bytes()] == []


def test_every_compiled_catalogue_is_that_of_its_text():
    """The machine that runs the platform has no compiler of catalogues: what is compiled lies beside the text."""
    texts = [path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po")]
    assert texts
    for path in texts:
        with path.open("rb") as text, path.with_suffix(".mo").open("rb") as compiled:
            written = [m for m in read_po(text) if m.id and m.string and not (m.fuzzy or m.pluralizable)]
            read = gettext.GNUTranslations(compiled)
        stale = [
            m.id for m in written if m.string != (read.pgettext(m.context, m.id) if m.context else read.gettext(m.id))
        ]
        assert stale == [], f"{path.relative_to(ROOT)}: compile it anew"


def test_the_page_of_states_is_drawn_from_the_machines():
    remedy = "the machines changed: run `python tools/draw_states.py`"
    assert draw_states.PAGE.read_text(encoding="utf-8") == draw_states.page(), remedy


def test_every_drawn_machine_is_the_life_of_a_model_and_the_other_way_round():
    drawn: set[Machine] = {machine for _module, machine in draw_states.machines()}
    assert drawn == {model.machine for model in MODELS}
