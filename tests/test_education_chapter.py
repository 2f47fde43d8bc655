"""The words, tables and charts of the chapter on education, whole."""

import re

import numpy as np
import pandas as pd
import pytest
from learning_sample import (
    AUTHORITIES,
    BARNET,
    ENGLAND,
    LEEDS,
    LONDON,
    chapter,
    edition,
    everywhere,
    figures,
)

from cyp_analysis import catalogue
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.present.learning import gaps, groups, league

KNOWN = catalogue.load().indicators
TOOL = (
    "Source: Department for Education, Local Authority Interactive Tool, all measures in long form."
)
RULE = (
    "Place: the rank among the authorities of England with a figure; 1st = best. Equal figures"
    " share the same place. ★ first tenth: a place of at most a tenth of that number."
)
UNTESTED = (
    "Changes of shares are in percentage points. Where no test is named, the change was not tested:"
    " the source prints no counts."
)


@pytest.fixture(scope="module")
def scores():
    """Attainment 8 and persistent absence of every authority in two years."""
    return edition(
        [
            figures("attainment_8", 2024, everywhere(60.0, -0.1, **{BARNET: 56.7, ENGLAND: 46.0})),
            figures("attainment_8", 2025, everywhere(60.0, -0.1, **{BARNET: 61.0, ENGLAND: 46.5})),
            figures("absence_persistent", 2025, everywhere(9, 0.1, **{BARNET: 90, ENGLAND: 18.1})),
            figures("ehc_plan_share", 2025, everywhere(9.0, -0.01, **{BARNET: 9.5, ENGLAND: 5.3})),
            figures("pupil_premium_pupils", 2025, {BARNET: 13462, ENGLAND: 2266678}),
        ]
    )  # fmt: skip


def test_a_place_its_change_and_the_first_tenth(scores):
    text = chapter(scores).league(["attainment_8", "absence_persistent"], "Two measures").text
    assert text == "\n".join(
        [
            "Barnet is in the first tenth of the authorities in England on 1 of the 2 indicators in"
            " this table that can be judged: Attainment 8: average score.",
            "Two measures, Barnet",
            "Indicator | Period | Barnet | England | Place in England | Place before | Change on"
            " the period before",
            "Attainment 8: average score | 2024/25 school year | 61.0 points | 46.5 points | 1st of"
            " 153, ★ first tenth | joint 34th of 153 | +4.3 from 56.7 points (2023/24 school year)",
            "Persistent absence | 2024/25 school year | 90.0% | 18.1% | 153rd of 153 | not ranked |"
            " none before",
            RULE,
            UNTESTED,
            TOOL,
        ]
    )


def test_what_nobody_judges_counts_from_the_highest(scores):
    text = chapter(scores).league(["ehc_plan_share"]).text
    assert "9.5% | 5.3% | highest of 153" in text
    assert "first tenth" not in text


def test_notes_are_said_once_in_a_chapter(scores):
    page = chapter(scores)
    first, second = (page.league(["attainment_8"], caption).text for caption in ("One", "Two"))
    assert RULE in first
    assert UNTESTED in first
    assert RULE not in second
    assert UNTESTED not in second


def test_the_note_says_how_places_are_counted(scores):
    highest = chapter(scores).league(["ehc_plan_share"]).text
    assert (
        "with a figure; counted from the highest, because neither direction is better in itself."
        " Equal figures share the same place."
    ) in highest
    both = chapter(scores).league(["attainment_8", "ehc_plan_share"]).text
    assert "1st = best, and where neither direction is better, from the highest." in both
    assert "★ first tenth: a place of at most a tenth" in both


def test_a_count_stands_alone(scores):
    text = chapter(scores).league(["pupil_premium_pupils"], "Pupils").text
    assert text.split("\n")[:3] == [
        "Pupils, Barnet",
        "Indicator | Period | Barnet",
        "Pupils who bring the pupil premium | 2024/25 school year | 13,462 pupils",
    ]


def test_england_has_values_and_changes_but_no_places(scores):
    text = chapter(scores, area=ENGLAND).league(["attainment_8"], "Scores").text
    assert text.split("\n")[:3] == [
        "Scores, England",
        "Indicator | Period | England | Change on the period before",
        "Attainment 8: average score | 2024/25 school year | 46.5 points | +0.5 from 46.0 points"
        " (2023/24 school year)",
    ]


def test_a_cut_shows_the_year_before(scores):
    text = chapter(scores, until="2024-12-31").league(["attainment_8"], "Scores").text
    assert "56.7 points | 46.0 points | joint 34th of 153" in text
    assert "2024/25" not in text


