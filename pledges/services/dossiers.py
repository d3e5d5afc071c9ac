"""Dossiers: prepared with the borrower's consent, opened by acceptance, ended by revocation or award to others.

Every function but `revoke` runs inside a use case of `applications` or `awards` that has already decided.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import Organisation, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import documents
from finance_platform.foundation.use_case import use_case
from pledges import queries
from pledges.models import Application, Dossier
from pledges.rules.applications import CONSENT_DAYS

SCOPE = ["enterprise", "assets", "finance", "documents", "appraisal"]
AWARDED = frozenset({"MATCHED", "DUE_DILIGENCE", "APPROVED", "CONTRACTED", "DISBURSED"})


@use_case(Permission.APPLICATION_MANAGE)
def revoke(*, by: User, at: datetime, dossier_id: int) -> Dossier:
    """Take back the consent given to one bank; it sees nothing from now on.

    Raises: NotFound; Conflict for the bank whose offer was chosen, or when already revoked. Writes: dossier.
    """
    dossier = Dossier.objects.select_for_update().get(pk=queries.dossier(by, dossier_id).pk)
    application = dossier.application
    if application.state in AWARDED and application.lender_id == dossier.bank_id:
        raise Conflict("已选择该银行的报价:如需终止请撤回申请", code="awarded")
    if dossier.revoked_at:
        raise Conflict("授权已撤回", code="revoked_before")
    dossier.revoked_at = at
    dossier.save()
    return dossier


def prepare_all(application: Application, *, by: User, at: datetime) -> None:
    """Write a closed dossier for each chosen bank; a bank no longer chosen loses its consent."""
    expires_on = timezone.localdate(at) + timedelta(days=CONSENT_DAYS)
    application.dossiers.exclude(bank_id__in=application.bank_ids).filter(revoked_at=None).update(revoked_at=at)
    for bank_id in application.bank_ids:
        Dossier.objects.update_or_create(
            application=application, bank_id=bank_id,
            defaults={"borrower": application.enterprise, "scope": SCOPE, "consented_by": by, "consented_at": at,
                      "expires_on": expires_on, "revoked_at": None},
        )  # fmt: skip


def open_all(application: Application, *, by: User, at: datetime) -> None:
    """Let the banks in: each sees the application and its papers from now on."""
    live = application.dossiers.filter(revoked_at=None)
    if not live.exists():
        raise Invalid("企业尚未授权任何银行", fields={"bank_ids": "请退回企业补正"})
    banks = list(Organisation.objects.filter(pk__in=live.values("bank")))
    for paper in application.papers.select_related("document"):
        for bank in banks:
            documents.open_to(paper.document, bank, by=by, at=at)
    live.update(opened_at=at)


def close_others(application: Application, *, at: datetime) -> None:
    """End the sight of every bank but the chosen one."""
    others = application.dossiers.exclude(bank=application.lender).filter(closed_at=None)
    others.update(closed_at=at, closed_because=Dossier.ClosedBecause.NOT_SELECTED)


def close_all(application: Application, *, at: datetime, because: str) -> None:
    """End the sight of all banks; the system looks, since the acting office or bank may not see all dossiers."""
    with viewer.seen_by(foundation.system_user()):
        application.dossiers.filter(closed_at=None).update(closed_at=at, closed_because=because)


def reopen_to_market(application: Application, *, declining: Organisation, at: datetime) -> None:
    """Let the banks that were not selected back in, and the declining one out."""
    with viewer.seen_by(foundation.system_user()):
        lost = application.dossiers.filter(closed_because=Dossier.ClosedBecause.NOT_SELECTED)
        lost.update(closed_at=None, closed_because="")
        application.dossiers.filter(bank=declining).update(closed_at=at, closed_because=Dossier.ClosedBecause.ENDED)
