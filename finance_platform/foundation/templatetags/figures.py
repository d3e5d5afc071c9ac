"""How a figure, a date or a digest looks on every page: one filter each, and "—" for what is not known.

Money comes in as integer fen. Dates are written as in registers (2025-06-30) or as in documents (2025年6月30日).
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import wraps
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from finance_platform.foundation import money

UNKNOWN = "—"
Number = int | float | Decimal | Fraction


def is_unknown(value: object) -> bool:
    """Return whether there is nothing to print: None, the empty text of a variable that is not there, or no number."""
    if isinstance(value, float | Decimal):
        return not math.isfinite(value)
    return value is None or value == ""


def known_only(write: Callable[..., str]) -> Callable[..., str]:
    """Let a filter be written for values that are known; what is not known prints as "—"."""

    @wraps(write)
    def filter_or_dash(value: Any, *arguments: Any) -> str:
        return UNKNOWN if is_unknown(value) else write(value, *arguments)

    return filter_or_dash


@known_only
def yuan(amount_fen: int) -> str:
    """Return fen as `1,234.56 元`."""
    return money.figure(amount_fen) + " " + _("元")


@known_only
def wan(amount_fen: int) -> str:
    """Return fen as `189.42 万元`."""
    return money.figure(amount_fen, unit_fen=money.FEN_PER_WAN) + " " + _("万元")


@known_only
def yi(amount_fen: int) -> str:
    """Return fen as `71.38 亿元`."""
    return money.figure(amount_fen, unit_fen=money.FEN_PER_YI) + " " + _("亿元")


@known_only
def in_yuan(amount_fen: int) -> str:
    """Return fen as `1,234.56`, for a column whose header names the unit 元."""
    return money.figure(amount_fen)


@known_only
def in_wan(amount_fen: int) -> str:
    """Return fen as `189.42`, for a column whose header names the unit 万元."""
    return money.figure(amount_fen, unit_fen=money.FEN_PER_WAN)


@known_only
def in_yi(amount_fen: int) -> str:
    """Return fen as `71.38`, for a column whose header names the unit 亿元."""
    return money.figure(amount_fen, unit_fen=money.FEN_PER_YI)


@known_only
def capital(amount_fen: int) -> str:
    """Return fen in the capital numerals of vouchers, 壹佰捌拾玖万肆仟贰佰元整."""
    return money.capital_amount(amount_fen)


@known_only
def percent(ratio: Number, places: int = 2) -> str:
    """Return a ratio as a percentage rounded half-up: `0.021` gives `2.10%`."""
    return decimal_text(exact(ratio) * 100, places) + "%"


@known_only
def number(value: Number, places: int = 0) -> str:
    """Return a count or measure with thousands separators, rounded half-up."""
    return decimal_text(exact(value), places)


def exact(value: Number) -> Decimal:
    """Return the number as the decimal a person reads; a float by its shortest text, not its binary tail."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return value if isinstance(value, Decimal) else Decimal(str(value))


def decimal_text(value: Decimal, places: int) -> str:
    """Return `value` with `places` decimals, thousands separators and U+2212 for minus."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded:,.{places}f}".replace("-", money.MINUS) if rounded else f"{abs(rounded):.{places}f}"


@known_only
def signed(value: Number | str) -> str:
    """Return a change with its sign: numbers and figures already written (`{{ fen|wan|signed }}`) alike."""
    text = value if isinstance(value, str) else shortest(exact(value))
    unsigned = text[0] not in "+-" + money.MINUS
    if unsigned and any(digit in text for digit in "123456789"):
        return "+" + text
    return money.MINUS + text[1:] if text[0] == "-" else text


def shortest(value: Decimal) -> str:
    """Return a decimal with the places it came with."""
    return decimal_text(value, max(0, -int(value.as_tuple().exponent)))


@known_only
def when(moment: datetime.datetime) -> str:
    """Return a moment in the platform's time zone as `2025-06-30 17:00`."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{local:%Y-%m-%d %H:%M}"


@known_only
def day(date: datetime.date) -> str:
    """Return a date as in registers, `2025-06-30`."""
    return calendar_day(date).isoformat()


@known_only
def long_day(date: datetime.date) -> str:
    """Return a date as in documents, `2025年6月30日`, following the page's language."""
    found = calendar_day(date)
    return _("%(year)d年%(month)d月%(day)d日") % {"year": found.year, "month": found.month, "day": found.day}


def calendar_day(date: datetime.date) -> datetime.date:
    """Return the local calendar day of a date or moment."""
    if isinstance(date, datetime.datetime):
        return (timezone.localtime(date) if timezone.is_aware(date) else date).date()
    return date


@known_only
def short_hash(digest: str | bytes, ends: int = 8) -> str:
    """Return the first and last `ends` hexadecimal digits of a digest, `9f2c41aa…03b87be1`."""
    text = bytes(digest).hex() if isinstance(digest, bytes | memoryview) else digest
    return text if len(text) <= 2 * ends + 1 else f"{text[:ends]}…{text[-ends:]}"


@known_only
def credit_code(code: str) -> str:
    """Return a unified social credit code grouped 4-4-4-4-2 for the eye; the stored code has no spaces."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def otherwise_unknown(value: object) -> object:
    """Return the value, or "—" when there is none; zero and False are values."""
    return UNKNOWN if is_unknown(value) else value


FILTERS: dict[str, Callable[..., Any]] = {
    "yuan": yuan,
    "wan": wan,
    "yi": yi,
    "in_yuan": in_yuan,
    "in_wan": in_wan,
    "in_yi": in_yi,
    "capital_amount": capital,
    "percent": percent,
    "number": number,
    "signed": signed,
    "when": when,
    "day": day,
    "long_day": long_day,
    "short_hash": short_hash,
    "credit_code": credit_code,
    "or_dash": otherwise_unknown,
}
