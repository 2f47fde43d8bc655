"""Each layout of the illustrative authority: what its publisher prints, cell by cell."""

import io
import json
import re

import numpy as np
import pandas as pd
import pytest

from cyp_analysis import catalogue, methods
from cyp_analysis.demo.files import BY_READER, BY_SOURCE, all_files, document_names
from cyp_analysis.demo.layouts import (
    dwp,
    ees,
    fingertips,
    lait,
    neighbourhoods,
    others,
    own,
    population,
)
from cyp_analysis.demo.measures import DataSet
from cyp_analysis.demo.model import Model
from cyp_analysis.demo.people import YEARS, make_world
from cyp_analysis.demo.places import COUNTRY, make_places
from cyp_analysis.demo.tables import File

AREAS = 11


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(make_world(make_places(AREAS)), catalogue.load())


def source_of(model: Model, name: str):
    return model.catalogue.sources[name]


def table(file: File, **options) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(file.text), dtype=str, keep_default_na=False, **options)


# ---- who writes what


def test_every_reader_with_a_writer_is_one_of_the_catalogues(model):
    readers = {source.reader for source in model.catalogue.sources.values()}
    assert set(BY_READER) <= readers
    assert set(BY_SOURCE) <= set(model.catalogue.sources)


def test_files_have_unique_paths_and_end_with_a_line(model):
    files = list(all_files(model))
    paths = [file.path for file in files]
    assert len(set(paths)) == len(paths)
    assert all(file.text.endswith("\n") for file in files)
    assert not [file.path for file in files if "\r" in file.text]


def test_documents_have_names_of_their_own(model):
    named = document_names(model.catalogue)
    assert list(named) == [f"illustrative_document_{n}" for n in range(1, len(named) + 1)]
    assert not set(named) & set(model.catalogue.sources)


# ---- Fingertips


@pytest.fixture(scope="module")
def profile(model) -> pd.DataFrame:
    return table(fingertips.write_fingertips(model, source_of(model, "ohid_fingertips")))


def test_fingertips_has_every_indicator_of_the_catalogue(model, profile):
    wanted = {m for source, m in model.levels.uses if source == "ohid_fingertips"}
    assert {f"fingertips_{number}" for number in profile["Indicator ID"]} == wanted


def test_fingertips_columns_are_the_downloads(profile):
    assert list(profile) == fingertips.HEADER
    assert set(profile["Area Type"]) == {"England", "Region", "County & UA"}
    assert set(profile["Sex"]) <= {"Persons", "Male", "Female"}
    england = profile[profile["Area Type"] == "England"]
    assert set(england["Area Code"]) == {COUNTRY}
    assert (england["Parent Code"] == "").all()


def test_fingertips_intervals_hold_their_value(profile):
    shown = profile[profile["Lower CI 95.0 limit"] != ""].astype(
        {"Value": float, "Lower CI 95.0 limit": float, "Upper CI 95.0 limit": float}
    )
    assert len(shown) > 1000
    assert (shown["Lower CI 95.0 limit"] <= shown["Value"] + 1e-6).all()
    assert (shown["Value"] <= shown["Upper CI 95.0 limit"] + 1e-6).all()


def test_fingertips_values_follow_from_counts(model, profile):
    units = {
        measure.removeprefix("fingertips_"): model.levels.kind("ohid_fingertips", measure).per
        for source, measure in model.levels.uses
        if source == "ohid_fingertips"
    }
    shown = profile[(profile["Count"] != "") & (profile["Denominator"] != "0")]
    value = shown["Count"].astype(float) / shown["Denominator"].astype(float)
    expected = value * shown["Indicator ID"].map(units).astype(float)
    assert np.allclose(expected, shown["Value"].astype(float), atol=1e-4)


def test_fingertips_hides_small_counts_of_authorities(profile):
    hidden = profile[profile["Value note"] != ""]
    assert (hidden["Value"] == "").all()
    assert (hidden["Count"] == "").all()
    local = profile[(profile["Area Type"] == "County & UA") & (profile["Count"] != "")]
    assert not local["Count"].astype(int).between(1, 4).any()


