"""The firm's workbench. Its pages know the rights and the company, and nothing of the loan asked for or of offers."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors
from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.permissions import Permission
from pledges import queries as pledges
from valuation import queries
from valuation.forms import appraisals as forms
from valuation.forms.estimates import KIND_LABELS
from valuation.forms.pools import PoolForm
from valuation.models import Appraisal, ValuationRun
from valuation.queries import clocks
from valuation.queries import reports as records
from valuation.rules import appraisals as rules
from valuation.rules import figures, indicators, statements
from valuation.rules.statements import Statement
from valuation.services import appraisals, objections
from valuation.services.reports import OPEN as STATEMENTS_OPEN
from valuation.views import pictures

Request: Any = HttpRequest
# What a run keeps beside the statement it was drawn from.
KEPT_BESIDE = frozenset({"indicators", "correlation"})
TONES = {
    "REQUESTED": "warn", "ACCEPTED": "info", "CONFLICT": "neutral", "IN_PROGRESS": "info", "DRAFT_REPORT": "warn",
    "REVIEWED": "warn", "ISSUED": "good", "OBJECTED": "bad", "SUPERSEDED": "neutral", "EXPIRED": "neutral",
    "WITHDRAWN": "neutral",
}  # fmt: skip
WAY = (
    (_lazy("委托"), "REQUESTED"), (_lazy("接受"), "ACCEPTED"), (_lazy("测算"), "IN_PROGRESS"),
    (_lazy("复核"), "DRAFT_REPORT"), (_lazy("签字"), "REVIEWED"), (_lazy("出具"), "ISSUED"),
)  # fmt: skip
FIRM = (Permission.APPRAISAL_WORK, Permission.APPRAISAL_REVIEW, Permission.APPRAISAL_SIGN)


def require_firm(request: Request) -> None:
    """Refuse a page of the firm to everybody else. Raises: Forbidden."""
    if not any(foundation.may(request.user, permission, request.at) for permission in FIRM):
        doors.require(request, Permission.APPRAISAL_WORK)


@doors.page
def task_list(request: Request) -> HttpResponse:
    require_firm(request)
    rows = queries.appraisals_visible_to(request.user).select_related("application__enterprise", "appraiser")
    state = request.GET.get("state", "")
    if state in Appraisal.machine.states:
        rows = rows.filter(state=state)
    today, calendar = timezone.localdate(request.at), foundation.work_calendar()
    page = doors.paged(rows, request.GET.get("after", ""))
    timed = [(row, clocks.clock(row, today, calendar)) for row in page.rows]
    context = {
        "page": page, "tones": TONES, "state": state, "rows": timed,
        "filing": queries.filing_in_force(request.user.organisation.pk),
        "may_file": foundation.may(request.user, Permission.APPRAISAL_SIGN, request.at),
        "states": Appraisal.machine.states.items(), "crumbs": [{"label": _("评估任务")}],
    }  # fmt: skip
    return render(request, "valuation/tasks.html", context)


@doors.page
def task(request: Request, number: str) -> HttpResponse:
    """Show the facts, the runs, and what the signed-in person may do next."""
    found = firm_task(request, number)
    profile = pledges.profile(found.application.enterprise)
    context = {
        "appraisal": found, "tone": TONES[found.state], "steps": steps(found), "profile": profile,
        "pool": [(right, KIND_LABELS[right.kind]) for right in queries.pool(found.application_id)],
        "gaps": records.gaps(found), "clock": clocks.clock(found, timezone.localdate(request.at)),
        "runs": queries.runs_visible_to(request.user).filter(appraisal=found), "may": _allowed(request, found),
        "changes": _history(found), "crumbs": crumbs(found, last=True),
    }  # fmt: skip
    return render(request, "valuation/task.html", context)


def _history(found: Appraisal) -> list[tuple[Any, str, str]]:
    """Return the changes with the names of their states."""
    names = {state: _(label) for state, label in Appraisal.machine.states.items()}
    return [(change, names[change.source], names[change.target]) for change in queries.changes_of(found)]


def may_measure(request: Request, found: Appraisal) -> bool:
    """Say whether the signed-in person is at work on an appraisal."""
    return _allowed(request, found)["measure"]


def firm_task(request: Request, number: str) -> Appraisal:
    """Return an appraisal of the signed-in person's firm. Raises: Forbidden; NotFound."""
    require_firm(request)
    return queries.appraisal_by_number(request.user, number)


