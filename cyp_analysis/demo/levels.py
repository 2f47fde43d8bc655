"""How large figures usually are: a magnitude for each measure, so that invented ones look right.

data/demo/levels.csv holds magnitudes to two figures; a measure that it lacks gets one by its name.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from cyp_analysis import catalogue, paths
from cyp_analysis.catalogue import Indicator
from cyp_analysis.demo import chance

SHARE, RATE, SCORE = "share", "rate", "score"
_PERCENT = re.compile(r"(^|_)(pt|pc|pct|perc|percent|percentage)(_|$)", re.I)
_PER = re.compile(r"per ([0-9][0-9,]*)")
_RATE = re.compile(r"(^|_)rate(_|$)", re.I)
_SIGN = {"low_is_good": 1.0, "high_is_good": -1.0, "no_judgement": 0.4}
# Without a level: bounds of one by what the number is, more or less where that is good.
_USUAL = {SHARE: (12, 34), RATE: (20, 160), SCORE: (8, 40)}
_USUAL_GOOD = (62, 86)
CHILDREN = 12_000_000  # whom the counts of levels.csv are out of


@dataclass(frozen=True)
class Kind:
    """What a number is: a share (out of 100), a rate (out of `per`) or a score; which way it goes
    with need; and how large it usually is (`level`, in its own unit)."""

    what: str
    per: float
    sign: float
    level: float


@dataclass(frozen=True)
class Levels:
    """The magnitudes that are known, and the indicators that use each measure."""

    uses: dict[tuple[str, str], list[tuple[Indicator, str]]] = field(repr=False)

    @cached_property
    def table(self) -> pd.DataFrame:
        """Level of each dataset, measure, category and part (count, denominator, value)."""
        rows = pd.read_csv(
            paths.data_dir() / "demo" / "levels.csv", dtype={"category": str}, keep_default_na=False
        )
        return rows.set_index(["dataset", "measure", "category", "part"])["level"].astype(float)

    def level(self, dataset: str, measure: str, part: str, category: str = "") -> float | None:
        """A known magnitude, or None."""
        key = (dataset, measure, category, part)
        return float(self.table[key]) if key in self.table.index else None

    def ratio(self, dataset: str, measure: str, category: str = "") -> float | None:
        """Count per one of the base, where both are known."""
        count = self.level(dataset, measure, "count", category)
        base = self.level(dataset, measure, "denominator", category)
        return count / base if count is not None and base else None

    def per_child(self, dataset: str, measure: str, category: str = "") -> float:
        """Count per child, where nothing smaller is counted out of."""
        count = self.level(dataset, measure, "count", category)
        usual = chance.between(0.004, 0.03, "per child", dataset, measure, category)
        return usual if count is None else count / CHILDREN

    def sign(self, dataset: str, measure: str) -> float:
        """Which way a figure goes with need, by the polarity of the indicators that use it."""
        found = [_SIGN[i.polarity] for i, _ in self.uses.get((dataset, measure), ())]
        return found[0] if found else _SIGN["no_judgement"]

    def kind(self, dataset: str, measure: str, column: str = "", category: str = "") -> Kind:
        """What the value of a measure is, by the indicators that use it, else by its column."""
        used = self.uses.get((dataset, measure), ())
        what, per = next(map(_by_indicator, (i for i, _ in used)), _by_name(column or measure))
        sign = self.sign(dataset, measure)
        low, high = _USUAL_GOOD if what == SHARE and sign < 0 else _USUAL[what]
        usual = chance.between(low, high, "level", dataset, measure, category)
        level = self.level(dataset, measure, "value", category)
        ratio = self.ratio(dataset, measure, category)
        if level is None and ratio is not None:
            level = ratio * per
        return Kind(what, per, sign, usual if level is None else level)


def _by_indicator(indicator: Indicator) -> tuple[str, float]:
    if indicator.unit.strip() in ("%", "per cent"):
        return SHARE, 100
    if found := _PER.search(indicator.unit):
        return RATE, float(found[1].replace(",", ""))
    return SCORE, 1


def _by_name(column: str) -> tuple[str, float]:
    if _PERCENT.search(column):
        return SHARE, 100
    return (RATE, 10_000) if _RATE.search(column) else (SCORE, 1)


def uses_of(known: catalogue.Catalogue) -> dict[tuple[str, str], list[tuple[Indicator, str]]]:
    """(dataset, measure) → the indicators that draw on it, each with the part that it plays."""
    found: dict[tuple[str, str], list[tuple[Indicator, str]]] = {}
    for indicator in known.indicators.values():
        for role in ("value", "numerator", "denominator"):
            part = getattr(indicator, role)
            if part is not None and part in indicator.measured:
                found.setdefault((part.source, part.measure), []).append((indicator, role))
    # A measure that is first a base is judged by those that start from it.
    return {
        key: sorted(each, key=lambda use: use[1] == "denominator") for key, each in found.items()
    }
