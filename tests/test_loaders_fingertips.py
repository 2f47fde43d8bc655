"""Fingertips downloads: published cells of two real files, and each quirk in small."""

import csv

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import read
from cyp_analysis.loaders.fingertips import download as fingertips

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
    recoded = table.problems["problem"].str.startswith("code `")
    assert table.problems.loc[~recoded, "problem"].tolist() == [
        "703 rows left out, from this one on: the same figures stand in earlier rows"
    ]
    assert recoded.sum() == 2  # Barnsley and Sheffield


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


def test_every_kind_of_english_area_is_kept(tmp_path):
    codes = ["E07000223", "E05013628", "E02000024", "E01000001", "E54000028", "E38000240",
             "E12000007", "E40000003", "E47000001"]  # fmt: skip
    rows = [{"Area Code": code, "Area Type": f"Type {code}"} for code in codes]
    table = table_of(tmp_path, {}, *rows)
    assert table.rows["area_code"].tolist() == [BARNET, *codes]
    assert table.problems.empty


def test_practices_and_other_nations_are_left_out_once_per_type(tmp_path):
    practice = {"Area Type": "GPs"}
    rows = [practice | {"Area Code": code} for code in ("A81001", "A81002", "A81004", "A81005")]
    wales = {"Area Code": "W06000001", "Area Type": "Unitary authorities"}
    table = table_of(tmp_path, {}, *rows, wales)
    assert table.rows["area_code"].tolist() == [BARNET]
    assert table.problems["problem"].tolist() == [
        "4 rows left out, from this one on: area type `GPs` with codes of no English area that is "
        "known (`A81001`, `A81002`, `A81004`)",
        "left out: area type `Unitary authorities` with codes of no English area that is known "
        "(`W06000001`)",
    ]


def test_a_download_of_practices_only_names_the_area_types(tmp_path):
    with pytest.raises(SourceError) as caught:
        table_of(tmp_path, {"Area Code": "A81001", "Area Type": "GPs"},
                 {"Area Code": "5A9", "Area Type": "PCTs (2011)"})  # fmt: skip
    assert caught.value.rule == "must have rows of areas in England that have codes"
    assert caught.value.got == "area types GPs, PCTs (2011)"
    assert "counties and unitary authorities" in caught.value.action


def test_a_download_without_rows_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="no rows below the header"):
        table_of(tmp_path)


def test_a_missing_column_is_named(tmp_path):
    header = renamed(Time_period="When")
    known = {"ohid_fingertips": catalogue.load().sources["ohid_fingertips"]}
    with pytest.raises(SourceError) as caught:
        read(write(tmp_path, {}, header=header, name="fingertips_90284.csv"), known)
    assert caught.value.rule == "a file of `ohid_fingertips` must have the column `Time period`"
    assert "Indicator ID, Indicator Name" in caught.value.got
    assert "data/catalogue/sources/ohid_fingertips.yml" in caught.value.action


def test_an_edition_without_intervals_is_read_and_told(tmp_path):
    header = renamed(**{"Lower_CI_95.0_limit": "Lower", "Upper_CI_95.0_limit": "Upper"})
    table = read(write(tmp_path, {}, header=header))
    row = table.rows.iloc[0]
    assert (row["value"], row["count"]) == (60, 462)
    assert pd.isna(row["lower_ci_95"]) and pd.isna(row["upper_ci_95"])
    assert table.problems["problem"].tolist() == [
        "no column `Lower CI 95.0 limit` in the file",
        "no column `Upper CI 95.0 limit` in the file",
    ]


def test_an_extract_without_area_types(tmp_path):
    header = renamed(Area_Type="kind")
    table = read(write(tmp_path, {}, {"Area Code": "A81001"}, header=header))
    assert table.rows["area_code"].tolist() == [BARNET]
    assert table.problems["problem"].tolist() == [
        "no column `Area Type` in the file",
        "left out: area type `` with codes of no English area that is known (`A81001`)",
    ]


