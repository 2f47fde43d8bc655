"""Explore Education Statistics files: real cells looked up by hand, and every quirk in small."""

import dataclasses
from datetime import date

import pandas as pd
import pytest

from cyp_analysis import catalogue, geography
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CatalogueError, SourceError
from cyp_analysis.loaders import UnrecognisedFile, dfe, read
from cyp_analysis.loaders.table import Draft, count_table

BARNET, ENGLAND, OUTER, LONDON = "E09000003", "E92000001", "E13000002", "E12000007"
HEADER = (
    "time_period,time_identifier,geographic_level,country_code,region_code,"
    "old_la_code,new_la_code,CPP_At31,CPP_At31_rate"
)
MEASURES = {"plans": {"count": "CPP_At31", "value": "CPP_At31_rate", "period": "at_31_march"}}


def passport(**more) -> Source:
    kept = {
        "id": "plans",
        "publisher": "Department for Education",
        "title": "Plans",
        "licence": "OGL",
        "citation": "DfE",
        "reader": "dfe",
        "header": ("time_period", "geographic_level", "CPP_At31"),
        "measures": MEASURES,
        "age": "<18 yrs",
        "rounding": {"National": 10},
    }
    return Source(**kept | more)


def row(count="5", rate="1.5", level="Local authority", period="2024", codes=None) -> str:
    new, old = codes or (BARNET, "302")
    region = {"Regional": new, "National": ""}.get(level, OUTER)
    code = new if level.startswith("Local") else ""
    return f"{period},Reporting year,{level},{ENGLAND},{region},{old},{code},{count},{rate}"


