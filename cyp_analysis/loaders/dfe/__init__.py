"""Department for Education: Explore Education Statistics in every layout, older underlying data,
the table tool."""

from importlib import import_module

# Function → module; imported when it is first asked for.
_NAMES = {
    "read_ees": "ees",
    "read_general": "general",
    "read_table_tool": "table_tool",
    "read_underlying": "underlying",
}
__all__ = [*_NAMES]


def __getattr__(name: str) -> object:
    """A named reader of this publisher."""
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NAMES[name]}"), name)
