"""Office for Health Improvement and Disparities, Fingertips."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "read_fingertips": "download",
    "read_fingertips_next": "upload",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
