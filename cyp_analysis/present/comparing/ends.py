"""Names at the ends of lines, moved apart where they would touch, each led back to its line."""

from cyp_analysis.present import chart_style as style

LINE, GAP, LEAD = 16, 3, 16

Label = tuple[float, str, str]


def end_labels(
    axes, labels: list[Label], *, bold: frozenset[int] = frozenset(), left: bool = False
) -> list[float]:
    """Writes (value, text, colour) beside the axes, at the right or the left; gives the heights at
    which they stand, in units of the value axis. The numbers in `bold` are written in bold."""
    places = label_places(axes, labels)
    side = axes.get_yaxis_transform()
    wide, sign = axes.bbox.width, -1 if left else 1
    edge = 0 if left else 1
    for number, ((value, text, colour), place) in enumerate(zip(labels, places, strict=True)):
        reach = [edge + sign * 3 / wide, edge + sign * LEAD / wide]
        lead = {"color": colour, "linewidth": 0.8, "clip_on": False}
        axes.plot(reach, [value, place], transform=side, **lead)
        axes.text(
            edge + sign * (LEAD + 3) / wide,
            place,
            text,
            transform=side,
            color=colour,
            ha="right" if left else "left",
            va="center",
            fontsize=style.SMALL,
            fontweight="bold" if number in bold else "normal",
            linespacing=1.1,
        )
    return places


def label_places(axes, labels: list[Label]) -> list[float]:
    """Heights of the labels, in the order of their values, none upon another."""
    low, high = axes.get_ylim()
    unit = (high - low) / axes.bbox.height
    sizes = [unit * (LINE * (text.count("\n") + 1) + GAP) for _, text, _ in labels]
    room = 12 * unit
    return style.spread([value for value, _, _ in labels], sizes, (low - room, high + room))
