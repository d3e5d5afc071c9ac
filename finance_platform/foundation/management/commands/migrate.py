"""Migrate as the owner: the run-time role owns nothing and may change no table."""

from argparse import ArgumentParser

from django.core.management.commands.migrate import Command as MigrateCommand


class Command(MigrateCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
