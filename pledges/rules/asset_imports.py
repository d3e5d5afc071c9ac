"""What each row of a file of rights means, or why it cannot be taken in.

Any well-formed right is taken in with its own status, unknown fields as unknown; whether it can be pledged is a
separate verdict. Refused are only unreadable rows, duplicates within the file, numbers with a wrong check digit,
and cells that contradict themselves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.rules import half_width
from pledges.rules import assets
from pledges.rules.asset_files import Sheet

VALUE_SHOWN_MAX = 60
TITLE_MAX = 300

# What each field is called in files: the platform's template first, then registries and research exports.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": (
        "权利号",
        "专利号",
        "申请号",
        "专利号/申请号",
        "注册号",
        "登记号",
        "号码",
        "app_num",
        "publication_numbers",
    ),
    "publication_number": ("公开号", "公告号", "公开(公告)号", "pub_num"),
    "kind": ("权利类型", "专利类型", "类型", "kind"),
    "title": ("名称", "专利名称", "发明名称", "商标名称", "作品名称", "patent_title"),
    "owner_name": ("权利人", "专利权人", "申请人", "注册人", "著作权人"),
    "filing_date": ("申请日", "申请日期", "app_date"),
    "grant_date": ("授权日", "授权公告日", "注册日", "注册公告日", "登记日", "grant"),
    "expiry_date": ("届满日", "有效期至", "专用期至", "截止日期"),
    "legal_status": ("法律状态", "当前状态", "状态"),
    "ipc": ("IPC", "IPC分类号", "分类号", "ipc_codes", "true_subclasses_all"),
    "nice_classes": ("尼斯分类", "国际分类", "类别"),
    "goods": ("商品/服务", "商品服务", "核定商品"),
    "product": ("相关产品", "产品"),
    "fee_paid_until": ("年费缴至", "年费/续展缴至", "缴费至"),
    "event_lapsed": ("终止日", "terminate"),
    "event_withdrawn": ("撤回日", "app_withdraw"),
    "event_abandoned": ("放弃日", "waive"),
    "event_rejected": ("驳回日", "reject"),
    "event_restored": ("恢复日", "recover"),
}
TEMPLATE = (
    "number", "kind", "title", "owner_name", "filing_date", "grant_date", "expiry_date", "legal_status", "ipc",
    "nice_classes", "goods", "product", "fee_paid_until",
)  # fmt: skip
_EVENT_STATUS = {
    "event_lapsed": "lapsed", "event_withdrawn": "withdrawn", "event_abandoned": "withdrawn",
    "event_rejected": "rejected", "grant_date": "in_force",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one cell: `level` is "error" (the row stays out) or "warning" (it comes in)."""

    row: int
    column: str
    value: str
    reason: str
    level: str = "error"
    code: str = "invalid"


@dataclass(frozen=True, slots=True)
class RightRow:
    """A right as a row of a file says it is; None and empty where the file is silent."""

    row: int
    kind: str
    number: str
    number_kind: str
    publication_number: str = ""
    title: str = ""
    owner_name: str = ""
    co_owner_names: tuple[str, ...] = ()
    filing_date: date | None = None
    grant_date: date | None = None
    expiry_date: date | None = None
    legal_status: str = "unknown"
    ipc: tuple[str, ...] = ()
    nice_classes: tuple[int, ...] = ()
    goods: str = ""
    product: str = ""
    fee_paid_until: date | None = None

    @property
    def key(self) -> tuple[str, str]:
        return assets.REGISTRY_OF_KIND[self.kind], self.number


