"""Plans and the index once more: nought, one and several in every sentence, blanks, ties, cuts."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyp_analysis import catalogue, index_model, service_catalogue
from cyp_analysis.build import plans_actions, plans_change, plans_registers, ratings
from cyp_analysis.errors import ChapterError
from cyp_analysis.index_model import aspiration_rating
from cyp_analysis.present.plans import (
    action_bars,
    actions,
    index,
    index_history,
    index_trends,
    objectives,
    progress,
    success,
    summary,
    wording,
)
from cyp_analysis.present.plans import registers as lists
from tests.plans_samples import AREA, PUBLISHED, SOURCE, figures, inputs, register, selection

NAN = float("nan")
KNOWN = catalogue.load()
INDEX = "family_friendly_index"
PLAN = "plan_monitor"


def chosen(tables=None, **more):
    return selection(PLAN, tables or {}, **more)


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", str(html))


# --- words that blocks share ---------------------------------------------------------------------


@pytest.mark.parametrize(("number", "text"), [(0, "none has"), (1, "1 has"), (2, "2 have")])
def test_none_has_one_has_and_several_have(number, text):
    assert wording.have(number) == text


@pytest.mark.parametrize(
    ("rating", "text"), [(1, "1 of 25"), (16, "16 of 25"), (25, "25 of 25"), (30, "30"), (0, "0")]
)
def test_a_rating_on_another_scale_is_not_of_25(rating, text):
    assert wording.rating_words(float(rating)) == text


@pytest.mark.parametrize(
    ("indicator_id", "value", "text"),
    [
        ("local_budget_gap", -69.9, "−£69.9 million"),
        ("local_public_health_grant", 0, "£0"),
        ("local_public_health_grant", -1000, "−£1,000"),
        ("re_referrals_share", 0.0, "0.0%"),
    ],
)
def test_a_minus_sign_stands_before_the_pound(indicator_id, value, text):
    assert wording.figure_text(value, KNOWN.indicators[indicator_id]) == text


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"value": NAN, "verdict": "none", "in_plan": True}, "No figure"),
        ({"value": 1.0, "verdict": "none", "in_plan": True}, "One figure only"),
        ({"value": 1.0, "verdict": "none", "in_plan": False}, "No figure from the plan's years"),
        ({"value": 1.0, "verdict": "fell", "change": -1.0, "in_plan": True},
         "▼ Fell as wanted, not tested"),
        ({"value": 1.0, "verdict": "worsened", "change": 1.0, "in_plan": True}, "▲ Worsened"),
    ],
)  # fmt: skip
def test_a_change_has_a_verdict_or_a_reason(row, words):
    indicator = KNOWN.indicators["re_referrals_share"]
    assert plain(wording.change_cell(pd.Series(row), indicator)) == words


def test_without_an_indicator_there_is_no_figure():
    assert wording.with_period(5.0, "2020", None) == "none"
    assert wording.change_cell(pd.Series({"value": 5.0}), None) == "No figure"


def test_a_document_that_no_passport_names_goes_by_its_id():
    row = pd.Series({"source_id": "own_plan", "source_published": PUBLISHED})
    assert wording.document(chosen(), row) == "own_plan"
    assert wording.source_line(chosen(), pd.DataFrame([row, row])) == "Source: own_plan."


# --- success measures ----------------------------------------------------------------------------


def measures(verdicts: list[str], missing: int = 0) -> pd.DataFrame:
    """Success measures with these verdicts, and some without a figure."""
    rows = [{"verdict": verdict, "value": 1.0} for verdict in verdicts]
    rows += [{"verdict": "none", "value": NAN}] * missing
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (measures([], 1), "The plans name 1 success measure: none has a figure here."),
        (measures([], 3), "The plans name 3 success measures: none has a figure here."),
        (measures(["none"]), "The plans name 1 success measure: 1 has a figure here, and none has "
                             "two figures that can be set beside each other."),
        (measures(["rose"], 2), "The plans name 3 success measures: 1 has a figure here, and 1 can "
                                "be set beside an earlier figure of the plan's years (1 rose; none "
                                "tested)."),
        (measures(["improved", "improved", "no_clear_change"]),
         "The plans name 3 success measures: 3 have a figure here, and 3 can be set beside an "
         "earlier figure of the plan's years (2 improved and 1 without a clear change; 3 tested)."),
    ],
)  # fmt: skip
def test_success_measures_in_a_sentence(rows, said):
    assert success._summary(rows) == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (measures([], 1), "1 success measure: none has a figure here."),
        (measures(["rose"]), "1 success measure: 1 has a figure here, and none could be tested "
                             "against the first figure of its plan's years."),
        (measures(["worsened"]), "1 success measure: 1 has a figure here. The one that could be "
                                 "tested against an earlier figure worsened."),
        (measures(["no_clear_change"], 1), "2 success measures: 1 has a figure here. The one that "
                                           "could be tested against an earlier figure shows no "
                                           "clear change."),
        (measures(["improved", "improved"]), "2 success measures: 2 have a figure here. Of 2 that "
                                             "could be tested against the first figure of their "
                                             "plan's years, 2 improved and none worsened."),
    ],
)  # fmt: skip
def test_success_measures_on_the_first_screen(rows, said):
    assert summary._measures(rows) == [said]


def test_no_success_measures_say_nothing_on_the_first_screen():
    assert summary._measures(measures([])) == []


@pytest.mark.parametrize(
    ("target", "unit", "met", "text"),
    [
        (NAN, "", "", "none"),
        (610.0, "", "met", "610 ✓ Met"),
        (15.5, "%", "not_met", "15.5% ✗ Not met"),
        (95.0, "%", "", "95%"),
    ],
)
def test_a_target_has_its_unit_and_a_verdict_in_words(target, unit, met, text):
    row = pd.Series({"target_value": target, "target_unit": unit, "target_met": met})
    assert plain(success._target(row)) == text


@pytest.mark.parametrize(
    ("wanted", "direction", "text"),
    [
        ("increase", "increase", "M (wanted: up)"),
        ("decrease", "decrease fast", "M (wanted: down)"),
        ("", "keep", "M (wanted: keep)"),
        ("", "", "M (wanted: not said)"),
    ],
)
def test_a_measure_without_a_figure_says_what_was_wanted(wanted, direction, text):
    row = {"success_measure": "M", "wanted": wanted, "direction_wanted": direction}
    assert success._wanted(pd.Series(row)) == text


# --- objectives ----------------------------------------------------------------------------------


def aims(rows: list[tuple]) -> pd.DataFrame:
    """Objectives: (id, name, value, verdict, whether a figure is from the plan's years)."""
    names = ["objective_id", "objective", "value", "verdict", "in_plan"]
    return pd.DataFrame(rows, columns=names).assign(theme="T")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("1", "A", NAN, "none", False)],
         "The plan has 1 objective; it does not have a figure here."),
        ([("1", "A", 2.0, "none", True)],
         "The plan has 1 objective; it has a figure here. Not one of these figures could be tested "
         "against an earlier one."),
        ([("1", "A", NAN, "none", False), ("2", "B", NAN, "none", False)],
         "The plan has 2 objectives; none of them has a figure here."),
        ([("1", "A", 2.0, "none", False), ("2", "B", NAN, "none", False)],
         "The plan has 2 objectives; 1 of them has a figure here. Every figure is from outside the "
         "plan's years."),
        ([("1", "A", 2.0, "improved", True), ("2", "B", 2.0, "no_clear_change", True)],
         "The plan has 2 objectives; 2 of them have a figure here. Of the 2 figures that could be "
         "tested against the first of the plan's years: 1 improved and 1 without a clear change."),
        ([("", "A", 2.0, "rose", True), ("", "B", NAN, "none", False)],
         "The plan has 2 objectives; 1 of them has a figure here. Not one of these figures could "
         "be tested against an earlier one."),
    ],
)  # fmt: skip
def test_objectives_are_counted_with_and_without_an_id(rows, said):
    assert objectives._summary(aims(rows)) == said


