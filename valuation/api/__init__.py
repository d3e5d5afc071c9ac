"""The JSON door of the valuation app, assembled by subject."""

from ninja import Router

from valuation.api import appraisals, bases, estimates, indicators, questions, reports, runs

router = Router()
for _subject in (estimates, appraisals, indicators, bases, reports, runs, questions):
    router.add_router("", _subject.router)
