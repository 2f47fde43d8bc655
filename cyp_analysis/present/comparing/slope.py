"""The slope chart: an area, its statistical neighbours and England at two points of time.

Periods and ranks are those of the edition's table `slopes`; the values are those of its indicators.
"""

from dataclasses import dataclass

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, credits, rounding, shown, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.figures import Figure
from cyp_analysis.present.figures import block as figure_block
from cyp_analysis.present.markup import Block, paragraph, stacked
from cyp_analysis.present.narrative import join_sentences
from cyp_analysis.present.selection import Selection, matching
from cyp_analysis.present.tables import Column, Table

ENDS = ("first", "last")
_RULES = {
    "five_years": "The earlier period is the newest that is at least five years before the later.",
    "oldest": "The earlier period is the oldest there is: the figures do not go back five years.",
}
_UNTESTED = (
    "Places are in the order of the figures as published; whether they differ by more than chance"
    " is not tested here."
)


@dataclass(frozen=True)
class Slope:
    """The two ends of one area's slope: `row` of the table, and the lines as they are drawn.

    `lines`: label, kind (area, neighbour, benchmark), first, last; highest last value first.
    """

    indicator: Indicator
    row: pd.Series
    lines: pd.DataFrame
    rows: pd.DataFrame

    def of(self, kind: str) -> pd.DataFrame:
        """The lines of one kind."""
        return self.lines[self.lines["kind"] == kind]


def slope(selection: Selection, indicator_id: str) -> Block:
    """What became of the area's place, and the chart of it; a quiet line where too few of its
    neighbours have figures of two periods, nothing for a region or England."""
    indicator = selection.indicator(indicator_id)
    if selection.is_group:
        return Block()
    if selection.latest_known(indicator_id) is None:
        return nothing(selection, indicator_id)
    found = find_slope(selection, indicator)
    if found is None:
        reason = (
            f"{indicator.name}: no slope chart, because too few statistical neighbours of"
            f" {words.area_words(selection.area)} have a figure for two comparable periods."
        )
        return Block(paragraph(reason, "note"), reason)
    text = join_sentences(*sentences(selection, found))
    said = Block(paragraph(text), text)
    return stacked(said, figure_block(_figure(selection, found)))


def find_slope(selection: Selection, indicator: Indicator) -> Slope | None:
    """The slope of the area; None where the edition has none up to the cut."""
    asked = {"areas": [selection.area.code], "indicators": [indicator.id]}
    table = selection.edition.read("slopes", **asked)
    if selection.cut is not None:
        table = table[table["last_end"] <= selection.cut]
    if table.empty:
        return None
    row = table.iloc[0]
    codes = [selection.area.code, *geography.neighbours(selection.area.code)]
    codes += [selection.area.country_code] if selection.area.country_code else []
    rows = selection.edition.read("indicators", areas=codes, indicators=[indicator.id])
    rows = matching(rows, row, ["sex", "age"])
    rows = rows[(rows["category_type"] == "") & rows["value"].notna()]
    ends = {end: _at(rows, row, end) for end in ENDS}
    both = pd.concat({end: at.set_index("area_code")["value"] for end, at in ends.items()}, axis=1)
    lines = _lines(both.dropna(), selection)
    return Slope(indicator, row, lines, pd.concat(ends.values()))


def _at(rows: pd.DataFrame, row: pd.Series, end: str) -> pd.DataFrame:
    """The rows of one of the two periods."""
    same = rows["period_start"] == row[f"{end}_start"]
    return rows[same & (rows["period_end"] == row[f"{end}_end"])]


