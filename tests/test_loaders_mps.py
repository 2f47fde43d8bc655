"""Metropolitan Police Service: figures of the published tables, every layout of them in small."""

import csv

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import CypError, SourceError
from cyp_analysis.loaders import read
from cyp_analysis.loaders.mps import dashboard as mps
from cyp_analysis.loaders.mps import recorded as mps_recorded

DASHBOARD = (
    "Month_Year,Area Type,Borough_SNT,Area name,Area code,Offence Group,Offence Subgroup,Measure,"
    "Financial Year,FY_FYIndex,Count,Refresh Date"
)
BARNET, CAMDEN, WARD = "E09000003", "E09000007", "E05013628"
KNIFE = "Knife Crime"
RECORDED, POSITIVE = "crimes_recorded_by_mps", "positive_outcomes_of_mps"


def saved(tmp_path, *lines, name="mine.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def line(count=6, code=BARNET, month="01/02/2021", **more) -> str:
    cells = {
        "kind": "Borough",
        "team": "Barnet",
        "name": "Barnet",
        "group": "THEFT",
        "sub": "BICYCLE THEFT",
        "measure": "Offences",
        "refreshed": "05/02/2025",
    } | more
    return ",".join(
        [month, cells["kind"], cells["team"], cells["name"], code, cells["group"], cells["sub"]]
        + [cells["measure"], "fy20-21", "20-21_01", str(count), cells["refreshed"]]
    )


def told(table) -> str:
    return " / ".join(table.problems["problem"])


@pytest.fixture(scope="module")
def published(real_data) -> pd.DataFrame:
    return pd.read_parquet(real_data / "mps-london-datastore" / "monthly-crime-dashboard.parquet")


@pytest.fixture(scope="module")
def dashboard(real_data):
    return read(real_data / "mps-london-datastore" / "monthly-crime-dashboard.parquet")


@pytest.fixture(scope="module")
def boroughs(real_data):
    return read(real_data / "mps-london-datastore" / "recorded-crime-borough.parquet")


def test_boroughs_and_teams_keep_their_totals(dashboard, published):
    coded = published[published["area_code"].fillna("").str.strip().str.match(r"E\d{8}$")]
    expected = coded.groupby("area_type")["count"].sum()
    rows = dashboard.rows
    assert rows["count"].sum() == expected.sum() == 184383
    is_borough = rows["area_code"].str.startswith("E09")
    assert rows.loc[is_borough, "count"].sum() == expected["Borough"] == 92591
    assert rows["count"].notna().all()


def test_the_file_agrees_with_itself(published):
    # The publisher prints each figure by borough and by team: the same offences twice.
    sums = published.groupby(["crime_subtype", "measure", "area_type"])["count"].sum().unstack()
    assert (sums["Borough"] == sums["Safer Neighbourhood Teams"]).all()


def test_cells_of_one_borough(dashboard):
    first = dashboard.of_area(BARNET).query("period_label == 'March 2022'")
    of = first.set_index(["measure", "category"])["count"].to_dict()
    assert of[RECORDED, KNIFE] == 29
    assert of[RECORDED, f"{KNIFE} | Knife Crime with Injury"] == 8
    assert of[POSITIVE, f"{KNIFE} | Knife Crime with Injury"] == 1
    assert set(first["period_start"]) == {pd.Timestamp("2022-03-01")}
    assert set(first["period_end"]) == {pd.Timestamp("2022-03-31")}
    assert set(first["category_type"]) == {"Crime Type", "Crime Type | Crime Subtype"}


def test_injured_children_and_young_people_of_each_borough(dashboard, published):
    kind = "Knife Injury Victims (1-24)"
    raw = published.query("area_type == 'Borough' and crime_subtype == @kind")
    raw = raw[raw["area_code"].notna()]
    expected = raw.groupby("area_code")["count"].sum().to_dict()
    rows = dashboard.rows
    mine = rows[(rows["category"] == f"{KNIFE} | {kind}") & rows["area_code"].str.startswith("E09")]
    assert mine.groupby("area_code")["count"].sum().to_dict() == expected


def test_a_ward_in_parts_is_added_up(dashboard):
    parts = dashboard.rows[dashboard.rows["value_note"] == mps.ADDED_UP]
    assert len(parts) == 6
    ward = parts.set_index(["area_code", "period_label"])["count"]
    assert ward["E05009336", "October 2025"] == 5  # 1 of one borough's team, 4 of the other's
    assert ward["E05011489", "February 2024"] == 7  # listed under two names, 1 and 6


def test_rows_of_no_area_are_told(dashboard):
    assert "`Other / NK` is not a known area" in told(dashboard)
    assert "`N/K (Legacy Only)` is not a known area" in told(dashboard)
    assert len(dashboard.problems) == 5


def test_dashboard_saved_as_csv_reads_alike(tmp_path, dashboard, published):
    path = tmp_path / "MPS_MonthlyCrimeDashboard_Other.csv"
    published.to_csv(path, index=False)
    again = read(path)
    columns = ["measure", "area_code", "period_end", "category", "count"]
    assert again.rows[columns].equals(dashboard.rows[columns])


def test_dashboard_of_total_notifiable_offences(tmp_path):
    table = read(
        saved(
            tmp_path,
            DASHBOARD,
            line(),
            line(3, CAMDEN, "2021-02-01", name="Camden"),
            line(2, WARD, "Feb-21", kind="Safer Neighbourhood Teams", name="East Barnet"),
            line(4, "", "2021-02-01 00:00:00", name="Camden", measure="Sanction Detections"),
            line(8, sub="THEFT"),
        )
    )
    assert table.source.id == "mps_crime_dashboard"
    assert set(table.rows["period_label"]) == {"February 2021"}
    of = table.rows.set_index(["measure", "area_code", "category"])["count"].to_dict()
    assert of == {
        (RECORDED, BARNET, "THEFT | BICYCLE THEFT"): 6,
        (RECORDED, CAMDEN, "THEFT | BICYCLE THEFT"): 3,
        (RECORDED, WARD, "THEFT | BICYCLE THEFT"): 2,
        (POSITIVE, CAMDEN, "THEFT | BICYCLE THEFT"): 4,
        (RECORDED, BARNET, "THEFT"): 8,
    }


def test_the_latest_refresh_of_a_figure_is_read(tmp_path):
    lines = [line(6), line(7, refreshed="05/03/2025"), line(9, month="01/03/2021")]
    table = read(saved(tmp_path, DASHBOARD, *lines))
    assert sorted(table.rows["count"]) == [7, 9]
    assert "a later refresh of the figure is read" in told(table)


def test_repeats_once_and_contradictions_not_at_all(tmp_path):
    lines = [line(6), line(6), line(3, CAMDEN, name="Camden"), line(4, CAMDEN, name="Camden")]
    table = read(saved(tmp_path, DASHBOARD, *lines))
    assert table.of_area(BARNET)["count"].tolist() == [6]
    assert table.of_area(CAMDEN)["count"].isna().tolist() == [True]
    assert "the file gives two different figures" in told(table)


def test_a_part_that_is_missing_leaves_the_ward_missing(tmp_path):
    lines = [line(6, WARD, team="Barnet X"), line("*", WARD, team="Enfield X"), line(2)]
    table = read(saved(tmp_path, DASHBOARD, *lines))
    assert table.of_area(WARD)["count"].isna().tolist() == [True]
    assert table.of_area(BARNET)["count"].tolist() == [2]


def test_unknown_measures_and_months_are_told(tmp_path):
    lines = [line(6), line(6, measure="Rate"), line(1, month="32/13/2021")]
    table = read(saved(tmp_path, DASHBOARD, *lines))
    assert table.rows["count"].tolist() == [6]
    assert "`Measure` is Rate, which no measure is of" in told(table)
    assert "cannot be read" in told(table)


def test_a_dashboard_without_a_column_is_refused(tmp_path):
    path = saved(tmp_path, DASHBOARD.replace("Measure,", ""), line().replace("Offences,", ""))
    passport = catalogue.load().sources["mps_crime_dashboard"]
    with pytest.raises(SourceError, match="must have the column `Measure`"):
        mps.read_dashboard(path, passport)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("01/02/2021", "2021-02"),
        ("1/2/2021", "2021-02"),
        ("2021-02-01", "2021-02"),
        ("2021-02-01 00:00:00", "2021-02"),
        ("202102", "2021-02"),
        ("X202102", "2021-02"),
        ("2021-02", "2021-02"),
        ("Feb-21", "Feb-21"),
        ("nothing", "nothing"),
    ],
)
def test_months_as_they_are_written(text, month):
    assert mps.month_texts(pd.Series([text])).tolist() == [month]


