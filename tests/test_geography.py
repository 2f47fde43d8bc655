"""Areas: the reference tables against publishers' own lists, names, codes, dates, refusals."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyp_analysis import geography
from cyp_analysis.errors import AreaError, SchemaError, SourceError, UsageError
from cyp_analysis.paths import data_dir

SHARED = Path(__file__).parents[1] / ".." / "shared"
REAL, SEEDS = SHARED / "real-data", SHARED / "seed-figures"
ENGLAND, LONDON, INNER, OUTER = "E92000001", "E12000007", "E13000001", "E13000002"


def real_csv(pattern: str) -> list[tuple[str, pd.DataFrame]]:
    files = sorted(REAL.glob(pattern))
    if not files:
        pytest.skip(f"no {pattern}: the shared folder of published files is absent")
    read = {"dtype": str, "keep_default_na": False, "encoding": "utf-8-sig"}
    return [(path.name, pd.read_csv(path, **read)) for path in files]


def authorities() -> pd.DataFrame:
    return geography.areas().query("level == 'authority'")


def live() -> pd.DataFrame:
    return authorities().loc[lambda rows: rows["end"].isna()]


# --- the tables themselves ----------------------------------------------------------------------


def test_areas_have_the_columns_of_an_area_and_text_everywhere_but_dates():
    table = geography.areas()
    assert table.columns.tolist() == [
        "code", "name", "level", "region_code", "subregion_code", "country_code", "dfe_code",
        "start", "end",
    ]  # fmt: skip
    types = table.dtypes.astype(str).to_dict()
    assert {types.pop("start")[:10], types.pop("end")[:10]} == {"datetime64"}
    assert set(types.values()) == {"str"}
    assert table.drop(columns=["start", "end"]).notna().all(axis=None)
    assert table["code"].is_unique
    assert table["code"].str.fullmatch(r"E\d{8}").all()
    assert set(table["level"]) == {"country", "region", "subregion", "authority"}


def test_a_change_to_the_table_of_areas_stays_with_the_caller():
    table = geography.areas()
    table.loc[:, "name"] = "changed"
    assert "changed" not in set(geography.areas()["name"])


def test_every_parent_is_an_area_of_the_level_above():
    table = geography.areas()
    levels = table.set_index("code")["level"]
    for column, level in [("region_code", "region"), ("subregion_code", "subregion"),
                          ("country_code", "country")]:  # fmt: skip
        parents = table.loc[table[column] != "", column]
        assert (parents.map(levels) == level).all()
    assert (authorities()["region_code"] != "").all()
    assert (authorities()["country_code"] == ENGLAND).all()
    in_london = authorities()["region_code"] == LONDON
    assert ((authorities()["subregion_code"] != "") == in_london).all()


@pytest.mark.parametrize(
    ("prefix", "count"),
    # England since April 2023: 62 unitary authorities and the Isles of Scilly, 36 metropolitan
    # districts, 32 London boroughs and the City, 21 county councils (MHCLG, local government
    # structure; the same 153 as the ONS boundary file of December 2023, tested below)
    [("E06", 63), ("E08", 36), ("E09", 33), ("E10", 21), ("E", 153)],
)
def test_upper_tier_authorities_in_force(prefix, count):
    assert live()["code"].str.startswith(prefix).sum() == count
    assert len([code for code in geography.members(ENGLAND) if code.startswith(prefix)]) == count


@pytest.mark.parametrize(
    ("region", "count"),
    [("North East", 12), ("North West", 24), ("Yorkshire and The Humber", 15),
     ("East Midlands", 10), ("West Midlands", 14), ("East of England", 11), ("London", 33),
     ("South East", 19), ("South West", 15), ("Inner London", 14), ("Outer London", 19)],
)  # fmt: skip
def test_authorities_of_each_region(region, count):
    assert len(geography.members(geography.area(region).code)) == count


@pytest.mark.parametrize(
    ("day", "count"),
    # number of authorities in DfE's files of children in need by year of reporting, and before
    # April 2009 the 34 counties, 46 unitaries, 36 metropolitan districts and 33 in London
    [("2008-03-31", 149), ("2009-04-01", 152), ("2013-03-31", 152), ("2019-03-31", 152),
     ("2019-04-01", 151), ("2020-03-31", 151), ("2021-03-31", 151), ("2022-03-31", 152),
     ("2023-03-31", 152), ("2024-03-31", 153), ("2025-03-31", 153), ("2025-04-01", 153)],
)  # fmt: skip
def test_authorities_in_force_on_a_day(day, count):
    assert len(geography.members(ENGLAND, date.fromisoformat(day))) == count


def test_members_change_on_the_day_of_a_reorganisation():
    south_west = geography.area("South West").code
    before = set(geography.members(south_west, date(2019, 3, 31)))
    after = set(geography.members(south_west, date(2019, 4, 1)))
    assert {geography.name(code) for code in before - after} == {"Bournemouth", "Poole", "Dorset"}
    assert {geography.name(code) for code in after - before} == {
        "Bournemouth, Christchurch and Poole", "Dorset",
    }  # fmt: skip


def test_inner_london_is_the_statistical_one():
    # Haringey and Newham are in, Greenwich is out: the 1963 Act has it the other way round
    inner = {geography.name(code) for code in geography.members(INNER)}
    assert inner == {
        "City of London", "Camden", "Hackney", "Hammersmith and Fulham", "Haringey", "Islington",
        "Kensington and Chelsea", "Lambeth", "Lewisham", "Newham", "Southwark", "Tower Hamlets",
        "Wandsworth", "Westminster",
    }  # fmt: skip
    both = set(geography.members(INNER)) | set(geography.members(OUTER))
    assert both == set(geography.members(LONDON))


def test_only_groups_have_members():
    with pytest.raises(AreaError, match="must be a country, region or subregion to have members"):
        geography.members("E09000003")
    with pytest.raises(AreaError, match="must be a code or name"):
        geography.members("E99999999")


# --- names and codes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("E09000003", "E09000003"), ("e09000003", "E09000003"), (" Barnet ", "E09000003"),
        ("barnet", "E09000003"), ("London Borough of Barnet", "E09000003"),
        ("Barking_and_Dagenham", "E09000002"), ("Barking & Dagenham", "E09000002"),
        ("City of London", "E09000001"), ("City Of London", "E09000001"),
        ("Westminster City Council", "E09000033"), ("City of Westminster", "E09000033"),
        ("Royal Borough of Kensington & Chelsea", "E09000020"),
        ("London", LONDON), ("LONDON", LONDON), ("London region", LONDON),
        ("London region (statistical)", LONDON), ("Inner London", INNER), ("London (Inner)", INNER),
        ("OUTER LONDON", OUTER), ("London (Outer)", OUTER), ("ENGLAND", ENGLAND),
        ("EAST", "E12000006"), ("East of England", "E12000006"),
        ("Yorkshire and the Humber", "E12000003"), ("YORKSHIRE AND THE HUMBER", "E12000003"),
        ("East Midlands region", "E12000004"), ("West Midlands", "E12000005"),
        ("St. Helens", "E08000013"), ("St Helens", "E08000013"),
        ("Bristol, City of", "E06000023"), ("Bristol", "E06000023"),
        ("bristol city of", "E06000023"), ("City of Bristol", "E06000023"),
        ("Kingston upon Hull, City of", "E06000010"), ("Hull", "E06000010"),
        ("Kingston upon Hull", "E06000010"), ("Kingston upon Thames", "E09000021"),
        ("Herefordshire, County of", "E06000019"), ("Herefordshire", "E06000019"),
        ("County Durham", "E06000047"), ("Durham", "E06000047"),
        ("Southend-on-Sea", "E06000033"), ("Stoke-on-Trent", "E06000021"),
        ("Bournemouth, Christchurch and Poole", "E06000058"), ("BCP", "E06000058"),
        ("Bedford Borough", "E06000055"), ("Bedford", "E06000055"),
        ("Derby", "E06000015"), ("Derbyshire", "E10000007"),
        ("Buckinghamshire UA", "E06000060"), ("North Yorkshire UA", "E06000065"),
        ("Somerset UA", "E06000066"), ("Dorset (Pre LG)", "E10000009"), ("Dorset", "E06000059"),
        ("Northumberland", "E06000057"), ("Gateshead", "E08000037"), ("Barnsley", "E08000038"),
        ("Sheffield", "E08000039"), ("Cumbria", "E10000006"), ("Poole", "E06000029"),
        ("E06000048", "E06000048"), ("Cheshire", "E10000004"),
    ],
)  # fmt: skip
def test_an_area_is_found_by_code_name_or_alias(text, code):
    assert geography.area(text).code == code


def test_an_area_knows_its_parents_codes_and_dates():
    assert geography.area("Barnet") == geography.Area(
        "E09000003", "Barnet", "authority", LONDON, OUTER, ENGLAND, "302", None, None
    )
    old = geography.area("E06000048")
    assert (old.name, old.dfe_code) == ("Northumberland", "929")
    assert (old.start, old.end) == (date(2009, 4, 1), date(2013, 3, 31))
    assert geography.area(INNER).region_code == LONDON
    with pytest.raises(AttributeError):
        old.name = "changed"


def test_every_name_in_force_is_found_and_means_one_area():
    for row in live().itertuples():
        assert geography.area(row.name).code == row.code
    assert live()["name"].is_unique


def test_no_alias_means_two_areas_in_force():
    table = pd.read_csv(data_dir() / "reference" / "areas.csv", dtype=str, keep_default_na=False)
    current = table[table["end"] == ""]
    names = (current["area_name"] + "|" + current["aliases"]).str.split("|").explode()
    plain = names[names != ""].str.casefold().str.replace(r"[^a-z]", "", regex=True)
    owners = pd.Series(plain.index, index=plain).groupby(level=0).nunique()
    assert owners[owners > 1].index.tolist() == []


def test_a_name_that_is_nearly_right_is_answered_with_the_nearest():
    with pytest.raises(AreaError) as refusal:
        geography.area("Barnett")
    assert isinstance(refusal.value, UsageError)
    assert str(refusal.value) == (
        "area: must be a code or name in data/reference/areas.csv; got: 'Barnett'. Did you mean "
        "Barnet (E09000003) or Brent (E09000005) or Barnsley (E08000038)? "
        "`cyp list areas` shows them all."
    )


@pytest.mark.parametrize("text", ["", "xyzzy", "E07000240", "W92000004", "E13000000"])
def test_an_area_that_is_not_there_is_refused(text):
    message = f"must be a code or name in data/reference/areas.csv; got: {text!r}"
    with pytest.raises(AreaError, match=re.escape(message)):
        geography.area(text)
    with pytest.raises(AreaError, match=re.escape(message)):
        geography.name(text)
    with pytest.raises(AreaError, match=re.escape(message)):
        geography.successors(text)


def test_name_is_for_codes_and_reads_well_in_a_sentence():
    assert geography.name("E06000023") == "Bristol"
    assert geography.name("E06000010") == "Kingston upon Hull"
    with pytest.raises(AreaError):
        geography.name("Barnet")
    assert not geography.areas()["name"].str.contains(r"City of$|County of$").any()


# --- DfE's three-digit codes --------------------------------------------------------------------


def test_dfe_codes_are_read_as_text_numbers_decimals_and_pairs():
    codes = pd.Series([302, "302", 302.0, "302.0", " 302 ", "314 / 318", "940 / 941", "942 / 943",
                       None, np.nan, "", "x", "z", "999", "314 / 999"], dtype=object)  # fmt: skip
    found = geography.codes_from_dfe(codes.set_axis(range(100, 115)))
    assert found.index.tolist() == list(range(100, 115))
    assert found.tolist() == ["E09000003"] * 5 + [
        "E09000021 / E09000027", "E06000061 / E06000062", "E06000063 / E06000064",
        "", "", "", "", "", "", "",
    ]  # fmt: skip
    assert str(found.dtype) == "str"


def test_dfe_codes_of_a_column_of_numbers():
    numbers = pd.Series([302.0, np.nan, 420.0])
    assert geography.codes_from_dfe(numbers).tolist() == ["E09000003", "", "E06000053"]
    assert geography.codes_from_dfe(pd.Series([929, 390])).tolist() == ["E06000057", "E08000037"]
    assert geography.codes_from_dfe(pd.Series([], dtype="str")).tolist() == []


@settings(max_examples=100, deadline=None, database=None)
@given(st.lists(st.integers(0, 400), max_size=20))
def test_codes_of_areas_in_force_survive_the_way_to_dfe_and_back(places):
    coded = geography.areas().query("end.isna()").query("dfe_code != ''")
    rows = coded.iloc[[place % len(coded) for place in places]]
    assert geography.codes_from_dfe(rows["dfe_code"]).tolist() == rows["code"].tolist()


def test_every_authority_in_force_has_a_dfe_code_of_its_own():
    assert live()["dfe_code"].str.fullmatch(r"\d{3}").all()
    assert live()["dfe_code"].is_unique


# --- changes ------------------------------------------------------------------------------------


def changes() -> pd.DataFrame:
    return pd.read_csv(data_dir() / "reference" / "area_changes.csv", dtype=str)


def test_changes_join_areas_that_exist_and_days_that_fit():
    table = geography.areas().set_index("code")
    for change in changes().itertuples():
        day = date.fromisoformat(change.date)
        assert table.loc[change.old_code, "end"].date() == day - timedelta(days=1), change
        assert table.loc[change.new_code, "start"].date() == day, change
    assert set(changes()["kind"]) == {"recoded", "merged", "split", "boundary"}
    assert changes()["note"].notna().all()


def test_every_abolished_code_has_successors_and_no_other():
    for row in authorities().itertuples():
        found = geography.successors(row.code)
        assert bool(found) == pd.notna(row.end), row.code
        assert set(found) <= set(live()["code"])


def test_a_replaced_code_has_one_successor_and_is_no_ones_other_half():
    recoded = changes().query("kind == 'recoded'")
    assert recoded["old_code"].is_unique
    assert recoded["new_code"].is_unique
    assert not set(recoded["old_code"]) & set(changes().query("kind != 'recoded'")["old_code"])


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("E10000006", ("E06000063", "E06000064")),
        ("E10000021", ("E06000061", "E06000062")),
        ("E10000009", ("E06000058", "E06000059")),
        ("E06000028", ("E06000058",)),
        ("E10000022", ("E06000057",)),
        ("E10000004", ("E06000049", "E06000050")),
        ("E09000003", ()),
        (ENGLAND, ()),
    ],
)
def test_successors(code, after):
    assert geography.successors(code) == after


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2009, 3, 31), ["E10000022", "E10000022", "E08000020", "E08000016", "E10000023"]),
        (date(2013, 3, 31), ["E06000048", "E06000048", "E08000020", "E08000016", "E10000023"]),
        (date(2024, 3, 31), ["E06000057", "E06000057", "E08000037", "E08000016", "E06000065"]),
        (date(2026, 3, 31), ["E06000057", "E06000057", "E08000037", "E08000038", "E06000065"]),
    ],
)
def test_current_code_follows_codes_that_were_only_replaced(day, codes):
    published = ["E10000022", "E06000057", "E08000037", "E08000038", "E10000023"]
    others = ["E10000009", "E10000006", "E06000028", "E09000003", "", "E07000240"]
    column = pd.Series(published + others, index=range(50, 61))
    before = column.copy()
    found = geography.current_code(column, on=day)
    assert found.tolist() == codes + others
    assert found.index.equals(column.index)
    pd.testing.assert_series_equal(column, before)


# --- neighbours ---------------------------------------------------------------------------------


def test_neighbours_of_barnet_are_those_of_the_2025_model():
    # SN_1 to SN_10 of the row of authority 302 in DfE's model
    assert [geography.name(code) for code in geography.neighbours("E09000003")] == [
        "Waltham Forest", "Reading", "Harrow", "Redbridge", "Merton", "Croydon", "Lewisham",
        "Hillingdon", "Haringey", "Ealing",
    ]  # fmt: skip


def test_every_authority_in_force_has_ten_neighbours_and_is_not_its_own():
    table = pd.read_csv(data_dir() / "reference" / "neighbours.csv", dtype=str)
    assert set(table["area_code"]) == set(live()["code"])
    assert set(table["neighbour_code"]) <= set(live()["code"])
    assert (table["area_code"] != table["neighbour_code"]).all()
    assert not table.duplicated(["model", "year", "area_code", "neighbour_code"]).any()
    ranks = table.groupby("area_code")["rank"].apply(lambda column: sorted(map(int, column)))
    assert (ranks.map(tuple) == tuple(range(1, 11))).all()
    assert table["closeness"].str.strip().eq(table["closeness"]).all()
    assert geography.neighbours(LONDON) == ()
    assert geography.neighbours("E09000003", "no_such_model") == ()


# --- broken tables ------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A project whose areas.csv is what a test writes."""
    (tmp_path / "data" / "catalogue").mkdir(parents=True)
    (tmp_path / "data" / "reference").mkdir()
    monkeypatch.setenv("CYP_HOME", str(tmp_path))
    header = ("area_code,area_name,level,region_code,subregion_code,country_code,dfe_code,"
              "start,end,aliases")  # fmt: skip

    def write(*rows: str, header: str = header) -> None:
        text = "\n".join([header, *rows])
        (tmp_path / "data" / "reference" / "areas.csv").write_text(text, encoding="utf-8-sig")

    return write


