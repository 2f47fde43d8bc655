"""Which areas an edition is built for."""

from collections.abc import Sequence

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.errors import UsageError
from cyp_analysis.geography import Area

AREA_LEVELS = ("authority", "region", "country")


def chosen_areas(texts: Sequence[str]) -> tuple[Area, ...]:
    """Upper-tier authorities, regions or England by code or name, each once; UsageError for
    another kind of area."""
    areas = tuple(dict.fromkeys(geography.area(text) for text in texts))
    for area in areas:
        if area.level not in AREA_LEVELS:
            raise UsageError(
                "--area",
                "must be an upper-tier authority, a region or England",
                f"{area.name} ({area.level})",
                "`cyp list areas` shows them.",
            )
    return areas


def areas_with_data(indicators: pd.DataFrame) -> tuple[Area, ...]:
    """Every upper-tier authority of today that has a row."""
    present = set(indicators["area_code"])
    england = geography.areas().query("level == 'country'")["code"].iloc[0]
    return tuple(geography.area(code) for code in geography.members(england) if code in present)
