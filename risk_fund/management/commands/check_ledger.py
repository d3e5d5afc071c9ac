"""Let the books of every fund examine themselves; the exit status is 1 if an invariant does not hold."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from risk_fund.models import Fund
from risk_fund.queries import sharing
from risk_fund.queries.ledger_checks import Check, checks


class Command(BaseCommand):
    help = "Check the invariants of the ledger (balance, numbers, closed months, reversals, distinct hands)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fund", default="", help="code of one fund; all funds without it")

    def handle(self, *args: Any, **options: Any) -> None:
        funds = Fund.objects.filter(code=options["fund"]) if options["fund"] else Fund.objects.all()
        if options["fund"] and not funds:
            raise CommandError(f"no fund has the code {options['fund']}")
        if not funds:
            self.stdout.write("no fund has been opened: there are no books to check")
        failed = sum([self._report(fund) for fund in funds])
        if failed:
            sys.exit(1)

    def _report(self, fund: Fund) -> int:
        found = [*checks(fund), *(Check(*law) for law in sharing.checks(fund))]
        self.stdout.write(f"{fund.code} {fund.name}")
        for check in found:
            faults = f":{check.detail}" if check.detail else ""
            self.stdout.write(f"  {'✓' if check.ok else '✗'} {check.name}{faults}")
        return sum(not check.ok for check in found)
