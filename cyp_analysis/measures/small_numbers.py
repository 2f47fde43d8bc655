"""Small numbers in a table: withheld with all that gives them back, or rounded."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.catalogue import DisclosureRule
from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.measures.disclosure_control import (
    control,
    leaves_gaps,
    refuse_added,
    revealing,
    rules,
)
from cyp_analysis.measures.margins import margin_columns, margins_of
from cyp_analysis.measures.reasons import with_columns
from cyp_analysis.methods import disclosure_rules
from cyp_analysis.methods.arguments import whole_number

_SUPPRESS_ADDS = ("suppressed", "symbol", "shown", "rule", "value_note")
_ROUND_ADDS = ("rounded_to", "value_note")
_PURPOSE = {
    "by": "leaves gaps which a total can give back",
    "rule": "is about counts",
    "percentage": "has a symbol for small percentages",
}


def suppress(
    df: pd.DataFrame,
    count: str = "count",
    *,
    rule: str = "nhs_hes",
    geography: str = "sub_national",
    also: Sequence[str] | None = None,
    by: str | list[str] | list[list[str]] | None = None,
    total: str | list[str | None] | None = None,
    percentage: str | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """Withhold small counts by a published rule, with every figure that would give them back.

    A withheld count and the columns `also` go missing; suppressed, symbol, shown (the text for a
    reader, rounded as the rule says), rule and value_note are added. Unless named, `also` is value,
    denominator, all limits and whatever else the functions of this package work out of them, such
    as p_value, gap_percent, rank, side or expected. Zero stays; what was missing is not suppressed.
    Rules about rates withhold what rests on the value and leave the count. `geography` is a word or
    a column of words. `by` names the columns of a margin, or several margins, each a list of
    columns: the next smallest count goes too until the margin gives none back. `total` names the
    true-or-false column of rows that are the total of their margin, one for each margin.
    `percentage` names a column of which small values get k. `strict` raises SchemaError for a count
    that is missing or impossible, never for one that is withheld. Rules and their sources:
    data/catalogue/disclosure.yml.
    """
    here = control(df, count, rows.one_of("rule", rule, rules()), geography)
    kept = [geography, *margin_columns(by, total)]
    names = _gone(df, here.rule, percentage, kept) if also is None else _listed(also)
    refuse_added([count, *names], _SUPPRESS_ADDS)
    if by is not None:
        _needs("by", rule, [name for name, each in rules().items() if leaves_gaps(each)])
    withheld, exposed = here.withheld(margins_of(df, by, total))
    table = here.bared(df, withheld, exposed, [name for name in names if name != count])
    if here.rule.withholds != "rate":
        table = table.assign(**{count: np.where(withheld, np.nan, here.count)})
    added = {
        "suppressed": withheld,
        "symbol": pd.array(here.symbols(withheld, _share(df, percentage, rule)), dtype="str"),
        "shown": pd.array(here.shown(withheld), dtype="str"),
        "rule": rows.constant(rule, len(df)),
    }
    return with_columns(table, added, here.why, strict)


def round_counts(
    df: pd.DataFrame,
    count: str = "count",
    *,
    to: int | None = None,
    rule: str | None = None,
    geography: str = "sub_national",
    strict: bool = False,
) -> pd.DataFrame:
    """Round a count to the nearest multiple of `to` (5 unless said), or as a rule says, halves up.

    The count gives way to the rounded one and rounded_to is added, missing where nothing is
    rounded. Under a rule a small count goes missing with all that gives it back, as in `suppress`,
    or becomes the number that the rule puts in its place. Other figures are left: a value made of
    the unrounded count gives it back, so work it out again from the rounded one.
    Missing stays missing; `strict` raises SchemaError for a count that is missing or impossible.
    """
    refuse_added([count], _ROUND_ADDS)
    if to is not None and rule is not None:
        got = f"to={to!r} and rule={rule!r}"
        raise UsageError("round_counts", "takes to or rule", got, "Leave one of them out.")
    here = control(df, count, rule, geography)
    if rule is None:
        unit = np.full(len(df), float(whole_number("to", 5 if to is None else to)))
    else:
        _needs("rule", rule, [n for n, each in rules().items() if each.withholds == "count"])
        unit = disclosure_rules.rounding(here.rule, here.geography)
    withheld, exposed = here.withheld([])
    rounded = disclosure_rules.round_half_up(here.count, unit)
    rounded = np.where(withheld, here.rule.shown_as or np.nan, rounded)
    names = [name for name in revealing(df, here.rule) if name != count]
    table = here.bared(df, withheld, exposed, names).assign(**{count: rounded})
    added = {"rounded_to": np.where(np.isnan(rounded), np.nan, unit)}
    return with_columns(table, added, here.why, strict)


def _needs(word: str, rule: str, rules: Sequence[str]) -> None:
    """UsageError for a rule that an argument makes no sense with."""
    if rule not in rules:
        raise UsageError(
            thing=word,
            rule=f"goes with a rule that {_PURPOSE[word]}: {', '.join(rules)}",
            got=repr(rule),
            action=f"Choose one of them, or leave {word} out.",
        )


def _listed(names: str | Sequence[str]) -> list[str]:
    """One name or several as a list."""
    return [names] if isinstance(names, str) else list(names)


def _gone(
    df: pd.DataFrame, rule: DisclosureRule, percentage: str | None, kept: Sequence[str]
) -> list[str]:
    """The columns that go along with a count unless they are named; those of margins are kept."""
    share = [] if percentage is None else [percentage]
    found = dict.fromkeys([*revealing(df, rule), *share])
    return [name for name in found if name not in kept]


def _share(df: pd.DataFrame, percentage: str | None, rule: str) -> np.ndarray:
    """The percentages of which small ones get a symbol; missing where no column is named."""
    if percentage is None:
        return np.full(len(df), np.nan)
    _needs("percentage", rule, [n for n, each in rules().items() if each.low_percentage])
    return rows.numbers(df, percentage)
