"""Recent trends and targets: what the latest figure is doing, and against what it was set."""

import pandas as pd

from cyp_analysis import measures
from cyp_analysis.catalogue import Catalogue

SERIES = ["indicator_id", "area_code", "sex", "age", "category_type", "category"]


def add_recent_trend(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """`recent_trend` on the latest row of each series; empty on earlier rows.

    A proportion with its counts takes the test for proportions, everything else the weighted one.
    """
    latest = indicators.loc[indicators.groupby(SERIES)["period_end"].idxmax()]
    trends = pd.concat(
        [_trends(indicators, catalogue, "proportion"), _trends(indicators, catalogue, "other")]
    )
    found = latest.reset_index()[["index", *SERIES]].merge(
        trends, on=SERIES, how="left", validate="one_to_one"
    )
    words = found.set_index("index")["recent_trend"].astype("str").fillna("cannot_be_calculated")
    return indicators.assign(recent_trend=words.reindex(indicators.index).fillna("").astype("str"))


def _trends(indicators: pd.DataFrame, catalogue: Catalogue, value_type: str) -> pd.DataFrame:
    """SERIES + recent_trend for the indicators tested as proportions, or for the others."""
    known = catalogue.indicators
    is_proportion = indicators["indicator_id"].map(
        {i: known[i].statistic == "proportion" for i in known}
    )
    rows = unbroken(indicators[is_proportion == (value_type == "proportion")])
    polarity = rows["indicator_id"].map({i: known[i].polarity for i in known}).astype("str")
    return measures.recent_trend(
        rows.assign(polarity=polarity),
        by=SERIES,
        period="period_end",
        value_type=value_type,
        variant="fingertips",
        polarity="polarity",
    )[[*SERIES, "recent_trend"]]


def unbroken(rows: pd.DataFrame) -> pd.DataFrame:
    """The yearly rows of each series that run without a gap up to its latest.

    Periods of more than a year overlap, and years before a gap are another series.
    """
    years = (rows["period_end"] - rows["period_start"]).dt.days / 365.25
    yearly = rows[years < 1.1].assign(year=lambda table: table["period_end"].dt.year)
    ordered = yearly.sort_values("period_end", ascending=False, kind="stable")
    series = [ordered[name] for name in SERIES]
    step = -ordered.groupby(series)["year"].diff()
    gaps = step.fillna(1).ne(1).groupby(series).cumsum()
    return ordered[gaps == 0].sort_index()


def add_targets(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Target, variance (percent of the target, from the unrounded value) and met or not met."""
    targets = catalogue.targets.dropna(subset=["target_value"])
    targets = targets.assign(exact=exact_percent(targets))
    key = ["indicator_id", "area_code", "period_end"]
    joined = indicators.merge(
        targets[[*key, "target_value", "exact"]].drop_duplicates(key),
        on=key,
        how="left",
        validate="many_to_one",
    )
    headline = joined["category_type"] == ""
    polarity = {i.id: i.polarity for i in catalogue.indicators.values()}
    judged = measures.target_variance(
        joined.assign(
            target_value=joined["target_value"].where(headline),
            latest=joined["exact"].fillna(joined["value"]).where(joined["value"].notna()),
            polarity=joined["indicator_id"].map(polarity).astype("str"),
        ),
        value="latest",
        target="target_value",
        polarity="polarity",
    )
    return judged.drop(columns=["polarity", "latest", "exact"]).assign(
        target_met=judged["target_met"].astype("str").fillna(""), value_note=joined["value_note"]
    )


def exact_percent(targets: pd.DataFrame) -> pd.Series:
    """The unrounded latest percentage where the publisher gives its parts, else missing."""
    if "exact_numerator" not in targets:
        return pd.Series(float("nan"), index=targets.index)
    return 100 * targets["exact_numerator"] / targets["exact_denominator"]
