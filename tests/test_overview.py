"""The area beside others as a reader sees it: sentences, tables, profiles, whole editions."""

import re
from math import nan

import pandas as pd
import pytest
from test_comparators import (
    BARNET,
    CARE,
    ENGLAND,
    HARROW,
    LEAVERS,
    LONDON,
    OUTER,
    figure,
    inputs,
    neighbours_of_barnet,
)
from test_outliers import leavers

from cyp_analysis import catalogue, geography
from cyp_analysis.build import comparators, edition, outliers, spreads
from cyp_analysis.edition_reader import Edition
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import words
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.comparing import spine as spine_block
from cyp_analysis.present.comparing.outliers import number_cell
from cyp_analysis.present.comparing.profile import Line
from cyp_analysis.present.comparing.trends import trend_count_sentence
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.view import Chapter
from cyp_analysis.schema import DIFFERENCE_COLUMNS

NORTH_EAST, HARTLEPOOL = "E12000001", "E06000001"
MAKERS = {
    "comparators": comparators.compare_with_groups,
    "spreads": spreads.find_spreads,
    "outliers": outliers.find_outliers,
}


def write(folder, *rows: dict) -> Edition:
    """An edition of made-up figures with the tables that set areas beside each other."""
    made = inputs(*rows)
    derived = {name: make(made)[TABLES[name]] for name, make in MAKERS.items()}
    differences = pd.DataFrame(columns=DIFFERENCE_COLUMNS)
    tables = edition.Tables(
        made.indicators, made.comparisons, differences, {}, derived, pd.DataFrame()
    )
    folder.mkdir(parents=True)
    edition.write_tables(folder, tables)
    return Edition(folder.name, folder)


def chapter(written: Edition, area: str = BARNET) -> Chapter:
    known = catalogue.load()
    return Chapter(Selection(known.chapters["overview"], geography.area(area), written, known))


def england(value: float = 70.0, **other) -> dict:
    return figure(ENGLAND, value, count=80_000.0, denominator=12_000_000.0, **other)


@pytest.fixture
def usual(tmp_path) -> Edition:
    """Barnet low on care and on leavers' homes, its neighbours, London and England."""
    return write(
        tmp_path / "usual",
        figure(BARNET, 30.0),
        leavers(BARNET, 160, 200),
        leavers(ENGLAND, 88_000, 100_000),
        figure(LONDON, 50.0),
        figure(OUTER, 45.0),
        england(),
        *neighbours_of_barnet(),
    )


# comparators


def test_one_verdict_is_said_once_with_every_comparator(usual):
    text = str(chapter(usual).comparators(CARE)).splitlines()[0]
    assert text == (
        "Children looked after (31 March 2025): the figure is significantly lower than the mean of"
        " its statistical neighbours (55.0), the median of its statistical neighbours (55.0), its"
        " statistical neighbours taken together (55.0), Outer London (45.0), London (50.0) and"
        " England (70.0). That is about 40 fewer children looked after than at England's rate."
    )


def test_a_verdict_that_depends_on_the_comparator_is_said_so(tmp_path):
    codes = geography.neighbours(BARNET)
    rows = [figure(code, 30.0) for code in codes[:9]] + [figure(codes[9], 130.0)]
    made = chapter(write(tmp_path / "e", figure(BARNET, 31.0), *rows, england(31.5)))
    assert str(made.comparators(CARE)).splitlines()[0] == (
        "Children looked after (31 March 2025): the verdict depends on the comparator. The figure"
        " is significantly lower than the mean of its statistical neighbours (40.0) and its"
        " statistical neighbours taken together (40.0); statistically similar to the median of its"
        " statistical neighbours (30.0) and England (31.5)."
    )


def test_untested_figures_get_no_comparative_word(tmp_path):
    bare = {"lower_ci_95": nan, "upper_ci_95": nan, "method": "none"}
    made = chapter(write(tmp_path / "e", figure(BARNET, 31.0, **bare), england()))
    text = str(made.comparators(CARE))
    assert text.startswith(
        "Children looked after (31 March 2025): differences were not tested, so the figures below"
        " are for reference only."
    )
    assert "significantly" not in text and "– Not compared" in text


