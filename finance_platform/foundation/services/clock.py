"""Set the platform's clock: in demo and test only, the database refuses it elsewhere."""

from datetime import datetime

from django.conf import settings
from django.db import connection

from finance_platform.foundation.errors import Forbidden
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case


@use_case(Permission.CLOCK_SET)
def set_to(*, by: User, at: datetime, moment: datetime) -> None:
    """Let the platform's time go on from `moment`. Raises: Forbidden outside demo and test."""
    if settings.MODE not in {"demo", "test"}:
        raise Forbidden("只有演示和测试环境可以调整时钟")
    with connection.cursor() as cursor:
        cursor.execute("SELECT platform_clock_set(%s)", [moment])
