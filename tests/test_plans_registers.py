"""Action trackers, risk registers and savings: states, blanks, dates, and their arithmetic."""

import pandas as pd
import pytest

from cyp_analysis.build import plans_actions, plans_registers
from cyp_analysis.edition_tables import TABLES
from tests.plans_samples import AREA, bundled, figures, inputs, register

# --- actions -------------------------------------------------------------------------------------


def read(rows, **same):
    return plans_actions.read_actions(inputs(registers=register("actions", rows, **same)))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("G", "on_track"),
        ("g", "on_track"),
        ("Green", "on_track"),
        ("On-track", "on_track"),
        ("In progress", "on_track"),
        ("A", "at_risk"),
        ("Amber", "at_risk"),
        ("Delayed", "at_risk"),
        ("R", "off_track"),
        ("RED", "off_track"),
        ("Not achieved", "off_track"),
        ("B", "complete"),
        ("Blue", "complete"),
        ("Completed", "complete"),
        ("Achieved", "complete"),
        ("Partially achieved", "partly"),
        ("Not started", "not_started"),
        ("", "not_given"),
        ("  ", "not_given"),
        ("Under review", "other"),
        ("Turquoise", "other"),
    ],
)
def test_every_vocabulary_of_ratings_becomes_one_of_the_states(status, state):
    assert plans_actions.state_of(status) == state


def test_no_word_stands_for_two_states():
    words = [word for said in plans_actions.STATES.values() for word in said]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("2019-01-17/improvement_plan.csv", "Improvement plan"),
        ("2020-03-11/progress_2016_2020.csv", "Progress 2016 to 2020"),
        ("Action-Tracker.xlsx", "Action Tracker"),
        ("draft_plan_2019_actions.csv", "Draft plan 2019 actions"),
    ],
)
def test_a_tracker_goes_by_its_files_name(file, name):
    assert plans_actions.tracker_name(file) == name


def test_what_no_entry_of_a_file_has_its_tracker_does_not_keep():
    rows = [
        {"action": "One", "owner": "Lead", "update": "Done", "status": ""},
        {"action": "Two", "owner": "", "update": "", "status": ""},
    ]
    made = read(rows)
    assert list(made["keeps_owner"]) == [True, True]
    assert list(made["keeps_status"]) == [False, False]
    assert list(made["keeps_due"]) == [False, False]
    assert list(made["has_update"]) == [True, False]


def test_what_one_file_keeps_says_nothing_of_another():
    rows = [
        {"action": "One", "owner": "Lead", "source_file": "a.csv"},
        {"action": "Two", "owner": "", "source_file": "b.csv"},
    ]
    assert list(read(rows)["keeps_owner"]) == [True, False]


@pytest.mark.parametrize(
    ("columns", "has", "text"),
    [
        ({"update": "Ten families helped"}, True, "Ten families helped"),
        ({"update": "yes"}, True, ""),
        ({"update": "no"}, False, ""),
        ({"has_progress": "yes"}, True, ""),
        ({"action_tracked": "yes"}, True, ""),
        ({"action_tracked": "March 2020"}, False, ""),
        ({}, False, ""),
    ],
)
def test_an_update_is_a_text_or_a_yes(columns, has, text):
    row = read([{"action": "One"} | columns]).iloc[0]
    assert (bool(row["has_update"]), row["update"]) == (has, text)


@pytest.mark.parametrize(
    ("columns", "theme", "objective"),
    [
        ({"theme_label": "Leadership", "priority": "1"}, "Leadership", ""),
        ({"outcome": "Belonging", "priority": "Resilience"}, "Belonging", "Resilience"),
        ({"priority": "Housing"}, "Housing", ""),
        ({"priority_label": "Early years", "priority": "1"}, "Early years", ""),
        ({}, "", ""),
    ],
)
def test_the_theme_is_the_widest_heading_and_the_objective_the_next(columns, theme, objective):
    row = read([{"action": "One"} | columns]).iloc[0]
    assert (row["theme"], row["objective"]) == (theme, objective)


def test_dates_are_kept_and_a_tracker_without_them_has_none():
    assert read([{"action": "One", "due": "March 2018", "due_date": pd.Timestamp("2018-03-31")}])[
        "due_date"
    ].iloc[0] == pd.Timestamp("2018-03-31")
    assert read([{"action": "One"}])["due_date"].isna().all()


def test_no_tracker_gives_empty_tables_with_their_columns():
    assert set(TABLES["plan_actions"]) == set(plans_actions.read_actions(inputs()).columns)
    found = plans_actions.measure_actions(inputs())
    assert (len(found), list(found)) == (0, TABLES["plan_action_figures"])


def test_the_bundled_improvement_plan_has_57_actions_51_green_and_6_amber():
    made = bundled().derived["plan_actions"]
    plan = made[made["tracker"] == "Improvement plan"]
    assert plan["state"].value_counts().to_dict() == {"on_track": 51, "at_risk": 6}
    assert plan["theme"].value_counts().to_dict() == {
        "Planning": 17,
        "Leadership": 15,
        "Practice leadership": 8,
        "Thresholds": 7,
        "Child-centred culture": 6,
        "Assessment": 4,
    }


