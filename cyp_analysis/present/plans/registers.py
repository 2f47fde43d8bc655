"""Risks and savings as their documents list them, with the arithmetic checked."""

import pandas as pd

from cyp_analysis.present import rounding, words
from cyp_analysis.present.markup import Block, paragraph, stacked
from cyp_analysis.present.plans import wording
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

_RISK_COLUMNS = "risk, likelihood and consequence"
_SAVING_COLUMNS = "label, year and saving"
_SCORES = range(1, 6)
_UNIT_NOTE = "As the document prints them and in its unit"
_BANDS = (
    "Rating: consequence times likelihood, each from 1 to 5. Levels: low 1 to 3, moderate 4 to 6,"
    " high 8 to 12, extreme 15 to 25."
)
_AGREE = {
    "yes": "agrees with its scores",
    "no": "differs from its scores",
    "": "cannot be checked",
}


def risks(selection: Selection) -> Block:
    """What the registers hold, the matrix of those that are scored, and every risk."""
    rows = wording.rows_of(selection, "plan_risks")
    if rows.empty:
        return wording.absent(selection, "Risks", "local_risk_register", _RISK_COLUMNS)
    said = _risk_summary(rows)
    scored = rows[rows["likelihood"].notna() & rows["consequence"].notna()]
    matrix = _matrix(selection, scored) if len(scored) else Block()
    return stacked(Block(paragraph(said), said), matrix, _risk_table(selection, rows))


def _risk_summary(rows: pd.DataFrame) -> str:
    rated = rows[rows["rating"].notna()]
    said = f"The registers list {wording.counted(len(rows), 'risk')}"
    if rated.empty:
        return f"{said}; none of them is rated."
    worst = wording.highest(rated)
    first = worst.iloc[0]
    level = f" ({first['level'].lower()})" if first["level"] else ""
    named = [f"{one['risk']} ({one['register'] or 'no register named'})" for _, one in
             worst.iterrows()]  # fmt: skip
    said += (
        f"; {wording.counted(len(rated), 'is', 'are')} rated. The highest rating is"
        f" {wording.rating_words(first['rating'])}{level}: {words.join_words(named)}."
    )
    wrong = rows[(rows["rating_agrees"] == "no") | (rows["level_agrees"] == "no")]
    checked = rows[(rows["rating_agrees"] != "") | (rows["level_agrees"] != "")]
    if len(wrong):
        numbers = wording.counted(len(wrong), "risk")
        return f"{said} For {numbers} the printed rating or level is not what the scores give."
    if len(checked):
        return f"{said} Every rating that can be checked against its scores agrees with them."
    return said


def _matrix(selection: Selection, scored: pd.DataFrame) -> Block:
    """Likelihood down, consequence across; each cell the rating and how many risks are there."""
    heads = [Column(f"Consequence {score}", numeric=True) for score in _SCORES]
    columns = (Column("Likelihood", heads_row=True), *heads)
    rows = []
    for likely in reversed(_SCORES):
        mine = scored[scored["likelihood"] == likely]
        cells = [_matrix_cell(likely * c, (mine["consequence"] == c).sum()) for c in _SCORES]
        rows.append((str(likely), *cells))
    caption = "Risk matrix: rating, and how many risks have it"
    return block(Table(caption, columns, tuple(rows)), selection.unique_id("cap-risk-matrix"))


def _matrix_cell(rating: int, number: int) -> str:
    return f"{rating}: {wording.counted(number, 'risk')}" if number else str(rating)


def _risk_table(selection: Selection, rows: pd.DataFrame) -> Block:
    columns = (
        Column("Risk", heads_row=True),
        Column("Register"),
        Column("Likelihood", numeric=True),
        Column("Consequence", numeric=True),
        Column("Rating", numeric=True),
        Column("Level"),
        Column("Controls"),
        Column("Printed rating and level"),
    )
    ordered = rows.sort_values("rating", ascending=False, kind="stable", na_position="last")
    cells = tuple(_risk_row(row) for _, row in ordered.iterrows())
    source = wording.source_line(selection, rows)
    table = Table("Risks, highest rating first", columns, cells, (_BANDS,), source)
    return block(table, selection.unique_id("cap-risks"))


