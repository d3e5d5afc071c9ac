"""`manage.py open_offers`: open the offers of every application whose deadline has passed (for a scheduler)."""

from typing import Any

from django.core.management.base import BaseCommand

from banks_portal.services import openings
from finance_platform.foundation import queries


class Command(BaseCommand):
    help = "Open the offers of every application whose deadline has passed."

    def handle(self, *args: Any, **options: Any) -> None:
        for record in openings.open_due(by=queries.system_user(), at=queries.now()):
            self.stdout.write(f"{record.application.number}: {len(record.commitments)}")
