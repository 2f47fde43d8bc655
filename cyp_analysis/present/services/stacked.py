"""Bars of 100%: the parts of each row, told apart by colour, order, outline and number."""

import numpy as np
import pandas as pd

from cyp_analysis.present import chart_style as style
from cyp_analysis.present import rounding, svg
from cyp_analysis.present.markup import Html

ROW = 34
_LOOKS = (
    (style.NAVY, style.WHITE),
    (style.GREY, style.INK),
    (style.ORANGE, style.INK),
    (style.WHITE, style.INK),
)
_ROOM_FOR_NUMBER = 9.0
_KEY_ROW = 20


def stacked_bars(shares: pd.DataFrame, prefix: str, alt: str) -> Html:
    """One bar per row of `shares` (index: its label; columns: the parts in order, percent)."""
    with style.chart_settings():
        labels = [style.wrapped(str(label), 20) for label in shares.index]
        row = ROW + 12 * max(label.count("\n") for label in labels)
        top = 10 + _KEY_ROW * len(shares.columns)
        height = row * len(shares) + top + 12
        figure, axes = style.new_chart(
            height, left=min(style.name_margin(labels) + 18, 200), right=14, top=top, bottom=12
        )
        _draw(axes, shares)
        _name_rows(axes, labels)
        _draw_key(axes, list(shares.columns), height - top - 12)
        return svg.inline_svg(figure, prefix, alt)


def _draw(axes, shares: pd.DataFrame) -> None:
    places = np.arange(len(shares))
    start = np.zeros(len(shares))
    for number, part in enumerate(shares.columns):
        fill, ink = _LOOKS[number % len(_LOOKS)]
        width = shares[part].fillna(0).to_numpy(float)
        axes.barh(places, width, left=start, color=fill, edgecolor=style.INK, linewidth=0.8)
        for place, begin, size in zip(places, start, width, strict=True):
            if size >= _ROOM_FOR_NUMBER:
                text = rounding.half_up(size, 0)
                look = {"ha": "center", "va": "center", "fontsize": style.SMALL}
                axes.text(begin + size / 2, place, text, color=ink, **look)
        start = start + width
    axes.set_xlim(0, 100)
    axes.set_ylim(len(shares) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])


def _name_rows(axes, labels: list[str]) -> None:
    for place, label in enumerate(labels):
        axes.annotate(
            label,
            (0, place),
            xytext=(-7, 0),
            xycoords=axes.get_yaxis_transform(),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=style.SMALL,
        )


def _draw_key(axes, names: list[str], tall: float) -> None:
    """What each colour stands for, above the bars in the order of the bars."""
    from matplotlib.patches import Rectangle

    for number, name in enumerate(names):
        fill, _ = _LOOKS[number % len(_LOOKS)]
        bottom = 1 + (8 + _KEY_ROW * (len(names) - 1 - number)) / tall
        patch = Rectangle(
            (0, bottom),
            0.05,
            13 / tall,
            transform=axes.transAxes,
            facecolor=fill,
            edgecolor=style.INK,
            linewidth=0.8,
            clip_on=False,
        )
        axes.add_patch(patch)
        axes.annotate(
            name,
            (0.07, bottom + 6 / tall),
            xycoords="axes fraction",
            ha="left",
            va="center",
            fontsize=style.SMALL,
            annotation_clip=False,
        )
