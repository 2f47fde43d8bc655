"""Underlying data of releases before 2018: the real file of 2016 against an independent reading,
and the layouts of other years in small (headers as published)."""

import csv

import pytest

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import read

BARNET, ENGLAND, LONDON = "E09000003", "E92000001", "E12000007"
INNER, OUTER = "E13000001", "E13000002"
LETTERS = "New_geog_code,geog_l,geog_c,geog_n"
LOOKED_AFTER = f"{LETTERS},CLA_Mar2011,CLA_2011,CLA_male,CLA_female,CLA_U1,CLA_Fost,CLAA_InBound"


@pytest.fixture(scope="module")
def real(real_data):
    path = real_data / "dfe-sfr-underlying-data" / "SFR41_CLA2016.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return read(path), list(csv.DictReader(file))


def write(folder, name: str, *lines: str):
    path = folder / name
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def figures(table) -> list[list]:
    found = table.rows[["measure", "area_code", "count", "value", "period_label"]]
    return found.astype(object).where(found.notna(), None).to_numpy().tolist()


def test_every_figure_of_the_real_file(real):
    table, lines = real
    assert table.source.id == "dfe_looked_after_2011_to_2017"
    measures = [name for name in lines[0] if name.startswith("CLA_")]
    assert len(table.rows) == len(lines) * len(measures) == 163 * 43
    known = table.rows["count"].fillna(table.rows["value"]).dropna()
    theirs = [line[name] for line in lines for name in measures]
    plain = [float(text) for text in theirs if text.lstrip("-").isdigit()]
    assert known.sum() == sum(plain) and len(known) == len(plain)


def headline(table, measure: str = "looked_after_at_31_march"):
    rows = table.rows
    whole = (rows["category"] == "") & (rows["sex"] == "persons") & (rows["age"] == "<18 yrs")
    return rows[whole & (rows["measure"] == measure)].set_index("area_code")


def test_totals_of_the_real_file(real):
    count = headline(real[0])["count"]
    regions = [code for code in count.index if code.startswith("E12")]
    assert count[regions].sum() == count[ENGLAND] == 70440
    assert (count[INNER], count[OUTER], count[LONDON]) == (4050, 5810, 9860)
    assert count[BARNET] == 314


def test_parts_of_an_area_add_up(real):
    rows = real[0].rows
    barnet = rows[(rows["area_code"] == BARNET) & (rows["measure"] == "looked_after_at_31_march")]
    assert barnet[barnet["sex"] != "persons"]["count"].sum() == 314
    assert barnet[barnet["age"] != "<18 yrs"]["count"].sum() == 314
    assert barnet[barnet["category"] == "White"]["count"].tolist() == [147]


def test_a_day_and_a_year_of_the_real_file(real):
    assert headline(real[0])["period_label"].unique().tolist() == ["31 March 2016"]
    during = headline(real[0], "looked_after_during_year")
    assert during.loc[ENGLAND, ["count", "period_label"]].tolist() == [100810, "2015/16"]


def test_small_numbers_are_suppressed_and_negative_ones_are_values(real):
    rows = real[0].rows
    assert (rows["value_note"] == "suppressed (x)").sum() > 1000
    gain = rows[(rows["measure"] == "net_gain_of_placements") & (rows["area_code"] == ENGLAND)]
    assert gain[["value", "period_label"]].to_numpy().tolist() == [[-880.0, "31 March 2016"]]


def test_another_year_of_the_same_layout(tmp_path):
    path = write(
        tmp_path, "SFR21_CLA.csv", LOOKED_AFTER,
        "E92000001,NATIONAL,999,ENGLAND,65520,90920,36470,29050,3660,48530,43840",
        "E12000007,REGION,H,INNER LONDON,4600,6950,2530,2070,250,3390,3020",
        "E09000003,LA,302,Barnet,304,428,178,126,11,x,196",
    )  # fmt: skip
    table = read(path)
    assert table.source.id == "dfe_looked_after_2011_to_2017"
    count = headline(table)["count"]
    assert (count[ENGLAND], count[INNER], count[BARNET]) == (65520, 4600, 304)
    assert headline(table)["period_label"].unique().tolist() == ["31 March 2011"]
    inside = table.rows[table.rows["measure"] == "placed_inside_authority"]
    assert inside["period_label"].unique().tolist() == ["31 March 2011"]


def test_the_year_of_the_release_is_not_the_year_of_the_data(tmp_path):
    path = write(
        tmp_path, "SFR20_2018_Table4_SEN_UD.csv",
        "LA_order,New_geog_code,geog_l,geog_c,geog_n,No_SEN,No_SEN_%",
        "1,E92000001,NATIONAL,999,ENGLAND,15760,43.7",
        "93,E12000007,REGION,H,INNER LONDON,790,44",
        "110,E09000003,LA,302,Barnet,66,45.51724138",
        "156,E06000053,LA,420,Isles of Scilly,0,.",
    )  # fmt: skip
    table = read(path)
    assert figures(table) == [
        ["No_SEN", ENGLAND, 15760.0, None, "2016/17"],
        ["No_SEN", INNER, 790.0, None, "2016/17"],
        ["No_SEN", BARNET, 66.0, None, "2016/17"],
        ["No_SEN", "E06000053", 0.0, None, "2016/17"],
        ["No_SEN_%", ENGLAND, None, 43.7, "2016/17"],
        ["No_SEN_%", INNER, None, 44.0, "2016/17"],
        ["No_SEN_%", BARNET, None, 45.51724138, "2016/17"],
        ["No_SEN_%", "E06000053", None, None, "2016/17"],
    ]
    assert table.rows["value_note"].iloc[-1] == "not applicable (.)"


