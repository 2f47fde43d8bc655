"""Calls about need that is expected rather than seen."""

from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection


class Needs:
    """Modelled prevalence, unmet need, waits, capacity."""

    _selection: Selection

    def prevalence(self, model: str = "", split: str = "") -> Block:
        """How many children are likely to have a condition, by the newest national survey or the
        model named; `split` divides them by "age", "sex" or "age_and_sex"."""
        from cyp_analysis.present.needs.prevalence import prevalence

        return prevalence(self._selection, model, split)

    def prevalence_surveys(self) -> Block:
        """What each national survey would mean for the area."""
        from cyp_analysis.present.needs.prevalence import surveys

        return surveys(self._selection)

    def estimates(self, ids: str | list[str] = "prevalence") -> Block:
        """Estimates that documents print, the area beside its region and country."""
        from cyp_analysis.present.needs.prevalence import estimates

        return estimates(self._selection, ids)

    def unmet_need(self) -> Block:
        """Children expected to have a condition, children seen, and the difference."""
        from cyp_analysis.present.needs.unmet import unmet_need

        return unmet_need(self._selection)

    def access(self) -> Block:
        """The share treated against its target and beside others; referrals accepted."""
        from cyp_analysis.present.needs.access import access

        return access(self._selection)

    def waits(self) -> Block:
        """Waits by length, and against the standard of each service."""
        from cyp_analysis.present.needs.waits import waits

        return waits(self._selection)

    def capacity(self) -> Block:
        """Spending by provider, staff by role and inpatient beds by unit, with their sums."""
        from cyp_analysis.present.needs.capacity import capacity

        return capacity(self._selection)

    def clinical_areas(self) -> Block:
        """The five clinical areas of Core20PLUS5 for children, each with its indicators."""
        from cyp_analysis.present.needs.clinical_areas import clinical_areas

        return clinical_areas(self._selection)
