"""Pure decisions everybody shares: company codes, distinct hands, working days, LPR in force, digests."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from finance_platform.foundation.errors import Forbidden, Invalid, OutOfRange

WARN_DAYS_BEFORE_CALENDAR_ENDS = 90
# A fixing is published on the 20th of each month or the next working day; beyond this it is plainly missing.
LPR_VALID_DAYS_MAX = 45

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """Return the text with full-width letters, digits and spaces made half-width, and trimmed."""
    return text.translate(_FULL_WIDTH).strip()


def credit_code(text: str) -> str:
    """Return the unified social credit code in canonical form (18 characters, no spaces, upper case).

    Source: GB 32100-2015 (alphabet without I O Z S V, check character modulo 31).
    Raises: Invalid naming the fault, at field `credit_code`.
    """
    compact = half_width(text).replace(" ", "").replace("-", "").upper()
    try:
        return str(uscc.validate(compact))
    except ValidationError:
        remedy = "统一社会信用代码应为18位且校验位相符,请对照营业执照核对(不含字母 I、O、Z、S、V)"
        raise Invalid(remedy, fields={"credit_code": remedy}) from None


def require_distinct_hands(*hands: Collection[int | None], what: str) -> None:
    """Refuse if one person's name stands on both sides of a control.

    Each argument holds the user ids behind one step: the person, and the principal he acts for.
    Source: domain page section 4.4 (双人复核). Raises: Forbidden.
    """
    seen: set[int] = set()
    for group in hands:
        names = {name for name in group if name is not None}
        if names & seen:
            raise Forbidden(f"{what}:经办、复核、审批须为不同人员(含委托人),请由他人办理", code="same_hands")
        seen |= names


def is_working_day(day: date, exceptions: Mapping[date, bool]) -> bool:
    """Return whether `day` is worked: Monday to Friday, unless `exceptions[day]` says off (True) or make-up (False)."""
    off = exceptions.get(day)
    return day.weekday() < 5 if off is None else not off


def add_working_days(day: date, count: int, exceptions: Mapping[date, bool], known_years: Collection[int]) -> date:
    """Return the `count`-th working day after `day` (`day` itself is not counted).

    Raises: OutOfRange if the calendar of a year on the way is not known.
    """
    while count > 0:
        day += timedelta(days=1)
        if day.year not in known_years:
            raise OutOfRange(
                f"工作日历缺少 {day.year} 年:请先在“日历与利率”导入该年节假日安排", code="calendar_missing"
            )
        count -= is_working_day(day, exceptions)
    return day


def lpr_in_force(fixings: Iterable[tuple[date, Decimal]], on: date) -> tuple[date, Decimal]:
    """Return the latest fixing (date, rate) published on or before `on`; fixings in rising order.

    Raises: OutOfRange before the first fixing, or more than 45 days after the last one.
    """
    known = [fixing for fixing in fixings if fixing[0] <= on]
    if not known or (on - known[-1][0]).days > LPR_VALID_DAYS_MAX:
        raise OutOfRange(f"没有 {on} 适用的 LPR:请先在“日历与利率”导入当月公布值", code="lpr_missing")
    return known[-1]


def digest_of(value: Any) -> str:
    """Return the SHA-256 hex digest of a JSON value in canonical form (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
