"""Lookups: published ones counted by another reader, and every way of writing their columns."""

import csv

import pandas as pd
import pytest

from cyp_analysis import catalogue, geography
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import ReferenceTable, lookups, read, read_all
from cyp_analysis.loaders.recognise import UnrecognisedFile

BARNET = "E09000003"
ONS = "lookup_ons_open_geography"


def passport(name=ONS):
    return catalogue.load().sources[name]


def saved(tmp_path, header, *rows, name="lookup.csv", **how):
    path = tmp_path / name
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, **how).writerows([header, *rows])
    return path


def printed(path) -> list[dict]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


# Published lookups


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "ons-open-geography"


@pytest.mark.parametrize(
    ("pattern", "source", "columns"),
    [
        ("LTLA-UTLA*", ONS, {"LTLA23CD": "lad_code_2023", "UTLA23NM": "utla_name_2023"}),
        ("Ward_to_LAD*", ONS, {"WD22CD": "ward_code_2022", "CTY22CD": "county_code_2022",
                               "RGN22NM": "region_name_2022", "CTRY22CD": "country_code_2022"}),
        ("lookup_lsoa11*", ONS, {"lsoa11_code": "lsoa_code_2011", "change_code": "change",
                                 "lsoa21_name": "lsoa_name_2021", "ltla22_code": "lad_code_2022"}),
        ("lookup_lsoa21*", ONS, {"lsoa21_code": "lsoa_code_2021", "ward24_code": "ward_code_2024"}),
        ("dfe_las*", "lookup_dfe_authorities", {"new_la_code": "utla_code", "la_name": "utla_name",
                                                "old_la_code": "dfe_code"}),
        ("dfe_ward*", "lookup_dfe_areas", {"ward_code": "ward_code", "new_la_code": "utla_code",
                                           "pcon_code": "constituency_code",
                                           "most_recent_year_included": "last_year"}),
    ],
)  # fmt: skip
def test_every_english_row_of_a_published_lookup_is_kept(folder, pattern, source, columns):
    (path,) = folder.glob(pattern)
    table = read(path)
    assert (table.kind, table.source.id) == ("lookup", source)
    first = lookups.code_columns(table.rows)[0]
    name = table.rows.attrs["columns"][first]
    rows = [r for r in printed(path) if r[name].startswith("E") and len(r[name]) == 9]
    assert len(table.rows) == len(rows)
    for old, new in columns.items():
        assert table.rows.attrs["columns"][new] == old
        assert table.rows[new].tolist() == [r[old].strip() for r in rows]


def test_rows_say_where_they_stand(folder):
    (path,) = folder.glob("Ward_to_LAD*")
    rows = read(path).rows
    barnet = rows[rows["lad_code_2022"] == BARNET]
    assert len(barnet) == 24
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    for row in barnet.itertuples():
        assert row.ward_code_2022 in lines[row.source_row - 1]


def test_other_nations_are_told_once(folder):
    (path,) = folder.glob("Ward_to_LAD*")
    assert read(path).problems["problem"].tolist() == [
        "1579 rows left out, from this one on: areas of Wales, Scotland or Northern Ireland"
    ]


def test_codes_of_two_authorities_together_are_told(folder):
    (path,) = folder.glob("dfe_las*")
    assert read(path).problems["problem"].tolist() == [
        "left out: no area code: `E06000061 / E06000062`",
        "left out: no area code: `E06000063 / E06000064`",
        "left out: no area code: `E09000021 / E09000027`",
        "left out: no area code: `z`",
    ]


def test_authorities_of_dfe_are_those_of_the_reference_table(folder):
    (path,) = folder.glob("dfe_las*")
    rows = read(path).rows
    live = rows[rows["status"] == "live"]
    codes = geography.codes_from_dfe(live["dfe_code"])
    newest = geography.current_code(live["utla_code"], pd.Timestamp("2100-01-01").date())
    assert (geography.current_code(codes, pd.Timestamp("2100-01-01").date()) == newest).all()


def test_a_folder_of_lookups_is_read_as_reference_tables(folder):
    result = read_all([folder])
    kinds = [table.kind for table in result.references]
    assert kinds.count("lookup") == 6


# Other ways of writing a lookup


@pytest.mark.parametrize(
    "header",
    [
        ["LSOA21CD", "LSOA21NM", "WD24CD", "WD24NM"],
        ["lsoa21cd", "lsoa21nm", "wd24cd", "wd24nm"],
        ["lsoa21_code", "lsoa21_name", "ward24_code", "ward24_name"],
        ["\ufeffLSOA21CD ", "LSOA21NM", " WD24CD", "WD24NM"],
    ],
)
def test_names_of_columns_are_made_one(tmp_path, header):
    path = saved(tmp_path, header, ["E01000115", "Barnet 009A", "E05013628", "Barnet Vale"])
    table = read(path)
    assert list(table.rows) == [
        "source_row", "lsoa_code_2021", "lsoa_name_2021", "ward_code_2024", "ward_name_2024"
    ]  # fmt: skip
    assert isinstance(table, ReferenceTable) and table.source.id == ONS


