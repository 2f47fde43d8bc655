"""The area beside others, branch by branch: groups, tests, changes, and what is said of them."""

from math import nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_comparators import (
    BARNET,
    CARE,
    ENGLAND,
    HARROW,
    LEAVERS,
    LONDON,
    OUTER,
    figure,
    figures,
    inputs,
    made,
    neighbours_of_barnet,
    of,
)
from test_outliers import leavers

from cyp_analysis import area_tables, catalogue, geography, paths
from cyp_analysis.build import changes, comparator_groups, comparators, outliers, spreads
from cyp_analysis.build.derived import Inputs
from cyp_analysis.edition_reader import Edition
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.present.comparing import changes as told
from cyp_analysis.present.comparing import comparators as said
from cyp_analysis.present.comparing import outliers as out
from cyp_analysis.present.comparing import profile, regions, rows, rug, spine, trends
from cyp_analysis.present.selection import Selection

KNOWN = catalogue.load()
NORTH_EAST, EAST_MIDLANDS = "E12000001", "E12000004"


def selection(area: str = BARNET, folder=Path("nowhere"), chapter: str = "overview") -> Selection:
    """A chapter of the area; without a folder its edition cannot be read."""
    entry = KNOWN.chapters[chapter]
    return Selection(entry, geography.area(area), Edition("sample", folder), KNOWN)


def plain(*given: dict) -> pd.DataFrame:
    """Indicator rows that need no check, for laws tried many times over."""
    return pd.DataFrame(list(given))


def with_rows(*given: dict, area: str = BARNET) -> Selection:
    """A selection that holds these indicator rows and needs no file."""
    mine = selection(area)
    mine.__dict__["rows"] = figures(*given)
    return mine


# --- groups of authorities --------------------------------------------------------------------


@pytest.fixture
def neighbour_file(tmp_path, monkeypatch):
    """Writes the table of neighbours anew: (model, area, neighbour) in the order given."""
    folder = tmp_path / "reference"
    folder.mkdir()
    for path in (paths.data_dir() / "reference").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    for module in (area_tables, geography, comparator_groups, comparators):
        monkeypatch.setattr(module, "reference_folder", lambda: folder)

    def write(*pairs: tuple[str, str, str]) -> None:
        table = pd.DataFrame(pairs, columns=["model", "area_code", "neighbour_code"])
        path = folder / "neighbours.csv"
        columns = list(pd.read_csv(path, nrows=0))
        table.assign(year="2025", rank="1").reindex(columns=columns).to_csv(path, index=False)

    return write


DFE, CIPFA, OWN = "dfe_childrens_services", "cipfa", "our_own"


@pytest.mark.parametrize(
    "models, names",
    [
        ((DFE, CIPFA), {DFE: "Statistical neighbours",
                        CIPFA: "Neighbours (CIPFA nearest neighbours)"}),
        # The order of the file does not say which are "the" neighbours.
        ((CIPFA, DFE), {DFE: "Statistical neighbours",
                        CIPFA: "Neighbours (CIPFA nearest neighbours)"}),
        ((CIPFA,), {CIPFA: "Statistical neighbours"}),
        ((OWN, CIPFA), {OWN: "Statistical neighbours",
                        CIPFA: "Neighbours (CIPFA nearest neighbours)"}),
        ((DFE, OWN), {DFE: "Statistical neighbours", OWN: "Neighbours (our own)"}),
    ],
)  # fmt: skip
def test_two_models_of_neighbours_are_told_apart(neighbour_file, models, names):
    neighbour_file(*((model, BARNET, HARROW) for model in models))
    _, uses = comparator_groups.groups()
    mine = uses[uses["model"] != ""]
    model = mine["group_id"].str.split(":").str[0]
    assert dict(zip(model, mine["comparator_name"], strict=True)) == names
    the_one = mine[mine["comparator_id"] == "statistical_neighbours"]
    assert list(the_one["comparator_name"]) == ["Statistical neighbours"]


