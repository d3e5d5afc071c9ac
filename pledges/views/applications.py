"""Pages about applications: the enterprise's task list, the office's intake desk."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors
from finance_platform.foundation.money import FEN_PER_WAN, figure
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents
from pledges import queries
from pledges.forms import applications as forms
from pledges.models import Application
from pledges.rules.applications import CONSENTS, PAPER_KINDS, PAPERS, PURPOSES
from pledges.services import applications, dossiers

Request: Any = HttpRequest
TONES = {
    "DRAFT": "neutral", "SUBMITTED": "info", "RETURNED": "warn", "PUBLISHED": "info", "MATCHED": "info",
    "DUE_DILIGENCE": "info", "APPROVED": "good", "CONTRACTED": "good", "DISBURSED": "good", "REJECTED": "bad",
    "WITHDRAWN": "neutral", "EXPIRED": "neutral",
}  # fmt: skip
# The way of an application as everybody sees it: node, and the states in which it is the present one.
WAY = (
    (_lazy("填写"), ("DRAFT", "RETURNED")), (_lazy("受理"), ("SUBMITTED",)), (_lazy("银行报价"), ("PUBLISHED",)),
    (_lazy("选择"), ("MATCHED",)), (_lazy("尽调与审批"), ("DUE_DILIGENCE",)),
    (_lazy("签约与登记"), ("APPROVED", "CONTRACTED")), (_lazy("放款"), ("DISBURSED",)),
)  # fmt: skip


# --- The enterprise --------------------------------------------------------------------------------------------------
@doors.page
def my_list(request: Request) -> HttpResponse:
    doors.require(request, Permission.APPLICATION_MANAGE)
    return _list(request, _("我的融资"), "sme_application", "pledges/applications/mine.html")


@doors.page
def desk(request: Request) -> HttpResponse:
    """List the applications of the office's prefecture; those that wait for a decision by default."""
    doors.require(request, Permission.APPLICATION_ACCEPT)
    return _list(request, _("受理台"), "bureau_application", "pledges/applications/desk.html", "SUBMITTED")


def _list(request: Request, title: str, page_name: str, template: str, default_state: str = "") -> HttpResponse:
    state = request.GET.get("state", default_state)
    rows = queries.applications_visible_to(request.user).select_related("enterprise", "region")
    if state in Application.machine.states:
        rows = rows.filter(state=state)
    context = {
        "page": doors.paged(rows, request.GET.get("after", "")), "title": title, "page_name": page_name, "tones": TONES,
        "state": state, "states": Application.machine.states.items(), "crumbs": [{"label": title}],
    }  # fmt: skip
    return render(request, template, context)


@doors.page
def new(request: Request) -> HttpResponse:
    doors.require(request, Permission.APPLICATION_MANAGE)
    form = _need_form(request, None)
    done = doors.submitted(
        request, form, lambda fields: applications.draft(by=request.user, at=request.at, **fields),
        done=_("草稿已保存,请继续完成各项任务"), to=lambda row: reverse("sme_application", args=[row.number]),
    )  # fmt: skip
    return done or render(request, "pledges/applications/form.html", _context(_("发起融资申请"), form))


@doors.page
def edit(request: Request, number: str) -> HttpResponse:
    """Revise need, pool, banks and consents; third parties stay."""
    application = _mine(request, number)
    form = _need_form(request, application)

    def act(fields: dict[str, Any]) -> Application:
        return applications.revise(by=request.user, at=request.at, application_id=application.pk, **fields)

    done = doors.submitted(request, form, act, done=_("已保存"), to=_page_of(application))
    return done or render(request, "pledges/applications/form.html", _context(_("修改申请"), form, application))


def _need_form(request: Request, application: Application | None) -> forms.ApplicationForm:
    chosen = application.pool.values("asset") if application else []
    own = queries.assets_visible_to(request.user).filter(owner_name=request.user.organisation.name)
    own = own.filter(Q(state__in=("ELIGIBLE", "VERIFYING")) | Q(pk__in=chosen)).order_by("state", "-id")
    choices = [(asset.pk, f"{asset} · {asset.state_label}") for asset in own]
    banks = [(bank.pk, bank.name) for bank in queries.banks()]
    initial: dict[str, Any] = {}
    if application:
        initial = {name: getattr(application, name, None) for name in forms.ApplicationForm.base_fields}
        initial["asset_ids"] = list(application.pool.values_list("asset_id", flat=True))
        initial["consents"] = list(application.consents)
    return forms.ApplicationForm(request.POST or None, initial=initial, assets=choices, banks=banks)


@doors.page
def application(request: Request, number: str) -> HttpResponse:
    """Show the task list while it is open, the way it has gone afterwards."""
    found = _mine(request, number)
    kinds = set(found.papers.values_list("kind", flat=True))
    onward = _onward(request, found)
    context = _shown(request, found) | {
        "onward": [place for place in onward if place["url"]],
        "steps": _linked(_steps(found), {place["step"]: place["url"] for place in onward}),
        "lacking": queries.missing(found),
        "open": found.state in applications.OPEN_TO_CHANGE,
        "withdrawable": found.can("withdraw"),
        "dossiers": queries.dossiers_visible_to(request.user).filter(application=found).select_related("bank"),
        "tasks": _tasks(found),
        "checklist": [(paper, paper.kind in kinds) for paper in PAPERS],
    }
    return render(request, "pledges/applications/application.html", context)


