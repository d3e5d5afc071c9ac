"""The enterprise's home and its page about itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from pledges import queries
from pledges.forms.applications import ProfileForm
from pledges.services import enterprises

Request: Any = HttpRequest
RUNNING = ("SUBMITTED", "RETURNED", "PUBLISHED", "MATCHED", "DUE_DILIGENCE", "APPROVED", "CONTRACTED")


@doors.page
def home(request: Request) -> HttpResponse:
    """Show the enterprise its next step, what is running, and what expires."""
    doors.require(request, Permission.APPLICATION_MANAGE)
    applications = queries.applications_visible_to(request.user).order_by("-id")
    assets = queries.assets_visible_to(request.user)
    context = {
        "next_step": _next_step(request, applications, assets),
        "applications": applications[:5],
        "running": applications.filter(state__in=RUNNING).count(),
        "assets": assets.count(),
        "eligible": assets.filter(state="ELIGIBLE").count(),
        "pledged": assets.filter(state__in=("PLEDGED", "IMPAIRED")).count(),
        "expiring": queries.expiring_assets(request.user, request.at.date()),
    }
    return render(request, "pledges/enterprises/home.html", context)


def _next_step(request: Request, applications: Any, assets: Any) -> tuple[str, str, str]:
    """Return (what to do, why, where) for the one card on top."""
    returned = applications.filter(state="RETURNED").first()
    draft = applications.filter(state="DRAFT").first()
    opened = applications.filter(state="PUBLISHED", offer_deadline__lte=request.at).first()
    if queries.profile(request.user.organisation) is None:
        return _("填写企业信息"), _("企业规模决定可享受的政策"), reverse("sme_company")
    if not assets.exists():
        return _("导入知识产权"), _("一次导入,以后每次申请直接选用"), reverse("sme_import_new")
    if returned:
        return _("补正材料"), "；".join(returned.missing), reverse("sme_application", args=[returned.number])
    if opened:
        return _("比较报价并选择"), opened.number, reverse("sme_offers", args=[opened.number])
    if draft:
        return _("继续填写申请"), draft.number, reverse("sme_application", args=[draft.number])
    if assets.filter(state="DRAFT").exists() and not assets.filter(state="ELIGIBLE").exists():
        return _("提交核验"), _("核验通过后才能用于质押"), reverse("sme_assets")
    return _("发起融资申请"), _("一份申请,多家银行密封报价"), reverse("sme_application_new")


@doors.page
def company(request: Request) -> HttpResponse:
    """Show and revise the enterprise's page about itself."""
    doors.require(request, Permission.APPLICATION_MANAGE)
    profile = queries.profile(request.user.organisation)
    initial = {name: getattr(profile, name) for name in ProfileForm.base_fields} if profile else {}
    form = ProfileForm(request.POST or None, initial=initial)
    done = doors.submitted(
        request, form, lambda fields: enterprises.revise_profile(by=request.user, at=request.at, **fields),
        done=_("企业信息已保存"), to=reverse("sme_home"),
    )  # fmt: skip
    crumbs = [{"label": _("首页"), "url": reverse("sme_home")}, {"label": _("企业信息")}]
    return done or render(request, "pledges/enterprises/company.html", {"form": form, "crumbs": crumbs})
