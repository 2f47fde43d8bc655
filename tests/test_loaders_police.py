"""data.police.uk: rows counted again by the csv module, every edition and mistake in small."""

import csv
import zipfile
from collections import Counter

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import CypError, SourceError
from cyp_analysis.loaders import places, read, read_all
from cyp_analysis.loaders.police import stops as police_stops
from cyp_analysis.loaders.police import street as police
from cyp_analysis.loaders.table import Draft, ReferenceTable, problem_table

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
FORCE = "Metropolitan Police Service"
STOPS = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
    "Outcome linked to object of search,Removal of more than just outer clothing"
)
HERE, NEXT = "E01000250", "E01000254"


def crime(kind="Burglary", area=HERE, month="2024-07", ident="", outcome="") -> str:
    name = "Barnet 001C" if area else ""
    return f"{ident},{month},{FORCE},{FORCE},-0.2,51.6,On or near X,{area},{name},{kind},{outcome},"


def stop(day="2024-07-01T17:20:00+00:00", point=(51.5, -0.5), age="10-17", sex="Male") -> str:
    latitude, longitude = point
    return (
        f"Person search,{day},False,,{latitude},{longitude},{sex},{age},Other,White,"
        "Misuse of Drugs Act 1971 (section 23),Controlled drugs,Arrest,False,False"
    )


