"""The map of an indicator: sentence, picture, key with its class limits, the ranked table."""

import re

import pandas as pd

from cyp_analysis import place_measures
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, narrative, rounding, shown, words
from cyp_analysis.present.chapter_bars import MANY
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.markup import Block, Html, no_data, paragraph, stacked, verdict
from cyp_analysis.present.places import found as finding
from cyp_analysis.present.places import words as said
from cyp_analysis.present.places.found import PlaceFigures
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

COPYRIGHT = "Contains OS data © Crown copyright and database right."
FIFTHS = {
    1: "Most deprived fifth of England",
    2: "Second most deprived fifth",
    3: "Middle fifth",
    4: "Two least deprived fifths",
}
_FOURTHS = {1: "Highest quarter", 2: "Second quarter", 3: "Third quarter", 4: "Lowest quarter"}


def map_block(selection: Selection, indicator_id: str, places: str = "") -> Block:
    """The newest figures of places on a map, or a panel saying which file would bring them.

    `places`: ward, lsoa, msoa, district or authority; by default the first that has figures.
    ChapterError for an unknown indicator or kind.
    """
    figures = finding.figures_of(selection, indicator_id, places)
    if figures is None:
        return nothing(selection, indicator_id, places)
    told = [said.spread_sentence(figures), said.certainty_sentence(figures)]
    text = " ".join([*told, said.MEANINGS.get(figures.kind, "")]).strip()
    sentence = Block(paragraph(text, "headline"), text)
    return stacked(sentence, block(_figure(selection, figures)))


def nothing(selection: Selection, indicator_id: str, places: str = "") -> Block:
    """The panel for figures of places that did not arrive; empty for an indicator that no file
    has for small areas, and where it has been said on the page."""
    indicator = finding.measure_indicator(selection, indicator_id)
    measure = place_measures.load().get(indicator_id)
    if measure is None or f"map-{indicator_id}" in selection.told:
        return Block()
    selection.told.add(f"map-{indicator_id}")
    kinds = words.join_words([said.KINDS[kind][1] for kind in measure.kinds])
    kinds = said.KINDS[places][1] if places in said.KINDS else kinds
    area = words.area_words(selection.area)
    missing = f"{indicator.name}: this edition holds no figures for {kinds} of {area}."
    way = how_to_get(selection, indicator, places or measure.kinds[0])
    return no_data(missing, [way] if way else [])


def how_to_get(selection: Selection, indicator: Indicator, kind: str) -> str:
    """Which file would bring the figures, and which lookup says where the places lie."""
    part = indicator.measured[0]
    found = [s for s in selection.catalogue.datasets.get(part.source, ()) if s.get and not s.files]
    # An index has one passport an edition, whose year stands in the name of the measure.
    year = re.search(r"_(20\d\d)_", part.measure)
    editions = [s for s in found if year and s.id.endswith(year[1])]
    lookups = [s for s in selection.catalogue.sources.values() if s.reader == "lookup"]
    lookups = [s for s in lookups if kind in s.aliases and s.get]
    ways = [each[0].get.rstrip(". ") + "." for each in (editions or found, lookups) if each]
    also = "For the lookup that says which authority they lie in: "
    return narrative.join_sentences(*ways[:1], *(f"{also}{way}" for way in ways[1:]))


def _figure(selection: Selection, figures: PlaceFigures) -> Figure:
    figure_id = selection.unique_id(f"fig-{figures.indicator.id}-map")
    source = credits.source_line(selection, figures.known)
    outlined = figures.drawn_as == "outlines"
    return Figure(
        id=figure_id,
        title=said.title(figures),
        subtitle=_subtitle(figures),
        picture=_picture(figures, figure_id),
        alt=said.alt(figures),
        table=places_table(figures),
        source=source.reworded(f"{source} Boundaries: Office for National Statistics. {COPYRIGHT}")
        if outlined
        else source,
    )


def _subtitle(figures: PlaceFigures) -> str:
    area, label = words.area_words(figures.within), figures.known.iloc[0]["period_label"]
    kinds = said.KINDS[figures.kind][1]
    what = f"{figures.indicator.name}, {kinds} of {area}, {label}."
    numbered = " Numbers are ranks from the highest, as in the table."
    numbers = numbered if is_numbered(figures) else ""
    how = {
        "outlines": f" North is up.{numbers}",
        "tiles": f" Each tile is one of the {kinds}, roughly where it lies.{numbers}",
        "bars": "",
    }
    classes = " Shades: national fifths." if figures.by_decile else " Shades: quarters by rank."
    return what + how[figures.drawn_as] + (classes if figures.drawn_as != "bars" else "")


def is_numbered(figures: PlaceFigures) -> bool:
    """Whether each place bears its rank: not where they are many, nor where ranks say nothing."""
    return len(figures.rows) <= finding.MOST_NAMED and not figures.by_decile


def _picture(figures: PlaceFigures, prefix: str) -> Html:
    if figures.drawn_as == "bars":
        return _bars(figures, prefix)
    from cyp_analysis.present.places import drawing

    draw = drawing.outline_map if figures.drawn_as == "outlines" else drawing.tile_map
    return draw(drawn_places(figures), key(figures), prefix, said.alt(figures))


def drawn_places(figures: PlaceFigures) -> pd.DataFrame:
    """One row = one outline or tile, with its class (0 without a figure) and its number."""
    rows = figures.rows.set_index("place_code")
    codes = figures.shapes["place_code"]
    number = codes.map(rows["class_number"]).fillna(0).astype(int)
    ranks = codes.map(rows["rank"])
    hidden = ranks.isna() | (not is_numbered(figures))
    labels = ["" if no else f"{rank:.0f}" for rank, no in zip(ranks, hidden, strict=True)]
    return figures.shapes.assign(
        class_number=number.where(codes.map(rows["value"]).notna(), 0),
        label=labels,
        is_own=codes == figures.own_code,
    )


