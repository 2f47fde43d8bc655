"""Bars from zero with their intervals: authorities in order, or the categories of a breakdown.

One row of the table drawn = one bar: `label`, `value`, `lower`, `upper`, `text` and `symbol`
(what stands at the right), `is_area`. Lines drawn across are pairs of name and value.
"""

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import chart_style as style
from cyp_analysis.present import rounding, svg
from cyp_analysis.present.charts import tick_labels
from cyp_analysis.present.markup import Html

ROW, WRAP = 22, 25
_LABEL_ROW = 19
_SYMBOL = 22
_LINE = 14
_TEXT = {"fontweight": "normal", "color": style.INK}
_OWN_TEXT = {"fontweight": "bold", "color": style.NAVY}

Lines = list[tuple[str, float]]


def bar_chart(
    bars: pd.DataFrame, lines: Lines, indicator: Indicator, prefix: str, alt: str
) -> Html:
    """Horizontal bars in the order given, value labels in a column at the right."""
    with style.chart_settings():
        labels = [style.wrapped(label, WRAP) for label in bars["label"]]
        row = ROW + 14 * max(label.count("\n") for label in labels)
        top = 14 + _LABEL_ROW * len(lines)
        right = 16 + 8 * max(len(text) for text in bars["text"]) + _SYMBOL
        height = row * len(bars) + top + 34
        figure, axes = style.new_chart(
            height, left=style.name_margin(labels), right=right, top=top, bottom=34
        )
        _draw_bars(axes, bars.assign(label=labels))
        _draw_intervals(axes, bars)
        _value_axis(axes, bars, lines, indicator)
        _draw_labels(axes, bars, labels, 1 + (right - _SYMBOL) / (axes.bbox.width))
        draw_lines(axes, lines, indicator, height - top - 34)
        return svg.inline_svg(figure, prefix, alt)


def _draw_bars(axes, bars: pd.DataFrame) -> None:
    import seaborn as sns

    known = bars["value"].notna().to_numpy()  # a missing value gets its words, not a bar of zero
    sns.barplot(
        x=bars["value"].to_numpy()[known],
        y=np.arange(len(bars))[known],
        orient="h",
        native_scale=True,
        ax=axes,
        color=style.GREY,
        saturation=1,
        errorbar=None,
        width=0.74,
        edgecolor=style.INK,
        linewidth=0.6,
    )
    for patch, is_area in zip(axes.patches, bars.loc[known, "is_area"], strict=True):
        if is_area:
            patch.set(facecolor=style.NAVY, edgecolor=style.NAVY)
    style.plain_axes(axes)


def _draw_intervals(axes, bars: pd.DataFrame) -> None:
    """A dark line in a white one, so that it shows on the bar and beyond it."""
    places = np.arange(len(bars))
    for colour, width in ((style.WHITE, 4.5), (style.INK, 1.8)):
        axes.hlines(places, bars["lower"], bars["upper"], color=colour, linewidth=width, zorder=3)


def _value_axis(axes, bars: pd.DataFrame, lines: Lines, indicator: Indicator) -> None:
    drawn = [*bars[["value", "lower", "upper"]].to_numpy(float).ravel(), *(v for _, v in lines)]
    across_axis(axes, np.array(drawn, dtype=float), indicator)
    axes.grid(axis="x", color=style.GREY, linewidth=0.8)
    axes.set_axisbelow(True)


def across_axis(axes, drawn: np.ndarray, indicator: Indicator) -> None:
    """A horizontal value axis from zero (or the lowest negative value) to the highest value."""
    from matplotlib.ticker import MaxNLocator

    low, high = min(float(np.nanmin(drawn)), 0.0), max(float(np.nanmax(drawn)), 0.0)
    high = high if high > low else low + 1
    ticks = MaxNLocator(nbins=4, steps=[1, 2, 5, 10]).tick_values(low, high)
    ticks = ticks[(ticks >= low * 1.0001) & (ticks <= high * 1.0001)]
    axes.set_xlim(low * 1.02, high * 1.02)
    axes.set_xticks(ticks, tick_labels(ticks, indicator), fontsize=style.SMALL)


def _draw_labels(axes, bars: pd.DataFrame, labels: list[str], right: float) -> None:
    """Names at the left; values, right-aligned at `right`, with their symbols after them."""
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.set_yticks([])
    marked = bars["is_area"] & ~bars["is_area"].all()
    each = zip(labels, bars["text"], bars["symbol"], marked, strict=True)
    for place, (label, text, symbol, own) in enumerate(each):
        look = _OWN_TEXT if own else _TEXT
        lines = label.split("\n")
        for number, line in enumerate(lines):
            down = _LINE * ((len(lines) - 1) / 2 - number)
            _write(axes, line, (0, place), (-7, down), ha="right", **look)
        _write(axes, text, (right, place), (0, 0), ha="right", **look)
        if symbol:
            _write(axes, symbol, (right, place), (5, 0), ha="left", **look)


def _write(axes, text: str, place: tuple, offset: tuple, **look) -> None:
    """One line of text; a line each, because a browser's font may be narrower than ours."""
    axes.annotate(
        text,
        place,
        xytext=offset,
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        va="center",
        fontsize=style.SMALL,
        **look,
    )


def draw_lines(axes, lines: Lines, indicator: Indicator, tall: float) -> None:
    """Benchmarks as lines across, each named above the bars on a row of its own."""
    places = label_places([value for _, value in lines], axes.get_xlim())
    across = axes.get_xaxis_transform()
    each = zip(lines, places, style.BENCHMARK_LINES, strict=False)
    for (name, value), (row, to_right), look in each:
        height = 1 + (8 + _LABEL_ROW * row) / tall
        line = {key: look[key] for key in ("color", "linestyle")}
        axes.plot(
            [value] * 2, [0, height], transform=across, clip_on=False, lw=2.2, zorder=4, **line
        )
        axes.annotate(
            f"{name} {rounding.value_text(value, indicator)}",
            (value, height),
            xytext=(5 if to_right else -5, 0),
            xycoords=across,
            textcoords="offset points",
            color=look["color"],
            ha="left" if to_right else "right",
            va="center",
            fontsize=style.SMALL,
            bbox={"facecolor": style.WHITE, "edgecolor": "none", "pad": 0.5},
            zorder=6,
        )


def label_places(values: list[float], limits: tuple[float, float]) -> list[tuple[int, bool]]:
    """Row (0 = lowest) and side (True = right) of each line's name, so that no line cuts a name.

    Names stand right of their lines, the leftmost line highest; mirrored where the rightmost line
    leaves no room.
    """
    low, high = limits
    shares = [(value - low) / (high - low) for value in values]
    crowded = max(shares, default=0) >= 0.6
    order = sorted(range(len(values)), key=shares.__getitem__, reverse=not crowded)
    return [
        (order.index(number), not crowded or share < 0.3) for number, share in enumerate(shares)
    ]
