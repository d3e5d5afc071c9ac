"""What a report states, the two other bases of value, filings of institutions, and the bounds of the bases as data."""

from importlib import import_module

import django.db.models.deletion
import django_fsm
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


first = import_module("valuation.migrations.0002_parameters")


def load(apps, schema_editor):
    if not apps.get_model("valuation", "ParameterTable").objects.using(schema_editor.connection.alias).filter(
        code="value_basis"
    ):
        first.load(apps, schema_editor, only="value_basis")


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0003_rows_and_policies'),
        ('pledges', '0003_restructurings'),
        ('valuation', '0004_evidence_and_indicators'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AgreedValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', django_fsm.FSMField(choices=[('PROPOSED', '待企业确认'), ('AGREED', '双方一致'), ('DECLINED', '企业未同意'), ('WITHDRAWN', '已撤回'), ('SUPERSEDED', '已被替代'), ('EXPIRED', '已过期')], default='PROPOSED', max_length=24, protected=True)),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='协商编号')),
                ('value_fen', models.BigIntegerField(verbose_name='协商价值')),
                ('grounds', models.CharField(max_length=1000, verbose_name='定价理由')),
                ('ceiling_fen', models.BigIntegerField(verbose_name='协商定价上限')),
                ('parameter_versions', models.JSONField(default=dict, verbose_name='参数表版本')),
                ('proposed_at', models.DateTimeField()),
                ('agreed_fen', models.BigIntegerField(blank=True, null=True, verbose_name='企业所填金额')),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('closing_reason', models.CharField(blank=True, max_length=500, verbose_name='不同意/撤回理由')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='一致日')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='有效至')),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='InstitutionFiling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='机构备案编号')),
                ('authority', models.CharField(max_length=100, verbose_name='备案机关')),
                ('document_sha256', models.CharField(max_length=64, verbose_name='备案公告摘要')),
                ('declared_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='InternalValuation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('input_json', models.TextField(verbose_name='输入')),
                ('input_digest', models.CharField(max_length=71, verbose_name='输入摘要')),
                ('output_json', models.TextField(verbose_name='输出')),
                ('output_digest', models.CharField(max_length=71, verbose_name='输出摘要')),
                ('histogram', models.JSONField(default=list, verbose_name='分布')),
                ('engine', models.CharField(max_length=20, verbose_name='引擎版本')),
                ('seed', models.BigIntegerField(verbose_name='随机种子')),
                ('parameter_versions', models.JSONField(default=dict, verbose_name='参数表版本')),
                ('environment', models.JSONField(default=dict, verbose_name='计算环境')),
                ('valuation_date', models.DateField(verbose_name='评估基准日')),
                ('made_at', models.DateTimeField()),
                ('state', django_fsm.FSMField(choices=[('MEASURED', '待批准'), ('APPROVED', '已批准'), ('REFUSED', '未批准'), ('WITHDRAWN', '已撤回'), ('SUPERSEDED', '已被替代'), ('EXPIRED', '已过期')], default='MEASURED', max_length=24, protected=True)),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='内部评估编号')),
                ('made_hands', models.JSONField(default=list)),
                ('point_fen', models.BigIntegerField(verbose_name='内部评估值')),
                ('low_fen', models.BigIntegerField(verbose_name='下限')),
                ('high_fen', models.BigIntegerField(verbose_name='上限')),
                ('evidence', models.TextField(verbose_name='测算依据')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='意见')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='批准日')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='有效至')),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='appraisal',
            name='signed_value_is_locked',
        ),
        migrations.AddField(
            model_name='appraisal',
            name='loss_scheme',
            field=models.CharField(blank=True, max_length=60, verbose_name='分担方案'),
        ),
        migrations.AddField(
            model_name='appraisal',
            name='loss_share',
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, verbose_name='分担比例'),
        ),
        migrations.AddField(
            model_name='appraisal',
            name='loss_sharing',
            field=models.BooleanField(blank=True, null=True, verbose_name='评估机构分担贷款损失'),
        ),
        migrations.AddField(
            model_name='appraisal',
            name='report',
            field=models.JSONField(blank=True, default=dict, verbose_name='出具时的报告'),
        ),
        migrations.AddField(
            model_name='appraisal',
            name='statements',
            field=models.JSONField(blank=True, default=dict, verbose_name='报告事项'),
        ),
        migrations.AddField(
            model_name='appraisal',
            name='supersedes_reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='重新评估的理由'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appraisal',
            trigger=pgtrigger.compiler.Trigger(name='signed_value_is_locked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'ISSUED\', \'OBJECTED\', \'SUPERSEDED\', \'EXPIRED\') AND (OLD."point_fen" IS DISTINCT FROM (NEW."point_fen") OR OLD."low_fen" IS DISTINCT FROM (NEW."low_fen") OR OLD."high_fen" IS DISTINCT FROM (NEW."high_fen") OR OLD."run_id" IS DISTINCT FROM (NEW."run_id") OR OLD."valuation_date" IS DISTINCT FROM (NEW."valuation_date") OR OLD."expires_on" IS DISTINCT FROM (NEW."expires_on") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."statements" IS DISTINCT FROM (NEW."statements") OR OLD."report" IS DISTINCT FROM (NEW."report") OR OLD."filing_code" IS DISTINCT FROM (NEW."filing_code") OR OLD."loss_sharing" IS DISTINCT FROM (NEW."loss_sharing") OR OLD."loss_share" IS DISTINCT FROM (NEW."loss_share") OR OLD."basis" IS DISTINCT FROM (NEW."basis")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9de0662ffd406f2083b7d9c85cbee3c39cfbf021', operation='UPDATE', pgid='pgtrigger_signed_value_is_locked_49bd0', table='valuation_appraisal', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='agreedvalue',
            name='agreed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='agreedvalue',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreed_values', to='pledges.application'),
        ),
        migrations.AddField(
            model_name='agreedvalue',
            name='bank',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreed_values', to='foundation.organisation'),
        ),
        migrations.AddField(
            model_name='agreedvalue',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='agreedvalue',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.region'),
        ),
        migrations.AddField(
            model_name='institutionfiling',
            name='declared_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='institutionfiling',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.document', verbose_name='备案公告'),
        ),
        migrations.AddField(
            model_name='institutionfiling',
            name='firm',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='institution_filings', to='foundation.organisation'),
        ),
        migrations.AddField(
            model_name='appraisal',
            name='filing',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appraisals', to='valuation.institutionfiling'),
        ),
        migrations.AddConstraint(
            model_name='appraisal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('loss_share__gt', 0), ('loss_share__lte', 1), ('loss_sharing', True)), models.Q(models.Q(('loss_sharing', None), ('loss_sharing', False), _connector='OR'), ('loss_share', None)), _connector='OR'), name='loss_share_with_loss_sharing'),
        ),
        migrations.AddField(
            model_name='internalvaluation',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_valuations', to='pledges.application'),
        ),
        migrations.AddField(
            model_name='internalvaluation',
            name='bank',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_valuations', to='foundation.organisation'),
        ),
        migrations.AddField(
            model_name='internalvaluation',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='internalvaluation',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='agreedvalue',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'PROPOSED')), fields=('application', 'bank'), name='one_agreement_under_way'),
        ),
        migrations.AddConstraint(
            model_name='agreedvalue',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'AGREED')), fields=('application', 'bank'), name='one_agreement_in_force'),
        ),
        migrations.AddConstraint(
            model_name='agreedvalue',
            constraint=models.CheckConstraint(condition=models.Q(('value_fen__gt', 0), ('value_fen__lte', models.F('ceiling_fen'))), name='agreed_under_ceiling'),
        ),
        migrations.AddConstraint(
            model_name='agreedvalue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['AGREED', 'SUPERSEDED', 'EXPIRED']), _negated=True), models.Q(('agreed_by__isnull', False), ('agreed_fen', models.F('value_fen')), ('expires_on__isnull', False), ('issued_on__isnull', False)), _connector='OR'), name='both_sides_state_the_same'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreedvalue',
            trigger=pgtrigger.compiler.Trigger(name='state_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{AGREED:EXPIRED,AGREED:SUPERSEDED,PROPOSED:AGREED,PROPOSED:DECLINED,PROPOSED:WITHDRAWN}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='4be87e8d4cf6b5f54fc93a6288a454596120254f', operation='UPDATE', pgid='pgtrigger_state_moves_3f41b', table='valuation_agreedvalue', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreedvalue',
            trigger=pgtrigger.compiler.Trigger(name='state_begins', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (NEW."state" = \'PROPOSED\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='c5dd394cf4ae8258cfeaf4f765f4ef7d0c448284', operation='INSERT', pgid='pgtrigger_state_begins_6a579', table='valuation_agreedvalue', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreedvalue',
            trigger=pgtrigger.compiler.Trigger(name='no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='1c773748fc51206d068e2b29d0cc37436a2b2ffe', operation='DELETE', pgid='pgtrigger_no_delete_13c87', table='valuation_agreedvalue', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreedvalue',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='1bfe32935c51df6de90f54247c81c9a3cf0d82d0', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_d871e', table='valuation_agreedvalue', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreedvalue',
            trigger=pgtrigger.compiler.Trigger(name='agreed_stays_as_stated', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."value_fen" IS DISTINCT FROM (NEW."value_fen") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."bank_id" IS DISTINCT FROM (NEW."bank_id") OR OLD."application_id" IS DISTINCT FROM (NEW."application_id") OR OLD."grounds" IS DISTINCT FROM (NEW."grounds"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='dbd6ae89962b5cde63408e2dc8a234d7d3f8cee4', operation='UPDATE', pgid='pgtrigger_agreed_stays_as_stated_26d78', table='valuation_agreedvalue', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='institutionfiling',
            constraint=models.UniqueConstraint(fields=('firm', 'code'), name='one_filing_a_code'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='institutionfiling',
            trigger=pgtrigger.compiler.Trigger(name='no_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e2c4b3ea85fe2a8a5add5f8b89339fad9d0a34c5', operation='UPDATE OR DELETE', pgid='pgtrigger_no_change_c289e', table='valuation_institutionfiling', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='institutionfiling',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='f9b540aae38eccaf071ed59f64c7af94c4a1de9f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_c82ba', table='valuation_institutionfiling', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='internalvaluation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'MEASURED')), fields=('application', 'bank'), name='one_internal_value_under_way'),
        ),
        migrations.AddConstraint(
            model_name='internalvaluation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'APPROVED')), fields=('application', 'bank'), name='one_internal_value_in_force'),
        ),
        migrations.AddConstraint(
            model_name='internalvaluation',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('made_by')), _negated=True), ('state', 'WITHDRAWN'), _connector='OR'), name='internal_value_two_persons'),
        ),
        migrations.AddConstraint(
            model_name='internalvaluation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['APPROVED', 'SUPERSEDED', 'EXPIRED']), _negated=True), models.Q(('decided_by__isnull', False), ('expires_on__gt', models.F('valuation_date')), ('issued_on__isnull', False)), _connector='OR'), name='internal_value_approved_whole'),
        ),
        migrations.AddConstraint(
            model_name='internalvaluation',
            constraint=models.CheckConstraint(condition=models.Q(('low_fen__gt', 0), ('low_fen__lte', models.F('point_fen')), ('point_fen__lte', models.F('high_fen')), ('seed__gte', 0)), name='internal_value_in_order'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='internalvaluation',
            trigger=pgtrigger.compiler.Trigger(name='state_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{APPROVED:EXPIRED,APPROVED:SUPERSEDED,MEASURED:APPROVED,MEASURED:REFUSED,MEASURED:WITHDRAWN}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='c86c8ecb92b165943d0affe0c17cc9342b29b5f9', operation='UPDATE', pgid='pgtrigger_state_moves_7d05a', table='valuation_internalvaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='internalvaluation',
            trigger=pgtrigger.compiler.Trigger(name='state_begins', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (NEW."state" = \'MEASURED\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='5e68af794bf859eaca675964891bde145cc06fdc', operation='INSERT', pgid='pgtrigger_state_begins_13f69', table='valuation_internalvaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='internalvaluation',
            trigger=pgtrigger.compiler.Trigger(name='no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b53eeca5741514620fc1f396a090125552660e10', operation='DELETE', pgid='pgtrigger_no_delete_c81e6', table='valuation_internalvaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='internalvaluation',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the record is not deleted: TRUNCATE on % is refused', TG_TABLE_NAME;", hash='7500d731d7f1932936ea29f127b290050c8483ee', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_50007', table='valuation_internalvaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='internalvaluation',
            trigger=pgtrigger.compiler.Trigger(name='internal_stays_as_stated', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."input_json" IS DISTINCT FROM (NEW."input_json") OR OLD."input_digest" IS DISTINCT FROM (NEW."input_digest") OR OLD."output_json" IS DISTINCT FROM (NEW."output_json") OR OLD."output_digest" IS DISTINCT FROM (NEW."output_digest") OR OLD."engine" IS DISTINCT FROM (NEW."engine") OR OLD."seed" IS DISTINCT FROM (NEW."seed") OR OLD."point_fen" IS DISTINCT FROM (NEW."point_fen") OR OLD."valuation_date" IS DISTINCT FROM (NEW."valuation_date") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."bank_id" IS DISTINCT FROM (NEW."bank_id") OR OLD."application_id" IS DISTINCT FROM (NEW."application_id") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a3838ee19d7a9c427737c813467c21b854970c92', operation='UPDATE', pgid='pgtrigger_internal_stays_as_stated_04895', table='valuation_internalvaluation', when='BEFORE')),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
