import numpy as np
import pandas as pd
import pytest

from cyp_analysis import schema, text_columns
from cyp_analysis.errors import SchemaError

TEXTS = ["Barnet", "", "Leeds", "Barnet", None, "Leeds"]


def coded(cells: list, dtype: str = "str") -> pd.Series:
    return pd.Series(cells, dtype=dtype).astype("category")


def test_categories_are_written_out_as_the_texts_they_stand_for():
    written = text_columns.plain(coded(TEXTS))
    assert written.dtype == "str"
    pd.testing.assert_series_equal(written, pd.Series(TEXTS, dtype="str"))


def test_the_index_and_the_name_stay():
    cells = pd.Series(["a", "b", "a"], index=[5, 3, 9], name="sex").astype("category")
    written = text_columns.plain(cells)
    assert written.index.tolist() == [5, 3, 9] and written.name == "sex"
    assert text_columns.plain(cells.iloc[:0]).tolist() == []


def test_plain_texts_stay_as_they_are():
    cells = pd.Series(TEXTS, dtype="str")
    pd.testing.assert_series_equal(text_columns.plain(cells), cells)


def test_what_is_text_and_what_is_not():
    assert text_columns.is_text(pd.Series(["a"], dtype="str"))
    assert text_columns.is_text(coded(["a"]))
    assert not text_columns.is_text(pd.Series([1.0]))
    assert not text_columns.is_text(pd.Series(pd.to_datetime(["2024-03-31"])))


@pytest.mark.parametrize("columns", [["a"], ["a", "b"], ["b", "c", "a"], ["a", "b", "c", "d"]])
def test_numbers_of_keys_are_the_same_for_categories_and_for_texts(columns):
    draw = np.random.default_rng(5)
    cells = {name: draw.integers(0, 9, 500).astype("str") for name in "abc"}
    plain = pd.DataFrame(cells).astype("str").assign(d=draw.integers(0, 400, 500))
    held = plain.assign(**{name: plain[name].astype("category") for name in "ab"})
    for rows in (plain, held):
        numbers = text_columns.key_codes(rows, columns)
        pairs = pd.DataFrame({"key": rows[columns].astype("str").agg("|".join, axis=1)})
        pairs = pairs.assign(number=numbers).drop_duplicates()
        assert pairs["key"].is_unique and pairs["number"].is_unique
        assert sorted(pairs["number"]) == list(range(len(pairs)))


def test_a_missing_cell_is_a_key_of_its_own():
    numbers = text_columns.key_codes(pd.DataFrame({"a": coded(TEXTS)}), ["a"])
    assert numbers[0] == numbers[3] and numbers[2] == numbers[5]
    assert len(set(numbers.tolist())) == 4 and numbers.max() == 3


def test_many_columns_of_many_texts_do_not_run_out_of_numbers():
    rows = pd.DataFrame(
        {f"c{n}": [f"{(i * (n + 7)) % 997}" for i in range(2_000)] for n in range(9)}
    )
    numbers = text_columns.key_codes(rows, list(rows))
    assert numbers.max() + 1 == len(rows.drop_duplicates())


def test_a_table_without_rows_has_no_numbers():
    rows = pd.DataFrame({"a": coded([]), "b": pd.Series([], dtype="str")})
    assert text_columns.key_codes(rows, ["a", "b"]).tolist() == []
    assert text_columns.first_of_each_text(rows).tolist() == []


def test_the_first_row_of_each_text():
    rows = pd.DataFrame(
        {"a": coded(["x", "x", "y", "y", "x"]), "b": ["p", "p", "p", "q", "q"], "n": range(5)}
    ).astype({"b": "str"})
    assert text_columns.first_of_each_text(rows).tolist() == [True, False, True, True, False]


def count_rows(**columns) -> pd.DataFrame:
    usual = dict.fromkeys(schema.COUNT_COLUMNS, "") | dict.fromkeys(schema.NUMBERS, 1.0)
    usual |= {
        "measure": "looked_after",
        "area_code": ["E09000003", "E09000003", "E92000001"],
        "period_start": pd.Timestamp(2024, 3, 31),
        "period_end": [pd.Timestamp(y, 3, 31) for y in (2024, 2025, 2024)],
        "sex": "persons",
        "source_id": "dfe",
        "source_published": pd.NaT,
        "source_row": [2, 3, 4],
        "source_file": "cla.csv",
    }
    return pd.DataFrame(usual | columns)


def test_a_count_table_of_categories_is_checked_and_written_out_as_text():
    rows = count_rows()
    texts = [name for name in rows if text_columns.is_text(rows[name])]
    held = rows.assign(**{name: rows[name].astype("category") for name in texts})
    checked = schema.check_count_table(held)
    pd.testing.assert_frame_equal(checked, schema.check_count_table(rows))
    assert (checked[texts].dtypes == "str").all()


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"sex": ["persons", "persons", "all"]}, "`sex`: isin.*got: .'all'"),
        ({"area_code": ["E09000003", "E09000099", "E92000001"]}, "areas.csv.*E09000099"),
        ({"value_note": ["", "", None]}, "`value_note`: "),
        ({"source_file": ["a.csv", "a.csv", ""]}, "`source_file`"),
        ({"count": [1.0, 1.0, -1.0]}, "`count`: greater_than_or_equal_to"),
        ({"period_end": pd.Timestamp(2024, 3, 31)}, "one row for each key"),
    ],
)
def test_a_rule_broken_in_a_late_row_is_found_among_categories(columns, told):
    rows = count_rows(**columns)
    texts = [name for name in rows if text_columns.is_text(rows[name])]
    held = rows.assign(**{name: rows[name].astype("category") for name in texts})
    with pytest.raises(SchemaError, match=told):
        schema.check_count_table(held)
