"""Nomis: answers of its API and tables of its query page."""

from importlib import import_module

# Function → module; imported when it is first asked for.
_NAMES = {
    "read_api": "api",
    "read_workbook": "workbook",
}
__all__ = [*_NAMES]


def __getattr__(name: str) -> object:
    """A named reader of this publisher."""
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NAMES[name]}"), name)