def key(figures: PlaceFigures) -> list[tuple[int, str]]:
    """The classes drawn, each with its limits and how many places it has."""
    lines = [(number, _class_words(figures, number)) for number in _FOURTHS]
    lines = [(number, text) for number, text in lines if text]
    without = figures.shapes["place_code"].isin(figures.known["place_code"]).eq(False)
    if without.any():
        lines.append((0, "No figure"))
    if figures.own_code and figures.shapes["place_code"].eq(figures.own_code).any():
        own = figures.rows.loc[figures.rows["place_code"] == figures.own_code, "place_name"]
        lines.append((-1, f"{own.iloc[0]}"))
    return lines


def _class_words(figures: PlaceFigures, number: int) -> str:
    inside = figures.known[figures.known["class_number"] == number]
    if inside.empty:
        return ""
    many = f"({len(inside):,})"
    if figures.by_decile:
        return f"{FIFTHS[number]} {many}"
    limits = inside.iloc[0]
    low, high = (
        rounding.value_text(limits[name], figures.indicator) for name in ("class_from", "class_to")
    )
    return f"{_FOURTHS[number]}: {low if low == high else f'{low} to {high}'} {many}"


def _bars(figures: PlaceFigures, prefix: str) -> Html:
    """Bars of the places in order, for want of outlines; dots where there are very many."""
    from cyp_analysis.present import chart_bars, chart_dots

    rows = figures.rows
    values = [shown.value_cell(row, figures.indicator) for _, row in rows.iterrows()]
    sign = rounding.sign(figures.indicator)
    bars = pd.DataFrame(
        {
            "label": rows["place_name"],
            "value": rows["value"],
            "lower": rows["lower_ci_95"],
            "upper": rows["upper_ci_95"],
            "text": [text if text.startswith("[") else text + sign for text in values],
            "symbol": "",
            "is_area": rows["place_code"] == figures.own_code,
        }
    )
    whole = pd.isna(figures.whole) or figures.indicator.statistic == "count"
    lines = [] if whole else [(words.area_words(figures.within), figures.whole)]
    draw = chart_dots.dot_chart if len(bars) > MANY else chart_bars.bar_chart
    return draw(bars, lines, figures.indicator, prefix, said.alt(figures))


def places_table(figures: PlaceFigures) -> Table:
    """One row = one place, ranked from the highest; columns that say nothing are left out."""
    rows, indicator = figures.rows, figures.indicator
    columns = [
        (Column("Rank", numeric=True), [shown.rank_cell(row) for _, row in rows.iterrows()]),
        (
            Column(words.sentence_case(said.KINDS[figures.kind][0]), heads_row=True),
            list(rows["place_name"]),
        ),
        (Column("Count", numeric=True), [_count_cell(row) for _, row in rows.iterrows()]),
        (
            Column(f"Value ({shown.unit_words(indicator)})", numeric=True),
            [shown.value_cell(row, indicator) for _, row in rows.iterrows()],
        ),
        (
            Column(shown.INTERVAL, numeric=True),
            [shown.interval_cell(row, indicator) for _, row in rows.iterrows()],
        ),
        (
            Column(f"Compared with {words.area_words(figures.within)}"),
            [_side(row, indicator) for _, row in rows.iterrows()],
        ),
    ]
    silent = {shown.NO_COUNT, shown.NO_INTERVAL, verdict(*shown.NOT_COMPARED)}
    counts_only = indicator.statistic == "count"
    kept = [
        (column, cells)
        for column, cells in columns
        if not set(cells) <= silent
        and not (counts_only and column.header == "Count")
        and not (figures.by_decile and column.header == "Rank")
    ]
    own = rows["place_code"] == figures.own_code
    return Table(
        f"{indicator.name}, {said.KINDS[figures.kind][1]} of {words.area_words(figures.within)}",
        tuple(column for column, _ in kept),
        tuple(zip(*(cells for _, cells in kept), strict=True)),
        (*_whole_note(figures), *shown.missing_notes(rows)),
        marked=frozenset(number for number, mine in enumerate(own) if mine),
    )


def _whole_note(figures: PlaceFigures) -> tuple[str, ...]:
    """What the words of the map name beside single places: the value of the area that they make
    up, or how many places are in the two outer fifths."""
    if figures.by_decile:
        most, least = said.outer_fifths(figures)
        return (f"In the most deprived fifth of England: {most}; in the least deprived: {least}.",)
    if pd.isna(figures.whole) or figures.indicator.statistic == "count":
        return ()
    value = rounding.value_text(figures.whole, figures.indicator)
    return (f"{words.sentence_case(words.area_words(figures.within))} as a whole: {value}.",)


def _count_cell(row: pd.Series) -> str:
    """A count in whole people: projections are printed with fractions of them."""
    return rounding.half_up(row["count"], 0) if pd.notna(row["count"]) else shown.count_cell(row)


def _side(row: pd.Series, indicator: Indicator) -> Html:
    """The verdict of a place against the whole, judged by the indicator's polarity."""
    side = row["side"] if pd.notna(row["side"]) else "not_compared"
    good = {"low_is_good": "lower", "high_is_good": "higher"}.get(indicator.polarity)
    judged = side in ("higher", "lower") and good is not None
    return verdict(("better" if side == good else "worse") if judged else side, side)
