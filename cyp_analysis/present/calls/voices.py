"""Calls about what people say and who is behind."""

from cyp_analysis.present.selection import Selection


class Voices:
    """Surveys, quotes, inequalities."""

    _selection: Selection