def test_limits_of_99_8_per_cent_are_never_taken_for_those_of_95(tmp_path):
    header = renamed(**{"Lower_CI_95.0_limit": "L", "Upper_CI_95.0_limit": "U"})
    row = {"Lower CI 99.8 limit": "44", "Upper CI 99.8 limit": "76"}
    rows = read(write(tmp_path, row, header=header)).rows
    assert rows[["lower_ci_95", "upper_ci_95"]].isna().all(axis=None)


R_NAMES = {name: name.replace(" ", "") for name in HEADER}
DOTTED = {name: name.replace(" ", ".") for name in HEADER}
SNAKE = {name: name.lower().replace(" ", "_").replace(".", "_") for name in HEADER}


@pytest.mark.parametrize("names", [R_NAMES, DOTTED, SNAKE], ids=["joined", "dotted", "snake"])
def test_names_as_other_programs_save_them(tmp_path, names):
    header = [names[name] for name in HEADER]
    more = {"Value note": "Aggregated", "Recent Trend": "No significant change"}
    decile = {"Category Type": "deciles (IMD2019)", "Category": "Most deprived decile"}
    verdict = {"Compared to England value or percentiles": "Better 95%"}
    table = read(write(tmp_path, more | verdict, more | decile, header=header))
    assert table.source.id == "ohid_fingertips"
    assert table.problems.empty
    first = table.rows.iloc[0]
    assert (first["lower_ci_95"], first["upper_ci_95"], first["denominator"]) == (50, 70, 77000)
    assert (first["published_outcome"], first["value_note"]) == ("better", "Aggregated")
    assert first["published_trend"] == "no_significant_change"
    assert table.rows["category"].tolist() == ["", "Most deprived decile"]


def test_several_vintages_of_deprivation_do_not_clash(tmp_path):
    old = {"Category Type": "deciles (IMD2010)", "Category": "Most deprived decile", "Value": "55"}
    new = {"Category Type": "deciles (IMD2019)", "Category": "Most deprived decile", "Value": "58"}
    rows = table_of(tmp_path, old, new).rows
    assert rows["category_type"].tolist() == ["deciles (IMD2010)", "deciles (IMD2019)"]
    assert rows["value"].tolist() == [55, 58]


def test_england_twice_with_two_figures_is_told_not_chosen(tmp_path):
    england = {"Area Code": ENGLAND, "Area Type": "England"}
    table = table_of(tmp_path, {}, england, england | {"Value": "61"})
    row = table.rows.iloc[1]
    assert pd.isna(row["value"]) and row["value_note"] == "the file gives two different figures"
    assert any("another figure" in text for text in table.problems["problem"])


def test_combined_areas_keep_their_note(tmp_path):
    note = "Value for Cornwall and Isles of Scilly combined"
    rows = table_of(tmp_path, {"Area Code": "E06000052", "Value note": note}).rows
    assert rows["value_note"].tolist() == [note]


def test_line_breaks_in_names_of_indicators_and_columns(tmp_path):
    header = renamed(Area_Type="Area\nType", Indicator_Name="Indicator Name")
    rows = read(write(tmp_path, {"Indicator Name": "Admissions\nunder 15"}, {"Sex": "Male"},
                      header=header)).rows  # fmt: skip
    assert rows["source_row"].tolist() == [3, 5]


def test_an_export_of_several_indicators_by_region(tmp_path):
    header = renamed(Compared_to_percentiles="Compared to Regions (statistical) value")
    rows = [{"Indicator ID": i, "Area Code": a, "Parent Code": "E12000007"}
            for i in ("90284", "90285") for a in (BARNET, "E09000010")]  # fmt: skip
    table = read(write(tmp_path, *rows, header=header))
    counted = table.rows.groupby("measure")["area_code"].nunique().to_dict()
    assert counted == {"fingertips_90284": 2, "fingertips_90285": 2}


