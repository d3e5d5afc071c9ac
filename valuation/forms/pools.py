"""The appraiser's model of a pool: every assumption with the tables' value filled in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import DayField, PlatformForm
from valuation.forms.estimates import KIND_LABELS
from valuation.forms.fields import PercentField, WanField
from valuation.rules.pools import PATHS, PATHS_MAX, Assumptions, Triple
from valuation.rules.rights import Right

ENDS = (("low", _("低")), ("mode", _("最可能")), ("high", _("高")))
SINGLE_PREMIUMS = {"market": _("市场风险"), "finance": _("资金风险"), "management": _("管理风险")}
PATH_CHOICES = [(paths, f"{paths:,}") for paths in (4096, 16384, PATHS_MAX)]


class PoolForm(PlatformForm):
    """Three-point inputs become distributions; the shares say how the patents part the product's revenue."""

    def __init__(self, *args: Any, pool: Sequence[Right], stated: Assumptions, seed: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pool, self.stated = pool, stated
        self.triples: dict[str, str] = {}
        self._put("valuation_date", DayField(label=_("评估基准日"), initial=stated.valuation_date))
        self._put(
            "revenue_fen",
            WanField(
                label=_("相关产品上年收入"), initial=stated.revenue_fen or None,
                help_text=_("单位:万元;预填为企业上年营业收入,请换成使用这些权利的产品收入"),
            ),
        )  # fmt: skip
        self._triple("growth", _("年增长率"), stated.growth, minimum=-50)
        self._rights()
        self._rates()
        self._put("paths", _choice(_("模拟路径数"), PATH_CHOICES, stated.paths))
        self._put(
            "seed",
            forms.IntegerField(label=_("随机种子"), initial=seed, min_value=0, help_text=_("同一种子重算结果相同")),
        )

    def _put(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field

    def _percent(self, name: str, label: Any, value: float, minimum: int = 0) -> None:
        self._put(name, PercentField(label=label, initial=value, min_value=minimum, max_value=100))

    def _triple(self, name: str, label: Any, values: Triple, minimum: int = 0) -> None:
        self.triples[name] = label
        for (end, word), value in zip(ENDS, values, strict=True):
            self._percent(f"{name}_{end}", _("%(what)s,%(end)s(%%)") % {"what": label, "end": word}, value, minimum)

    def _rights(self) -> None:
        if self.stated.shares:
            self._triple("royalty", _("技术许可费率合计"), self.stated.royalty)
            self._triple("decay", _("技术年衰减率"), self.stated.decay)
        if any(right.is_mark for right in self.pool):
            self._triple("mark_royalty", _("商标许可费率"), self.stated.mark_royalty)
        for place, right in enumerate(self.pool):
            if right.number in self.stated.shares:
                label = _("%(number)s 占技术贡献的份额(%%)") % {"number": right.number}
                self._percent(f"share_{place}", label, self.stated.shares[right.number])
        for kind, years in self.stated.life_years.items():
            label = _("%(kind)s经济寿命(年)") % {"kind": KIND_LABELS[kind]}
            self._put(f"life_{kind}", forms.FloatField(label=label, initial=years, min_value=0.5, max_value=50))
            self._percent(
                f"hazard_{kind}", _("%(kind)s年失效率(%%)") % {"kind": KIND_LABELS[kind]}, self.stated.hazard[kind]
            )

    def _rates(self) -> None:
        self._percent("risk_free", _("无风险利率(%)"), self.stated.risk_free)
        self._triple("technology", _("技术风险报酬"), self.stated.premiums["technology"])
        for name, label in SINGLE_PREMIUMS.items():
            self._percent(name, _("%(what)s报酬(%%)") % {"what": label}, self.stated.premiums[name][1])
        self._percent("tax_rate", _("企业所得税率(%)"), self.stated.tax_rate)
        self._percent("operating_margin", _("营业利润率(%)"), self.stated.operating_margin)
        self._percent("profit_share_cap", _("许可费合计至多占营业利润(%)"), self.stated.profit_share_cap)

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the fields as the page lays them out, three to a row, so that low, mode and high stand together."""
        income = ["valuation_date", "revenue_fen", "operating_margin", *self._ends("growth")]
        rates = [*self._ends("technology"), "risk_free", *SINGLE_PREMIUMS, "tax_rate", "profit_share_cap"]
        simulation = ["paths", "seed"]
        rights = [name for name in self.fields if name not in {*income, *rates, *simulation}]
        parts = (
            (_("收入"), income), (_("权利"), rights), (_("折现率与约定"), rates), (_("模拟"), simulation),
        )  # fmt: skip
        return [(title, [self[name] for name in names]) for title, names in parts]

    def _ends(self, name: str) -> list[str]:
        return [f"{name}_{end}" for end, _word in ENDS]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for name, label in self.triples.items():
            ends = [found.get(f"{name}_{end}") for end, _word in ENDS]
            if None not in ends and ends != sorted(ends):  # type: ignore[type-var]
                self.add_error(f"{name}_mode", _("%(what)s须低 ≤ 最可能 ≤ 高") % {"what": label})
        return dict(found)

    def assumptions(self) -> Assumptions:
        """Return what was stated; what the pool does not need stays as the tables have it."""
        found, stated = self.cleaned_data, self.stated
        singles = {name: (found[name],) * 3 for name in SINGLE_PREMIUMS}
        return Assumptions(
            valuation_date=found["valuation_date"], revenue_fen=found["revenue_fen"], paths=int(found["paths"]),
            growth=self._stated("growth", stated.growth), royalty=self._stated("royalty", stated.royalty),
            mark_royalty=self._stated("mark_royalty", stated.mark_royalty), decay=self._stated("decay", stated.decay),
            risk_free=found["risk_free"], tax_rate=found["tax_rate"], operating_margin=found["operating_margin"],
            profit_share_cap=found["profit_share_cap"],
            premiums={"technology": self._stated("technology", (0, 0, 0)), **singles},
            life_years={kind: found[f"life_{kind}"] for kind in stated.life_years},
            hazard={kind: found[f"hazard_{kind}"] for kind in stated.hazard},
            shares={
                right.number: found[f"share_{place}"]
                for place, right in enumerate(self.pool) if right.number in stated.shares
            },
        )  # fmt: skip

    def _stated(self, name: str, otherwise: Triple) -> Triple:
        if name not in self.triples:
            return otherwise
        return tuple(self.cleaned_data[f"{name}_{end}"] for end, _word in ENDS)  # type: ignore[return-value]


def _choice(label: Any, choices: list[tuple[int, str]], initial: int = PATHS) -> forms.Field:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, initial=initial)
