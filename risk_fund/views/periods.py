"""Pages that change the books: corrections by two people, and the closing of months."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.permissions import Permission
from risk_fund.forms import ledger as forms
from risk_fund.queries import ledger as ledger_queries
from risk_fund.queries import periods as queries
from risk_fund.services import ledger, periods

Request: Any = HttpRequest
PERIOD_TONES = {"OPEN": "neutral", "RECONCILED": "info", "CLOSED": "good"}
REVERSAL_TONES = {"PROPOSED": "warn", "POSTED": "good", "REFUSED": "bad"}


@doors.page
def period_list(request: Request) -> HttpResponse:
    """Show the months settled and let a month be reconciled."""
    doors.require(request, Permission.LEDGER_READ)
    fund = ledger_queries.fund_by_code(request.user, request.GET.get("fund", ""))
    here = f"{reverse('bureau_ledger_periods')}?fund={fund.code}"
    form = forms.ReconciliationForm(request.POST or None)

    def reconcile(fields: dict[str, Any]) -> Any:
        return periods.reconcile(by=request.user, at=request.at, fund_code=fund.code, **fields)

    done = doors.submitted(request, form, reconcile, done=_("已对账,待复核结账"), to=here)
    rows = queries.periods_visible_to(request.user).filter(fund=fund)
    page = doors.paged(rows, request.GET.get("after", ""))
    context = {
        "fund": fund, "form": form, "page": page,
        "rows": [(period, PERIOD_TONES[period.state], _blocked(request, period)) for period in page.rows],
        "may_reconcile": _may(request, Permission.MONEY_MAKE), "crumbs": _crumbs(_("会计期间")),
    }  # fmt: skip
    return done or render(request, "risk_fund/ledger/periods.html", context)


def _blocked(request: Request, period: Any) -> str:
    """Return why the viewer cannot close the month, or nothing."""
    if period.state != "RECONCILED":
        return "-"
    if request.user.pk in period.reconciled_hands:
        return _("本人对账,须由他人结账")
    return "" if _may(request, Permission.PERIOD_CLOSE) else "-"


@doors.page
@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    return doors.act(
        request, lambda: periods.close(by=request.user, at=request.at, period_id=pk), done=_("已结账"),
        to=_periods_beside(request, pk),
    )  # fmt: skip


@doors.page
def reopen(request: Request, pk: int) -> HttpResponse:
    """Send a reconciled month back with a reason."""
    doors.require(request, Permission.PERIOD_CLOSE)
    form, to = forms.ReasonForm(request.POST or None), _periods_beside(request, pk)

    def act(fields: dict[str, Any]) -> Any:
        return periods.reopen(by=request.user, at=request.at, period_id=pk, **fields)

    done = doors.submitted(request, form, act, done=_("已退回重新对账"), to=to)
    return done or _form(request, form, _("退回对账"), to, _crumbs(_("退回对账")))


def _periods_beside(request: Request, pk: int) -> str:
    """Return the address of the list that a month stands in."""
    codes = queries.periods_visible_to(request.user).filter(pk=pk).values_list("fund__code", flat=True)
    return reverse("bureau_ledger_periods") + "".join(f"?fund={code}" for code in codes)


# --- Corrections -----------------------------------------------------------------------------------------------------
@doors.page
def reversal_list(request: Request) -> HttpResponse:
    """Show the requests to turn vouchers round, those to be decided first."""
    doors.require(request, Permission.LEDGER_READ)
    page = doors.paged(ledger_queries.reversals_visible_to(request.user), request.GET.get("after", ""))
    may_decide = _may(request, Permission.MONEY_CHECK)
    rows = [
        (one, REVERSAL_TONES[one.state], may_decide and request.user.pk not in one.proposed_hands) for one in page.rows
    ]
    context = {"page": page, "rows": rows, "crumbs": _crumbs(_("红字冲销"))}
    return render(request, "risk_fund/ledger/reversals.html", context)


@doors.page
def propose_reversal(request: Request, pk: int) -> HttpResponse:
    """Ask for a voucher to be turned round."""
    doors.require(request, Permission.MONEY_MAKE)
    entry = ledger_queries.entry(request.user, pk)
    form = forms.ReversalForm(request.POST or None)

    def act(fields: dict[str, Any]) -> Any:
        return ledger.propose_reversal(by=request.user, at=request.at, entry_id=pk, **fields)

    done = doors.submitted(request, form, act, done=_("已提交复核"), to=reverse("bureau_ledger_reversals"))
    title = _("冲销凭证 %(number)s") % {"number": entry.voucher_number}
    return done or _form(request, form, title, reverse("bureau_ledger_entry", args=[pk]), _crumbs(title))


@doors.page
@require_POST
def post_reversal(request: Request, pk: int) -> HttpResponse:
    return doors.act(
        request, lambda: ledger.reverse(by=request.user, at=request.at, reversal_id=pk), done=_("已冲销入账"),
        to=reverse("bureau_ledger_reversals"),
    )  # fmt: skip


@doors.page
def refuse_reversal(request: Request, pk: int) -> HttpResponse:
    """Send a proposed reversal back with a reason."""
    doors.require(request, Permission.MONEY_CHECK)
    form, to = forms.ReasonForm(request.POST or None), reverse("bureau_ledger_reversals")

    def act(fields: dict[str, Any]) -> Any:
        return ledger.refuse_reversal(by=request.user, at=request.at, reversal_id=pk, **fields)

    done = doors.submitted(request, form, act, done=_("已退回"), to=to)
    return done or _form(request, form, _("退回冲销申请"), to, _crumbs(_("退回冲销申请")))


def _form(request: Request, form: Any, title: str, back: str, crumbs: list[dict[str, str]]) -> HttpResponse:
    context = {"form": form, "heading": title, "back": back, "crumbs": crumbs}
    return render(request, "risk_fund/ledger/form.html", context)


def _may(request: Request, permission: Permission) -> bool:
    return shared.may(request.user, permission, request.at)


def _crumbs(label: str) -> list[dict[str, str]]:
    return [{"label": _("账本查询"), "url": reverse("bureau_ledger")}, {"label": label}]
