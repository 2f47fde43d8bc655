"""The contracts of the tables: the count table of a loader and the tables of an edition."""

import functools

import numpy as np
import pandas as pd

from cyp_analysis import area_kinds, geography
from cyp_analysis.errors import SchemaError
from cyp_analysis.text_columns import first_of_each_text, is_text, key_codes, plain

ROW_KEY = ["area_code", "period_start", "period_end", "sex", "age", "category_type", "category"]
COUNT_KEY = ["measure", *ROW_KEY]
INDICATOR_KEY = ["indicator_id", *ROW_KEY]
SOURCE_COLUMNS = ["source_id", "source_published", "source_row", "source_file"]

NUMBERS = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]
_FIGURE = [*ROW_KEY[:3], "period_label", *ROW_KEY[3:], *NUMBERS]
# What the build adds to an indicator row by comparing it.
JUDGED_COLUMNS = [
    "benchmark_area_code",
    "benchmark_value",
    "outcome",
    "recent_trend",
    "target_value",
    "target_met",
    "target_variance",
]

COUNT_COLUMNS = [
    "measure",
    *_FIGURE,
    "value_note",
    "published_outcome",
    "published_trend",
    *SOURCE_COLUMNS,
]
INDICATOR_COLUMNS = [
    "indicator_id",
    *_FIGURE,
    "statistic",
    "method",
    *JUDGED_COLUMNS,
    "value_note",
    *SOURCE_COLUMNS,
]
COMPARISON_COLUMNS = [
    *INDICATOR_KEY,
    "benchmark_area_code",
    "benchmark_value",
    "side",
    "outcome",
    "comparison_method",
    "rank",
    "rank_of",
    "rank_tied",
]
DIFFERENCE_COLUMNS = ["what", "area_code", "printed", "computed", "rule", "source_id", "source_row"]

_JUDGED_NUMBERS = ["benchmark_value", "target_value", "target_variance"]
DATES = ["period_start", "period_end", "source_published"]
OUTCOMES = ["better", "worse", "higher", "lower", "similar", "not_compared"]
TRENDS = [
    "increasing",
    "decreasing",
    "increasing_and_getting_better",
    "increasing_and_getting_worse",
    "decreasing_and_getting_better",
    "decreasing_and_getting_worse",
    "no_significant_change",
    "cannot_be_calculated",
]
STATISTICS = ["crude_rate", "proportion", "count", "mean", "published", "ratio"]
METHODS = ["byars", "exact", "wilson", "published", "none"]


def empty_count_table() -> pd.DataFrame:
    """A count table without rows, columns typed as in a full one."""
    return _typed(pd.DataFrame(columns=COUNT_COLUMNS))


def _typed(df: pd.DataFrame) -> pd.DataFrame:
    rows = _with_types(df)
    return rows.assign(**{name: plain(rows[name]) for name in rows if is_text(rows[name])})


def _with_types(df: pd.DataFrame) -> pd.DataFrame:
    """Numbers and dates as such, everything else as text or categories."""
    numbers = {name: "float64" for name in [*NUMBERS, *_JUDGED_NUMBERS] if name in df}
    dates = {name: "datetime64[us]" for name in DATES if name in df}
    others = [c for c in df if c not in numbers and c not in dates and c != "source_row"]
    texts = {c: "str" for c in others if not isinstance(df[c].dtype, pd.CategoricalDtype)}
    return df.astype(numbers | dates | texts | {"source_row": "int64"})


def check_count_table(df: pd.DataFrame) -> pd.DataFrame:
    """The same rows, columns in order and typed; SchemaError on the first rule broken. Columns of
    text may be categories: they are checked as such and written out at the end."""
    thing = "count table"
    rows = _with_types(_in_order(df, COUNT_COLUMNS, thing))
    _validated(_typed(rows[first_of_each_text(rows)]), thing, "count texts")
    return _typed(_validated(rows, thing, "count figures"))


def check_indicator_table(df: pd.DataFrame) -> pd.DataFrame:
    """The same rows, columns in order and typed; SchemaError on the first rule broken."""
    rows = _typed(_in_order(df, INDICATOR_COLUMNS, "indicator table"))
    return _validated(rows, "indicator table", "indicator")


def _in_order(df: pd.DataFrame, columns: list[str], thing: str) -> pd.DataFrame:
    missing = [name for name in columns if name not in df]
    if missing:
        raise SchemaError(
            thing, f"must have the column `{missing[0]}`", list(df), "Mend the loader or the build."
        )
    return df[columns]