@pytest.mark.parametrize("share", [True, False])
def test_fingertips_limits_are_wilsons_or_byars(profile, share):
    """The first authority's newest figure, reckoned again from its count."""
    rows = profile[(profile["Count"] != "") & (profile["Sex"] == "Persons")]
    for row in rows.drop_duplicates("Indicator ID", keep="last").itertuples(index=False):
        count, base = float(row.Count), float(row.Denominator)
        value = float(row.Value)
        is_share = abs(100 * count / base - value) < 1e-4
        if is_share != share or count < 10:
            continue
        if share:
            low, high = (100 * limit for limit in methods.wilson_interval(count, base))
        else:
            low, high = (limit * value / count for limit in methods.byars_interval(count))
        assert low == pytest.approx(float(row[13]), rel=1e-4)
        assert high == pytest.approx(float(row[14]), rel=1e-4)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("financial_year", "2024/25"),
        ("academic_year", "2024/25"),
        ("calendar_year", "2025"),
        ("range", "2023 - 25"),
    ],
)
def test_fingertips_periods(model, kind, expected):
    from dataclasses import replace

    indicator = next(iter(model.catalogue.indicators.values()))
    assert fingertips._period(replace(indicator, period_type=kind), 2025) == expected


def test_babies_are_counted_out_of_babies(model):
    from dataclasses import replace

    indicator = next(iter(model.catalogue.indicators.values()))
    told = replace(indicator, name="Infant mortality", unit="per 1,000 live births")
    one = fingertips._people(model, replace(told, period_type="calendar_year"), "")
    three = fingertips._people(model, replace(told, period_type="range"), "")
    assert (three == 3 * one).all()
    assert (one == model.people("<1 yrs")).all()


# ---- LAIT


def test_lait_dictionary_explains_every_measure(model):
    long, dictionary = (table(f) for f in lait.write_lait(model, source_of(model, "dfe_lait")))
    assert set(long["Short Desc"]) == set(dictionary["Measure_short"])
    assert dictionary["Measure_short"].is_unique
    assert set(dictionary["Polarity"]) <= {"Low", "High", "-"}
    assert long["Values"].str.fullmatch(r"-?\d+(\.\d+)?").all()


def test_lait_years_are_as_their_dictionary_says(model):
    long, dictionary = (table(f) for f in lait.write_lait(model, source_of(model, "dfe_lait")))
    kinds = dictionary.set_index("Measure_short")["Year_Type"]
    paired = long["Short Desc"].map(kinds).isin(["Academic Year", "Financial Year"])
    assert long.loc[paired, "Years"].str.fullmatch(r"\d{4}-\d\d").all()
    assert long.loc[~paired, "Years"].str.fullmatch(r"\d{4}").all()


def test_lait_parts_do_not_exceed_what_they_are_parts_of(model):
    long, _ = (table(f) for f in lait.write_lait(model, source_of(model, "dfe_lait")))
    wide = long.pivot_table(
        index=["Years", "LA and Regions"], columns="Short Desc", values="Values", aggfunc="first"
    )
    checked = 0
    for indicator in model.catalogue.indicators.values():
        parts = (indicator.numerator, indicator.denominator)
        if indicator.statistic == "proportion" and all(
            p is not None and p.source == "dfe_lait" for p in parts
        ):
            part, whole = (wide[p.measure.removeprefix("lait_")].astype(float) for p in parts)
            known = part.notna() & whole.notna()
            assert (part[known] <= whole[known]).all(), indicator.id
            checked += 1
    assert checked


# ---- population


def test_single_years_add_up_to_all_ages(model):
    files = population.write_estimates(model, source_of(model, "ons_population_single_year"))
    assert {file.name for file in files} >= {"mye25tables_persons.csv", "mye25tables_male.csv"}
    for file in files[:4]:
        title, *_ = file.text.splitlines()
        assert re.search(r"mid-20\d\d$", title)
        rows = table(file, skiprows=1)
        ages = [name for name in rows if re.fullmatch(r"\d+\+?", name)]
        assert len(ages) == 91
        assert (rows[ages].astype(int).sum(axis=1) == rows["All ages"].astype(int)).all()


def test_projected_persons_are_both_sexes(model):
    file = population.write_projections(model, source_of(model, "ons_population_projections"))
    rows = table(file)
    years = [name for name in rows if name.isdigit()]
    assert years[0] == "2026"
    assert len(years) == population.PROJECTED
    by_sex = rows.set_index(["AREA_CODE", "AGE_GROUP", "SEX"])[years].astype(int)
    persons, males, females = (by_sex.xs(s, level="SEX") for s in ("persons", "males", "females"))
    assert (males + females == persons).all().all()


def test_small_areas_have_their_people(model):
    source = source_of(model, "ons_small_area_population")
    rows = table(population.write_small_areas(model, source), skiprows=1)
    ages = [name for name in rows if re.fullmatch(r"\d+\+?", name)]
    assert len(rows) == AREAS * 48
    assert (rows[ages].astype(int).sum(axis=1) == rows["All Ages"].astype(int)).all()


