import numpy as np
import pandas as pd
import pytest

from cyp_analysis.loaders import columns, layout, symbols
from cyp_analysis.loaders.formats.records import Records, series
from cyp_analysis.text_columns import plain

TEXTS = ["b", "a", "b", "", "c"]


def texts(cells: list, *, coded: bool = False) -> pd.Series:
    made = pd.Series(cells, dtype="str", index=range(10, 10 + len(cells)))
    return made.astype("category") if coded else made


@pytest.mark.parametrize("held", [False, True])
def test_each_different_text_is_read_once_in_order_of_coming(held):
    asked = []

    def read(each: pd.Series) -> pd.Series:
        asked.append(each.tolist())
        return each.str.upper()

    found = columns.per_text(texts(TEXTS, coded=held), read)
    assert found.tolist() == ["B", "A", "B", "", "C"] and found.dtype == "str"
    assert found.index.tolist() == [10, 11, 12, 13, 14]
    assert asked == [["b", "a", "", "c"]]


def test_texts_that_no_row_has_are_not_read():
    held = texts(TEXTS, coded=True)[lambda each: each != "a"]
    assert columns.per_text(
        held, lambda each: each.map({"b": "1", "": "2", "c": "3"})
    ).tolist() == [*("1", "1", "2", "3")]


@pytest.mark.parametrize("held", [False, True])
def test_a_missing_text_is_read_as_an_empty_one(held):
    found = columns.per_text(texts(["a", None, ""], coded=held), lambda each: each + "!")
    assert found.tolist() == ["a!", "!", "!"]


@pytest.mark.parametrize("held", [False, True])
def test_what_is_found_may_be_kept_as_categories(held):
    found = columns.coded(texts(TEXTS, coded=held), lambda each: each.replace({"a": "b"}))
    assert isinstance(found.dtype, pd.CategoricalDtype)
    assert plain(found).tolist() == ["b", "b", "b", "", "c"]
    assert found.index.tolist() == [10, 11, 12, 13, 14]


def test_a_table_found_keeps_numbers_and_codes_texts():
    def read(each: pd.Series) -> pd.DataFrame:
        return pd.DataFrame({"text": each + "!", "size": each.str.len()})

    found = columns.coded(texts(TEXTS), read)
    assert plain(found["text"]).tolist() == ["b!", "a!", "b!", "!", "c!"]
    assert found["size"].tolist() == [1, 1, 1, 0, 1]


def test_meanings_and_constants():
    meant = columns.meant(texts(TEXTS), {"a": "x"}, "other")
    assert plain(meant).tolist() == ["other", "x", "other", "other", "other"]
    assert columns.mapped(texts(TEXTS, coded=True), {"a": "x"}).tolist() == ["", "x", "", "", ""]
    assert plain(columns.constant("y", pd.RangeIndex(3))).tolist() == ["y", "y", "y"]
    assert columns.constant("y", pd.RangeIndex(0)).tolist() == []


def test_only_columns_of_text_become_categories():
    assert columns.as_coded(texts(TEXTS)).cat.categories.tolist() == ["b", "a", "", "c"]
    numbers = pd.Series([1.0, 2.0])
    assert columns.as_coded(numbers) is numbers


def test_different_combinations_in_order_of_coming():
    rows = pd.DataFrame({"a": texts(["z", "y", "z", "y"]), "b": texts(["1", "1", "1", "2"])})
    for table in (rows, rows.assign(a=rows["a"].astype("category"))):
        short, place = columns.distinct(table, ["a", "b"])
        assert short.to_numpy().tolist() == [["z", "1"], ["y", "1"], ["y", "2"]]
        assert place.tolist() == [0, 1, 0, 2]
    assert columns.distinct(rows.iloc[:0], ["a", "b"])[1].tolist() == []


def test_tables_one_below_the_other():
    first = pd.DataFrame({"a": texts(["x"], coded=True), "n": [1]}, index=[10])
    second = pd.DataFrame({"a": texts(["y"], coded=True), "n": [2]}, index=[10])
    both = columns.stacked([first, second])
    assert plain(both["a"]).tolist() == ["x", "y"] and both.index.tolist() == [0, 1]
    assert isinstance(both["a"].dtype, pd.CategoricalDtype)
    assert columns.stacked([second])["n"].tolist() == [2]


def arrow(cells: list[str], pieces: int = 1):
    import pyarrow as pa

    parts = np.array_split(np.array(cells), pieces)
    return pa.chunked_array([pa.array(p.tolist(), pa.string()).dictionary_encode() for p in parts])


@pytest.mark.parametrize("pieces", [1, 3])
def test_a_column_of_few_texts_is_read_as_categories(pieces):
    cells = ["b", "a", "b"] * 40
    read = series(arrow(cells, pieces), coded=True)
    assert isinstance(read.dtype, pd.CategoricalDtype)
    assert plain(read).tolist() == series(arrow(cells, pieces)).tolist() == cells


def test_a_column_of_figures_is_read_as_plain_text():
    cells = [str(number) for number in range(100)]
    read = series(arrow(cells), coded=True)
    assert read.dtype == "str" and read.tolist() == cells


def test_a_table_of_long_figures_is_read_as_by_the_patterns():
    cells = ["12.5", "-3", "0", ".5", "", "7"] * 2_000
    fast = symbols.parse_numbers(texts(cells))
    each = symbols.parse_numbers(texts(cells[:6]))
    for name in ("number", "reason", "unknown", "mark"):
        assert fast[name].iloc[:6].tolist() == pytest.approx(each[name].tolist(), nan_ok=True) or (
            name != "number" and fast[name].iloc[:6].tolist() == each[name].tolist()
        )


@pytest.mark.parametrize("odd", ["c", "1-2", "1,234", "1e5", "-", "--", "9" * 400, "2024-03-31"])
def test_one_other_cell_among_many_figures_is_read_as_it_is_alone(odd):
    cells = texts(["12.5"] * 10_000 + [odd])
    last, alone = symbols.parse_numbers(cells).iloc[[-1]], symbols.parse_numbers(texts([odd]))
    pd.testing.assert_frame_equal(last.reset_index(drop=True), alone.reset_index(drop=True))


def test_figures_held_as_categories_are_read_alike():
    cells = ["12", "c", "", "[x]"]
    held = symbols.parse_numbers(texts(cells, coded=True))
    pd.testing.assert_frame_equal(held, symbols.parse_numbers(texts(cells)))


def test_notes_of_either_kind_are_joined():
    first, second = texts(["a", "", "c"], coded=True), texts(["x", "y", ""], coded=True)
    assert symbols.join_notes(first, second).tolist() == ["a; x", "y", "c"]


def test_a_table_read_as_categories_holds_the_same_cells(tmp_path):
    from cyp_analysis import catalogue

    source = catalogue.sources()["ohid_fingertips"]
    path = tmp_path / "file.csv"
    header = ",".join(source.header)
    path.write_text(
        f"{header}\n" + "".join(f"{'a,' * (len(source.header) - 1)}{n % 3}\n" for n in range(9))
    )
    as_text = layout.open_tables(path, source)[0].rows
    held = layout.open_tables(path, source, coded=True)[0].rows
    assert isinstance(held[source.header[0]].dtype, pd.CategoricalDtype)
    pd.testing.assert_frame_equal(held.apply(plain).astype({"source_row": "int64"}), as_text)


def test_records_are_what_layout_reads_by_column():
    import pyarrow as pa

    records = Records([["name"]], pa.table([arrow(["x", "y"])], names=["0"]), {})
    assert list(records) == [["name"], ["x"], ["y"]]
