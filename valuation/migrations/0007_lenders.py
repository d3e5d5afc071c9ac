"""What lenders ask of signed runs, the book revalued, realised revenue; and the lender's parameters.

What a bank asks tells what it is about to offer: row-level security keeps it the bank's own until the offers open.
"""

from importlib import import_module

import django.db.models.deletion
import django_fsm
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


first = import_module("valuation.migrations.0002_parameters")

ORG = "current_setting('ipf.viewer_org', true)"
ROLE = "current_setting('ipf.viewer_role', true)"
OWN = f"(bank_id::text = {ORG} AND {ROLE} IN ('bank_officer', 'bank_approver'))"
OPENED = "open_from <= platform_now()"
AUDITOR = f"({OPENED} AND {ROLE} = 'auditor')"
FIRM = (
    f"({OPENED} AND {ROLE} IN ('appraiser', 'appraisal_reviewer', 'appraisal_signatory') AND EXISTS (SELECT 1"
    " FROM valuation_valuationrun r JOIN valuation_appraisal a ON a.id = r.appraisal_id"
    f" WHERE r.id = run_id AND a.firm_id::text = {ORG}))"
)
READERS = {
    "valuation_lenderassessment": f"{OWN} OR {AUDITOR}",
    "valuation_challenge": f"{OWN} OR {AUDITOR} OR {FIRM}",
}


