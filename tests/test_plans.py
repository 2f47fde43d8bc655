"""Plans against figures: years of a plan, changes and their tests, success measures, objectives."""

import math

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.build import plans, plans_change, plans_links
from cyp_analysis.errors import CatalogueError
from tests.plans_samples import AREA, OTHER, SOURCE, bundled, figures, inputs, register

KNOWN = catalogue.load()
SHARE = "re_referrals_share"  # a proportion of low polarity, with counts
RATE = "children_in_need_rate"  # a crude rate, neither way good
PRINTED = "hospital_admissions_injuries_0_14"  # printed with its interval, low is good
BARE = "local_attainment_8"  # printed without an interval, high is good


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("Plan 2013-16", (2013, 2016)),
        ("Children and Young People's Plan for Barnet 2023-2027", (2023, 2027)),
        ("CAMHS plan 2018/19", (2018, 2019)),
        ("Strategy 2019 to 2023", (2019, 2023)),
        ("Strategy 2019–2023", (2019, 2023)),
        ("Plan of 2020", (2020, 2020)),
        ("Self-assessment", None),
        ("Version 12-16", None),
        ("", None),
    ],
)
def test_the_years_of_a_plan_are_those_in_its_name(name, years):
    assert plans.plan_years(name) == years


@pytest.mark.parametrize(
    ("plan", "title", "years"),
    [
        ("Plan 2013-16", "Cabinet, 18 April 2013", (2013, 2016)),
        ("Life Chances Strategy", "Life Chances Strategy 2020-2024", (2020, 2024)),
        ("Self-assessment", "Board pack, 17 January 2019", (0, 9999)),
        ("Own", "", (0, 9999)),
    ],
)
def test_a_plan_without_years_takes_the_span_of_its_document_but_no_single_date(plan, title, years):
    assert plans._years(plan, title) == years


# --- changes -------------------------------------------------------------------------------------


def pair(indicator_id, base, now, wanted=""):
    """One row of a figure with its base, as `add_change` takes it."""
    names = plans_change.FIGURES
    row = {"indicator_id": indicator_id, "wanted": wanted}
    row |= dict.fromkeys([*names, *(f"base_{n}" for n in names)], float("nan"))
    row |= now | {f"base_{name}": value for name, value in base.items()}
    return pd.DataFrame([row])


def verdict(*args, **more):
    return plans_change.add_change(pair(*args, **more), KNOWN).iloc[0]


def share(count, of):
    return {"count": count, "denominator": of, "value": 100 * count / of}


@pytest.mark.parametrize(
    ("base", "now", "expected"),
    [
        # Two-proportion test, pooled: 200/1,000 and 150/1,000 differ (z = 2.94, p = 0.003).
        (share(200, 1000), share(150, 1000), "improved"),
        (share(150, 1000), share(200, 1000), "worsened"),
        # 20/100 and 15/100 do not (z = 0.93, p = 0.35).
        (share(20, 100), share(15, 100), "no_clear_change"),
        (share(20, 100), share(20, 100), "no_clear_change"),
    ],
)
def test_shares_with_counts_are_tested(base, now, expected):
    row = verdict(SHARE, base, now)
    assert (row["verdict"], bool(row["tested"])) == (expected, True)


def test_two_proportions_agree_with_the_test_by_hand():
    one, other = share(200, 1000), share(150, 1000)
    pooled = 350 / 2000
    z = 0.05 / math.sqrt(pooled * (1 - pooled) * 2 / 1000)
    p = math.erfc(z / math.sqrt(2))
    assert 0.002 < p < 0.005
    assert verdict(SHARE, one, other)["verdict"] == "improved"


@pytest.mark.parametrize(
    ("base", "now", "expected"),
    [
        ({"count": 400, "denominator": 10_000}, {"count": 520, "denominator": 10_000}, "higher"),
        ({"count": 520, "denominator": 10_000}, {"count": 400, "denominator": 10_000}, "lower"),
        (
            {"count": 40, "denominator": 10_000},
            {"count": 45, "denominator": 10_000},
            "no_clear_change",
        ),
    ],
)
def test_a_rate_without_a_good_side_is_higher_or_lower_never_better(base, now, expected):
    with_value = [d | {"value": d["count"]} for d in (base, now)]
    assert verdict(RATE, *with_value)["verdict"] == expected


