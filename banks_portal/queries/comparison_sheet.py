"""The comparison as a workbook: one sheet side by side, one sheet with every flow, amounts as plain numbers in yuan."""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from banks_portal.queries.offers import Comparison
from banks_portal.rules.terms import METHODS

HEADER = (
    "银行", "综合年化成本", "不含贴息年化", "名义年利率", "可贷金额(元)", "期限(月)", "还款方式", "利息合计(元)",
    "费用合计(元)", "贴息(元)", "净成本(元)", "附加条件", "有效期至", "报价摘要",
)  # fmt: skip
FLOW_HEADER = ("银行", "日期", "金额(元,收入为正)", "距放款天数")


def workbook(application: Any, found: Comparison) -> bytes:
    """Return the .xlsx of a comparison; the flows' internal rate is the all-in cost, so it can be computed again."""
    book = Workbook()
    _fill(book.active, f"比选 {application.number}", HEADER, _offers(found))
    _fill(book.create_sheet(), "现金流", FLOW_HEADER, _flows(found))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Any, title: str, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    sheet.title = title
    sheet.append(header)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    for row in rows:
        sheet.append(row)


def _offers(found: Comparison) -> list[tuple[Any, ...]]:
    return [
        (
            column.bank, column.price.annual_cost, column.price.annual_cost_before_subsidy, column.price.nominal_rate,
            column.terms.amount_fen / 100, column.terms.term_months, METHODS[column.terms.method],
            column.price.interest_fen / 100, column.price.fees_fen / 100, column.price.subsidy_fen / 100,
            column.price.net_cost_fen / 100, column.terms.conditions, column.terms.valid_until, offer.commitment,
        )
        for column, offer in found.rows
    ]  # fmt: skip


def _flows(found: Comparison) -> list[tuple[Any, ...]]:
    return [
        (column.bank, day, amount / 100, (day - column.price.start).days)
        for column in found.columns
        for day, amount in column.price.flows
    ]
