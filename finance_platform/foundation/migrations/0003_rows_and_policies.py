"""The rows every installation begins with, and row-level security on documents."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

REGIONS = Path(__file__).resolve().parents[1] / "data" / "regions.csv"
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)

# Repeats queries.documents_visible_to in the database; nobody looking sees nothing.
POLICIES = """
ALTER TABLE foundation_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE foundation_document FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON foundation_document FOR SELECT USING (
    owner_id::text = current_setting('ipf.viewer_org', true)
    OR current_setting('ipf.viewer_role', true) IN ('first_reviewer', 'checker', 'approver', 'auditor')
    OR EXISTS (SELECT 1 FROM foundation_documentshare share WHERE share.document_id = foundation_document.id
               AND share.organisation_id::text = current_setting('ipf.viewer_org', true))
);
CREATE POLICY owner_sees ON foundation_document FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY stored ON foundation_document FOR INSERT
    WITH CHECK (owner_id::text = current_setting('ipf.viewer_org', true));

ALTER TABLE foundation_documentcontent ENABLE ROW LEVEL SECURITY;
ALTER TABLE foundation_documentcontent FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON foundation_documentcontent FOR SELECT
    USING (EXISTS (SELECT 1 FROM foundation_document document WHERE document.id = document_id));
CREATE POLICY stored ON foundation_documentcontent FOR INSERT
    WITH CHECK (EXISTS (SELECT 1 FROM foundation_document document WHERE document.id = document_id));
"""

# Lets anyone who holds a file learn that it was received, when and under which number, and nothing else.
RECEIPT = """
CREATE FUNCTION document_receipt(digest text) RETURNS TABLE (number text, stored_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT number, stored_at FROM foundation_document WHERE sha256 = digest ORDER BY stored_at LIMIT 1
$$;
"""

NO_POLICIES = """
ALTER TABLE foundation_document DISABLE ROW LEVEL SECURITY;
ALTER TABLE foundation_documentcontent DISABLE ROW LEVEL SECURITY;
"""


def first_rows(apps, schema_editor):
    alias = schema_editor.connection.alias
    region, organisation, user, membership = (
        apps.get_model("foundation", name) for name in ("Region", "Organisation", "User", "Membership")
    )
    with REGIONS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            region.objects.using(alias).create(
                code=row["code"], name=row["name"], name_en=row["name_en"], parent_id=row["parent"] or None
            )
    operator = organisation.objects.using(alias).create(
        kind="operator", name="平台运营方", credit_code="PLATFORM-OPERATOR", region_id="150000", onboarded_at=BEGINNING
    )
    for username, name, role in (("system", "系统", "system"), ("public", "访客", "public")):
        who = user.objects.using(alias).create(username=username, full_name=name, password="!", joined_at=BEGINNING)
        membership.objects.using(alias).create(user=who, organisation=operator, role=role, joined_at=BEGINNING)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_initial")]
    operations = [
        migrations.RunPython(first_rows, migrations.RunPython.noop),
        migrations.RunSQL(POLICIES, NO_POLICIES),
        migrations.RunSQL(RECEIPT, "DROP FUNCTION document_receipt"),
    ]
