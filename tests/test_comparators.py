"""An area beside England, its region, its neighbours and groups of its own."""

from math import nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cyp_analysis import area_tables, catalogue, geography, loaders, paths
from cyp_analysis.build import (
    comparator_groups,
    comparators,
    comparison,
    derived,
    disclosure,
    indicators,
    spreads,
    trends,
)
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import SchemaError
from cyp_analysis.loaders.dfe import ees
from cyp_analysis.schema import INDICATOR_COLUMNS, INDICATOR_KEY, check_indicator_table

BARNET, HARROW, LONDON, OUTER, ENGLAND = (
    "E09000003",
    "E09000015",
    "E12000007",
    "E13000002",
    "E92000001",
)
CARE, LEAVERS = "children_looked_after_rate", "care_leavers_suitable_accommodation_19_21"
# As printed in the Life Chances Strategy 2020-2024, Figure 1: share of under-16s in poverty, 2016.
PRINTED = {
    "Waltham Forest": 19.4,
    "Harrow": 12.9,
    "Redbridge": 14.7,
    "Merton": 13.1,
    "Croydon": 16.1,
    "Lewisham": 22.6,
    "Hillingdon": 16.0,
    "Haringey": 21.3,
    "Ealing": 16.9,
}


def figure(area: str, value: float, **other) -> dict:
    """One indicator row; interval and counts as given, else a rate of care of 10,000 children."""
    row = {
        "indicator_id": CARE,
        "area_code": area,
        "period_start": pd.Timestamp("2025-03-31"),
        "period_end": pd.Timestamp("2025-03-31"),
        "period_label": "31 March 2025",
        "sex": "persons",
        "age": "<18 yrs",
        "category_type": "",
        "category": "",
        "count": value,
        "denominator": 10_000.0,
        "value": value,
        "lower_ci_95": value - 2,
        "upper_ci_95": value + 2,
        "statistic": "crude_rate",
        "method": "byars",
        "benchmark_area_code": "",
        "benchmark_value": nan,
        "outcome": "not_compared",
        "recent_trend": "",
        "target_value": nan,
        "target_met": "",
        "target_variance": nan,
        "value_note": "",
        "source_id": "dfe_children_looked_after",
        "source_published": pd.Timestamp("2025-11-20"),
        "source_row": 1,
        "source_file": "cla.csv",
    }
    return row | other


def figures(*rows: dict) -> pd.DataFrame:
    return check_indicator_table(pd.DataFrame(list(rows))[INDICATOR_COLUMNS])


def inputs(*rows: dict) -> derived.Inputs:
    """What the derived tables are made from, compared with the benchmarks as a build does."""
    known, table = catalogue.load(), figures(*rows)
    bare = table.drop(columns=["benchmark_area_code", "benchmark_value", "outcome"])
    compared = comparison.compare_with_benchmarks(bare, known)
    table = comparison.add_main_benchmark(bare, compared)
    return derived.Inputs(table[INDICATOR_COLUMNS], compared, {}, known)


def made(*rows: dict) -> pd.DataFrame:
    return comparators.compare_with_groups(inputs(*rows))[TABLES["comparators"]]


def of(table: pd.DataFrame, comparator: str, how: str, area: str = BARNET) -> pd.Series:
    mine = (table["area_code"] == area) & (table["comparator_id"] == comparator)
    found = table[mine & (table["how"] == how)]
    assert len(found) == 1, (comparator, how, len(found))
    return found.iloc[0]


def neighbours_of_barnet(**values: float) -> list[dict]:
    """Barnet's ten neighbours with the values 10, 20 … 100, nearest first."""
    codes = geography.neighbours(BARNET)
    assert len(codes) == 10
    return [figure(code, 10.0 * place) for place, code in enumerate(codes, 1)]


def built(counts: list) -> derived.Inputs:
    """Files through the build, up to where the derived tables are made."""
    known = catalogue.load()
    safe = disclosure.suppress(
        indicators.build_indicators([table.rows for table in counts], known), known
    )
    table = trends.add_targets(trends.add_recent_trend(safe, known), known)
    compared = comparison.compare_with_benchmarks(table, known)
    return derived.Inputs(comparison.add_main_benchmark(table, compared), compared, {}, known)


