"""The appraiser's model of a pool: every input with the tables' value filled in, and what stands behind it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation.forms import DayField, PlatformForm
from finance_platform.foundation.phrases import said
from valuation.forms.estimates import KIND_LABELS
from valuation.forms.fields import PercentField, WanField
from valuation.rules import evidence, statements
from valuation.rules.evidence import Evidence
from valuation.rules.pools import PATHS, PATHS_MAX, Assumptions, Triple
from valuation.rules.rights import Right
from valuation.rules.risks import TECHNOLOGY
from valuation.rules.statements import SCORE, STATED, Statement

ENDS = (("low", _("低")), ("mode", _("最可能")), ("high", _("高")))
SINGLE_PREMIUMS = {"market": _("市场风险"), "finance": _("资金风险"), "management": _("管理风险")}
PATH_CHOICES = [(paths, f"{paths:,}") for paths in (4096, 16384, PATHS_MAX)]
GRADE_CHOICES = [
    (evidence.DOCUMENT, _("A 文件(合同、报表、鉴定)")), (evidence.DATABASE, _("B 数据库(可核的统计)")),
    (evidence.EXPERT, _("C 专家判断或未核来源")),
]  # fmt: skip
ROYALTY_CHOICES = [(STATED, _("按下面三点填写")), (SCORE, _("按指标评分:K = 低 +(高 − 低)× 得分"))]
TITLES = {
    "revenue": _("相关产品收入"), "growth": _("年增长率"), "margin": _("营业利润与许可费上限"),
    "royalty": _("技术许可费率合计"), "decay": _("技术年衰减率"), "mark_royalty": _("商标许可费率"),
    "shares": _("各项技术占技术贡献的份额"), "life": _("经济寿命"), "hazard": _("年失效率"),
    "risk_free": _("无风险利率"), "premiums": _("风险报酬"), "tax_rate": _("企业所得税率"),
}  # fmt: skip
HELP = {
    "decay": _("过时只计一次:计在这里,折现率就不再含技术风险报酬"),
    "premiums": _("只计现金流没有计的风险:衰减率大于零时技术风险报酬须为 0;权利失效已计入失效率,不设法律风险报酬"),
    "shares": _("份额是分摊约定,合计不超过 100%,不因等级放宽"),
    "tax_rate": _("税率由法律规定,不因等级放宽"),
    "margin": _("专利与商标共用一项产品收入时,许可费合计至多占营业利润的这个份额"),
}


class PoolForm(PlatformForm):
    """Three-point inputs become distributions; grade B or C draws an input wider than it is stated."""

    def __init__(self, *args: Any, pool: Sequence[Right], stated: Statement, seed: int, scorable: bool = False,
                 **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.pool, self.statement, self.stated = pool, stated, stated.assumptions
        self.triples: dict[str, Any] = {}
        self.groups: dict[str, list[str]] = {group: [] for group in statements.groups(pool)}
        self.fields["valuation_date"] = DayField(label=_("评估基准日"), initial=self.stated.valuation_date)
        self._income()
        self._rights(scorable)
        self._rates()
        for group in self.groups:
            self._behind(group, stated.evidence.get(group, Evidence(evidence.EXPERT, "")))
        self.fields["paths"] = _choice(_("模拟路径数"), PATH_CHOICES, self.stated.paths)
        self.fields["seed"] = forms.IntegerField(
            label=_("随机种子"), initial=seed, min_value=0, help_text=_("同一种子重算结果相同")
        )

    # --- Fields -----------------------------------------------------------------------------------
    def _put(self, group: str, name: str, field: forms.Field) -> None:
        if group in self.groups:
            self.fields[name] = field
            self.groups[group].append(name)

    def _percent(self, group: str, name: str, label: Any, value: float, minimum: int = 0) -> None:
        self._put(group, name, PercentField(label=label, initial=value, min_value=minimum, max_value=100))

    def _triple(self, group: str, name: str, label: Any, values: Triple, minimum: int = 0) -> None:
        if group not in self.groups:
            return
        self.triples[name] = label
        for (end, word), value in zip(ENDS, values, strict=True):
            told = _("%(what)s,%(end)s(%%)") % {"what": label, "end": word}
            self._percent(group, f"{name}_{end}", told, value, minimum)

    def _income(self) -> None:
        revenue = WanField(
            label=_("相关产品上年收入"), initial=self.stated.revenue_fen or None,
            help_text=_("单位:万元;预填为企业上年营业收入,请换成使用这些权利的产品收入"),
        )  # fmt: skip
        self._put("revenue", "revenue_fen", revenue)
        self._triple("growth", "growth", _("年增长率"), self.stated.growth, minimum=-50)
        self._percent("margin", "operating_margin", _("营业利润率(%)"), self.stated.operating_margin)
        self._percent("margin", "profit_share_cap", _("许可费合计至多占营业利润(%)"), self.stated.profit_share_cap)

    def _rights(self, scorable: bool) -> None:
        if scorable:
            by = forms.ChoiceField(
                label=_("许可费率的来历"), choices=ROYALTY_CHOICES, initial=self.statement.royalty_by
            )
            self._put("royalty", "royalty_by", by)
        self._triple("royalty", "royalty", _("技术许可费率合计"), self.stated.royalty)
        self._triple("decay", "decay", _("技术年衰减率"), self.stated.decay)
        self._triple("mark_royalty", "mark_royalty", _("商标许可费率"), self.stated.mark_royalty)
        for place, right in enumerate(self.pool):
            if right.number in self.stated.shares:
                label = _("%(number)s 占技术贡献的份额(%%)") % {"number": right.number}
                self._percent("shares", f"share_{place}", label, self.stated.shares[right.number])
        for kind, years in self.stated.life_years.items():
            label = _("%(kind)s经济寿命(年)") % {"kind": KIND_LABELS[kind]}
            life = forms.FloatField(label=label, initial=years, min_value=0.5, max_value=50)
            self._put("life", f"life_{kind}", life)
            told = _("%(kind)s年失效率(%%)") % {"kind": KIND_LABELS[kind]}
            self._percent("hazard", f"hazard_{kind}", told, self.stated.hazard[kind])

    def _rates(self) -> None:
        self._percent("risk_free", "risk_free", _("无风险利率(%)"), self.stated.risk_free)
        self._triple("premiums", TECHNOLOGY, _("技术风险报酬"), self.stated.premiums[TECHNOLOGY])
        for name, label in SINGLE_PREMIUMS.items():
            told = _("%(what)s报酬(%%)") % {"what": label}
            self._percent("premiums", name, told, self.stated.premiums[name][1])
        self._percent("tax_rate", "tax_rate", _("企业所得税率(%)"), self.stated.tax_rate)

    def _behind(self, group: str, known: Evidence) -> None:
        """Put grade, source and date of a group."""
        what = {"what": TITLES[group]}
        self.fields[f"{group}_grade"] = forms.ChoiceField(
            label=_("%(what)s:证据等级") % what, choices=GRADE_CHOICES, initial=known.grade
        )
        self.fields[f"{group}_source"] = forms.CharField(
            label=_("%(what)s:来源") % what, max_length=evidence.SOURCE_LENGTH, initial=said(known.source)
        )
        self.fields[f"{group}_date"] = DayField(
            label=_("%(what)s:文件或数据日期") % what, initial=known.day, required=False, help_text=_("A 级必填")
        )

    # --- Layout -----------------------------------------------------------------------------------
    def sections(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """Return the groups as the page lays them out, each with its fields and, folded, what stands behind it."""
        parts = (
            (_("收入"), ("revenue", "growth", "margin")),
            (_("权利"), ("royalty", "decay", "mark_royalty", "shares", "life", "hazard")),
            (_("折现率与税"), ("risk_free", "premiums", "tax_rate")),
        )  # fmt: skip
        return [(title, [self._laid_out(group) for group in part if group in self.groups]) for title, part in parts]

    def _laid_out(self, group: str) -> dict[str, Any]:
        behind = [self[f"{group}_{name}"] for name in ("grade", "source", "date")]
        ends = [f"{name}_{end}" for name in self.triples for end, _word in ENDS]
        return {
            "title": TITLES[group], "help": HELP.get(group, ""),
            "singles": [self[name] for name in self.groups[group] if name not in ends],
            "triple": [self[name] for name in self.groups[group] if name in ends],
            "behind": behind, "grade": behind[0].value() or "", "source": behind[1].value() or "",
            "open": any(bound.errors for bound in behind),
        }  # fmt: skip

    def settings(self) -> list[forms.BoundField]:
        """Return the fields of the run itself."""
        return [self[name] for name in ("valuation_date", "paths", "seed")]

    # --- What was stated --------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for name, label in self.triples.items():
            ends = [found.get(f"{name}_{end}") for end, _word in ENDS]
            if None not in ends and ends != sorted(ends):  # type: ignore[type-var]
                self.add_error(f"{name}_mode", _("%(what)s须低 ≤ 最可能 ≤ 高") % {"what": label})
        if found.get("decay_high") and found.get(f"{TECHNOLOGY}_high"):
            self.add_error(f"{TECHNOLOGY}_high", _("过时已计入衰减率:请把技术风险报酬填 0,或把衰减率填 0"))
        return dict(found)

    def stated_now(self) -> Statement:
        """Return what was stated; what the pool does not need stays as the tables have it."""
        found = self.cleaned_data
        behind = {
            group: Evidence(found[f"{group}_grade"], self._source(group), found[f"{group}_date"])
            for group in self.groups
        }  # fmt: skip
        return Statement(self._assumptions(), behind, found.get("royalty_by") or STATED)

    def _source(self, group: str) -> str:
        """Return the source as typed; one left as it was shown, in whatever language, is the one it was."""
        typed, known = str(self.cleaned_data[f"{group}_source"]).strip(), self.statement.evidence.get(group)
        return known.source if known is not None and typed == said(known.source) else typed

    def _assumptions(self) -> Assumptions:
        found, stated = self.cleaned_data, self.stated
        singles = {name: (found[name],) * 3 for name in SINGLE_PREMIUMS}
        return Assumptions(
            valuation_date=found["valuation_date"], revenue_fen=found["revenue_fen"], paths=int(found["paths"]),
            growth=self._stated("growth", stated.growth), royalty=self._stated("royalty", stated.royalty),
            mark_royalty=self._stated("mark_royalty", stated.mark_royalty), decay=self._stated("decay", stated.decay),
            risk_free=found["risk_free"], tax_rate=found["tax_rate"], operating_margin=found["operating_margin"],
            profit_share_cap=found["profit_share_cap"],
            premiums={TECHNOLOGY: self._stated(TECHNOLOGY, (0, 0, 0)), **singles},
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


class AnswersForm(PlatformForm):
    """The indicator form for one right: a score or `missing`, and a note, for every indicator."""

    def __init__(self, *args: Any, leaves: Sequence[Any], known: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaves = leaves
        scores = [("", "—"), *((str(one), str(one)) for one in range(1, 11)), ("missing", _("缺失"))]
        for leaf in leaves:
            before = known.get(leaf.key)
            given = "" if before is None else "missing" if before["score"] is None else str(before["score"])
            self.fields[f"score_{leaf.key}"] = forms.ChoiceField(label=_("评分(1–10)"), choices=scores, initial=given)
            self.fields[f"note_{leaf.key}"] = forms.CharField(
                label=_("评分依据或缺失原因"), max_length=300, initial=before["note"] if before else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Return each indicator with its two fields."""
        return [(leaf, self[f"score_{leaf.key}"], self[f"note_{leaf.key}"]) for leaf in self.leaves]

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return the raw answers as the service takes them."""
        found = self.cleaned_data
        return {leaf.key: _answer(found[f"score_{leaf.key}"], found[f"note_{leaf.key}"]) for leaf in self.leaves}


class IndicatorFormUpload(PlatformForm):
    """A new version of the indicator form."""

    file = forms.FileField(label=_("JSON 文件"), help_text=_("三个第一级名称、各级权重合计为 1、最末级有 key;UTF-8"))
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("标准号、版本和取得方式"))
    valid_from = DayField(label=_("启用日"), help_text=_("不早于今天;已作的评分按当时的版本"))


def _answer(score: str, note: str) -> dict[str, Any]:
    return {"score": None if score == "missing" else int(score), "note": note}


def _choice(label: Any, choices: list[tuple[int, str]], initial: int = PATHS) -> forms.Field:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, initial=initial)
