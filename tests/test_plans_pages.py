"""The blocks of the plan monitor: whole sentences, true numbers, and panels where nothing is."""

import re

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.build import plans_actions, plans_registers
from cyp_analysis.present.calls.plans import Plans
from cyp_analysis.present.markup import Html
from cyp_analysis.present.plans import (
    action_bars,
    actions,
    objectives,
    papers,
    progress,
    success,
    summary,
    wording,
)
from cyp_analysis.present.plans import registers as lists
from cyp_analysis.present.plans.states import NAMES, badge
from tests.plans_samples import OTHER, bundled_selection, inputs, register, selection

KNOWN = catalogue.load()
CALLS = [
    *("plan_summary", "objectives", "success_measures", "actions", "progress", "risks", "savings"),
    *("money", "engagement", "index", "index_measures", "index_history", "index_trends"),
    *("index_rule", "index_published"),
]


class Page(Plans):
    """The calls over a selection."""

    def __init__(self, chosen):
        self._selection = chosen


@pytest.fixture(scope="module")
def barnet():
    return bundled_selection("plan_monitor")


@pytest.fixture(scope="module")
def other():
    return bundled_selection("plan_monitor", area=OTHER)


@pytest.mark.parametrize("call", CALLS)
def test_every_call_gives_html_without_loose_ends(barnet, call):
    block = getattr(Page(barnet), call)()
    for wrong in (r"\bnan\b", r"\bNaT\b", r"\| None\b", r"\[\]", "[{}]", " ,", r" \.", "  "):
        assert not re.search(wrong, block.text), wrong
    assert not re.search(r"<(td|th)[^>]*></", block.html), "no cell is empty"
    ids = re.findall(r'\bid="([^"]+)"', block.html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("call", CALLS)
def test_no_call_fails_for_an_authority_without_any_list(other, call):
    block = getattr(Page(other), call)()
    assert "Barnet" not in block.text
    if call not in ("index_history", "index_trends", "index_rule"):
        assert "Leeds" in block.text
        assert "no-data" in block.html


@pytest.mark.parametrize("call", CALLS)
def test_every_call_says_in_its_first_line_what_it_shows(call):
    assert getattr(Plans, call).__doc__.strip().endswith(".")


# --- words that blocks share ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator_id", "value", "text"),
    [
        ("re_referrals_share", 20.04, "20.0%"),
        ("local_public_health_grant", 16_703_000, "£16,703,000"),
        ("local_budget_gap", 69.9, "£69.9 million"),
        ("local_childrens_budget", 295_599, "£295,599 thousand"),
        ("local_temporary_accommodation_families", 1161, "1,161 families"),
        ("first_time_entrants_rate", 146, "146 per 100,000 children aged 10 to 17"),
        ("local_schools_rank", 8, "rank 8"),
        ("local_imd_average_score", 17.8, "score 17.8"),
    ],
)
def test_a_figure_carries_its_unit(indicator_id, value, text):
    assert wording.figure_text(value, KNOWN.indicators[indicator_id]) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "no actions"), (1, "1 action"), (2, "2 actions"), (1200, "1,200 actions")],
)
def test_numbers_agree_with_their_nouns(number, text):
    assert wording.counted(number, "action") == text


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


@pytest.mark.parametrize(
    ("verdict", "change", "way", "text", "kind"),
    [
        ("improved", 5, "increase", "▲ Improved", "better"),
        ("improved", -5, "decrease", "▼ Improved", "better"),
        ("worsened", 5, "decrease", "▲ Worsened", "worse"),
        ("no_clear_change", 0.1, "increase", "● No clear change", "similar"),
        ("higher", 5, "no_judgement", "▲ Higher", "higher"),
        ("lower", -5, "no_judgement", "▼ Lower", "lower"),
        ("rose", 5, "increase", "▲ Rose as wanted, not tested", "not_compared"),
        ("rose", 5, "low_is_good", "▲ Rose against what is wanted, not tested", "not_compared"),
        ("fell", -5, "decrease", "▼ Fell as wanted, not tested", "not_compared"),
        ("fell", -5, "no_judgement", "▼ Fell, not tested", "not_compared"),
        ("fell", -5, wording.NO_WAY, "▼ Fell, not tested", "not_compared"),
        ("unchanged", 0, "decrease", "● Unchanged, not tested", "not_compared"),
    ],
)
def test_a_change_has_a_symbol_and_words_and_untested_ones_no_colour(
    verdict, change, way, text, kind
):
    html = wording.change_badge(verdict, change, way)
    assert plain(html) == text
    assert f"verdict-{kind}" in html


