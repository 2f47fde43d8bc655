"""How long children wait: by length of wait, and against the standard of each service."""

import pandas as pd

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, credits, narrative, rounding, shown, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.figures import Figure
from cyp_analysis.present.figures import block as figure_block
from cyp_analysis.present.markup import Block, stacked
from cyp_analysis.present.needs import parts
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table
from cyp_analysis.present.tables import block as table_block

BANDS, PERIODS, LINES = 4, 8, 2
_RESULTS = {"met": "Met", "not_met": "Not met", "": "No standard"}


def waits(selection: Selection) -> Block:
    """Waits in bands as bars of 100%, then waits against their standards, period by period."""
    bands = [_bands(selection, i) for i in parts.with_tag(selection, "role", "waits")]
    return stacked(*bands, against_standards(selection))


def _bands(selection: Selection, indicator: Indicator) -> Block:
    from cyp_analysis.present.needs.chart_stack import stack_chart

    rows = parts.rows_of(selection, [indicator.id])
    rows = rows[rows["category"] != ""]
    if rows["value"].isna().all():
        return nothing(selection, indicator.id)
    shown_periods = rows["period_label"].unique()[-PERIODS:]
    rows = rows[rows["period_label"].isin(shown_periods)]
    # A band without a row is unknown as well: a bar of the others would show it as nought.
    bands = rows["category"].nunique()
    whole = rows.groupby("period_label")["value"].transform("count") == bands
    if bands > BANDS or not whole.any():
        return _bands_table(selection, indicator, rows)
    drawn = rows[whole]
    shares = drawn.rename(columns={"period_label": "bar", "category": "band", "value": "share"})
    figure_id = selection.unique_id(f"fig-{indicator.id}")
    latest = shares[shares["bar"] == shares["bar"].iloc[-1]]
    each = [f"{r.band} {rounding.half_up(r.share, 1)}%" for r in latest.itertuples()]
    alt = alt_text.fitted(f"{indicator.name}, {latest['bar'].iloc[0]}", each)
    first = latest.iloc[0]
    return figure_block(
        Figure(
            id=figure_id,
            title=f"{rounding.half_up(first['share'], 0)}% waited {first['band'].lower()}",
            subtitle=f"{indicator.name}, {parts.area(selection)}, share of children.",
            picture=stack_chart(shares, figure_id, alt),
            alt=alt,
            table=_bands_of(indicator, rows),
            source=credits.source_line(selection, rows),
        )
    )


def _bands_table(selection: Selection, indicator: Indicator, rows: pd.DataFrame) -> Block:
    """The bands as a table, where there are too many to draw or some are withheld."""
    return table_block(_bands_of(indicator, rows), selection.unique_id(f"cap-{indicator.id}"))


def _bands_of(indicator: Indicator, rows: pd.DataFrame) -> Table:
    columns = (
        Column("Period", heads_row=True),
        Column("Wait"),
        Column("Children", numeric=True),
        Column("Share (%)", numeric=True),
        Column(shown.INTERVAL, numeric=True),
    )
    cells = tuple(
        (
            row["period_label"],
            row["category"],
            shown.count_cell(row),
            shown.value_cell(row, indicator),
            shown.interval_cell(row, indicator),
        )
        for _, row in rows.iterrows()
    )
    return Table(indicator.name, columns, cells, shown.missing_notes(rows))


def against_standards(selection: Selection) -> Block:
    """Each service with a standard: a line chart where there are periods enough, and the table."""
    rows = of_place(parts.of_area(selection, "waits", "period_end"))
    if rows.empty:
        return Block()
    latest = rows.drop_duplicates("indicator_id", keep="last")
    said = [standard_sentence(selection, row) for _, row in latest.iterrows()]
    table = _standard_table(selection, rows)
    drawn = _drawn(rows)
    if drawn.empty:
        shown_table = table_block(table, selection.unique_id("cap-waits-standard"))
        return stacked(parts.sentences(said), shown_table)
    return stacked(parts.sentences(said), _lines(selection, drawn, table))


