"""What to post: one short function per event, to be read like an accounting manual.

A `Draft` is one entry of one book. Each of its lines debits one place and credits another by the same amount, so an
unbalanced entry cannot be written down. An event that touches two books gives a draft for each; they are posted
together under one event. Lines of nought are left out, and a draft without lines is not posted.

Throughout: amounts are integer fen, never negative; `bank`, `loan` and `party` are the references under which the
sub-balances run (the same text for the whole life of the thing).

Source: domain page section 4.2; decisions page, "Books".
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from risk_fund.rules import accounts as a

APPROPRIATED_BY = {"region": a.FUND_REGION, "central": a.FUND_CENTRAL, "prefecture": a.FUND_PREFECTURE}
SUBSIDIES = {"interest": a.INTEREST_SUBSIDY, "premium": a.PREMIUM_SUBSIDY, "appraisal": a.APPRAISAL_SUBSIDY}

KINDS = {
    "appropriation": "财政拨入", "surplus_returned": "结余上缴", "bank_contribution": "银行配套缴存",
    "bank_contribution_returned": "退还银行缴存", "bank_interest": "专户利息", "subsidy_interest": "贴息",
    "subsidy_premium": "保费担保费补贴", "subsidy_appraisal": "评估费补贴", "management_cost": "管理费",
    "collected_for_others": "代收回收款", "passed_on": "转付回收款", "claim_approved": "核准补偿",
    "claim_reduced": "核减补偿", "claim_paid": "支付补偿", "recovery_right": "确认追偿权",
    "recovery_right_reduced": "冲减追偿权", "recovery_due": "应收回收款", "recovery_received": "收到回收款",
    "recovery_collected": "回收款到账", "clawback_due": "追回补偿款", "clawback_received": "收到退回补偿款",
    "write_off": "核销", "pursued_recovered": "核销后收回", "quota_granted": "授予额度", "quota_withdrawn": "调减额度",
    "reservation": "预占额度", "reservation_lapsed": "预占失效", "commitment": "贷款入池",
    "commitment_released": "责任释放", "commitment_used": "责任结清", "year_end": "年终结转",
}  # fmt: skip


class Place(NamedTuple):
    """An account, and the bank, loan or party of its sub-balance (empty where the account has none)."""

    code: str
    unit: str = ""


class Line(NamedTuple):
    debit: Place
    credit: Place
    amount_fen: int


class Draft(NamedTuple):
    """An entry not yet posted; `kind` is the event's stable name, `memo` what a reader of the voucher sees."""

    book: str
    kind: str
    memo: str
    postings: tuple[Line, ...]


def draft(kind: str, memo: str, *postings: tuple[Place, Place, int]) -> Draft:
    """Return the entry of these lines (debit, credit, amount in fen), without those of nought.

    Raises: ValueError for a negative amount, an account on both sides, lines of two books, a unit where the account
    has no dimension (or none where it has one).
    """
    lines = tuple(Line(*posting) for posting in postings)
    for line in lines:
        _require_sound(line)
    books = {a.account_row(place.code).book for line in lines for place in (line.debit, line.credit)}
    if len(books) != 1:
        raise ValueError(f"{kind}: an entry stays in one book, not {sorted(books)}")
    return Draft(books.pop(), kind, memo, tuple(line for line in lines if line.amount_fen))


def _require_sound(line: Line) -> None:
    if isinstance(line.amount_fen, bool) or not isinstance(line.amount_fen, int) or line.amount_fen < 0:
        raise ValueError(f"amount_fen: an integer of fen, not negative, is needed, not {line.amount_fen!r}")
    if line.debit.code == line.credit.code:
        raise ValueError(f"{line.debit.code}: an account cannot be debited and credited by one line")
    for place in (line.debit, line.credit):
        if bool(a.account_row(place.code).dimension) != bool(place.unit):
            raise ValueError(f"{place.code}: unit {place.unit!r} does not fit the account's dimension")


_AVAILABLE, _RESERVED = Place(a.CASH_AVAILABLE), Place(a.CASH_RESERVED)
_COST, _QUOTA_CONTRA = Place(a.COMPENSATION_COST), Place(a.QUOTA_CONTRA)


# --- Money comes in, money goes back ---------------------------------------------------------------------------------
def appropriation(source: str, amount_fen: int) -> Draft:
    """拨入: Dr 可用资金 Cr 补偿资金净额 of the `source` (region, central, prefecture). Raises: KeyError."""
    return draft("appropriation", "财政拨入风险补偿资金", (_AVAILABLE, Place(APPROPRIATED_BY[source]), amount_fen))


