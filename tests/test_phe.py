"""R's names: every published case comes out under them, in R's columns and words."""

import inspect
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

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
            value="value",
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
        found = phe.phe_quantile(groups, "value", nquantiles=int(number), invert=invert)
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


AREAS = pd.DataFrame({"area": ["P", "P", "Q"], "x": [12, 8, 5], "n": [900, 600, 700]})
BANDS = pd.DataFrame(
    {
        "area": ["P"] * 3 + ["Q"] * 3,
        "band": ["0-4", "5-9", "10-14"] * 2,
        "x": [12, 8, 5, 2, 3, 1],
        "n": [900, 600, 700, 300, 400, 350],
        "x_ref": [800, 600, 500] * 2,
        "n_ref": [90_000, 80_000, 85_000] * 2,
        "stdpop": [5000, 5500, 5500] * 2,
    }
)
QUINTILES = pd.DataFrame(
    {
        "quantile": range(1, 6),
        "population": [2200, 2100, 1900, 2000, 1800],
        "value": [24.0, 21, 20, 16, 14],
        "lower_ci": [22.0, 19, 18, 14, 12],
        "upper_ci": [26.0, 23, 22, 18, 16],
        "obs": [528, 441, 380, 320, 252],
    }
)
LIFE = pd.DataFrame(
    {
        "startage": ["0-4", "5-14", "15-64", "65+"],
        "deaths": [30, 10, 300, 900],
        "pops": [6_000, 11_000, 50_000, 12_000],
    }
)


def positional(function) -> list[str]:
    """The arguments that a call may give by position, the data left out."""
    kinds = inspect.signature(function).parameters.values()
    return [each.name for each in kinds if each.kind is each.POSITIONAL_OR_KEYWORD][1:]


@pytest.mark.parametrize(
    "name, in_r",
    [
        ("phe_proportion", "x n type confidence multiplier"),
        ("phe_rate", "x n type confidence multiplier"),
        ("phe_mean", "x type confidence"),
        (
            "calculate_dsr",
            "x n stdpop type confidence multiplier independent_events eventfreq ageband",
        ),
        ("phe_dsr", "x n stdpop stdpoptype type confidence multiplier"),
        (
            "calculate_ISRate",
            "x n x_ref n_ref refpoptype type confidence multiplier observed_totals",
        ),
        (
            "calculate_ISRatio",
            "x n x_ref n_ref refpoptype type confidence refvalue observed_totals",
        ),
        (
            "phe_life_expectancy",
            "deaths population startage age_contents le_age type confidence",
        ),
        (
            "phe_sii",
            "quantile population x value value_type transform lower_cl upper_cl se multiplier "
            "repetitions confidence rii intercept reliability_stat type",
        ),
        ("phe_quantile", "values nquantiles invert inverttype type"),
        (
            "calculate_funnel_limits",
            "numerator denominator rate type multiplier statistic ratio_type rate_type "
            "years_of_data",
        ),
        (
            "calculate_funnel_points",
            "numerator denominator rate rate_type years_of_data multiplier",
        ),
        (
            "assign_funnel_significance",
            "numerator denominator rate statistic rate_type multiplier",
        ),
        (
            "assign_trend_markers",
            "year_col value denominator numerator value_type lower_cl upper_cl confidence "
            "multiplier",
        ),
    ],
)
def test_arguments_are_those_of_r_in_its_order(name, in_r):
    function = getattr(phe, name)
    assert list(inspect.signature(function).parameters)[1:] == in_r.split()
    # As many by position as the rules of this package allow: four beside the data.
    assert positional(function) == in_r.split()[:4]


def test_a_script_reads_as_it_does_in_r():
    found = phe.phe_rate(AREAS.groupby("area"), "x", "n", "full", 0.95, multiplier=1_000)
    assert found.columns.tolist() == [
        *("area", "x", "n", *ENDS, "confidence", "statistic", "method", "value_note")
    ]
    assert found["value"].round(2).tolist() == [13.33, 7.14]
    assert found["statistic"].tolist() == ["rate per 1000"] * 2
    assert found["method"].tolist() == ["Byars", "Exact"]
    assert found["confidence"].tolist() == ["95%"] * 2


def test_two_levels_have_rs_names():
    found = phe.phe_proportion(AREAS, "x", "n", confidence=[0.95, 0.998], multiplier=100)
    names = ["lower95_0cl", "upper95_0cl", "lower99_8cl", "upper99_8cl"]
    assert found.columns.tolist()[4:8] == names
    assert set(found["confidence"]) == {"95%, 99.8%"} and set(found["statistic"]) == {"percentage"}


