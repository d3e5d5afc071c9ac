"""Pages are written with tags: each escapes what it is given, keeps its parts tied together, and refuses slips."""

import datetime
import re
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import translation

from finance_platform.foundation.doors import Page
from finance_platform.foundation.templatetags import figures, ipf

UTC = datetime.UTC


def shown(source: str, **context: object) -> str:
    """Render a fragment the way a page would, without the request's context processors."""
    template = engines["django"].from_string("{% load ipf i18n %}" + source).template
    with translation.override("zh-hans"):
        return template.render(Context(context))


class Parts(HTMLParser):
    """The elements of a fragment, as (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def ids(self) -> list[str | None]:
        return [attributes["id"] for _tag, attributes in self.elements if "id" in attributes]


# --- Figures and dates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ fen|yuan }}", "1,894,200.00 元"),
        ("{{ fen|wan }}", "189.42 万元"),
        ("{{ fen|yi }}", "0.02 亿元"),
        ("{{ fen|in_wan }}", "189.42"),
        ("{{ fen|in_yuan }}", "1,894,200.00"),
        ("{{ fen|in_yi }}", "0.02"),
        ("{{ fen|wan|signed }}", "+189.42 万元"),
        ("{{ loss|wan|signed }}", "\u221221.53 万元"),
        ("{{ fen|capital_amount }}", "壹佰捌拾玖万肆仟贰佰元整"),
    ],
)
def test_money_filters_write_fen_with_the_unit_they_name(source, text):
    assert shown(source, fen=189_420_000, loss=-21_530_000) == text


@pytest.mark.parametrize("name", sorted(figures.FILTERS))
def test_what_is_unknown_prints_a_dash_and_never_zero(name):
    assert shown("{{ value|" + name + " }}", value=None) == "—"
    assert shown("{{ absent|" + name + " }}") == "—"


@pytest.mark.parametrize("amount", [1.5, Decimal("1.50"), "150"])
def test_yuan_never_pass_for_fen(amount):
    with pytest.raises(TypeError, match="integer number of fen"):
        shown("{{ amount|wan }}", amount=amount)


@pytest.mark.parametrize(
    ("ratio", "places", "text"),
    [
        (0.021, 2, "2.10%"),
        (Decimal("0.00125"), 2, "0.13%"),
        (0.00125, 2, "0.13%"),
        (Fraction(1, 3), 1, "33.3%"),
        (-0.0345, 2, "\u22123.45%"),
        (12, 0, "1,200%"),
        (0, 2, "0.00%"),
        (-0.000001, 2, "0.00%"),
        (float("nan"), 2, "—"),
        (Decimal("Infinity"), 2, "—"),
    ],
)
def test_percentages_are_rounded_half_up_as_people_read_them(ratio, places, text):
    assert figures.percent(ratio, places) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "+12"),
        (-3, "\u22123"),
        (0, "0"),
        (Decimal("0.12"), "+0.12"),
        ("−1.00", "−1.00"),
        ("-1", "−1"),
        ("0.00", "0.00"),
    ],
)
def test_a_change_carries_its_sign_once(value, text):
    assert figures.signed(value) == text


def test_moments_are_shown_in_the_time_of_the_region():
    late = datetime.datetime(2025, 6, 29, 17, 30, tzinfo=UTC)
    assert shown("{{ at|when }} {{ at|day }} {{ at|long_day }}", at=late) == "2025-06-30 01:30 2025-06-30 2025年6月30日"


def test_a_plain_date_keeps_its_day():
    assert shown("{{ on|day }} {{ on|long_day }}", on=datetime.date(2025, 1, 2)) == "2025-01-02 2025年1月2日"


def test_digests_show_both_ends_and_codes_stand_in_groups():
    digest = bytes.fromhex("9f2c41aa" + "00" * 24 + "03b87be1")
    assert figures.short_hash(digest) == figures.short_hash(digest.hex()) == figures.short_hash(memoryview(digest))
    assert figures.short_hash(digest) == "9f2c41aa…03b87be1"
    assert figures.short_hash("abcd") == "abcd"
    assert figures.credit_code("91150200MA0N0X1Y2H") == "9115 0200 MA0N 0X1Y 2H"


def test_money_keeps_the_exact_yuan_at_hand():
    html = shown('{% money fen "wan" %}{% money none "wan" %}', fen=189_420_001, none=None)
    assert Parts(html).all("data") == [{"class": "ipf-num", "value": "189420001", "title": "1,894,200.01 元"}]
    assert html.endswith("—")


# --- Every tag ----------------------------------------------------------------------------------------------------

EVIL = '"><script>alert(1)</script>'
FRAGMENTS = [
    "{% status_tag evil evil 'good' %}",
    "{% kpi evil evil evil evil evil %}",
    "{% facts pairs %}",
    "{% steps steps evil %}",
    "{% empty_state evil evil evil evil %}",
    "{% scroll evil %}{{ evil }}{% endscroll %}",
    "{% action evil evil 'danger' confirm=evil %}",
    "{% progress 0.5 evil 0.6 evil %}",
    "{% prefecture_tiles tiles legend %}",
    "{% bars bars title=evil unit=evil limit=2 limit_label=evil desc=evil %}",
    "{% line_chart series labels=labels title=evil unit=evil limit=2 limit_label=evil desc=evil %}",
    "{% histogram bins title=evil unit=evil marks=marks desc=evil %}",
]


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_a_tag_escapes_what_people_typed(fragment):
    html = shown(
        fragment,
        evil=EVIL,
        pairs=[(EVIL, EVIL)],
        steps=[{"label": EVIL, "state": "now", "note": EVIL, "url": EVIL}],
        tiles=[{"code": "150100", "name": EVIL, "text": EVIL, "level": 1, "url": EVIL}],
        legend=[EVIL],
        bars=[{"label": EVIL, "value": 1, "text": EVIL, "url": EVIL}],
        series=[{"label": EVIL, "values": [1, 2], "end": EVIL}],
        labels=[EVIL, EVIL],
        bins=[{"low": 0, "high": 1, "count": 2}],
        marks=[{"at": 0.5, "label": EVIL}],
    )
    assert "alert(1)" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    "fragment",
    [
        "{% status_tag 'x' 'x' 'green' %}",
        "{% action '/' 'x' 'red' %}",
        "{% facts pairs 'rows' %}",
        "{% money 1 'fen' %}",
        "{% steps steps %}",
    ],
)
def test_a_word_that_is_not_in_the_vocabulary_is_refused(fragment):
    with pytest.raises(TemplateSyntaxError, match="use one of"):
        shown(fragment, pairs=[], steps=[{"label": "x", "state": "current"}])


def test_a_key_figure_that_is_not_known_is_a_dash_and_a_known_one_may_open_its_entries():
    assert ">—<" in shown("{% kpi '不良率' none '%' %}", none=None)
    assert Parts(shown("{% kpi '余额' '1.30' url='/ledger/' %}")).all("a") == [{"href": "/ledger/"}]


def test_the_present_step_is_marked_for_a_screen_reader_too():
    steps = [{"label": state, "state": state} for state in ("done", "now", "todo", "failed")]
    html = shown("{% steps steps %}", steps=steps)
    assert [item.get("aria-current") for item in Parts(html).all("li")] == [None, "step", None, None]
    for words in ("(已完成)", "(当前)", "(未开始)", "(未通过)"):
        assert words in html


def test_a_scrolling_table_is_a_named_region_the_keyboard_reaches():
    html = shown("{% scroll '补偿队列' %}<table></table>{% endscroll %}")
    region = Parts(html).all("div")[0]
    assert (region["role"], region["tabindex"]) == ("region", "0")
    assert region["aria-label"].startswith("补偿队列")
    assert "<table></table>" in html


def test_an_action_posts_with_its_token_and_a_number_of_its_own():
    html = shown("{% action '/claims/7/pay/' '支付' %}{% action '/claims/7/pay/' '支付' %}", csrf_token="token")
    assert [form["method"] for form in Parts(html).all("form")] == ["post", "post"]
    hidden = [(field["name"], field["value"]) for field in Parts(html).all("input")]
    assert hidden.count(("csrfmiddlewaretoken", "token")) == 2
    keys = [value for name, value in hidden if name == "form_key"]
    assert len(set(keys)) == 2
    assert all(len(key or "") >= 24 for key in keys)


def test_a_confirmation_stands_between_the_first_click_and_the_post():
    html = shown("{% action '/pay/' '支付' 'danger' confirm='不可撤回。' %}")
    assert html.index("<summary") < html.index("不可撤回。") < html.index("<button")
    assert len(Parts(html).all("button")) == 1


def page(**changes: object) -> Page:
    return Page(**({"rows": [], "next": "", "size": 50, "first": True} | changes))  # type: ignore[arg-type]


def test_the_next_page_keeps_the_filters_of_the_address():
    request = RequestFactory().get("/claims/?bank=3&after=90&state=filed")
    html = shown("{% page_nav page %}", page=page(next="40", first=False), request=request)
    addresses = [QueryDict((link["href"] or "").lstrip("?")).dict() for link in Parts(html).all("a")]
    assert addresses == [{"bank": "3", "state": "filed"}, {"bank": "3", "state": "filed", "after": "40"}]


def test_a_list_of_one_page_has_no_navigation():
    assert shown("{% page_nav page %}", page=page()).strip() == ""


# --- Forms --------------------------------------------------------------------------------------------------------


class EveryField(forms.Form):
    name = forms.CharField(label="企业名称", help_text="与营业执照一致")
    amount = forms.DecimalField(label="金额", min_value=0, help_text="万元")
    way = forms.ChoiceField(label="还款方式", choices=[("a", "甲"), ("b", "乙")])
    kind = forms.ChoiceField(
        label="质押物", choices=[("p", "专利"), ("t", "商标")], widget=forms.RadioSelect, help_text="一种"
    )
    fields_of_use = forms.MultipleChoiceField(
        label="领域", choices=[("r", "稀土")], widget=forms.CheckboxSelectMultiple
    )
    on = forms.DateField(label="日期", help_text="工作日")
    contract = forms.FileField(label="合同", help_text="PDF")
    note = forms.CharField(label="备注", widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="同意授权", help_text="征信")
    case = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        self.add_error(None, "金额超过上限")


def test_labels_help_and_errors_of_every_kind_of_field_are_tied_to_it():
    form = EveryField({"case": "7", "amount": "x", "on": "2025-13-40"})
    parts = Parts(shown("{% form_body form %}", form=form))
    assert len(parts.ids) == len(set(parts.ids))
    described = {
        name: a["aria-describedby"] for _tag, a in parts.elements if (name := a.get("name")) and "aria-describedby" in a
    }
    for name in ("name", "amount", "on", "contract", "agree"):
        assert described[name] == f"id_{name}_helptext id_{name}_error"
    group = next(a for a in parts.all("fieldset") if "id_kind_error" in (a.get("aria-describedby") or ""))
    assert group["aria-describedby"] == "id_kind_helptext id_kind_error"
    told = " ".join(a["aria-describedby"] or "" for _tag, a in parts.elements if "aria-describedby" in a).split()
    assert set(told) <= set(parts.ids)
    inputs = {
        a["id"] for tag, a in parts.elements if tag in {"input", "select", "textarea"} and a.get("type") != "hidden"
    }
    assert inputs <= {a.get("for") for a in parts.all("label")}


def test_every_line_of_the_summary_leads_to_a_field_of_the_form():
    form = EveryField({"case": "", "amount": "x"})
    html = shown("{% form_body form %}", form=form)
    parts = Parts(html)
    targets = [(link["href"] or "")[1:] for link in parts.all("a")]
    assert {"id_name", "id_kind_0", "id_fields_of_use_0", "id_agree"} <= set(targets)
    assert set(targets) <= set(parts.ids)
    assert "金额超过上限" in html
    assert "有 10 处需要修改" in html


def test_a_form_without_faults_has_no_summary_and_offers_native_pickers():
    parts = Parts(shown("{% form_body form %}", form=EveryField(initial={"on": datetime.date(2025, 7, 1)})))
    assert not [a for _tag, a in parts.elements if a.get("role") == "alert"]
    fields = {a["name"]: a for a in parts.all("input")}
    assert (fields["on"]["type"], fields["on"]["value"]) == ("date", "2025-07-01")
    assert (fields["amount"]["type"], fields["amount"]["inputmode"]) == ("text", "decimal")
    assert parts.all("textarea")[0]["rows"] == "4"


def test_what_was_typed_wrongly_stays_in_sight():
    form = EveryField({"on": "2025.13.40", "amount": "十二"})
    fields = {a["name"]: a for a in Parts(shown("{% form_body form %}", form=form)).all("input")}
    assert (fields["on"]["type"], fields["on"]["value"]) == ("text", "2025.13.40")
    assert (fields["amount"]["type"], fields["amount"]["value"]) == ("text", "十二")


def test_a_whole_form_can_carry_files_its_token_and_a_way_back():
    html = shown("{% post_form form '提交申请' cancel_url='/sme/' %}", form=EveryField(), csrf_token="token")
    parts = Parts(html)
    assert parts.all("form") == [
        {"class": "ipf-form", "method": "post", "novalidate": None, "enctype": "multipart/form-data"}
    ]
    assert {"csrfmiddlewaretoken", "form_key", "case"} <= {
        a["name"] for a in parts.all("input") if a["type"] == "hidden"
    }
    assert {"href": "/sme/", "class": "ipf-btn"} in parts.all("a")


# --- Charts as people meet them -------------------------------------------------------------------------------------


def numbers(html: str) -> list[str]:
    """Return the cells of the data table."""
    return re.findall(r'<td class="ipf-r">([^<]*)</td>', html)


def test_a_line_chart_is_named_and_every_figure_stands_in_its_table():
    series = [{"label": "实际", "values": [1, None, 2.5], "style": "actual", "end": "2.5"}]
    html = shown(
        "{% line_chart s labels=l title='累计' unit='亿元' desc='低于目标。' %}", s=series, l=["一季", "二季", "三季"]
    )
    parts = Parts(html)
    named = (next(a for a in parts.all("svg") if a.get("role") == "img")["aria-labelledby"] or "").split()
    assert len(named) == 2
    assert set(named) <= set(parts.ids)
    assert numbers(html) == ["1.0", "—", "2.5"]
    assert "低于目标。" in html


def test_two_charts_on_a_page_never_share_an_id():
    html = shown(
        "{% line_chart a labels=l title='额' %}{% line_chart b labels=l title='额' %}{% histogram h title='额' %}",
        a=[{"label": "甲", "values": [1, 2]}],
        b=[{"label": "乙", "values": [2, 1]}],
        l=["一", "二"],
        h=[{"low": 0, "high": 1, "count": 2}],
    )
    ids = Parts(html).ids
    assert len(ids) == len(set(ids)) == 6


def test_bars_name_their_figures_and_the_limit_they_break():
    rows = [{"label": "青城银行", "value": 2430, "tone": "bad"}, {"label": "北疆银行", "value": None}]
    html = shown("{% bars rows title='集中度' unit='万元' limit=2294.5 limit_label='上限 25%' %}", rows=rows)
    assert numbers(html) == ["2,430", "—"]
    assert "上限 25%" in html
    bars = [a for a in Parts(html).all("rect") if a["class"] == "ipf-fill-bad"]
    limit = float((next(a for a in Parts(html).all("line") if a["class"] == "ipf-limit")["x1"] or "").rstrip("%"))
    assert [float((a["width"] or "").rstrip("%")) > limit for a in bars] == [True]


def test_a_meter_is_clipped_but_its_figure_is_true():
    html = shown("{% meter 1.25 %}{% meter none %}", none=None)
    assert [a["width"] for a in Parts(html).all("rect")] == ["100%", "100.0%"]
    assert "125.0%" in html
    assert "—" in html


def test_the_vocabulary_offers_the_tags_the_design_page_names():
    tags = {"field", "form_body", "status_tag", "kpi", "empty_state", "page_nav", "steps", "facts", "scroll", "action"}
    assert tags | {"bars", "line_chart", "histogram"} <= set(ipf.register.tags)
