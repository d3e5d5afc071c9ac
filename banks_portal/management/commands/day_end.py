"""`manage.py day_end`: everything that time alone brings about, for the platform's day (for a scheduler).

Running it again changes nothing. It also catches up: whatever fell due since the last run is found by its own date.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from banks_portal.services import openings
from finance_platform.foundation import queries
from pledges.services import loans
from valuation.services import appraisals


class Command(BaseCommand):
    help = "Open offers past their deadline, close the day of every live loan, let appraisals past their last day end."

    def handle(self, *args: Any, **options: Any) -> None:
        by, at = queries.system_user(), queries.now()
        today = timezone.localdate(at)
        records = openings.open_due(by=by, at=at)
        changed = loans.run_day(by=by, at=at, on=today)
        over = appraisals.expire_due(by=by, at=at)
        self.stdout.write(f"{today}")
        self._list("开启报价", [f"{record.application.number}({len(record.commitments)} 份)" for record in records])
        self._list(
            "贷款状态变动", [f"{loan.number} {loan.state_label},逾期 {loan.days_past_due} 天" for loan in changed]
        )
        self._list("评估到期", [str(appraisal) for appraisal in over])
        for warning in queries.calendar_warnings(today):
            self.stdout.write(f"注意:{warning}")

    def _list(self, what: str, rows: list[str]) -> None:
        self.stdout.write(f"{what} {len(rows)} 项" + (":" + ";".join(rows) if rows else ""))
