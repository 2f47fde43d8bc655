"""Each group against a reference, by the best test that its figures allow.

Counts of every group: against all others together. Two groups with published intervals: against the
other. Published intervals only: everyone's value inside the group's interval or not. Otherwise the
difference is shown and not tested.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from cyp_analysis import measures
from cyp_analysis.build.inequalities_groups import SET
from cyp_analysis.methods.comparison import outcome_words
from cyp_analysis.methods.contrasts import mover_difference, mover_ratio

REST, OTHER, EVERYONE = "rest", "other", "everyone"
_TESTED = [
    *("reference", "reference_value", "gap", "gap_lower", "gap_upper", "p_value"),
    *("ratio", "ratio_lower", "ratio_upper", "significant", "method", "note"),
]


def add_tests(rows: pd.DataFrame) -> pd.DataFrame:
    """`reference` and what came of setting each group beside it; `side` and `outcome`."""
    how = _ways(rows)
    parts = [test(rows[how == name]) for name, test in _WAYS.items()]
    tested = pd.concat([part for part in parts if len(part)] or parts[:1]).sort_index()
    side = _side(tested)
    judged = outcome_words(side, tested["polarity"]) if len(tested) else side
    return tested.assign(side=side, outcome=judged)


def _ways(rows: pd.DataFrame) -> pd.Series:
    """Which test each row can have."""
    sets = rows.groupby(SET)
    number = sets["group"].transform("size")
    counted = sets["count"].transform("count") == number
    counted &= sets["denominator"].transform("count") == number
    whole = rows["partition"].astype(bool)
    limits = rows["lower"].notna() & rows["upper"].notna()
    both = limits.groupby([rows[name] for name in SET]).transform("all") & whole & (number == 2)
    choices = [
        rows["composition"],
        counted & rows["from_counts"] & whole,
        both,
        limits & rows["overall_value"].notna(),
    ]
    found = np.select(choices, ["composition", "counts", "pair", "everyone"], "untested")
    return pd.Series(found, index=rows.index, dtype="str")


def _side(rows: pd.DataFrame) -> np.ndarray:
    """higher, lower or similar where tested."""
    side = np.where(rows["gap"] > 0, "higher", "lower")
    side = np.where(rows["significant"].eq(True).to_numpy(), side, "similar")
    return np.where(rows["significant"].isna(), "not_compared", side)


def _blank(rows: pd.DataFrame, **found: object) -> pd.DataFrame:
    """The rows with every column of a test, those not found missing."""
    words = {"reference": "", "method": "none", "note": ""}
    empty = {name: words.get(name, np.nan) for name in _TESTED} | {"significant": pd.NA}
    return rows.assign(**(empty | found))


def _no_test(note: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda rows: _blank(rows, note=note)


# --- counts of every group ------------------------------------------------------------------------


def _by_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Each group against all the others together, shares and rates apart."""
    of_sets = rows.groupby(SET)[["count", "denominator"]].transform("sum")
    pair = rows.assign(
        benchmark_count=of_sets["count"] - rows["count"],
        benchmark_denominator=of_sets["denominator"] - rows["denominator"],
    )
    parts = [
        _tested_counts(part, bool(share), float(per))
        for (share, per), part in pair.groupby(["is_share", "multiplier"])
    ]
    return pd.concat(parts) if parts else _blank(rows)


def _tested_counts(pair: pd.DataFrame, share: bool, per: float) -> pd.DataFrame:
    differ = measures.proportion_difference if share else measures.rate_difference
    keep = ["count", "denominator", "benchmark_count", "benchmark_denominator"]
    made = differ(pair[keep], per=per)
    ratio = measures.rate_ratio(pair[keep])
    exact = pd.Series(not share, index=pair.index)
    return _blank(
        pair,
        reference=REST,
        reference_value=per * pair["benchmark_count"] / pair["benchmark_denominator"],
        gap=made["value"],
        gap_lower=made["lower_ci"],
        gap_upper=made["upper_ci"],
        p_value=made["p_value"],
        ratio=ratio["value"],
        ratio_lower=ratio["lower_ci"].where(exact),
        ratio_upper=ratio["upper_ci"].where(exact),
        significant=made["significant"],
        method=made["method"].astype("str"),
        note=made["value_note"].astype("str"),
    )


# --- published intervals --------------------------------------------------------------------------


def _by_pair(rows: pd.DataFrame) -> pd.DataFrame:
    """Two groups, each against the other, from their published intervals (MOVER)."""
    sets = rows.groupby(SET)
    other = {name: sets[name].transform("sum") - rows[name] for name in ("value", "lower", "upper")}
    own = (rows["lower"].to_numpy(), rows["upper"].to_numpy())
    limits = (other["lower"].to_numpy(), other["upper"].to_numpy())
    value, against = rows["value"].to_numpy(), other["value"].to_numpy()
    lower, upper = mover_difference(value, own, against, limits)
    low_ratio, high_ratio = mover_ratio(value, own, against, limits)
    return _blank(
        rows,
        reference=OTHER,
        reference_value=other["value"],
        gap=value - against,
        gap_lower=lower,
        gap_upper=upper,
        ratio=value / np.where(against > 0, against, np.nan),
        ratio_lower=low_ratio,
        ratio_upper=high_ratio,
        significant=pd.array((lower > 0) | (upper < 0), dtype="boolean"),
        method="mover",
    )


def _by_everyone(rows: pd.DataFrame) -> pd.DataFrame:
    """Everyone's value inside or outside the group's own interval."""
    whole = rows["overall_value"]
    outside = (whole < rows["lower"]) | (whole > rows["upper"])
    above_zero = whole.where(whole > 0)
    return _blank(
        rows,
        reference=EVERYONE,
        reference_value=whole,
        gap=rows["value"] - whole,
        gap_lower=rows["lower"] - whole,
        gap_upper=rows["upper"] - whole,
        ratio=rows["value"] / above_zero,
        ratio_lower=rows["lower"] / above_zero,
        ratio_upper=rows["upper"] / above_zero,
        significant=pd.array(outside, dtype="boolean"),
        method="ci_overlap_95",
    )


def _untested(rows: pd.DataFrame) -> pd.DataFrame:
    """The difference from everyone, or from the one other group, shown as it is."""
    sets = rows.groupby(SET)["value"]
    two = (sets.transform("size") == 2) & rows["partition"].astype(bool)
    other = (sets.transform("sum") - rows["value"]).where(two)
    reference = np.where(
        other.notna(), OTHER, np.where(rows["overall_value"].notna(), EVERYONE, "")
    )
    against = other.fillna(rows["overall_value"])
    return _blank(
        rows,
        reference=pd.Series(reference, index=rows.index, dtype="str"),
        reference_value=against,
        gap=rows["value"] - against,
        ratio=rows["value"] / against.where(against > 0),
        note="not tested: the source gives neither counts of every group nor intervals",
    )


_WAYS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "composition": _no_test("shares of one whole: compare them with shares of all children"),
    "counts": _by_counts,
    "pair": _by_pair,
    "everyone": _by_everyone,
    "untested": _untested,
}
