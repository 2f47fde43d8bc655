"""Which indicator a number is about: a figure of another indicator does not hold it."""

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.present.claims.about import About
from cyp_analysis.present.claims.numbers import numbers_in
from cyp_analysis.present.claims.passages import Passage
from tests.claims_sample import ENGLAND, LONDON, SHARE, Sample, plain, table

OTHER = "attainment_8"


def _ids(text: str, number: str, ids: tuple[str, ...] | None) -> frozenset[str] | None:
    known = catalogue.load().indicators
    found = next(n for n in numbers_in(text, []) if n.text == number)
    return About(known).ids(found, Passage(text, "alt", "spine", ids))


def _name(indicator: str) -> str:
    return catalogue.load().indicators[indicator].name


def test_a_clause_that_names_an_indicator_is_about_it():
    text = f"Barnet: {_name(SHARE)} 14.0%; {_name(OTHER)} 50.5."
    assert SHARE in _ids(text, "14.0%", (SHARE, OTHER))
    assert OTHER not in _ids(text, "14.0%", (SHARE, OTHER))
    assert _ids(text, "50.5", (SHARE, OTHER)) == {OTHER}


def test_a_clause_that_names_none_may_be_about_any_of_the_call():
    assert _ids("There were 14.0% there.", "14.0%", (SHARE, OTHER)) == {SHARE, OTHER}
    assert _ids("There were 14.0% there.", "14.0%", None) is None


def test_a_call_that_names_measures_of_documents_is_about_all_of_them():
    passage = Passage(f"{_name(OTHER)} 5.", "p", "service", (SHARE, OTHER))
    (number,) = [n for n in numbers_in(passage.text, []) if n.text == "5"]
    found = About(catalogue.load().indicators).ids(number, passage)
    assert found == {SHARE, OTHER}


def test_a_call_of_one_indicator_is_about_it_whatever_is_named():
    assert _ids(f"{_name(OTHER)} 14.0%.", "14.0%", (SHARE,)) == {SHARE}


@pytest.mark.parametrize(("number", "loose"), [("14.0%", []), ("15.0%", ["15.0%"])])
def test_a_number_is_not_held_by_another_indicators_figure(number, loose):
    sample = Sample(
        indicators=table({"value": 14.0}, {"indicator_id": "obesity_reception", "value": 15.0})
    )
    text = f"{_name(SHARE)} {number} in 2016."
    assert sample.loose(text, "table", ids=(SHARE, "obesity_reception")) == loose


def test_a_ratio_is_of_the_two_figures_before_it():
    days = {"around": "2016"}
    rows = ({"group": g, "count": n} for g, n in (("boys", 205.0), ("girls", 122.0)))
    sample = Sample(panels=plain(*rows))
    text = "There were 205 boys and 122 girls: 1.68 : 1."
    assert sample.loose(text, "placements", **days) == []
    assert sample.held(text, "placements", **days)["1.68"] == "ratio of two figures"
    assert sample.loose(text.replace("1.68", "1.69"), "placements", **days)[0] == "1.69"
    assert sample.loose(text.replace(": 1.", ": 2."), "placements", **days) != []


def test_regions_are_counted_without_parts_of_regions():
    areas = [LONDON, "E12000001", "E13000001"]
    rows = table(*({"area_code": a, "value": 14.0 + n} for n, a in enumerate(areas)))
    sample = Sample(indicators=rows)
    text = "Children in low-income families (2016): of 2 regions the two are alike."
    assert sample.loose(text, "comparators", ids=(SHARE,)) == []
    assert sample.loose(text.replace("of 2", "of 3"), "comparators", ids=(SHARE,)) == ["3"]


def test_a_spine_counts_the_verdicts_that_it_draws():
    day = {"period_start": pd.Timestamp("2016-01-01"), "period_end": pd.Timestamp("2016-12-31")}
    names = (SHARE, "obesity_reception", OTHER)
    usual = {"sex": "persons", "age": "", "category": "", **day}
    spread = [{"indicator_id": i, "area_code": ENGLAND, "lowest": 1.0, "highest": 9.0, **usual}
              for i in names[:2]]  # fmt: skip
    outcomes = dict(zip(names, ("worse", "better", "better"), strict=True))
    sample = Sample(
        indicators=table(*({"indicator_id": i, "value": 5.0} for i in names)),
        spreads=pd.DataFrame(spread),
        comparisons=table(*({"indicator_id": i, "benchmark_area_code": ENGLAND, "outcome": o}
                            for i, o in outcomes.items())),
    )  # fmt: skip
    text = "Barnet: 1 worse and 1 better than England"
    assert sample.loose(text, "spine", ids=names) == []
    # The third figure is better too, but no spread of it is drawn.
    assert sample.loose(text.replace("1 better", "2 better"), "spine", ids=names) == ["2"]
    assert sample.loose(text.replace("1 worse", "2 worse"), "spine", ids=names) == ["2"]
