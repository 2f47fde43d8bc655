"""Does the number at the end follow from the number before, those who joined and those who left?"""

import pandas as pd

from cyp_analysis import service_catalogue
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.flows import safe_figures
from cyp_analysis.schema import SOURCE_COLUMNS
from cyp_analysis.service_catalogue import Stock

# A number of one to four that follows from two year-to-date figures is small all the same.
_SMALL = (1, 4)
_WITHHELD = "withheld: a number of the month is small"


def reconcile(inputs: Inputs) -> pd.DataFrame:
    """One row = area × stock × period: start + joined − left, the end as reported, and the
    difference. Only periods with all four figures."""
    figures = safe_figures(inputs)
    made = [_reconciled(figures, stock) for stock in service_catalogue.stocks().values()]
    return pd.concat(made, ignore_index=True)


def _reconciled(figures: pd.DataFrame, stock: Stock) -> pd.DataFrame:
    ends = _stock(figures, stock)
    joined = ends.merge(_flow(figures, stock, stock.started, "joined"), on=["area_code", "month"])
    both = joined.merge(_flow(figures, stock, stock.ended, "left"), on=["area_code", "month"])
    expected = both["start"] + both["joined"] - both["left"]
    made = both.assign(
        stock_id=stock.id,
        title=stock.title,
        expected=expected,
        difference=both["end"] - expected,
        value_note="",
    )
    small = made[["joined", "left"]].isin(range(_SMALL[0], _SMALL[1] + 1)).any(axis=1)
    return _withheld(made, small & (not stock.yearly))


def _withheld(rows: pd.DataFrame, small: pd.Series) -> pd.DataFrame:
    """Rows whose flows are small keep their places, without numbers."""
    numbers = ["start", "joined", "left", "expected", "end", "difference"]
    bare = {name: rows[name].mask(small) for name in numbers}
    return rows.assign(**bare, value_note=rows["value_note"].mask(small, _WITHHELD))


def _stock(figures: pd.DataFrame, stock: Stock) -> pd.DataFrame:
    """The stock at the end of each month (or year) and at the end of the one before."""
    rows = figures[(figures["figure"] == stock.stock) & (figures["kind"] == "day")]
    rows = rows.assign(month=_month(rows["period_end"])).sort_values("period_end", kind="stable")
    # Of several days of one month the last is its end.
    rows = rows.drop_duplicates(["area_code", "month"], keep="last")
    step = 12 if stock.yearly else 1
    before = rows[["area_code", "month", "count", "period_label"]]
    before = before.assign(month=before["month"] + step)
    before = before.rename(columns={"count": "start", "period_label": "start_label"})
    both = rows.merge(before, on=["area_code", "month"], validate="one_to_one")
    kept = ["area_code", "month", "period_end", "period_label", "start_label", "start", "end"]
    return both.rename(columns={"count": "end"})[[*kept, *SOURCE_COLUMNS]]


def _month(dates: pd.Series) -> pd.Series:
    return pd.to_datetime(dates).dt.year * 12 + pd.to_datetime(dates).dt.month


def _flow(figures: pd.DataFrame, stock: Stock, figure: str, name: str) -> pd.DataFrame:
    """What joined or left in each month (or year): as reported, or the year to date less that of
    the month before."""
    kinds = ["year"] if stock.yearly else ["month", "year_to_date"]
    rows = figures[(figures["figure"] == figure) & figures["kind"].isin(kinds)]
    rows = rows.assign(month=_month(rows["period_end"]))
    made = rows.assign(**{name: _in_month(rows)})
    return made[["area_code", "month", name]].dropna().drop_duplicates(["area_code", "month"])


def _in_month(rows: pd.DataFrame) -> pd.Series:
    key = ["area_code", "period_start", "month"]
    earlier = rows[[*key, "count"]].assign(month=rows["month"] + 1)
    before = rows[key].merge(earlier, on=key, how="left", validate="one_to_one")["count"]
    first = (
        pd.to_datetime(rows["period_start"]).dt.month == pd.to_datetime(rows["period_end"]).dt.month
    )
    adds_up = rows["kind"].to_numpy() == "year_to_date"
    difference = rows["count"].to_numpy() - before.where(~first.to_numpy(), 0).to_numpy()
    return pd.Series(difference, index=rows.index).where(adds_up, rows["count"])
