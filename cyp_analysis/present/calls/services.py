"""Calls about services, month by month."""

from cyp_analysis.present.selection import Selection


class Services:
    """Flows, monthly tables, targets, panels."""

    _selection: Selection
