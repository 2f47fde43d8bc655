"""How far a group of children is behind the others: a sentence and a line for every year.

The gaps were worked out on the build side (table `attainment_gaps`).
"""

from dataclasses import replace

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, credits, narrative, rounding, words
from cyp_analysis.present.figures import Figure
from cyp_analysis.present.figures import block as figure_block
from cyp_analysis.present.learning import country
from cyp_analysis.present.learning.league import quiet
from cyp_analysis.present.markup import Block, paragraph, stacked
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

# Tag of an indicator: the day from which its periods compare with each other.
COMPARABLE = "comparable_from"
UNTESTED = "Gaps were not tested: the source prints no counts."


def gap(selection: Selection, indicator_id: str) -> Block:
    """The latest gap in words, then the gaps to the others in the country over time."""
    indicator = selection.indicator(indicator_id)
    table = selection.until(selection.edition.read("attainment_gaps", areas=selection.line_codes))
    rows = table[table["indicator_id"] == indicator_id].sort_values("period_end", kind="stable")
    own = rows[(rows["area_code"] == selection.area.code) & rows["national_gap"].notna()]
    if own.empty:
        quiet(selection, [indicator])
        return Block()
    unit = "percentage points" if rounding.sign(indicator) else "points"
    points = replace(indicator, unit=unit, multiplier=1)
    said = sentence(selection, indicator, rows, own)
    drawn = rows[rows["national_gap"].notna() | (rows["area_code"] == selection.area.code)]
    made = _figure(selection, points, drawn) if len(own) > 1 else _alone(selection, points, own)
    return stacked(Block(paragraph(said, "finding"), said), made)


def sentence(
    selection: Selection, indicator: Indicator, rows: pd.DataFrame, own: pd.DataFrame
) -> str:
    """The group's value, how far it is behind others in the country and in the area, and since
    when the gap has been wider or narrower."""
    last, area = own.iloc[-1], words.area_words(selection.area)
    when = periods.when(last["period_start"], last["period_end"], last["period_label"])
    value = rounding.value_text(last["value"], indicator)
    opening = f"{when}, {indicator.sentence.format(area=area, value=value)}."
    whole = geography.area(country.code_of(selection.area))
    national = _others(whole, last, indicator, "national_other_value")
    clauses = [_clause(last["national_gap"], indicator, national)]
    there = ""
    if selection.area.code != whole.code:
        there = _in_country(rows, last, indicator, whole)
        if pd.notna(last["gap"]):
            local = _others(selection.area, last, indicator, "other_value")
            clauses.append(_clause(last["gap"], indicator, local))
    middle = f"That is {' and '.join(clauses)}."
    return narrative.join_sentences(opening, middle, there, _since(own, indicator))


def _others(place: geography.Area, row: pd.Series, indicator: Indicator, column: str) -> str:
    value = rounding.value_text(row[column], indicator)
    return f"the others in {words.area_words(place)} ({value})"


def _clause(distance: float, indicator: Indicator, others: str) -> str:
    """ "11 percentage points behind the others in England (70%)"; level with, ahead of."""
    amount = rounding.half_up(abs(distance), indicator.rounding)
    if not amount.strip("0."):
        return f"level with {others}"
    return f"{_amount(distance, indicator)} {'behind' if distance > 0 else 'ahead of'} {others}"


def _amount(distance: float, indicator: Indicator) -> str:
    number = rounding.half_up(abs(distance), indicator.rounding)
    unit = "percentage point" if rounding.sign(indicator) else "point"
    return f"{number} {unit}{'' if number == '1' else 's'}"


def _in_country(
    rows: pd.DataFrame, last: pd.Series, indicator: Indicator, place: geography.Area
) -> str:
    """The same gap in the country as a whole."""
    same = rows[(rows["area_code"] == place.code) & (rows["period_end"] == last["period_end"])]
    if same.empty or pd.isna(same.iloc[0]["national_gap"]):
        return ""
    clause = _clause(same.iloc[0]["national_gap"], indicator, "the others")
    return f"In {place.name} as a whole the same group is {clause}."


def _since(own: pd.DataFrame, indicator: Indicator) -> str:
    """What the gap to the others in the country was in the first period that compares."""
    from_day = pd.Timestamp(str(indicator.tags.get(COMPARABLE, "1900-01-01")))
    own = own[own["period_end"] >= from_day]
    if len(own) < 2:
        return UNTESTED
    first, last = own.iloc[0]["national_gap"], own.iloc[-1]["national_gap"]
    when = f"In {_the(own.iloc[0]['period_label'])}"
    if rounding.half_up(first, indicator.rounding) == rounding.half_up(last, indicator.rounding):
        return f"{when} the distance was the same. {UNTESTED}"
    was = _clause(first, indicator, "them")
    return f"{when} the group was {was}: {_moved(first, last)}. {UNTESTED}"


