"""Which applications are due to be opened, and the public records of openings."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from banks_portal.models import OpeningRecord
from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from pledges import queries as pledges


def due(by: User, at: datetime) -> QuerySet[Any]:
    """Return the published applications whose deadline is not after the moment and which nobody opened yet."""
    published = pledges.applications_visible_to(by).filter(state="PUBLISHED", offer_deadline__lte=at)
    return published.exclude(openings__deadline=F("offer_deadline")).order_by("pk")


def waits(application: Any, at: datetime) -> bool:
    """Return whether an application's offers should be open by now and are not."""
    deadline = application.offer_deadline
    published = application.state == "PUBLISHED"
    return bool(published and deadline and deadline <= at and opening_of(application) is None)


def records() -> QuerySet[OpeningRecord]:
    """Return the opening records; they are public."""
    return OpeningRecord.objects.select_related("application")


def opening_of(application: Any) -> OpeningRecord | None:
    """Return the record of the application's present round, or None before its opening."""
    return OpeningRecord.objects.filter(application=application, deadline=application.offer_deadline).first()


def record_of(number: str) -> OpeningRecord:
    """Return the latest opening record of an application by its number. Raises: NotFound."""
    found = records().filter(application__number=number).first()
    if found is None:
        raise NotFound("没有这份开标记录:该申请尚未开标或不存在")
    return found