def _validated(df: pd.DataFrame, thing: str, kind: str) -> pd.DataFrame:
    from pandera.errors import SchemaErrors

    try:
        return _pandera_schema(kind).validate(df, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        first = cases.iloc[0]
        got = cases.loc[cases["check"] == first["check"], "failure_case"].unique()[:3].tolist()
        column = first["column"] if pd.notna(first["column"]) else "rows"
        rule = f"`{column}`: {first['check']}"
        raise SchemaError(thing, rule, got, "Mend the loader or the build.") from None


@functools.cache
def _pandera_schema(kind: str):  # -> pandera.DataFrameSchema, imported late: it costs a second
    """Rules of a table: `indicator`; of `count` texts and figures apart, for a count table may
    be large and holds few different texts."""
    import pandera.pandas as pa

    name, key = ("indicator_id", INDICATOR_KEY) if kind == "indicator" else ("measure", COUNT_KEY)
    columns = _common_columns(pa, name) | _own_columns(pa, kind)
    checks = [_interval_holds_value(pa), _key_is_unique(pa, key), _start_before_end(pa)]
    figures = [*NUMBERS, "source_row"]
    if kind == "count texts":
        return pa.DataFrameSchema({n: rule for n, rule in columns.items() if n not in figures})
    if kind == "count figures":
        columns = {n: rule for n, rule in columns.items() if n in figures}
    return pa.DataFrameSchema(columns, checks=checks)


def _common_columns(pa, name: str) -> dict:
    text = pa.Check(lambda s: s.notna(), error="must not be missing (use an empty text)")
    return {
        name: pa.Column(str, pa.Check.str_length(min_value=1)),
        "sex": pa.Column(str, pa.Check.isin(["persons", "male", "female"])),
        **{c: pa.Column(str, text) for c in ("age", "category_type", "category", "value_note")},
        "count": pa.Column(float, pa.Check.ge(0), nullable=True),
        "denominator": pa.Column(float, pa.Check.gt(0), nullable=True),
        "source_id": pa.Column(str, pa.Check.str_length(min_value=1)),
        "source_row": pa.Column(int, pa.Check.ge(1)),
        "source_file": pa.Column(str, pa.Check.str_length(min_value=1)),
    }


def _own_columns(pa, kind: str) -> dict:
    """Count tables may hold wards and the like; indicators are of the areas listed."""
    if kind != "indicator":
        area = pa.Check(
            _is_area,
            error="must be in data/reference/areas.csv or of a kind there",
        )
        return {"area_code": pa.Column(str, area)}
    return _indicator_columns(pa)


def _is_area(codes: pd.Series) -> pd.Series:
    place, different = pd.factorize(codes)
    known = (area_kinds.kinds(pd.Series(different, dtype="str")) != "").to_numpy()
    return pd.Series(np.append(known, False)[place], index=codes.index)


def _indicator_columns(pa) -> dict:
    known = geography.known_codes()
    area = pa.Check(lambda s: s.isin(known), error="must be in data/reference/areas.csv")
    return {
        "area_code": pa.Column(str, area),
        "statistic": pa.Column(str, pa.Check.isin(STATISTICS)),
        "method": pa.Column(str, pa.Check.isin(METHODS)),
        "outcome": pa.Column(str, pa.Check.isin(OUTCOMES)),
        "recent_trend": pa.Column(str, pa.Check.isin(["", *TRENDS])),
        "target_met": pa.Column(str, pa.Check.isin(["", "met", "not_met"])),
    }


def _interval_holds_value(pa):
    def holds(df: pd.DataFrame) -> pd.Series:
        slack = 1e-9 * df["value"].abs().clip(lower=1)
        outside = (df["value"] < df["lower_ci_95"] - slack) | (
            df["value"] > df["upper_ci_95"] + slack
        )
        return ~outside

    return pa.Check(holds, name="interval", error="the interval must contain the value")


def _key_is_unique(pa, key: list[str]):
    def alone(df: pd.DataFrame) -> pd.Series:
        code = key_codes(df, key)
        return pd.Series(np.bincount(code)[code] == 1, index=df.index)

    return pa.Check(alone, name="key", error="one row for each key")


def _start_before_end(pa):
    return pa.Check(
        lambda df: df["period_start"] <= df["period_end"],
        name="period",
        error="period_start must not be after period_end",
    )
