"""Groups of children side by side: a sentence, a chart with intervals and the table."""

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, credits, rounding, shown, tables, words
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.markup import Block, paragraph, stacked, verdict
from cyp_analysis.present.narrative import join_sentences
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table
from cyp_analysis.present.voices import groups

_FIRST = {"worse": 0, "higher": 1, "lower": 1, "better": 2}
_THAN = {"higher": "significantly higher than", "lower": "significantly lower than"}


def inequality(selection: Selection, indicator_id: str) -> Block:
    """For each kind of group that the edition has: who is behind, by how much, how many."""
    selection.indicator(indicator_id)
    rows = groups.group_rows(selection, indicator_id)
    parts = [_of_set(selection, rows) for rows in groups.newest_sets(selection, rows)]
    return stacked(*parts) if parts else Block()


def _of_set(selection: Selection, rows: pd.DataFrame) -> Block:
    indicator = selection.indicator(rows["indicator_id"].iloc[0])
    said = join_sentences(
        finding(rows, indicator),
        behind_sentence(rows),
        gradient_sentence(selection, rows, indicator),
    )
    sentence = Block(paragraph(said, "finding"), said)
    if len(rows) == 2 and rows["lower"].isna().all():  # two bare values need no picture
        table = _table(rows, indicator)
        return stacked(
            sentence, tables.block(table, selection.unique_id(f"cap-{indicator.id}-groups"))
        )
    return stacked(sentence, block(_figure(selection, rows, indicator)))


# --- sentences ------------------------------------------------------------------------------------


def finding(rows: pd.DataFrame, indicator: Indicator) -> str:
    """The group that stands out most, against what; or that none does, or that none was tested."""
    where = words.area_words(geography.area(rows["area_code"].iloc[0]))
    first = rows.iloc[0]
    when = periods.when(first["period_start"], first["period_end"], first["period_label"])
    opening = f"In {where} {when[:1].lower()}{when[1:]},"
    tested = rows[rows["side"].isin(["higher", "lower", "similar"])]
    if tested.empty:
        return f"{opening} {_range(rows, indicator)}; the differences were not tested."
    apart = tested[tested["side"] != "similar"]
    if apart.empty:
        return f"{opening} {_range(rows, indicator)}; no group differs significantly."
    return f"{opening} {_apart(worst(apart), rows, indicator)}."


def worst(apart: pd.DataFrame) -> pd.Series:
    """The row to speak of first: worse before neutral before better, then the widest gap."""
    order = apart["outcome"].map(_FIRST).fillna(3)
    size = apart["gap"].abs()
    return (
        apart.assign(order=order, size=size)
        .sort_values(["order", "size"], ascending=[True, False], kind="stable")
        .iloc[0]
    )


def _range(rows: pd.DataFrame, indicator: Indicator) -> str:
    """ "values run from 52.6 (females) to 66.8 (males)"."""
    known = rows.sort_values("value", kind="stable")
    low, high = (
        f"{rounding.value_text(row['value'], indicator)} ({groups.in_sentence(row['group'])})"
        for row in (known.iloc[0], known.iloc[-1])
    )
    return f"{_measure(indicator)} runs from {low} to {high}"


def _measure(indicator: Indicator) -> str:
    return f"the figure for {indicator.subject}"


def _apart(row: pd.Series, rows: pd.DataFrame, indicator: Indicator) -> str:
    value = rounding.value_text(row["value"], indicator)
    interval = rounding.interval_text(row["lower"], row["upper"], indicator)
    interval = f" (95% CI {interval})" if interval else ""
    reference = groups.reference_name(row, rows)
    beside = rounding.value_text(row["reference_value"], indicator)
    return (
        f"{_measure(indicator)} is {value}{interval} for {groups.in_sentence(row['group'])},"
        f" {_THAN[row['side']]} for {reference} ({beside}), a difference of"
        f" {groups.points(row['gap'], indicator)}{_gap_interval(row, indicator)}"
    )


def _gap_interval(row: pd.Series, indicator: Indicator) -> str:
    """ " (95% CI 3.4 to 25.8)", of the size of the gap."""
    ends = sorted([row["gap_lower"], row["gap_upper"]])
    ends = [-end for end in reversed(ends)] if row["gap"] < 0 else ends
    text = rounding.interval_text(*ends, indicator)
    return f" (95% CI {text})" if text else ""


def behind_sentence(rows: pd.DataFrame) -> str:
    """How many fewer or more it would be at the reference's value, of the group behind."""
    apart = rows[rows["side"].isin(["higher", "lower"])]
    apart = apart[apart["direction"].isin(["fewer", "more"]) & apart["outcome"].eq("worse")]
    if apart.empty:
        return ""
    row = worst(apart)
    number = rounding.half_up(abs(row["behind"]), 0)
    if number == "0":
        return ""
    count = rounding.count_text(row["count"])
    ends = sorted(abs(row[name]) for name in ("behind_lower", "behind_upper"))
    sure = row["behind_lower"] * row["behind_upper"] > 0
    between = f" ({' to '.join(rounding.half_up(e, 0) for e in ends)})" if sure else ""
    way = "higher" if row["direction"] == "more" else "lower"
    return (
        f"At the value of {groups.reference_name(row, rows)} the count for"
        f" {groups.in_sentence(row['group'])} ({count}) would be about {number}{between} {way}."
    )