def test_a_missing_table_is_named(broken):
    with pytest.raises(SourceError, match=r"areas\.csv: must exist; got: no such file"):
        geography.areas()


def test_a_missing_column_is_named(broken):
    broken("E92000001,England", header="area_code,area_name")
    with pytest.raises(SchemaError, match=r"must have columns .* got: no \['level'"):
        geography.known_codes()


def test_a_code_written_twice_is_named(broken):
    broken(*["E92000001,England,country,,,,,,,"] * 2)
    with pytest.raises(SchemaError, match=r"must have each code once; got: \['E92000001'\]"):
        geography.area("England")


def test_a_date_that_is_none_is_named(broken):
    broken("E92000001,England,country,,,,,01/04/2019,,")
    with pytest.raises(SchemaError, match=r"`start` must be dates like 2019-03-31; got: \['01/04"):
        geography.areas()


def test_a_table_saved_by_a_spreadsheet_with_a_mark_at_its_start_is_read(broken):
    broken("E92000001,England,country,,,,,,,")
    assert geography.known_codes() == {"E92000001"}


# --- publishers' files --------------------------------------------------------------------------


def test_names_printed_in_the_london_table_have_their_printed_codes():
    if not (SEEDS / "child_poverty_london_2016.csv").is_file():
        pytest.skip("the shared transcribed figures are absent")
    printed = pd.read_csv(SEEDS / "child_poverty_london_2016.csv", dtype=str)
    assert len(printed) == 35
    found = [geography.area(name).code for name in printed["area_name"]]
    assert found == printed["area_code"].tolist()


