"""Which measures belong to which service, how cases flow between them, and which sums must agree.

Read from the lists in data/catalogue/services. A measure is named by its code in the
data set of local figures, or by the id of an indicator.
"""

import functools
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from cyp_analysis import paths
from cyp_analysis.catalogue_files import read_list

_STRICT = ConfigDict(extra="forbid")
# The data set of the figures that come with the project, and the layouts of a council's own.
TRANSCRIBED = "local_service_figures"
OWN_LAYOUTS = ("local_dashboard", "local_template")
OTHER = "other_measures"


@dataclass(frozen=True, config=_STRICT)
class ServiceMeasure:
    """One row of a service's page: its name, and the codes of its figures, one for each kind of
    period. `indicator`: what it means; `note`: what a reader must know; `chart`: whether its months
    are drawn, or stand in the table only."""

    name: str
    codes: tuple[str, ...]
    indicator: str = ""
    note: str = ""
    chart: bool = True


@dataclass(frozen=True, config=_STRICT)
class Service:
    """One service: its measures in order, the words by which a council's own measures are known to
    be of it, and the indicators that have a target."""

    id: str
    title: str
    about: str
    words: tuple[str, ...] = ()
    measures: tuple[ServiceMeasure, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, config=_STRICT)
class Stage:
    """One step of a flow: the figures that may stand for it, the first that is there counting;
    `part_of` names the stage whose cases the source itself counted it from."""

    id: str
    name: str
    figures: tuple[str, ...]
    part_of: str = ""


@dataclass(frozen=True, config=_STRICT)
class Flow:
    """Stages in order, all of one kind of period."""

    id: str
    title: str
    kind: Literal["month", "year_to_date", "year"]
    stages: tuple[Stage, ...]


@dataclass(frozen=True, config=_STRICT)
class Stock:
    """A number at a date, those who joined it and those who left it in between."""

    id: str
    title: str
    stock: str
    started: str
    ended: str
    yearly: bool = False


@dataclass(frozen=True, config=_STRICT)
class Agreement:
    """Two figures of one document that should be the same."""

    id: str
    what: str
    first: dict[str, str]
    second: dict[str, str]


@dataclass(frozen=True, config=_STRICT)
class Panel:
    """A total by group, crossed with other groupings: `crosses` is grouping → measure; `totals` the
    measure and category type that print the total of each group; `labels` mends misprinted ones."""

    id: str
    measure: str
    group: str
    mean: str
    crosses: dict[str, str]
    totals: dict[str, str] = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class Audit:
    """Gradings of case audits: the measure, what it is broken down by, and the words of each
    grading, best first. The numbers count audits, not children."""

    id: str
    title: str
    measure: str
    by: str
    gradings: dict[str, tuple[str, ...]]


def services() -> dict[str, Service]:
    """The services by id, in the order of their pages; CatalogueError if one is wrong."""
    return _read("services", Service)


def flows() -> dict[str, Flow]:
    """The flows by id."""
    return _read("flows", Flow)


def stocks() -> dict[str, Stock]:
    """The numbers that can be reconciled, by id."""
    return _read("stocks", Stock)


def panels() -> dict[str, Panel]:
    """The panels by id."""
    return _read("panels", Panel)


def audits() -> dict[str, Audit]:
    """The audits by id."""
    return _read("audits", Audit)


def agreements() -> dict[str, Agreement]:
    """The figures that should agree from page to page, by id."""
    return _read("agreements", Agreement)


def _read(name: str, kind: type) -> dict:
    return _cached(str(paths.data_dir() / "catalogue" / "services" / f"{name}.yml"), kind)


@functools.lru_cache(maxsize=32)
def _cached(path: str, kind: type) -> dict:
    return read_list(Path(path), kind)