def test_recorded_crime_by_borough(boroughs, real_data):
    path = real_data / "mps-london-datastore" / "recorded-crime-borough.parquet"
    raw = pd.read_parquet(path)
    months = [name for name in raw if name.isdigit()]
    known = raw[raw["boroughname"] != "Unknown"]
    rows = boroughs.rows
    for category_type in ("MajorText | MinorText", "MajorText", ""):
        mine = rows[rows["category_type"] == category_type]
        assert mine["count"].sum() == known[months].to_numpy().sum() == 1825992
    barnet = rows[(rows["area_code"] == BARNET) & (rows["category_type"] == "")]
    expected = raw.loc[raw["boroughname"] == "Barnet", months].sum()
    assert barnet["count"].tolist() == expected.tolist()
    assert barnet["period_label"].iloc[0] == "March 2024"
    assert set(barnet["value_note"]) == {mps_recorded.ADDED_UP}


def test_a_cell_of_the_borough_table(boroughs):
    kind = "ARSON AND CRIMINAL DAMAGE | CRIMINAL DAMAGE"
    rows = boroughs.of_area("Barking and Dagenham")
    row = rows[(rows["category"] == kind) & (rows["period_label"] == "March 2024")].iloc[0]
    assert (row["count"], row["value_note"]) == (134, "")