def _allowed(request: Request, found: Appraisal) -> dict[str, bool]:
    """Return the next steps by name; the services decide again."""
    work, review, sign = (foundation.may(request.user, permission, request.at) for permission in FIRM)
    return {
        "accept": work and found.can("accept"),
        "stand_aside": work and found.can("declare_conflict"),
        "start": work and found.can("start"),
        "measure": work and found.state == "IN_PROGRESS" and _in_charge(request, found),
        "state": work and found.state in STATEMENTS_OPEN and _in_charge(request, found),
        "review": review and found.can("review"),
        "sign": sign and found.can("issue"),
        "answer": review and found.can("uphold"),
    }


def _in_charge(request: Request, found: Appraisal) -> bool:
    grant = foundation.grant(request.user, Permission.APPRAISAL_WORK, request.at)
    return bool({request.user.pk, grant.principal_id if grant else None} & set(found.appraiser_hands))


def steps(found: Appraisal) -> list[dict[str, Any]]:
    """Return the way of an appraisal with the present node; an ended one says how it ended."""
    states = [state for _label, state in WAY]
    if found.state not in states:
        return [{"label": _("委托"), "state": "done"}, {"label": _(found.state_label), "state": "failed"}]
    at = states.index(found.state)
    issued = found.state == "ISSUED"
    return [
        {"label": label, "state": "done" if place < at or issued else "now" if place == at else "todo"}
        for place, (label, _state) in enumerate(WAY)
    ]


def crumbs(found: Appraisal, label: Any = "", *, last: bool = False) -> list[dict[str, Any]]:
    """Return the trail to an appraisal, or to a page below it."""
    trail = [
        {"label": _("评估任务"), "url": reverse("appraiser_tasks")},
        {"label": found.number, "url": "" if last else _page(found)},
    ]
    return trail + ([{"label": label}] if label else [])


def _page(found: Appraisal) -> str:
    return reverse("appraiser_task", args=[found.number])


def _step(request: Request, number: str, form: Any, title: str, done: str, service: Callable[..., Any]) -> HttpResponse:
    """Show a form of one step, carry it out, and return to the task."""
    found = firm_task(request, number)

    def act(fields: dict[str, Any]) -> Any:
        return service(by=request.user, at=request.at, appraisal_id=found.pk, **fields)

    answer = doors.submitted(request, form, act, done=done, to=_page(found))
    context = {
        "form": form, "title": title, "back": _page(found), "crumbs": crumbs(found, title), "appraisal": found,
        "flags": found.run.flags if found.run else [],
    }  # fmt: skip
    return answer or render(request, "valuation/step.html", context)


@doors.page
def accept(request: Request, number: str) -> HttpResponse:
    filing = queries.filing_in_force(request.user.organisation.pk)
    form = forms.AcceptanceForm(request.POST or None, filing=filing.code if filing else "")
    return _step(request, number, form, _("接受委托"), _("已接受委托"), appraisals.accept)


@doors.page
def stand_aside(request: Request, number: str) -> HttpResponse:
    form = forms.ConflictForm(request.POST or None)
    return _step(request, number, form, _("回避"), _("已回避"), appraisals.declare_conflict)


@doors.page
@require_POST
def start(request: Request, number: str) -> HttpResponse:
    found = firm_task(request, number)
    return doors.act(
        request, lambda: appraisals.start(by=request.user, at=request.at, appraisal_id=found.pk),
        done=_("已开始测算,您是承办评估师"), to=_page(found),
    )  # fmt: skip


