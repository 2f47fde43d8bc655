"""Greater London Authority: cells of the published profiles, other editions of them in small."""

import csv

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import CypError, SourceError
from cyp_analysis.loaders import gla, profiles, read

BARNET, CAMDEN, CITY = "E09000003", "E09000007", "E09000001"
LONDON, INNER, ENGLAND = "E12000007", "E13000001", "E92000001"
ABBEY = "E05000026"


def saved(tmp_path, *lines, name="mine.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def told(table) -> str:
    return " / ".join(table.problems["problem"])


@pytest.fixture(scope="module")
def boroughs(real_data):
    return read(real_data / "gla-london-datastore" / "london-borough-profiles.csv")


@pytest.fixture(scope="module")
def wards(real_data):
    return read(real_data / "gla-london-datastore" / "ward-profiles-excel-version.csv")


def cell(table, area, measure, part="value"):
    row = table.rows[(table.rows["area_code"] == area) & (table.rows["measure"] == measure)]
    assert len(row) == 1
    return row[part].iloc[0]


@pytest.mark.parametrize(
    ("area", "measure", "part", "printed"),
    [
        (BARNET, "gla_population_estimate", "count", 383100),
        (BARNET, "proportion_of_population_aged_015", "value", 20.9),
        (BARNET, "childhood_obesity_prevalance_pc", "value", 19.4),
        (BARNET, "rates_of_children_looked_after", "value", 36),
        (BARNET, "crime_rates_per_thousand_population", "value", 62.7),
        (BARNET, "median_house_price", "value", 400000),
        (BARNET, "number_of_cars", "count", 144717),
        (CITY, "gla_household_estimate", "count", 4700),
        (LONDON, "gla_population_estimate", "count", 8663300),
        (INNER, "turnout_at_local_elections", "value", 37.7),
        (ENGLAND, "male_life_expectancy", "value", 79.4),
        (ENGLAND, "modelled_household_median_income_estimates", "value", 30763.33333),
    ],
)
def test_cells_of_the_borough_profiles(boroughs, area, measure, part, printed):
    assert cell(boroughs, area, measure, part) == printed


def test_boroughs_add_up_to_their_london(boroughs):
    cars = boroughs.rows.query("measure == 'number_of_cars'").set_index("area_code")["count"]
    each = cars[cars.index.str.startswith("E09")].sum()
    assert each == cars["E13000001"] + cars["E13000002"] == cars[LONDON] == 2664414


@pytest.mark.parametrize(
    ("measure", "label"),
    [
        ("gla_population_estimate", "2015"),
        ("crime_rates_per_thousand_population", "2014/15"),
        ("female_life_expectancy", "2011 to 2013"),
        ("happiness_score_out_of_10", "2011 to 2014"),
        ("youth_unemployment_claimant_rate_1824", "December 2014"),
        ("pc_adults_that_volunteered_in_past_12_months", "2010/11 to 2012/13"),
        ("pc_of_area_that_is_greenspace", "2005"),
    ],
)
def test_years_stand_in_the_names_of_columns(boroughs, measure, label):
    assert set(boroughs.rows.query("measure == @measure")["period_label"]) == {label}


def test_every_number_of_the_borough_profiles_is_there(boroughs, real_data):
    path = real_data / "gla-london-datastore" / "london-borough-profiles.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.reader(file))
    header, rows = records[0], [r for r in records[1:] if r[0][:1] == "E"]
    undated = ("Inland_Area_Hectares", "People_aged_17+_with_diabetes_pc")
    undated += ("Mortality_rate_from_causes_considered_preventable",)
    cells = [
        row[place]
        for row in rows
        for place, name in enumerate(header)
        if name not in undated and row[place].lstrip("-").replace(".", "", 1).isdigit()
    ]
    read_cells = boroughs.rows["count"].notna().sum() + boroughs.rows["value"].notna().sum()
    assert read_cells == len(cells)
    both = pd.concat([boroughs.rows["count"], boroughs.rows["value"]]).sum()
    assert both == pytest.approx(sum(map(float, cells)))


def test_what_the_borough_profiles_do_not_give_is_told(boroughs):
    assert "`Inland_Area_Hectares`: the column does not say which year" in told(boroughs)
    assert "no figures, only words: Inner_Outer_London, Largest_migrant" in told(boroughs)
    assert "Political_control_in_council" in told(boroughs)
    assert "areas outside England" in told(boroughs)
    empty = boroughs.rows.query("area_code == @CITY and measure == 'teenage_conception_rate'")
    assert empty["value_note"].tolist() == ["missing in file"]


@pytest.mark.parametrize(
    ("area", "measure", "part", "printed"),
    [
        (ABBEY, "children_aged_0_15", "count", 3850),
        (ABBEY, "working_age_16_64", "count", 10150),
        (ABBEY, "percent_all_children_aged_0_15", "value", 26),
        (ABBEY, "percent_children_in_year_6_who_are_obese", "value", 24.7),
        (ABBEY, "number_of_jobs_in_area", "count", 9500),
        (BARNET, "population", "count", 393200),
        (BARNET, "children_aged_0_15", "count", 82050),
        (BARNET, "percent_children_in_reception_year_who_are_obese", "value", 9.5),
    ],
)
def test_cells_of_the_ward_profiles(wards, area, measure, part, printed):
    assert cell(wards, area, measure, part) == printed


def test_wards_add_up_to_their_borough(wards, real_data):
    path = real_data / "gla-london-datastore" / "ward-profiles-excel-version.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [r["New code"] for r in rows if r["Ward name"].startswith("Barnet - ")]
    mine = wards.rows[wards.rows["area_code"].isin(codes)].query("measure == 'population'")
    assert (len(codes), len(mine)) == (21, 21)
    # Both are rounded to 50 by the publisher.
    assert mine["count"].sum() == pytest.approx(cell(wards, BARNET, "population", "count"), abs=550)


def test_wards_without_a_figure_say_so(wards):
    rows = wards.rows.query("measure == 'percent_children_in_reception_year_who_are_obese'")
    notes = rows.loc[rows["value"].isna(), "value_note"]
    assert len(notes) == 17
    assert set(notes) == {"not available (n/a)"}


def test_a_row_that_is_there_twice_counts_once(wards):
    # The City of London is a ward and a borough of these profiles.
    assert "the same figures stand in earlier rows" in told(wards)
    assert len(wards.rows.query("area_code == @CITY and measure == 'population'")) == 1


VINTAGE = (
    "Code,Area name,Inner/ Outer London,GLA Population Estimate 2017,Proportion of population aged"
    ' 0-15 (%),"Number of cars, (2011 Census)",Gross Annual Pay (2016),Net change 2015 (£),'
    "Political control",
    'E09000003,Barnet,Outer London,"389,600",21.1,144717,"£33,084",-4,Cons',
    "E09000007,Camden,Inner London,242500,17.3,46601,.,n/a,Lab",
    "Nat,National comparator,,1,2,3,4,5,",
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_another_edition_of_the_borough_profiles(tmp_path, encoding):
    table = read(saved(tmp_path, *VINTAGE, encoding=encoding))
    assert table.source.id == "gla_borough_profiles"
    assert cell(table, BARNET, "gla_population_estimate", "count") == 389600
    assert cell(table, BARNET, "number_of_cars", "count") == 144717
    assert cell(table, BARNET, "net_change", "value") == -4
    assert "`Proportion of population aged 0-15 (%)`: the column does not say" in told(table)
    assert "`National comparator` is not a known area" in told(table)
    note = table.rows.query("area_code == @CAMDEN and measure == 'gross_annual_pay'")["value_note"]
    assert "(.)" in note.iloc[0]


def test_profiles_by_name_alone(tmp_path):
    table = read(saved(tmp_path, *[line.replace(BARNET, "") for line in VINTAGE]))
    assert cell(table, BARNET, "gla_population_estimate", "count") == 389600


def test_one_measure_of_several_years(tmp_path):
    lines = [
        "Code,Area_name,Inner_Outer_London,Happiness score 2011-14 (out of 10),Population 2014,"
        "Population 2015",
        "E09000003,Barnet,Outer London,7.4,100,110",
    ]
    rows = read(saved(tmp_path, *lines)).rows.query("measure == 'population'")
    assert rows.set_index("period_label")["count"].to_dict() == {"2014": 100, "2015": 110}


def test_an_atlas_of_small_areas(tmp_path):
    lines = [
        "Lower Super Output Area,Names,Mid-year Population Estimates;All Ages;2011,"
        "Mid-year Population Estimates;Aged 0-15;2011,House Prices;Median Price (£);2014",
        "E01000250,Barnet 001C,1500,300,400000",
        "E01000254,Barnet 001D,1600,310,.",
    ]
    table = read(saved(tmp_path, *lines, name="lsoa-data.csv"))
    assert table.source.id == "gla_atlas"
    assert cell(table, "E01000250", "mid_year_population_estimates_all_ages", "count") == 1500
    assert cell(table, "E01000254", "mid_year_population_estimates_aged_0_15", "count") == 310
    assert cell(table, "E01000250", "house_prices_median_price", "value") == 400000


def test_an_atlas_without_names_of_areas(tmp_path):
    table = read(
        saved(
            tmp_path,
            "Lower Super Output Area,Ethnic Group;White;2011,House Prices;Sales;2014,"
            "Economic Activity;Employment Rate;2011",
            "E01000250,1051,26,58",
        )
    )
    assert table.source.id == "gla_atlas"
    assert cell(table, "E01000250", "ethnic_group_white", "count") == 1051
    assert cell(table, "E01000250", "house_prices_sales", "count") == 26
    assert cell(table, "E01000250", "economic_activity_employment_rate", "value") == 58
    assert table.problems.empty


def test_the_atlas_of_wards_goes_by_the_codes_in_force(tmp_path):
    table = read(
        saved(
            tmp_path,
            "Codes,New Code,Borough,Names,Population and Age; Aged 0-15; 2013,"
            "Diversity; Ethnic Group 5 groups - 2011 Census; White,Area and Density; Hectares",
            "00ACFX,E05000043,Barnet,Brunswick Park,3300,10000,250",
        )
    )
    assert table.source.id == "gla_atlas"
    assert cell(table, "E05000043", "population_and_age_aged_0_15", "count") == 3300
    assert cell(table, "E05000043", "diversity_ethnic_group_5_groups_white", "count") == 10000
    assert any("does not say which year" in each for each in table.problems["problem"])


def test_counts_shares_and_provisional_figures_of_an_atlas(tmp_path):
    table = read(
        saved(
            tmp_path,
            "Middle Super Output Area,MSOA Name,Age Structure (2011 Census);0-15;,"
            '"Mid-year Estimates 2012, by age;0-4;","Mid-year Estimates 2012, by age;% 0 to 14;",'
            "House Prices;Sales;2013(p),Ethnic Group (2011 Census);White (%);,"
            "Road Casualties;2010;2010 Total",
            "E02000024,Barnet 001,1924,600,20,7,83,3",
        )
    )
    rows = table.rows.set_index("measure")
    counts, values = rows["count"].dropna().to_dict(), rows["value"].dropna().to_dict()
    assert counts == {
        "age_structure_0_15": 1924,
        "mid_year_estimates_by_age_0_4": 600,
        "house_prices_sales": 7,
        "road_casualties_total": 3,
    }
    assert values == {
        "mid_year_estimates_by_age_percent_0_to_14": 20,
        "ethnic_group_white_percent": 83,
    }
    assert rows.loc["mid_year_estimates_by_age_0_4", "period_label"] == "mid-2012"
    assert rows.loc["house_prices_sales", "value_note"] == "provisional"


@pytest.mark.parametrize(
    ("column", "measure", "period"),
    [
        ("Crime_rates_per_thousand_population_201415", "crime_rates_per_thousand_population",
         "2014/15"),
        ("Male_life_expectancy_201113", "male_life_expectancy", "2011-13"),
        ("Male life expectancy -2009-13", "male_life_expectancy", "2009-13"),
        ("Youth_rate_1824_Dec14", "youth_rate_1824", "Dec 14"),
        ("Claimants October 2014", "claimants", "October 2014"),
        ("% obese - 2011/12 to 2013/14", "percent_obese", "2011/12 to 2013/14"),
        ("volunteered_201011_to_201213", "volunteered", "2010/11 to 2012/13"),
        ("Population aged 20-64, 2015", "population_aged_20_64", "2015"),
        ("Household income estimate (2012/13)", "household_income_estimate", "2012/13"),
        ("Children aged 0-15", "children_aged_0_15", ""),
        ("Rooms 1850", "rooms_1850", ""),
    ],
)  # fmt: skip
def test_measure_and_period_of_a_column(column, measure, period):
    assert profiles.measure_and_period(column) == (measure, period)


def test_a_profile_without_figures_is_refused(tmp_path):
    lines = ["Code,Area_name,Inner_Outer_London,Words 2015", "E09000003,Barnet,Outer,many"]
    with pytest.raises(SourceError, match="must have a column of numbers with its year"):
        read(saved(tmp_path, *lines))
    with pytest.raises(SourceError, match="`Atlantis` is not a known area"):
        read(saved(tmp_path, lines[0], "X1,Atlantis,Outer,5"))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.999])