def test_the_table_names_each_way_and_model(usual):
    block = chapter(usual).comparators(CARE)
    lines = block.text.splitlines()
    year = geography_year()
    assert "Barnet | its own figure | 30.0 | 28.0 to 32.0 | the area itself" in lines
    assert "Statistical neighbours | mean of 10 | 55.0 | none | ▼ Lower" in lines
    assert "Statistical neighbours | 10 taken together | 55.0 | 50.5 to 59.8 | ▼ Lower" in lines
    assert "London | its own figure | 50.0 | 48.0 to 52.0 | ▼ Lower" in lines
    model = f"DfE children's services statistical neighbours, {year}: "
    assert any(line.startswith(model) and "Waltham Forest" in line for line in lines)
    assert "better" not in block.text and "worse" not in block.text
    assert (
        "<caption" in block.html
        and block.html.count('scope="row"') == len([line for line in lines if " | " in line]) - 1
    )


def geography_year() -> str:
    from cyp_analysis import paths

    return str(pd.read_csv(paths.data_dir() / "reference" / "neighbours.csv")["year"].max())


def test_members_without_a_figure_are_told(tmp_path):
    rows = neighbours_of_barnet()[:8]
    made = chapter(write(tmp_path / "e", figure(BARNET, 31.0), *rows))
    assert "| mean of 8 of the 10 | 45.0 |" in made.comparators(CARE).text


def test_without_any_comparator_there_is_nothing(tmp_path):
    made = chapter(write(tmp_path / "e", figure(BARNET, 31.0)))
    assert made.comparators(CARE).html == "" == made.rug([CARE]).html
    assert made.spine([CARE]).html == "" == made.outliers().html


def test_without_a_figure_the_file_that_brings_it_is_named(tmp_path):
    made = chapter(write(tmp_path / "e", england()))
    assert "no figure for Barnet in this edition" in made.comparators(CARE).text
    with pytest.raises(ChapterError, match="must ask for an indicator of the catalogue"):
        made.comparators("no_such_indicator")


def test_better_and_worse_stand_in_the_verdict_only(usual):
    text = chapter(usual).comparators(LEAVERS).text
    assert "England | its own figure | 88.0 | none | ▼ Lower, worse" in text or (
        "▼ Lower, worse" in text
    )
    assert "worse" not in text.splitlines()[0]
    assert "about 16 fewer care leavers aged 19 to 21 in suitable accommodation" in text


@pytest.mark.parametrize(
    "row, said",
    [
        ({"how": "published", "comparator_name": "North East"}, "the North East"),
        ({"how": "mean", "comparator_id": "statistical_neighbours",
          "comparator_name": "Statistical neighbours"},
         "the mean of its statistical neighbours"),
        ({"how": "pooled", "comparator_id": "region_authorities",
          "comparator_name": "All authorities of London"},
         "all authorities of London taken together"),
        ({"how": "median", "comparator_id": "group:a", "comparator_name": "North partnership"},
         "the median of the group North partnership"),
    ],
)  # fmt: skip
def test_comparators_in_words(row, said):
    usual = {"comparator_id": "region", "comparator_name": ""}
    assert of.comparator_words(pd.Series(usual | row)) == said


@pytest.mark.parametrize(
    "how, of_members, members, said",
    [
        ("published", 1, 1, "its own figure"),
        ("mean", 10, 10, "mean of 10"),
        ("median", 9, 10, "median of 9 of the 10"),
        ("pooled", 33, 33, "33 taken together"),
        ("pooled", 32, 33, "32 of the 33 taken together"),
    ],
)
def test_ways_in_words(how, of_members, members, said):
    row = pd.Series({"how": how, "of_members": float(of_members), "members": float(members)})
    assert of.how_words(row) == said


# numbers of children


@pytest.mark.parametrize(
    "number, said",
    [
        (123.4, "about 120"),
        (-2142.9, "about 2,140"),
        (99.4, "about 99"),
        (99.6, "about 100"),
        (2.5, "about 3"),
        (0.2, "about 0"),
    ],
)
def test_about(number, said):
    assert of.about(number) == said


