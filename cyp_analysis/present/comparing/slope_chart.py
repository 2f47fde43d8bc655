"""Drawing slopes: one line from then to now for each area, its figures at both ends, its name at
the right; the area's own line heavy, the benchmark's dashed, the others grey."""

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import chart_style as style
from cyp_analysis.present import rounding, svg
from cyp_analysis.present.comparing.ends import GAP, LEAD, LINE, end_labels
from cyp_analysis.present.markup import Html

TOP, BOTTOM, LEAST, WRAP = 18, 58, 250, 22
_CHARACTER = 8.0
_LOOKS = {
    "area": {"color": style.NAVY, "linewidth": 3.4, "markersize": 8, "zorder": 5},
    "benchmark": {
        "color": style.PLUM,
        "linewidth": 2.2,
        "linestyle": (0, (5, 2)),
        "markersize": 6,
        "marker": "s",
        "zorder": 4,
    },
    "neighbour": {"color": style.SLATE, "linewidth": 1.3, "markersize": 4.5, "zorder": 3},
}
_TEXTS = {"area": style.NAVY, "benchmark": style.PLUM, "neighbour": style.INK}


def slope_chart(
    lines: pd.DataFrame, periods: list[str], indicator: Indicator, prefix: str, alt: str
) -> Html:
    """Lines of `label`, `kind`, `first` and `last`; `periods` names the two ends."""
    figures = {
        end: [rounding.value_text(value, indicator) for value in lines[end]]
        for end in ("first", "last")
    }
    names = [
        style.wrapped(f"{value} {label}", WRAP)
        for value, label in zip(figures["last"], lines["label"], strict=True)
    ]
    with style.chart_settings():
        figure, axes = style.new_chart(
            max(LEAST, tall(names)) + TOP + BOTTOM,
            left=max(LEAD + 6 + _CHARACTER * max(map(len, figures["first"])), 62),
            right=LEAD + 6 + _CHARACTER * max(len(part) for n in names for part in n.split("\n")),
            top=TOP,
            bottom=BOTTOM,
        )
        _axes(axes, lines, periods)
        _draw(axes, lines)
        _write(axes, lines, figures["first"], left=True)
        _write(axes, lines, names, left=False)
        return svg.inline_svg(figure, prefix, alt)


def tall(names: list[str]) -> float:
    """Room that the labels of one end need, one under the other."""
    return sum(LINE * (name.count("\n") + 1) + GAP for name in names) - 12


def _axes(axes, lines: pd.DataFrame, periods: list[str]) -> None:
    """The two ends named below, no scale: every figure stands at its line."""
    values = lines[["first", "last"]]
    low, high = values.min().min(), values.max().max()
    room = 0.03 * (high - low) or 1.0
    axes.set_ylim(low - room, high + room)
    axes.set_xlim(0, 1)
    axes.set_yticks([])
    labels = [style.wrapped(period, 13) for period in periods]
    axes.set_xticks([0, 1], labels, fontsize=style.SMALL)
    # Below the lowest label, which may stand under the last line.
    axes.tick_params(axis="x", pad=16)
    axes.vlines([0, 1], *axes.get_ylim(), color=style.GREY, linewidth=1, zorder=1)


def _draw(axes, lines: pd.DataFrame) -> None:
    for kind, look in _LOOKS.items():
        for first, last in lines.loc[lines["kind"] == kind, ["first", "last"]].to_numpy():
            axes.plot([0, 1], [first, last], **({"marker": "o"} | look), clip_on=False)


def _write(axes, lines: pd.DataFrame, texts: list[str], *, left: bool) -> None:
    """Labels in the order of the values, so that none crosses another."""
    ordered = lines.assign(text=texts).sort_values("first" if left else "last", kind="stable")
    values, kinds = ordered["first" if left else "last"], list(ordered["kind"])
    labels = [
        (float(value), text, _TEXTS[kind])
        for value, text, kind in zip(values, ordered["text"], kinds, strict=True)
    ]
    bold = frozenset(place for place, kind in enumerate(kinds) if kind == "area")
    end_labels(axes, labels, bold=bold, left=left)
