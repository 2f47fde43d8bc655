"""Calls about services, month by month."""

from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection


class Services:
    """Flows, monthly tables, targets, panels."""

    _selection: Selection

    def service(self, service_id: str) -> Block:
        """One service: what changed, its measures month by month, targets, breakdowns."""
        from cyp_analysis.present.services.pages import service

        return service(self._selection, service_id)

    def flow(self) -> Block:
        """From contact to care: the stages of the newest period and what passes on."""
        from cyp_analysis.present.services.flow import flow

        return flow(self._selection)

    def reconciliation(self, ids: list[str] | None = None) -> Block:
        """Whether start, joiners, leavers and end agree, period by period."""
        from cyp_analysis.present.services.flow import reconciliation

        return reconciliation(self._selection, ids)

    def placements(self) -> Block:
        """Placements of children in care by sex, age, duration and ethnicity, with their checks."""
        from cyp_analysis.present.services.placements import placements

        return placements(self._selection)

    def audits(self) -> Block:
        """Gradings of case audits by month, service and practice domain."""
        from cyp_analysis.present.services.audits import audits

        return audits(self._selection)

    def target_summary(self) -> Block:
        """How many targets of the chapter are met, and which are not."""
        from cyp_analysis.present.services.tiles import target_summary

        return target_summary(self._selection)

    def corporate_indicators(self, ids: list[str] | None = None) -> Block:
        """Target, result, variance, neighbours and direction of travel of each indicator."""
        from cyp_analysis.present.services.tiles import corporate_indicators

        return corporate_indicators(self._selection, ids)

    def characteristics(self, indicator_id: str) -> Block:
        """A table for each kind of group (age, placement, ethnic group …) of an indicator."""
        from cyp_analysis.present.services.characteristics import characteristics

        return characteristics(self._selection, indicator_id)
