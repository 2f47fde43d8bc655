"""Drawing a spine: a bar from worst to best, the middle half darker, the benchmark, the area."""

from cyp_analysis.present import chart_style as style
from cyp_analysis.present import rounding, svg, words
from cyp_analysis.present.comparing.profile import Line
from cyp_analysis.present.markup import Html

WRAP, LINE, GAP, TOP, BOTTOM, RIGHT = 22, 16, 14, 34, 12, 92
_LIGHT, _BAND = "#E3E6EA", style.GREY
_MARKS = {"higher": "^", "lower": "v", "similar": "o", "not_compared": "D"}


def spine_chart(
    lines: list[Line], ends: tuple[str, str], benchmark: str, prefix: str, alt: str
) -> Html:
    """One row for each line; `ends` name the left and right end of the scale."""
    labels = [style.wrapped(words.sentence_case(line.indicator.subject), WRAP) for line in lines]
    heights = [LINE * (label.count("\n") + 1) + GAP for label in labels]
    tall = sum(heights)
    with style.chart_settings():
        figure, axes = style.new_chart(
            TOP + tall + BOTTOM,
            left=style.name_margin(labels),
            right=RIGHT,
            top=TOP,
            bottom=BOTTOM,
        )
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(tall, 0)
        axes.set_xticks([])
        axes.set_yticks([])
        _ends(axes, ends)
        top = 0.0
        for line, label, height in zip(lines, labels, heights, strict=True):
            _row(axes, line, label, top + height / 2)
            top += height
        return svg.inline_svg(figure, prefix, alt)


def _ends(axes, ends: tuple[str, str]) -> None:
    for place, text, side in ((0, ends[0], "left"), (1, ends[1], "right")):
        axes.annotate(
            text,
            (place, 0),
            xytext=(0, 10),
            textcoords="offset points",
            ha=side,
            va="bottom",
            fontsize=style.SMALL,
            color=style.INK,
            annotation_clip=False,
        )


def _row(axes, line: Line, label: str, y: float) -> None:
    axes.barh(y, 1, height=13, color=_LIGHT, edgecolor=style.INK, linewidth=0.4)
    quarters = [line.place(line.spread[point]) for point in ("lower_quarter", "upper_quarter")]
    left, right = sorted(quarters)
    axes.barh(y, right - left, left=left, height=13, color=_BAND)
    if line.benchmark == line.benchmark:
        across = [line.place(line.benchmark)] * 2
        axes.plot(across, [y - 9, y + 9], color=style.PLUM, linewidth=2.4, clip_on=False)
    axes.plot(
        line.place(line.row["value"]),
        y,
        marker=_MARKS[line.side],
        markersize=11 if line.side != "not_compared" else 9,
        color=style.NAVY,
        markeredgecolor=style.WHITE,
        markeredgewidth=1.4,
        clip_on=False,
        zorder=5,
    )
    _texts(axes, line, label, y)


def _texts(axes, line: Line, label: str, y: float) -> None:
    """The indicator at the left, a line of text each; the value with its symbol at the right."""
    look = {"textcoords": "offset points", "va": "center", "fontsize": style.SMALL}
    lines = label.split("\n")
    for number, text in enumerate(lines):
        down = LINE * ((len(lines) - 1) / 2 - number)
        axes.annotate(text, (0, y), xytext=(-9, down), ha="right", color=style.INK, **look)
    value = rounding.value_text(line.row["value"], line.indicator)
    symbol = words.SYMBOLS[line.side]
    look |= {"color": style.NAVY, "fontweight": "bold"}
    axes.annotate(value, (1, y), xytext=(RIGHT - 36, 0), ha="right", **look)
    axes.annotate(symbol, (1, y), xytext=(RIGHT - 30, 0), ha="left", **look)
