"""The book as it stands: which values are in force, what a job has still to do, and what has come of it."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from finance_platform.foundation.errors import NotFound
from valuation.models import Appraisal, BookRevaluation, RealisedRevenue, ValuationRun
from valuation.queries.parameters import parameters
from valuation.rules import books as rules
from valuation.rules import figures
from valuation.rules.books import Work


def signed_in_force(on: date) -> QuerySet[Appraisal]:
    """Return the appraisals whose signed value is in force on a day, in the order of their numbers."""
    rows = Appraisal.objects.filter(state="ISSUED", issued_on__lte=on, expires_on__gte=on, run__isnull=False)
    return rows.select_related("run", "firm", "application__enterprise").order_by("number")


def books() -> QuerySet[BookRevaluation]:
    """Return every revaluation of the book, newest first."""
    return BookRevaluation.objects.select_related("started_by")


def book(pk: int) -> BookRevaluation:
    """Return one revaluation. Raises: NotFound."""
    found = books().filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这次重估")
    return found


def work_left(job: BookRevaluation) -> tuple[list[Work], dict[int, list[dict[str, Any]]], list[rules.Done]]:
    """Return what a job has still to do: works, what each replaces of the signed document, and what is refused."""
    done = set(job.rows.values_list("place", flat=True))
    runs = ValuationRun.objects.in_bulk([pk for place, pk in enumerate(job.run_ids) if place not in done])
    current = parameters(job.valuation_date)
    works, changes, refused = list[Work](), dict[int, list[dict[str, Any]]](), list[rules.Done]()
    for place, pk in enumerate(job.run_ids):
        if place in done:
            continue
        run = runs[pk]
        try:
            new, replaced = rules.today(
                run.document, job.valuation_date, parameters(timezone.localdate(run.made_at)), current, _realised(run)
            )
        except ValueError as error:
            refused.append(rules.Done(place, str(error)[:300], {}, {}, b"", b"", "", ""))
            continue
        texts = (figures.canonical(rules.common(one, job.seed, job.paths)) for one in (run.document, new))
        works.append(Work(place, *texts))
        changes[place] = replaced
    return works, changes, refused


def _realised(run: ValuationRun) -> float | None:
    """Return the latest yearly revenue that was recorded of a run's product, in its money."""
    row = RealisedRevenue.objects.filter(run=run, replaced_by=None).order_by("-year").first()
    return None if row is None else figures.yuan(row.revenue_fen)
