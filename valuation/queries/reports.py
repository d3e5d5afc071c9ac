"""What the records say for an appraisal's report: read afresh while it is worked on, as frozen once it is issued."""

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from pledges import queries as pledges
from valuation.models import Appraisal
from valuation.queries.appraisals import FIRM_ROLES, appraisal_by_number
from valuation.rules import completeness as gate
from valuation.rules import reports as rules
from valuation.rules import states


def records(appraisal: Appraisal) -> rules.Records:
    """Return what the platform knows of an appraisal now, whoever asks: for callers that have already decided."""
    run = appraisal.run
    return rules.Records(
        client=appraisal.application.enterprise.name, purpose=appraisal.purpose, rights=rights(appraisal),
        declaration=appraisal.declaration, loss_sharing=appraisal.loss_sharing, loss_scheme=appraisal.loss_scheme,
        loss_share=percent(appraisal), valuation_date=appraisal.valuation_date, evidence=appraisal.evidence,
        parameter_versions=run.parameter_versions if run else {}, document=run.document if run else None,
        output=run.output if run else None,
    )  # fmt: skip


def percent(appraisal: Appraisal) -> str:
    """Return the firm's share of losses in percent, empty without one."""
    return "" if appraisal.loss_share is None else f"{(appraisal.loss_share * 100).normalize():f}%"


def rights(appraisal: Appraisal) -> list[rules.RightAtDate]:
    """Return the pool as the register knows it now; an unknown fact is empty."""
    return [
        rules.RightAtDate(
            number=asset.number, kind=str(asset.get_kind_display()), title=asset.title,
            status="" if asset.legal_status == "unknown" else str(asset.get_legal_status_display()),
            owner=asset.owner_name or (asset.owner.name if asset.owner else ""),
            expires=str(asset.expiry_date or ""), fee_paid_until=str(asset.fee_paid_until or ""),
            pledged=pledges.facts_of(asset).pledged,
        )
        for asset in pledges.assets_of(appraisal.application_id).select_related("owner")
    ]  # fmt: skip


def gaps(appraisal: Appraisal) -> list[gate.Statement]:
    """Return what the report does not state yet, in its order."""
    if appraisal.report:
        return []
    return gate.missing(appraisal.statements, rules.known(records(appraisal)))


def stated_of(by: User, number: str) -> Appraisal:
    """Return an appraisal whose statements the viewer may read: the firm at any time, others once it is issued.

    Raises: NotFound.
    """
    found = appraisal_by_number(by, number)
    if by.role not in FIRM_ROLES and found.state not in states.SIGNED:
        raise NotFound("报告尚未出具")
    return found


def report_of(by: User, number: str) -> Appraisal:
    """Return an appraisal whose report the viewer may read: the firm from the draft on, others once it is issued.

    Raises: NotFound.
    """
    found = stated_of(by, number)
    if found.run is None:
        raise NotFound("尚无报告:请先测算并出具结论")
    return found
