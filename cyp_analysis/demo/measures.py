"""The figures of one data set's measures: which base each is counted out of, and its parts."""

import re
from dataclasses import dataclass, replace

import numpy as np

from cyp_analysis.catalogue import Source
from cyp_analysis.demo import chance
from cyp_analysis.demo.levels import RATE, SCORE, Kind
from cyp_analysis.demo.model import Model, ratio

_TOTAL = re.compile(r"total( \w+)?|\w+ total|all( .*)?", re.I)
_PEOPLE = re.compile(r"population", re.I)
# Groups that publishers find behind: figures of theirs go the way that need does.
_WORSE_OFF = re.compile(
    "(known to be )?eligible for free|disadvantaged|sen support|ehc plan|education, health and care"
    "|.*other than english|summer-born|most deprived",
    re.I,
)
Rows = np.ndarray  # one row an authority, one column a year


@dataclass(frozen=True)
class Figure:
    """Count, base and value of one row of a file, by area (authorities, regions, country) and
    year; None where the row has none."""

    count: Rows | None
    base: Rows | None
    value: Rows | None


@dataclass(frozen=True)
class DataSet:
    """The measures of one passport in a model."""

    model: Model
    source: Source

    def figure(self, name: str, category: str = "", group: tuple[str, ...] = ()) -> Figure:
        """One measure; `category` is one of its own words, `group` one of several groups of the
        same people (with all the words it stands among)."""
        spec = self.source.measures[name]
        kind = self.kind(name, category)
        everywhere = self.model.world.everywhere
        if "count" not in spec:
            base = self.base(name)
            return Figure(None, None, self._value_alone(name, kind, base, category))
        base = self.base(name) if not category else self.counts(name)
        count = self.counts(name) if not category else self._part(name, category)
        if group:
            base, count = self._group(name, base, count, group)
        value = ratio(everywhere(count), everywhere(base), kind.per)
        own = everywhere(base) if "denominator" in spec else None
        return Figure(everywhere(count), own, value)

    def kind(self, name: str, category: str = "") -> Kind:
        """What the value of a measure is."""
        spec = self.source.measures[name]
        column = spec.get("value", "")
        kind = self.model.levels.kind(self.source.dataset, name, column, category)
        return replace(kind, what=RATE, per=100) if kind.what == SCORE and "count" in spec else kind

    def base(self, name: str) -> Rows:
        """What a measure is counted out of: its own column, another measure, or people."""
        spec = self.source.measures[name]
        if column := spec.get("denominator"):
            return self.column(name, column)
        if other := self._named_base(name) or self._total_beside(name):
            return self.counts(other)
        return self.model.people(spec.get("age", self.source.age))

    def column(self, name: str, column: str) -> Rows:
        """The base that stands in a column of its own."""
        spec, measures = self.source.measures[name], self.source.measures
        same = [
            other
            for other, each in measures.items()
            if each.get("count") == column
            and other != name
            and each.get("where") == spec.get("where")
        ]
        if same:
            return self.counts(same[0])
        people = self.model.people(spec.get("age", self.source.age))
        if _PEOPLE.search(column):
            return people
        level = self.model.levels.level(self.source.dataset, name, "denominator")
        known = level is not None
        each = level / 12e6 if known else chance.between(0.02, 0.08, self.source.dataset, column)
        children = self.model.people("<18 yrs") if known else people
        return self.model.counts(children, Kind(RATE, 1, 0.5, each), self.source.dataset, column)

    def counts(self, name: str) -> Rows:
        """The count of a measure, by authority and year; parts of one whole add up to it."""
        if self.source.reader == "ons":  # the estimate itself: nobody is drawn out of it
            return self.model.people(self.source.measures[name].get("age", self.source.age), lag=0)
        if together := self._parts_of_one_whole(name):
            return self._split(together)[name]
        base, levels = self.base(name), self.model.levels
        key = (self.source.dataset, name)
        kind = self.kind(name)
        spec = self.source.measures[name]
        alone = "denominator" not in spec and not self._named_base(name)
        alone = alone and not self._total_beside(name)
        if alone and (levels.level(*key, "value") is None or kind.per == 100):
            each = levels.per_child(*key)
            return self.model.counts(
                self.model.people("<18 yrs"), Kind(RATE, 1, kind.sign, each), *key
            )
        return self.model.counts(base, kind, *key)

    def _value_alone(self, name: str, kind: Kind, base: Rows, category: str) -> Rows:
        return self.model.rates(base, kind, self.source.dataset, name, category)

    def _named_base(self, name: str) -> str:
        """The measure of this data set that an indicator divides this one by."""
        for indicator, role in self.model.levels.uses.get((self.source.dataset, name), ()):
            part = indicator.denominator
            if role != "denominator" and part is not None and part.source == self.source.dataset:
                return part.measure if part.measure in self.source.measures else ""
        return ""

    def _total_beside(self, name: str) -> str:
        """The measure whose rows differ in one word only, which says that they are all."""
        where = self.source.measures[name].get("where", {})
        for other, each in self.source.measures.items():
            theirs = each.get("where", {})
            differ = [c for c in where if theirs.get(c) != where[c]]
            alike = set(theirs) == set(where) and "category" not in each and "count" in each
            if other != name and alike and len(differ) == 1:
                words = _first(theirs[differ[0]]), _first(where[differ[0]])
                if _TOTAL.fullmatch(words[0]) and not _TOTAL.fullmatch(words[1]):
                    return other
        return ""

    def _parts_of_one_whole(self, name: str) -> list[str]:
        """The measures of one column's base whose usual shares add up to about all of it."""
        spec = self.source.measures[name]
        if "denominator" not in spec:
            return []
        alike = [
            other
            for other, each in self.source.measures.items()
            if each.get("denominator") == spec["denominator"]
            and each.get("where") == spec.get("where")
        ]
        shares = [self.model.levels.ratio(self.source.dataset, other) for other in alike]
        known = all(share is not None for share in shares)
        return alike if known and len(alike) > 2 and 0.97 < sum(shares) < 1.03 else []

    def _split(self, together: list[str]) -> dict[str, Rows]:
        key = ("split", self.source.dataset, *together)
        if key not in self.model.drawn:
            shares = [self.model.levels.ratio(self.source.dataset, name) for name in together]
            base = self.base(together[0])
            self.model.drawn[key] = chance.parts(base, np.array(shares), *key)
        return dict(zip(together, self.model.drawn[key], strict=True))

    def _part(self, name: str, category: str) -> Rows:
        """One category of a measure's rows; all of them add up to its total."""
        words = categories(self.source, name, self.model)
        key = ("categories", self.source.dataset, name)
        if key not in self.model.drawn:
            level = self.model.levels.level
            usual = [level(self.source.dataset, name, "count", word) for word in words]
            some = all(each is not None for each in usual)
            weights = np.array(usual) if some else chance.generator(*key).uniform(1, 4, len(words))
            base = self.base(name) if self._total_beside(name) else self.counts(name)
            self.model.drawn[key] = chance.parts(base, weights, *key)
        return self.model.drawn[key][words.index(category)]

    def _group(
        self, name: str, base: Rows, count: Rows, group: tuple[str, ...]
    ) -> tuple[Rows, Rows]:
        """Base and count of one group; where the base is no column, the group's share of all."""
        word, *others = group
        key = (self.source.dataset, *others)
        weights = chance.generator("weights", *key).uniform(1, 4, len(others))
        likely = chance.generator("likely", *key).uniform(0.96, 1.04, len(others))
        worse = [bool(_WORSE_OFF.match(other.split(" | ")[-1])) for other in others]
        likely = np.where(worse, np.exp(0.28 * self.kind(name).sign) * likely, likely)
        place = others.index(word)
        if "denominator" not in self.source.measures[name]:
            split = chance.parts(
                count, weights * likely, "group", self.source.dataset, name, *others
            )
            return count, split[place]
        bases = chance.parts(base, weights, "base", *key)
        share = np.divide(count, base, out=np.zeros(base.shape), where=base > 0)
        expected = np.minimum(np.rint(bases * share * likely[:, None, None]), bases)
        return bases[place], expected[place].astype(np.int64)


def _first(words: object) -> str:
    return str(words if isinstance(words, str) else next(iter(words)))


def categories(source: Source, name: str, model: Model) -> list[str]:
    """The words of a measure's own category: those its passport lists, else those of its column."""
    from cyp_analysis.demo.words import words_for

    spec = source.measures[name]
    column = spec.get("category", "")
    listed = spec.get("where", {}).get(column)
    if listed is not None:
        return [listed] if isinstance(listed, str) else [str(word) for word in listed]
    wanted = [
        getattr(indicator, role).category
        for indicator, role in model.levels.uses.get((source.dataset, name), ())
    ]
    return words_for(column, [word for word in wanted if word])
