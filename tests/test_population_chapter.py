"""The population: pyramid, age bands, projections, projected need; the chapters of population and
housing as their readers find them."""

import re
from dataclasses import replace
from math import nan

import pandas as pd
import pytest
from places_samples import BARNET, ENGLAND, LEEDS, LONDON, counts, inputs

from cyp_analysis import catalogue
from cyp_analysis.build import population, population_need, population_projections
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.present.places import projection, pyramid
from cyp_analysis.present.view import open_chapter
from cyp_analysis.schema import COMPARISON_COLUMNS, INDICATOR_COLUMNS

MID_2023 = pd.Timestamp(2023, 6, 30)
# Mid-2023 estimates of the Office for National Statistics for Barnet, table MYE2: all ages and
# the five-year age groups of children and young people.
BARNET_BANDS = {"0-4": 24183, "5-9": 25683, "10-14": 26823, "15-19": 23913}
BARNET_ALL = 395_007
# What the board papers print: 99,152 aged 0 to 19 in 2018 and 101,875 in 2025, a growth of 3%.
PRINTED = {2018: 99_152, 2025: 101_875}


def band_rows(code: str, bands: dict[str, float], sex: str = "persons") -> list[dict]:
    """Indicator rows of the population by age group in mid-2023."""
    usual = dict.fromkeys(INDICATOR_COLUMNS, "") | {
        "indicator_id": "population_by_age_group",
        "area_code": code,
        "period_start": MID_2023,
        "period_end": MID_2023,
        "period_label": "mid-2023",
        "sex": sex,
        "age": "All ages",
        "category_type": "5-year age group",
        "source_id": "ons_population_single_year",
        "source_published": pd.NaT,
        "source_row": 2,
    }
    usual |= dict.fromkeys(["denominator", "lower_ci_95", "upper_ci_95"], nan)
    usual |= dict.fromkeys(["benchmark_value", "target_value", "target_variance"], nan)
    return [
        usual | {"category": band, "count": number, "value": number}
        for band, number in bands.items()
    ]


def barnet_population() -> pd.DataFrame:
    """Barnet's children as published, the other residents as one band, boys 52 in a hundred."""
    rest = {"20-24": BARNET_ALL - sum(BARNET_BANDS.values()) - 3690, "90+": 3690}
    bands = BARNET_BANDS | rest
    rows = band_rows(BARNET, bands)
    rows += band_rows(BARNET, {b: 0.52 * n for b, n in bands.items()}, "male")
    rows += band_rows(BARNET, {b: 0.48 * n for b, n in bands.items()}, "female")
    return pd.DataFrame(rows)


def made_population(rows: pd.DataFrame) -> pd.DataFrame:
    return population.build_population(inputs([], [], indicators=rows))


# --- the table of the population ------------------------------------------------------------------


def test_shares_are_those_of_the_published_counts():
    made = made_population(barnet_population()).query("sex == 'persons'").set_index("age_from")
    assert made.loc[0, "share_of_all"] == pytest.approx(100 * 24183 / 395007)
    young = made["share_of_young"].dropna()
    assert young.sum() == pytest.approx(100)
    assert young.round(1).to_dict() == {0: 24.0, 5: 25.5, 10: 26.7, 15: 23.8}


def test_the_last_band_is_open_and_no_share_of_the_young():
    made = made_population(barnet_population()).query("sex == 'persons'").set_index("age_from")
    assert pd.isna(made.loc[90, "age_to"]) and pd.isna(made.loc[90, "share_of_young"])
    assert made["share_of_all"].sum() == pytest.approx(100)


def test_shares_of_each_sex_are_of_all_residents():
    made = made_population(barnet_population()).set_index(["sex", "age_from"])["share_of_all"]
    assert made["male", 0] + made["female", 0] == pytest.approx(made["persons", 0])


def test_an_area_that_lacks_a_band_has_no_shares():
    rows = barnet_population()
    less = rows[~((rows["category"] == "5-9") & (rows["sex"] == "persons"))]
    other = pd.DataFrame(band_rows(LEEDS, BARNET_BANDS | {"20-24": 100, "90+": 10}))
    made = made_population(pd.concat([less, other])).query("sex == 'persons'")
    known = made.groupby("area_code")["share_of_young"].count()
    assert known.to_dict() == {BARNET: 0, LEEDS: 4}


def test_no_estimates_give_an_empty_table():
    made = made_population(pd.DataFrame(columns=INDICATOR_COLUMNS))
    assert list(made.columns) == TABLES["population"] and made.empty