@doors.page
def model(request: Request, number: str) -> HttpResponse:
    """State the assumptions of a model and run it."""
    found = firm_task(request, number)
    pool = queries.pool(found.application_id)
    today = timezone.localdate(request.at)
    scores = queries.indicator_answers(found)
    scorable = bool(scores) and all(right.number in scores for right in pool if not right.is_mark)
    stated, seed = _begun_from(request, found, today)
    form = PoolForm(request.POST or None, pool=pool, stated=stated, seed=seed, scorable=scorable)

    def act(fields: dict[str, Any]) -> ValuationRun:
        return _run(request, found, form.stated_now().plain(), fields["seed"])

    done = doors.submitted(
        request, form, act, done=_("测算完成"), to=lambda run: reverse("appraiser_run", args=[run.pk])
    )
    title = _("模型输入")
    context = {
        "form": form, "title": title, "back": _page(found), "crumbs": crumbs(found, title), "appraisal": found,
        "scorable": scorable, "indicators": any(indicators.applies_to(right) for right in pool),
    }  # fmt: skip
    return done or render(request, "valuation/model.html", context)


def _begun_from(request: Request, found: Appraisal, today: date) -> tuple[Statement, int]:
    """Return the tables' statement, or that of an earlier run of this appraisal (`from`), and a seed."""
    stated, seed = queries.default_statement(found, today), int(f"{today:%Y%m%d}")
    wanted = request.GET.get("from", "")
    earlier = queries.runs_visible_to(request.user).filter(appraisal=found, pk=wanted) if wanted.isdigit() else ()
    for run in earlier:
        kept = {name: value for name, value in run.stated.items() if name not in KEPT_BESIDE}
        if kept:
            return statements.read(kept, stated), run.seed
    return stated, seed


def _run(request: Request, found: Appraisal, statement: dict[str, Any], seed: int) -> ValuationRun:
    """Run the model; faults that no field of the form carries are spelled out."""
    try:
        return appraisals.measure(by=request.user, at=request.at, appraisal_id=found.pk, statement=statement, seed=seed)
    except Invalid as error:
        faults = ";".join(f"{place}:{reason}" for place, reason in error.fields.items() if "/" in place)
        raise Invalid(
            f"{error.message}({faults})" if faults else error.message, code=error.code, fields=error.fields
        ) from error


@doors.page
def run(request: Request, pk: int) -> HttpResponse:
    """Show a run with its distribution, what moves it, and how it can be repeated."""
    require_firm(request)
    found = queries.run(request.user, pk)
    appraisal = found.appraisal
    title = _("第 %(number)s 次测算") % {"number": found.number}
    context = pictures.shown(found) | {
        "appraisal": appraisal, "title": title, "crumbs": crumbs(appraisal, title),
        "may_draft": _allowed(request, appraisal)["measure"],
        "others": queries.runs_visible_to(request.user).filter(appraisal=appraisal).exclude(pk=found.pk),
    }  # fmt: skip
    return render(request, "valuation/run.html", context)


@doors.page
def draft(request: Request, pk: int) -> HttpResponse:
    """State the value on a run."""
    require_firm(request)
    found = queries.run(request.user, pk)
    initial = dict(zip(("point_fen", "low_fen", "high_fen"), rules.proposed(found.output), strict=True))
    point_fen = figures.fen(found.output["value"])
    form = forms.DraftForm(request.POST or None, initial=initial, point_fen=point_fen)

    def service(**fields: Any) -> Any:
        return appraisals.draft(run_id=found.pk, **fields)

    return _step(request, found.appraisal.number, form, _("出具测算结论"), _("已送复核"), service)


@doors.page
def review(request: Request, number: str) -> HttpResponse:
    form = forms.ReviewForm(request.POST or None)
    return _step(request, number, form, _("复核"), _("复核意见已登记"), appraisals.review)


@doors.page
@require_POST
def sign(request: Request, number: str) -> HttpResponse:
    found = firm_task(request, number)
    return doors.act(
        request, lambda: appraisals.sign(by=request.user, at=request.at, appraisal_id=found.pk),
        done=_("已签字;两名签字评估师都签字后即出具并锁定"), to=_page(found),
    )  # fmt: skip


@doors.page
def refuse(request: Request, number: str) -> HttpResponse:
    form = forms.NoteForm(request.POST or None)
    return _step(request, number, form, _("不予签字,退回"), _("已退回测算"), appraisals.refuse_signature)


@doors.page
def answer_objection(request: Request, number: str) -> HttpResponse:
    form = forms.AnswerForm(request.POST or None)

    def service(*, outcome: str, **fields: Any) -> Any:
        return {"uphold": objections.uphold, "revise": objections.revise}[outcome](**fields)

    return _step(request, number, form, _("答复异议"), _("异议已答复"), service)
