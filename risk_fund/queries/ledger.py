"""What stands in the books: funds, balances now and as of a day, the account tree, trial balances, vouchers.

A balance is signed on its account's normal side: a debit account with more debits is positive, and so is a credit
account with more credits. A header's balance is the sum of the accounts below it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, QuerySet, Sum

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import Organisation, User
from risk_fund.models import Account, AccountBalance, Fund, JournalEntry, Posting, Reversal
from risk_fund.rules import accounts

OFFICES = (
    Organisation.Kind.IP_OFFICE_PREFECTURE, Organisation.Kind.IP_OFFICE_REGION,
    Organisation.Kind.FINANCE_OFFICE, Organisation.Kind.AUDIT_OFFICE,
)  # fmt: skip
# What stands on one sub-balance: (account id, unit) to (debits, credits) in fen.
Standing = dict[tuple[int, str], tuple[int, int]]


# --- Funds -----------------------------------------------------------------------------------------------------------
def funds_visible_to(by: User) -> QuerySet[Fund]:
    """Return the funds whose books the viewer's office may read; nobody else sees any."""
    if by.organisation is None or by.organisation.kind not in OFFICES:
        return Fund.objects.none()
    return Fund.objects.all()


def fund_by_code(by: User, code: str = "") -> Fund:
    """Return the fund of a code, or the first one. Raises: NotFound."""
    funds = funds_visible_to(by)
    found = (funds.filter(code=code) if code else funds).first()
    if found is None:
        raise NotFound("没有这笔资金的账簿,或您的单位不能查看")
    return found


def account(fund: Fund, code: str) -> Account:
    """Return an account of the fund. Raises: NotFound."""
    found = Account.objects.filter(fund=fund, code=code).select_related("parent").first()
    if found is None:
        raise NotFound(f"没有科目 {code}")
    return found


def chart(fund: Fund) -> dict[str, Account]:
    """Return every account of the fund by its code."""
    return {one.code: one for one in Account.objects.filter(fund=fund)}


# --- Balances --------------------------------------------------------------------------------------------------------
def balance(account_code: str, fund: Fund, *, as_of: date | None = None, unit: str | None = None) -> int:
    """Return a balance in fen: of an account or header, of one unit or all, now or at the end of a day.

    Raises: KeyError if the chart has no such account.
    """
    by_unit = units(account_code, fund, as_of=as_of)
    return sum(by_unit.values()) if unit is None else by_unit.get(unit, 0)


def units(account_code: str, fund: Fund, *, as_of: date | None = None) -> dict[str, int]:
    """Return the balance in fen of each unit of an account (or of all accounts under a header).

    Raises: KeyError if the chart has no such account.
    """
    sign = _sign(accounts.account_row(account_code).side)
    found: dict[str, int] = defaultdict(int)
    for (_account, unit), (debit_fen, credit_fen) in _standing(under(fund, account_code), as_of).items():
        found[unit] += sign * (debit_fen - credit_fen)
    return dict(found)


def cash_available(fund: Fund) -> int:
    """Return what of the treasury's account is neither promised nor paid, in fen."""
    return balance(accounts.CASH_AVAILABLE, fund)


def cash_reserved(fund: Fund) -> int:
    """Return what of the treasury's account is promised to approved claims, in fen."""
    return balance(accounts.CASH_RESERVED, fund)


def under(fund: Fund, code: str) -> QuerySet[Account]:
    """Return the accounts that an account stands for: itself, or all below a header."""
    own = Account.objects.filter(fund=fund)
    return own.filter(code=code) | own.filter(code__startswith=f"{code}.")


def _standing(among: QuerySet[Account], as_of: date | None) -> Standing:
    if as_of is None:
        rows = AccountBalance.objects.filter(account__in=among)
        return {(row.account_id, row.unit): (row.debit_fen, row.credit_fen) for row in rows}
    found: Standing = defaultdict(lambda: (0, 0))
    for account_id, unit, amount_fen in _summed("debit", among, as_of):
        found[account_id, unit] = (amount_fen, 0)
    for account_id, unit, amount_fen in _summed("credit", among, as_of):
        found[account_id, unit] = (found[account_id, unit][0], amount_fen)
    return dict(found)


def _summed(leg: str, among: QuerySet[Account], as_of: date) -> Iterable[tuple[int, str, int]]:
    postings = Posting.objects.filter(**{f"{leg}_account__in": among, "entry__effective_date__lte": as_of}).order_by()
    return postings.values_list(f"{leg}_account_id", f"{leg}_unit").annotate(Sum("amount_fen"))


def _sign(side: str) -> int:
    return 1 if side == accounts.DEBIT else -1


# --- Trees and trial balances ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Branch:
    """An account in its tree with its balance in fen; `level` counts from nought."""

    account: Account
    level: int
    balance_fen: int


