"""Calls about plans and the Family Friendly Index."""

from cyp_analysis.present.selection import Selection


class Plans:
    """Objectives, measures, actions, risks, money."""

    _selection: Selection