@pytest.mark.parametrize(
    ("tracker", "number"),
    [
        ("Improvement plan", 57),
        ("Action tracker", 63),
        ("Strategy actions", 42),
        ("Draft plan 2019 actions", 74),
        ("Eating disorder priorities", 12),
        ("Progress 2016 to 2020", 17),
    ],
)
def test_every_bundled_list_of_actions_is_whole(tracker, number):
    made = bundled().derived["plan_actions"]
    assert (made["tracker"] == tracker).sum() == number


def test_the_life_chances_tracker_lacks_three_impacts_and_no_update():
    made = bundled().derived["plan_actions"]
    mine = made[made["tracker"] == "Action tracker"]
    assert (int((~mine["has_impact"]).sum()), int((~mine["has_update"]).sum())) == (3, 0)


# --- figures that actions report -----------------------------------------------------------------


def measured(rows, **entry):
    tracker = register("actions", [{"action": "One", "action_id": "1"} | entry])
    return plans_actions.measure_actions(inputs(figures(rows), tracker))


OWN = {"indicator": "local_homelessness_preventions"}


def test_a_tracker_names_the_figure_that_its_action_reports():
    rows = [
        {"indicator_id": OWN["indicator"], "year": y, "value": v} for y, v in ((2019, 5), (2020, 9))
    ]
    made = measured(rows, **OWN).iloc[0]
    assert (made["value"], made["period_label"]) == (9.0, "2020")
    assert (made["base_value"], made["base_period_label"]) == (5.0, "2019")


def test_an_action_with_one_figure_has_none_before_it():
    made = measured([{"indicator_id": OWN["indicator"], "year": 2020, "value": 9}], **OWN).iloc[0]
    assert (made["base_period_label"], pd.isna(made["base_value"])) == ("", True)


@pytest.mark.parametrize("named", ["", "nonsense", "local_homelessness_preventions_x"])
def test_an_action_that_names_no_known_figure_has_none(named):
    rows = [{"indicator_id": OWN["indicator"], "year": 2020, "value": 9}]
    assert measured(rows, indicator=named).empty


@pytest.mark.parametrize(
    ("action", "indicator", "value", "before"),
    [
        # Lines 60 and 61 of the tracker, line 302 of the strategy: printed figures.
        ("LC48", "local_temporary_accommodation_households", 2245.0, 2471.0),
        ("LC48", "local_temporary_accommodation_families", 1161.0, 1302.0),
        ("LC48", "local_temporary_accommodation_weeks", 66.0, 74.0),
        ("LC49", "local_homelessness_preventions", 1264.0, None),
        ("LC33", "local_winter_grant_children", 13866.0, 9938.0),
        ("LP15", "local_benefit_advice_people", 836.0, None),
        ("LP15", "local_universal_credit_claims_helped", 1467.0, None),
        ("LP15", "local_boost_job_outcomes", 227.0, None),
    ],
)
def test_bundled_actions_report_the_figures_printed_in_their_own_document(
    action, indicator, value, before
):
    made = bundled().derived["plan_action_figures"]
    row = made[(made["action_id"] == action) & (made["indicator_id"] == indicator)].iloc[0]
    assert row["value"] == value
    assert row["base_value"] == before if before else pd.isna(row["base_value"])


def test_figures_of_a_document_are_never_taken_from_another():
    made = bundled().derived["plan_action_figures"]
    rows = bundled().indicators
    for _, row in made.iterrows():
        same = rows[(rows["indicator_id"] == row["indicator_id"]) & (rows["value"] == row["value"])]
        assert row["source_id"] in set(same["source_id"]), row["indicator_id"]


# --- risks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rating", "level"),
    [
        (1, "Low"),
        (3, "Low"),
        (4, "Moderate"),
        (6, "Moderate"),
        (8, "High"),
        (12, "High"),
        (15, "Extreme"),
        (25, "Extreme"),
        (0, ""),
        (26, ""),
        (float("nan"), ""),
    ],
)
def test_levels_lie_in_the_bands_of_nhs_risk_matrices(rating, level):
    assert plans_registers.level_of(rating) == level


SCORED = {"likelihood": 2, "consequence": 3}


def risk(**more):
    numbers = {
        f"{name}_number": more.pop(name, float("nan"))
        for name in ("likelihood", "consequence", "rating")
    }
    row = {"risk": "Money", "risk_id": "1", "register": "Own", "controls": "", "level": ""}
    table = register("risks", [row | numbers | more])
    return plans_registers.read_risks(inputs(registers=table)).iloc[0]


