"""Calls that every chapter must have: its words, what is missing, definitions, sources."""

from cyp_analysis.present import chapter_notes
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection


class Contract:
    """The parts of a chapter that its readers may always expect."""

    _selection: Selection

    def commentary(self) -> Block:
        """The analyst's commentary on this chapter."""
        return chapter_notes.commentary(self._selection)

    def sources(self) -> Block:
        """The documents that the chapter's figures come from."""
        return chapter_notes.sources(self._selection)

    def missing(self) -> Block:
        """Indicators without a figure for the area, and how to get them."""
        return chapter_notes.missing(self._selection)

    def definitions(self, ids: list[str] | None = None) -> Block:
        """What the indicators mean and how they are worked out."""
        return chapter_notes.definitions(self._selection, ids)
