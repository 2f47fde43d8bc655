"""Small tables of an edition, made for sentences to be held against."""

import pandas as pd

from cyp_analysis import catalogue, geography
from cyp_analysis.present.claims.binder import Binder
from cyp_analysis.present.claims.comparing_words import words_in
from cyp_analysis.present.claims.facts import Facts
from cyp_analysis.present.claims.index import Index
from cyp_analysis.present.claims.ledger import ledger_of
from cyp_analysis.present.claims.naming import own_codes
from cyp_analysis.present.claims.passages import Passage
from cyp_analysis.present.claims.vocabulary import Vocabulary, catalogue_phrases

AREA, LONDON, ENGLAND = "E09000003", "E12000007", "E92000001"
CAMDEN, BRENT = "E09000007", "E09000005"
SHARE = "children_in_low_income_families"  # in per cent, one decimal
RATE = "local_children_in_care_rate"
KEY = ["indicator_id", "area_code", "period_start", "period_end", "sex", "age", "category"]
_USUAL = {
    "indicator_id": SHARE, "area_code": AREA, "sex": "persons", "age": "", "category_type": "",
    "category": "", "period_label": "2016", "period_start": pd.Timestamp("2016-01-01"),
    "period_end": pd.Timestamp("2016-12-31"), "recent_trend": "cannot_be_calculated",
    "outcome": "not_compared", "side": "not_compared", "benchmark_area_code": "",
}  # fmt: skip


def table(*rows: dict, **usual: object) -> pd.DataFrame:
    """Rows of a table with what most of them have."""
    return pd.DataFrame([_USUAL | usual | row for row in rows])


def plain(*rows: dict) -> pd.DataFrame:
    """Rows of a table of no indicator: area and period only."""
    names = ("area_code", "period_label", "period_start", "period_end")
    return pd.DataFrame([{name: _USUAL[name] for name in names} | row for row in rows])


def facts_of(**tables: pd.DataFrame) -> Facts:
    """What an edition of these tables knows about the area."""
    area = geography.area(AREA)
    usual = {"indicators": table({"value": 14.0}), "comparisons": table({"rank": None})}
    made = object.__new__(Facts)
    made.area, made._last_said, made._meaning = area, None, {}
    made.tables = usual | tables
    made._index = Index(made.tables, own_codes(area))
    return made


class Sample:
    """Sentences held against small tables."""

    def __init__(self, **tables: pd.DataFrame) -> None:
        known = catalogue.load()
        words = Vocabulary(catalogue_phrases(known))
        self.binder = Binder(facts_of(**tables), known.indicators, words)

    def held(self, text: str, call: str, **more: object) -> dict[str, str]:
        """Each number of a sentence with the table and column, or the rule, that holds it."""
        binding = self.binder.bind(self._passage(text, call, more))
        return {
            b.number.text: f"{b.cell.table}.{b.cell.column}" if b.cell else b.rule
            for b in binding.bound
        }

    def loose(self, text: str, call: str, **more: object) -> list[str]:
        """Numbers and words of a sentence that nothing holds, in the order read."""
        made = ledger_of("a.html", [self._passage(text, call, more)], self.binder)
        return [fault.text for fault in made.faults]

    def words(self, text: str, call: str, **more: object) -> dict[str, str]:
        """Each comparative word with what holds it."""
        binding = self.binder.bind(self._passage(text, call, more))
        return {word.text: word.evidence for word in words_in(binding, self.binder.facts)}

    @staticmethod
    def _passage(text: str, call: str, more: dict) -> Passage:
        given = {"kind": "p", "ids": None, **more}
        return Passage(text, call=call, **given)
