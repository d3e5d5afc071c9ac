"""A region small enough to build for one run: the whole cast, the told story, and one firm in each telling state."""

from django.db import transaction

from finance_platform.demo import cast, history, lives, region, story

OUTCOMES = ("SETTLED", "ACTIVE", "OVERDUE", "PUBLISHED", "OPENED", "CLAIM_REVIEWED", "RECOVERED")
"""One life of each: between them every page of the site has something to show."""


def build() -> None:
    """Write the region and tell the story; the platform's clock stands at the business date afterwards."""
    cast.user.cache_clear()  # people of another database would be remembered otherwise
    with transaction.atomic():
        history._found()
        chosen = plans()
        taking_part = [lives.firm_life(first) for first in firsts(chosen)]
        history._let_live([*taking_part, *(lives.Life(plan).live() for plan in chosen), *_offices()])
    for _step in story.tell_all():
        pass
    cast.user.cache_clear()


def plans() -> list[lives.Plan]:
    """Return the first plan of each outcome, so that the region's own history is what is looked at."""
    return [next(plan for plan in history.plans() if plan.outcome == outcome) for outcome in OUTCOMES]


def firsts(chosen: list[lives.Plan]) -> list[lives.Plan]:
    """Return the first plan of each firm that takes part: it says how the firm lists its rights."""
    taking_part = {plan.firm.serial for plan in chosen}
    return [plan for plan in history._firsts() if plan.firm.serial in taking_part]


def password() -> str:
    return region.PASSWORD


def _offices() -> list[lives.Moments]:
    return [history._contributions(), history._official_figures()]
