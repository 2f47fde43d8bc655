"""Department for Education, Local Authority Interactive Tool, with its dictionary of measures."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "read_dictionary": "dictionary",
    "read_lait": "long",
    "read_lait_tables": "wide",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
