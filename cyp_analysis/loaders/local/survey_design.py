"""What to count in a survey of respondents: the small file that lies beside the answers."""

from dataclasses import field
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from cyp_analysis import catalogue
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CatalogueError

_STRICT = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
# Answers that are none: out of the base unless the design names them.
NO_ANSWER = (
    *("don't know", "dont know", "don’t know", "dk", "not sure", "prefer not to say", "pnts"),
    *("refused", "not answered", "no answer", "not applicable", "n/a", "missing"),
)


@dataclass(frozen=True, config=_STRICT)
class Asked:
    """A question or a subgroup: its words, its answers (code → words), those that agree, and
    those that are left out of the base."""

    label: str
    answers: dict[str, str] = field(default_factory=dict)
    agree: list[str] = field(default_factory=list)
    leave_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, config=_STRICT)
class Design:
    """What to count: columns of questions and of subgroups, and how the file is to be read."""

    questions: dict[str, Asked]
    subgroups: dict[str, Asked] = field(default_factory=dict)
    survey: str = ""
    area: str = ""
    wave: str = ""
    weight: str = ""
    age: str = ""


def design_of(path: Path, source: Source) -> Design:
    """The design beside a file (`answers.yml` beside `answers.csv`), else the passport's.

    CatalogueError, saying what to write, where there is none or one that is not understood.
    """
    places = [path.with_suffix(".yml"), path.with_suffix(".yaml"), path.parent / "survey.yml"]
    beside = next((place for place in places if place.is_file()), None)
    if beside:
        return _checked(beside, catalogue.read_yaml(beside))
    if source.measures:
        thing = Path(f"data/catalogue/sources/{source.id}.yml")
        return _checked(thing, {"questions": source.measures})
    action = (
        f"Write {places[0].name} beside it, such as `questions: {{q1: Feels safe at school}}`; "
        "docs/local_returns.md shows one."
    )
    rule = "must come with a file that says which columns are questions"
    raise CatalogueError(path, rule, "none beside it", action)


def _checked(place: Path, entry: object) -> Design:
    if not isinstance(entry, dict):
        raise CatalogueError(
            place, "must be a mapping of keys", type(entry).__name__, "Begin with `questions:`."
        )
    parts = {name: _worded(entry[name]) for name in ("questions", "subgroups") if name in entry}
    try:
        return TypeAdapter(Design).validate_python(entry | parts)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        # A misspelt key comes before the key that is missing because of it.
        first = min(faults, key=lambda fault: fault["type"].startswith("missing"))
        key = ".".join(str(part) for part in first["loc"])
        action = "docs/local_returns.md lists the keys."
        raise CatalogueError(place, f"`{key}`: {first['msg']}", first["type"], action) from None


def _worded(columns: object) -> object:
    """`q1: Feels safe` is short for `q1: {label: Feels safe}`."""
    if not isinstance(columns, dict):
        return columns
    return {
        str(name): {"label": asked} if isinstance(asked, str) else asked
        for name, asked in columns.items()
    }