def _lines(both: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    kinds = {selection.area.code: "area", selection.area.country_code: "benchmark"}
    made = both.reset_index().assign(
        label=[geography.name(code) for code in both.index],
        kind=[kinds.get(code, "neighbour") for code in both.index],
    )
    return made.sort_values(["last", "label"], ascending=[False, True], kind="stable")


def sentences(selection: Selection, found: Slope) -> list[str]:
    """The move among the neighbours, the figures behind it, the rule, and what was not tested."""
    return [
        f"{words.sentence_case(moved_words(selection, found.row))}: itself and"
        f" {_neighbours_words(found.row)}.",
        value_sentence(selection, found),
        _RULES[found.row["rule"]],
        _UNTESTED,
    ]


def moved_words(selection: Selection, row: pd.Series) -> str:
    """ "Exampleshire fell from the 4th to the 9th highest of 11"."""
    area, of_all = words.area_words(selection.area), f"of {row['rank_of']:.0f}"
    then, now = (
        words.rank_words(row[f"{end}_rank"], row["rank_of"], tied=bool(row[f"{end}_tied"]))
        for end in ENDS
    )
    if row["moved"] == "stayed":
        return f"{area} stayed the {now} {of_all}"
    if then.endswith(" highest") and now.endswith(" highest"):
        then = then.removesuffix(" highest")
    return f"{area} {row['moved']} from the {then} to the {now} {of_all}"


def _neighbours_words(row: pd.Series) -> str:
    """ "its 10 statistical neighbours", "9 of its 10 statistical neighbours (…)"."""
    number, members = f"{row['rank_of'] - 1:.0f}", f"{row['members']:.0f}"
    listed = f"its {members} {words.uncapital(row['group_name'])}"
    if number == members:
        return listed
    return f"{number} of {listed} (the rest have no figure for one of the two periods)"


def value_sentence(selection: Selection, found: Slope) -> str:
    """The figures of the area and of England at both ends."""
    row = found.row
    first, last = (
        words.uncapital(periods.when(row[f"{end}_start"], row[f"{end}_end"], row[f"{end}_label"]))
        for end in ENDS
    )
    own = found.of("area").iloc[0]
    values = [rounding.value_text(own[end], found.indicator) for end in ENDS]
    text = (
        f"{words.sentence_case(found.indicator.subject)} in {words.area_words(selection.area)}:"
        f" {values[0]} {first} and {values[1]} {last}"
    )
    for _, line in found.of("benchmark").iterrows():
        told = [rounding.value_text(line[end], found.indicator) for end in ENDS]
        text += f"; in {of.place_words(line['area_code'])} {told[0]} and {told[1]}"
    return f"{text}."


def _figure(selection: Selection, found: Slope) -> Figure:
    from cyp_analysis.present.comparing.slope_chart import slope_chart

    figure_id = selection.unique_id(f"fig-{found.indicator.id}-slope")
    alt = slope_alt(selection, found)
    title = f"{words.sentence_case(found.indicator.subject)}: {moved_words(selection, found.row)}"
    labels = [found.row[f"{end}_label"] for end in ENDS]
    return Figure(
        id=figure_id,
        title=title,
        subtitle=_subtitle(selection, found),
        picture=slope_chart(found.lines, labels, found.indicator, figure_id, alt),
        alt=alt,
        table=slope_table(found),
        source=credits.source_line(selection, found.rows),
    )


def _subtitle(selection: Selection, found: Slope) -> str:
    area, indicator = words.area_words(selection.area), found.indicator
    beside = words.join_words(
        [
            words.uncapital(found.row["group_name"]),
            *(of.place_words(code) for code in found.of("benchmark")["area_code"]),
        ]
    )
    row = found.row
    span = f"{row['first_label']} and {row['last_label']}"
    return f"{indicator.name}, {span}: {area} (heavy line), {beside}. Neighbours: {row['model']}."


def slope_alt(selection: Selection, found: Slope) -> str:
    """The area at both ends with its ranks, England, then the highest and lowest at the end."""
    row, lines = found.row, found.lines
    area = words.area_words(selection.area)
    moved = moved_words(selection, row).removeprefix(f"{area} ")
    clauses = [f"{_ends_of(found.of('area').iloc[0], found.indicator)}, {moved}"]
    clauses += [_ends_of(line, found.indicator) for _, line in found.of("benchmark").iterrows()]
    others = lines[lines["kind"] == "neighbour"]
    ends = (("highest neighbour", others.iloc[0]), ("lowest", others.iloc[-1]))
    clauses += [f"{name} {_ends_of(line, found.indicator)}" for name, line in ends]
    subject = words.sentence_case(found.indicator.subject)
    return alt_text.fitted(f"{subject}, {row['first_label']} to {row['last_label']}", clauses)


def _ends_of(line: pd.Series, indicator: Indicator) -> str:
    first, last = (rounding.value_text(line[end], indicator) for end in ENDS)
    return f"{of.place_words(line['area_code'])} {first} to {last}"


def slope_table(found: Slope) -> Table:
    """Both figures of each line, highest later one first."""
    indicator, row = found.indicator, found.row
    unit = shown.unit_words(indicator)
    columns = (
        Column("Area", heads_row=True),
        *(Column(f"{row[f'{end}_label']} ({unit})", numeric=True) for end in ENDS),
    )
    cells = tuple(
        (line["label"], *(rounding.half_up(line[end], indicator.rounding) for end in ENDS))
        for _, line in found.lines.iterrows()
    )
    marked = frozenset(n for n, kind in enumerate(found.lines["kind"]) if kind == "area")
    return Table(f"{indicator.name} at two dates, as drawn", columns, cells, marked=marked)