@pytest.fixture(scope="module")
def printed() -> derived.Inputs:
    """The printed ranking of London authorities on child poverty."""
    raw = paths.data_dir() / "raw" / "barnet_child_poverty_ranking_2016"
    return built(list(loaders.read_all([raw]).tables))


@pytest.fixture(scope="module")
def beside(printed) -> pd.DataFrame:
    rows = comparators.compare_with_groups(printed)
    return rows[rows["period_end"] == "2016-12-31"]


def test_the_printed_neighbours_give_mean_and_median(printed, beside):
    names = [geography.name(code) for code in geography.neighbours(BARNET)]
    values = [PRINTED[name] for name in names if name in PRINTED]
    assert (
        len(names) == 10 and len(values) == 9 and sum(values) == pytest.approx(153)
    )  # Reading is outside the printed table
    table = printed.indicators.query("period_label == '2016'").set_index("area_code")["value"]
    for code in geography.neighbours(BARNET):
        if geography.name(code) in PRINTED:
            assert table[code] == PRINTED[geography.name(code)]
    mean = of(beside, "statistical_neighbours", "mean")
    assert mean["value"] == pytest.approx(17.0)  # 153.0 over 9
    assert (mean["members"], mean["of_members"]) == (10, 9)
    assert mean["note"] == "Only 9 of 10 have a figure."
    assert (mean["side"], mean["outcome"]) == ("lower", "better")
    median = of(beside, "statistical_neighbours", "median")
    assert median["value"] == 16.1


def test_all_boroughs_taken_together_give_the_printed_figure_of_london(beside):
    together = of(beside, "region_authorities", "pooled")
    assert round(together["value"], 1) == 18.8 == of(beside, "region", "published")["value"]
    assert (together["members"], together["of_members"]) == (33, 33)
    assert together["lower"] < together["value"] < together["upper"]
    assert together["note"] == "The area itself is one of them."
    assert together["comparator_name"] == "All authorities of London"


def test_verdicts_on_the_printed_ranking_are_those_recomputed_from_it(beside):
    rows = beside.query("how == 'published'")
    counts = rows.groupby("comparator_id")["side"].value_counts()
    assert (rows["comparator_id"] == "region").sum() == 33
    # requirements A2: 16 higher and 17 lower than London; 17, 2 similar and 14 against England,
    # where London itself is one more that is higher.
    assert counts["region"].to_dict() == {"lower": 17, "higher": 16}
    assert counts["england"].to_dict() == {"higher": 18, "lower": 14, "similar": 2}


def test_mean_median_and_pooled_of_the_neighbours():
    table = made(figure(BARNET, 52.0), *neighbours_of_barnet())
    for how, value in (("mean", 55.0), ("median", 55.0), ("pooled", 55.0)):
        assert of(table, "statistical_neighbours", how)["value"] == pytest.approx(value)
    pooled = of(table, "statistical_neighbours", "pooled")
    # 550 of 100,000: Byar's limits of 550 events are 505.0 and 597.9 (Breslow & Day).
    assert pooled["lower"] == pytest.approx(50.50, abs=0.005)
    assert pooled["upper"] == pytest.approx(59.79, abs=0.005)
    assert np.isnan(of(table, "statistical_neighbours", "mean")["lower"])


def test_mean_and_median_can_give_another_verdict():
    codes = geography.neighbours(BARNET)
    rows = [figure(code, 40.0) for code in codes[:9]] + [figure(codes[9], 140.0)]
    table = made(figure(BARNET, 41.0), *rows)
    assert of(table, "statistical_neighbours", "median")["side"] == "similar"
    mean = of(table, "statistical_neighbours", "mean")
    assert (mean["value"], mean["side"], mean["outcome"]) == (50.0, "lower", "lower")


def test_the_model_and_its_year_stand_beside_the_figure():
    table = made(figure(BARNET, 52.0), *neighbours_of_barnet())
    year = pd.read_csv(paths.data_dir() / "reference" / "neighbours.csv")["year"].max()
    said = f"DfE children's services statistical neighbours, {year}"
    assert of(table, "statistical_neighbours", "mean")["model"] == said
    assert comparator_groups.model_words("cipfa") == "CIPFA nearest neighbours"
    assert comparator_groups.model_words("our_own_model") == "our own model"


