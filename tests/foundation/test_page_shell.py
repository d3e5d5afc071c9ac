"""The frame every page shares: no other host, no inline code, legible colours, and pages for every refusal."""

import datetime
import itertools
import re
from pathlib import Path

import pytest
from django.contrib.messages import constants
from django.template import Context, engines
from django.template.loader import render_to_string
from django.utils import translation

from finance_platform.foundation.templatetags import curves, ipf
from tests.foundation import gallery
from tests.foundation.gallery import OfferForm

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for path in ROOT.glob("**/templates/**/*.html")
    if not {".venv", "node_modules"} & set(path.relative_to(ROOT).parts)
)
CSS = (ROOT / "finance_platform" / "static" / "css" / "ipf.css").read_text(encoding="utf-8")
ERRORS = ["400", "403", "403_csrf", "404", "errors/405", "409", "413", "500", "errors/422", "errors/locked"]


def base(**context: object) -> str:
    """Render the frame alone, without the request's context processors."""
    with translation.override("zh-hans"):
        return engines["django"].get_template("base.html").template.render(Context(context))


def test_there_are_templates_to_look_at():
    assert len(TEMPLATES) > 30


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_carries_no_inline_code_and_names_no_other_host(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", source), "inline style: use a class of ipf.css"
    assert not re.search(r"<style\b", source), "inline style sheet: use ipf.css"
    assert not re.search(r"<script(?![^>]*\bsrc=)", source), "inline script: use a file of static/js"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), "inline handler: use a file of static/js"
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", source), "a page asks no other host"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_posted_form_carries_its_token(path):
    source = path.read_text(encoding="utf-8")
    forms = re.findall(r'<form[^>]*method="post"[^>]*>.*?</form>', source, re.S)
    assert all("{% csrf_token %}" in form or "{% post_form" in form for form in forms)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_says_what_happened_and_what_to_do_even_without_a_request(name):
    with translation.override("zh-hans"):
        html = render_to_string(f"{name}.html")
    assert html.count("<h1>") == 1
    assert re.search(r"<p>[^<]*请[^<]*</p>", html)
    assert 'href="/"' in html


def test_a_refusal_shows_its_own_words_escaped():
    html = render_to_string("409.html", {"message": "已由 <b>苏日娜</b> 复核", "code": "already_checked"})
    assert "已由 &lt;b&gt;苏日娜&lt;/b&gt; 复核" in html
    assert "<code>already_checked</code>" in html


@pytest.mark.parametrize(("language", "lang"), [("zh-hans", "zh-hans"), ("en", "en")])
def test_the_page_says_its_language(language, lang):
    with translation.override(language):
        html = engines["django"].get_template("base.html").template.render(Context({}))
    assert f'<html lang="{lang}"' in html


def test_the_demo_is_bannered_with_its_business_date_and_production_is_not():
    today = datetime.date(2025, 6, 30)
    assert "虚构示例数据" in base(platform={"mode": "demo", "today": today})
    assert "2025-06-30" in base(platform={"mode": "demo", "today": today})
    assert "ipf-banner" not in base(platform={"mode": "production", "today": today})


def test_the_large_type_is_a_class_of_the_whole_page():
    assert re.search(r'<html [^>]*class="ipf-large"', base(large_text=True))
    assert "ipf-large" not in base(large_text=False)


def test_the_present_place_is_marked_in_navigation_and_breadcrumbs():
    nav = [
        {"url": "/bank/", "label": "工作台", "current": False},
        {"url": "/bank/bids/", "label": "我的报价", "current": True},
    ]
    crumbs = [{"url": "/bank/", "label": "工作台"}, {"label": "RZ-2025-00417"}]
    html = base(nav=nav, crumbs=crumbs)
    assert re.findall(r'aria-current="page">([^<]*)<', html) == ["我的报价", "RZ-2025-00417"]


def test_a_visitor_sees_no_person_and_a_person_sees_himself():
    assert "ipf-me" not in base(signed_in=False)
    html = base(signed_in=True, user="乌兰", role_label="复核岗", inbox={"url": "/bureau/claims/", "count": 7})
    assert re.search(r'<span class="ipf-me">乌兰\(复核岗\)</span>', html)
    assert re.search(r'href="/bureau/claims/">待办<b>7</b>', html)


def test_the_gallery_shows_every_part_together_with_ids_of_its_own():
    wrong = OfferForm({"name": "包头稀源磁材有限公司", "amount": "x"})
    with translation.override("zh-hans"):
        html = render_to_string("parts/gallery.html", gallery.context(wrong))
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) > 20
    told = " ".join(re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', html)).split()
    assert set(told) <= set(ids)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", html)
    unused = set(ipf.register.tags) - {"line_chart", "field", "error_summary", "form_body", "form_key"} - used_tags()
    assert unused == set()


def used_tags() -> set[str]:
    """Return the words that open a tag in the gallery's source."""
    source = (ROOT / "finance_platform" / "templates" / "parts" / "gallery.html").read_text(encoding="utf-8")
    return set(re.findall(r"\{% (\w+)", source))


# --- The style sheet ----------------------------------------------------------------------------------------------


def styled(prefix: str) -> set[str]:
    """Return the words for which the style sheet has a class of this prefix."""
    return set(re.findall(rf"\.{prefix}-([a-z]+)\b", CSS))


def test_every_word_of_the_vocabulary_has_its_colour():
    assert styled("ipf-tag") >= ipf.TONES
    assert styled("ipf-text") >= ipf.TONES
    assert ipf.BUTTON_TONES - {"plain"} <= styled("ipf-btn")
    assert ipf.STEP_STATES - {"todo"} <= styled("ipf-step")
    assert curves.STYLES - {"shade"} <= styled("ipf-line")
    for prefix in ("ipf-stroke", "ipf-ink", "ipf-area"):
        assert styled(prefix) >= ipf.TONES
    assert ipf.TONES | {"plain"} <= styled("ipf-fill")
    assert set(constants.DEFAULT_TAGS.values()) - {"debug", "info"} <= styled("ipf-message")


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_text_colours_reach_the_contrast_of_wcag_on_every_ground_they_stand_on():
    tokens = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", CSS)) | {"card": "#ffffff"}
    grounds = ("card", "bg", "tint")
    pairs = list(itertools.product(("ink", "ink-2", "ink-3", "blue", "red", "gold", "green"), grounds))
    pairs += [(name, f"{name}-l") for name in ("blue", "red", "gold", "green")]
    assert {
        pair: round(ratio, 2) for pair in pairs if (ratio := contrast(tokens[pair[0]], tokens[pair[1]])) < 4.5
    } == {}
