"""Tables of services on the build side, against figures printed in the documents."""

import numpy as np
import pandas as pd
import pytest

from cyp_analysis import service_catalogue
from cyp_analysis.build import flows, flows_figures, flows_stocks
from cyp_analysis.errors import CatalogueError
from cyp_analysis.methods.recovery import System, recovered
from tests.test_services_samples import BARNET, LEEDS, bundled, dashboard, inputs_of

SUPPRESSED = "suppressed (c): based on small numbers"


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return bundled().tables["service_figures"]


def one(rows: pd.DataFrame, **wanted) -> pd.Series:
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [
        ("2018-09-30", "2018-09-30", "day"),
        ("2018-09-01", "2018-09-30", "month"),
        ("2018-04-01", "2018-09-30", "year_to_date"),
        ("2018-04-01", "2019-03-31", "year"),
        ("2017-10-01", "2018-09-30", "twelve_months"),
        ("2018-07-01", "2018-09-30", "quarter"),
        ("2018-04-01", "2018-06-30", "year_to_date"),
        ("2014-09-01", "2018-08-31", "period"),
        ("2018-01-01", "2018-12-31", "period"),
        ("2018-09-03", "2018-09-09", "period"),
    ],
)
def test_the_kind_of_a_period(start, end, kind):
    rows = pd.DataFrame(
        {"measure": ["a"], "period_start": [pd.Timestamp(start)], "period_end": [pd.Timestamp(end)]}
    )
    assert flows_figures.with_kind(rows)["kind"].tolist() == [kind]


def test_april_and_a_whole_year_are_year_to_date_where_the_measure_adds_up():
    rows = pd.DataFrame(
        {
            "measure": ["a", "a", "a", "b", "b"],
            "period_start": pd.to_datetime(["2017-04-01"] * 3 + ["2017-04-01"] * 2),
            "period_end": pd.to_datetime(
                ["2017-04-30", "2017-05-31", "2018-03-31", "2017-04-30", "2018-03-31"]
            ),
        }
    )
    kinds = flows_figures.with_kind(rows)["kind"].tolist()
    assert kinds == ["year_to_date", "year_to_date", "year_to_date", "month", "year"]


@pytest.mark.parametrize(
    ("measure", "label", "category", "count", "change", "percent"),
    [
        ("MASH01_in_month", "September 2018", "", 1201, -5, -0.4146),
        ("MASH01_in_month", "August 2018", "", 1206, -363, -23.1358),
        ("REF01_in_month", "September 2018", "", 296, -12, -3.8961),
        ("EH01_in_month", "September 2018", "", 102, 24, 30.7692),
        ("CP01", "30 September 2018", "", 189, -3, -1.5625),
        ("CP01", "31 August 2018", "", 192, 22, 12.9412),
        ("CIC01", "30 September 2018", "", 327, 4, 1.2384),
        ("CIC01", "31 August 2018", "", 323, 4, 1.2539),
        ("REF04_in_month", "August 2018", "Police/Legal Agency", 143, 47, 48.9583),
        ("CP02", "31 August 2018", "Physical", 30, 2, 7.1429),
    ],
)
def test_changes_on_the_month_before(figures, measure, label, category, count, change, percent):
    row = one(figures, measure=measure, period_label=label, category=category)
    assert (row["count"], row["count_change_month"]) == (count, change)
    assert row["percent_change_month"] == pytest.approx(percent, abs=1e-3)


def test_a_count_since_april_is_set_against_the_year_before_only(figures):
    # The document prints a rise of 32.7% from these counts; they give 30.7%.
    row = one(figures, measure="CP04", period_label="April to September 2018", category="")
    assert (row["count"], row["count_change_year"]) == (132, 31)
    assert row["percent_change_year"] == pytest.approx(30.6931, abs=1e-3)
    assert pd.isna(row["count_change_month"])
    assert pd.isna(row["percent_change_month"])


@pytest.mark.parametrize(
    ("measure", "label", "share", "lower", "upper"),
    [
        ("MASH02", "April to September 2018", 23.502, 22.594, 24.435),
        ("ASM03", "September 2018", 78.700, 73.5, 83.1),
        ("REF03_in_month", "September 2018", 25.0, 20.409, 30.232),
        ("CL02", "30 September 2018", 62.449, 56.2, 68.3),
    ],
)
def test_shares_have_wilson_limits(figures, measure, label, share, lower, upper):
    row = one(figures, measure=measure, period_label=label)
    assert row["is_share"]
    assert row["value"] == pytest.approx(share, abs=1e-3)
    assert row["lower_ci_95"] == pytest.approx(lower, abs=0.06)
    assert row["upper_ci_95"] == pytest.approx(upper, abs=0.06)


