"""Local Authority Interactive Tool: real cells by an independent read, and its other layouts."""

import csv
import shutil

import pandas as pd
import pytest

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import read
from cyp_analysis.loaders.lait import long as lait
from cyp_analysis.loaders.measure_names import measure_names

BARNET, ENGLAND = "E09000003", "E92000001"
HEADER = "Short Desc,Data item,Years,LA and Regions,Values,LA Number,Region\n"
ASSUMED = "read as a calendar year: the kind of year is in LAIT's dictionary, not in the file"
DICTIONARY = (
    "Measure_code,Topic,Measure,Measure_short,Polarity,y_axis_name,Last Update,Next Update,dps,"
    "Year_Type\n"
    "1,Looked After,Children looked after,LACnum,-,Number of Children,45962,TBC,0,Financial Year\n"
    "2,KS2,Reading,KS2R,High,% achieving,2025-12-01,45962,2,Academic Year\n"
    "3,Health,Road casualties,RTA,Low,Rate per 100000,01/11/2025,,1,Calendar Year\n"
    "4,Workforce,Vacancies,Vac%,Low,% vacancies,NA,NA,NA,Annual (end of Sept)\n"
    "5,SEN,Plans,Plans,NA,Number plans,New data,TBC,x,Annual - January\n"
    "2,Other topic,Reading again,KS2R,High,% achieving,2025-12-01,45962,2,Academic Year\n"
)


