"""Reads the published SBA case file as a portfolio: who lent how much when, which share is covered, what was lost.

One dollar is one yuan. Dates are SAS days (since 1960-01-01), and each approval day is held against the fiscal year
that stands beside it. Source: Li, Mickel and Taylor (2018), Journal of Statistics Education 26(1), CC BY 4.0.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from finance_platform.foundation.errors import Invalid
from pledges.loan_schedule.reading import FIRST_YEAR

SAS_EPOCH = date(1960, 1, 1)
FISCAL_YEAR_BEGINS_MONTH = 10
# The loan schedule's contract knows no day before; a loan paid out earlier counts from here.
FIRST_DAY = date(FIRST_YEAR, 1, 1)
WEIGHT_MAX = 1_000_000
COLUMNS = (
    "LoanNr_ChkDgt", "Name", "Bank", "ApprovalDate", "ApprovalFY", "Term", "ChgOffDate", "DisbursementDate",
    "DisbursementGross", "ChgOffPrinGr", "GrAppv", "SBA_Appv",
)  # fmt: skip
UNNAMED_BANK = "未载明银行"
FAULTS_SHOWN = 10
# The first instalment is due a month after disbursement; only then can a loan be late.
DAYS_UNTIL_LATE = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One loan of the file. `share` is the fund's part of a loss; `record` the row in its own words, as JSON.

    `day_is_approvals`: the file gives no day of disbursement. `day_moved`: that day lies before `FIRST_DAY`.
    """

    line: int
    key: str
    borrower: str
    bank: str
    disbursed_on: date
    day_is_approvals: bool
    day_moved: bool
    months: int
    principal_fen: int
    share: Fraction
    charge_off_fen: int
    charged_off_on: date | None
    record: bytes


def read(data: bytes, limit: int | None = None) -> list[Row]:
    """Return the rows of the file in the order of their disbursement, the first `limit` of them.

    Raises: Invalid with the first faults, each with its line.
    """
    rows, faults = [], []
    for line, fields in _records(data):
        try:
            rows.append(_row(line, fields))
        except ValueError as fault:
            faults.append(f"第 {line} 行:{fault}")
    if faults or not rows:
        shown = ";".join(faults[:FAULTS_SHOWN]) or "没有数据行"
        raise Invalid(f"组合文件有 {len(faults)} 行不能读取:{shown}", fields={"file": shown})
    return sorted(rows, key=lambda row: (row.disbursed_on, row.line))[:limit]


def summed_payout_fen(data: bytes, keys: Iterable[str]) -> int:
    """Return what the fund owes on the charge-offs of these loans, summed from the file alone, in fen.

    Each row gives floor(ChgOffPrinGr x SBA_Appv / GrAppv) in whole fen. Nothing of `read` and nothing of the sharing
    engine is used: this is the figure the ledger must reach by itself.
    """
    wanted, total = set(keys), 0
    for fields in csv.DictReader(io.StringIO(data.decode("utf-8-sig"))):
        if fields["LoanNr_ChkDgt"] in wanted:
            lost, covered, granted = (
                int(Decimal(fields[name]) * 100) for name in ("ChgOffPrinGr", "SBA_Appv", "GrAppv")
            )
            total += lost * covered // granted
    return total


def scheme_code(share: Fraction) -> str:
    """Return the code of the scheme that pays a share.

    >>> scheme_code(Fraction(17, 20))
    'REPLAY-17-20'
    """
    return f"REPLAY-{share.numerator}-{share.denominator}"


def scheme(share: Fraction) -> dict[str, Any]:
    """Return the sharing document: principal only, fund and bank by the exact ratio, the bank taking remainders.

    >>> scheme(Fraction(3, 4))["stages"][0]["layers"][0]["shares"]
    {'fund': 3, 'bank': 1}
    """
    bank = share.denominator - share.numerator
    shares = {"fund": share.numerator} | ({"bank": bank} if bank else {})
    return {
        "code": scheme_code(share),
        "parties": ["fund", "bank"],
        "fund": "fund",
        "residual": "bank",
        "base": {"components": ["principal"]},
        "stages": [{"layers": [{"shares": shares}]}],
    }


