"""How every chart looks: the Analysis Function palette, sizes that a phone can show, plain axes.

A chart is 460 units wide, so its text stays readable when a phone shows it at 340 pixels.
"""

import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAVY, TURQUOISE, PLUM, ORANGE, INK, PURPLE = (
    "#12436D",
    "#28A197",
    "#801650",
    "#F46A25",
    "#3D3D3D",
    "#A285D1",
)
GREY = "#BFBFBF"
SLATE = "#6B7682"  # of many marks that stand for no group of their own
WHITE = "#FFFFFF"
WIDTH = 460
FONT, SMALL = 15, 14
AREA_LINE = {"color": NAVY, "linewidth": 3.0, "marker": "o", "markersize": 7.5}
# Benchmarks differ by colour, dash and marker, so that no one of them carries the meaning alone.
BENCHMARK_LINES = (
    {"color": PLUM, "linewidth": 2.0, "linestyle": (0, (5, 2)), "marker": "s", "markersize": 5.5},
    {"color": INK, "linewidth": 2.0, "linestyle": (0, (1.5, 1.8)), "marker": "D", "markersize": 5},
)

_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "cyp_analysis",
    "font.family": "DejaVu Sans",
    "font.size": FONT,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.unicode_minus": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.parse_math": False,
}


@contextmanager
def chart_settings() -> Iterator[None]:
    """matplotlib settings of a chart, put back afterwards."""
    from matplotlib import rc_context

    with warnings.catch_warnings(), rc_context(_SETTINGS):
        # Its font only measures: the reader's browser draws the words, in any script.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        yield


def new_chart(
    height: float, *, left: float, right: float, top: float = 14, bottom: float = 34
) -> "tuple[Figure, Axes]":
    """A figure of WIDTH × height units and its one axes; margins in the same units."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
    FigureCanvasSVG(figure)
    width, tall = WIDTH - left - right, height - top - bottom
    axes = figure.add_axes((left / WIDTH, bottom / height, width / WIDTH, tall / height))
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, pad=6)
    axes.set_xlabel("")
    axes.set_ylabel("")
    return figure, axes


def plain_axes(axes) -> None:
    """No axis titles (the subtitle says the measure) and no legend (labels stand at the marks)."""
    axes.set_xlabel("")
    axes.set_ylabel("")
    if axes.get_legend():
        axes.get_legend().remove()


def wrapped(text: str, width: int) -> str:
    """The text over as many lines as it needs, words kept whole."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False)) or text


def name_margin(names: list[str]) -> float:
    """Room that row labels need at the left, in chart units, after wrapping."""
    longest = max(len(line) for name in names for line in name.split("\n"))
    return min(12 + 7.4 * longest, 200)


def spread(places: list[float], sizes: list[float], limits: tuple[float, float]) -> list[float]:
    """Places moved apart until labels of these sizes do not touch, inside the limits, in order."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = dict(zip(order, (places[i] for i in order), strict=True))
    for _ in range(100):
        for below, above in zip(order, order[1:], strict=False):
            short = (sizes[below] + sizes[above]) / 2 - (moved[above] - moved[below])
            if short > 0:
                moved[below] -= short / 2
                moved[above] += short / 2
        for i in order:
            moved[i] = min(max(moved[i], limits[0] + sizes[i] / 2), limits[1] - sizes[i] / 2)
    return [moved[i] for i in range(len(places))]
