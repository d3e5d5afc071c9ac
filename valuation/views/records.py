"""A run as anybody may repeat it: its digests, its record as a file, and in which four words a repetition ends."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from finance_platform.foundation import doors
from valuation import queries
from valuation.engine.verdict import CLOSE, DIFFERS, IDENTICAL, WITHIN
from valuation.queries.appraisals import FIRM_ROLES
from valuation.queries.records import record_file

Request: Any = HttpRequest
WORDS = (
    (IDENTICAL, "good", _lazy("逐位相同:输入、输出与摘要一致")),
    (CLOSE, "good", _lazy("同至百万分之一:只有末位数字不同,见于不同的机器或数学库")),
    (WITHIN, "warn", _lazy("在标准误差之内:模拟值不同,但差异不超过其标准误差")),
    (DIFFERS, "bad", _lazy("不同:逐项列出不同之处,该测算不可采信")),
)


@doors.page
def verification(request: Request, pk: int) -> HttpResponse:
    """Show how a run is repeated, here or by oneself."""
    found = queries.run(request.user, pk)
    name = "appraiser_task" if request.user.role in FIRM_ROLES else "appraisal"
    crumbs = [
        {"label": found.appraisal.number, "url": reverse(name, args=[found.appraisal.number])}, {"label": _("测算核验")}
    ]  # fmt: skip
    context = {"run": found, "words": WORDS, "crumbs": crumbs, "appraisal": found.appraisal}
    return render(request, "valuation/verification.html", context)


@doors.page
def record(request: Request, pk: int) -> HttpResponse:
    """Give the record of a run as a file."""
    name, text = record_file(request.user, pk)
    return HttpResponse(text, "application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'})