@pytest.mark.parametrize(
    ("cut", "published", "day"),
    [
        (None, pd.Timestamp("2019-01-17"), "2019-01-17"),
        ("2018-09-30", pd.Timestamp("2019-01-17"), "2018-09-30"),
        ("2018-09-30", pd.NaT, "2018-09-30"),
        (None, pd.NaT, None),
    ],
)
def test_due_dates_are_set_against_the_document_or_the_chapters_end_never_today(
    cut, published, day
):
    chosen = selection("plan_monitor", {}, cut=cut)
    expected = None if day is None else pd.Timestamp(day)
    assert wording.reference_day(chosen, published) == expected


# --- actions -------------------------------------------------------------------------------------


def tracked(rows, **same):
    made = inputs(registers=register("actions", rows, **same))
    return plans_actions.read_actions(made)


def due(text, status="G", **more):
    day = pd.Timestamp(text) if text else pd.NaT
    return {"action": "One", "due": text, "due_date": day, "status": status} | more


DAY = pd.Timestamp("2019-01-17")


@pytest.mark.parametrize(
    ("row", "is_late"),
    [
        (due("2019-01-16"), True),
        (due("2019-01-17"), False),
        (due("2019-01-18"), False),
        (due("2019-01-16", "B"), False),
        (due("2019-01-16", "Completed"), False),
        (due("2019-01-16", ""), True),
        (due(""), False),
    ],
)
def test_an_action_is_late_after_its_day_unless_completed(row, is_late):
    rows = tracked([row, due("2030-01-01")])
    assert bool(actions.late(rows, DAY).iloc[0]) == is_late
    assert not actions.late(rows, None).any()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([due("2018-01-01")], "Of the 1 action with a date, 1 was past it on 17 January 2019 and"
         " not rated completed; it is rated on track."),
        ([due("2018-01-01"), due("2018-02-01")], "Of the 2 actions with a date, 2 were past it on"
         " 17 January 2019 and not rated completed; all of these are rated on track."),
        ([due("2018-01-01"), due("2018-02-01", "A")], "Of the 2 actions with a date, 2 were past it"
         " on 17 January 2019 and not rated completed; 1 of these is rated on track."),
        ([due("2018-01-01", "A")], "Of the 1 action with a date, 1 was past it on 17 January 2019"
         " and not rated completed."),
        ([due("2030-01-01")], "Of the 1 action with a date, none was past it on 17 January 2019 and"
         " not rated completed."),
    ],
)  # fmt: skip
def test_late_actions_are_told_in_a_whole_sentence(rows, sentence):
    made = tracked(rows)
    text = actions.summary(made.assign(late=actions.late(made, DAY)), DAY)
    assert sentence in text


def test_a_tracker_that_keeps_nothing_says_so():
    made = tracked([{"action": "One"}])
    text = actions.summary(made.assign(late=False), DAY)
    assert text == "The tracker has 1 action. It gives no rating of progress. It gives no dates."


def test_blank_owners_and_updates_are_counted():
    made = tracked([{"action": "One", "owner": "A", "update": "Done"}, {"action": "Two"}])
    text = actions.summary(made.assign(late=False), DAY)
    assert "Blank entries: 1 without an update and 1 without an owner." in text


def test_the_improvement_plan_as_it_stood(barnet):
    text = actions.actions(barnet, "improvement").text
    assert "The tracker has 57 actions. By their rating: 51 on track and 6 behind" in text
    assert "Of the 52 actions with a date, 28 were past it on 17 January 2019" in text
    assert "25 of these are rated on track." in text
    assert "Planning | 17 | 13 | 4 | 11" in text


