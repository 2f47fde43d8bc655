"""The people of the invented places: every age, sex, authority and year, and the children of
small areas. Everything else is counted out of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cyp_analysis.demo import chance
from cyp_analysis.demo.places import Places

OLDEST = 90
FIRST_YEAR, LAST_YEAR = 2013, 2026  # mid-years; annual figures end in LAST_YEAR
YEARS = tuple(range(FIRST_YEAR, LAST_YEAR + 1))
SEXES = ("male", "female")
_BOYS = 0.512


@dataclass(frozen=True)
class World:
    """Places and their people: `people[sex, age, authority, mid-year]` in whole numbers."""

    places: Places
    people: np.ndarray

    def counted(self, first: int, last: int, sex: str = "persons") -> np.ndarray:
        """People of some ages: one row an authority, one column a mid-year."""
        sexes = slice(None) if sex == "persons" else slice(SEXES.index(sex), SEXES.index(sex) + 1)
        return self.people[sexes, first : last + 1].sum(axis=(0, 1))

    def everywhere(self, counts: np.ndarray) -> np.ndarray:
        """Figures of authorities with those of regions and the country, by adding up."""
        return np.tensordot(self.places.sums, counts, axes=(1, 0))

    @cached_property
    def small(self) -> np.ndarray:
        """People of the newest mid-year by sex, age and small area; they add up to the
        authorities'."""
        areas, authorities = self.places.small_areas, self.places.authorities["code"]
        each = len(areas) // len(authorities)
        now = self.people[..., -1]
        weights = chance.generator("small").uniform(0.7, 1.3, each)
        split = chance.parts(now, weights, "small areas")  # part, sex, age, authority
        return np.moveaxis(split, 0, -1).reshape(*now.shape[:2], len(areas))


def make_world(places: Places) -> World:
    """The people of some places."""
    ages, years = np.arange(OLDEST + 1), np.array(YEARS)
    shape = np.where(ages < 65, 1.0, np.exp(-0.06 * (ages - 65)))
    births = 1 + 0.09 * np.sin((years[None, :] - ages[:, None] - 2004) / 4.2)
    scale = places.authorities["scale"].to_numpy()
    draw = chance.generator("people")
    growth = draw.normal(0.004, 0.004, 400)[: len(scale)]
    young = draw.normal(0.0, 0.10, 400)[: len(scale)]
    tilt = np.exp(young[None, :] * (30 - ages[:, None]) / 30)
    grown = (1 + growth[:, None]) ** (years - FIRST_YEAR)
    expected = (
        2600
        * shape[:, None, None]
        * births[:, None, :]
        * tilt[:, :, None]
        * (scale[:, None] * grown)
    )
    boys = np.where(ages < 50, _BOYS, 0.49)
    both = np.stack([expected * boys[:, None, None], expected * (1 - boys)[:, None, None]])
    return World(places, np.rint(both).astype(np.int64))
