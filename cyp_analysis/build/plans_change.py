"""How a figure has moved between two of its periods, and whether that is more than chance.

Tested where it can be: shares and rates by their counts, other figures by whether their 95%
intervals are apart, which is stricter. What cannot be tested only rose or fell.
"""

import numpy as np
import pandas as pd

from cyp_analysis import measures
from cyp_analysis.catalogue import Catalogue

ENDS = ["period_start", "period_end", "period_label"]
FIGURES = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]
CHANGE = ["change", "tested", "verdict"]
SIGNIFICANT = 0.05
_SERIES = ["indicator_id", "area_code"]
_WANTED = {"high_is_good": 1, "low_is_good": -1, "increase": 1, "decrease": -1}


def headline_series(indicators: pd.DataFrame) -> pd.DataFrame:
    """One row = indicator × area × period, with a value: no category, of both sexes if there is
    such a row, else the first; of several ages the first."""
    whole = indicators[(indicators["category_type"] == "") & indicators["value"].notna()]
    ordered = whole.assign(order=whole["sex"].ne("persons").astype(int)).sort_values(
        [*_SERIES, "period_end", "period_start", "order"], kind="stable"
    )
    one = ordered.drop_duplicates([*_SERIES, "period_start", "period_end"])
    return one[[*_SERIES, "sex", "age", *ENDS, *FIGURES, "source_id"]].reset_index(drop=True)


def like_newest(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Rows whose period is as long as the newest one's of their key: a month is not set beside a
    year. Oldest first."""
    ordered = rows.sort_values("period_end", kind="stable")
    days = (ordered["period_end"] - ordered["period_start"]).dt.days
    newest = days.groupby([ordered[name] for name in key], sort=False).transform("last")
    return ordered[(days - newest).abs() <= 3 + 0.03 * newest]


def add_change(pairs: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Add CHANGE to rows of a figure and, with `base_` before the names, an earlier one of it.

    `verdict`: improved or worsened by the column `wanted` (increase, decrease; else the
    indicator's polarity), higher or lower where neither is good, no_clear_change; rose, fell or
    unchanged where no test is possible; missing figures give none.
    """
    known = catalogue.indicators
    polarity = pairs["indicator_id"].map({i: known[i].polarity for i in known})
    wanted = pairs["wanted"].where(pairs["wanted"].isin(_WANTED), polarity)
    sign = wanted.map(_WANTED).fillna(0).to_numpy(dtype=float)
    change = (pairs["value"] - pairs["base_value"]).to_numpy(dtype=float)
    moved = _moved(pairs, pairs["indicator_id"].map({i: known[i].statistic for i in known}))
    verdict = np.select(
        [np.isnan(change), moved == "untested", moved == "no", sign * change > 0, sign != 0],
        ["none", _untested(change), "no_clear_change", "improved", "worsened"],
        default=np.where(change > 0, "higher", "lower"),
    )
    tested = np.isin(moved, ["yes", "no"]) & ~np.isnan(change)
    return pairs.assign(change=change, tested=tested, verdict=verdict)


def _untested(change: np.ndarray) -> np.ndarray:
    return np.select([change > 0, change < 0], ["rose", "fell"], default="unchanged")


def _moved(pairs: pd.DataFrame, statistic: pd.Series) -> np.ndarray:
    """yes, no or untested for each row: by its counts, else by its intervals."""
    p_value = pd.Series(np.nan, index=pairs.index)
    for kind, verb in (
        ("proportion", measures.proportion_difference),
        ("crude_rate", measures.rate_ratio),
    ):
        mine = pairs[(statistic == kind).to_numpy()]
        if len(mine):
            figures = mine[["count", "denominator", "base_count", "base_denominator"]]
            done = verb(figures, other_count="base_count", other_denominator="base_denominator")
            p_value.loc[mine.index] = done["p_value"].to_numpy(dtype=float)
    by_counts = p_value.notna()
    has_limits = pairs[["lower_ci_95", "upper_ci_95", "base_lower_ci_95", "base_upper_ci_95"]]
    by_limits = has_limits.notna().all(axis=1)
    apart = (pairs["lower_ci_95"] > pairs["base_upper_ci_95"]) | (
        pairs["upper_ci_95"] < pairs["base_lower_ci_95"]
    )
    found = np.where(by_counts, p_value < SIGNIFICANT, apart)
    return np.select([~(by_counts | by_limits), found], ["untested", "yes"], default="no")


def beside(latest: pd.DataFrame, base: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Rows of figures with those of their base under `base_` names; a figure that is its own base
    has none, for there is nothing between the two."""
    renamed = base.rename(columns={name: f"base_{name}" for name in [*ENDS, *FIGURES]})
    together = latest.merge(
        renamed[[*key, *(f"base_{name}" for name in [*ENDS, *FIGURES])]],
        on=key,
        how="left",
        validate="many_to_one",
    )
    same = together["base_period_end"] >= together["period_end"]
    blank = {f"base_{n}": together[f"base_{n}"].mask(same) for n in ENDS[:2] + FIGURES}
    label = together["base_period_label"].mask(same, "").fillna("")
    return together.assign(**blank, base_period_label=label)