def test_every_code_of_the_department_s_list_is_here_with_its_number_region_and_name():
    ((_, listed),) = real_csv("ons-open-geography/dfe_las.csv")
    listed = listed[listed["new_la_code"].str.fullmatch(r"E\d{8}")]  # without pairs and forces
    ours = authorities().set_index("code").loc[listed["new_la_code"]]
    assert len(ours) == len(authorities())
    assert ours["dfe_code"].tolist() == listed["old_la_code"].replace("x", "").tolist()
    assert ours["region_code"].tolist() == listed["parent_geography_code"].tolist()
    assert ours["end"].isna().tolist() == listed["status"].eq("live").tolist()
    named = listed[listed["status"] == "live"]
    assert [geography.area(name).code for name in named["la_name"]] == named["new_la_code"].tolist()


def test_dates_are_the_department_s_but_for_the_boundary_order_of_2025():
    ((_, listed),) = real_csv("ons-open-geography/dfe_las.csv")
    listed = listed.set_index("new_la_code").loc[authorities()["code"]]
    ours = authorities().set_index("code")
    for column, theirs in [("start", "date_of_operation"), ("end", "date_of_termination")]:
        days = pd.to_datetime(listed[theirs].where(listed[theirs] != ""), format="%d/%m/%Y")
        days = days.where(days != "2009-01-01")  # the day that codes began, not the authority
        differ = ours[column].ne(days) & ~(ours[column].isna() & days.isna())
        assert set(ours.loc[differ, "name"]) == {"Barnsley", "Sheffield"}


