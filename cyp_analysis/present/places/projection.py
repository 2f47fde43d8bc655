"""What is to come: publishers' projections of the population, today's children grown older, and
how many children would need something if today's rate stayed."""

import re

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, credits, narrative, rounding, words
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.markup import Block, no_data, paragraph, stacked
from cyp_analysis.present.places import projection_tables as tables
from cyp_analysis.present.selection import Selection

AGEING_ON = "ageing_on"
AHEAD = 10
_AGES = re.compile(r"population_(\d+)_(\d+)")
ASSUMES = "A projection says what happens if its assumptions hold; it is no forecast."
RATE_STAYS = (
    "This is the effect of the number of children alone: it takes for granted that the rate stays"
    " as it is."
)
NOBODY_MOVES = (
    "This lets today's children grow older and takes for granted that nobody moves in or out."
)


def projection(selection: Selection, indicator_id: str) -> Block:
    """The projection that belongs to an indicator; a panel where a population projection would
    bring one; nothing for an indicator without a base of children."""
    indicator = selection.indicator(indicator_id)
    ages = _ages(indicator)
    if not ages:
        return Block()
    if indicator.denominator is None:
        return _population(selection, indicator, ages)
    return _need(selection, indicator)


def _ages(indicator: Indicator) -> str:
    """The ages of an indicator of children as projections write them; empty for others."""
    part = indicator.denominator or indicator.numerator
    match = _AGES.fullmatch(part.measure) if part else None
    if match is None:
        return ""
    first, last = map(int, match.groups())
    return f"<{last + 1} yrs" if first == 0 else f"{first}-{last} yrs"


def _population(selection: Selection, indicator: Indicator, ages: str) -> Block:
    rows = projected_rows(selection, [selection.area.code])
    mine = rows[(rows["age"] == ages) & (rows["series"] != AGEING_ON)]
    blocks = [_series(selection, indicator, part) for _, part in mine.groupby("series")]
    if not blocks:
        blocks = [_no_projection(selection)]
    ageing = rows[rows["series"] == AGEING_ON]
    if len(ageing) and AGEING_ON not in selection.told:
        selection.told.add(AGEING_ON)
        blocks.append(_ageing(selection, ageing))
    return stacked(*blocks)


def projected_rows(selection: Selection, codes: list[str]) -> pd.DataFrame:
    """Projections of some areas: a cut of the page does not apply to what is to come."""
    return selection.edition.read("projections", areas=codes)


def _no_projection(selection: Selection) -> Block:
    if "projections" in selection.told:
        return Block()
    selection.told.add("projections")
    known = selection.catalogue.sources.values()
    found = [s for s in known if s.get and any(m.startswith("projected_p") for m in s.measures)]
    ways = [s.get.rstrip(". ") for s in found if s.reader in ("ons_detailed", "gla")]
    area = words.area_words(selection.area)
    told = f"This edition holds no population projection for {area}."
    return no_data(told, ways)


def _series(selection: Selection, indicator: Indicator, rows: pd.DataFrame) -> Block:
    """One publisher's projection: sentence, line chart with the estimates before it, table."""
    rows = rows.sort_values("period_end")
    area = words.area_words(selection.area)
    last = horizon(rows)
    who = selection.catalogue.sources[last["source_id"]].publisher
    text = narrative.join_sentences(
        f"The {who} projects {_people(last['value'])} {indicator.subject} in {area} in"
        f" {last['period_label']}, {change_words(last)}{_beside(selection, last)}.",
        ASSUMES,
    )
    return stacked(
        Block(paragraph(text, "headline"), text),
        block(_figure(selection, indicator, rows, who)),
    )


def horizon(rows: pd.DataFrame) -> pd.Series:
    """The year ten years after the base, or the last if the projection ends before."""
    limit = rows["base_end"] + pd.DateOffset(years=AHEAD)
    within = rows[rows["period_end"] <= limit]
    return within.iloc[-1]


def change_words(row: pd.Series) -> str:
    """ "2.7% more than in mid-2018 (99,152)", "as many as in mid-2018 (99,152)"."""
    base = f"in {row['base_label']} ({_people(row['base_value'])})"
    size = rounding.half_up(abs(row["change_percent"]), 1)
    if size == "0.0":
        return f"about as many as {base}"
    return f"{size}% {'more' if row['change'] > 0 else 'fewer'} than {base}"


def _people(number: float) -> str:
    """A projected number as whole people, whatever fraction its publisher prints."""
    return rounding.half_up(number, 0)