@pytest.mark.parametrize("level", [0.95, [0.95], (0.95,), [95]])
def test_a_list_of_one_level_is_one_level(level):
    found = phe.phe_proportion(AREAS, "x", "n", confidence=level)
    assert_frame_equal(found, phe.phe_proportion(AREAS, "x", "n"))
    life = phe.phe_life_expectancy(LIFE, "deaths", "pops", "startage", confidence=level)
    assert {"lowercl", "uppercl"} <= set(life)


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
    found = phe.phe_rate(AREAS, "x", "n", type=kind)
    assert found.columns.tolist() == ["area", "x", "n", *kept, "value_note"]


def test_limits_can_be_left_out():
    found = phe.phe_proportion(AREAS, "x", "n", confidence="none")
    assert found.columns.tolist() == ["area", "x", "n", "value", "statistic", "value_note"]


def test_columns_stand_in_the_order_of_r():
    mean = phe.phe_mean(AREAS.groupby("area"), "x")
    assert mean.columns[:4].tolist() == ["area", "value_sum", "value_count", "stdev"]
    assert mean["value_sum"].tolist() == [20, 5] and mean["value_count"].tolist() == [2, 1]
    life = phe.phe_life_expectancy(LIFE, "deaths", "pops", "startage")
    assert life.columns[3:6].tolist() == ["pops_used", "dths_used", "value"]
    assert life["pops_used"][0] == 79_000 and life["dths_used"][0] == 1_240
    dsr = phe.calculate_dsr(BANDS.groupby("area"), "x", "n", "stdpop")
    assert dsr.columns[:4].tolist() == ["area", "total_count", "total_pop", "value"]


def test_few_events_are_said_in_the_statistic_as_r_says_them():
    found = phe.phe_dsr(BANDS.groupby("area"), "x", "n", "stdpop", "field", multiplier=1_000)
    assert found["statistic"].tolist() == ["dsr per 1000", "dsr NA for total count < 10"]
    assert found["method"].tolist() == ["Dobson"] * 2
    assert found["value"].notna().tolist() == [True, False]
    assert_frame_equal(
        found, phe.calculate_dsr(BANDS.groupby("area"), "x", "n", "stdpop", multiplier=1_000)
    )


def test_reference_figures_are_columns_and_rates_per_100_000():
    groups = BANDS.groupby("area")
    ratio = phe.calculate_ISRatio(groups, "x", "n", "x_ref", "n_ref", refpoptype="field")
    rate = phe.calculate_ISRate(groups, "x", "n", "x_ref", "n_ref", refpoptype="field")
    assert rate["statistic"].tolist() == ["indirectly standardised rate per 100000"] * 2
    assert ratio["statistic"].tolist() == ["indirectly standardised ratio x 1"] * 2
    crude = 100_000 * 1_900 / 255_000
    assert rate["ref_rate"].tolist() == pytest.approx([crude] * 2)
    assert rate["value"].tolist() == pytest.approx((crude * ratio["value"]).tolist())


def test_observed_totals_are_joined_by_the_groups():
    totals = pd.DataFrame({"area": ["Q", "P"], "x": [6, 25]})
    options = {"n": "n", "x_ref": "x_ref", "n_ref": "n_ref"}
    for function in (phe.calculate_ISRate, phe.calculate_ISRatio):
        by_band = function(BANDS.groupby("area"), "x", **options)
        without = BANDS.drop(columns="x").groupby("area")
        found = function(without, "x", **options, observed_totals=totals)
        assert_frame_equal(found, by_band)
        assert_frame_equal(
            function(BANDS.groupby("area"), "x", **options, observed_totals=totals), by_band
        )
    short = phe.calculate_ISRate(
        BANDS.groupby("area"), "x", **options, observed_totals=totals.tail(1)
    )
    assert short["value_note"].tolist() == ["", "observed missing"]


def test_the_standard_population_of_r():
    assert len(phe.esp2013) == 19 and sum(phe.esp2013) == 100_000
    assert phe.esp2013[:4] == [5000, 5500, 5500, 5500] and phe.esp2013[-1] == 1000
    with pytest.raises(AttributeError, match="esp1976"):
        phe.esp1976  # noqa: B018


def test_age_contents_are_checked_against_the_bands():
    bands = LIFE["startage"].tolist()
    found = phe.phe_life_expectancy(LIFE, "deaths", "pops", "startage", bands)
    assert_frame_equal(found, phe.phe_life_expectancy(LIFE, "deaths", "pops", "startage"))
    with pytest.raises(UsageError, match="^age_contents: holds start ages .*got: 5-14, 5-9"):
        phe.phe_life_expectancy(LIFE, "deaths", "pops", "startage", ["0-4", "5-9", "15-64", "65+"])
    for ages, kept in [("all", 4), ("65+", 1), (["65+", "0-4"], 2)]:
        found = phe.phe_life_expectancy(LIFE, "deaths", "pops", "startage", le_age=ages)
        assert len(found) == kept
    with pytest.raises(UsageError, match="^le_age: .*got: 85"):
        phe.phe_life_expectancy(LIFE, "deaths", "pops", "startage", le_age=85)
    standard = phe.phe_life_expectancy(LIFE, "deaths", "pops", "startage", type="standard")
    assert standard.columns.tolist() == ["startage", "deaths", "pops", *ENDS, "value_note"]


