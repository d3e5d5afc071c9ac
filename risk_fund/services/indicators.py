"""Official figures come in as files, each with its digest; a figure is never changed, a later one stands beside it."""

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import Any

from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import Region, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from risk_fund.models import IndicatorImport, OfficialFigure
from risk_fund.rules import indicators as rules

FAULTS_SHOWN = 20


@use_case(Permission.INDICATOR_IMPORT)
def import_figures(*, by: User, at: datetime, filename: str, data: bytes) -> IndicatorImport:
    """Take in a CSV of official figures, whole or not at all; the same file twice gives the first import again.

    Raises: Invalid with every faulty line; Conflict if a figure of the same day is known with another amount.
    Writes: import, figures not known yet.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = IndicatorImport.objects.filter(sha256=digest).first()
    if known is not None:
        return known
    rows, faults = rules.read_figures(_text(data), Region.objects.values_list("code", flat=True))
    if faults or not rows:
        shown = "；".join(faults[:FAULTS_SHOWN]) or "文件没有数据行"
        raise Invalid("文件有误,未导入任何数据", fields={"file": shown})
    new = _new_rows(rows)
    batch = IndicatorImport.objects.create(
        filename=PurePath(filename).name[:200], sha256=digest, rows=len(rows), stored=len(new), imported_by=by,
        imported_at=at,
    )  # fmt: skip
    OfficialFigure.objects.bulk_create(_figure(row, batch) for row in new)
    return batch


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("文件编码无法识别", fields={"file": "请另存为 UTF-8 或 GBK 编码的 CSV"})


def _new_rows(rows: list[rules.FigureRow]) -> list[rules.FigureRow]:
    """Return the rows not known yet, refusing one that contradicts what is known of the same day."""
    known = {_key(figure): figure.amount_fen for figure in OfficialFigure.objects.all()}
    new: dict[Any, rules.FigureRow] = {}
    for row in rows:
        before = known.get(row.key, row.amount_fen if row.key not in new else new[row.key].amount_fen)
        if before != row.amount_fen:
            message = f"{row.region} {row.as_of} 的数字已登记为其他金额:更正请使用新的截至日"
            raise Conflict(message, code="figure_differs")
        if row.key not in known:
            new[row.key] = row
    return list(new.values())


def _key(figure: OfficialFigure) -> tuple[object, ...]:
    return (figure.indicator, figure.kind, figure.region_id, figure.period_from, figure.period_to, figure.as_of)


def _figure(row: rules.FigureRow, batch: IndicatorImport) -> OfficialFigure:
    return OfficialFigure(
        indicator=row.indicator, kind=row.kind, region_id=row.region, period_from=row.period_from,
        period_to=row.period_to, as_of=row.as_of, amount_fen=row.amount_fen, definition=row.definition,
        source=row.source, batch=batch,
    )  # fmt: skip
