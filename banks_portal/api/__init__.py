"""The bank's work over JSON, assembled by subject."""

from ninja import Router

from banks_portal.api import awards, disposals, endings, loans, offers, registrations, restructurings

router = Router()
for subject in (offers, endings, awards, registrations, loans, restructurings, disposals):
    router.add_router("", subject.router)
