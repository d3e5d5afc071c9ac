"""Fictional data for `parts/gallery.html`, the page that shows every part of the design system once."""

import datetime
import math
from typing import Any

from django import forms

from finance_platform.foundation.doors import Page

TODAY = datetime.date(2025, 6, 30)
PREFECTURES = [
    ("150600", "鄂尔多斯", 58, 27_180, 96.3),
    ("150200", "包头", 71, 30_320, 91.5),
    ("150100", "呼和浩特", 83, 29_110, 88.7),
    ("150400", "赤峰", 36, 10_360, 77.8),
    ("150500", "通辽", 29, 8_550, 74.0),
    ("150900", "乌兰察布", 24, 8_450, 72.1),
    ("150300", "乌海", 12, 3_760, 66.4),
    ("150800", "巴彦淖尔", 21, 4_870, 61.7),
    ("152900", "阿拉善", 9, 2_640, 58.2),
    ("150700", "呼伦贝尔", 17, 4_160, 54.9),
    ("152500", "锡林郭勒", 14, 3_160, 49.6),
    ("152200", "兴安", 11, 2_240, 43.2),
]
GROWTH = [2.6, 5.9, 8.8, 12.9, 15.8, 19.6, 23.1, 27.6, 30.7, 34.9, 38.8, 43.9, 46.8, 50.4, 52.55, 57.9, 65.2, 71.38]
BANKS = [("青城银行", 2430), ("敕勒川农商银行", 1820), ("北疆银行", 1597), ("阴山银行", 1103), ("其余 9 家", 1486)]


class OfferForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="企业名称", help_text="与营业执照一致")
    code = forms.CharField(label="统一社会信用代码", min_length=18)
    amount = forms.DecimalField(label="可贷金额(万元)")
    way = forms.ChoiceField(label="还款方式", choices=[("a", "按季付息,到期还本"), ("b", "等额本息")])
    kind = forms.ChoiceField(label="质押物类型", choices=[("p", "专利"), ("t", "商标")], widget=forms.RadioSelect)
    uses = forms.MultipleChoiceField(
        label="优先领域", choices=[("re", "稀土"), ("h2", "氢能")], widget=forms.CheckboxSelectMultiple, required=False
    )
    on = forms.DateField(label="放款日期", help_text="须为工作日")
    contract = forms.FileField(label="质押合同扫描件", required=False, help_text="PDF,不超过 20 MB")
    note = forms.CharField(label="附加条件", widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="已阅读并同意征信查询授权")

    def clean(self) -> None:
        self.add_error(None, "可贷金额不得超过评估价值的 50%。")


def frame() -> dict[str, Any]:
    """Return what the frame of a signed-in bureau page needs."""
    nav = ["监管总览", "盟市进度", "基金敞口", "补偿审批", "压力测试", "账本查询", "监测报告", "审计留痕"]
    return {
        "platform": {"mode": "demo", "today": TODAY},
        "signed_in": True,
        "user": "乌兰",
        "role_label": "复核岗",
        "inbox": {"url": "#", "count": 7},
        "nav": [{"url": "#", "label": label, "current": not place} for place, label in enumerate(nav)],
        "crumbs": [{"label": "首页", "url": "/"}, {"label": "监管总览"}],
    }


def overview() -> dict[str, Any]:
    """Return the target, its trajectory and the key figures."""
    unknown: list[float | None] = [None] * 17
    return {
        "target_title": "93 亿元目标进度",
        "total_fen": 713_800_000_000,
        "ratio": 0.768,
        "ratio_label": "完成 76.8%",
        "mark": 0.9,
        "mark_label": "时间进度 90%",
        "target_facts": [
            ("距目标缺口", "21.62 亿元", "bad"),
            ("剩余时间", "2 个季度"),
            ("按现趋势", "预计 81.9 亿元", "bad"),
        ],
        "trajectory": [
            {"label": "目标路径", "values": [93 * quarter / 20 for quarter in range(1, 21)], "style": "target"},
            {"label": "实际累计", "values": [*GROWTH, None, None], "style": "actual", "area": True, "end": "71.38"},
            {"label": "趋势预测", "values": [*unknown, 71.38, 76.63, 81.9], "style": "forecast", "end": "预计 81.9"},
        ],
        "quarters": [f"{year} Q{quarter}" for year in range(2021, 2026) for quarter in range(1, 5)],
        "trajectory_title": "累计轨迹与预测",
        "yi_unit": "亿元",
        "wan_unit": "万元",
        "limit_label": "目标 93 亿元",
        "band": {"low": [*unknown, 71.38, 73.9, 76.2], "high": [*unknown, 71.38, 79.5, 87.6]},
        "trajectory_desc": "2025 年二季度末累计 71.38 亿元,低于目标路径。",
        "cards": [
            {
                "label": "风险补偿资金池余额",
                "value": "1.304",
                "unit": "亿元",
                "hint": "尚可承诺 1,254 万元",
                "url": "#",
            },
            {"label": "风险补偿责任余额", "value": "9,178", "unit": "万元", "hint": "占资金池 70.4%", "url": "#"},
            {"label": "放大倍数(贷款 / 财政资金)", "value": "8.3", "unit": "倍", "hint": "目标 ≥ 10 倍", "url": ""},
            {"label": "不良贷款率", "value": "1.86", "unit": "%", "hint": "较上季 ▲ 0.12 个百分点", "url": ""},
            {"label": "累计补偿 / 已追回", "value": None, "unit": "", "hint": "等待对账", "url": ""},
        ],
        "prefectures": [prefecture(*row) for row in PREFECTURES],
        "tile_legend": ["<50%", "50–70%", "70–90%", "≥90%"],
    }


