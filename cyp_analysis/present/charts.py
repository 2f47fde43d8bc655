"""Line charts over time. One row of the table drawn = one area × period.

Columns: `line` (name shown), `is_area`, `period_start`, `period_end`, `period_label`, `value`,
`lower`, `upper`.
"""

import re

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import chart_style as style
from cyp_analysis.present import rounding, svg
from cyp_analysis.present.markup import Html

HEIGHT, LEFT, RIGHT = 310, 58, 128
# Up to two thirds of the highest value, an axis from zero shows the lines well enough.
_ZERO_BELOW = 0.67
_YEAR_IN_LABEL = re.compile(r"^(?P<before>.*?)(?P<year>\d{4}(/\d{2})?)(?P<after>.*)$")


def trend_chart(series: pd.DataFrame, indicator: Indicator, prefix: str, alt: str) -> Html:
    """Lines of the area and its benchmarks, gaps left open, names at the line ends."""
    with style.chart_settings():
        # Long names of periods stand in two lines below the axis.
        figure, axes = style.new_chart(HEIGHT, left=LEFT, right=RIGHT, bottom=46)
        points = with_segments(series)
        looks = line_looks(series)
        for name in reversed(list(looks)):
            _draw_line(axes, points[points["line"] == name], looks[name])
        _draw_interval(axes, points[points["is_area"]])
        _value_axis(axes, series, indicator)
        _time_axis(axes, points)
        _end_labels(axes, points, looks, indicator)
        return svg.inline_svg(figure, prefix, alt)


def with_segments(series: pd.DataFrame) -> pd.DataFrame:
    """Rows with a value, with `day` (where they stand) and `segment`: a new one after each gap."""
    rows = series.dropna(subset=["value"]).sort_values("period_end", kind="stable")
    rows = rows.assign(day=(rows["period_end"] - pd.Timestamp("1970-01-01")).dt.days)
    step = rows.groupby("line")["day"].diff()
    usual = min(step[step > 0].min(), _longest_step(rows))
    breaks = (step.isna() | (step > 1.6 * usual)).groupby(rows["line"])
    return rows.assign(segment=breaks.cumsum())


def _longest_step(rows: pd.DataFrame) -> int:
    """Days between neighbouring periods at most: a year, or the length of a longer period."""
    return max(366, int((rows["period_end"] - rows["period_start"]).dt.days.max()))


def line_looks(series: pd.DataFrame) -> dict[str, dict]:
    """Line name → how it is drawn, in the order of the table, which has the area first."""
    known = series.dropna(subset=["value"])
    looks = (style.AREA_LINE, *style.BENCHMARK_LINES)
    return dict(zip(known["line"].unique(), looks, strict=False))


def _draw_line(axes, points: pd.DataFrame, look: dict) -> None:
    import seaborn as sns

    sns.lineplot(
        data=points,
        x="day",
        y="value",
        units="segment",
        estimator=None,
        ax=axes,
        legend=False,
        markeredgecolor=style.WHITE,
        markeredgewidth=1,
        clip_on=False,
        **look,
    )
    style.plain_axes(axes)


def _draw_interval(axes, points: pd.DataFrame) -> None:
    """A band along each unbroken run of the area's line, a whisker where a point stands alone."""
    for _, run in points.groupby("segment"):
        if len(run) > 1:
            axes.fill_between(
                run["day"], run["lower"], run["upper"], color=style.NAVY, alpha=0.2, linewidth=0
            )
        else:
            axes.vlines(run["day"], run["lower"], run["upper"], color=style.NAVY, linewidth=1.6)


def axis_start(series: pd.DataFrame) -> float:
    """Where the value axis starts: zero, unless everything lies in the top third of the range."""
    lowest = np.nanmin(series[["value", "lower"]].to_numpy(dtype=float))
    highest = np.nanmax(series[["value", "upper"]].to_numpy(dtype=float))
    if lowest <= _ZERO_BELOW * highest:
        return min(lowest, 0.0)
    return float(_ticks(lowest - 0.25 * (highest - lowest), highest)[0])


