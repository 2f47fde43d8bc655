"""Calls that show where: maps, wards, pyramids."""

from cyp_analysis.present.selection import Selection


class Places:
    """Small areas and the population."""

    _selection: Selection
