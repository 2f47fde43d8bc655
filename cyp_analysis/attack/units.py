"""What a reader finds in a file: rows of tables, words, and marks of drawings."""

from typing import NamedTuple


class Row(NamedTuple):
    """A row of a table: the headers and the texts of its cells, and what is said of the table."""

    file: str
    place: str
    context: str
    headers: tuple[str, ...]
    cells: tuple[str, ...]


class Words(NamedTuple):
    """A piece of text, and what is said around it."""

    file: str
    place: str
    context: str
    text: str


class Mark(NamedTuple):
    """A bar or point drawn beside a label, at a value from `low` to `high` on the scale."""

    file: str
    place: str
    context: str
    label: str
    low: float
    high: float


Unit = Row | Words | Mark
