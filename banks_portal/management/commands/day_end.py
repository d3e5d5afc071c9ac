"""`manage.py day_end`: everything that time alone brings about, for the platform's day (for a scheduler).

Running it again changes nothing. It also catches up: whatever fell due since the last run is found by its own date.
"""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from banks_portal.services import endings, openings
from finance_platform.foundation import queries
from pledges.services import loans
from valuation.services import appraisals, bases


class Command(BaseCommand):
    help = (
        "Let everything happen that time alone brings about: openings, lapses, the day of every loan, expired values."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now: dict[str, Any] = {"by": queries.system_user(), "at": queries.now()}
        today = timezone.localdate(now["at"])
        self.stdout.write(f"{today}")
        # Openings first: what was just opened may already have lapsed, and with its offers the application.
        self._list("开启报价", (f"{x.application.number}({len(x.commitments)} 份)" for x in openings.open_due(**now)))
        self._list("报价失效", (f"{x.application.number} {x.bank.name}" for x in endings.lapse_offers(**now)))
        self._list("申请失效", (f"{x.number}({x.closing_reason})" for x in endings.expire_due(**now)))
        changed = loans.run_day(**now, on=today)
        self._list("贷款状态变动", (f"{x.number} {x.state_label},逾期 {x.days_past_due} 天" for x in changed))
        self._list("评估到期", (str(x) for x in appraisals.expire_due(**now)))
        self._list("内部评估与协商定价到期", (str(x) for x in bases.expire_due(**now)))
        for warning in queries.calendar_warnings(today):
            self.stdout.write(f"注意:{warning}")

    def _list(self, what: str, found: Iterable[str]) -> None:
        rows = list(found)
        self.stdout.write(f"{what} {len(rows)} 项" + (":" + ";".join(rows) if rows else ""))