def test_a_file_without_neighbours_leaves_regions_only(neighbour_file):
    neighbour_file()
    members, uses = comparator_groups.groups()
    assert set(uses["comparator_id"]) == {"region_authorities", "subregion_authorities"}
    assert (members["group_id"] == LONDON).sum() == 33


def test_a_group_that_lacks_members_still_says_that_the_area_is_in_it():
    codes = [code for code in geography.members(LONDON) if code != BARNET]
    table = made(figure(BARNET, 30.0), *(figure(code, 40.0) for code in codes[:20]))
    together = of(table, "region_authorities", "pooled")
    assert together["note"] == "Only 21 of 33 have a figure. The area itself is one of them."
    assert together["value"] == pytest.approx((30 + 20 * 40) / 21)


@given(values=st.lists(st.floats(1, 900), min_size=2, max_size=10))
@settings(max_examples=10)
def test_every_average_lies_between_the_lowest_and_the_highest(values):
    codes = geography.neighbours(BARNET)[: len(values)]
    table = plain(*(figure(code, value) for code, value in zip(codes, values, strict=True)))
    members = pd.DataFrame({"group_id": "g", "member_code": codes})
    found = comparators.group_figures(table.assign(slice=0), members, KNOWN)
    assert list(found["how"]) == ["mean", "median", "pooled"]
    assert found["benchmark_value"].between(min(values) - 1e-6, max(values) + 1e-6).all()
    assert (found["of_members"] == len(values)).all()


@pytest.mark.parametrize(
    "count, denominator, value, poolable",
    [
        (30.0, 10_000.0, 30.0, True),
        (30.0, 10_000.0, 30.2, True),  # within the rounding of what is printed
        (30.0, 10_000.0, 33.0, False),
        (nan, 10_000.0, 30.0, False),
        (30.0, nan, 30.0, False),
        (0.0, 0.0, 30.0, False),
    ],
)
def test_only_counts_that_give_the_value_can_be_added_up(count, denominator, value, poolable):
    known = pd.DataFrame(
        {"indicator_id": [CARE], "count": count, "denominator": denominator, "value": value}
    )
    row = comparators.with_pool(known, KNOWN).iloc[0]
    assert row["poolable"] == poolable
    assert pd.notna(row["pooled_count"]) == poolable == pd.notna(row["pooled_denominator"])


def test_a_share_above_a_hundred_percent_is_not_pooled():
    codes = geography.neighbours(BARNET)[:2]
    limits = {"lower_ci_95": 100.0, "upper_ci_95": 120.0}
    over = [leavers(c, 90, 100) | {"count": 110.0, "value": 110.0} | limits for c in codes]
    members = pd.DataFrame({"group_id": "g", "member_code": codes})
    found = comparators.group_figures(figures(*over).assign(slice=0), members, KNOWN)
    assert list(found["how"]) == ["mean", "median"]


# --- spreads ----------------------------------------------------------------------------------


def test_a_spread_of_nothing_is_empty_and_has_its_columns():
    hidden = figure(BARNET, nan, count=nan, lower_ci_95=nan, upper_ci_95=nan, value_note="(c)")
    found = spreads.find_spreads(inputs(hidden))
    assert found.empty and set(TABLES["spreads"]) <= set(found)


@given(values=st.lists(st.floats(0, 1000), min_size=12, max_size=12))
@settings(max_examples=8)
def test_the_points_of_a_spread_are_in_order(values):
    codes = geography.members(NORTH_EAST)
    table = plain(*(figure(code, value) for code, value in zip(codes, values, strict=True)))
    found = spreads.find_spreads(_only(table)).set_index("area_code").loc[NORTH_EAST]
    points = found[["lowest", "lower_quarter", "middle", "upper_quarter", "highest"]]
    assert list(points) == sorted(points)
    assert (points["lowest"], points["highest"]) == (min(values), max(values))


def _only(table: pd.DataFrame) -> Inputs:
    return Inputs(table, pd.DataFrame(), {}, KNOWN)


