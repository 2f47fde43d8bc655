"""Need that is expected: the prevalence of national surveys times the children of the place.

One row of the table `prevalence` = area × model × division × stratum, and their sum (`is_total`).
Populations are published single years of age; nothing in them is withheld.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cyp_analysis import geography, measures
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.needs_models import Model, empty, load_models
from cyp_analysis.loaders import CountTable
from cyp_analysis.methods import wilson_interval

SINGLE_YEARS = "population_by_single_year"
CATEGORY = "single year of age"
_GROUP = ["area_code", "model_id", "split"]
_OF_POPULATION = ["population_label", "population_end", "source_id", "source_published"]


def prevalence_table(inputs: Inputs) -> pd.DataFrame:
    """The table `prevalence`: every model for every area whose population by age has arrived."""
    models = load_models()
    strata = strata_table(models)
    people = single_years(inputs.counts)
    if people.empty or strata.empty:
        return empty("prevalence")
    sized = with_population(strata, people)
    rows = pd.concat([expected(sized), totals(sized)], ignore_index=True)
    described = rows.merge(model_words(models), on="model_id", validate="many_to_one")
    return described.sort_values([*_GROUP, "is_total", "stratum"], kind="stable")


def strata_table(models: Sequence[Model]) -> pd.DataFrame:
    """One row = one stratum of one division of one model, with the limits that its base gives."""
    columns = ["model_id", "split", "stratum", "sex", "age_from", "age_to", "prevalence", "base"]
    rows = [
        (model.id, split, number, s.sex, *s.ages, s.prevalence, s.base)
        for model in models
        for split, strata in model.strata.items()
        for number, s in enumerate(strata, start=1)
    ]
    made = pd.DataFrame(rows, columns=columns).astype({"prevalence": float, "base": float})
    lower, upper = wilson_interval(made["prevalence"] / 100 * made["base"], made["base"])
    return made.assign(prevalence_lower=100 * lower, prevalence_upper=100 * upper)


def single_years(counts: Sequence[CountTable]) -> pd.DataFrame:
    """area × sex × age → the newest published population that has single years of age."""
    parts = [t.rows[t.rows["measure"] == SINGLE_YEARS] for t in counts]
    parts = [part for part in parts if len(part)]
    columns = ["area_code", "sex", "age", "people", *_OF_POPULATION]
    if not parts:
        return pd.DataFrame(columns=columns)
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["area_code"].isin(geography.known_codes())]
    rows = rows[rows["category_type"].eq(CATEGORY) & rows["category"].str.fullmatch(r"\d+")]
    newest = rows["period_end"] == rows.groupby("area_code")["period_end"].transform("max")
    rows = rows[newest].sort_values(["source_published", "source_file"], na_position="first")
    rows = rows.drop_duplicates(["area_code", "sex", "category"], keep="last")
    renamed = rows.assign(age=rows["category"].astype(int)).rename(
        columns={
            "count": "people",
            "period_label": "population_label",
            "period_end": "population_end",
        }
    )
    return renamed[columns]


def with_population(strata: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Strata of every area with the children in them; missing where a year of age is."""
    each_age = strata.assign(
        age=[range(a, b + 1) for a, b in zip(strata["age_from"], strata["age_to"], strict=True)]
    ).explode("age")
    wanted = each_age.astype({"age": int})[["model_id", "split", "stratum", "sex", "age"]]
    # Every stratum of every area, so that what has not arrived is unknown and not left out.
    areas = people[["area_code"]].drop_duplicates()
    joined = wanted.merge(areas, how="cross").merge(
        people, on=["area_code", "sex", "age"], how="left", validate="many_to_one"
    )
    key = [*_GROUP, "stratum"]
    sums = joined.groupby(key, as_index=False).agg(
        population=("people", lambda each: each.sum(skipna=False)),
    )
    facts = people.groupby("area_code", as_index=False)[_OF_POPULATION].last()
    sums = sums.merge(facts, on="area_code", validate="many_to_one")
    return sums.merge(strata, on=["model_id", "split", "stratum"], validate="many_to_one")


def expected(sized: pd.DataFrame) -> pd.DataFrame:
    """Each stratum with the number of children that the prevalence gives, and its limits."""
    done = measures.modelled_count(sized)
    return _named(done).assign(is_total=False)


def totals(sized: pd.DataFrame) -> pd.DataFrame:
    """The strata of each division added up; limits only where every stratum has them."""
    done = measures.modelled_count(sized, by=_GROUP, strata="independent")
    facts = sized.groupby(_GROUP, as_index=False).agg(
        age_from=("age_from", "min"),
        age_to=("age_to", "max"),
        base=("base", lambda each: each.sum(skipna=False)),
        **{name: (name, "last") for name in _OF_POPULATION},
    )
    made = _named(done).merge(facts, on=_GROUP, validate="one_to_one")
    share = 100 * made["value"] / made["population"].where(made["population"] > 0)
    return made.assign(
        prevalence=share, prevalence_lower=np.nan, prevalence_upper=np.nan,
        sex="persons", stratum=0, is_total=True,
    )  # fmt: skip


def _named(done: pd.DataFrame) -> pd.DataFrame:
    return done.rename(columns={"lower_ci": "lower_ci_95", "upper_ci": "upper_ci_95"})


def model_words(models: Sequence[Model]) -> pd.DataFrame:
    """One row = one model: what a reader has to know of its survey."""
    rows = [
        {
            "model_id": model.id,
            "model_order": model.order,
            "condition": model.name,
            "survey": model.survey,
            "publisher": model.publisher,
            "survey_year": model.year,
            "place": model.place,
            "instrument": model.instrument,
            "base_words": model.base_words,
            "url": model.url,
            "caveats": " ".join(model.caveats),
            "main_split": next(iter(model.strata), ""),
        }
        for model in models
    ]
    return pd.DataFrame(rows)