def test_what_has_no_figure_is_left_out_and_not_told_again(scores):
    page = chapter(scores)
    assert page.league(["progress_8", "ks2_rwm_expected"]).html == ""
    assert page.trend("progress_8").html == ""
    assert page.groups("ks2_ethnic_groups").html == ""
    assert page.gap("ks2_rwm_disadvantaged").html == ""
    assert page.headline("ks2_rwm_disadvantaged").html == ""


@pytest.mark.parametrize(
    ("first", "judged", "said"),
    [
        (0, 9, "none of the 9 indicators"),
        (3, 9, "3 of the 9 indicators"),
        (9, 9, "all 9 indicators"),
        (1, 1, "the one indicator"),
    ],
)
def test_how_many_are_in_the_first_tenth(first, judged, said):
    assert league._how_many(first, judged) == said


def test_no_sentence_where_the_only_place_is_not_in_the_first_tenth(scores):
    text = chapter(scores).league(["absence_persistent"], "Absence").text
    assert text.startswith("Absence, Barnet")


@pytest.mark.parametrize(
    ("rank", "of", "order", "tied", "said"),
    [
        (1, 153, "best", False, "1st of 153"),
        (8, 151, "best", True, "joint 8th of 151"),
        (3, 152, "highest", False, "3rd highest of 152"),
        (1, 152, "highest", False, "highest of 152"),
        (152, 152, "highest", False, "lowest of 152"),
        (112, 152, "highest", True, "joint 112th highest of 152"),
        (np.nan, np.nan, "best", False, "not ranked"),
    ],
)
def test_places_in_words(rank, of, order, tied, said):
    assert league.place_words(rank, of, order, tied=tied) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [(-3.0, "up 3 places"), (1.0, "down 1 place"), (0.0, "same place"), (12.0, "down 12 places")],
)
def test_a_printed_rank_moves_up_when_it_gets_smaller(change, said):
    assert league.rank_change(change) == said


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("ks2_rwm_expected", 71.0, 72.0, "+1 point from 71% (2023)"),
        ("ks2_rwm_expected", 73.0, 71.0, "−2 points from 73% (2023)"),
        ("ks2_rwm_expected", 72.0, 72.0, "no change: 72% (2023)"),
        ("permanent_exclusions_rate", 0.034, 0.036, "about the same: 0.03 per 100 pupils (2023)"),
        ("progress_8", 0.64, 0.61, "−0.03 from 0.64 points (2023)"),
        ("local_attainment_8_rank", 5.0, 2.0, "up 3 places from 5th (2023)"),
        ("ehc_plans_total", 3809.0, 4320.0, "+511 from 3,809 children and young people (2023)"),
        ("attainment_8", np.nan, 56.7, "none before"),
    ],
)
def test_changes_in_words(name, before, after, said):
    row = {"change": after - before, "previous_value": before, "previous_period_label": "2023"}
    assert league.change_cell(pd.Series(row), KNOWN[name]) == said


@pytest.mark.parametrize(
    ("name", "change", "side", "said"),
    [
        ("ks2_rwm_expected", 1.0, "higher", "▲ risen"),
        ("ks2_rwm_expected", -2.0, "lower", "▼ fallen"),
        ("ks2_rwm_expected", 0.2, "similar", "● no significant change"),
        ("progress_8", 0.004, "not_tested", "not tested"),
        ("ehc_plans_total", 511.0, "not_tested", "no test"),
        ("local_attainment_8_rank", -3.0, "not_tested", "no test"),
        ("attainment_8", np.nan, "not_tested", "no test"),
    ],
)
def test_tests_in_words(name, change, side, said):
    row = pd.Series({"change": change, "change_side": side})
    assert league.test_cell(row, KNOWN[name]) == said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ks2_rwm_expected", 72.0, "72%"),
        ("attainment_8", 56.7, "56.7 points"),
        ("suspensions_rate", 5.52229, "5.5 per 100 pupils"),
        ("local_attainment_8_rank", 2.0, "2nd"),
        ("progress_8", -0.03, "−0.03 points"),
    ],
)
def test_values_with_their_units(name, value, said):
    assert league.value_words(value, KNOWN[name]) == said


# ---- gaps


def of_two_groups(*years: tuple[int, float, float, float, float]) -> list[pd.DataFrame]:
    """Year, group and others in the area, group and others in England."""
    made = []
    for year, own, other, national, national_other in years:
        made += [
            figures("ks2_rwm_disadvantaged", year, {BARNET: own, ENGLAND: national}),
            figures("ks2_rwm_other_pupils", year, {BARNET: other, ENGLAND: national_other}),
        ]
    return made


