"""What services report month by month: every local figure, by service, after disclosure control.

A figure counts a month, a quarter or a year, adds up from 1 April, or stands for a day: `kind` says
which, and figures of different kinds are never set against each other.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis import geography, service_catalogue
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.disclosure import is_in, withheld_of, withhold
from cyp_analysis.build.disclosure_cells import BASE
from cyp_analysis.loaders import CountTable
from cyp_analysis.methods import wilson_interval
from cyp_analysis.schema import empty_count_table
from cyp_analysis.service_catalogue import OTHER, OWN_LAYOUTS, TRANSCRIBED

RULE = "local_small_numbers"
SERIES = ["area_code", "measure", "sex", "age", "category_type", "category", "kind"]
_APRIL = 4


def service_figures(inputs: Inputs) -> pd.DataFrame:
    """One row = one local figure of a service, with its change on the month before and on the same
    month of the year before. A withheld figure has no number and gives none to a change."""
    rows = with_kind(local_figures(inputs.counts))
    placed = in_services(rows)
    safe = safe_rows(placed, inputs)
    return with_changes(with_share(safe)).sort_values(["place", "period_end"], kind="stable")


def local_rows(counts: Sequence[CountTable]) -> pd.DataFrame:
    """Local figures of upper-tier authorities; where files overlap the newest one counts."""
    datasets = (TRANSCRIBED, *OWN_LAYOUTS)
    tables = [table for table in counts if table.source.dataset in datasets]
    frames = [t.rows.assign(listed_only=t.source.dataset == TRANSCRIBED) for t in tables]
    if not frames:
        return empty_count_table().assign(listed_only=False)
    rows = pd.concat(frames, ignore_index=True)
    rows = rows[rows["area_code"].isin(geography.known_codes())]
    key = ["area_code", "measure", "sex", "age", "category_type", "category"]
    ordered = rows.sort_values(["source_published", "source_file"], na_position="first")
    return ordered.drop_duplicates([*key, "period_start", "period_end"], keep="last")


def local_figures(counts: Sequence[CountTable]) -> pd.DataFrame:
    """Local figures with what disclosure control asks of a figure: where its number was counted,
    its rule, and whether it is a share of its base."""
    rows = local_rows(counts).reset_index(drop=True)
    dataset = {table.source.id: table.source.dataset for table in counts}
    asked = {"source": rows["source_id"].map(dataset).astype("str"), "rule": RULE}
    asked |= dict.fromkeys(BASE, "")
    return rows.assign(**asked, value=_percent(rows), is_share=rows["denominator"].notna())


def with_kind(rows: pd.DataFrame) -> pd.DataFrame:
    """`kind`: day, month, quarter, year_to_date, year, twelve_months or period."""
    start, end = pd.to_datetime(rows["period_start"]), pd.to_datetime(rows["period_end"])
    next_day = end + pd.Timedelta(days=1)
    months = (next_day.dt.year - start.dt.year) * 12 + next_day.dt.month - start.dt.month
    whole = (start.dt.day == 1) & (next_day.dt.day == 1)
    april = whole & (start.dt.month == _APRIL)
    kinds = np.select(
        [
            start == end,
            whole & (months == 1),
            april & (months == 12),
            whole & (months == 12) & (start.dt.month != 1),
            april & months.between(2, 11),
            whole & (months == 3),
        ],
        ["day", "month", "year", "twelve_months", "year_to_date", "quarter"],
        "period",
    )
    made = rows.assign(kind=pd.Series(kinds, index=rows.index, dtype="str"))
    return made.assign(kind=_runs_from_april(made, april))


def _runs_from_april(rows: pd.DataFrame, april: pd.Series) -> pd.Series:
    """April alone and a whole year are year to date where the measure adds up from April."""
    adds_up = (rows["kind"] == "year_to_date").groupby(rows["measure"]).transform("any")
    same_run = april & adds_up & rows["kind"].isin(["month", "year"])
    return rows["kind"].mask(same_run, "year_to_date")


def in_services(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the service and name of their measure, in the order of the services.

    Documents that ship with the project show what the services list; a council's own dashboard
    shows everything, under its own names, with the service whose words its name holds.
    """
    known = service_catalogue.services()
    named = [(service.id, measure) for service in known.values() for measure in service.measures]
    listed = pd.DataFrame(
        [
            (code, service_id, measure.name, measure.indicator, measure.note, place)
            for place, (service_id, measure) in enumerate(named)
            for code in measure.codes
        ],
        columns=["measure", "service_id", "name", "indicator_id", "note", "place"],
    )
    made = rows.merge(listed, on="measure", how="left", validate="many_to_one")
    unlisted = made["place"].isna()
    made = made[~(unlisted & made["listed_only"].astype(bool))]
    # A note is about the document that the code comes from.
    made = made.assign(note=made["note"].where(made["listed_only"].astype(bool), ""))
    return _with_own_names(made, known, len(named))