def tree(fund: Fund, *, as_of: date | None = None) -> dict[str, list[Branch]]:
    """Return every account of the fund with its balance, book by book, in the order of the codes."""
    own = list(Account.objects.filter(fund=fund))
    net: dict[int, int] = defaultdict(int)
    for (account_id, _unit), (debit_fen, credit_fen) in _standing(Account.objects.filter(fund=fund), as_of).items():
        net[account_id] += debit_fen - credit_fen
    found: dict[str, list[Branch]] = {book: [] for book in accounts.BOOKS}
    for one in own:
        below = sum(net[a.pk] for a in own if a.code == one.code or a.code.startswith(f"{one.code}."))
        found[one.book].append(Branch(one, one.code.count("."), _sign(one.side) * below))
    return {book: rows for book, rows in found.items() if rows}


@dataclass(frozen=True)
class TrialBalance:
    """试算平衡: (account, debit balance, credit balance) in fen, and the two totals, which must be equal."""

    book: str
    rows: list[tuple[Account, int, int]]

    @property
    def debit_fen(self) -> int:
        return sum(debit_fen for _account, debit_fen, _credit in self.rows)

    @property
    def credit_fen(self) -> int:
        return sum(credit_fen for _account, _debit, credit_fen in self.rows)

    @property
    def balanced(self) -> bool:
        return self.debit_fen == self.credit_fen


def trial_balance(fund: Fund, book: str, *, as_of: date | None = None) -> TrialBalance:
    """Return the balances of a book's accounts that have one, each in the column where it stands."""
    among = Account.objects.filter(fund=fund, book=book)
    net: dict[int, int] = defaultdict(int)
    for (account_id, _unit), (debit_fen, credit_fen) in _standing(among, as_of).items():
        net[account_id] += debit_fen - credit_fen
    rows = [(one, max(net[one.pk], 0), max(-net[one.pk], 0)) for one in among if net.get(one.pk)]
    return TrialBalance(book, rows)


# --- Vouchers --------------------------------------------------------------------------------------------------------
def entries_visible_to(by: User) -> QuerySet[JournalEntry]:
    """Return the vouchers of the funds the viewer's office may read."""
    found = JournalEntry.objects.filter(fund__in=funds_visible_to(by))
    return found.select_related("fund", "maker", "checker", "reverses", "reversed_by")


def entry(by: User, pk: int) -> JournalEntry:
    """Return a voucher. Raises: NotFound."""
    found = entries_visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这张凭证")
    return found


def entries(fund: Fund, *, subject: str = "", kind: str = "") -> QuerySet[JournalEntry]:
    """Return a fund's vouchers, of one thing (`subject`) or one kind if asked."""
    found = JournalEntry.objects.filter(fund=fund).select_related("fund", "maker", "checker")
    found = found.filter(subject=subject) if subject else found
    return found.filter(kind=kind) if kind else found


def entries_about(by: User, *things: Model) -> QuerySet[JournalEntry]:
    """Return the vouchers that the viewer may read of a claim, an order, a recovery: of any of these things."""
    subjects = [f"{thing._meta.label}:{thing.pk}" for thing in things]
    return entries_visible_to(by).filter(subject__in=subjects).order_by("effective_date", "pk")


@dataclass(frozen=True)
class VoucherLine:
    """One line of a voucher as printed: an account with its unit, debited or credited (fen)."""

    account: Account
    unit: str
    debit_fen: int
    credit_fen: int


def voucher_lines(of: JournalEntry) -> list[VoucherLine]:
    """Return the voucher's lines, debits first, one per account, unit and side."""
    sums: dict[tuple[int, Account, str], int] = defaultdict(int)
    for posting in postings(of):
        sums[0, posting.debit_account, posting.debit_unit] += posting.amount_fen
        sums[1, posting.credit_account, posting.credit_unit] += posting.amount_fen
    ordered = sorted(sums, key=lambda place: (place[0], place[1].code, place[2]))
    return [
        VoucherLine(account, unit, *((0, fen) if side else (fen, 0)))
        for side, account, unit in ordered
        for fen in [sums[side, account, unit]]
    ]


def same_event(of: JournalEntry) -> QuerySet[JournalEntry]:
    """Return the other vouchers of a voucher's event."""
    return JournalEntry.objects.filter(event_id=of.event_id).exclude(pk=of.pk).order_by("part")


def unit_names(units: Iterable[str]) -> dict[str, str]:
    """Return the names of the units that are organisations, known by their credit codes."""
    return dict(Organisation.objects.filter(credit_code__in=set(units)).values_list("credit_code", "name"))


def postings(of: JournalEntry) -> QuerySet[Posting]:
    return of.postings.select_related("debit_account", "credit_account")


def reversals_visible_to(by: User) -> QuerySet[Reversal]:
    """Return the requests to turn vouchers round."""
    found = Reversal.objects.filter(entry__fund__in=funds_visible_to(by))
    return found.select_related("entry__fund", "proposed_by", "decided_by")
