"""What sealed work needs inside a use case that has already decided: data keys, and traces that stay unread.

A trace is the audit row of sealed work, encrypted and the bank's own until the opening; then it is written into the
audit log and the record of moves under the moment at which the work was done.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from banks_portal.models import ApplicationKey, OfferTrace
from banks_portal.rules import sealing
from finance_platform.foundation import use_case, viewer
from finance_platform.foundation.errors import Conflict
from finance_platform.foundation.models import AuditRow, StateChange, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.queries import system_user

Step = tuple[str, str, str]  # event, from, to


# --- Keys ------------------------------------------------------------------------------------------------------------
def data_key(application_id: int) -> bytes:
    """Return an application's data key; where it has none, keys are made for all published applications at once.

    Making them together keeps a key from telling that an offer is being prepared.
    """
    row = ApplicationKey.objects.filter(application=application_id).first()
    if row is None:
        with viewer.seen_by(system_user()):
            _make_missing_keys(application_id)
            row = ApplicationKey.objects.get(application=application_id)
    return sealing.unwrapped(settings.SEALING_KEY, application_id, bytes(row.wrapped))


def _make_missing_keys(application_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM pledges_application a WHERE (state = 'PUBLISHED' OR id = %s) AND NOT EXISTS"
            " (SELECT 1 FROM banks_portal_applicationkey k WHERE k.application_id = a.id)",
            [application_id],
        )
        missing = [pk for (pk,) in cursor.fetchall()]
    # Another bank may be making the same keys at this moment; the first one stands.
    keys = {pk: sealing.new_wrapped_key(settings.SEALING_KEY, pk) for pk in missing}
    rows = [ApplicationKey(application_id=pk, wrapped=wrapped) for pk, wrapped in keys.items()]
    ApplicationKey.objects.bulk_create(rows, ignore_conflicts=True)


# --- Traces ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Trace:
    """A trace begun: who calls which use case when, on what, under which name of a retried call."""

    use_case: str
    by: User
    at: datetime
    application: Any
    call: str
    inputs: str
    seen_before: bool


def begin(name: str, by: User, at: datetime, application: Any, call: str, inputs: dict[str, Any]) -> Trace:
    """Return the trace of a call; `seen_before` if the same call was carried out already.

    Raises: Conflict if the name of the call came before with other content.
    """
    key = data_key(application.pk)
    mark = sealing.fingerprint(key, f"{by.pk}:{call}") if call else ""
    content = sealing.fingerprint(key, json.dumps([name, inputs], sort_keys=True, default=str))
    calls = OfferTrace.objects.filter(application=application, bank=by.organisation, call=mark)
    earlier = calls.first() if mark else None
    if earlier is not None and earlier.inputs != content:
        raise Conflict("此请求编号已用于另一组内容:请换一个编号", code="idempotency_key_reused")
    return Trace(name, by, at, application, mark, content, earlier is not None)


def finish(trace: Trace, subject: Any, steps: list[Step]) -> None:
    """Write the sealed trace of what was done to the subject."""
    row = OfferTrace(application=trace.application, bank=trace.by.organisation, call=trace.call, inputs=trace.inputs)
    row.deadline = trace.application.offer_deadline
    content = {
        "at": trace.at.isoformat(), "person": trace.by.pk, "hands": list(use_case.hands()), "use_case": trace.use_case,
        "subject": f"{subject._meta.label}:{subject.pk}", "version": getattr(subject, "version", 0), "steps": steps,
    }  # fmt: skip
    sealed = sealing.seal(data_key(trace.application.pk), content, "trace", row.pk)
    row.nonce, row.ciphertext = sealed.nonce, sealed.ciphertext
    row.save(force_insert=True)


def release(key: bytes, rows: Iterable[OfferTrace]) -> None:
    """Write sealed traces into the audit log and the record of moves, in the order in which things were done."""
    contents = [(row.bank_id, sealing.opened(key, _sealed(row), "trace", row.pk)) for row in rows]
    for bank_id, content in sorted(contents, key=lambda pair: (pair[1]["at"], pair[1]["version"])):
        _release_one(bank_id, content)


def _release_one(bank_id: int, content: dict[str, Any]) -> None:
    at = datetime.fromisoformat(content["at"])
    principals = [hand for hand in content["hands"] if hand != content["person"]]
    AuditRow.objects.create(
        at=at, person_id=content["person"], on_behalf_of_id=principals[0] if principals else None,
        organisation_id=bank_id, use_case=content["use_case"], permission=Permission.OFFER_MAKE,
        outcome=AuditRow.Outcome.DONE, subject=content["subject"],
        details={"sealed_until_opening": True, "version": content["version"]},
    )  # fmt: skip
    for event, source, target in content["steps"]:
        StateChange.objects.create(
            subject=content["subject"], event=event, source=source, target=target, by_id=content["person"], at=at,
            evidence={"sealed_until_opening": True},
        )  # fmt: skip


def _sealed(row: OfferTrace) -> sealing.Sealed:
    return sealing.Sealed(bytes(row.nonce), bytes(row.ciphertext))