def _ticks(lowest: float, highest: float) -> np.ndarray:
    from matplotlib.ticker import MaxNLocator

    highest = highest if highest > lowest else lowest + 1
    return MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(lowest, highest)


def _value_axis(axes, series: pd.DataFrame, indicator: Indicator) -> None:
    highest = np.nanmax(series[["value", "upper"]].to_numpy(dtype=float))
    ticks = _ticks(axis_start(series), highest)
    axes.set_ylim(ticks[0], max(ticks[-1], highest))
    axes.set_yticks(ticks, tick_labels(ticks, indicator), fontsize=style.SMALL)
    axes.grid(axis="y", color=style.GREY, linewidth=0.8)
    axes.set_axisbelow(True)


def tick_labels(ticks: np.ndarray, indicator: Indicator) -> list[str]:
    """Labels with the fewest decimals that tell the ticks apart."""
    step = ticks[1] - ticks[0]
    decimals = max(0, int(np.ceil(-np.log10(step) - 1e-9)))
    return [rounding.half_up(tick, decimals) + rounding.sign(indicator) for tick in ticks]


def _time_axis(axes, points: pd.DataFrame) -> None:
    periods = points.drop_duplicates("day").sort_values("day")
    days, labels = periods["day"].to_numpy(), short_labels(list(periods["period_label"]))
    margin = 0.03 * (days[-1] - days[0])
    axes.set_xlim(days[0] - margin, days[-1] + margin)
    kept = shown_ticks(len(days), 5 if max(map(len, labels)) <= 7 else 3)
    texts = [style.wrapped(labels[i], 12) for i in kept]
    axes.set_xticks(days[kept], texts, fontsize=style.SMALL)
    axes.tick_params(axis="x", length=4)
    axes.spines["bottom"].set_visible(True)


def shown_ticks(number: int, most: int) -> list[int]:
    """Positions of at most `most` labels, evenly apart, the last always among them."""
    step = max(1, -(-(number - 1) // max(most - 1, 1)))
    return sorted(range(number - 1, -1, -step))


def short_labels(labels: list[str]) -> list[str]:
    """Only what differs: "31 March 2024" → "2024"; of days of one year → "31 March"."""
    parts = [_YEAR_IN_LABEL.match(label) for label in labels]
    if all(parts) and len({(p["before"], p["after"]) for p in parts}) == 1:
        return [part["year"] for part in parts]
    ends = {label.rpartition(" ")[2] for label in labels}
    if len(labels) > 1 and len(ends) == 1 and ends.pop().isdigit():
        return [label.rpartition(" ")[0] for label in labels]
    return labels


def _end_labels(axes, points: pd.DataFrame, looks: dict[str, dict], indicator: Indicator) -> None:
    """Name and last value at the end of each line, moved apart where they would touch."""
    ends = points.drop_duplicates("line", keep="last").set_index("line").loc[list(looks)]
    values = [rounding.value_text(value, indicator) for value in ends["value"]]
    texts = [
        style.wrapped(f"{name} {value}", 14) for name, value in zip(looks, values, strict=True)
    ]
    unit = (axes.get_ylim()[1] - axes.get_ylim()[0]) / axes.bbox.height
    sizes = [unit * (6 + 17 * (text.count("\n") + 1)) for text in texts]
    limits = (axes.get_ylim()[0] - 10 * unit, axes.get_ylim()[1] + 10 * unit)
    places = style.spread(list(ends["value"]), sizes, limits)
    for text, place, (name, look) in zip(texts, places, looks.items(), strict=True):
        axes.text(
            1.03,
            place,
            text,
            transform=axes.get_yaxis_transform(),
            color=look["color"],
            va="center",
            fontweight="bold" if bool(ends.loc[name, "is_area"]) else "normal",
            linespacing=1.1,
        )