def test_an_earlier_day_makes_fewer_actions_late():
    chosen = bundled_selection("plan_monitor", cut="2017-12-31")
    text = actions.actions(chosen, "improvement").text
    assert "past it on 31 December 2017" in text
    number = int(re.search(r"with a date, (\d+|none)", text)[1].replace("none", "0"))
    assert number < 28


def test_trackers_come_newest_first_and_progress_has_a_place_of_its_own(barnet):
    text = actions.actions(barnet).text
    assert text.index("Action tracker") < text.index("Strategy actions")
    assert text.index("Strategy actions") < text.index("Improvement plan")
    assert "Progress 2016 to 2020" not in text
    assert "Progress 2016 to 2020" in progress.progress(barnet).text


def test_the_draft_plan_has_seven_outcomes_with_those_responsible(barnet):
    block = actions.actions(barnet, "draft plan")
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', block.html)
    assert {"Objective", "Lead", "Monitored by"} <= set(heads)
    assert block.text.count("Family Services Improvement Board; ") >= 1, "no bars in a cell"


@pytest.mark.parametrize("state", list(NAMES))
def test_every_state_has_words_and_a_symbol(state):
    html = badge(state, "Under review" if state == "other" else "G")
    assert isinstance(html, Html)
    assert len(plain(html)) > 4


def test_an_unknown_rating_keeps_its_own_word():
    assert plain(badge("other", "Under review")) == "– Under review"
    assert plain(badge("on_track", "G")) == "● On track (G)"
    assert plain(badge("partly", "Partially achieved")) == "◆ Partly achieved"


def test_bars_draw_the_numbers_of_the_table_and_add_up():
    made = tracked([due("", "G", theme="A"), due("", "A", theme="A"), due("", "R", theme="B")])
    numbers = action_bars.state_numbers(made)
    assert numbers.loc["All actions"].to_dict() == {"on_track": 1, "at_risk": 1, "off_track": 1}
    assert list(numbers.columns) == ["on_track", "at_risk", "off_track"]
    assert numbers.drop(index="All actions").to_numpy().sum() == 3


def test_the_chart_names_its_numbers_for_those_who_do_not_see_it(barnet):
    html = actions.actions(barnet, "improvement").html
    alt = re.search(r'aria-label="([^"]*)"', html)[1]
    assert alt.startswith("Improvement plan, ratings: All actions 51 on track and 6 behind")
    assert 20 < len(alt) <= 250
    assert "<text" in html and "Leadership" in html


def test_a_tracker_without_themes_is_one_bar():
    numbers = action_bars.state_numbers(tracked([due("", "G"), due("", "A")]))
    assert list(numbers.index) == ["All actions"]


# --- success, objectives, progress ---------------------------------------------------------------


def test_success_measures_name_the_direction_wanted(barnet):
    text = success.success_measures(barnet).text
    assert "The plans name 51 success measures" in text
    assert "- MMR by age two (wanted: up)" in text
    assert "Private rented homes procured | Up | none | 647 homes (2020/21)" in text
    assert "610 ✓ Met" in text


def test_objectives_count_priorities_and_name_partners(barnet):
    text = objectives.objectives(barnet).text
    assert text.startswith("The plan has 19 objectives; ")
    html = objectives.objectives(barnet).html
    assert "115 priorities with the strategies of partners" in html
    assert "Barnet Corporate Parenting Strategy" in html


def test_what_was_done_stands_beside_what_was_said(barnet):
    html = progress.progress(barnet).html
    row = html[html.index("Joined-up advice (BOOST)") :][:900]
    for figure in ("836 people", "1,467", "227"):
        assert figure in row
    assert "before, 2,471 households (April 2020)" in html


def test_an_update_in_words_is_shown_as_it_is():
    entry = {"action": "Open a hub", "update": "it opened in May", "action_id": "1"}
    rows = register("actions", [entry])
    made = inputs(registers=rows)
    tables = {"plan_actions": plans_actions.read_actions(made)}
    tables["plan_action_figures"] = plans_actions.measure_actions(made)
    block = progress.progress(selection("plan_monitor", tables, rows))
    assert "It opened in May" in block.html


# --- risks, savings, money -----------------------------------------------------------------------


