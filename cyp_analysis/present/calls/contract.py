"""Calls that every chapter must have: its words, what is missing, definitions, sources."""

from cyp_analysis.present import chapter_notes
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection


class Contract:
    """The parts of a chapter that its readers may always expect."""

    _selection: Selection

    def ownership(self) -> Block:
        """Who answers for the chapter, for when it was written and how new its figures are."""
        from cyp_analysis.present.contract.ownership import ownership

        return ownership(self._selection)

    def commentary(self, section: str = "") -> Block:
        """The analyst's commentary on this chapter, or one section of what an authority wrote:
        "why_it_matters", "who_is_at_risk", "services_and_assets", "what_works" or "gaps"."""
        return chapter_notes.commentary(self._selection, section)

    def gaps(self) -> Block:
        """What is not known on the chapter's subject, why that matters and what is planned."""
        from cyp_analysis.present.contract.lists import gaps

        return gaps(self._selection)

    def recommendations(self) -> Block:
        """What is recommended, on what finding, who owns it and by when."""
        from cyp_analysis.present.contract.lists import recommendations

        return recommendations(self._selection)

    def sources(self) -> Block:
        """The documents that the chapter's figures come from."""
        return chapter_notes.sources(self._selection)

    def data_age(self) -> Block:
        """Each source of the edition: when published, how new its figures are, what comes next."""
        from cyp_analysis.present.contract.sources import data_age

        return data_age(self._selection)

    def data_quality(self) -> Block:
        """What is doubtful in the documents of the area's figures, and what was done about it."""
        from cyp_analysis.present.contract.sources import data_quality

        return data_quality(self._selection)

    def rights(self) -> Block:
        """The articles of the Convention on the Rights of the Child with the figures on each."""
        from cyp_analysis.present.contract.rights import rights

        return rights(self._selection)

    def missing(self) -> Block:
        """Indicators without a figure for the area, and how to get them."""
        return chapter_notes.missing(self._selection)

    def definitions(self, ids: list[str] | None = None) -> Block:
        """What the indicators mean and how they are worked out."""
        from cyp_analysis.present.definitions import definitions

        return definitions(self._selection, ids)
