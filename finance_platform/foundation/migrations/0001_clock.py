"""The platform's clock, and the extension that later exclusion constraints need (must be the first operation)."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

CLOCK = """
CREATE TABLE platform_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    mode text NOT NULL DEFAULT 'production',
    ahead interval NOT NULL DEFAULT '0'
);
INSERT INTO platform_clock DEFAULT VALUES;

CREATE FUNCTION platform_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT clock_timestamp() + ahead FROM platform_clock $$;

CREATE FUNCTION platform_clock_set(moment timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
    IF (SELECT mode FROM platform_clock) NOT IN ('demo', 'test') THEN
        RAISE EXCEPTION 'the clock may be set in demo and test only';
    END IF;
    UPDATE platform_clock SET ahead = moment - clock_timestamp();
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(CLOCK, "DROP FUNCTION platform_clock_set; DROP FUNCTION platform_now; DROP TABLE platform_clock"),
    ]
