"""Row-level security on dossiers, and the pool of an application frozen once it is handed in."""

from django.db import migrations

# Repeats queries.dossiers_visible_to in the database; nobody looking sees nothing.
POLICIES = """
ALTER TABLE pledges_dossier ENABLE ROW LEVEL SECURITY;
ALTER TABLE pledges_dossier FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON pledges_dossier FOR SELECT USING (
    borrower_id::text = current_setting('ipf.viewer_org', true)
    OR current_setting('ipf.viewer_role', true)
       IN ('intake_officer', 'first_reviewer', 'checker', 'approver', 'auditor', 'system')
    OR (bank_id::text = current_setting('ipf.viewer_org', true)
        AND opened_at IS NOT NULL AND revoked_at IS NULL AND closed_at IS NULL
        AND expires_on >= (SELECT (platform_now() AT TIME ZONE 'Asia/Shanghai')::date))
);
CREATE POLICY consented ON pledges_dossier FOR INSERT
    WITH CHECK (borrower_id::text = current_setting('ipf.viewer_org', true));
CREATE POLICY changed ON pledges_dossier FOR UPDATE USING (
    borrower_id::text = current_setting('ipf.viewer_org', true)
    OR current_setting('ipf.viewer_role', true) IN ('intake_officer', 'system')
);
"""

NO_POLICIES = """
DROP POLICY seen ON pledges_dossier;
DROP POLICY consented ON pledges_dossier;
DROP POLICY changed ON pledges_dossier;
ALTER TABLE pledges_dossier NO FORCE ROW LEVEL SECURITY;
ALTER TABLE pledges_dossier DISABLE ROW LEVEL SECURITY;
"""

FROZEN_POOL = """
CREATE FUNCTION pledges_pool_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE application bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.application_id ELSE NEW.application_id END;
BEGIN
    IF (SELECT state FROM pledges_application WHERE id = application) NOT IN ('DRAFT', 'RETURNED') THEN
        RAISE EXCEPTION 'the pool and its pledgors change only while the application is a draft or returned';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER pool_is_open BEFORE INSERT OR UPDATE OR DELETE ON pledges_applicationasset
    FOR EACH ROW EXECUTE FUNCTION pledges_pool_is_open();
CREATE TRIGGER pool_is_open BEFORE INSERT OR UPDATE OR DELETE ON pledges_pledgor
    FOR EACH ROW EXECUTE FUNCTION pledges_pool_is_open();
"""

OPEN_POOL = """
DROP TRIGGER pool_is_open ON pledges_applicationasset;
DROP TRIGGER pool_is_open ON pledges_pledgor;
DROP FUNCTION pledges_pool_is_open;
"""


class Migration(migrations.Migration):
    dependencies = [("pledges", "0001_initial")]
    operations = [
        migrations.RunSQL(POLICIES, NO_POLICIES),
        migrations.RunSQL(FROZEN_POOL, OPEN_POOL),
    ]
