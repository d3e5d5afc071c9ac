"""`manage.py revalue_book`: carry out queued or interrupted revaluations of the book.

manage.py revalue_book                                 every queued or interrupted job, in this process
manage.py revalue_book --workers 2                     in two processes
manage.py revalue_book --scheduler tcp://10.0.0.5:8786 on Dask workers (group `distributed`)
manage.py revalue_book --date 2025-06-30               queue that day first, in the system's name
"""

from datetime import date
from itertools import batched
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import DomainError
from valuation import queries
from valuation.models import BookRevaluation
from valuation.rules.books import Done
from valuation.rules.workers import carried_out
from valuation.services import books

BATCH = 8


class Command(BaseCommand):
    help = "Carry out queued or interrupted revaluations of the book."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--date", type=date.fromisoformat, help="queue the revaluation of this day first")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--workers", type=int, default=1, help="processes")
        parser.add_argument("--scheduler", default="", help="address of a Dask scheduler")

    def handle(self, *args: Any, **options: Any) -> None:
        by = foundation.system_user()
        try:
            if options["date"]:
                books.start(by=by, at=foundation.now(), valuation_date=options["date"], seed=options["seed"])
            for job in queries.books().filter(state__in=["QUEUED", "RUNNING"]).order_by("pk"):
                self._carry_out(job, options["workers"], options["scheduler"])
        except DomainError as error:
            raise CommandError(f"{error.message} {error.fields or ''}".strip()) from error

    def _carry_out(self, job: BookRevaluation, workers: int, scheduler: str) -> None:
        by = foundation.system_user()
        books.begin(by=by, at=foundation.now(), job_id=job.pk)
        works, changes, refused = queries.work_left(job)
        if refused:
            self._record(job, refused, {})
        for found in batched(carried_out(works, workers=workers, scheduler=scheduler), BATCH):
            if not self._record(job, list(found), changes):
                return

    def _record(self, job: BookRevaluation, found: list[Done], changes: dict[int, Any]) -> bool:
        """Write a batch; False once the job was cancelled."""
        state = queries.book(job.pk).state
        if state == "CANCELLED":
            self.stdout.write(f"{job}: cancelled")
            return False
        by, at = foundation.system_user(), foundation.now()
        now = books.record(by=by, at=at, job_id=job.pk, found=found, changes=changes)
        self.stdout.write(f"{job}: {now.rows.count()}/{now.items}")
        return True
