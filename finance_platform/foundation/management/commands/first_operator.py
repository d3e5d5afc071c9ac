"""Take in the platform's first operator, by the real service; afterwards operators invite each other."""

import os
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from finance_platform.foundation import queries
from finance_platform.foundation.errors import DomainError
from finance_platform.foundation.services import organisations

VARIABLE = "FIRST_OPERATOR_PASSWORD"


class Command(BaseCommand):
    help = f"Take in the first operator; the password is asked for, or read from {VARIABLE}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="full name of the person")
        parser.add_argument("--username", required=True, help="the name to sign in with")
        parser.add_argument("--organisation", required=True, help="name of the operating organisation")
        parser.add_argument("--credit-code", required=True, help="its unified social credit code")
        parser.add_argument("--region", required=True, help="its prefecture or county by code, e.g. 150100")

    def handle(
        self, *, name: str, username: str, organisation: str, credit_code: str, region: str, **_: Any
    ) -> None:  # fmt: skip
        try:
            user = organisations.first_operator(
                by=queries.system_user(), at=queries.now(), full_name=name, username=username, name=organisation,
                credit_code=credit_code, region_code=region, password=_password(),
            )  # fmt: skip
        except DomainError as refusal:
            remedies = ";".join(f"{field}: {remedy}" for field, remedy in refusal.fields.items())
            raise CommandError(f"{refusal.message}({remedies})" if remedies else refusal.message) from None
        self.stdout.write(f"{user.username}({user.full_name},{organisation})可以登录:/accounts/login/")


def _password() -> str:
    """Return the password, never from an argument: those are seen by everybody on the machine."""
    if given := os.environ.get(VARIABLE):
        return given
    if not sys.stdin.isatty():
        raise CommandError(f"no terminal to ask for the password: set {VARIABLE}")
    first, again = getpass("口令 / password: "), getpass("再次输入 / again: ")
    if first != again:
        raise CommandError("两次输入的口令不一致 / the two passwords differ")
    return first
