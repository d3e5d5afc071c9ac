"""The chart of accounts as data: every fund opens its books with these rows.

Three books, each double-entry, never mixed: `money` (实账), `commitment` (表外备查) and `budget` (预算会计, parallel
entries of a government unit). A `dimension` splits an account into sub-balances, one per bank, loan or party, without
an account for each. Codes are a default set, mapped by a fund to its own.

Source: domain page section 4.1, after 政府会计制度 (财会〔2017〕25号).
Codes and mappings are unverified for this region.
"""

from typing import NamedTuple

MONEY, COMMITMENT, BUDGET = "money", "commitment", "budget"
BOOKS = {MONEY: "实账", COMMITMENT: "表外备查账", BUDGET: "预算账"}
BOOK_WORDS = {MONEY: "实", COMMITMENT: "备", BUDGET: "预"}
DEBIT, CREDIT = "debit", "credit"
SIDES = {DEBIT: "借", CREDIT: "贷"}
BANK, LOAN, PARTY = "bank", "loan", "party"
DIMENSIONS = {"": "—", BANK: "银行", LOAN: "贷款", PARTY: "单位"}


class AccountRow(NamedTuple):
    """One account; `side` is the side on which its balance normally stands; a header takes no postings."""

    code: str
    name: str
    name_en: str
    book: str
    side: str
    dimension: str = ""
    may_go_negative: bool = False
    is_header: bool = False

    @property
    def parent(self) -> str:
        """The code above: 1002.01.02 lies under 1002.01, that under 1002."""
        return self.code.rpartition(".")[0]


def _header(code: str, name: str, name_en: str, book: str, side: str) -> AccountRow:
    return AccountRow(code, name, name_en, book, side, is_header=True)


# Cash in the treasury's special account is either free or promised: reserving for a claim is a posting between the two.
CASH, TREASURY_CASH = "1002", "1002.01"
CASH_AVAILABLE, CASH_RESERVED, BANK_DEPOSITS = "1002.01.01", "1002.01.02", "1002.02"
RECOVERY_RIGHT, CLAWBACK_DUE, RECOVERY_DUE = "1218.01", "1218.02", "1218.03"
RECOVERY_PROVISION = "1219"
DEPOSITS_OF_BANKS, OWED_TO_TREASURY, HELD_FOR_OTHERS = "2307.01", "2307.02", "2307.03"
CLAIMS_PAYABLE = "2601"
FUND_REGION, FUND_CENTRAL, FUND_PREFECTURE, FUND_RECOVERED, FUND_CARRIED = (f"3101.0{n}" for n in range(1, 6))
INTEREST_INCOME, OTHER_INCOME = "4604", "4609"
INTEREST_SUBSIDY, PREMIUM_SUBSIDY, APPRAISAL_SUBSIDY = "5001.02", "5001.03", "5001.04"
COMPENSATION_COST, MANAGEMENT_COST = "5901.01", "5901.09"

BUDGET_REVENUE, BUDGET_OTHER_REVENUE, BUDGET_EXPENSE = "6001", "6609", "7901"
BUDGET_CASH, BUDGET_CARRIED = "8001", "8101"

QUOTA, COMMITTED, RESERVED_QUOTA = "9001", "9002", "9003"
PURSUED, PURSUED_CONTRA = "9004", "9008"
MEMO_RIGHT, MEMO_RIGHT_CONTRA = "9005", "9006"
QUOTA_CONTRA = "9009"

