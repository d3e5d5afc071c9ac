"""The pages as people use them: read the page, fill its form, press its button; and every step tried wrongly too.

What is sent is what a browser would send: the fields as the page shows them, the hidden ones too, with the changes a
person types. A step is tried by the wrong roles (403) and by people to whom the row is foreign (404), then done, then
sent again as it was (nothing is done twice), then sent anew (the page says why it is too late).
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.journeys.script import Cast, acts_done

Values = dict[str, Any]
REFUSED = re.compile(r'class="(ipf-summary|ipf-message ipf-message-error)"')


@dataclass
class Form:
    """A form of a page: where it goes, its fields with their shown values, its buttons."""

    action: str
    method: str
    values: Values = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    """Collects the forms of a page as a browser reads them."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms = address, list[Form]()
        self._open: Form | None = None
        self._select, self._textarea, self._first = "", "", True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(urljoin(self.address, given.get("action") or self.address), given.get("method", "get"))
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if name:
            self._form.names.add(name)
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._select, self._first = name, True
        elif tag == "option" and self._select and (self._first or "selected" in given):
            self._form.values[self._select], self._first = given.get("value", ""), False
        elif tag == "textarea":
            self._textarea, self._form.values[name] = name, ""

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"checkbox", "radio"}:
            if "checked" in given:
                self._form.values.setdefault(name, []).append(given.get("value", "on"))
        elif kind not in {"file", "submit"}:
            self._form.values[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._form.values[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        self._select = "" if tag == "select" else self._select
        self._textarea = "" if tag == "textarea" else self._textarea

    @property
    def _form(self) -> Form:
        assert self._open is not None
        return self._open


class Browser:
    """Everybody's browsers; `at_desk` is signed in as the person of that name ("public" is not signed in)."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._clients: dict[str, Client] = {}

    def at_desk(self, who: str) -> Client:
        if who not in self._clients:
            self._clients[who] = Client()
            if who != "public":
                self._clients[who].force_login(self.cast[who], "django.contrib.auth.backends.ModelBackend")
        return self._clients[who]

    def page(self, who: str, address: str, *shows: str, status: int = 200) -> str:
        """Open a page, following the way it sends one, and check what it shows."""
        answer = self.at_desk(who).get(address, follow=True)
        text = unescape(answer.content.decode())
        assert answer.status_code == status, (who, address, answer.status_code, said(text))
        for wanted in shows:
            assert wanted in text, (who, address, wanted, said(text))
        return text

    def form(self, who: str, address: str, action: str = "", names: str = "") -> Form:
        """Return the one form of a page that goes to `action` (an ending) or has the field `names`."""
        reader = _Forms(address)
        reader.feed(self.at_desk(who).get(address).content.decode())
        fit = [
            found for found in reader.forms
            if found.method == "post" and not found.action.startswith(("/accounts/logout", "/preferences"))
            and found.action.endswith(action) and (not names or names in found.names)
        ]  # fmt: skip
        assert len(fit) == 1, (who, address, action, [found.action for found in reader.forms])
        return fit[0]

    def do(
        self, who: str, address: str, typed: Values | None = None, *, action: str = "", names: str = "",
        shows: Iterable[str] = (), wrong_role: Iterable[str] = (), foreign: Iterable[str] = (), again: bool = True,
        files: Values | None = None, why: str = "",
    ) -> str:  # fmt: skip
        """Carry out one step with its attacks and return the address it leads to.

        `again` is False where the same may rightly be done a second time; `why` is what a page says that is no error.
        """
        form = self.form(who, address, action, names)
        values = form.values | (typed or {})
        assert set(typed or {}) <= form.names, (address, set(typed or {}) - form.names)
        self.refused(form, values, files, {**dict.fromkeys(wrong_role, 403), **dict.fromkeys(foreign, 404)})
        before = acts_done()
        answer = self.send(who, form, values, files)
        assert answer.status_code == 302, (who, form.action, answer.status_code, said(answer.content.decode()))
        done = acts_done()
        self.page(who, answer["Location"], *shows)
        assert done > before, f"{form.action}: the record says nothing of it"
        self._repeated(who, form, values, files)
        if again:
            self.too_late(who, form, values | {"form_key": secrets.token_hex(8)}, files, why)
        assert acts_done() == done, f"{form.action}: done twice"
        return str(answer["Location"])

    def _repeated(self, who: str, form: Form, values: Values, files: Values | None) -> None:
        repeated = self.send(who, form, values, files)
        answered = repeated.status_code in {302, 403, 404} or REFUSED.search(repeated.content.decode())
        assert answered, (form.action, repeated.status_code)

    def too_late(self, who: str, form: Form, values: Values, files: Values | None = None, why: str = "") -> None:
        """Send a form for which it is not the time: the answer says why (in an error, or in the words `why`)."""
        before = acts_done()
        answer = self.send(who, form, values, files)
        page = self.at_desk(who).get(answer["Location"]) if answer.status_code == 302 else answer
        assert acts_done() == before, f"{form.action}: done at the wrong time"
        text = page.content.decode()
        told = page.status_code in {403, 404, 409} or (why in text if why else REFUSED.search(text))
        assert told, (who, form.action, page.status_code, said(page.content.decode()))

    def refused(self, form: Form, values: Values, files: Values | None, answers: dict[str, int]) -> None:
        before = acts_done()
        for by, status in answers.items():
            answer = self.send(by, form, values | {"form_key": secrets.token_hex(8)}, files)
            assert answer.status_code == status, (by, form.action, answer.status_code, said(answer.content.decode()))
        assert acts_done() == before, f"{form.action}: something was done by one who may not"

    def send(self, who: str, form: Form, values: Values, files: Values | None) -> Any:
        uploads = {name: SimpleUploadedFile(named, data) for name, (named, data) in (files or {}).items()}
        return self.at_desk(who).post(form.action, values | uploads)


def said(page: str) -> str:
    """Return a page's words from its heading on, for a failed assertion."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page[page.find("<main") :], flags=re.S)
    return re.sub(r"\s+", " ", unescape(text))[:700]
