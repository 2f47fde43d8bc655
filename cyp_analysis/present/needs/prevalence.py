"""How many children are likely to have a condition: national rates times the children here."""

import re

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import credits, rounding, shown, words
from cyp_analysis.present.alt_text import fitted
from cyp_analysis.present.figures import Figure
from cyp_analysis.present.figures import block as figure_block
from cyp_analysis.present.markup import Block, no_data, stacked
from cyp_analysis.present.needs import parts
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table
from cyp_analysis.present.tables import block as table_block

ADULT, YOUNG = 18, 17
_CHILDREN = {"male": "Boys", "female": "Girls"}
_YOUNG = {"male": "Young men", "female": "Young women"}
NO_PEOPLE = (
    "No number of children likely to have a condition can be worked out: the population of"
    " {area} by single year of age has not arrived."
)
_GET_PEOPLE = (
    "On ons.gov.uk open the dataset Estimates of the population for England and Wales and download"
    " its workbook."
)
NOT_ALL = (
    "No number of {who} likely to have a condition can be worked out for {area}: its population has"
    " not arrived for each sex and single year of those ages."
)
_ARTICLE = re.compile(r"an? ")


def prevalence(selection: Selection, model: str = "", split: str = "") -> Block:
    """The number expected by the newest survey, or by the one named; `split` chooses how it is
    divided ("age", "sex", "age_and_sex")."""
    rows = parts.of_area(selection, "prevalence", "population_end")
    if rows.empty:
        return no_data(NO_PEOPLE.format(area=parts.area(selection)), [_GET_PEOPLE])
    chosen = _of_model(selection, rows, model)
    strata = _of_split(selection, chosen, split or str(chosen["main_split"].iloc[0]))
    total = strata[strata["is_total"].astype(bool)].iloc[0]
    if pd.isna(total["value"]):
        return no_data(NOT_ALL.format(who=who(total), area=parts.area(selection)))
    first = strata.iloc[0]
    caveats = parts.notes([f"{first['instrument']} {first['base_words']}", first["caveats"]])
    said = parts.sentences([total_sentence(selection, total)])
    return stacked(said, figure_block(_figure(selection, strata)), caveats)


def surveys(selection: Selection) -> Block:
    """One row = one survey: what it would mean here, so that nobody leans on one of them."""
    rows = parts.of_area(selection, "prevalence", "population_end")
    totals = rows[rows["is_total"].eq(True) & rows["split"].eq(rows["main_split"])]
    totals = totals.sort_values("model_order", kind="stable")
    if len(totals) < 2:
        return Block()
    columns = (
        Column("Survey", heads_row=True),
        Column("Ages"),
        Column("Children", numeric=True),
        Column("Prevalence (%)", numeric=True),
        Column("Expected number", numeric=True),
        Column(shown.INTERVAL, numeric=True),
    )
    cells = tuple(_survey_row(row) for _, row in totals.iterrows())
    caption = f"What each national survey would mean for {parts.area(selection)}"
    note = "The surveys differ in age, year and method, so their numbers are no trend."
    made = Table(caption, columns, cells, (note,), _source(selection, totals))
    return table_block(made, selection.unique_id("cap-prevalence-surveys"))


def estimates(selection: Selection, ids: str | list[str] = "prevalence") -> Block:
    """Printed estimates of the area beside those of its region and country, a row a condition."""
    found = [(i, selection.latest_known(i.id)) for i in selection.indicators(ids)]
    found = [(indicator, row) for indicator, row in found if row is not None]
    if not found:
        return Block()
    names = [geography.name(code) for code in selection.line_codes]
    columns = (
        Column("Condition", heads_row=True),
        Column("Period"),
        *(Column(f"{name} (%)", numeric=True) for name in names),
    )
    cells = tuple(_estimate_row(selection, indicator, row) for indicator, row in found)
    caption = f"Estimates that documents print, {parts.area(selection)} beside others"
    note = "Modelled, printed without intervals: differences were not tested."
    rows = pd.DataFrame([row for _, row in found])
    made = Table(caption, columns, cells, (note,), credits.source_line(selection, rows))
    return table_block(made, selection.unique_id("cap-prevalence-printed"))


def total_sentence(selection: Selection, total: pd.Series) -> str:
    """How many children the survey's rates would mean here."""
    interval = parts.between(total["lower_ci_95"], total["upper_ci_95"])
    of = f"the {rounding.half_up(total['population'], 0)} {who(total)} in {parts.area(selection)}"
    share = (
        f"({rounding.half_up(total['prevalence'], 1)}%; population of {total['population_label']})"
    )
    return (
        f"At the rates found in {total['place']} in {total['survey_year']}, about"
        f" {parts.about(total['value'])}{interval} of {of} {share} would have {total['condition']}."
    )


def who(row: pd.Series) -> str:
    """ "children aged 5 to 16", or with young people where some are of age."""
    people = "children" if row["age_to"] < ADULT else "children and young people"
    return f"{people} aged {row['age_from']:.0f} to {row['age_to']:.0f}"