# --- tests of many figures --------------------------------------------------------------------


@given(
    count=st.integers(1, 500),
    base=st.integers(600, 5000),
    benchmark=st.floats(1, 99),
)
@settings(max_examples=50)
def test_excess_has_the_sign_of_the_difference_and_adds_up(count, base, benchmark):
    value = 100 * count / base
    tested = pd.DataFrame(
        {"indicator_id": [LEAVERS], "count": float(count), "denominator": float(base),
         "value": value, "benchmark_value": benchmark}
    )  # fmt: skip
    found = {name: column.iloc[0] for name, column in outliers.excess(tested, KNOWN).items()}
    assert found["expected"] == pytest.approx(base * benchmark / 100)
    assert found["expected"] + found["excess"] == pytest.approx(count)
    assert np.sign(round(found["excess"], 6)) == np.sign(round(count - base * benchmark / 100, 6))


def test_a_count_that_is_withheld_gives_no_number():
    tested = pd.DataFrame(
        {"indicator_id": [LEAVERS], "count": nan, "denominator": nan, "value": 50.0,
         "benchmark_value": 60.0}
    )  # fmt: skip
    assert all(column.isna().all() for column in outliers.excess(tested, KNOWN).values())


@given(st.integers(0, 200), st.floats(0.1, 200))
def test_an_exact_p_value_is_a_probability(events, expected):
    p = outliers.poisson_p(pd.Series([float(events)]), pd.Series([expected]))[0]
    assert 0 <= p <= 1


def test_the_further_a_count_is_from_what_is_expected_the_smaller_its_p_value():
    events = pd.Series(np.arange(20.0, 41.0))
    p = outliers.poisson_p(events, pd.Series(20.0, index=events.index))
    assert (np.diff(p) <= 1e-12).all() and p[-1] < 0.001


# --- sentences on what stands out -------------------------------------------------------------


def judged(*rows_of: dict) -> pd.DataFrame:
    """Rows of the table of outliers, as far as sentences need them."""
    usual = {
        "indicator_id": CARE, "benchmark_area_code": ENGLAND, "outcome": "similar",
        "side": "similar", "stands_out": False, "excess": nan, "period_label": "31 March 2025",
        "priority": 4, "value": 30.0, "benchmark_value": 70.0, "recent_trend": "",
    }  # fmt: skip
    return pd.DataFrame([usual | row for row in rows_of])


WORSE = {"outcome": "worse", "side": "lower", "stands_out": True, "priority": 1}
BETTER = {"outcome": "better", "side": "lower", "stands_out": True, "priority": 3}
HIGHER = {"outcome": "higher", "side": "higher", "stands_out": True, "priority": 2}
LOWER = HIGHER | {"outcome": "lower", "side": "lower"}
CARE_NAME = KNOWN.indicators[CARE].name
OPENING = "latest figures of Barnet that were tested against England"


@pytest.mark.parametrize(
    "given_rows, sentence",
    [
        ([{}], f"One latest figure of Barnet was tested against England, and it does not differ:"
               f" {CARE_NAME}."),
        ([WORSE], f"One latest figure of Barnet was tested against England, and it differs:"
                  f" {CARE_NAME}."),
        ([{}, {}], f"Of the 2 {OPENING}, none differs by more than chance would explain."),
        ([WORSE, {}], f"Of the 2 {OPENING}, 1 differs: 1 is worse."),
        ([WORSE, WORSE, BETTER], f"Of the 3 {OPENING}, 3 differ: 2 are worse and 1 is better."),
        ([HIGHER, LOWER, {}], f"Of the 3 {OPENING}, 2 differ: 2 are higher or lower, where neither"
                              " is better in itself."),
        ([WORSE, BETTER, LOWER], f"Of the 3 {OPENING}, 3 differ: 1 is worse, 1 is better and 1 is"
                                 " higher or lower, where neither is better in itself."),
    ],
)  # fmt: skip
def test_differences_are_counted_in_whole_sentences(given_rows, sentence):
    assert out.difference_sentence(selection(), judged(*given_rows)) == sentence


