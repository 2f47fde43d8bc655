"""R's names: every published case comes out under them, in R's columns and words."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cyp_analysis import phe
from cyp_analysis.errors import SchemaError, UsageError

PUBLISHED = Path(__file__).parent / "published"
ENDS = ["value", "lowercl", "uppercl"]


def published(name: str, *units: str) -> list:
    """One pytest case for each unit and level in a file, which holds many groups."""
    table = pd.read_csv(PUBLISHED / f"{name}.csv")
    names = [unit for unit in (*units, "confidence") if unit in table]
    return [
        pytest.param(dict(zip(names, key, strict=True)), rows, id="-".join(map(str, key)))
        for key, rows in table.groupby(names)
    ]


def assert_same(found: pd.DataFrame, rows: pd.DataFrame, names: list[str], tolerance=1e-12) -> None:
    for name in names:
        theirs = rows[f"expected_{name}"].to_numpy(dtype=float)
        ours = found[name].to_numpy(dtype=float)
        assert ours == pytest.approx(theirs, rel=tolerance, abs=1e-12, nan_ok=True), name


def firsts(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby("case_id", sort=False).first().reset_index()


def assert_same_words(found: pd.DataFrame, rows: pd.DataFrame) -> None:
    assert found["method"].fillna("").tolist() == rows["expected_method"].fillna("").tolist()


@pytest.mark.parametrize("options, rows", published("phe_proportion", "multiplier"))
def test_proportions(options, rows):
    found = phe.phe_proportion(rows, x="x", n="n", **options)
    assert_same(found, rows, ENDS)
    assert_same_words(found, rows)


@pytest.mark.parametrize("options, rows", published("phe_rate", "multiplier"))
def test_rates(options, rows):
    found = phe.phe_rate(rows, x="x", n="n", **options)
    assert_same(found, rows, ENDS)
    assert_same_words(found, rows)


@pytest.mark.parametrize("options, rows", published("phe_mean"))
def test_means(options, rows):
    found = phe.phe_mean(rows.groupby("case_id", sort=False), x="v", **options)
    assert_same(found, firsts(rows), ["value_sum", "value_count", "stdev", *ENDS], 1e-11)


@pytest.mark.parametrize("options, rows", published("calculate_dsr", "multiplier"))
def test_directly_standardised_rates(options, rows):
    groups = rows.groupby("case_id", sort=False)
    for alias in (phe.calculate_dsr, phe.phe_dsr):
        found = alias(groups, "x", "n", "stdpop", **options)
        assert_same(found, firsts(rows), ["total_count", "total_pop", *ENDS])
        assert_same_words(found, firsts(rows))


@pytest.mark.parametrize("options, rows", published("calculate_dsr_nonindependent", "multiplier"))
def test_rates_of_events_that_come_several_to_a_person(options, rows):
    several = {"independent_events": False, "eventfreq": "eventfreq", "ageband": "band"}
    groups = rows.groupby("case_id", sort=False)
    found = phe.calculate_dsr(groups, "x", "n", "stdpop", **several, **options)
    assert_same(found, firsts(rows), ["total_count", "total_pop", *ENDS], 1e-11)
    assert_same_words(found, firsts(rows))


@pytest.mark.parametrize("options, rows", published("calculate_ISRate", "multiplier"))
def test_indirectly_standardised_rates(options, rows):
    groups = rows.groupby("case_id", sort=False)
    found = phe.calculate_ISRate(groups, "x", "n", "x_ref", "n_ref", **options)
    assert_same(found, firsts(rows), ["observed", "expected", "ref_rate", *ENDS])
    assert_same_words(found, firsts(rows))


@pytest.mark.parametrize("options, rows", published("calculate_ISRatio", "refvalue"))
def test_indirectly_standardised_ratios(options, rows):
    groups = rows.groupby("case_id", sort=False)
    found = phe.calculate_ISRatio(groups, "x", "n", "x_ref", "n_ref", **options)
    assert_same(found, firsts(rows), ["observed", "expected", *ENDS])
    assert_same_words(found, firsts(rows))


@pytest.mark.parametrize("options, rows", published("phe_life_expectancy"))
def test_life_expectancy(options, rows):
    groups = rows.groupby("case_id", sort=False)
    found = phe.phe_life_expectancy(groups, "deaths", "population", "startage", **options)
    assert_same(found, rows, ["pops_used", "dths_used"])
    for source, tolerance in (("r_run", 1e-12), ("published", 1e-6)):
        here = (rows["source"] == source).to_numpy()
        assert_same(found[here], rows[here], ENDS, tolerance)
    at_birth = phe.phe_life_expectancy(groups, "deaths", "population", "startage", le_age=0)
    assert at_birth["startage"].tolist() == [0] * rows["case_id"].nunique()


@pytest.mark.parametrize("options, rows", published("phe_sii", "value_type", "multiplier"))
def test_slope_and_relative_index(options, rows):
    number = rows.groupby("case_id")["quantile"].transform("max")
    rows = rows.assign(has_se=rows["se"].notna(), number=number)
    for (transform, has_se, _), part in rows.groupby(["transform", "has_se", "number"]):
        spread = {"se": "se"} if has_se else {"lower_cl": "lower_cl", "upper_cl": "upper_cl"}
        found = phe.phe_sii(
            part.groupby("case_id", sort=False),
            "quantile",
            "population",
            rii=True,
            intercept=True,
            transform=bool(transform),
            repetitions=20_000,
            **spread,
            **options,
        )
        expected = firsts(part)
        assert_same(found, expected, ["sii", "rii"], 1e-10)
        half = (expected["expected_sii_uppercl"] - expected["expected_sii_lowercl"]) / 2
        for end in ("sii_lowercl", "sii_uppercl"):
            apart = (found[end] - expected[f"expected_{end}"]).abs()
            assert (apart <= 0.03 * half)[half.notna()].all(), end
            assert found[end].notna().all()
        known = expected["expected_intercept"].notna()
        assert_same(found[known], expected[known], ["intercept"], 1e-10)


def test_quantiles():
    table = pd.read_csv(PUBLISHED / "phe_quantile.csv")
    for (number, invert), rows in table.groupby(["nquantiles", "invert"]):
        groups = rows.groupby("case_id", sort=False)
        found = phe.phe_quantile(groups, "value", nquantiles=int(number), invert=bool(invert))
        expected = rows["expected_quantile"].astype("Int64").reset_index(drop=True)
        assert found["quantile"].astype("Int64").reset_index(drop=True).equals(expected)
        end = "highest" if invert else "lowest"
        assert set(found["qinverted"]) == {f"lowest quantile contains {end} values"}


def funnel(statistic: str) -> dict[str, str]:
    """R's two arguments for the one word of the file."""
    kind, _, form = statistic.partition("_")
    return {"statistic": kind, **({f"{kind}_type": form} if form else {})}


