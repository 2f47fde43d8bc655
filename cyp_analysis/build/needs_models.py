"""Prevalence models of the catalogue: which share of children has a condition, by age and sex, from
which survey; one YAML file each in data/catalogue/models."""

from datetime import date
from typing import Literal

import pandas as pd
from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from cyp_analysis import paths
from cyp_analysis.catalogue_files import read_each
from cyp_analysis.edition_tables import TABLES

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class Stratum:
    """The prevalence, in percent, among one sex from the first to the last of two ages; `base` is
    how many of them were surveyed, where that is printed."""

    sex: Literal["persons", "male", "female"]
    ages: tuple[int, int]
    prevalence: float
    base: int | None = None

    @model_validator(mode="after")
    def _possible(self) -> "Stratum":
        if not 0 <= self.prevalence <= 100:
            raise ValueError("`prevalence` must be between 0 and 100 percent")
        if not 0 <= self.ages[0] <= self.ages[1]:
            raise ValueError("`ages` must be the first and the last year of age")
        return self


@dataclass(frozen=True, config=_STRICT)
class Model:
    """One survey's prevalence of a condition, or an indicator that prints the number expected.

    `strata` holds one or more ways of dividing the children surveyed; the first is used for totals.
    `seen` names indicators of the children that services saw, the best first.
    """

    id: str
    order: int
    name: str
    survey: str
    publisher: str
    published: date
    year: int
    place: str
    instrument: str
    base_words: str
    url: str = ""
    who: str = ""
    expected: str = ""
    caveats: tuple[str, ...] = ()
    strata: dict[str, tuple[Stratum, ...]] = Field(default_factory=dict)
    seen: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _either(self) -> "Model":
        if bool(self.strata) == bool(self.expected):
            raise ValueError("a model has `strata`, or `expected` names an indicator")
        if self.expected and not self.who:
            raise ValueError("`who` must say which children are expected")
        return self


def load_models() -> list[Model]:
    """The models in their order; CatalogueError naming the file where one is wrong; none where the
    catalogue has no such folder."""
    folder = paths.data_dir() / "catalogue" / "models"
    return sorted(read_each(folder, Model).values(), key=lambda model: (model.order, model.id))


def empty(table: str) -> pd.DataFrame:
    """A table of the edition without rows; its area codes are texts, so that it can be asked for
    an area."""
    return pd.DataFrame(columns=TABLES[table]).astype({"area_code": "str"})
