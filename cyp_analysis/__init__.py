"""Needs-assessment toolkit for children and young people.

`import cyp_analysis as cyp` gives the frame verbs (`cyp.rate`, `cyp.proportion`, `cyp.compare` …),
`cyp.load_edition()` and `cyp.open_chapter()`. Nothing is read or calculated at import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Where each public name lives; imported on first use, so that importing the package costs nothing.
_HOME = {
    "proportion": "cyp_analysis.measures",
    "rate": "cyp_analysis.measures",
    "compare": "cyp_analysis.measures",
    "rank": "cyp_analysis.measures",
    "recent_trend": "cyp_analysis.measures",
    "target_variance": "cyp_analysis.measures",
    "load_edition": "cyp_analysis.edition_reader",
    "open_chapter": "cyp_analysis.present.view",
}
__all__ = [
    "compare",
    "load_edition",
    "open_chapter",
    "proportion",
    "rank",
    "rate",
    "recent_trend",
    "target_variance",
]

if TYPE_CHECKING:
    from cyp_analysis.edition_reader import load_edition
    from cyp_analysis.measures import (
        compare,
        proportion,
        rank,
        rate,
        recent_trend,
        target_variance,
    )
    from cyp_analysis.present.view import open_chapter


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
