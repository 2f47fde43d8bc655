"""Fingertips downloads: published cells of two real files, and each quirk in small."""

import csv

import pandas as pd
import pytest

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import fingertips, read

ENGLAND, BARNET, HARTLEPOOL = "E92000001", "E09000003", "E06000001"
HEADER_LINE = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,"
    "Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,"
    "Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
    "Compared to England value or percentiles,Compared to percentiles,Time period Sortable,"
    "New data,Compared to goal,Time period range"
)
HEADER = HEADER_LINE.split(",")
COUNTY = "Counties & UAs (from Apr 2023)"
USUAL = {
    "Indicator ID": "90284",
    "Indicator Name": "Admissions",
    "Parent Code": ENGLAND,
    "Area Code": BARNET,
    "Area Type": COUNTY,
    "Sex": "Persons",
    "Age": "<15 yrs",
    "Time period": "2022/23",
    "Value": "60",
    "Lower CI 95.0 limit": "50",
    "Upper CI 95.0 limit": "70",
    "Count": "462",
    "Denominator": "77000",
}


def write(tmp_path, *rows: dict, header=HEADER, name="download.csv"):
    path = tmp_path / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([(USUAL | row).get(column, "") for column in HEADER] for row in rows)
    return path


def table_of(tmp_path, *rows: dict):
    return fingertips.read_fingertips(write(tmp_path, *rows))


def renamed(**new: str) -> list[str]:
    return [new.get(name.replace(" ", "_"), name) for name in HEADER]


@pytest.fixture(scope="module")
def admissions():
    """The real file on admissions, read once."""
    kept: dict = {}

    def get(real_data):
        path = real_data / "ohid-fingertips" / "la_hospital_admissions_2324.csv"
        kept.setdefault("table", None)
        if kept["table"] is None:
            kept["table"] = read(path)
        return kept["table"]

    return get


def headline(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["category_type"] == ""]