NO_COUNTS = "Gaps were not tested: the source prints no counts."
OPENING = (
    "In the 2024/25 school year, 59% of disadvantaged pupils in Barnet reached the expected"
    " standard in reading, writing and maths at the end of Key Stage 2."
)


def said(tables: list[pd.DataFrame], **where) -> str:
    return chapter(tables, **where).gap("ks2_rwm_disadvantaged").text.split("\n")[0]


def test_a_gap_in_words():
    rows = of_two_groups((2024, 56, 77, 46, 68), (2025, 59, 77, 48, 70))
    assert said(rows) == (
        f"{OPENING} That is 11 percentage points behind the others in England (70%) and 18"
        " percentage points behind the others in Barnet (77%). In England as a whole the same group"
        " is 22 percentage points behind the others. In the 2023/24 school year the group was 12"
        f" percentage points behind them: the gap is narrower now. {NO_COUNTS}"
    )


def test_a_gap_of_one_point_and_level():
    rows = of_two_groups((2024, 67, 59, 46, 68), (2025, 59, 59, 58, 60))
    assert said(rows) == (
        f"{OPENING} That is 1 percentage point behind the others in England (60%) and level with"
        " the others in Barnet (59%). In England as a whole the same group is 2 percentage points"
        " behind the others. In the 2023/24 school year the distance was the same. "
        f"{NO_COUNTS}"
    )


def test_one_year_has_no_change_and_no_chart():
    block = chapter(of_two_groups((2025, 59, 77, 48, 70))).gap("ks2_rwm_disadvantaged")
    assert block.text.startswith(f"{OPENING} That is 11")
    assert block.text.split("\n")[0].endswith(f"behind the others. {NO_COUNTS}")
    assert "<svg" not in block.html
    assert "2024/25 school year | 59 | 77 | 70 | 18 | 11" in block.text


def test_a_group_that_is_ahead():
    rows = of_two_groups((2024, 75, 77, 46, 68), (2025, 80, 77, 48, 70))
    assert "That is 10 percentage points ahead of the others in England (70%)" in said(rows)
    assert "7 percentage points ahead of them: it is further ahead now." in said(rows)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (5, 9, "the gap is wider now"),
        (9, 5, "the gap is narrower now"),
        (-1, 5, "it is behind now"),
        (5, -1, "it is not behind now"),
        (-5, -9, "it is further ahead now"),
        (-9, -5, "it is less far ahead now"),
    ],
)
def test_how_a_distance_moved(first, last, words):
    assert gaps._moved(first, last) == words


def test_england_is_not_set_against_itself_twice():
    rows = of_two_groups((2024, 56, 77, 46, 68), (2025, 59, 77, 48, 70))
    text = chapter(rows, area=ENGLAND).gap("ks2_rwm_disadvantaged").text
    assert "48% of disadvantaged pupils in England reached" in text
    assert "That is 22 percentage points behind the others in England (70%)." in text
    assert "as a whole" not in text
    assert "2024/25 school year | 48 | 70 | 22" in text


def test_the_chart_of_gaps_says_what_it_draws():
    rows = of_two_groups((2023, 55, 75, 45, 67), (2024, 56, 77, 46, 68), (2025, 59, 77, 48, 70))
    html = chapter(rows).gap("ks2_rwm_disadvantaged").html
    title = "Gap of 11 percentage points: reading, writing and maths of disadvantaged pupils"
    assert title in html
    alt = re.search(r'aria-label="([^"]+)"', html)[1]
    assert len(alt) <= 250
    assert "Barnet 12 (2022/23 school year) to 11 (2024/25 school year)" in alt
    assert "England 22 (2022/23 school year) to 22 (2024/25 school year)" in alt
    assert "Above 0: behind." in html
    assert "<details>" in html


def test_years_of_another_framework_are_not_compared():
    """The early years profile changed in the 2021/22 school year."""
    rows = []
    for year, own, other in ((2019, 63, 74), (2022, 52.4, 69.5), (2025, 55.0, 72.5)):
        rows += [
            figures("good_level_of_development_free_school_meals", year, {BARNET: own}),
            figures("good_level_of_development_other_pupils", year, {BARNET: 75, ENGLAND: other}),
        ]
    page = chapter(rows, "early_years")
    text = page.gap("good_level_of_development_free_school_meals").text.split("\n")[0]
    assert "In the 2021/22 school year the group was 17.1 percentage points behind them" in text
    assert "2018/19" not in text


# ---- groups


