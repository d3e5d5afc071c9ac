"""The verification desk's acts: first and second check, restriction, end of a right, tags."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents
from pledges import queries
from pledges.forms import assets as forms
from pledges.models import IpAsset
from pledges.services import assets, tags, verification

Request: Any = HttpRequest


@doors.page
def check(request: Request, pk: int) -> HttpResponse:
    """Show the first verifier the questions, the second one the answers and the decision."""
    doors.require(request, Permission.ASSET_VERIFY)
    asset = queries.asset(request.user, pk)
    waiting = queries.verification_under_way(asset)
    title, form, act = (_second if waiting else _first)(request, asset)
    done = doors.submitted(request, form, act, done=_("核验结果已记录"), to=reverse("bureau_asset", args=[pk]))
    context = {"asset": asset, "waiting": waiting, "answers": _answers(asset, waiting)}
    return done or render(request, "pledges/assets/check.html", context | _form_context(title, form, asset))


def _first(request: Request, asset: IpAsset) -> tuple[str, Any, doors.Action]:
    """Return the first check's form and act; the extract of the register is kept with its receipt."""
    initial = {name: getattr(asset, name) for name in ("legal_status", "fee_paid_until", "expiry_date")}
    form = forms.FirstCheckForm(request.POST or None, request.FILES or None, registry=asset.registry, initial=initial)

    def act(fields: dict[str, Any]) -> Any:
        file = fields.pop("extract")
        document = file and documents.store(
            by=request.user, at=request.at, kind="register_extract", filename=file.name, data=file.read(),
            subject=asset.number,
        )  # fmt: skip
        return verification.first_check(
            by=request.user, at=request.at, asset_id=asset.pk, document_id=document.pk if document else None, **fields
        )

    return _("初核"), form, act


def _second(request: Request, asset: IpAsset) -> tuple[str, Any, doors.Action]:
    form = forms.SecondCheckForm(request.POST or None, registry=asset.registry)

    def act(fields: dict[str, Any]) -> Any:
        return verification.second_check(by=request.user, at=request.at, asset_id=asset.pk, **fields)

    return _("复核"), form, act


def _answers(asset: Any, waiting: Any) -> list[tuple[str, str, str]]:
    """Return the first verifier's answers as facts for the second."""
    if waiting is None:
        return []
    labels = forms.verification.questions(asset.registry)
    answers = waiting.findings["answers"]
    return [
        (label, _("是") if answers[code] else _("否"), "bad" if answers[code] else "") for code, label in labels.items()
    ]


def _form_context(title: str, form: Any, asset: IpAsset) -> dict[str, Any]:
    back = reverse("bureau_asset", args=[asset.pk])
    desk = {"label": _("资产核验"), "url": reverse("bureau_assets")}
    crumbs = [desk, {"label": asset.number, "url": back}, {"label": title}]
    return {"title": title, "form": form, "back": back, "crumbs": crumbs}


@doors.page
def restrict(request: Request, pk: int) -> HttpResponse:
    doors.require(request, Permission.ASSET_VERIFY)
    asset = queries.asset(request.user, pk)
    form = forms.GroundForm(request.POST or None, registry=asset.registry)
    done = doors.submitted(
        request, form, lambda fields: assets.restrict(by=request.user, at=request.at, asset_id=pk, **fields),
        done=_("已列为受限"), to=reverse("bureau_asset", args=[pk]),
    )  # fmt: skip
    return done or render(request, "pledges/assets/form.html", _form_context(_("列为受限"), form, asset))


@doors.page
def end(request: Request, pk: int) -> HttpResponse:
    doors.require(request, Permission.ASSET_VERIFY)
    asset = queries.asset(request.user, pk)
    form = forms.EndForm(request.POST or None)
    done = doors.submitted(
        request, form, lambda fields: assets.end(by=request.user, at=request.at, asset_id=pk, **fields),
        done=_("已登记权利终止"), to=reverse("bureau_asset", args=[pk]),
    )  # fmt: skip
    return done or render(request, "pledges/assets/form.html", _form_context(_("登记权利终止"), form, asset))


@doors.page
@require_POST
def propose_tags(request: Request, pk: int) -> HttpResponse:
    return doors.act(
        request, lambda: tags.propose(by=request.user, at=request.at, asset_id=pk),
        done=_("已按现行规则重新匹配标签"), to=reverse("bureau_asset", args=[pk]),
    )  # fmt: skip


@doors.page
@require_POST
def confirm_tag(request: Request, pk: int) -> HttpResponse:
    tag = queries.tag(request.user, pk)
    return doors.act(
        request, lambda: tags.decide(by=request.user, at=request.at, tag_id=pk, confirm=True),
        done=_("标签已确认"), to=reverse("bureau_asset", args=[tag.asset_id]),
    )  # fmt: skip


@doors.page
def reject_tag(request: Request, pk: int) -> HttpResponse:
    doors.require(request, Permission.ASSET_TAG)
    tag = queries.tag(request.user, pk)
    form = forms.TagRejectionForm(request.POST or None)
    done = doors.submitted(
        request, form, lambda fields: tags.decide(by=request.user, at=request.at, tag_id=pk, confirm=False, **fields),
        done=_("标签不予认定"), to=reverse("bureau_asset", args=[tag.asset_id]),
    )  # fmt: skip
    return done or render(request, "pledges/assets/form.html", _form_context(_("不认定标签"), form, tag.asset))