def write(tmp_path, *rows: str, header: str = HEADER, name: str = "d1_plans.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def table_of(tmp_path, *rows: str, header: str = HEADER, **more):
    return dfe.read_ees(write(tmp_path, *rows, header=header), passport(**more))


def cell(table, measure: str, area: str, year: int) -> pd.Series:
    rows = table.rows
    end = rows["period_end"].dt.year == year
    found = rows[(rows["measure"] == measure) & (rows["area_code"] == area) & end]
    assert len(found) == 1
    return found.iloc[0]


@pytest.fixture(scope="module")
def published(request):
    """Reads a real file once by a part of its name."""
    read_already: dict = {}

    def find(real_data, name: str):
        folder = real_data / "dfe-explore-education-statistics"
        if name not in read_already:
            read_already[name] = read(next(folder.glob(f"{name}*.csv")))
        return read_already[name]

    return find


REAL = [
    # file, measure, area, year, count, denominator, value, line: read off the files
    ("cla_number", "looked_after_at_31_march", BARNET, 2025, 343, 93851, 37, 450),
    ("cla_number", "looked_after_starting", BARNET, 2025, 162, 93851, 17, 451),
    ("cla_number", "looked_after_at_31_march", ENGLAND, 2025, 81770, 12183016, 67, 3),
    ("cla_number", "looked_after_at_31_march", LONDON, 2025, 9290, 1916086, 48, 24),
    ("cla_number", "looked_after_at_31_march", OUTER, 2025, 5500, 1276813, 43, 36),
    ("d1_child", "child_protection_plans_at_31_march", BARNET, 2024, 253, None, 27.4, 149),
    ("d1_child", "child_protection_plans_starting", BARNET, 2024, 266, None, 28.8, 149),
    ("d1_child", "child_protection_plans_at_31_march", ENGLAND, 2024, 49900, None, 41.6, 2),
    ("b1_children", "children_in_need_at_31_march", ENGLAND, 2025, 402400, None, None, 2),
    ("la_cla_pl", "three_or_more_placements_in_year", BARNET, 2025, 33, None, 10, 901),
    ("la_cla_pl", "same_carer_two_years", BARNET, 2025, 53, None, 63, 896),
]


@pytest.mark.parametrize("name, measure, area, year, count, denominator, value, line", REAL)
def test_published_cells(
    published, real_data, name, measure, area, year, count, denominator, value, line
):
    got = cell(published(real_data, name), measure, area, year)
    expected = {"count": count, "denominator": denominator, "value": value, "source_row": line}
    for column, number in expected.items():
        assert pd.isna(got[column]) if number is None else got[column] == number, column


def test_a_day_and_a_year_of_the_same_file(published, real_data):
    plans = published(real_data, "d1_child")
    stock = cell(plans, "child_protection_plans_at_31_march", BARNET, 2024)
    flow = cell(plans, "child_protection_plans_starting", BARNET, 2024)
    assert stock["period_label"] == "31 March 2024"
    assert stock["period_start"] == stock["period_end"] == pd.Timestamp(2024, 3, 31)
    assert (flow["period_label"], flow["period_start"]) == ("2023/24", pd.Timestamp(2023, 4, 1))


def test_suppressed_and_absent_figures_of_a_real_file(published, real_data):
    looked_after = published(real_data, "cla_number")
    city = cell(looked_after, "looked_after_at_31_march", "E09000001", 2025)
    assert pd.isna(city["count"]) and pd.isna(city["value"])
    assert (city["denominator"], city["value_note"]) == (847, "suppressed (c)")
    cumbria = cell(looked_after, "looked_after_at_31_march", "E10000006", 2025)
    assert cumbria["value_note"] == "not applicable (z); denominator: not available (x)"


def test_small_shares_of_a_real_file_are_not_zero(published, real_data):
    rows = published(real_data, "la_care_leavers").rows
    small = rows[rows["value_note"] == "value: rounds to zero but is not zero (k)"]
    assert len(small) > 0
    assert small["value"].isna().all() and (small["count"] > 0).all()


def test_every_row_of_a_real_file_is_kept(published, real_data):
    table = published(real_data, "d1_child")
    assert len(table.rows) == 4 * 1967
    assert table.problems.empty
    assert published(real_data, "cla_number").rows["area_code"].nunique() == 1 + 11 + 155


def test_a_row_becomes_a_row_of_the_count_table(tmp_path):
    table = table_of(tmp_path, row())
    (made,) = table.rows.to_dict("records")
    assert made["measure"] == "plans"
    assert (made["area_code"], made["sex"], made["age"]) == (BARNET, "persons", "<18 yrs")
    assert (made["count"], made["value"], made["value_note"]) == (5.0, 1.5, "")
    assert (made["source_id"], made["source_row"]) == ("plans", 2)
    assert pd.isna(made["denominator"]) and pd.isna(made["source_published"])


def test_a_row_names_its_file(tmp_path):
    assert table_of(tmp_path, row()).rows["source_file"].tolist() == ["d1_plans.csv"]
    folder = tmp_path / "plans" / "2024-11-22"
    folder.mkdir(parents=True)
    bundled = dfe.read_ees(write(folder, row()), passport())
    assert bundled.rows["source_file"].tolist() == ["2024-11-22/d1_plans.csv"]


@pytest.mark.parametrize(
    "folder, printed, published",
    [
        ("2024-11-22", None, "2024-11-22"),
        ("dfe 2024-11-22 revised", None, "2024-11-22"),
        ("2024-11-22", date(2024, 12, 5), "2024-12-05"),
        ("2024-13-45", None, ""),
        ("12024-11-223", None, ""),
        ("downloads", None, ""),
    ],
)
def test_the_date_is_the_passports_else_the_folders(tmp_path, folder, printed, published):
    (tmp_path / folder).mkdir()
    rows = dfe.read_ees(write(tmp_path / folder, row()), passport(published=printed)).rows
    assert rows["source_published"].dt.strftime("%Y-%m-%d").fillna("").tolist() == [published]


def test_figures_that_are_missing_without_a_reason_get_one(tmp_path):
    rows = pd.DataFrame(
        {"source_row": 2, "measure": ["a", "b", "c", "d"], "area_code": BARNET,
         "period_start": pd.Timestamp(2024, 3, 31), "period_end": pd.Timestamp(2024, 3, 31),
         "count": [None, 5.0, None, None], "value": [None, None, 2.5, None],
         "value_note": ["", "", "", "suppressed (c)"]}
    )  # fmt: skip
    made = count_table(Draft(rows), tmp_path / "d1_plans.csv", passport()).rows
    assert made["value_note"].tolist() == ["missing in file", "", "", "suppressed (c)"]


def test_the_code_of_an_authority_does_not_depend_on_the_day_of_the_build(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(geography, "current_code", lambda codes, on: asked.append(on) or codes)
    table_of(tmp_path, row())
    assert asked == [date(9999, 12, 31)]


def test_the_order_and_case_of_columns_do_not_matter(tmp_path):
    header = "CPP_AT31,new_la_code,Geographic_Level,time_identifier,time_period,cpp_at31_RATE"
    line = f"5,{BARNET},Local Authority,Reporting year,2024,1.5"
    table = table_of(tmp_path, line, header=header)
    assert table.rows["count"].tolist() == [5.0]
    assert table.rows["area_code"].tolist() == [BARNET]


def test_a_level_takes_its_own_code_and_the_publishers_rounding_is_noted(tmp_path):
    table = table_of(
        tmp_path,
        row("60", level="National"),
        row("50", level="Regional", codes=(OUTER, "")),
        row("c", level="National", period="2023"),
    )
    assert table.rows["area_code"].tolist() == [ENGLAND, OUTER, ENGLAND]
    assert table.rows["value_note"].tolist() == [
        "count rounded to 10 by publisher", "", "suppressed (c)",
    ]  # fmt: skip


@pytest.mark.parametrize("codes", [("", "302"), ("", "302.0"), ("E09999999", "302"), ("x", "302")])
def test_a_three_digit_number_stands_in_for_a_missing_code(tmp_path, codes):
    assert table_of(tmp_path, row(codes=codes)).rows["area_code"].tolist() == [BARNET]


def test_areas_that_nothing_explains_are_left_out_one_by_one(tmp_path):
    table = table_of(tmp_path, row(), row(codes=("E06999999", "314 / 318")))
    assert len(table.rows) == 1
    assert table.problems.to_dict("records") == [
        {
            "source_row": 3,
            "problem": "left out: area not known (code `E06999999`, number `314 / 318`)",
        }
    ]


def test_other_levels_are_left_out_and_told_once(tmp_path):
    table = table_of(tmp_path, row(), row(level="School"), row(level="School"))
    assert table.problems["problem"].tolist() == [
        "2 rows left out, from this one on: geographic_level is School"
    ]
    assert table.problems["source_row"].tolist() == [3]


def test_filters_keep_the_rows_named(tmp_path):
    header = HEADER + ",category"
    rows = (row() + ",Total", row("9") + ",total ", row("7", period="2023") + ",Girls")
    table = table_of(tmp_path, rows[0], rows[2], header=header, filters={"category": "TOTAL"})
    assert table.rows["count"].tolist() == [5.0]
    assert "the passport's filters are {'category': 'TOTAL'}" in table.problems["problem"].iloc[0]


def test_long_files_give_measures_by_where_and_keep_their_category(tmp_path):
    header = HEADER + ",length"
    rows = [row("5") + ",short", row("6") + ",long", row("11") + ",all"]
    measures = {
        "all_plans": {"count": "CPP_At31", "period": "at_31_march", "where": {"length": "All"}},
        "by_length": {
            "count": "CPP_At31",
            "period": "at_31_march",
            "where": {"length": ["short", "long"]},
            "category_type": "length",
            "category": "length",
            "age": "0-17 yrs",
        },
    }
    rows = table_of(tmp_path, *rows, header=header, measures=measures).rows
    assert rows[["measure", "category_type", "category", "age", "count"]].to_numpy().tolist() == [
        ["all_plans", "", "", "<18 yrs", 11.0],
        ["by_length", "length", "short", "0-17 yrs", 5.0],
        ["by_length", "length", "long", "0-17 yrs", 6.0],
    ]


def test_a_measure_without_rows_is_told_with_what_there_is(tmp_path):
    header = HEADER + ",length"
    wide = {"count": "CPP_At31", "period": "at_31_march"}
    measures = {
        "short": wide | {"where": {"length": "short"}},
        "long": wide | {"where": {"length": "over a year"}},
    }
    table = table_of(tmp_path, row() + ",short", header=header, measures=measures)
    assert table.problems["problem"].tolist() == ["no rows for `long`; the file has length: short"]


def test_a_file_with_the_columns_but_not_the_rows_of_a_passport(tmp_path):
    header = HEADER + ",length"
    measures = {"long": {"count": "CPP_At31", "where": {"length": "long"}}}
    source = passport(measures=measures, file_patterns=("d1*.csv",))
    with pytest.raises(UnrecognisedFile) as caught:
        path = write(tmp_path, row() + ",short", header=header, name="other.csv")
        dfe.read_ees(path, source)
    assert caught.value.rule == "must have rows of the measures of `plans`"
    assert caught.value.got == "length: short"
    assert "correct `where` in data/catalogue/sources/plans.yml" in caught.value.action
    with pytest.raises(SourceError) as caught:
        dfe.read_ees(write(tmp_path, row() + ",short", header=header), source)
    assert not isinstance(caught.value, UnrecognisedFile)


def test_a_published_rate_may_be_absent_beside_its_count(tmp_path):
    header = HEADER.removesuffix(",CPP_At31_rate")
    table = table_of(tmp_path, row().removesuffix(",1.5"), header=header)
    assert table.rows["count"].tolist() == [5.0]
    assert table.rows["value"].isna().all()
    assert table.rows["value_note"].tolist() == [""]
    assert table.problems["problem"].tolist() == ["no column `CPP_At31_rate`"]


def test_a_missing_denominator_column_stops_the_file(tmp_path):
    measures = {"plans": MEASURES["plans"] | {"denominator": "population"}}
    with pytest.raises(SourceError) as caught:
        table_of(tmp_path, row(), measures=measures)
    assert caught.value.rule == "a file of `plans` must have the column `population`"
    assert caught.value.got.startswith("only time_period, time_identifier, geographic_level")
    assert "add it to `aliases` in data/catalogue/sources/plans.yml" in caught.value.action


def test_text_that_is_no_figure_is_listed_and_missing(tmp_path):
    table = table_of(tmp_path, row("about 5"))
    assert table.rows["count"].isna().all()
    assert table.rows["value_note"].tolist() == ["not a number in the file (about 5)"]
    assert table.problems.to_dict("list") == {
        "source_row": [2],
        "problem": ["`CPP_At31` is not a number or a known symbol: about 5"],
    }


def test_a_period_that_cannot_be_read_is_left_out(tmp_path):
    table = table_of(tmp_path, row(), row(period="20XX"))
    assert table.problems["problem"].tolist() == ["left out: period `20XX` cannot be read"]


def test_repeated_rows_are_kept_once(tmp_path):
    table = table_of(tmp_path, row(), row())
    assert len(table.rows) == 1
    assert table.problems["problem"].tolist() == [
        "left out: the same figures stand in earlier rows"
    ]


def test_two_figures_for_one_thing_are_no_figure(tmp_path):
    table = table_of(tmp_path, row("5"), row("5"), row("6"))
    (made,) = table.rows.to_dict("records")
    assert pd.isna(made["count"]) and pd.isna(made["value"])
    assert made["value_note"] == "the file gives two different figures"
    assert table.problems["source_row"].tolist() == [3, 4, 2]
    assert table.problems["problem"].iloc[1] == "left out: another figure for the row of line 2"


def test_impossible_numbers_are_taken_away(tmp_path):
    columns = {"count": "CPP_At31", "denominator": "CPP_At31_rate"}
    measures = {"plans": columns | {"period": "at_31_march"}}
    table = table_of(
        tmp_path,
        row("-5", "10"),
        row("5", "-10", period="2023"),
        row("0", "0", period="2022"),
        measures=measures,
    )
    assert table.rows["value_note"].tolist() == [
        "count below zero in the file", "denominator below zero", "denominator is zero",
    ]  # fmt: skip
    assert table.rows["count"].isna().tolist() == [True, False, False]
    assert table.rows["denominator"].isna().tolist() == [False, True, True]
    assert table.problems["source_row"].tolist() == [2, 3]


def test_a_file_of_other_levels_only_is_an_error(tmp_path):
    with pytest.raises(SourceError) as caught:
        table_of(tmp_path, row(level="School"))
    assert caught.value.rule == "must have rows that can be used"
    assert caught.value.got.startswith("none (left out: geographic_level is School")
    assert "upper-tier authorities" in caught.value.action


def test_a_header_without_rows_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="no rows below the header"):
        table_of(tmp_path)


@pytest.mark.parametrize("measures", [{}, {"plans": {"period": "at_31_march"}}])
def test_a_passport_that_asks_for_no_figure_is_an_error(tmp_path, measures):
    with pytest.raises(CatalogueError) as caught:
        table_of(tmp_path, row(), measures=measures)
    assert caught.value.thing == "data/catalogue/sources/plans.yml"
    assert caught.value.rule == "each of `measures` must have `count` or `value`"


def test_neither_file_nor_passport_is_changed(tmp_path):
    path, source = write(tmp_path, row()), passport()
    before = path.read_bytes(), dataclasses.asdict(source)
    dfe.read_ees(path, source)
    assert (path.read_bytes(), dataclasses.asdict(source)) == before


def test_the_reader_finds_its_passport_itself(real_data):
    folder = real_data / "dfe-explore-education-statistics"
    table = dfe.read_ees(next(folder.glob("b3_cin*.csv")))
    assert table.source == catalogue.load().sources["dfe_children_in_need_primary_need"]
    england = cell(table, "need_abuse_or_neglect", ENGLAND, 2024)
    assert (england["count"], england["denominator"]) == (231940, 399460)
