"""The pure packages say what types cannot: the idea, shapes, units, Raises, Source; their examples are true."""

import doctest
import importlib
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from tests.architecture import documented

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
PACKAGES = next(contract for contract in CONTRACTS if contract["id"] == "pure")["source_modules"]
MODULES = dict(documented.modules(ROOT, PACKAGES))

SAID = defaultdict(set)
for _name, _file in MODULES.items():
    SAID[".".join(_name.split(".")[:2])] |= documented.described_methods(_name, _file.read_text(encoding="utf-8"))

FORGETFUL = """
RATE = 0.031

def value(flows: Floats, price: int) -> Floats:
    if price < 0:
        raise ValueError("price")
    return flows

class Flow:
    def at(self, year): ...

    @property
    def first(self): ...
"""
MINDFUL = '''"""What a flow is worth.

Source: Damodaran (2012), equation 2.1.
"""
RATE = 0.031

def value(flows: Floats, price_fen: int) -> Floats:
    """Return the value of `flows` of shape (paths,). Raises: ValueError for a negative price."""
    if price_fen < 0:
        raise ValueError("price_fen")
    return flows

class Flow:
    def at(self, year):
        """Return the flow of a year."""
'''


@pytest.mark.parametrize("name", MODULES)
def test_a_pure_module_says_what_a_reader_must_know(name):
    said = frozenset(SAID[".".join(name.split(".")[:2])])
    assert documented.faults(name, MODULES[name].read_text(encoding="utf-8"), said) == []


def test_what_a_forgetful_module_leaves_unsaid_is_found():
    assert documented.faults("flows", FORGETFUL) == [
        "flows: the module says no idea",
        "flows: constants without a Source (RATE)",
        "flows.value: no docstring",
        "flows.value: raises and does not say so under Raises",
        "flows.value: takes or gives arrays and does not say their shape",
        "flows.value: the argument price does not say its unit (_fen)",
        "flows.Flow.at: no docstring",
    ]


def test_a_mindful_module_and_a_method_described_for_its_family_pass():
    assert documented.faults("flows", MINDFUL) == []
    assert "flows.Flow.at: no docstring" not in documented.faults("flows", FORGETFUL, frozenset({"at"}))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_pure_module_are_true(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples]
    assert len(found) >= 10