@pytest.mark.parametrize(
    ("verdict", "in_plan", "kind"),
    [
        ("improved", True, "improved"),
        ("rose", True, "untested"),
        ("none", True, "none"),
        ("none", False, "outside"),
    ],
)
def test_each_figure_of_an_objective_is_counted_in_one_column(verdict, in_plan, kind):
    assert objectives._kind(aims([("1", "A", 1.0, verdict, in_plan)])).tolist() == [kind]


# --- actions -------------------------------------------------------------------------------------


def tracked(rows: list[dict], **same) -> pd.DataFrame:
    return plans_actions.read_actions(inputs(registers=register("actions", rows, **same)))


def entry(status="G", due="", **more) -> dict:
    day = pd.Timestamp(due) if due else pd.NaT
    return {"action": "One", "status": status, "due": due, "due_date": day} | more


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([""], "1 list of actions: 1 action in all, without a rating of progress."),
        (["G"], "1 list of actions: 1 action in all. The one in a list that rates progress is rated"
                " completed or on track."),
        (["R"], "1 list of actions: 1 action in all. The one in a list that rates progress is not"
                " rated completed or on track."),
        (["R", "A"], "1 list of actions: 2 actions in all. Of the 2 in lists that rate progress,"
                     " none is rated completed or on track."),
        (["R", "B"], "1 list of actions: 2 actions in all. Of the 2 in lists that rate progress, 1"
                     " is rated completed or on track."),
        (["G", "B", "A"], "1 list of actions: 3 actions in all. Of the 3 in lists that rate"
                          " progress, 2 are rated completed or on track."),
    ],
)  # fmt: skip
def test_actions_on_the_first_screen(statuses, said):
    assert summary._actions(chosen(), tracked([entry(status) for status in statuses])) == [said]


