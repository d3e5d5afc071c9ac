"""A loan's repayment table as a workbook for the borrower's own books; amounts in yuan."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from pledges.models import Loan, Restructuring
from pledges.queries.loans import Statement, replaced_tables, restructuring_in_force, statement
from pledges.rules.statements import MARK_LABELS, PaidRow

MONEY_FORMAT, DAY_FORMAT = "#,##0.00", "yyyy-mm-dd"
WIDTH = 16
DUE_COLUMN, MONEY_COLUMNS = 2, range(3, 10)


def schedule_workbook(loan: Loan, on: date) -> bytes:
    """Return the repayment table in force with what was paid of each row until a day; each table that a restructuring
    replaced has a sheet of its own. Raises: OutOfRange."""
    found = statement(loan, on)
    book = Workbook()
    _fill(book.active, _head(loan, found, on), found.rows)
    for row, rows in replaced_tables(loan, on):
        sheet = book.create_sheet(f"{_('重组前')} {row.agreed_on}")
        _fill(sheet, _replaced_head(loan, row), rows)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Any, head: list[list[object]], rows: list[PaidRow]) -> None:
    for line in (*head, _columns(), *map(_line, rows)):
        sheet.append(line)
    first = len(head) + 1
    for cell in sheet[first]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=first + 1):
        row[DUE_COLUMN - 1].number_format = DAY_FORMAT
        for column in MONEY_COLUMNS:
            row[column - 1].number_format = MONEY_FORMAT
    for column in range(1, len(_columns()) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH


def _head(loan: Loan, found: Statement, on: date) -> list[list[object]]:
    head: list[list[object]] = [
        [_("贷款编号"), loan.number, _("贷款银行"), str(loan.lender)],
        [_("截至"), on.isoformat(), _("本金余额(元)"), _yuan(found.debt.principal_fen)],
    ]
    if found.debt.accelerated:
        until = found.debt.accrued_until.isoformat()
        head.append([_("已提前到期:利息、罚息计算至"), until, _("其后的利息尚未计算"), ""])
    if restructured := restructuring_in_force(loan, on):
        head.append([_("重组编号"), restructured.number, _("自该日起执行"), restructured.agreed_on.isoformat()])
    return [*head, []]


def _replaced_head(loan: Loan, row: Restructuring) -> list[list[object]]:
    head: list[object] = [_("贷款编号"), loan.number, _("执行至"), row.agreed_on.isoformat(), _("重组编号"), row.number]
    return [head, []]


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
