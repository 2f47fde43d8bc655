"""Figures of small areas: which authority they lie in, what is shown of them, what is withheld."""

from dataclasses import replace

import pandas as pd
import pytest
from places_samples import (
    AHC,
    BARNET,
    ENGLAND,
    KENT,
    LEEDS,
    WARDS,
    boundaries,
    counts,
    inputs,
    lookup,
    neighbourhood_lookup,
    poverty_table,
    source,
    square,
    ward_lookup,
    ward_row,
)

from cyp_analysis import catalogue, geography, place_measures
from cyp_analysis.build import places, places_deprivation, places_outlines, places_sources
from cyp_analysis.build.places_parents import find_parents
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import CatalogueError, SourceError

ASHFORD = "E07000105"
MEASURE = "children_in_relative_low_income_after_housing_costs"


# --- which authority a place lies in --------------------------------------------------------------


def parents_of(*tables) -> dict[str, str]:
    found = find_parents(tables)
    return dict(zip(found["place_code"], found["area_code"], strict=True))


def test_a_ward_lies_in_the_borough_of_its_lookup():
    found = find_parents([ward_lookup()]).set_index("place_code")
    assert found.loc["E05013630"].to_dict() == {
        "place_name": "Burnt Oak",
        "place_kind": "ward",
        "area_code": BARNET,
        "lookup": "lookup.csv",
    }


def test_a_ward_of_a_district_goes_to_the_county_by_a_second_lookup():
    wards = lookup(
        [{"ward_code_2022": "E05009001", "ward_name_2022": "A", "lad_code_2022": "E07000105"}]
    )
    assert parents_of(wards) == {}
    districts = lookup(
        [{"lad_code_2023": "E07000105", "lad_name_2023": "Ashford", "utla_code_2023": KENT}]
    )
    assert parents_of(wards, districts) == {"E05009001": KENT, "E07000105": KENT}


def test_the_county_column_of_the_same_lookup_will_do():
    row = ward_row(2022, "A", ASHFORD) | {"county_code_2022": KENT}
    assert parents_of(lookup([row])) == {"E05000001": KENT, ASHFORD: KENT}


def test_a_metropolitan_county_is_no_authority_but_its_borough_is():
    row = ward_row(2022, "A", LEEDS) | {"county_code_2022": "E11000006"}
    assert parents_of(lookup([row])) == {"E05000001": LEEDS}


def test_a_place_of_a_divided_county_is_left_out_unless_a_later_lookup_says_where_it_went():
    row = ward_row(2022, "A", "E07000026")
    old = lookup([row | {"county_code_2022": "E10000006"}])  # Cumbria became two authorities
    assert parents_of(old) == {}
    new = lookup(
        [{"ward_code_2023": "E05003001", "ward_name_2023": "A", "lad_code_2023": "E06000063"}]
    )
    assert parents_of(old, new) == {"E05003001": "E06000063"}


def test_the_newest_lookup_wins_and_says_so():
    old = lookup([{"ward_code_2022": "E05000001", "ward_name_2022": "Old", "lad_code_2022": LEEDS}])
    new = replace(
        lookup(
            [{"ward_code_2024": "E05000001", "ward_name_2024": "New", "lad_code_2024": BARNET}],
            "b.csv",
        )
    )
    found = find_parents([old, new])
    assert found[["place_name", "area_code", "lookup"]].to_numpy().tolist() == [
        ["New", BARNET, "b.csv"]
    ]


def test_the_last_year_of_a_list_is_its_year():
    row = {"ward_code": "E05000001", "ward_name": "A", "lad_code": BARNET, "utla_code": BARNET}
    both = lookup([row | {"last_year": "2021"}, row | {"last_year": "2024", "ward_name": "B"}])
    assert list(find_parents([both])["place_name"]) == ["B"]


