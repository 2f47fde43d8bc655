"""Periods: every style that publishers use, what each kind makes of it, and every refusal."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyp_analysis.errors import CypError, PeriodError
from cyp_analysis.periods import Period, is_yearly_run, parse, parse_all, when, years_apart

REAL = Path(__file__).parents[1] / ".." / "shared" / "real-data"
SEEDS = Path(__file__).parents[1] / ".." / "shared" / "seed-figures"


def shared(folder: Path, name: str) -> Path:
    if not (folder / name).is_file():
        pytest.skip(f"{name} is not here: the shared folder of published files is absent")
    return folder / name


@pytest.mark.parametrize(
    ("kind", "start", "end", "label", "made"),
    [
        ("at_31_march", "2024-03-31", "2024-03-31", "31 March 2024", "at_date"),
        ("year_to_31_march", "2023-04-01", "2024-03-31", "2023/24", "year_to_march"),
        ("year_to_march", "2023-04-01", "2024-03-31", "2023/24", "year_to_march"),
        ("mid_year", "2024-06-30", "2024-06-30", "mid-2024", "mid_year"),
        ("calendar_year", "2024-01-01", "2024-12-31", "2024", "calendar_year"),
        (None, "2024-01-01", "2024-12-31", "2024", "calendar_year"),
        ("at_18_january", "2024-01-18", "2024-01-18", "18 January 2024", "at_date"),
        ("year_to_31_august", "2023-09-01", "2024-08-31", "2023/24 school year", "academic_year"),
        ("year_to_31_december", "2024-01-01", "2024-12-31", "2024", "calendar_year"),
        ("year_to_30_september", "2023-10-01", "2024-09-30", "year to 30 September 2024", "range"),
        ("year_to_29_february", "2023-03-01", "2024-02-29", "year to 29 February 2024", "range"),
        ("year_to_28_february", "2023-03-01", "2024-02-28", "year to 28 February 2024", "range"),
    ],
)
def test_the_kind_decides_what_a_single_year_means(kind, start, end, label, made):
    period = parse("2024", "Reporting year" if kind else "", kind)
    assert period == Period(date.fromisoformat(start), date.fromisoformat(end), label, made)


@pytest.mark.parametrize(
    ("text", "identifier", "kind", "start", "end", "label", "made"),
    [
        # six digits and split years
        ("202324", "", "academic_year", "2023-09-01", "2024-08-31", "2023/24 school year",
         "academic_year"),
        ("202324", "Academic year", None, "2023-09-01", "2024-08-31", "2023/24 school year",
         "academic_year"),
        ("202324", "", "financial_year", "2023-04-01", "2024-03-31", "2023/24", "financial_year"),
        ("202425", "Financial year", None, "2024-04-01", "2025-03-31", "2024/25",
         "financial_year"),
        ("202425", "financial  YEAR", None, "2024-04-01", "2025-03-31", "2024/25",
         "financial_year"),
        ("202324", "Academic year", "at_31_march", "2024-03-31", "2024-03-31", "31 March 2024",
         "at_date"),
        ("202324", "", "year_to_31_march", "2023-04-01", "2024-03-31", "2023/24",
         "year_to_march"),
        ("2018/19", "", None, "2018-04-01", "2019-03-31", "2018/19", "financial_year"),
        ("2018/19", "", "academic_year", "2018-09-01", "2019-08-31", "2018/19 school year",
         "academic_year"),
        ("2018-19", "", None, "2018-04-01", "2019-03-31", "2018/19", "financial_year"),
        ("201819", "", None, "2018-04-01", "2019-03-31", "2018/19", "financial_year"),
        ("2016.17", "", None, "2016-04-01", "2017-03-31", "2016/17", "financial_year"),
        ("2010/11", "", None, "2010-04-01", "2011-03-31", "2010/11", "financial_year"),
        ("1999/00", "", None, "1999-04-01", "2000-03-31", "1999/00", "financial_year"),
        ("2018/2019", "", "financial_year", "2018-04-01", "2019-03-31", "2018/19",
         "financial_year"),
        ("2018-2019", "", "academic_year", "2018-09-01", "2019-08-31", "2018/19 school year",
         "academic_year"),
        ("2023/24 school year", "", None, "2023-09-01", "2024-08-31", "2023/24 school year",
         "academic_year"),
        ("2018/19", "year ending 31 march 2019", None, "2018-04-01", "2019-03-31", "2018/19",
         "year_to_march"),
        # year-month or split year
        ("201004", "", None, "2010-04-01", "2010-04-30", "April 2010", "month"),
        ("201011", "", None, "2010-04-01", "2011-03-31", "2010/11", "financial_year"),
        ("201011", "", "month", "2010-11-01", "2010-11-30", "November 2010", "month"),
        ("2010-11", "", "month", "2010-11-01", "2010-11-30", "November 2010", "month"),
        ("2023-01", "", None, "2023-01-01", "2023-01-31", "January 2023", "month"),
        ("2024-02", "", None, "2024-02-01", "2024-02-29", "February 2024", "month"),
        # several years
        ("2015 - 17", "", None, "2015-01-01", "2017-12-31", "2015 to 2017", "multi_year"),
        ("2015 – 17", "", None, "2015-01-01", "2017-12-31", "2015 to 2017", "multi_year"),
        ("2015-2017", "", None, "2015-01-01", "2017-12-31", "2015 to 2017", "multi_year"),
        ("2018 - 19", "", None, "2018-01-01", "2019-12-31", "2018 to 2019", "multi_year"),
        ("2018-19", "", "multi_year", "2018-01-01", "2019-12-31", "2018 to 2019", "multi_year"),
        ("2014-18", "", None, "2014-01-01", "2018-12-31", "2014 to 2018", "multi_year"),
        ("2010-2018", "", None, "2010-01-01", "2018-12-31", "2010 to 2018", "multi_year"),
        ("1998 - 00", "", None, "1998-01-01", "2000-12-31", "1998 to 2000", "multi_year"),
        ("2018 to 2022", "", None, "2018-01-01", "2022-12-31", "2018 to 2022", "multi_year"),
        ("2019/20-2023/24", "", None, "2019-04-01", "2024-03-31", "2019/20 to 2023/24",
         "multi_year"),
        ("2013/14-15/16", "", None, "2013-04-01", "2016-03-31", "2013/14 to 2015/16",
         "multi_year"),
        ("2015/16 - 17/18", "", "academic_year", "2015-09-01", "2018-08-31",
         "2015/16 to 2017/18 school years", "multi_year"),
        # days, months, runs of months
        ("mid-2023", "", None, "2023-06-30", "2023-06-30", "mid-2023", "mid_year"),
        ("Mid-2023", "", None, "2023-06-30", "2023-06-30", "mid-2023", "mid_year"),
        ("2018-09-30", "", None, "2018-09-30", "2018-09-30", "30 September 2018", "at_date"),
        ("30 September 2018", "", None, "2018-09-30", "2018-09-30", "30 September 2018",
         "at_date"),
        ("September 2018", "", None, "2018-09-01", "2018-09-30", "September 2018", "month"),
        ("Sep 2018", "", None, "2018-09-01", "2018-09-30", "September 2018", "month"),
        ("Sept 2018", "", None, "2018-09-01", "2018-09-30", "September 2018", "month"),
        ("Jul-18", "", None, "2018-07-01", "2018-07-31", "July 2018", "month"),
        ("2023", "January", None, "2023-01-01", "2023-01-31", "January 2023", "month"),
        ("2018-04/2018-09", "", None, "2018-04-01", "2018-09-30", "April to September 2018",
         "year_to_date"),
        ("2017-04/2018-03", "", None, "2017-04-01", "2018-03-31", "April 2017 to March 2018",
         "year_to_date"),
        ("2017-04/2017-04", "", None, "2017-04-01", "2017-04-30", "April 2017", "year_to_date"),
        ("2021-01/2022-08", "", None, "2021-01-01", "2022-08-31", "January 2021 to August 2022",
         "range"),
        ("Dec 2020/Jan 2021", "", None, "2020-12-01", "2021-01-31",
         "December 2020 to January 2021", "range"),
        ("April to September 2018", "", None, "2018-04-01", "2018-09-30",
         "April to September 2018", "year_to_date"),
        # financial year ending, quarters, weeks, seasons
        ("FYE 2025", "", None, "2024-04-01", "2025-03-31", "2024/25", "financial_year"),
        ("FYE 2025 [p]", "", None, "2024-04-01", "2025-03-31", "2024/25", "financial_year"),
        ("Q2 2018/19", "", None, "2018-07-01", "2018-09-30", "Q2 2018/19", "quarter"),
        ("2018/19 Q1", "", None, "2018-04-01", "2018-06-30", "Q1 2018/19", "quarter"),
        ("2018/19 Q4", "", None, "2019-01-01", "2019-03-31", "Q4 2018/19", "quarter"),
        ("2017.18 Q3", "", None, "2017-10-01", "2017-12-31", "Q3 2017/18", "quarter"),
        ("202425", "Financial year Q1", None, "2024-04-01", "2024-06-30", "Q1 2024/25",
         "quarter"),
        ("Q1-Q2 2018/19", "", None, "2018-04-01", "2018-09-30", "April to September 2018",
         "year_to_date"),
        ("2025", "Week 30", None, "2025-07-21", "2025-07-27", "week 30 of 2025", "week"),
        ("2020", "Week 53", "week", "2020-12-28", "2021-01-03", "week 53 of 2020", "week"),
        ("autumn 2021", "", None, "2021-09-01", "2021-11-30", "autumn 2021", "range"),
        ("Summer 2021", "", None, "2021-06-01", "2021-08-31", "summer 2021", "range"),
        ("summer term 2019", "", None, "2019-04-01", "2019-08-31", "summer term of 2019",
         "range"),
        ("year ending March 2019", "", None, "2018-04-01", "2019-03-31", "2018/19",
         "year_to_march"),
        # approximate, provisional, sorting keys, numbers
        ("c. 2018", "", None, "2018-01-01", "2018-12-31", "about 2018", "calendar_year"),
        ("c. 2012/13", "", None, "2012-04-01", "2013-03-31", "about 2012/13", "financial_year"),
        ("2025 (prov)", "", None, "2025-01-01", "2025-12-31", "2025", "calendar_year"),
        ("2016-17 (OT)", "", None, "2016-04-01", "2017-03-31", "2016/17", "financial_year"),
        ("20230000", "", "financial_year", "2023-04-01", "2024-03-31", "2023/24",
         "financial_year"),
        ("20230000", "", "calendar_year", "2023-01-01", "2023-12-31", "2023", "calendar_year"),
        (202425, "Academic year", None, "2024-09-01", "2025-08-31", "2024/25 school year",
         "academic_year"),
        (2024.0, "", "at_31_march", "2024-03-31", "2024-03-31", "31 March 2024", "at_date"),
    ],
)  # fmt: skip
def test_every_style(text, identifier, kind, start, end, label, made):
    period = parse(text, identifier, kind)
    assert period == Period(date.fromisoformat(start), date.fromisoformat(end), label, made)


@pytest.mark.parametrize(
    ("text", "identifier", "kind", "rule"),
    [
        ("2024", "", "academic_year", "must say more than the year where the kind is academic"),
        ("2024", "Academic year", None, "must say more than the year where the kind is academic"),
        ("2024", "", "month", "must say more than the year where the kind is month"),
        ("2024", "", "at_31_february", "must be a month and day of the calendar"),
        ("2024", "Reporting year", None, "its identifier leaves open which days are meant"),
        ("2024", "Spring term", None, "its identifier leaves open which days are meant"),
        ("2023/24", "", "mid_year", "must not be a pair of years where the kind is mid_year"),
        ("202324", "Calendar year", None, "must not be a pair of years where the kind is calend"),
        ("201004", "", "academic_year", "must end in the year that follows"),
        ("2018-09", "", "at_31_march", "must end in the year that follows"),
        ("2018/20", "", None, "must end in the year that follows"),
        ("2015-13", "", None, "must end in the year that follows, or in a month from 01 to 12"),
        ("201813", "", "month", "must end in the year that follows, or in a month from 01 to 12"),
        ("2017-2017", "", None, "must end in another year than it starts"),
        ("2017-2015", "", None, "must end after it starts"),
        ("2015-2017", "", "financial_year", "must be one year where the kind is financial_year"),
        ("2015/2017", "", None, "must be one year where the kind is not given"),
        ("2013/15-15/16", "", None, "must be years that follow each other, such as 2013/14"),
        ("2015/16-13/14", "", None, "must end after it starts"),
        ("2017 - 15", "", None, "must end after it starts"),
        ("Jul-99", "", None, "must be in a known style"),
        ("2023/25 school year", "", None, "must be years that follow each other"),
        ("2018-02-30", "", None, "must be a month and day of the calendar"),
        ("2018-13-01", "", None, "must be a month and day of the calendar"),
        ("31 Septober 2018", "", None, "must be a month and day of the calendar"),
        ("Sepember 2018", "", None, "must be a month and day of the calendar"),
        ("2018-09/2018-04", "", None, "must end after it starts"),
        ("Q1 2021", "", None, "must give both years of the financial year, such as Q2 2018/19"),
        ("Q1 2018/20", "", None, "must give both years of the financial year"),
        ("Q3-Q2 2018/19", "", None, "must end after it starts"),
        ("2021", "Week 53", None, "must be a week that 2021 has"),
        ("20230000", "", None, "must come with the kind of period"),
        ("2018/19", "year ending 31 march 2018", None, "must be the same year as its identifier"),
        ("", "", None, "must not be blank"),
        ("  ", "", None, "must not be blank"),
        (None, "", None, "must not be blank"),
        (float("nan"), "", None, "must not be blank"),
        ("0", "", None, "must be in a known style"),
        ("winter 2021", "", None, "must be a month and day of the calendar"),
        ("2018 or 2019", "", None, "must be in a known style"),
        ("first 7 months", "", None, "must be in a known style"),
        ("to 2023/24", "", None, "must be in a known style"),
        ("202", "", None, "must be in a known style"),
        ("1824", "", None, "must be in a known style"),
    ],
)
def test_a_text_that_does_not_say_its_period_is_refused(text, identifier, kind, rule):
    with pytest.raises(PeriodError) as refusal:
        parse(text, identifier, kind)
    message = str(refusal.value)
    assert rule in message
    assert repr(text) in message
    assert message.endswith("say in the passport (`period:`) what it stands for.")


def test_a_refusal_is_one_whole_sentence_for_the_user():
    with pytest.raises(PeriodError) as refusal:
        parse("2018/20", "Financial year", "financial_year")
    assert isinstance(refusal.value, CypError)
    assert str(refusal.value) == (
        "period '2018/20': must end in the year that follows, or in a month from 01 to 12; "
        "got: '2018/20' with identifier 'Financial year' and kind 'financial_year'. "
        "Correct the text, or say in the passport (`period:`) what it stands for."
    )


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("2024", "at_31_march", "On 31 March 2024"),
        ("2016", None, "In 2016"),
        ("2023/24", None, "In 2023/24"),
        ("2018-09", None, "In September 2018"),
        ("2018-04/2018-09", None, "Between April and September 2018"),
        ("2018-12/2019-02", None, "Between December 2018 and February 2019"),
        ("2023", "mid_year", "In mid-2023"),
        ("2015 - 17", None, "Between 2015 and 2017"),
        ("202324", "academic_year", "In the 2023/24 school year"),
        ("2015/16 - 17/18", "academic_year", "Between the 2015/16 and 2017/18 school years"),
        ("2013/14-15/16", None, "Between 2013/14 and 2015/16"),
        ("Q2 2018/19", None, "In Q2 2018/19"),
        ("week 30 of 2025", None, "In week 30 of 2025"),
        ("autumn 2021", None, "In autumn 2021"),
        ("summer term 2019", None, "In the summer term of 2019"),
        ("2024", "year_to_30_september", "In the year to 30 September 2024"),
        ("c. 2018", None, "In about 2018"),
        ("c. mid-2018", None, "In about mid-2018"),
        ("c. 30 June 2018", None, "On about 30 June 2018"),
        ("2017-04/2017-04", None, "In April 2017"),
    ],
)
def test_the_words_that_open_a_sentence(text, kind, words):
    period = parse(text, "", kind)
    assert when(period.start, period.end, period.label) == words
    assert when(pd.Timestamp(period.start), pd.Timestamp(period.end), period.label) == words


def test_a_sentence_cannot_open_with_a_blank_label():
    with pytest.raises(PeriodError, match="must have a label to open a sentence"):
        when(date(2024, 3, 31), date(2024, 3, 31), "")


YEARS = st.integers(1990, 2098)
SPLITS = YEARS.map(lambda year: f"{year}/{(year + 1) % 100:02d}")
SINGLE_KINDS = [
    "calendar_year",
    "mid_year",
    "at_31_march",
    "year_to_31_march",
    "at_1_may",
    "year_to_30_june",
    "year_to_31_august",
    "year_to_28_february",
]
TEXTS = st.one_of(
    st.tuples(st.builds(str, YEARS), st.sampled_from(SINGLE_KINDS)),
    st.tuples(SPLITS, st.sampled_from(
        ["financial_year", "academic_year", "year_to_march", "at_31_march"])),
    st.tuples(st.dates(date(1990, 1, 1), date(2098, 1, 1)).map(str), st.none()),
    st.tuples(st.builds("{}-{:02d}".format, YEARS, st.integers(1, 12)), st.just("month")),
    st.tuples(st.builds(lambda year, more: f"{year} - {year + more}", YEARS,
                        st.integers(1, 9)).filter(lambda text: text[-4:] < "2100"), st.none()),
    st.tuples(st.builds("Q{} {}".format, st.integers(1, 4), SPLITS), st.none()),
    st.tuples(st.builds("week {} of {}".format, st.integers(1, 52), YEARS), st.none()),
    st.tuples(st.builds("{} {}".format, st.sampled_from(["spring", "summer term", "autumn"]),
                        YEARS), st.none()),
    st.tuples(st.builds("{0}-{1:02d}/{2}-{3:02d}".format, st.integers(1990, 2020),
                        st.integers(1, 12), st.integers(2021, 2030), st.integers(1, 12)),
              st.none()),
)  # fmt: skip


@settings(max_examples=300, deadline=None, database=None)
@given(TEXTS, st.booleans())
def test_a_label_reads_back_as_the_same_dates(text_and_kind, roughly):
    text, kind = text_and_kind
    period = parse(f"c. {text}" if roughly else text, "", kind)
    again = parse(period.label)
    assert (again.start, again.end, again.label) == (period.start, period.end, period.label)
    assert period.start <= period.end
    assert period.label.startswith("about ") == roughly
    assert when(period.start, period.end, period.label).startswith(("On ", "In ", "Between "))


@settings(max_examples=200, deadline=None, database=None)
@given(st.text(max_size=14), st.text(max_size=8))
def test_any_other_text_is_read_or_refused_never_anything_else(text, identifier):
    try:
        period = parse(text, identifier)
    except PeriodError:
        return
    assert period.start <= period.end


def test_parse_all_keeps_the_index_and_fills_the_three_columns():
    texts = pd.Series(["2023", "2024", "2023"], index=[7, 3, 7], name="time_period")
    before = texts.copy()
    table = parse_all(texts, kind="at_31_march")
    assert table.columns.tolist() == ["period_start", "period_end", "period_label"]
    assert table.index.tolist() == [7, 3, 7]
    assert table["period_label"].tolist() == ["31 March 2023", "31 March 2024", "31 March 2023"]
    assert table["period_start"].tolist() == table["period_end"].tolist()
    assert str(table["period_end"].dtype) == "datetime64[us]"
    assert str(table["period_label"].dtype) == "str"
    pd.testing.assert_series_equal(texts, before)


def test_parse_all_reads_each_text_with_its_own_identifier():
    texts = pd.Series([202324, 202324, 2025])
    identifiers = pd.Series(["Academic year", "Financial year", "Week 30"])
    labels = parse_all(texts, identifiers)["period_label"].tolist()
    assert labels == ["2023/24 school year", "2023/24", "week 30 of 2025"]


def test_parse_all_of_nothing_is_an_empty_table():
    table = parse_all(pd.Series([], dtype="str"))
    assert table.empty
    assert table.columns.tolist() == ["period_start", "period_end", "period_label"]


def test_parse_all_stops_at_a_bad_text_or_leaves_it_missing():
    texts = pd.Series(["2024", "soon", None])
    with pytest.raises(PeriodError, match="period 'soon': must be in a known style"):
        parse_all(texts)
    table = parse_all(texts, strict=False)
    assert table["period_start"].isna().tolist() == [False, True, True]
    assert table["period_label"].tolist() == ["2024", "", ""]


def test_parse_all_refuses_identifiers_of_another_table():
    with pytest.raises(PeriodError, match="identifiers: must have the index of the texts"):
        parse_all(pd.Series(["2024"]), pd.Series(["Calendar year"], index=[5]))


def test_parse_all_is_quick_on_the_longest_published_series():
    texts = pd.Series(["2018/19", "2019/20", "2020/21", "2021/22"]).repeat(160_000)
    started = pd.Timestamp.now()
    table = parse_all(texts, kind="academic_year")
    assert len(table) == 640_000
    assert (pd.Timestamp.now() - started).total_seconds() < 10


@pytest.mark.parametrize(
    ("earlier", "later", "years"),
    [
        (date(2020, 3, 31), date(2024, 3, 31), 4),
        (date(2024, 2, 29), date(2025, 2, 28), 1),
        (date(2024, 3, 31), date(2020, 3, 31), -4),
        (date(2018, 4, 30), date(2018, 10, 31), 0.5),
        (date(2018, 9, 12), date(2019, 9, 12), 1),
    ],
)
def test_years_apart(earlier, later, years):
    assert years_apart(earlier, later) == years


@pytest.mark.parametrize(
    ("ends", "answer"),
    [
        (["2021-03-31", "2022-03-31", "2023-03-31"], True),
        (["2023-03-31", "2021-03-31", "2022-03-31"], True),
        (["2023-02-28", "2024-02-29", "2025-02-28"], True),
        (["2021-03-31", "2023-03-31"], False),
        (["2021-03-31", "2021-03-31"], False),
        (["2021-03-31", "2022-06-30"], False),
        (["2021-03-31", None], False),
        (["2021-03-31"], True),
        ([], False),
    ],
)
def test_a_yearly_run_has_no_gap_repeat_or_missing_end(ends, answer):
    assert is_yearly_run(pd.Series(ends, dtype="datetime64[us]")) is answer


# --- published files ---------------------------------------------------------------------------


def test_every_period_of_the_dfe_files_is_read():
    files = sorted((REAL / "dfe-explore-education-statistics").glob("*.csv"))
    files += sorted((REAL / "ons-population").glob("ons_mid*.csv"))
    if not files:
        pytest.skip("the shared folder of published files is absent")
    for path in files:
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig",
                            usecols=["time_period", "time_identifier"])  # fmt: skip
        reporting = (table["time_identifier"] == "Reporting year").all()
        periods = parse_all(table["time_period"], table["time_identifier"],
                            "year_to_31_march" if reporting else None)  # fmt: skip
        years = table["time_period"].str[:4].astype(int)
        assert (periods["period_end"].dt.year - years).isin([0, 1]).all(), path.name
        assert periods["period_label"].ne("").all(), path.name


def test_fingertips_labels_agree_with_its_sorting_key():
    path = shared(REAL, "ohid-fingertips/la_hospital_admissions_2324.csv")
    table = pd.read_csv(path, dtype=str, usecols=["Time period", "Time period Sortable"])
    by_label = parse_all(table["Time period"], kind="financial_year")
    by_key = parse_all(table["Time period Sortable"], kind="financial_year")
    pd.testing.assert_frame_equal(by_label, by_key)
    assert by_label["period_label"].tolist() == table["Time period"].tolist()


def test_every_period_of_the_interactive_tool_but_its_stray_zero_is_read():
    path = shared(REAL, "dfe-lait/bds_long_0.parquet")
    years = pd.read_parquet(path, columns=["Years"])["Years"]
    table = parse_all(years, strict=False)
    assert years[table["period_end"].isna()].unique().tolist() == ["0"]


def test_a_contradiction_in_a_published_file_is_found():
    path = shared(REAL, "dfe-sfr-underlying-data/2019_CLA_outcomes_KS4_UD1.csv")
    rows = pd.read_csv(path, dtype=str)
    table = parse_all(rows["time_period"], rows["time_identifier"], strict=False)
    unread = rows.loc[table["period_end"].isna(), "la_name"]
    assert unread.tolist() == ["City Of London", "Isles of Scilly"]
    assert table["period_label"].drop(unread.index).unique().tolist() == ["2018/19"]


def test_months_of_the_police_files_are_months_even_where_they_look_like_two_years():
    path = shared(REAL, "mps-london-datastore/recorded-crime-borough.parquet")
    months = pd.Series(pd.read_parquet(path).columns[3:])
    table = parse_all(months, kind="month")
    assert table["period_start"].dt.strftime("%Y%m").tolist() == months.tolist()


UNDATED = {
    "first 7 months", "2018 or 2019", "start of Autumn term 2021", "mid September 2021",
    "2004-c. 2011", "first three months from June 2017", "proposal", "end of 2017", "to 2023/24",
    "Q1 2021", "", "c. 2017 (reported January 2019)",
}  # fmt: skip


def test_every_period_of_the_transcribed_figures_is_read_but_the_words_without_dates():
    shared(SEEDS, "indicators.csv")
    for path in sorted(SEEDS.glob("*.csv")):
        columns = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "period" in columns:
            texts = columns["period"]
            unread = set(texts[parse_all(texts, strict=False)["period_end"].isna()])
            assert unread <= UNDATED, path.name


def test_a_month_may_stand_behind_its_year():
    assert parse("2014 Aug") == parse("Aug 2014") == parse("August 2014")
    with pytest.raises(PeriodError, match="must be a month and day of the calendar"):
        parse("2014 Often")
