"""Fictional rights with well-formed numbers: patents carry a right check digit, registrations their registry's form."""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from finance_platform.demo.region import ASSETS, ENTERPRISES, SEED, Firm
from pledges.rules.asset_files import written
from pledges.rules.asset_imports import COLUMNS, TEMPLATE
from pledges.rules.assets import check_digit, statutory_expiry

PER_FIRM = ASSETS // ENTERPRISES
FEES_PAID_UNTIL = date(2026, 12, 31)
MARK_WORDS = ("青格", "阿勒", "敖包", "云中", "塞上", "昭河", "乌珠", "哈素", "岱海", "苏尼")
# The last right of every tenth firm is one that cannot be pledged (yet): those pages must exist, too.
SPECIAL_KINDS = {0: "plant_variety", 5: "gi_mark"}


@dataclass(frozen=True)
class Right:
    """One right as its owner lists it; `fields` are the arguments of `assets.list_asset`."""

    fields: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.fields["kind"])


def rights_of(firm: Firm) -> list[Right]:
    """Return a firm's rights: two inventions, a trademark, a utility model, and a fifth of one kind or another."""
    rng = Random(SEED * 1000 + firm.serial)
    kinds = ["invention_patent", "invention_patent", "trademark", "utility_model"]
    fifth = SPECIAL_KINDS.get(firm.serial % 10) or rng.choice(["invention_patent", "copyright", "utility_model"])
    return [_right(rng, firm, kind, place) for place, kind in enumerate([*kinds, fifth])]


def newest_right_of(firm: Firm) -> Right:
    """Return the right that a firm lists just before the business date."""
    return _right(Random(SEED * 2000 + firm.serial), firm, "invention_patent", 9)


def workbook(rights: list[Right]) -> bytes:
    """Return rights as the spreadsheet their owner would upload, in the platform's own template."""
    rows = [[right.fields.get(name) or "" for name in TEMPLATE] for right in rights]
    return written([[COLUMNS[name][0] for name in TEMPLATE], *rows])


def _right(rng: Random, firm: Firm, kind: str, place: int) -> Right:
    noun = rng.choice(firm.trade.nouns)
    # Shorter rights were filed later, so that all outlast the debts they secure.
    first_year = 2016 if kind in {"invention_patent", "copyright"} else 2019
    filed = date(rng.randint(first_year, 2020), rng.randint(1, 12), rng.randint(1, 28))
    granted = filed.replace(year=filed.year + (2 if kind == "invention_patent" else 1))
    fields: dict[str, Any] = {
        "kind": kind, "number": _number(kind, filed.year, firm.serial * 10 + place), "owner_name": firm.name,
        "title": _title(rng, kind, noun, firm), "filing_date": filed, "grant_date": granted,
        "expiry_date": statutory_expiry(kind, filed, granted), "legal_status": "in_force", "product": noun,
    }  # fmt: skip
    if kind in {"invention_patent", "utility_model"}:
        fields |= {"ipc": rng.choice(firm.trade.ipc), "fee_paid_until": FEES_PAID_UNTIL}
    if kind in {"trademark", "gi_mark"}:
        fields |= {"nice_classes": str(rng.choice([1, 7, 9, 11, 29, 31, 42])), "goods": noun}
    if kind == "copyright":
        fields |= {"expiry_date": date(filed.year + 50, 12, 31)}
    return Right(fields)


def _number(kind: str, year: int, serial: int) -> str:
    if kind in {"invention_patent", "utility_model"}:
        digits = f"{year}{'1' if kind == 'invention_patent' else '2'}{9_000_000 + serial:07d}"
        return f"CN{digits}.{check_digit(digits)}"
    forms = {
        "trademark": f"{90_000_000 + serial}", "gi_mark": f"{95_000_000 + serial}",
        "copyright": f"{year}SR9{serial:06d}", "plant_variety": f"CNA{year}9{serial:04d}.1",
    }  # fmt: skip
    return forms[kind]


def _title(rng: Random, kind: str, noun: str, firm: Firm) -> str:
    if kind in {"trademark", "gi_mark"}:
        return f"{rng.choice(MARK_WORDS)}{firm.serial:02d}"
    form = {"copyright": "{}控制软件 V1.0", "plant_variety": "{}一号"}.get(
        kind, rng.choice(["一种{}", "一种{}的制备方法", "一种{}及其装配工艺", "用于{}的在线检测装置"])
    )
    return form.format(noun)
