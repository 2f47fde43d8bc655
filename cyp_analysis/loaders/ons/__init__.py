"""Office for National Statistics: populations, projections, small areas, Census 2021."""

from importlib import import_module

# Function → module; imported when it is first asked for.
_NAMES = {
    "read_components": "components",
    "read_detailed": "detailed",
    "read_mid_year": "mid_year",
    "read_small_areas": "small_areas",
}
__all__ = [*_NAMES]


def __getattr__(name: str) -> object:
    """A named reader of this publisher."""
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NAMES[name]}"), name)
