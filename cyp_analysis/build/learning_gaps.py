"""How far one group of children is behind the others, period by period.

Which group is set against which is catalogue data: an indicator of a group names the indicator of
the others in its tag `gap_with`.
"""

import numpy as np
import pandas as pd

from cyp_analysis import geography
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.learning import PERIOD
from cyp_analysis.catalogue import Catalogue

GAP_WITH = "gap_with"
_KEY = ["area_code", *PERIOD, "sex", "age"]


def build_gaps(inputs: Inputs) -> pd.DataFrame:
    """One row = area × period of a group: its value, that of the others there (`other_value`) and
    in the country (`national_other_value`), and how far it is behind each (above 0 = behind).

    A gap is missing where either value is; where low is good, higher is behind.
    """
    pairs = gap_pairs(inputs.catalogue)
    rows = inputs.indicators
    whole = rows[(rows["category_type"] == "") & (rows["sex"] == "persons")]
    values = whole[["indicator_id", *_KEY, "period_label", "value"]]
    group = values.merge(pairs, on="indicator_id", validate="many_to_one")
    others = values.drop(columns="period_label").rename(
        columns={"indicator_id": "other_id", "value": "other_value"}
    )
    joined = group.merge(others, on=["other_id", *_KEY], how="left", validate="many_to_one")
    joined = with_country(joined, others)
    sign = np.where(joined["polarity"] == "low_is_good", -1.0, 1.0)
    return joined.assign(
        gap=sign * (joined["other_value"] - joined["value"]),
        national_gap=sign * (joined["national_other_value"] - joined["value"]),
    )


def gap_pairs(catalogue: Catalogue) -> pd.DataFrame:
    """One row = indicator of a group, the indicator of the others, and the group's polarity."""
    known = catalogue.indicators.values()
    return pd.DataFrame(
        [(i.id, str(i.tags[GAP_WITH]), i.polarity) for i in known if GAP_WITH in i.tags],
        columns=["indicator_id", "other_id", "polarity"],
    ).astype("str")


def with_country(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Adds `national_other_value`: the others' value in the country that the area lies in."""
    areas = geography.areas()
    # A country is its own.
    country = areas["country_code"].where(areas["level"] != "country", areas["code"])
    country = country.set_axis(areas["code"])
    national = others.rename(
        columns={"area_code": "country_code", "other_value": "national_other_value"}
    )
    key = ["other_id", "country_code", *_KEY[1:]]
    own = rows.assign(country_code=rows["area_code"].map(country).fillna("").astype("str"))
    return own.merge(national, on=key, how="left", validate="many_to_one")
