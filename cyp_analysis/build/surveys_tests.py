"""Tests of survey percentages: a group against everyone else, a wave against the one before."""

import numpy as np
import pandas as pd

from cyp_analysis import measures

_WAVE = ["area_code", "series", "question", "response", "group_type", "group"]
_ANSWER = ["area_code", "survey", "question", "response", "period_label"]
_TOTAL = ["percent", "n", "weighted_n", "effective_n"]
NO_BASE = "not tested: the number of people asked is not printed for both"


def against_rest(rows: pd.DataFrame) -> pd.DataFrame:
    """`rest_…`: each group against all who are not in it, of the same question and wave.

    The rest is the whole sample less the group: different people, so the test is of two samples.
    Their effective base is Kish's, as methods.surveys.rest_of_set has it.
    """
    totals = rows[rows["group"] == ""].drop_duplicates(_ANSWER)
    whole = rows[_ANSWER].merge(
        totals[[*_ANSWER, *_TOTAL]], on=_ANSWER, how="left", validate="many_to_one"
    )
    rest = _rest(rows, whole.set_axis(rows.index))
    is_group = (rows["group"] != "") & rows["percent"].notna()
    return _tested(rows, rest, is_group, "rest")


def _rest(rows: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Percentage and effective base of those outside each group; missing if nobody is."""
    weight = (whole["weighted_n"] - rows["weighted_n"]).where(lambda left: left > 0)
    number = whole["weighted_n"] * whole["percent"] - rows["weighted_n"] * rows["percent"]
    squares = whole["weighted_n"] ** 2 / whole["effective_n"]
    squares = squares - rows["weighted_n"] ** 2 / rows["effective_n"]
    base = weight**2 / squares.where(squares > 0)
    return pd.DataFrame({"percent": (number / weight).clip(0, 100), "base": base})


def against_earlier_wave(rows: pd.DataFrame) -> pd.DataFrame:
    """`wave_…` and `earlier_…`: each figure against the same figure of the wave before it."""
    dated = rows[rows["period_end"].notna() & rows["percent"].notna()]
    ordered = dated.sort_values("period_end", kind="stable").groupby(_WAVE)
    columns = ["period_label", "percent", "effective_n"]
    earlier = ordered[columns].shift().reindex(rows.index)
    found = pd.DataFrame({"percent": earlier["percent"], "base": earlier["effective_n"]})
    tested = _tested(rows, found, found["percent"].notna(), "wave")
    label = earlier["period_label"].astype("str").fillna("")
    return tested.assign(earlier_label=label, earlier_percent=found["percent"]).drop(
        columns="wave_percent"
    )


def _tested(rows: pd.DataFrame, other: pd.DataFrame, asked: pd.Series, prefix: str) -> pd.DataFrame:
    """The difference from `other` with its limits and p-value, and on which side it lies."""
    pair = rows.assign(other_value=other["percent"], other_base=other["base"])
    if rows.empty:
        empty = dict.fromkeys(("percent", "difference", "lower", "upper", "p"), np.nan)
        words = {f"{prefix}_{name}": "" for name in ("side", "note")}
        return rows.assign(**{f"{prefix}_{n}": v for n, v in empty.items()}, **words)
    made = measures.survey_change(pair, "percent", "effective_n")
    side = pd.Series(np.where(made["difference"] > 0, "higher", "lower"), index=rows.index)
    side = side.mask(~made["significant"].fillna(False).astype(bool), "similar")
    testable = asked & made["p_value"].notna()
    figures = {
        "percent": other["percent"],
        "difference": made["difference"],
        "lower": made["difference_lower_ci"],
        "upper": made["difference_upper_ci"],
        "p": made["p_value"],
    }
    words = {
        "side": side.where(testable, "not_compared"),
        "note": pd.Series("", index=rows.index, dtype="str").mask(asked & ~testable, NO_BASE),
    }
    shown = {f"{prefix}_{name}": values.where(asked) for name, values in figures.items()}
    return rows.assign(**shown, **{f"{prefix}_{n}": v.astype("str") for n, v in words.items()})
