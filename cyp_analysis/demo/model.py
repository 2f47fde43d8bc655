"""Invented figures that agree with one another: counts out of people or out of other counts.

Every count is drawn for authorities and added up to regions and the country; parts are drawn out
of their total. Columns are years (`people.YEARS`): the year that a period ends in.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from cyp_analysis.catalogue import Catalogue
from cyp_analysis.demo import chance
from cyp_analysis.demo.levels import SCORE, SHARE, Kind, Levels, uses_of
from cyp_analysis.demo.people import OLDEST, YEARS, World

_NEED, _PLACE, _DRIFT, _WOBBLE = 0.16, 0.10, 0.012, 0.03
_HIGHEST, _MOST = 0.97, 0.96
_SPAN = re.compile(r"(\d+)\s*(?:-|to)\s*(\d+)")
_UNDER, _OVER, _ONE = re.compile(r"<\s*(\d+)"), re.compile(r"(\d+)\s*\+"), re.compile(r"(\d+)")


@dataclass(frozen=True)
class Model:
    """Draws of figures for the measures of a catalogue in one world; each is drawn once."""

    world: World
    catalogue: Catalogue
    drawn: dict[tuple, np.ndarray] = field(default_factory=dict, repr=False)

    @cached_property
    def levels(self) -> Levels:
        """Magnitudes and uses of measures."""
        return Levels(uses_of(self.catalogue))

    def people(self, age: str, sex: str = "persons", lag: int = 1) -> np.ndarray:
        """People of an age in the mid-year `lag` years before each year, by authority."""
        counted = self.world.counted(*span(age), sex=sex)
        return np.concatenate([counted[:, :1].repeat(lag, axis=1), counted], axis=1)[
            :, : len(YEARS)
        ]

    def chances(self, kind: Kind, *names: object) -> np.ndarray:
        """How likely each person of the base is to be counted, by authority and year."""
        likely = kind.level / kind.per
        likely = min(likely, _MOST) if kind.what == SHARE else likely
        return odds(likely, self.effects(kind.sign, *names))

    def effects(self, sign: float, *names: object) -> np.ndarray:
        """By how much an authority and year differ, as the logarithm of odds."""
        draw = chance.generator("effects", *names)
        many = len(self.world.places.authorities)
        place = draw.normal(0, _PLACE, 400)[:many]
        drift = draw.normal(-sign * _DRIFT / 2, _DRIFT) + draw.normal(0, _DRIFT / 2, 400)[:many]
        wobble = chance.generator("wobble", *names).normal(0, _WOBBLE, (400, len(YEARS)))[:many]
        need = self.world.places.authorities["need"].to_numpy() * sign * _NEED
        since = np.array(YEARS) - YEARS[len(YEARS) // 2]
        return (need + place)[:, None] + drift[:, None] * since + wobble

    def counts(self, base: np.ndarray, kind: Kind, *names: object) -> np.ndarray:
        """A count out of a base, by authority and year: drawn once under its name."""
        key = ("count", *names)
        if key not in self.drawn:
            likely = self.chances(kind, *names)
            draw = chance.generator("count", *names)
            whole = np.rint(base).astype(np.int64)
            few = likely < _HIGHEST
            self.drawn[key] = np.where(
                few,
                draw.binomial(whole, np.minimum(likely, _HIGHEST)),
                draw.poisson(whole * likely),
            )
        return self.drawn[key]

    def scores(self, kind: Kind, *names: object) -> np.ndarray:
        """A score that is no share of anything, by area (country and regions weighted)."""
        weights = self.people("<18 yrs")
        own = kind.level * np.exp(self.effects(kind.sign, *names) * 0.35)
        sums = self.world.everywhere(own * weights)
        return sums / self.world.everywhere(weights)

    def rates(self, base: np.ndarray, kind: Kind, *names: object) -> np.ndarray:
        """A value without its count: everywhere, as the count behind it would give it."""
        if kind.what == SCORE:
            return self.scores(kind, *names)
        count = self.world.everywhere(self.counts(base, kind, *names))
        return ratio(count, self.world.everywhere(base), kind.per)


def odds(likely: float, effects: np.ndarray) -> np.ndarray:
    """A likelihood moved by effects: as odds below one, else in proportion."""
    if not 0 < likely < _HIGHEST:
        return max(likely, 0.0) * np.exp(effects)
    moved = likely / (1 - likely) * np.exp(effects)
    return moved / (1 + moved)


def ratio(count: np.ndarray, base: np.ndarray, per: float) -> np.ndarray:
    """count ÷ base × per; missing where the base is nought."""
    return np.divide(count * per, base, out=np.full(base.shape, np.nan), where=base > 0)


def span(age: str) -> tuple[int, int]:
    """First and last single year of an age as written; under 18 where it says nothing."""
    if found := _SPAN.search(age):
        return int(found[1]), min(int(found[2]), OLDEST)
    if found := _UNDER.search(age):
        return 0, int(found[1]) - 1
    if found := _OVER.search(age):
        return int(found[1]), OLDEST
    if found := _ONE.search(age):
        return int(found[1]), int(found[1])
    return (0, OLDEST) if age.casefold().startswith("all") else (0, 17)
