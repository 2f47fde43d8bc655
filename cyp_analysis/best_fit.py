"""Counts of small areas → counts of larger ones, or of the same areas as redrawn, by a lookup.

Only counts and denominators are added up; a rate of a larger area comes from its own count and
denominator, never from the rates of its parts. A small area that belongs to several others cannot
be divided without knowing where its people live, so that those others have no figure. Lookups
are tables with columns such as `lsoa_code_2021` and `ward_code_2024`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from cyp_analysis.errors import AreaError

NUMBERS = ("count", "denominator")
CHANGE = "change"

_COLUMN = re.compile(r"(?P<kind>.+)_code(?:_(?P<year>[0-9]{4}))?")
_PLURALS = {"lsoa": "LSOAs", "msoa": "MSOAs", "output_area": "output areas", "ward": "wards",
            "lad": "districts", "utla": "upper-tier authorities", "county": "counties",
            "region": "regions", "constituency": "constituencies"}  # fmt: skip
_SOME = 5


@dataclass(frozen=True)
class Moved:
    """`rows` of the larger areas; `problems` (area_code, problem) for every small area that is in
    none of them and every larger area without a figure."""

    rows: pd.DataFrame = field(repr=False)
    problems: pd.DataFrame = field(repr=False)


def to_larger_areas(
    rows: pd.DataFrame,
    lookup: pd.DataFrame,
    from_: str,
    to: str,
    by: Iterable[str] = (),
) -> Moved:
    """Counts and denominators of areas added up to those that a lookup puts them in.

    `rows` has area_code, `count` or `denominator` or both, and the columns `by` that keep figures
    apart (measure, period, sex …); each area once in each group. `from_` and `to` are columns of
    the lookup. The result has `by`, area_code (of `to`), the numbers, `parts` (areas added up)
    and `value_note`, which names the fit and the years. A larger area has a number only if the
    lookup puts its small areas nowhere else and all of them have that number; otherwise it is
    missing and the note says why. Areas of `rows` that the lookup does not have are listed.

    AreaError for a column that is not there, or an area twice in a group.
    """
    by = list(by)
    _check(rows, lookup, (from_, to), by)
    pairs = _pairs(lookup, from_, to)
    numbers = [name for name in NUMBERS if name in rows]
    known = rows["area_code"].isin(pairs["area_code"])
    lost = rows.loc[~known, "area_code"].drop_duplicates()
    joined = _with_expected(rows[known], by, numbers).merge(pairs, on="area_code")
    made = _added_up(joined, pairs, by, numbers)
    made = made.assign(value_note=_notes(made, numbers, _fit(from_, to)))
    told = [(code, f"not in `{from_}` of the lookup: left out") for code in lost]
    without = made.loc[made["value_note"] != _fit(from_, to)].drop_duplicates("to")
    told += list(without[["to", "value_note"]].itertuples(index=False, name=None))
    problems = pd.DataFrame(told, columns=["area_code", "problem"], dtype="str")
    made = made.rename(columns={"to": "area_code"})
    return Moved(made[[*by, "area_code", *numbers, "parts", "value_note"]], problems)


def ward_vintage(
    codes: Iterable[str], lookups: Iterable[pd.DataFrame], kind: str = "ward"
) -> tuple[int, ...]:
    """The years, earliest first, whose wards (or other kind of area) all the codes are.

    Years come from the lookups: columns like `ward_code_2024`, or `ward_code` with `first_year`
    and `last_year`. AreaError where no year has all codes: they are of several years mixed, or
    in no lookup at all.
    """
    wanted = pd.Index(sorted(set(codes)))
    known = pd.concat([_years(lookup, kind) for lookup in lookups], ignore_index=True)
    known = known[known["code"].isin(wanted)].drop_duplicates()
    many = known.groupby("year")["code"].nunique().sort_index()
    whole = tuple(int(year) for year in many.index[many == len(wanted)])
    if len(wanted) and whole:
        return whole
    unknown = wanted.difference(known["code"])
    found = ", ".join(f"{count} are of {year}" for year, count in many.items()) or "none is known"
    lost = f"; in no lookup: {', '.join(unknown[:_SOME])}" if len(unknown) else ""
    raise AreaError(
        f"{len(wanted)} codes of {_plural(kind)}",
        "must all be of one year",
        f"{found}{lost}",
        "Use figures of one set of boundaries, or move them to it first.",
    )


def _check(rows: pd.DataFrame, lookup: pd.DataFrame, columns: tuple[str, str], by: list) -> None:
    """AreaError for columns that are not there and areas that stand twice in a group."""
    needed = {"rows": (rows, ["area_code", *by]), "lookup": (lookup, columns)}
    for thing, (table, names) in needed.items():
        lacking = [name for name in names if name not in table]
        if lacking:
            got = ", ".join(map(str, table.columns))
            raise AreaError(thing, f"must have the column `{lacking[0]}`", got, "Name one of them.")
    again = rows.duplicated([*by, "area_code"])
    if again.any():
        raise AreaError(
            "rows",
            "must have each area once in each group of `by`",
            f"{rows.loc[again, 'area_code'].iloc[0]} twice",
            "Name the columns that tell the rows apart in `by`.",
        )


def _pairs(lookup: pd.DataFrame, from_: str, to: str) -> pd.DataFrame:
    """area_code, to, `single` (the area is wholly in it) and `whole` (so are all areas in it)."""
    pairs = lookup[[from_, to]].drop_duplicates().set_axis(["area_code", "to"], axis=1)
    pairs = pairs[(pairs["area_code"] != "") & (pairs["to"] != "")].dropna()
    single = ~pairs["area_code"].duplicated(keep=False)
    divided = pairs["area_code"].where(~single).groupby(pairs["to"]).first()
    return pairs.assign(
        single=single,
        divided=pairs["to"].map(divided).astype("str").fillna(""),
        parts=pairs.groupby("to")["area_code"].transform("size"),
    )


def _with_expected(rows: pd.DataFrame, by: list, numbers: list[str]) -> pd.DataFrame:
    """Rows with true or false for each number: whether its group should have it. A denominator
    that a whole group is without was never given; a count always is to be expected."""
    kept = rows[[*by, "area_code", *numbers]]
    keys = [rows[name] for name in by] or [pd.Series("", index=rows.index)]
    given = {n: rows[n].notna().groupby(keys, dropna=False).transform("any") for n in numbers}
    given["count"] = pd.Series(True, index=rows.index)
    return kept.assign(**{f"expected_{name}": given[name] for name in numbers})


def _added_up(joined: pd.DataFrame, pairs: pd.DataFrame, by: list, numbers: list) -> pd.DataFrame:
    """One row per group and larger area: sums of complete numbers, and what is incomplete."""
    groups = joined.groupby([*by, "to"], sort=False, dropna=False, observed=True)
    made = groups[numbers].sum(min_count=1)
    given = groups[numbers].count()
    expected = [f"expected_{name}" for name in numbers]
    first = groups[["parts", "divided", *expected]].first()
    complete = given.eq(first["parts"], axis=0)
    exact = first["divided"] == ""
    made = made.where(complete & exact.to_numpy()[:, None])
    lacking = given.rsub(first["parts"], axis=0)
    for name in numbers:
        lacking[name] = lacking[name].where(first[f"expected_{name}"], 0)
    lacking = lacking.add_prefix("lacking_")
    return pd.concat([made, first, lacking], axis=1).reset_index()


def _notes(made: pd.DataFrame, numbers: list[str], fit: str) -> pd.Series:
    """The fit, or why there is no number."""
    note = pd.Series(fit, index=made.index, dtype="str")
    for name in reversed(numbers):
        lacking = made[f"lacking_{name}"]
        why = f"{name} of " + lacking.astype("str") + " of its " + made["parts"].astype("str")
        note = note.mask(lacking > 0, why + f" areas missing; {fit}")
    divided = made["divided"]
    why = divided + " lies in several areas and cannot be divided without weights; " + fit
    return note.mask(divided != "", why)


def _fit(from_: str, to: str) -> str:
    return f"best fit of {_said(from_)} to {_said(to)}"


def _said(column: str) -> str:
    """`ward_code_2024` → `wards of 2024`."""
    match = _COLUMN.fullmatch(column)
    if not match:
        return f"`{column}`"
    year = f" of {match['year']}" if match["year"] else ""
    return f"{_plural(match['kind'])}{year}"


def _plural(kind: str) -> str:
    return _PLURALS.get(kind, f"areas ({kind})")


def _years(lookup: pd.DataFrame, kind: str) -> pd.DataFrame:
    """code and year of each area of a kind that a lookup speaks of."""
    parts = [pd.DataFrame({"code": pd.Series(dtype="str"), "year": pd.Series(dtype="int64")})]
    for name in lookup:
        match = _COLUMN.fullmatch(str(name))
        if match and match["kind"] == kind and match["year"]:
            parts.append(pd.DataFrame({"code": lookup[name], "year": int(match["year"])}))
    if {f"{kind}_code", "first_year", "last_year"} <= set(lookup):
        spans = zip(lookup["first_year"], lookup["last_year"], strict=True)
        years = [list(range(int(first), int(last) + 1)) for first, last in spans]
        parts.append(pd.DataFrame({"code": lookup[f"{kind}_code"], "year": years}).explode("year"))
    return pd.concat(parts, ignore_index=True).astype({"code": "str", "year": "int64"})