@pytest.mark.parametrize(
    ("published", "cut", "said"),
    [
        (PUBLISHED, None, "Of 2 rated actions with a date, 1 was past it on its document's date"
                          " without being completed."),
        (PUBLISHED, "2017-06-30", "Of 2 rated actions with a date, none were past it on 30 June"
                                  " 2017 without being completed."),
        (pd.NaT, "2019-12-31", "Of 2 rated actions with a date, 1 was past it on 31 December 2019"
                               " without being completed."),
    ],
)  # fmt: skip
def test_late_actions_on_the_first_screen(published, cut, said):
    rows = tracked([entry(due="2018-01-01"), entry("B", due="2018-01-01")])
    rows = rows.assign(source_published=published)
    assert summary._late(chosen(cut=cut), rows) == [said]


def test_without_any_day_nothing_is_said_of_lateness():
    rows = tracked([entry(due="2018-01-01")]).assign(source_published=pd.NaT)
    assert summary._late(chosen(), rows) == []
    assert summary._late(chosen(), tracked([entry()])) == []


def test_a_list_of_progress_is_no_list_of_actions_to_come():
    rows = tracked([entry()], source_file="2019/progress_2018.csv")
    assert summary._actions(chosen(), rows) == []
    block = actions.actions(chosen({"plan_actions": rows}))
    assert "Actions of a plan for Barnet: none in this edition." in block.text


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([entry("G"), entry("A"), entry("weather")],
         "By their rating: 1 on track, 1 behind, plan in place and 1 rated otherwise."),
        ([entry("B"), entry("")], "By their rating: 1 completed and 1 not rated."),
        ([entry("")], "It gives no rating of progress."),
    ],
)  # fmt: skip
def test_the_states_of_a_tracker_in_words(rows, said):
    made = tracked(rows)
    assert said in actions.summary(made.assign(late=False), None)


def test_a_theme_without_a_name_is_called_so_and_all_actions_come_last():
    numbers = action_bars.state_numbers(tracked([entry(theme="Care"), entry("A", theme="")]))
    assert list(numbers.index) == ["Care", "No theme named", "All actions"]
    assert action_bars._title(numbers, "Plan").startswith("Plan: 1 of 2 ")


@given(st.lists(st.sampled_from(["B", "G", "A", "R", "", "else"]), min_size=1, max_size=12))
def test_every_action_is_in_one_state_and_none_is_lost(statuses):
    themes = (["T", "U"] * 6)[: len(statuses)]
    made = pd.DataFrame({"status": statuses, "theme": themes})
    made = made.assign(state=made["status"].map(plans_actions.state_of))
    numbers = action_bars.state_numbers(made)
    assert int(numbers.iloc[-1].sum()) == len(statuses)


def test_what_was_done_counts_what_can_be_shown():
    rows = [entry(update="it opened", action_id="1"), entry(update="yes", action_id="2")]
    made = inputs(registers=register("actions", rows, source_file="2019/progress.csv"))
    tables = {"plan_actions": plans_actions.read_actions(made)}
    tables["plan_action_figures"] = plans_actions.measure_actions(made)
    text = progress.progress(chosen(tables)).text
    assert text.splitlines()[0] == (
        "Progress: 2 actions, 1 of them with figures or words that can be shown here."
    )
    assert "One | Told in the document; no figure of it is held here." in text