def test_components_of_the_country_move_nobody_inside_it(model):
    files = others.write_components(model, source_of(model, "ons_components_of_change"))
    rows = table(files[-1], skiprows=1)
    england = rows[rows["Code"] == COUNTRY].iloc[0]
    assert england["Net internal migration"] == "0"
    natural = rows["Births"].astype(int) - rows["Deaths"].astype(int)
    assert (natural == rows["Natural change"].astype(int)).all()


# ---- low incomes, deprivation, outlines


def test_low_income_tables_have_a_title_and_both_parts_of_every_year(model):
    source = source_of(model, "dwp_children_in_low_income_families")
    files = dwp.write_low_income(model, source)
    assert len(files) == 3 * len(source.measures)
    for file in files:
        title = next(iter(pd.read_csv(io.StringIO(file.text), nrows=0)), "")
        assert title.startswith("Children under 16 in")
        rows = table(file, skiprows=1)
        years = [int(re.search(r"FYE (\d+)", n)[1]) for n in rows if n.startswith("Number")]
        assert years == list(range(dwp.FIRST, dwp.LAST + 1))
        newest = [name for name in rows if "[p]" in name]
        assert len(newest) == 2, "the newest year is provisional"


def test_after_housing_costs_more_children_are_poor(model):
    before, base = dwp._counted(model, "relative_low_income_before_housing_costs")
    after, same = dwp._counted(model, "relative_low_income_after_housing_costs")
    assert (base == same).all()
    assert after.sum() > before.sum()


@pytest.mark.parametrize("edition", ["2019", "2025"])
def test_deprivation_ranks_every_small_area_once(model, edition):
    source = source_of(model, f"mhclg_indices_of_deprivation_{edition}")
    rows = table(neighbourhoods.write_deprivation(model, source))
    for name in (n for n in rows if " Rank " in n):
        assert sorted(rows[name].astype(int)) == list(range(1, len(rows) + 1))
    for name in (n for n in rows if " Decile " in n):
        each = rows[name].astype(int).value_counts()
        assert set(each.index) == set(range(1, 11))
        assert each.max() - each.min() <= 1


def test_the_most_deprived_have_the_highest_scores(model):
    source = source_of(model, "mhclg_indices_of_deprivation_2025")
    rows = table(neighbourhoods.write_deprivation(model, source))
    score = next(name for name in rows if name.endswith("(IMD) Score"))
    rank = next(name for name in rows if "(IMD) Rank" in name)
    ordered = rows.assign(rank=rows[rank].astype(int)).sort_values("rank")[score].astype(float)
    assert (ordered.diff().dropna() <= 1e-9).all()


def test_lookups_place_every_small_area(model):
    files = neighbourhoods.write_lookups(model, source_of(model, "lookup_ons_open_geography"))
    small, large = (table(file) for file in files)
    assert set(small["WD25CD"]) == set(large["WD25CD"])
    assert set(small["LAD25CD"]) == set(model.world.places.authorities["code"])
    assert set(large["RGN25CD"]) == set(model.world.places.regions["code"])


def test_outlines_are_squares_that_do_not_overlap(model):
    files = neighbourhoods.write_outlines(model, source_of(model, "boundaries_open_geography"))
    for file in files:
        features = json.loads(file.text)["features"]
        corners = []
        for feature in features:
            ring = feature["geometry"]["coordinates"][0]
            assert ring[0] == ring[-1]
            assert len(ring) == 5
            corners.append(tuple(ring[0]))
            assert all(0 < x < 3 and 53 < y < 57 for x, y in ring), "in the North Sea"
        assert len(set(corners)) == len(corners)


# ---- schools, justice, census, the council's own


def test_schools_have_grades_and_a_day(model):
    rows = table(others.write_schools(model, source_of(model, "ofsted_state_funded_schools")))
    assert rows["URN"].is_unique
    assert set(rows["Overall effectiveness"]) <= {"1", "2", "3", "4"}
    assert pd.to_datetime(rows["Inspection start date"], format="%d/%m/%Y").notna().all()
    assert set(rows["Local authority"]) == set(model.world.places.authorities["name"])
    good = rows["Overall effectiveness"].isin(["1", "2"]).mean()
    assert 0.8 < good < 0.97


