"""Department for Work and Pensions: children in low income families."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "read_export": "xplore",
    "read_low_income": "workbook",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
