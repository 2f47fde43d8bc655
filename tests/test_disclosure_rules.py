"""The rules for small numbers as data, and that no reader of a table solves it: every table of
whole numbers that agrees with what is shown is tried."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from conftest import published
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cyp_analysis import catalogue
from cyp_analysis.build import disclosure
from cyp_analysis.build.disclosure_cells import BASE
from cyp_analysis.catalogue import DisclosureRule, _refuse_publishers_rule, disclosure_rules
from cyp_analysis.catalogue_model import BroadAreas
from cyp_analysis.errors import CatalogueError
from cyp_analysis.measures import round_counts, suppress
from cyp_analysis.measures.disclosure_control import rules
from cyp_analysis.methods.disclosure_rules import is_small, shown_figures
from cyp_analysis.methods.secondary_suppression import Cells, Margin, secondary_cells

PUBLISHED = published("disclosure_control")
LOCAL = "local_small_numbers"
RULE = disclosure_rules()[LOCAL]


# --- rules as data --------------------------------------------------------------------------------


def test_every_published_case_comes_out_of_both_doors():
    for name, cases in PUBLISHED.groupby("rule"):
        rule, bare = rules()[name], cases.drop(columns="rule")
        seen = suppress(bare, rule=name, geography="geography")["shown"]
        assert seen.tolist() == cases["expected"].tolist()
        gone = is_small(cases["count"], rule) & (seen != cases["count"].astype(str)).to_numpy()
        found = shown_figures(cases["count"], gone, rule, cases["geography"])
        assert found.tolist() == cases["expected"].tolist()


def test_the_build_and_the_verb_withhold_the_same_numbers():
    for name, rule in rules().items():
        counts = pd.Series(range(30), dtype=float)
        verb = suppress(pd.DataFrame({"count": counts}), rule=name)["suppressed"]
        assert disclosure.is_small(counts, rule).tolist() == verb.tolist(), name


@pytest.mark.parametrize(
    ("name", "bounds", "to"),
    [
        ("nhs_hes", (1, 7), 5),
        ("nhs_central", (1, 7), 5),
        ("dfe_children_in_need", (1, 5), None),
        ("dfe_children_looked_after", (1, 5), None),
        ("local_small_numbers", (1, 4), None),
        ("local_small_areas", (1, 9), None),
        ("published", (None, None), None),
    ],
)
def test_the_bounds_and_rounding_of_each_rule(name, bounds, to):
    rule = disclosure_rules()[name]
    assert ((rule.suppress_from, rule.suppress_to), rule.round_to) == (bounds, to)
    assert rule.required_width == (None if bounds[0] is None else bounds[1] - bounds[0])
    assert rule.note and rule.basis


def test_the_office_for_national_statistics_is_one_rule_and_two_kinds_of_rate():
    rule = disclosure_rules()["ons"]
    assert (rule.rate_from, rule.standardised_rate_from, rule.unreliable_below) == (3, 10, 20)
    assert rules()["ons_crude_rate"].suppress_to == 2
    assert rules()["ons_age_standardised_rate"].suppress_to == 9
    assert "ons" not in rules() and "published" not in rules()


def test_noughts_go_where_the_rule_says_so():
    rule = DisclosureRule("r", "", 1, 4, zeros="withheld")
    assert is_small([0, 1, 4, 5, np.nan], rule).tolist() == [True, True, True, False, False]
    assert is_small([0], RULE).tolist() == [False]


def test_rounding_comes_after_suppression_and_takes_halves_up():
    table = pd.DataFrame({"count": [7, 8, 25, 4], "place": ["national"] * 3 + ["regional"]})
    found = round_counts(table, rule="dfe_children_in_need", geography="place")["count"]
    assert found.fillna(-1).tolist() == [10, 10, 30, -1]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"suppress_from": 1}, "must be given together"),
        ({"suppress_from": 5, "suppress_to": 1}, "in order"),
        ({"complement": True}, "must give `suppress_from`"),
        ({"secondary": True}, "must give `suppress_from`"),
        ({"symbol": "c"}, "must give `suppress_from`"),
        ({"zeros": "withheld"}, "must give `suppress_from`"),
        ({"suppress_from": 1, "suppress_to": 4, "secondary": True, "shown_as": 5}, "no sense"),
        ({"unreliable_below": 20}, "`flag` must be given together"),
        ({"flag": "u"}, "`flag` must be given together"),
        ({"rate_from": 3}, "go with `withholds: rate`"),
        ({"withholds": "rate"}, "go with `withholds: rate`"),
        ({"round_to": 0}, "greater than 0"),
        ({"zeros": "hidden"}, "'shown' or 'withheld'"),
        ({"broad": {"levels": ["parish"]}}, "'national'"),
        ({"percent_decimals": -1}, "greater than or equal"),
        ({"suppress_below": 5}, "suppress_below"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(fields, told):
    with pytest.raises(ValidationError, match=told):
        DisclosureRule(id="r", note="", **fields)


def test_the_catalogue_tells_which_rule_is_wrong(tmp_path):
    (tmp_path / "disclosure.yml").write_text("- {id: ours, note: x, suppress_from: 3}\n")
    with pytest.raises(CatalogueError, match=r"disclosure.yml.*together"):
        disclosure_rules(tmp_path)


@pytest.mark.parametrize("name", ["nhs_hes", "nhs_central", "ons", "dfe_children_in_need"])
def test_an_indicator_cannot_name_a_rule_that_the_build_does_not_carry_out(name):
    with pytest.raises(CatalogueError, match="must be a rule of the build"):
        _refuse_publishers_rule("indicators/x.yml", disclosure_rules()[name])
    _refuse_publishers_rule("indicators/x.yml", RULE)


def test_broad_areas_have_figures_of_their_own():
    assert disclosure_rules()["nhs_hes"].broad == BroadAreas(("national",), suppress=False)
    regions = disclosure_rules()["dfe_children_in_need"].broad
    assert regions.round_to == 10 and regions.suppress and "regional" in regions.levels


# --- no reader solves a table ---------------------------------------------------------------------


def fillings(cells: Cells, gone: np.ndarray, margins: list[Margin], limit: int) -> np.ndarray:
    """Every way to fill the blanks in whole numbers with the sums of all margins; a reader who is
    told which ones are small knows that they lie within the rule."""
    small = gone & (cells.count > 0) & (cells.count < cells.withheld_below)
    blank = np.flatnonzero(gone)
    ranges = [range(1, int(cells.withheld_below[i])) if small[i] else range(limit) for i in blank]
    tried = np.array(list(product(*ranges)), dtype=float).reshape(-1, blank.size)
    good = np.ones(len(tried), dtype=bool)
    for margin in margins:
        for group in np.unique(margin.group[blank]):
            inside = margin.group[blank] == group
            good &= tried[:, inside].sum(axis=1) == cells.count[blank[inside]].sum()
    return tried[good]


@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7]), min_size=6, max_size=6))
@settings(max_examples=25)
def test_no_small_number_of_a_table_is_narrowed_within_its_rule(counts):
    number = np.array(counts, dtype=float)
    below = np.full(6, 4.0)
    cells = Cells(number, (number > 0) & (number < 4), below)
    lines = [Margin(np.array(group), np.zeros(6, dtype=bool)) for group in ([0] * 3 + [1] * 3,
             [0, 1, 2] * 2)]  # fmt: skip
    gone, away = secondary_cells(cells, lines)
    if not gone.any():
        return
    left = fillings(cells, gone, lines, limit=11)
    blank = np.flatnonzero(gone)
    # A line that adds up to less than the rule's bounds says so by itself, whatever is withheld.
    sums = [np.bincount(line.group, number)[line.group] for line in lines]
    room = np.minimum(*sums)
    if gone.all() or away.any():
        return
    for place, values in zip(blank, left.T, strict=True):
        if cells.withheld[place] and room[place] >= 7:
            spare = number[~gone & (number > 0)].size
            assert len(set(values)) > 1
            assert (values.min(), values.max()) == (1, 3) or spare <= 1, (counts, gone)


def by_month(*running: float, **common) -> pd.DataFrame:
    """Counts from 1 April to the end of each month after it."""
    made = [
        {
            "indicator_id": "local_children_starting_care",
            "area_code": "E09000003",
            "period_start": pd.Timestamp("2018-04-01"),
            "period_end": pd.Timestamp("2018-04-01") + pd.offsets.MonthEnd(months),
            "sex": "persons",
            "age": "",
            "category_type": "",
            "category": "",
            "count": float(count),
            "denominator": np.nan,
            "value": np.nan,
        }
        for months, count in enumerate(running, start=1)
    ]
    return pd.DataFrame(made).assign(**common)


def kept(table: pd.DataFrame) -> list[float | None]:
    gone = disclosure.to_withhold(table, RULE, frozenset())
    return [None if hidden else n for n, hidden in zip(table["count"], gone, strict=True)]


@pytest.mark.parametrize(
    ("running", "left"),
    [
        ([20, 40, 60], [20, 40, 60]),
        # June is 3: less May, the total to June would say so.
        ([20, 40, 43], [20, None, 43]),
        ([20, 23, 60], [None, 23, 60]),
        # A month without any child is nothing to hide.
        ([20, 20, 40], [20, 20, 40]),
        # May and June are 1 each: 22 less 20 would leave no more than 2 for either.
        ([10, 20, 21, 22], [10, None, None, 22]),
    ],
)
def test_running_totals_give_no_small_month_back(running, left):
    assert kept(by_month(*running)) == left


def test_a_small_month_of_its_own_is_not_given_back_by_the_year_to_date():
    months = by_month(20, 3).assign(period_start=pd.to_datetime(["2018-04-01", "2018-05-01"]))
    months["period_end"] = pd.to_datetime(["2018-04-30", "2018-05-31"])
    both = by_month(20, 23).iloc[1:]
    left = kept(pd.concat([months, both], ignore_index=True))
    assert left == [None, None, 23]


def test_quarters_and_their_months():
    days = pd.date_range("2018-04-01", periods=3, freq="MS")
    months = by_month(30, 2, 9).assign(period_start=days, period_end=days + pd.offsets.MonthEnd())
    quarter = by_month(0, 0, 41).iloc[2:]
    assert kept(pd.concat([months, quarter], ignore_index=True)) == [30, None, None, 41]


def test_places_of_an_authority_add_up_to_it():
    wards = by_month(3, 40, 50, 60).assign(
        area_code=list("abcd"), period_end=pd.Timestamp("2018-06-30"), within="ward of x"
    )
    assert kept(wards) == [None, None, 50, 60]
    # Without a whole to which they add up each stands alone.
    assert kept(wards.assign(within="")) == [None, 40, 50, 60]
    other = wards["within"].where(wards["area_code"] == "a", "ward of y")
    assert kept(wards.assign(within=other)) == [None, 40, 50, 60]


def test_crossed_categories_and_the_totals_of_each():
    cells = {"x | b": 3, "x | g": 20, "y | b": 30, "y | g": 40}
    totals = {("kind", "x"): 23, ("kind", "y"): 70, ("sex", "b"): 33, ("sex", "g"): 60}
    table = pd.concat(
        [
            *(by_month(n).assign(category_type="kind | sex", category=c) for c, n in cells.items()),
            *(by_month(n).assign(category_type=t, category=c) for (t, c), n in totals.items()),
        ],
        ignore_index=True,
    )
    assert kept(table) == [None, None, None, None, 23, 70, 33, 60]


def test_one_number_under_two_names_goes_under_both():
    known = catalogue.load()
    pairs: dict[tuple, list[str]] = {}
    for each in known.indicators.values():
        part = each.numerator
        if each.disclosure == LOCAL and part is not None and not part.category:
            pairs.setdefault((part.source, part.measure), []).append(each.id)
    names = next(found for found in pairs.values() if len(found) > 1)[:2]
    table = pd.concat([by_month(3, 40, indicator_id=name) for name in names], ignore_index=True)
    table = table.assign(value_note="", method="none", lower_ci_95=np.nan, upper_ci_95=np.nan)
    done = disclosure.suppress(table, known)
    assert done["count"].isna().tolist() == [True, False, True, False]


def test_local_figures_of_other_tables_are_decided_together():
    known = catalogue.load()
    part = known.indicators["local_children_starting_care"].numerator
    table = by_month(25).assign(value_note="", method="none", lower_ci_95=np.nan, upper_ci_95=0)
    asked = dict.fromkeys(BASE, "")
    own = {"source": part.source, "measure": part.measure, "rule": LOCAL, "is_share": False}
    other = by_month(3, 22).assign(category_type="t", category=["a", "b"], **asked, **own)
    other["period_end"] = table["period_end"].iat[0]
    safe, gone = disclosure.suppress_beside(table, other, known)
    assert safe["count"].tolist() == [25]
    assert gone["category"].tolist() == ["a", "b"]
    assert disclosure.is_in(other, gone).tolist() == [True, True]


def test_published_figures_keep_their_publishers_control():
    known = catalogue.load()
    name = next(i.id for i in known.indicators.values() if i.disclosure == "published")
    table = by_month(3, 2, 1, indicator_id=name)
    table = table.assign(value_note="", method="none", lower_ci_95=np.nan, upper_ci_95=np.nan)
    pd.testing.assert_frame_equal(disclosure.suppress(table, known), table)
    # What the publisher withheld is not filled in from the total.
    assert disclosure.suppress(table.assign(count=np.nan), known)["count"].isna().all()


def test_many_published_rows_cost_nothing():
    import time

    known = catalogue.load()
    name = next(i.id for i in known.indicators.values() if i.disclosure == "published")
    rows = by_month(3, indicator_id=name).loc[[0] * 80_000].reset_index(drop=True)
    rows = rows.assign(value_note="", method="none", lower_ci_95=np.nan, upper_ci_95=np.nan)
    started = time.perf_counter()
    disclosure.suppress(rows, known)
    assert time.perf_counter() - started < 5
