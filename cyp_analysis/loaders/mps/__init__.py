"""Metropolitan Police Service, crime figures on the London Datastore."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "read_dashboard": "dashboard",
    "read_recorded_crime": "recorded",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
