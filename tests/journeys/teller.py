"""Tells the demonstration's story in a process of its own, a step at a time, so that it can be killed in between.

    python -m tests.journeys.teller   (with EMBEDDED_PG_HOME and PLATFORM_MODE=test)

Says in JSON what it found, then after each step its number, and goes on when it is given a line.
"""

import json
import sys
from typing import Any

import django

from finance_platform.foundation.embedded_postgres import EmbeddedPostgres


def main() -> None:
    with EmbeddedPostgres().running() as server:
        server.ensure_database()
        django.setup()
        _found()
        print(json.dumps(_standing()), flush=True)
        from finance_platform.demo import story

        for step in story.tell_all():
            print(step.no, flush=True)
            sys.stdin.readline()
        print(json.dumps(_standing()), flush=True)


def _found() -> None:
    """Lay the region's foundations once: people, calendars, the fund with its money, the schemes."""
    from django.core.management import call_command
    from django.db import transaction

    from finance_platform.demo import cast, history

    call_command("migrate", verbosity=0)
    if not cast.exists("platform.operator"):
        with transaction.atomic():
            history._found()
            history._let_live([history._contributions()])


def _standing() -> dict[str, Any]:
    from finance_platform.demo.history import FUND
    from finance_platform.demo.models import StoryStep
    from pledges.models import Loan, Receipt
    from risk_fund.models import Claim, JournalEntry, Posting
    from tests.journeys.script import broken_laws

    tables = (JournalEntry, Posting, Loan, Receipt, Claim)
    return {
        "steps": list(StoryStep.objects.order_by("no").values_list("no", flat=True)),
        "rows": {table.__name__: table._default_manager.count() for table in tables},
        "broken": broken_laws(FUND),
    }


if __name__ == "__main__":
    main()
