"""The first version of every parameter table, as shipped in data/parameters.csv."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import migrations

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "parameters.csv"
VALID_FROM = date(2020, 1, 1)
LOADED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def load(apps, schema_editor, only=""):
    alias = schema_editor.connection.alias
    tables = apps.get_model("valuation", "ParameterTable").objects.using(alias)
    rows = apps.get_model("valuation", "ParameterRow").objects.using(alias)
    system = apps.get_model("foundation", "User").objects.using(alias).get(username="system")
    with SHIPPED.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            if only and line["table"] != only:
                continue
            table, _new = tables.get_or_create(
                code=line.pop("table"), version=1,
                defaults={"valid_from": VALID_FROM, "loaded_by": system, "loaded_at": LOADED_AT},
            )
            numbers = {name: line.pop(name) or None for name in ("low", "mode", "high", "year", "n")}
            rows.create(table=table, **line, **numbers)


class Migration(migrations.Migration):
    dependencies = [("valuation", "0001_initial"), ("foundation", "0003_rows_and_policies")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
