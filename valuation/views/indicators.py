"""The indicator form: which rights it is for, and the answers for one right."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation.errors import Invalid, NotFound
from finance_platform.foundation.permissions import Permission
from valuation import queries
from valuation.forms.estimates import KIND_LABELS
from valuation.forms.pools import AnswersForm, IndicatorFormUpload
from valuation.models import Appraisal
from valuation.rules import indicators as rules
from valuation.services import indicators
from valuation.views import tasks

Request: Any = HttpRequest


def _mine(request: Request, number: str) -> Appraisal:
    return tasks.firm_task(request, number)


@doors.page
def overview(request: Request, number: str) -> HttpResponse:
    """Show each right of the pool with its score, or that the form is not for it."""
    found = _mine(request, number)
    known = queries.indicator_answers(found)
    rights = [
        {
            "place": place, "right": right, "kind": KIND_LABELS[right.kind], "applies": rules.applies_to(right),
            "answers": known.get(right.number), "score": _score(known.get(right.number)),
        }
        for place, right in enumerate(queries.pool(found.application_id))
    ]  # fmt: skip
    title = _("指标评分")
    context = {
        "rights": rights, "form": queries.indicator_form(timezone.localdate(request.at)), "title": title,
        "appraisal": found, "crumbs": tasks.crumbs(found, title), "may_answer": tasks.may_measure(request, found),
    }  # fmt: skip
    return render(request, "valuation/indicators.html", context)


def _score(row: Any) -> rules.Score | None:
    return None if row is None else rules.score(row.form.structure, row.answers)


@doors.page
def answer(request: Request, number: str, place: int) -> HttpResponse:
    """Answer the form for one right of the pool."""
    found = _mine(request, number)
    pool = queries.pool(found.application_id)
    if place >= len(pool):
        raise NotFound("质押池里没有这件权利")
    right, structure = pool[place], queries.indicator_form(timezone.localdate(request.at)).structure
    known = queries.indicator_answers(found).get(right.number)
    form = AnswersForm(request.POST or None, leaves=rules.leaves(structure), known=known.answers if known else {})

    def act(_fields: dict[str, Any]) -> Any:
        return indicators.answer(
            by=request.user, at=request.at, appraisal_id=found.pk, right_number=right.number, answers=form.answers()
        )

    back = reverse("appraiser_indicators", args=[found.number])
    done = doors.submitted(request, form, act, done=_("评分已登记,原始评分随测算保存"), to=back)
    title = _("%(number)s 的指标评分") % {"number": right.number}
    context = {
        "form": form, "title": title, "right": right, "back": back, "appraisal": found,
        "notice": structure.get("notice", ""), "crumbs": tasks.crumbs(found, title), "applies": rules.applies_to(right),
    }  # fmt: skip
    return done or render(request, "valuation/indicator_answers.html", context)


@doors.page
def forms_page(request: Request) -> HttpResponse:
    """Show the form in force and take in a new version."""
    doors.require(request, Permission.INDICATOR_FORM_LOAD)
    form = IndicatorFormUpload(request.POST or None, request.FILES or None)

    def act(fields: dict[str, Any]) -> Any:
        return indicators.load_form(
            by=request.user, at=request.at, structure=_structure(fields["file"]), valid_from=fields["valid_from"],
            source=fields["source"],
        )  # fmt: skip

    done = doors.submitted(request, form, act, done=_("指标表已导入"), to=reverse("indicator_forms"))
    found = queries.indicator_form(timezone.localdate(request.at))
    context = {
        "form": form, "found": found, "leaves": rules.leaves(found.structure), "crumbs": [{"label": _("指标表")}],
        "versions": queries.indicator_forms(),
    }  # fmt: skip
    return done or render(request, "valuation/indicator_forms.html", context)


def _structure(upload: Any) -> dict[str, Any]:
    """Return the object in an uploaded file. Raises: Invalid."""
    try:
        found = json.loads(upload.read().decode())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid("文件不是 JSON 对象", fields={"file": "请上传 UTF-8 的 JSON 文件,最外层是对象"})
    return found
