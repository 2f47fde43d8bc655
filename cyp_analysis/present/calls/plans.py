"""Calls about plans and the Family Friendly Index."""

from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection

_INDEX = "family_friendly_index"


class Plans:
    """Objectives, measures, actions, risks, money."""

    _selection: Selection

    def plan_summary(self) -> Block:
        """What is done, late, changed and at risk, a sentence each."""
        from cyp_analysis.present.plans.summary import plan_summary

        return plan_summary(self._selection)

    def objectives(self) -> Block:
        """Objectives of the area's plans with the figures that follow each."""
        from cyp_analysis.present.plans.objectives import objectives

        return objectives(self._selection)

    def success_measures(self) -> Block:
        """Success measures with baseline, newest figure, direction wanted and achieved."""
        from cyp_analysis.present.plans.success import success_measures

        return success_measures(self._selection)

    def actions(self, tracker: str = "") -> Block:
        """Action trackers: states, late actions, blanks; all, or those of a name."""
        from cyp_analysis.present.plans.actions import actions

        return actions(self._selection, tracker)

    def progress(self) -> Block:
        """What was to be done beside what was done."""
        from cyp_analysis.present.plans.progress import progress

        return progress(self._selection)

    def risks(self) -> Block:
        """Risk registers, with ratings checked."""
        from cyp_analysis.present.plans.registers import risks

        return risks(self._selection)

    def savings(self) -> Block:
        """Planned savings by line and year, with totals checked."""
        from cyp_analysis.present.plans.registers import savings

        return savings(self._selection)

    def money(self) -> Block:
        """Grants, budgets and savings as the papers print them."""
        from cyp_analysis.present.plans.papers import money

        return money(self._selection)

    def engagement(self) -> Block:
        """Who took part in which consultation."""
        from cyp_analysis.present.plans.papers import engagement

        return engagement(self._selection)

    def index(self, index_id: str = _INDEX) -> Block:
        """Ratings of the aspirations of an index."""
        from cyp_analysis.present.plans.index import index

        return index(self._selection, index_id)

    def index_measures(self, index_id: str = _INDEX) -> Block:
        """Each measure of an index: change, level, rating."""
        from cyp_analysis.present.plans.index import index_measures

        return index_measures(self._selection, index_id)

    def index_history(self, index_id: str = _INDEX) -> Block:
        """Ratings of an index by year."""
        from cyp_analysis.present.plans.index_history import index_history

        return index_history(self._selection, index_id)

    def index_trends(self, index_id: str = _INDEX, aspiration: int | None = None) -> Block:
        """Charts of an index's measures over time."""
        from cyp_analysis.present.plans.index_trends import index_trends

        return index_trends(self._selection, index_id, aspiration)

    def index_rule(self, index_id: str = _INDEX) -> Block:
        """How the ratings of an index are made."""
        from cyp_analysis.present.plans.index_history import index_rule

        return index_rule(self._selection, index_id)

    def index_published(self) -> Block:
        """The index as the area's documents print it."""
        from cyp_analysis.present.plans.index_history import index_published

        return index_published(self._selection)
