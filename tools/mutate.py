"""Mutation testing of the valuation kernel: `python tools/mutate.py [module ...] [--jobs 2] [--every 1] [--list]`.

Every place of income, fading, growth, periods and terminal where one small slip is possible is made to slip: an
operator, a comparison, a number, a name read from the document, a condition, a fault that is not noted. For each the
engine's tests run until the first failure; a mutant that passes them all has survived and is printed with its line.
The score is the share that is killed; below 90 % the exit status is 1.

Mutants live in memory only: each is a fork of a process that has numpy, scipy and pytest loaded and the engine not,
so that a thousand of them take minutes.
"""

import argparse
import ast
import contextlib
import copy
import importlib
import importlib.abc
import importlib.machinery
import io
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
MODULES = ("income", "fading", "growth", "periods", "terminal")
ENOUGH = 0.9
PATIENCE_SECONDS, CPU_SECONDS, MEMORY_BYTES = 180, 20, 6 * 2**30
"""A slip may turn a loop into one without end: a trial that takes more is killed, and the mutant with it."""
FIRST_DOCUMENTS = 60
WORD = re.compile(r"[a-z_]+")
TESTS = (
    "test_kernel.py::test_two_thousand_random_documents_are_worth_what_the_scalar_judge_says[0]",
    *("test_income.py", "test_periods.py", "test_small_slips.py", "test_faults_of_methods.py"),
    *("test_faults_of_fields.py", "test_faults_of_runs.py", "test_portfolio.py", "test_accepted.py"),
    "test_kernel.py::test_two_thousand_random_documents_are_worth_what_the_scalar_judge_says[1]",
    "test_kernel.py::test_random_paths_are_worth_what_the_scalar_judge_says[0]",
    "test_kernel.py::test_the_judge_draws_the_same_paths_by_itself[sobol 1024]",
    "test_kernel.py::test_the_judge_draws_the_same_paths_by_itself[pseudo 9001]",
)
"""The tests that a mutant must pass to survive, those that fail soonest first."""
OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "exp": "expm1", "log1p": "log", "low": "high", "high": "low"}


class Mutant(NamedTuple):
    """One slip: the module, the line, what was done, and the tree that has it."""

    module: str
    line: int
    change: str
    tree: ast.Module


def mutants(module: str) -> Iterator[Mutant]:
    """Give every mutant of a module of the engine."""
    text = (ROOT / "valuation" / "engine" / f"{module}.py").read_text(encoding="utf-8")
    places = [place for place, node in enumerate(ast.walk(ast.parse(text))) if list(slips(node))]
    passed_over = ignored(ast.parse(text))
    for place in places:
        node = nth(ast.parse(text), place)
        for number, (change, _) in enumerate(list(slips(node))):
            tree = ast.parse(text)
            target = nth(tree, place)
            line = getattr(target, "lineno", 0)
            if (line, getattr(target, "col_offset", 0)) in passed_over:
                continue
            list(slips(target))[number][1]()
            yield Mutant(module, line, change, ast.fix_missing_locations(tree))


def untouched(module: str) -> Mutant:
    """Give a module as it is."""
    text = (ROOT / "valuation" / "engine" / f"{module}.py").read_text(encoding="utf-8")
    return Mutant(module, 0, "nothing", ast.parse(text))


def nth(tree: ast.AST, place: int) -> ast.AST:
    """Give the node that `ast.walk` comes to at `place`."""
    return next(node for number, node in enumerate(ast.walk(tree)) if number == place)