def gradient_sentence(selection: Selection, rows: pd.DataFrame, indicator: Indicator) -> str:
    """The slope from the most to the least deprived, where groups are ordered so."""
    if rows["place"].isna().any():
        return ""
    table = selection.edition.read("gradients", areas=[rows["area_code"].iloc[0]])
    same = ["indicator_id", "category_type", "period_end", "sex", "age"]
    for name in same:
        table = table[table[name] == rows[name].iloc[0]]
    found = table[table["slope"].notna()]
    if found.empty:
        return ""
    row = found.iloc[0]
    return (
        "Along a line through all groups the most deprived end has"
        f" {groups.points(row['slope'], indicator)} {'more' if row['slope'] > 0 else 'fewer'} than"
        f" the least deprived (95% CI {_slope_ends(row, indicator)}),"
        f" {rounding.half_up(row['relative'], 2)} times as much (95% CI"
        f" {rounding.half_up(row['relative_lower'], 2)} to"
        f" {rounding.half_up(row['relative_upper'], 2)})."
    )


def _slope_ends(row: pd.Series, indicator: Indicator) -> str:
    ends = sorted([row["slope_lower"], row["slope_upper"]])
    ends = [-end for end in reversed(ends)] if row["slope"] < 0 else ends
    return rounding.interval_text(*ends, indicator)


# --- chart ----------------------------------------------------------------------------------------


def _figure(selection: Selection, rows: pd.DataFrame, indicator: Indicator) -> Figure:
    from cyp_analysis.present import chart_bars

    bars = _bars(rows, indicator)
    figure_id = selection.unique_id(f"fig-{indicator.id}-groups")
    alt = alt_text.breakdown_alt(bars, indicator)
    return Figure(
        id=figure_id,
        title=_title(rows, indicator),
        subtitle=_subtitle(rows, indicator),
        picture=chart_bars.bar_chart(bars, _lines(rows), indicator, figure_id, alt),
        alt=alt,
        table=_table(rows, indicator),
        source=credits.source_line(selection, rows),
    )


def _lines(rows: pd.DataFrame) -> list[tuple[str, float]]:
    """Everyone's value as a line across, where the groups are set beside it."""
    whole = rows[rows["reference"] == "everyone"]
    return [("Everyone", whole["reference_value"].iloc[0])] if len(whole) else []


def _bars(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": [groups.group_name(name) for name in rows["group"]],
            "value": rows["value"].to_numpy(),
            "lower": rows["lower"].to_numpy(),
            "upper": rows["upper"].to_numpy(),
            "text": [rounding.value_text(value, indicator) for value in rows["value"]],
            "symbol": [
                words.SYMBOLS.get(s, "") if s != "not_compared" else "" for s in rows["side"]
            ],
            "is_area": True,
        }
    )


def _title(rows: pd.DataFrame, indicator: Indicator) -> str:
    subject = words.sentence_case(indicator.subject)
    top = rows.sort_values("value", ascending=False, kind="stable").iloc[0]
    return f"{subject}: highest for {groups.in_sentence(top['group'])}"


def _subtitle(rows: pd.DataFrame, indicator: Indicator) -> str:
    area = words.area_words(geography.area(rows["area_code"].iloc[0]))
    told = f"{indicator.name}, {area}, {rows['period_label'].iloc[0]}."
    if rows["lower"].notna().any():
        told += " Thin lines: 95% confidence intervals."
    if rows["side"].isin(["higher", "lower", "similar"]).any():
        told += " ▲ significantly higher, ● similar, ▼ significantly lower than the reference."
    return told


def _table(rows: pd.DataFrame, indicator: Indicator) -> Table:
    """One row = one group with its reference and verdict."""
    unit = shown.unit_words(indicator)
    columns = (
        Column(groups.dimension_name(rows.iloc[0]), heads_row=True),
        Column("Count", numeric=True),
        Column(f"Value ({unit})", numeric=True),
        Column(shown.INTERVAL, numeric=True),
        Column("Set beside"),
        Column(f"Its value ({unit})", numeric=True),
        Column("Verdict"),
    )
    cells = [_cells(row, rows, indicator) for _, row in rows.iterrows()]
    notes = tuple(dict.fromkeys(words.sentence_case(n) + "." for n in rows["note"] if n))
    first = rows.iloc[0]
    area = words.area_words(geography.area(first["area_code"]))
    by = words.uncapital(groups.dimension_name(first))
    caption = f"{indicator.name}, by {by}: {area}, {first['period_label']}"
    return Table(caption, columns, tuple(cells), notes)


def _cells(row: pd.Series, rows: pd.DataFrame, indicator: Indicator) -> tuple[str, ...]:
    known = pd.notna(row["reference_value"])
    return (
        groups.group_name(row["group"]),
        rounding.count_text(row["count"]) if pd.notna(row["count"]) else shown.NO_COUNT,
        rounding.half_up(row["value"], indicator.rounding),
        rounding.interval_text(row["lower"], row["upper"], indicator) or shown.NO_INTERVAL,
        words.sentence_case(groups.reference_name(row, rows)) or "nothing",
        rounding.half_up(row["reference_value"], indicator.rounding) if known else "none",
        verdict(row["outcome"], row["side"]),
    )