def test_small_numbers_are_withheld_with_their_changes(figures):
    small = figures[figures["value_note"] == SUPPRESSED]
    numbers = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]
    changes = [name for name in figures if "change" in name]
    assert len(small) > 50
    assert small[[*numbers, *changes]].isna().all().all()
    shown = figures["count"].dropna()
    assert not shown.between(1, 4).any()


def test_a_share_that_is_nearly_all_is_withheld(figures):
    # Ten of twelve conferences in time would say that two were late.
    row = one(figures, measure="ICPC03", period_label="September 2018")
    assert pd.isna(row["value"])
    assert row["value_note"] == SUPPRESSED


def test_documents_show_only_what_the_services_list(figures):
    listed = {
        code
        for service in service_catalogue.services().values()
        for measure in service.measures
        for code in measure.codes
    }
    assert set(figures["measure"]) <= listed
    assert set(figures["area_code"]) == {BARNET, "E92000001"}


def test_a_councils_own_dashboard_is_shown_under_its_own_names(tmp_path):
    rows = dashboard(tmp_path).tables["service_figures"]
    assert set(rows["area_code"]) == {LEEDS}
    assert rows.drop_duplicates("measure")["name"].tolist() == [
        "Contacts received",
        "Referrals received",
        "Re referrals",
        "Looked after children reviews on time",
        "Children starting care",
        "Families on the waiting list for mentoring",
    ]
    june = one(rows, measure="contacts_received", period_label="June 2025")
    assert (june["count"], june["count_change_month"], june["kind"]) == (950, -50, "month")
    assert june["note"] == ""


def test_a_small_month_of_a_dashboard_is_withheld_and_gives_no_change(tmp_path):
    rows = dashboard(tmp_path).tables["service_figures"]
    care = rows[rows["measure"] == "children_starting_care"].set_index("period_label")
    assert care["count"].isna().tolist() == [False, True, False]
    assert care["count_change_month"].isna().all()


@pytest.mark.parametrize(
    ("measure", "service"),
    [
        ("contacts received", "front_door"),
        ("re referrals", "front_door"),
        ("initial child protection conferences", "enquiries"),
        ("child protection plans", "child_protection"),
        ("cin plans open", "children_in_need"),
        ("children looked after", "children_in_care"),
        ("care leavers in touch", "care_leavers"),
        ("first time entrants", "youth_justice"),
        ("assessments in 45 days", "assessments"),
        ("early help assessments started", "early_help"),
        ("caf closed", "early_help"),
        ("potholes mended", "other_measures"),
        ("replacement bins", "other_measures"),
        ("30 hours take up", "early_years"),
    ],
)
def test_the_service_of_a_measure_by_its_words(measure, service):
    assert flows_figures.service_of(measure, service_catalogue.services()) == service


# Flows: printed counts of the front door dashboard, April to September 2018 and September 2018.
@pytest.mark.parametrize(
    ("flow", "label", "stage", "count", "of", "share", "is_part"),
    [
        ("since_april", "April to September 2018", "contact_referrals", 1914, 8144, 23.502, True),
        ("since_april", "April to September 2018", "contact_early_help", 1002, 8144, 12.304, True),
        ("since_april", "April to September 2018", "referrals", 1721, 8144, 21.132, False),
        ("since_april", "April to September 2018", "re_referrals", 364, 1721, 21.150, True),
        (
            "since_april",
            "April to September 2018",
            "strategy_discussions",
            294,
            1721,
            17.083,
            False,
        ),
        ("since_april", "April to September 2018", "plans", 132, 294, 44.898, False),
        ("in_the_month", "September 2018", "contact_referrals", 314, 1201, 26.145, True),
        ("in_the_month", "September 2018", "re_referrals", 74, 296, 25.0, True),
        ("in_the_month", "September 2018", "assessments", 277, 296, 93.581, False),
        ("in_the_month", "September 2018", "to_conference", 17, 54, 31.481, True),
        ("in_the_month", "September 2018", "conferences", 17, 54, 31.481, False),
    ],
)
def test_stages_from_contact_to_care(flow, label, stage, count, of, share, is_part):
    row = one(bundled().tables["flows"], flow_id=flow, period_label=label, stage_id=stage)
    assert (row["count"], row["of_count"], row["is_part"]) == (count, of, is_part)
    assert row["share"] == pytest.approx(share, abs=1e-3)
    if is_part:
        assert row["lower_ci_95"] < row["share"] < row["upper_ci_95"]
    else:
        assert pd.isna(row["lower_ci_95"]), "a ratio of unlike stages is no share of a whole"


