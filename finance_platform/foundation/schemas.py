"""Shapes every JSON answer may take."""

from typing import Any

from ninja import Schema


class FieldProblem(Schema):
    field: str
    message: str


class Problem(Schema):
    """A refusal (RFC 9457): stable `code`, a message fit for people, and what is wrong with which field."""

    type: str
    title: str
    status: int
    code: str
    errors: list[FieldProblem] = []


class Listing[Item](Schema):
    """One page of a list; `next` goes into `after` for the following one and is empty at the end."""

    items: list[Item]
    next: str = ""


# The refusals any endpoint may answer with; spread into `response=`.
REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422), Problem)