def test_funnel_limits():
    limits = pd.read_csv(PUBLISHED / "calculate_funnel_limits.csv")
    areas = pd.read_csv(PUBLISHED / "calculate_funnel_limits.inputs.csv")
    for case, rows in areas.groupby("case_id", sort=False):
        first, expected = rows.iloc[0], limits[limits["case_id"] == case]
        rate = {"rate": "rate"} if rows["rate"].notna().any() else {}
        units = {"multiplier": first["multiplier"], "years_of_data": first["years_of_data"]}
        units = {name: unit for name, unit in units.items() if pd.notna(unit)}
        found = phe.calculate_funnel_limits(
            rows, "num", "den", **funnel(first["statistic"]), **rate, **units
        )
        assert found["axis"].tolist() == expected["expected_axis"].tolist(), case
        for name in expected.filter(like="expected_").columns.drop("expected_axis"):
            ours, theirs = name.removeprefix("expected_"), expected[name].to_numpy()
            if not np.isnan(theirs).all():
                assert found[ours].to_numpy() == pytest.approx(theirs, rel=5e-5, abs=1e-6), case


def test_funnel_points_and_significance():
    points = pd.read_csv(PUBLISHED / "calculate_funnel_points.csv")
    for _, rows in points.groupby("case_id"):
        first = rows.iloc[0]
        found = phe.calculate_funnel_points(
            rows,
            "num",
            "den",
            rate="rate",
            rate_type=first["statistic"].partition("_")[2],
            years_of_data=first["years_of_data"],
            multiplier=first["multiplier"],
        )
        assert_same(found, rows, ["rate_chart", "denominator_derived"])
    areas = pd.read_csv(PUBLISHED / "assign_funnel_significance.csv")
    for _, rows in areas.groupby("case_id"):
        first = rows.iloc[0]
        rate = {"rate": "rate", "multiplier": first["multiplier"]}
        options = funnel(first["statistic"]) | (rate if rows["rate"].notna().any() else {})
        options.pop("ratio_type", None)
        found = phe.assign_funnel_significance(rows, "num", "den", **options)
        assert found["significance"].tolist() == rows["expected_significance"].tolist()


