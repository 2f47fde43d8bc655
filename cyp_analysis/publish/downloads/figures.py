"""The figures of an area as tidy rows, one row = one figure, with the words of the page.

Rows come from the edition through the same selection as the chapters, missing figures included.
"""

from collections.abc import Sequence

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Source
from cyp_analysis.present import words
from cyp_analysis.present.selection import Selection
from cyp_analysis.schema import INDICATOR_KEY

NUMBERS = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]
VERDICT = "verdict_against_"
NO_INTERVAL = "z"


def area_figures(selection: Selection) -> pd.DataFrame:
    """Every figure of the area and of the areas that it lies in, with names, units, verdicts and
    sources; `<number>_missing` holds the shorthand letter of each missing number."""
    known = selection.catalogue.indicators
    rows = selection.rows[selection.rows["indicator_id"].isin(known)]
    rows = rows.sort_values([*INDICATOR_KEY], kind="stable").reset_index(drop=True)
    names = {indicator.id: indicator.name for indicator in known.values()}
    units = {indicator.id: indicator.unit.strip() for indicator in known.values()}
    figures = rows.assign(
        indicator=rows["indicator_id"].map(names),
        unit=rows["indicator_id"].map(units),
        area=_named(rows["area_code"]),
        benchmark=_named(rows["benchmark_area_code"]),
        trend=rows["recent_trend"].map(words.trend_words),
    )
    figures = add_letters(figures).pipe(add_sources, selection.catalogue.sources)
    return add_verdicts(figures, selection.comparisons, benchmark_names(selection))


def _named(codes: pd.Series) -> pd.Series:
    names = {code: geography.name(code) if code else "" for code in codes.unique()}
    return codes.map(names)


def add_letters(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns `<number>_missing`: the letter of the shorthand, empty where there is a number.

    The value's note says why the figure is missing; beside a known value a number was not
    published, and limits were not worked out.
    """
    notes = {note: words.missing_letter(note) for note in rows["value_note"].unique()}
    reason = rows["value_note"].map(notes).where(rows["value"].isna(), "x")
    letters = {f"{name}_missing": reason.where(rows[name].isna(), "") for name in NUMBERS}
    for name in ("lower_ci_95", "upper_ci_95"):
        none = rows[name].isna() & rows["value"].notna()
        letters[f"{name}_missing"] = letters[f"{name}_missing"].mask(none, NO_INTERVAL)
    return rows.assign(**letters)


def add_sources(rows: pd.DataFrame, sources: dict[str, Source]) -> pd.DataFrame:
    """Columns `source` (publisher and title) and `licence`."""
    used = {name: sources.get(name) for name in rows["source_id"].unique()}
    cited = {name: f"{s.publisher}, {s.title}" if s else name for name, s in used.items()}
    licences = {name: s.licence if s else "" for name, s in used.items()}
    return rows.assign(source=rows["source_id"].map(cited), licence=rows["source_id"].map(licences))


def benchmark_names(selection: Selection) -> dict[str, str]:
    """Code → name of the areas that the area lies in, the widest last."""
    return {code: geography.name(code) for code in selection.own_codes[1:]}


def add_verdicts(
    rows: pd.DataFrame, comparisons: pd.DataFrame, benchmarks: dict[str, str]
) -> pd.DataFrame:
    """A column `verdict_against_<area>` for each benchmark that any row is compared with."""
    for code, name in benchmarks.items():
        against = comparisons[comparisons["benchmark_area_code"] == code]
        if against.empty:
            continue
        column = VERDICT + name.lower().replace(" ", "_")
        pairs = zip(against["outcome"], against["side"], strict=True)
        said = against[INDICATOR_KEY].assign(
            **{column: [words.verdict_words(*pair) for pair in pairs]}
        )
        rows = rows.merge(said, on=INDICATOR_KEY, how="left", validate="one_to_one")
        rows[column] = rows[column].fillna("Not compared")
    return rows


def verdict_columns(rows: pd.DataFrame) -> list[str]:
    """The columns that `add_verdicts` made."""
    return [name for name in rows.columns if name.startswith(VERDICT)]


def of_chapter(figures: pd.DataFrame, ids: Sequence[str]) -> pd.DataFrame:
    """The rows of a chapter's indicators, in the chapter's order."""
    rows = figures[figures["indicator_id"].isin(ids)]
    order = rows["indicator_id"].map({name: place for place, name in enumerate(ids)})
    return rows.iloc[order.argsort(kind="stable")].reset_index(drop=True)
