"""Calls about need that is expected rather than seen."""

from cyp_analysis.present.selection import Selection


class Needs:
    """Modelled prevalence, unmet need, waits, capacity."""

    _selection: Selection
