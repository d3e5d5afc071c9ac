"""One person's visit to the site: a browser window that remembers what went wrong, and a bounded walk by links."""

from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.browser.small_region import password

WIDE, NARROW = (1440, 900), (390, 844)
FILES = (".xlsx", ".csv", ".pdf", ".json", "/file")
LINKS = "() => [...document.querySelectorAll('nav a[href], main a[href]')].map(link => link.href)"


class Visit:
    """A window with its own cookies; `complaints` collects the console's errors, `strangers` other hosts asked."""

    def __init__(self, browser: Any, site: str, *, javascript: bool = True, language: str = "") -> None:
        self.site, self.complaints, self.strangers = site, list[str](), list[str]()
        self.context = browser.new_context(
            java_script_enabled=javascript, locale="zh-CN", viewport={"width": WIDE[0], "height": WIDE[1]}
        )
        if language:
            self.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        self.context.on("request", self._watch)
        self.page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, said: Any) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:", "about:", "blob:")):
            self.strangers.append(request.url)

    def close(self) -> None:
        self.context.close()

    def sign_in(self, username: str) -> None:
        """Sign in through the form, as people do."""
        self.go("/accounts/login/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password())
        self.page.click("main button[type=submit]")
        assert "/accounts/login/" not in self.page.url, f"{username} cannot sign in"

    def sign_out(self) -> None:
        self.context.clear_cookies()

    def go(self, path: str) -> int:
        """Open a page of the site; returns its HTTP status."""
        answer = self.page.goto(self.site + path, wait_until="load")
        return int(answer.status)

    def widths(self) -> tuple[int, int]:
        """Return (scrollWidth, innerWidth) of the page as it stands."""
        wide, window = self.page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
        return int(wide), int(window)

    def resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def walk(self, starts: list[str], limit: int, known: set[str]) -> Iterator[tuple[str, int]]:
        """Open page after page by links, each kind of page once; yields (path, status) while the page is open.

        `known` holds the url names that need no second look; the walk adds those it takes.
        """
        waiting, taken = deque(starts), 0
        while waiting and taken < limit:
            path = waiting.popleft()
            name = page_name(path)
            if not name or name in known:
                continue
            known.add(name)
            taken += 1
            status = self.go(path)
            waiting.extend(self._links())
            yield path, status

    def _links(self) -> list[str]:
        found = (urlsplit(link) for link in self.page.evaluate(LINKS))
        ours = (link for link in found if f"{link.scheme}://{link.netloc}" == self.site)
        return [f"{link.path}?{link.query}" if link.query else link.path for link in ours]


def page_name(path: str) -> str:
    """Return the url name of a page of the site, or nothing for files and addresses the site does not know."""
    bare = urlsplit(path).path
    if bare.endswith(FILES):
        return ""
    try:
        return resolve(bare).url_name or ""
    except Resolver404:
        return ""