def test_the_first_stage_is_set_against_nothing():
    row = one(
        bundled().tables["flows"],
        flow_id="since_april",
        stage_id="contacts",
        period_label="April to September 2018",
    )
    assert (row["count"], row["of_stage"]) == (8144, "")
    assert pd.isna(row["share"])


def test_a_ratio_above_one_has_no_interval():
    row = one(
        bundled().tables["flows"],
        flow_id="in_the_month",
        period_label="September 2018",
        stage_id="section_47",
    )
    assert (row["count"], row["of_count"]) == (54, 53)
    assert row["share"] == pytest.approx(101.887, abs=1e-3)
    assert pd.isna(row["lower_ci_95"])
    assert pd.isna(row["upper_ci_95"])


def test_stages_of_different_periods_never_meet():
    rows = bundled().tables["flows"]
    periods = rows.groupby(["flow_id", "period_end"])["period_start"].nunique()
    assert (periods == 1).all()


def test_a_dashboard_of_another_council_flows_too(tmp_path):
    rows = dashboard(tmp_path).tables["flows"]
    june = rows[rows["period_label"] == "June 2025"].set_index("stage_id")
    assert june["count"].to_dict() == {
        "contacts": 950,
        "referrals": 255,
        "re_referrals": 51,
        "care": 25,
    }
    assert june.loc["re_referrals", "share"] == pytest.approx(20)


# Stock and flow: 192 + (132 − 110) − (104 − 79) = 189 and 170 + (110 − 79) − (79 − 70) = 192 for
# plans, 323 + 16 − 12 = 327 for care: the sums that the figures of the documents give.
@pytest.mark.parametrize(
    ("stock", "label", "start", "joined", "left", "end"),
    [
        ("child_protection_months", "31 August 2018", 170, 31, 9, 192),
        ("child_protection_months", "30 September 2018", 192, 22, 25, 189),
        ("care_months", "30 September 2018", 323, 16, 12, 327),
    ],
)
def test_stock_and_flow(stock, label, start, joined, left, end):
    row = one(bundled().tables["reconciliations"], stock_id=stock, period_label=label)
    numbers = [row[name] for name in ("start", "joined", "left", "end")]
    assert numbers == [start, joined, left, end]
    assert (row["expected"], row["difference"]) == (end, 0)


def yearly(stock: float) -> pd.DataFrame:
    """Figures of two years of children looked after, the last stock as given."""
    days = [("2024-03-31", "2024-03-31", 100.0), ("2025-03-31", "2025-03-31", stock)]
    rows = [("children_looked_after_rate", *day, "day") for day in days]
    rows += [("children_looked_after_starting_rate", "2024-04-01", "2025-03-31", 40.0, "year")]
    rows += [("children_looked_after_ceasing_rate", "2024-04-01", "2025-03-31", 30.0, "year")]
    columns = ["figure", "period_start", "period_end", "count", "kind"]
    made = pd.DataFrame(rows, columns=columns)
    dates = {name: pd.to_datetime(made[name]) for name in ("period_start", "period_end")}
    source = {"source_id": "s", "source_published": pd.NaT, "source_row": 1, "source_file": "f"}
    return made.assign(area_code=LEEDS, period_label=made["period_end"], **dates, **source)


@pytest.mark.parametrize(("stock", "difference"), [(110.0, 0), (104.0, -6), (113.0, 3)])
def test_a_year_that_does_not_reconcile_says_by_how_much(stock, difference):
    care = service_catalogue.stocks()["care_years"]
    row = one(flows_stocks._reconciled(yearly(stock), care), stock_id="care_years")
    assert (row["start"], row["joined"], row["left"], row["expected"]) == (100, 40, 30, 110)
    assert row["difference"] == difference


