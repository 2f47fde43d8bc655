"""Which latest figures stand out from the benchmark when many are tested at once.

Each figure of an area is tested against the benchmark's value, and the tests of one area against
one benchmark are judged together (Benjamini and Hochberg 1995), so that few of the figures named
are false findings. How large a difference is, is told in events: the count less the count that the
benchmark's rate would give.
"""

import numpy as np
import pandas as pd

from cyp_analysis import methods
from cyp_analysis.build.comparators import is_share
from cyp_analysis.build.derived import Inputs
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.methods import multiple_testing
from cyp_analysis.schema import INDICATOR_KEY

RATE = 0.05
SCORE, POISSON, INTERVAL = "score", "poisson", "interval"
FAMILY = ["area_code", "benchmark_area_code"]
_SLICE = ["indicator_id", "area_code", "period_start", "period_end"]
# The order of telling: what is worse and getting worse comes first.
_WORSENING = ("increasing_and_getting_worse", "decreasing_and_getting_worse")
_PRIORITY = {"worse": 1, "higher": 2, "lower": 2, "better": 3}
_REST, _FIRST = 4, 0
_FROM_ROW = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95", "method"]
_FROM_ROW += ["recent_trend", "period_label"]


def find_outliers(inputs: Inputs) -> pd.DataFrame:
    """One row = an area's latest figure of an indicator × benchmark that it was tested against.

    `q_value`: the smallest false discovery rate at which it is a finding; `stands_out`: at 5%.
    """
    tested = latest_tested(inputs.indicators, inputs.comparisons)
    tested = with_p_values(tested, inputs.catalogue)
    family = tested.groupby(FAMILY, sort=False).ngroup()
    q_value = methods.false_discovery(tested["p_value"], family)
    found = tested.assign(
        q_value=q_value,
        # An exact test and an approximate interval may part by a hair: both must tell a difference.
        stands_out=multiple_testing.discovery(q_value, RATE) & (tested["side"] != "similar"),
        tests=tested.groupby(FAMILY)["p_value"].transform("count").astype(float),
    )
    found = found.assign(**excess(found, inputs.catalogue), priority=priority(found))
    return found.sort_values([*FAMILY, "priority", "p_value", "indicator_id"], kind="stable")


def latest_tested(indicators: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """The newest headline figure of each indicator and area, with every benchmark it was tested
    against (those of which the verdict is known)."""
    newest = latest_headlines(indicators)[[*INDICATOR_KEY, *_FROM_ROW]]
    verdicts = comparisons[comparisons["side"].isin(["higher", "lower", "similar"])]
    verdicts = verdicts[
        [*INDICATOR_KEY, "benchmark_area_code", "benchmark_value", "side", "outcome"]
    ]
    return newest.merge(verdicts, on=INDICATOR_KEY, how="inner", validate="one_to_many")


def latest_headlines(indicators: pd.DataFrame) -> pd.DataFrame:
    """The newest row with a value of each indicator and area: no category, all persons if there
    are any, of several ages the first."""
    rows = indicators[(indicators["category_type"] == "") & indicators["value"].notna()]
    order = rows.assign(other=rows["sex"] != "persons").sort_values(
        ["period_end", "other"], ascending=[False, True], kind="stable"
    )
    return order.drop_duplicates(["indicator_id", "area_code"]).drop(columns="other")


def with_p_values(tested: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Two-sided p-values against the benchmark's value, by the test that fits the interval.

    `score`: proportions with their counts (the test that Wilson's interval inverts); `poisson`:
    rates with their counts, exact; `interval`: the published interval's half that faces the
    benchmark, as a normal distribution.
    """
    known = catalogue.indicators
    per = tested["indicator_id"].map({i: known[i].multiplier for i in known}).astype(float)
    share = tested["indicator_id"].map({i: is_share(known[i]) for i in known}).astype(bool)
    counted = tested["method"].isin(["wilson", "byars", "exact"])
    counted &= tested["denominator"].notna() & tested["count"].notna()
    method = np.where(~counted, INTERVAL, np.where(share, SCORE, POISSON))
    by = {
        SCORE: score_p(tested["count"], tested["denominator"], tested["benchmark_value"] / per),
        POISSON: poisson_p(
            tested["count"], tested["denominator"] * tested["benchmark_value"] / per
        ),
        INTERVAL: interval_p(tested),
    }
    p_value = np.select([method == name for name in by], list(by.values()), np.nan)
    return tested.assign(p_value=p_value, p_method=method)


def score_p(count: pd.Series, base: pd.Series, share: pd.Series) -> np.ndarray:
    """Score test of a proportion against a given one, shape (n,); NaN for a share of 0 or 1."""
    from scipy.special import ndtr

    inside = (share > 0) & (share < 1)
    spread = np.sqrt((share * (1 - share) / base).where(inside))
    return 2 * ndtr(-np.abs(count / base - share) / spread).to_numpy(dtype=float)


def poisson_p(count: pd.Series, expected: pd.Series) -> np.ndarray:
    """Exact test of a count of events against those expected: twice the smaller tail, 1 at most."""
    from scipy.special import gammainc, gammaincc

    events, mean = (column.to_numpy(dtype=float) for column in (count, expected))
    mean = np.where(mean > 0, mean, np.nan)
    at_least = np.where(events > 0, gammainc(np.where(events > 0, events, 1.0), mean), 1.0)
    at_most = gammaincc(events + 1, mean)
    return np.fmin(2 * np.fmin(at_least, at_most), 1.0) + 0 * mean


def interval_p(tested: pd.DataFrame) -> np.ndarray:
    """From the half of the 95% interval that faces the benchmark, so that it is below 5% exactly
    where the benchmark lies outside the interval; NaN without that half."""
    from scipy.special import ndtr

    away = tested["benchmark_value"] - tested["value"]
    half = np.where(
        away > 0, tested["upper_ci_95"] - tested["value"], tested["value"] - tested["lower_ci_95"]
    )
    spread = np.where(half > 0, half, np.nan) / methods.critical_value(0.95)
    return 2 * ndtr(-np.abs(away.to_numpy()) / spread)


def excess(tested: pd.DataFrame, catalogue: Catalogue) -> dict[str, pd.Series]:
    """`expected`: the count at the benchmark's value; `excess`: the count less that, unrounded.

    Only where the value is a count over a denominator; missing otherwise.
    """
    known = catalogue.indicators
    counted = tested["indicator_id"].map({i: is_count_over_base(known[i]) for i in known})
    per = tested["indicator_id"].map({i: known[i].multiplier for i in known}).astype(float)
    # The count over the value is the base that the publisher used, even where it prints none.
    base = (tested["count"] / tested["value"]).where(
        tested["value"] > 0, tested["denominator"] / per
    )
    expected = (base * tested["benchmark_value"]).where(counted.astype(bool))
    return {"expected": expected, "excess": tested["count"] - expected}


def is_count_over_base(indicator) -> bool:
    """Whether the count is what the value counts: a share in percent or a rate per so many."""
    unit = indicator.unit.strip()
    return indicator.statistic != "count" and (unit == "%" or unit.startswith("per "))


def priority(found: pd.DataFrame) -> pd.Series:
    """0 worse and getting worse, 1 worse, 2 higher or lower, 3 better, 4 does not stand out."""
    judged = found["outcome"].map(_PRIORITY).fillna(_REST)
    worsening = (found["outcome"] == "worse") & found["recent_trend"].isin(_WORSENING)
    return judged.mask(worsening, _FIRST).where(found["stands_out"], _REST).astype(int)
