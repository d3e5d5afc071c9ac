"""Reads of parameter tables."""

from datetime import date

from django.db.models import QuerySet

from valuation.models import ParameterRow, ParameterTable
from valuation.rules.parameters import Parameter, Parameters


def parameters(on: date) -> Parameters:
    """Return the tables in force on a day."""
    tables = _in_force(on)
    rows: dict[str, dict[str, Parameter]] = {code: {} for code in tables}
    for row in ParameterRow.objects.filter(table__in=tables.values()).select_related("table"):
        rows[row.table.code][row.key] = Parameter(
            row.key, row.label, row.low, row.mode, row.high, row.status, row.source, row.year, row.n, row.note
        )
    return Parameters(rows, {code: table.version for code, table in tables.items()})


def parameters_page(on: date) -> QuerySet[ParameterRow]:
    """Return the rows in force on a day, table by table, for readers."""
    return ParameterRow.objects.filter(table__in=_in_force(on).values()).select_related("table")


def _in_force(on: date) -> dict[str, ParameterTable]:
    known = ParameterTable.objects.filter(valid_from__lte=on).order_by("code", "version")
    return {table.code: table for table in known}