def test_a_proportion_is_worked_out_of_x_where_no_value_is_named():
    shares = QUINTILES.assign(
        share=QUINTILES["obs"] / QUINTILES["population"], lower_ci=0.1, upper_ci=0.3
    )
    options = {"value_type": 2, "repetitions": 2_000}
    of_counts = phe.phe_sii(shares, "quantile", "population", "obs", **options)
    assert_frame_equal(
        of_counts, phe.phe_sii(shares, "quantile", "population", value="share", **options)
    )
    # R takes the value where both are there.
    both = phe.phe_sii(shares, "quantile", "population", "lower_ci", "share", **options)
    assert_frame_equal(of_counts, both)


def test_an_index_says_how_its_limits_were_made():
    found = phe.phe_sii(
        QUINTILES, "quantile", "population", value="value", rii=True, reliability_stat=False
    )
    names = [f"{name}{end}" for name in ("sii", "rii") for end in ("", "_lowercl", "_uppercl")]
    about = ["confidence", "statistic", "method", "rii_method", "value_note"]
    assert found.columns.tolist() == [*names, *about]
    assert found.loc[0, ["method", "rii_method"]].tolist() == ["closed_form"] * 2
    # The slope and the ratio of the reference implementation for these five quintiles.
    assert found.loc[0, ["sii", "rii"]].tolist() == pytest.approx([-12.4921826, 0.5092654855])
    rates = phe.phe_sii(
        QUINTILES, "quantile", "population", value="value", value_type=1, repetitions=2_000
    )
    assert rates["method"].tolist() == ["simulated"]
    short = phe.phe_sii(QUINTILES, "quantile", "population", value="value", type="standard")
    assert short.columns.tolist() == ["sii", "sii_lowercl", "sii_uppercl", "value_note"]


def test_an_index_keeps_the_reasons_of_both():
    around_zero = QUINTILES.assign(value=[3.0, 1, 0, -1, -3], lower_ci=-9.0, upper_ci=9.0)
    found = phe.phe_sii(around_zero, "quantile", "population", value="value", rii=True)
    assert "could be zero" in found["value_note"][0] and found["sii_lowercl"].notna()[0]
    missing = QUINTILES.assign(population=[0, 2100, 1900, 2000, 1800])
    found = phe.phe_sii(missing, "quantile", "population", value="value", rii=True)
    assert found["value_note"].tolist() == ["population not above zero"]


def test_quantiles_may_be_inverted_group_by_group():
    table = pd.DataFrame(
        {
            "area": ["P"] * 4 + ["Q"] * 4 + ["R"] * 2 + ["S"] * 2,
            "v": [1, 2, 3, 4] * 2 + [1, 2] * 2,
            "flag": pd.array([True] * 4 + [False] * 4 + [True, False, None, None], "boolean"),
        }
    )
    found = phe.phe_quantile(table.groupby("area"), "v", 2, "flag", "field")
    assert found["quantile"].fillna(0).tolist() == [2, 2, 1, 1, 1, 1, 2, 2, 0, 0, 0, 0]
    assert found["qinverted"].iloc[[0, 4]].tolist() == [
        "lowest quantile contains highest values",
        "lowest quantile contains lowest values",
    ]
    assert found["value_note"].iloc[[0, 8, 10]].tolist() == [
        *("", "invert differs within the group", "invert missing")
    ]
    assert set(found["groupvars"]) == {"area"}
    assert phe.phe_quantile(table, "v", 2, False, "logical")["groupvars"].isna().all()
    standard = phe.phe_quantile(table, "v", 2, type="standard")
    assert standard.columns.tolist() == ["area", "v", "flag", "quantile", "value_note"]
    with pytest.raises(SchemaError, match="^column v: holds true or false"):
        phe.phe_quantile(table, "v", 2, "v", "field")
    with pytest.raises(UsageError, match="^invert: "):
        phe.phe_quantile(table, "v", 2, "flag")