def test_a_neighbourhood_is_named_with_its_ward():
    row = {"lsoa_code_2021": "E01000115", "lsoa_name_2021": "Barnet 009A", "lad_code_2024": BARNET}
    assert list(find_parents([lookup([row])])["place_name"]) == ["Barnet 009A"]
    named = lookup([row | {"ward_code_2024": "E05013640", "ward_name_2024": "Underhill"}])
    found = find_parents([lookup([row]), named]).set_index("place_code")["place_name"]
    assert found["E01000115"] == "Barnet 009A, Underhill"


def test_without_lookups_there_are_no_places():
    assert list(find_parents([]).columns) == [
        "place_code",
        "place_name",
        "place_kind",
        "area_code",
        "lookup",
    ]
    assert find_parents([boundaries({"E05013630": square(-0.2, 51.6)})]).empty


# --- figures of places ----------------------------------------------------------------------------


def built(*tables, references=None, **more) -> pd.DataFrame:
    made = places.build_places(inputs(list(tables), references or [ward_lookup()], **more))
    assert set(TABLES["places"]) <= set(made)
    return made


def own_figure(value: float = 27.249657) -> pd.DataFrame:
    """The borough's own row of the indicator table."""
    row = dict.fromkeys(TABLES["indicators"], "") | {
        "indicator_id": MEASURE,
        "area_code": BARNET,
        "period_start": pd.Timestamp(2024, 4, 1),
        "period_end": pd.Timestamp(2025, 3, 31),
        "sex": "persons",
        "age": "<16 yrs",
        "value": value,
    }
    return pd.DataFrame([row])


def test_a_ward_has_the_figure_printed_for_it():
    made = built(poverty_table()).set_index("place_name")
    oak = made.loc["Burnt Oak"]
    assert (oak["count"], oak["area_code"], oak["place_kind"]) == (2079, BARNET, "ward")
    assert oak["value"] == pytest.approx(42.34215885947047)
    assert oak["lower_ci_95"] < 42.3 < oak["upper_ci_95"]
    assert (oak["source_id"], oak["source_row"]) == ("dwp_children_in_low_income_families", 2)


def test_the_borough_itself_is_no_place():
    assert set(built(poverty_table())["place_code"]) == set(WARDS)


def test_places_are_ranked_and_put_into_quarters():
    made = built(poverty_table()).set_index("place_name")
    assert made["rank"].to_dict() == {
        "Burnt Oak": 1,
        "East Finchley": 2,
        "Brunswick Park": 3,
        "Barnet Vale": 4,
    }
    assert (made["rank_of"] == 4).all() and not made["rank_tied"].any()
    assert made["class_number"].to_dict() == made["rank"].to_dict()
    assert (made["class_from"] == made["class_to"]).all()


def test_places_that_share_a_value_share_rank_and_class():
    twin = {"E05013629": {"count": 646, "value": 20.314465408805032}}
    made = built(poverty_table(**twin)).set_index("place_name")
    shared = made.loc[["East Finchley", "Brunswick Park"]]
    assert list(shared["rank"]) == [2, 2] and shared["rank_tied"].all()
    assert shared["class_number"].nunique() == 1
    assert made.loc["Barnet Vale", "rank"] == 4


def test_each_place_stands_beside_its_authority():
    made = built(poverty_table(), indicators=own_figure()).set_index("place_name")
    assert made["side"].to_dict() == {
        "Burnt Oak": "higher",
        "East Finchley": "lower",
        "Barnet Vale": "lower",
        "Brunswick Park": "lower",
    }
    assert (made["authority_value"] == 27.249657).all()
    near = built(poverty_table(), indicators=own_figure(20.3)).set_index("place_name")
    assert near.loc["East Finchley", "side"] == "similar"


def test_without_a_figure_of_the_authority_nothing_is_compared():
    assert set(built(poverty_table())["side"]) == {"not_compared"}


def test_a_missing_figure_keeps_its_reason_and_has_no_rank():
    gone = {"count": float("nan"), "value": float("nan"), "value_note": "suppressed"}
    made = built(poverty_table(E05013636=gone)).set_index("place_name").loc["East Finchley"]
    assert made["value_note"] == "suppressed"
    assert made[["value", "rank", "class_number"]].isna().all()