@pytest.mark.parametrize(
    "excess, said",
    [
        (40.2, "about 40 more"),
        (-2142.9, "about 2,140 fewer"),
        (0.4, "about the same"),
        (-0.49, "about the same"),
        (1.0, "about 1 more"),
        (nan, "cannot be told"),
    ],
)
def test_numbers_of_a_table(excess, said):
    assert number_cell(excess) == said


def excess_row(excess: float, benchmark: str = ENGLAND) -> pd.Series:
    return pd.Series({"excess": excess, "benchmark_area_code": benchmark})


def test_numbers_of_a_sentence():
    known = catalogue.load().indicators
    care = known[CARE]
    more = "about 120 more children looked after than at England's rate"
    assert of.excess_words(excess_row(123.0), care) == more
    assert of.excess_words(excess_row(-12.0, NORTH_EAST), care) == (
        "about 12 fewer children looked after than at the North East's rate"
    )
    assert of.excess_words(excess_row(1.4), care) == ""
    assert of.excess_words(excess_row(nan), care) == ""


def test_a_subject_that_is_not_counted_is_left_out_of_the_sentence():
    known = catalogue.load().indicators
    odd = next(i for i in known.values() if not words.is_plural(i.subject))
    assert of.excess_words(excess_row(50.0), odd) == "about 50 more than at England's rate"


# what stands out


def test_the_first_screen_says_what_how_sure_and_how_many(usual):
    assert str(chapter(usual).standing_out()).splitlines() == [
        "Of the 2 latest figures of Barnet that were tested against England, 2 differ: 1 is worse"
        " and 1 is higher or lower, where neither is better in itself.",
        "The tests are judged together, so that of the differences named no more than about one in"
        " twenty is expected to be due to chance (false discovery rate of 5%).",
        "The largest number behind a worse figure is about 16 fewer care leavers aged 19 to 21 in"
        " suitable accommodation than at England's rate (31 March 2025).",
    ]


def test_one_test_is_not_spoken_of_as_many(tmp_path):
    made = chapter(write(tmp_path / "e", figure(BARNET, 30.0), england()))
    assert str(made.standing_out()).splitlines() == [
        "One latest figure of Barnet was tested against England, and it differs: Children looked"
        " after at 31 March, per 10,000 under-18s.",
        "The benchmark lies outside the 95% confidence interval of the figure, which chance alone"
        " would bring about one time in twenty.",
        "The largest number behind a difference is about 40 fewer children looked after than at"
        " England's rate (31 March 2025).",
    ]


def test_none_that_differs_is_said_without_numbers(tmp_path):
    rows = (figure(BARNET, 70.5), england(), leavers(BARNET, 88, 100),
            leavers(ENGLAND, 88_000, 100_000))  # fmt: skip
    made = chapter(write(tmp_path / "e", *rows))
    assert str(made.standing_out()) == (
        "Of the 2 latest figures of Barnet that were tested against England, none differs by more"
        " than chance would explain."
    )
    assert made.outliers().html == ""


def test_the_table_of_outliers_has_worse_first_and_says_what_it_leaves_out(usual):
    block = chapter(usual).outliers()
    lines = block.text.splitlines()
    assert lines[0] == "What stands out in Barnet, worse figures first"
    assert lines[1] == (
        "Figure | Period | Value | England | Verdict | Recent trend |"
        " Number, against England's rate"
    )
    assert "▼ Lower, worse" in lines[2] and lines[2].endswith("| about 16 fewer")
    assert "▼ Lower |" in lines[3] and lines[3].endswith("| about 40 fewer")
    short = chapter(usual).outliers(1).text
    assert short.endswith("Shown: 1 of 2; the page “What stands out” has them all.")


def test_figures_long_out_of_date_do_not_stand_out(tmp_path):
    day = pd.Timestamp("2016-03-31")
    old = {"period_start": day, "period_end": day, "period_label": "31 March 2016"}
    rows = [figure(BARNET, 30.0, **old), england(**old)]
    new = [leavers(BARNET, 160, 200), leavers(ENGLAND, 88_000, 100_000)]
    made = chapter(write(tmp_path / "e", *rows, *new))
    assert "31 March 2016" not in made.outliers().text
    assert made.standing_out().text.startswith("One latest figure of Barnet")


