"""Many authorities at once: one dot each, stacked where values are close.

Columns of the table drawn: `label`, `value`, `is_area`.
"""

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import chart_style as style
from cyp_analysis.present import rounding, svg
from cyp_analysis.present.chart_bars import Lines, across_axis, draw_lines
from cyp_analysis.present.markup import Html

DOT, SIDE, BOTTOM = 9, 18, 34
_LABEL_ROWS = 22


def dot_chart(
    dots: pd.DataFrame, lines: Lines, indicator: Indicator, prefix: str, alt: str
) -> Html:
    """Every authority as a dot on one scale, the area large and named, benchmarks as lines."""
    with style.chart_settings():
        placed = stacked(dots, style.WIDTH - 2 * SIDE)
        tall = max(90, DOT * (placed["level"].max() + 4))
        top = 16 + _LABEL_ROWS * (len(lines) + 1)
        figure, axes = style.new_chart(
            tall + top + BOTTOM, left=SIDE, right=SIDE, top=top, bottom=BOTTOM
        )
        _draw_dots(axes, placed, tall)
        across_axis(axes, np.array([*placed["value"], *(v for _, v in lines)]), indicator)
        axes.spines["bottom"].set_visible(True)
        axes.tick_params(axis="x", length=4)
        draw_lines(axes, lines, indicator, tall)
        _name_area(axes, placed[placed["is_area"]], indicator, tall, len(lines))
        return svg.inline_svg(figure, prefix, alt)


def stacked(dots: pd.DataFrame, wide: float) -> pd.DataFrame:
    """Dots with a value, each with its `level`: how many lie below it within one dot's width."""
    known = dots.dropna(subset=["value"]).sort_values("value", kind="stable")
    span = (known["value"].max() - min(known["value"].min(), 0)) or 1.0
    # The area stands at the foot of its stack, where its own line starts.
    column = np.floor(known["value"] / (span * DOT / wide))
    ordered = known.assign(column=column).sort_values(
        ["column", "is_area"], ascending=[True, False], kind="stable"
    )
    return ordered.assign(level=ordered.groupby("column").cumcount())


def _draw_dots(axes, placed: pd.DataFrame, tall: float) -> None:
    import seaborn as sns

    axes.set_ylim(0, tall)
    heights = (placed["level"] + 1) * DOT
    others = ~placed["is_area"]
    for chosen, size, colour, order in ((others, 44, style.GREY, 3), (~others, 150, style.NAVY, 5)):
        sns.scatterplot(
            x=placed.loc[chosen, "value"],
            y=heights[chosen],
            ax=axes,
            s=size,
            color=colour,
            edgecolor=style.INK,
            linewidth=0.8,
            zorder=order,
            clip_on=False,
            legend=False,
        )
    axes.set_yticks([])
    style.plain_axes(axes)


def _name_area(axes, own: pd.DataFrame, indicator: Indicator, tall: float, above: int) -> None:
    """The area's name and value above the benchmarks', with a thin line down to its dot."""
    if own.empty:
        return
    row = own.iloc[0]
    value, height = row["value"], 1 + (10 + _LABEL_ROWS * above) / tall
    low, high = axes.get_xlim()
    share = (value - low) / (high - low)
    look = {"transform": axes.get_xaxis_transform(), "color": style.NAVY}
    bottom, top = DOT / tall, height - 8 / tall
    axes.plot([value, value], [bottom, top], linewidth=1.2, clip_on=False, zorder=4, **look)
    axes.text(
        value,
        height,
        f"{row['label']} {rounding.value_text(value, indicator)}",
        ha="left" if share < 0.2 else "right" if share > 0.8 else "center",
        va="center",
        fontweight="bold",
        **look,
    )