def one(rows: pd.DataFrame, area: str, label: str, sex: str = "persons") -> pd.Series:
    found = headline(rows)
    found = found[
        (found["area_code"] == area) & (found["period_label"] == label) & (found["sex"] == sex)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_hartlepool_2010_as_published(admissions, real_data):
    row = one(admissions(real_data).rows, HARTLEPOOL, "2010/11")
    assert (row["measure"], row["age"]) == ("fingertips_90284", "<15 yrs")
    assert (row["count"], row["denominator"], row["value"]) == (264, 16649, 158.5680822)
    assert (row["lower_ci_95"], row["upper_ci_95"]) == (140.0148639, 178.895452)
    assert (row["published_outcome"], row["source_row"]) == ("worse", 38)
    assert row["period_end"] == pd.Timestamp(2011, 3, 31)
    assert row["value_note"] == ""


def test_england_2010_appears_once_as_published(admissions, real_data):
    row = one(admissions(real_data).rows, ENGLAND, "2010/11")
    assert (row["count"], row["denominator"], row["value"]) == (107429, 9324084, 115.2166797)
    assert (row["lower_ci_95"], row["upper_ci_95"]) == (114.5287223, 115.9077445)


def test_barnet_2023_has_its_verdict_trend_and_rounding(admissions, real_data):
    row = one(admissions(real_data).rows, BARNET, "2023/24")
    assert (row["count"], row["value"], row["source_row"]) == (460, 59.98253, 7158)
    assert (row["published_outcome"], row["published_trend"]) == ("better", "no_significant_change")
    assert row["value_note"] == "count rounded to 5 by publisher"


def test_published_verdicts_of_all_authorities_add_up(admissions, real_data):
    rows = admissions(real_data).rows
    verdicts = rows.loc[rows["area_code"] != ENGLAND, "published_outcome"].value_counts()
    assert verdicts.to_dict() == {
        "better": 2088, "worse": 1901, "similar": 1712, "not_compared": 101,
    }  # fmt: skip


def test_the_second_england_is_left_out_and_told(admissions, real_data):
    table = admissions(real_data)
    assert len(table.rows) == 7208 - 703
    assert table.problems["problem"].tolist() == [
        "703 rows left out, from this one on: the same figures stand in earlier rows"
    ]


def test_only_years_with_rounded_counts_are_noted(admissions, real_data):
    rows = headline(admissions(real_data).rows)
    noted = rows[rows["value_note"].str.contains("rounded to 5")]
    assert not noted["period_label"].isin(["2010/11", "2011/12"]).any()
    authorities = rows[(rows["area_code"] != ENGLAND) & (rows["period_end"] > "2012-03-31")]
    assert set(authorities.loc[authorities["count"].notna(), "source_row"]) == set(
        noted["source_row"]
    )


def test_publishers_notes_are_kept(admissions, real_data):
    rows = admissions(real_data).rows
    rutland = one(rows, "E06000017", "2021/22", "male")
    assert pd.isna(rutland["count"]) and pd.isna(rutland["value"])
    assert rutland["value_note"] == "Value suppressed for disclosure control due to small count"
    assert rutland["denominator"] == 3186
    hackney = one(rows, "E09000012", "2023/24", "male")
    assert hackney["value_note"] == (
        "Value for Hackney and City of London combined; count rounded to 5 by publisher"
    )


def test_breakdowns_keep_their_category(admissions, real_data):
    rows = admissions(real_data).rows
    deciles = rows[rows["category_type"] != ""]
    assert set(deciles["area_code"]) == {ENGLAND}
    assert deciles["category"].str.contains("decile").all()
    assert len(headline(rows)) == 5802 + 38


def test_an_older_download_with_26_columns(real_data):
    path = real_data / "ohid-fingertips" / "indicators-CountyUApre419.data.csv"
    table = read(path)
    assert len(table.rows) == 87
    assert table.rows["measure"].nunique() == 8
    poverty = table.rows[
        (table.rows["measure"] == "fingertips_10101") & (table.rows["area_code"] == ENGLAND)
    ].iloc[0]
    assert (poverty["count"], poverty["denominator"], poverty["value"]) == (1707835, 10017620, 17)
    assert pd.isna(poverty["lower_ci_95"])
    assert poverty["value_note"] == "interval does not hold the value"
    assert table.problems.to_dict("list") == {
        "source_row": [23],
        "problem": ["interval does not hold the value"],
    }


def test_breakdowns_and_headlines_do_not_clash(tmp_path):
    decile = {"Category Type": "deciles (IMD2019)", "Category": "Most deprived decile"}
    rows = table_of(tmp_path, {}, decile).rows
    assert rows["category"].tolist() == ["", "Most deprived decile"]


@pytest.mark.parametrize(
    "parent",
    [
        "Compared to Regions (statistical) value or percentiles",
        "Compared to parent value or percentiles",
        "Compared to Region value or percentiles",
    ],
)
def test_names_that_change_with_the_parent_are_found(tmp_path, parent):
    header = renamed(
        Compared_to_percentiles=parent,
        Compared_to_goal="Target data",
        Indicator_Name="Indicator\nName",
        Value_note="VALUE  NOTE",
    )
    row = {"Compared to England value or percentiles": "Better", "Compared to percentiles": "Worse"}
    table = fingertips.read_fingertips(write(tmp_path, row, header=header))
    assert table.rows["published_outcome"].tolist() == ["better"]
    assert table.rows["source_row"].tolist() == [3 if "\n" in "".join(header) else 2]


def test_a_value_missing_without_a_note_gets_one(tmp_path):
    gone = {"Value": "", "Lower CI 95.0 limit": "", "Upper CI 95.0 limit": "", "Count": ""}
    rows = table_of(tmp_path, gone, gone | {"Value note": "Not presented", "Sex": "Male"}).rows
    assert rows["value_note"].tolist() == ["missing in file", "Not presented"]
    assert rows["value"].isna().all()


def test_scores_without_count_or_interval_need_no_note(tmp_path):
    score = {"Count": "", "Denominator": "", "Lower CI 95.0 limit": "", "Upper CI 95.0 limit": ""}
    rows = table_of(tmp_path, score | {"Sex": "Not applicable", "Age": "Not applicable"}).rows
    assert rows["value"].tolist() == [60]
    assert rows[["sex", "age", "value_note"]].to_numpy().tolist() == [["persons", "", ""]]


def test_a_few_counts_that_happen_to_be_fives_are_not_called_rounded(tmp_path):
    rows = table_of(tmp_path, {"Count": "460"}, {"Count": "265", "Sex": "Male"}).rows
    assert rows["value_note"].tolist() == ["", ""]


def test_an_unknown_sex_is_left_out(tmp_path):
    table = table_of(tmp_path, {}, {"Sex": "Quintile"})
    assert len(table.rows) == 1
    assert table.problems["problem"].tolist() == ["left out: sex is not persons, male or female"]


def test_areas_beneath_authorities_are_left_out_once_per_type(tmp_path):
    district = {"Area Code": "E07000223", "Area Type": "Districts & UAs"}
    ward = {"Area Code": "E05013628", "Area Type": "Ward"}
    table = table_of(tmp_path, {}, district, district | {"Sex": "Male"}, ward)
    assert table.rows["area_code"].tolist() == [BARNET]
    assert table.problems["problem"].tolist() == [
        "2 rows left out, from this one on: area type `Districts & UAs` with codes that are not "
        "in data/reference/areas.csv",
        "left out: area type `Ward` with codes that are not in data/reference/areas.csv",
    ]


def test_a_download_of_other_areas_only_names_the_area_types(tmp_path):
    with pytest.raises(SourceError) as caught:
        table_of(tmp_path, {"Area Code": "E05013628", "Area Type": "Ward"})
    assert caught.value.rule == "must have rows of upper-tier authorities, regions or England"
    assert caught.value.got == "area types Ward"
    assert "counties and unitary authorities" in caught.value.action


def test_a_download_without_rows_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="no rows below the header"):
        table_of(tmp_path)


def test_a_missing_column_is_named(tmp_path):
    header = renamed(Count="Number")
    with pytest.raises(SourceError) as caught:
        read(write(tmp_path, {}, header=header, name="fingertips_90284.csv"))
    assert caught.value.rule == "a file of `ohid_fingertips` must have the column `Count`"
    assert "Indicator ID, Indicator Name" in caught.value.got
    assert "`aliases` in data/catalogue/sources/ohid_fingertips.yml" in caught.value.action
