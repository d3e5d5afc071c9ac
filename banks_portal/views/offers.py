"""The bank's desk: dossiers that wait for an offer, the dossier itself, the sealed offer, the written refusal.

Saving, sealing and retracting answer alike: same address, same sentence, no state in the address.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from banks_portal.forms import offers as forms
from banks_portal.queries import dossiers as dossier_queries
from banks_portal.queries import offers as queries
from banks_portal.queries import rates
from banks_portal.rules import pricing
from banks_portal.rules import terms as offer_terms
from banks_portal.rules.offers import REFUSAL_CODES
from banks_portal.services import offers
from finance_platform.foundation import doors
from finance_platform.foundation.errors import DomainError, Invalid
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.phrases import said
from pledges import queries as pledges

Request: Any = HttpRequest


@doors.page
@never_cache
def workbench(request: Request) -> HttpResponse:
    """Show what waits for the bank today: dossiers open for offers, awards on their way, loans in arrears."""
    doors.require(request, Permission.WORK_DELEGATE)
    desk = dossier_queries.workbench(request.user, request.at)
    return render(request, "banks_portal/offers/workbench.html", {"desk": desk, "now": request.at})


@doors.page
@never_cache
def dossier(request: Request, number: str) -> HttpResponse:
    """Show everything a bank may know before it decides; the loan and the disposal rate can be varied."""
    application = pledges.application_by_number(request.user, number)
    wanted = forms.CoverageForm(request.GET or None)
    ratio = wanted.cleaned_data if request.GET and wanted.is_valid() else {}
    file = dossier_queries.dossier_file(request.user, application, request.at, **ratio)
    form = wanted if request.GET else forms.CoverageForm(initial=file.tried)
    context = {"file": file, "application": application, "form": form, "crumbs": _crumbs(application)}
    return render(request, "banks_portal/offers/dossier.html", context)


@doors.page
def sample(request: Request, number: str) -> HttpResponse:
    """Give the simulated values behind the dossier's figures, as doubles, for the page to answer at once."""
    application = pledges.application_by_number(request.user, number)
    found = dossier_queries.sample(application, request.at)
    answer = HttpResponse(found.data, content_type="application/octet-stream")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["ETag"] = f'"{found.digest}"'
    return answer


@doors.page
@never_cache
def bid(request: Request, number: str) -> HttpResponse:
    """Show the bank's own offer and take changes to it until the deadline."""
    doors.require(request, Permission.OFFER_MAKE)
    application = pledges.application_by_number(request.user, number)
    own = queries.own_offer(request.user, application)
    form = forms.BidForm(request.POST or None, initial=_initial(own, application))
    price = None
    if request.method == "POST":
        intent = request.POST.get("intent", "price")
        if intent == "price":
            price = _priced(request, form)
        elif (answer := _carry_out(request, application, form, intent)) is not None:
            return answer
    elif own:
        price = _price(own.terms, request)
    context = {
        "application": application, "own": own, "form": form, "price": price, "now": request.at,
        "refusal": queries.own_refusal(request.user, application),
        "open": dossier_queries.takes_offers(application, request.at), "crumbs": _crumbs(application, _("密封报价")),
    }  # fmt: skip
    return render(request, "banks_portal/offers/bid.html", context)


def _initial(own: queries.OwnOffer | None, application: Any) -> dict[str, Any]:
    if own:
        return forms.initial_of(own.terms)
    method = {"bullet": "interest_only"}.get(application.repayment, application.repayment)
    return {"amount_fen": application.amount_fen, "term_months": application.term_months, "method": method}


def _carry_out(request: Request, application: Any, form: forms.BidForm, intent: str) -> HttpResponse | None:
    """Save, seal or retract; on refusal keep the text and say why (then returns None)."""
    common = {"by": request.user, "at": request.at, "application_id": application.pk}
    if intent != "withdraw" and not form.is_valid():
        return None
    try:
        if intent == "withdraw":
            offers.withdraw(**common)
        else:
            offers.save(**common, terms=form.terms(), seal=intent == "seal")
    except DomainError as error:
        if error.status in {403, 404}:
            raise
        form.is_valid()
        form.add_error(None, said(error.message))
        form.show(error.fields)
        return None
    messages.success(request, _("已按您的操作处理。报价内容与状态截止前仅贵行可见。"))
    return HttpResponseRedirect(reverse("bank_bid", args=[application.number]))


def _priced(request: Request, form: forms.BidForm) -> pricing.Price | None:
    if not form.is_valid():
        return None
    try:
        return _price(offer_terms.read(form.terms()), request)
    except Invalid as error:
        form.add_error(None, said(error.message))
        form.show(error.fields)
        return None


def _price(terms: offer_terms.OfferTerms, request: Request) -> pricing.Price:
    today = timezone.localdate(request.at)
    return pricing.price(terms, today, lpr=rates.lpr_for(terms, today))


@doors.page
@never_cache
def refuse(request: Request, number: str) -> HttpResponse:
    """Take the bank's written reason for not bidding."""
    doors.require(request, Permission.OFFER_MAKE)
    application = pledges.application_by_number(request.user, number)
    form = forms.RefusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            offers.refuse(by=request.user, at=request.at, application_id=application.pk, **form.cleaned_data)
        except DomainError as error:
            if error.status in {403, 404}:
                raise
            form.add_error(None, said(error.message))
        else:
            messages.success(request, _("已按您的操作处理。报价内容与状态截止前仅贵行可见。"))
            return HttpResponseRedirect(reverse("bank_dossier", args=[application.number]))
    context = {"application": application, "form": form, "crumbs": _crumbs(application, _("不参与"))}
    return render(request, "banks_portal/offers/refuse.html", context)


@doors.page
@never_cache
def bids(request: Request) -> HttpResponse:
    """Show the bank's own offers; after the opening its own rank and the median."""
    doors.require(request, Permission.WORK_DELEGATE)
    rows = queries.offers_visible_to(request.user).order_by("-deadline", "-pk")
    return render(
        request, "banks_portal/offers/bids.html",
        {"rows": rows[: doors.PAGE_SIZE_MAX], "reasons": REFUSAL_CODES, "crumbs": [{"label": _("我的报价")}]},
    )  # fmt: skip


def _crumbs(application: Any, last: str = "") -> list[dict[str, str]]:
    found = [{"label": _("工作台"), "url": reverse("bank_workbench")}, {"label": application.number}]
    if last:
        found[1]["url"] = reverse("bank_dossier", args=[application.number])
        found.append({"label": last})
    return found