def test_periods_of_every_length(tmp_path):
    texts = [
        "2022/23",
        "2020/21 - 22/23",
        "2019 - 21",
        "2022/23 Q2",
        "2022 Q2",
        "2022 Aug",
        "Aug 2022",
    ]
    rows = [{"Time period": text, "Indicator ID": str(n)} for n, text in enumerate(texts, 1)]
    table = table_of(tmp_path, *rows, {"Time period": "whenever"})
    assert table.rows["period_label"].tolist() == [
        "2022/23", "2020/21 to 2022/23", "2019 to 2021", "Q2 2022/23", "April to June 2022",
        "August 2022", "August 2022",
    ]  # fmt: skip
    assert table.problems["problem"].tolist() == ["left out: period `whenever` cannot be read"]


def test_a_row_without_indicator_is_left_out(tmp_path):
    table = table_of(tmp_path, {}, {"Indicator ID": ""})
    assert len(table.rows) == 1
    assert table.problems["problem"].tolist() == ["left out: the row has no Indicator ID"]


WHOLE_YEARS = ["2012/13", "2013/14", "2014/15", "2015/16", "2017/18", "2019/20", "2020/21",
               "2021/22", "2023/24"]  # fmt: skip


def test_populations_of_authorities_add_up_to_englands_own(admissions, real_data):
    """In the years in which no authority is without one; males and females add up to persons."""
    rows = headline(admissions(real_data).rows)
    some = rows[rows["period_label"].isin(WHOLE_YEARS)]
    sums = some.assign(england=some["area_code"] == ENGLAND).pivot_table(
        "denominator", ["period_label", "sex"], "england", aggfunc="sum"
    )
    assert len(sums) == 27
    assert (sums[True] == sums[False]).all()
    by_sex = sums[True].unstack()
    assert (by_sex["male"] + by_sex["female"] == by_sex["persons"]).all()


def test_rounded_counts_of_authorities_nearly_add_up_to_englands(admissions, real_data):
    rows = headline(admissions(real_data).rows)
    last = rows[(rows["period_label"] == "2023/24") & (rows["sex"] == "persons")]
    england = last["area_code"] == ENGLAND
    assert last.loc[england, "count"].item() == 72293
    assert abs(last.loc[~england, "count"].sum() - 72293) == 23  # each of 151 is rounded to 5


def test_every_row_of_the_file_is_there_or_told(admissions, real_data):
    path = real_data / "ohid-fingertips" / "la_hospital_admissions_2324.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.DictReader(file))
    rows = admissions(real_data).rows
    printed = [float(r["Value"]) for r in records if r["Area Code"] == BARNET and r["Value"]]
    assert sorted(printed) == sorted(rows.loc[rows["area_code"] == BARNET, "value"].dropna())


NEXT_LINES = """\
area_code,date_from,date_to,period_type,sex,age_from_years_inclusive,age_to_years_inclusive,\
deprivation_decile,deprivation_category,count,value,denominator,lower_ci_95,upper_ci_95,\
lower_ci_99_8,upper_ci_99_8
E09000003,2022-04-01,2023-03-31,Financial year,Persons,0,14,,,462,60,77000,50,70,45,75
E92000001,2022-04-01,2023-03-31,Financial year,Persons,0,14,1,IMD2019 deciles,90,66,14000,60,72,,
E12000007,01/01/2020,31/12/2022,Calendar,Female,65,,,,1,2,50,1,3,,
E05013628,2022-09-01,2023-08-31,Academic,Male,,,,,,,,,,,
A81001,2022-04-01,2023-03-31,Financial year,Persons,0,14,,,1,2,3,1,3,,
"""


