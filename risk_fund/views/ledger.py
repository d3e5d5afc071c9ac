"""The books on screen: the tree of accounts, statements, vouchers, and the books' examination of themselves.

Filters stand in the address, so that any figure elsewhere can lead to the same selection here.
"""

from time import perf_counter
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation import queries as shared
from finance_platform.foundation.permissions import Permission
from risk_fund.forms import ledger as forms
from risk_fund.models import Fund, JournalEntry
from risk_fund.queries import accounts as statements
from risk_fund.queries import ledger as queries
from risk_fund.queries.ledger_checks import checks
from risk_fund.rules import accounts, journal

Request: Any = HttpRequest
UNITS_SHOWN = 20
# Where the thing behind a voucher is shown: model label to (view name, field in the address).
SUBJECT_PAGES = {
    "risk_fund.Claim": ("bureau_claim", "number"),
    "risk_fund.MoneyOrder": ("bureau_order", "number"),
    "risk_fund.Enrolment": ("bureau_enrolment", "number"),
    "risk_fund.Recovery": ("bureau_recovery", "number"),
    "risk_fund.Period": ("bureau_ledger_periods", ""),
}


@doors.page
def tree(request: Request) -> HttpResponse:
    """Show every account with its balance, now or as of a day, and each book's trial balance."""
    fund, form = _fund(request), forms.DayForm(request.GET)
    as_of = form.cleaned_data["as_of"] if form.is_valid() else None
    books = [
        (accounts.BOOKS[book], rows, queries.trial_balance(fund, book, as_of=as_of))
        for book, rows in queries.tree(fund, as_of=as_of).items()
        if book != accounts.BUDGET or fund.keeps_budget
    ]
    context = {"books": books, "form": form, "as_of": as_of, "funds": queries.funds_visible_to(request.user)}
    return _page(request, "tree", fund, context, [])


@doors.page
def account(request: Request, code: str) -> HttpResponse:
    """Show an account's postings with running balance and footing."""
    fund = _fund(request)
    found = queries.account(fund, code)
    form = forms.StatementForm(request.GET)
    page = statements.statement(found, only(form), after=request.GET.get("after", ""))
    units = sorted(queries.units(code, fund).items()) if found.dimension and not form.data.get("unit") else []
    chart = queries.chart(fund)
    names = queries.unit_names({row.unit for row in page.rows} | {unit for unit, _fen in units[:UNITS_SHOWN]})
    context = {
        "account": found, "form": form, "page": page,
        "rows": [(row, names.get(row.unit, row.unit), chart[row.against.split(" ")[0]]) for row in page.rows],
        "units": [(unit, names.get(unit, unit), fen) for unit, fen in units[:UNITS_SHOWN]],
        "filtered": any(form.data.get(name) for name in ("since", "until", "unit", "kind")),
    }  # fmt: skip
    return _page(request, "account", fund, context, [(found.code, "")])


def only(form: forms.StatementForm) -> statements.Filter:
    """Return the selection that a filled-in form asks for; a faulty one selects everything, and the form says why."""
    if not form.is_valid():
        return statements.Filter()
    return statements.Filter(**{name: form.cleaned_data[name] for name in ("since", "until", "unit", "kind")})


@doors.page
def entry(request: Request, pk: int) -> HttpResponse:
    """Show a voucher as it would be printed, with the thing it belongs to and what turned it round."""
    doors.require(request, Permission.LEDGER_READ)
    found = queries.entry(request.user, pk)
    lines = queries.voucher_lines(found)
    names = queries.unit_names(line.unit for line in lines)
    context = {
        "entry": found, "lines": [(line, names.get(line.unit, line.unit)) for line in lines],
        "has_units": any(line.unit for line in lines),
        "same_event": queries.same_event(found), "kind": journal.KINDS[found.kind], "book": accounts.BOOKS[found.book],
        "subject_url": subject_url(found.subject),
        "reversed_by": JournalEntry.objects.filter(reverses=found).first(),
        "may_reverse": found.kind in journal.REVERSIBLE and _may(request, Permission.MONEY_MAKE),
    }  # fmt: skip
    return _page(request, "entry", found.fund, context, [(found.voucher_number, "")])


@doors.page
def verify(request: Request) -> HttpResponse:
    """Let the books examine themselves, when asked, and show each invariant."""
    fund, context = _fund(request), {}
    if request.GET.get("run"):
        started = perf_counter()
        found = checks(fund)
        context = {
            "checks": found, "failed": [check for check in found if not check.ok], "at": request.at,
            "entries": queries.entries(fund).count(), "milliseconds": round(1000 * (perf_counter() - started)),
        }  # fmt: skip
    return _page(request, "verify", fund, context, [(_("校验账本"), "")])


def subject_url(subject: str) -> str:
    """Return the address of the thing a voucher belongs to, or nothing where it has no page."""
    label, _colon, pk = subject.partition(":")
    if label not in SUBJECT_PAGES:
        return ""
    name, field = SUBJECT_PAGES[label]
    if not field:
        return reverse(name)
    found = apps.get_model(label).objects.filter(pk=pk).values_list(field, flat=True).first()
    try:
        return reverse(name, args=[found]) if found else ""
    except NoReverseMatch:
        return ""


# --- Shared by the ledger's pages ------------------------------------------------------------------------------------
def _fund(request: Request) -> Fund:
    doors.require(request, Permission.LEDGER_READ)
    return queries.fund_by_code(request.user, request.GET.get("fund", ""))


def _may(request: Request, permission: Permission) -> bool:
    return shared.may(request.user, permission, request.at)


def _page(
    request: Request, name: str, fund: Fund, context: dict[str, Any], trail: list[tuple[str, str]]
) -> HttpResponse:
    crumbs = [{"label": _("账本查询"), "url": f"{reverse('bureau_ledger')}?fund={fund.code}"}]
    crumbs += [{"label": label, "url": url} for label, url in trail]
    return render(request, f"risk_fund/ledger/{name}.html", {"fund": fund, "crumbs": crumbs} | context)
