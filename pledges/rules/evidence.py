"""What people type from a paper: the number on it, the reason for a step. Present, and no longer than the record keeps.

Numbers are kept in half-width letters, so that two persons who key the same paper on two keyboards key the same.
"""

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.rules import half_width

NUMBER_LENGTH_MAX = 40
TEXT_LENGTH_MAX = 200


def number_on_paper(text: str, *, field: str, label: str, longest: int = NUMBER_LENGTH_MAX) -> str:
    """Return the number of a certificate, notice or bank slip in canonical form. Raises: Invalid if absent or too long.

    >>> number_on_paper(" Y2025-001 ", field="certificate_no", label="登记证书号")
    'Y2025-001'
    """
    return _bounded(half_width(text), field=field, label=label, longest=longest)


def reason(text: str, *, field: str, label: str, longest: int = TEXT_LENGTH_MAX) -> str:
    """Return a reason or name as written, trimmed. Raises: Invalid if absent or too long."""
    return _bounded(text.strip(), field=field, label=label, longest=longest)


def _bounded(text: str, *, field: str, label: str, longest: int) -> str:
    if not text:
        raise Invalid(f"请填写{label}", fields={field: "必填"})
    if len(text) > longest:
        raise Invalid(f"{label}过长", fields={field: f"至多 {longest} 字"})
    return text
