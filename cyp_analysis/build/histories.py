"""How an area stood over the years: runs on one side of a benchmark, last year against first."""

import numpy as np
import pandas as pd

from cyp_analysis import measures
from cyp_analysis.build import derived
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.methods.comparison import outcome_words
from cyp_analysis.methods.contrasts import mover_difference

COLUMNS = TABLES["histories"]
_SERIES = ["indicator_id", "area_code"]
_SLICE = ["sex", "age", "category_type", "category"]
_ROW = [*_SERIES, "period_start", "period_end", *_SLICE]
_ENDS = ("start", "end", "label")
NOT_TESTED = "not tested: the figures have neither counts nor intervals"


def histories(inputs: derived.Inputs) -> pd.DataFrame:
    """One row = indicator × area × benchmark × run of periods on one side of it; and one row
    for the area's last period against its own first (its own code as benchmark, `run` 0)."""
    rows = headline_rows(inputs.indicators)
    parts = [runs(rows, inputs.comparisons), last_against_first(rows, inputs.catalogue)]
    made = pd.concat([part.reindex(columns=COLUMNS) for part in parts if len(part)] or parts[:1])
    return made.reindex(columns=COLUMNS).reset_index(drop=True)


def headline_rows(indicators: pd.DataFrame) -> pd.DataFrame:
    """One row with a value for each indicator, area and period: all persons where there are any, of
    several ages the first; the periods of one length, the usual one of the series."""
    whole = indicators[(indicators["category_type"] == "") & indicators["value"].notna()]
    order = whole["sex"].map({"persons": 0}).fillna(1)
    first = whole.assign(order=order).sort_values("order", kind="stable")
    alone = first.drop_duplicates([*_SERIES, "period_start", "period_end"]).sort_index()
    days = (alone["period_end"] - alone["period_start"]).dt.days
    usual = days.groupby([alone[name] for name in _SERIES]).transform("median")
    return alone[(days - usual).abs() <= 3].drop(columns="order")


def runs(rows: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """Neighbouring periods on the same side of a benchmark; a missing period ends a run."""
    columns = [*_ROW, "benchmark_area_code", "side", "outcome"]
    tested = comparisons.loc[comparisons["side"].isin(["higher", "lower", "similar"]), columns]
    found = rows[[*_ROW, "period_label"]].merge(tested, on=_ROW, validate="one_to_many")
    key = [*_SERIES, "benchmark_area_code"]
    found = found.sort_values([*key, "period_end"], kind="stable")
    sets = found.groupby(key)
    step = sets["period_end"].diff().dt.days
    usual = step.groupby([found[name] for name in key]).transform("min")
    ends = (sets["side"].shift() != found["side"]) | (step > 1.6 * usual)
    numbered = found.assign(run=ends.groupby([found[name] for name in key]).cumsum())
    made = numbered.groupby([*key, "run"], as_index=False).agg(
        side=("side", "first"),
        outcome=("outcome", "first"),
        first_start=("period_start", "first"),
        first_end=("period_end", "first"),
        first_label=("period_label", "first"),
        last_start=("period_start", "last"),
        last_end=("period_end", "last"),
        last_label=("period_label", "last"),
        periods=("side", "size"),
    )
    return made.assign(of_periods=made.groupby(key)["periods"].transform("sum"), note="")


def last_against_first(rows: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The newest figure of each series against its oldest, tested by counts, else by intervals."""
    ordered = rows.sort_values("period_end", kind="stable")
    sets = ordered.groupby(_SERIES)
    several = ordered[sets["value"].transform("size") > 1]
    names = ["period_start", "period_end", "period_label", "value", "count", "denominator"]
    names += ["lower_ci_95", "upper_ci_95"]
    first, last = (
        several.drop_duplicates(_SERIES, keep=which).set_index(_SERIES)[names]
        for which in ("first", "last")
    )
    pair = first.add_prefix("first_").join(last.add_prefix("last_")).reset_index()
    if pair.empty:
        return pd.DataFrame(columns=COLUMNS)
    known = catalogue.indicators
    facts = pair["indicator_id"].map(lambda name: known[name])
    pair = pair.assign(
        polarity=[i.polarity for i in facts],
        per=[float(i.multiplier) for i in facts],
        is_share=[i.unit.strip() == "%" for i in facts],
        counted=[
            i.statistic in ("proportion", "crude_rate") or i.interval in ("wilson", "poisson")
            for i in facts
        ],
    )
    named = {f"{o}_period_{n}": f"{o}_{n}" for o in ("first", "last") for n in _ENDS}
    pair = pair.rename(columns=named)
    return _judged(_tested(pair))


def _tested(pair: pd.DataFrame) -> pd.DataFrame:
    """`change` with limits and `significant`."""
    numbers = ["last_count", "last_denominator", "first_count", "first_denominator"]
    by_counts = pair["counted"] & pair[numbers].notna().all(axis=1)
    limits = ["last_lower_ci_95", "last_upper_ci_95", "first_lower_ci_95", "first_upper_ci_95"]
    by_limits = ~by_counts & pair[limits].notna().all(axis=1)
    parts = [
        _by_counts(part, numbers, bool(share), float(per))
        for (share, per), part in pair[by_counts].groupby(["is_share", "per"])
    ]
    parts.append(_by_limits(pair[by_limits], limits))
    left = pair[~by_counts & ~by_limits]
    blank = {"change_lower": np.nan, "change_upper": np.nan, "p_value": np.nan}
    change = left["last_value"] - left["first_value"]
    words = {"method": "none", "note": NOT_TESTED, "significant": pd.NA}
    parts.append(left.assign(change=change, **blank, **words))
    return pd.concat([part for part in parts if len(part)]).sort_index()


def _by_counts(part: pd.DataFrame, numbers: list[str], share: bool, per: float) -> pd.DataFrame:
    differ = measures.proportion_difference if share else measures.rate_difference
    made = differ(part[numbers], *numbers, per=per)
    return part.assign(
        change=part["last_value"] - part["first_value"],
        change_lower=made["lower_ci"],
        change_upper=made["upper_ci"],
        p_value=made["p_value"],
        significant=made["significant"],
        method=made["method"].astype("str"),
        note=made["value_note"].astype("str"),
    )


def _by_limits(part: pd.DataFrame, limits: list[str]) -> pd.DataFrame:
    new_low, new_high, old_low, old_high = (part[name].to_numpy() for name in limits)
    new, old = part["last_value"].to_numpy(), part["first_value"].to_numpy()
    lower, upper = mover_difference(new, (new_low, new_high), old, (old_low, old_high))
    return part.assign(
        change=new - old,
        change_lower=lower,
        change_upper=upper,
        p_value=np.nan,
        significant=pd.array((lower > 0) | (upper < 0), dtype="boolean"),
        method="mover",
        note="",
    )


def _judged(pair: pd.DataFrame) -> pd.DataFrame:
    """Side and outcome of the change, and the keys of its row."""
    way = np.where(pair["change"] > 0, "higher", "lower")
    side = np.where(pair["significant"].eq(True).to_numpy(), way, "similar")
    side = np.where(pair["significant"].isna(), "not_compared", side)
    return pair.assign(
        side=side,
        outcome=outcome_words(side, pair["polarity"]),
        benchmark_area_code=pair["area_code"],
        run=0,
        periods=2,
        of_periods=2,
    )
