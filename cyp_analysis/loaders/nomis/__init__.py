"""Nomis: answers of its API and tables of its query page."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "read_api": "api",
    "read_workbook": "workbook",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