def written(tmp_path, text: str, name: str = "bds_long.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def long_table(tmp_path, *lines: str, dictionary: str = ""):
    if dictionary:
        written(tmp_path, dictionary, "lait_data_dictionary.csv")
    return read(written(tmp_path, HEADER + "".join(f"{line}\n" for line in lines)))


@pytest.fixture(scope="module")
def long_file(tmp_path_factory):
    """The real long file as CSV beside its dictionary, with the records that pyarrow reads."""
    kept: dict = {}

    def get(real_data):
        if not kept:
            parquet = pytest.importorskip("pyarrow.parquet")
            folder = tmp_path_factory.mktemp("lait")
            records = parquet.read_table(real_data / "dfe-lait" / "bds_long_0.parquet").to_pandas()
            records.to_csv(folder / "bds_long_0.csv", index=False)
            breaks = records["Data item"].fillna("").str.count("\n")
            records["breaks"] = breaks.cumsum() - breaks  # lines that earlier cells take up
            shutil.copy(real_data / "dfe-lait" / "lait_data_dictionary.csv", folder)
            kept.update(table=read(folder / "bds_long_0.csv"), records=records)
        return kept["table"], kept["records"]

    return get


def test_every_row_of_the_real_file_is_there_or_told(long_file, real_data):
    table, records = long_file(real_data)
    assert len(records) == 641_070
    assert len(table.rows) == 641_070 - 170
    assert table.problems["problem"].tolist() == [
        "170 rows left out, from this one on: `0` is no year"
    ]
    assert table.rows["measure"].nunique() == records["Short Desc"].nunique() == 434
    assert table.rows["area_code"].nunique() == 170


@pytest.mark.parametrize("number, code", [(302, BARNET), (970, ENGLAND), (988, "E13000002")])
def test_cells_of_the_real_file(long_file, real_data, number, code):
    table, records = long_file(real_data)
    printed = records[(records["LA Number"] == number) & (records["Years"] != "0")]
    rows = table.rows[table.rows["area_code"] == code].sort_values("source_row")
    figure = rows["value"].fillna(rows["count"])
    expected = pd.to_numeric(printed["Values"], errors="coerce")
    assert figure.tolist() == pytest.approx(expected.tolist(), rel=0, abs=0, nan_ok=True)
    assert rows["source_row"].tolist() == (printed.index + 2 + printed["breaks"]).tolist()
    missing = rows[figure.isna()]
    assert len(missing) == (printed["Values"] == "-").sum()
    assert missing["value_note"].str.contains("no figure given (-)", regex=False).all()


def test_barnets_road_casualties_as_printed(long_file, real_data):
    rows = long_file(real_data)[0].rows
    row = rows[(rows["measure"] == "lait_rta") & (rows["area_code"] == BARNET)].iloc[0]
    assert (row["period_label"], row["value"], row["source_row"]) == ("2014 to 2016", 10.79, 3)


def test_the_dictionary_beside_the_real_file_says_years_and_counts(long_file, real_data):
    rows = long_file(real_data)[0].rows
    lacnum = rows[(rows["measure"] == "lait_lacnum") & (rows["area_code"] == ENGLAND)]
    assert lacnum["count"].notna().any() and lacnum["value"].isna().all()
    assert lacnum["period_label"].str.fullmatch(r"31 March 20\d\d").all()
    weight = rows[rows["measure"] == "lait_excessyr6"]
    assert weight["period_label"].str.endswith("school year").all()
    assert not rows["value_note"].str.contains("calendar year").any()


def test_the_region_of_london_is_the_sum_of_its_two_parts(long_file, real_data):
    """Children looked after: London is Inner London and Outer London, by the file's own totals."""
    rows = long_file(real_data)[0].rows
    some = rows[rows["measure"] == "lait_lacnum"].pivot(
        index="period_end", columns="area_code", values="count"
    )
    parts = some[["E13000001", "E13000002"]].sum(axis=1)
    known = some["E12000007"].notna() & some["E13000001"].notna() & some["E13000002"].notna()
    assert known.sum() >= 5
    assert ((parts - some["E12000007"]).abs()[known] <= 10).all()  # each is rounded to 10 or 5


def test_the_parquet_file_itself(real_data):
    path = real_data / "dfe-lait" / "bds_long_0.parquet"
    table = read(path)
    assert table.source.id == "dfe_lait"
    assert len(table.rows) == 640_900
    rows = table.rows[table.rows["measure"] == "lait_rta"]
    assert rows.loc[rows["area_code"] == BARNET, "value"].iloc[0] == 10.79


def test_the_real_dictionary(real_data):
    path = real_data / "dfe-lait" / "lait_data_dictionary.csv"
    table = read(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.DictReader(file))
    assert (table.kind, table.source.id) == ("dictionary", "dfe_lait_dictionary")
    assert len(table.rows) == len(records) == 448
    assert table.rows["name"].tolist() == [record["Measure"].strip() for record in records]
    assert table.rows["polarity"].value_counts().to_dict() == {
        "high_is_good": 222, "low_is_good": 100, "no_judgement": 96, "": 30,
    }  # fmt: skip
    assert table.rows["decimals"].value_counts().to_dict() == {2: 129, 0: 45, 1: 5}
    first = table.rows.iloc[0]
    assert (first["measure"], first["unit"]) == ("lait_infmort", "Rate per 1000 live births")
    assert first["last_update_date"] == pd.Timestamp(2025, 6, 1)
    assert table.rows["description"].str.contains("\n").any()


def test_the_dictionary_knows_every_measure_of_the_long_file(long_file, real_data):
    table, _ = long_file(real_data)
    dictionary = read(real_data / "dfe-lait" / "lait_data_dictionary.csv")
    barnet = lait.CountTable(table.of_area(BARNET), table.source, table.path, table.problems)
    rows = lait.describe(barnet, dictionary)
    assert len(rows) == len(barnet.rows)
    assert rows["name"].notna().all()
    absence = rows[rows["measure"] == "lait_lac_unauth"].iloc[0]
    assert absence["topic"] == "Children Looked After; All Pupil Absence & Exclusions"


def test_years_counts_and_marks_with_a_dictionary(tmp_path):
    lines = [
        "LACnum,,2024,Barnet,320,302,Outer London",
        "LACnum,,2024-25 (OT),Barnet,330,302.0,Outer London",
        "KS2R,,2024 (Rev),Barnet,81.5,302,Outer London",
        "KS2R,,2024-25,Barnet,82,302,Outer London",
        "RTA,,2014-16,Barnet,10.79,302,Outer London",
        "RTA,,2010-12,Barnet,11.5,302,Outer London",
        "Vac%,,2024,Barnet,14,302,Outer London",
        "Plans,,2025 (prov),Barnet,9,302,Outer London",
    ]
    rows = long_table(tmp_path, *lines, dictionary=DICTIONARY).rows
    assert rows["period_label"].tolist() == [
        "2023/24", "2024/25", "2023/24 school year", "2024/25 school year", "2014 to 2016",
        "2010 to 2012", "30 September 2024", "January 2025",
    ]  # fmt: skip
    assert rows["count"].tolist()[:2] == [320, 330]
    assert rows["value"].tolist()[2:7] == [81.5, 82, 10.79, 11.5, 14]
    assert rows["value_note"].tolist() == [
        "", "outturn", "revised", "", "", "", "", "provisional",
    ]  # fmt: skip
    assert rows["measure"].tolist()[6] == "lait_vac_pct"


def test_without_a_dictionary_what_is_assumed_is_said(tmp_path):
    rows = long_table(
        tmp_path,
        "LACnum,,2024,Barnet,320,302,Outer London",
        "LACnum,,2024/25 (Final),Barnet,-,302,Outer London",
    ).rows
    assert rows["value"].tolist()[0] == 320
    assert rows["count"].isna().all()
    assert rows["value_note"].tolist() == [ASSUMED, "no figure given (-); final"]


def test_a_full_name_of_two_measures_stands_for_neither(tmp_path):
    twice = DICTIONARY + "6,KS4,Reading,KS4R,Low,Number of pupils,,,0,Calendar Year\n"
    dictionary = read(written(tmp_path, twice, "lait_data_dictionary.csv"))
    rows = lait.describe(long_table(tmp_path, "Reading,,2024/25,Barnet,2,302,"), dictionary)
    assert rows["name"].isna().all()
    assert rows["value"].tolist() == [2]


def test_describe_with_a_dictionary_that_says_little(tmp_path):
    text = "Measure_short,Measure,Polarity\nKS2R,Reading,High\n"
    dictionary = read(written(tmp_path, text, "lait_data_dictionary.csv"))
    rows = lait.describe(long_table(tmp_path, "KS2R,,2024/25,Barnet,2,302,"), dictionary)
    assert rows[["name", "polarity"]].to_numpy().tolist() == [["Reading", "high_is_good"]]


def test_a_dictionary_that_cannot_be_used_is_told(tmp_path):
    table = long_table(
        tmp_path, "LACnum,,2024/25,Barnet,320,302,Outer London", dictionary="a,b\n1,2\n"
    )
    assert len(table.rows) == 1
    assert table.problems["problem"].iloc[0].startswith("the dictionary beside it cannot be used")


def test_areas_by_number_and_by_name(tmp_path):
    lines = [
        "LACnum,,2024/25,Somewhere else,1,302,",
        "LACnum,,2024/25,Inner London,2,,",
        "LACnum,,2024/25,London (Outer),3,988,",
        "LACnum,,2024/25,St. Helens,4,342,",
        "LACnum,,2024/25,Statistical Neighbours,5,,",
        "LACnum,,2024/25,Atlantis,6,999,",
        "LACnum,,2024/25,Barnsley,7,302,",
        "LACnum,,2024/25,England_all_schools,8,,",
        "LACnum,,2024/25,England_state_funded,9,,",
    ]
    table = long_table(tmp_path, *lines)
    assert table.rows["area_code"].tolist() == [
        BARNET, "E13000001", "E13000002", "E08000013", ENGLAND, ENGLAND,
    ]  # fmt: skip
    assert table.rows["category"].tolist() == ["", "", "", "", "", "State-funded"]
    assert sorted(table.problems["problem"]) == [
        "left out: area `Atlantis 999` is not in data/reference/areas.csv",
        "left out: area `Barnsley` does not have the number 302",
        "left out: statistical neighbours: a mean of other areas, not an area",
    ]


def test_rows_that_are_no_years_are_told_once_each(tmp_path):
    good = "LACnum,,2024/25,Barnet,320,302,"
    bad = [f"LACnum,,{years},Barnet,1,302," for years in ("Change", "Rank", "Rank", "0", "soon")]
    table = long_table(tmp_path, good, *bad, ",,,,,,", ",,,Source: DfE,,,")
    assert len(table.rows) == 1
    assert table.problems["problem"].tolist() == [
        "left out: lines of notes, without measure and year",
        "left out: `Change` is no year",
        "2 rows left out, from this one on: `Rank` is no year",
        "left out: `0` is no year",
        "left out: period `soon` cannot be read",
    ]


def test_cells_that_are_no_figures(tmp_path):
    lines = ["A,,2024/25,Barnet,c,302,", "B,,2024/25,Barnet,lots,302,", "C,,2024/25,Barnet,,302,"]
    table = long_table(tmp_path, *lines)
    assert table.rows["value"].isna().all()
    assert table.rows["value_note"].tolist() == [
        "suppressed (c)", "not a number in the file (lots)", "missing in file",
    ]  # fmt: skip
    assert table.problems["problem"].tolist() == ["`lots` is not a number or a known symbol"]


def test_two_figures_for_one_row_are_told(tmp_path):
    lines = ["A,,2024/25,Barnet,1,302,", "A,,2024/25,Barnet,2,302,", "A,,2023/24,Barnet,3,302,"]
    table = long_table(tmp_path, *lines)
    assert table.rows["value"].isna().tolist() == [True, False]
    assert table.rows["value_note"].tolist()[0] == "the file gives two different figures"


def test_short_names_that_would_look_alike_stay_apart(tmp_path):
    table = long_table(tmp_path, "A b,,2024/25,Barnet,1,302,", "A-b,,2024/25,Barnet,2,302,")
    assert table.rows["measure"].tolist() == ["lait_a_b", "lait_a_b_2"]
    assert table.problems["problem"].tolist() == ["`A-b` is read as `lait_a_b_2`"]


def test_a_row_without_measure_is_left_out(tmp_path):
    table = long_table(tmp_path, "A,,2024/25,Barnet,1,302,", ",,2024/25,Barnet,2,302,")
    assert table.problems["problem"].tolist() == ["left out: the row names no measure"]


def test_names_of_measures_keep_what_tells_them_apart():
    texts = pd.Series(["LAC_ceased_SGO%", "LAC_ceased_SGO", "%_3&4yr_olds", "Hosp_<18yrs", ""])
    assert measure_names(texts, "lait").tolist() == [
        "lait_lac_ceased_sgo_pct", "lait_lac_ceased_sgo", "lait_pct_3_and_4yr_olds",
        "lait_hosp_under_18yrs", "",
    ]  # fmt: skip


def test_the_sheet_with_a_column_for_each_area(tmp_path):
    text = (
        "Big data sheet,,,,,,,,\n"
        "line,Data item,Short Desc,Years,Barnet,St..Helens,North East,South West,"
        "England_state_funded,Statistical Neighbours,Quartile 1 (A)\n"
        "1,Children looked after,LACnum_1,2024,320,-,5000,6000,83000,300,12\n"
        "2,,LACnum_2,2025,330,410,5100,6100,82000,310,12\n"
        "3,,LACnum_3,Trend,1,1,1,1,1,1,12\n"
    )
    written(tmp_path, DICTIONARY, "lait_data_dictionary.csv")
    table = read(written(tmp_path, text, "BDS - Wide.csv"))
    assert table.source.id == "dfe_lait_wide"
    rows = table.rows
    assert rows["measure"].unique().tolist() == ["lait_lacnum"]
    barnet = rows[rows["area_code"] == BARNET]
    assert barnet["count"].tolist() == [320, 330]
    assert barnet["period_label"].tolist() == ["2023/24", "2024/25"]
    assert rows["area_code"].tolist()[:4] == [BARNET, "E08000013", "E12000001", "E12000009"]
    assert rows["value_note"].tolist()[1] == "no figure given (-)"
    told = table.problems["problem"].tolist()
    assert "column `Statistical Neighbours` left out: a mean of statistical neighbours" in told
    assert "column `Quartile 1 (A)` left out: not the name of an area" in told
    assert "5 rows left out, from this one on: `Trend` is no year" in told


def test_a_table_with_a_column_for_each_year(tmp_path):
    text = (
        "LA Number,LA and Regions,Region,Topic,Measure,2022,2023 (Rev),2024,Change\n"
        "302,Barnet,Outer London,Looked After,Children looked after,300,310,320,10\n"
        ",England,,Looked After,Children looked after,82000,83000,83500,500\n"
        ",Statistical Neighbours,,Looked After,Children looked after,290,300,310,10\n"
        "302,Barnet,Outer London,KS2,Reading,75.5,z,77,\n"
    )
    written(tmp_path, DICTIONARY, "lait_data_dictionary.csv")
    table = read(written(tmp_path, text, "LAIT-create-your-own.csv"))
    assert table.source.id == "dfe_lait_table"
    rows = table.rows
    own = rows[(rows["measure"] == "lait_children_looked_after") & (rows["area_code"] == BARNET)]
    assert own["count"].tolist() == [300, 310, 320]
    assert own["period_label"].tolist() == ["2021/22", "2022/23", "2023/24"]
    assert own["value_note"].tolist() == ["", "revised", ""]
    reading = rows[rows["measure"] == "lait_reading"]
    assert reading["value_note"].tolist() == ["", "not applicable (z); revised", ""]
    told = table.problems["problem"].tolist()
    assert "column `Change` left out: not the name of a year" in told
    assert any("statistical neighbours" in text for text in told)


def test_a_table_without_years_is_refused(tmp_path):
    text = "LA and Regions,Measure,Change\nBarnet,Reading,2\n"
    with pytest.raises(SourceError, match="must have columns that are years"):
        read(written(tmp_path, text, "lait.csv"))


def test_a_long_file_without_usable_rows_is_refused(tmp_path):
    with pytest.raises(SourceError, match="must have rows that can be used"):
        long_table(tmp_path, "A,,2024/25,Atlantis,1,,")


def test_the_words_of_a_dictionary(tmp_path):
    table = read(written(tmp_path, DICTIONARY, "LAIT Data Dictionary.csv"))
    rows = table.rows
    assert rows["polarity"].tolist() == [
        "no_judgement", "high_is_good", "low_is_good", "low_is_good", "", "high_is_good",
    ]  # fmt: skip
    assert rows["last_update_date"].tolist()[:3] == [
        pd.Timestamp(2025, 11, 1), pd.Timestamp(2025, 12, 1), pd.Timestamp(2025, 11, 1),
    ]  # fmt: skip
    assert rows["last_update"].tolist()[4] == "New data"
    assert rows["last_update_date"].isna().tolist()[3:5] == [True, True]
    assert rows["next_update"].tolist()[:2] == ["TBC", "45962"]
    assert rows["decimals"].tolist()[:3] == [0, 2, 1]
    assert table.problems["problem"].tolist() == ["decimals `x` are no number"]


def test_unknown_words_for_polarity_are_told(tmp_path):
    text = "Measure_short,Measure,Polarity\nA,Name,Sideways\n"
    table = read(written(tmp_path, text, "lait_dictionary.csv"))
    assert table.rows["polarity"].tolist() == [""]
    assert table.problems["problem"].tolist() == ["polarity `Sideways` is not known"]


def test_a_dictionary_of_nothing_is_refused(tmp_path):
    with pytest.raises(SourceError, match="must have rows that can be used"):
        read(
            written(tmp_path, "Measure_short,Measure,Polarity\n,Name,Low\n", "lait_dictionary.csv")
        )


def test_describe_joins_by_short_and_by_full_name(tmp_path):
    dictionary = read(written(tmp_path, DICTIONARY, "lait_data_dictionary.csv"))
    lines = [
        "KS2R,,2024/25,Barnet,1,302,",
        "Reading,,2024/25,Barnet,2,302,",
        "Z,,2024/25,Barnet,3,302,",
    ]
    rows = lait.describe(long_table(tmp_path, *lines), dictionary)
    assert rows["name"].fillna("").tolist() == ["Reading", "Reading", ""]
    assert rows["topic"].fillna("").tolist() == ["KS2; Other topic", "KS2; Other topic", ""]
    assert rows["polarity"].fillna("").tolist() == ["high_is_good", "high_is_good", ""]
    assert rows["value"].tolist() == [1, 2, 3]
