"""The verbs `dsr`, `isr_rate` and `isr_ratio`, and standard populations."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from cyp_analysis.errors import SchemaError, UsageError
from cyp_analysis.measures.counts import rate
from cyp_analysis.measures.indirect import isr_rate, isr_ratio
from cyp_analysis.measures.joins import looked_up, places
from cyp_analysis.measures.standardised import dsr
from cyp_analysis.standard_populations import standard_population

PUBLISHED = Path(__file__).parent / "published"
WORDS = ["statistic", "method", "value_note"]
LIMITS = ["value", "lower_ci", "upper_ci"]
DSR_ADDED = ["total_count", "total_population", *LIMITS, *WORDS]
RATIO_ADDED = ["observed", "expected", *LIMITS, *WORDS]
RATE_ADDED = ["observed", "expected", "reference_rate", *LIMITS, *WORDS]
COLUMNS = {"count": "x", "denominator": "n"}
DIRECT = COLUMNS | {"standard": "stdpop"}
INDIRECT = COLUMNS | {"reference_count": "x_ref", "reference_denominator": "n_ref"}


def areas(**columns) -> pd.DataFrame:
    """Two areas of three bands, with a standard and a reference on each row."""
    table = {
        "la": ["a", "a", "a", "b", "b", "b"],
        "band": ["0-4", "5-9", "10-14"] * 2,
        "count": [12, 5, 9, 30, 22, 41],
        "denominator": [1000, 1100, 1200, 2000, 2100, 1900],
        "standard_population": [5000, 5500, 5500] * 2,
        "reference_count": [100, 80, 120] * 2,
        "reference_denominator": [20_000, 21_000, 22_000] * 2,
    }
    return pd.DataFrame(table | columns)


def reference(**columns) -> pd.DataFrame:
    """The standard and reference of `areas` as a table, in another order."""
    table = areas()[["band", "standard_population", "reference_count", "reference_denominator"]]
    return table.iloc[[2, 0, 1]].assign(**columns).set_axis([7, 7, 0])


def without(*columns: str) -> pd.DataFrame:
    return areas().drop(columns=list(columns))


# --- published answers ----------------------------------------------------------------------------


def by_unit(name: str, unit: str) -> list:
    """One pytest case for each unit and confidence in a file, which holds many cases."""
    groups = pd.read_csv(PUBLISHED / f"{name}.csv").groupby([unit, "confidence"])
    return [pytest.param(*key, rows, id=f"{key[0]}-{key[1]}") for key, rows in groups]


def assert_published(found: pd.DataFrame, rows: pd.DataFrame, rel: float, **others: str) -> None:
    """All cases of some rows: value, limits, and `others` (our column, theirs)."""
    found = found.set_index("case_id")
    expected = rows.groupby("case_id").first().loc[found.index]
    names = {"value": "value", "lower_ci": "lowercl", "upper_ci": "uppercl"} | others
    for ours, theirs in names.items():
        right = expected[f"expected_{theirs}"].to_numpy(dtype=float)
        assert found[ours].to_numpy(dtype=float) == pytest.approx(right, rel=rel, nan_ok=True), ours


TOTALS = {"total_count": "total_count", "total_population": "total_pop"}


@pytest.mark.parametrize("per, confidence, rows", by_unit("calculate_dsr", "multiplier"))
def test_direct_rates_match_the_published_ones(per, confidence, rows):
    for band in (None, "band"):
        found = dsr(rows, **DIRECT, per=per, band=band, confidence=confidence, by="case_id")
        assert_published(found, rows, 1e-12, **TOTALS)
        too_few = found["total_count"] < 10
        assert (found["value_note"].str.endswith("fewer than 10 events") == too_few).all()
        assert (found["method"] == "dobson").all() and (found["statistic"] == "dsr").all()


@pytest.mark.parametrize(
    "per, confidence, rows", by_unit("calculate_dsr_nonindependent", "multiplier")
)
def test_direct_rates_of_several_events_each_match_the_published_ones(per, confidence, rows):
    several = {"events": "eventfreq", "band": "band", "confidence": confidence, "by": "case_id"}
    found = dsr(rows, **DIRECT, per=per, **several)
    assert_published(found, rows, 1e-11, **TOTALS)
    assert (found["method"] == "dobson_nonindependent").all()


INDIRECT_FIGURES = {"observed": "observed", "expected": "expected"}


@pytest.mark.parametrize("per, confidence, rows", by_unit("calculate_ISRate", "multiplier"))
def test_indirect_rates_match_the_published_ones(per, confidence, rows):
    found = isr_rate(rows, **INDIRECT, per=per, confidence=confidence, by="case_id")
    assert_published(found, rows, 1e-12, **INDIRECT_FIGURES, reference_rate="ref_rate")
    method = rows.groupby("case_id")["expected_method"].first().str.lower()
    assert found["method"].tolist() == method.loc[found["case_id"]].tolist()


@pytest.mark.parametrize("per, confidence, rows", by_unit("calculate_ISRatio", "refvalue"))
def test_indirect_ratios_match_the_published_ones(per, confidence, rows):
    found = isr_ratio(rows, **INDIRECT, per=per, confidence=confidence, by="case_id")
    assert_published(found, rows, 1e-12, **INDIRECT_FIGURES)
    method = rows.groupby("case_id")["expected_method"].first().str.lower()
    assert found["method"].tolist() == method.loc[found["case_id"]].tolist()


def test_published_ratios_from_a_joined_reference_and_a_given_total():
    cases = pd.read_csv(PUBLISHED / "calculate_ISRatio.csv").query("case_id == 'ISp002'")
    rows = cases.sample(frac=1, random_state=1)
    table = cases[["band", "x_ref", "n_ref"]].iloc[::-1]
    joined = {"reference": table, "on": "band", "per": rows["refvalue"].iloc[0]}
    rows = rows.drop(columns=["x_ref", "n_ref"])
    assert_published(isr_ratio(rows, **INDIRECT, **joined, by="case_id"), cases, 1e-12)
    total = rows.assign(events=rows["x"].sum()).drop(columns="x")
    found = isr_ratio(total, **INDIRECT, **joined, observed="events", by="case_id")
    assert_published(found, cases, 1e-12, observed="observed")


def test_the_printed_rate_per_100000():
    df = pd.DataFrame(
        {
            "count": [5, 8, 9, 4],
            "denominator": [1000, 1100, 1200, 900],
            "standard_population": [5000, 5500, 5500, 5500],
        }
    )
    figures = dsr(df, per=100_000)[LIMITS].iloc[0].tolist()
    assert figures == pytest.approx([607.8811370, 395.9495479, 892.1141660], abs=5.1e-8)


# --- what is added --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verb, added", [(dsr, DSR_ADDED), (isr_rate, RATE_ADDED), (isr_ratio, RATIO_ADDED)]
)
def test_one_row_per_group_and_the_input_is_kept(verb, added):
    df = areas(multiplier=7, per=7, value=3, method="x").set_axis([4, 4, 0, 1, 2, 3])
    before = df.copy()
    found = verb(df, by="la")
    assert_frame_equal(df, before)
    assert found.columns.tolist() == ["la", *added]
    assert found["la"].tolist() == ["a", "b"] and found.index.tolist() == [0, 1]
    assert_frame_equal(found, verb(areas(), by=["la"]))
    assert found["value_note"].tolist() == ["", ""]
    assert (found["lower_ci"] < found["value"]).all() and (found["value"] < found["upper_ci"]).all()


@pytest.mark.parametrize("verb", [dsr, isr_rate, isr_ratio])
def test_without_by_all_rows_are_one_group_and_no_rows_are_none(verb):
    one = areas().iloc[:3]
    assert_frame_equal(verb(one), verb(one, by="la").drop(columns="la"))
    empty = verb(areas().iloc[:0], by="la")
    assert empty.empty and empty.columns[0] == "la" and "value_note" in empty
    joined = verb(areas().iloc[:0], reference=reference(), on="band")
    assert joined.empty and "value" in joined


@pytest.mark.parametrize("verb", [dsr, isr_rate, isr_ratio])
def test_two_levels_give_two_pairs_of_limits(verb):
    found = verb(areas(), by="la", confidence=(0.95, 0.998))
    for suffix, level in [("95", 0.95), ("998", 0.998)]:
        alone = verb(areas(), by="la", confidence=level)
        assert found[f"lower_ci_{suffix}"].tolist() == alone["lower_ci"].tolist()
        assert found[f"upper_ci_{suffix}"].tolist() == alone["upper_ci"].tolist()


@pytest.mark.parametrize("verb", [dsr, isr_rate, isr_ratio])
def test_values_and_limits_scale_with_per(verb):
    small, large = verb(areas(), by="la", per=1), verb(areas(), by="la", per=1000)
    assert large[LIMITS].to_numpy() == pytest.approx(1000 * small[LIMITS].to_numpy(), rel=1e-14)


def test_rates_are_per_10000_unless_told_otherwise():
    for verb in (dsr, isr_rate):
        assert_frame_equal(verb(areas(), by="la"), verb(areas(), by="la", per=10_000))


def test_words_of_statistic_and_method():
    df = areas(count=[1, 2, 3, 30, 22, 41])
    assert isr_rate(df, by="la")["statistic"].tolist() == ["isr_rate"] * 2
    assert isr_ratio(df, by="la")["statistic"].tolist() == ["isr_ratio"] * 2
    assert isr_ratio(df, by="la")["method"].tolist() == ["exact", "byars"]


def test_an_indirect_rate_is_the_ratio_times_the_reference_rate():
    df = areas()
    ratio, found = isr_ratio(df, by="la"), isr_rate(df, by="la", per=1000)
    assert found["reference_rate"].tolist() == pytest.approx([1000 * 300 / 63_000] * 2)
    for name in LIMITS:
        expected = ratio[name] * found["reference_rate"]
        assert found[name].tolist() == pytest.approx(expected.tolist())


def test_the_reference_itself_has_a_ratio_of_one():
    same = {"reference_count": "count", "reference_denominator": "denominator"}
    found = isr_ratio(areas(), **same, by="la")
    assert found["value"].tolist() == pytest.approx([1, 1])
    crude = rate(areas(), by="la", per=1000)
    found = isr_rate(areas(), **same, by="la", per=1000)
    assert found[LIMITS].to_numpy() == pytest.approx(crude[LIMITS].to_numpy(), rel=1e-13)


def test_no_observed_events_keep_their_interval():
    found = isr_ratio(areas(count=0), by="la")
    assert (found["value"] == 0).all() and (found["lower_ci"] == 0).all()
    assert (found["upper_ci"] > 0).all() and (found["value_note"] == "").all()


# --- figures that cannot be used ------------------------------------------------------------------

COMMON = [
    ("count", "c", "count not a number"),
    ("count", np.inf, "count not finite"),
    ("count", -1, "count below zero"),
    ("denominator", "c", "denominator not a number"),
    ("denominator", np.inf, "denominator not finite"),
]
DIRECT_ONLY = [
    ("denominator", None, "denominator missing"),
    ("denominator", 0, "denominator not above zero"),
    ("denominator", -5, "denominator not above zero"),
    ("standard_population", None, "standard population missing"),
    ("standard_population", "c", "standard population not a number"),
    ("standard_population", np.inf, "standard population not finite"),
    ("standard_population", -1, "standard population below zero"),
]
INDIRECT_ONLY = [
    ("denominator", -5, "denominator below zero"),
    ("reference_count", "c", "reference count not a number"),
    ("reference_count", -1, "reference count below zero"),
    ("reference_count", np.inf, "reference count not finite"),
    ("reference_denominator", None, "reference denominator missing"),
    ("reference_denominator", "c", "reference denominator not a number"),
    ("reference_denominator", 0, "reference denominator not above zero"),
    ("reference_denominator", -1, "reference denominator not above zero"),
]
BAD = [(dsr, *case) for case in COMMON + DIRECT_ONLY]
BAD += [(verb, *case) for verb in (isr_rate, isr_ratio) for case in COMMON + INDIRECT_ONLY]


@pytest.mark.parametrize("verb, column, cell, reason", BAD)
def test_a_bad_figure_makes_its_own_group_missing_and_says_why(verb, column, cell, reason):
    df = areas()
    df[column] = df[column].astype(object)
    df.loc[1, column] = cell
    found, good = verb(df, by="la"), verb(areas(), by="la")
    assert found["value_note"].tolist() == [reason, ""]
    figures = [name for name in found.columns if name not in ("la", *WORDS)]
    assert found.loc[0, figures].isna().all()
    assert found.loc[1, figures].tolist() == good.loc[1, figures].tolist()
    with pytest.raises(SchemaError, match=f"^row 0: every row can be computed; got: {reason}"):
        verb(df, by="la", strict=True)


@pytest.mark.parametrize(
    "verb, column, label",
    [
        (dsr, "count", "count"),
        (isr_rate, "count", "count"),
        (isr_ratio, "denominator", "denominator"),
        (isr_ratio, "reference_count", "reference count"),
    ],
)
@pytest.mark.parametrize("dtype", ["float64", "Int64", "object"])
def test_a_missing_figure_that_counts_as_none_is_noted(verb, column, label, dtype):
    df = areas().astype({column: dtype})
    df.loc[1, column] = pd.NA if dtype == "Int64" else None
    found, reason = verb(df, by="la"), f"missing {label} taken as 0"
    assert found["value_note"].tolist() == [reason, ""]
    with pytest.raises(SchemaError, match=f"^row 0: every row can be computed; got: {reason}"):
        verb(df, by="la", strict=True)
    zero = areas()
    zero.loc[1, column] = 0
    assert_frame_equal(found.drop(columns="value_note"), verb(zero, by="la").iloc[:, :-1])


def test_a_figure_taken_as_zero_in_a_group_that_is_missing_anyway_is_not_the_reason():
    df = areas(count=[None, 5, 9, 30, 22, 41], denominator=[1000, -1, 1200, 2000, 2100, 1900])
    for verb, words in ((dsr, "not above zero"), (isr_ratio, "below zero")):
        assert verb(df, by="la")["value_note"].tolist() == [f"denominator {words}", ""]


def test_a_note_and_a_reason_stand_beside_the_notes_of_the_table():
    df = areas(count=[1.0, np.nan, 2, 30, 22, 41], value_note=["p", "p", "", "q", "", ""])
    assert dsr(df, by="la")["value_note"].tolist() == [
        "p; missing count taken as 0; fewer than 10 events",
        "q",
    ]


def test_fewer_than_ten_events_have_totals_but_no_rate():
    found = dsr(areas(count=[3, 3, 3, 3, 3, 4]), by="la")
    assert found["value_note"].tolist() == ["fewer than 10 events", ""]
    assert found["total_count"].tolist() == [9, 10]
    assert found["total_population"].tolist() == [3300, 6000]
    assert found[LIMITS].isna().all(axis=1).tolist() == [True, False]
    assert found["method"].tolist() == ["dobson"] * 2


def test_a_standard_of_nobody_gives_no_rate_but_an_empty_band_of_it_does():
    assert dsr(areas(standard_population=0))["value_note"].tolist() == [
        "standard population not above zero"
    ]
    found = dsr(areas(standard_population=[5000, 5500, 0] * 2), by="la", per=1)
    expected = (5000 * 12 / 1000 + 5500 * 5 / 1100) / 10_500
    assert found.loc[0, "value"] == pytest.approx(expected)


@pytest.mark.parametrize("verb", [isr_rate, isr_ratio])
@pytest.mark.parametrize("column", ["denominator", "reference_count"])
def test_nothing_expected_is_no_ratio(verb, column):
    found = verb(areas(**{column: 0}), by="la")
    assert found["value_note"].tolist() == ["expected events not above zero"] * 2
    assert found[LIMITS].isna().all(axis=None) and found["observed"].tolist() == [26, 93]


# --- a reference joined by key --------------------------------------------------------------------


@pytest.mark.parametrize("verb", [dsr, isr_rate, isr_ratio])
def test_a_reference_is_joined_by_key_in_whatever_order(verb):
    df = without("standard_population", "reference_count", "reference_denominator")
    shuffled = df.iloc[[4, 1, 0, 3, 5, 2]]
    for table in (df, shuffled):
        found = verb(table, by="la", reference=reference(), on="band").sort_values("la")
        assert_frame_equal(found.reset_index(drop=True), verb(areas(), by="la"))


@pytest.mark.parametrize("verb", [dsr, isr_rate, isr_ratio])
def test_the_reference_may_share_all_its_names_with_the_table(verb):
    table = reference()
    names = {"standard": "count"} if verb is dsr else {"reference_count": "count"}
    source = "standard_population" if verb is dsr else "reference_count"
    table = table.assign(count=table[source])
    found = verb(areas(), **names, by="la", reference=table, on="band")
    assert_frame_equal(found, verb(areas(), by="la"))


@pytest.mark.parametrize("ours", ["int64", "float64", "Int64", "object", "category"])
@pytest.mark.parametrize("theirs", ["int64", "float64", "Int64", "object", "category"])
def test_keys_of_different_types_of_number_meet(ours, theirs):
    start = [0, 5, 10]
    df = areas(start=start * 2).astype({"start": ours})
    table = areas().iloc[:3].assign(start=start).astype({"start": theirs})
    found = dsr(df, by="la", reference=table, on="start")
    assert_frame_equal(found, dsr(areas(), by="la"))


def test_text_never_meets_a_number():
    table = reference(band=[10, 0, 5])
    found = dsr(areas(band=["0", "5", "10"] * 2), by="la", reference=table, on="band")
    assert found["value_note"].tolist() == ["band not in reference"] * 2


@pytest.mark.parametrize("band", ["category", "object", "str"])
def test_keys_of_text_of_any_type_meet(band):
    found = dsr(areas().astype({"band": band}), by="la", reference=reference(), on=["band"])
    assert_frame_equal(found, dsr(areas(), by="la"))


UNFIT = [
    ("15-19", "band not in reference"),
    (None, "band missing"),
    ("0-4", "band repeated"),
]


@pytest.mark.parametrize("verb", [dsr, isr_rate, isr_ratio])
@pytest.mark.parametrize("band, reason", UNFIT)
def test_a_band_that_does_not_fit_the_reference_is_noticed(verb, band, reason):
    df = areas()
    df.loc[2, "band"] = band
    joined = {"by": "la", "reference": reference(), "on": "band"}
    found = verb(df, **joined)
    assert found["value_note"].tolist() == [reason, ""]
    assert found["value"].isna().tolist() == [True, False]
    with pytest.raises(SchemaError, match=reason):
        verb(df, **joined, strict=True)


@pytest.mark.parametrize("verb", [dsr, isr_rate, isr_ratio])
def test_a_band_of_the_reference_that_a_group_lacks_is_noticed(verb):
    df = areas().drop(index=1)
    found = verb(df, by="la", reference=reference(), on="band")
    assert found["value_note"].tolist() == ["band of the reference not in the data", ""]
    assert found["value"].isna().tolist() == [True, False]
    part = reference().query("band != '5-9'")
    fewer = areas().query("band != '5-9'")
    assert verb(fewer, by="la", reference=part, on="band")["value"].notna().all()


def test_a_standard_missing_in_the_reference_is_a_reason():
    table = reference(standard_population=[5500, np.nan, 5500])
    found = dsr(areas(), by="la", reference=table, on="band")
    assert found["value_note"].tolist() == ["standard population missing"] * 2


def test_a_reference_by_year_is_needed_for_the_year_of_the_group_only():
    df = pd.concat([areas(year=2022), areas(year=2023), areas(year=2024)], ignore_index=True)
    years = [reference(year=year) for year in (2022, 2023)]
    years[1] = years[1].assign(reference_count=[240, 200, 160])
    years.append(years[0].assign(year=2024).iloc[:2])
    joined = {"reference": pd.concat(years), "on": ["year", "band"]}
    found = isr_ratio(df, **joined, by=["la", "year"]).set_index(["la", "year"])
    first, second = (found.loc[("a", year), "expected"] for year in (2022, 2023))
    assert second == pytest.approx(2 * first)
    assert (found["value_note"].xs(2024, level="year") == "band not in reference").all()
    fewer = df.loc[(df["year"] != 2023) | (df["band"] != "0-4")]
    found = isr_ratio(fewer, **joined, by=["la", "year"]).set_index("year")
    assert found["value_note"].loc[2022].tolist() == ["", ""]
    lacking = "band of the reference not in the data"
    assert found["value_note"].loc[2023].tolist() == [lacking] * 2


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_a_missing_part_of_a_key_is_no_key(missing):
    df = areas(sex=[*("f" * 3), missing, *("f" * 2)])
    found = dsr(df, by="la", reference=reference(sex="f"), on=["sex", "band"])
    assert found["value_note"].tolist() == ["", "band missing"]


@pytest.mark.parametrize(
    "table, message",
    [
        (reference(band=["0-4", "0-4", "5-9"]), r"has one row for each band; got: .*\('0-4',\)"),
        (reference(band=["0-4", None, "5-9"]), "has no missing band; got: 1 missing"),
        (reference(band=["0-4", None, None]), "has one row for each band; got: .*None"),
    ],
)
def test_a_key_twice_or_missing_in_the_reference_is_refused(table, message):
    for verb in (dsr, isr_rate, isr_ratio):
        with pytest.raises(SchemaError, match=f"^reference: {message}"):
            verb(areas(), by="la", reference=table, on="band")


@pytest.mark.parametrize("verb", [dsr, isr_rate, isr_ratio])
@pytest.mark.parametrize(
    "wrong, error, message",
    [
        ({"reference": "esp2013", "on": "band"}, UsageError, "^reference: is a table"),
        ({"reference": reference()}, UsageError, "^reference: goes with on"),
        ({"on": "band"}, UsageError, "^reference: goes with on"),
        ({"reference": reference(), "on": []}, UsageError, "^on: names at least one column"),
        ({"reference": reference(), "on": "age"}, SchemaError, "^column age: stands in the table"),
        ({"reference": reference(), "on": "la"}, SchemaError, "^column la: stands in the table"),
        ({"count": "cla"}, SchemaError, "^column cla: stands in the table once; got: 0 times"),
        ({"denominator": "day"}, SchemaError, "^column day: holds numbers"),
        ({"by": []}, UsageError, "^by: names one column or a list"),
        ({"by": "value"}, UsageError, "^by: names no column that is added to the result"),
        ({"per": 0}, UsageError, "^per: is a number above zero"),
        ({"confidence": 0.5}, UsageError, "^confidence: a level is 0.9 to 1"),
    ],
)
def test_wrong_usage_is_refused(verb, wrong, error, message):
    df = areas(value=1, day=pd.Timestamp("2024-03-31"))
    with pytest.raises(error, match=message):
        verb(df, **wrong)


# --- joins by key ---------------------------------------------------------------------------------


def test_places_are_those_of_the_same_key_of_whatever_type():
    table = pd.DataFrame({"age": [10, 0, 5], "sex": ["f", "f", None]})
    wanted = pd.DataFrame(
        {"sex": ["f", None, "f", "m"], "age": pd.array([0, 5, None, 10], dtype="Float64")}
    )
    assert places(table, wanted, ["age", "sex"]).tolist() == [1, 2, -1, -1]
    assert places(table.iloc[:0], wanted, ["age"]).tolist() == [-1] * 4
    assert places(table, wanted.iloc[:0], ["age"]).tolist() == []


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_what_is_missing_is_a_key_of_its_own(missing):
    table = pd.DataFrame({"area": ["a", None], "figure": [1, 2]})
    wanted = pd.DataFrame({"area": pd.Series([missing, "a", "b"], dtype=object)})
    found = looked_up(table, wanted, ["area"], "figure", thing="areas")
    assert found.tolist() == pytest.approx([2, 1, np.nan], nan_ok=True)


def test_a_key_that_stands_twice_is_named():
    table = pd.DataFrame({"age": [0, 5, 5.0], "sex": "f"})
    message = r"^ages: has one row for each age, sex; got: more for \(5.0, 'f'\). Keep one row"
    with pytest.raises(SchemaError, match=message):
        places(table, table, ["age", "sex"], thing="ages")
    with pytest.raises(SchemaError, match="^column area: stands in the table once"):
        places(table.iloc[:2], table, ["area"])


# --- bands and several events each ----------------------------------------------------------------


def test_a_repeated_band_is_noticed_if_bands_are_named():
    df = areas(band=["0-4", "5-9", "0-4", "0-4", "5-9", "10-14"])
    assert dsr(df, by="la")["value_note"].tolist() == ["", ""]
    assert dsr(df, by="la", band="band")["value_note"].tolist() == ["band repeated", ""]
    df = df.assign(sex=["f", "f", "m", "f", "f", None])
    found = dsr(df, by="la", band=["sex", "band"])
    assert found["value_note"].tolist() == ["", "band missing"]


def several() -> pd.DataFrame:
    """People of two bands of two areas who had one or two events."""
    return pd.DataFrame(
        {
            "la": ["a"] * 4 + ["b"] * 4,
            "band": ["0-4", "0-4", "5-9", "5-9"] * 2,
            "times": [1, 2] * 4,
            "count": [20, 6, 15, 3, 40, 2, 31, 7],
            "denominator": [900, 900, 1100, 1100, 2000, 2000, 2100, 2100],
            "standard_population": [5000, 5000, 5500, 5500] * 2,
        }
    )


def test_several_events_each_by_the_formula():
    found = dsr(several(), events="times", band="band", by="la", per=1)
    assert found["total_count"].tolist() == [53, 89]
    assert found["total_population"].tolist() == [2000, 4100]
    events = np.array([20 + 12, 15 + 6])
    weight = np.array([5000 / 900, 5500 / 1100]) / 10_500
    assert found.loc[0, "value"] == pytest.approx((weight * events).sum(), rel=1e-14)
    independent = dsr(several().assign(count=lambda df: df["count"] * df["times"]), by="la", per=1)
    width = found["upper_ci"] - found["lower_ci"]
    assert (width > (independent["upper_ci"] - independent["lower_ci"]) * 2).all()


def test_several_events_each_with_a_joined_standard():
    table = several()[["band", "standard_population"]].iloc[1:3]
    alone = dsr(several(), events="times", band="band", by="la")
    for band in (None, "band", ["band"]):
        joined = {"reference": table, "on": "band", "band": band}
        assert_frame_equal(dsr(several(), events="times", by="la", **joined), alone)


@pytest.mark.parametrize(
    "row, column, cell, reason",
    [
        (1, "denominator", 901, "denominator differs within the band"),
        (1, "standard_population", 5001, "standard population differs within the band"),
        (1, "times", 1, "number of events repeated"),
        (1, "times", 0, "number of events not above zero"),
        (0, "times", None, "number of events missing"),
        (0, "times", "x", "number of events not a number"),
        (0, "times", np.inf, "number of events not finite"),
        (0, "band", None, "band missing"),
    ],
)
def test_several_events_need_rows_of_a_band_that_agree(row, column, cell, reason):
    df = several()
    df[column] = df[column].astype(object)
    df.loc[row, column] = cell
    found = dsr(df, events="times", band="band", by="la")
    assert found["value_note"].tolist() == [reason, ""]
    assert found["value"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"events": "times"}, "^events: needs band, the column of age bands; got: no band"),
        ({"events": "times", "band": []}, "^band: names at least one column"),
        (
            {"reference": reference(), "on": "band", "band": ["band", "times"]},
            "^band: the same columns as on, where a reference is joined; got: band, times",
        ),
    ],
)
def test_bands_that_do_not_go_with_the_rest_are_refused(wrong, message):
    with pytest.raises(UsageError, match=message):
        dsr(several(), **wrong)


def test_bands_that_are_all_different_need_little_memory():
    many = areas().loc[[0] * 3000].assign(la=np.arange(3000), band=np.arange(3000))
    assert (dsr(many, band="band", by="la")["value_note"] == "").all()


# --- totals without bands -------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [isr_rate, isr_ratio])
def test_a_given_total_equals_the_sum_of_its_bands(verb):
    totals = without("count").assign(total=[26] * 3 + [93] * 3)
    found = verb(totals, observed="total", by="la")
    assert_frame_equal(found, verb(areas(), by="la"), check_dtype=False)


@pytest.mark.parametrize(
    "cell, reason",
    [
        (27, "observed differs within the group"),
        (None, "observed missing"),
        ("c", "observed not a number"),
        (np.inf, "observed not finite"),
        (-1, "observed below zero"),
    ],
)
def test_a_total_that_is_of_no_use_is_a_reason(cell, reason):
    totals = areas(total=pd.Series([26, 26, cell, 93, 93, 93], dtype=object))
    found = isr_ratio(totals, observed="total", by="la")
    assert found["value_note"].tolist() == [reason, ""]
    assert found["method"].tolist() == ["", "byars"]
    assert found["observed"].tolist()[1] == 93 and np.isnan(found["observed"].tolist()[0])


# --- groups ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [dsr, isr_rate, isr_ratio])
def test_a_missing_name_is_a_group_and_unused_categories_are_none(verb):
    la = pd.Categorical([None] * 3 + ["b"] * 3, categories=["b", "z"])
    found = verb(areas(la=la), by="la")
    assert found["la"].isna().tolist() == [True, False]
    assert found["value"].tolist() == verb(areas(), by="la")["value"].tolist()


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "object", "str", "category"])
def test_figures_of_any_type_are_read(dtype):
    df = areas().astype({"count": dtype, "denominator": dtype, "standard_population": dtype})
    assert dsr(df, by="la")["value"].tolist() == dsr(areas(), by="la")["value"].tolist()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=6, max_size=6), st.permutations(range(6)))
def test_rows_in_any_order_give_the_same_groups(count, order):
    df = areas(count=count)
    for verb in (dsr, isr_rate, isr_ratio):
        straight = verb(df, by="la").set_index("la")
        found = verb(df.iloc[list(order)], by="la").set_index("la").loc[straight.index]
        figures = [name for name in straight.columns if name not in WORDS]
        left, right = (table[figures].to_numpy(dtype=float) for table in (found, straight))
        assert left == pytest.approx(right, rel=1e-12, nan_ok=True)
        known = straight.dropna(subset="value")
        assert (known["lower_ci"] <= known["value"]).all()
        assert (known["value"] <= known["upper_ci"]).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(20, 500), min_size=3, max_size=3), st.integers(2, 50))
def test_more_people_with_the_same_rates_make_limits_narrower(count, times):
    small = areas(count=count * 2).iloc[:3]
    large = small.assign(count=small["count"] * times, denominator=small["denominator"] * times)
    for verb in (dsr, isr_rate, isr_ratio):
        one, many = verb(small).iloc[0], verb(large).iloc[0]
        assert many["value"] == pytest.approx(one["value"])
        assert one["lower_ci"] < many["lower_ci"] and many["upper_ci"] < one["upper_ci"]


@pytest.mark.parametrize("kind", ["text", "number"])
def test_ten_thousand_areas_of_19_bands_take_little_time(kind):
    random, area = np.random.default_rng(4), np.repeat(np.arange(10_000), 19)
    df = pd.DataFrame(
        {
            "la": area if kind == "number" else [f"X{code:08d}" for code in area],
            "count": random.poisson(20, area.size),
            "denominator": random.integers(100, 9000, area.size),
            "standard_population": np.tile(standard_population()["population"], 10_000),
        }
    )
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        found = dsr(df, by="la")
        taken.append(time.perf_counter() - start)
    assert len(found) == 10_000 and found["value"].notna().all()
    assert min(taken) < 0.2  # 0.02 to 0.03 on a quiet machine; the slack is for a busy one


# --- standard populations -------------------------------------------------------------------------


def test_the_european_standard_population_is_the_published_one():
    found, printed = standard_population(), pd.read_csv(PUBLISHED / "esp2013.csv")
    assert found.columns.tolist() == ["age_band", "start_age", "population"]
    assert found["age_band"].tolist() == printed["ageband"].tolist()
    assert found["start_age"].tolist() == printed["startage"].tolist()
    assert found["population"].tolist() == printed["esp2013"].tolist()
    assert found["population"].sum() == 100_000
    assert found.dtypes.astype(str).tolist() == ["str", "int64", "int64"]


def test_each_call_gives_a_table_of_its_own():
    mine = standard_population()
    mine.loc[0, "population"] = 0
    assert standard_population("esp2013").loc[0, "population"] == 5000


def test_an_unknown_standard_population_is_refused():
    with pytest.raises(UsageError, match="^standard population: one of esp2013; got: 'who'"):
        standard_population("who")


def test_it_serves_as_reference_for_whole_and_young_populations():
    table = standard_population()
    df = table[["age_band"]].assign(count=20, denominator=1000)
    joined = {"standard": "population", "on": "age_band"}
    found = dsr(df, reference=table, **joined, per=1000)
    assert found["value"].tolist() == pytest.approx([20])
    young = df.iloc[:5]
    assert dsr(young, reference=table, **joined)["value"].isna().all()
    part = table.query("start_age < 25")
    assert dsr(young, reference=part, **joined, per=1000)["value"].tolist() == pytest.approx([20])


@pytest.mark.parametrize("verb", [dsr, isr_rate, isr_ratio])
def test_a_reference_without_rows_has_no_band(verb):
    found = verb(areas(), by="la", reference=reference().iloc[:0], on="band")
    assert found["value_note"].tolist() == ["band not in reference"] * 2


def test_groups_may_be_the_bands_themselves():
    found = isr_ratio(areas(), by=["la", "band"], reference=reference(), on="band")
    assert found["value_note"].tolist() == [""] * 6
    assert found["observed"].tolist() == areas()["count"].tolist()