def test_two_files_with_different_figures_are_refused():
    other = poverty_table(E05013630={"count": 1, "value": 0.1})
    with pytest.raises(SourceError, match="must agree"):
        built(poverty_table(), other)


def test_the_newer_file_wins():
    new = poverty_table(E05013630={"count": 2000, "value": 40.0})
    new = replace(new, rows=new.rows.assign(source_published=pd.Timestamp(2027, 3, 1)))
    old = poverty_table()
    old = replace(old, rows=old.rows.assign(source_published=pd.Timestamp(2026, 3, 1)))
    made = built(new, old).set_index("place_name")
    assert made.loc["Burnt Oak", "value"] == 40.0 and len(made) == 4


def test_no_file_or_no_lookup_gives_an_empty_table():
    for made in (built(), places.build_places(inputs([poverty_table()], []))):
        assert list(made.columns) == TABLES["places"] and made.empty


def test_deciles_are_classed_by_national_fifth():
    codes = [f"E0100011{n}" for n in range(5, 10)]
    within = lookup(
        [{"lsoa_code_2021": c, "lsoa_name_2021": c, "lad_code_2024": BARNET} for c in codes]
    )
    rows = [
        {"measure": "imd_2025_decile", "area_code": code, "value": value, "age": ""}
        for code, value in zip(codes, (1, 2, 3, 6, 10), strict=True)
    ]
    made = built(counts("mhclg_indices_of_deprivation_2025", rows), references=[within])
    assert made.set_index("value")["class_number"].to_dict() == {1: 1, 2: 1, 3: 2, 6: 3, 10: 4}


def test_shares_of_whole_populations_have_no_interval():
    within = lookup(
        [{"lsoa_code_2021": "E01000115", "lsoa_name_2021": "A", "lad_code_2024": BARNET}]
    )
    rows = [
        {"measure": "population_0_17", "area_code": "E01000115", "count": 267, "age": "<18 yrs"},
        {
            "measure": "population_all_ages",
            "area_code": "E01000115",
            "count": 1319,
            "age": "All ages",
        },
    ]
    made = built(counts("ons_small_area_population", rows), references=[within])
    share = made.set_index("indicator_id").loc["small_area_children_share"]
    assert share["value"] == pytest.approx(100 * 267 / 1319)
    assert pd.isna(share["lower_ci_95"]) and share["method"] == "none"


# --- disclosure -----------------------------------------------------------------------------------


def test_local_figures_of_small_areas_follow_the_stricter_rule():
    known = catalogue.load()
    local = place_measures.PlaceMeasure(id="local_referrals_count", kinds=("ward",))
    assert known.indicators["local_referrals_count"].disclosure == "local_small_numbers"
    assert local.indicator(known).disclosure == "local_small_areas"
    rule = known.disclosure["local_small_areas"]
    assert (rule.suppress_from, rule.suppress_to, rule.complement) == (1, 9, True)


@pytest.mark.parametrize(("count", "shown"), [(0, True), (1, False), (9, False), (10, True)])
def test_local_counts_of_one_to_nine_are_withheld(monkeypatch, count, shown):
    local = place_measures.PlaceMeasure(id="local_referrals_count", kinds=("ward",))
    monkeypatch.setattr(place_measures, "load", lambda folder=None: {local.id: local})
    part = catalogue.load().indicators[local.id].numerator
    rows = [
        {"measure": part.measure, "area_code": code, "count": number}
        for code, number in (("E05013630", count), ("E05013636", 40))
    ]
    table = counts("barnet_health_wellbeing_board_2019_01", rows)
    assert table.source.dataset == part.source
    made = built(table).set_index("place_code")
    assert pd.notna(made.loc["E05013630", "count"]) == shown
    assert pd.notna(made.loc["E05013630", "value"]) == shown
    if not shown:
        assert "suppressed (c)" in made.loc["E05013630", "value_note"]


