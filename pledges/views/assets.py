"""Pages about rights: the enterprise's library, the verification desk, a bank's look."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors
from finance_platform.foundation import queries as foundation
from finance_platform.foundation.permissions import Permission
from pledges import queries
from pledges.forms import assets as forms
from pledges.models import IpAsset
from pledges.services import assets

Request: Any = HttpRequest
TONES = {
    "DRAFT": "neutral", "VERIFYING": "info", "ELIGIBLE": "good", "RESTRICTED": "warn", "PLEDGED": "info",
    "IMPAIRED": "bad", "TERMINATED": "bad", "TRANSFERRED": "neutral",
}  # fmt: skip
# The page of one right, by the way the viewer came.
PAGES = {"enterprise": "sme_asset", "bank_officer": "bank_asset", "bank_approver": "bank_asset"}


@doors.page
def library(request: Request) -> HttpResponse:
    """List the enterprise's rights, with search and state filter."""
    doors.require(request, Permission.ASSET_MANAGE)
    return _list(request, _("知识产权库"), "pledges/assets/library.html")


@doors.page
def bureau_list(request: Request) -> HttpResponse:
    """List the rights of the office's part of the region; what waits for verification comes first by default."""
    if not queries.sees_assets_as_office(request.user):
        doors.require(request, Permission.ASSET_VERIFY)
    return _list(request, _("资产核验"), "pledges/assets/desk.html", default_state="VERIFYING")


def _list(request: Request, title: str, template: str, default_state: str = "") -> HttpResponse:
    state, text = request.GET.get("state", default_state), request.GET.get("q", "").strip()
    rows = queries.search_assets(queries.assets_visible_to(request.user), text)
    if state in IpAsset.machine.states:
        rows = rows.filter(state=state)
    context = {
        "page": doors.paged(rows.select_related("owner"), request.GET.get("after", "")), "state": state, "text": text,
        "states": IpAsset.machine.states.items(), "title": title, "tones": TONES, "crumbs": [{"label": title}],
        "page_name": PAGES.get(request.user.role, "bureau_asset"),
    }  # fmt: skip
    return render(request, template, context)


@doors.page
def new(request: Request) -> HttpResponse:
    doors.require(request, Permission.ASSET_MANAGE)
    form = forms.AssetForm(request.POST or None)
    done = doors.submitted(
        request, form, lambda fields: assets.list_asset(by=request.user, at=request.at, **fields),
        done=_("已录入,可提交核验"), to=lambda asset: reverse("sme_asset", args=[asset.pk]),
    )  # fmt: skip
    return done or render(request, "pledges/assets/form.html", _form_context(_("录入一件权利"), form, "sme_assets"))


@doors.page
def edit(request: Request, pk: int) -> HttpResponse:
    doors.require(request, Permission.ASSET_MANAGE)
    asset = queries.asset(request.user, pk)
    initial = {name: getattr(asset, name, None) for name in forms.AssetRevisionForm.base_fields}
    initial |= {"ipc": "; ".join(asset.ipc), "nice_classes": "、".join(map(str, asset.nice_classes))}
    form = forms.AssetRevisionForm(request.POST or None, initial=initial, registry=asset.registry)

    def act(fields: dict[str, Any]) -> IpAsset:
        return assets.revise(by=request.user, at=request.at, asset_id=pk, co_owners=asset.co_owners, **fields)

    done = doors.submitted(request, form, act, done=_("已保存"), to=reverse("sme_asset", args=[pk]))
    return done or render(request, "pledges/assets/form.html", _form_context(_("修改权利信息"), form, "sme_assets"))


@doors.page
@require_POST
def submit(request: Request, pk: int) -> HttpResponse:
    return doors.act(
        request, lambda: assets.submit(by=request.user, at=request.at, asset_id=pk),
        done=_("已提交核验"), to=reverse("sme_asset", args=[pk]),
    )  # fmt: skip


