"""What a loan may cost, for the public's estimate: where the first version of the tables was loaded without it."""

from importlib import import_module

from django.db import migrations

first = import_module("valuation.migrations.0002_parameters")


def load(apps, schema_editor):
    if not apps.get_model("valuation", "ParameterTable").objects.using(schema_editor.connection.alias).filter(
        code="loan_rate"
    ):
        first.load(apps, schema_editor, only="loan_rate")


class Migration(migrations.Migration):
    dependencies = [("valuation", "0002_parameters")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
