"""What the pledges app lets others read; upper apps import names from here."""

from pledges.queries.agreements import (
    agreement,
    agreement_of,
    agreements_visible_to,
    cover_start,
    live_pledges,
    pledge,
    pledges_visible_to,
    registries_of,
)
from pledges.queries.applications import application, application_by_number, applications_visible_to, missing
from pledges.queries.assets import (
    asset,
    asset_import,
    assets_of,
    assets_visible_to,
    facts_of,
    imports_visible_to,
    pledgeability,
    pledgeable_count,
    tags_visible_to,
    verification_under_way,
)
from pledges.queries.disposals import disposal, disposals_visible_to
from pledges.queries.dossiers import dossier, dossiers_visible_to
from pledges.queries.enterprises import banks, intake_offices, looked_after_by, profile
from pledges.queries.loans import debt, loan, loan_by_number, loan_of, loans_visible_to, payments

__all__ = [
    "agreement",
    "agreement_of",
    "agreements_visible_to",
    "application",
    "application_by_number",
    "applications_visible_to",
    "asset",
    "asset_import",
    "assets_of",
    "assets_visible_to",
    "banks",
    "cover_start",
    "debt",
    "disposal",
    "disposals_visible_to",
    "dossier",
    "dossiers_visible_to",
    "facts_of",
    "imports_visible_to",
    "intake_offices",
    "live_pledges",
    "loan",
    "loan_by_number",
    "loan_of",
    "loans_visible_to",
    "looked_after_by",
    "missing",
    "payments",
    "pledge",
    "pledgeability",
    "pledgeable_count",
    "pledges_visible_to",
    "profile",
    "registries_of",
    "tags_visible_to",
    "verification_under_way",
]