def saved(tmp_path, header, *rows, name="2024-07-metropolitan-street.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def told(table) -> str:
    return " / ".join(table.problems["problem"])


def counts(table, category="") -> dict[str, float]:
    rows = table.rows[table.rows["category"] == category]
    return dict(zip(rows["area_code"], rows["count"], strict=True))


MONTHS = ("2023-01", "2023-02", "2023-03")


@pytest.mark.parametrize("month", MONTHS)
def test_street_crimes_are_the_rows_of_the_file(real_data, month):
    path = real_data / "police-uk" / f"{month}-metropolitan-street.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        expected = Counter(row["LSOA code"] for row in csv.DictReader(file))
    table = read(path)
    assert table.source.id == "police_street_crime"
    assert counts(table, "Burglary") == expected
    assert table.rows["count"].sum() == {"2023-01": 242, "2023-02": 199, "2023-03": 231}[month]
    assert set(table.rows["period_start"]) == {pd.Timestamp(f"{month}-01")}
    assert set(table.rows["value_note"]) == {"location is approximate (anonymised points)"}


def test_a_file_of_one_kind_of_crime_is_not_all_crime(real_data):
    table = read(real_data / "police-uk" / "2023-01-metropolitan-street.csv")
    assert "every row is `Burglary`: a selection, so none is for all kinds" in told(table)
    assert "2 rows repeat an identifier; counted as the file lists them" in told(table)
    assert (table.rows["category"] != "").all()


def test_no_identifier_of_a_crime_leaves_the_file(real_data):
    table = read(real_data / "police-uk" / "2023-01-metropolitan-street.csv")
    text = table.rows.to_csv() + table.problems.to_csv()
    assert "23dfd0755022def1600c1ff86049ee50f43b8dbb5d6e6356248114548b44b04e" not in text


def test_all_crimes_and_each_kind(tmp_path):
    rows = [crime(), crime(), crime("Robbery", ident="a"), crime("Robbery", NEXT, ident="b")]
    table = read(saved(tmp_path, STREET, *rows))
    assert counts(table) == {HERE: 3, NEXT: 1}
    assert counts(table, "Robbery") == {HERE: 1, NEXT: 1}
    assert counts(table, "Burglary") == {HERE: 2}  # no zero for the other area
    assert set(table.rows["category_type"]) == {"", "Crime type"}
    assert table.problems.empty
    assert table.rows.loc[table.rows["category"] == "Robbery", "source_row"].tolist() == [4, 5]


def test_months_of_one_file_are_kept_apart(tmp_path):
    rows = [crime(month="2024-07"), crime("Robbery", month="2024-08"), crime(month="2024-08")]
    table = read(saved(tmp_path, STREET, *rows))
    by_month = table.rows.query("category == ''").set_index("period_label")["count"]
    assert by_month.to_dict() == {"July 2024": 1, "August 2024": 2}
    assert "named for 2024-07, holds rows of 2024-07, 2024-08" in told(table)


def test_rows_without_a_place_abroad_or_misspelt_are_told(tmp_path):
    areas = [HERE, "", "", "W01000001", "E0100", NEXT]
    rows = [crime("Robbery" if i else "Drugs", area) for i, area in enumerate(areas)]
    table = read(saved(tmp_path, STREET, *rows))
    assert counts(table) == {HERE: 1, NEXT: 1}
    assert "2 rows left out, from this one on: no LSOA code" in told(table)
    assert "left out: areas outside England" in told(table)
    assert "left out: `E0100` is not a known area" in told(table)


def test_rows_without_a_kind_count_among_all_only(tmp_path):
    table = read(saved(tmp_path, STREET, crime(), crime("Robbery"), crime("")))
    assert counts(table) == {HERE: 3}
    assert table.rows["count"].sum() == 5
    assert "1 rows without `Crime type`, counted among all only" in told(table)


def test_a_wrong_month_takes_only_its_own_rows(tmp_path):
    table = read(saved(tmp_path, STREET, crime(), crime("Robbery"), crime(month="2024-13")))
    assert counts(table) == {HERE: 2}
    assert "period `2024-13` cannot be read" in told(table)


def test_columns_in_another_order_case_and_number(tmp_path):
    header = "crime_type,lsoa_code,month,extra"
    rows = [f"Robbery,{HERE},2024-07,x", f"Drugs,{HERE},2024-07,y"]
    table = read(saved(tmp_path, header, *rows, name="mine.csv"))
    assert counts(table) == {HERE: 2}
    assert table.source.id == "police_street_crime"


def test_outcomes(tmp_path):
    header = STREET.split(",Crime type")[0] + ",Outcome type"
    rows = [
        f"{i},2024-07,{FORCE},{FORCE},-0.2,51.6,On or near X,{HERE},Barnet 001C,{what}"
        for i, what in enumerate(["Local resolution", "Local resolution", "Offender cautioned"])
    ]
    table = read(saved(tmp_path, header, *rows, name="2024-07-metropolitan-outcomes.csv"))
    assert table.source.id == "police_outcomes"
    assert set(table.rows["measure"]) == {"crime_outcomes"}
    assert counts(table) == {HERE: 3}
    assert counts(table, "Local resolution") == {HERE: 2}


def test_one_month_of_an_archive(tmp_path):
    member = "2024-07/2024-07-metropolitan-street.csv"
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr(member, "\n".join([STREET, crime(), crime("Robbery")]) + "\n")
    table = read(tmp_path / "archive.zip" / member)
    assert counts(table) == {HERE: 2}


def test_a_file_without_a_place_is_refused_with_the_reason(tmp_path):
    path = saved(tmp_path, STREET, crime(area=""), crime(area=""))
    with pytest.raises(SourceError, match="no LSOA code: the place is not known"):
        read(path)


def test_missing_column_is_named(tmp_path):
    path = saved(tmp_path, STREET.replace("LSOA code,", "").replace(",LSOA name", ""), "x," * 9)
    with pytest.raises(CypError, match="LSOA code"):
        read(path)


@pytest.mark.parametrize("share", [0.1, 0.35, 0.6, 0.9, 0.99])
def test_a_damaged_file_is_refused_or_told(real_data, tmp_path, share):
    whole = (real_data / "police-uk" / "2023-01-metropolitan-street.csv").read_bytes()
    path = tmp_path / "2023-01-metropolitan-street.csv"
    path.write_bytes(whole[: int(len(whole) * share)])
    try:
        table = read(path)
    except CypError:
        return
    assert "the file may be cut off" in told(table)


def test_missing_months_of_a_folder():
    names = ["2024-07-metropolitan-street.csv", "2024-10-metropolitan-street.csv", "notes.txt"]
    assert police.missing_months(names) == ["2024-08", "2024-09"]
    assert police.missing_months(["2023-12-a.csv", "2024-01-a.csv"]) == []
    assert police.missing_months(["a.csv"]) == []
    assert police.missing_months(["x/2023-11/2023-11-a.csv", "x/2024-01/b.csv"]) == ["2023-12"]


def test_stops_are_records_and_no_figures(real_data):
    table = read(real_data / "police-uk" / "2024-07-metropolitan-stop-and-search.csv")
    assert isinstance(table, ReferenceTable)
    assert table.kind == "records"
    assert len(table.rows) == 103
    assert (table.rows["Age range"] == "10-17").sum() == 19
    assert set(table.rows["month"]) == {"2024-07"}
    assert police_stops.WHY_RECORDS in told(table)


def barnet_stops(real_data, boundaries):
    path = real_data / "police-uk" / "2024-07-metropolitan-stop-and-search.csv"
    return police_stops.count_stops(path, real_data / "ons-open-geography" / boundaries)


@pytest.mark.parametrize("name", ["lsoa21_E09000003.geojson", "ward25_E09000003.geojson"])
def test_stops_within_boundaries(real_data, name):
    # The file was trimmed to points within these output areas: none may be lost.
    pytest.importorskip("geopandas")
    rows = barnet_stops(real_data, name).rows
    every = rows[(rows["category"] == "") & (rows["sex"] == "persons")]
    by_age = every.groupby("age")["count"].sum().to_dict()
    assert by_age["All ages"] == 103
    assert (by_age["10-17 yrs"], by_age["<10 yrs"], by_age["35+ yrs"]) == (19, 1, 32)
    by_sex = rows[(rows["category"] == "") & (rows["age"] == "10-17 yrs")]
    assert by_sex.groupby("sex")["count"].sum().to_dict() == {
        "persons": 19,
        "male": 16,
        "female": 1,
    }
    arrests = rows[(rows["category"] == "Arrest") & (rows["age"] == "All ages")]
    assert arrests["count"].sum() == 21


def square(code="E05013628", **more):
    geopandas = pytest.importorskip("geopandas")
    from shapely.geometry import box

    cells = {"WD25CD": [code], "WD25NM": ["A ward"], "geometry": [box(-1, 51, 0, 52)]} | more
    return geopandas.GeoDataFrame(cells, crs="EPSG:4326")


def test_stops_outside_and_without_a_point_are_told(tmp_path):
    rows = [
        stop(),
        stop(point=("", "")),
        stop(point=(53.0, -2.0)),
        stop(point=(0, 0)),
        stop(age=""),
    ]
    path = saved(tmp_path, STOPS, *rows, name="2024-07-x-stop-and-search.csv")
    table = police_stops.count_stops(path, square())
    every = table.rows.query("category == '' and sex == 'persons'").set_index("age")["count"]
    assert every.to_dict() == {"All ages": 2, "10-17 yrs": 1}
    assert "2 rows left out, from this one on: no point is given" in told(table)
    assert "left out: the point lies outside the boundaries given" in told(table)


def test_a_stop_without_a_date_is_told_and_dates_of_other_styles_refused(tmp_path):
    path = saved(tmp_path, STOPS, stop(), stop(day="July"), name="s.csv")
    assert "`Date` is not a date: July" in told(read(path))
    with pytest.raises(SourceError, match="must have searches with a date; got: none"):
        read(saved(tmp_path, STOPS, stop(day="x"), name="s.csv"))


def test_boundaries_in_metres_are_turned_round(tmp_path):
    path = saved(tmp_path, STOPS, stop(), name="s.csv")
    table = police_stops.count_stops(path, square().to_crs(27700))
    assert table.rows.query("age == 'All ages' and category == ''")["count"].tolist() == [1]


def test_boundaries_without_codes_are_refused(tmp_path):
    path = saved(tmp_path, STOPS, stop(), name="s.csv")
    with pytest.raises(SourceError, match="must have a column of area codes; got: WD25CD"):
        police_stops.count_stops(path, square(code="a ward"))
    with pytest.raises(SourceError, match="must have searches within the boundaries"):
        far = saved(tmp_path, STOPS, stop(point=(55, -3)), name="f.csv")
        police_stops.count_stops(far, square())
    with pytest.raises(SourceError, match="must be a file of boundaries"):
        police_stops.count_stops(path, path)


def test_without_geopandas_the_reason_is_told(tmp_path, monkeypatch):
    path = saved(tmp_path, STOPS, stop(), name="s.csv")
    monkeypatch.setitem(__import__("sys").modules, "geopandas", None)
    with pytest.raises(SourceError, match=r"pip install cyp-analysis\[maps\]"):
        police_stops.count_stops(path, "x.geojson")


def test_a_folder_of_all_three_kinds(real_data):
    result = read_all([real_data / "police-uk"])
    assert len(result.tables) == 3
    assert len(result.references) == 1
    assert not result.failed
    assert result.unrecognised.empty


def test_codes_of_names_numbers_and_codes():
    texts = pd.Series(["E09000003", "e01000250", "Barnet", "Barking_and_Dagenham", "302", "302.0"])
    assert places.codes(texts).tolist() == [
        "E09000003",
        "E01000250",
        "E09000003",
        "E09000002",
        "E09000003",
        "E09000003",
    ]
    texts = pd.Series(["W01000001", "Nowhere", "", "E0100", "E06999999", None])
    assert places.codes(texts).tolist() == ["W01000001", "", "", "", "", ""]


def test_first_code_tries_columns_in_order():
    rows = pd.DataFrame({"code": ["", "E09000007"], "name": ["Barnet", "Barnet"]})
    assert places.first_code(rows, ["code", "absent", "name"]).tolist() == [
        "E09000003",
        "E09000007",
    ]


def test_unknown_areas_are_told_one_by_one_up_to_a_point():
    names = [f"Place {number}" for number in range(30)]
    rows = pd.DataFrame({"area_code": "", "name": names, "source_row": range(2, 32)})
    draft = places.placed(Draft(rows, problem_table([])), "name")
    assert draft.rows.empty
    assert len(draft.problems) == 21
    assert draft.problems["problem"].iloc[-1].startswith("10 rows left out")


@pytest.mark.parametrize(
    "source", ["police_street_crime", "police_outcomes", "police_stop_and_search"]
)
def test_passports_expect_names_of_the_archive(source):
    passport = catalogue.load().sources[source]
    assert passport.publisher == "Home Office"
    assert all(pattern.startswith("????-??-*-") for pattern in passport.file_patterns)