@doors.page
def asset(request: Request, pk: int) -> HttpResponse:
    """Show one right: what it is, whether it can be pledged, its tags, its way; with what the viewer may do."""
    found = queries.asset(request.user, pk)
    if request.resolver_match.url_name != PAGES.get(request.user.role, "bureau_asset"):
        return redirect(PAGES.get(request.user.role, "bureau_asset"), pk)
    verdict = queries.pledgeability(found, request.at.date())
    context = {
        "asset": found, "tone": TONES[found.state], "facts": _facts(found), "verdict": verdict,
        "unknown": [IpAsset._meta.get_field(name).verbose_name for name in verdict.unknown],
        "tags": found.tags.select_related("decided_by").order_by("id"),
        "rounds": found.verifications.select_related("first_by", "second_by", "document"),
        "changes": queries.state_changes(found), "crumbs": _crumbs(request, found),
        "may": {permission.name for permission in foundation.permissions_of(request.user, request.at)},
        "may_mend": found.state in assets.MENDABLE,
    }  # fmt: skip
    return render(request, "pledges/assets/asset.html", context)


def _crumbs(request: Request, asset: IpAsset) -> list[dict[str, Any]]:
    """Return the way back to the list the viewer came from; a bank comes from a dossier."""
    lists = {"sme_asset": (_("知识产权库"), "sme_assets"), "bureau_asset": (_("资产核验"), "bureau_assets")}
    label, name = lists.get(request.resolver_match.url_name, (_("工作台"), "home"))
    return [{"label": label, "url": reverse(name)}, {"label": asset.number}]


def _facts(asset: IpAsset) -> list[tuple[Any, Any]]:
    rows = [
        (_("权利类型"), asset.get_kind_display()), (_("号码"), asset.number),
        (_("公开(公告)号"), asset.publication_number), (_("登记的权利人"), asset.owner_name),
        (_("共有人"), "、".join(owner["name"] for owner in asset.co_owners)),
        (_("法律状态"), asset.get_legal_status_display()), (_("申请日"), asset.filing_date),
        (_("授权/注册日"), asset.grant_date), (_("届满日"), asset.expiry_date),
        (_("年费/续展缴至"), asset.fee_paid_until), ("IPC", "; ".join(asset.ipc)),
        (_("尼斯分类"), "、".join(map(str, asset.nice_classes))), (_("商品/服务"), asset.goods),
        (_("相关产品"), asset.product), (_("国有资产"), _("是") if asset.state_asset else _("否")),
    ]  # fmt: skip
    return [(label, value.isoformat() if isinstance(value, date) else value or "—") for label, value in rows]


def _form_context(title: str, form: Any, back: str, *args: Any) -> dict[str, Any]:
    url = reverse(back, args=args)
    crumbs = [{"label": _("返回"), "url": url}, {"label": title}]
    return {"title": title, "form": form, "back": url, "crumbs": crumbs}


@doors.page
def adverse(request: Request, pk: int) -> HttpResponse:
    """Let a bank record an event that lowers a pledged right."""
    doors.require(request, Permission.ASSET_WATCH)
    form = forms.GroundForm(request.POST or None, registry=queries.asset(request.user, pk).registry)
    done = doors.submitted(
        request, form, lambda fields: assets.report_adverse(by=request.user, at=request.at, asset_id=pk, **fields),
        done=_("已登记减损事件"), to=reverse("bank_asset", args=[pk]),
    )  # fmt: skip
    return done or render(request, "pledges/assets/form.html", _form_context(_("登记减损事件"), form, "bank_asset", pk))


@doors.page
def cured(request: Request, pk: int) -> HttpResponse:
    """Let a bank record that what impaired a pledged right is over."""
    doors.require(request, Permission.ASSET_WATCH)
    form = forms.NoteForm(request.POST or None)
    queries.asset(request.user, pk)
    done = doors.submitted(
        request, form, lambda fields: assets.report_cured(by=request.user, at=request.at, asset_id=pk, **fields),
        done=_("已登记恢复"), to=reverse("bank_asset", args=[pk]),
    )  # fmt: skip
    return done or render(request, "pledges/assets/form.html", _form_context(_("登记减损消除"), form, "bank_asset", pk))
