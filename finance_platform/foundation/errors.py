"""What may go wrong and was expected: each error has an HTTP status, a stable code and a message fit for the user.

Anything else that is raised is a bug: it is logged and answered with 500. Rendered in exactly two places (`doors.py`):
problem details for the API, a page for people.
"""

from collections.abc import Mapping


class DomainError(Exception):
    """An anticipated refusal. `fields` maps a field name to what is wrong with it and what to do."""

    status = 400
    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = dict(fields or {})


class Invalid(DomainError):
    """The input breaks a rule of form; `fields` says which and how to mend it."""

    status = 422
    code = "invalid"


class Forbidden(DomainError):
    """The acting person's roles do not carry the permission, or the hands are not distinct."""

    status = 403
    code = "forbidden"


class NotFound(DomainError):
    """The row does not exist for this viewer (a foreign row is not found, never forbidden)."""

    status = 404
    code = "not_found"


class Conflict(DomainError):
    """The request contradicts what has been recorded meanwhile."""

    status = 409
    code = "conflict"


class IllegalTransition(Conflict):
    """The thing is not in a state that allows the event."""

    code = "illegal_transition"


class TooLarge(DomainError):
    """The upload is larger than the platform takes."""

    status = 413
    code = "too_large"


class OutOfRange(DomainError):
    """A calendar, rate table or other dated data ends before the date asked for."""

    status = 422
    code = "out_of_range"