# --- projections ----------------------------------------------------------------------------------


def projected(code: str, numbers: dict[int, float], **changes) -> list[dict]:
    """Rows of a publisher's projection, one a year."""
    usual = {"measure": "projected_population_0_19", "area_code": code, "age": "<20 yrs"}
    return [
        usual
        | {
            "count": float(number),
            "period_start": pd.Timestamp(year, 6, 30),
            "period_end": pd.Timestamp(year, 6, 30),
            "period_label": f"mid-{year}",
            "value_note": "projection",
        }
        | changes
        for year, number in numbers.items()
    ]


def projections(*rows: list[dict], source: str = "gla_population_projections", **more):
    table = counts(source, [row for each in rows for row in each])
    return population_projections.build_projections(inputs([table], [], **more))


def test_growth_is_the_one_printed():
    made = projections(projected(BARNET, PRINTED)).set_index("period_label")
    last = made.loc["mid-2025"]
    assert (last["base_value"], last["base_label"], last["value"]) == (99_152, "mid-2018", 101_875)
    assert last["change"] == 2_723
    assert f"{last['change_percent']:.0f}%" == "3%"
    assert made.loc["mid-2018", "change_percent"] == 0
    assert (last["age_from"], last["age_to"], last["series"]) == (
        *(0, 19),
        "gla_population_projections",
    )


def test_each_publisher_is_a_series_of_its_own():
    gla = counts("gla_population_projections", projected(BARNET, PRINTED))
    ons = counts("ons_population_projections", projected(BARNET, {2018: 99_000, 2025: 98_000}))
    made = population_projections.build_projections(inputs([gla, ons], []))
    last = made[made["period_label"] == "mid-2025"].set_index("series")["change_percent"]
    assert last["gla_population_projections"] > 0 > last["ons_population_projections"]


def test_sexes_bands_and_wards_are_left_aside():
    male = projected(BARNET, PRINTED, sex="male")
    bands = projected(BARNET, PRINTED, category_type="5-year age group", category="0-4")
    ward = projected("E05013630", PRINTED)
    made = projections(projected(BARNET, PRINTED), male, bands, ward)
    assert len(made) == 2 and set(made["area_code"]) == {BARNET}


def test_a_base_of_nobody_has_no_growth_in_percent():
    made = projections(projected(BARNET, {2018: 0, 2025: 10})).set_index("period_label")
    assert pd.isna(made.loc["mid-2025", "change_percent"])
    assert made.loc["mid-2025", "change"] == 10


def single_years(numbers: dict[int, float], code: str = BARNET) -> list[dict]:
    """The population of mid-2023 by single year of age."""
    return [
        {
            "measure": "population_by_single_year",
            "area_code": code,
            "category_type": "single year of age",
            "category": str(age),
            "count": float(number),
            "period_start": MID_2023,
            "period_end": MID_2023,
            "period_label": "mid-2023",
            "age": "All ages",
        }
        for age, number in numbers.items()
    ]


def test_todays_children_grow_older():
    ages = {age: 1000 + age for age in range(25)}
    made = projections(single_years(ages), source="ons_population_single_year")
    assert set(made["series"]) == {"ageing_on"}
    found = made.set_index(["age", "period_label"])["value"]
    for label, ahead in (("mid-2023", 0), ("mid-2026", 3), ("mid-2028", 5)):
        assert found["5-10 yrs", label] == sum(ages[age - ahead] for age in range(5, 11))
        assert found["16-17 yrs", label] == ages[16 - ahead] + ages[17 - ahead]
    assert (made["base_label"] == "mid-2023").all()


def test_nobody_is_made_up_for_children_not_yet_born_or_ages_not_known():
    ages = {age: 100.0 for age in range(25) if age != 4}
    made = projections(single_years(ages), source="ons_population_single_year")
    found = made.set_index(["age", "period_label"])["value"]
    assert ("5-10 yrs", "mid-2024") not in found and ("5-10 yrs", "mid-2023") in found
    assert made["period_label"].max() == "mid-2028"


def test_no_file_gives_an_empty_table():
    made = population_projections.build_projections(inputs([], []))
    assert list(made.columns) == TABLES["projections"] and made.empty


# --- projected need -------------------------------------------------------------------------------


def rate_row(code: str = BARNET, **changes) -> dict:
    """A rate of child protection plans per 10,000 children aged under 18."""
    row = band_rows(code, {"": 200.0})[0] | {
        "indicator_id": "child_protection_plans_rate",
        "category_type": "",
        "value": 20.0,
        "lower_ci_95": 17.0,
        "upper_ci_95": 23.0,
        "denominator": 100_000.0,
        "period_end": pd.Timestamp(2024, 3, 31),
        "period_label": "31 March 2024",
    }
    return row | changes


