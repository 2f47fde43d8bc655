"""The build's small functions, on tables small enough to work out by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.build import checks, disclosure, indicators, trends
from cyp_analysis.build.edition import check_name, free_name, new_edition
from cyp_analysis.build.expressions import evaluate
from cyp_analysis.errors import EditionError
from cyp_analysis.schema import COUNT_COLUMNS


def counts(*rows: dict) -> pd.DataFrame:
    """A count table with what a test says of each row."""
    blank = dict.fromkeys(COUNT_COLUMNS, "") | {
        "measure": "m",
        "area_code": "E09000003",
        "period_start": "2024-03-31",
        "period_end": "2024-03-31",
        "sex": "persons",
        "source_published": pd.NaT,
        "source_row": 2,
    }
    blank |= dict.fromkeys(["count", "denominator", "value", "lower_ci_95", "upper_ci_95"], np.nan)
    table = pd.DataFrame([blank | row for row in rows])
    return table.assign(
        period_start=pd.to_datetime(table["period_start"]),
        period_end=pd.to_datetime(table["period_end"]),
        source_published=pd.to_datetime(table["source_published"]),
    )


class TestDenominators:
    def test_implied_denominator_is_count_over_value(self):
        rows = counts({"count": 189.0, "value": 19.5})
        done = indicators.implied_denominator(rows, 10_000)
        assert done["denominator"].tolist() == [pytest.approx(96_923.08, abs=0.01)]
        assert done["value_note"].tolist() == [indicators.IMPLIED_NOTE]

    def test_nothing_is_implied_by_a_value_of_nought(self):
        done = indicators.implied_denominator(counts({"count": 0.0, "value": 0.0}), 100)
        assert done["denominator"].isna().all() and done["value_note"].tolist() == [""]

    def test_population_of_the_year_before_is_joined_by_area_and_year(self):
        rows = counts({"count": 343.0, "period_end": "2025-03-31", "period_start": "2025-03-31"})
        population = counts(
            {"count": 93_851.0, "period_end": "2024-06-30", "period_start": "2024-06-30"},
            {"count": 92_000.0, "period_end": "2023-06-30", "period_start": "2023-06-30"},
        )
        done = indicators.joined_denominator(rows, population, 1)
        assert done["denominator"].tolist() == [93_851.0]

    def test_another_measure_of_the_same_period(self):
        rows = counts({"count": 15.0})
        done = indicators.joined_denominator(rows, counts({"count": 110.0}), 0)
        assert done["denominator"].tolist() == [110.0]

    def test_no_population_leaves_the_denominator_unknown(self):
        other = counts({"count": 1.0, "area_code": "E09000001"})
        done = indicators.joined_denominator(counts({"count": 15.0}), other, 0)
        assert done["denominator"].isna().all()


class TestNotes:
    def test_notes_are_added_not_replaced(self):
        rows = counts({"value_note": "provisional (p)"}, {"value_note": ""})
        done = indicators.with_note(rows, pd.Series([True, True]), "implied")
        assert done["value_note"].tolist() == ["provisional (p); implied", "implied"]

    def test_rows_not_chosen_keep_their_note(self):
        rows = counts({"value_note": "a"})
        assert indicators.with_note(rows, pd.Series([False]), "b")["value_note"].tolist() == ["a"]


class TestSelection:
    def test_the_newest_document_wins_a_key(self):
        known = catalogue.load()
        old = counts({"count": 1.0, "source_id": "barnet_children_young_people_plan_2013",
                      "source_published": "2013-04-18"})  # fmt: skip
        new = counts({"count": 2.0, "source_id": "barnet_life_chances_strategy_2020",
                      "source_published": "2020-03-11"})  # fmt: skip
        found = indicators.split_by_measure([new, old], known)
        assert found[("local_plan_figures", "m")]["count"].tolist() == [2.0]

    def test_nothing_read_gives_nothing(self):
        built = indicators.build_indicators([], catalogue.load())
        assert built.empty and "indicator_id" in built

    def test_a_chosen_category_becomes_the_headline(self):
        rows = counts({"category_type": "need", "category": "abuse", "count": 3.0})
        part = catalogue.Measured("s", "m", category_type="need", category="abuse")
        done = indicators.select({("s", "m"): rows}, part)
        assert done[["category_type", "category"]].to_numpy().tolist() == [["", ""]]

    def test_headline_rows_leave_breakdowns_out(self):
        rows = counts({"category_type": "need", "category": "abuse"}, {"count": 9.0})
        done = indicators.select({("s", "m"): rows}, catalogue.Measured("s", "m"))
        assert done["count"].tolist() == [9.0]


def breakdown(*numbers: float) -> pd.DataFrame:
    rows = counts(*({"count": n, "category_type": "t", "category": str(i)}
                    for i, n in enumerate(numbers)))  # fmt: skip
    return rows.assign(
        indicator_id="local_children_in_care_by_legal_status",
        value=rows["count"],
        denominator=100.0,
        method="wilson",
    )


class TestDisclosure:
    def withheld(self, *numbers: float) -> list[bool]:
        done = disclosure.suppress(breakdown(*numbers), catalogue.load())
        return done["count"].isna().tolist()

    def test_one_small_cell_takes_the_next_smallest(self):
        assert self.withheld(3, 20, 50) == [True, True, False]

    def test_two_small_cells_protect_each_other(self):
        assert self.withheld(3, 4, 50) == [True, True, False]

    def test_noughts_and_fives_stay(self):
        assert self.withheld(0, 5, 50) == [False, False, False]

    def test_a_nought_is_no_second_cell(self):
        assert self.withheld(0, 1, 30) == [False, True, True]

    def test_everything_beside_the_count_goes_too(self):
        done = disclosure.suppress(breakdown(3, 4, 50), catalogue.load()).iloc[0]
        numbers = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]
        assert done[numbers].isna().all()
        assert done["method"] == "none" and done["value_note"] == disclosure.SUPPRESSED

    def test_published_figures_keep_their_publishers_control(self):
        rows = breakdown(3, 20).assign(indicator_id="care_leavers_accommodation_19_21")
        assert disclosure.suppress(rows, catalogue.load())["count"].tolist() == [3, 20]


def series(*years: int, days: int = 0) -> pd.DataFrame:
    ends = pd.to_datetime([f"{year}-03-31" for year in years])
    rows = pd.DataFrame({"period_end": ends, "period_start": ends - pd.Timedelta(days=days)})
    return rows.assign(**dict.fromkeys(trends.SERIES, "a"))


class TestTrendRuns:
    def years(self, rows: pd.DataFrame) -> list[int]:
        return trends.unbroken(rows)["period_end"].dt.year.tolist()

    def test_a_whole_run_stays(self):
        assert self.years(series(2020, 2021, 2022)) == [2020, 2021, 2022]

    def test_only_the_run_up_to_the_latest_year_counts(self):
        assert self.years(series(2012, 2013, 2014, 2016, 2017)) == [2016, 2017]

    def test_several_years_in_one_period_are_no_yearly_series(self):
        assert self.years(series(2015, 2016, 2017, days=1094)) == []

    def test_a_year_is_a_yearly_period(self):
        assert self.years(series(2016, 2017, days=365)) == [2016, 2017]


@pytest.mark.parametrize(
    ("text", "number"),
    [("6", 6), ("192+(132-110)-(104-79)", 189), ("3*2", 6), ("15/110", 15 / 110), ("-5+2", -3)],
)
def test_expressions(text, number):
    assert evaluate(text) == number


@pytest.mark.parametrize("text", ["", "a", "1/0", "__import__('os')", "1;2", "2**3", "'x'*9"])
def test_what_is_not_arithmetic_is_not_run(text):
    assert math.isnan(evaluate(text))


@pytest.mark.parametrize(
    ("number", "decimals", "rounded"),
    [(2.5, 0, 3), (-2.5, 0, -3), (0.25, 1, 0.3), (70.748, 1, 70.7), (1.005, 2, 1.01)],
)
def test_halves_go_away_from_zero(number, decimals, rounded):
    done = checks.round_half_up(pd.Series([number]), pd.Series([float(decimals)]))
    assert done.tolist() == [pytest.approx(rounded)]


class TestEditionFolder:
    def test_the_name_is_given_last(self, tmp_path):
        with new_edition(tmp_path, "annual") as (folder, name):
            (folder / "page.html").write_text("x")
            assert name == "annual" and folder.name.startswith(".")
            assert not (tmp_path / "annual").exists()
        assert (tmp_path / "annual" / "page.html").read_text() == "x"

    def test_a_failure_leaves_nothing(self, tmp_path):
        with pytest.raises(RuntimeError), new_edition(tmp_path, "annual") as (folder, _):
            (folder / "page.html").write_text("x")
            raise RuntimeError
        assert [p.name for p in tmp_path.iterdir()] == [".lock-annual"]

    def test_what_an_interrupted_build_left_is_swept(self, tmp_path):
        left = tmp_path / ".building-annual"
        left.mkdir()
        (left / "half.html").write_text("x")
        with new_edition(tmp_path, "annual") as (folder, _):
            assert list(folder.iterdir()) == []

    def test_one_build_at_a_time(self, tmp_path):
        with (
            new_edition(tmp_path, "annual"),
            pytest.raises(EditionError, match="one build at a time"),
            new_edition(tmp_path, "annual"),
        ):
            pass

    def test_the_second_edition_of_a_day_is_numbered(self, tmp_path):
        today = free_name(tmp_path)
        (tmp_path / today).mkdir()
        assert free_name(tmp_path) == f"{today}-2"

    @pytest.mark.parametrize("name", ["", " ", ".hidden", "a/b", "a\\b", "a:b", "what?"])
    def test_names_that_no_folder_can_have(self, name, tmp_path):
        with pytest.raises(EditionError, match="must be a plain folder name"):
            check_name(tmp_path, name)

    def test_a_taken_name(self, tmp_path):
        (tmp_path / "annual").mkdir()
        with pytest.raises(EditionError, match="an edition is never changed"):
            check_name(tmp_path, "annual")