def test_a_region_is_named_as_in_a_sentence():
    text = out.difference_sentence(selection(NORTH_EAST), judged(WORSE, {}))
    assert text.startswith("Of the 2 latest figures of the North East that were tested")


@pytest.mark.parametrize(
    "given_rows, sentence",
    [
        ([WORSE], ""),  # nothing can be told in numbers
        ([WORSE | {"excess": 1.2}], ""),
        ([WORSE | {"excess": 41.3}], "The largest number behind a worse figure is about 41 more"
                                     " children looked after than at England's rate"
                                     " (31 March 2025)."),
        ([LOWER | {"excess": -40.0}], "The largest number behind a difference is about 40 fewer"
                                      " children looked after than at England's rate"
                                      " (31 March 2025)."),
        # A larger number that is better does not come before one that is worse.
        ([BETTER | {"excess": -900.0}, WORSE | {"excess": 12.0}],
         "The largest number behind a worse figure is about 12 more children looked after than at"
         " England's rate (31 March 2025)."),
        ([{"excess": 500.0}], ""),  # does not stand out
        ([WORSE | {"excess": 1234.0}], "The largest number behind a worse figure is about 1,230"
                                       " more children looked after than at England's rate"
                                       " (31 March 2025)."),
    ],
)  # fmt: skip
def test_the_largest_number_is_that_of_a_worse_figure(given_rows, sentence):
    assert out.largest_sentence(selection(), judged(*given_rows)) == sentence


@pytest.mark.parametrize(
    "given_rows, sure, number_of_sentences",
    [
        ([WORSE | {"excess": 40.0}, {}], "false discovery rate of 5%", 3),
        ([WORSE], "lies outside the 95% confidence interval", 2),
        ([{}, {}], "", 1),
    ],
)
def test_how_sure_it_is_fits_the_number_of_tests(
    monkeypatch, given_rows, sure, number_of_sentences
):
    monkeypatch.setattr(rows, "outliers_of", lambda each: judged(*given_rows))
    text = out.standing_out(selection()).text
    assert sure in text and len(text.split("\n")) == number_of_sentences


def test_a_table_that_is_cut_says_where_the_rest_is(monkeypatch):
    monkeypatch.setattr(rows, "outliers_of", lambda each: judged(*[WORSE] * 4))
    text = out.outliers(selection(), limit=3).text
    assert "Shown: 3 of 4; the page “What stands out” has them all." in text
    assert text.count(CARE_NAME) == 3
    assert "Number, against England's rate" in text and "cannot be told" in text


def test_parts_of_the_page_have_headings_only_for_what_there_is(monkeypatch):
    found = judged(WORSE | {"priority": 0}, LOWER, {})
    monkeypatch.setattr(rows, "outliers_of", lambda each: found)
    assert [heading for heading, _ in out.outlier_parts(selection())] == [
        "Worse, and getting worse",
        "Higher or lower, with no judgement",
    ]
    assert out.in_between(selection()).text == f"- {CARE_NAME}"
    monkeypatch.setattr(rows, "outliers_of", lambda each: found.head(0))
    assert out.outlier_parts(selection()) == []
    assert out.in_between(selection()).html == ""


@given(st.floats(-1e6, 1e6))
def test_a_cell_of_numbers_never_says_nought_more(excess):
    text = out.number_cell(excess)
    assert text != "about 0 more" and text != "about 0 fewer" and "−" not in text
    assert text.endswith("more") == (excess >= 0.5) and text.endswith("fewer") == (excess <= -0.5)


@pytest.mark.parametrize(
    "name, text",
    [("England", "England's"), ("the East Midlands", "the East Midlands'"),
     ("the North East", "the North East's")],
)  # fmt: skip
def test_possessives(name, text):
    assert rows.possessive(name) == text


