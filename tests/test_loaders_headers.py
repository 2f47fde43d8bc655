"""Column names: tidied, unique, found by alias; the header decides which passport fits."""

import pytest

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import headers, layout, recognise
from cyp_analysis.loaders.formats import fast_csv


def passport(id: str, header, **more) -> Source:
    kept = {"publisher": "A", "title": "T", "licence": "L", "citation": "C", "reader": "dfe"}
    return Source(id=id, header=tuple(header), **kept | more)


def named(*sources: Source) -> dict[str, Source]:
    return {source.id: source for source in sources}


PLANS = passport(
    "plans",
    ["time_period", "new_la_code", "CPP_At31"],
    file_patterns=("d1_plans*.csv",),
    aliases={"CPP_At31": ("plans at end",)},
)
LONGER = passport("longer", ["time_period", "new_la_code", "CPP_At31", "CPP_start"])
NEED = passport("need", ["time_period", "new_la_code", "At31"], file_patterns=("b1*.csv",))


def write(tmp_path, text: str, name: str = "file.csv"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_names_are_tidied():
    assert headers.tidy("\ufeff Lower CI\n 95.0  limit ") == "Lower CI 95.0 limit"


def test_blank_and_repeated_names_become_unique():
    assert headers.unique(["At31", "AT31"]) == ["At31", "AT31_2"]
    assert headers.unique(["SN1", "SNP", "", "SNP", "SNP", "source_row"]) == [
        "SN1", "SNP", "blank_3", "SNP_2", "SNP_3", "source_row_2",
    ]  # fmt: skip


def test_a_name_is_found_by_case_by_alias_and_by_beginning():
    source = passport("a", ["x"], aliases={"goal": ("Target data",), "low": ("lower ci*",)})
    found = headers.by_key(["X", "target  DATA", "Lower CI 95.0 limit"])
    assert headers.find("x", found, source) == "X"
    assert headers.find("goal", found, source) == "target  DATA"
    assert headers.find("low", found, source) == "Lower CI 95.0 limit"
    assert headers.find("high", found, source) is None


def test_the_order_of_columns_does_not_matter(tmp_path):
    path = write(tmp_path, "cpp_at31,NEW_LA_CODE,time_period\n1,E09000003,2024\n")
    assert recognise.recognise(path, named(NEED, PLANS)).id == "plans"


def test_an_alias_counts_as_the_column(tmp_path):
    path = write(tmp_path, 'new_la_code,"Plans\nat end",time_period\nE09000003,1,2024\n')
    assert recognise.recognise(path, named(NEED, PLANS)).id == "plans"


def test_the_longest_signature_wins_over_the_name(tmp_path):
    text = "time_period,new_la_code,CPP_At31,CPP_start\n2024,E1,1,1\n"
    path = write(tmp_path, text, "d1_plans.csv")
    assert recognise.recognise(path, named(PLANS, LONGER)).id == "longer"


def test_a_misleading_name_does_not_count(tmp_path):
    path = write(tmp_path, "time_period,new_la_code,At31\n2024,E1,1\n", "d1_plans_2024.csv")
    assert recognise.recognise(path, named(PLANS, NEED)).id == "need"


def test_rows_above_the_header_are_passed_over(tmp_path):
    text = "Table 1: plans,,\nNotes below,,\ntime_period,new_la_code,CPP_At31\n2024,E1,7\n"
    path = write(tmp_path, text)
    assert recognise.recognise(path, named(PLANS)).id == "plans"
    (table,) = layout.open_tables(path, PLANS)
    assert table.above == ("Table 1: plans", "Notes below")
    assert table.rows.to_dict("list") == {
        "source_row": [4],
        "time_period": ["2024"],
        "new_la_code": ["E1"],
        "CPP_At31": ["7"],
    }


def test_equal_signatures_are_told_apart_by_folder_then_name(tmp_path):
    twins = [passport(i, ["a", "b"], file_patterns=(f"{i}*.csv",)) for i in ("first", "second")]
    text = "a,b\n1,2\n"
    in_folder = write(tmp_path, text, "second/2019-01-17/first.csv")
    assert recognise.recognise(in_folder, named(*twins)).id == "second"
    assert recognise.recognise(write(tmp_path, text, "FIRST_x.csv"), named(*twins)).id == "first"
    with pytest.raises(SourceError) as caught:
        recognise.recognise(write(tmp_path, text, "neither.csv"), named(*twins))
    assert caught.value.rule == "must fit one passport"
    assert caught.value.got == "`first`, `second`, all alike"
    assert "folder named as the right passport" in caught.value.action


def test_a_missing_column_of_a_named_file_is_told_in_full(tmp_path):
    path = write(tmp_path, "time_period,new_la_code,CPP_start\n2024,E1,5\n", "d1_plans_2024.csv")
    with pytest.raises(SourceError) as caught:
        recognise.recognise(path, named(NEED, PLANS, LONGER))
    assert str(caught.value) == (
        f"{path}: a file of `plans` must have the column `CPP_At31`; "
        "got: only time_period, new_la_code, CPP_start. Download the file again. If only a name "
        "changed, add it to `aliases` in data/catalogue/sources/plans.yml."
    )
    assert not isinstance(caught.value, recognise.UnrecognisedFile)


def test_a_file_near_a_passport_is_told_what_it_lacks(tmp_path):
    path = write(tmp_path, "time_period,new_la_code,other\n2024,E1,5\n", "unknown.csv")
    with pytest.raises(recognise.UnrecognisedFile) as caught:
        recognise.recognise(path, named(PLANS))
    assert caught.value.rule == "must be a file that a passport describes"
    assert caught.value.got == "a header without `CPP_At31` of `plans`, the closest passport"
    assert "cyp list sources" in caught.value.action


def test_a_file_like_no_passport_is_told_so(tmp_path):
    path = write(tmp_path, "wine,price\nred,5\n")
    with pytest.raises(recognise.UnrecognisedFile) as caught:
        recognise.recognise(path, named(PLANS, NEED))
    assert caught.value.got == "a header unlike any passport's"


def test_no_passports_at_all_is_told(tmp_path):
    with pytest.raises(SourceError, match="no passports. Add one to data/catalogue/sources."):
        recognise.recognise(write(tmp_path, "a,b\n1,2\n"), {})


def test_a_passport_without_a_signature_fits_nothing(tmp_path):
    with pytest.raises(recognise.UnrecognisedFile):
        recognise.recognise(write(tmp_path, "a,b\n1,2\n"), named(passport("blank", [])))


def test_a_trailing_comma_in_the_header_makes_no_column(tmp_path):
    path = write(tmp_path, "time_period,new_la_code,CPP_At31,\n2024,E1,5,\n2025,E1,6\n")
    (table,) = layout.open_tables(path, PLANS)
    assert list(table.rows) == ["source_row", "time_period", "new_la_code", "CPP_At31"]
    assert table.rows["CPP_At31"].tolist() == ["5", "6"]


def test_ragged_rows_in_the_middle_are_listed_not_fatal(tmp_path):
    text = "time_period,new_la_code,CPP_At31\n2024,E1\n2024,E2,5,9\n2024,E3,6\n"
    (table,) = layout.open_tables(write(tmp_path, text), PLANS)
    assert table.rows["new_la_code"].tolist() == ["E3"]
    assert table.problems.to_dict("list") == {
        "source_row": [2, 3],
        "problem": [
            "left out: 2 cells where the header has 3",
            "left out: 4 cells where the header has 3",
        ],
    }


def test_a_last_record_cut_short_stops_the_file(tmp_path):
    path = write(tmp_path, "time_period,new_la_code,CPP_At31\n2024,E1,5\n2024,E")
    with pytest.raises(SourceError) as caught:
        layout.open_tables(path, PLANS)
    assert caught.value.rule == "must be complete"
    assert caught.value.got == "a last record (line 3) of 2 cells; header has 3"
    assert caught.value.action == "The file is cut short: download it again from its publisher."


CUT_OFF = (
    "left out: the last line has no line end, so the file may be cut off; "
    "add a line end if it is whole"
)


@pytest.mark.parametrize("last", ["2024,E2,627", "2024,E2,62744", "2024,E2,", '2024,E2,"62"'])
def test_a_last_record_without_a_line_end_is_left_out_and_told(tmp_path, last):
    text = f"time_period,new_la_code,CPP_At31\n2024,E1,5\n{last}"
    (table,) = layout.open_tables(write(tmp_path, text), PLANS)
    assert table.rows["new_la_code"].tolist() == ["E1"]
    assert table.problems.to_dict("list") == {"source_row": [3], "problem": [CUT_OFF]}
    (table,) = layout.open_tables(write(tmp_path, text + "\n"), PLANS)
    assert table.rows["new_la_code"].tolist() == ["E1", "E2"]
    assert table.problems.empty


def test_an_only_record_without_a_line_end_leaves_nothing(tmp_path):
    path = write(tmp_path, "time_period,new_la_code,CPP_At31\n2024,E1,5")
    with pytest.raises(SourceError, match="must have rows that can be used") as caught:
        layout.open_tables(path, PLANS)
    assert caught.value.got == f"none ({CUT_OFF})"


def test_a_header_alone_without_a_line_end_has_no_rows(tmp_path):
    path = write(tmp_path, "time_period,new_la_code,CPP_At31")
    with pytest.raises(SourceError, match="no rows below the header"):
        layout.open_tables(path, PLANS)


def test_a_sheet_without_the_signature_is_refused(tmp_path):
    with pytest.raises(SourceError, match="closest passport"):
        layout.open_tables(write(tmp_path, "time_period,new_la_code\n1,2\n"), PLANS)


# --- notes below the table ------------------------------------------------------------------------

TABLE = "time_period,new_la_code,CPP_At31\n2024,E1,5\n2025,E1,6\n"


@pytest.mark.parametrize(
    "below",
    [
        "Source: Department for Education\n",
        "Source: Department for Education, 2025\n",
        "\n\n[note 1] Provisional figures, to be revised\n",
        "Footnotes,,\n1. Rounded to the nearest five,,\n",
        "Figures may not add up because of rounding\n",
        "Notes\nc\n(c) Crown copyright\n",
        "Source: the last line, without its end",
        '"In order to protect against disclosure, records have been swapped"\n',
    ],
)
@pytest.mark.parametrize("smallest", [1 << 60, 0])
def test_notes_below_a_table_are_told_once_and_the_table_is_kept(
    tmp_path, monkeypatch, below, smallest
):
    monkeypatch.setattr(fast_csv, "SMALLEST", smallest)
    (table,) = layout.open_tables(write(tmp_path, TABLE + below), PLANS)
    assert table.rows["CPP_At31"].tolist() == ["5", "6"]
    (told,) = table.problems["problem"]
    assert told.startswith("notes below the table, from this line on: ")


@pytest.mark.parametrize("last", ["2024", "E0900", "2024,E", "Kingston upon Hull City"])
def test_a_record_that_was_cut_is_no_note(tmp_path, last):
    with pytest.raises(SourceError, match="must be complete"):
        layout.open_tables(write(tmp_path, TABLE + last), PLANS)


@pytest.mark.parametrize("smallest", [1 << 60, 0])
def test_large_files_give_the_same_table(tmp_path, monkeypatch, smallest):
    monkeypatch.setattr(fast_csv, "SMALLEST", smallest)
    text = (
        "Title\ntime_period,new_la_code,CPP_At31\n2023,E1,1,\n2024,E1,5,\n2024,E2\n\n"
        "2025,E1,6,x\n2025,E3,\u00a07\n2025,E2,7,\n"
    )
    (table,) = layout.open_tables(write(tmp_path, text), PLANS)
    assert table.rows.to_dict("list") == {
        "source_row": [8],
        "time_period": ["2025"],
        "new_la_code": ["E3"],
        "CPP_At31": ["7"],
    }
    # One record is as wide as the header, so the cells beyond it are cells too many.
    short, long = (f"left out: {cells} cells where the header has 3" for cells in (2, 4))
    assert table.problems.to_dict("list") == {
        "source_row": [3, 4, 5, 7, 9],
        "problem": [long, long, short, long, long],
    }
    assert {str(t) for t in table.rows.dtypes} == {"int64", "str"}


def test_only_the_named_columns_are_kept_where_asked(tmp_path):
    path = write(tmp_path, "time_period,new_la_code,CPP_At31,more\n2024,E1,5,9\n")
    (table,) = layout.open_tables(path, PLANS, ["CPP_At31"], only_named=True)
    assert list(table.rows) == ["source_row", "CPP_At31"]


@pytest.mark.parametrize(
    "cell",
    ["2010-01-31", "31/01/2010", "1.2.10", "born 2010-01-31", "31 January 2010", "7th March 2011"]
    + ["NW9 6XX", "at SW1A1AA", "H801200001001", "A80120000100B", "4857773456", "485 777 3456"]
    + ["12345", "Smith, Jo", "O'Neil, Ann M.", "a.b@c.org"],
)
def test_cells_of_records_of_persons_are_not_repeated(cell):
    assert headers.may_be_personal(["sex", cell])
    told = headers.told(["sex", cell])
    assert told == "2 names that are not repeated here: they may be a record"


@pytest.mark.parametrize(
    "name",
    ["WD22CD", "LA23NM", "LSOA11CD", "CPP_At31", "rate_per_100000", "2023/24", "2014-15", "0-4"]
    + ["CLA at 31 March 2024", "aged 16 and 17", "Sex (2 categories)", "Rate per 10,000", "KS2"]
    + ["Area Code", "White, british", "YE_202403", "Rate_2013_14", "New areas, % of", "£ per head"],
)
def test_names_of_columns_are_told(name):
    assert headers.told(["", name, "sex"]) == f"{name}, sex"
    assert headers.told([name, *"abcdefghij"], 3) == f"{name}, a, b"


def test_a_record_in_the_place_of_a_header_is_not_repeated(tmp_path):
    path = tmp_path / "d1_plans_2025.csv"
    path.write_text("Zebediah,Quill,F\nAnn,Other,M\n")
    with pytest.raises(recognise.MissingColumns) as refused:
        recognise.recognise(path, named(PLANS))
    assert refused.value.got == "3 cells that are no known names of columns"
    assert refused.value.found == ()
    path.write_text("time_period,new_la_code,2010-01-31\n1,2,3\n")
    with pytest.raises(recognise.MissingColumns) as refused:
        recognise.recognise(path, named(PLANS))
    assert "2010" not in str(refused.value)


def test_a_pattern_of_digits_alone_is_a_whole_name():
    year = passport("years", ["A year"], aliases={"A year": ("20[0-9][0-9]/[0-9][0-9]",)})
    assert not headers.missing(headers.by_key(["Area", "2023/24"]), year)
    for other in ("2023/24/01", "x 2023/24", "2023-24", "20[0-9][0-9]/[0-9][0-8]"):
        assert headers.missing(headers.by_key(["Area", other]), year) == ["A year"]
