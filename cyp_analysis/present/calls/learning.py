"""Calls about learning: places in England, gaps between groups, groups side by side."""

from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection


class Learning:
    """Places counted from the best, gaps over time, groups of children."""

    _selection: Selection

    def league(self, ids: str | list[str], caption: str | None = None) -> Block:
        """Latest figures with their place in England, counted from the best, and the one before."""
        from cyp_analysis.present.learning.league import league

        return league(self._selection, ids, caption)

    def gap(self, indicator_id: str) -> Block:
        """How far a group of children is behind the others, over time."""
        from cyp_analysis.present.learning.gaps import gap

        return gap(self._selection, indicator_id)

    def groups(self, ids: str | list[str], title: str | None = None) -> Block:
        """Groups of children side by side, the area's figure beside England's."""
        from cyp_analysis.present.learning.groups import groups

        return groups(self._selection, ids, title)
