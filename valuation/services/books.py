"""The book valued again: begun by the finance office, carried out by workers, recorded item by item.

`start` decides what belongs to the book; `record` writes what a worker found together with the running sums, in one
transaction, so a job that was interrupted goes on where it stopped. Workers see documents, never the database.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation import queries
from valuation.models import BookItem, BookRevaluation
from valuation.rules import books as rules
from valuation.rules.books import Done


@use_case(Permission.BOOK_REVALUE)
def start(*, by: User, at: datetime, valuation_date: date, seed: int = 0, paths: int = rules.PATHS) -> BookRevaluation:
    """Queue the revaluation of every signed value in force.

    Raises: Invalid by field; Conflict (one is under way). Writes: job.
    """
    today = timezone.localdate(at)
    faults = {}
    if valuation_date > today:
        faults["valuation_date"] = f"请填写 {today} 或更早的日期"
    if not 0 <= seed < 2**63:
        faults["seed"] = "请填写 0 至 2^63-1 的整数"
    if paths & (paths - 1) or not 1024 <= paths <= 65536:
        faults["paths"] = "请填写 1024 至 65536 之间 2 的幂"
    if faults:
        raise Invalid("重估条件有误", fields=faults)
    if BookRevaluation.objects.filter(valuation_date=valuation_date, state__in=["QUEUED", "RUNNING"]).exists():
        raise Conflict("该基准日的重估尚未完成:请等待或取消", code="book_under_way")
    runs = [row.run_id for row in queries.signed_in_force(valuation_date)]
    if not runs:
        raise Invalid("该日没有有效的评估值", fields={"valuation_date": "请换一个日期"})
    return BookRevaluation.objects.create(
        valuation_date=valuation_date, seed=seed, paths=paths, run_ids=runs, started_by=by, started_at=at,
        parameter_versions=dict(queries.parameters(valuation_date).versions),
    )  # fmt: skip


@use_case(Permission.BOOK_REVALUE)
def begin(*, by: User, at: datetime, job_id: int) -> BookRevaluation:
    """Take a job up, or up again. Raises: NotFound; IllegalTransition (done or cancelled). Writes: job."""
    job = _locked(job_id)
    if job.state != "RUNNING":
        job.move("begin", by=by, at=at)
    return job


@use_case(Permission.BOOK_REVALUE)
def record(*, by: User, at: datetime, job_id: int, found: Sequence[Done], changes: dict[int, list]) -> BookRevaluation:
    """Write what workers found and add it to the book; places known already are left alone; the last one finishes.

    Raises: NotFound; Conflict (cancelled meanwhile). Writes: items, job.
    """
    job = _locked(job_id)
    if job.state != "RUNNING":
        raise Conflict("该重估已取消或完成,不再接收结果", code="book_closed")
    known = set(job.rows.values_list("place", flat=True))
    for done in sorted(found, key=lambda one: one.place):
        if done.place in known:
            continue
        BookItem.objects.create(
            job=job, place=done.place, run_id=job.run_ids[done.place], refusal=done.refusal, old=done.old, new=done.new,
            changes=changes.get(done.place, []), input_digest=done.input_digest, output_digest=done.output_digest,
            done_at=at,
        )  # fmt: skip
        job.old_totals = rules.added(bytes(job.old_totals), done.old_fen)
        job.totals = rules.added(bytes(job.totals), done.new_fen)
    job.save()
    if job.rows.count() == job.items:
        job.finished_at = at
        job.move("finish", by=by, at=at, items=job.items)
    return job


@use_case(Permission.BOOK_REVALUE)
def cancel(*, by: User, at: datetime, job_id: int, reason: str) -> BookRevaluation:
    """Stop a job; what was recorded stays. Raises: NotFound; IllegalTransition; Invalid. Writes: job."""
    if not reason.strip():
        raise Invalid("请写明取消原因", fields={"reason": "必填"})
    job = _locked(job_id)
    job.closing_reason, job.finished_at = reason.strip()[:300], at
    job.move("cancel", by=by, at=at, reason=job.closing_reason)
    return job


def _locked(job_id: int) -> BookRevaluation:
    job = BookRevaluation.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound("没有这次重估")
    return job
