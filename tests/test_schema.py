import pandas as pd
import pytest

from cyp_analysis import schema
from cyp_analysis.errors import SchemaError


def count_row(**changes) -> pd.DataFrame:
    row = {
        "measure": "looked_after",
        "area_code": "E09000003",
        "period_start": "2024-03-31",
        "period_end": "2024-03-31",
        "period_label": "31 March 2024",
        "sex": "persons",
        "age": "<18 yrs",
        "category_type": "",
        "category": "",
        "count": 340.0,
        "denominator": 90_000.0,
        "value": 37.8,
        "lower_ci_95": 33.9,
        "upper_ci_95": 42.0,
        "value_note": "",
        "published_outcome": "",
        "published_trend": "",
        "source_id": "dfe",
        "source_published": None,
        "source_row": 2,
        "source_file": "cla_number.csv",
    }
    return pd.DataFrame([row | changes])


def broken(**changes) -> str:
    with pytest.raises(SchemaError) as error:
        schema.check_count_table(count_row(**changes))
    return str(error.value)


def test_a_right_row_passes_typed_and_in_order():
    checked = schema.check_count_table(count_row())
    assert list(checked) == schema.COUNT_COLUMNS
    assert checked["period_end"].dt.year.tolist() == [2024]
    assert checked["count"].dtype == float and checked["source_row"].dtype == int


def test_the_argument_is_not_changed():
    rows = count_row()
    before = rows.copy()
    schema.check_count_table(rows)
    pd.testing.assert_frame_equal(rows, before)


def test_missing_numbers_are_allowed():
    unknown = dict.fromkeys(schema.NUMBERS)
    assert schema.check_count_table(count_row(**unknown))["value"].isna().all()


def test_a_missing_column_is_named():
    with pytest.raises(SchemaError, match="count table: must have the column `age`"):
        schema.check_count_table(count_row().drop(columns="age"))


def test_unknown_area_is_refused_by_code():
    told = broken(area_code="E09000099")
    assert "`area_code`: must be in data/reference/areas.csv" in told and "E09000099" in told


def test_negative_counts_are_refused():
    assert "`count`: greater_than_or_equal_to(0)" in broken(count=-1.0)


def test_a_denominator_of_zero_is_refused():
    assert "`denominator`: greater_than(0)" in broken(denominator=0.0)


def test_interval_must_contain_the_value():
    assert "the interval must contain the value" in broken(upper_ci_95=37.0)


def test_unknown_sex_is_refused():
    assert "`sex`" in broken(sex="all")


def test_a_row_names_its_file():
    assert schema.SOURCE_COLUMNS[-2:] == ["source_row", "source_file"]
    assert "`source_file`" in broken(source_file="")


def test_period_must_run_forward():
    assert "period_start must not be after period_end" in broken(period_start="2025-01-01")


def test_one_row_for_each_key():
    twice = pd.concat([count_row(), count_row(count=1.0)], ignore_index=True)
    with pytest.raises(SchemaError, match="one row for each key"):
        schema.check_count_table(twice)


def test_the_empty_table_is_a_right_one():
    assert schema.check_count_table(schema.empty_count_table()).empty


def test_outcome_words_are_those_of_the_contract():
    rows = count_row().rename(columns={"measure": "indicator_id"})
    rows = rows.assign(
        statistic="crude_rate",
        method="byars",
        benchmark_area_code="",
        benchmark_value=None,
        outcome="bad",
        recent_trend="",
        target_value=None,
        target_met="",
        target_variance=None,
    )
    with pytest.raises(SchemaError, match="`outcome`.*bad"):
        schema.check_indicator_table(rows)


def test_rows_with_the_same_cells_have_the_same_number():
    cells = pd.DataFrame({"a": ["x", "y", "x", None, None], "b": [1, 1, 1, 2, 2]})
    numbers = schema.key_codes(cells, ["a", "b"])
    assert numbers.tolist() == [0, 1, 0, 2, 2]
    assert schema.key_codes(cells, ["b"]).tolist() == [0, 0, 0, 1, 1]
    assert schema.key_codes(cells.iloc[:0], ["a", "b"]).tolist() == []


def test_numbers_of_keys_agree_with_pandas():
    columns = {f"c{n}": [(row * (n + 3)) % (7 + n) for row in range(400)] for n in range(6)}
    cells = pd.DataFrame(columns).astype("str")
    numbers = pd.Series(schema.key_codes(cells, list(cells)))
    assert numbers.duplicated().tolist() == cells.duplicated().tolist()
    assert numbers.nunique() == len(cells.drop_duplicates()) == numbers.max() + 1
