"""Reads about imported files, and the workbooks that go back to the enterprise."""

from django.db.models import QuerySet

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Role
from pledges.models import AssetImport
from pledges.rules import asset_files
from pledges.rules.asset_imports import COLUMNS, TEMPLATE


def imports_visible_to(by: User) -> QuerySet[AssetImport]:
    """Return the files an enterprise brought in; the system's own (owners named in the file) only for the system."""
    organisation = None if by.role == Role.SYSTEM else by.organisation
    return AssetImport.objects.filter(enterprise=organisation).defer("data")


def asset_import(by: User, pk: int) -> AssetImport:
    """Return one file the viewer brought in. Raises: NotFound."""
    found = imports_visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这次导入")
    return found


def import_template_workbook() -> bytes:
    """Return an empty workbook with the columns the platform knows."""
    return asset_files.written([[COLUMNS[name][0] for name in TEMPLATE]])


def import_errors_workbook(by: User, pk: int) -> bytes:
    """Return a file as it came in with one column more: what is wrong with each row, empty for the good ones.

    Raises: NotFound.
    """
    batch = asset_import(by, pk)
    sheet = asset_files.read(bytes(batch.data))
    notes: dict[int, list[str]] = {}
    for finding in batch.report["findings"]:
        notes.setdefault(finding["row"], []).append(f"{finding['column']}:{finding['reason']}")
    rows = [
        [*cells, *[""] * (len(sheet.header) - len(cells)), ";".join(notes.get(row, []))] for row, cells in sheet.rows
    ]
    return asset_files.written([[*sheet.header, "导入结果"], *rows])
