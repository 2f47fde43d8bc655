"""data.police.uk: street-level crime, outcomes, stop and search."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "count_stops": "stops",
    "read_street": "street",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