# --- which measures, which files ------------------------------------------------------------------


def test_every_measure_of_the_catalogue_is_defined_and_brought_by_a_passport():
    measures, known = place_measures.load(), catalogue.load()
    assert len(measures) >= 15
    assert place_measures.datasets(measures, known) <= set(known.datasets)
    for measure in measures.values():
        indicator = measure.indicator(known)
        assert indicator.sentence.count("{area}") == indicator.sentence.count("{value}") == 1
        assert indicator.definition.endswith(".") and indicator.caveats
        assert (indicator.unit == "%") == (indicator.multiplier == 100)
        assert measure.kinds and indicator.disclosure in known.disclosure


def test_a_measure_that_nothing_defines_is_refused():
    unknown = place_measures.PlaceMeasure(id="no_such_thing", kinds=("ward",))
    with pytest.raises(CatalogueError, match="must name an indicator of the catalogue or define"):
        unknown.indicator(catalogue.load())


def test_a_data_set_that_no_passport_brings_is_refused():
    known = catalogue.load()
    found = known.indicators["population_0_17"]
    part = replace(found.numerator, source="no_such_data")
    measure = place_measures.PlaceMeasure(
        id="population_0_17", kinds=("ward",), definition=replace(found, numerator=part)
    )
    with pytest.raises(CatalogueError, match="must draw on a data set that a passport brings"):
        place_measures.datasets({measure.id: measure}, known)


def test_a_definition_must_bear_the_id_of_its_measure(tmp_path):
    text = (catalogue_file := place_measures_folder() / "recorded_violence.yml").read_text()
    (tmp_path / catalogue_file.name).write_text(
        text.replace("\n  id: recorded_violence", "\n  id: x")
    )
    with pytest.raises(CatalogueError, match="`definition` must have the id of the measure"):
        place_measures.load(tmp_path)


def place_measures_folder():
    from cyp_analysis import paths

    return paths.data_dir() / "catalogue" / "places"


def test_a_misspelt_key_is_refused(tmp_path):
    (tmp_path / "a.yml").write_text("id: a\nkind: [ward]\n")
    with pytest.raises(CatalogueError, match="`kind` is not a key of PlaceMeasure.*`kinds`"):
        place_measures.load(tmp_path)


def test_files_of_places_are_short():
    for path in place_measures_folder().glob("*.yml"):
        assert path.read_text().count("\n") <= 45, path.name


def test_lookups_boundaries_and_projections_are_read_for_a_build(monkeypatch):
    from cyp_analysis.publish.edition_run import sources_used

    used = sources_used(catalogue.load())
    assert {"lookup_ons_open_geography", "boundaries_open_geography"} <= used
    assert {"gla_population_projections", "ons_population_projections"} <= used
    assert {"mhclg_indices_of_deprivation_2025", "ons_small_area_population"} <= used
    monkeypatch.setattr(places_sources, "find_spec", lambda name: None)
    assert places_sources.readers() == ("lookup",)
    without = sources_used(catalogue.load())
    assert used - without == {"boundaries_by_name", "boundaries_open_geography"}


# --- outlines -------------------------------------------------------------------------------------


def test_outlines_are_on_the_national_grid_in_metres_with_room_for_a_number():
    shapes = boundaries({"E05013630": square(-0.27, 51.6)})
    made = places_outlines.build_outlines(inputs([], [ward_lookup(), shapes])).iloc[0]
    assert (made["area_code"], made["place_kind"], made["vintage"]) == (BARNET, "ward", 2025)
    numbers = [float(text) for text in made["outline"].split()]
    x, y = numbers[0::2], numbers[1::2]
    assert 515_000 < min(x) < max(x) < 530_000 and 185_000 < min(y) < max(y) < 200_000
    assert min(x) < made["label_x"] < max(x) and min(y) < made["label_y"] < max(y)
    # 0.02 degrees of longitude are about 1,380 metres here, of latitude 2,220.
    assert made["label_room"] == pytest.approx(690, rel=0.05)


