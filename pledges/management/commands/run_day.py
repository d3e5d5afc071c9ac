"""`manage.py run_day`: close the day for every live loan (for a scheduler, once after the last receipt of the day)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from finance_platform.foundation import queries
from pledges.services import loans


class Command(BaseCommand):
    help = "Compute days past due and class of every live loan at the end of a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the day to close (default: the platform's today)")

    def handle(self, *, on: date | None = None, **options: Any) -> None:
        at = queries.now()
        for loan in loans.run_day(by=queries.system_user(), at=at, on=on or timezone.localdate(at)):
            self.stdout.write(f"{loan.number}: {loan.state_label}, {loan.days_past_due} days past due")