def test_columns_that_say_nothing_of_areas_are_not_kept(tmp_path):
    header = ["ObjectId", "WD25CD", "WD25NM", "WD25NMW", "BNG_E", "LONG", "RGN25CD", "LAD25CD"]
    path = saved(tmp_path, header, ["1", "E05013628", "A", "", "525851", "-0.1", "", BARNET])
    rows = read(path).rows
    assert list(rows) == [
        "source_row", "ward_code_2025", "ward_name_2025", "region_code_2025", "lad_code_2025"
    ]  # fmt: skip
    assert rows["region_code_2025"].tolist() == [""]


def test_two_columns_of_one_kind_and_year_keep_both_names(tmp_path):
    header = ["LAD23CD", "LTLA23CD", "change note"]
    rows = read(saved(tmp_path, header, [BARNET, BARNET, "none"])).rows
    assert list(rows) == ["source_row", "lad_code_2023", "ltla23cd", "change_note"]


def test_kinds_that_no_passport_names_keep_their_letters(tmp_path):
    rows = read(saved(tmp_path, ["LAD23CD", "NPARK23CD"], [BARNET, ""])).rows
    assert "npark_code_2023" in rows


def test_a_list_of_names_and_codes_is_a_lookup(tmp_path):
    path = saved(tmp_path, ["RGN24CD", "RGN24NM", "FID"], ["E12000007", "London", "1"])
    assert list(read(path).rows) == ["source_row", "region_code_2024", "region_name_2024"]


def test_tabs_and_repeated_rows(tmp_path):
    row = ["E01000115", "E05013628"]
    path = saved(tmp_path, ["LSOA21CD", "WD24CD"], row, row, name="l.tsv", delimiter="\t")
    table = read(path)
    assert len(table.rows) == 1
    assert table.problems["problem"].tolist() == ["left out: the same areas stand in earlier rows"]


def test_wrong_codes_are_told_and_blank_ones_kept(tmp_path):
    rows = [["E01000115", "E05013628"], ["E010001", "E05013628"], ["E01000116", "E0501"]]
    rows += [["E01000117", ""], ["", "E05013628"]]
    table = read(saved(tmp_path, ["LSOA21CD", "WD24CD"], *rows))
    assert table.rows["lsoa_code_2021"].tolist() == ["E01000115", "E01000117"]
    assert table.problems["problem"].tolist() == [
        "left out: no area code: `E010001`",
        "left out: no area code: `E0501`",
        "left out: no area code: ``",
    ]
    assert table.problems["source_row"].tolist() == [3, 4, 6]


# Refusals


@pytest.mark.parametrize(
    ("header", "row", "got"),
    [
        (["LAD23CD", "children"], [BARNET, "5"], "figures in children"),
        (["LAD23NM", "LAD23CD", "2011", "2012"], ["Barnet", BARNET, "5", "6"], "figures in 2011"),
    ],
)
def test_a_table_of_figures_is_no_lookup(tmp_path, header, row, got):
    path = saved(tmp_path, header, row)
    with pytest.raises(UnrecognisedFile) as caught:
        lookups.read_lookup(path, passport())
    assert caught.value.rule.endswith("a lookup has codes and names alone")
    assert caught.value.got.startswith(got)
    assert "name the columns as `ignored`" in caught.value.action


def test_a_lookup_of_other_nations_only_is_refused(tmp_path):
    path = saved(tmp_path, ["WD24CD", "LAD24CD"], ["W05000981", "W06000015"])
    with pytest.raises(SourceError) as caught:
        lookups.read_lookup(path, passport())
    assert caught.value.rule == "must have rows that can be used"
    assert "Wales" in caught.value.got


def test_a_lookup_without_any_code_is_refused(tmp_path):
    path = saved(tmp_path, ["WD24CD", "WD24NM"], ["x", "A"], ["y", "B"])
    with pytest.raises(SourceError) as caught:
        lookups.read_lookup(path, passport())
    assert "no area code" in caught.value.got


def test_the_catalogue_passport_is_found(tmp_path):
    path = saved(tmp_path, ["LSOA21CD", "WD24CD"], ["E01000115", "E05013628"])
    assert lookups.read_lookup(path).source == passport()


def test_a_file_without_codes_is_refused(tmp_path):
    path = saved(tmp_path, ["name", "value"], ["Barnet", "5"])
    with pytest.raises(SourceError):
        lookups.read_lookup(path, passport())
