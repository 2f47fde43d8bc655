"""The country that an area is set beside."""

from cyp_analysis.geography import Area


def code_of(area: Area) -> str:
    """The code of the country that an area lies in; a country's own."""
    return area.country_code or area.code
