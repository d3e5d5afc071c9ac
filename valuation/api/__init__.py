"""The JSON door of the valuation app, assembled by subject."""

from ninja import Router

from valuation.api import appraisals, bases, estimates, reports, runs

router = Router()
for _subject in (estimates.router, appraisals.router, bases.router, reports.router, runs.router):
    router.add_router("", _subject)