# profiles


@pytest.fixture
def north_east(tmp_path) -> Edition:
    """All twelve authorities of a region on two indicators, one judged and one not."""
    codes = geography.members(NORTH_EAST)
    rows = [figure(code, 10.0 * place) for place, code in enumerate(codes, 1)]
    rows += [leavers(code, 60 + 3 * place, 100) for place, code in enumerate(codes)]
    rows += [figure(NORTH_EAST, 65.0), leavers(NORTH_EAST, 918, 1200), england()]
    return write(tmp_path / "north", *rows, leavers(ENGLAND, 88_000, 100_000))


def test_the_spine_has_judged_and_unjudged_indicators_apart(north_east):
    block = chapter(north_east, HARTLEPOOL).spine([CARE, LEAVERS, "population_0_17"])
    assert block.html.count("<figure") == 2 == block.html.count("<svg")
    assert "on a scale of the authorities of the North East, from worse to better" in block.text
    assert "from lowest to highest" in block.text
    first, last = geography.members(NORTH_EAST)[0], geography.members(NORTH_EAST)[-1]
    assert first == HARTLEPOOL and last != first
    assert ("Care leavers aged 19 to 21 in suitable accommodation | 31 March 2025 | % | 60.0 |"
            " 76.5 | ▼ Lower, worse | 60.0 |") in block.text  # fmt: skip


def test_alt_text_is_short_and_its_numbers_are_drawn(north_east):
    block = chapter(north_east, HARTLEPOOL).spine([CARE, LEAVERS])
    for alt in re.findall(r'aria-label="([^"]+)"', block.html):
        if "Hartlepool" not in alt:
            continue
        assert 20 <= len(alt) <= 220
        for number in re.findall(r"\d+\.\d", alt):
            assert number in block.text


def test_low_is_good_turns_the_scale_round():
    known = catalogue.load().indicators
    spread = pd.Series({"lowest": 10.0, "highest": 30.0})
    row = pd.Series({"value": 15.0})
    places = {
        name: Line(known[name], row, spread, nan, "similar", "similar").place(15.0)
        for name in (CARE, LEAVERS, "three_or_more_placements_share")
    }
    assert places == {CARE: 0.25, LEAVERS: 0.25, "three_or_more_placements_share": 0.75}


def test_the_title_of_a_spine_counts_verdicts(north_east):
    titles = re.findall(r'chart-title">([^<]+)<', chapter(north_east, HARTLEPOOL).spine().html)
    assert titles[0] == "Hartlepool: 1 worse and none better than the North East"
    assert titles[1] == "Where Hartlepool stands, without judgement"


def test_a_spine_needs_two_indicators(north_east):
    assert chapter(north_east, HARTLEPOOL).spine([CARE]).html == ""
    assert spine_block.FEWEST == 2 < spine_block.MOST


def test_one_test_makes_no_table_of_outliers(tmp_path):
    made = chapter(write(tmp_path / "e", figure(BARNET, 30.0), england()))
    assert made.outliers().html == ""


def test_the_rug_has_a_word_and_a_symbol_in_every_cell(usual):
    text = chapter(usual).rug([CARE, LEAVERS]).text
    assert text.splitlines()[1] == (
        "Indicator | Period | Barnet | Statistical neighbours (mean) | London | England"
    )
    assert (
        "Children looked after at 31 March, per 10,000 under-18s | 31 March 2025 | 30.0 |"
        " 55.0 ▼ Lower | 50.0 ▼ Lower | 70.0 ▼ Lower"
    ) in text
    assert "| 80.0% | no figure | no figure | 88.0% ▼ Lower, worse" in text


def test_plain_counts_are_in_no_profile(usual):
    assert "population" not in chapter(usual).rug().text.lower().replace("per 10,000", "")


# England and regions as the area