def _moved(first: float, last: float) -> str:
    """How two distances differ; above 0 is behind."""
    if first > 0 and last > 0:
        return f"the gap is {'wider' if last > first else 'narrower'} now"
    if last > 0:
        return "it is behind now"
    if first > 0:
        return "it is not behind now"
    return f"it is {'further' if last < first else 'less far'} ahead now"


def _the(label: str) -> str:
    return f"the {label}" if label.endswith("year") else label


def _figure(selection: Selection, indicator: Indicator, rows: pd.DataFrame) -> Block:
    from cyp_analysis.present import charts

    series = _lines(selection, rows)
    figure_id = selection.unique_id(f"fig-{indicator.id}-gap")
    alt = alt_text.trend_alt(series, replace(indicator, subject=f"gap of {indicator.subject}"))
    place = geography.name(country.code_of(selection.area))
    drawn = series.dropna(subset=["value"])
    span = f"{drawn.iloc[0]['period_label']} to {drawn.iloc[-1]['period_label']}"
    axis = "" if charts.axis_start(series) <= 0 else " The vertical axis does not start at zero."
    figure = Figure(
        id=figure_id,
        title=_title(selection, indicator, rows),
        subtitle=f"{indicator.name}: {indicator.unit} behind the others in {place}, {span}."
        f" Above 0: behind.{axis}",
        picture=charts.trend_chart(series, indicator, figure_id, alt),
        alt=alt,
        table=_table(selection, indicator, rows),
        source=_source(selection, indicator),
    )
    return figure_block(figure)


def _title(selection: Selection, indicator: Indicator, rows: pd.DataFrame) -> str:
    own = rows[rows["area_code"] == selection.area.code]["national_gap"].dropna()
    amount = rounding.half_up(own.iloc[-1], indicator.rounding)
    return f"Gap of {amount} {indicator.unit}: {indicator.subject}"


def _lines(selection: Selection, rows: pd.DataFrame) -> pd.DataFrame:
    """The gaps as lines of a trend chart: the area first, then its region and country."""
    order = {code: place for place, code in enumerate(selection.line_codes)}
    lines = rows.assign(
        line=[geography.name(code) for code in rows["area_code"]],
        is_area=rows["area_code"] == selection.area.code,
        value=rows["national_gap"],
        lower=float("nan"),
        upper=float("nan"),
        place=rows["area_code"].map(order),
    )
    return lines.sort_values(["place", "period_end"], kind="stable")


def _table(selection: Selection, indicator: Indicator, rows: pd.DataFrame) -> Table:
    """One row = one period: group, others here and in the country, gaps."""
    own = rows[rows["area_code"] == selection.area.code]
    place = geography.name(country.code_of(selection.area))
    area = selection.area.name
    columns = (
        Column("Period", heads_row=True),
        Column(f"The group in {area}", numeric=True),
        Column(f"The others in {area}", numeric=True),
        Column(f"The others in {place}", numeric=True),
        Column(f"Gap to the others in {area}", numeric=True),
        Column(f"Gap to the others in {place}", numeric=True),
    )
    names = ["value", "other_value", "national_other_value", "gap", "national_gap"]
    if place == area:
        columns, names = (*columns[:3], columns[4]), ["value", "other_value", "gap"]
    others = [code for code in selection.line_codes if code != selection.area.code]
    drawn = [code for code in others if code in set(rows["area_code"])]
    columns += tuple(Column(f"The same gap in {geography.name(c)}", numeric=True) for c in drawn)
    gaps = rows.set_index(["area_code", "period_end"])["national_gap"]
    cells = tuple(
        (
            row["period_label"],
            *(_number(row[name], indicator) for name in names),
            *(_number(gaps.get((code, row["period_end"])), indicator) for code in drawn),
        )
        for _, row in own.iterrows()
    )
    return Table(f"{indicator.name}: gap ({indicator.unit}), by period", columns, cells)


def _number(value: float, indicator: Indicator) -> str:
    return "[x]" if pd.isna(value) else rounding.half_up(value, indicator.rounding)


def _alone(selection: Selection, indicator: Indicator, own: pd.DataFrame) -> Block:
    """One period only: the table without a chart."""
    made = replace(_table(selection, indicator, own), source=_source(selection, indicator))
    return block(made, selection.unique_id(f"cap-{indicator.id}-gap"))


def _source(selection: Selection, indicator: Indicator) -> str:
    return credits.source_line(selection, selection.series(indicator.id))
