"""What is withheld, and that a reader who knows the totals cannot work it out again."""

from itertools import combinations_with_replacement, product

import numpy as np
import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.build import disclosure

BREAKDOWN = "local_children_in_care_by_legal_status"
SHARE = "local_icpcs_within_15_days"
NUMBERS = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]


@pytest.fixture(scope="module")
def known() -> catalogue.Catalogue:
    return catalogue.load()


def rows(*cells: dict, **common) -> pd.DataFrame:
    """Indicator rows with what a test says of each."""
    blank = {
        "indicator_id": BREAKDOWN,
        "area_code": "E09000003",
        "period_start": pd.Timestamp("2018-09-30"),
        "period_end": pd.Timestamp("2018-09-30"),
        "sex": "persons",
        "age": "",
        "category_type": "",
        "category": "",
        "value_note": "",
        "method": "wilson",
    }
    blank |= dict.fromkeys(NUMBERS, np.nan)
    return pd.DataFrame([blank | common | cell for cell in cells]).astype(
        dict.fromkeys(NUMBERS, float)
    )


def breakdown(*counts: float, **common) -> pd.DataFrame:
    cells = ({"count": n, "category": f"c{i}"} for i, n in enumerate(counts))
    return rows(*cells, category_type="t", **common)


def whole(*counts: float, **common) -> pd.DataFrame:
    """A breakdown whose base is printed: its sum."""
    return breakdown(*counts, denominator=sum(counts), **common)


def shown(table: pd.DataFrame, known) -> list[float | None]:
    """Counts left by the rules, None where withheld."""
    done = disclosure.suppress(table, known)
    bare = done[done["value_note"] == disclosure.SUPPRESSED]
    assert bare[NUMBERS].isna().all(axis=None)
    return [None if np.isnan(n) else n for n in done["count"]]


GONE = None


@pytest.mark.parametrize(
    ("counts", "left"),
    [
        # One small cell is the total less the rest: the next smallest goes with it.
        ([3, 20, 50], [GONE, GONE, 50]),
        ([0, 1, 30], [0, GONE, GONE]),
        # 3 and 4 could be 4 and 3, but neither could be 1: each must stay anywhere from 1 to 4.
        ([3, 4, 50], [GONE, GONE, GONE]),
        ([3, 4, 20, 50], [GONE, GONE, GONE, 50]),
        ([1, 2, 50], [GONE, GONE, GONE]),
        ([2, 3, 50], [GONE, GONE, 50]),
        # Two withheld that make 2, or 8, can only be ones, or fours.
        ([1, 1, 20, 50], [GONE, GONE, GONE, 50]),
        ([4, 4, 20, 50], [GONE, GONE, GONE, 50]),
        ([1, 1, 1, 20, 50], [GONE, GONE, GONE, GONE, 50]),
        # 1 + 1 + 5 is the least that two small cells and one above them can make.
        ([52, 131, 123, 6, 5, 0, 1, 1], [52, 131, 123, GONE, GONE, 0, GONE, GONE]),
        ([1, 5, 6, 50], [GONE, GONE, GONE, 50]),
        # The next smallest is 5 at least and, of three fives, 5 at most.
        ([3, 5, 5, 80], [GONE, GONE, GONE, 80]),
        # 24 of a small cell and one no larger than the 20 shown can only be 4 and 20.
        ([4, 20, 20, 80], [GONE, GONE, GONE, 80]),
        # Nothing left to withhold but the noughts.
        ([3, 0, 0], [GONE, GONE, GONE]),
        ([1, 1, 0], [GONE, GONE, GONE]),
        ([4, 4, 0, 0], [GONE, GONE, GONE, GONE]),
        ([1, 5, 0], [GONE, GONE, GONE]),
        ([2, 3, 0], [GONE, GONE, 0]),
        ([0, 5, 50], [0, 5, 50]),
        ([0, 0, 0], [0, 0, 0]),
        ([7], [7]),
    ],
)
def test_a_breakdown(counts, left, known):
    assert shown(breakdown(*counts), known) == left


