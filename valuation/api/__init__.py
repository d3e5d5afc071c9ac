"""The JSON door of the valuation app, assembled by subject."""

from ninja import Router

from valuation.api import appraisals, estimates, questions, runs

router = Router()
for _subject in (estimates.router, appraisals.router, runs.router, questions.router):
    router.add_router("", _subject)
