"""English Indices of Deprivation of 2015, 2019 and 2025."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "read_indices": "indices",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
