"""Finds what the policy tests judge: every page, every API operation, every service function."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

APPS = ("finance_platform.foundation", "pledges", "valuation", "risk_fund", "banks_portal", "finance_platform.demo")


class Page(NamedTuple):
    """An address of the site and the function behind it."""

    route: str
    view: Callable[..., Any]


class Operation(NamedTuple):
    """A method and path of the API, and whether it asks who calls."""

    method: str
    path: str
    asks: bool


def pages(patterns: Iterable[Any] | None = None, prefix: str = "") -> Iterator[Page]:
    """Walk the resolver; the API's addresses are walked by `operations`."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Page(route, pattern.callback)
        elif isinstance(pattern, URLResolver) and pattern.namespace != "api":
            yield from pages(pattern.url_patterns, route)


def unguarded(found: Iterable[Page], public: Iterable[str]) -> list[str]:
    """Return the addresses that neither ask for a signed-in person nor stand on the public list."""
    known = set(public)
    return [
        page.route
        for page in found
        if not getattr(page.view, "authenticated", False)
        and not (getattr(page.view, "public", False) and page.route in known)
    ]


def operations(api: Any) -> Iterator[Operation]:
    """Walk the API's routers as they are mounted."""
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                address = "/".join(part.strip("/") for part in (router.prefix, path) if part.strip("/"))
                yield from (Operation(method, address, bool(operation.auth_callbacks)) for method in operation.methods)


def open_operations(found: Iterable[Operation], public: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the operations that ask nobody's name and are not on the public list."""
    known = set(public)
    return [(each.method, each.path) for each in found if not each.asks and (each.method, each.path) not in known]


def service_modules() -> list[ModuleType]:
    """Import and return every module of every app's `services` (one whose name begins with "_" is nobody's door)."""
    modules = []
    for app in APPS:
        if importlib.util.find_spec(f"{app}.services") is None:
            continue
        package = importlib.import_module(f"{app}.services")
        modules.append(package)
        names = pkgutil.walk_packages(getattr(package, "__path__", []), f"{package.__name__}.")
        modules += [importlib.import_module(found.name) for found in names]
    return [module for module in modules if not module.__name__.rpartition(".")[2].startswith("_")]


def public_functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the functions that `module` itself defines and does not hide, by their full name."""
    own = inspect.getmembers(module, lambda x: inspect.isfunction(x) and x.__module__ == module.__name__)
    return {f"{module.__name__}.{name}": function for name, function in own if not name.startswith("_")}


def without_permission(functions: dict[str, Callable[..., Any]], inner: Iterable[str]) -> list[str]:
    """Return the names of public service functions that are neither use cases nor on the list of inner ones."""
    known = set(inner)
    return [name for name, function in functions.items() if name not in known and not hasattr(function, "permission")]
