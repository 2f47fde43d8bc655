"""From the arguments of an R call to those of a verb, and from a verb's columns to R's."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.typing import DataFrameGroupBy

from cyp_analysis.errors import UsageError
from cyp_analysis.measures import rows
from cyp_analysis.methods.intervals import as_fraction

Data = pd.DataFrame | DataFrameGroupBy
Levels = float | Sequence[float]

_JOIN = "Join the reference figures to the data by their key, then name the column."
_ABOUT = ["confidence", "statistic", "method"]
_KEPT = {
    "full": (True, True, True, True),
    "standard": (True, True, True, False),
    "value": (True, False, False, False),
    "lower": (False, True, False, False),
    "upper": (False, False, True, False),
}


def unpacked(data: Data) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The table, and `by=` where R would have grouped it beforehand."""
    if isinstance(data, pd.DataFrame):
        return data, {}
    keys = data.keys if isinstance(data, DataFrameGroupBy) else None
    names = [keys] if isinstance(keys, str) else keys
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageError(
            thing="data",
            rule="a table, or a table grouped by columns named as text",
            got=type(data).__name__ if keys is None else repr(keys),
            action='Use for example df.groupby(["area", "year"]).',
        )
    return data.obj, {"by": names}


def column_name(argument: str, name: object) -> str:
    """The name of a column; UsageError for values given instead, which R matches by position."""
    if isinstance(name, str):
        return name
    raise UsageError(
        thing=argument,
        rule="the name of a column of data, as text",
        got=type(name).__name__,
        action=_JOIN,
    )


def only(argument: str, given: object, accepted: object, why: str) -> None:
    """UsageError for what R has and this module has not; `why` says what to do instead."""
    if given != accepted:
        raise UsageError(thing=argument, rule=f"is {accepted!r} here", got=repr(given), action=why)


def only_field(argument: str, given: str) -> None:
    """UsageError for reference figures as a vector, which R matches by position."""
    rows.one_of(argument, given, ("field", "vector"))
    only(argument, given, "field", _JOIN)


def required(argument: str, given: object, why: str) -> None:
    """UsageError for an argument without which R stops as well."""
    if given is None:
        raise UsageError(
            thing=argument, rule="is given", got="None", action=f"{why}, so name it in the call."
        )


def suffix(level: float) -> str:
    """R's ending for the limits of a level: `95_0` for 95%."""
    return f"{100 * as_fraction(level):.1f}".replace(".", "_")


def in_r_columns(
    found: pd.DataFrame,
    confidence: Levels,
    kind: str,
    *,
    words: dict[str, Any],
    names: dict[str, str] | None = None,
) -> pd.DataFrame:
    """A verb's result with R's column names and words, and the columns that `kind` asks for.

    `words` gives the text of `statistic` and what each `method` is called, its own word where it is
    not there; `names` renames other columns and puts them in that order.
    """
    kept = _KEPT[rows.one_of("type", kind, _KEPT)]
    limits, text = _limit_names(confidence)
    renamed = found.rename(columns={**limits, **(names or {})})
    ends = [[name for name in limits.values() if end in name] for end in ("lower", "upper")]
    groups = (["value"], *ends, _ABOUT)
    dropped = [
        name for names_, keep in zip(groups, kept, strict=True) for name in names_ * (not keep)
    ]
    method = renamed["method"].astype("str").replace({**words["method"], "": np.nan})
    described = renamed.assign(confidence=text, statistic=words["statistic"], method=method)
    others = [name for name in described if name not in (*_ABOUT, "value_note")]
    placed = iter([] if names is None else names.values())
    others = [next(placed) if name in (names or {}).values() else name for name in others]
    return described[[*others, *_ABOUT, "value_note"]].drop(columns=dropped)


def _limit_names(confidence: Levels) -> tuple[dict[str, str], str]:
    """Our name of each limit → R's, and R's text for the levels."""
    ours = rows.limit_columns(confidence)
    text = ", ".join(f"{100 * level:g}%" for level in ours.values())
    if len(ours) == 1:  # a list of one level is one level, as in R
        ending = next(iter(ours))
        return {f"{end}_ci{ending}": f"{end}cl" for end in ("lower", "upper")}, text
    return {
        f"{end}_ci{ending}": f"{end}{suffix(level)}cl"
        for ending, level in ours.items()
        for end in ("lower", "upper")
    }, text


def plain_number(number: float) -> str:
    """A multiplier as R prints it in words: 100000, not 1e+05."""
    return str(int(number)) if float(number).is_integer() else f"{number:g}"
