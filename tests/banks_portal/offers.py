"""Offers for tests: plain values as a door gives them, and applications that take them."""

from datetime import date, datetime
from typing import Any

from banks_portal.services import offers
from finance_platform.foundation import viewer
from finance_platform.foundation.models import User
from pledges.models import Application, Dossier
from tests.factories import at


def plain_terms(**changes: Any) -> dict[str, Any]:
    """Return a complete offer: 6,000,000 yuan at 3.85 % for 24 months, interest monthly, one appraisal fee."""
    return {
        "amount_fen": 600_000_000, "term_months": 24, "method": "interest_only", "settlement": "month",
        "annual_rate": "0.0385", "day_count": "act/360", "security": "none", "with_cover": True,
        "conditions": "基本户结算不低于30%", "valid_until": "2025-09-30", "contact": "孟和",
        "fees": [{"name": "评估费", "payee": "草原评估", "amount_fen": 1_200_000, "after_months": 0}],
    } | changes  # fmt: skip


DEADLINE = at(2025, 6, 18, 17)
BEFORE, AFTER = at(2025, 6, 16, 9), at(2025, 6, 18, 17, 1)


def published_application(enterprise: User, *banks: User, number: str = "RZ-2025-90001", deadline: datetime = DEADLINE):
    """Return a published application of 6,000,000 yuan that these banks may read."""
    with viewer.seen_by(enterprise):
        application = Application.objects.create(
            number=number, enterprise=enterprise.organisation, region_id="150100", amount_fen=600_000_000,
            term_months=24, purpose="流动资金", purpose_code="working_capital", repayment="bullet",
            bank_ids=[bank.organisation.pk for bank in banks], drafted_by=enterprise, drafted_at=at(2025, 6, 1),
        )  # fmt: skip
        for bank in banks:
            Dossier.objects.create(
                application=application, borrower=enterprise.organisation, bank=bank.organisation,
                consented_by=enterprise, consented_at=at(2025, 6, 1), expires_on=date(2026, 6, 1),
                opened_at=at(2025, 6, 2),
            )  # fmt: skip
    application.move("submit", by=enterprise, at=at(2025, 6, 1))
    application.accepted_at, application.offer_deadline = at(2025, 6, 2), deadline
    application.move("accept", by=enterprise, at=at(2025, 6, 2))
    return application


def place(by: User, application: Any, moment: datetime = BEFORE, **changes: Any) -> None:
    """Save and seal an offer."""
    offers.save(by=by, at=moment, application_id=application.pk, terms=plain_terms(**changes), seal=True)