def protected(table, readers):
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY by_select ON {table} FOR SELECT USING ({readers});
    CREATE POLICY by_insert ON {table} FOR INSERT WITH CHECK ({OWN});
    """


def unprotected(table):
    return f"""
    DROP POLICY by_select ON {table};
    DROP POLICY by_insert ON {table};
    ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
    """


def load(apps, schema_editor):
    tables = apps.get_model("valuation", "ParameterTable").objects.using(schema_editor.connection.alias)
    if not tables.filter(code="lender"):
        first.load(apps, schema_editor, only="lender")


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0003_rows_and_policies'),
        ('valuation', '0006_internal_evidence'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BookRevaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', django_fsm.FSMField(choices=[('QUEUED', '待执行'), ('RUNNING', '执行中'), ('DONE', '已完成'), ('CANCELLED', '已取消')], default='QUEUED', max_length=24, protected=True)),
                ('valuation_date', models.DateField(verbose_name='评估基准日')),
                ('seed', models.BigIntegerField(verbose_name='随机种子')),
                ('paths', models.PositiveIntegerField(verbose_name='路径数')),
                ('run_ids', models.JSONField(default=list, verbose_name='现行测算')),
                ('parameter_versions', models.JSONField(default=dict, verbose_name='参数表版本')),
                ('old_totals', models.BinaryField(default=bytes, verbose_name='原值合计(逐路径)')),
                ('totals', models.BinaryField(default=bytes, verbose_name='新值合计(逐路径)')),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('closing_reason', models.CharField(blank=True, max_length=300, verbose_name='取消原因')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='BookItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField(verbose_name='序号')),
                ('refusal', models.CharField(blank=True, max_length=300, verbose_name='未能重估的原因')),
                ('changes', models.JSONField(default=list, verbose_name='换用的现行参数')),
                ('old', models.JSONField(default=dict, verbose_name='原口径')),
                ('new', models.JSONField(default=dict, verbose_name='新口径')),
                ('input_digest', models.CharField(blank=True, max_length=71, verbose_name='输入摘要')),
                ('output_digest', models.CharField(blank=True, max_length=71, verbose_name='输出摘要')),
                ('done_at', models.DateTimeField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='valuation.valuationrun')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='valuation.bookrevaluation')),
            ],
            options={
                'ordering': ['place'],
            },
        ),
        migrations.CreateModel(
            name='Challenge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pointer', models.CharField(max_length=300, verbose_name='假设')),
                ('old_json', models.TextField(verbose_name='原值')),
                ('new_json', models.TextField(verbose_name='新值')),
                ('reason', models.CharField(max_length=500, verbose_name='理由')),
                ('loan_fen', models.BigIntegerField(verbose_name='拟贷金额')),
                ('realised_percent', models.PositiveSmallIntegerField(verbose_name='处置变现率(%)')),
                ('figures', models.JSONField(verbose_name='对照')),
                ('run_output_digest', models.CharField(max_length=71, verbose_name='原测算输出摘要')),
                ('input_digest', models.CharField(max_length=71, verbose_name='改后输入摘要')),
                ('output_json', models.TextField(verbose_name='改后输出')),
                ('output_digest', models.CharField(max_length=71, verbose_name='改后输出摘要')),
                ('engine', models.CharField(max_length=20, verbose_name='引擎版本')),
                ('made_at', models.DateTimeField()),
                ('record_digest', models.CharField(max_length=71, verbose_name='记录摘要')),
                ('open_from', models.DateTimeField(verbose_name='对评估机构与监督部门开放时间')),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.organisation')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='challenges', to='valuation.valuationrun')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='LenderAssessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('terms', models.JSONField(verbose_name='贷款与借款人资料')),
                ('input_json', models.TextField(verbose_name='输入')),
                ('input_digest', models.CharField(max_length=71, verbose_name='输入摘要')),
                ('output_json', models.TextField(verbose_name='输出')),
                ('output_digest', models.CharField(max_length=71, verbose_name='输出摘要')),
                ('engine', models.CharField(max_length=20, verbose_name='引擎版本')),
                ('lending', models.CharField(max_length=20, verbose_name='放款人模型版本')),
                ('parameter_versions', models.JSONField(default=dict, verbose_name='参数表版本')),
                ('environment', models.JSONField(default=dict, verbose_name='计算环境')),
                ('asked_at', models.DateTimeField()),
                ('open_from', models.DateTimeField(verbose_name='对监督部门开放时间')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.organisation')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='valuation.valuationrun')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RealisedRevenue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product', models.CharField(max_length=120, verbose_name='产品')),
                ('year', models.PositiveSmallIntegerField(verbose_name='评估基准日后第几年')),
                ('revenue_fen', models.BigIntegerField(verbose_name='实现收入')),
                ('forecast', models.JSONField(verbose_name='签署测算的当年收入分布')),
                ('recorded_at', models.DateTimeField()),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.document')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.organisation')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='valuation.realisedrevenue')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='realised', to='valuation.valuationrun')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RunSample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rows', models.PositiveSmallIntegerField(verbose_name='行数')),
                ('paths', models.PositiveIntegerField(verbose_name='路径数')),
                ('values', models.BinaryField(verbose_name='模拟值')),
                ('digest', models.CharField(max_length=71, verbose_name='摘要')),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sample', to='valuation.valuationrun')),
            ],
        ),
        migrations.AddConstraint(
            model_name='bookrevaluation',
            constraint=models.CheckConstraint(condition=models.Q(('seed__gte', 0)), name='book_seed_legal'),
        ),
        migrations.AddConstraint(
            model_name='bookrevaluation',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['QUEUED', 'RUNNING'])), fields=('valuation_date',), name='one_book_under_way_a_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookrevaluation',
            trigger=pgtrigger.compiler.Trigger(name='state_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{QUEUED:CANCELLED,QUEUED:RUNNING,RUNNING:CANCELLED,RUNNING:DONE}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='f4ba45b61cb66ccbf0666f97c39ab148e24594bc', operation='UPDATE', pgid='pgtrigger_state_moves_93f72', table='valuation_bookrevaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookrevaluation',
            trigger=pgtrigger.compiler.Trigger(name='state_begins', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (NEW."state" = \'QUEUED\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='c3a47e07820afbde991f46f9b1ecae4eea164d3a', operation='INSERT', pgid='pgtrigger_state_begins_cafa5', table='valuation_bookrevaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookrevaluation',
            trigger=pgtrigger.compiler.Trigger(name='no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d44c43291512f342c6695e4f3667065403fedfe6', operation='DELETE', pgid='pgtrigger_no_delete_74238', table='valuation_bookrevaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookrevaluation',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='e9948276a8eaddf46ac5a71c917354c8a1af740f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_a2e8f', table='valuation_bookrevaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookrevaluation',
            trigger=pgtrigger.compiler.Trigger(name='closed_book_is_locked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'DONE\', \'CANCELLED\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d094d7ef064cc4c9a0662b3cbcd65c8f01d2fd52', operation='UPDATE', pgid='pgtrigger_closed_book_is_locked_554b1', table='valuation_bookrevaluation', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='bookitem',
            constraint=models.UniqueConstraint(fields=('job', 'place'), name='one_row_a_place'),
        ),
        migrations.AddConstraint(
            model_name='bookitem',
            constraint=models.UniqueConstraint(fields=('job', 'run'), name='one_row_a_run'),
        ),
        migrations.AddConstraint(
            model_name='bookitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refusal', ''), _negated=True), models.Q(('output_digest', ''), _negated=True), _connector='OR'), name='item_done_or_refused'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookitem',
            trigger=pgtrigger.compiler.Trigger(name='no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4c04da1b2f7afdfb28ebdc460356a45d9e913538', operation='UPDATE OR DELETE', pgid='pgtrigger_no_change_2a07c', table='valuation_bookitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookitem',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='f489d6793f9aa864045f14590ea35e8b4ab21265', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_c3526', table='valuation_bookitem', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='challenge',
            constraint=models.UniqueConstraint(fields=('bank', 'run', 'input_digest', 'loan_fen', 'realised_percent'), name='one_challenge_a_question'),
        ),
        migrations.AddConstraint(
            model_name='challenge',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='challenge_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='challenge',
            constraint=models.CheckConstraint(condition=models.Q(('old_json', models.F('new_json')), _negated=True), name='challenge_changes_something'),
        ),
        migrations.AddConstraint(
            model_name='challenge',
            constraint=models.CheckConstraint(condition=models.Q(('loan_fen__gt', 0), ('realised_percent__gte', 1), ('realised_percent__lte', 100)), name='challenge_loan_and_share'),
        ),
        migrations.AddConstraint(
            model_name='challenge',
            constraint=models.CheckConstraint(condition=models.Q(('open_from__gte', models.F('made_at'))), name='challenge_opens_no_earlier'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='challenge',
            trigger=pgtrigger.compiler.Trigger(name='no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='37111f5a18616d9996f6f1ac0fccc93d30dbdbe4', operation='UPDATE OR DELETE', pgid='pgtrigger_no_change_06641', table='valuation_challenge', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='challenge',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='642ee5547209e184ab322d1ad7a7e2bc27d30428', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_0fbba', table='valuation_challenge', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='lenderassessment',
            constraint=models.UniqueConstraint(fields=('bank', 'run', 'input_digest'), name='one_answer_a_question'),
        ),
        migrations.AddConstraint(
            model_name='lenderassessment',
            constraint=models.CheckConstraint(condition=models.Q(('open_from__gte', models.F('asked_at'))), name='assessment_opens_no_earlier'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lenderassessment',
            trigger=pgtrigger.compiler.Trigger(name='no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fea05f0b0b76065081c5adeb19b412e4f41cd839', operation='UPDATE OR DELETE', pgid='pgtrigger_no_change_83543', table='valuation_lenderassessment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lenderassessment',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='133ed0ce931617ecf0fde68cfb74a80356b2edd7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_3dfbf', table='valuation_lenderassessment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='realisedrevenue',
            constraint=models.CheckConstraint(condition=models.Q(('revenue_fen__gte', 0), ('year__gte', 1)), name='realised_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='realisedrevenue',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces', None)), fields=('run', 'product', 'year'), name='one_first_figure_a_year'),
        ),
        migrations.AddConstraint(
            model_name='realisedrevenue',
            constraint=models.CheckConstraint(condition=models.Q(('replaces', None), models.Q(('replaces', models.F('pk')), _negated=True), _connector='OR'), name='realised_replaces_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='realisedrevenue',
            trigger=pgtrigger.compiler.Trigger(name='no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='861b2e2cd20dce69a1330d9c816545b223176aa0', operation='UPDATE OR DELETE', pgid='pgtrigger_no_change_7c234', table='valuation_realisedrevenue', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='realisedrevenue',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='b3ee61308ba5283b7cb5e2967766d31f6f179cee', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_0c090', table='valuation_realisedrevenue', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='runsample',
            constraint=models.CheckConstraint(condition=models.Q(('paths__gte', models.F('rows')), ('rows__gte', 1), ('rows__lte', 16)), name='sample_rows_equal'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='runsample',
            trigger=pgtrigger.compiler.Trigger(name='no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4ab3a127341bbb586f1876a8bad9afe9baf542d2', operation='UPDATE OR DELETE', pgid='pgtrigger_no_change_6c0a6', table='valuation_runsample', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='runsample',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='5a3226935634e08059d7fd2801579891d290153c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_74cda', table='valuation_runsample', when='BEFORE')),
        ),
        *(
            migrations.RunSQL(protected(table, readers), unprotected(table)) for table, readers in READERS.items()
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
