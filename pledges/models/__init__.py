"""Tables of what is promised, by subject; every name can be imported from here."""

from pledges.models.agreements import PledgeAgreement, Pledgee
from pledges.models.applications import Application, ApplicationAsset, ApplicationDocument, Pledgor
from pledges.models.asset_imports import AssetImport
from pledges.models.assets import IpAsset
from pledges.models.disposals import Disposal
from pledges.models.dossiers import Dossier
from pledges.models.enterprises import EnterpriseProfile
from pledges.models.loans import Instalment, Loan, Receipt
from pledges.models.registrations import Pledge, PledgedAsset
from pledges.models.restructurings import Restructuring
from pledges.models.tags import AssetTag
from pledges.models.verification import AssetVerification

__all__ = [
    "Application",
    "ApplicationAsset",
    "ApplicationDocument",
    "AssetImport",
    "AssetTag",
    "AssetVerification",
    "Disposal",
    "Dossier",
    "EnterpriseProfile",
    "Instalment",
    "IpAsset",
    "Loan",
    "Pledge",
    "PledgeAgreement",
    "PledgedAsset",
    "Pledgee",
    "Pledgor",
    "Receipt",
    "Restructuring",
]
