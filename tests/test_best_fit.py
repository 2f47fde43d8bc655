"""Sums of small areas: what is exact is added up, what is not is missing and says so."""

import pandas as pd
import pytest

from cyp_analysis.best_fit import to_larger_areas, ward_vintage
from cyp_analysis.errors import AreaError
from cyp_analysis.loaders import read

LSOA, WARD = "lsoa_code_2021", "ward_code_2024"
BARNET = "E09000003"
FIT = "best fit of LSOAs of 2021 to wards of 2024"


def lookup(*pairs, columns=(LSOA, WARD)) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=list(columns), dtype="str")


def counts(**by_area) -> pd.DataFrame:
    return pd.DataFrame({"area_code": list(by_area), "count": list(by_area.values())})


TWO_WARDS = lookup(("a", "W1"), ("b", "W1"), ("c", "W2"))


def test_counts_are_added_up_and_the_note_names_the_fit_and_the_years():
    moved = to_larger_areas(counts(a=1.0, b=2.0, c=4.0), TWO_WARDS, LSOA, WARD)
    assert moved.rows.to_dict("list") == {
        "area_code": ["W1", "W2"],
        "count": [3, 4],
        "parts": [2, 1],
        "value_note": [FIT, FIT],
    }
    assert moved.problems.empty


def test_a_zero_is_a_count():
    moved = to_larger_areas(counts(a=0.0, b=0.0, c=0.0), TWO_WARDS, LSOA, WARD)
    assert moved.rows["count"].tolist() == [0, 0]


@pytest.mark.parametrize("given", [{"a": 1.0, "c": 4.0}, {"a": 1.0, "b": None, "c": 4.0}])
def test_a_ward_without_one_of_its_parts_has_no_count(given):
    moved = to_larger_areas(counts(**given), TWO_WARDS, LSOA, WARD)
    assert moved.rows["count"].isna().tolist() == [True, False]
    note = f"count of 1 of its 2 areas missing; {FIT}"
    assert moved.rows["value_note"].tolist() == [note, FIT]
    assert moved.problems.to_dict("records") == [{"area_code": "W1", "problem": note}]


def test_areas_that_the_lookup_does_not_have_are_told():
    moved = to_larger_areas(counts(a=1.0, b=2.0, z=9.0), TWO_WARDS, LSOA, WARD)
    assert moved.rows["area_code"].tolist() == ["W1"]
    assert moved.problems.to_dict("records") == [
        {"area_code": "z", "problem": f"not in `{LSOA}` of the lookup: left out"}
    ]


def test_groups_are_kept_apart_and_each_must_be_complete():
    rows = pd.concat([counts(a=1.0, b=2.0).assign(sex="male"), counts(a=5.0).assign(sex="female")])
    moved = to_larger_areas(rows, TWO_WARDS, LSOA, WARD, by=["sex"])
    found = moved.rows.set_index("sex")
    assert found.loc["male", "count"] == 3
    assert pd.isna(found.loc["female", "count"])
    assert list(moved.rows) == ["sex", "area_code", "count", "parts", "value_note"]


def test_count_and_denominator_are_each_complete_or_missing():
    rows = counts(a=1.0, b=2.0, c=4.0).assign(denominator=[10.0, None, 20.0], value=[10, 20, 20])
    moved = to_larger_areas(rows, TWO_WARDS, LSOA, WARD)
    assert moved.rows["count"].tolist() == [3, 4]
    assert moved.rows["denominator"].isna().tolist() == [True, False]
    assert moved.rows["value_note"].iloc[0] == f"denominator of 1 of its 2 areas missing; {FIT}"
    assert "value" not in moved.rows, "a rate of a larger area is no sum of rates"


def test_a_denominator_that_a_whole_group_is_without_was_never_given():
    rows = counts(a=1.0, b=2.0).assign(measure="people", denominator=None)
    rows = pd.concat([rows, rows.assign(measure="ill", denominator=10.0)])
    moved = to_larger_areas(rows, TWO_WARDS, LSOA, WARD, by=["measure"])
    found = moved.rows.set_index("measure")
    assert found["count"].tolist() == [3, 3]
    assert found["value_note"].tolist() == [FIT, FIT]
    assert found.loc["ill", "denominator"] == 20
    assert moved.problems.empty