def test_england_is_compared_with_nothing_and_shows_its_authorities(north_east):
    made = chapter(north_east, ENGLAND)
    assert made.comparators(CARE).html == "" == made.rug([CARE]).html  # one region is no range
    assert made.spine([CARE]).html == ""
    headline = made.headline(CARE).text
    assert headline.startswith(
        "On 31 March 2025, England had 70.0 children looked after per 10,000"
    )
    assert "England (" not in headline
    table = made.ranking(CARE)
    assert "authorities of England in order" in table.text
    assert table.text.count("Verdict against") == 1
    assert made.ranking(CARE, "england").html == ""  # the same table is not shown twice
    picture = made.compare(CARE).text
    assert picture.startswith("Children looked after: the authorities of England")


def test_england_shows_its_regions_where_others_show_comparators(tmp_path):
    rows = (figure(LONDON, 50.0), figure(NORTH_EAST, 110.0), figure("E12000002", 69.0), england())
    text = chapter(write(tmp_path / "e", *rows), ENGLAND).comparators(CARE).text
    assert text.splitlines()[:4] == [
        "Children looked after (31 March 2025): of 3 regions the highest is the North East (110.0)"
        " and the lowest London (50.0).",
        "Children looked after at 31 March, per 10,000 under-18s: regions, 31 March 2025",
        "Region | Count | Value (per 10,000 children aged under 18) | 95% confidence interval |"
        " Verdict against England",
        "England | 80,000 | 70.0 | 68.0 to 72.0 | benchmark",
    ]
    assert "North East | 110 | 110.0 | 108.0 to 112.0 | ▲ Higher" in text
    assert "North West | 69 | 69.0 | 67.0 to 71.0 | ● Similar" in text


def test_a_region_ranks_its_own_authorities_and_is_beside_england(north_east):
    made = chapter(north_east, NORTH_EAST)
    text = made.comparators(CARE).text
    assert text.startswith(
        "Children looked after (31 March 2025): the figure is significantly lower than England"
        " (70.0)."
    )
    ranking = made.ranking(CARE).text
    assert "authorities of the North East in order" in ranking
    assert "Verdict against North East | Verdict against England" in ranking
    assert "not ranked | North East | " in ranking
    assert "the authorities of the North East" in made.compare(CARE).text
    assert made.standing_out().text.startswith("Of the 2 latest figures of the North East that")


def test_a_region_without_its_authorities_says_so(tmp_path):
    made = chapter(write(tmp_path / "e", figure(NORTH_EAST, 65.0), england()), NORTH_EAST)
    assert made.compare(CARE).text.endswith(
        "this edition holds no figures of authorities of the North East."
    )


def test_ranking_of_an_authority_is_as_before(north_east):
    ranking = chapter(north_east, HARTLEPOOL).ranking(CARE).text
    assert "1 | " in ranking and "12 | Hartlepool" in ranking
    again = chapter(north_east, HARTLEPOOL)
    assert again.ranking(CARE).html and again.ranking(CARE).html


@pytest.mark.parametrize(
    "trends, said",
    [
        (["increasing_and_getting_worse"],
         "One latest figure of England has a recent trend that can be judged: it is getting"
         " worse."),
        (["increasing_and_getting_worse", "no_significant_change", "decreasing_and_getting_better",
          "no_significant_change"],
         "Of the 4 latest figures of England whose recent trend can be judged, 1 is getting worse,"
         " 1 is getting better and 2 are showing no trend."),
        (["no_significant_change"] * 2,
         "Of the 2 latest figures of England whose recent trend can be judged, 2 are showing no"
         " trend."),
    ],
)  # fmt: skip
def test_trends_counted_in_words(trends, said):
    assert trend_count_sentence("England", pd.Series(trends)) == said


def test_england_tells_what_is_getting_worse(tmp_path):
    rows = []
    for year in range(2021, 2026):
        day = pd.Timestamp(year, 3, 31)
        period = {"period_start": day, "period_end": day, "period_label": f"31 March {year}"}
        rows.append(leavers(ENGLAND, 90_000 - 1000 * (year - 2020), 100_000) | period)
    rows[-1]["recent_trend"] = "decreasing_and_getting_worse"
    made = chapter(write(tmp_path / "e", *rows), ENGLAND)
    assert made.standing_out().text == (
        "One latest figure of England has a recent trend that can be judged: it is getting worse."
    )


def test_harrow_is_a_neighbour_of_barnet():
    assert HARROW in geography.neighbours(BARNET)  # the DfE's list of 2025 names it third