CHART: tuple[AccountRow, ...] = (
    _header(CASH, "银行存款", "Cash at banks", MONEY, DEBIT),
    _header(TREASURY_CASH, "银行存款-财政专户", "Treasury special account", MONEY, DEBIT),
    AccountRow(CASH_AVAILABLE, "财政专户-可用资金", "Treasury account, available", MONEY, DEBIT),
    AccountRow(CASH_RESERVED, "财政专户-待付补偿", "Treasury account, reserved for claims", MONEY, DEBIT),
    AccountRow(BANK_DEPOSITS, "银行存款-银行保证金户", "Deposit account of banks", MONEY, DEBIT, BANK),
    _header("1218", "其他应收款", "Other receivables", MONEY, DEBIT),
    AccountRow(RECOVERY_RIGHT, "其他应收款-追偿", "Right of recovery", MONEY, DEBIT, LOAN),
    AccountRow(CLAWBACK_DUE, "其他应收款-应退补偿款", "Clawback due from banks", MONEY, DEBIT, BANK),
    AccountRow(RECOVERY_DUE, "其他应收款-应收回收款", "Recoveries due from banks", MONEY, DEBIT, BANK),
    AccountRow(RECOVERY_PROVISION, "坏账准备-追偿", "Provision on right of recovery", MONEY, CREDIT, LOAN),
    _header("2307", "其他应付款", "Other payables", MONEY, CREDIT),
    AccountRow(DEPOSITS_OF_BANKS, "其他应付款-银行配套缴存", "Deposits owed to banks", MONEY, CREDIT, BANK),
    AccountRow(OWED_TO_TREASURY, "其他应付款-应退上级", "Owed to the treasury", MONEY, CREDIT),
    AccountRow(HELD_FOR_OTHERS, "其他应付款-代收其他分担方", "Held for other sharing parties", MONEY, CREDIT, PARTY),
    AccountRow(CLAIMS_PAYABLE, "预计负债-风险补偿", "Approved claims payable", MONEY, CREDIT, LOAN),
    _header("3101", "补偿资金净额", "Net fund", MONEY, CREDIT),
    AccountRow(FUND_REGION, "补偿资金净额-自治区拨入", "Appropriated by the region", MONEY, CREDIT),
    AccountRow(FUND_CENTRAL, "补偿资金净额-中央拨入", "Appropriated by the centre", MONEY, CREDIT),
    AccountRow(FUND_PREFECTURE, "补偿资金净额-盟市拨入", "Appropriated by prefectures", MONEY, CREDIT),
    AccountRow(FUND_RECOVERED, "补偿资金净额-回收", "Returned to the fund", MONEY, CREDIT),
    AccountRow(FUND_CARRIED, "补偿资金净额-以前年度", "Carried from former years", MONEY, CREDIT, may_go_negative=True),
    AccountRow(INTEREST_INCOME, "利息收入", "Interest income", MONEY, CREDIT, may_go_negative=True),
    AccountRow(OTHER_INCOME, "其他收入-跨年回收", "Recoveries of former years", MONEY, CREDIT, may_go_negative=True),
    _header("5001", "业务活动费用", "Programme cost", MONEY, DEBIT),
    AccountRow(INTEREST_SUBSIDY, "业务活动费用-贴息", "Interest subsidies", MONEY, DEBIT, may_go_negative=True),
    AccountRow(PREMIUM_SUBSIDY, "业务活动费用-保费担保费补贴", "Premium and guarantee fee subsidies", MONEY, DEBIT,
               may_go_negative=True),
    AccountRow(APPRAISAL_SUBSIDY, "业务活动费用-评估费补贴", "Appraisal fee subsidies", MONEY, DEBIT,
               may_go_negative=True),
    _header("5901", "其他费用", "Other cost", MONEY, DEBIT),
    AccountRow(COMPENSATION_COST, "其他费用-风险补偿", "Risk compensation", MONEY, DEBIT, may_go_negative=True),
    AccountRow(MANAGEMENT_COST, "其他费用-管理费", "Management cost", MONEY, DEBIT, may_go_negative=True),
    AccountRow(BUDGET_REVENUE, "财政拨款预算收入", "Budget: appropriations", BUDGET, CREDIT, may_go_negative=True),
    AccountRow(BUDGET_OTHER_REVENUE, "其他预算收入", "Budget: other revenue", BUDGET, CREDIT, may_go_negative=True),
    AccountRow(BUDGET_EXPENSE, "其他支出", "Budget: expenditure", BUDGET, DEBIT, may_go_negative=True),
    AccountRow(BUDGET_CASH, "资金结存", "Budget: funds on hand", BUDGET, DEBIT),
    AccountRow(BUDGET_CARRIED, "财政拨款结转", "Budget: carried forward", BUDGET, CREDIT, may_go_negative=True),
    AccountRow(QUOTA, "可用额度", "Available quota", COMMITMENT, DEBIT, BANK),
    AccountRow(COMMITTED, "或有补偿责任", "Contingent compensation liability", COMMITMENT, DEBIT, LOAN),
    AccountRow(RESERVED_QUOTA, "预占额度", "Reserved quota", COMMITMENT, DEBIT, LOAN),
    AccountRow(PURSUED, "账销案存", "Written off, still pursued", COMMITMENT, DEBIT, LOAN),
    AccountRow(MEMO_RIGHT, "追偿权备查", "Right of recovery (memo)", COMMITMENT, DEBIT, LOAN),
    AccountRow(MEMO_RIGHT_CONTRA, "追偿权对应", "Right of recovery, contra", COMMITMENT, CREDIT, LOAN),
    AccountRow(PURSUED_CONTRA, "账销案存对应", "Written off, contra", COMMITMENT, CREDIT, LOAN),
    AccountRow(QUOTA_CONTRA, "额度对应", "Quota, contra", COMMITMENT, CREDIT),
)  # fmt: skip

# Accounts that begin every year at nought: income and expense of the money book, revenue and expenditure of the budget.
CLOSED_EACH_YEAR = frozenset(
    {INTEREST_INCOME, OTHER_INCOME, INTEREST_SUBSIDY, PREMIUM_SUBSIDY, APPRAISAL_SUBSIDY, COMPENSATION_COST,
     MANAGEMENT_COST, BUDGET_REVENUE, BUDGET_OTHER_REVENUE, BUDGET_EXPENSE}
)  # fmt: skip


def account_row(code: str) -> AccountRow:
    """Return the chart's row of a code. Raises: KeyError if the chart has none."""
    return _BY_CODE[code]


_BY_CODE = {row.code: row for row in CHART}
