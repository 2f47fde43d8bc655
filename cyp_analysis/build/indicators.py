"""Count tables + catalogue → indicator table: every indicator, every area, every period at once."""

from collections.abc import Iterable

import pandas as pd

from cyp_analysis import geography, measures
from cyp_analysis.catalogue import Catalogue, Indicator, Measured
from cyp_analysis.catalogue_model import IMPLIED, OWN
from cyp_analysis.errors import SourceError
from cyp_analysis.schema import (
    COUNT_COLUMNS,
    INDICATOR_COLUMNS,
    JUDGED_COLUMNS,
    NUMBERS,
    ROW_KEY,
    empty_count_table,
)

IMPLIED_NOTE = "denominator implied by the published count and value"
Counts = dict[tuple[str, str], pd.DataFrame]


def build_indicators(counts: Iterable[pd.DataFrame], catalogue: Catalogue) -> pd.DataFrame:
    """Indicator rows, without comparisons, trends or targets yet; empty where no data arrived.

    One row = indicator × area × period × sex × age × category. A value that cannot be known is
    missing, with the reason in `value_note`.
    """
    by_measure = split_by_measure(counts, catalogue)
    built = [
        indicator_rows(indicator, by_measure)
        for indicator in catalogue.indicators.values()
        if has_data(indicator, by_measure)
    ]
    columns = [*(c for c in INDICATOR_COLUMNS if c not in JUDGED_COLUMNS), *PRINTED]
    return pd.concat(built, ignore_index=True)[columns] if built else pd.DataFrame(columns=columns)


# What the publisher printed beside its figures: kept for the checks, not for the edition.
PRINTED = ["printed_value", "published_outcome", "published_trend"]


def split_by_measure(counts: Iterable[pd.DataFrame], catalogue: Catalogue) -> Counts:
    """(dataset, measure) → its rows from every file; the newest file wins a key.

    Newest: published last (undated before dated), then reaching furthest, then last by name.
    SourceError if two files of one release of a source give different figures for a key.
    """
    tables = [table.assign(reaches=table["period_end"].max()) for table in counts if len(table)]
    if not tables:
        return {}
    everything = pd.concat(tables, ignore_index=True)
    # Wards and the like are read too; indicators are of upper-tier authorities and above.
    everything = everything[everything["area_code"].isin(geography.known_codes())]
    refuse_two_figures(everything)
    everything = everything.sort_values(
        ["source_published", "reaches", "source_file"], na_position="first"
    )
    dataset = {source.id: source.dataset for source in catalogue.sources.values()}
    everything["dataset"] = everything["source_id"].map(dataset)
    newest = everything.drop_duplicates(["dataset", "measure", *ROW_KEY], keep="last")
    return {
        key: rows[COUNT_COLUMNS].reset_index(drop=True)
        for key, rows in newest.groupby(["dataset", "measure"], sort=False)
    }


def refuse_two_figures(rows: pd.DataFrame) -> None:
    """SourceError if files of one source, date and reach differ: none of them is the newer."""
    key = ["source_id", "source_published", "reaches", "measure", *ROW_KEY]
    rivals = rows[rows.duplicated(key, keep=False)]
    number = rivals.groupby(key, dropna=False).ngroup()
    figures = rivals[["count", "value"]].groupby(number)
    low, high, known = (figures.transform(how) for how in ("min", "max", "count"))
    partly = (known > 0) & known.lt(number.map(number.value_counts()), axis=0)
    differ = (partly | (high - low > 1e-9 * high.abs())).any(axis=1)
    if differ.any():
        raise _two_figures(rivals[number == number[differ].iloc[0]])


def _two_figures(rivals: pd.DataFrame) -> SourceError:
    first, names = rivals.iloc[0], rivals["source_file"].unique()
    files = " and ".join(names) if len(names) > 1 else f"two files named {names[0]}"
    rule = f"files of `{first['source_id']}` of one release must agree"
    key = ["measure", "area_code", "period_label", "sex", "age", "category"]
    got = f"two figures for {', '.join(first[name] for name in key if first[name])}"
    action = "Remove the file that is out of date"
    if pd.isna(first["source_published"]):
        action += ", or put each into a folder named by its day of publication, as in 2024-11-22"
    return SourceError(files, rule, got, f"{action}.")


def first_part(indicator: Indicator) -> Measured:
    """The part that decides which rows exist: the printed value, else the numerator."""
    return indicator.value or indicator.numerator


def has_data(indicator: Indicator, by_measure: Counts) -> bool:
    """True if the measure that the indicator starts from has arrived."""
    part = first_part(indicator)
    return (part.source, part.measure) in by_measure


def select(by_measure: Counts, part: Measured) -> pd.DataFrame:
    """Rows of one measure: headline rows, one chosen category as headline, or a breakdown."""
    rows = by_measure.get((part.source, part.measure))
    if rows is None:
        return empty_count_table()
    rows = rows[rows["category_type"] == part.category_type]
    if not part.category:
        return rows
    chosen = rows[rows["category"] == part.category]
    return chosen.assign(category_type="", category="")


