"""The import of rights: template, upload, preview row by row, confirmation, the file with its errors."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Permission
from pledges import queries
from pledges.forms.assets import ImportForm
from pledges.models import AssetImport
from pledges.services import asset_imports

Request: Any = HttpRequest
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@doors.page
def upload(request: Request) -> HttpResponse:
    doors.require(request, Permission.ASSET_IMPORT)
    form = ImportForm(request.POST or None, request.FILES or None)

    def act(fields: dict[str, Any]) -> AssetImport:
        file = fields["file"]
        return asset_imports.preview(by=request.user, at=request.at, filename=file.name, data=file.read())

    done = doors.submitted(
        request, form, act, done=_("已读取,请核对后确认"), to=lambda batch: reverse("sme_import", args=[batch.pk])
    )
    context = {"form": form, "batches": queries.imports_visible_to(request.user)[:10], "crumbs": _crumbs()}
    return done or render(request, "pledges/assets/import.html", context)


@doors.page
def preview(request: Request, pk: int) -> HttpResponse:
    """Show what would happen, or happened, to every row."""
    batch = queries.asset_import(request.user, pk)
    findings = batch.report["findings"]
    errors = [finding for finding in findings if finding["level"] == "error"]
    context = {
        "batch": batch, "errors": errors, "warnings": [f for f in findings if f["level"] == "warning"],
        "sample": batch.report["sample"], "fresh": batch.rows - batch.refused - batch.unchanged,
        "outcomes": {"new": _("新增"), "unchanged": _("已在库"), "refused": _("退回")},
        "crumbs": [*_crumbs(link=True), {"label": batch.filename}],
    }  # fmt: skip
    return render(request, "pledges/assets/preview.html", context)


@doors.page
@require_POST
def confirm(request: Request, pk: int) -> HttpResponse:
    return doors.act(
        request, lambda: asset_imports.confirm(by=request.user, at=request.at, import_id=pk),
        done=_("已入库,可逐件提交核验"), to=reverse("sme_import", args=[pk]),
    )  # fmt: skip


@doors.page
def errors(request: Request, pk: int) -> HttpResponse:
    """Give the file back with one column more, which says what is wrong with each row."""
    return _workbook(queries.import_errors_workbook(request.user, pk), f"errors-{pk}.xlsx")


@doors.page
def template(request: Request) -> HttpResponse:
    """Give an empty file with the columns the platform knows."""
    return _workbook(queries.import_template_workbook(), "ip-template.xlsx")


def _workbook(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(data, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _crumbs(link: bool = False) -> list[dict[str, Any]]:
    here: dict[str, Any] = {"label": _("导入")}
    if link:
        here["url"] = reverse("sme_import_new")
    return [{"label": _("知识产权库"), "url": reverse("sme_assets")}, here]
