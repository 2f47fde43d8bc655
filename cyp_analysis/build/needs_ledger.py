"""The unmet-need ledger: children expected to have a condition, children seen, and the difference.

One row of the table `need` = area × model. Expected comes from a model with its limits, seen from
what services report; without a figure of those seen the difference is unknown, never nought.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.needs_models import Model, empty, load_models

ADULT = 18
NOT_SEEN = "not known: no figure of the children whom services saw has arrived for that estimate"
MORE_SEEN = "more children were seen than expected: the estimate is too low, or services see others"
_EXPECTED = {
    "value": "expected",
    "lower_ci_95": "expected_lower",
    "upper_ci_95": "expected_upper",
    "population_label": "expected_label",
    "population_end": "expected_end",
}


def need_table(inputs: Inputs) -> pd.DataFrame:
    """The table `need`: every model of every area, with what was seen set against it."""
    models = load_models()
    if not models:
        return empty("need")
    headline = latest_headlines(inputs.indicators)
    parts = [_modelled(inputs.tables["prevalence"], models), _printed(headline, models)]
    parts = [part for part in parts if len(part)]
    if not parts:
        return empty("need")
    wanted = pd.concat(parts, ignore_index=True)
    units = {i.id: i.unit for i in inputs.catalogue.indicators.values()}
    rows = wanted.merge(
        seen_table(headline, models, units), on=["area_code", "model_id"], how="left"
    )
    return with_difference(rows).sort_values(["area_code", "model_order"], kind="stable")


def latest_headlines(indicators: pd.DataFrame) -> pd.DataFrame:
    """The newest row with a value, without a category and of all persons, of each indicator."""
    whole = indicators[
        indicators["category_type"].eq("")
        & indicators["sex"].eq("persons")
        & indicators["value"].notna()
    ]
    newest = whole.sort_values("period_end", kind="stable")
    return newest.drop_duplicates(["indicator_id", "area_code"], keep="last")


def _modelled(prevalence: pd.DataFrame, models: Sequence[Model]) -> pd.DataFrame:
    """The totals of the models by their first division."""
    main = prevalence["is_total"].eq(True) & prevalence["split"].eq(prevalence["main_split"])
    rows = prevalence[main & prevalence["value"].notna()].rename(columns=_EXPECTED)
    if rows.empty:
        return rows
    first, last = (rows[name].astype("int64").astype("str") for name in ("age_from", "age_to"))
    who = "children and young people aged " + first + " to " + last
    who = who.mask(rows["age_to"] < ADULT, "children aged " + first + " to " + last)
    kept = ["area_code", "model_id", *_EXPECTED.values(), "source_id", "source_published"]
    return _described(rows[kept].assign(who=who, expected_from=""), models)


def _printed(headline: pd.DataFrame, models: Sequence[Model]) -> pd.DataFrame:
    """Numbers that documents print: the count beside a share, or the number itself."""
    names = {model.expected: model for model in models if model.expected}
    rows = headline[headline["indicator_id"].isin(names)]
    number = rows["count"].fillna(rows["value"].where(rows["statistic"] == "count"))
    made = rows.assign(
        model_id=rows["indicator_id"].map({i: m.id for i, m in names.items()}).astype("str"),
        who=rows["indicator_id"].map({i: m.who for i, m in names.items()}).astype("str"),
        expected=number,
        expected_lower=np.nan,
        expected_upper=np.nan,
        expected_label=rows["period_label"],
        expected_end=rows["period_end"],
        expected_from=rows["indicator_id"],
    )
    kept = ["area_code", "model_id", *_EXPECTED.values(), "source_id", "source_published"]
    return _described(made.loc[number.notna(), [*kept, "who", "expected_from"]], models)


def _described(rows: pd.DataFrame, models: Sequence[Model]) -> pd.DataFrame:
    words = {
        model.id: (model.order, model.name, model.survey, model.year, " ".join(model.caveats))
        for model in models
    }
    names = ["model_order", "condition", "survey", "survey_year", "caveats"]
    facts = pd.DataFrame.from_dict(words, orient="index", columns=names)
    return rows.merge(facts, left_on="model_id", right_index=True, validate="many_to_one")


def seen_table(
    headline: pd.DataFrame, models: Sequence[Model], units: dict[str, str]
) -> pd.DataFrame:
    """area × model → the best indicator of children seen that has a figure."""
    pairs = pd.DataFrame(
        [(m.id, name, place) for m in models for place, name in enumerate(m.seen)],
        columns=["model_id", "seen_from", "place"],
    )
    facts = headline[["area_code", "indicator_id", "value", "period_label"]].rename(
        columns={"indicator_id": "seen_from", "value": "seen_value", "period_label": "seen_label"}
    )
    rows = pairs.merge(facts, on="seen_from", validate="many_to_many")
    best = rows.sort_values("place").drop_duplicates(["area_code", "model_id"])
    share = best["seen_from"].map(units).eq("%")
    return best.assign(seen_kind=np.where(share, "share", "count")).drop(columns="place")


def with_difference(rows: pd.DataFrame) -> pd.DataFrame:
    """Children seen, and expected less seen with the limits of what is expected.

    A share seen is a share of those expected, so it scales the limits too.
    """
    share = (rows["seen_value"] / 100).where(rows["seen_kind"] == "share")
    number = rows["seen_value"].where(rows["seen_kind"] == "count")
    ends = ["expected", "expected_lower", "expected_upper"]
    left = {
        name.replace("expected", "difference"): (rows[name] * (1 - share)).fillna(
            rows[name] - number
        )
        for name in ends
    }
    seen = (rows["expected"] * share).fillna(number)
    note = pd.Series("", index=rows.index, dtype="str")
    note = note.mask(seen.isna(), NOT_SEEN).mask(left["difference"] < 0, MORE_SEEN)
    texts = {n: rows[n].astype("str").where(rows[n].notna(), "") for n in _SEEN_TEXTS}
    return rows.assign(**left, **texts, seen=seen, note=note)


_SEEN_TEXTS = ("seen_from", "seen_kind", "seen_label")