def indicator_rows(indicator: Indicator, by_measure: Counts) -> pd.DataFrame:
    """All rows of one indicator, with value and interval."""
    rows = without_unusable(select(by_measure, first_part(indicator)), indicator)
    return (
        rows.assign(printed_value=rows["value"])
        .pipe(add_count, indicator, by_measure)
        .pipe(add_denominator, indicator, by_measure)
        .pipe(add_value, indicator)
        # A base of zero has done its work by now: the note says that nothing can be divided by it.
        .assign(
            indicator_id=indicator.id,
            denominator=lambda done: done["denominator"].where(done["denominator"] > 0),
        )
    )


def without_unusable(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Figures of areas that the catalogue calls unusable go missing, with its reason as note."""
    why = rows["area_code"].map(indicator.unusable)
    blank = {name: rows[name].mask(why.notna()) for name in ("count", *NUMBERS[2:])}
    return rows.assign(**blank, value_note=rows["value_note"].mask(why.notna(), why))


def add_count(rows: pd.DataFrame, indicator: Indicator, by_measure: Counts) -> pd.DataFrame:
    """The count behind a printed value, where the catalogue names a measure for it."""
    part = indicator.numerator
    if part is None or part == first_part(indicator):
        return rows
    counts = select(by_measure, part)[[*ROW_KEY, "count"]]
    return rows.drop(columns="count").merge(counts, on=ROW_KEY, how="left", validate="one_to_one")


def add_denominator(rows: pd.DataFrame, indicator: Indicator, by_measure: Counts) -> pd.DataFrame:
    """The denominator of the same row, implied by count and value, or of another dataset."""
    part = indicator.denominator
    if part is None or part.source == OWN:
        return rows
    if part.source == IMPLIED:
        return implied_denominator(rows, indicator.multiplier)
    return joined_denominator(rows, select(by_measure, part), part.lag_years)


def implied_denominator(rows: pd.DataFrame, multiplier: float) -> pd.DataFrame:
    """count ÷ published value × multiplier; missing where either is missing or the value is 0."""
    implied = rows["count"] / rows["value"].where(rows["value"] > 0) * multiplier
    return with_note(rows.assign(denominator=implied), implied.notna(), IMPLIED_NOTE)


def joined_denominator(rows: pd.DataFrame, population: pd.DataFrame, lag: int) -> pd.DataFrame:
    """The count of another measure for the same area and sex: of the same period or, where the
    catalogue gives a lag, of the year so many years before the one that the period ends in."""
    counted = population.assign(denominator=population["count"])
    if lag:
        counted = counted.assign(year=counted["period_end"].dt.year + lag)
        rows = rows.assign(year=rows["period_end"].dt.year)
    key = ["area_code", "sex", *(["year"] if lag else ["period_start", "period_end"])]
    return (
        rows.drop(columns="denominator")
        .merge(counted[[*key, "denominator"]], on=key, how="left", validate="many_to_one")
        .drop(columns="year", errors="ignore")
    )


def with_note(rows: pd.DataFrame, where: pd.Series, note: str) -> pd.DataFrame:
    """Append a note to `value_note` of the rows chosen."""
    old = rows["value_note"]
    longer = (old + "; " + note).where(old != "", note)
    return rows.assign(value_note=old.where(~where, longer))


def add_value(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Value, interval, statistic and method as the catalogue says."""
    computed = indicator.statistic in ("crude_rate", "proportion")
    rows = rows if computed or indicator.value else rows.assign(value=count_value(rows, indicator))
    if computed or indicator.interval in ("poisson", "wilson"):
        rows = computed_interval(rows, indicator, keep_value=not computed)
    if indicator.interval == "none":
        # Everybody is counted, or chance is not what the figure is about.
        rows = rows.assign(lower_ci_95=float("nan"), upper_ci_95=float("nan"))
    if indicator.interval not in ("poisson", "wilson"):
        rows = rows.assign(method=indicator.interval)
    return rows.assign(statistic=indicator.statistic).pipe(no_interval_without_value)


def count_value(rows: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """The value of a count is the count; of a mean or ratio it is the number printed."""
    return rows["count"] if indicator.statistic == "count" else rows["value"]


def computed_interval(
    rows: pd.DataFrame, indicator: Indicator, *, keep_value: bool
) -> pd.DataFrame:
    """Interval (and value, unless it was printed) from count and denominator."""
    printed = rows["value"]
    bare = rows.drop(columns=["value", "lower_ci_95", "upper_ci_95"])
    if indicator.interval == "wilson" or indicator.statistic == "proportion":
        done = measures.proportion(bare, count="count", denominator="denominator")
    else:
        done = measures.rate(
            bare, count="count", denominator="denominator", per=indicator.multiplier
        )
    done = done.rename(columns={"lower_ci": "lower_ci_95", "upper_ci": "upper_ci_95"})
    method = done["method"].astype("str").where(done["lower_ci_95"].notna(), "none")
    done = done.assign(method=method)
    if not keep_value:
        return done
    # A printed value stands even where no interval can be had, so its note is no excuse.
    return done.assign(value=printed, value_note=rows["value_note"])


def no_interval_without_value(rows: pd.DataFrame) -> pd.DataFrame:
    """A row without a value shows no limits either: limits would give the value away."""
    unknown = rows["value"].isna()
    return rows.assign(
        lower_ci_95=rows["lower_ci_95"].mask(unknown),
        upper_ci_95=rows["upper_ci_95"].mask(unknown),
        method=rows["method"].mask(unknown, "none"),
    )
