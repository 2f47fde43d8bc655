"""Department for Education: Explore Education Statistics in every layout, older underlying data,
the table tool."""

from cyp_analysis.loaders.front_door import front_door

_NAMES = {
    "read_ees": "ees",
    "read_general": "general",
    "read_table_tool": "table_tool",
    "read_underlying": "underlying",
}
__all__ = [*_NAMES]
__getattr__ = front_door(__name__, _NAMES)