def _with_own_names(rows: pd.DataFrame, known: dict, after: int) -> pd.DataFrame:
    """Measures that no service lists: their own words as name, their service by those words."""
    own = rows["place"].isna()
    said = rows["measure"].str.replace("_", " ")
    codes = {text: service_of(text, known) for text in said[own].unique()}
    order = {text: after + number for number, text in enumerate(codes)}
    texts = {name: rows[name].fillna("") for name in ("indicator_id", "note")}
    return rows.assign(
        service_id=rows["service_id"].mask(own, said.map(codes)),
        name=rows["name"].mask(own, said.str[:1].str.upper() + said.str[1:]),
        place=rows["place"].mask(own, said.map(order)).astype(int),
        **texts,
    )


def service_of(measure: str, known: dict) -> str:
    """The service with the longest of its words in the measure, at the start of a word."""
    text = f" {measure.casefold()} "
    found = [
        (len(word), service.id)
        for service in known.values()
        for word in service.words
        if f" {word}" in text
    ]
    return max(found, default=(0, OTHER), key=lambda pair: pair[0])[1]


def safe_rows(rows: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Rows without the numbers that the rule for local figures withholds: as was decided for all
    tables together or, where that has not been done, for these rows."""
    if rows.empty:
        return rows
    if inputs.withheld is None:
        hidden = withheld_of(rows, inputs.catalogue.disclosure)
    else:
        hidden = is_in(rows, inputs.withheld)
    return withhold(rows.assign(method="none"), hidden).drop(columns="method")


def _percent(rows: pd.DataFrame) -> pd.Series:
    """The share of the base where there is one, else the value as printed."""
    share = 100 * rows["count"] / rows["denominator"].where(rows["denominator"] > 0)
    return share.fillna(rows["value"])


def with_share(rows: pd.DataFrame) -> pd.DataFrame:
    """`value` is the unrounded share where count and base are known; `is_share` says so."""
    is_share = rows["count"].notna() & (rows["denominator"] > 0)
    lower, upper = wilson_interval(
        rows["count"].where(is_share).to_numpy(float),
        rows["denominator"].where(is_share).to_numpy(float),
    )
    part = (rows["count"] <= rows["denominator"]).to_numpy()
    return rows.assign(
        value=_percent(rows).where(is_share | rows["denominator"].isna(), rows["value"]),
        is_share=is_share,
        lower_ci_95=np.where(part, 100 * lower, np.nan),
        upper_ci_95=np.where(part, 100 * upper, np.nan),
    )


def with_changes(rows: pd.DataFrame) -> pd.DataFrame:
    """Change on the month before and on the same month a year before, in the count and the value.

    A count that adds up from 1 April is not set against the month before: it can only grow.
    """
    end = pd.to_datetime(rows["period_end"])
    rows = rows.assign(month=end.dt.year * 12 + end.dt.month)
    for name, back in (("month", 1), ("year", 12)):
        rows = _beside(rows, back, name)
    cumulative = rows["kind"] == "year_to_date"
    blank = {n: rows[n].mask(cumulative) for n in ("count_change_month", "percent_change_month")}
    return rows.assign(**blank).drop(columns="month")


def _beside(rows: pd.DataFrame, back: int, name: str) -> pd.DataFrame:
    earlier = rows[[*SERIES, "month", "count", "value"]].drop_duplicates([*SERIES, "month"])
    earlier = earlier.assign(month=earlier["month"] + back)
    joined = rows.merge(
        earlier, on=[*SERIES, "month"], how="left", validate="many_to_one", suffixes=("", "_then")
    )
    change = joined["count"] - joined["count_then"]
    base = joined["count_then"].where(joined["count_then"] > 0)
    return joined.assign(
        **{
            f"count_change_{name}": change,
            f"percent_change_{name}": 100 * change / base,
            f"value_change_{name}": joined["value"] - joined["value_then"],
        }
    ).drop(columns=["count_then", "value_then"])