# --- risks ---------------------------------------------------------------------------------------


def risks(*rows: dict) -> pd.DataFrame:
    numbers = dict.fromkeys(("likelihood_number", "consequence_number", "rating_number"), NAN)
    usual = {"risk": "Money", "register": "Own", "level": "", "controls": "", "risk_id": ""}
    made = register("risks", [usual | numbers | row for row in rows])
    return plans_registers.read_risks(inputs(registers=made))


def scored(likely: float, consequence: float, **more) -> dict:
    return {"likelihood_number": likely, "consequence_number": consequence} | more


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([scored(4.0, 4.0)], "The registers list 1 risk; 1 is rated. The highest rating is 16 of "
                             "25 (extreme): Money (Own)."),
        ([scored(4.0, 4.0), scored(4.0, 4.0, risk="Staff", register="")],
         "The registers list 2 risks; 2 are rated. The highest rating is 16 of 25 (extreme): Money "
         "(Own) and Staff (no register named)."),
        ([{"rating_number": 40.0}, {}],
         "The registers list 2 risks; 1 is rated. The highest rating is 40: Money (Own)."),
        ([{}, {}], "The registers list 2 risks; none of them is rated."),
        ([scored(2.0, 3.0, rating_number=6.0)],
         "The registers list 1 risk; 1 is rated. The highest rating is 6 of 25 (moderate): Money "
         "(Own). Every rating that can be checked against its scores agrees with them."),
    ],
)  # fmt: skip
def test_the_registers_in_sentences(rows, said):
    assert lists._risk_summary(risks(*rows)) == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([scored(4.0, 4.0)], ["1 risk is listed, rated 16 of 25: “Money”."]),
        ([scored(4.0, 4.0), {}], ["2 risks are listed, 1 of them rated; the highest, 16 of 25, is "
                                  "“Money”."]),
        ([scored(4.0, 4.0), scored(4.0, 4.0, risk="Staff"), scored(1.0, 1.0)],
         ["3 risks are listed, 3 of them rated; the highest, 16 of 25, are “Money” and “Staff”."]),
        ([{}], []),
    ],
)  # fmt: skip
def test_risks_on_the_first_screen(rows, said):
    assert summary._risks(risks(*rows)) == said


def test_the_matrix_counts_each_risk_once_where_it_is():
    rows = risks(scored(2.0, 3.0), scored(2.0, 3.0), scored(3.0, 2.0), {})
    text = lists.risks(chosen({"plan_risks": rows})).text
    assert "2 | 2 | 4 | 6: 2 risks | 8 | 10" in text.splitlines()
    assert "3 | 3 | 6: 1 risk | 9 | 12 | 15" in text.splitlines()
    assert "not given | not given | not given | not rated" in text


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_higher_score_never_gives_a_lower_level(likely, consequence):
    order = list(plans_registers.BANDS.values())
    here = order.index(plans_registers.level_of(likely * consequence))
    above = order.index(plans_registers.level_of(min(5, likely + 1) * consequence))
    assert here <= above


# --- savings -------------------------------------------------------------------------------------


def savings(*rows: tuple) -> str:
    """(ref, label, year, amount and, where it is no number, its text) as a page."""
    names = ("line_ref", "label", "year", "saving_number", "saving")
    entries = [
        {"group": ""} | dict(zip(names, (*row, "")[:5], strict=True)) for row in rows
    ]  # fmt: skip
    made = register("savings", entries)
    table = plans_registers.check_savings(inputs(registers=made))
    return lists.savings(chosen({"plan_savings": table}, registers=made)).text


def test_amounts_below_one_are_not_rounded_to_nought():
    text = savings(("1", "A", "2020/21", -0.4), ("2", "B", "2020/21", -7.25))
    assert "1 A | −0.40 | −0.40" in text.splitlines()
    assert "Total of all groups | −7.65 | −7.65" in text


def test_a_wrong_total_is_told_in_figures_that_differ():
    text = savings(("1", "A", "2020/21", -11.0), ("Total", "Total", "2020/21", -11.4))
    assert "(printed −11.4, sum −11.0)" in text


