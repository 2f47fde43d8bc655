"""Calls that show where: maps, wards, pyramids."""

from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection


class Places:
    """Small areas and the population."""

    _selection: Selection

    def map(self, indicator_id: str, places: str = "") -> Block:
        """Map of an indicator, with its ranked table: `places` is ward, lsoa, msoa, district or
        authority (those of the region); by default the first that has figures."""
        from cyp_analysis.present.places.maps import map_block

        return map_block(self._selection, indicator_id, places)

    def place_trends(self, indicator_id: str, places: str = "") -> Block:
        """Small charts of every place over time, the area's own line in each."""
        from cyp_analysis.present.places.trends import place_trends

        return place_trends(self._selection, indicator_id, places)

    def paired_places(self, first: str, second: str, places: str = "") -> Block:
        """Two figures of each place beside one another, such as before and after housing costs."""
        from cyp_analysis.present.places.pairs import paired_places

        return paired_places(self._selection, first, second, places)

    def deprivation_profile(self, indicator_id: str = "deprivation_decile") -> Block:
        """Share of neighbourhoods, or of people, in each national fifth of deprivation."""
        from cyp_analysis.present.places.deprivation import deprivation_profile

        return deprivation_profile(self._selection, indicator_id)

    def pyramid(self) -> Block:
        """Population by age and sex, with the outline of England or the region."""
        from cyp_analysis.present.places.pyramid import pyramid

        return pyramid(self._selection)

    def age_bands(self) -> Block:
        """Children and young people by five-year age band, with their shares."""
        from cyp_analysis.present.places.bands import age_bands

        return age_bands(self._selection)

    def projection(self, indicator_id: str) -> Block:
        """What is to come: the projected population, or the children in need of something if
        today's rate stays."""
        from cyp_analysis.present.places.projection import projection

        return projection(self._selection, indicator_id)
