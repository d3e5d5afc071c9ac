"""The book for the offices: revaluations with their progress, the back-test with its records; and who records them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Forbidden
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents
from valuation import queries
from valuation.forms import books as forms
from valuation.rules import backtests as rules
from valuation.rules import books as book_rules
from valuation.rules import figures
from valuation.services import books, realised

Request: Any = HttpRequest
TONES = {"QUEUED": "neutral", "RUNNING": "info", "DONE": "good", "CANCELLED": "warn"}
MOVERS = 30


def _require_reader(request: Request) -> bool:
    """Refuse others than the finance office's approver and the auditor; returns whether revaluations may be begun."""
    acts = foundation.may(request.user, Permission.BOOK_REVALUE, request.at)
    if not acts and not foundation.may(request.user, Permission.AUDIT_READ, request.at):
        raise Forbidden(_("您的岗位不能查看此页,请联系本单位管理员"))
    return acts


@doors.page
def book_list(request: Request) -> HttpResponse:
    """List the revaluations of the book, and queue one."""
    acts = _require_reader(request)
    form = forms.RevaluationForm(request.POST or None) if acts else None

    def act(fields: dict[str, Any]) -> Any:
        return books.start(by=request.user, at=request.at, **fields)

    answer = None
    if form is not None:
        answer = doors.submitted(request, form, act, done=_("已排队,由后台执行"), to=reverse("bureau_books"))
    rows = [(row, TONES[row.state], row.rows.count()) for row in queries.books()[: doors.PAGE_SIZE]]
    context = {"rows": rows, "form": form, "crumbs": [{"label": _("整册重估")}]}
    return answer or render(request, "valuation/books.html", context)


@doors.page
def book(request: Request, pk: int) -> HttpResponse:
    """Show one revaluation: progress, the book's joint value then and now, what moved most; and cancel it."""
    acts = _require_reader(request)
    job = queries.book(pk)
    form = forms.CancellationForm(request.POST or None) if acts and job.can("cancel") else None

    def act(fields: dict[str, Any]) -> Any:
        return books.cancel(by=request.user, at=request.at, job_id=job.pk, **fields)

    answer = doors.submitted(request, form, act, done=_("已取消"), to=request.path) if form is not None else None
    rows = list(job.rows.select_related("run__appraisal"))
    valued = sorted((row for row in rows if row.new), key=lambda row: -abs(row.new["mean"] - row.old["mean"]))
    context = {
        "job": job, "tone": TONES[job.state], "done": len(rows), "form": form,
        "old": book_rules.summary(bytes(job.old_totals)) if job.old_totals else None,
        "new": book_rules.summary(bytes(job.totals)) if job.totals else None,
        "movers": [_mover(row) for row in valued[:MOVERS]], "refused": [row for row in rows if row.refusal],
        "crumbs": [{"label": _("整册重估"), "url": reverse("bureau_books")}, {"label": str(job.valuation_date)}],
    }  # fmt: skip
    return answer or render(request, "valuation/book.html", context)


def _mover(row: Any) -> dict[str, Any]:
    old, new = figures.fen(row.old["mean"]), figures.fen(row.new["mean"])
    return {
        "appraisal": row.run.appraisal.number, "old_fen": old, "new_fen": new, "change": new / old - 1 if old else None,
        "replaced": len(row.changes), "digest": row.output_digest,
    }  # fmt: skip


@doors.page
def backtest(request: Request) -> HttpResponse:
    """Show forecasts against what came: coverage with its interval, places in the distribution, firms, disposals."""
    doors.require(request, Permission.OVERVIEW_READ)
    found = queries.backtest_records(request.user)
    share = rules.coverage(one.inside for one in found)
    context = {
        "records": found[: doors.PAGE_SIZE_MAX], "share": share, "expected": rules.EXPECTED, "few": share.n < rules.FEW,
        "bins": rules.histogram([one.pit for one in found]) if found else [], "firms": queries.by_firm(found),
        "sales": queries.sales(request.user), "crumbs": [{"label": _("估值回溯检验")}],
    }  # fmt: skip
    return render(request, "valuation/backtest.html", context)


@doors.page
def record(request: Request, number: str) -> HttpResponse:
    """Record a year's realised revenue of an appraisal's product, with the document that says so."""
    doors.require(request, Permission.REVENUE_RECORD)
    found = queries.appraisal_by_number(request.user, number)
    run = queries.run(request.user, found.run_id) if found.run_id else None
    known = rules.products(run.document) if run else []
    form = forms.RealisedForm(request.POST or None, request.FILES or None, products=known)

    def act(fields: dict[str, Any]) -> Any:
        file = fields.pop("file")
        paper = documents.store(
            by=request.user, at=request.at, kind="realised_revenue", filename=file.name, data=file.read()
        )
        assert run is not None
        return realised.record(by=request.user, at=request.at, run_id=run.pk, document_id=paper.pk, **fields)

    answer = doors.submitted(request, form, act, done=_("已记录"), to=request.path) if run else None
    rows = queries.realised_visible_to(request.user).filter(run__appraisal=found)
    context = {
        "appraisal": found, "form": form if run else None, "rows": rows,
        "crumbs": [{"label": found.number, "url": reverse("appraisal", args=[found.number])}, {"label": _("实现收入")}],
    }  # fmt: skip
    return answer or render(request, "valuation/realised.html", context)