def test_neighbours_still_share_their_border_after_generalising():
    east, west = "E05013630", "E05013636"
    shapes = boundaries({east: square(-0.2, 51.6), west: square(-0.22, 51.6)})
    made = places_outlines.build_outlines(inputs([], [ward_lookup(), shapes]))
    corners = [set(zip(t.split()[0::2], t.split()[1::2], strict=True)) for t in made["outline"]]
    assert len(corners[0] & corners[1]) == 2


def test_a_hole_is_a_ring_of_its_own_the_other_way_round():
    whole, hole = square(-0.22, 51.6, 0.04), square(-0.21, 51.61, 0.01)
    text = places_outlines.outline_text(whole.difference(hole))
    assert text.count("|") == 1


def test_authorities_stand_under_their_region_and_small_areas_under_their_authority():
    shapes = boundaries({BARNET: square(-0.2, 51.6, 0.1), "E12000007": square(-0.4, 51.4, 0.5)})
    made = places_outlines.build_outlines(inputs([], [ward_lookup(), shapes]))
    assert made[["area_code", "place_code"]].to_numpy().tolist() == [["E12000007", BARNET]]


def test_the_newest_boundaries_of_an_area_are_kept():
    old = boundaries({"E05013630": square(-0.3, 51.6)}, vintage=2019)
    new = boundaries({"E05013630": square(-0.27, 51.6)}, vintage=2025)
    undated = boundaries({"E05013630": square(-0.5, 51.6)}, vintage=pd.NA)
    made = places_outlines.build_outlines(inputs([], [ward_lookup(), old, undated, new]))
    assert list(made["vintage"]) == [2025]


def test_without_boundaries_there_are_no_outlines():
    made = places_outlines.build_outlines(inputs([], [ward_lookup()]))
    assert list(made.columns) == TABLES["outlines"] and made.empty


# --- deprivation ----------------------------------------------------------------------------------


def profile(deciles: dict[str, float], weights: dict[str, float] | None = None) -> pd.DataFrame:
    within = neighbourhood_lookup(deciles)
    rows = [
        {"measure": "imd_2025_decile", "area_code": code, "value": value, "age": ""}
        for code, value in deciles.items()
    ]
    rows += [
        {"measure": "children_0_15_2025_denominator", "area_code": code, "count": number, "age": ""}
        for code, number in (weights or {}).items()
    ]
    table = counts("mhclg_indices_of_deprivation_2025", rows)
    return places_deprivation.build_profile(inputs([table], [within]))


DECILES = {"E01000115": 1, "E01000116": 2, "E01000117": 5, "E01000118": 10}


def test_neighbourhoods_are_counted_by_fifth_and_every_fifth_has_a_row():
    made = profile(DECILES)
    assert set(made["base"]) == {"neighbourhoods"} and set(made["area_code"]) == {BARNET}
    numbers = made.set_index("fifth")[["number", "share"]].to_dict("index")
    assert numbers[1] == {"number": 2, "share": 50}
    assert numbers[2] == {"number": 0, "share": 0}
    assert numbers[3]["number"] == numbers[5]["number"] == 1
    assert (made["of_number"] == 4).all()


def test_children_weigh_neighbourhoods_where_all_of_them_are_known():
    children = dict.fromkeys(DECILES, 100) | {"E01000118": 300}
    made = profile(DECILES, children)
    shares = made[made["base"] == "children"].set_index("fifth")["share"]
    assert shares[1] == pytest.approx(100 * 200 / 600) and shares[5] == 50
    del children["E01000118"]
    assert set(profile(DECILES, children)["base"]) == {"neighbourhoods"}


def test_england_is_told_only_from_a_file_of_the_whole_country():
    assert ENGLAND not in set(profile(DECILES)["area_code"])
    many = {f"E01{n:06d}": 1 + n % 10 for n in range(1, 32_001)}
    made = profile(many)
    england = made[made["area_code"] == ENGLAND].set_index("fifth")
    assert list(england["share"].round(6)) == [20] * 5


