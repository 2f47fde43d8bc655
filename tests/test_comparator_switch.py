"""Whom a table may be set beside: verdicts that the edition holds, in the order of telling."""

from dataclasses import dataclass
from math import nan
from types import SimpleNamespace

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.present import choosing, shown, tables
from cyp_analysis.present.choosing import Choice
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.comparing import switch
from cyp_analysis.present.markup import verdict
from cyp_analysis.present.tables import Column, Table

BARNET, BRENT, LONDON, ENGLAND = "E09000003", "E09000005", "E12000007", "E92000001"
CARE, LEAVERS = "children_looked_after_rate", "care_leavers_accommodation"
NOT = verdict("not_compared", "not_compared")
KNOWN = catalogue.load()


@dataclass
class Memory:
    """An edition that holds comparators only."""

    comparators: pd.DataFrame

    def read(self, table, *, areas=None, indicators=None):
        assert table == "comparators"
        rows = self.comparators
        return rows[rows["area_code"].isin(areas) & rows["indicator_id"].isin(indicators)]


def row(indicator_id=CARE, area=BARNET, **changes) -> pd.Series:
    """An indicator row as far as the switch needs it."""
    made = {
        "indicator_id": indicator_id,
        "area_code": area,
        "period_start": pd.Timestamp("2025-03-31"),
        "period_end": pd.Timestamp("2025-03-31"),
        "sex": "persons",
        "age": "<18 yrs",
        "category_type": "",
        "category": "",
        "benchmark_area_code": ENGLAND,
        "value": 40.0,
    }
    return pd.Series(made | changes)


def beside(kind: str, name: str, side: str, area=BARNET, **changes) -> dict:
    """One row of the table of comparators."""
    made = dict(row(area=area)) | {
        "comparator_id": kind,
        "comparator_name": name,
        "how": "published",
        "model": "",
        "value": 70.0,
        "side": side,
        "outcome": side,
    }
    return made | changes


ENGLANDS = beside("england", "England", "lower")
LONDONS = beside("region", "London", "similar", value=52.0)
MEAN = beside("statistical_neighbours", "Statistical neighbours", "higher", how="mean", value=30.0)
MEDIAN = MEAN | {"how": "median", "side": "similar", "outcome": "similar", "value": 39.0}
TOGETHER = beside("region_authorities", "All authorities of London", "similar", how="pooled")
EVERY = (ENGLANDS, LONDONS, MEAN, MEDIAN, TOGETHER)


def selection(*comparators: dict) -> SimpleNamespace:
    """As much of a selection as the switch reads."""
    edition = Memory(pd.DataFrame(comparators, columns=list(ENGLANDS)))
    return SimpleNamespace(edition=edition, indicator=lambda name: KNOWN.indicators[name])


def summary(benchmark="England 70.0", found=None) -> Table:
    """A summary table of one row."""
    columns = (
        Column("Indicator", heads_row=True),
        Column("Benchmark", numeric=True),
        Column("Verdict against benchmark"),
    )
    cells = (("Children looked after", benchmark, found or verdict("lower", "lower")),)
    return Table("Latest", columns, cells)


def test_a_summary_offers_its_benchmark_first_then_the_others_nearest_first():
    made = switch.with_summary_choice(selection(*EVERY), summary(), [row()])
    assert made.choice.names == (
        "England",
        "Statistical neighbours (mean)",
        "Statistical neighbours (median)",
        "London",
    )
    assert made.choice.columns == ("Benchmark", "Verdict against benchmark")


def test_each_choice_has_the_value_and_the_verdict_of_the_edition():
    made = switch.with_summary_choice(selection(*EVERY), summary(), [row()])
    assert made.choice.cells == (
        (
            ("England 70.0", verdict("lower", "lower")),
            ("Statistical neighbours 30.0", verdict("higher", "higher")),
            ("Statistical neighbours 39.0", verdict("similar", "similar")),
            ("London 52.0", verdict("similar", "similar")),
        ),
    )


def test_a_group_of_authorities_stands_in_where_the_region_has_no_figure():
    made = switch.with_summary_choice(selection(ENGLANDS, TOGETHER), summary(), [row()])
    assert made.choice.names == ("England", "All authorities of London (taken together)")


def test_an_indicator_without_the_comparator_says_that_it_has_none():
    rows = [row(), row(LEAVERS, benchmark_area_code="")]
    two = summary()
    two = Table("Latest", two.columns, (two.rows[0], ("Leavers", "none", NOT)))
    made = switch.with_summary_choice(selection(ENGLANDS, MEAN), two, rows)
    assert made.choice.cells[1] == (("none", NOT), ("none", NOT))


def test_benchmarks_that_differ_are_named_as_such():
    rows = [row(), row(benchmark_area_code=LONDON)]
    two = Table("Latest", summary().columns, summary().rows * 2)
    made = switch.with_summary_choice(selection(*EVERY), two, rows)
    assert made.choice.names[0] == "Benchmark of each figure"
    assert {"England", "London"} <= set(made.choice.names)


@pytest.mark.parametrize("found", [(), (ENGLANDS,)])
def test_a_table_with_nothing_else_to_choose_stays_as_it_is(found):
    made = summary()
    assert switch.with_summary_choice(selection(*found), made, [row()]) is made


