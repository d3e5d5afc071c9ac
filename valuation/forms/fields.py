"""How rates and large amounts are typed: percent and ten thousand yuan, given on as fractions and fen."""

from decimal import ROUND_DOWN, Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import YuanField

WAN = 10_000
PLACES = Decimal("0.000001")


class PercentField(forms.DecimalField):
    """A rate typed in percent, given to the service as a fraction.

    What is shown is cut, never rounded up, so that equal shares do not add up to more than the whole.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 12, "decimal_places": 6} | kwargs)

    def clean(self, value: Any) -> Any:
        percent = super().clean(value.rstrip("% ") if isinstance(value, str) else value)
        return None if percent is None else float(percent / 100)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, float):
            return value
        return format((Decimal(repr(value)) * 100).quantize(PLACES, ROUND_DOWN).normalize(), "f")


class WanField(YuanField):
    """An amount typed in ten thousand yuan, given to the service as integer fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": _("单位:万元")} | kwargs)

    def clean(self, value: Any) -> Any:
        fen = super().clean(value)
        return None if fen is None else fen * WAN

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(value // WAN) if isinstance(value, int) else value
