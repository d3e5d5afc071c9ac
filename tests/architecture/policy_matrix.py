"""The role x use-case matrix as a table that a person can read and a reviewer can compare.

`python -m tests.architecture.policy_matrix` writes it anew; the difference in the commit is the change of policy.
"""

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from finance_platform.foundation.permissions import ADMINISTRATOR, ROLES, Role

PATH = Path(__file__).with_name("policy_matrix.csv")
ALLOWED = "x"


def table(use_cases: Mapping[str, Callable[..., Any]]) -> str:
    """Return the matrix as CSV: a line per use case, a column per role, and one for an organisation's administrator."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["use_case", "permission", "audit_row", *Role, "administrator"])
    for name, function in sorted(use_cases.items()):
        permission = function.permission  # type: ignore[attr-defined]
        grants = [*(ROLES[role] for role in Role), ADMINISTRATOR]
        cells = [ALLOWED if permission in granted else "" for granted in grants]
        writer.writerow([name, permission, "at once" if function.audited else "sealed", *cells])  # type: ignore[attr-defined]
    return out.getvalue()


def platform_use_cases() -> dict[str, Callable[..., Any]]:
    """Return the use cases of the platform's own packages (tests may define others)."""
    from finance_platform.foundation.use_case import USE_CASES
    from tests.architecture.policy import APPS, service_modules

    service_modules()
    return {name: function for name, function in USE_CASES.items() if name.startswith(tuple(f"{a}." for a in APPS))}


def main() -> None:
    """Write the table beside this file."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PATH.write_text(table(platform_use_cases()), encoding="utf-8")


if __name__ == "__main__":
    main()