def surplus_returned(source: str, amount_fen: int) -> Draft:
    """结余上缴: Dr 补偿资金净额 Cr 可用资金. Raises: KeyError."""
    return draft("surplus_returned", "结余资金退回财政", (Place(APPROPRIATED_BY[source]), _AVAILABLE, amount_fen))


def bank_contribution(bank: str, amount_fen: int) -> Draft:
    """银行配套缴存 (refundable): Dr 银行保证金户 Cr 其他应付款."""
    line = (Place(a.BANK_DEPOSITS, bank), Place(a.DEPOSITS_OF_BANKS, bank), amount_fen)
    return draft("bank_contribution", "合作银行配套缴存", line)


def bank_contribution_returned(bank: str, amount_fen: int) -> Draft:
    """退还银行配套缴存: Dr 其他应付款 Cr 银行保证金户."""
    line = (Place(a.DEPOSITS_OF_BANKS, bank), Place(a.BANK_DEPOSITS, bank), amount_fen)
    return draft("bank_contribution_returned", "退还银行配套缴存", line)


def bank_interest(amount_fen: int) -> Draft:
    """专户利息: Dr 可用资金 Cr 利息收入."""
    return draft("bank_interest", "专户利息收入", (_AVAILABLE, Place(a.INTEREST_INCOME), amount_fen))


def subsidy(subsidy_kind: str, amount_fen: int) -> Draft:
    """贴息, 保费担保费补贴, 评估费补贴 (interest, premium, appraisal): Dr 业务活动费用 Cr 可用资金.

    Raises: KeyError.
    """
    return draft(f"subsidy_{subsidy_kind}", "支付补贴", (Place(SUBSIDIES[subsidy_kind]), _AVAILABLE, amount_fen))


def management_cost(amount_fen: int) -> Draft:
    """管理费: Dr 其他费用-管理费 Cr 可用资金."""
    return draft("management_cost", "支付管理费", (Place(a.MANAGEMENT_COST), _AVAILABLE, amount_fen))


def collected_for_others(party: str, amount_fen: int) -> Draft:
    """代收其他分担方的回收款: Dr 可用资金 Cr 其他应付款."""
    line = (_AVAILABLE, Place(a.HELD_FOR_OTHERS, party), amount_fen)
    return draft("collected_for_others", "代收其他分担方回收款", line)


def passed_on(party: str, amount_fen: int) -> Draft:
    """转付其他分担方: Dr 其他应付款 Cr 可用资金."""
    return draft("passed_on", "转付其他分担方回收款", (Place(a.HELD_FOR_OTHERS, party), _AVAILABLE, amount_fen))


# --- A claim ---------------------------------------------------------------------------------------------------------
def claim_approved(loan: str, amount_fen: int) -> Draft:
    """核准补偿: Dr 风险补偿 Cr 预计负债; and the cash is promised: Dr 待付补偿 Cr 可用资金."""
    owed = (_COST, Place(a.CLAIMS_PAYABLE, loan), amount_fen)
    return draft("claim_approved", "核准风险补偿,冻结待付资金", owed, (_RESERVED, _AVAILABLE, amount_fen))


def claim_reduced(loan: str, amount_fen: int) -> Draft:
    """核减或撤销未付补偿: the lines of the approval turned round."""
    owed = (Place(a.CLAIMS_PAYABLE, loan), _COST, amount_fen)
    return draft("claim_reduced", "核减风险补偿,解冻待付资金", owed, (_AVAILABLE, _RESERVED, amount_fen))


def claim_paid(loan: str, amount_fen: int) -> Draft:
    """支付补偿: Dr 预计负债 Cr 待付补偿."""
    return draft("claim_paid", "支付风险补偿", (Place(a.CLAIMS_PAYABLE, loan), _RESERVED, amount_fen))


def recovery_right(loan: str, amount_fen: int, *, as_asset: bool = False) -> Draft:
    """追偿权, at payment: in the memo book Dr 追偿权备查 Cr 对应; or, by the fund's option, as an asset fully provided
    for: Dr 其他应收款-追偿 Cr 坏账准备."""
    right, contra = _right(loan, as_asset)
    return draft("recovery_right", "确认追偿权", (right, contra, amount_fen))


def recovery_right_reduced(loan: str, amount_fen: int, *, as_asset: bool = False) -> Draft:
    """冲减追偿权, at recovery or clawback: the right's line turned round."""
    right, contra = _right(loan, as_asset)
    return draft("recovery_right_reduced", "冲减追偿权", (contra, right, amount_fen))


def _right(loan: str, as_asset: bool) -> tuple[Place, Place]:
    codes = (a.RECOVERY_RIGHT, a.RECOVERY_PROVISION) if as_asset else (a.MEMO_RIGHT, a.MEMO_RIGHT_CONTRA)
    return Place(codes[0], loan), Place(codes[1], loan)


