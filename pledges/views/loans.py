"""The enterprise's loans: what is owed until when, what falls due next, what was paid."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.templatetags.figures import day, percent, yuan
from pledges import queries
from pledges.models import Loan
from pledges.queries import Statement
from pledges.rules import statements
from pledges.rules.statements import PaidRow
from pledges.views.agreements import pledge_rows

Request: Any = HttpRequest
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    "APPROVED": "neutral", "ACTIVE": "good", "OVERDUE": "warn", "RESTRUCTURED": "warn", "ACCELERATED": "bad",
    "COMPENSATED": "bad", "IN_RECOVERY": "bad", "SETTLED": "neutral", "WRITTEN_OFF": "bad",
}  # fmt: skip
MARK_TONES = {
    statements.PAID: "good", statements.PART: "info", statements.OVERDUE: "bad", statements.DUE: "warn",
    statements.LATER: "neutral", statements.CALLED: "warn", statements.REPLACED: "neutral",
}  # fmt: skip
METHODS = {
    "equal_instalment": _lazy("等额本息"), "equal_principal": _lazy("等额本金"), "interest_only": _lazy("先息后本"),
    "bullet": _lazy("到期一次还本付息"),
}  # fmt: skip
DAY_COUNTS = {
    "act/360": _lazy("实际天数/360"), "act/365": _lazy("实际天数/365"), "act/act": _lazy("实际天数/实际天数"),
    "30/360": "30/360",
}  # fmt: skip
STILL_OWED = ("COMPENSATED", "IN_RECOVERY", "WRITTEN_OFF")


@doors.page
def my_list(request: Request) -> HttpResponse:
    doors.require(request, Permission.APPLICATION_MANAGE)
    rows = queries.loans_visible_to(request.user).select_related("lender")
    context = {
        "page": doors.paged(rows, request.GET.get("after", "")), "tones": TONES,
        "contracts": queries.agreements_visible_to(request.user).filter(signed_by_borrower=None).count(),
        "crumbs": [{"label": _("贷款与还款")}],
    }  # fmt: skip
    return render(request, "pledges/loans/mine.html", context)


@doors.page
def loan(request: Request, number: str) -> HttpResponse:
    """Show one loan as of today."""
    found, on = _mine(request, number)
    statement = queries.statement(found, on)
    context = {
        "loan": found, "on": on, "tone": TONES[found.state], "debt": statement.debt, "facts": _facts(found, on),
        "owed": _owed(statement), "next_due": statement.next_due, "still_owed": found.state in STILL_OWED,
        "rows": _told(statement.rows), "restructuring": queries.restructuring_in_force(found, on),
        "replaced": [(row, _told(table)) for row, table in queries.replaced_tables(found, on)],
        "receipts": found.receipts.select_related("reversed_by").order_by("-pk"),
        "pledges": pledge_rows(found.agreement.pledges.order_by("pk")) if found.agreement else [],
        "crumbs": [{"label": _("贷款与还款"), "url": reverse("sme_loans")}, {"label": found.number}],
    }  # fmt: skip
    return render(request, "pledges/loans/loan.html", context)


@doors.page
def schedule(request: Request, number: str) -> HttpResponse:
    """Give the repayment table as a workbook."""
    found, on = _mine(request, number)
    name = f"{found.number}-{on}.xlsx"
    data = queries.schedule_workbook(found, on)
    return HttpResponse(data, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _mine(request: Request, number: str) -> tuple[Loan, date]:
    doors.require(request, Permission.APPLICATION_MANAGE)
    found = queries.loan_by_number(request.user, number)
    today = timezone.localdate(request.at)
    return found, max(today, found.disbursed_on or today)


def _told(rows: list[PaidRow]) -> list[tuple[PaidRow, str, str]]:
    return [(row, statements.MARK_LABELS[row.mark], MARK_TONES[row.mark]) for row in rows]


def _facts(loan: Loan, on: date) -> list[tuple[str, object]]:
    terms = queries.terms_in_force(loan, on)
    return [
        (_("贷款银行"), loan.lender),
        (_("贷款本金"), yuan(loan.principal_fen)),
        (_("合同年利率"), percent(queries.annual_rate(loan, on))),
        (_("还款方式"), METHODS[terms["method"]]),
        (_("计息天数"), DAY_COUNTS[terms["day_count"]]),
        (_("放款日"), day(loan.disbursed_on)),
        (_("到期日"), day(loan.maturity)),
        (_("质押合同"), loan.agreement.number if loan.agreement else ""),
    ]


def _owed(statement: Statement) -> list[tuple[Any, ...]]:
    """Return what is owed, line by line; lateness in red."""
    debt = statement.debt
    late = ("bad",) if debt.due_fen else ()
    lines: list[tuple[Any, ...]] = [
        (_("本金余额"), yuan(debt.principal_fen)),
        (_("其中已到期本金"), yuan(debt.overdue_principal_fen), *late),
        (_("到期未付利息"), yuan(debt.interest_fen), *late),
        (_("罚息"), yuan(debt.penalty_fen), *late),
        (_("复利"), yuan(debt.compound_fen), *late),
        (_("现在应还合计"), yuan(debt.due_fen), *late),
        (_("逾期天数"), debt.days_past_due),
        (_("计算至"), day(debt.accrued_until)),
    ]
    return [*lines, (_("已付待用"), yuan(debt.unapplied_fen))] if debt.unapplied_fen else lines