def test_one_total_agrees_in_the_singular():
    text = savings(("1", "A", "2020/21", -5.0), ("Total", "Total", "2020/21", -5.0))
    assert text.startswith(
        "The table has 1 line. The one total that it prints agrees with the sum of its line"
    )


def test_an_amount_that_is_no_number_makes_its_total_unknown():
    lines = [("1", "A", "2020/21", -5.0), ("2", "B", "2020/21", NAN, "to be confirmed")]
    text = savings(*lines, ("Total", "Total", "2020/21", -9.0))
    assert text.startswith(
        "The table has 2 lines. Its totals cannot be checked: an amount of a line is not known."
    )
    assert "2 B | – | –" in text.splitlines()
    assert "Total of all groups | −9 | –" in text.splitlines(), "no sum without the unknown line"


def test_lines_without_any_amount_do_not_add_up_to_nought():
    made = register("savings", [{"group": "", "line_ref": "1", "label": "A", "year": "2020/21",
                                 "saving_number": NAN}])  # fmt: skip
    table = plans_registers.check_savings(inputs(registers=made))
    assert table["summed"].isna().all()


@pytest.mark.parametrize(("amount", "told"), [(-5.0, True), (5.0, False)])
def test_a_minus_sign_is_explained_only_where_there_is_one(amount, told):
    assert ("a minus sign is a saving" in savings(("1", "A", "2020/21", amount))) is told


@settings(max_examples=15)
@given(st.lists(st.integers(-10_000, 10_000).filter(bool), min_size=1, max_size=6))
def test_the_total_is_the_sum_of_its_lines(amounts):
    rows = [
        {"group": "G", "line_ref": str(n), "label": f"L{n}", "year": "2020/21"}
        | {"saving_number": float(amount)}
        for n, amount in enumerate(amounts)
    ]
    made = plans_registers.check_savings(inputs(registers=register("savings", rows)))
    total = made[(made["kind"] == "all") & (made["year"] == "All years")]["summed"]
    assert total.tolist() == [float(sum(amounts))]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, []),
        (1, ["1 printed total of the savings does not agree with the lines."]),
        (2, ["2 printed totals of the savings do not agree with the lines."]),
    ],
)
def test_savings_on_the_first_screen(number, said):
    assert summary._savings(pd.DataFrame({"agrees": ["yes", *["no"] * number]})) == said


# --- the index -----------------------------------------------------------------------------------

INJURIES = next(
    i.id for i in KNOWN.indicators.values()
    if i.polarity == "low_is_good"
    and any(i.id == m.indicators[0] for _, m in index_model.load_indexes(KNOWN)[INDEX].measures)
    and i.statistic == "published"
)  # fmt: skip


def yearly(values: dict[int, float]) -> list[dict]:
    """Figures of years, each with limits five either side."""
    return [
        {
            "indicator_id": INJURIES,
            "year": y,
            "value": v,
            "lower_ci_95": v - 5,
            "upper_ci_95": v + 5,
        }
        for y, v in values.items()
    ]


def indexed(values: dict[int, float], cut: str | None = None):
    rows = figures(yearly(values)).assign(recent_trend="no_significant_change")
    made = inputs(rows)
    tables = {"index_measures": ratings.rate_measures(made)}
    made.tables.update(tables)
    tables["index_aspirations"] = ratings.rate_aspirations(made)
    return selection(INDEX, tables, None, rows, cut=cut)


VALUES = {2017: 100.0, 2018: 97.0, 2019: 80.0, 2023: 85.0}


@pytest.mark.parametrize(
    ("cut", "last"), [("2019-12-31", "2019"), ("2020-06-30", "2019"), (None, "2023")]
)
def test_the_history_ends_with_the_last_whole_year(cut, last):
    heads = index_history.index_history(indexed(VALUES, cut), INDEX).text.splitlines()[1]
    assert heads.split(" | ")[-1] == last


def test_a_year_that_has_not_ended_is_not_in_the_history():
    assert index_history._last_year(indexed(VALUES, "2019-06-30")) == 2018
    assert index_history._last_year(indexed(VALUES)) == 9999


def test_three_missing_years_are_listed_as_people_do():
    text = index_trends.index_trends(indexed(VALUES), INDEX).text
    assert "No figure for 2020, 2021 and 2022: this edition holds none." in text


