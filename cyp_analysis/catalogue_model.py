"""The frozen shapes of the catalogue: what an indicator, a source, a chapter and a target are.

Pydantic checks every YAML file against these classes on loading: unknown keys and unknown
words are refused. The words of each choice are listed here once.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.dataclasses import dataclass

_STRICT = ConfigDict(extra="forbid")

Polarity = Literal["low_is_good", "high_is_good", "no_judgement"]
Statistic = Literal["crude_rate", "proportion", "count", "mean", "published", "ratio"]
Interval = Literal["poisson", "wilson", "published", "none"]
BenchmarkMethod = Literal["ci_overlap_95", "none"]
BenchmarkName = Literal["england", "region"]
AreaLevel = Literal["national", "regional", "national_or_regional", "local_authority"]
OWN, IMPLIED = "own", "implied"


@dataclass(frozen=True, config=_STRICT)
class Measured:
    """Where a number comes from: a measure of a dataset, perhaps one category of it."""

    source: str
    measure: str = ""
    category_type: str = ""
    category: str = ""
    lag_years: int = 0


@dataclass(frozen=True, config=_STRICT)
class Indicator:
    """What one indicator means; one YAML file each in data/catalogue/indicators."""

    id: str
    name: str
    subject: str
    sentence: str
    unit: str
    statistic: Statistic
    multiplier: float
    interval: Interval
    period_type: str
    polarity: Polarity
    rounding: int
    disclosure: str
    definition: str
    why_it_matters: str
    authored_by: str
    date_reviewed: date
    next_review: date
    benchmark_method: BenchmarkMethod = "ci_overlap_95"
    benchmarks: tuple[BenchmarkName, ...] = ()
    numerator: Measured | None = None
    denominator: Measured | None = None
    value: Measured | None = None
    interval_rounding: int | None = None
    caveats: tuple[str, ...] = ()
    tags: dict[str, str | int | list[int] | list[str]] = Field(default_factory=dict)
    checked_by: str = ""
    # Area code → why the publisher's figures of that area cannot be used.
    unusable: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> "Indicator":
        for slot in ("{area}", "{value}"):
            if self.sentence.count(slot) != 1:
                raise ValueError(f"`sentence` must hold {slot} exactly once")
        if self.statistic == "published" and self.value is None:
            raise ValueError("`value` must name the published measure when statistic is published")
        if self.statistic != "published" and self.numerator is None:
            raise ValueError("`numerator` must be given unless statistic is published")
        if self.statistic in ("crude_rate", "proportion") and self.denominator is None:
            raise ValueError("`denominator` must be given for a rate or a proportion")
        return self

    @property
    def measured(self) -> tuple[Measured, ...]:
        """Every dataset and measure that the indicator draws on."""
        parts = (self.value, self.numerator, self.denominator)
        return tuple(p for p in parts if p is not None and p.source not in (OWN, IMPLIED))

    @property
    def theme(self) -> str:
        """The theme tag, empty if none."""
        return str(self.tags.get("theme", ""))


@dataclass(frozen=True, config=_STRICT)
class Source:
    """The passport of one published document or data set."""

    id: str
    publisher: str
    title: str
    licence: str
    citation: str
    reader: str
    header: tuple[str, ...]
    dataset: str = ""
    url: str = ""
    published: date | None = None
    published_note: str = ""
    date_estimated: bool = False
    next_release: date | str | None = None
    get: str = ""
    file_patterns: tuple[str, ...] = ()
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    age: str = ""
    sex: Literal["persons", "male", "female"] = "persons"
    filters: dict[str, str | list[str]] = Field(default_factory=dict)
    measures: dict[str, dict] = Field(default_factory=dict)
    rounding: dict[str, int] = Field(default_factory=dict)
    # Column of a total → the columns that add up to it.
    identities: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    # A layout that many files share: it gives way to any passport that describes one of them.
    general: bool = False
    # The authority whose own return it is, for files that do not name it themselves.
    area: str = ""
    # How `cyp fetch` downloads it: `kind` and what that kind needs.
    fetch: dict[str, str | int | list[str] | dict[str, str]] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _dataset_is_id_unless_named(cls, data):  # pydantic hands over its own ArgsKwargs
        fields = data if isinstance(data, dict) else data.kwargs
        fields["dataset"] = fields.get("dataset") or fields.get("id", "")
        return data


@dataclass(frozen=True, config=_STRICT)
class Group:
    """Indicators that a chapter shows in one table, with the table's caption."""

    id: str
    caption: str
    indicators: tuple[str, ...]


