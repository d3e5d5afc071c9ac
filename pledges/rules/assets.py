"""Rights as they are written down: numbers with their check digits, kinds, statuses, days, statutory terms."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.rules import half_width

REGISTRY_OF_KIND = {
    "invention_patent": "patent",
    "utility_model": "patent",
    "design": "patent",
    "trademark": "trademark",
    "gi_mark": "trademark",
    "copyright": "copyright",
    "plant_variety": "plant_variety",
}
KIND_WORDS = {
    "发明": "invention_patent", "发明专利": "invention_patent", "实用新型": "utility_model",
    "实用新型专利": "utility_model", "外观设计": "design", "外观设计专利": "design", "外观": "design",
    "商标": "trademark", "注册商标": "trademark", "地理标志": "gi_mark", "地理标志商标": "gi_mark",
    "著作权": "copyright", "版权": "copyright", "软件著作权": "copyright", "作品著作权": "copyright",
    "植物新品种": "plant_variety", "植物新品种权": "plant_variety", "品种权": "plant_variety",
} | {kind: kind for kind in REGISTRY_OF_KIND}  # fmt: skip
STATUS_WORDS = {
    "有效": "in_force", "有权": "in_force", "授权": "in_force", "已授权": "in_force", "专利权维持": "in_force",
    "维持": "in_force", "已注册": "in_force", "注册": "in_force",
    "审查中": "pending", "实质审查": "pending", "在审": "pending", "公开": "pending", "申请中": "pending",
    "终止": "lapsed", "失效": "lapsed", "未缴年费终止": "lapsed", "未缴年费": "lapsed", "未续展": "lapsed",
    "届满": "expired", "期限届满": "expired", "撤回": "withdrawn", "视为撤回": "withdrawn", "放弃": "withdrawn",
    "驳回": "rejected", "无效": "invalidated", "宣告无效": "invalidated", "未知": "unknown", "": "unknown",
} | {word: word for word in (
    "in_force", "pending", "lapsed", "expired", "withdrawn", "rejected", "invalidated", "unknown")}  # fmt: skip

_APPLICATION = re.compile(r"(?:ZL|CN)?(\d{12}|\d{8})\.?([\dX])")
_WITHOUT_CHECK_DIGIT = re.compile(r"(?:ZL|CN)?(\d{12}|\d{8})")
_PUBLICATION = re.compile(r"(?:CN)?(\d{7}|\d{9})([ABCUYSD])\d?")
_TYPE_DIGIT = {
    "1": "invention_patent",
    "2": "utility_model",
    "3": "design",
    "8": "invention_patent",
    "9": "utility_model",
}
_KIND_LETTER = (
    dict.fromkeys("ABC", "invention_patent") | dict.fromkeys("UY", "utility_model") | dict.fromkeys("SD", "design")
)
_REGISTRATIONS = {
    "trademark": (re.compile(r"G?\d{1,8}[A-Z]?"), "商标注册号应为 1 至 8 位数字(国际注册以 G 开头),请对照注册证核对"),
    "copyright": (
        re.compile(r"\d{4}SR\d{6,8}|软著登字第?\d{6,8}号?|[\u4e00-\u9fff]作登字-\d{4}-[A-Z]-\d{6,8}"),
        "著作权登记号应形如 2021SR0123456 或 国作登字-2021-F-00123456,请对照登记证书核对",
    ),
    "plant_variety": (re.compile(r"CN[AF]\d{8,11}(\.\d)?"), "品种权号应形如 CNA20201234.5,请对照证书核对"),
}
# Inventions 20 years, utility models 10, designs 15 if filed since 2021-06-01 and 10 before; trademarks 10.
_TERM_YEARS = {"invention_patent": 20, "utility_model": 10, "trademark": 10, "gi_mark": 10}
DESIGN_TERM_CHANGED = date(2021, 6, 1)


@dataclass(frozen=True, slots=True)
class RightNumber:
    """A number in its one canonical form; `kind` is what the number itself says of the right (None: nothing)."""

    canonical: str
    number_kind: str
    kind: str | None = None


def check_digit(digits: str) -> str:
    """Return the check character of a Chinese patent application number of 8 or 12 digits.

    Weights 2 to 9 repeat from the left, modulo 11, ten is written X. Source: ZC 0006-2003 (standard of application
    numbers); checked on 3,997 published numbers.

    >>> check_digit("00118464")
    '4'
    """
    total = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(digits))
    return "0123456789X"[total % 11]


def right_number(text: str, kind: str | None = None) -> RightNumber:
    """Return a number of any registry in canonical form; without `kind` it is taken as a patent's.

    Patent application numbers must carry a right check digit; publication numbers have none.
    Raises: Invalid at field `number` with the remedy.
    """
    compact = re.sub(r"[\s-]" if kind != "copyright" else r"\s", "", half_width(text).upper())
    if kind is None or REGISTRY_OF_KIND[kind] == "patent":
        return _of_kind(_patent_number(compact, text), kind)
    pattern, remedy = _REGISTRATIONS[REGISTRY_OF_KIND[kind]]
    compact = compact.removeprefix("第").removesuffix("号") if REGISTRY_OF_KIND[kind] == "trademark" else compact
    if not pattern.fullmatch(compact):
        raise _invalid("number", remedy)
    return RightNumber(compact, "registration", kind)


def _patent_number(compact: str, text: str) -> RightNumber:
    compact = re.sub(r"^(专利号|申请号|公开号|公告号)?:?", "", compact)
    if found := _APPLICATION.fullmatch(compact):
        digits, check = found.groups()
        if check != check_digit(digits):
            raise _invalid("number", f"号码 {text.strip()} 的校验位不符:请对照证书逐位核对", code="check_digit")
        return RightNumber(f"CN{digits}.{check}", "application", _TYPE_DIGIT.get(digits[4 if len(digits) == 12 else 2]))
    if found := _PUBLICATION.fullmatch(compact):
        return RightNumber(f"CN{found[1]}{found[2]}", "publication", _KIND_LETTER[found[2]])
    if _WITHOUT_CHECK_DIGIT.fullmatch(compact):
        raise _invalid("number", "申请号缺少小数点后的校验位:请按证书补全,如 ZL201510000001.0")
    raise _invalid(
        "number", "号码格式不对:申请号/专利号为 8 或 12 位数字加校验位,公开号形如 CN114081026A(只受理中国的权利)"
    )


def _of_kind(number: RightNumber, kind: str | None) -> RightNumber:
    if kind and number.kind and kind != number.kind:
        raise _invalid("kind", "权利类型与号码不符:请核对类型,或核对号码中的类型位")
    return number


def kind_of(text: str) -> str | None:
    """Return the kind a word names, None for an empty one. Raises: Invalid at field `kind`."""
    word = half_width(text)
    if not word:
        return None
    if word not in KIND_WORDS:
        raise _invalid("kind", "权利类型应为:发明、实用新型、外观设计、商标、地理标志商标、著作权或植物新品种权")
    return KIND_WORDS[word]


def status_of(text: str) -> str | None:
    """Return the legal status a word names, or None if the word is not known."""
    return STATUS_WORDS.get(half_width(text))


def day_of(value: object, field: str) -> date | None:
    """Return the day a cell means: a date, 2021.3.5, 2021/3/5, 2021-03-05, 2021年3月5日, 20210305; None for empty.

    Raises: Invalid naming `field`.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = half_width(str(value if value is not None else "")).removesuffix("日")
    if text.upper() in {"", "NA", "N/A", "-", "—"}:
        return None
    found = re.fullmatch(r"(\d{4})[.\-/年](\d{1,2})[.\-/月](\d{1,2})(?: .*)?|(\d{4})(\d{2})(\d{2})", text)
    try:
        year, month, day = (int(part) for part in found.groups() if part is not None)  # type: ignore[union-attr]
        return date(year, month, day)
    except (AttributeError, ValueError):
        raise _invalid(field, "日期无法识别:请写成 2021-03-05 或 2021.3.5") from None


