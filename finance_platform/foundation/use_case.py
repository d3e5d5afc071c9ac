"""A use case is one function: permission, then transaction, then audit row.

    @use_case(Permission.PLEDGE_REGISTER)
    def register(*, by: User, at: datetime, pledge_id: int, certificate_no: str) -> Pledge: ...

`by` is the acting person, `at` the platform's moment, both given by the door. A refusal for want of permission leaves
its own audit row. A use case called by another joins its transaction and names it under `via`.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import models, transaction

from finance_platform.foundation import queries, viewer
from finance_platform.foundation.errors import Forbidden
from finance_platform.foundation.models import AuditRow, User
from finance_platform.foundation.permissions import Permission

Args = ParamSpec("Args")
Result = TypeVar("Result")

# Every use case by its name: what the completeness tests walk.
USE_CASES: dict[str, Callable[..., Any]] = {}

TEXT_LENGTH_MAX = 200
# Arguments of which the record keeps nothing.
SECRETS = frozenset({"password", "token"})
_running: ContextVar[str] = ContextVar("running_use_case", default="")
_hands: ContextVar[tuple[int, ...]] = ContextVar("hands", default=())
# Which use case refused, as long as the refusal is on its way.
_refused_in: "WeakKeyDictionary[Forbidden, _Trace]" = WeakKeyDictionary()


def use_case(
    permission: Permission, *, audit: bool = True
) -> Callable[[Callable[Args, Result]], Callable[Args, Result]]:
    """Make a function a use case. `audit=False` only where the trace itself must stay sealed (it is written later)."""

    def decorate(function: Callable[Args, Result]) -> Callable[Args, Result]:
        name = f"{function.__module__}.{function.__qualname__}"
        _check_signature(function, name)

        @wraps(function)
        def run(*args: Args.args, **kwargs: Args.kwargs) -> Result:
            by, at = kwargs["by"], kwargs["at"]
            if not (isinstance(by, User) and isinstance(at, datetime)):
                raise TypeError(f"{name}: `by` is a User and `at` a datetime")
            trace = _Trace(name, permission, by, at, {k: v for k, v in kwargs.items() if k not in {"by", "at"}})
            token, hands = _running.set(name), _hands.set(trace.hands)
            try:
                with viewer.seen_by(by), transaction.atomic():
                    trace.require_permission()
                    result = function(*args, **kwargs)
                    if audit:
                        trace.write(AuditRow.Outcome.DONE, result)
                    return result
            except Forbidden as refusal:
                _refused_in.setdefault(refusal, trace)
                if not trace.via:
                    keep_refusal(refusal)
                raise
            finally:
                _running.reset(token)
                _hands.reset(hands)

        run.permission = permission  # type: ignore[attr-defined]
        run.audited = audit  # type: ignore[attr-defined]
        USE_CASES[name] = run
        return run

    return decorate


def keep_refusal(refusal: Forbidden) -> None:
    """Write the row of a refusal; again by whoever rolled a transaction around the use case back, and the row with it.

    The row names the use case that refused, not those that called it.
    """
    trace = _refused_in.get(refusal)
    if trace is not None:
        trace.write(AuditRow.Outcome.REFUSED, reason=refusal.message)


def hands() -> tuple[int, ...]:
    """Return the ids behind the running use case: the acting person, and the principal he acts for."""
    return _hands.get()


def _check_signature(function: Callable[..., Any], name: str) -> None:
    parameters = signature(function).parameters
    if list(parameters)[:2] != ["by", "at"] or any(p.kind is not p.KEYWORD_ONLY for p in parameters.values()):
        raise TypeError(f"{name}: a use case takes keyword-only arguments, `by` and `at` first")


class _Trace:
    def __init__(self, name: str, permission: Permission, by: User, at: datetime, inputs: dict[str, Any]) -> None:
        self.name, self.permission, self.by, self.at, self.inputs = name, permission, by, at, inputs
        self.via = _running.get()
        self.grant = queries.grant(by, permission, at)

    @property
    def hands(self) -> tuple[int, ...]:
        principal = self.grant.principal_id if self.grant else None
        return (self.by.pk,) if principal is None else (self.by.pk, principal)

    def require_permission(self) -> None:
        if self.grant is None:
            raise Forbidden(f"您的岗位没有“{self.permission}”权限,请联系本单位管理员或由有权人员办理")

    def write(self, outcome: str, result: Any = None, reason: str = "") -> None:
        details = {key: _plain(value) for key, value in self.inputs.items() if key not in SECRETS}
        AuditRow.objects.create(
            at=self.at, person=self.by, on_behalf_of_id=self.grant.principal_id if self.grant else None,
            organisation=self.by.organisation, use_case=self.name, via=self.via, permission=self.permission,
            outcome=outcome, subject=_subject(result), details=details | ({"reason": reason} if reason else {}),
        )  # fmt: skip


def _subject(result: Any) -> str:
    return f"{result._meta.label}:{result.pk}" if isinstance(result, models.Model) else ""


def _plain(value: Any) -> Any:
    """Return what the audit row keeps of an argument: scalars as they are, rows as names, the rest by size."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value[:TEXT_LENGTH_MAX]
    if isinstance(value, date | datetime | Decimal | UUID):
        return str(value)
    if isinstance(value, models.Model):
        return _subject(value)
    if isinstance(value, list | tuple) and len(value) <= 50 and all(isinstance(v, str | int | UUID) for v in value):
        return [_plain(item) for item in value]
    return f"<{type(value).__name__}>"
