"""Bytes on disk become sheets of text, or one clear refusal."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import files
from cyp_analysis.loaders.formats import fast_csv
from cyp_analysis.loaders.formats.records import Records


def write(tmp_path, content: bytes | str, name: str = "figures.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        files.read_sheets(path)
    assert caught.value.thing == path
    assert str(path) in str(caught.value)
    return caught.value


def test_records_and_their_lines_are_read(tmp_path):
    (sheet,) = files.read_sheets(write(tmp_path, "a,b\r\n1, 2 \r\n\r\n3,4\r\n"))
    assert sheet.records == [["a", "b"], ["1", "2"], ["3", "4"]]
    assert sheet.lines == [1, 2, 4]
    assert sheet.notes == ()


def test_a_line_break_inside_quotes_counts_as_a_line(tmp_path):
    (sheet,) = files.read_sheets(write(tmp_path, 'a,"b\nc"\n"1\n2",3\n4,5\n'))
    assert sheet.lines == [1, 3, 5]
    assert sheet.records[1] == ["1\n2", "3"]


def test_rows_without_any_text_are_passed_over(tmp_path):
    (sheet,) = files.read_sheets(write(tmp_path, "a,b\n,\n1,2\n,,,\n"))
    assert sheet.records == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_cells_is_the_one_the_header_uses(tmp_path, mark):
    (sheet,) = files.read_sheets(write(tmp_path, f"a{mark}b{mark}c\n1{mark}2{mark}3\n"))
    assert sheet.records == [["a", "b", "c"], ["1", "2", "3"]]


def test_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    (sheet,) = files.read_sheets(write(tmp_path, b"\xef\xbb\xbfarea,n\nE1,2\n"))
    assert sheet.records[0] == ["area", "n"]


def test_windows_text_is_read_and_told(tmp_path):
    (sheet,) = files.read_sheets(write(tmp_path, "area,n\nMôn – x,2\n".encode("cp1252")))
    assert sheet.records[1] == ["Môn – x", "2"]
    assert sheet.notes == ("not UTF-8: read as cp1252",)


def test_utf16_text_is_read_and_told(tmp_path):
    (sheet,) = files.read_sheets(write(tmp_path, "area\tn\nMôn\t2\n".encode("utf-16")))
    assert sheet.records == [["area", "n"], ["Môn", "2"]]
    assert sheet.notes == ("not UTF-8: read as utf-16",)


def test_a_missing_line_end_at_the_end_is_told(tmp_path):
    (sheet,) = files.read_sheets(write(tmp_path, "a,b\n1,2"))
    assert sheet.records[-1] == ["1", "2"]
    assert sheet.unfinished
    (sheet,) = files.read_sheets(write(tmp_path, "a,b\n1,2\r"))
    assert not sheet.unfinished


@pytest.mark.parametrize("end", [",", " ", '""'])
def test_a_blank_last_line_without_a_line_end_is_told(tmp_path, end):
    (sheet,) = files.read_sheets(write(tmp_path, f"a,b\n1,2\n{end}"))
    assert sheet.records[-1] == ["1", "2"] and not sheet.unfinished
    assert sheet.notes == ("the last line has no line end: check that the file is complete",)


def test_the_head_is_a_part_of_the_file(tmp_path):
    path = write(tmp_path, "a,b\n" + "1,2\n" * 50_000)
    (sheet,) = files.read_head(path, records=3)
    assert sheet.records == [["a", "b"], ["1", "2"], ["1", "2"]]


def test_a_head_cut_inside_a_letter_is_still_read(tmp_path):
    path = write(tmp_path, "a,b\n" + "é,ô\n" * 30_000)
    (sheet,) = files.read_head(path, records=2)
    assert sheet.records == [["a", "b"], ["é", "ô"]]
    assert sheet.notes == ()


def test_a_missing_file_is_refused(tmp_path):
    error = refusal(tmp_path / "nowhere.csv")
    assert (error.rule, error.got) == ("must exist", "no such file")
    assert error.action == "Check the path."
    assert refusal(tmp_path / "nowhere.xlsx").got == "no such file"


@pytest.mark.parametrize("name", ["folder.csv", "folder.xlsx"])
def test_a_folder_is_refused(tmp_path, name):
    (tmp_path / name).mkdir()
    error = refusal(tmp_path / name)
    assert (error.rule, error.got) == ("must be a file", "a folder")
    assert error.action == "Name a file, or give the folder to `--data`."


@pytest.mark.parametrize("content", ["", "\n\n", " , \n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path, content):
    error = refusal(write(tmp_path, content))
    assert (error.rule, error.got) == ("must hold a table", "an empty file")
    assert error.action.startswith("Download the file again")


@pytest.mark.parametrize(
    "content, what",
    [
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"7z\xbc\xaf\x27\x1c....", "a 7z archive"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        (b"\n <!DOCTYPE html><p>404</p>", "a web page, perhaps an error page saved as data"),
        (b"\xef\xbb\xbf<html>", "a web page, perhaps an error page saved as data"),
        (b"<table><tr><td>1</td></tr>", "a web page, perhaps an error page saved as data"),
        (b"<?xml version='1.0'?><Workbook xmlns='x'>", "a workbook saved as XML"),
        (b"<?xml version='1.0'?><figures/>", "an XML document"),
        (b"a,b\n1,\x002\n", "bytes that are not text"),
    ],
)
@pytest.mark.parametrize("name", ["figures.csv", "figures.xls", "figures"])
def test_what_only_pretends_to_be_a_table_is_refused(tmp_path, content, what, name):
    error = refusal(write(tmp_path, content, name))
    assert error.rule == "must be a table of text, a workbook, Parquet or JSON"
    assert error.got == what
    assert error.action == "Save it as CSV, or download the CSV file of the same release."


def test_bytes_of_no_encoding_are_refused(tmp_path):
    error = refusal(write(tmp_path, b"a,b\n1,\x81\x8d\n"))
    assert error.rule == "must be text in UTF-8 or Windows-1252"
    assert error.got == "bytes that are neither"


def test_a_quote_left_open_is_a_file_cut_short(tmp_path):
    error = refusal(write(tmp_path, 'a,b\n1,2\n3,"4'))
    assert error.rule == "must be complete"
    assert error.got == "a quotation mark opened on line 3 that never closes: the file is cut short"
    assert error.action.startswith("Download the file again")


def test_letters_after_a_closing_quote_are_refused_with_their_line(tmp_path):
    error = refusal(write(tmp_path, 'a,b\n1,"2"x\n3,4\n'))
    assert error.rule == "must be comma-separated text"
    assert error.got.endswith("on line 2")


def test_the_bytes_decide_not_the_name(tmp_path, real_data):
    (sheet,) = files.read_sheets(write(tmp_path, "a,b\n1,2\n", "figures.xlsx"))
    assert sheet.records == [["a", "b"], ["1", "2"]]
    book = (
        real_data
        / "ons-census-2021"
        / "RM006_age_of_youngest_dependent_child_by_household_type.xlsx"
    )
    renamed = write(tmp_path, book.read_bytes(), "figures.csv")
    assert files.read_sheets(renamed) == files.read_sheets(book)


def test_an_old_workbook_that_is_none_is_refused(tmp_path):
    error = refusal(write(tmp_path, b"\xd0\xcf\x11\xe0....", "figures.xls"))
    assert error.rule == "must be an Excel workbook"
    assert error.got.startswith("a file that does not open as one")


def test_the_first_line_may_name_the_mark(tmp_path):
    (sheet,) = files.read_sheets(write(tmp_path, "sep=;\r\na;b\r\n1,5;2\r\n"))
    assert sheet.records == [["a", "b"], ["1,5", "2"]]
    assert sheet.lines == [2, 3]


def test_commas_in_words_do_not_make_a_table(tmp_path):
    text = "Children, young people, and others, by area\na;b;c\n1;2;3\n4;5;6\nSource: X, Y, Z\n"
    (sheet,) = files.read_sheets(write(tmp_path, text))
    assert sheet.records[1:3] == [["a", "b", "c"], ["1", "2", "3"]]


def test_lines_that_end_in_a_carriage_return_alone(tmp_path):
    (sheet,) = files.read_sheets(write(tmp_path, "a,b\r1,2\r3,4\r"))
    assert (sheet.records, sheet.lines) == ([["a", "b"], ["1", "2"], ["3", "4"]], [1, 2, 3])


def test_a_giant_cell_is_refused(tmp_path):
    error = refusal(write(tmp_path, "a,b\n1," + "9" * 140_000 + "\n"))
    assert error.rule == "must be comma-separated text" and "field limit" in error.got


def test_workbook_rows_keep_the_row_numbers_of_their_sheet(real_data):
    sheets = files.read_sheets(real_data / "ons-population" / "mye23tablesew.xlsx")
    persons = next(sheet for sheet in sheets if sheet.name == "MYE2 - Persons")
    header = persons.lines.index(8)
    assert persons.records[header][:6] == ["Code", "Name", "Geography", "All ages", "0", "1"]
    assert persons.records[persons.lines.index(224)][:5] == [
        "E09000003", "Barnet", "London Borough", "395007", "4662",
    ]  # fmt: skip


def test_a_workbook_cut_short_is_refused(tmp_path, real_data):
    whole = (real_data / "ons-population" / "mye23tablesew.xlsx").read_bytes()
    error = refusal(write(tmp_path, whole[: len(whole) // 2], "mye23tablesew.xlsx"))
    assert error.rule == "must be an Excel workbook"


# --- large files: the columns of fast_csv are the records of the csv module -----------------------

CELLS = st.sampled_from(
    ["", "1", "27.5", "c", " x ", '"a,b"', '"say ""so"""', '"two\nlines"', "\u00a0é", '""', "Môn"]
)
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=12)


