"""May this right be pledged? The grounds on which each registry refuses, as data, and the verdict over known facts.

Storing a right says nothing about pledging it: the verdict is computed each time from the facts and the day. What is
not known is listed as unknown, never guessed.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

ENDED = frozenset({"lapsed", "expired", "withdrawn", "rejected", "invalidated"})
VERIFIED, UNVERIFIED = "verified", "unverified"


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground of refusal. `curable` ones fall away when the parties know of them and still agree in writing."""

    code: str
    label: str
    curable: bool = False
    authority: str = VERIFIED


PATENT_GROUNDS = (
    Ground("not_owner", "出质人不是登记的专利权人"),
    Ground("right_ended", "专利权已终止或被宣告无效"),
    Ground("not_granted", "专利申请尚未被授予专利权"),
    Ground("fee_unpaid", "未按规定缴纳年费"),
    Ground("disputed", "因权属纠纷中止或被采取财产保全"),
    Ground("debt_outlasts_right", "债务履行期超过专利权有效期"),
    Ground("contract_incomplete", "质押合同不符合规定的内容"),
    Ground("co_owner_dissents", "共有专利未取得全体共有人同意"),
    Ground("already_pledged", "专利权已被质押且处于质押期间"),
    Ground("same_day_twin", "同日申请的实用新型与发明并存", curable=True),
    Ground("invalidation_pending", "已被提出无效宣告请求", curable=True),
    Ground("other", "其他应当不予登记的情形"),
)
"""The twelve of 专利权质押登记办法 (CNIPA notice 461, 2021); domain page section 2.1."""

TRADEMARK_GROUNDS = (
    Ground("not_owner", "出质人不是注册人", authority=UNVERIFIED),
    Ground("right_ended", "商标已被撤销、宣告无效或有效期届满未续展", authority=UNVERIFIED),
    Ground("not_granted", "商标尚未核准注册", authority=UNVERIFIED),
    Ground("disputed", "商标被查封、冻结或权属有争议", authority=UNVERIFIED),
    Ground("debt_outlasts_right", "债务履行期超过商标专用期", authority=UNVERIFIED),
    Ground("contract_incomplete", "质押合同违反法律规定", authority=UNVERIFIED),
    Ground("co_owner_dissents", "共有商标未取得全体共有人同意", authority=UNVERIFIED),
    Ground("similar_marks_left_out", "相同或近似商标未一并质押", authority=UNVERIFIED),
    Ground("already_pledged", "商标权已被质押(顺位规则待核实)", authority=UNVERIFIED),
    Ground("collective_mark", "地理标志集体/证明商标转让受限,须专门审查", authority=UNVERIFIED),
    Ground("other", "其他不予登记的情形", authority=UNVERIFIED),
)
"""From memory of 注册商标专用权质押登记程序规定 (CNIPA notice 358, 2020): not yet read in the source."""

COPYRIGHT_GROUNDS = (
    Ground("not_owner", "出质人不是著作权人"),
    Ground("right_ended", "著作权保护期已届满"),
    Ground("disputed", "著作权权属有争议"),
    Ground("debt_outlasts_right", "债务履行期超过著作权保护期"),
    Ground("contract_incomplete", "质权合同违反法律规定"),
    Ground("co_owner_dissents", "未取得全体共有人同意"),
    Ground("already_pledged", "著作权已被质押(顺位规则待核实)", authority=UNVERIFIED),
    Ground("other", "其他不予登记的情形"),
)
"""著作权质权登记办法 (版权局令第8号, 2011), documents and refusals."""

PLANT_VARIETY_GROUNDS = (
    Ground("right_ended", "品种权已终止", authority=UNVERIFIED),
    Ground("not_granted", "品种权尚未授予", authority=UNVERIFIED),
    Ground("debt_outlasts_right", "债务履行期超过品种权期限", authority=UNVERIFIED),
    Ground("co_owner_dissents", "未取得全体共有人同意", authority=UNVERIFIED),
    Ground("already_pledged", "品种权已被质押", authority=UNVERIFIED),
    Ground("no_known_registration", "尚未查明品种权质押的登记途径", authority=UNVERIFIED),
    Ground("other", "其他不予登记的情形", authority=UNVERIFIED),
)

GROUNDS: dict[str, tuple[Ground, ...]] = {
    "patent": PATENT_GROUNDS,
    "trademark": TRADEMARK_GROUNDS,
    "copyright": COPYRIGHT_GROUNDS,
    "plant_variety": PLANT_VARIETY_GROUNDS,
}

# What only people can find out, by reading the register and the papers.
FOUND_BY_PEOPLE = frozenset(
    {"not_owner", "disputed", "contract_incomplete", "same_day_twin", "invalidation_pending",
     "similar_marks_left_out", "collective_mark", "fee_unpaid", "co_owner_dissents", "other"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RightFacts:
    """What is known of a right. None means unknown; `adverse` and `declared` hold codes of grounds."""

    registry: str
    kind: str
    legal_status: str
    expiry_date: date | None = None
    fee_paid_until: date | None = None
    co_owners_consent: bool | None = True
    pledged: bool = False
    adverse: Collection[str] = ()
    declared: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: `ok`, the grounds against it, and what could not be judged for want of facts."""

    ok: bool
    grounds: tuple[Ground, ...]
    unknown: tuple[str, ...] = field(default=())


def ground(registry: str, code: str) -> Ground:
    """Return a registry's ground by its code. Raises: KeyError if the registry has no such ground."""
    return {entry.code: entry for entry in GROUNDS[registry]}[code]


def verdict(facts: RightFacts, on: date, maturity: date | None = None) -> Verdict:
    """Return whether the right can be pledged on a day for a debt due at `maturity` (None: no debt in view yet).

    A right ends after its expiry date; a debt due on that very date still fits. Curable grounds that were declared
    fall away. Source: GROUNDS of the registry.

    >>> facts = RightFacts("patent", "invention_patent", "in_force", expiry_date=date(2030, 5, 1))
    >>> verdict(facts, date(2025, 6, 30), maturity=date(2030, 5, 2)).grounds[0].code
    'debt_outlasts_right'
    """
    true = _true_codes(facts, on, maturity)
    grounds = tuple(
        entry
        for entry in GROUNDS[facts.registry]
        if entry.code in true and not (entry.curable and entry.code in facts.declared)
    )
    unknown = _unknown(facts, maturity)
    return Verdict(not grounds and "legal_status" not in unknown, grounds, unknown)


def _true_codes(facts: RightFacts, on: date, maturity: date | None) -> set[str]:
    over = facts.expiry_date is not None and facts.expiry_date < on
    tests = {
        "right_ended": facts.legal_status in ENDED or over,
        "not_granted": facts.legal_status == "pending",
        "fee_unpaid": facts.fee_paid_until is not None and facts.fee_paid_until < on,
        "debt_outlasts_right": bool(maturity and facts.expiry_date and maturity > facts.expiry_date),
        "co_owner_dissents": facts.co_owners_consent is False,
        "already_pledged": facts.pledged,
        "collective_mark": facts.kind == "gi_mark",
        "no_known_registration": facts.registry == "plant_variety",
    }
    return {code for code, true in tests.items() if true} | set(facts.adverse)


def _unknown(facts: RightFacts, maturity: date | None) -> tuple[str, ...]:
    missing = {
        "legal_status": facts.legal_status == "unknown",
        "expiry_date": facts.expiry_date is None and maturity is not None,
        "fee_paid_until": facts.fee_paid_until is None and facts.registry == "patent",
    }
    return tuple(name for name, is_missing in missing.items() if is_missing)