@pytest.mark.parametrize(
    ("counts", "left"),
    [
        ([3, 20, 50], [GONE, GONE, 50]),
        ([3, 0, 0], [GONE, GONE, GONE]),
        # All but 3 of the 53.
        ([1, 2, 50], [GONE, GONE, GONE]),
        # 1 and 5 could be 2 and 4.
        ([1, 5, 0], [GONE, GONE, 0]),
        ([186, 1, 2, 0], [GONE, GONE, GONE, 0]),
        # 4 ones beside all but 4 can be nothing else.
        ([185, 1, 1, 1, 1, 0], [GONE] * 6),
    ],
)
def test_a_breakdown_with_its_base(counts, left, known):
    assert shown(whole(*counts), known) == left


def solutions(withheld: list[float], smallest_shown: float, base: float) -> list[set[int]]:
    """By trying everything: the values that each withheld cell can take, their sum being known."""
    total = int(sum(withheld))

    def can_be(cell: float) -> range:
        if 1 <= cell <= 4:
            return range(1, 5)
        if 1 <= base - cell <= 4:
            return range(max(int(base) - 4, 0), int(base))
        return range(5 if cell else 0, int(min(smallest_shown, total)) + 1)

    found = [p for p in product(*map(can_be, withheld)) if sum(p) == total]
    return [set(values) for values in zip(*found, strict=True)]


@pytest.mark.parametrize("table_of", [breakdown, whole])
def test_no_withheld_cell_can_be_worked_out(table_of, known):
    sizes = [0, 1, 2, 3, 4, 5, 6, 9]
    tried = list(combinations_with_replacement(sizes, 4))
    tables = [table_of(*cells, age=str(i)) for i, cells in enumerate(tried)]
    done = disclosure.suppress(pd.concat(tables, ignore_index=True), known)
    for number, left in done.groupby("age")["count"]:
        cells = tried[int(number)]
        gone = [cell for cell, kept in zip(cells, left, strict=True) if np.isnan(kept)]
        if gone and len(gone) < 4:
            smallest = min([n for n in left if n > 0], default=np.inf)
            base = sum(cells) if table_of is whole else np.nan
            small = [1 <= n <= 4 or 1 <= base - n <= 4 for n in gone]
            found = solutions(gone, smallest, base)
            told = [values for values, hidden in zip(found, small, strict=True) if hidden]
            assert min(map(len, told)) > 1, cells


def test_every_area_and_period_is_a_group_of_its_own(known):
    table = pd.concat(
        [breakdown(3, 20, 50), breakdown(9, 20, 50, area_code="E09000002")], ignore_index=True
    )
    assert shown(table, known) == [GONE, GONE, 50, 9, 20, 50]


def test_a_missing_count_is_neither_small_nor_next(known):
    table = breakdown(3, 20, 50).assign(count=[3, np.nan, 50])
    # The next smallest that is known goes.
    assert shown(table, known) == [GONE, GONE, GONE]
    notes = disclosure.suppress(table, known)["value_note"].tolist()
    assert notes == [disclosure.SUPPRESSED, "", disclosure.SUPPRESSED]


def by_sex(persons: float, male: float, female: float, **common) -> pd.DataFrame:
    return rows(
        {"sex": "persons", "count": persons},
        {"sex": "male", "count": male},
        {"sex": "female", "count": female},
        indicator_id="local_children_starting_care",
        **common,
    )