def need(row: dict, numbers: dict[int, float]) -> pd.DataFrame:
    table = counts("gla_population_projections", projected(BARNET, numbers, age="<18 yrs"))
    given = inputs([table], [], indicators=pd.DataFrame([row]))
    given.tables["projections"] = population_projections.build_projections(given)
    return population_need.build_need(given)


def test_need_goes_with_the_number_of_children_from_the_year_of_the_figure():
    made = need(rate_row(), {2023: 90_000, 2024: 100_000, 2034: 110_000})
    assert list(made["period_label"]) == ["mid-2034"]
    row = made.iloc[0]
    assert row["value"] == pytest.approx(220) and row["change_percent"] == pytest.approx(10)
    assert row["lower"] == pytest.approx(187) and row["upper"] == pytest.approx(253)
    assert (row["base_count"], row["base_label"]) == (200, "31 March 2024")


def test_a_projection_that_starts_later_is_anchored_at_its_start():
    made = need(rate_row(), {2026: 100_000, 2036: 90_000})
    assert list(made["change_percent"].round(6)) == [-10]


@pytest.mark.parametrize("changes", [{"count": 0.0}, {"value": nan}, {"sex": "male"}])
def test_nought_missing_and_one_sex_are_not_projected(changes):
    assert need(rate_row(**changes), {2024: 100.0, 2034: 110.0}).empty


def test_only_rates_of_children_have_projected_need():
    known = catalogue.load().indicators
    assert population_need._age(known["child_protection_plans_rate"]) == "<18 yrs"
    assert population_need._age(known["population_0_17"]) == ""
    assert population_need._age(known["children_in_relative_low_income"]) == ""
    assert population_need._age(known["population_under_18_share"]) == ""


# --- what a page shows ----------------------------------------------------------------------------


@pytest.fixture
def folder(outputs):
    made = outputs / "2026"
    made.mkdir(parents=True)
    england = pd.DataFrame(band_rows(ENGLAND, {"0-4": 53, "5-9": 58, "10-14": 61, "15-19": 59}))
    pop = made_population(barnet_population())
    other = england.assign(age_from=[0, 5, 10, 15], age_to=[4, 9, 14, 19])
    other = other.assign(share_of_all=[5.3, 5.8, 6.1, 5.9], share_of_young=[23.0, 25.1, 26.4, 25.5])
    indicators = pd.DataFrame([rate_row(), *estimates()])
    gla = [projected(code, n, age="<18 yrs") for code, n in GROWTH.items()]
    given = inputs(
        [
            counts("gla_population_projections", [row for each in gla for row in each]),
            counts("ons_population_single_year", single_years(dict.fromkeys(range(25), 100))),
        ],
        [],
        indicators=indicators,
    )
    given.tables["projections"] = population_projections.build_projections(given)
    tables = {
        "indicators": indicators,
        "comparisons": pd.DataFrame(columns=COMPARISON_COLUMNS),
        "population": pd.concat([pop, other])[TABLES["population"]],
        "projections": given.tables["projections"],
        "projected_need": population_need.build_need(given),
        "places": pd.DataFrame(columns=TABLES["places"]),
    }
    for name, table in tables.items():
        typed = table if len(table) else table.astype("str")
        typed.to_parquet(made / f"{name}.parquet", index=False)
    return made


GROWTH = {
    BARNET: {2024: 100_000, 2029: 103_000, 2034: 104_500, 2040: 106_000},
    LONDON: {2024: 1_000_000, 2034: 950_000},
}


def estimates() -> list[dict]:
    """Children aged under 18, estimated for two years."""
    return [
        rate_row(
            indicator_id="population_0_17",
            value=float(number),
            count=float(number),
            lower_ci_95=nan,
            upper_ci_95=nan,
            period_start=pd.Timestamp(year, 6, 30),
            period_end=pd.Timestamp(year, 6, 30),
            period_label=f"mid-{year}",
            statistic="count",
        )
        for year, number in ((2022, 91_000), (2023, 92_218))
    ]


def chapter(area: str = BARNET):
    return open_chapter("population", area)