# --- Recovery, clawback, write-off -----------------------------------------------------------------------------------
def recovery_due(bank: str, amount_fen: int, *, same_year: bool) -> Draft:
    """应收回收款, when the bank reports: Dr 应收回收款 Cr 风险补偿, or 其他收入 for a claim paid in a former year."""
    return draft("recovery_due", "应收质物处置回收款", (Place(a.RECOVERY_DUE, bank), _earned(same_year), amount_fen))


def recovery_received(bank: str, amount_fen: int) -> Draft:
    """收到回收款: Dr 可用资金 Cr 应收回收款."""
    return draft("recovery_received", "收到质物处置回收款", (_AVAILABLE, Place(a.RECOVERY_DUE, bank), amount_fen))


def recovery_collected(amount_fen: int, *, same_year: bool) -> Draft:
    """回收款直接到账: Dr 可用资金 Cr 风险补偿, or 其他收入 for a claim paid in a former year."""
    return draft("recovery_collected", "质物处置回收款到账", (_AVAILABLE, _earned(same_year), amount_fen))


def clawback_due(bank: str, amount_fen: int, *, same_year: bool) -> Draft:
    """追回补偿款: Dr 应退补偿款 Cr 风险补偿, or 其他收入 for a claim paid in a former year."""
    return draft("clawback_due", "追回已付补偿款", (Place(a.CLAWBACK_DUE, bank), _earned(same_year), amount_fen))


def clawback_received(bank: str, amount_fen: int) -> Draft:
    """收到退回的补偿款: Dr 可用资金 Cr 应退补偿款."""
    return draft("clawback_received", "收到退回补偿款", (_AVAILABLE, Place(a.CLAWBACK_DUE, bank), amount_fen))


def _earned(same_year: bool) -> Place:
    return _COST if same_year else Place(a.OTHER_INCOME)


def write_off(loan: str, amount_fen: int, *, as_asset: bool = False) -> tuple[Draft, Draft]:
    """核销追偿权余额 (账销案存): the right goes off its book, and is kept as pursued: Dr 账销案存 Cr 对应."""
    right, contra = _right(loan, as_asset)
    pursued = (Place(a.PURSUED, loan), Place(a.PURSUED_CONTRA, loan), amount_fen)
    return (
        draft("write_off", "核销追偿余额", (contra, right, amount_fen)),
        draft("write_off", "账销案存", pursued),
    )


def pursued_recovered(loan: str, amount_fen: int) -> tuple[Draft, Draft]:
    """核销后收回: Dr 可用资金 Cr 其他收入; and Dr 账销案存对应 Cr 账销案存."""
    pursued = (Place(a.PURSUED_CONTRA, loan), Place(a.PURSUED, loan), amount_fen)
    return (
        draft("pursued_recovered", "已核销追偿款收回", (_AVAILABLE, Place(a.OTHER_INCOME), amount_fen)),
        draft("pursued_recovered", "冲减账销案存", pursued),
    )


# --- Commitments -----------------------------------------------------------------------------------------------------
def quota_granted(bank: str, amount_fen: int) -> Draft:
    """授予额度: Dr 可用额度 Cr 额度对应."""
    return draft("quota_granted", "授予合作银行额度", (Place(a.QUOTA, bank), _QUOTA_CONTRA, amount_fen))


def quota_withdrawn(bank: str, amount_fen: int) -> Draft:
    """调减额度: Dr 额度对应 Cr 可用额度."""
    return draft("quota_withdrawn", "调减合作银行额度", (_QUOTA_CONTRA, Place(a.QUOTA, bank), amount_fen))


def reservation(loan: str, bank: str, amount_fen: int, *, limited: bool = True) -> Draft:
    """预占, at credit approval: Dr 预占额度 Cr 可用额度.

    A bank without a quota of its own (`limited=False`) draws on 额度对应 directly, here and wherever cover ends.
    """
    return draft("reservation", "预占额度", (Place(a.RESERVED_QUOTA, loan), _quota(bank, limited), amount_fen))


def reservation_lapsed(loan: str, bank: str, amount_fen: int, *, limited: bool = True) -> Draft:
    """预占失效, or a smaller loan: Dr 可用额度 Cr 预占额度."""
    return draft("reservation_lapsed", "预占失效", (_quota(bank, limited), Place(a.RESERVED_QUOTA, loan), amount_fen))


def commitment(loan: str, amount_fen: int) -> Draft:
    """放款入池: Dr 或有补偿责任 Cr 预占额度."""
    return draft("commitment", "贷款入池", (Place(a.COMMITTED, loan), Place(a.RESERVED_QUOTA, loan), amount_fen))


