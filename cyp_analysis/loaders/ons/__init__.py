"""Office for National Statistics: populations, projections, small areas, Census 2021."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "read_components": "components",
    "read_detailed": "detailed",
    "read_mid_year": "mid_year",
    "read_small_areas": "small_areas",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
