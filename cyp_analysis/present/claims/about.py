"""Which indicators a number is about: those that its own clause names, where a call has several."""

import re
from collections.abc import Mapping
from functools import cached_property

from cyp_analysis.catalogue import Indicator
from cyp_analysis.present.claims.calls import OF_SEVERAL
from cyp_analysis.present.claims.numbers import Number
from cyp_analysis.present.claims.passages import Passage

# Calls whose clauses name their figure as the catalogue does; others name documents' own measures.
_BY_NAME = OF_SEVERAL | {"glance", "headlines", "outliers", "standing_out", "table", "tiles"}
_END = re.compile(r"; |[.:!?] (?=[A-Z“])")


class About:
    """The catalogue's names, looked for in the clause of a number."""

    def __init__(self, known: Mapping[str, Indicator]) -> None:
        self.known = known

    def ids(self, number: Number, passage: Passage) -> frozenset[str] | None:
        """The indicators that a number may be of; None if any."""
        given = None if passage.ids is None else frozenset(passage.ids)
        if passage.call not in _BY_NAME or (given is not None and len(given) < 2):
            return given
        clause = _clause(passage.text, number.start).casefold()
        named = frozenset().union(*(ids for name, ids in self._names.items() if name in clause))
        named = named if given is None else named & given
        return named or given

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for indicator in self.known.values():
            for name in {indicator.name.casefold(), indicator.subject.casefold()}:
                found[name] = found.get(name, frozenset()) | {indicator.id}
        return found


def _clause(text: str, start: int) -> str:
    """The part between semicolons or full stops that holds a place of a text."""
    before = [m.end() for m in _END.finditer(text, 0, start)]
    after = _END.search(text, start)
    return text[before[-1] if before else 0 : after.start() if after else len(text)]