def _onward(request: Request, found: Application) -> list[dict[str, Any]]:
    """Return where an application goes on: its appraisal, the opened offers, the contract, the loan; no url: not yet.

    `step` is the node of the way that the place belongs to. The first two pages stand in the apps above and are known
    by their names alone.
    """
    opened = found.offer_deadline is not None and found.offer_deadline <= request.at
    agreement, loan = queries.agreement_of(found.pk), queries.loan_of(found.pk)
    return [
        _place(_("价值评估"), 1, "sme_appraisal", "" if found.state == "DRAFT" else found.number),
        _place(_("报价比选"), 3, "sme_offers", found.number if opened else ""),
        _place(_("合同"), 5, "sme_contract", agreement.number if agreement else ""),
        _place(_("贷款与还款"), 6, "sme_loan", loan.number if loan else ""),
    ]


def _place(label: str, step: int, page: str, number: str) -> dict[str, Any]:
    return {"label": label, "step": step, "url": reverse(page, args=[number]) if number else ""}


def _linked(steps: list[dict[str, Any]], urls: dict[int, str]) -> list[dict[str, Any]]:
    """Return the nodes that are reached with links to their pages; intake has none of its own."""
    return [
        step | {"url": urls.get(place, "") if place > 1 and step["state"] != "todo" else ""}
        for place, step in enumerate(steps)
    ]


def _tasks(found: Application) -> list[dict[str, Any]]:
    """Return the tasks with where they are done and what each still lacks."""
    lacking = queries.missing(found)
    edit = reverse("sme_application_edit", args=[found.number])
    places = {
        "company": (_("企业信息"), reverse("sme_company")), "need": (_("融资需求"), edit), "ip": (_("质押标的"), edit),
        "documents": (_("材料"), reverse("sme_application_documents", args=[found.number])),
        "banks": (_("意向银行"), edit), "consent": (_("授权与承诺"), edit),
    }  # fmt: skip
    return [{"label": label, "url": url, "lacking": lacking.get(task, "")} for task, (label, url) in places.items()]


@doors.page
def attach(request: Request, number: str) -> HttpResponse:
    """Take a paper and show the receipts of those received."""
    found = _mine(request, number)
    form = forms.PaperForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind")})

    def act(fields: dict[str, Any]) -> Any:
        file = fields["file"]
        return applications.attach(
            by=request.user, at=request.at, application_id=found.pk, kind=fields["kind"], filename=file.name,
            data=file.read(),
        )  # fmt: skip

    done = doors.submitted(request, form, act, done=_("材料已收到,回执见清单"), to=_page_of(found))
    return done or render(request, "pledges/applications/form.html", _context(_("上传材料"), form, found))


@doors.page
def add_pledgor(request: Request, number: str) -> HttpResponse:
    """Add a third party who pledges a right of his own, with his consent."""
    found = _mine(request, number)
    theirs = queries.assets_visible_to(request.user).exclude(owner_name=request.user.organisation.name)
    choices = [(asset.pk, f"{asset} · {asset.owner_name} · {asset.state_label}") for asset in theirs[:200]]
    form = forms.PledgorForm(request.POST or None, request.FILES or None, assets=choices)

    def act(fields: dict[str, Any]) -> Any:
        file = fields.pop("consent")
        consent = documents.store(
            by=request.user, at=request.at, kind="pledgor_consent", filename=file.name, data=file.read(),
            subject=found.number,
        )  # fmt: skip
        return applications.add_pledgor(
            by=request.user, at=request.at, application_id=found.pk, consent_document_id=consent.pk, **fields
        )

    done = doors.submitted(request, form, act, done=_("第三方出质人已加入"), to=_page_of(found))
    return done or render(request, "pledges/applications/form.html", _context(_("加入第三方出质人"), form, found))


@doors.page
@require_POST
def remove_pledgor(request: Request, number: str, pk: int) -> HttpResponse:
    found = _mine(request, number)
    return doors.act(
        request,
        lambda: applications.remove_pledgor(by=request.user, at=request.at, application_id=found.pk, pledgor_id=pk),
        done=_("已移出"), to=_page_of(found),
    )  # fmt: skip


@doors.page
@require_POST
def submit(request: Request, number: str) -> HttpResponse:
    found = _mine(request, number)
    act = applications.resubmit if found.state == "RETURNED" else applications.submit
    return doors.act(
        request, lambda: act(by=request.user, at=request.at, application_id=found.pk),
        done=_("申请已提交,等待受理"), to=_page_of(found),
    )  # fmt: skip


@doors.page
@require_POST
def revoke_dossier(request: Request, pk: int) -> HttpResponse:
    dossier = queries.dossier(request.user, pk)
    return doors.act(
        request, lambda: dossiers.revoke(by=request.user, at=request.at, dossier_id=pk),
        done=_("授权已撤回,该银行不再能看到本申请"), to=_page_of(dossier.application),
    )  # fmt: skip