def both_ways(path, monkeypatch_context) -> tuple:
    """What the csv module and the columns give for one file: sheets, or the words of an error."""
    answers = []
    for smallest in (1 << 60, 0):
        monkeypatch_context.setattr(fast_csv, "SMALLEST", smallest)
        try:
            (sheet,) = files.read_sheets(path)
        except SourceError as error:
            answers.append(str(error))
        else:
            lines = [int(line) for line in sheet.lines]
            answers.append((lines, list(sheet.records), sheet.notes, sheet.unfinished))
    return tuple(answers)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=LINES,
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    last=st.booleans(),
    bom=st.booleans(),
    gaps=st.booleans(),
)
def test_large_files_give_the_same_records(tmp_path, lines, ends, last, bom, gaps):
    text = (ends * (1 + gaps)).join(",".join(line) for line in lines) + ends * last
    path = write(tmp_path, ("\ufeff" * bom + text).encode())
    with pytest.MonkeyPatch.context() as patch:
        slow, fast = both_ways(path, patch)
    assert slow == fast


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet='ab,;\t"\n\r 1\0é', max_size=60))
def test_large_files_of_any_letters_give_the_same_answer(tmp_path, text):
    path = write(tmp_path, text)
    with pytest.MonkeyPatch.context() as patch:
        slow, fast = both_ways(path, patch)
    assert slow == fast