def next_file(tmp_path, text=NEXT_LINES, name="90284.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def test_the_layout_for_upload(tmp_path):
    table = read(next_file(tmp_path))
    rows = table.rows
    assert table.source.id == "ohid_fingertips_next"
    assert rows["measure"].unique().tolist() == ["fingertips_90284"]
    assert rows["period_label"].tolist() == [
        "2022/23", "2022/23", "2020 to 2022", "2022/23 school year",
    ]  # fmt: skip
    assert rows["age"].tolist() == ["0-14 yrs", "0-14 yrs", "65+ yrs", ""]
    assert rows["category_type"].tolist() == ["", "IMD2019 deciles", "", ""]
    assert rows["category"].tolist() == ["", "1", "", ""]
    assert rows.loc[0, ["count", "value", "lower_ci_95"]].tolist() == [462, 60, 50]
    assert rows["value_note"].tolist() == ["", "", "", "missing in file"]
    assert table.problems["problem"].tolist() == [
        "left out: area code `A81001` is not in data/reference/areas.csv"
    ]


def test_the_layout_for_upload_with_a_column_for_the_indicator(tmp_path):
    text = "indicator_id," + NEXT_LINES.replace("\nE", "\n90285,E").replace("\nA", "\n90285,A")
    assert set(read(next_file(tmp_path, text, "upload.csv")).rows["measure"]) == {
        "fingertips_90285"
    }


@pytest.mark.parametrize(("name", "got"), [("upload.csv", "none"), ("90284_90285.csv", "90285")])
def test_the_layout_for_upload_must_name_its_indicator(tmp_path, name, got):
    with pytest.raises(SourceError) as caught:
        read(next_file(tmp_path, name=name))
    assert "`indicator_id` or in the file's name" in caught.value.rule
    assert got in caught.value.got


def test_the_day_in_a_file_name_is_no_indicator(tmp_path):
    rows = read(next_file(tmp_path, name="90284_2024-05-01.csv")).rows
    assert rows["measure"].unique().tolist() == ["fingertips_90284"]


def test_other_lengths_of_periods_in_the_layout_for_upload(tmp_path):
    head = "area_code,date_from,date_to,sex,value,age_from_years,age_to_years\n"
    spans = ["2023-03-31,2023-03-31", "2022-04-01,2022-06-30", "2023-05-07,2023-05-20", "x,y"]
    lines = [f"E09000003,{span},Persons,1,,17" for span in spans]
    table = read(next_file(tmp_path, head + "\n".join(lines) + "\n"))
    assert table.rows["period_label"].tolist() == ["31 March 2023", "April to June 2022"]
    assert table.rows["age"].unique().tolist() == ["<18 yrs"]
    assert [text for text in table.problems["problem"] if "period" in text] == [
        "left out: period `2023-05-07 to 2023-05-20` cannot be read",
        "left out: period `x to y` cannot be read",
    ]


def test_definitions_of_indicators(tmp_path):
    text = (
        "Indicator ID,Indicator,Indicator full name,Definition,Rationale,Unit,Value type,"
        "Year type,Polarity,Date updated\n"
        '90284,Admissions,Admissions (0-14),"Emergency\nadmissions",Why,per 10000,Crude rate,'
        "Financial,RAG - Low is good   ,07/05/2024\n"
        "91111,Other,,Words,Why,%,Proportion,Academic,BOB - Blue orange blue,2024-05-08\n"
        ",,,lost,,,,,,\n"
    )
    table = read(next_file(tmp_path, text, "indicators.metadata.csv"))
    assert (table.kind, table.source.id) == ("dictionary", "ohid_fingertips_metadata")
    assert table.rows["measure"].tolist() == ["fingertips_90284", "fingertips_91111"]
    assert table.rows["polarity"].tolist() == ["low_is_good", "no_judgement"]
    assert table.rows["description"].tolist() == ["Emergency\nadmissions", "Words"]
    assert table.rows["last_update_date"].tolist() == [
        pd.Timestamp(2024, 5, 7), pd.Timestamp(2024, 5, 8),
    ]  # fmt: skip
    assert table.problems["problem"].tolist() == ["left out: the row names no measure"]