def test_trend_markers():
    table = pd.read_csv(PUBLISHED / "assign_trend_markers.csv")
    for kind, rows in table.groupby("value_type"):
        found = phe.assign_trend_markers(
            rows.groupby("case_id", sort=False),
            "year",
            value="value",
            denominator="denominator",
            numerator="numerator",
            value_type=kind,
            lower_cl="lower_cl",
            upper_cl="upper_cl",
        )
        expected = firsts(rows)
        assert found["recent_trend"].tolist() == expected["expected_recent_trend"].tolist()
        assert found["reason"].tolist() == expected["expected_reason"].tolist()


def test_the_intervals_beneath():
    table = pd.read_csv(PUBLISHED / "byars_wilson.csv")
    for (method, confidence), rows in table.groupby(["method", "confidence"]):
        if method == "Byars":
            limits = [f(rows["x"], confidence) for f in (phe.byars_lower, phe.byars_upper)]
        else:
            pair = (phe.wilson_lower, phe.wilson_upper)
            limits = [f(rows["x"], rows["n"], confidence) for f in pair]
        for ours, end in zip(limits, ["lowercl", "uppercl"], strict=True):
            theirs = rows[f"expected_{end}"].to_numpy()
            assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-15, nan_ok=True)


COUNTS = pd.DataFrame({"area": ["P", "P", "Q"], "x": [12, 8, 5], "n": [900, 600, 700]})


def test_a_script_reads_as_it_does_in_r():
    found = phe.phe_rate(COUNTS.groupby("area"), "x", "n", multiplier=1_000)
    assert found.columns.tolist() == [
        *("area", "x", "n", *ENDS, "confidence", "statistic", "method", "value_note")
    ]
    assert found["value"].round(2).tolist() == [13.33, 7.14]
    assert found["statistic"].tolist() == ["rate per 1000"] * 2
    assert found["method"].tolist() == ["Byars", "Exact"]
    assert found["confidence"].tolist() == ["95%"] * 2


def test_two_levels_have_rs_names():
    found = phe.phe_proportion(COUNTS, "x", "n", confidence=[0.95, 0.998], multiplier=100)
    names = ["lower95_0cl", "upper95_0cl", "lower99_8cl", "upper99_8cl"]
    assert found.columns.tolist()[4:8] == names
    assert set(found["confidence"]) == {"95%, 99.8%"} and set(found["statistic"]) == {"percentage"}


@pytest.mark.parametrize(
    "kind, kept",
    [
        ("standard", ENDS),
        ("value", ["value"]),
        ("lower", ["lowercl"]),
        ("upper", ["uppercl"]),
    ],
)
def test_type_says_which_columns_come_back(kind, kept):
    found = phe.phe_rate(COUNTS, "x", "n", type=kind)
    assert found.columns.tolist() == ["area", "x", "n", *kept, "value_note"]


def test_limits_can_be_left_out():
    found = phe.phe_proportion(COUNTS, "x", "n", confidence="none")
    assert found.columns.tolist() == ["area", "x", "n", "value", "statistic", "value_note"]


def test_what_cannot_be_ported_says_so():
    with pytest.raises(UsageError, match="^stdpop: the name of a column of data.*got: list"):
        phe.calculate_dsr(COUNTS, "x", "n", [1, 2, 3])
    with pytest.raises(UsageError, match="^x_ref: the name of a column of data"):
        phe.calculate_ISRate(COUNTS, "x", "n", COUNTS["x"], "n")
    with pytest.raises(UsageError, match="^type: one of full, standard, value, lower, upper"):
        phe.phe_rate(COUNTS, "x", "n", type="short")
    with pytest.raises(UsageError, match="^data: a table, or a table grouped by columns"):
        phe.phe_rate(COUNTS.groupby(lambda row: row), "x", "n")
    with pytest.raises(UsageError, match="^data: a table, .*got: dict"):
        phe.phe_rate({"x": [1], "n": [2]}, "x", "n")
    with pytest.raises(SchemaError, match="^column y: stands in the table once"):
        phe.phe_rate(COUNTS, "y", "n")


def test_a_column_called_multiplier_changes_nothing():
    found = phe.phe_rate(COUNTS.assign(multiplier=7), "x", "n", multiplier=1_000)
    assert found["value"].round(2).tolist() == [13.33, 13.33, 7.14]