def test_a_table_that_shows_no_verdict_stays_as_it_is():
    bare = summary(shown.NO_BENCHMARK, NOT).without_silent_columns(frozenset({"none", NOT}))
    assert switch.with_summary_choice(selection(*EVERY), bare, [row()]) is bare


def test_comparators_of_another_period_or_without_a_value_are_not_offered():
    older = MEAN | {"period_end": pd.Timestamp("2020-03-31")}
    made = switch.with_summary_choice(
        selection(ENGLANDS, older, LONDONS | {"value": nan}), summary(), [row()]
    )
    assert made.choice is None


def peers(codes=(LONDON, ENGLAND)) -> SimpleNamespace:
    """Two authorities with their verdicts against the region and England."""
    compared = pd.DataFrame(
        [
            [BARNET, LONDON, "lower", "lower"],
            [BARNET, ENGLAND, "lower", "lower"],
            [BRENT, LONDON, "similar", "similar"],
        ],
        columns=["area_code", "benchmark_area_code", "outcome", "side"],
    )
    rows = pd.DataFrame([row(area=BRENT), row()])
    benchmarks = [row(area=code) for code in codes]
    return SimpleNamespace(row=row(), rows=rows, compared=compared, benchmarks=benchmarks)


def test_a_ranking_offers_its_benchmarks_then_each_authoritys_own_neighbours():
    brents = MEAN | {"area_code": BRENT, "side": "lower", "outcome": "lower"}
    made = switch.ranking_choice(selection(*EVERY, brents), peers())
    assert made.names == (
        "London",
        "England",
        "Statistical neighbours (mean)",
        "Statistical neighbours (median)",
    )
    assert made.columns == ("Verdict against London",)
    assert made.folded == ("Verdict against England",) and made.heading == "Verdict against "
    lower, similar = verdict("lower", "lower"), verdict("similar", "similar")
    assert [[cell for (cell,) in each] for each in made.cells] == [
        ["benchmark"] * 4,
        ["benchmark"] * 4,
        [similar, NOT, lower, NOT],
        [lower, lower, verdict("higher", "higher"), similar],
    ]


def test_neighbours_that_were_taken_in_several_ways_are_named_without_one():
    brents = MEAN | {"area_code": BRENT, "how": "pooled"}
    made = switch.ranking_choice(selection(MEAN, brents), peers())
    assert made.names[2:] == ("Statistical neighbours",)


def test_a_ranking_with_one_comparator_or_none_has_no_choice():
    assert switch.ranking_choice(selection(), peers((LONDON,))) is None
    assert switch.ranking_choice(selection(MEAN), peers(())) is None


def test_the_row_of_a_choice_names_its_contents_by_their_place():
    made = Choice(("A", "B"), ("X", "Y"), ((("1", "2"), ("3", "2")), (("2", "2"), ("1", "3"))))
    assert made.different == ["1", "2", "3"]
    assert made.codes == ("0 1 2 1", "1 1 0 2")


def test_contents_are_escaped_once():
    made = Choice(("A & B",), ("X",), ((("a < b",),), ((verdict("lower", "lower"),),)))
    assert choosing.contents(made).startswith("<template><div>a &lt; b</div><div><span")
    assert '<option value="0">A &amp; B</option>' in choosing.control(made, "cap", "T")


def test_the_control_is_hidden_until_a_script_shows_it():
    made = Choice(("A", "B"), ("X",), ((("1",), ("2",)),))
    html = choosing.control(made, "cap-x", "Numbers")
    assert html.startswith('<div class="choice" hidden="hidden"><label for="cap-x-choice">')
    assert 'Compare with<span class="visually-hidden"> in the table: Numbers</span>' in html
    assert 'id="cap-x-choice" data-table="cap-x-table"' in html


def test_a_table_carries_its_choice_and_its_text_does_not():
    columns = (Column("Area", heads_row=True), Column("Verdict against London"), Column("Other"))
    made = Choice(
        ("London", "England"),
        ("Verdict against London",),
        ((("Lower",), ("Higher",)),),
        ("Other",),
        "Verdict against ",
    )
    table = Table("T", columns, (("Barnet", "Lower", "x"),), choice=made)
    html = tables.render(table, "cap-t")
    assert '<th scope="col" data-choice="0" data-heading="Verdict against ">' in html
    assert '<th scope="col" class="folded">Other</th>' in html
    assert '<td class="folded">x</td>' in html
    assert '<tr data-choices="0 1">' in html
    assert tables.plain(table) == "T\nArea | Verdict against London | Other\nBarnet | Lower | x"


def test_a_choice_of_a_column_that_is_not_shown_is_left_out():
    made = Choice(("A", "B"), ("Gone",), ((("1",), ("2",)),))
    table = Table("T", (Column("Area", heads_row=True),), (("Barnet",),), choice=made)
    html = tables.render(table, "cap-t")
    assert "select" not in html and "data-choices" not in html and "template" not in html


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("statistical_neighbours", "group:coastal"),
        ("group:coastal", "region"),
        ("region", "region_authorities"),
        ("region_authorities", "england"),
        ("england", "something_new"),
    ],
)
def test_comparators_stand_nearest_of_like_kind_first(first, second):
    assert of.place_of(first) < of.place_of(second)