# --- Reading ---------------------------------------------------------------------------------------------------------
def _records(data: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("文件不是 UTF-8 编码", fields={"file": "请另存为 UTF-8 的 CSV"}) from None
    reader = csv.DictReader(io.StringIO(text))
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise Invalid("表头不符", fields={"file": "缺少列:" + "、".join(missing)})
    return [(reader.line_num, fields) for fields in reader]


def _row(line: int, fields: dict[str, str]) -> Row:
    approved_on = _approval(fields)
    paid_out_on = _sas_day(fields, "DisbursementDate")
    own_day = paid_out_on or approved_on
    row = Row(
        line=line, key=_text(fields, "LoanNr_ChkDgt"), borrower=_text(fields, "Name"),
        bank=(fields["Bank"] or "").strip() or UNNAMED_BANK, disbursed_on=max(own_day, FIRST_DAY),
        day_is_approvals=paid_out_on is None, day_moved=own_day < FIRST_DAY, months=max(_whole(fields, "Term"), 1),
        principal_fen=_fen(fields, "DisbursementGross"), share=_share(fields),
        charge_off_fen=_fen(fields, "ChgOffPrinGr"), charged_off_on=_sas_day(fields, "ChgOffDate"),
        record=json.dumps(fields, ensure_ascii=False).encode(),
    )  # fmt: skip
    _check(row)
    return row


def _check(row: Row) -> None:
    if row.principal_fen <= 0:
        raise ValueError("DisbursementGross 应大于零")
    if not row.charge_off_fen:
        return
    if row.charge_off_fen > row.principal_fen:
        raise ValueError("ChgOffPrinGr 大于 DisbursementGross")
    if row.charged_off_on is None or (row.charged_off_on - row.disbursed_on).days < DAYS_UNTIL_LATE:
        raise ValueError(f"ChgOffDate 应在放款 {DAYS_UNTIL_LATE} 天以后")


def _approval(fields: dict[str, str]) -> date:
    """Return the approval day, which must lie in the fiscal year (October to September) that the row names."""
    day = _sas_day(fields, "ApprovalDate")
    if day is None:
        raise ValueError("ApprovalDate 为空")
    if day.year + (day.month >= FISCAL_YEAR_BEGINS_MONTH) != _whole(fields, "ApprovalFY"):
        raise ValueError(f"ApprovalDate {day} 不在 ApprovalFY {fields['ApprovalFY']} 财年内")
    return day


def _share(fields: dict[str, str]) -> Fraction:
    covered, granted = _fen(fields, "SBA_Appv"), _fen(fields, "GrAppv")
    if not 0 < covered <= granted:
        raise ValueError("SBA_Appv 应大于零且不大于 GrAppv")
    share = Fraction(covered, granted)
    if max(share.numerator, share.denominator - share.numerator) > WEIGHT_MAX:
        raise ValueError(f"分担比例 {share} 的权数超过 {WEIGHT_MAX}")
    return share


def _text(fields: dict[str, str], name: str) -> str:
    text = (fields[name] or "").strip()
    if not text:
        raise ValueError(f"{name} 为空")
    return text


def _whole(fields: dict[str, str], name: str) -> int:
    return _number(fields, name, int)


def _fen(fields: dict[str, str], name: str) -> int:
    fen = _number(fields, name, Decimal) * 100
    if fen < 0 or fen != fen.to_integral_value():
        raise ValueError(f"{name} {fields[name]!r} 应为不小于零、至多两位小数的金额")
    return int(fen)


def _number(fields: dict[str, str], name: str, read_as: Callable[[str], Any]) -> Any:
    try:
        found = read_as((fields[name] or "").strip())
    except (ValueError, InvalidOperation):
        raise ValueError(f"{name} {fields[name]!r} 不是数字") from None
    if not Decimal(found).is_finite():
        raise ValueError(f"{name} {fields[name]!r} 不是数字")
    return found


def _sas_day(fields: dict[str, str], name: str) -> date | None:
    if not (fields[name] or "").strip():
        return None
    try:
        return SAS_EPOCH + timedelta(days=_whole(fields, name))
    except OverflowError:
        raise ValueError(f"{name} {fields[name]!r} 超出日期范围") from None