@pytest.mark.parametrize(
    ("scores", "rating", "rating_agrees", "level", "level_agrees"),
    [
        (SCORED | {"rating": 6, "level": "Moderate"}, 6, "yes", "Moderate", "yes"),
        (SCORED | {"rating": 8, "level": "High"}, 6, "no", "Moderate", "no"),
        ({"likelihood": 5, "consequence": 5}, 25, "", "Extreme", ""),
        ({"rating": 16}, 16, "", "Extreme", ""),
        ({"likelihood": 2, "rating": 6}, 6, "", "Moderate", ""),
        ({"rating": 6, "level": "moderate"}, 6, "", "Moderate", "yes"),
    ],
)  # fmt: skip
def test_the_rating_is_consequence_times_likelihood_and_is_checked(
    scores, rating, rating_agrees, level, level_agrees
):
    row = risk(**scores)
    assert (row["rating"], row["rating_agrees"]) == (rating, rating_agrees)
    assert (row["level"], row["level_agrees"]) == (level, level_agrees)


def test_a_risk_without_scores_is_not_rated():
    row = risk()
    assert pd.isna(row["rating"]) and row["level"] == row["rating_agrees"] == ""


def test_the_bundled_risks_are_nine_three_of_them_scored_three_by_two():
    made = bundled().derived["plan_risks"]
    assert len(made) == 9
    scored = made[made["likelihood"].notna()]
    assert scored[
        ["likelihood", "consequence", "rating"]
    ].drop_duplicates().to_numpy().tolist() == [[2.0, 3.0, 6.0]]
    assert set(scored["rating_agrees"]) == set(scored["level_agrees"]) == {"yes"}
    assert made["rating"].max() == 16


def test_no_register_of_risks_gives_an_empty_table():
    assert list(plans_registers.read_risks(inputs())) == TABLES["plan_risks"]


# --- savings -------------------------------------------------------------------------------------


def saving(label, year, amount, group="G", ref="1"):
    return {"group": group, "line_ref": ref, "label": label, "year": year, "saving_number": amount}


def checked(rows):
    return plans_registers.check_savings(inputs(registers=register("savings", rows)))


LINES = [
    saving("One", "2019/20", -83.0),
    saving("One", "2020/21", -100.0),
    saving("Two", "2019/20", -250.0, ref="2"),
]


def test_sums_stand_where_nothing_is_printed():
    made = checked(LINES)
    totals = made[made["kind"] == "all"].set_index("year")["summed"]
    assert totals.to_dict() == {"2019/20": -333.0, "2020/21": -100.0, "All years": -433.0}
    assert set(made["agrees"]) == {""}


@pytest.mark.parametrize(("printed", "agrees"), [(-333.0, "yes"), (-330.0, "no")])
def test_a_printed_total_is_checked_against_its_lines(printed, agrees):
    made = checked([*LINES, saving("Total", "2019/20", printed, ref="Total")])
    row = made[(made["kind"] == "group") & (made["year"] == "2019/20")].iloc[0]
    assert (row["printed"], row["summed"], row["agrees"]) == (printed, -333.0, agrees)


@pytest.mark.parametrize(("printed", "agrees"), [(-183.0, "yes"), (-180.0, "no")])
def test_a_line_is_checked_across_its_years(printed, agrees):
    made = checked([*LINES, saving("One", "All years", printed)])
    row = made[(made["kind"] == "line") & (made["year"] == "All years") & (made["label"] == "One")]
    assert row["agrees"].to_list() == [agrees]


def test_a_total_of_all_groups_is_told_from_that_of_one():
    rows = [*LINES, saving("Three", "2019/20", -7.0, group="H", ref="3")]
    rows += [saving("Total", "2019/20", -333.0, ref="Total")]
    rows += [saving("Total, all groups", "2019/20", -340.0, group="Overall", ref="Total")]
    made = checked(rows)
    mine = made[made["year"] == "2019/20"].set_index(["kind", "group"])
    assert mine.loc[("group", "G"), "agrees"] == "yes"
    assert mine.loc[("all", ""), ["printed", "agrees"]].to_list() == [-340.0, "yes"]
    assert mine.loc[("group", "H"), "agrees"] == "", "a group without a printed total"


def test_the_bundled_savings_add_up_as_printed():
    made = bundled().derived["plan_savings"]
    whole = made[(made["kind"] == "all") & (made["year"] == "All years")].iloc[0]
    assert (whole["printed"], whole["summed"], whole["agrees"]) == (-2568.0, -2568.0, "yes")
    assert set(made["agrees"]) == {"yes", ""}
    assert (made["agrees"] == "yes").sum() == 23
    groups = made[(made["kind"] == "group") & (made["year"] == "All years")]
    assert dict(zip(groups["group"], groups["printed"], strict=True)) == {
        "Efficiency": -2051.0,
        "Service Redesign": -517.0,
    }
    assert set(made["area_code"]) == {AREA}


def test_no_savings_give_an_empty_table():
    assert list(plans_registers.check_savings(inputs())) == TABLES["plan_savings"]