def test_counts_that_are_all_missing_are_told():
    moved = to_larger_areas(counts(a=None, b=None), TWO_WARDS, LSOA, WARD)
    assert moved.rows["value_note"].tolist() == [f"count of 2 of its 2 areas missing; {FIT}"]
    assert moved.rows["count"].isna().all()


def test_the_input_is_not_changed():
    rows, table = counts(a=1.0, b=2.0), TWO_WARDS.copy()
    to_larger_areas(rows, table, LSOA, WARD)
    pd.testing.assert_frame_equal(rows, counts(a=1.0, b=2.0))
    pd.testing.assert_frame_equal(table, TWO_WARDS)


# Areas redrawn: unchanged (U), split (S), merged (M), irregular (X)

REDRAWN = lookup(
    ("u", "u"), ("s", "s1"), ("s", "s2"), ("m1", "m"), ("m2", "m"), ("x1", "y1"), ("x1", "y2"),
    ("x2", "y2"), columns=("lsoa_code_2011", "lsoa_code_2021"),
)  # fmt: skip


def test_unchanged_and_merged_areas_are_exact_and_others_are_not_divided():
    rows = counts(u=1.0, s=10.0, m1=2.0, m2=3.0, x1=7.0, x2=8.0)
    moved = to_larger_areas(rows, REDRAWN, "lsoa_code_2011", "lsoa_code_2021")
    found = moved.rows.set_index("area_code")
    assert found["count"].dropna().to_dict() == {"u": 1, "m": 5}
    fit = "best fit of LSOAs of 2011 to LSOAs of 2021"
    assert found.loc["s1", "value_note"] == (
        f"s lies in several areas and cannot be divided without weights; {fit}"
    )
    assert found.loc["y2", "value_note"].startswith("x1 lies in several areas")
    assert set(moved.problems["area_code"]) == {"s1", "s2", "y1", "y2"}


def test_the_other_way_round_splits_are_exact():
    rows = counts(u=1.0, s1=4.0, s2=6.0, m=5.0, y1=7.0, y2=8.0)
    moved = to_larger_areas(rows, REDRAWN, "lsoa_code_2021", "lsoa_code_2011")
    found = moved.rows.set_index("area_code")["count"]
    assert found.dropna().to_dict() == {"u": 1, "s": 10}


def test_blank_cells_of_a_lookup_are_no_areas():
    table = lookup(("a", "W1"), ("b", ""), ("", "W1"))
    moved = to_larger_areas(counts(a=1.0, b=2.0), table, LSOA, WARD)
    assert moved.rows["count"].tolist() == [1]
    assert moved.problems["area_code"].tolist() == ["b"]


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ((LSOA, "ward_code_2023"), "must have the column `ward_code_2023`"),
        (("lsoa_code_2011", WARD), "must have the column `lsoa_code_2011`"),
    ],
)
def test_columns_that_are_not_there(columns, rule):
    with pytest.raises(AreaError) as caught:
        to_larger_areas(counts(a=1.0), TWO_WARDS, *columns)
    assert caught.value.rule == rule
    assert caught.value.got == f"{LSOA}, {WARD}"


def test_an_area_twice_in_a_group_is_refused():
    rows = pd.concat([counts(a=1.0), counts(a=2.0)])
    with pytest.raises(AreaError, match="a twice"):
        to_larger_areas(rows, TWO_WARDS, LSOA, WARD)


def test_columns_of_another_name_are_said_as_they_are():
    table = lookup(("a", "W1"), columns=("small", "icb_code_2024"))
    moved = to_larger_areas(counts(a=1.0), table, "small", "icb_code_2024")
    assert moved.rows["value_note"].tolist() == ["best fit of `small` to areas (icb) of 2024"]


# Which year's wards

VINTAGES = [
    lookup(("W1", "x"), ("W2", "x"), columns=("ward_code_2018", "lad_code_2018")),
    lookup(("W1", "x"), ("W3", "x"), columns=("ward_code_2022", "lad_code_2022")),
    lookup(("W1", "x"), ("W3", "x"), columns=("ward_code_2024", "lad_code_2024")),
]