def _risk_row(row: pd.Series) -> tuple[str, ...]:
    scores = [row["likelihood"], row["consequence"], row["rating"]]
    both = {row["rating_agrees"], row["level_agrees"]}
    check = "no" if "no" in both else "yes" if "yes" in both else ""
    name = f"{row['risk_id']} {row['risk']}".strip()
    return (
        name,
        row["register"] or "not named",
        *("not given" if pd.isna(score) else f"{score:.0f}" for score in scores),
        row["printed_level"] or row["level"] or "not rated",
        row["controls"] or "not given",
        _AGREE[check],
    )


def savings(selection: Selection) -> Block:
    """Planned savings by line and year, the totals, and whether the printed totals are right."""
    rows = wording.rows_of(selection, "plan_savings")
    if rows.empty:
        return wording.absent(selection, "Planned savings", "local_savings", _SAVING_COLUMNS)
    files = rows.groupby(["source_id", "source_file"], sort=False)
    return stacked(*(_savings_of(selection, mine) for _, mine in files))


def _savings_of(selection: Selection, rows: pd.DataFrame) -> Block:
    amounts = rows["printed"].fillna(rows["summed"])
    rows = rows.assign(amount=amounts)
    years = sorted(rows["year"].unique(), key=lambda year: (year == "All years", year))
    key = ["order", "group", "line_ref", "label"]
    lines = [(name, mine) for name, mine in rows.groupby(key, sort=True)]
    columns = (
        Column("Line", heads_row=True),
        *(Column(year, numeric=True) for year in years),
    )
    places = _places(rows)
    cells = tuple((_line_name(name), *_amounts(mine, years, places)) for name, mine in lines)
    marked = frozenset(n for n, (name, _) in enumerate(lines) if name[0] > 0)
    said = _savings_check(rows)
    source = wording.source_line(selection, rows)
    notes = (
        _UNIT_NOTE + ("; a minus sign is a saving." if (amounts < 0).any() else "."),
        "A dash means that the document prints nothing for the year.",
    )
    caption = f"Planned savings: {wording.document(selection, rows.iloc[0])}"
    table = Table(caption, columns, cells, notes, source, marked)
    shown = block(table, selection.unique_id("cap-savings"))
    return stacked(Block(paragraph(said), said), shown)


def _line_name(key: tuple[int, str, str, str]) -> str:
    order, group, ref, label = key
    if order == 2:
        return "Total of all groups"
    if order == 1:
        return f"Total of {group}" if group else "Total"
    return f"{ref} {label}".strip()


def _places(rows: pd.DataFrame) -> int:
    """Decimals of the amounts of a document: none where all are whole, else two at most."""
    known = rows[["printed", "summed"]].stack().dropna()
    return next((n for n in (0, 1) if ((known - known.round(n)).abs() < 1e-9).all()), 2)


def _amounts(rows: pd.DataFrame, years: list[str], places: int) -> list[str]:
    by_year = rows.drop_duplicates("year").set_index("year")["amount"]
    found = [by_year.get(year, float("nan")) for year in years]
    return ["–" if pd.isna(amount) else rounding.half_up(amount, places) for amount in found]


def _savings_check(rows: pd.DataFrame) -> str:
    checked, wrong = rows[rows["agrees"] != ""], rows[rows["agrees"] == "no"]
    lines = rows.loc[rows["kind"] == "line", ["group", "line_ref", "label"]].drop_duplicates()
    said = f"The table has {wording.counted(len(lines), 'line')}."
    if checked.empty and rows.loc[rows["kind"] != "line", "printed"].notna().any():
        return f"{said} Its totals cannot be checked: an amount of a line is not known."
    if checked.empty:
        return f"{said} It prints no total; the sums here are of its lines."
    if wrong.empty:
        if len(checked) == 1:
            return f"{said} The one total that it prints agrees with the sum of its lines."
        return (
            f"{said} All {len(checked)} totals that it prints agree with the sums of their lines."
        )
    places = _places(rows)
    each = [
        f"{_line_name((row['order'], row['group'], row['line_ref'], row['label']))}, {row['year']}"
        f" (printed {rounding.half_up(row['printed'], places)},"
        f" sum {rounding.half_up(row['summed'], places)})"
        for _, row in wrong.iterrows()
    ]
    numbers = wording.counted(len(wrong), "total")
    verb = "does" if len(wrong) == 1 else "do"
    return (
        f"{said} {words.sentence_case(numbers)} {verb} not agree with the lines: {'; '.join(each)}."
    )
