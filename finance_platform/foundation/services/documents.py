"""Receive files: the receipt is the SHA-256 of the bytes, with name, size, time and number."""

import hashlib
import mimetypes
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.conf import settings

from finance_platform.foundation import queries
from finance_platform.foundation.errors import Invalid, TooLarge
from finance_platform.foundation.models import Document, DocumentContent, DocumentShare, Organisation, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import numbers
from finance_platform.foundation.use_case import use_case

SUFFIXES = {".pdf", ".png", ".jpg", ".jpeg", ".xlsx", ".xls", ".csv", ".docx", ".txt", ".xml", ".json", ".zip"}


@use_case(Permission.DOCUMENT_STORE)
def store(
    *, by: User, at: datetime, kind: str, filename: str, data: bytes, subject: str = "", replaces: UUID | None = None
) -> Document:
    """Keep a file for the acting person's organisation and give its receipt.

    Raises: TooLarge; Invalid (empty, unknown type); NotFound (the version it replaces). Writes: document, content.
    """
    name = PurePath(filename.replace("\\", "/")).name[:200]
    _check(name, data)
    older = queries.document(by, replaces) if replaces else None
    document = Document.objects.create(
        owner=by.organisation, kind=kind, filename=name, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest(),
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream", subject=subject, replaces=older,
        number=numbers.take("HZ", at.year, digits=6), stored_by=by, stored_at=at,
    )  # fmt: skip
    DocumentContent.objects.create(document=document, data=data)
    return document


@use_case(Permission.DOCUMENT_STORE)
def share(*, by: User, at: datetime, document_id: UUID, organisation_id: int) -> Document:
    """Let another organisation see a document of one's own. Raises: NotFound. Writes: a share (once)."""
    document = queries.document(by, document_id)
    if document.owner_id != by.organisation.pk:  # type: ignore[union-attr]
        raise Invalid("只能开放本单位的材料")
    organisation = queries.organisation(organisation_id)
    open_to(document, organisation, by=by, at=at)
    return document


def open_to(document: Document, organisation: Organisation, *, by: User, at: datetime) -> None:
    """Write the share inside a use case that has already decided it."""
    DocumentShare.objects.get_or_create(
        document=document, organisation=organisation, defaults={"shared_by": by, "shared_at": at}
    )


def _check(name: str, data: bytes) -> None:
    if not data:
        raise Invalid("文件是空的", fields={"file": "请选择有内容的文件"})
    if len(data) > settings.UPLOAD_BYTES_MAX:
        raise TooLarge(f"文件超过 {settings.UPLOAD_BYTES_MAX // 1024 // 1024} MB:请压缩或拆分后再传")
    if PurePath(name).suffix.lower() not in SUFFIXES:
        allowed = "、".join(sorted(SUFFIXES))
        raise Invalid("不接受这种文件", fields={"file": f"请使用 {allowed}"})