def _beside(selection: Selection, row: pd.Series) -> str:
    """The change of the same years in the region and in England, where they are projected too."""
    rows = projected_rows(selection, selection.line_codes[1:])
    same = rows[
        (rows["series"] == row["series"])
        & (rows["age"] == row["age"])
        & (rows["period_end"] == row["period_end"])
        & (rows["base_end"] == row["base_end"])
    ]
    told = [
        f"in {words.area_words(geography.area(other['area_code']))} is"
        f" {rounding.signed_percent(other['change_percent'])}"
        for _, other in same.iterrows()
    ]
    return f"; over the same years the change {words.join_words(told)}" if told else ""


def _figure(
    selection: Selection, indicator: Indicator, rows: pd.DataFrame, publisher: str
) -> Figure:
    from cyp_analysis.present.charts import trend_chart

    figure_id = selection.unique_id(f"fig-{indicator.id}-projection")
    columns = ["period_start", "period_end", "period_label", "value"]
    past = selection.series(indicator.id).dropna(subset=["value"])[columns]
    lines = [past.assign(line="Estimated"), rows[columns].assign(line="Projected")]
    series = pd.concat(lines, ignore_index=True).assign(lower=float("nan"), upper=float("nan"))
    series = series.assign(is_area=series["line"] == "Projected")
    ordered = series.sort_values(["is_area", "period_end"], ascending=[False, True], kind="stable")
    area, subject = words.area_words(selection.area), words.sentence_case(indicator.subject)
    last = horizon(rows)
    alt = alt_text.trend_alt(ordered, indicator)[:220]
    return Figure(
        id=figure_id,
        title=f"{subject}: {change_words(last)}, by {last['period_label']}",
        subtitle=f"{indicator.name}, {area}: estimates, and the projection of the {publisher} from"
        f" {rows['base_label'].iloc[0]}.",
        picture=trend_chart(ordered, indicator, figure_id, alt),
        alt=alt,
        table=tables.series_table(past, rows, indicator, area),
        source=credits.source_line(selection, rows),
    )


def _ageing(selection: Selection, rows: pd.DataFrame) -> Block:
    """Age groups of school now and as they grow: sentence and table."""
    area = words.area_words(selection.area)
    last = rows[rows["period_end"] == rows["period_end"].max()].sort_values("age_from")
    parts = [
        f"{_people(row['value'])} aged {row['age_from']:.0f} to {row['age_to']:.0f},"
        f" {change_words(row)}"
        for _, row in last.iterrows()
    ]
    label = last["period_label"].iloc[0]
    text = f"As today's children grow older, {area} would have in {label}: {'; '.join(parts)}."
    text = f"{text} {NOBODY_MOVES}"
    table = tables.ageing_table(selection, rows, area)
    return stacked(Block(paragraph(text, "headline"), text), table)


def _need(selection: Selection, indicator: Indicator) -> Block:
    """How many children if today's rate stays, ten years on and in between."""
    code = selection.area.code
    rows = selection.edition.read("projected_need", areas=[code], indicators=[indicator.id])
    if rows.empty:
        return _no_projection(selection) if selection.latest(indicator.id) is not None else Block()
    parts = [_need_of(selection, indicator, part) for _, part in rows.groupby("series")]
    return stacked(*parts)


def _need_of(selection: Selection, indicator: Indicator, rows: pd.DataFrame) -> Block:
    rows = rows.sort_values("period_end").reset_index(drop=True)
    limit = rows["period_end"].iloc[0] + pd.DateOffset(years=AHEAD - 1)
    last = rows[rows["period_end"] <= limit].iloc[-1]
    area = words.area_words(selection.area)
    now = rounding.count_text(last["base_count"])
    then = rounding.half_up(last["value"], 0)
    interval = ""
    if pd.notna(last["lower"]):
        low, high = (rounding.half_up(last[name], 0) for name in ("lower", "upper"))
        interval = f" ({low} to {high} with the 95% interval of the rate)"
    change = rounding.signed_percent(last["change_percent"])
    text = (
        f"If the latest rate ({last['base_label']}) stays as it is, {indicator.subject} in {area}"
        f" would go from {now} to about {then}{interval} by {last['period_label']}, a change"
        f" of {change} with the number of children. {RATE_STAYS} {ASSUMES}"
    )
    return stacked(
        Block(paragraph(text, "headline"), text), tables.need_table(selection, rows, indicator)
    )