def test_no_index_gives_an_empty_profile():
    made = places_deprivation.build_profile(inputs([], [ward_lookup()]))
    assert list(made.columns) == TABLES["deprivation_profile"] and made.empty


# --- published cells ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_places(real_edition) -> pd.DataFrame:
    return pd.read_parquet(real_edition / "places.parquet")


@pytest.mark.parametrize(
    ("measure", "place", "period", "count", "value"),
    [
        (MEASURE, "E05013630", "2024/25", 2079, 42.34215885947047),
        (MEASURE, "E05013636", "2023/24", 645, 20.074696545284781),
        ("children_in_relative_low_income", "E05013630", "2021/22", 1023, 21.10148514851485),
        ("children_in_relative_low_income", "E05013636", "2024/25", 301, 9.465408805031447),
        ("children_in_absolute_low_income", "E05013630", "2022/23", 1192, 24.5217033532195),
    ],
)
def test_wards_have_the_cells_of_the_published_workbook(
    real_places, measure, place, period, count, value
):
    rows = real_places.query(
        "indicator_id == @measure and place_code == @place and period_label == @period"
    )
    assert list(rows["count"]) == [count]
    assert rows["value"].iloc[0] == pytest.approx(value)


def test_neighbourhoods_have_the_deciles_of_the_published_workbook(real_places):
    rows = real_places.query("indicator_id == 'deprivation_decile' and area_code == @BARNET")
    printed = {1: 1, 2: 15, 3: 35, 4: 36, 5: 31, 6: 22, 7: 33, 8: 22, 9: 13, 10: 12}
    assert rows["value"].astype(int).value_counts().to_dict() == printed
    assert rows.set_index("place_code").loc["E01000115", "value"] == 10
    income = real_places.query(
        "indicator_id == 'child_income_deprivation_decile' and area_code == @BARNET"
    )
    assert (income["value"] <= 2).sum() == 15 + 28


def test_small_area_children_add_up_to_the_published_file(real_places, real_data):
    path = real_data / "ons-population" / "population20_lsoa11_barnet.csv"
    printed = pd.read_csv(path)[[str(age) for age in range(18)]].to_numpy().sum()
    rows = real_places.query("indicator_id == 'small_area_children_0_17'")
    assert rows["count"].sum() == printed and len(rows) == 211


def test_districts_of_a_county_are_places(real_places):
    kent = real_places.query("area_code == @KENT and place_kind == 'district'")
    assert kent["place_code"].nunique() == 12
    assert set(kent["indicator_id"]) >= {"children_in_relative_low_income", "population_0_19"}


def test_every_place_lies_in_an_authority_in_force(real_places):
    live = set(geography.members(ENGLAND))
    assert set(real_places["area_code"]) <= live


def test_the_edition_keeps_outlines_of_the_boundaries_given(real_edition):
    made = pd.read_parquet(real_edition / "outlines.parquet")
    many = made.groupby(["area_code", "place_kind"]).size()
    assert many[BARNET, "ward"] == 24
    assert many[BARNET, "lower layer super output area"] == 220
    assert many["E12000007", "authority"] == 33


def test_the_profile_of_the_real_index_is_that_of_the_workbook(real_edition):
    made = pd.read_parquet(real_edition / "deprivation_profile.parquet")
    mine = made.query("area_code == @BARNET and indicator_id == 'deprivation_decile'")
    assert list(mine.sort_values("fifth")["number"]) == [16, 71, 53, 55, 25]
    england = made.query("area_code == @ENGLAND and indicator_id == 'deprivation_decile'")
    assert list(england["of_number"].unique()) == [33755]


def test_the_sample_is_of_the_catalogue():
    assert source("dwp_children_in_low_income_families").dataset
    assert catalogue.load().indicators[MEASURE].value.measure == AHC
