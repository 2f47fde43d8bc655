"""Bars of 100%: one bar a period, one segment a band, labelled where there is room.

One row of the table drawn = period × band: `bar`, `band`, `share` (percent), in the order drawn.
"""

import pandas as pd

from cyp_analysis.present import chart_style as style
from cyp_analysis.present import rounding, svg
from cyp_analysis.present.markup import Html

ROW, KEY_ROW, LEAST = 34, 20, 9.0
# Dark to light, so that the order can be seen without colour; the text on each can be read.
SEGMENTS = (("#12436D", "#FFFFFF"), ("#2073BC", "#FFFFFF"), ("#6BACE6", "#0B0C0C"),
            ("#BFBFBF", "#0B0C0C"))  # fmt: skip


def stack_chart(shares: pd.DataFrame, prefix: str, alt: str) -> Html:
    """The bars from the top in the order given, with a key of the bands above them."""
    bars, bands = list(shares["bar"].unique()), list(shares["band"].unique())
    with style.chart_settings():
        labels = [style.wrapped(bar, 14) for bar in bars]
        top = 14 + KEY_ROW * len(bands)
        height = top + ROW * len(bars) + 34
        figure, axes = style.new_chart(
            height, left=style.name_margin(labels), right=24, top=top, bottom=34
        )
        for number, band in enumerate(bands):
            _segments(axes, shares, bars, bands[: number + 1], SEGMENTS[number % len(SEGMENTS)])
            _key(axes, band, number, height - top - 34, len(bands))
        _axes(axes, labels)
        return svg.inline_svg(figure, prefix, alt)


def _segments(axes, shares: pd.DataFrame, bars: list[str], bands: list[str], look: tuple) -> None:
    """One band's segment of every bar, right of the bands before it."""
    wide = shares.pivot(index="bar", columns="band", values="share").reindex(bars)[bands].fillna(0)
    widths, starts = wide[bands[-1]], wide[bands[:-1]].sum(axis=1)
    fill, ink = look
    axes.barh(range(len(bars)), widths, left=starts, color=fill, edgecolor=style.WHITE, height=0.74)
    for place, (start, width) in enumerate(zip(starts, widths, strict=True)):
        if width >= LEAST:
            text = f"{rounding.half_up(width, 0)}%"
            middle = start + width / 2
            axes.text(
                middle, place, text, color=ink, ha="center", va="center", fontsize=style.SMALL
            )


def _key(axes, band: str, number: int, tall: float, bands: int) -> None:
    """The band's name with a square of its colour, one below the other above the bars."""
    place = 1 + (10 + KEY_ROW * (bands - 1 - number)) / tall
    fill, _ = SEGMENTS[number % len(SEGMENTS)]
    across = axes.transAxes
    axes.plot(0.012, place, "s", color=fill, markersize=10, transform=across, clip_on=False)
    axes.text(0.05, place, band, transform=across, va="center", fontsize=style.SMALL)


def _axes(axes, labels: list[str]) -> None:
    axes.set_xlim(0, 100)
    axes.set_xticks([0, 50, 100], ["0%", "50%", "100%"], fontsize=style.SMALL)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), labels, fontsize=style.SMALL)
