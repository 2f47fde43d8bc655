"""Dots for the area and squares for the country, one row a group of children.

Columns of the table drawn: `label`, `value`, `beside`, `lower_ci_95`, `upper_ci_95`.
"""

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import chart_style as style
from cyp_analysis.present import rounding, svg
from cyp_analysis.present.chart_bars import across_axis
from cyp_analysis.present.markup import Html

ROW, WRAP, LINE = 26, 24, 14
# From zero, the lowest ticks say nothing where all groups lie high: the axis is from zero for
# shares and from the lowest value for scores below zero.


def group_chart(rows: pd.DataFrame, indicator: Indicator, prefix: str, alt: str) -> Html:
    """Rows in the order given; the area's value is written at the right of its row."""
    with style.chart_settings():
        labels = [style.wrapped(label, WRAP) for label in rows["label"]]
        row = ROW + LINE * max(label.count("\n") for label in labels)
        texts = [rounding.value_text(value, indicator) for value in rows["value"]]
        right = 20 + 9 * max(len(text) for text in texts)
        figure, axes = style.new_chart(
            row * len(rows) + 48, left=style.name_margin(labels), right=right, top=10, bottom=38
        )
        _draw(axes, rows)
        drawn = rows[["value", "beside", "lower_ci_95", "upper_ci_95"]].to_numpy(float).ravel()
        across_axis(axes, drawn, indicator)
        axes.grid(axis="x", color=style.GREY, linewidth=0.8)
        axes.set_axisbelow(True)
        _label(axes, labels, texts, 1 + (right - 6) / axes.bbox.width)
        return svg.inline_svg(figure, prefix, alt)


def _draw(axes, rows: pd.DataFrame) -> None:
    """A thin line joins the two marks; the interval stands behind the dot."""
    places = np.arange(len(rows))
    value, beside = rows["value"].to_numpy(float), rows["beside"].to_numpy(float)
    axes.hlines(places, value, beside, color=style.INK, linewidth=1.0, zorder=2)
    axes.hlines(
        places, rows["lower_ci_95"], rows["upper_ci_95"], color=style.NAVY, linewidth=4, zorder=3
    )
    axes.plot(beside, places, "s", color=style.WHITE, markersize=9, mec=style.PLUM, mew=2, zorder=4)
    axes.plot(value, places, "o", color=style.NAVY, markersize=11, mec=style.WHITE, zorder=5)
    style.plain_axes(axes)


def _label(axes, labels: list[str], texts: list[str], right: float) -> None:
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks([])
    across = axes.get_yaxis_transform()
    look = {"xycoords": across, "textcoords": "offset points", "va": "center"}
    for place, (label, text) in enumerate(zip(labels, texts, strict=True)):
        lines = label.split("\n")
        for number, line in enumerate(lines):
            down = LINE * ((len(lines) - 1) / 2 - number)
            axes.annotate(
                line, (0, place), xytext=(-7, down), ha="right", fontsize=style.SMALL, **look
            )
        axes.annotate(
            text,
            (right, place),
            xytext=(0, 0),
            ha="right",
            fontsize=style.SMALL,
            fontweight="bold",
            color=style.NAVY,
            **look,
        )
