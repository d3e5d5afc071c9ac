"""What the pledges app lets others read; upper apps import names from here."""

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
from pledges.queries.dossiers import dossier, dossiers_visible_to
from pledges.queries.enterprises import banks, intake_offices, looked_after_by, profile

__all__ = [
    "application",
    "application_by_number",
    "applications_visible_to",
    "asset",
    "asset_import",
    "assets_of",
    "assets_visible_to",
    "banks",
    "dossier",
    "dossiers_visible_to",
    "facts_of",
    "imports_visible_to",
    "intake_offices",
    "looked_after_by",
    "missing",
    "pledgeability",
    "pledgeable_count",
    "profile",
    "tags_visible_to",
    "verification_under_way",
]
