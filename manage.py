#!/usr/bin/env python
"""The platform's command line: starts the embedded PostgreSQL for the commands that need a database."""

import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext

# The four calculators and the plain tools answer without any database.
WITHOUT_DATABASE = {
    "value_asset", "share_loss", "loan_schedule", "stress_fund",
    "help", "version", "--help", "--version", "collectstatic", "makemessages", "compilemessages", "startapp",
}  # fmt: skip


def database_for(command: str) -> AbstractContextManager[object]:
    """Return the context in which the command's database is up (nothing to do for an external one)."""
    if command in WITHOUT_DATABASE:
        os.environ["WITHOUT_DATABASE"] = "1"
        return nullcontext()
    if os.environ.get("DATABASE_URL"):
        return nullcontext()
    from finance_platform.foundation.embedded_postgres import EmbeddedPostgres

    return EmbeddedPostgres().running()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finance_platform.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the context below is left in order
    with database_for(command) as server:
        if server is not None:
            server.ensure_database()  # type: ignore[attr-defined]
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