class TestSexes:
    @pytest.mark.parametrize(
        ("counts", "left"),
        [
            ((23, 3, 20), [23, GONE, GONE]),
            ((23, 20, 3), [23, GONE, GONE]),
            # Persons and females are the same number, which nobody is told.
            ((3, 0, 3), [GONE, 0, GONE]),
            ((5, 2, 3), [5, GONE, GONE]),
            ((20, 0, 20), [20, 0, 20]),
            ((30, 10, 20), [30, 10, 20]),
        ],
    )
    def test_both_sexes_go_together(self, counts, left, known):
        assert shown(by_sex(*counts), known) == left

    def test_without_all_three_nothing_follows(self, known):
        assert shown(by_sex(23, 3, 20).iloc[1:], known) == [GONE, 20]

    def test_ages_are_apart(self, known):
        table = pd.concat([by_sex(23, 3, 20, age="a"), by_sex(25, 5, 20, age="b")])
        assert shown(table.reset_index(drop=True), known) == [23, GONE, GONE, 25, 5, 20]

    def test_withholding_goes_round_breakdowns_and_sexes(self, known):
        parts = {"persons": (24, 30, 60), "male": (4, 12, 30), "female": (20, 18, 30)}
        table = pd.concat([breakdown(*n, sex=s) for s, n in parts.items()], ignore_index=True)
        # Boys' 4 takes the girls' 20 and the boys' 12; the girls' 18 then goes with that 12.
        assert shown(table, known) == [24, 30, 60, GONE, GONE, 30, GONE, GONE, 30]

    def test_persons_withheld_are_not_the_sum_of_the_sexes(self, known):
        parts = {"persons": (3, 20, 60), "male": (0, 10, 30), "female": (3, 10, 30)}
        table = pd.concat([breakdown(*n, sex=s) for s, n in parts.items()], ignore_index=True)
        assert shown(table, known) == [GONE, GONE, 60, 0, 10, 30, GONE, GONE, 30]


def share(count: float, denominator: float, value: float, indicator: str = SHARE) -> pd.DataFrame:
    return rows(
        {"count": count, "denominator": denominator, "value": value}, indicator_id=indicator
    )


class TestComplements:
    @pytest.mark.parametrize(
        ("count", "denominator", "withheld"),
        [(10, 12, True), (11, 12, True), (12, 12, False), (7, 12, False), (0, 3, True)],
    )
    def test_those_left_out_of_a_share_are_counted_too(self, count, denominator, withheld, known):
        left = shown(share(count, denominator, 100 * count / denominator), known)
        assert left == [GONE if withheld else count]

    def test_a_base_that_the_percentage_gives_away(self, known):
        assert shown(share(59, np.nan, 98.3, "local_child_protection_subsequent_plans"), known) == [
            GONE
        ]

    def test_a_count_that_the_percentage_gives_away(self, known):
        table = share(np.nan, 110, 2.7, "local_child_protection_subsequent_plans")
        done = disclosure.suppress(table, known)
        assert done[NUMBERS].isna().all(axis=None)
        assert done["value_note"].tolist() == [disclosure.SUPPRESSED]

    def test_a_population_is_no_share(self, known):
        table = share(10, 12, 8_333, "local_children_in_care_rate")
        assert shown(table, known) == [10]

    def test_it_takes_a_rule_that_says_so(self):
        rule = catalogue.DisclosureRule(id="r", note="", suppress_from=1, suppress_to=4)
        assert rule.complement is False
        table = share(10, 12, 83.3)
        assert not disclosure.to_withhold(table, rule, frozenset([SHARE])).any()

    def test_in_a_breakdown_all_but_a_few(self, known):
        assert shown(whole(0, 97, 0, 3), known) == [0, GONE, 0, GONE]


def test_the_whole_table_is_not_changed(known):
    table = breakdown(3, 20, 50)
    before = table.copy()
    disclosure.suppress(table, known)
    pd.testing.assert_frame_equal(table, before)


def test_no_rows(known):
    assert disclosure.suppress(breakdown(3).iloc[:0], known).empty


def test_every_local_indicator_that_counts_people_is_under_the_local_rule(known):
    """What is published as a percentage or score, and schools, money and beds, tell of no one."""
    local = [i for i in known.indicators.values() if i.id.startswith("local_")]
    people = [i for i in local if i.statistic != "published" and "school" not in i.subject]
    others = {i.unit for i in people if i.disclosure != "local_small_numbers"}
    assert len(people) > 100
    assert others <= {"schools", "settings", "pounds"}


def test_the_local_rule_says_all_that_it_does(known):
    rule = known.disclosure["local_small_numbers"]
    assert (rule.suppress_from, rule.suppress_to, rule.complement) == (1, 4, True)
    for said in ("next smallest", "female", "short of the whole"):
        assert said in rule.note