def test_a_damaged_profile_is_refused_or_told(real_data, tmp_path, wards, share):
    whole = (real_data / "gla-london-datastore" / "ward-profiles-excel-version.csv").read_bytes()
    path = tmp_path / "ward-profiles.csv"
    path.write_bytes(whole[: int(len(whole) * share)])
    try:
        table = read(path)
    except CypError:
        return
    assert "cut" in told(table)
    key = ["measure", "area_code", "period_end"]
    both = table.rows.merge(wards.rows, on=key)
    for part in ("count", "value"):
        known = both[both[f"{part}_x"].notna()]
        assert (known[f"{part}_x"] == known[f"{part}_y"]).all()


def projection(header="gss_code,borough,sex,age,2021,2022", sexes=("male", "female"), ages=91):
    lines = [header]
    for code, name in ((BARNET, "Barnet"), (LONDON, "London")):
        lines += [
            f"{code},{name},{sex},{age},{age + 0.5},{age + 1}"
            for sex in sexes
            for age in range(ages)
        ]
    return lines


def people(table, measure, sex="persons", label="mid-2021", area=BARNET) -> float:
    rows = table.rows.query(
        "measure == @measure and sex == @sex and period_label == @label and area_code == @area"
    )
    assert len(rows) == 1
    return rows["count"].iloc[0]


