"""A firm declares under which filing it may sign a statutory report, with the notice that proves it."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation.models import InstitutionFiling


@use_case(Permission.APPRAISAL_SIGN)
def declare(*, by: User, at: datetime, code: str, authority: str, document_id: UUID) -> InstitutionFiling:
    """Put the firm's filing on record, with its evidence; the newest one counts for commissions taken on later.

    Raises: NotFound (the document); Invalid; Conflict (this code is on record). Writes: filing.
    """
    faults = {} if 0 < len(code.strip()) <= 40 else {"code": "请写备案编号,至多 40 字"}
    faults |= {} if 0 < len(authority.strip()) <= 100 else {"authority": "请写备案机关,至多 100 字"}
    if faults:
        raise Invalid("备案信息不全", fields=faults)
    document = foundation.document(by, document_id)
    if document.owner_id != by.organisation.pk:  # type: ignore[union-attr]
        raise Invalid("备案公告须是本机构的材料", fields={"document_id": "请先由本机构上传"})
    try:
        with transaction.atomic():
            return InstitutionFiling.objects.create(
                firm=by.organisation, code=code.strip(), authority=authority.strip(), document=document,
                document_sha256=document.sha256, declared_by=by, declared_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict("该备案编号已登记", code="filing_known") from None