def test_the_pyramid_sets_each_band_beside_england(folder):
    block = chapter().pyramid()
    assert block.text.split("\n")[0] == (
        "In mid-2023, 6.1% of the residents of Barnet were aged 0 to 4 (England 5.3%), 6.5% were"
        " aged 5 to 9 (England 5.8%), 6.8% were aged 10 to 14 (England 6.1%) and 6.1% were aged 15"
        " to 19 (England 5.9%)."
    )
    drawn = block.html[block.html.index("<svg") : block.html.index("</svg>")]
    for text in ("Males", "Females", "0 to 4", "90 and over", "0%"):
        assert f">{text}</text>" in drawn
    assert "Dark lines: England" in block.text


def test_the_alt_text_of_the_pyramid_is_short(folder):
    rows = pyramid.population_rows(chapter()._selection, BARNET)
    text = pyramid.alt_of(chapter()._selection, rows)
    assert len(text) <= 220 and "most males are" in text and "most females are" in text


def test_without_a_wider_area_the_sentence_stays_whole(folder):
    table = pd.read_parquet(folder / "population.parquet")
    table[table["area_code"] == BARNET].to_parquet(folder / "population.parquet")
    text = chapter().pyramid().text
    assert text.startswith("In mid-2023, 6.1% of the residents of Barnet were aged 0 to 4, 6.5%")
    assert "Dark lines" not in text


def test_age_bands_stand_in_a_table_with_englands_shares(folder):
    text = chapter().age_bands().text
    assert "Children and young people of Barnet by age, mid-2023" in text
    assert "0 to 4 | 24,183 | 24.0 | 23.0" in text and "15 to 19 | 23,913 | 23.8 | 25.5" in text
    assert "20 to 24" not in text


def test_an_area_without_estimates_gets_the_panel_once(folder):
    leeds = chapter("Leeds")
    assert "no figure for Leeds" in leeds.pyramid().text
    assert leeds.age_bands().text == ""


def test_a_projection_names_publisher_horizon_change_and_neighbours(folder):
    text = chapter().projection("population_0_17").text
    assert text.split("\n")[0] == (
        "The Greater London Authority projects 104,500 children aged under 18 in Barnet in"
        " mid-2034, 4.5% more than in mid-2024 (100,000); over the same years the change in London"
        f" is −5.0%. {projection.ASSUMES}"
    )
    assert "mid-2040 | projected | 106,000 | +6.0" in text
    estimates = re.findall(r"^(mid-\d{4}) \| estimated \| [\d,]+ \| none$", text, re.M)
    assert estimates and estimates == sorted(estimates) and estimates[-1] <= "mid-2024"


def test_todays_children_are_told_once_a_page(folder):
    page = chapter()
    first = page.projection("population_0_17").text
    grown = "As today's children grow older, Barnet would have in mid-2028: 600 aged 5 to 10"
    assert f"{grown}, about as many as in mid-2023 (600);" in first
    assert projection.NOBODY_MOVES in first
    assert "grow older" not in page.projection("population_0_19").text


@pytest.mark.parametrize(
    ("percent", "change", "told"),
    [(4.49, 1.0, "4.5% more"), (-4.49, -1.0, "4.5% fewer"), (0.04, 1.0, "about as many as")],
)
def test_changes_in_words(percent, change, told):
    row = {"base_label": "mid-2024", "base_value": 1000.0, "change_percent": percent}
    assert projection.change_words(pd.Series(row | {"change": change})).startswith(told)


def test_projected_need_says_that_the_rate_is_taken_to_stay(folder):
    block = chapter().projection("child_protection_plans_rate")
    assert block.text.split("\n")[0] == (
        "If the latest rate (31 March 2024) stays as it is, child protection plans in Barnet would"
        " go from 200 to about 209 (178 to 240 with the 95% interval of the rate) by mid-2034, a"
        f" change of +4.5% with the number of children. {projection.RATE_STAYS}"
        f" {projection.ASSUMES}"
    )
    assert "mid-2029 | 206 |" in block.text


def test_an_indicator_without_a_base_of_children_has_no_projection(folder):
    assert chapter().projection("local_religion").html == ""
    assert chapter().projection("children_in_relative_low_income").html == ""


def test_an_area_without_projections_is_told_where_to_get_them(folder):
    text = chapter("Leeds").projection("population_0_17").text
    assert text.startswith("This edition holds no population projection for Leeds.")
    assert "data.london.gov.uk" in text and "ons.gov.uk" in text


# --- the chapters ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["population", "housing"])
def test_chapter_and_notebook_name_only_what_there_is(name):
    known = catalogue.load()
    entry = known.chapters[name]
    grouped = [i for group in entry.groups for i in group.indicators]
    assert set(entry.lead) | set(grouped) <= set(entry.indicators)
    assert len(set(grouped)) == len(grouped)


