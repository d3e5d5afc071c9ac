"""The fund over JSON, assembled by subject."""

from ninja import Router

from risk_fund.api import ledger

router = Router()
router.add_router("/ledger", ledger.router)