def test_cases_of_justice_are_broken_down_by_age_and_sex(model):
    rows = table(others.write_cases(model, source_of(model, "yjb_local_level")))
    key = ["Financial_Year", "YJS", "Age", "Sex"]
    assert not rows.duplicated(key).any()
    boys = rows[rows["Sex"] == "Male"]["Number_Children"].astype(int).sum()
    assert boys > 0.7 * rows["Number_Children"].astype(int).sum()


def test_yearly_tables_of_justice_name_what_they_hold(model):
    files = others.write_yearly_justice(model, source_of(model, "yjb_yearly_tables"))
    for file in files:
        rows = table(file, skiprows=1)
        assert rows["Local Authority"].iloc[-1] == "England"
        assert all(name.startswith("Year ending March") for name in list(rows)[1:])


def test_ethnic_groups_add_up_to_the_residents_of_2021(model):
    files = others.write_census(model, source_of(model, "ons_census_custom"))
    rows = table(files[0])
    counted = rows.groupby(rows.columns[0])["Observation"].apply(lambda x: x.astype(int).sum())
    people = model.world.counted(0, 90)[:, YEARS.index(2021)]
    codes = model.world.places.authorities["code"]
    assert (counted.reindex(codes).to_numpy() == people).all()


def test_the_template_has_every_measure_that_indicators_take_from_it(model):
    rows = table(own.write_template(model, source_of(model, "local_template")))
    wanted = {measure for source, measure in model.levels.uses if source == "local_template"}
    assert set(rows["measure"]) == wanted
    assert set(rows["area"]) == {model.world.places.authorities["code"].iloc[0]}
    both = rows[(rows["count"] != "") & (rows["denominator"] != "")]
    assert (both["count"].astype(int) <= both["denominator"].astype(int)).all()


# ---- Explore Education Statistics


def ees_table(model: Model, name: str) -> pd.DataFrame:
    return table(ees.write_ees(DataSet(model, source_of(model, name))))


def test_levels_of_an_ees_file_have_their_own_codes(model):
    rows = ees_table(model, "dfe_children_looked_after")
    assert set(rows["geographic_level"]) == {"National", "Regional", "Local authority"}
    national = rows[rows["geographic_level"] == "National"]
    assert (national[["region_code", "new_la_code"]] == "").all().all()
    local = rows[rows["geographic_level"] == "Local authority"]
    assert (local[["region_code", "new_la_code", "old_la_code"]] != "").all().all()


def test_a_rate_is_its_count_over_the_population_beside_it(model):
    rows = ees_table(model, "dfe_children_looked_after")
    rows = rows[(rows["geographic_level"] == "Local authority") & (rows["children_count"] != "c")]
    numbers = rows[["children_count", "population_estimate", "rate_per_10000"]].astype(float)
    rate = 10_000 * numbers["children_count"] / numbers["population_estimate"]
    assert ((rate - numbers["rate_per_10000"]).abs() <= 0.051).all()


def test_population_estimates_are_the_people_themselves(model):
    rows = ees_table(model, "ons_population_0_17")
    local = rows[rows["geographic_level"] == "Local authority"].set_index("new_la_code")
    newest = local[local["time_period"] == "2025"]["population_estimate"]
    children = model.world.counted(0, 17)[:, YEARS.index(2025)]
    codes = model.world.places.authorities["code"]
    assert (newest.reindex(codes).astype(int).to_numpy() == children).all()


def test_academic_years_are_written_as_one_number(model):
    rows = ees_table(model, "dfe_early_years_profile")
    assert set(rows["time_identifier"]) == {"Academic year"}
    assert rows["time_period"].str.fullmatch(r"20\d{4}").all()
    assert not {"201920", "202021"} & set(rows["time_period"])


def test_words_of_columns_that_go_together_stay_together(model):
    rows = ees_table(model, "dfe_early_years_profile")
    pairs = set(zip(rows["characteristic"], rows["characteristic_type"], strict=True))
    assert ("Term of birth", "Summer-born") in pairs
    assert ("Term of birth", "EHC plan") not in pairs
    assert ("Total", "Total") in pairs


def test_groups_that_are_behind_in_life_are_behind_here(model):
    """A good level of development: the higher the better, and lower with free school meals."""
    rows = ees_table(model, "dfe_early_years_profile")
    england = rows[(rows["geographic_level"] == "National") & (rows["time_period"] == "202425")]
    share = england.set_index("characteristic_type")["gld_percentage"].astype(float)
    assert (
        share["Known to be eligible for free school meals"]
        < (share["Not known to be eligible for free school meals"])
    )
    assert share["SEN support"] < share["No identified SEN"]
