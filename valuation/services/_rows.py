"""Rows that a running use case works on."""

from finance_platform.foundation.errors import Forbidden
from finance_platform.foundation.models import User
from finance_platform.foundation.use_case import hands
from valuation import queries
from valuation.models import Appraisal


def locked(by: User, appraisal_id: int) -> Appraisal:
    """Return an appraisal the viewer may see, locked. Raises: NotFound."""
    return Appraisal.objects.select_for_update().get(pk=queries.appraisal(by, appraisal_id).pk)


def locked_by_appraiser(by: User, appraisal_id: int) -> Appraisal:
    """Return an appraisal whose appraiser in charge is acting, himself or through his delegate, locked.

    Raises: NotFound; Forbidden.
    """
    appraisal = locked(by, appraisal_id)
    if not set(appraisal.appraiser_hands) & set(hands()):
        raise Forbidden("请由承办评估师办理;尚未开始的,请先“开始测算”", code="not_the_appraiser")
    return appraisal