@pytest.mark.parametrize(
    "text, columns",
    [
        ("a,b\n1,2\n3,4\n", True),
        ('a,b\n"1,0",2\n3,"x ""y"""\n', True),
        ("a,b\n1,2\n\n3\n5,6\n", True),
        ("Title\na,b\n1,2\n3,4\n", True),
        ('a,b\n"1\n2",2\n3,4\n', True),
        ('a,b\n1,2"\n3,4\n', False),
        ("a\n1\n2\n", False),
        ("a,b\r1,2\r3,4\r", False),
    ],
)
def test_which_files_are_read_by_column(tmp_path, monkeypatch, text, columns):
    path = write(tmp_path, text)
    slow, fast = both_ways(path, monkeypatch)
    (sheet,) = files.read_sheets(path)
    assert slow == fast
    assert isinstance(sheet.records, Records) == columns


def test_records_kept_as_columns_behave_as_a_list(tmp_path, monkeypatch):
    monkeypatch.setattr(fast_csv, "SMALLEST", 0)
    (sheet,) = files.read_sheets(write(tmp_path, "Title\na,b\n1,2\n3\n5,6\n"))
    assert isinstance(sheet.records, Records) and len(sheet.records) == 5
    assert sheet.records[0] == ["Title"] and sheet.records[-1] == ["5", "6"]
    assert sheet.records[2:4] == [["1", "2"], ["3"]]
    with pytest.raises(IndexError):
        sheet.records[5]


def test_every_real_csv_is_the_same_by_column(real_data, monkeypatch):
    paths = sorted(real_data.glob("*/*.csv"))
    assert len(paths) > 40
    for path in paths:
        slow, fast = both_ways(path, monkeypatch)
        assert slow == fast, path.name
