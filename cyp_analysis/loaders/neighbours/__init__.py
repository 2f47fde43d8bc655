"""Statistical neighbours, in every layout in which they are issued."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "read_neighbours": "lists",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
