"""The JSON door of the valuation app, assembled by subject."""

from ninja import Router

from valuation.api import appraisals, bases, estimates, indicators, reports, runs

router = Router()
for _subject in (
    estimates.router, appraisals.router, indicators.router, bases.router, reports.router, runs.router,
):  # fmt: skip
    router.add_router("", _subject)
