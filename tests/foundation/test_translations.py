"""The site can be read in English: every text has its translation, and pages show no Chinese but names and data."""

import re
from datetime import date
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from banks_portal.models import CreditDecision
from finance_platform.foundation import doors
from finance_platform.foundation.models import Organisation, Region, User
from finance_platform.foundation.permissions import Role
from finance_platform.foundation.phrases import said
from finance_platform.foundation.templatetags import figures
from pledges.models import Application, AssetTag, IpAsset
from risk_fund.models import Fund, Scheme, SchemeVersion
from tests.banks_portal import journey
from tests.banks_portal.journey import DEFAULTED
from tests.factories import set_clock
from tools import messages
from valuation.models import IndicatorForm, ParameterRow

BACKEND = "django.contrib.auth.backends.ModelBackend"
CHINESE = re.compile("[\u3400-\u9fff]+")
KEPT = {"知", "中文"}  # the seal of the site, and the way back to Chinese


class Shown(HTMLParser):
    """What a page shows or reads aloud: its texts and the attributes that name things, without what people typed."""

    NAMING = ("aria-label", "title", "alt", "placeholder")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = ""

    def handle_starttag(self, tag, attrs):
        self.texts += [value or "" for name, value in attrs if name in self.NAMING]
        if tag in {"script", "style", "textarea"}:
            self.silent = tag

    def handle_endtag(self, tag):
        if tag == self.silent:
            self.silent = ""

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.texts.append(data.strip())


def chinese_left(html: str, names: set[str]) -> list[str]:
    """Return the texts of a page that still hold Chinese after the names of people, places and things are taken out."""
    page = Shown()
    page.feed(html)
    longest_first = sorted(names | KEPT, key=len, reverse=True)
    found = []
    for text in page.texts:
        bare = text
        for name in longest_first:
            bare = bare.replace(name, "")
        if CHINESE.search(bare):
            found.append(text)
    return found


def names_of_the_region() -> set[str]:
    """Return what stays Chinese in every language: names, titles, and what people or sources wrote."""
    rows = {
        User: ["full_name"], Organisation: ["name"], Region: ["name"], Fund: ["name"],
        IpAsset: ["title", "goods", "product"], AssetTag: ["label"],
        Scheme: ["name"], SchemeVersion: ["source"], Application: ["purpose"], CreditDecision: ["note"],
        ParameterRow: ["label", "source", "note"],
    }  # fmt: skip
    found = {name for model, columns in rows.items() for row in model.objects.values_list(*columns) for name in row}
    places = {name.rstrip("市盟") for name in Region.objects.values_list("name", flat=True)}  # as on the tile map
    return (found | places | words_of_forms()) - {""}


def words_of_forms() -> set[str]:
    """Return the words of the indicator forms, which are data and stay as they were loaded."""
    words, left = set(IndicatorForm.objects.values_list("source", flat=True)), []
    left += IndicatorForm.objects.values_list("structure", flat=True)
    while left:
        for value in left.pop().values():
            words |= {value} if isinstance(value, str) else set()
            left += value if isinstance(value, list) else []
    return words


# --- The catalogue ---------------------------------------------------------------------------------------------------
def test_every_text_has_its_english_and_the_compiled_catalogue_is_fresh():
    assert messages.faults() == []


def test_a_text_without_english_a_lost_value_and_a_stale_catalogue_are_found(tmp_path, monkeypatch):
    catalogue = messages.renewed(messages.stored())
    holed = next(entry for entry in catalogue if "{0}" in str(entry.id))
    holed.string = "Loan"
    catalogue.get("首页").string = ""
    monkeypatch.setattr(messages, "PO", tmp_path / "django.po")
    messages.write(catalogue)
    found = messages.faults()
    assert any(fault.startswith("no English: 首页") for fault in found)
    assert f"placeholders differ: {holed.id}" in found
    assert any("stale" in fault for fault in found)


def test_extracting_again_changes_nothing_and_keeps_what_fell_out_of_use():
    catalogue = messages.stored()
    catalogue.add("从前的一句话", "a sentence of old")
    renewed = messages.renewed(catalogue)
    assert renewed.obsolete["从前的一句话"].string == "a sentence of old"
    assert {m.id: m.string for m in renewed if m.id} == {m.id: m.string for m in messages.stored() if m.id}


