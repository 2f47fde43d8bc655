"""Calls that set the area beside others."""

from cyp_analysis.present.selection import Selection


class Comparing:
    """Comparators, profiles of many indicators, outliers."""

    _selection: Selection
