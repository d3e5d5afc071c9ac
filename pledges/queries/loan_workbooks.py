"""A loan's repayment table as a workbook for the borrower's own books; amounts in yuan."""

import io
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from pledges.models import Loan
from pledges.queries.loans import Statement, statement
from pledges.rules.statements import MARK_LABELS, PaidRow

MONEY_FORMAT, DAY_FORMAT = "#,##0.00", "yyyy-mm-dd"
WIDTH = 16
DUE_COLUMN, MONEY_COLUMNS = 2, range(3, 10)


def schedule_workbook(loan: Loan, on: date) -> bytes:
    """Return the repayment table with what was paid of each row until a day. Raises: OutOfRange."""
    found = statement(loan, on)
    book = Workbook()
    sheet = book.active
    for line in (*_head(loan, found, on), _columns(), *map(_line, found.rows)):
        sheet.append(line)
    first = len(_head(loan, found, on)) + 1
    for cell in sheet[first]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=first + 1):
        row[DUE_COLUMN - 1].number_format = DAY_FORMAT
        for column in MONEY_COLUMNS:
            row[column - 1].number_format = MONEY_FORMAT
    for column in range(1, len(_columns()) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _head(loan: Loan, found: Statement, on: date) -> list[list[object]]:
    head: list[list[object]] = [
        [_("贷款编号"), loan.number, _("贷款银行"), str(loan.lender)],
        [_("截至"), on.isoformat(), _("本金余额(元)"), _yuan(found.debt.principal_fen)],
    ]
    if found.debt.accelerated:
        until = found.debt.accrued_until.isoformat()
        head.append([_("已提前到期:利息、罚息计算至"), until, _("其后的利息尚未计算"), ""])
    return [*head, []]


def _columns() -> list[object]:
    return [
        _("期次"), _("到期日"), _("本金(元)"), _("利息(元)"), _("费用(元)"), _("合计(元)"), _("已还本金(元)"),
        _("已还利息(元)"), _("未还(元)"), _("状态"),
    ]  # fmt: skip


def _line(entry: PaidRow) -> list[object]:
    row = entry.row
    amounts = (
        row.principal_fen, row.interest_fen, row.fee_fen, row.total_fen, entry.principal_paid_fen,
        entry.interest_paid_fen, entry.unpaid_fen,
    )  # fmt: skip
    return [row.no, row.due, *map(_yuan, amounts), _(MARK_LABELS[entry.mark])]


def _yuan(amount_fen: int) -> Decimal:
    return Decimal(amount_fen) / 100
