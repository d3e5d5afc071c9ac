"""Migrate as the owner: the run-time role owns nothing and may change no table."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class Command(MigrateCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        with _options_without_rendering():
            super().handle(*args, **options)


@contextmanager
def _options_without_rendering() -> Iterator[None]:
    """Take constraints, indexes and triggers into the historic state without building its models anew.

    They change no column, so the models built before serve on. Django builds every related model again for each of
    them, and here everything is related to everything: an empty database would take a minute instead of seconds.
    """

    def append(state: ProjectState, app_label: str, model_name: str, option: str, value: Any) -> None:
        options = state.models[app_label, model_name].options
        options[option] = [*options.get(option, []), value]

    def add_trigger(operation: AddTrigger, app_label: str, state: ProjectState) -> None:
        append(state, app_label, operation.model_name.lower(), "triggers", operation.trigger)

    with (
        patch.object(ProjectState, "_append_option", append),
        patch.object(AddTrigger, "state_forwards", add_trigger),
    ):
        yield
