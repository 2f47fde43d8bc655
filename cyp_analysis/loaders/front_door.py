"""Names of a publisher's package that lead to its modules, imported when they are first used."""

from collections.abc import Callable, Mapping
from importlib import import_module


def front_door(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """A package's `__getattr__`: {function: module of the package that holds it}.

    AttributeError for any other name, as Python expects.
    """

    def named(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{modules[name]}"), name)

    return named