@dataclass(frozen=True, config=_STRICT)
class Chapter:
    """One chapter: its notebook is notebooks/NN_<id>.ipynb. `whole_catalogue`: it is about every
    indicator, and lists none."""

    # It names files of each edition.
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,60}$")]
    number: int
    title: str
    question: str
    lead: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    whole_catalogue: bool = False

    @property
    def notebook(self) -> str:
        """File name of the chapter's notebook."""
        return f"{self.number:02d}_{self.id}.ipynb"


@dataclass(frozen=True, config=_STRICT)
class BroadAreas:
    """What a rule does with areas of these levels instead; no `round_to`, no rounding."""

    levels: tuple[AreaLevel, ...]
    suppress: bool = True
    round_to: int | None = Field(default=None, gt=0)


@dataclass(frozen=True, config=_STRICT)
class DisclosureRule:
    """What one publisher, or a council, does with small numbers; data/catalogue/disclosure.yml.

    Counts from `suppress_from` to `suppress_to` are withheld, as `symbol` or `shown_as` a number,
    with all that reveals them; what is left is rounded to `round_to`, halves up.
    """

    id: str
    note: str
    suppress_from: float | None = Field(default=None, ge=0)
    suppress_to: float | None = None
    # So is a share whose base less its count lies within those bounds.
    complement: bool = False
    basis: str = ""
    withholds: Literal["count", "rate", "nothing"] = "count"
    # Further cells go until no margin narrows a withheld number within those bounds.
    secondary: bool = False
    symbol: str = ""
    shown_as: int | None = Field(default=None, gt=0)
    zeros: Literal["shown", "withheld"] = "shown"
    round_to: int | None = Field(default=None, gt=0)
    broad: BroadAreas | None = None
    percent_decimals: int | None = Field(default=None, ge=0)
    # A percentage above nought and below it is shown as k.
    low_percentage: float = Field(default=0, ge=0)
    # Fewer events than these make no crude rate, and no standardised one.
    rate_from: int | None = Field(default=None, gt=0)
    standardised_rate_from: int | None = Field(default=None, gt=0)
    # Counts above nought and below it carry `flag`.
    unreliable_below: int | None = Field(default=None, gt=0)
    flag: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> "DisclosureRule":
        from_, to = self.suppress_from, self.suppress_to
        if (from_ is None) != (to is None) or (to is not None and from_ > to):
            raise ValueError("`suppress_from` and `suppress_to` must be given together, in order")
        needs_bounds = self.complement or self.secondary or self.symbol not in ("", ":")
        if to is None and (needs_bounds or self.zeros == "withheld"):
            raise ValueError(
                "a rule that withholds counts must give `suppress_from` and `suppress_to`"
            )
        if self.shown_as is not None and self.secondary:
            raise ValueError("`secondary` makes no sense where a number stands for a small count")
        if (self.unreliable_below is None) != (self.flag == ""):
            raise ValueError("`unreliable_below` and `flag` must be given together")
        rates = (self.rate_from, self.standardised_rate_from)
        if (self.withholds == "rate") != any(each is not None for each in rates):
            raise ValueError("`rate_from` or `standardised_rate_from` go with `withholds: rate`")
        return self

    @property
    def required_width(self) -> float | None:
        """How far apart the values must be that a withheld count can take; none if none is."""
        return None if self.suppress_to is None else self.suppress_to - self.suppress_from