# --- The office ------------------------------------------------------------------------------------------------------
@doors.page
def intake(request: Request, number: str) -> HttpResponse:
    """Show the office an application with its papers and rights; decide it on this page's forms."""
    found = queries.application_by_number(request.user, number)
    may_decide = found.state == "SUBMITTED" and queries.may_accept(request.user, request.at)
    context = _shown(request, found) | {
        "may_decide": may_decide,
        "crumbs": [{"label": _("受理台"), "url": reverse("bureau_applications")}, {"label": number}],
    }
    return render(request, "pledges/applications/intake.html", context)


@doors.page
def accept(request: Request, number: str) -> HttpResponse:
    deadline = timezone.localtime(request.at + timedelta(days=7)).replace(hour=17, minute=0)
    form = forms.AcceptanceForm(request.POST or None, initial={"offer_deadline": f"{deadline:%Y-%m-%d %H:%M}"})
    return _decide(request, number, form, applications.accept, _("受理并发布"), _("已受理,卷宗已向银行开放"))


@doors.page
def return_for_completion(request: Request, number: str) -> HttpResponse:
    form = forms.ReturnForm(request.POST or None)
    return _decide(request, number, form, applications.return_for_completion, _("退回补正"), _("已一次性告知补正内容"))


@doors.page
def reject(request: Request, number: str) -> HttpResponse:
    form = forms.ReasonForm(request.POST or None)
    return _decide(request, number, form, applications.reject, _("不予受理"), _("已记录不予受理的理由"))


def _decide(request: Request, number: str, form: Any, service: Any, title: str, done: str) -> HttpResponse:
    doors.require(request, Permission.APPLICATION_ACCEPT)
    found = queries.application_by_number(request.user, number)
    answer = doors.submitted(
        request, form, lambda fields: service(by=request.user, at=request.at, application_id=found.pk, **fields),
        done=done, to=reverse("bureau_application", args=[number]),
    )  # fmt: skip
    context = _context(title, form, found, desk=True)
    return answer or render(request, "pledges/applications/form.html", context)


# --- What both show --------------------------------------------------------------------------------------------------
def _mine(request: Request, number: str) -> Application:
    doors.require(request, Permission.APPLICATION_MANAGE)
    return queries.application_by_number(request.user, number)


def _page_of(found: Application) -> str:
    return reverse("sme_application", args=[found.number])


def _context(title: str, form: Any, found: Application | None = None, desk: bool = False) -> dict[str, Any]:
    name = "bureau_application" if desk else "sme_application"
    crumbs: list[dict[str, Any]] = [{"label": _("受理台") if desk else _("我的融资"), "url": reverse(f"{name}s")}]
    if found:
        crumbs.append({"label": found.number, "url": reverse(name, args=[found.number])})
    back = crumbs[-1]["url"]
    return {"title": title, "form": form, "back": back, "application": found, "crumbs": [*crumbs, {"label": title}]}


def _shown(request: Request, found: Application) -> dict[str, Any]:
    pool = found.pool.select_related("asset", "pledgor", "pledgor__consent_document")
    on = request.at.date()
    return {
        "application": found, "tone": TONES[found.state], "steps": _steps(found), "facts": _facts(found),
        "pool": [(entry, queries.pledgeability(entry.asset, on)) for entry in pool],
        "papers": found.papers.select_related("document"), "paper_labels": PAPER_KINDS,
        "consents": [(text, found.consents.get(key)) for key, text in CONSENTS.items()],
        "changes": queries.state_changes(found), "profile": queries.profile(found.enterprise),
        "asset_page": "sme_asset" if request.user.role == "enterprise" else "bureau_asset",
        "third_parties": found.pledgors.exclude(kind="borrower").select_related("consent_document"),
        "crumbs": [{"label": _("我的融资"), "url": reverse("sme_applications")}, {"label": found.number}],
    }  # fmt: skip


def _facts(found: Application) -> list[tuple[Any, Any]]:
    return [
        (_("申请金额"), figure(found.amount_fen, unit_fen=FEN_PER_WAN) + " " + _("万元")),
        (_("期限"), _("%(months)s 个月") % {"months": found.term_months}),
        (_("还款方式"), found.get_repayment_display()),
        (_("用途"), PURPOSES[found.purpose_code]),
        (_("盟市"), found.region.name),
        (_("报价截止"), f"{timezone.localtime(found.offer_deadline):%Y-%m-%d %H:%M}" if found.offer_deadline else "—"),
    ]


def _steps(found: Application) -> list[dict[str, Any]]:
    """Return the nodes of the way with the present one; nothing follows a closed application."""
    at = next((place for place, (_label, states) in enumerate(WAY) if found.state in states), None)
    if at is None:
        return [{"label": _("填写"), "state": "done"}, {"label": found.state_label, "state": "failed"}]
    ended = found.state == "DISBURSED"
    return [
        {"label": label, "state": "done" if place < at or ended else "now" if place == at else "todo"}
        for place, (label, _states) in enumerate(WAY)
    ]