def test_projections_are_added_up_to_age_groups(tmp_path):
    table = read(saved(tmp_path, *projection()))
    assert table.source.id == "gla_population_projections"
    assert people(table, "projected_population_0_17", "male") == sum(a + 0.5 for a in range(18))
    assert people(table, "projected_population_0_17") == 2 * sum(a + 0.5 for a in range(18))
    assert people(table, "projected_population_16_17", "female", "mid-2022") == 17 + 18
    assert people(table, "projected_population_all_ages", area=LONDON) == 8281
    parts = [people(table, f"projected_population_{group}") for group in ("0_15", "16_17")]
    assert people(table, "projected_population_0_17") == sum(parts)
    persons = table.rows.query("sex == 'persons'")
    assert set(persons["value_note"]) == {gla.ADDED_UP}
    assert set(table.rows.query("measure == 'projected_population_0_17'")["age"]) == {"<18 yrs"}


def test_projections_of_wards_that_name_their_boroughs_too(tmp_path):
    lines = ["gss_code,la_name,gss_code_ward,ward_name,sex,age,2021"]
    for code, name in (("E05013628", "Barnet Vale"), ("E05013629", "Brunswick Park")):
        lines += [f"{BARNET},Barnet,{code},{name},persons,{age},2" for age in range(91)]
    lines += [f"E09000007,Camden,E05013654,Belsize,persons,{age},3" for age in range(91)]
    table = read(saved(tmp_path, *lines))
    wards = {"E05013628", "E05013629", "E05013654"}
    assert set(table.rows["area_code"]) == wards
    assert set(table.rows["category_type"]) == {""}
    assert people(table, "projected_population_0_17", area="E05013628") == 36
    assert people(table, "projected_population_all_ages", area="E05013654") == 273