@pytest.mark.parametrize(
    ("base", "now", "expected"),
    [
        ((100, 95, 105), (80, 76, 84), "improved"),
        ((80, 76, 84), (100, 95, 105), "worsened"),
        ((100, 95, 105), (97, 92, 102), "no_clear_change"),
        ((100, 95, 105), (110, 105, 115), "no_clear_change"),  # they touch
    ],
)
def test_printed_figures_are_judged_by_whether_their_intervals_are_apart(base, now, expected):
    names = ("value", "lower_ci_95", "upper_ci_95")
    parts = [dict(zip(names, figure, strict=True)) for figure in (base, now)]
    assert verdict(PRINTED, *parts)["verdict"] == expected


@pytest.mark.parametrize(
    ("base", "now", "expected"),
    [(50.0, 57.1, "rose"), (57.1, 50.0, "fell"), (50.0, 50.0, "unchanged")],
)
def test_without_counts_and_intervals_a_figure_only_rose_or_fell(base, now, expected):
    row = verdict(BARE, {"value": base}, {"value": now})
    assert (row["verdict"], bool(row["tested"])) == (expected, False)


def test_the_direction_that_a_plan_wants_goes_before_the_polarity():
    base, now = share(200, 1000), share(150, 1000)
    assert verdict(SHARE, base, now, wanted="increase")["verdict"] == "worsened"
    assert verdict(SHARE, base, now, wanted="decrease")["verdict"] == "improved"
    assert verdict(SHARE, base, now, wanted="top 10% of LAs")["verdict"] == "improved"


@pytest.mark.parametrize(("base", "now"), [({}, {"value": 5.0}), ({"value": 5.0}, {}), ({}, {})])
def test_a_missing_figure_gives_no_verdict(base, now):
    row = verdict(SHARE, base, now)
    assert (row["verdict"], bool(row["tested"])) == ("none", False)
    assert math.isnan(row["change"])


def test_a_zero_base_count_is_still_tested():
    row = verdict(RATE, {"count": 0, "denominator": 10_000, "value": 0.0},
                  {"count": 30, "denominator": 10_000, "value": 30.0})  # fmt: skip
    assert row["verdict"] == "higher"


# --- series --------------------------------------------------------------------------------------


def test_the_headline_series_leaves_out_categories_and_missing_values_and_prefers_both_sexes():
    rows = figures(
        [
            {"indicator_id": SHARE, "year": 2018, "value": 1.0, "sex": "male"},
            {"indicator_id": SHARE, "year": 2018, "value": 2.0},
            {
                "indicator_id": SHARE,
                "year": 2018,
                "value": 3.0,
                "category_type": "sex",
                "category": "x",
            },
            {"indicator_id": SHARE, "year": 2019},
            {"indicator_id": SHARE, "year": 2020, "value": 4.0, "sex": "female"},
        ]
    )
    made = plans_change.headline_series(rows)
    assert list(made["value"]) == [2.0, 4.0]


def test_a_month_is_not_set_beside_a_year():
    rows = figures(
        [
            {"indicator_id": SHARE, "year": 2017, "value": 1.0},
            {"indicator_id": SHARE, "months": ("2018-01", "2018-01"), "value": 2.0},
            {"indicator_id": SHARE, "months": ("2018-02", "2018-02"), "value": 3.0},
        ]
    )
    kept = plans_change.like_newest(plans_change.headline_series(rows), ["indicator_id"])
    assert list(kept["value"]) == [2.0, 3.0], "January and February are of one kind"


def test_leap_years_and_days_are_alike():
    rows = figures([{"indicator_id": SHARE, "year": y, "value": 1.0} for y in (2019, 2020, 2021)])
    assert len(plans_change.like_newest(rows, ["indicator_id"])) == 3
    days = figures(
        [{"indicator_id": SHARE, "day": d, "value": 1.0} for d in ("2019-03-31", "2020-03-31")]
    )
    assert len(plans_change.like_newest(days, ["indicator_id"])) == 2


