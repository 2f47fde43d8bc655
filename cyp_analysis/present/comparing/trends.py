"""What is getting worse or better over time, whoever the area is compared with."""

import pandas as pd

from cyp_analysis.present import rounding, words
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.markup import Block, paragraph
from cyp_analysis.present.selection import Selection, headline_rows
from cyp_analysis.present.tables import Column, Table, block

_WORSE, _BETTER = "_getting_worse", "_getting_better"


def over_time(selection: Selection) -> Block:
    """How many of the latest figures are getting worse or better; empty where no trend of one
    that can be judged is known."""
    rows = judged_trends(selection)
    if rows.empty:
        return Block()
    text = trend_count_sentence(words.area_words(selection.area), rows["recent_trend"])
    return Block(paragraph(text), text)


def trend_count_sentence(area: str, trends: pd.Series) -> str:
    """ "Of the 9 latest figures of England whose recent trend can be judged, 3 are …" """
    number = len(trends)
    parts = [
        (trends.str.endswith(_WORSE).sum(), "getting worse"),
        (trends.str.endswith(_BETTER).sum(), "getting better"),
        ((trends == "no_significant_change").sum(), "showing no trend"),
    ]
    if number == 1:
        said = next(text for count, text in parts if count)
        return f"One latest figure of {area} has a recent trend that can be judged: it is {said}."
    said = words.join_words(
        [f"{count} {'is' if count == 1 else 'are'} {text}" for count, text in parts if count]
    )
    return f"Of the {number} latest figures of {area} whose recent trend can be judged, {said}."


def judged_trends(selection: Selection) -> pd.DataFrame:
    """The latest figures whose recent trend is known and would be better one way, newest only."""
    mine = selection.rows[selection.rows["area_code"] == selection.area.code]
    # Indicator by indicator: one that is of one sex only is not to be lost beside the others.
    each = [headline_rows(rows) for _, rows in mine.groupby("indicator_id", sort=False)]
    known = pd.concat(each) if each else mine
    known = known[known["value"].notna()].sort_values("period_end", kind="stable")
    newest = known.drop_duplicates("indicator_id", keep="last")
    if newest.empty:
        return newest
    recent = newest["period_end"] + of.OLD >= newest["period_end"].max()
    catalogue = selection.catalogue.indicators
    judged = newest["indicator_id"].map(lambda name: catalogue[name].polarity != "no_judgement")
    trends = newest["recent_trend"]
    told = trends.str.endswith((_WORSE, _BETTER)) | (trends == "no_significant_change")
    return newest[recent & judged & told].sort_values("indicator_id")


def getting_worse(selection: Selection) -> Block:
    """A table of the latest figures whose recent trend is getting worse; empty without any."""
    rows = judged_trends(selection)
    rows = rows[rows["recent_trend"].str.endswith(_WORSE)] if len(rows) else rows
    if rows.empty:
        return Block()
    columns = (
        Column("Figure", heads_row=True),
        Column("Period"),
        Column("Value", numeric=True),
        Column("Recent trend"),
    )
    made = Table(
        f"Figures of {words.area_words(selection.area)} that are getting worse",
        columns,
        tuple(_row(selection, row) for _, row in rows.iterrows()),
    )
    return block(made, selection.unique_id("cap-worse"))


def _row(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    indicator = selection.indicator(row["indicator_id"])
    value = rounding.value_text(row["value"], indicator)
    trend = words.trend_words(row["recent_trend"])
    return (indicator.name, row["period_label"], value, trend)