@pytest.mark.parametrize(
    ("codes", "years"),
    [(["W1", "W2"], (2018,)), (["W3"], (2022, 2024)), (["W1"], (2018, 2022, 2024))],
)
def test_the_years_of_some_wards(codes, years):
    assert ward_vintage(codes, VINTAGES) == years


def test_lists_of_years_from_first_to_last():
    listed = pd.DataFrame(
        {"ward_code": ["W8", "W9"], "first_year": ["2017", "2020"], "last_year": ["2021", "2021"]}
    )
    assert ward_vintage(["W8", "W9"], [listed]) == (2020, 2021)


def test_wards_of_several_years_are_refused():
    with pytest.raises(AreaError) as caught:
        ward_vintage(["W2", "W3", "W4"], VINTAGES)
    assert caught.value.thing == "3 codes of wards"
    assert caught.value.rule == "must all be of one year"
    assert caught.value.got == "1 are of 2018, 1 are of 2022, 1 are of 2024; in no lookup: W4"


@pytest.mark.parametrize("codes", [[], ["W4"]])
def test_wards_of_no_lookup_are_refused(codes):
    with pytest.raises(AreaError, match="none is known"):
        ward_vintage(codes, VINTAGES)


# Publishers' own lookups and figures


@pytest.fixture(scope="module")
def geography_folder(real_data):
    return real_data / "ons-open-geography"


def test_a_borough_of_220_small_areas_has_24_wards(geography_folder):
    table = read(geography_folder / "lookup_lsoa21_ward24_ltla24_london.csv").rows
    own = table[table["lad_code_2024"] == BARNET]
    rows = own[[LSOA]].set_axis(["area_code"], axis=1).assign(count=1.0)
    moved = to_larger_areas(rows, table, LSOA, WARD)
    assert (len(rows), len(moved.rows), moved.rows["count"].sum()) == (220, 24, 220)
    whole = to_larger_areas(rows, table, LSOA, "lad_code_2024").rows
    assert whole[["area_code", "count"]].to_numpy().tolist() == [[BARNET, 220]]


def test_children_of_2015_on_areas_of_2021(geography_folder, real_data):
    """Of 211 areas of 2011, 205 are unchanged; 6 were split into 15, which have no count."""
    table = read(geography_folder / "lookup_lsoa11_lsoa21_ltla22_london.csv").rows
    (path,) = (real_data / "mhclg-indices-of-deprivation").glob("File_6*")
    rows = read(path).rows.query("measure == 'children_0_15_2019_denominator'")
    own = table.loc[table["lad_code_2022"] == BARNET, "lsoa_code_2011"]
    moved = to_larger_areas(
        rows[rows["area_code"].isin(own)], table, "lsoa_code_2011", "lsoa_code_2021", by=["measure"]
    )
    split = table[(table["lad_code_2022"] == BARNET) & (table["change"] == "S")]
    assert (len(moved.rows), moved.rows["count"].notna().sum()) == (220, 205)
    assert set(moved.problems["area_code"]) == set(split["lsoa_code_2021"])
    kept = rows[rows["area_code"].isin(set(own) - set(split["lsoa_code_2011"]))]
    assert moved.rows["count"].sum() == kept["count"].sum()


def test_the_wards_of_a_borough_are_those_since_2022(geography_folder):
    lookups = [
        read(geography_folder / name).rows
        for name in (
            "dfe_ward_lad_la_pcon_hierarchy.csv",
            "Ward_to_LAD_to_County_to_Region_to_Country_(December_2022)_Lookup_UK.csv",
            "lookup_lsoa21_ward24_ltla24_london.csv",
        )
    ]
    listed = lookups[0][lookups[0]["lad_code"] == BARNET]
    old = set(listed.loc[listed["last_year"] == "2021", "ward_code"])
    new = set(listed.loc[listed["first_year"] == "2024", "ward_code"])
    assert (len(old), len(new)) == (21, 24)
    assert ward_vintage(old, lookups) == (2017, 2018, 2019, 2020, 2021)
    assert ward_vintage(new, lookups) == (2022, 2023, 2024)
    with pytest.raises(AreaError, match="must all be of one year"):
        ward_vintage(old | new, lookups)
