"""An index over the years, its rule in words, and the index as documents print it."""

import re
from calendar import month_name

import pandas as pd

from cyp_analysis.present import rounding
from cyp_analysis.present.markup import Block, joined, paragraph
from cyp_analysis.present.plans import wording
from cyp_analysis.present.plans.index import badge, the_index
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

_NEWEST = "newest"
_COLUMNS = "aspiration, measure, value and period"


def index_history(selection: Selection, index_id: str) -> Block:
    """Aspirations down, years across: the rating of each year by the figures of that year."""
    definition = the_index(selection, index_id)
    rows = wording.rows_of(selection, "index_aspirations")
    rows = rows[(rows["index_id"] == index_id) & (rows["year"] != _NEWEST)]
    rows = rows[rows["year"].astype(int) <= _last_year(selection)]
    years = sorted(rows.loc[rows["rating"] != "not_rated", "year"].unique())
    if len(years) < 2:
        return Block()
    ratings = {(row["aspiration"], row["year"]): row["rating"] for _, row in rows.iterrows()}
    columns = (Column("Aspiration", heads_row=True), *(Column(year) for year in years))
    cells = []
    for aspiration in definition.aspirations:
        found = [ratings.get((aspiration.number, year)) for year in years]
        cells.append(
            (
                f"{aspiration.number}. {aspiration.name}",
                *("no figure" if rating is None else badge(rating) for rating in found),
            )
        )
    note = "The measures with a figure differ from year to year, so ratings of years do too."
    title = f"{definition.title}: ratings by year, {selection.area.name}"
    table = Table(title, columns, tuple(cells), (note,))
    return block(table, selection.unique_id("cap-index-history"))


def _last_year(selection: Selection) -> int:
    """The last year that had ended by the cut: ratings of a year use figures to its end."""
    if selection.cut is None:
        return 9999
    return (selection.cut + pd.Timedelta(days=1)).year - 1


def index_rule(selection: Selection, index_id: str) -> Block:
    """The rule of the ratings in words."""
    definition = the_index(selection, index_id)
    rule = definition.rule
    texts = [definition.basis, rule.change, rule.level, rule.measure, rule.aspiration]
    texts = [" ".join(text.split()) for text in texts]
    return Block(joined(*(paragraph(text) for text in texts)), "\n".join(texts))


def index_published(selection: Selection) -> Block:
    """The index as the area's own documents print it."""
    register = selection.edition.register("index", areas=[selection.area.code])
    if register.empty or "aspiration" not in register:
        return wording.absent(selection, "A published index", "local_index", _COLUMNS)
    measured = register[register["measure"] != ""]
    titles = sum(measured["value"] == "")
    columns = (
        Column("Measure", heads_row=True),
        Column("Aspiration"),
        Column("Printed value"),
        Column("Period"),
        Column("Document"),
    )
    cells = tuple(_published(selection, row) for _, row in measured.iterrows())
    notes = (
        (f"For {wording.counted(titles, 'measure')} the document gives a title without a value.",)
        if titles
        else ()
    )
    table = Table(f"The index as printed: {selection.area.name}", columns, cells, notes)
    return block(table, selection.unique_id("cap-index-published"))


def _published(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    number = row.get("value_number", float("nan"))
    unit = row.get("unit", "")
    places = 0 if pd.isna(number) or float(number).is_integer() else 1
    text = row["value"] if pd.isna(number) else rounding.half_up(number, places)
    unit = re.sub(r"^count(?: of )?", "", unit)
    shown = f"{text}{unit}" if unit == "%" else f"{text} {unit}".strip()
    return (
        row["measure"],
        row["aspiration"],
        shown if text else "title only",
        _period(row["period"]) or "not printed",
        wording.document(selection, row),
    )


def _period(text: str) -> str:
    """A period as people write it: "2018-09-30" → "30 September 2018", "c. 2017" → "about 2017"."""
    if dated := re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", text):
        day = f"{int(dated[3])} " if dated[3] else ""
        return f"{day}{month_name[int(dated[2])]} {dated[1]}"
    return re.sub(r"^c\. ?", "about ", text)