def test_crime_of_no_borough_is_told(boroughs):
    assert "32 rows left out, from this one on: `Unknown` is not a known area" in told(boroughs)
    assert boroughs.rows["area_code"].nunique() == 32  # the City of London has its own police


WARDS = (
    "MajorText,MinorText,WardName,WardCode,LookUp_BoroughName,202403,202404",
    f"THEFT,BICYCLE THEFT,East Barnet,{WARD},Barnet,3,4",
    f"THEFT,SHOPLIFTING,East Barnet,{WARD},Barnet,1,0",
    f"ROBBERY,ROBBERY,East Barnet,{WARD},Barnet,1,?",
    "ROBBERY,ROBBERY,Unknown,NONE,Unknown,1,2",
)


def figures(table, label) -> dict:
    return table.rows.query("period_label == @label").set_index("category")["count"].to_dict()


def test_recorded_crime_by_ward(tmp_path):
    table = read(saved(tmp_path, *WARDS, name="MPS Ward Level Crime (most recent 24 months).csv"))
    assert table.source.id == "mps_recorded_crime"
    assert set(table.rows["area_code"]) == {WARD}
    assert figures(table, "March 2024") == {
        "THEFT | BICYCLE THEFT": 3,
        "THEFT | SHOPLIFTING": 1,
        "ROBBERY | ROBBERY": 1,
        "THEFT": 4,
        "ROBBERY": 1,
        "": 5,
    }
    assert "`NONE` is not a known area" in told(table)


def test_a_sum_with_a_missing_part_is_missing(tmp_path):
    table = read(saved(tmp_path, *WARDS))
    april = table.rows.query("period_label == 'April 2024'").set_index("category")
    assert april.loc["THEFT", "count"] == 4
    assert april.loc[["ROBBERY", "", "ROBBERY | ROBBERY"], "count"].isna().all()
    assert april.loc["", "value_note"] == mps_recorded.PARTLY
    assert "`202404` is not a number: ?" in told(table)


@pytest.mark.parametrize(
    "header",
    [
        "LSOA Code,LSOA Name,Borough,Major Category,Minor Category,201801,201802",
        "LSOA21CD,name,BoroughName,MajorText,MinorText,2018-01,2018-02",
        "lsoa_code,lsoa_name,borough,major_category,minor_category,X201801,X201802",
    ],
)
def test_recorded_crime_by_output_area(tmp_path, header):
    table = read(saved(tmp_path, header, "E01000250,Barnet 001C,Barnet,Theft,Other Theft,1,2"))
    every = table.rows.query("category == ''").set_index("period_label")["count"].to_dict()
    assert every == {"January 2018": 1, "February 2018": 2}
    assert set(table.rows["area_code"]) == {"E01000250"}


def test_wards_without_codes_add_up_to_their_borough(tmp_path):
    lines = [
        "Group,SubGroup,WardName,LookUp_BoroughName,202403",
        "THEFT,BICYCLE THEFT,East Barnet,Barnet,3",
        "THEFT,BICYCLE THEFT,High Barnet,Barnet,4",
    ]
    rows = read(saved(tmp_path, *lines)).rows
    assert set(rows["area_code"]) == {BARNET}
    assert rows["count"].tolist() == [7, 7, 7]
    assert set(rows["value_note"]) == {mps_recorded.ADDED_UP}