def test_the_matrix_shows_where_the_risks_are(barnet):
    text = lists.risks(barnet).text
    assert "2 | 2 | 4 | 6: 3 risks | 8 | 10" in text.splitlines()
    assert "The highest rating is 16 of 25 (extreme): Improvement plan delivery" in text
    assert "Every rating that can be checked against its scores agrees with them." in text


def risks_of(**scores):
    names = ("likelihood", "consequence", "rating")
    numbers = {f"{name}_number": scores.get(name, float("nan")) for name in names}
    row = {"risk": "Money", "register": "Own", "level": "", "controls": "", "risk_id": ""} | numbers
    made = register("risks", [row])
    table = plans_registers.read_risks(inputs(registers=made))
    return lists.risks(selection("plan_monitor", {"plan_risks": table}, made)).text


def test_a_wrong_rating_is_told():
    text = risks_of(likelihood=2.0, consequence=3.0, rating=8.0)
    assert "For 1 risk the printed rating or level is not what the scores give." in text
    assert "differs from its scores" in text


def test_risks_without_a_rating_have_no_matrix():
    text = risks_of()
    assert "The registers list 1 risk; none of them is rated." in text
    assert "Risk matrix" not in text


def test_savings_are_shown_as_printed_with_their_totals(barnet):
    text = lists.savings(barnet).text
    assert "The table has 7 lines. All 23 totals that it prints agree" in text
    assert "Total of all groups | −1,132 | −424 | −310 | −350 | −352 | −2,568" in text
    assert "E5 Health checks | – | – | – | – | −50 | −50" in text


def savings_of(*rows):
    entries = [
        {"group": "", "line_ref": ref, "label": label, "year": year, "saving_number": amount}
        for ref, label, year, amount in rows
    ]
    made = register("savings", entries)
    table = plans_registers.check_savings(inputs(registers=made))
    return lists.savings(selection("plan_monitor", {"plan_savings": table}, made)).text


def test_a_total_that_is_wrong_is_named_with_both_figures():
    text = savings_of(("1", "A", "2020/21", -5.0), ("2", "B", "2020/21", -7.0),
                      ("Total", "Total", "2020/21", -11.0))  # fmt: skip
    assert "1 total does not agree with the lines" in text
    assert "(printed −11, sum −12)" in text


def test_savings_without_totals_are_added_up_and_it_is_said():
    text = savings_of(("1", "A", "2020/21", -5.0), ("2", "B", "2021/22", -7.0))
    assert "It prints no total; the sums here are of its lines." in text
    assert "Total of all groups | −5 | −7 | −12" in text


def test_money_has_pounds_and_periods(barnet):
    text = papers.money(barnet).text
    assert "Public health grant | 2019/20 | £16,703,000" in text
    assert "Council budget gap | 2019/20 to 2023/24 | £69.9 million" in text
    assert "Savings delivered since 2010 | 2010 to 2018 | £155 million | in excess of" in text
    assert "Dedicated Schools Grant (DSG) | 2013/14 | £224,693 thousand" in text


def test_who_took_part_is_listed_by_activity(barnet):
    text = papers.engagement(barnet).text
    assert "Make Your Mark | 2018 | 4,783" in text
    assert "questionnaires | 2018 | 287" in text


# --- the first screen ----------------------------------------------------------------------------


def test_the_first_screen_counts_actions_late_ones_measures_and_risks(barnet):
    lines = summary.plan_summary(barnet).text.splitlines()
    assert lines[0] == (
        "1. 5 lists of actions: 248 actions in all. Of the 69 in lists that rate progress, 54 are"
        " rated completed or on track."
    )
    assert "Of 52 rated actions with a date, 28 were past it" in lines[1]
    assert lines[2].startswith("3. 51 success measures: ")
    assert "the highest, 16 of 25, is “Improvement plan delivery”." in lines[3]


def test_248_actions_are_those_of_the_five_lists():
    assert 57 + 63 + 42 + 74 + 12 == 248


def test_without_any_plan_the_first_screen_says_what_would_bring_one(other):
    text = summary.plan_summary(other).text
    assert text.startswith("No plan of Leeds has been loaded: ")
