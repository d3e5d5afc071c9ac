"""Every page a role can walk to: answers, fits a telephone, is accessible, quiet, light and asks no other host."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from finance_platform.demo.cast import SIGN_INS
from tests.browser.visits import NARROW, WIDE, Visit, page_name

AXE = Axe()

HTML_BYTES_MAX = 300 * 1024
PAGES_MAX = 25
PUBLIC_PAGES = {"help", "methods", "accessibility", "login", "home", "password"}
"""The same for everybody: looked at once, as a visitor."""
looked_at: set[str] = set()
"""Pages another role saw with a large window: on a telephone, where more breaks, they are looked at every time."""
ENGLISH = ["story.firm", "qingcheng.officer", "caoyuan.appraiser", "ip.checker"]


def faults_of(visit: Visit, path: str, status: int) -> list[str]:
    """Return what is wrong with the open page, at both widths."""
    found = [] if status == 200 else [f"{path}: status {status}"]
    size = len(visit.page.content().encode())
    found += [f"{path}: {size} bytes of HTML"] if size > HTML_BYTES_MAX else []
    known = page_name(path) in looked_at
    looked_at.add(page_name(path))
    visit.page.evaluate(AXE.axe_script)
    for width in (WIDE, NARROW):
        visit.resize(width)
        wide, window = visit.widths()
        found += [f"{path} at {width[0]}: {wide} px wide"] if wide > window else []
        if width is NARROW or not known:
            found += [f"{path} at {width[0]}: {text}" for text in violations(visit)]
    visit.resize(WIDE)
    found += [f"{path}: console says {text}" for text in visit.complaints]
    visit.complaints.clear()
    return found


def violations(visit: Visit) -> list[str]:
    """Return axe-core's violations on a page that carries it, each with the first element it names."""
    found = visit.page.evaluate("() => axe.run({resultTypes: ['violations']})")["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]


def look_around(visit: Visit, starts: list[str], known: set[str]) -> tuple[list[str], list[str]]:
    """Walk from the given pages; returns (paths seen, faults)."""
    seen, faults = [], []
    for path, status in visit.walk(starts, PAGES_MAX, known):
        seen.append(path)
        faults += faults_of(visit, path, status)
    return seen, faults


@pytest.mark.parametrize("username", SIGN_INS.values())
def test_every_page_of_a_role_is_fit_to_be_used(username: str, visit: Callable[..., Visit]) -> None:
    here = visit()
    here.sign_in(username)
    seen, faults = look_around(here, [here.page.url.removeprefix(here.site)], set(PUBLIC_PAGES))
    assert seen, "signing in led nowhere"
    assert not faults, "\n".join(faults)


def test_every_public_page_is_fit_to_be_used(visit: Callable[..., Visit]) -> None:
    here = visit()
    seen, faults = look_around(here, ["/", "/accounts/login/", "/help/", "/methods/", "/accessibility/"], set())
    assert len(seen) >= 8
    assert not faults, "\n".join(faults)


def test_an_unknown_address_is_answered_by_a_page_that_says_what_to_do(visit: Callable[..., Visit]) -> None:
    here = visit()
    assert here.go("/no/such/page/") == 404
    assert here.page.locator("main a[href]").count()
    here.complaints.clear()  # the console reports the 404 itself
    assert not faults_of(here, "/no/such/page/", 200)


def test_a_page_of_another_role_is_refused_by_a_page_that_says_whom_to_ask(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.sign_in(SIGN_INS["企业"])
    assert here.go("/bureau/ledger/") == 403
    assert here.page.locator("main h1").inner_text()
    here.complaints.clear()
    assert not faults_of(here, "/bureau/ledger/", 200)


@pytest.mark.parametrize("username", ENGLISH)
def test_pages_are_served_in_english(username: str, visit: Callable[..., Visit]) -> None:
    here = visit(language="en")
    here.sign_in(username)
    home = here.page.url.removeprefix(here.site)
    answers = dict(here.walk([home], 8, set(PUBLIC_PAGES)))
    assert set(answers.values()) == {200}, answers
    assert here.page.get_attribute("html", "lang") == "en"
    assert not here.complaints