def test_age_groups_that_a_cut_file_does_not_reach_are_missing(tmp_path):
    table = read(saved(tmp_path, *projection(ages=17)))
    assert people(table, "projected_population_0_15") == 2 * sum(a + 0.5 for a in range(16))
    beyond = ["projected_population_0_17", "projected_population_all_ages"]
    rows = table.rows[table.rows["measure"].isin(beyond)]
    assert rows["count"].isna().all()
    assert rows["value_note"].str.contains(gla.GAP).all()


def test_printed_persons_are_not_added_up_again(tmp_path):
    table = read(saved(tmp_path, *projection(sexes=("male", "female", "persons"))))
    assert people(table, "projected_population_0_4") == sum(a + 0.5 for a in range(5))
    assert set(table.rows["value_note"]) == {""}


def test_projections_with_a_row_per_year(tmp_path):
    lines = ["gss_code,gss_name,year,sex,age,population"]
    lines += [f"{BARNET},Barnet,2030,{sex},{age},10" for sex in "MF" for age in range(30)]
    table = read(saved(tmp_path, *lines))
    assert people(table, "projected_population_0_17", label="mid-2030") == 360
    assert people(table, "projected_population_18_24", "female", "mid-2030") == 70


def test_projections_of_a_workbook_of_three_sheets(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for place, sex in enumerate(("persons", "males", "females"), start=1):
        sheet = book.active if place == 1 else book.create_sheet()
        sheet.title = sex
        sheet.append(["gss_code", "borough", "sex", "age", 2021])
        for age in range(25):
            sheet.append([BARNET, "Barnet", sex.removesuffix("s"), age, 10 * (3 - place) or 5])
    path = tmp_path / "housing_led_projections.xlsx"
    book.save(path)
    table = read(path)
    assert people(table, "projected_population_0_4", "male") == 50
    assert people(table, "projected_population_0_4", "female") == 25
    assert people(table, "projected_population_0_4", "persons") == 100


def test_projections_of_ethnic_groups_are_categories(tmp_path):
    lines = ["gss_code,borough,ethnic_group,sex,age,2021"]
    lines += [
        f"{BARNET},Barnet,{group},persons,{age},{number}"
        for group, number in (("All persons", 3), ("White", 1), ("Asian", 2))
        for age in range(25)
    ]
    rows = read(saved(tmp_path, *lines)).rows.query("measure == 'projected_population_0_4'")
    of = rows.set_index("category")["count"].to_dict()
    assert of == {"": 15, "White": 5, "Asian": 10}
    assert set(rows["category_type"]) == {"", "ethnic_group"}


def test_an_age_that_is_missing_leaves_its_groups_missing(tmp_path):
    lines = [line for line in projection() if not line.startswith(f"{BARNET},Barnet,male,3,")]
    table = read(saved(tmp_path, *lines))
    assert pd.isna(people(table, "projected_population_0_4", "male"))
    assert pd.isna(people(table, "projected_population_0_17"))
    assert people(table, "projected_population_16_17") == 2 * (16.5 + 17.5)
    assert gla.GAP in set(table.rows["value_note"])


def test_ages_and_areas_that_are_none_are_told(tmp_path):
    lines = [*projection(), f"{BARNET},Barnet,male,young,1,2", "X,Atlantis,male,1,1,2"]
    table = read(saved(tmp_path, *lines))
    assert "`young` is no single year of age" in told(table)
    assert "`X` is not a known area" in told(table)


def test_a_projection_without_figures_is_refused(tmp_path):
    path = saved(tmp_path, "gss_code,borough,sex,age,year", f"{BARNET},Barnet,male,1,2021")
    with pytest.raises(SourceError, match="Population"):
        gla.read_projections(path, catalogue.load().sources["gla_population_projections"])
