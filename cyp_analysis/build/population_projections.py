"""Population to come → the `projections` table, each series by its own method.

Publishers' projections are taken as they are, with the first year of the file as their base. Where
an estimate by single year of age is there, `ageing_on` lets today's children grow older with nobody
born, moving or dying: it says how large the age groups of school are to become that are alive now.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.places_sources import PROJECTED, projection_datasets
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.loaders import CountTable
from cyp_analysis.schema import SOURCE_COLUMNS

AGEING_ON = "ageing_on"
ESTIMATES, BY_YEAR = "ons_population_single_year", "population_by_single_year"
AGEING_NOTE = "today's children grown older: nobody moves in or out"
# Bands that are alive today for as many years ahead as their first age.
BANDS = ((5, 10), (11, 15), (16, 17))
YEARS_AHEAD = 5
_KEY = ["series", "area_code", "age"]


def build_projections(inputs: Inputs) -> pd.DataFrame:
    """One row = series × area × ages × year; both sexes together; change since the base year."""
    wanted = projection_datasets(inputs.catalogue)
    published = [_published(t) for t in inputs.counts if t.source.dataset in wanted]
    parts = [part for part in (*published, _ageing_on(inputs.counts)) if len(part)]
    if not parts:
        return pd.DataFrame(columns=TABLES["projections"])
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.sort_values([*_KEY, "period_end", "source_published"], na_position="first")
    return _since_base(rows.drop_duplicates([*_KEY, "period_end"], keep="last"))


def _published(table: CountTable) -> pd.DataFrame:
    """All persons by band of a publisher's projection, of areas in areas.csv."""
    rows = table.rows
    whole = (rows["category_type"] == "") & (rows["sex"] == "persons")
    whole &= rows["measure"].str.startswith(PROJECTED) & rows["count"].notna()
    chosen = rows[whole & rows["area_code"].isin(geography.known_codes())]
    return chosen.assign(series=table.source.dataset, value=chosen["count"]).pipe(_with_ages)


def _with_ages(rows: pd.DataFrame) -> pd.DataFrame:
    """First and last age in numbers: `<18 yrs` → 0 and 17; all ages have neither."""
    below = rows["age"].str.extract(r"^<(\d+) yrs$")[0].astype("float64")
    between = rows["age"].str.extract(r"^(\d+)-(\d+) yrs$").astype("float64")
    first = between[0].mask(below.notna(), 0)
    return rows.assign(age_from=first, age_to=between[1].fillna(below - 1))


def _ageing_on(counts: Sequence[CountTable]) -> pd.DataFrame:
    """Bands of school age, this year and in each of the next years, from the newest estimate."""
    tables = [t.rows for t in counts if t.source.dataset == ESTIMATES]
    found = [rows[(rows["measure"] == BY_YEAR) & (rows["sex"] == "persons")] for rows in tables]
    found = [rows for rows in found if len(rows)]
    if not found:
        return pd.DataFrame()
    rows = pd.concat(found, ignore_index=True)
    rows = rows[rows["category"].str.fullmatch(r"\d+") & rows["count"].notna()]
    rows = rows[rows["area_code"].isin(geography.known_codes())]
    rows = rows[rows["period_end"] == rows.groupby("area_code")["period_end"].transform("max")]
    by_age = rows.assign(years=rows["category"].astype(int)).pivot_table(
        index="area_code", columns="years", values="count", aggfunc="first"
    )
    told = rows.drop_duplicates("area_code").set_index("area_code")
    return pd.concat(list(_bands(by_age, told)), ignore_index=True)


def _bands(by_age: pd.DataFrame, told: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for first, last in BANDS:
        for ahead in range(YEARS_AHEAD + 1):
            now = by_age.reindex(columns=range(first - ahead, last + 1 - ahead))
            ended = told["period_end"] + pd.DateOffset(years=ahead)
            yield (
                pd.DataFrame(
                    {
                        "series": AGEING_ON,
                        "age": f"{first}-{last} yrs",
                        "age_from": float(first),
                        "age_to": float(last),
                        "period_start": told["period_start"] + pd.DateOffset(years=ahead),
                        "period_end": ended,
                        "period_label": "mid-" + ended.dt.year.astype("str"),
                        # A year of age that is missing leaves the band without a figure.
                        "value": now.sum(axis=1, min_count=now.shape[1]),
                        "value_note": AGEING_NOTE,
                        **{name: told[name] for name in SOURCE_COLUMNS},
                    },
                    index=told.index,
                )
                .dropna(subset=["value"])
                .reset_index()
            )


def _since_base(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the first year of their series and the change since."""
    base = rows.drop_duplicates(_KEY)[[*_KEY, "period_end", "period_label", "value"]]
    base = base.set_axis([*_KEY, "base_end", "base_label", "base_value"], axis=1)
    joined = rows.merge(base, on=_KEY, how="left", validate="many_to_one")
    change = joined["value"] - joined["base_value"]
    known_base = joined["base_value"].where(joined["base_value"] > 0)
    return joined.assign(change=change, change_percent=100 * change / known_base)
