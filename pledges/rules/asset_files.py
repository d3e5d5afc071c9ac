"""From the bytes of a spreadsheet to its header and rows, whatever the office program made of them.

Text files may be UTF-8 (with or without a mark) or GBK, comma, semicolon or tab separated; a text that is neither is
read as far as possible and its broken characters are kept as U+FFFD, so that the rows they stand in can be refused.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from python_calamine import CalamineError, CalamineWorkbook

from finance_platform.foundation.errors import Invalid

ROWS_MAX = 50_000
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header, and rows of cells with the line number each has in the file."""

    header: list[str]
    rows: list[tuple[int, list[object]]]


def read(data: bytes) -> Sheet:
    """Return the first sheet or the text table of a file.

    Raises: Invalid at field `file` if it is empty, unreadable, or longer than 50,000 rows.
    """
    if not data.strip():
        raise _invalid("文件是空的:请选择有内容的文件")
    lines = _workbook(data) if data.startswith(_SPREADSHEETS) else _text(data)
    lines = [(number, cells) for number, cells in lines if any(str(cell).strip() for cell in cells)]
    if len(lines) < 2:
        raise _invalid("文件没有数据行:第一行应为列名,其后每行一件权利")
    if len(lines) > ROWS_MAX + 1:
        raise _invalid(f"文件超过 {ROWS_MAX} 行:请拆分后导入")
    header = [str(cell).strip() for cell in lines[0][1]]
    return Sheet(header, [(number, cells[: len(header)]) for number, cells in lines[1:]])


def _workbook(data: bytes) -> list[tuple[int, list[object]]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError) as error:
        raise _invalid(f"表格无法读取({error}):请另存为 .xlsx 或 .csv 再试") from None
    return [(number, [_plain(cell) for cell in row]) for number, row in enumerate(rows, start=1)]


def _plain(cell: object) -> object:
    """Return a cell as it was typed: 9.0 in a column of numbers was written 9."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _text(data: bytes) -> list[tuple[int, list[object]]]:
    text = decoded(data)
    if "\x00" in text:
        raise _invalid("文件不是文本表格:请上传 .xlsx 或 .csv")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [(number, list(row)) for number, row in enumerate(reader, start=1)]


def decoded(data: bytes) -> str:
    """Return the text of a file: UTF-8, else GB 18030, else whichever leaves fewer broken characters (as U+FFFD)."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    tries = [data.decode(encoding, "replace") for encoding in ("utf-8-sig", "gb18030")]
    return min(tries, key=lambda text: text.count("\ufffd"))


def written(rows: Iterable[Sequence[object]]) -> bytes:
    """Return an .xlsx workbook with these rows; the first one is the header and stays in sight.

    Cells that a spreadsheet would take for a formula are kept as text.
    """
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    for row, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells, start=1):
            _write(sheet.cell(row, column), value)
    sheet.freeze_panes = "A2"
    book.save(file)
    return file.getvalue()


def _write(cell: Any, value: object) -> None:
    cell.value = (
        value if isinstance(value, int | float | date | datetime) else ILLEGAL_CHARACTERS_RE.sub("", str(value))
    )
    if isinstance(cell.value, str):
        cell.data_type = "s"


def _invalid(remedy: str) -> Invalid:
    return Invalid(remedy, fields={"file": remedy})