def by_ethnic_group(**values: float) -> list[pd.DataFrame]:
    return [
        figures(f"ks2_rwm_{group}", 2025, {BARNET: value, ENGLAND: value - 5})
        for group, value in values.items()
    ]


def test_groups_side_by_side():
    page = chapter(by_ethnic_group(asian=81, black=61, chinese=89))
    text = page.groups("ks2_ethnic_groups").text
    assert text == "\n".join(
        [
            "Key Stage 2 by ethnic group: from 61% (Pupils of Black ethnicity) to 89% (Pupils of"
            " Chinese ethnicity)",
            "Barnet, 2024/25 school year, %. Dots: Barnet. Squares: England.",
            "Key Stage 2 by ethnic group: Pupils of Chinese ethnicity 89% (England 84%); Pupils of"
            " Asian ethnicity 81% (England 76%); Pupils of Black ethnicity 61% (England 56%).",
            "Key Stage 2 by ethnic group, 2024/25 school year",
            "Group | Count | Barnet (%) | 95% confidence interval | England (%)",
            "Pupils of Chinese ethnicity | not published | 89 | none | 84",
            "Pupils of Asian ethnicity | not published | 81 | none | 76",
            "Pupils of Black ethnicity | not published | 61 | none | 56",
            TOOL,
        ]
    )


def test_a_suppressed_group_is_in_the_table_and_not_in_the_chart():
    rows = by_ethnic_group(asian=81, black=61)
    hidden = figures("ks2_rwm_chinese", 2025, {BARNET: np.nan}, value_note="suppressed (c)")
    block = chapter([*rows, hidden]).groups("ks2_ethnic_groups")
    assert "Pupils of Chinese ethnicity | [c] | [c] | [c] | [x]" in block.text
    picture = block.html[block.html.index("<svg") : block.html.index("</svg>")]
    assert "Chinese" not in picture
    assert "Asian" in picture


def test_one_group_alone_is_no_comparison():
    assert chapter(by_ethnic_group(asian=81)).groups("ks2_ethnic_groups").html == ""


def test_groups_of_the_country_stand_without_squares():
    text = (
        chapter(by_ethnic_group(asian=81, black=61), area=ENGLAND).groups("ks2_ethnic_groups").text
    )
    assert "Squares" not in text
    assert "Pupils of Asian ethnicity 76%" in text


def test_groups_are_of_the_newest_period_that_has_most_of_them():
    old = [
        figures(f"ks2_rwm_{group}", 2024, {BARNET: 50.0}) for group in ("asian", "black", "white")
    ]
    new = [figures("ks2_rwm_asian", 2025, {BARNET: 99.0})]
    text = chapter([*old, *new]).groups("ks2_ethnic_groups").text
    assert "2023/24 school year" in text
    assert "99" not in text


def test_scores_below_zero_are_drawn():
    rows = [
        figures("progress_8_disadvantaged", 2024, {BARNET: -0.59, ENGLAND: -1.13}),
        figures("progress_8_other_pupils", 2024, {BARNET: 0.77, ENGLAND: 0.16}),
    ]
    ids = ["progress_8_disadvantaged", "progress_8_other_pupils"]
    block = chapter(rows).groups(ids, "Progress 8")
    assert "from −0.59 (Disadvantaged pupils) to 0.77" in block.text
    assert "<svg" in block.html


def test_a_group_without_a_tag_is_called_by_its_name():
    assert groups.label(KNOWN["ks2_rwm_disadvantaged"]) == "Disadvantaged pupils"
    assert groups.label(KNOWN["progress_8"]) == "Progress 8: average score"


def test_every_group_of_indicators_that_is_drawn_is_of_one_unit():
    known = catalogue.load()
    drawn = [("education", "ks2_ethnic_groups"), ("education", "attainment_8_ethnic_groups")]
    drawn += [("send", "primary_needs"), ("send", "key_stage_2")]
    drawn += [("early_years", "ethnic_groups"), ("early_years", "circumstances")]
    for chapter_id, group_id in drawn:
        group = next(g for g in known.chapters[chapter_id].groups if g.id == group_id)
        shapes = {(KNOWN[i].unit, KNOWN[i].rounding) for i in group.indicators}
        assert len(shapes) == 1, group_id
        assert all("group" in KNOWN[i].tags for i in group.indicators), group_id


def test_tables_of_the_edition_have_an_area():
    assert "area_code" in TABLES["league"]
    assert "area_code" in TABLES["attainment_gaps"]
    assert len(AUTHORITIES) == 153
    assert {BARNET, LEEDS} <= set(AUTHORITIES)
    assert LONDON not in AUTHORITIES
