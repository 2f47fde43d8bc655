"""Population by sex and five-year band → the `population` table: what a pyramid draws."""

import pandas as pd

from cyp_analysis.build.derived import Inputs
from cyp_analysis.edition_tables import TABLES

BY_BAND, YOUNG_TO = "population_by_age_group", 19
_AREA_PERIOD = ["area_code", "period_start", "period_end"]


def build_population(inputs: Inputs) -> pd.DataFrame:
    """One row = area × period × sex × band; `age_to` is missing for the open band at the end.

    Shares are of all residents (both sexes, all ages), and of residents aged 0 to 19.
    """
    rows = inputs.indicators[inputs.indicators["indicator_id"] == BY_BAND]
    rows = rows[rows["category_type"] != ""]
    if rows.empty:
        return pd.DataFrame(columns=TABLES["population"])
    ages = rows["category"].str.extract(r"^(\d+)(?:-(\d+)|\+)$").astype("float64")
    rows = rows.assign(age_from=ages[0], age_to=ages[1])
    rows = rows[rows["age_from"].notna() & rows["count"].notna()]
    return rows.pipe(_with_share, "share_of_all", float("inf")).pipe(
        _with_share, "share_of_young", YOUNG_TO
    )


def _with_share(rows: pd.DataFrame, name: str, oldest: float) -> pd.DataFrame:
    """Each band as a share of persons up to an age; missing above it, and where a band of those
    persons is missing."""
    inside = rows["age_to"].fillna(float("inf")) <= oldest
    persons = rows[inside & (rows["sex"] == "persons")]
    whole = persons.groupby(_AREA_PERIOD)["count"].sum().rename("whole")
    bands = persons.groupby(_AREA_PERIOD)["count"].size()
    joined = rows.merge(whole[bands == bands.max()].reset_index(), on=_AREA_PERIOD, how="left")
    share = 100 * joined["count"] / joined["whole"]
    return joined.drop(columns="whole").assign(**{name: share.where(inside.to_numpy())})
