"""Calls about what people say and who is behind."""

from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection


class Voices:
    """Surveys, quotes, inequalities, histories."""

    _selection: Selection

    def voice(self, limit: int = 6) -> Block:
        """What children and families say on the chapter's subject: survey results and quotes."""
        from cyp_analysis.present.voices.panel import voice

        return voice(self._selection, limit)

    def survey(self) -> Block:
        """Every survey of the area: its results with their bases, intervals and tests."""
        from cyp_analysis.present.voices.survey import survey

        return survey(self._selection)

    def consultations(self) -> Block:
        """Who was asked, when and how many answered."""
        from cyp_analysis.present.voices.survey import consultations

        return consultations(self._selection)

    def quotes(self) -> Block:
        """Every quote that the area has collected, by chapter."""
        from cyp_analysis.present.voices.quotes import all_quotes

        return all_quotes(self._selection)

    def inequality(self, indicator_id: str) -> Block:
        """Groups of children side by side: who is behind, by how much and how many they are."""
        from cyp_analysis.present.voices.inequality import inequality

        return inequality(self._selection, indicator_id)

    def gap_series(self, indicator_id: str) -> Block:
        """A gap over time, in a sentence and a chart."""
        from cyp_analysis.present.voices.gap_series import gap_series

        return gap_series(self._selection, indicator_id)

    def behind_the_gaps(self, limit: int = 20) -> Block:
        """The tested gaps of the chapter's indicators, those of most children first."""
        from cyp_analysis.present.voices.behind import behind_the_gaps

        return behind_the_gaps(self._selection, limit)

    def widest_gap(self) -> Block:
        """Of the tested gaps the one of most children or events, in a sentence."""
        from cyp_analysis.present.voices.behind import widest_gap

        return widest_gap(self._selection)

    def representation(self) -> Block:
        """Groups' shares in services beside their shares of all children."""
        from cyp_analysis.present.voices.behind import representation

        return representation(self._selection)

    def core20plus5(self) -> Block:
        """The most deprived fifth, the groups chosen here and the five clinical areas."""
        from cyp_analysis.present.voices.core20 import core20plus5

        return core20plus5(self._selection)

    def history(self, indicator_id: str) -> Block:
        """How the area stood over the years beside its benchmarks and its own first year."""
        from cyp_analysis.present.voices.history import history

        return history(self._selection, indicator_id)
