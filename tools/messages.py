"""The English of the platform: find every Chinese text that can reach a reader, keep its translation, compile it.

    python -m tools.messages extract    put what is new into locale/en/LC_MESSAGES/django.po, keep every translation
    python -m tools.messages compile    write django.mo beside it (committed: readers need no gettext tools)
    python -m tools.messages check      fail if a text has no English, a placeholder is lost, or django.mo is stale

Chinese texts are the message ids. Most are marked with gettext; those of rules, models and services are plain (rules
know no Django) and are translated where they are shown, so every literal is taken, marked or not. A text with values
inside, `f"贷款“{state}”,不能冲销"`, is taken as the pattern `贷款“{0}”,不能冲销`, by which `phrases` knows it again.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
APPS = ("finance_platform", "pledges", "valuation", "risk_fund", "banks_portal")
CHINESE = re.compile("[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)(?=[-.\d]*[a-z])|\{\w*\}|%%")
MARKED = re.compile(r"""(?<!\w)(?:gettext|_)\(\s*(u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\s*\)""")
COUNTED = re.compile(r"\bngettext\(")  # Chinese has no plural; a text that needs one in English is worded around it
# Data, not words of the platform: the story of the demo, the operator's commands, the past of the tables.
PASSED_OVER = ("demo", "management", "migrations")
# Here Chinese is what is read or written by rule (numerals, column heads of files), never a sentence to a reader.
DATA_FILES = ("finance_platform/foundation/money.py",)


# --- Finding ---------------------------------------------------------------------------------------------------------
def extracted() -> dict[str, list[str]]:
    """Return every Chinese text with the files it stands in, both in a fixed order."""
    found: dict[str, set[str]] = defaultdict(set)
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if set(path.parts) & set(PASSED_OVER) or name in DATA_FILES:
                continue
            for text in texts_of(path):
                found[text].add(name)
    ordered = sorted(found.items(), key=lambda item: (min(item[1]), item[0]))
    return {text: sorted(files) for text, files in ordered}


def texts_of(path: Path) -> Iterator[str]:
    """Yield the Chinese texts of a module or a template; other files have none."""
    if path.suffix == ".py":
        yield from filter(CHINESE.search, literals(ast.parse(path.read_text(encoding="utf-8"))))
    elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        if COUNTED.search(source):
            raise ValueError(f"{path.relative_to(ROOT)}: {{% blocktrans count %}} is not kept here; word it without")
        yield from filter(CHINESE.search, map(ast.literal_eval, MARKED.findall(source)))


def literals(node: ast.AST) -> Iterator[str]:
    """Yield the text literals below a node, f-strings as patterns; no docstrings, state tables, regular expressions."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
        return
    elif isinstance(node, ast.JoinedStr):
        yield pattern(node)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from literals(part.value)
    else:
        state_table = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "machine"
        children: Iterable[ast.AST] = node.args[:2] if state_table else ast.iter_child_nodes(node)  # type: ignore[attr-defined]
        for child in children:
            yield from literals(child)


def pattern(node: ast.JoinedStr) -> str:
    """Return an f-string with its values numbered: `{0}`, `{1}`, ..."""
    parts, count = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            parts.append(f"{{{count}}}")
            count += 1
    text = "".join(parts)
    return text if CHINESE.search(text) else ""


# --- The catalogue ---------------------------------------------------------------------------------------------------
def stored() -> Catalog:
    """Return the catalogue as it lies in the repository, empty at first."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def renewed(old: Catalog) -> Catalog:
    """Return the catalogue of today's texts with the translations known; what fell out of use is kept as obsolete."""
    new = Catalog(locale="en", project="platform", header_comment="# English of the platform.", fuzzy=False)
    new.creation_date = new.revision_date = datetime(2025, 6, 30, tzinfo=UTC)  # no diff without a change of text
    known = {str(key): message for key, message in old.obsolete.items()} | {str(m.id): m for m in old if m.id}
    for text, files in extracted().items():
        before = known.pop(text, None)
        new.add(text, before.string if before else "", locations=[(name, 0) for name in files])
    new.obsolete.update({text: message for text, message in known.items() if message.string})
    return new


def write(catalogue: Catalog) -> None:
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=0, include_lineno=False, sort_output=False)


def compiled() -> bytes:
    """Return django.mo of the stored catalogue."""
    file = io.BytesIO()
    write_mo(file, stored())
    return file.getvalue()


# --- Checking --------------------------------------------------------------------------------------------------------
def faults() -> list[str]:
    """Return what is wrong with the English, a line each."""
    known = {str(message.id): message for message in stored() if message.id}
    missing = [f"no English: {text} ({files[0]})" for text, files in extracted().items() if not english(known, text)]
    lost = [f"placeholders differ: {text}" for text, message in known.items() if lost_placeholder(message)]
    stale = [] if MO.exists() and MO.read_bytes() == compiled() else [f"{MO.relative_to(ROOT)} is stale: compile"]
    return missing + lost + stale


def english(known: dict[str, Message], text: str) -> str:
    return str(known[text].string) if text in known else ""


def lost_placeholder(message: Message) -> bool:
    """Return whether a translation lacks a value of its text, or names one the text does not have."""
    if not message.string:
        return False
    return sorted(PLACEHOLDER.findall(str(message.id))) != sorted(PLACEHOLDER.findall(str(message.string)))


# --- The command -----------------------------------------------------------------------------------------------------
def extract() -> int:
    catalogue = renewed(stored())
    write(catalogue)
    waiting = sum(not message.string for message in catalogue if message.id)
    print(f"{len(catalogue)} texts, {waiting} without English, {len(catalogue.obsolete)} out of use")
    return 0


def compile_catalogue() -> int:
    MO.write_bytes(compiled())
    return 0


def check() -> int:
    found = faults()
    print("\n".join(found) or "every text has its English")
    return 1 if found else 0


COMMANDS = {"extract": extract, "compile": compile_catalogue, "check": check}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        raise SystemExit(__doc__)
    raise SystemExit(COMMANDS[sys.argv[1]]())
