"""Row-level security on sealed offers: before the deadline the rows of other banks do not exist for anybody.

The deadline is compared with the platform's clock inside the policies. Nobody looking sees nothing. The system sees
an application's rows from the deadline on, because it opens them; the enterprise and the offices see what was opened.
"""

from django.db import migrations

# Not SECURITY DEFINER: whoever asks may read applications and the clock; an unknown application has not passed.
DEADLINE = """
CREATE FUNCTION banks_portal_deadline_passed(application bigint) RETURNS boolean LANGUAGE sql VOLATILE AS
$$ SELECT coalesce((SELECT offer_deadline <= platform_now() FROM pledges_application WHERE id = application), false) $$;
"""

ORG = "current_setting('ipf.viewer_org', true)"
ROLE = "current_setting('ipf.viewer_role', true)"
OWN = f"(bank_id::text = {ORG} AND {ROLE} IN ('bank_officer', 'bank_approver'))"
PASSED = "deadline <= platform_now()"
ITS_ROUND = "deadline = (SELECT offer_deadline FROM pledges_application a WHERE a.id = application_id)"
SYSTEM = f"({ROLE} = 'system' AND {PASSED})"
BORROWER = f"EXISTS (SELECT 1 FROM pledges_application a WHERE a.id = application_id AND a.enterprise_id::text = {ORG})"
OFFICE = f"{ROLE} IN ('intake_officer', 'first_reviewer', 'checker', 'approver', 'auditor')"
OPENED = f"(opened_at IS NOT NULL AND {PASSED})"


def protected(table: str, **policies: str) -> str:
    """Return the statements that enable security on a table, with one policy per command."""
    lines = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"]
    for command, rule in policies.items():
        clause = {"insert": f"WITH CHECK ({rule})", "update": f"USING ({rule}) WITH CHECK ({rule})"}
        lines.append(
            f"CREATE POLICY by_{command} ON {table} FOR {command.upper()} {clause.get(command, f'USING ({rule})')}"
        )
    return ";\n".join(lines)


POLICIES = {
    "banks_portal_offer": {
        "select": f"{OWN} OR {SYSTEM} OR ({OPENED} AND ({OFFICE} OR {BORROWER}))",
        "insert": f"{OWN} AND opened_at IS NULL AND NOT {PASSED} AND {ITS_ROUND}",
        "update": f"{OWN} OR {SYSTEM} OR ({OPENED} AND {BORROWER})",
    },
    "banks_portal_offerversion": {
        "select": f"EXISTS (SELECT 1 FROM banks_portal_offer o WHERE o.id = offer_id AND (o.bank_id::text = {ORG} OR {ROLE} = 'system'))",
        "insert": f"EXISTS (SELECT 1 FROM banks_portal_offer o WHERE o.id = offer_id AND o.bank_id::text = {ORG})",
    },
    "banks_portal_offertrace": {"select": f"{OWN} OR {SYSTEM}", "insert": f"{OWN} AND {ITS_ROUND}"},
    "banks_portal_bidrefusal": {
        "select": f"{OWN} OR {SYSTEM} OR ({PASSED} AND ({OFFICE} OR {BORROWER}))",
        "insert": f"{OWN} AND NOT {PASSED} AND {ITS_ROUND}",
    },
    "banks_portal_applicationkey": {
        "select": f"{ROLE} = 'system' OR EXISTS (SELECT 1 FROM pledges_dossier d"
        f" WHERE d.application_id = banks_portal_applicationkey.application_id AND d.bank_id::text = {ORG})"
        f" OR EXISTS (SELECT 1 FROM banks_portal_offer o"
        f" WHERE o.application_id = banks_portal_applicationkey.application_id AND o.bank_id::text = {ORG})",
        "insert": f"{ROLE} = 'system'",
    },
}


def unprotected(table: str, policies: dict[str, str]) -> str:
    drops = [f"DROP POLICY by_{command} ON {table}" for command in policies]
    return ";\n".join([*drops, f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"])


class Migration(migrations.Migration):
    dependencies = [("banks_portal", "0001_initial"), ("foundation", "0001_clock")]
    operations = [
        migrations.RunSQL(DEADLINE, "DROP FUNCTION banks_portal_deadline_passed"),
        *(
            migrations.RunSQL(protected(table, **policies), unprotected(table, policies))
            for table, policies in POLICIES.items()
        ),
    ]