def test_a_group_mostly_without_figures_has_none_and_is_never_zero():
    known = neighbours_of_barnet()[:4]
    table = made(figure(BARNET, 52.0), *known)
    mean = of(table, "statistical_neighbours", "mean")
    assert np.isnan(mean["value"]) and mean["side"] == "not_compared"
    assert mean["note"] == "Only 4 of 10 have a figure."
    assert "pooled" not in set(
        table.query("comparator_id == 'statistical_neighbours'").loc[
            table["area_code"] == BARNET, "how"
        ]
    )


def test_missing_values_are_left_out_of_an_average():
    rows = neighbours_of_barnet()
    missing = {"value": nan, "count": nan, "lower_ci_95": nan, "upper_ci_95": nan}
    rows[9] |= missing | {"value_note": "suppressed (c)"}
    mean = of(made(figure(BARNET, 52.0), *rows), "statistical_neighbours", "mean")
    assert (mean["value"], mean["of_members"]) == (50.0, 9)


def test_nothing_is_tested_where_either_side_is_unknown():
    no_interval = figure(BARNET, 52.0, lower_ci_95=nan, upper_ci_95=nan, method="none")
    table = made(no_interval, figure(ENGLAND, 70.0), *neighbours_of_barnet())
    assert set(table[table["area_code"] == BARNET]["side"]) == {"not_compared"}
    unknown = made(figure(BARNET, 52.0), figure(ENGLAND, nan, count=nan, lower_ci_95=nan,
                                                upper_ci_95=nan, value_note="x"))  # fmt: skip
    assert unknown.empty


def test_no_judgement_is_never_better_or_worse():
    table = made(figure(BARNET, 30.0), figure(ENGLAND, 70.0), *neighbours_of_barnet())
    assert not set(table["outcome"]) & {"better", "worse"}


def test_an_area_is_never_beside_itself():
    rows = [figure(BARNET, 30.0), figure(OUTER, 45.0), figure(LONDON, 50.0), figure(ENGLAND, 70.0)]
    table = made(*rows)
    beside = table.groupby("area_code")["comparator_id"].agg(set)
    assert beside[BARNET] == {"england", "region", "subregion"}
    assert beside[LONDON] == {"england"}
    assert ENGLAND not in beside
    assert of(table, "subregion", "published")["comparator_name"] == "Outer London"


def test_counts_that_do_not_give_the_value_are_not_added_up():
    rows = neighbours_of_barnet()
    rows[0] |= {"count": 500.0}  # a directly standardised rate, say
    table = made(figure(BARNET, 52.0), *rows)
    ways = table.query("comparator_id == 'statistical_neighbours'")["how"]
    assert set(ways[table["area_code"] == BARNET]) == {"mean", "median"}


def test_a_successor_is_not_counted_beside_the_authority_it_replaced():
    old, new = "E10000006", "E06000063"  # Cumbria, Cumberland
    known = pd.DataFrame({"area_code": [old, new, BARNET], "slice": [0, 0, 0]})
    assert list(comparators.without_superseded(known)["area_code"]) == [new, BARNET]
    apart = known.assign(slice=[0, 1, 0])
    assert len(comparators.without_superseded(apart)) == 3


def test_a_share_takes_the_interval_of_a_share_and_a_rate_that_of_events():
    known = catalogue.load().indicators
    assert comparators.is_share(known[LEAVERS]) and not comparators.is_share(known[CARE])


def test_rows_of_categories_are_left_out():
    row = figure(BARNET, 30.0, category_type="placement", category="foster care")
    england = figure(ENGLAND, 70.0, category_type="placement", category="foster care")
    assert made(row, england, figure(HARROW, 20.0)).empty


def test_inputs_are_not_changed():
    given = inputs(figure(BARNET, 30.0), figure(ENGLAND, 70.0), *neighbours_of_barnet())
    before = given.indicators.copy()
    comparators.compare_with_groups(given)
    spreads.find_spreads(given)
    pd.testing.assert_frame_equal(given.indicators, before)


# groups of one's own