def prefecture(code: str, name: str, count: int, amount_wan: int, percent: float) -> dict[str, Any]:
    """Return one prefecture's tile and row."""
    level = 1 + sum(percent >= edge for edge in (50, 70, 90))
    figures = {"count": count, "amount_fen": amount_wan * 1_000_000, "ratio": percent / 100, "text": f"{percent}%"}
    return figures | {"code": code, "name": name, "level": level, "url": "#"}


def risks() -> dict[str, Any]:
    """Return concentration, stress, sensitivity and the distribution of a pledge's value."""
    spread = [round(2600 * math.exp(-(((place - 11) / 3) ** 2) / 2)) for place in range(-4, 14)]
    bins = [{"low": place / 10, "high": (place + 1) / 10, "count": count} for place, count in enumerate(spread, -4)]
    density = [(x, 1.8 * math.exp(-(((x - 850) / 260) ** 2) / 2)) for x in range(100, 2401, 20)]
    return {
        "banks": [{"label": name, "value": value, "tone": "bad" if value > 2294 else "plain"} for name, value in BANKS],
        "concentration_title": "银行集中度",
        "bank_limit_label": "上限 25%",
        "bins": [one | {"tone": "bad" if one["low"] < 0 else "plain"} for one in bins],
        "stress_title": "压力测试 · 资金池年末余额分布",
        "stress_marks": [{"at": 0, "label": "耗尽线", "tone": "bad"}],
        "tornado": [
            {
                "label": name,
                "segments": [{"value": low, "tone": "warn"}, {"value": high}],
                "text": f"\u2212{-low} / +{high}",
            }
            for name, low, high in [("收益分成率", -312, 356), ("收入增长率", -238, 281), ("折现率", -196, 233)]
        ],
        "tornado_title": "估值敏感性",
        "tornado_legend": [("P10", "warn"), ("P90", "plain")],
        "density": [
            {"label": "变现价值", "values": density, "style": "actual", "area": True},
            {
                "label": "不足额",
                "values": [point for point in density if point[0] <= 600],
                "style": "shade",
                "tone": "bad",
            },
        ],
        "density_title": "质物价值分布与覆盖",
        "density_marks": [
            {"at": 600, "label": "贷款 600", "tone": "bad"},
            {"at": 891, "label": "变现均值 891", "tone": "info"},
            {"at": 1485, "label": "评估均值 1,485", "tone": "neutral"},
        ],
    }


def case() -> dict[str, Any]:
    """Return one application's way and the claims waiting for a check."""
    states = [
        ("提交申请", "done"),
        ("评估锁定", "done"),
        ("您来比选", "now"),
        ("签约与质押登记", "todo"),
        ("放款", "todo"),
    ]
    claims = [
        ("包头稀源磁材有限公司", 189_420_000, "待复核", "info"),
        ("赤峰药业新材料有限公司", None, "已超时", "bad"),
    ]
    filed = datetime.datetime(2025, 6, 27, 6, 3, tzinfo=datetime.UTC)
    return {
        "case_steps": [{"label": label, "state": state, "note": "06-11"} for label, state in states],
        "case_facts": [("申请金额", "600 万元"), ("风险补偿", "基金承担 40%", "good"), ("放款日期", None)],
        "claims": [
            {"number": f"BC-2025-{31 - place:04d}", "borrower": name, "code": "91150200MA0N0X1Y2H", "amount_fen": fen}
            | {
                "state": "filed",
                "label": label,
                "tone": tone,
                "at": filed,
                "digest": "9f2c41aa" * 8,
                "mine": place == 1,
            }
            for place, (name, fen, label, tone) in enumerate(claims)
        ],
        "page": Page([], "417", 50, first=False),
        "ledger": [("借方合计", "48,216.37 万元"), ("贷方合计", "48,216.37 万元"), ("试算平衡", "✓ 差额 0.00", "good")],
        "review_label": "复核",
        "submit_label": "预览并密封提交",
        "claim_fen": 189_420_000,
        "change_fen": -21_530_000,
        "nothing": None,
        "pay_label": "支付补偿款",
        "pay_confirm": "将从风险补偿资金账户支付壹佰捌拾玖万肆仟贰佰元整,付出后不可撤回。",
        "remind_label": "催办",
        "empty_title": "还没有融资申请",
        "empty_text": "3 分钟试算,了解贵公司的知识产权能贷多少。",
        "empty_action": "先试算",
    }


def context(form: forms.Form | None = None) -> dict[str, Any]:
    """Return everything the gallery shows."""
    return frame() | overview() | risks() | case() | {"form": form or OfferForm(initial={"on": TODAY})}
