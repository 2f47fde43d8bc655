"""Drawing a funnel: dots of the authorities in one path, limits and middle line named at their
ends, the area as a diamond with its name above."""

import numpy as np
import pandas as pd

from cyp_analysis.present import chart_style as style
from cyp_analysis.present import rounding, svg
from cyp_analysis.present.charts import tick_labels
from cyp_analysis.present.comparing.ends import end_labels
from cyp_analysis.present.markup import Html

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 390, 56, 122, 44, 58
DOT = 6
# From so many times the smallest, most authorities would crowd at one side of a plain scale.
LOG_FROM = 8
# Room beyond the outermost dots, as a share of the axis.
_ROOM = 0.04
_FAR, _NEAR = {"linestyle": (0, (6, 2.5))}, {"linestyle": (0, (1.5, 1.8))}
_LEAD = {"color": style.NAVY, "linewidth": 1.2, "clip_on": False, "zorder": 5}
_LINES = {
    "upper_998": ("99.8% limit", style.INK, _FAR),
    "upper_95": ("95% limit", style.INK, _NEAR),
    "baseline": ("", style.PLUM, {"linestyle": "-"}),
    "lower_95": ("95% limit", style.INK, _NEAR),
    "lower_998": ("99.8% limit", style.INK, _FAR),
}


def funnel_chart(found, names: dict[str, str], prefix: str, alt: str) -> Html:
    """A funnel as `comparing.funnel` finds it; `names` has the words of the base and the middle."""
    with style.chart_settings():
        figure, axes = style.new_chart(HEIGHT, left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM)
        _size_axis(axes, found.points["denominator"], names["base"])
        _value_axis(axes, found)
        _draw_limits(axes, found.limits)
        _draw_dots(axes, found.points)
        _name_limits(axes, found, names["middle"])
        if found.own is not None:
            _name_area(axes, found)
        return svg.inline_svg(figure, prefix, alt)


def is_log(sizes: pd.Series) -> bool:
    """Whether denominators are drawn on a log scale: where the largest is many times the least."""
    return bool(sizes.max() >= LOG_FROM * sizes.min())


def _size_axis(axes, sizes: pd.Series, base: str) -> None:
    low, high = sizes.min(), sizes.max()
    by_log = is_log(sizes)
    if by_log:
        axes.set_xscale("log")
        stretch = (high / low) ** _ROOM
        axes.set_xlim(low / stretch, high * stretch)
    else:
        room = _ROOM * max(high - low, 1.0)
        axes.set_xlim(low - room, high + room)
    in_thousands = bool(low >= 1000)
    ticks = size_ticks(low, high, by_log=by_log)
    texts = [rounding.half_up(tick / (1000 if in_thousands else 1), 0) for tick in ticks]
    axes.set_xticks(ticks, texts, fontsize=style.SMALL)
    axes.set_xticks([], minor=True)
    axes.tick_params(axis="x", length=4)
    axes.spines["bottom"].set_visible(True)
    scale = ", ".join(["thousands"] * in_thousands + ["log scale"] * by_log)
    text = style.wrapped(f"{base} ({scale})" if scale else base, 52)
    figure = axes.get_figure()
    across = (LEFT + (style.WIDTH - LEFT - RIGHT) / 2) / style.WIDTH
    look = {"ha": "center", "va": "center", "fontsize": style.SMALL, "linespacing": 1.1}
    figure.text(across, 18 / HEIGHT, text, **look)


def size_ticks(low: float, high: float, *, by_log: bool) -> list[float]:
    """Round numbers between the two, five or so: 1, 2 and 5 of each power of ten on a log scale."""
    from matplotlib.ticker import MaxNLocator

    if not by_log:
        ticks = MaxNLocator(nbins=4, steps=[1, 2, 5, 10]).tick_values(low, high)
        return [tick for tick in ticks if low <= tick <= high]
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    every = [power * step for power in powers for step in (1, 2, 5)]
    inside = [tick for tick in every if low <= tick <= high]
    whole = [tick for tick in inside if tick in powers]
    return inside if len(inside) <= 6 or len(whole) < 2 else whole


def _value_axis(axes, found) -> None:
    from matplotlib.ticker import MaxNLocator

    values = found.points["value"]
    low, high = values.min(), max(values.max(), found.first["baseline"])
    start = min(low, 0.0) if low <= 0.67 * high else low - 0.25 * (high - low)
    ticks = MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(start, high)
    axes.set_ylim(ticks[0], ticks[-1])
    axes.set_yticks(ticks, tick_labels(ticks, found.indicator), fontsize=style.SMALL)
    axes.grid(axis="y", color="#E3E6EA", linewidth=0.8)
    axes.set_axisbelow(True)


def _draw_limits(axes, limits: pd.DataFrame) -> None:
    """The four limits and the middle line; what lies beyond the scale is cut off."""
    for name, (_, colour, look) in _LINES.items():
        axes.plot(limits["denominator"], limits[name], color=colour, linewidth=1.8, **look)


def _draw_dots(axes, points: pd.DataFrame) -> None:
    """Every authority as a stroke of no length with round ends: one path, however many there
    are."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path
    from matplotlib.transforms import IdentityTransform

    at = axes.transData.transform(points[["denominator", "value"]].to_numpy(dtype=float))
    strokes = np.stack([at, at + (0.1, 0)], axis=1).reshape(-1, 2)
    codes = [Path.MOVETO, Path.LINETO] * len(at)
    dots = PathPatch(
        Path(strokes, codes),
        transform=IdentityTransform(),
        fill=False,
        edgecolor=style.SLATE,
        linewidth=DOT,
        capstyle="round",
        zorder=-1,  # below the lines, and below the area's own mark
    )
    axes.get_figure().add_artist(dots)


def _name_limits(axes, found, middle: str) -> None:
    """Names of the lines at their right ends, moved apart and led back to them."""
    last = found.limits.iloc[-1]
    value = rounding.value_text(last["baseline"], found.indicator)
    named = {name: text or f"{middle} {value}" for name, (text, _, _) in _LINES.items()}
    labels = [
        (float(last[name]), style.wrapped(named[name], 14), _LINES[name][1]) for name in _LINES
    ]
    end_labels(axes, labels, bold=frozenset([2]))


def _name_area(axes, found) -> None:
    """A diamond at the area's dot, and its name above the funnel at the end of a thin line."""
    own = found.own
    x, y = own["denominator"], own["value"]
    axes.plot(
        x,
        y,
        marker="D",
        markersize=10,
        color=style.NAVY,
        markeredgecolor=style.WHITE,
        markeredgewidth=1.4,
        clip_on=False,
        zorder=6,
    )
    share, up = axes.transAxes.inverted().transform(axes.transData.transform((x, y)))
    tall, across = HEIGHT - TOP - BOTTOM, axes.get_xaxis_transform()
    # Above the plot, so that the name stands on no dot.
    height = 1 + 18 / tall
    axes.plot([x, x], [up + 8 / tall, height - 9 / tall], transform=across, **_LEAD)
    axes.text(
        x,
        height,
        f"{own['label']} {rounding.value_text(y, found.indicator)}",
        transform=across,
        ha="left" if share < 0.35 else "right" if share > 0.75 else "center",
        va="center",
        color=style.NAVY,
        fontweight="bold",
    )