def of_place(rows: pd.DataFrame) -> pd.DataFrame:
    """Of each service the area's own figures if there are any, else those of one wider place."""
    ordered = rows.sort_values(["indicator_id", "place", "period_end"], kind="stable")
    first = ordered.groupby("indicator_id")["place"].transform("first")
    return ordered[ordered["place"] == first]


def standard_sentence(selection: Selection, row: pd.Series) -> str:
    """The latest figure, of whom, and whether it met the standard of its time."""
    indicator = selection.indicator(row["indicator_id"])
    value = narrative.value_clause(row, indicator, selection.area)
    place = f"These are figures of {row['place']}." if row["place"] else ""
    if not row["standard_met"]:
        return narrative.join_sentences(f"{value}. No standard is known for that time.", place)
    met = "was met" if row["standard_met"] == "met" else "was not met"
    bar = rounding.value_text(row["standard"], indicator)
    sentence = f"{value}; the standard of {bar} ({row['basis']}) {met}."
    return narrative.join_sentences(sentence, place)


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """The two services with the longest series, where a line can be drawn."""
    number = rows.groupby("indicator_id")["period_end"].transform("nunique")
    longest = rows[number > 1].assign(number=number).sort_values("number", ascending=False)
    return rows[rows["indicator_id"].isin(longest["indicator_id"].unique()[:LINES])]


def _lines(selection: Selection, drawn: pd.DataFrame, table: Table) -> Block:
    """Up to two services over time, and the standard of the first of them."""
    from cyp_analysis.present import charts

    ids = list(drawn["indicator_id"].unique())
    indicators = [selection.indicator(indicator_id) for indicator_id in ids]
    first = drawn[drawn["indicator_id"] == ids[0]]
    lines = [_line(drawn[drawn["indicator_id"] == i.id], _short(i)) for i in indicators]
    standard = first.assign(value=first["standard"], lower_ci_95=None, upper_ci_95=None)
    known = standard["value"].notna().any()
    lines += [_line(standard, "Standard")] if known else []
    series = pd.concat(lines, ignore_index=True)
    series = series.assign(is_area=series["line"] == _short(indicators[0]))
    figure_id = selection.unique_id("fig-waits-standard")
    alt = alt_text.trend_alt(series, indicators[0])
    span = f"{first['period_label'].iloc[0]} to {first['period_label'].iloc[-1]}"
    value = rounding.value_text(first["value"].iloc[-1], indicators[0])
    told = " The standard is that of the first." if known and len(ids) > 1 else ""
    return figure_block(
        Figure(
            id=figure_id,
            title=f"{words.sentence_case(indicators[0].subject)}: {value}",
            subtitle=f"{_names(indicators)}, {span}.{told}",
            picture=charts.trend_chart(series, indicators[0], figure_id, alt),
            alt=alt,
            table=table,
            source=credits.source_line(selection, drawn),
        )
    )


def _line(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    renamed = rows.rename(columns={"lower_ci_95": "lower", "upper_ci_95": "upper"})
    return renamed.astype({"lower": float, "upper": float}).assign(line=name)


def _short(indicator: Indicator) -> str:
    return words.sentence_case(indicator.subject).replace(" cases", "").replace(" seen", "")


def _names(known: list[Indicator]) -> str:
    names = [indicator.name for indicator in known]
    return words.join_words([names[0], *(name[:1].lower() + name[1:] for name in names[1:])])


def _standard_table(selection: Selection, rows: pd.DataFrame) -> Table:
    columns = (
        Column("Period", heads_row=True),
        Column("Measure"),
        Column("Of"),
        Column("Value (%)", numeric=True),
        Column("Standard (%)", numeric=True),
        Column("Result"),
    )
    cells = tuple(
        (
            row["period_label"],
            selection.indicator(row["indicator_id"]).name,
            row["place"] or parts.area(selection),
            parts.cell(row["value"], 1),
            parts.cell(row["standard"], 1, "none"),
            _RESULTS[row["standard_met"]],
        )
        for _, row in rows.iterrows()
    )
    return Table("Waits beside the standard of their time", columns, cells)
