"""The JSON door as a program uses it: bearer tokens, an idempotency key on every call; every call tried wrongly too.

A step is called by the wrong roles (403), by people to whom the row is foreign (404), then rightly, then again with
the same key (the same answer, nothing done twice), then with a new key (409 or 422: the state no longer allows it).
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from finance_platform.foundation import queries
from finance_platform.foundation.services import people
from tests.journeys.script import Cast, acts_done

TOKEN_LIVES = timedelta(days=30)
Files = dict[str, tuple[str, bytes]]


class Caller:
    def __init__(self, cast: Cast) -> None:
        self.cast, self.client = cast, Client()
        self._problem: Any = None
        self._tokens: dict[str, tuple[str, datetime]] = {}

    def get(self, who: str, path: str, status: int = 200) -> Any:
        answer = self.client.get(f"/api/v1/{path}", headers=self._headers(who))
        assert answer.status_code == status, (who, path, answer.status_code, answer.content.decode())
        return answer.json()

    def answer(self, who: str, path: str) -> tuple[int, Any]:
        """Return what somebody is answered, be it a refusal."""
        told = self.client.get(f"/api/v1/{path}", headers=self._headers(who))
        return told.status_code, told.json()

    def refused(self, who: str, path: str, body: dict[str, Any], status: int) -> Any:
        """Check that a single call is refused, that nothing was done, and return the problem told."""
        self._refused(lambda by, key: self.send("post", by, key, path, body, None), {who: status}, path)
        return self._problem

    def do(
        self, who: str, path: str, body: dict[str, Any] | None = None, *, files: Files | None = None,
        wrong_role: Iterable[str] = (), foreign: Iterable[str] = (), late: int | None = 409, method: str = "post",
    ) -> Any:  # fmt: skip
        """Carry out one step with its attacks; `late` is the answer to the same call made anew (None: it may recur)."""

        def call(by: str, key: str) -> Any:
            return self.send(method, by, key, path, body, files)

        self._refused(call, {**dict.fromkeys(wrong_role, 403), **dict.fromkeys(foreign, 404)}, path)
        key, before = uuid4().hex, acts_done()
        first = call(who, key)
        assert first.status_code in {200, 201}, (who, path, first.status_code, first.content.decode())
        done = acts_done()
        assert done > before, f"{path}: the record says nothing of it"
        self._same(first, call(who, key), path)
        if late is not None:
            self._refused(call, {who: late}, path)
        assert acts_done() == done, f"{path}: done twice"
        return first.json()

    def _refused(self, call: Any, answers: dict[str, int], path: str) -> None:
        before = acts_done()
        for by, status in answers.items():
            answer = call(by, uuid4().hex)
            assert answer.status_code == status, (by, path, answer.status_code, answer.content.decode())
            assert answer["Content-Type"] == "application/problem+json"
            self._problem = answer.json()
            assert self._problem["title"]
        assert acts_done() == before, f"{path}: something was done by one who may not"

    def _same(self, first: Any, second: Any, path: str) -> None:
        assert (second.status_code, second.json()) == (first.status_code, first.json()), path

    def send(self, method: str, by: str, key: str, path: str, body: Any, files: Files | None) -> Any:
        headers = self._headers(by) | {"Idempotency-Key": key}
        send = getattr(self.client, method)
        if files is None:
            return send(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=headers)
        uploads = {name: SimpleUploadedFile(filename, data) for name, (filename, data) in files.items()}
        return send(f"/api/v1/{path}", (body or {}) | uploads, headers=headers)

    def _headers(self, who: str) -> dict[str, str]:
        return {} if who == "public" else {"Authorization": f"Bearer {self._token(who)}"}

    def _token(self, who: str) -> str:
        at = queries.now()
        token, since = self._tokens.get(who, ("", at))
        if not token or at - since > TOKEN_LIVES:
            token = people.issue_token(by=self.cast[who], at=at, label="journey")[1]
            self._tokens[who] = (token, at)
        return token