@dataclass(slots=True)
class Reading:
    """A file as understood: its columns, the rights in it, what was found, and how many rows it has."""

    columns: dict[str, int]
    rows: int
    rights: list[RightRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return len({finding.row for finding in self.findings if finding.level == "error"})


def read(sheet: Sheet, owner_name: str | None = None) -> Reading:
    """Return what a sheet says, row by row. With `owner_name` a row that names another owner stays out.

    Raises: Invalid at field `file` if no column can be taken for the number.
    """
    columns = columns_of(sheet.header)
    reading = Reading(columns, len(sheet.rows))
    names = {index: sheet.header[index] for index in columns.values()}
    first_seen: dict[tuple[str, str], int] = {}
    for row, cells in sheet.rows:
        line = _Line(row, cells, columns, names)
        right = line.right(owner_name)
        if right and right.key in first_seen:
            line.refuse("number", f"与第 {first_seen[right.key]} 行重复:请删去其中一行", code="duplicate")
        elif right:
            first_seen[right.key] = row
            reading.rights.append(right)
        reading.findings += line.findings
    return reading


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Return which column holds which field, by name. Raises: Invalid if the number's column is missing."""
    plain = [half_width(name).replace(" ", "").lower() for name in header]
    found = {}
    for name, words in COLUMNS.items():
        places = [plain.index(word.lower()) for word in words if word.lower() in plain]
        if places:
            found[name] = places[0]
    if "number" not in found and "publication_number" in found:
        found["number"] = found.pop("publication_number")
    if "number" not in found:
        remedy = "找不到号码列:第一行列名须有“权利号”“专利号”“申请号”“注册号”或“公开号”之一"
        raise Invalid(remedy, fields={"file": remedy})
    return found


class _Line:
    """One row under reading: gives its cells, collects what is wrong with them."""

    def __init__(self, row: int, cells: Sequence[object], columns: Mapping[str, int], names: Mapping[int, str]) -> None:
        self.row, self.cells, self.columns, self.names = row, cells, columns, names
        self.findings: list[Finding] = []

    def cell(self, name: str) -> object:
        place = self.columns.get(name)
        return self.cells[place] if place is not None and place < len(self.cells) else ""

    def text(self, name: str) -> str:
        value = self.cell(name)
        text = half_width(str(value if value is not None else ""))
        return "" if text.upper() in {"NA", "N/A"} else text

    def refuse(self, name: str, reason: str, code: str = "invalid", level: str = "error") -> None:
        column = self.names.get(self.columns.get(name, -1), name)
        shown = str(self.cell(name))[:VALUE_SHOWN_MAX]
        self.findings.append(Finding(self.row, column, shown, reason, level, code))

    def right(self, owner_name: str | None) -> RightRow | None:
        """Return the right of the row, or None when something in it must be mended first."""
        if any("\ufffd" in str(cell) for cell in self.cells):
            self.refuse("number", "此行有无法识别的字符(文件编码已损坏):请从来源重新导出", code="unreadable")
            return None
        kind = self._try("kind", lambda: assets.kind_of(self.text("kind")))
        number = self._try("number", lambda: self._number(kind))
        values = self._values(number.kind or kind or "invention_patent") if number else {}
        owners = self._owners(owner_name)
        if number is None or any(finding.level == "error" for finding in self.findings):
            return None
        return RightRow(
            row=self.row, kind=kind or number.kind or "invention_patent", number=number.canonical,
            number_kind=number.number_kind, owner_name=owners[0], co_owner_names=tuple(owners[1:]), **values,
        )  # fmt: skip

    def _try(self, name: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except Invalid as error:
            self.refuse(next(iter(error.fields), name), error.message, code=error.code)
            return None

    def _number(self, kind: str | None) -> assets.RightNumber:
        if not self.text("number"):
            raise Invalid("缺少号码:请填写专利号、注册号或登记号", code="missing", fields={"number": "必填"})
        return assets.right_number(self.text("number"), kind)

    def _values(self, kind: str) -> dict[str, Any]:
        days = {
            name: self._try(name, lambda name=name: assets.day_of(self.cell(name), name))
            for name in ("filing_date", "grant_date", "expiry_date", "fee_paid_until")
        }
        if days["filing_date"] and days["grant_date"] and days["grant_date"] < days["filing_date"]:
            self.refuse("grant_date", "授权日早于申请日:请核对两个日期", code="contradiction")
        days["expiry_date"] = days["expiry_date"] or assets.statutory_expiry(
            kind, days["filing_date"], days["grant_date"]
        )
        if days["expiry_date"] and days["grant_date"] and days["expiry_date"] < days["grant_date"]:
            self.refuse("expiry_date", "届满日早于授权日:请核对两个日期", code="contradiction")
        return days | {
            "publication_number": self._publication_number(),
            "title": self.text("title")[:TITLE_MAX],
            "legal_status": self._status(days["grant_date"]),
            "ipc": tuple(assets.ipc_symbols(self.text("ipc"))),
            "nice_classes": tuple(
                self._try("nice_classes", lambda: assets.nice_classes(self.text("nice_classes"))) or ()
            ),
            "goods": self.text("goods")[:500],
            "product": self.text("product")[:200],
        }

    def _publication_number(self) -> str:
        """Return the publication number, or leave it out with a warning: it identifies nothing here."""
        text = self.text("publication_number")
        try:
            return assets.right_number(text).canonical if text else ""
        except Invalid:
            self.refuse("publication_number", "公开(公告)号无法识别,未录入", level="warning")
            return ""

    def _status(self, grant_date: date | None) -> str:
        """Return the status the row names; without that column, the one its latest event leads to."""
        if "legal_status" in self.columns:
            status = assets.status_of(self.text("legal_status"))
            if status is None:
                self.refuse("legal_status", "法律状态未能识别,按“未知”入库", level="warning")
            return status or "unknown"
        events = {name for name in COLUMNS if name.startswith("event_")} & set(self.columns)
        if not events:
            return "unknown"
        return self._status_after_events(events, grant_date)

    def _status_after_events(self, events: set[str], grant_date: date | None) -> str:
        days = {name: self._try(name, lambda name=name: assets.day_of(self.cell(name), name)) for name in events}
        days["grant_date"] = grant_date
        dated = sorted((day, name) for name, day in days.items() if day)
        if not dated:
            return "pending"
        last = dated[-1][1]
        if last == "event_restored":
            return "in_force" if grant_date else "pending"
        return _EVENT_STATUS[last]

    def _owners(self, owner_name: str | None) -> list[str]:
        names = [name.strip() for name in self.text("owner_name").replace("、", ";").split(";")]
        names = [name for name in names if name]
        if owner_name is None:
            return names or [""]
        if names and owner_name not in names:
            self.refuse("owner_name", f"权利人不是本单位({owner_name}):请核对,或由权利人自行导入", code="other_owner")
        return [owner_name, *(name for name in names if name != owner_name)]
