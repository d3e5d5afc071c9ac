"""Papers: what a page says, as a PDF/A that prints alike everywhere and byte for byte alike every time.

A sheet is data in the reader's language: a title, and sections of paragraphs, a table, a histogram or bars. One Typst
file lays all of them out, so every paper of the platform looks the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pylopdf_fonts_zh_cn
import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

LAYOUT = Path(__file__).parent / "typst" / "sheet.typ"
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
STANDARD: Literal["a-2b"] = "a-2b"
"""PDF/A-2b: fonts inside, no script, readable in decades. Source: ISO 19005-2."""


@dataclass(frozen=True)
class Section:
    """A part under a heading: paragraphs, then a table (`rows` alike in length), a histogram, bars; each may be absent.

    `histogram` is made by `histogram`, `bars` by `bars`. `prose` says that the table holds words, not figures.
    """

    heading: str
    paragraphs: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    histogram: Mapping[str, Any] | None = None
    bars: Sequence[Mapping[str, Any]] = ()
    prose: bool = False


@dataclass(frozen=True)
class Sheet:
    """A paper. `number` names what it tells of, `warning` must not be overlooked, `banner` and, across
    it, `watermark` stand on every page."""

    title: str
    subtitle: str
    number: str
    sections: Sequence[Section]
    warning: str = ""
    banner: str = ""
    footer: str = ""
    watermark: str = ""


def pdf(sheet: Sheet, at: datetime) -> bytes:
    """Return the sheet as PDF/A-2b, dated `at`; the same sheet and moment give the same bytes."""
    data = asdict(sheet) | {"language": (get_language() or "zh-hans")[:2], "author": _("知识产权质押融资平台")}
    return typst.compile(
        str(LAYOUT), root=str(LAYOUT.parent), font_paths=[str(FONTS)], ignore_system_fonts=True, pdf_standards=STANDARD,
        sys_inputs={"sheet": json.dumps(data, ensure_ascii=False, default=str)}, timestamp=int(at.timestamp()),
    )  # fmt: skip


def histogram(columns: Sequence[tuple[float, str]], low: str, high: str) -> dict[str, Any]:
    """Return the picture of columns (count, tone) whose axis runs from `low` to `high`."""
    highest = max((count for count, _tone in columns), default=0) or 1
    return {"columns": [{"share": count / highest, "tone": tone} for count, tone in columns], "low": low, "high": high}


def bars(rows: Sequence[tuple[str, float, float, str]]) -> list[dict[str, Any]]:
    """Return the picture of rows (label, how far below the middle, how far above, text), lengths in one unit."""
    longest = max((max(below, above) for _label, below, above, _text in rows), default=0) or 1
    return [
        {"label": label, "below": below / longest, "above": above / longest, "text": text}
        for label, below, above, text in rows
    ]
