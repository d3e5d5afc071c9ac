"""Which schemes there are, which version is in force, and what a loss would give under it."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from risk_fund.loss_sharing import calculate
from risk_fund.models import Scheme, SchemeVersion


def schemes() -> QuerySet[Scheme]:
    """Return all schemes: their terms are public."""
    return Scheme.objects.select_related("fund").prefetch_related("versions")


def versions() -> QuerySet[SchemeVersion]:
    return SchemeVersion.objects.select_related("scheme__fund", "made_by", "approved_by")


def version(by: User, pk: int, *, lock: bool = False) -> SchemeVersion:
    """Return one version. Raises: NotFound."""
    found = versions().filter(pk=pk)
    row = (found.select_for_update(of=("self",)) if lock else found).first()
    if row is None:
        raise NotFound("没有这个方案版本")
    return row


def version_in_force(code: str, on: date) -> SchemeVersion:
    """Return the approved version of a scheme that holds on a day. Raises: Conflict if there is none."""
    in_time = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))
    found = versions().filter(in_time, scheme__code=code, state="APPROVED").order_by("-valid_from", "-number").first()
    if found is None:
        raise Conflict(f"方案 {code} 在 {on} 没有生效的版本:请选择其他方案或联系财政部门", code="no_scheme_in_force")
    return found


def tried(version: SchemeVersion, events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the calculator gives for these events under a version; nothing is kept.

    Raises: Invalid with every fault of the events.
    """
    try:
        return calculate({"scheme": version.document, "events": events})
    except BadDocument as bad:
        lines = "；".join(f"{fault.pointer}:{fault.reason}" for fault in bad.faults)
        raise Invalid("试算输入不正确", fields={"events": lines}) from None