def test_a_region_as_the_benchmark_is_possessive_too():
    row = judged(WORSE | {"excess": 12.0, "benchmark_area_code": EAST_MIDLANDS}).iloc[0]
    assert rows.excess_words(row, KNOWN.indicators[CARE]) == (
        "about 12 more children looked after than at the East Midlands' rate"
    )


# --- sentences on comparators -----------------------------------------------------------------


def beside(*given_rows: dict) -> pd.DataFrame:
    usual = {
        "area_code": BARNET, "comparator_id": "england", "comparator_name": "England",
        "how": "published", "value": 70.0, "side": "lower", "outcome": "lower", "model": "",
        "note": "", "lower": nan, "upper": nan, "members": 1.0, "of_members": 1.0,
    }  # fmt: skip
    return pd.DataFrame([usual | row for row in given_rows])


REGION = {"comparator_id": "region", "comparator_name": "London", "value": 50.0}
BOROUGHS = {"comparator_id": "region_authorities", "how": "pooled", "value": 50.1,
            "comparator_name": "All authorities of London"}  # fmt: skip
DATED = pd.Series({"period_label": "31 March 2025", "area_code": BARNET})


@pytest.mark.parametrize(
    "given_rows, sentence",
    [
        ([{}], "Children looked after (31 March 2025): the figure is significantly lower than"
               " England (70.0)."),
        ([{"side": "similar"}], "Children looked after (31 March 2025): the figure is statistically"
                                " similar to England (70.0)."),
        ([{"side": "not_compared"}], "Children looked after (31 March 2025): differences were not"
                                     " tested, so the figures below are for reference only."),
        ([{}, REGION | {"side": "higher"}],
         "Children looked after (31 March 2025): the verdict depends on the comparator. The figure"
         " is significantly lower than England (70.0); significantly higher than London (50.0)."),
        # All authorities together are not named beside the region's own figure.
        ([REGION, BOROUGHS], "Children looked after (31 March 2025): the figure is significantly"
                             " lower than London (50.0)."),
        ([BOROUGHS], "Children looked after (31 March 2025): the figure is significantly lower than"
                     " all authorities of London taken together (50.1)."),
    ],
)  # fmt: skip
def test_verdicts_in_a_whole_sentence(given_rows, sentence):
    text = said.verdict_sentence(beside(*given_rows), KNOWN.indicators[CARE], DATED)
    assert text == sentence


def test_a_second_model_is_named_mid_sentence():
    row = beside({"how": "mean", "comparator_id": "statistical_neighbours:cipfa",
                  "comparator_name": "Neighbours (CIPFA nearest neighbours)"}).iloc[0]  # fmt: skip
    assert rows.comparator_words(row) == "the mean of its neighbours (CIPFA nearest neighbours)"


@pytest.mark.parametrize(
    "note, there",
    [
        ("The area itself is one of them.", True),
        ("Only 9 of 10 have a figure. The area itself is one of them.", True),
        ("Only 9 of 10 have a figure.", False),
        ("", False),
    ],
)
def test_the_table_says_when_a_group_includes_the_area(note, there):
    notes = said._notes(selection(), beside(BOROUGHS | {"note": note}))
    included = "A group of authorities that the area belongs to includes the area itself."
    assert notes == ([included] if there else [])


def test_each_model_is_named_with_its_own_neighbours_only():
    both = beside(
        {"comparator_id": "statistical_neighbours", "model": "DfE model, 2025"},
        {"comparator_id": "statistical_neighbours:cipfa", "model": "CIPFA neighbours, 2024"},
    )
    first, second = said._notes(selection(), both)
    assert first.startswith("DfE model, 2025: ") and "Harrow" in first
    assert second == "CIPFA neighbours, 2024."


def test_the_neighbours_are_named_once_in_a_chapter_and_linked_to_after_that():
    chapter = selection()
    found = beside({"comparator_id": "statistical_neighbours", "model": "A model & more"})
    first, *later = [said._notes(chapter, found)[0] for _ in range(3)]
    assert first.startswith('A model &amp; more: <span id="neighbours">') and "Harrow" in first
    assert (
        later
        == [
            'A model &amp; more: <a href="#neighbours">the 10 named below the first table of'
            " comparators</a>."
        ]
        * 2
    )
    # Another chapter has a page of its own, and names them again.
    assert said._notes(selection(), found)[0] == first