@pytest.fixture
def reference(tmp_path, monkeypatch):
    """A copy of the reference tables whose groups a test may write."""
    folder = tmp_path / "reference"
    folder.mkdir()
    for path in (paths.data_dir() / "reference").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    for module in (area_tables, geography, comparator_groups, comparators):
        monkeypatch.setattr(module, "reference_folder", lambda: folder)
    return folder


def write_groups(reference: Path, *lines: str) -> None:
    text = "\n".join(["group_id,name,area_code", *lines]) + "\n"
    (reference / comparator_groups.GROUP_FILE).write_text(text)


def test_a_group_of_ones_own_is_shown_to_its_members(reference):
    write_groups(
        reference,
        "north_london,North London partnership,E09000003",
        "north_london,North London partnership,E09000015",
        "north_london,North London partnership,E09000007",
    )
    rows = [figure(BARNET, 30.0), figure(HARROW, 40.0), figure("E09000007", 80.0)]
    table = made(*rows)
    own = of(table, "group:north_london", "mean")
    assert (own["value"], own["members"], own["of_members"]) == (50.0, 3, 3)
    assert own["comparator_name"] == "North London partnership"
    assert own["note"] == "The area itself is one of them."
    assert of(table, "group:north_london", "median", HARROW)["value"] == 40.0


def test_the_file_of_groups_ships_empty_and_may_be_absent(reference):
    members, uses = comparator_groups.groups()
    assert not uses["comparator_id"].str.startswith("group:").any()
    (reference / comparator_groups.GROUP_FILE).unlink()
    assert len(comparator_groups.groups()[0]) == len(members)


@pytest.mark.parametrize(
    "lines, said",
    [
        (["a,A,E12000007"], "must be an upper-tier authority"),
        (["a,A,E99999999"], "must be an upper-tier authority"),
        (["a,A,E09000003", "a,A,E09000003"], "an area once in a group"),
        (["a,A,E09000003", "a,B,E09000015"], "must give a group one name"),
    ],
)
def test_a_wrong_group_is_refused_with_the_rule(reference, lines, said):
    write_groups(reference, *lines)
    with pytest.raises(SchemaError, match=said):
        comparator_groups.groups()


def test_a_file_of_groups_without_its_columns_is_refused(reference):
    (reference / comparator_groups.GROUP_FILE).write_text("group,area\n")
    with pytest.raises(SchemaError, match="must have columns"):
        comparator_groups.groups()


def test_a_second_model_keeps_its_own_name(reference):
    path = reference / "neighbours.csv"
    rows = pd.read_csv(path, dtype=str)
    other = rows[rows["area_code"] == BARNET].assign(model="cipfa", year="2024")
    pd.concat([rows, other]).to_csv(path, index=False)
    _, uses = comparator_groups.groups()
    mine = uses[uses["area_code"] == BARNET].set_index("comparator_id")["model"]
    assert mine["statistical_neighbours:cipfa"] == "CIPFA nearest neighbours, 2024"
    assert mine["statistical_neighbours"].startswith("DfE children's services")


# spreads


def region_of(code: str) -> list[str]:
    return list(geography.members(code))


def test_a_spread_is_lowest_quarters_middle_and_highest():
    codes = region_of("E12000001")  # the North East has twelve authorities
    assert len(codes) == 12
    given = inputs(*(figure(code, float(place)) for place, code in enumerate(codes)))
    found = spreads.find_spreads(given)
    assert list(found["area_code"]) == ["E12000001"]
    row = found.iloc[0]
    points = ["lowest", "lower_quarter", "middle", "upper_quarter", "highest"]
    # NumPy's percentiles of 0 to 11, as in its documentation of the linear method.
    assert list(row[points]) == [0.0, 2.75, 5.5, 8.25, 11.0]
    assert (row["members"], row["of_members"]) == (12, 12)


def test_a_spread_needs_four_in_five_of_the_group():
    codes = region_of("E12000001")
    ten = inputs(*(figure(code, float(n)) for n, code in enumerate(codes[:10])))
    nine = inputs(*(figure(code, float(n)) for n, code in enumerate(codes[:9])))
    assert list(spreads.find_spreads(ten)["of_members"]) == [10]
    assert spreads.find_spreads(nine).empty


