"""What two verifiers must answer about a right before it may be pledged."""

from collections.abc import Mapping
from datetime import date, timedelta

from finance_platform.foundation.errors import Invalid
from pledges.rules.pledgeability import FOUND_BY_PEOPLE, GROUNDS

EXTRACT_DAYS_MAX = 30


def questions(registry: str) -> dict[str, str]:
    """Return the grounds of a registry that only people can find, code and wording, in the registry's order."""
    return {entry.code: entry.label for entry in GROUNDS[registry] if entry.code in FOUND_BY_PEOPLE}


def adverse(registry: str, findings: Mapping[str, bool]) -> list[str]:
    """Return the grounds found true. Every question must be answered yes or no.

    Raises: Invalid at field `findings` naming the questions left open, or a ground the registry does not know.
    """
    asked = questions(registry)
    left_open = [label for code, label in asked.items() if findings.get(code) not in (True, False)]
    if left_open:
        raise Invalid("核验须逐项回答", fields={"findings": f"未回答:{'、'.join(left_open)}"})
    if unknown := set(findings) - set(asked):
        raise Invalid("核验项与登记机构不符", fields={"findings": f"没有这些事项:{'、'.join(sorted(unknown))}"})
    return [code for code in asked if findings[code]]


def require_fresh_extract(extract_date: date, on: date) -> None:
    """Refuse an extract of the register older than 30 days or dated after the day. Raises: Invalid."""
    if not on - timedelta(days=EXTRACT_DAYS_MAX) <= extract_date <= on:
        raise Invalid("登记簿副本须为 30 日内出具", fields={"extract_date": "请取得新的登记簿副本"})