def ignored(tree: ast.Module) -> set[tuple[int, int]]:
    """Give the places of annotations, decorators, docstrings and assertions: slips there are no slips of arithmetic."""
    found: set[tuple[int, int]] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            parts.append(node.annotation)
        if isinstance(node, ast.FunctionDef):
            parts += [node.returns, *node.decorator_list]
        if isinstance(node, ast.ClassDef):
            parts += node.decorator_list
        if isinstance(node, ast.TypeAlias | ast.Import | ast.ImportFrom):
            parts.append(node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            parts.append(node.value)
        if isinstance(node, ast.Assert):
            parts.append(node)
        for part in parts:
            for inner in ast.walk(part) if part is not None else ():
                found.add((getattr(inner, "lineno", 0), getattr(inner, "col_offset", 0)))
    return found


def slips(node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    """Give what may go wrong at a node: a description, and what does it."""
    if isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in OPERATORS:
        yield swap(node, "op", OPERATORS[type(node.op)]())
    if isinstance(node, ast.Compare):
        other = OPERATORS[type(node.ops[0])]()
        yield f"{name(node.ops[0])} becomes {name(other)}", lambda: node.ops.__setitem__(0, other)
    if isinstance(node, ast.UnaryOp):
        plain = ast.UnaryOp(ast.UAdd(), node.operand) if isinstance(node.op, ast.USub) else None
        if plain is not None:
            yield swap(node, "op", ast.UAdd())
        elif isinstance(node.op, ast.Not):
            yield "not is dropped", lambda: turn(node, ast.Call(ast.Name("bool", ast.Load()), [node.operand], []))
    if isinstance(node, ast.Constant):
        yield from slips_of_constants(node)
    if isinstance(node, ast.If | ast.IfExp):
        yield "the condition is turned round", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield swap(node, "attr", NAMES[node.attr])
    if isinstance(node, ast.Name) and node.id in NAMES and isinstance(node.ctx, ast.Load):
        yield swap(node, "id", NAMES[node.id])
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "the call is left out", lambda: setattr(node, "value", ast.Constant(None))


def slips_of_constants(node: ast.Constant) -> Iterator[tuple[str, Callable[[], None]]]:
    """Give the slips of a constant: another truth, another number, another word."""
    value = node.value
    if isinstance(value, bool):
        yield swap(node, "value", not value)
    elif isinstance(value, int | float):
        yield swap(node, "value", value + 1 if abs(value) >= 1e-3 or value == 0 else value * 1e6)
    elif isinstance(value, str) and WORD.fullmatch(value):
        yield swap(node, "value", f"{value}_")


def swap(node: ast.AST, field: str, other: object) -> tuple[str, Callable[[], None]]:
    """Give the slip that sets a field of a node."""
    return f"{name(getattr(node, field))} becomes {name(other)}", lambda: setattr(node, field, other)


def turn(node: ast.AST, other: ast.AST) -> None:
    """Make a node what another is."""
    other = copy.deepcopy(other)
    node.__class__, node.__dict__ = other.__class__, {**node.__dict__, **other.__dict__}


def name(part: object) -> str:
    """Give the word for an operator or a value."""
    return type(part).__name__ if isinstance(part, ast.AST) else repr(part)


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutated tree when its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        """Find the mutated module."""
        if fullname != f"valuation.engine.{self.mutant.module}":
            return None
        place = ROOT / "valuation" / "engine" / f"{self.mutant.module}.py"
        return spec_from_file_location(fullname, place, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutated tree as the module."""
        exec(compile(self.mutant.tree, str(module.__file__), "exec"), module.__dict__)  # noqa: S102


def survivors(every: list[Mutant], jobs: int) -> list[Mutant]:
    """Give the mutants with which the tests pass, each tried in a process of its own, `jobs` at a time."""
    waiting, running, alive = every[::-1], dict[int, tuple[Mutant, float]](), list[Mutant]()
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            running[started(mutant)] = mutant, time.monotonic() + PATIENCE_SECONDS
        for child, (mutant, deadline) in list(running.items()):
            done, status = os.waitpid(child, os.WNOHANG)
            if not done and time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
                done, status = os.waitpid(child, 0)
            if done:
                del running[child]
                alive += [mutant] if status == 0 else []
        time.sleep(0.02)
    return alive


def started(mutant: Mutant) -> int:
    """Start the trial of a mutant and give its process."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        os._exit(trial(mutant))
    return child


def trial(mutant: Mutant) -> int:
    """Try the mutant and give the exit status: first on random documents, which most do not survive, then by tests."""
    import pytest

    sys.meta_path.insert(0, Mutated(mutant))
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            importlib.import_module("tests.valuation.engine.test_kernel").assert_points_agree(0, FIRST_DOCUMENTS)
        except BaseException:  # a mutant may break anything, and then it is found
            return 3
    tests = [str(ROOT / "tests" / "valuation" / "engine" / test) for test in TESTS]
    options = ["-x", "-q", "--noconftest", "-c", os.devnull, "--rootdir", str(ROOT), "-p", "no:cacheprovider"]
    options += ["-p", "no:django", "-p", "no:xdist", "-p", "no:hypothesispytest", "-W", "ignore", "--assert=plain"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            return int(pytest.main([*options, *tests]))
        except BaseException:
            return 3


def preload() -> None:
    """Import what every trial needs and no mutant touches."""
    import hypothesis  # noqa: F401
    import numpy  # noqa: F401
    import pytest  # noqa: F401
    from scipy import optimize, special, stats  # noqa: F401
    from scipy.stats import qmc  # noqa: F401


def main(arguments: list[str]) -> int:
    """Try the mutants of the modules named, print the survivors and the score."""
    parser = argparse.ArgumentParser(description="Mutation testing of the valuation kernel.")
    parser.add_argument("modules", nargs="*", default=MODULES, help=f"of {', '.join(MODULES)}")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="try only every so many")
    parser.add_argument("--list", action="store_true", help="only say what would be tried")
    asked = parser.parse_args(arguments)
    sys.path.insert(0, str(ROOT))
    preload()
    killed = tried = 0
    for module in asked.modules:
        every = list(mutants(module))[:: asked.every]
        if asked.list:
            print("\n".join(f"{each.module}:{each.line}: {each.change}" for each in every))
            continue
        alive = survivors([untouched(module), *every, untouched(module)], asked.jobs)
        if sum(mutant.line == 0 for mutant in alive) < 2:
            print(f"{module}: the tests fail without any slip, so nothing can be told: leave the tree alone meanwhile")
            return 2
        alive = [mutant for mutant in alive if mutant.line]
        for mutant in sorted(alive, key=lambda each: each.line):
            print(f"survived {mutant.module}:{mutant.line}: {mutant.change}", flush=True)
        print(f"{module}: {len(every) - len(alive)} of {len(every)} killed", flush=True)
        killed, tried = killed + len(every) - len(alive), tried + len(every)
    if tried:
        print(f"score: {killed / tried:.1%} of {tried}")
    return int(tried > 0 and killed / tried < ENOUGH)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