def test_a_small_flow_of_a_month_is_withheld(tmp_path):
    text = "area,measure,unit,Apr-25,May-25\n"
    text += "Leeds,CIC20_in_month,number,30,3\nLeeds,CIC21_in_month,number,20,20\n"
    assert dashboard(tmp_path, text).tables["reconciliations"].empty


def test_published_flows_of_a_year_from_the_publishers_files(real_data):
    from cyp_analysis import loaders

    names = [
        "b1_children_in_need_2013_to_2025.csv",
        "d1_child_protection_plans_2013_to_2024.csv",
        "cla_number_and_rate_per_10k_children.csv",
    ]
    folder = real_data / "dfe-explore-education-statistics"
    made = inputs_of([loaders.read(folder / name) for name in names])
    mine = made.tables["flows"]
    mine = mine[(mine["area_code"] == LEEDS) & (mine["period_label"] == "2023/24")]
    printed = printed_cells(folder, names)
    assert mine.set_index("stage_id")["count"].to_dict() == printed
    stocks = made.tables["reconciliations"]
    assert set(stocks["stock_id"]) == {"child_protection_years", "care_years"}
    assert (stocks["expected"] + stocks["difference"] == stocks["end"]).all()


def printed_cells(folder, names) -> dict[str, float]:
    """The cells of Leeds for the year to March 2024, read by pandas alone."""
    need, plans, care = (pd.read_csv(folder / name, dtype=str) for name in names)
    found = {}
    for stage, table, column in (("need", need, "Started_episodes"), ("plans", plans, "CPP_start")):
        rows = table[(table["new_la_code"] == LEEDS) & (table["time_period"] == "2024")]
        found[stage] = float(rows[column].iloc[0])
    rows = care[(care["new_la_code"] == LEEDS) & (care["time_period"] == "2024")]
    starting = rows[rows["population_type"] == "Children starting to be looked after each year"]
    found["care"] = float(starting["children_count"].iloc[0])
    return found


# Placements: the panels printed for 30 September 2018.
@pytest.fixture(scope="module")
def panels() -> pd.DataFrame:
    return bundled().tables["panels"]


@pytest.mark.parametrize(
    ("placement", "count", "share", "months"),
    [
        ("LBB Fostering", 121, 37.003, 20),
        ("IFA Fostering", 69, 21.101, 20),
        ("Connected Persons", 20, 6.116, 35),
        ("LBB Residential", 8, 2.446, 8),
        ("External Residential", 39, 11.927, 13),
        ("Semi Independence", 61, 18.654, 5),
    ],
)
def test_placements_with_their_mean_duration(panels, placement, count, share, months):
    row = one(panels, row_name=placement, by="all")
    assert row["count"] == count
    assert row["share"] == pytest.approx(share, abs=1e-3)
    assert one(panels, row_name=placement, by="mean months")["value"] == months


# The sum of the panels, which replaces a chart that was a picture.
@pytest.mark.parametrize(
    ("by", "group", "count"),
    [
        ("age", "Under 1", 14),
        ("age", "1 to 5", 36),
        ("age", "6 to 10", 36),
        ("age", "11 to 15", 106),
        ("age", "16+", 135),
        ("sex", "Female", 122),
        ("sex", "Male", 205),
        ("ethnicity", "Asian", 79),
        ("ethnicity", "Mixed", 68),
        ("ethnicity", "White", 121),
        ("duration", "2 Years +", 71),
    ],
)
def test_the_profile_of_all_children_is_the_sum_of_the_placements(panels, by, group, count):
    row = one(panels, row_name="", by=by, group=group)
    assert (row["count"], row["denominator"]) == (count, 327)


def test_boys_for_each_girl(panels):
    assert one(panels, by="males for each female")["value"] == pytest.approx(1.68, abs=0.005)


@pytest.mark.parametrize("by", ["sex", "age", "duration", "ethnicity"])
def test_no_small_number_of_a_panel_is_shown_or_follows_from_its_margins(panels, by):
    cells = panels[panels["by"] == by].reset_index(drop=True)
    assert not cells["count"].between(1, 4).any()
    known = cells["count"].notna()
    least, most = cells["count"].fillna(0), cells["count"].fillna(np.inf)
    rows, sums = [], []
    alls = panels[panels["by"] == "all"].set_index("row_name")["count"]
    for name, total in alls[alls.notna() & (alls.index != "")].items():
        rows.append((cells["row_name"] == name).to_numpy(float))
        sums.append(total)
    for group in cells["group"].unique():
        inside = (cells["group"] == group) & (cells["row_name"] != "")
        whole = (cells["group"] == group) & (cells["row_name"] == "")
        rows.append(inside.to_numpy(float) - whole.to_numpy(float))
        sums.append(0.0)
    found = recovered(System(np.array(rows), sums, sums, least, most), whole=True, strict=False)
    told = pd.DataFrame({"least": found.least, "most": found.most})[~known]
    assert len(told) and not ((told["least"] == told["most"]) & told["most"].between(1, 4)).any()
    assert not (
        (told["least"] >= 1) & (told["most"] <= 4) & (told["most"] - told["least"] < 3)
    ).any()


