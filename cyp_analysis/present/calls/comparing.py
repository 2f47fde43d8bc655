"""Calls that set the area beside others."""

from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection


class Comparing:
    """Comparators, profiles of many indicators, outliers."""

    _selection: Selection

    def comparators(self, indicator_id: str) -> Block:
        """England, the region, statistical neighbours and other groups beside the area."""
        from cyp_analysis.present.comparing.comparators import comparators

        return comparators(self._selection, indicator_id)

    def standing_out(self) -> Block:
        """What is different here, how sure that is, and how many children it concerns."""
        from cyp_analysis.present.comparing.outliers import standing_out

        return standing_out(self._selection)

    def outliers(self, limit: int = 15) -> Block:
        """The latest figures that stand out when all are tested at once, worse ones first."""
        from cyp_analysis.present.comparing.outliers import outliers

        return outliers(self._selection, limit)

    def spine(self, ids: str | list[str] | None = None) -> Block:
        """Each indicator's place between the worst and the best of the authorities."""
        from cyp_analysis.present.comparing.spine import spine

        return spine(self._selection, ids)

    def rug(self, ids: str | list[str] | None = None) -> Block:
        """Indicators in rows, comparators in columns, the verdict against each in the cell."""
        from cyp_analysis.present.comparing.rug import rug

        return rug(self._selection, ids)

    def funnel(self, indicator_id: str) -> Block:
        """Authorities by size, and which of them lie beyond what chance alone would explain."""
        from cyp_analysis.present.comparing.funnel import funnel

        return funnel(self._selection, indicator_id)

    def slope(self, indicator_id: str) -> Block:
        """The area, its statistical neighbours and England at two points of time."""
        from cyp_analysis.present.comparing.slope import slope

        return slope(self._selection, indicator_id)
