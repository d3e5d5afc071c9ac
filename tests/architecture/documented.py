"""Reads the pure packages as text and says which public functions leave unsaid what a reader must know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ARRAYS = ("ndarray", "NDArray", "Floats", "Array")
SHAPE = re.compile(r"shape|array|scalar|one per|for each|on each|per path|\(\w+(, ?[\w -]*)+\)")
# An argument of this name holds money: it says its unit, or is a class of its own.
MONEY = re.compile(r"(amount|price|principal|interest|penalty|loss|cash|debt|payout|balance|surplus|proceeds|cost)s?$")


class Function(NamedTuple):
    """A public function of a pure module, with what its text shows."""

    module: str
    name: str
    node: ast.FunctionDef

    @property
    def doc(self) -> str:
        return ast.get_docstring(self.node) or ""


def modules(root: Path, names: list[str]) -> Iterator[tuple[str, Path]]:
    """Return the dotted name and file of every module of the packages `names`."""
    for name in names:
        path = root.joinpath(*name.split("."))
        for file in [path.with_suffix(".py"), *sorted(path.rglob("*.py"))]:
            if file.is_file():
                yield ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"), file


def functions(module: str, text: str) -> Iterator[Function]:
    """Return the public functions and methods of a module."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield Function(module, node.name, node)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                    yield Function(module, f"{node.name}.{part.name}", part)


def faults(module: str, text: str, said_elsewhere: frozenset[str] = frozenset()) -> list[str]:
    """Return what a module leaves unsaid; a method may be described once for its family (`said_elsewhere`)."""
    tree, found = ast.parse(text), []
    if not ast.get_docstring(tree):
        found.append(f"{module}: the module says no idea")
    if _numbers(tree) and "Source" not in text:
        found.append(f"{module}: constants without a Source ({', '.join(_numbers(tree))})")
    for function in functions(module, text):
        found += [f"{module}.{function.name}: {fault}" for fault in _unsaid(function, said_elsewhere)]
    return found


def described_methods(module: str, text: str) -> set[str]:
    """Return the names of the methods that a module describes."""
    return {each.name.split(".")[1] for each in functions(module, text) if "." in each.name and each.doc}


def _unsaid(function: Function, said_elsewhere: frozenset[str]) -> Iterator[str]:
    is_method, node = "." in function.name, function.node
    is_property = any(isinstance(mark, ast.Name) and "property" in mark.id for mark in node.decorator_list)
    if not (function.doc or is_property or (is_method and node.name in said_elsewhere)):
        yield "no docstring"
    if _raises(node) and "Raises" not in function.doc:
        yield "raises and does not say so under Raises"
    if not is_method and _handles_arrays(node) and not SHAPE.search(function.doc):
        yield "takes or gives arrays and does not say their shape"
    for argument in [*node.args.args, *node.args.kwonlyargs]:
        if argument.annotation and ast.unparse(argument.annotation) == "int" and MONEY.search(argument.arg):
            yield f"the argument {argument.arg} does not say its unit (_fen)"


def _numbers(tree: ast.Module) -> list[str]:
    """Return the names of the constants that hold a measured or agreed number (0 and 1 bound a domain by nature)."""
    named = [(node.targets[0], node.value) for node in tree.body if isinstance(node, ast.Assign)]
    return [
        target.id
        for target, value in named
        if isinstance(target, ast.Name) and target.id.isupper()
        for part in [
            [
                x
                for x in ast.walk(value)
                if isinstance(x, ast.Constant) and type(x.value) is float and x.value not in {0.0, 1.0}
            ]
        ]
        if part or "Decimal(" in ast.unparse(value)
    ]


def _raises(node: ast.FunctionDef) -> bool:
    """Whether the function itself raises an error (one that is only handed on is its callee's to document)."""
    inner = [part for part in ast.walk(node) if part is not node and isinstance(part, ast.FunctionDef)]
    hidden = {id(x) for part in inner for x in ast.walk(part)}
    return any(isinstance(x, ast.Raise) and x.exc is not None and id(x) not in hidden for x in ast.walk(node))


def _handles_arrays(node: ast.FunctionDef) -> bool:
    notes = [a.annotation for a in [*node.args.args, *node.args.kwonlyargs] if a.annotation] + [node.returns]
    return any(word in ast.unparse(note) for note in notes if note for word in ARRAYS)