@pytest.mark.parametrize(
    ("code", "named"),
    [(BARNET, "Barnet"), ("E06000053", "the Isles of Scilly"), (NORTH_EAST, "the North East")],
)
def test_the_column_of_verdicts_fits_any_name(monkeypatch, code, named):
    monkeypatch.setattr(said, "_own_row", lambda *_: ("Own", "", "1", "2", "3"))
    monkeypatch.setattr(said.credits, "source_line", lambda *_: "")
    made = said._table(selection(code), DATED, beside({"how": "mean"}), KNOWN.indicators[CARE])
    assert f'<th scope="col">Verdict for {named}</th>' in made.html


@pytest.mark.parametrize(
    "values, sentence",
    [
        ([111.3, 60.0, 49.0], "Children looked after (31 March 2025): of 3 regions the highest is"
                              " the North East (111.3) and the lowest the East Midlands (49.0)."),
        ([60.0, 60.0, 60.0], "Children looked after (31 March 2025): each of the 3 regions with a"
                             " figure has 60.0."),
    ],
)  # fmt: skip
def test_regions_in_a_sentence(values, sentence):
    found = pd.DataFrame(
        {"area_code": [NORTH_EAST, LONDON, EAST_MIDLANDS], "value": values,
         "period_label": "31 March 2025"}
    )  # fmt: skip
    assert regions.extremes(found, KNOWN.indicators[CARE]) == sentence


# --- profiles ---------------------------------------------------------------------------------


def line(indicator_id: str, value: float, low: float = 0.0, high: float = 100.0) -> profile.Line:
    quarter = (high - low) / 4
    spread = pd.Series(
        {"lowest": low, "lower_quarter": low + quarter, "middle": low + 2 * quarter,
         "upper_quarter": low + 3 * quarter, "highest": high, "area_code": ENGLAND}
    )  # fmt: skip
    row = pd.Series(figure(BARNET, value, indicator_id=indicator_id))
    return profile.Line(KNOWN.indicators[indicator_id], row, spread, 50.0, "worse", "lower")


@given(value=st.floats(0, 100), other=st.floats(0, 100))
def test_places_on_a_scale_keep_their_order(value, other):
    scale = line(LEAVERS, value)
    assert scale.judged and 0 <= scale.place(value) <= 1
    assert (scale.place(value) <= scale.place(other)) == (value <= other) or value == pytest.approx(
        other
    )


def test_a_scale_of_one_value_puts_it_in_the_middle():
    assert line(CARE, 5.0, 5.0, 5.0).place(5.0) == 0.5


def test_a_spine_of_many_figures_says_how_many_are_drawn(monkeypatch):
    many = [line(LEAVERS, float(number)) for number in range(spine.MOST + 2)]
    monkeypatch.setattr(spine, "widest_group", lambda *_: (geography.area(ENGLAND), many))
    monkeypatch.setattr(
        "cyp_analysis.present.comparing.spine_chart.spine_chart", lambda *_: "<svg></svg>"
    )
    text = spine.spine(selection()).text
    assert f"Drawn: the first {spine.MOST} of {spine.MOST + 2} figures." in text
    monkeypatch.setattr(spine, "widest_group", lambda *_: (geography.area(ENGLAND), many[:3]))
    assert "Drawn: the first" not in spine.spine(selection()).text


def test_the_rug_names_the_model_of_the_neighbours_it_shows():
    kept = [(None, None, beside(
        {"comparator_id": "statistical_neighbours", "how": "mean", "model": "DfE model, 2025"},
        {"comparator_id": "statistical_neighbours:cipfa", "how": "mean", "model": "CIPFA, 2024"},
    ))]  # fmt: skip
    (note,) = rug._notes(kept)
    assert note.endswith("Neighbours: DfE model, 2025.") and "CIPFA" not in note


