"""The build's small functions, on tables small enough to work out by hand."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.build import checks, disclosure, indicators, trends
from cyp_analysis.build.edition import check_name, free_name, new_edition
from cyp_analysis.build.expressions import evaluate
from cyp_analysis.errors import EditionError, SourceError, UsageError
from cyp_analysis.schema import COUNT_COLUMNS, DIFFERENCE_COLUMNS


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
        "source_file": "figures.csv",
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

    def test_a_dated_document_wins_over_an_undated_one(self):
        assert self.newest(self.file("a", "2020-01-01"), self.file("b", None)) == "a"
        assert self.newest(self.file("b", "2020-01-01"), self.file("a", None)) == "b"

    def test_of_one_date_the_file_that_reaches_further_wins(self):
        last = {"period_start": "2025-03-31", "period_end": "2025-03-31"}
        for name in ("a", "z"):
            further = self.file(name, None, last)
            assert self.newest(further, self.file("m", None, count=7.0)) == name
            assert self.newest(self.file("m", None, count=7.0), further) == name

    def test_of_files_alike_the_last_by_name_stands(self):
        assert self.newest(self.file("b", None), self.file("a", None)) == "b"

    def test_files_of_one_release_that_differ_are_refused(self):
        for other in ({"count": 7.0}, {"value": 2.5}, {"count": np.nan}):
            files = [self.file("a.csv", None), self.file("b.csv", None, **other)]
            with pytest.raises(SourceError) as caught:
                self.newest(*files)
            assert str(caught.value) == (
                "a.csv and b.csv: files of `dfe_child_protection_plans` of one release must agree; "
                "got: two figures for m, E09000003, 31 March 2024, persons. Remove the file that "
                "is out of date, or put each into a folder named by its day of publication, as in "
                "2024-11-22."
            )

    def test_a_date_in_the_passport_leaves_only_removal(self):
        files = [self.file(name, "2020-01-01", count=n) for n, name in enumerate("ab")]
        with pytest.raises(SourceError) as caught:
            self.newest(*files)
        assert caught.value.action == "Remove the file that is out of date."

    def test_files_of_one_name_that_differ_are_refused(self):
        files = [self.file("a.csv", None, count=n) for n in (1.0, 2.0)]
        with pytest.raises(SourceError, match="^two files named a.csv: files of"):
            self.newest(*files)

    def test_other_documents_and_other_dates_may_differ(self):
        plain = self.file("a", None)
        other = self.file("b", None, count=7.0, source_id="dfe_children_in_need")
        assert self.newest(plain, other) == "a"
        assert self.newest(plain, self.file("b", "2020-01-01", count=7.0)) == "b"

    def file(self, name, published, *more: dict, **changes) -> pd.DataFrame:
        row = {"count": 5.0, "source_id": "dfe_child_protection_plans", "source_file": name}
        row |= {"source_published": published, "period_label": "31 March 2024"} | changes
        return counts(row, *(row | each for each in more))

    def newest(self, *files: pd.DataFrame) -> str:
        found = indicators.split_by_measure(files, catalogue.load())
        rows = found[("dfe_child_protection_plans", "m")]
        return rows.loc[rows["period_end"] == "2024-03-31", "source_file"].item()

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
        assert self.withheld(2, 3, 50) == [True, True, False]

    def test_two_that_add_up_to_much_do_not(self):
        # 3 and 4 of a total of 7: neither could be 1 or 2.
        assert self.withheld(3, 4, 50) == [True, True, True]

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


def built_rows(*rows: dict) -> pd.DataFrame:
    """Rows as the checks get them: a rate of 50 where 40 was printed."""
    blank = {
        "indicator_id": "a_rate",
        "statistic": "crude_rate",
        "value": 50.0,
        "printed_value": 40.0,
        "period_label": "2023/24",
    }
    return pd.concat([counts(blank | row) for row in rows], ignore_index=True)


def calculation(numerator: str, denominator: str = "", multiplier: str = "1") -> dict:
    """A printed calculation that comes to something other than the 99 printed."""
    parts = {"numerator": numerator, "denominator": denominator, "multiplier": multiplier}
    fixed = {"rule": "sum", "label": "l", "printed": "99", "printed_value": "99", "decimals": "0"}
    return fixed | parts | {"source_id": "s", "line": "2"}


class TestDifferences:
    def what(self, *rows: dict) -> list[str]:
        return checks.values(built_rows(*rows))["what"].tolist()

    def test_persons_of_one_age_need_no_more_words(self):
        assert self.what({"age": "<18 yrs"}) == ["a_rate, 2023/24"]

    def test_a_sex_is_said(self):
        assert self.what({}, {"sex": "male"}) == ["a_rate, 2023/24", "a_rate, 2023/24, male"]

    def test_an_age_is_said_where_there_are_several(self):
        told = self.what({"age": "0-4 yrs"}, {"age": "5-9 yrs", "sex": "female"}, {"age": ""})
        assert told == [
            "a_rate, 2023/24, 0-4 yrs",
            "a_rate, 2023/24, female, 5-9 yrs",
            "a_rate, 2023/24",
        ]

    def test_ages_of_rows_that_agree_tell_the_others_apart(self):
        told = self.what({"age": "0-4 yrs"}, {"age": "5-9 yrs", "printed_value": 50.0})
        assert told == ["a_rate, 2023/24, 0-4 yrs"]

    def test_a_category_is_said_with_what_it_divides_by(self):
        told = self.what({"category_type": "need", "category": "Abuse"})
        assert told == ["a_rate, 2023/24, need: Abuse"]

    @pytest.mark.parametrize(
        ("parts", "listed"),
        [
            (("3+3",), False),
            (("30+31",), True),
            (("130-4", "", "1"), False),
            (("6", "20", "100"), True),
            (("1", "54", "100"), False),
            (("10", "4", "100"), False),
            # 2 of 12 are the rest.
            (("10", "12", "100"), False),
            (("0", "54", "100"), True),
            # Neither 1.1 nor 1.08 is a count, nor is the multiplier of 4.
            (("57.1-1.1",), True),
            (("28300", "1.08"), True),
            (("14+13+33", "", "4"), True),
        ],
    )
    def test_calculations_with_small_counts_are_not_printed_again(self, parts, listed):
        known = dataclasses.replace(catalogue.load(), targets=pd.DataFrame())
        arithmetic = pd.DataFrame([calculation(*parts)])
        nothing = built_rows({}).iloc[:0].assign(recent_trend="", published_trend="")
        compared = nothing.assign(benchmark_area_code="", side="", outcome="")
        assert len(checks.printed_arithmetic(arithmetic)) == 1
        found = checks.find_differences(nothing, compared, arithmetic, known)
        assert len(found) == listed and list(found) == DIFFERENCE_COLUMNS

    def test_a_target_whose_figure_is_withheld_or_absent_is_left_out(self):
        targets = catalogue.load().targets
        visits = targets[targets["indicator_id"] == "local_children_in_care_visits"]
        row = {"indicator_id": "local_children_in_care_visits", "period_end": "2018-09-30"}
        there = built_rows(row | {"value": 86.2})
        assert checks.target_variances(visits, there)["computed"].tolist() == ["-9.3%"]
        for gone in (
            built_rows(row | {"value": np.nan}),
            built_rows(row | {"period_end": "2018-08-31"}),
            built_rows(row | {"area_code": "E09000002"}),
            built_rows(row | {"category_type": "t", "category": "c"}),
            there.iloc[:0],
        ):
            assert checks.target_variances(visits, gone).empty


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

    @pytest.mark.parametrize(
        "name",
        ["", " ", ".hidden", "a/b", "a\\b", "a:b", "what?", "a\nb", "r9 ", "r9.", "CON", "nul.x"],
    )
    def test_names_that_no_folder_can_have(self, name, tmp_path):
        with pytest.raises(UsageError, match="must be letters, digits"):
            check_name(tmp_path, name)

    @pytest.mark.parametrize("name", ["2026-annual", "a", "Spring refresh 2", "é.1"])
    def test_names_that_do(self, name, tmp_path):
        check_name(tmp_path, name)

    def test_leftovers_of_other_builds_are_swept_too(self, tmp_path):
        left = tmp_path / ".building-2026-01-01"
        left.mkdir()
        with new_edition(tmp_path, "annual"):
            assert not left.exists()

    def test_a_taken_name(self, tmp_path):
        (tmp_path / "annual").mkdir()
        with pytest.raises(EditionError, match="an edition is never changed"):
            check_name(tmp_path, "annual")