def test_a_funnel_of_rates_supposes_no_unit():
    rates = pd.DataFrame({"num": [30, 45, 12], "den": [900, 1_100, 800]})
    rates["dsr"] = 1_000 * rates["num"] / rates["den"]
    whole = {"rate_type": "dsr", "multiplier": 1_000, "years_of_data": 3}
    for lacking in whole:
        left = {name: unit for name, unit in whole.items() if name != lacking}
        with pytest.raises(UsageError, match=f"^{lacking}: "):
            phe.calculate_funnel_limits(rates, "num", "den", "dsr", statistic="rate", **left)
        with pytest.raises(UsageError, match=f"^{lacking}: "):
            phe.calculate_funnel_points(rates, "num", "den", "dsr", **left)
    with pytest.raises(UsageError, match="^multiplier: "):
        phe.assign_funnel_significance(rates, "num", "den", "dsr", "rate", rate_type="dsr")
    with pytest.raises(UsageError, match="^statistic: one of proportion, ratio, rate"):
        phe.calculate_funnel_limits(rates, "num", "den")
    with pytest.raises(UsageError, match="^ratio_type: one of count, isr"):
        phe.calculate_funnel_limits(rates, "num", "den", statistic="ratio")
    points = phe.calculate_funnel_points(rates, "num", "den", "dsr", **whole)
    assert {"dsr_chart", "denominator_derived"} <= set(points)
    full = phe.calculate_funnel_limits(rates, "num", "den", "dsr", statistic="rate", **whole)
    standard = phe.calculate_funnel_limits(
        rates, "num", "den", "dsr", "standard", statistic="rate", **whole
    )
    assert set(full) - set(standard) == {"phi", "tau2", "areas", "statistic", "method"}


def test_trends_take_the_level_of_their_limits():
    years = pd.DataFrame({"year": range(2015, 2020), "value": [24.67, 24.6, 28, 30.2, 30.6]})
    years = years.assign(low=years["value"] - 1.5, high=years["value"] + 1.5)
    options = {"value": "value", "lower_cl": "low", "upper_cl": "high"}
    found = phe.assign_trend_markers(years, "year", **options, confidence=95, multiplier=100)
    assert_frame_equal(found, phe.assign_trend_markers(years, "year", **options))
    assert found["recent_trend"].tolist() == ["Increasing"]
    with pytest.raises(UsageError, match="^confidence: is 0.95 here; got: 0.998"):
        phe.assign_trend_markers(years, "year", **options, confidence=0.998)


def test_what_cannot_be_ported_says_so():
    with pytest.raises(UsageError, match="^stdpop: the name of a column of data.*got: list"):
        phe.calculate_dsr(BANDS, "x", "n", phe.esp2013)
    with pytest.raises(UsageError, match="^x_ref: the name of a column of data"):
        phe.calculate_ISRate(BANDS, "x", "n", BANDS["x"], "n")
    for function in (phe.calculate_ISRate, phe.calculate_ISRatio):
        with pytest.raises(UsageError, match="^refpoptype: is 'field' here.*by their key"):
            function(BANDS, "x", "n", "x_ref", "n_ref", refpoptype="vector")
        with pytest.raises(UsageError, match="^refpoptype: one of field, vector"):
            function(BANDS, "x", "n", "x_ref", "n_ref", refpoptype="list")
    with pytest.raises(UsageError, match="^stdpoptype: is 'field' here; got: 'vector'"):
        phe.phe_dsr(BANDS, "x", "n", "stdpop", "vector")
    with pytest.raises(UsageError, match="^reliability_stat: is False here.*no two runs differ"):
        phe.phe_sii(QUINTILES, "quantile", "population", value="value", reliability_stat=True)
    with pytest.raises(UsageError, match="^value: is given; got: None"):
        phe.phe_sii(QUINTILES, "quantile", "population")
    with pytest.raises(UsageError, match="^type: one of full, standard, value, lower, upper"):
        phe.phe_rate(AREAS, "x", "n", type="short")
    with pytest.raises(UsageError, match="^data: a table, or a table grouped by columns"):
        phe.phe_rate(AREAS.groupby(lambda row: row), "x", "n")
    with pytest.raises(UsageError, match="^data: a table, .*got: dict"):
        phe.phe_rate({"x": [1], "n": [2]}, "x", "n")
    with pytest.raises(SchemaError, match="^column y: stands in the table once"):
        phe.phe_rate(AREAS, "y", "n")


@pytest.mark.parametrize(
    "data, totals, error, words",
    [
        (BANDS, BANDS[["area", "x"]], UsageError, "got: data without groups"),
        (BANDS.groupby("area"), "x", UsageError, "got: str"),
        (BANDS.groupby("area"), BANDS[["area", "x"]], SchemaError, "one row for each area"),
        (BANDS.groupby("area"), BANDS[["x"]].head(1), SchemaError, "column area"),
    ],
)
def test_totals_that_cannot_be_joined_are_told(data, totals, error, words):
    with pytest.raises(error, match=words):
        phe.calculate_ISRate(data, "x", "n", "x_ref", "n_ref", observed_totals=totals)


def test_a_column_called_multiplier_changes_nothing():
    found = phe.phe_rate(AREAS.assign(multiplier=7), "x", "n", multiplier=1_000)
    assert found["value"].round(2).tolist() == [13.33, 13.33, 7.14]
