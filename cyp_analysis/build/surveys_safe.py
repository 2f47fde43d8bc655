"""Survey figures that must not be shown: bases under ten and numbers of one to four people."""

import pandas as pd

from cyp_analysis.build.disclosure import SUPPRESSED, to_withhold
from cyp_analysis.build.surveys_words import FIGURES
from cyp_analysis.catalogue import DisclosureRule

FEWEST = 10  # people who answered; below it no percentage of them is shown
QUESTION = ["area_code", "survey", "question", "period_label"]
GROUP = [*QUESTION, "group_type", "group"]


def withheld(rows: pd.DataFrame, rule: DisclosureRule) -> pd.DataFrame:
    """The rows, without the figures that a rule of disclosure or a small base withholds.

    In the whole sample an answer goes with the next smallest; a group goes with all its answers,
    and a second group of its kind goes with it, or the total would give it back.
    """
    if rows.empty:
        return rows
    hidden = _small_answers(rows, rule) | (rows["n"] < FEWEST)
    of_group = rows["group"] != ""
    hidden |= _any(hidden, rows, GROUP) & of_group
    hidden |= _second_group(rows, hidden)
    bare = {name: rows[name].mask(hidden) for name in FIGURES}
    bare["sample"] = rows["sample"].mask(hidden)
    return rows.assign(**bare, note=rows["note"].mask(hidden, SUPPRESSED))


def _small_answers(rows: pd.DataFrame, rule: DisclosureRule) -> pd.Series:
    """Answers that the rule for local counts withholds, each group a breakdown of its own.

    The number behind a weighted percentage is that share of the people who answered.
    """
    key = rows[QUESTION].agg("|".join, axis=1)
    day = pd.Timestamp("2000-01-01")
    told = rows["count"].where(rows["n"].isna() | (rows["n"] == rows["weighted_n"]))
    cells = pd.DataFrame(
        {
            "indicator_id": key,
            "area_code": rows["area_code"],
            "period_start": day,
            "period_end": day,
            "age": "",
            "category_type": "answer " + rows["group_type"] + "|" + rows["group"],
            "category": rows["response"],
            "sex": "persons",
            "count": told,
            "denominator": rows["n"],
            "value": rows["percent"],
        }
    )
    return to_withhold(cells, rule, frozenset(key))


def _any(hidden: pd.Series, rows: pd.DataFrame, by: list[str]) -> pd.Series:
    return hidden.groupby([rows[name] for name in by]).transform("any")


def _second_group(rows: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """The smallest other group of each kind of which one group alone is withheld."""
    kind = [*QUESTION, "group_type"]
    of_group = rows["group"] != ""
    groups = rows.assign(hidden=hidden)[of_group].groupby(GROUP, as_index=False)
    each = groups.agg(hidden=("hidden", "any"), n=("n", "max"))
    alone = each.groupby(kind)["hidden"].transform("sum") == 1
    left = each[alone & ~each["hidden"]].sort_values("n", kind="stable", na_position="last")
    chosen = left.drop_duplicates(kind)[GROUP].assign(chosen=True)
    joined = rows[GROUP].merge(chosen, on=GROUP, how="left", validate="many_to_one")
    return joined["chosen"].eq(True).set_axis(rows.index)