# publishers' files


@pytest.fixture(scope="module")
def looked_after(real_data) -> pd.DataFrame:
    """Indicator rows of children looked after, from DfE's own file."""
    path = (
        real_data / "dfe-explore-education-statistics" / "cla_number_and_rate_per_10k_children.csv"
    )
    rows = built([ees.read_ees(path)]).indicators
    return rows[rows["indicator_id"] == CARE]


def _verdict(row: pd.DataFrame, benchmark: pd.Series) -> np.ndarray:
    inside = (row["lower_ci_95"] <= benchmark) & (benchmark <= row["upper_ci_95"])
    return np.where(inside, "similar", np.where(row["value"] > benchmark, "higher", "lower"))


def test_verdicts_by_mean_and_median_differ_in_27_of_151_authorities(looked_after):
    """architecture, trap 6: from the whole-number rates that the department prints."""
    rows = looked_after[looked_after["period_end"] == "2025-03-31"]
    rows = rows[rows["value"].notna()].assign(slice=0)
    members, uses = comparator_groups.groups()
    lists = members[members["group_id"].str.startswith("dfe_")]
    printed = rows.assign(value=np.floor(rows["value"] + 0.5), count=nan)
    made = comparators.group_figures(printed, lists, catalogue.load())
    wide = made.pivot(index="group_id", columns="how", values="benchmark_value")
    own = rows[rows["area_code"].isin(uses.query("model != ''")["area_code"])]
    own = own.set_index("dfe_childrens_services:" + own["area_code"])
    wide = wide.loc[own.index]
    differ = _verdict(own, wide["mean"]) != _verdict(own, wide["median"])
    assert len(own) == 151
    assert differ.sum() == 27


def test_verdicts_from_unrounded_rates_differ_in_22(looked_after):
    given = derived.Inputs(looked_after, pd.DataFrame(), {}, catalogue.load())
    rows = comparators.compare_with_groups(given)
    rows = rows[rows["comparator_id"].eq("statistical_neighbours") & rows["period_end"].eq(
        pd.Timestamp("2025-03-31"))]  # fmt: skip
    wide = rows.pivot(index="area_code", columns="how", values="side")
    assert (wide["mean"] != wide["median"]).sum() == 22


def test_authorities_taken_together_give_the_published_regions(looked_after):
    """The department's own regional rates, from counts it rounds to ten."""
    members, _ = comparator_groups.groups()
    rows = looked_after[looked_after["period_end"] == "2023-03-31"].assign(slice=0)
    regions = rows[rows["area_code"].str.startswith("E12")].set_index("area_code")["value"]
    made = comparators.group_figures(
        rows[rows["area_code"].str[:3].isin(["E06", "E08", "E09", "E10"])],
        members[members["group_id"].isin(regions.index)],
        catalogue.load(),
    )
    pooled = made[made["how"] == "pooled"].set_index("group_id")
    whole = pooled[pooled["of_members"] == pooled["members"]]
    assert len(whole) >= 5
    for code, row in whole.iterrows():
        assert row["benchmark_value"] == pytest.approx(regions[code], rel=0.005)


def test_keys_are_unique():
    table = made(figure(BARNET, 30.0), figure(LONDON, 50.0), figure(ENGLAND, 70.0),
                 *neighbours_of_barnet())  # fmt: skip
    key = [*INDICATOR_KEY, "comparator_id", "how"]
    assert not table.duplicated(key).any()


def test_a_few_indicators_at_a_time_give_the_same_table(monkeypatch):
    rows = [figure(BARNET, 30.0), *neighbours_of_barnet(), figure(ENGLAND, 70.0)]
    rows += [row | {"indicator_id": LEAVERS} for row in rows]
    whole = made(*rows)
    monkeypatch.setattr(comparators, "BATCH", 1)
    key = [*INDICATOR_KEY, "comparator_id", "how"]
    pd.testing.assert_frame_equal(
        made(*rows).sort_values(key, ignore_index=True), whole.sort_values(key, ignore_index=True)
    )
    assert made(figure(BARNET, nan, count=nan, lower_ci_95=nan, upper_ci_95=nan)).empty