def test_indicators_of_the_population_know_their_place_in_the_inventory():
    known = catalogue.load()
    covered = set()
    for name in known.chapters["population"].indicators:
        covered |= set(known.indicators[name].tags.get("inventory", []))
    wanted = {f"DEM{n:02d}" for n in (*range(1, 7), *range(10, 19), 20, 23, 25, 26)}
    assert wanted <= covered


PRINTED_CELLS = [
    ("local_population_0_19", "about 2018", "", 99152),
    ("local_population_all_ages", "2018", "", 387803),
    ("local_population_share_0_19", "about 2018", "", 26),
    ("local_projected_population_0_19", "2025", "", 101875),
    ("local_projected_growth_0_19", "2018 to 2025", "", 3),
    ("local_live_births", "2017", "", 5190),
    ("local_white_british_share", "2001", "", 58.6),
    ("local_white_british_share", "2011", "", 45.4),
    ("local_minority_ethnic_children_share", "about 2018", "", 52),
    ("local_religion", "2011", "Jewish", 15.2),
    ("local_no_english_households", "2011", "", 14.4),
    ("local_english_additional_primary", "2017", "", 51.2),
    ("local_english_additional_secondary", "2017", "", 38.2),
    ("local_first_languages_primary", "2017", "", 182),
    ("local_first_languages_secondary", "2017", "", 135),
    ("local_disabled_children_low", "about 2012", "", 4400),
    ("local_disabled_children_high", "about 2012", "", 6100),
    ("local_minority_ethnic_cohorts", "2018", "Child protection", 56),
    ("local_pupils_on_roll", "about 2012", "primary", 25700),
    ("local_private_rented_procured", "2020/21", "", 647),
    ("local_homeless_16_24", "2020/21", "", 213),
    ("local_new_homes", "2020/21", "Open Door Homes new build let", 141),
    ("local_temporary_accommodation_households", "April 2020", "", 2471),
    ("local_temporary_accommodation_families", "August 2021", "", 1161),
    ("local_temporary_accommodation_weeks", "April 2021", "", 74),
    ("local_homelessness_preventions_in_year", "April to August 2021", "", 533),
]


@pytest.fixture(scope="module")
def bundled(edition) -> pd.DataFrame:
    outputs, done = edition
    assert done.returncode == 0, done.stderr
    return pd.read_parquet(outputs / "annual" / "indicators.parquet")


@pytest.mark.parametrize(("indicator", "period", "category", "printed"), PRINTED_CELLS)
def test_figures_are_those_printed_in_the_documents(bundled, indicator, period, category, printed):
    rows = bundled[
        (bundled["indicator_id"] == indicator)
        & (bundled["area_code"] == BARNET)
        & (bundled["period_label"] == period)
        & (bundled["category"] == category)
    ]
    assert list(rows["value"]) == [printed]


def test_two_homeless_children_are_withheld(bundled):
    row = bundled[bundled["indicator_id"] == "local_homeless_16_17"].iloc[0]
    assert row[["count", "value"]].isna().all() and "suppressed (c)" in row["value_note"]


REAL_CELLS = [
    ("population_all_ages", BARNET, 395007),
    ("population_0_19", BARNET, 100602),
    ("population_0_4", BARNET, 24183),
    ("live_births", BARNET, 4634),
    ("net_internal_migration", BARNET, -2620),
    ("net_international_migration", BARNET, 5273),
    ("population_0_19_share", BARNET, 100 * 100602 / 395007),
    ("white_british_share", BARNET, 100 * 140777 / 389344),
]


@pytest.mark.parametrize(("indicator", "area", "printed"), REAL_CELLS)
def test_figures_are_those_of_the_published_files(real_edition, indicator, area, printed):
    rows = pd.read_parquet(real_edition / "indicators.parquet")
    rows = rows[(rows["indicator_id"] == indicator) & (rows["area_code"] == area)]
    row = rows[(rows["sex"] == "persons") & (rows["category_type"] == "")].iloc[-1]
    assert row["value"] == pytest.approx(printed)


def test_persons_come_before_males_and_females_in_a_headline(real_edition, monkeypatch):
    page = open_chapter("population", BARNET, edition=str(real_edition))
    assert page._selection.latest("population_0_19")["sex"] == "persons"
    assert "100,602" in page.headline("population_0_19").text


def test_samples_can_be_changed():
    table = counts("gla_population_projections", projected(BARNET, PRINTED))
    assert replace(table, rows=table.rows.head(0)).rows.empty