def test_the_153_of_the_boundary_file_are_those_in_force_then():
    path = REAL / "ons-open-geography"
    path /= "Counties_and_Unitary_Authorities_December_2023_Boundaries_UK_BSC.geojson"
    if not path.is_file():
        pytest.skip("the shared boundary file is absent")
    codes = [shape["properties"]["CTYUA23CD"] for shape in json.loads(path.read_text())["features"]]
    english = {code for code in codes if code.startswith("E")}
    assert set(geography.members(ENGLAND, date(2023, 12, 31))) == english


def test_regions_and_inner_and_outer_london_are_those_of_the_ward_lookup():
    ((_, wards),) = real_csv("ons-open-geography/Ward_to_LAD*.csv")
    ours = geography.areas().set_index("code")
    for column in ["LAD22CD", "CTY22CD"]:
        rows = wards[wards[column].isin(authorities()["code"])]
        assert rows[column].map(ours["region_code"]).tolist() == rows["RGN22CD"].tolist()
    london = wards[wards["RGN22CD"] == LONDON]
    assert london["LAD22CD"].map(ours["subregion_code"]).tolist() == london["CTY22CD"].tolist()


def test_inner_and_outer_london_are_those_of_the_department_s_files():
    ours = geography.areas().set_index("code")["subregion_code"]
    compared = 0
    for name, table in real_csv("dfe-explore-education-statistics/*.csv"):
        if "new_la_code" in table:
            rows = table[table["region_code"].isin([INNER, OUTER])]
            rows = rows[rows["new_la_code"] != ""]
            assert rows["new_la_code"].map(ours).tolist() == rows["region_code"].tolist(), name
            compared += len(rows)
    assert compared > 1000


