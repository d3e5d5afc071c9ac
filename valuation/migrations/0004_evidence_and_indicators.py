"""Evidence behind a run, the published licence figures, and the indicator form with its first version."""

import json
from importlib import import_module
from pathlib import Path

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

first = import_module("valuation.migrations.0002_parameters")
TABLES = ("evidence", "licence_fee")
FORM = Path(__file__).resolve().parents[1] / "data" / "indicators.json"


def load(apps, schema_editor):
    """Load what the first versions of the tables were loaded without, and the form as shipped."""
    alias = schema_editor.connection.alias
    tables = apps.get_model("valuation", "ParameterTable").objects.using(alias)
    for code in TABLES:
        if not tables.filter(code=code):
            first.load(apps, schema_editor, only=code)
    structure = json.loads(FORM.read_text(encoding="utf-8"))
    system = apps.get_model("foundation", "User").objects.using(alias).get(username="system")
    apps.get_model("valuation", "IndicatorForm").objects.using(alias).create(
        version=1, valid_from=first.VALID_FROM, structure=structure, source=structure["source"], loaded_by=system,
        loaded_at=first.LOADED_AT,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('valuation', '0003_loan_rate'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='valuationrun',
            name='convergence',
            field=models.JSONField(default=list, verbose_name='收敛'),
        ),
        migrations.AddField(
            model_name='valuationrun',
            name='flags',
            field=models.JSONField(default=list, verbose_name='提示'),
        ),
        migrations.AddField(
            model_name='valuationrun',
            name='stated',
            field=models.JSONField(default=dict, verbose_name='所述假设与证据等级'),
        ),
        migrations.CreateModel(
            name='IndicatorForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(unique=True, verbose_name='版本')),
                ('valid_from', models.DateField(verbose_name='启用日')),
                ('structure', models.JSONField(verbose_name='结构')),
                ('source', models.CharField(max_length=200, verbose_name='来源')),
                ('loaded_at', models.DateTimeField()),
                ('loaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-version'],
            },
        ),
        migrations.CreateModel(
            name='IndicatorAnswers',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('right_number', models.CharField(max_length=40, verbose_name='权利号码')),
                ('answers', models.JSONField(verbose_name='原始评分')),
                ('made_at', models.DateTimeField()),
                ('appraisal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicator_answers', to='valuation.appraisal')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='valuation.indicatorform')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='indicatorform',
            constraint=models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='indicator_form_has_source'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='indicatorform',
            trigger=pgtrigger.compiler.Trigger(name='no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b4dd45d4aa62a1624662584670fdacefb485c7c1', operation='UPDATE OR DELETE', pgid='pgtrigger_no_change_59ff5', table='valuation_indicatorform', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='indicatorform',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='39ea2f7c39a3b88e7bcbe03230cd32d2547b8c32', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_35709', table='valuation_indicatorform', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='indicatoranswers',
            index=models.Index(fields=['appraisal', 'right_number'], name='valuation_i_apprais_91cf05_idx'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='indicatoranswers',
            trigger=pgtrigger.compiler.Trigger(name='no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7d8fc2be966f33bca16aba2fa385863a7916e863', operation='UPDATE OR DELETE', pgid='pgtrigger_no_change_e1943', table='valuation_indicatoranswers', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='indicatoranswers',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='c3c0c08a33a8500e885b0aab71745fb17cd9ecc2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_8c760', table='valuation_indicatoranswers', when='BEFORE')),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
