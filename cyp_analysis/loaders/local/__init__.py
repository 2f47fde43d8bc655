"""A council's own returns: templates, dashboards, lists, surveys and extracts of child records."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "blank": "template",
    "count_folder": "extract",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