def commitment_released(loan: str, bank: str, amount_fen: int, *, limited: bool = True) -> Draft:
    """责任释放, by covered(before) - covered(after): Dr 可用额度 Cr 或有补偿责任."""
    return draft("commitment_released", "责任释放", (_quota(bank, limited), Place(a.COMMITTED, loan), amount_fen))


def commitment_used(loan: str, amount_fen: int) -> Draft:
    """责任结清 by compensation: Dr 额度对应 Cr 或有补偿责任."""
    return draft("commitment_used", "责任结清(已补偿)", (_QUOTA_CONTRA, Place(a.COMMITTED, loan), amount_fen))


def _quota(bank: str, limited: bool) -> Place:
    return Place(a.QUOTA, bank) if limited else _QUOTA_CONTRA


# --- The year's end --------------------------------------------------------------------------------------------------
def year_end(balances_fen: Mapping[str, int], year: int) -> tuple[Draft, ...]:
    """年终结转: close income and expense to 以前年度, and revenue and expenditure of the budget to 结转.

    `balances_fen` holds the year's balances of `accounts.CLOSED_EACH_YEAR`, each on its account's normal side; others
    are not touched. Raises: nothing.
    """
    books = ((a.MONEY, a.FUND_CARRIED), (a.BUDGET, a.BUDGET_CARRIED))
    drafts = (
        Draft(book, "year_end", f"{year} 年终结转", tuple(_closing(balances_fen, book, carried)))
        for book, carried in books
    )
    return tuple(entry for entry in drafts if entry.postings)


def _closing(balances_fen: Mapping[str, int], book: str, carried: str) -> Iterable[Line]:
    for code in sorted(a.CLOSED_EACH_YEAR & balances_fen.keys()):
        row, amount_fen = a.account_row(code), balances_fen[code]
        if row.book != book or not amount_fen:
            continue
        stands_in_debit = (row.side == a.DEBIT) == (amount_fen > 0)
        away = (Place(carried), Place(code)) if stands_in_debit else (Place(code), Place(carried))
        yield Line(*away, abs(amount_fen))


# --- Parallel entries of a government unit (平行记账) -----------------------------------------------------------------
# What a movement of the fund's own cash means to the budget, by the account that stands against it.
# Source: domain page section 4.1 and 4.2 (unverified for this region).
_BUDGET_SIDE = {
    **dict.fromkeys((a.FUND_REGION, a.FUND_CENTRAL, a.FUND_PREFECTURE), a.BUDGET_REVENUE),
    **dict.fromkeys((a.INTEREST_INCOME, a.OTHER_INCOME), a.BUDGET_OTHER_REVENUE),
    **dict.fromkeys(
        (a.CLAIMS_PAYABLE, a.COMPENSATION_COST, a.MANAGEMENT_COST, *SUBSIDIES.values(), a.RECOVERY_DUE, a.CLAWBACK_DUE),
        a.BUDGET_EXPENSE,
    ),
}  # fmt: skip


def with_budget(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Return the drafts, each money entry that moves the fund's own cash followed by its parallel budget entry.

    Deposits of banks and money held for others are not the unit's, and reserving cash moves none: no parallel entry.
    """
    return tuple(entry for one in drafts for entry in (one, *_parallel(one)))


def _parallel(entry: Draft) -> tuple[Draft, ...]:
    lines = tuple(line for posting in entry.postings for line in _budget_line(posting))
    return (Draft(a.BUDGET, entry.kind, f"平行记账:{entry.memo}", lines),) if lines else ()


def _budget_line(line: Line) -> tuple[Line, ...]:
    cash_in, cash_out = (place.code.startswith(a.TREASURY_CASH) for place in (line.debit, line.credit))
    against = _BUDGET_SIDE.get(line.credit.code if cash_in else line.debit.code)
    if cash_in == cash_out or against is None:
        return ()
    places = (Place(a.BUDGET_CASH), Place(against)) if cash_in else (Place(against), Place(a.BUDGET_CASH))
    return (Line(*places, line.amount_fen),)


# --- Turning an entry round ------------------------------------------------------------------------------------------
def reversed_lines(postings: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines of a reversal (红字冲销): every debit a credit and every credit a debit."""
    return tuple(Line(line.credit, line.debit, line.amount_fen) for line in postings)


# Entries that belong to no running case, and may be reversed on their own. All others follow a reservation, claim or
# recovery whose own records would then disagree with the books: they are corrected by the use case that made them.
REVERSIBLE = frozenset(
    {"appropriation", "surplus_returned", "bank_contribution", "bank_contribution_returned", "bank_interest",
     "management_cost", "collected_for_others", "passed_on", *(f"subsidy_{kind}" for kind in SUBSIDIES)}
)  # fmt: skip
