"""Ofsted: judgements of authorities and of providers."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "read_judgements": "inspections",
    "read_providers": "providers",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
