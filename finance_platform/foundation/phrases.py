"""Says in the reader's language what rules, models and services wrote in Chinese.

They know no reader: their labels and refusals are plain texts, translated at the edge by `said`. A text with values in
it is recognised by its pattern in the catalogue (`贷款“{0}”,不能冲销`), and the values are said in turn. What the
catalogue does not know (names, numbers, what people typed) stays as it is.
"""

import re
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation.trans_real import translation

CHINESE = re.compile("[\u3400-\u9fff]")
HOLE = re.compile(r"\{\d+\}")


def said(text: object) -> str:
    """Return a text of the platform in the reader's language, unknown texts unchanged."""
    words, language = str(text), get_language() or ""
    if language.startswith("zh") or not CHINESE.search(words):
        return words
    return _translated(words, language)


@lru_cache(maxsize=4096)
def _translated(text: str, language: str) -> str:
    known = gettext(text)
    return known if known != text else _by_pattern(text, language) or _by_head(text) or _by_list(text)


def _by_pattern(text: str, language: str) -> str:
    for pattern, source in _patterns(language):
        if found := pattern.fullmatch(text):
            return gettext(source).format(*map(said, found.groups()))
    return ""


def _by_head(text: str) -> str:
    """Translate `缺少列:name`, a known beginning up to its colon with anything behind it."""
    head, colon, rest = text.partition(":")
    known = gettext(head + colon)
    return known + said(rest) if rest and known != head + colon else ""


def _by_list(text: str) -> str:
    """Translate `银行、担保公司` where every item is known; a name that holds the mark stays whole."""
    items = [gettext(item) for item in text.split("、")]
    return text if any(map(CHINESE.search, items)) else ", ".join(items)


@lru_cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Return the catalogue's texts with values in them as expressions, the most telling first."""
    catalogue: Any = translation(language)._catalog  # type: ignore[attr-defined] # what Django's own JavaScriptCatalog reads
    sources = {key for key, _text in catalogue.items() if isinstance(key, str) and HOLE.search(key)}
    ordered = sorted(sources, key=lambda source: (-len(HOLE.sub("", source)), source))
    return [(re.compile("(.*?)".join(map(re.escape, HOLE.split(source))), re.DOTALL), source) for source in ordered]
