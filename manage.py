#!/usr/bin/env python
"""The platform's command line: starts the embedded PostgreSQL for the commands that need a database."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from finance_platform.foundation import lifeline

# The four calculators and the plain tools answer without any database.
WITHOUT_DATABASE = {
    "value_asset", "share_loss", "loan_schedule", "stress_fund",
    "help", "version", "--help", "--version", "collectstatic", "makemessages", "compilemessages", "startapp",
}  # fmt: skip


@contextmanager
def database_for(command: str) -> Iterator[None]:
    """Keep the command's database up while it runs (nothing to do for an external one)."""
    if command in WITHOUT_DATABASE:
        os.environ["WITHOUT_DATABASE"] = "1"
        yield
    elif os.environ.get("DATABASE_URL"):
        yield
    else:
        from finance_platform.foundation.embedded_postgres import EmbeddedPostgres

        with EmbeddedPostgres().running() as server:
            server.ensure_database()
            yield


def what_is_missing(error: Exception) -> str:
    """Return one line for a fault of the installation that its keeper can mend; nothing for a bug."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError

    from finance_platform.foundation.embedded_postgres import EmbeddedPostgresError

    if isinstance(error, ImproperlyConfigured):
        return f"settings: {error}"
    if isinstance(error, EmbeddedPostgresError):
        return str(error)
    # A server that cannot be reached has no SQLSTATE to give.
    if isinstance(error, OperationalError) and not getattr(error.__cause__, "pgcode", None):
        return f"the database cannot be reached: {' '.join(str(error).split())} (DATABASE_URL, DATABASE_OWNER_URL)"
    return ""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finance_platform.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the context below is left in order
    lifeline.end_with_parent_if_told(signal.SIGTERM)  # asked by make, of which nothing shall be left but the data
    try:
        with database_for(command):
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if line := what_is_missing(error):
            sys.exit(line)
        raise


if __name__ == "__main__":
    main()
