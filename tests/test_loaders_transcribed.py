"""Figures that ship with the project, against the published documents."""

import dataclasses

import pandas as pd
import pytest

from cyp_analysis import catalogue, paths
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import read, transcribed

BARNET, LONDON, ENGLAND = "E09000003", "E12000007", "E92000001"
HEADER_LINE = (
    "figure_id,measure,measure_name,area_code,sex,age,category_type,category,period,period_type,"
    "count,denominator,denominator_basis,value,unit,value_as_printed,published_trend,flag,line"
)
HEADER = HEADER_LINE.split(",")
USUAL = {
    "figure_id": "F1",
    "measure": "CP01",
    "area_code": BARNET,
    "sex": "persons",
    "period": "2018-09-30",
    "period_type": "at_date",
    "count": "189",
}


def bundled(name: str):
    return sorted((paths.data_dir() / "raw" / name).glob("*/figures.csv"))[-1]


def table_of(tmp_path, *rows: dict, header=HEADER):
    path = tmp_path / "figures.csv"
    lines = [",".join((USUAL | row).get(name, "") for name in header) for row in rows]
    path.write_text("\n".join([",".join(header), *lines, ""]), encoding="utf-8")
    source = catalogue.load().sources["barnet_health_wellbeing_board_2019_01"]
    return transcribed.read_figures(path, source)


def test_the_ranking_of_london_authorities():
    rows = read(bundled("barnet_child_poverty_ranking_2016")).rows
    values = rows[rows["period_label"] == "2016"].set_index("area_code")["value"]
    assert len(values) == 35
    assert (values[BARNET], values[LONDON], values[ENGLAND]) == (14.0, 18.8, 17.0)
    counts = rows[rows["period_label"] == "2016"].set_index("area_code")["count"]
    assert (counts[BARNET], counts[LONDON], counts[ENGLAND]) == (10000, 307710, 1707835)
    assert set(rows["published_trend"]) <= {"decreasing", ""}


def test_every_bundled_document_can_be_read():
    sources = [s for s in catalogue.load().sources.values() if s.reader == "transcribed"]
    assert sources
    for source in sources:
        table = read(bundled(source.id))
        assert table.source.id == source.id
        assert (table.rows["source_id"] == source.id).all()
        assert (table.rows["source_published"] == pd.Timestamp(source.published)).all()
        assert set(table.rows["source_file"]) <= set(source.files)


def test_a_figure_keeps_count_base_note_and_line(tmp_path):
    figure = {"denominator": "200", "value": "94.5", "flag": "percent_not_reproducible"}
    (row,) = table_of(tmp_path, figure).rows.to_dict("records")
    assert (row["count"], row["denominator"], row["value"]) == (189, 200, 94.5)
    assert (row["value_note"], row["source_row"]) == ("percent not reproducible", 2)
    assert (row["period_label"], row["measure"]) == ("30 September 2018", "CP01")


@pytest.mark.parametrize(
    "kind, text, label",
    [
        ("month", "2018-09", "September 2018"),
        ("year_to_date", "2018-04/2018-09", "April to September 2018"),
        ("calendar_year", "2016", "2016"),
        ("financial_year", "2018/19", "2018/19"),
        ("not_stated", "2018-09-30", "30 September 2018"),
    ],
)
def test_each_row_says_what_its_period_is(tmp_path, kind, text, label):
    table = table_of(tmp_path, {"period": text, "period_type": kind})
    assert table.rows["period_label"].tolist() == [label]


def test_rows_of_different_periods_keep_their_order(tmp_path):
    rows = [{"period": "2018/19", "period_type": "financial_year", "count": "1"}, {"count": "2"}]
    table = table_of(tmp_path, *rows, rows[0] | {"period": "2017/18", "count": "3"})
    assert table.rows["count"].tolist() == [1, 2, 3]
    assert table.rows["period_label"].tolist() == ["2018/19", "30 September 2018", "2017/18"]


def test_wards_are_left_out_and_told_once(tmp_path):
    table = table_of(tmp_path, {}, {"area_code": ""}, {"area_code": "", "count": "2"})
    assert len(table.rows) == 1
    assert table.problems.to_dict("list") == {
        "source_row": [3],
        "problem": [
            "2 rows left out, from this one on: no area code: wards and other areas that the "
            "project does not cover"
        ],
    }


def test_a_period_that_is_not_printed_is_told(tmp_path):
    table = table_of(tmp_path, {}, {"period": "first 7 months", "period_type": "not_stated"})
    assert table.problems["problem"].tolist() == [
        "left out: period `first 7 months` cannot be read"
    ]


def test_a_figure_without_any_number_says_so(tmp_path):
    table = table_of(tmp_path, {"count": "", "flag": "blank_in_source"})
    assert table.rows["count"].isna().all()
    assert table.rows["value_note"].tolist() == ["blank in source; missing in file"]


def test_a_missing_column_is_named(tmp_path):
    header = [name for name in HEADER if name not in ("denominator", "flag")]
    with pytest.raises(SourceError, match="must have the columns `denominator`, `flag`"):
        table_of(tmp_path, {}, header=header)


def test_the_reader_finds_the_passport_by_the_folder():
    table = transcribed.read_figures(bundled("barnet_life_chances_strategy_2020"))
    assert table.source.id == "barnet_life_chances_strategy_2020"
    assert dataclasses.is_dataclass(table)
