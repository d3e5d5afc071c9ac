"""Files of rights in JSON: preview, confirmation."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Router
from ninja.files import UploadedFile

from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS, Listing
from pledges import queries
from pledges.models import AssetImport
from pledges.schemas.assets import ImportOut
from pledges.services import asset_imports

router = Router()
Request: Any = HttpRequest


def _import(row: AssetImport) -> dict[str, Any]:
    return ImportOut.model_validate(row, from_attributes=True).model_dump(mode="json")


@router.get("/asset-imports", response={200: Listing[ImportOut], **REFUSALS})
def listing(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the files brought in, newest first."""
    page = doors.paged(queries.imports_visible_to(doors.person(request)), after, limit)
    return {"items": page.rows, "next": page.next}


@router.post("/asset-imports", response={201: ImportOut, **REFUSALS})
def preview(request: Request, file: File[UploadedFile]) -> Any:
    """Read a file and say what would happen to every row."""
    data, name = file.read(), file.name or ""
    return doors.once(
        request, lambda: asset_imports.preview(by=doors.person(request), at=request.at, filename=name, data=data),
        shape=_import, status=201,
    )  # fmt: skip


@router.get("/asset-imports/{pk}", response={200: ImportOut, **REFUSALS})
def one(request: Request, pk: int) -> Any:
    """Give a file's report."""
    return queries.asset_import(doors.person(request), pk)


@router.post("/asset-imports/{pk}/confirmation", response={200: ImportOut, **REFUSALS})
def confirm(request: Request, pk: int) -> Any:
    """List the good rows of a previewed file."""
    return doors.once(
        request, lambda: asset_imports.confirm(by=doors.person(request), at=request.at, import_id=pk), shape=_import
    )