def test_an_unknown_index_is_refused():
    with pytest.raises(ChapterError, match="must ask for an index"):
        index.the_index(indexed(VALUES), "happiness")


def test_ratings_of_no_aspiration_say_what_is_missing():
    definition = index_model.load_indexes(KNOWN)[INDEX]
    text = index._summary(definition, {1: "not_rated"})
    assert text.startswith(
        f"Not one of the {len(definition.aspirations)} aspirations can be rated: "
    )


@pytest.mark.parametrize(
    ("rated", "said"),
    [
        ({1: "mixed"}, "Of the 9 aspirations, 1 is mixed; 8 cannot be rated."),
        ({1: "steady", 2: "steady"}, "Of the 9 aspirations, 2 are steady; 7 cannot be rated."),
        (dict.fromkeys(range(1, 10), "favourable"), "Of the 9 aspirations, 9 are favourable."),
        ({1: "favourable", 2: "unfavourable", 3: "not_rated"},
         "Of the 9 aspirations, 1 is favourable and 1 is unfavourable; 7 cannot be rated."),
    ],
)  # fmt: skip
def test_ratings_are_counted_in_a_sentence(rated, said):
    assert index._summary(index_model.load_indexes(KNOWN)[INDEX], rated) == said


@pytest.mark.parametrize(
    ("text", "period"),
    [("2018-09-30", "30 September 2018"), ("2018-09", "September 2018"), ("c. 2017", "about 2017"),
     ("2017/18", "2017/18"), ("", "")],
)  # fmt: skip
def test_a_printed_period_as_people_write_it(text, period):
    assert index_history._period(text) == period


@pytest.mark.parametrize("rating", list(index.RATINGS))
def test_every_rating_has_a_symbol_and_a_word(rating):
    symbol, word, _ = index.RATINGS[rating]
    assert plain(index.badge(rating)) == f"{symbol} {word}"


@given(
    st.dictionaries(st.sampled_from(index_model.RATINGS), st.integers(0, 5)),
    st.dictionaries(st.sampled_from(index_model.RATINGS), st.integers(0, 5)),
)
def test_good_and_bad_together_are_always_mixed(first, second):
    both = {name: first.get(name, 0) + second.get(name, 0) for name in index_model.RATINGS}
    rating = aspiration_rating(both)
    if both["favourable"] and both["unfavourable"]:
        assert rating == "mixed"
    if not any(both.values()):
        assert rating == "not_rated"
    else:
        assert both[rating] or rating == "mixed", "a rating that no measure has"


@given(st.lists(st.sampled_from(["improved", "worsened", "no_clear_change", "none"]), min_size=1))
def test_a_measure_is_favourable_only_if_nothing_speaks_against_it(verdicts):
    change = pd.Series(verdicts)
    rated = ratings.measure_rating(change, pd.Series("worse", index=change.index))
    assert "favourable" not in rated
    assert set(rated[(change == "improved").to_numpy()]) <= {"mixed"}


# --- figures beside each other -------------------------------------------------------------------


def test_a_figure_is_never_its_own_base():
    row = figures([{"indicator_id": INJURIES, "year": 2020, "value": 5.0}])
    made = plans_change.beside(row, row, ["indicator_id", "area_code"])
    assert made["base_value"].isna().all()
    assert made["base_period_label"].tolist() == [""]


@settings(max_examples=15)
@given(st.floats(1, 99), st.floats(1, 99))
def test_a_change_without_counts_or_limits_is_never_called_tested(base, now):
    rows = figures([{"indicator_id": INJURIES, "year": 2020, "value": now}])
    earlier = figures([{"indicator_id": INJURIES, "year": 2018, "value": base}])
    pair = plans_change.beside(rows, earlier, ["indicator_id"]).assign(wanted="")
    made = plans_change.add_change(pair, KNOWN).iloc[0]
    expected = "rose" if now > base else "fell" if now < base else "unchanged"
    assert (made["verdict"], bool(made["tested"])) == (expected, False)


# --- the lists themselves ------------------------------------------------------------------------


def test_every_service_has_words_of_its_own():
    words = [word for s in service_catalogue.services().values() for word in s.words]
    assert len(words) == len(set(words)), "a word names one service"


def test_the_samples_are_of_a_document_and_an_area_that_exist():
    assert SOURCE in KNOWN.sources
    assert AREA.startswith("E0")