# --- what is getting worse --------------------------------------------------------------------

FALLING = "decreasing_and_getting_worse"


def test_an_indicator_of_one_sex_is_not_lost_beside_those_of_all_persons():
    girls = leavers(BARNET, 80, 100, sex="female", recent_trend=FALLING)
    found = trends.judged_trends(with_rows(girls, figure(BARNET, 30.0)))
    assert list(found["indicator_id"]) == [LEAVERS]


def test_of_several_sexes_all_persons_are_told():
    girls = leavers(BARNET, 80, 100, sex="female", recent_trend=FALLING)
    everyone = leavers(BARNET, 90, 100, recent_trend="no_significant_change")
    found = trends.judged_trends(with_rows(girls, everyone))
    assert list(found["recent_trend"]) == ["no_significant_change"]


@pytest.mark.parametrize(
    "changed",
    [
        {"recent_trend": ""},
        {"recent_trend": "cannot_be_calculated"},
        {"recent_trend": FALLING, "value": nan, "count": nan, "lower_ci_95": nan,
         "upper_ci_95": nan, "value_note": "suppressed (c)"},
        {"recent_trend": "decreasing", "indicator_id": CARE},  # neither way is better
        {"recent_trend": FALLING, "area_code": HARROW},
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_not_counted(changed):
    mine = with_rows(leavers(BARNET, 80, 100) | changed)
    assert trends.judged_trends(mine).empty
    assert trends.getting_worse(mine).html == "" == trends.over_time(mine).html


def test_old_trends_are_left_out():
    day = pd.Timestamp("2020-03-31")
    old = leavers(BARNET, 80, 100, recent_trend=FALLING, period_start=day, period_end=day)
    assert trends.judged_trends(with_rows(old, figure(BARNET, 30.0))).empty
    assert len(trends.judged_trends(with_rows(old))) == 1


# --- changes between editions -----------------------------------------------------------------


@given(values=st.lists(st.floats(1, 99), min_size=1, max_size=4), other=st.floats(1, 99))
@settings(max_examples=8)
def test_no_edition_differs_from_itself_and_turning_round_turns_the_kinds(values, other):
    codes = [BARNET, HARROW, LONDON, OUTER][: len(values)]
    before = plain(*(figure(code, value) for code, value in zip(codes, values, strict=True)))
    after = before.head(1).assign(value=other)
    assert changes.find_changes(before, before).empty
    there, back = changes.find_changes(before, after), changes.find_changes(after, before)
    turned = {"new_indicator": "lost_indicator", "lost_indicator": "new_indicator"}
    assert sorted(there["kind"].replace(turned)) == sorted(back["kind"])
    assert (there["kind"] == "lost_indicator").sum() == len(values) - 1


def test_a_withheld_figure_is_withdrawn_and_never_nought():
    hidden = {"value": nan, "count": nan, "lower_ci_95": nan, "upper_ci_95": nan}
    after = figure(BARNET, 30.0) | hidden | {"value_note": "suppressed (c)"}
    found = changes.find_changes(figures(figure(BARNET, 30.0)), figures(after))
    assert set(found["kind"]) == {"withdrawn", "lost_indicator"}
    assert found["value_after"].isna().all() and set(found["period_after"]) <= {"", "31 March 2025"}


def change(**more) -> dict:
    usual = {
        "area_code": BARNET, "indicator_id": CARE, "kind": "revised", "sex": "persons",
        "age": "<18 yrs", "period_before": "31 March 2024", "period_after": "31 March 2024",
        "value_before": 29.0, "value_after": 30.0, "outcome_before": "lower",
        "outcome_after": "not_compared", "number": 1.0,
    }  # fmt: skip
    return usual | more


def table(*given_rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(given_rows), columns=TABLES["changes"])


END = "Figures broken down by category are not compared."


@pytest.mark.parametrize(
    "given_rows, previous, sentence",
    [
        ([], "", "There is no earlier edition with figures of Barnet to compare this one with."),
        ([], "2025", "No figure of Barnet has changed since the edition before this one, 2025."
                     f" {END}"),
        ([change(area_code=HARROW)], "2025", "No figure of Barnet has changed since the edition"
                                             f" before this one, 2025. {END}"),
        ([change(), change(kind="verdict")], "2025",
         "Since the edition before this one (2025), 1 indicator is new, gone or changed for Barnet."
         f" {END}"),
        ([change(), change(indicator_id=LEAVERS)], "2025",
         "Since the edition before this one (2025), 2 indicators are new, gone or changed for"
         f" Barnet. {END}"),
    ],
)  # fmt: skip
def test_how_much_has_changed_in_a_sentence(given_rows, previous, sentence):
    assert told.change_sentence(selection(), table(*given_rows), previous) == sentence


def test_a_change_shows_before_and_now_and_says_what_is_not_compared():
    (heading, block), *rest = told.change_parts(selection(), table(change()))
    assert heading == "Revised figures" and rest == []
    assert block.text.endswith(
        f"{CARE_NAME} | 29.0 (31 March 2024) | 30.0 (31 March 2024) | Lower | Not compared"
    )


@pytest.mark.parametrize(
    "given_rows, names",
    [
        ([change(sex="female")], [f"{CARE_NAME} (female)"]),
        ([change(), change(age="16-17 yrs")], [f"{CARE_NAME} (<18 yrs)",
                                               f"{CARE_NAME} (16-17 yrs)"]),
        ([change(sex="male"), change(sex="male", age="16-17 yrs")],
         [f"{CARE_NAME} (male, <18 yrs)", f"{CARE_NAME} (male, 16-17 yrs)"]),
    ],
)  # fmt: skip
def test_rows_of_one_indicator_are_told_apart(given_rows, names):
    ((_, block),) = told.change_parts(selection(), table(*given_rows))
    assert [row.split(" | ")[0] for row in block.text.split("\n")[-len(names) :]] == names


def test_a_revision_below_the_rounding_says_why_it_cannot_be_seen():
    tiny = change(value_before=30.0, value_after=30.001)
    ((_, block),) = told.change_parts(selection(), table(tiny))
    assert "the change is smaller than the rounding." in block.text
    ((_, block),) = told.change_parts(selection(), table(change()))
    assert "rounding" not in block.text


@pytest.mark.parametrize("more, words", [(1, "1 more is in"), (2, "2 more are in")])
def test_a_long_table_of_changes_says_how_many_are_left_out(more, words):
    many = [change() for _ in range(told.MOST + more)]
    ((_, block),) = told.change_parts(selection(), table(*many))
    assert f"{words} the edition's file changes.parquet." in block.text


@pytest.mark.parametrize(
    "ids, sentence",
    [
        (["old_rate"], "This indicator of the edition before is not in the catalogue any more: old"
                       " rate."),
        (["old_rate", "other", "old_rate"], "These indicators of the edition before are not in the"
                                            " catalogue any more: old rate and other."),
    ],
)  # fmt: skip
def test_indicators_taken_out_of_the_catalogue_are_named(ids, sentence):
    rows_of = [change(indicator_id=name, kind="lost_indicator") for name in ids]
    ((heading, block),) = told.change_parts(selection(), table(*rows_of))
    assert (heading, block.text) == ("Taken out of the catalogue", sentence)


def test_parts_come_in_the_order_of_their_kinds():
    rows_of = [change(kind=kind) for kind in reversed(changes.KINDS)]
    headings = [heading for heading, _ in told.change_parts(selection(), table(*rows_of))]
    assert headings == list(told.HEADINGS.values())
    assert set(told.HEADINGS) == set(changes.KINDS)


def test_neighbours_alone_are_enough_for_a_group():
    table_of = made(figure(BARNET, 52.0), *neighbours_of_barnet())
    mine = table_of[table_of["area_code"] == BARNET]
    assert set(mine["comparator_id"]) == {"statistical_neighbours"}
