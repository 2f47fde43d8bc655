"""Charts of an index: one for each measure with enough figures, missing years as gaps."""

from cyp_analysis.index_model import Measure
from cyp_analysis.present import words
from cyp_analysis.present.chapter_trend import trend
from cyp_analysis.present.markup import Block, paragraph, stacked
from cyp_analysis.present.plans.index import index_rows, the_index
from cyp_analysis.present.selection import Selection

FEWEST = 3


def index_trends(selection: Selection, index_id: str, aspiration: int | None = None) -> Block:
    """A chart for each measure with three figures or more, of one aspiration or of all.

    Years that the index knows to be without a figure are gaps, with the reason below the chart.
    """
    definition = the_index(selection, index_id)
    rows = index_rows(selection, index_id)
    made = []
    for of, measure in definition.measures:
        mine = rows[rows["measure_id"] == measure.id]
        if len(mine) < FEWEST or aspiration not in (None, of.number):
            continue
        made.append(trend(selection, mine["indicator_id"].iloc[0]))
        made.append(_gaps(measure, set(mine["year"])))
    return stacked(*made)


def _gaps(measure: Measure, years: set[int]) -> Block:
    """Why years between the first and the last figure are missing."""
    inside = [year for year in range(min(years), max(years)) if year not in years]
    if not inside:
        return Block()
    reasons: dict[str, list[int]] = {}
    for year in inside:
        reasons.setdefault(measure.gaps.get(year, "this edition holds none"), []).append(year)
    said = [f"{words.join_words([str(y) for y in each])}: {why}" for why, each in reasons.items()]
    text = f"No figure for {'; '.join(said)}."
    return Block(paragraph(text, "note"), text)
