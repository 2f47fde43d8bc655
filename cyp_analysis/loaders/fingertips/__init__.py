"""Office for Health Improvement and Disparities, Fingertips."""

from importlib import import_module

# Function → module; imported when it is first asked for.
_NAMES = {
    "read_fingertips": "download",
    "read_fingertips_next": "upload",
}
__all__ = [*_NAMES]


def __getattr__(name: str) -> object:
    """A named reader of this publisher."""
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NAMES[name]}"), name)