# --- success measures ----------------------------------------------------------------------------


def measure(**more):
    usual = {
        "measure_id": "M1",
        "plan": "Plan 2016-19",
        "theme": "Care",
        "success_measure": "Fewer re-referrals",
        "direction_wanted": "decrease",
        "unit": "percent",
        "measure": SHARE,
    }
    return usual | more


def followed(rows, **entry):
    made = inputs(figures(rows), register("success_measures", [measure(**entry)]))
    return plans.follow_measures(made).iloc[0]


YEARS = [
    {"indicator_id": SHARE, "year": 2015, **share(250, 1000)},
    {"indicator_id": SHARE, "year": 2016, **share(200, 1000)},
    {"indicator_id": SHARE, "year": 2018, **share(150, 1000)},
]


def test_the_baseline_is_the_first_figure_of_the_plans_years_and_the_latest_the_newest():
    row = followed(YEARS)
    assert (row["base_period_label"], row["base_value"]) == ("2016", 20.0)
    assert (row["period_label"], row["value"]) == ("2018", 15.0)
    assert (row["verdict"], bool(row["in_plan"])) == ("improved", True)


def test_figures_from_before_the_plan_are_no_baseline():
    row = followed(YEARS, plan="Plan 2020-23")
    assert math.isnan(row["base_value"]) and row["base_period_label"] == ""
    assert (row["period_label"], row["verdict"], bool(row["in_plan"])) == ("2018", "none", False)


def test_one_figure_of_the_plans_years_is_not_its_own_baseline():
    row = followed(YEARS[1:2])
    assert (row["value"], row["verdict"], bool(row["in_plan"])) == (20.0, "none", True)
    assert math.isnan(row["base_value"])


def test_a_measure_that_nothing_follows_has_no_figure():
    row = followed(YEARS, measure="EDU99")
    assert (row["indicator_id"], row["verdict"], row["period_label"]) == ("", "none", "")
    assert math.isnan(row["value"])


@pytest.mark.parametrize("entry", [{"measure": "REF03"}, {"measure": "", "indicator": SHARE}])
def test_a_measure_is_followed_by_inventory_id_or_by_a_column_of_its_own(entry, monkeypatch):
    tagged = KNOWN.indicators[SHARE].tags | {"inventory": ["REF03"]}
    monkeypatch.setattr(plans, "_inventory", lambda i: tagged["inventory"] if i.id == SHARE else [])
    assert followed(YEARS, **entry)["indicator_id"] == SHARE


def test_of_several_indicators_the_one_that_shows_a_change_is_taken(monkeypatch):
    both = {SHARE: ["X01"], "local_re_referrals": ["X01"]}
    monkeypatch.setattr(plans, "_inventory", lambda i: both.get(i.id, []))
    newer = {"indicator_id": "local_re_referrals", "year": 2019, **share(90, 1000)}
    assert followed([*YEARS, newer], measure="X01")["indicator_id"] == SHARE


@pytest.mark.parametrize(
    ("unit", "wanted", "value", "met"),
    [
        ("percent, target 20", "decrease", 15.0, "met"),
        ("percent, target 15", "decrease", 15.0, "met"),
        ("percent, target 10", "decrease", 15.0, "not_met"),
        ("percent, target 10", "increase", 15.0, "met"),
        ("percent, target 15.5", "increase", 15.0, "not_met"),
        ("count, target 10", "increase", 15.0, ""),  # a share is no number of people
        ("percent", "decrease", 15.0, ""),
        ("percent, target 10", "", 15.0, ""),
    ],
)
def test_a_target_is_judged_by_the_direction_wanted_and_only_in_its_own_unit(
    unit, wanted, value, met
):
    row = followed([{"indicator_id": SHARE, "year": 2018, "value": value}], unit=unit,
                   direction_wanted=wanted)  # fmt: skip
    assert row["target_met"] == met


def test_other_areas_figures_do_not_follow_a_plan():
    rows = [row | {"area_code": OTHER} for row in YEARS]
    assert followed(rows)["verdict"] == "none"