def test_columns_of_regions_and_years_in_their_names(tmp_path):
    path = write(
        tmp_path, "SFR32_2012_TableLA1_KS1_UD.csv",
        "country_code,country_name,gor_code,gor_name,la_code,la_9digit,la_name,Elig_KS1_2012",
        "921,England,,,,,,1670", "921,England,D,Yorks & the Humber ,,,,230",
        "921,England,,Outer London ,,,,120", "921,England,H,London ,302,E09000003,Barnet,8",
        "921,England,J,South East,868,,Royal Borough of Windsor & Maidenhead,x",
    )  # fmt: skip
    table = read(path)
    assert table.source.id == "dfe_underlying_data_by_region"
    assert table.problems.empty
    assert figures(table) == [
        ["Elig_KS1", ENGLAND, 1670.0, None, "2011/12"],
        ["Elig_KS1", "E12000003", 230.0, None, "2011/12"],
        ["Elig_KS1", OUTER, 120.0, None, "2011/12"],
        ["Elig_KS1", BARNET, 8.0, None, "2011/12"],
        ["Elig_KS1", "E06000040", None, None, "2011/12"],
    ]


def test_several_years_in_one_file(tmp_path):
    path = write(
        tmp_path, "KS2_Attainment_LA.csv", f"{LETTERS},Elig_2010,Elig_2011,Remarks",
        "E09000003,LA,302,Barnet,10,12,1", "E09000004,LA,303,Bexley,11,13,2",
    )  # fmt: skip
    table = read(path)
    assert [row[4] for row in figures(table)] == ["2009/10", "2009/10", "2010/11", "2010/11"]
    assert table.rows["measure"].unique().tolist() == ["Elig"]
    assert table.problems["problem"].tolist() == ["no year for column `Remarks`"]


def test_the_oldest_names_of_the_area_columns(tmp_path):
    path = write(
        tmp_path, "OSR23_planning_2009.csv", "Geog_lev,Geog_code,Geog_name,Overall,Score",
        "Country ,921,England ,7,1.3", "GOR,D,Yorkshire and Humberside,9,1.5",
        "LA,302,Barnet,8,2", "LA,201,City of London,-,-",
    )  # fmt: skip
    table = read(path)
    rows = table.rows[table.rows["measure"] == "Overall"]
    assert rows["area_code"].tolist() == [ENGLAND, "E12000003", BARNET, "E09000001"]
    assert rows["period_label"].unique().tolist() == ["2008/09"]
    assert rows["value_note"].iloc[-1] == "no figure given (-)"


def test_names_that_look_like_years_and_repeated_columns(tmp_path):
    path = write(
        tmp_path, "SFR36_ADM2014.csv", f"{LETTERS},All_aged1920&21,LA_Noinf,LA_Noinf",
        "E92000001,NATIONAL,999,ENGLAND,27220,4500,4480",
    )  # fmt: skip
    assert figures(read(path)) == [
        ["All_aged1920&21", ENGLAND, 27220.0, None, "2013/14"],
        ["LA_Noinf", ENGLAND, 4500.0, None, "2013/14"],
        ["LA_Noinf_2", ENGLAND, 4480.0, None, "2013/14"],
    ]


@pytest.mark.parametrize("name", ["SFR99_2016_UD.csv", "underlying.csv", "from_2014_to_2015.csv"])
def test_a_file_that_does_not_say_its_year_is_refused(tmp_path, name):
    path = write(tmp_path, name, f"{LETTERS},All", "E92000001,NATIONAL,999,ENGLAND,5")
    with pytest.raises(SourceError) as caught:
        read(path)
    assert caught.value.rule == (
        "must say in its columns or its name which year its figures are for"
    )
    assert caught.value.got == "columns All"
    assert "Add the year to the end of the file's name" in caught.value.action


def test_a_file_of_areas_only_is_refused(tmp_path):
    path = write(tmp_path, "UD_2014.csv", LETTERS, "E92000001,NATIONAL,999,ENGLAND")
    with pytest.raises(SourceError) as caught:
        read(path)
    assert caught.value.got == "no column of figures"


def test_codes_numbers_and_names_of_authorities(tmp_path):
    path = write(
        tmp_path, "UD2014.csv", f"{LETTERS},All",
        ",LA,302,Barnet,1", "x,LA,302.0,,2", ",LA,,Bexley,3", "E10000002,LA,825,Bucks,4",
        ",LA,999,Nowhere,5", "#N/A,LA,304,Brent,#VALUE!",
    )  # fmt: skip
    table = read(path)
    rows = table.rows
    # Buckinghamshire's own code of those days is read as its newest.
    assert rows["area_code"].tolist() == [BARNET, "E09000004", "E06000060", "E09000005"]
    assert rows["count"].isna().tolist() == [True, False, False, True]
    assert "left out: area not known (code ``, number `999`)" in set(table.problems["problem"])
    # Two figures for one area: nothing says which is right.
    assert rows["value_note"].tolist() == [
        "the file gives two different figures", "", "", "error in the file (#VALUE!)",
    ]  # fmt: skip


def test_odd_cells_are_told(tmp_path):
    path = write(
        tmp_path, "UD2014.csv", f"{LETTERS},All", "E09000003,LA,302,Barnet,5",
        "E09000004,LA,303,Bexley,7", "E09000005,LA,304,Brent,about 9",
    )  # fmt: skip
    table = read(path)
    assert table.problems["problem"].tolist() == [
        "`All` is not a number or a known symbol: about 9"
    ]
    assert table.rows["count"].isna().tolist() == [False, False, True]