def test_a_placement_that_is_withheld_is_withheld_everywhere(panels):
    gone = set(panels[(panels["by"] == "all") & panels["count"].isna()]["row_name"])
    assert gone == {"Adoption", "Parental"}
    assert panels[panels["row_name"].isin(gone)][["count", "value"]].isna().all().all()


def test_the_four_spellings_of_a_duration_are_one_band(panels):
    bands = panels[panels["by"] == "duration"].drop_duplicates("group")["group"].tolist()
    assert bands == ["0-6 Months", "7-12 Months", "13-18 Months", "19-24 Months", "2 Years +"]


# Page-to-page agreement: DQ08 to DQ10 of the list of data-quality points.
@pytest.mark.parametrize(
    ("what", "first", "second", "agrees"),
    [
        ("Children in care placed inside the area", 125, 119, False),
        ("Children in care placed outside the area", 202, 208, False),
        ("Children in care held by the 0 to 25 service", 26, 12, False),
        ("Review health assessments in time (%)", 98.0, 95.3, False),
        ("Boys in care", 205, 205, True),
        ("Girls in care", 122, 122, True),
        ("Children placed in all placement types and children in care", 327, 327, True),
    ],
)
def test_pages_that_print_one_thing_twice(what, first, second, agrees):
    row = one(bundled().tables["panel_checks"], what=what)
    assert (row["first"], row["second"], row["agrees"]) == (first, second, agrees)


def test_every_sum_of_the_panels_agrees_and_gives_nothing_back():
    sums = bundled().tables["panel_checks"].query("is_sum")
    assert len(sums) >= 40
    assert sums["agrees"].all()
    assert sums[["first", "second"]].isna().all().all()


# Audits: 342 from April to October 2018, and the totals printed for each month.
@pytest.mark.parametrize(
    ("grading", "count", "share"),
    [("Good", 62, 18.129), ("Requires improvement", 239, 69.883), ("Inadequate", 41, 11.988)],
)
def test_audits_of_the_programme(grading, count, share):
    row = one(bundled().tables["audits"], audit_id="programme", grading=grading)
    assert (row["count"], row["total"], row["better"]) == (count, 342, 301)
    assert row["share"] == pytest.approx(share, abs=1e-3)
    assert row["better_share"] == pytest.approx(88.0, abs=0.05)


@pytest.mark.parametrize(
    ("label", "total"), [("July 2018", 33), ("August 2018", 29), ("September 2018", 32)]
)
def test_audits_of_all_services_add_up_to_the_printed_total(label, total):
    rows = bundled().tables["audits"]
    rows = rows[(rows["audit_id"] == "services") & (rows["group"] == "")]
    rows = rows[rows["period_label"] == label]
    assert rows["total"].unique().tolist() == [total]
    assert rows["count"].sum() == total
    assert rows["share"].sum() == pytest.approx(100)


@pytest.mark.parametrize(
    ("domain", "label", "good", "share"),
    [
        ("Combined Assessments", "July 2018", 12, 43),
        ("Combined Assessments", "August 2018", 9, 36),
        ("Combined Assessments", "September 2018", 10, 34),
        ("Management Oversight", "July 2018", 7, 21),
        ("Management Oversight", "September 2018", 9, 29),
        ("CIN", "September 2018", 1, 13),
    ],
)
def test_audits_by_domain_give_the_printed_percentages(domain, label, good, share):
    rows = bundled().tables["audits"]
    row = one(rows, audit_id="domains", group=domain, period_label=label, grading="Good")
    assert row["count"] == good
    assert round(row["share"] + 1e-9) == share