def stratum_label(row: pd.Series) -> str:
    """ "Boys 8 to 10", "Young women 17 to 19", "Aged 5 to 16"."""
    ages = f"{row['age_from']:.0f} to {row['age_to']:.0f}"
    sexes = _YOUNG if row["age_from"] >= YOUNG else _CHILDREN
    return f"{sexes.get(row['sex'], 'Aged')} {ages}"


def _of_model(selection: Selection, rows: pd.DataFrame, model: str) -> pd.DataFrame:
    known = list(rows.sort_values("model_order", kind="stable")["model_id"].unique())
    if model and model not in known:
        raise _unknown(selection, "a model of data/catalogue/models", model, known)
    return rows[rows["model_id"] == (model or known[0])]


def _of_split(selection: Selection, rows: pd.DataFrame, split: str) -> pd.DataFrame:
    known = list(rows["split"].unique())
    if split not in known:
        raise _unknown(selection, "a division that the model has", split, known)
    return rows[rows["split"] == split].sort_values("stratum", kind="stable")


def _unknown(selection: Selection, rule: str, got: str, known: list[str]) -> ChapterError:
    thing = f"chapter {selection.entry.id}"
    return ChapterError(thing, f"must ask for {rule}", repr(got), f"It has: {', '.join(known)}.")


def _figure(selection: Selection, strata: pd.DataFrame) -> Figure:
    from cyp_analysis.present.chart_bars import bar_chart

    total, each = strata[strata["is_total"]].iloc[0], strata[~strata["is_total"].astype(bool)]
    bars = _bars(each)
    figure_id = selection.unique_id(f"fig-prevalence-{total['model_id']}")
    condition = words.sentence_case(_ARTICLE.sub("", str(total["condition"]), count=1))
    opening = f"{condition}, {parts.area(selection)}, about {parts.about(total['value'])} expected"
    alt = fitted(opening, [f"{b.label} {b.text}" for b in bars.itertuples()])
    limits = " Thin lines: 95% intervals." if bars["lower"].notna().any() else ""
    return Figure(
        id=figure_id,
        title=f"{condition}: about {parts.about(total['value'])} children expected",
        subtitle=(
            f"Number expected in {parts.area(selection)}: rates of {total['place']},"
            f" {total['survey_year']}, times the population of {total['population_label']}.{limits}"
        ),
        picture=bar_chart(bars, [], parts.Scale("children"), figure_id, alt),
        alt=alt,
        table=_strata_table(strata),
        source=_source(selection, strata),
    )


def _bars(each: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": [stratum_label(row) for _, row in each.iterrows()],
            "value": each["value"].to_numpy(),
            "lower": each["lower_ci_95"].to_numpy(),
            "upper": each["upper_ci_95"].to_numpy(),
            "text": [parts.cell(value, -1) for value in each["value"]],
            "symbol": "",
            "is_area": False,
        }
    )


def _strata_table(strata: pd.DataFrame) -> Table:
    columns = (
        Column("Group", heads_row=True),
        Column("Children", numeric=True),
        Column("Prevalence (%)", numeric=True),
        Column("95% interval of prevalence", numeric=True),
        Column("Expected number", numeric=True),
        Column("95% interval of number", numeric=True),
    )
    each = [row for _, row in strata.sort_values(["is_total", "stratum"]).iterrows()]
    cells = tuple(
        (
            "All" if row["is_total"] else stratum_label(row),
            parts.cell(row["population"]),
            parts.cell(row["prevalence"], 1),
            parts.limits_cell(row["prevalence_lower"], row["prevalence_upper"], 1),
            parts.cell(row["value"], -1),
            parts.limits_cell(row["lower_ci_95"], row["upper_ci_95"], -1),
        )
        for row in each
    )
    return Table("Expected number by group, rounded to ten", columns, cells)


def _survey_row(row: pd.Series) -> tuple[str, ...]:
    return (
        f"{row['publisher']}, {row['survey']}",
        f"{row['age_from']:.0f} to {row['age_to']:.0f}",
        parts.cell(row["population"]),
        parts.cell(row["prevalence"], 1),
        parts.cell(row["value"], -1),
        parts.limits_cell(row["lower_ci_95"], row["upper_ci_95"], -1),
    )


def _estimate_row(selection: Selection, indicator, row: pd.Series) -> tuple[str, ...]:
    beside = {found["area_code"]: found for found in selection.benchmark_rows(row)}
    own = {selection.area.code: row}
    cells = [
        shown.value_cell((own | beside)[code], indicator) if code in own | beside else "[x]"
        for code in selection.line_codes
    ]
    return (words.sentence_case(indicator.name.partition(" with ")[2] or indicator.name),
            row["period_label"], *cells)  # fmt: skip


def _source(selection: Selection, rows: pd.DataFrame) -> str:
    surveys_of = rows.drop_duplicates("model_id")
    named = "; ".join(f"{r['publisher']}, {r['survey']}" for _, r in surveys_of.iterrows())
    people = credits.source_line(selection, rows)
    return people.reworded(f"Source: {named}. Population: {people.removeprefix('Source: ')}")
