"""The frame verbs slope_index and relative_index."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.inequality import relative_index, slope_index

PUBLISHED = Path(__file__).parent / "published" / "phe_sii.csv"
VALUE_TYPES = {0: "mean", 1: "rate", 2: "proportion"}
VERBS = [slope_index, relative_index]
INDEXES = [(slope_index, "sii"), (relative_index, "rii")]
ADDED = ["value", "lower_ci", "upper_ci", "intercept", "statistic", "method", "value_note"]


def quintiles(**others) -> pd.DataFrame:
    """The worked example: five quintiles, most deprived first."""
    table = {
        "quantile": [1, 2, 3, 4, 5],
        "population": [2200, 2100, 1900, 2000, 1800],
        "value": [24.0, 21, 20, 16, 14],
        "lower_ci": [22.0, 19, 18, 14, 12],
        "upper_ci": [26.0, 23, 22, 16.5, 16],
    }
    return pd.DataFrame(table | others)


def two_areas() -> pd.DataFrame:
    """Area A is the worked example; B is the same with its values turned round."""
    a, b = quintiles(), quintiles(value=[14.0, 16, 20, 21, 24], lower_ci=10.0, upper_ci=30.0)
    return pd.concat([a.assign(area="A"), b.assign(area="B")], ignore_index=True)


def spoilt(**cells) -> pd.DataFrame:
    """Two areas of which the third row of A holds something else."""
    df = two_areas()
    for name, cell in cells.items():
        df[name] = df[name].astype(object)
        df.loc[2, name] = cell
    return df


def published_sets() -> list:
    """One pytest case for each set of arguments in the file, which holds many areas."""
    table = pd.read_csv(PUBLISHED)
    table["has_se"] = table["se"].notna()
    table["number"] = table.groupby("case_id")["quantile"].transform("max")
    names = ["value_type", "transform", "multiplier", "confidence", "has_se", "number"]
    return [
        pytest.param(dict(zip(names, key, strict=True)), rows, id="-".join(map(str, key)))
        for key, rows in table.groupby(names)
    ]


def published_call(verb, arguments: dict, rows: pd.DataFrame, **more) -> pd.DataFrame:
    spread = {"se": "se"} if arguments["has_se"] else {"lower": "lower_cl", "upper": "upper_cl"}
    return verb(
        rows,
        value_type=VALUE_TYPES[arguments["value_type"]],
        transform=bool(arguments["transform"]),
        multiplier=arguments["multiplier"],
        confidence=arguments["confidence"],
        by="case_id",
        **spread,
        **more,
    )


# --- published answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("verb, index", INDEXES)
@pytest.mark.parametrize("arguments, rows", published_sets())
def test_indexes_match_the_published_ones(verb, index, arguments, rows):
    found = published_call(verb, arguments, rows.sample(frac=1, random_state=5))
    found = found.set_index("case_id").sort_index()
    expected = rows.groupby("case_id").first().sort_index()
    assert found["value"].to_numpy() == pytest.approx(expected[f"expected_{index}"], rel=1e-10)
    intercept = expected["expected_intercept"].fillna(found["intercept"])
    assert found["intercept"].to_numpy() == pytest.approx(intercept.to_numpy(), rel=1e-10)
    assert (found["value_note"] == "").all()
    limits = expected[[f"expected_{index}_lowercl", f"expected_{index}_uppercl"]]
    half = (limits.iloc[:, 1] - limits.iloc[:, 0]).to_numpy()[:, None] / 2
    away = np.abs(found[["lower_ci", "upper_ci"]].to_numpy() - limits.to_numpy()) / half
    assert np.nanmax(away, initial=0) < 0.02  # also where simulated, for which 0.03 is allowed


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("arguments, rows", published_sets())
def test_method_says_where_limits_are_simulated(verb, arguments, rows):
    found = published_call(verb, arguments, rows, draws=1000)
    simulated = arguments["value_type"] > 0 and not arguments["transform"]
    assert set(found["method"]) == {"simulated" if simulated else "closed_form"}


def test_counts_of_proportions_do_as_well_as_the_proportions():
    table = pd.read_csv(PUBLISHED).query("value_type == 2 and not transform and x.notna()")
    call = {
        "value_type": "proportion",
        "lower": "lower_cl",
        "upper": "upper_cl",
        "by": "case_id",
        "draws": 1000,
    }
    by_value = slope_index(table, **call)
    by_count = slope_index(table.drop(columns="value"), count="x", **call)
    assert len(by_value) > 2
    assert by_count["value"].to_numpy() == pytest.approx(by_value["value"].to_numpy(), rel=1e-9)


def test_the_printed_example_comes_out():
    found = slope_index(quintiles())
    assert found["value"].tolist() == pytest.approx([-12.4921826], abs=5e-8)
    assert found["intercept"].tolist() == pytest.approx([25.4560913], abs=5e-8)


# --- shape of the result --------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_one_row_per_group_with_by_first(verb):
    found = verb(two_areas(), by="area")
    assert found.columns.tolist() == ["area", *ADDED]
    assert found["area"].tolist() == ["A", "B"]
    assert set(found["statistic"]) == {verb.__name__}
    assert isinstance(found["method"].dtype, pd.CategoricalDtype)
    assert isinstance(found["statistic"].dtype, pd.CategoricalDtype)


@pytest.mark.parametrize("verb", VERBS)
def test_without_by_there_is_one_row(verb):
    assert verb(quintiles()).columns.tolist() == ADDED
    assert len(verb(quintiles())) == 1


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("by", [None, "area"])
def test_an_empty_table_gives_no_rows(verb, by):
    found = verb(two_areas().iloc[:0], by=by)
    assert len(found) == 0
    assert found.columns.tolist() == [*([by] if by else []), *ADDED]


@pytest.mark.parametrize("verb", VERBS)
def test_two_levels_of_confidence_have_two_pairs_of_limits(verb):
    found = verb(quintiles(), confidence=(0.95, 99.8)).iloc[0]
    assert found["lower_ci_998"] < found["lower_ci_95"] < found["value"]
    assert found["value"] < found["upper_ci_95"] < found["upper_ci_998"]
    assert verb(quintiles())["lower_ci"].iloc[0] == found["lower_ci_95"]


def test_any_number_of_levels_will_do():
    found = slope_index(quintiles(), value_type="rate", confidence=[0.9, 0.95, 0.99], draws=1000)
    lower = found[["lower_ci_99", "lower_ci_95", "lower_ci_90"]].to_numpy()[0]
    assert (np.diff(lower) > 0).all()


@pytest.mark.parametrize("verb", VERBS)
def test_the_input_is_never_changed(verb):
    df = two_areas()
    before = df.copy(deep=True)
    verb(df, by="area")
    assert_frame_equal(df, before)


@given(st.permutations(range(10)), st.sampled_from(VERBS))
@settings(max_examples=25, deadline=None)
def test_rows_may_come_in_any_order(order, verb):
    mixed = verb(two_areas().iloc[order], by="area").sort_values("area", ignore_index=True)
    assert_frame_equal(mixed, verb(two_areas(), by="area"))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("value_type", ["mean", "rate"])
def test_a_group_is_worked_out_as_if_it_stood_alone(verb, value_type):
    df = two_areas()
    call = {"value_type": value_type, "draws": 1000}
    together = verb(df, by="area", **call)
    for area, rows in df.groupby("area"):
        alone = verb(rows, **call)
        mine = together[together["area"] == area].drop(columns="area").reset_index(drop=True)
        assert_frame_equal(mine, alone)


@pytest.mark.parametrize("verb", VERBS)
def test_an_odd_index_and_columns_called_like_arguments_change_nothing(verb):
    df = two_areas().assign(multiplier=7, count=0, per=3, confidence=0, se=-1, number=99)
    df.index = [3, 3, 1, 1, 1, 0, -1, 8, 8, 8]
    assert_frame_equal(verb(df, by="area"), verb(two_areas(), by="area"))


@pytest.mark.parametrize("verb", VERBS)
def test_nullable_types_and_categories_are_read(verb):
    plain = two_areas()
    df = plain.convert_dtypes().astype({"area": "category", "quantile": "Int64"})
    found = verb(df, by="area").astype({"area": "object"})
    assert_frame_equal(found, verb(plain, by="area").astype({"area": "object"}))


def test_groups_may_have_several_columns_and_missing_keys():
    df = two_areas().assign(year=2024)
    df.loc[df["area"] == "B", "area"] = None
    found = slope_index(df, by=["area", "year"])
    assert found["area"].isna().tolist() == [False, True]
    assert found["value"].notna().all()


def test_notes_that_the_table_came_with_are_kept():
    df = two_areas().assign(value_note=["", "revised", *[""] * 8])
    df.loc[7, "population"] = 0
    found = slope_index(df, by="area")
    assert found["value_note"].tolist() == ["revised", "population not above zero"]


def test_limits_are_found_under_either_name():
    df = quintiles().rename(columns={"lower_ci": "lower_ci_95", "upper_ci": "upper_ci_95"})
    assert_frame_equal(slope_index(df), slope_index(quintiles()))


# --- meaning --------------------------------------------------------------------------------------


def test_a_positive_index_means_higher_among_the_least_deprived():
    found = slope_index(two_areas(), by="area").set_index("area")["value"]
    assert found["A"] < 0 < found["B"]
    ratio = relative_index(two_areas(), by="area").set_index("area")["value"]
    assert ratio["A"] < 1 < ratio["B"]


def test_the_ratio_and_the_slope_belong_to_one_line():
    slope, ratio = slope_index(quintiles()).iloc[0], relative_index(quintiles()).iloc[0]
    end = slope["intercept"] + slope["value"]
    assert ratio["value"] == pytest.approx(end / slope["intercept"])
    assert ratio["intercept"] == slope["intercept"]


def test_a_multiplier_scales_the_slope_and_one_below_zero_turns_both_over():
    one, many = slope_index(quintiles()), slope_index(quintiles(), multiplier=-100)
    assert many["value"].iloc[0] == pytest.approx(-100 * one["value"].iloc[0])
    assert many["lower_ci"].iloc[0] == pytest.approx(-100 * one["upper_ci"].iloc[0])
    one, many = relative_index(quintiles()), relative_index(quintiles(), multiplier=-100)
    assert many["value"].iloc[0] == pytest.approx(1 / one["value"].iloc[0])
    assert many["lower_ci"].iloc[0] == pytest.approx(1 / one["upper_ci"].iloc[0])


def test_standard_errors_and_the_limits_they_make_agree():
    df = quintiles(se=[1.5, 1.2, 1.1, 0.9, 1.3])
    z = 1.959963984540054
    df = df.assign(lower_ci=df["value"] - z * df["se"], upper_ci=df["value"] + z * df["se"])
    for verb in VERBS:
        by_limits, by_error = verb(df), verb(df, se="se")
        assert by_error["lower_ci"].iloc[0] == pytest.approx(by_limits["lower_ci"].iloc[0])


def test_the_seed_decides_simulated_limits_alone():
    call = {"value_type": "rate", "draws": 1000}
    one, two = (slope_index(quintiles(), seed=seed, **call) for seed in (1, 2))
    assert one["value"].equals(two["value"]) and not one["lower_ci"].equals(two["lower_ci"])
    assert_frame_equal(one, slope_index(quintiles(), seed=1, **call))


# --- what cannot be computed ----------------------------------------------------------------------

QUANTILE = "quantile not a whole number from 1 to 5"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "cells, reason",
    [
        ({"population": 0}, "population not above zero"),
        ({"population": -3}, "population not above zero"),
        ({"population": None}, "population missing"),
        ({"population": "many"}, "population not a number"),
        ({"population": np.inf}, "population not finite"),
        ({"value": None}, "value missing"),
        ({"value": pd.NA}, "value missing"),
        ({"value": "c"}, "value not a number"),
        ({"lower_ci": None}, "lower limit missing"),
        ({"upper_ci": "x"}, "upper limit not a number"),
        ({"upper_ci": 1}, "lower limit above upper limit"),
        ({"quantile": None}, "quantile missing"),
        ({"quantile": "most"}, "quantile not a number"),
        ({"quantile": 2.5}, QUANTILE),
        ({"quantile": 0}, QUANTILE),
        ({"quantile": 1000}, QUANTILE),
        ({"quantile": 2}, "quantile repeated"),
    ],
    ids=str,
)
def test_a_wrong_cell_costs_only_its_own_group(verb, cells, reason):
    found = verb(spoilt(**cells), by="area")
    assert found["value_note"].tolist() == [reason, ""]
    assert found.loc[0, ["value", "lower_ci", "upper_ci", "intercept"]].isna().all()
    assert_frame_equal(found[1:], verb(two_areas(), by="area")[1:])
    with pytest.raises(SchemaError, match=reason):
        verb(spoilt(**cells), by="area", strict=True)


@pytest.mark.parametrize("cell, reason", [(-1, "below zero"), (None, "missing"), ("a", "not a")])
def test_a_wrong_standard_error_costs_only_its_own_group(cell, reason):
    df = two_areas().assign(se=1.0).astype({"se": object})
    df.loc[2, "se"] = cell
    found = slope_index(df, se="se", by="area")
    assert found["value_note"].str.contains(f"standard error {reason}").tolist() == [True, False]
    assert found["lower_ci"].isna().tolist() == [True, False]


@pytest.mark.parametrize("transform", [False, True])
@pytest.mark.parametrize(
    "value_type, cells, reason",
    [
        ("rate", {"value": 0}, "rate not above zero"),
        ("rate", {"lower_ci": 0}, "lower limit not above zero"),
        ("proportion", {"value": 0}, "proportion not between 0 and 1"),
        ("proportion", {"value": 1.2}, "proportion not between 0 and 1"),
        ("proportion", {"lower_ci": -0.1}, "lower limit not between 0 and 1"),
        ("proportion", {"upper_ci": 1}, "upper limit not between 0 and 1"),
    ],
)
def test_figures_off_the_scale_cost_only_their_own_group(value_type, cells, reason, transform):
    df = two_areas()
    if value_type == "proportion":
        df[["value", "lower_ci", "upper_ci"]] /= 100
    for name, cell in cells.items():
        df.loc[2, name] = cell
    found = slope_index(df, value_type=value_type, transform=transform, by="area", draws=1000)
    assert found["value_note"].tolist() == [reason, ""]
    assert found["lower_ci"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    "cell, reason",
    [
        (0, "count not above zero"),
        (-2, "count not above zero"),
        (None, "count missing"),
        (5000, "proportion not between 0 and 1"),
    ],
)
def test_a_wrong_count_costs_only_its_own_group(cell, reason):
    df = two_areas().assign(count=500.0, lower_ci=0.1, upper_ci=0.4)
    df.loc[2, "count"] = np.nan if cell is None else cell
    call = {"value_type": "proportion", "transform": True, "by": "area"}
    assert slope_index(df, count="count", **call)["value_note"].tolist() == [reason, ""]


def test_a_group_that_lacks_a_quantile_is_missing():
    found = slope_index(two_areas().drop(index=4), by="area")
    assert found["value_note"].tolist() == ["not every quantile from 1 to 5 has a row", ""]
    assert found["value"].isna().tolist() == [True, False]


def test_number_says_what_every_group_should_have():
    found = slope_index(two_areas(), by="area", number=10)
    assert set(found["value_note"]) == {"not every quantile from 1 to 10 has a row"}
    extra = pd.concat([two_areas(), quintiles().iloc[:1].assign(area="A", quantile=6)])
    assert slope_index(extra, by="area")["value"].isna().tolist() == [False, True]
    found = slope_index(extra, by="area", number=5)
    assert found["value_note"].tolist() == ["quantile not a whole number from 1 to 5", ""]


def test_groups_without_any_quantile_do_not_say_how_many_there_should_be():
    lost = [quintiles(quantile=cell, area=f"lost {cell}") for cell in (np.nan, 0.5, 2000)]
    found = slope_index(pd.concat([*lost, quintiles(area="whole")]), by="area")
    assert found["value_note"].tolist() == ["quantile missing", QUANTILE, QUANTILE, ""]
    assert found["value"].iloc[3] == slope_index(quintiles())["value"].iloc[0]


def test_without_any_quantile_in_the_table_the_reason_says_what_one_is():
    found = slope_index(quintiles(quantile=0))
    assert found["value_note"].tolist() == ["quantile not a whole number from 1 to 100"]


def test_a_whole_number_of_quantiles_may_come_as_a_float():
    assert_frame_equal(slope_index(quintiles(), number=5.0), slope_index(quintiles()))


@pytest.mark.parametrize("verb", VERBS)
def test_fewer_than_five_quantiles_are_too_few(verb):
    found = verb(two_areas().query("quantile < 5"), by="area")
    assert found["value"].isna().all()
    assert set(found["value_note"]) == {"fewer than 5 quantiles"}


def test_a_hundred_quantiles_will_do_and_more_will_not():
    size = np.arange(1, 102)
    df = pd.DataFrame({"quantile": size, "population": 10, "value": size, "se": 1.0})
    assert slope_index(df[:100], se="se")["value"].tolist() == pytest.approx([100])
    assert slope_index(df, se="se")["value_note"].tolist() == [QUANTILE.replace("5", "100")]


def test_a_ratio_whose_divisor_may_be_zero_keeps_its_value_without_limits():
    df = quintiles(lower_ci=-90.0, upper_ci=130.0)
    found = relative_index(df).iloc[0]
    assert found["value"] == pytest.approx(0.50926549)
    assert np.isnan([found["lower_ci"], found["upper_ci"]]).all()
    assert found["value_note"] == "no limits: the value divided by could be zero"
    assert slope_index(df)["value_note"].tolist() == [""]
    with pytest.raises(SchemaError, match="could be zero"):
        relative_index(df, strict=True)


def test_a_ratio_to_zero_is_missing():
    df = quintiles(value=0.0, lower_ci=-1.0, upper_ci=1.0)
    assert relative_index(df)["value_note"].tolist() == ["the value divided by is zero"]


# --- wrong usage ----------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "call, error, message",
    [
        ({"value_type": "count"}, UsageError, "value_type"),
        ({"transform": True}, UsageError, "transform"),
        ({"multiplier": 0}, UsageError, "multiplier"),
        ({"confidence": 0.5}, UsageError, "confidence"),
        ({"confidence": []}, UsageError, "confidence"),
        ({"number": 4}, UsageError, "number: is a whole number from 5 to 100"),
        ({"number": 101}, UsageError, "number"),
        ({"number": 10.5}, UsageError, "number"),
        ({"number": True}, UsageError, "number"),
        ({"se": "value", "value_type": "rate"}, UsageError, "or for means se= alone"),
        ({"se": "value", "lower": "lower_ci"}, UsageError, "se= alone"),
        ({"count": "value"}, UsageError, "count= for proportions only"),
        ({"value_type": "rate", "draws": 10}, UsageError, "draws"),
        ({"value_type": "rate", "seed": -1}, UsageError, "seed"),
        ({"value": "rate"}, SchemaError, "column rate"),
        ({"lower": "low"}, SchemaError, "column low"),
        ({"quantile": "decile"}, SchemaError, "column decile"),
        ({"by": "region"}, SchemaError, "column region"),
        ({"by": "value"}, UsageError, "names no column that is added"),
        ({"by": []}, UsageError, "names one column or"),
    ],
    ids=str,
)
def test_wrong_usage_is_told_plainly(verb, call, error, message):
    with pytest.raises(error, match=message):
        verb(two_areas(), **call)


def test_a_table_without_limits_says_which_column_it_lacks():
    with pytest.raises(SchemaError, match="column lower_ci"):
        slope_index(quintiles().drop(columns=["lower_ci", "upper_ci"]))


# --- speed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_seven_hundred_groups_of_deciles_are_quick(verb):
    rng, areas = np.random.default_rng(8), 700
    value = rng.uniform(60, 90, areas * 10)
    df = pd.DataFrame(
        {
            "area": np.repeat(np.arange(areas).astype(str), 10),
            "quantile": np.tile(np.arange(1, 11), areas),
            "population": rng.uniform(1000, 9000, areas * 10),
            "value": value,
            "lower_ci": value - 3,
            "upper_ci": value + 3,
        }
    )
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        found = verb(df, by="area")
        taken.append(time.perf_counter() - start)
    assert found["value"].notna().all()
    assert min(taken) < 0.03


def test_a_stray_quantile_costs_its_own_group_only():
    df = pd.concat([quintiles(area=area) for area in "pqr"], ignore_index=True)
    df.loc[4, "quantile"] = 6
    found = slope_index(df, by="area")
    assert found["value_note"].tolist() == ["quantile not a whole number from 1 to 5", "", ""]
    assert found["value"].isna().tolist() == [True, False, False]