SLIPS = {"E13000000"}  # printed for the region of two authorities in one file of 2019


def test_every_area_of_the_department_s_files_is_known():
    found = real_csv("dfe-explore-education-statistics/*.csv")
    found += real_csv("dfe-sfr-underlying-data/*.csv") + real_csv("ons-population/ons_mid*.csv")
    columns = ["new_la_code", "region_code", "New_geog_code"]
    for name, table in found:
        codes = {code for column in columns if column in table for code in table[column]} - {""}
        assert codes - SLIPS <= geography.known_codes(), name


def test_every_old_number_of_the_department_s_files_gives_the_code_beside_it():
    for name, table in real_csv("dfe-explore-education-statistics/*.csv"):
        if "old_la_code" in table:
            rows = table[table["new_la_code"] != ""].drop_duplicates("new_la_code")
            codes = geography.codes_from_dfe(rows["old_la_code"])
            today = geography.current_code(rows["new_la_code"], on=date(2026, 1, 1))
            assert codes.tolist() == today.tolist(), name


def test_every_area_of_the_health_and_census_files_is_known_by_code_and_name():
    found = real_csv("ohid-fingertips/*.csv") + real_csv("ons-census-2021/ons-ethnic*.csv")
    for name, table in found:
        code = next(c for c in table if c.endswith("Code") and not c.startswith("Parent"))
        label = code.removesuffix(" Code") if "Area" not in code else "Area Name"
        rows = table[table[code].str.startswith("E")].drop_duplicates(code)
        today = geography.current_code(rows[code], on=date(2026, 1, 1))
        assert [geography.area(text).code for text in rows[label]] == today.tolist(), name
        assert set(rows[code]) <= geography.known_codes(), name


