"""The fund over JSON, assembled by subject."""

from ninja import Router

from risk_fund.api import claims, funds, ledger, overview, schemes

router = Router()
router.add_router("/ledger", ledger.router)
for subject in (claims, funds, overview, schemes):
    router.add_router("", subject.router)