def test_a_blank_cell_of_an_audit_is_told_and_not_nought():
    rows = bundled().tables["audits"]
    blank = rows[(rows["audit_id"] == "services") & rows["count"].isna()]
    assert blank["group"].tolist() == ["CP - Adoption and Post Permanence"]
    july = rows[(rows["audit_id"] == "services") & (rows["group"] == "")]
    july = july[july["period_label"] == "July 2018"]
    assert set(july["value_note"]) == {"a cell of the source is blank"}


# Target tiles: target, latest, variance and neighbours as printed.
@pytest.mark.parametrize(
    ("indicator", "target", "value", "variance", "neighbour", "met"),
    [
        ("local_childrens_centre_families", 80, 86.0, 7.5, None, "met"),
        ("local_thirty_hours_take_up", 80, 70.0, -12.5, None, "not_met"),
        ("local_child_in_need_visits", 95, 69.0, -27.4, None, "not_met"),
        ("local_child_protection_subsequent_plans", 15.6, 13.6, -12.6, 17.6, "met"),
        ("local_children_in_care_three_placements", 11.5, 3.364, -70.7, 11.3, "met"),
        ("local_children_in_care_long_term_stability", 62, 61.7, -0.5, 66.4, "not_met"),
        ("local_children_in_care_initial_health_assessments", 95, 71.4, -24.8, None, "not_met"),
        ("local_children_in_care_dental_checks", 95, 88.7, -6.6, None, "not_met"),
        ("local_children_in_care_reviews", 95, 79.3, -16.5, None, "not_met"),
        ("local_youth_education_employment_training", 66, 47.6, -27.9, None, "not_met"),
    ],
)
def test_target_tiles(indicator, target, value, variance, neighbour, met):
    row = one(bundled().tables["target_tiles"], indicator_id=indicator)
    assert (row["target_value"], row["target_met"], row["monitor_only"]) == (target, met, False)
    assert row["value"] == pytest.approx(value, abs=1e-3)
    assert row["target_variance"] == pytest.approx(variance, abs=0.051)
    assert pd.isna(row["neighbour_value"]) if neighbour is None else row[
        "neighbour_value"
    ] == neighbour  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "direction", "earlier"),
    [
        ("local_child_protection_plans_rate", "lower", 19.8),
        # Three more in September than from April to August, which is withheld.
        ("local_child_protection_subsequent_plans", "unknown", None),
        ("local_children_in_care_long_term_stability", "higher", 61.0),
        ("local_youth_custody", "same", 0),
        ("local_childrens_centre_families", "new", None),
        ("local_child_protection_in_care", "unknown", None),
    ],
)
def test_direction_of_travel(indicator, direction, earlier):
    row = one(bundled().tables["target_tiles"], indicator_id=indicator)
    assert row["direction"] == direction
    assert pd.isna(row["earlier_value"]) if earlier is None else row["earlier_value"] == earlier


def test_measures_that_are_only_watched_have_no_target():
    rows = bundled().tables["target_tiles"]
    watched = rows[rows["monitor_only"]]
    assert len(watched) == 9
    assert watched[["target_value", "target_variance"]].isna().all().all()
    assert set(watched["target_met"]) == {""}


def test_nothing_comes_of_nothing():
    made = inputs_of([])
    assert {name: len(table) for name, table in made.tables.items()} == dict.fromkeys(
        made.tables, 0
    )


def test_safe_figures_hold_no_figure_twice():
    rows = flows.safe_figures(bundled())
    key = ["figure", "area_code", "period_start", "period_end"]
    assert not rows.duplicated(key).any()
    assert rows["count"].notna().all()


@pytest.mark.parametrize("name", ["services", "flows", "stocks", "panels", "audits", "agreements"])
def test_a_misspelt_key_of_a_list_is_refused(name, tmp_path, monkeypatch):
    folder = tmp_path / "data" / "catalogue" / "services"
    folder.mkdir(parents=True)
    (folder / f"{name}.yml").write_text("- {id: a, tittle: b}\n", encoding="utf-8")
    monkeypatch.setenv("CYP_HOME", str(tmp_path))
    with pytest.raises(CatalogueError, match="is not a key of|must be given"):
        getattr(service_catalogue, name)()


def test_a_list_that_is_missing_is_told(tmp_path, monkeypatch):
    (tmp_path / "data" / "catalogue").mkdir(parents=True)
    monkeypatch.setenv("CYP_HOME", str(tmp_path))
    with pytest.raises(CatalogueError, match="must exist"):
        service_catalogue.services()