def test_every_region_and_upper_tier_authority_of_the_population_workbook_is_known():
    path = REAL / "ons-population" / "mye23tablesew.xlsx"
    if not path.is_file():
        pytest.skip("the shared population workbook is absent")
    sheet = pd.read_excel(path, sheet_name="MYE2 - Persons", header=7, engine="calamine")
    codes = sheet["Code"].astype(str)
    rows = sheet[codes.str.match(r"E(06|08|09|10|12|92)\d")]
    assert len(rows) == 153 + 9 + 1
    assert set(rows["Code"]) <= geography.known_codes()
    # met counties and districts are below or beside the levels of this project
    assert set(codes[codes.str.match(r"E(07|11)\d")]).isdisjoint(geography.known_codes())


def test_every_area_of_the_interactive_tool_is_known_by_number_and_name():
    path = REAL / "dfe-lait" / "bds_long_0.parquet"
    if not path.is_file():
        pytest.skip("the shared interactive-tool file is absent")
    rows = pd.read_parquet(path, columns=["LA Number", "LA and Regions"]).drop_duplicates()
    codes = geography.codes_from_dfe(rows["LA Number"])
    named = [geography.area(name).code for name in rows["LA and Regions"]]
    assert len(rows) == 170
    assert codes.tolist() == named


def test_every_region_and_authority_of_the_low_income_workbook_is_known():
    paths = list((REAL / "dwp-children-in-low-income-families").glob("*.ods"))
    if not paths:
        pytest.skip("the shared low-income workbook is absent")
    for sheet in ["1_AHC_Relative_Region", "2_AHC_Relative_LA"]:
        table = pd.read_excel(paths[0], sheet_name=sheet, header=None, engine="calamine", dtype=str)
        codes = table.loc[table[1].fillna("").str.match(r"E(06|08|09|12|92)"), 1]
        assert len(codes) in (9, 132)  # regions; authorities, but districts in place of counties
        assert set(codes) <= geography.known_codes()
