"""Calls that show figures: headlines, trends, comparisons, tables."""

from cyp_analysis.present import chapter_tables, chapter_text
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection


class Figures:
    """Sentences, charts and tables of indicators."""

    _selection: Selection

    def headlines(self, limit: int = 5) -> Block:
        """The chapter's leading figures in sentences, worse first."""
        return chapter_text.headlines(self._selection, limit)

    def tiles(self, ids: str | list[str] | None = None, limit: int = 8) -> Block:
        """The latest figures of the first indicators of a list or group in large type."""
        from cyp_analysis.present.tiles import tiles

        return tiles(self._selection, ids, limit)

    def headline(self, indicator_id: str) -> Block:
        """The whole sentence about one indicator's latest figure."""
        return chapter_text.headline(self._selection, indicator_id)

    def trend(self, indicator_id: str) -> Block:
        """One indicator over time, with its interval and benchmarks."""
        from cyp_analysis.present.chapter_trend import trend

        return trend(self._selection, indicator_id)

    def compare(self, indicator_id: str, benchmark: str = "region") -> Block:
        """Chart of the authorities of the area's "region" or of "england"."""
        from cyp_analysis.present.chapter_bars import compare

        return compare(self._selection, indicator_id, benchmark)

    def breakdown(self, indicator_id: str) -> Block:
        """Chart of an indicator's categories in the latest period."""
        from cyp_analysis.present.chapter_bars import breakdown

        return breakdown(self._selection, indicator_id)

    def ranking(self, indicator_id: str, benchmark: str = "region") -> Block:
        """Table of the authorities of the area's "region" or of "england", with verdicts."""
        return chapter_tables.ranking(self._selection, indicator_id, benchmark)

    def table(self, ids: str | list[str] | None = None, caption: str | None = None) -> Block:
        """The latest figure of each indicator of a list, or of a group of chapters.yml.

        None means all of the chapter that have one.
        """
        return chapter_tables.table(self._selection, ids, caption)

    def targets(self, ids: list[str] | None = None) -> Block:
        """Targets, latest figures and the variance between them."""
        return chapter_tables.targets(self._selection, ids)

    def differences(self, limit: int | None = None) -> Block:
        """Printed figures that differ from those computed, for this area and its documents."""
        return chapter_tables.differences(self._selection, limit)