def test_literals_are_found_marked_or_not_and_docstrings_are_not():
    import ast

    source = '''
        """模块说明"""
        LABELS = {"x": "标签"}
        def check(state):
            """函数说明"""
            raise Conflict(f"状态“{state}”不能办理:{names('原因')}")
    '''
    tree = ast.parse("\n".join(line[8:] for line in source.splitlines()))
    found = [text for text in messages.literals(tree) if messages.CHINESE.search(text)]
    assert found == ["标签", "状态“{0}”不能办理:{1}", "原因"]


# --- What rules and services say -------------------------------------------------------------------------------------
def test_a_label_of_the_rules_is_said_in_the_readers_language():
    assert said("已放款") == "已放款"
    with translation.override("en"):
        assert said("已放款") == "Disbursed"


def test_a_refusal_with_values_is_recognised_and_its_values_are_said_too():
    with translation.override("en"):
        assert said("贷款“核销”,不能再冲销收款") == "The loan is “Written off”: receipts can no longer be reversed"


def test_names_and_what_people_typed_stay_as_they_are():
    with translation.override("en"):
        assert said("青山稀土科技有限公司") == "青山稀土科技有限公司"
        assert said("loan 7") == "loan 7"


def test_a_list_behind_a_known_beginning_keeps_its_data():
    with translation.override("en"):
        assert said("缺少列:Term") == "Missing columns: Term"


def test_figures_and_dates_follow_the_language():
    with translation.override("en"):
        assert figures.wan(189_420_000) == "189.42 × CNY 10k"
        assert figures.long_day(date(2025, 6, 3)) == "2025-06-03"


def test_a_state_is_shown_in_english_by_its_tag():
    with translation.override("en"):
        html = Template('{% load ipf %}{% status_tag "X" label %}').render(Context({"label": "已质押"}))
    assert ">Pledged<" in html


# --- Pages -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def region(actors, calendars):
    """A region with a fund, a scheme and one covered loan in default on which the bank claims compensation."""
    loan = journey.in_default(actors, journey.fund_with_scheme(actors))
    set_clock(DEFAULTED)
    return SimpleNamespace(actors=actors, loan=loan, application=loan.application)


def read_by(client, user: User, address: str) -> str:
    """Return a page as the person sees it in English."""
    client.logout()
    if user.role != Role.PUBLIC:
        client.force_login(user, BACKEND)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get(address)
    assert answer.status_code == 200, (user.role, address)
    return answer.content.decode()


@pytest.mark.django_db
def test_a_refusal_reaches_the_reader_in_english(client, actors):
    client.force_login(actors.enterprise, BACKEND)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get("/bureau/")
    assert answer.status_code == 403
    assert "may not see" in answer.content.decode()


@pytest.mark.django_db
def test_the_pages_of_every_roles_navigation_are_english(client, region):
    by_role = {user.role: user for user in region.actors.everyone().values()}
    ways = [(user, view) for role, user in by_role.items() for _label, view in doors.NAVIGATION.get(role, [])]
    names = names_of_the_region()
    pages = {(user.role, view): read_by(client, user, reverse(view)) for user, view in ways}
    left = {place: found for place, html in pages.items() if (found := chinese_left(html, names))}
    assert len(pages) > 50
    assert left == {}


@pytest.mark.django_db
def test_one_case_is_english_at_every_desk(client, region):
    loan, application, asset = region.loan.number, region.application.number, IpAsset.objects.first().pk
    addresses = {
        "enterprise": [
            f"/sme/loans/{loan}/", f"/sme/applications/{application}/", f"/sme/ip/{asset}/", "/sme/ip/new/",
        ],
        "bank_officer": [
            f"/bank/loans/{loan}/", f"/bank/loans/{loan}/receipts/new/", f"/bank/dossiers/{application}/",
            f"/bank/cases/{application}/", f"/bank/claims/new/?loan={loan}",
        ],
    }  # fmt: skip
    names = names_of_the_region()
    pages = {a: read_by(client, getattr(region.actors, who), a) for who, found in addresses.items() for a in found}
    left = {address: found for address, html in pages.items() if (found := chinese_left(html, names))}
    assert left == {}