def statutory_expiry(kind: str, filing_date: date | None, grant_date: date | None) -> date | None:
    """Return the day on which a right ends by statute if nothing ends it earlier, None where that is not known.

    Patents run from the filing date to its anniversary (专利法 42); trademarks from registration, the day before the
    anniversary being the last (商标法 39). Terms of copyright and plant varieties are not derived.

    >>> statutory_expiry("invention_patent", date(2001, 2, 28), None)
    datetime.date(2021, 2, 28)
    """
    if kind in {"trademark", "gi_mark"}:
        return _anniversary(grant_date, _TERM_YEARS[kind]) - timedelta(days=1) if grant_date else None
    if kind == "design" and filing_date:
        return _anniversary(filing_date, 15 if filing_date >= DESIGN_TERM_CHANGED else 10)
    years = _TERM_YEARS.get(kind)
    return _anniversary(filing_date, years) if years and filing_date else None


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 2, 28)


def ipc_symbols(text: str) -> list[str]:
    """Return the classification symbols of a cell, compact and each once: "H01M 10/0525; H02J7/00" gives two."""
    parts = re.split(r"[;|,、\n]+", half_width(text).upper())
    symbols = (re.sub(r"\s+|\(.*?\)", "", part) for part in parts)
    return list(dict.fromkeys(s for s in symbols if re.fullmatch(r"[A-H]\d\d[A-Z](\d{1,4}(/\d{2,6})?)?", s)))


def nice_classes(text: str) -> list[int]:
    """Return the Nice classes of a cell. Raises: Invalid at field `nice_classes` beyond 1 to 45."""
    numbers = [int(part) for part in re.findall(r"\d+", half_width(text))]
    if any(not 1 <= number <= 45 for number in numbers):
        raise _invalid("nice_classes", "尼斯分类应为 1 至 45")
    return sorted(set(numbers))


def _invalid(field: str, remedy: str, code: str = "invalid") -> Invalid:
    return Invalid(remedy, code=code, fields={field: remedy})