def test_no_register_gives_an_empty_table_with_its_columns():
    from cyp_analysis.edition_tables import TABLES

    assert set(TABLES["plan_measures"]) <= set(plans.follow_measures(inputs()).columns)
    assert set(TABLES["plan_objectives"]) <= set(plans.follow_objectives(inputs()).columns)
    assert len(plans.follow_measures(inputs())) == len(plans.follow_objectives(inputs())) == 0


# --- objectives ----------------------------------------------------------------------------------


def objective(**more):
    usual = {
        "theme": "Safe & Secure",
        "objective_id": "Z1",
        "objective": "Protect",
        "priority": "P",
    }
    return usual | more


def test_an_objective_is_followed_by_the_indicators_tagged_with_it_and_those_its_file_names():
    entries = [
        objective(priority_id="1"),
        objective(priority_id="2", objective_id="Z2", indicator=f"{SHARE}; nonsense"),
    ]
    made = plans.follow_objectives(inputs(figures(YEARS), register("objectives", entries)))
    found = made.set_index("objective_id")
    assert found.loc["Z2", "indicator_id"] == SHARE
    assert found.loc["Z1", "indicator_id"] == ""
    assert found.loc["Z1", "verdict"] == "none"


def test_priorities_of_an_objective_are_counted_and_blank_ones_are_not():
    entries = [objective(priority=text) for text in ("One", "Two", "")]
    made = plans.follow_objectives(inputs(registers=register("objectives", entries)))
    assert list(made["priorities"]) == [2]


def test_the_bundled_plan_has_nineteen_objectives_and_115_priorities():
    made = bundled().derived["plan_objectives"]
    once = made.drop_duplicates("objective_id")
    assert len(once) == 19
    assert once["priorities"].sum() == 115
    assert once["theme"].value_counts().to_dict() == {
        "Family & Belonging": 6,
        "Safe & Secure": 4,
        "Health & Wellbeing": 4,
        "Education & Skills": 5,
    }
    assert set(made["area_code"]) == {AREA}


def test_the_bundled_success_measures_are_51_and_their_figures_are_those_printed():
    made = bundled().derived["plan_measures"].set_index("measure_id")
    assert len(made) == 51
    assert made["wanted"].isin(["increase", "decrease"]).sum() >= 31 + 13
    assert made.loc["SMx-39", "value"] == 10.8, "NEET of looked-after children"
    assert made.loc["SMx-39", "target_met"] == "met", "target 20, wanted down"
    assert made.loc["SMx-40", ["value", "target_met"]].to_list() == [647.0, "met"]
    assert made.loc["SMx-37", "target_met"] == "", "77 schools are not 75% of schools"
    assert made.loc["SMx-49", "indicator_id"] == "", "carers needed are not carers found"


# --- links ---------------------------------------------------------------------------------------


def test_links_name_documents_entries_and_measures_that_exist():
    folder = catalogue.paths.data_dir() / "catalogue" / "plans"
    chosen = plans_links.read_links(folder / "success_measures.csv", "measure_id")
    measures = bundled().registers["success_measures"]
    known = set(zip(measures["source_id"], measures["measure_id"], strict=True))
    assert set(zip(chosen["source_id"], chosen["measure_id"], strict=True)) <= known
    assert set(chosen["indicator_id"]) - {""} <= set(KNOWN.indicators)
    told = plans_links.read_links(folder / "action_measures.csv", "action_id", "measure")
    actions = bundled().registers["actions"]
    known = set(zip(actions["source_id"], actions["action_id"], strict=True))
    assert set(zip(told["source_id"], told["action_id"], strict=True)) <= known


def test_a_missing_list_of_links_is_an_empty_one(tmp_path):
    assert plans_links.read_links(tmp_path / "none.csv", "measure_id").empty


@pytest.mark.parametrize("text", ["source_id,indicator_id\n", "", '"'])
def test_a_wrong_list_of_links_is_refused_with_its_name(tmp_path, text):
    path = tmp_path / "links.csv"
    path.write_text(text)
    with pytest.raises(CatalogueError, match=r"links\.csv"):
        plans_links.read_links(path, "measure_id")


def test_the_source_of_made_up_entries_is_a_passport():
    assert SOURCE in KNOWN.sources
