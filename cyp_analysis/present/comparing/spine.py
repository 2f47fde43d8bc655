"""The spine chart: each indicator's place between the worst and the best of the authorities."""

from cyp_analysis.geography import Area
from cyp_analysis.present import alt_text, credits, rounding, shown, words
from cyp_analysis.present.comparing.profile import Line, group_words, widest_group
from cyp_analysis.present.figures import Figure
from cyp_analysis.present.figures import block as figure_block
from cyp_analysis.present.markup import Block, paragraph, stacked, verdict
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

FEWEST, MOST, LONGEST_ALT = 2, 30, 220
_HOW = (
    "Each row is one figure on a scale made of the authorities that have it. A place near one end"
    " is not by itself a finding: the symbol says whether the difference from the benchmark is"
    " larger than chance would explain."
)
_SAID = {
    True: ("worse to better", "Worst", "Best"),
    False: ("lowest to highest", "Lowest", "Highest"),
}


def spine(selection: Selection, ids: str | list[str] | None = None) -> Block:
    """One row for each indicator: indicators that are judged first, then those that are not.

    Empty where the edition holds too few authorities for a scale, or a single indicator has one.
    """
    group, lines = widest_group(selection, ids)
    if group is None or len(lines) < FEWEST:
        return Block()
    charts = [
        _chart(selection, group, part, judged=judged)
        for judged in (True, False)
        if (part := [line for line in lines if line.judged is judged])
    ]
    return stacked(Block(paragraph(_HOW), _HOW), *charts)


def _chart(selection: Selection, group: Area, lines: list[Line], *, judged: bool) -> Block:
    from cyp_analysis.present.comparing.spine_chart import spine_chart

    figure_id = selection.unique_id(f"fig-{selection.entry.id}-spine")
    left = f" Drawn: the first {MOST} of {len(lines)} figures." if len(lines) > MOST else ""
    lines = lines[:MOST]
    alt = spine_alt(selection, lines)
    rows = credits.source_line(selection, _frame(lines))
    figure = Figure(
        id=figure_id,
        title=_title(selection, group, lines, judged=judged),
        subtitle=_subtitle(selection, group, judged=judged) + left,
        picture=spine_chart(lines, _SAID[judged][1:], group.name, figure_id, alt),
        alt=alt,
        table=spine_table(selection, group, lines),
        source=rows,
    )
    return figure_block(figure)


def _frame(lines: list[Line]):
    import pandas as pd

    return pd.DataFrame([line.row for line in lines])


def _title(selection: Selection, group: Area, lines: list[Line], *, judged: bool) -> str:
    area = words.area_words(selection.area)
    if not judged:
        return f"Where {area} stands, without judgement"
    counts = [sum(line.outcome == word for line in lines) for word in ("worse", "better")]
    said = [str(number or "none") for number in counts]
    if any(counts):
        name = words.area_words(group)
        return f"{words.sentence_case(area)}: {said[0]} worse and {said[1]} better than {name}"
    return f"Where {area} stands among authorities"


def _subtitle(selection: Selection, group: Area, *, judged: bool) -> str:
    area = words.area_words(selection.area)
    return (
        f"Latest figures of {area} on a scale of the {group_words(group)}, from"
        f" {_SAID[judged][0]}. Dark band: the middle half of them. Line:"
        f" {words.area_words(group)}. ▲ significantly higher, ● similar, ▼ significantly lower,"
        f" – not compared."
    )


def spine_alt(selection: Selection, lines: list[Line]) -> str:
    """Value, lowest and highest of each indicator, as many as fit."""
    clauses = [
        f"{words.sentence_case(line.indicator.subject)}"
        f" {rounding.value_text(line.row['value'], line.indicator)} (authorities"
        f" {rounding.value_text(line.spread['lowest'], line.indicator)} to"
        f" {rounding.value_text(line.spread['highest'], line.indicator)})"
        for line in lines
    ]
    opening = words.sentence_case(words.area_words(selection.area))
    text = alt_text.fitted(opening, clauses)
    while len(text) > LONGEST_ALT and len(clauses) > 1:
        clauses = clauses[:-1]
        text = alt_text.fitted(opening, clauses)
    return text[:LONGEST_ALT]


def spine_table(selection: Selection, group: Area, lines: list[Line]) -> Table:
    """The figures behind the marks and bands."""
    columns = (
        Column("Indicator", heads_row=True),
        Column("Period"),
        Column("Unit"),
        Column(selection.area.name, numeric=True),
        Column(group.name, numeric=True),
        Column(f"Verdict against {words.area_words(group)}"),
        *(
            Column(name, numeric=True)
            for name in ("Lowest", "Lower quarter", "Middle", "Upper quarter", "Highest")
        ),
    )
    cells = tuple(_cells(line) for line in lines)
    return Table(f"Latest figures and the spread of {group_words(group)}", columns, cells)


def _cells(line: Line) -> tuple[str, ...]:
    places = line.indicator.rounding
    points = ("lowest", "lower_quarter", "middle", "upper_quarter", "highest")
    known = line.benchmark == line.benchmark
    return (
        line.indicator.name,
        line.row["period_label"],
        shown.unit_words(line.indicator),
        rounding.half_up(line.row["value"], places),
        rounding.half_up(line.benchmark, places) if known else shown.NO_BENCHMARK,
        verdict(line.outcome, line.side),
        *(rounding.half_up(line.spread[point], places) for point in points),
    )
