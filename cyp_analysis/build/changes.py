"""What changed between two editions: new and lost indicators, periods, figures and verdicts."""

import numpy as np
import pandas as pd

from cyp_analysis.schema import INDICATOR_KEY

NEW_INDICATOR, LOST_INDICATOR = "new_indicator", "lost_indicator"
NEW_PERIOD, LOST_PERIOD = "new_period", "lost_period"
REVISED, SUPPLIED, WITHDRAWN = "revised", "supplied", "withdrawn"
VERDICT = "verdict"
KINDS = (
    NEW_INDICATOR,
    NEW_PERIOD,
    REVISED,
    VERDICT,
    SUPPLIED,
    WITHDRAWN,
    LOST_PERIOD,
    LOST_INDICATOR,
)
_SERIES = ["indicator_id", "area_code", "sex", "age"]
_SHOWN = ["period_label", "period_end", "value", "outcome"]
COLUMNS = [
    "area_code",
    "indicator_id",
    "kind",
    *("sex", "age", "period_before", "period_after", "value_before", "value_after"),
    *("outcome_before", "outcome_after", "number"),
]


def find_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """One row = a change of one indicator of one area, of figures without a category.

    `new_indicator`, `lost_indicator`: an indicator with a figure in one edition only;
    `new_period`, `lost_period`: its latest period is another, `number` periods came or went;
    `revised`, `supplied`, `withdrawn`: the same period has another value, a value for the first
    time, or none any more; `verdict`: the same period and value-or-not, another verdict.
    """
    before, after = _whole(before), _whole(after)
    pairs = before.merge(
        after, on=INDICATOR_KEY, how="outer", suffixes=("_before", "_after"), validate="one_to_one"
    )
    same = pairs[pairs["outcome_before"].notna() & pairs["outcome_after"].notna()]
    made = [*_of_series(before, after), _of_figures(same)]
    found = pd.concat(made, ignore_index=True)
    order = found["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    found = found.assign(order=order).sort_values(
        ["area_code", "order", "indicator_id", "sex", "age", "period_after"], kind="stable"
    )
    return found[COLUMNS].reset_index(drop=True)


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """The rows without a category, and what is compared of them."""
    rows = table[table["category_type"] == ""]
    extra = [name for name in _SHOWN if name not in INDICATOR_KEY]
    return rows[[*INDICATOR_KEY, *extra]]


def _of_series(before: pd.DataFrame, after: pd.DataFrame) -> list[pd.DataFrame]:
    """New and lost indicators, and series whose latest period is another one."""
    ends = [_latest(before), _latest(after)]
    both = ends[0].merge(
        ends[1], on=_SERIES, how="outer", suffixes=("_before", "_after"), validate="one_to_one"
    )
    lost, new = both["value_after"].isna(), both["value_before"].isna()
    later = both["period_end_after"] > both["period_end_before"]
    earlier = both["period_end_after"] < both["period_end_before"]
    kinds = ((NEW_INDICATOR, new), (LOST_INDICATOR, lost), (NEW_PERIOD, later))
    kinds += ((LOST_PERIOD, earlier),)
    parts = [both[where].assign(kind=kind) for kind, where in kinds]
    found = pd.concat(parts, ignore_index=True)
    number = (found["periods_after"].fillna(0) - found["periods_before"].fillna(0)).abs()
    return [_named(found).assign(number=number)]


def _latest(table: pd.DataFrame) -> pd.DataFrame:
    """The newest figure of each series, and how many periods have one."""
    known = table.dropna(subset=["value"]).sort_values("period_end", kind="stable")
    periods = known.groupby(_SERIES)["period_end"].transform("nunique")
    newest = known.assign(periods=periods).drop_duplicates(_SERIES, keep="last")
    return newest[[*_SERIES, *_SHOWN, "periods"]]


def _of_figures(same: pd.DataFrame) -> pd.DataFrame:
    """Figures of one period that have another value or another verdict."""
    had, has = same["value_before"].notna(), same["value_after"].notna()
    close = np.isclose(same["value_before"], same["value_after"], rtol=1e-9, atol=0)
    revised = had & has & ~close
    other = had & has & close & (same["outcome_before"] != same["outcome_after"])
    kinds = ((REVISED, revised), (VERDICT, other), (SUPPLIED, ~had & has), (WITHDRAWN, had & ~has))
    found = pd.concat([same[where].assign(kind=kind) for kind, where in kinds], ignore_index=True)
    return _named(found).assign(number=1.0)


def _named(found: pd.DataFrame) -> pd.DataFrame:
    labels = {"period_label_before": "period_before", "period_label_after": "period_after"}
    named = found.rename(columns=labels)
    words = ["period_before", "period_after", "outcome_before", "outcome_after"]
    return named.assign(**{name: named[name].fillna("").astype("str") for name in words})