def test_rows_that_contradict_each_other_give_no_figure(tmp_path):
    lines = [
        "MajorText,MinorText,BoroughName,202403",
        "THEFT,A,Barnet,3",
        "THEFT,A,Barnet,4",
        "THEFT,B,Camden,5",
        "THEFT,B,Camden,5",
    ]
    table = read(saved(tmp_path, *lines))
    assert table.of_area(BARNET)["count"].isna().all()
    assert table.of_area(CAMDEN)["count"].tolist() == [5, 5, 5]
    assert "the file gives two different rows for one area and kind of crime" in told(table)
    assert "the same figures stand in earlier rows" in told(table)


def many(tmp_path, months) -> object:
    kinds = [("THEFT", "A"), ("THEFT", "B"), ("ROBBERY", "C")]
    lines = ["MajorText,MinorText,BoroughName," + ",".join(months)]
    for name in ("Barnet", "Camden"):
        lines += [f"{major},{minor},{name}" + ",1" * len(months) for major, minor in kinds]
    return saved(tmp_path, *lines, name="m.csv")


def limited(most: int):
    import dataclasses

    passport = catalogue.load().sources["mps_recorded_crime"]
    (name,) = passport.measures
    return dataclasses.replace(passport, measures={name: {"figures_at_most": most}})


YEAR_AND_A_BIT = [f"2021{month:02d}" for month in range(3, 13)] + [
    f"2022{month:02d}" for month in range(1, 5)
]


@pytest.mark.parametrize(
    ("most", "kinds", "labels"),
    [(1000, 6, 14), (70, 3, 14), (20, 3, 1)],
    ids=["everything", "groups by month", "groups by year"],
)
def test_too_many_figures_are_read_less_finely(tmp_path, most, kinds, labels):
    table = mps_recorded.read_recorded_crime(many(tmp_path, YEAR_AND_A_BIT), limited(most))
    assert table.rows["category"].nunique() == kinds
    assert table.rows["period_label"].nunique() == labels
    assert ("only groups of kinds of crime" in told(table)) == (most < 1000)


def test_only_whole_financial_years_are_added_up(tmp_path):
    table = mps_recorded.read_recorded_crime(many(tmp_path, YEAR_AND_A_BIT), limited(20))
    assert set(table.rows["period_label"]) == {"2021/22"}
    rows = table.of_area(BARNET).set_index("category")["count"]
    assert rows.to_dict() == {"THEFT": 24, "ROBBERY": 12, "": 36}
    assert "and whole financial years" in told(table)


def test_a_table_without_months_or_areas_is_refused(tmp_path):
    header = "MajorText,MinorText,BoroughName,Total"
    with pytest.raises(SourceError, match="a month, such as 202403"):
        read(saved(tmp_path, header, "THEFT,A,Barnet,3"))
    with pytest.raises(SourceError, match="`Atlantis` is not a known area"):
        read(saved(tmp_path, header.replace("Total", "202403"), "THEFT,A,Atlantis,3"))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7, 0.98])
def test_a_damaged_table_is_refused_or_told(real_data, tmp_path, boroughs, share):
    raw = pd.read_parquet(real_data / "mps-london-datastore" / "recorded-crime-borough.parquet")
    whole = raw.to_csv(index=False).encode()
    path = tmp_path / "recorded-crime-borough.csv"
    path.write_bytes(whole[: int(len(whole) * share)])
    try:
        table = read(path)
    except CypError:
        return
    key = ["area_code", "period_end", "category"]
    kinds = table.rows.query("category_type == 'MajorText | MinorText'").merge(
        boroughs.rows, on=key
    )
    assert (kinds["count_x"] == kinds["count_y"]).all()
    assert "the file may be cut off" in told(table)


def test_a_damaged_parquet_file_is_refused(real_data, tmp_path):
    whole = (real_data / "mps-london-datastore" / "recorded-crime-borough.parquet").read_bytes()
    path = tmp_path / "recorded-crime-borough.parquet"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CypError):
        read(path)


def test_published_rows_counted_by_the_csv_module(tmp_path, published):
    path = tmp_path / "d.csv"
    published.to_csv(path, index=False)
    with path.open(newline="") as file:
        barnet = [row for row in csv.DictReader(file) if row["area_code"].strip() == BARNET]
    assert sum(int(row["count"]) for row in barnet) == read(path).of_area(BARNET)["count"].sum()
