"""What stands under a figure: source, method, how old it is on the edition's day, its address."""

import json
import os
from datetime import date, datetime
from types import SimpleNamespace

import pandas as pd
import pytest

from cyp_analysis.edition_reader import Edition
from cyp_analysis.present import credits, provenance
from cyp_analysis.present.markup import Html
from cyp_analysis.present.provenance import Credit, Span

DAY = date(2026, 11, 22)


def rows(*figures, **more) -> pd.DataFrame:
    """One row a figure: indicator, label, end of period, publication."""
    names = ["indicator_id", "period_label", "period_end", "source_published"]
    made = pd.DataFrame(figures, columns=names)
    for name in names[2:]:
        made[name] = pd.to_datetime(made[name])
    return made.assign(**more)


CARE = ("care", "31 March 2025", "2025-03-31", "2025-11-20")
POVERTY = ("poverty", "2016", "2016-12-31", "2020-03-01")


def badge(*figures, day=DAY, **more) -> str:
    return provenance.age_badge(rows(*figures, **more), day)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ([CARE], "Figures for 31 March 2025 · published November 2025 · 1 year old"),
        (
            [("care", "31 March 2024", "2024-03-31", "2024-11-21"), CARE],
            "Figures for 31 March 2025 · published November 2025 · 1 year old",
        ),
        (
            [("a", "June 2026", "2026-06-30", "2026-09-01")],
            "Figures for June 2026 · published September 2026 · 4 months old",
        ),
        (
            [("a", "October 2026", "2026-10-31", "2026-11-20")],
            "Figures for October 2026 · published November 2026 · less than a month old",
        ),
        (
            [("a", "2025", "2025-12-31", None)],
            "Figures for 2025 · 10 months old",
        ),
        (
            [CARE, ("b", "June 2026", "2026-06-30", "2026-09-01")],
            "Figures for 31 March 2025 to June 2026 · published November 2025 to September 2026"
            " · 4 months to 1 year old",
        ),
    ],
)
def test_a_badge_names_the_period_the_publication_and_the_age(figures, said):
    assert badge(*figures) == f'<span class="age">{said}</span>'


def test_beyond_two_years_a_badge_says_old_in_a_word():
    assert badge(POVERTY) == (
        '<span class="age age-old"><strong>Old</strong> Figures for 2016 · published March 2020'
        " · 9 years old</span>"
    )
    assert "<strong>Some old</strong>" in badge(POVERTY, CARE)
    assert "1 to 9 years old" in badge(POVERTY, CARE)


@pytest.mark.parametrize(
    ("end", "old"), [("2024-11-22", False), ("2024-10-23", False), ("2024-10-22", True)]
)
def test_two_years_and_a_month_are_old(end, old):
    made = badge(("a", "x", end, end))
    assert ("age-old" in made) is old and ("<strong>Old</strong>" in made) is old


def test_the_age_is_the_editions_not_the_readers():
    assert "1 year old" in badge(CARE, day=date(2026, 3, 31))
    assert "11 months old" in badge(CARE, day=date(2026, 3, 30))
    assert badge(CARE, day=None).endswith("published November 2025</span>")


def test_a_projection_is_as_old_as_its_publication():
    made = badge(("a", "mid-2036", "2036-06-30", "2025-06-24"))
    assert made == (
        '<span class="age">Figures for mid-2036 · published June 2025 · 1 year old</span>'
    )


def test_a_document_without_a_date_is_dated_about():
    assert "published about March 2020" in badge(POVERTY, date_estimated=True)


def test_rows_without_a_period_have_no_badge_and_without_labels_a_date():
    bare = rows(CARE).drop(columns=["period_label"])
    assert "Figures for 31 March 2025" in provenance.age_badge(bare, DAY)
    assert provenance.age_badge(rows(CARE)[["indicator_id"]], DAY) == ""
    assert provenance.age_badge(rows(CARE).assign(period_end=pd.NaT), DAY) == ""
    only = rows(CARE)[["period_end", "period_label"]]
    assert "Figures for 31 March 2025 · 1 year old" in provenance.age_badge(only, DAY)


@pytest.mark.parametrize(
    ("newest", "oldest", "words", "warning"),
    [
        (0, 0, "less than a month old", ""),
        (1, 1, "1 month old", ""),
        (3, 11, "3 to 11 months old", ""),
        (12, 23, "1 year old", ""),
        (24, 24, "2 years old", ""),
        (25, 25, "2 years old", "Old"),
        (0, 25, "less than a month to 2 years old", "Some old"),
        (14, 40, "1 to 3 years old", "Some old"),
    ],
)
def test_spans_in_words(newest, oldest, words, warning):
    span = Span(newest, oldest)
    assert (span.words, span.warning) == (words, warning)


@pytest.mark.parametrize(
    ("statistics", "methods", "said"),
    [
        (["crude_rate"], ["byars"], "Method: rate; 95% interval by Byar's method."),
        (
            ["crude_rate", "crude_rate"],
            ["byars", "exact"],
            "Method: rate; 95% interval by Byar's method, exact Poisson below 10.",
        ),
        (["proportion"], ["wilson"], "Method: proportion; 95% interval by Wilson's score method."),
        (["count"], ["none"], "Method: count."),
        (["published"], ["none"], "Method: figures as published, without an interval."),
        (["published"], ["published"], "Method: figures as published; 95% interval as published."),
        (["mean"], ["none"], "Method: mean."),
        (["crude_rate", "count"], ["byars", "none"], ""),
        (["crude_rate"], ["dobson"], ""),
        ([], [], ""),
    ],
)
def test_the_method_in_words(statistics, methods, said):
    made = pd.DataFrame({"statistic": statistics, "method": methods})
    assert provenance.method_words(made) == said


def test_a_table_without_methods_says_none():
    assert provenance.method_words(rows(CARE)) == ""


def test_a_credit_is_its_text_and_keeps_its_age_when_reworded():
    credit = Credit("Source: a.", method="Method: count.", age=Html("<i>old</i>"))
    longer = credit.reworded("Source: a. Boundaries: b.")
    assert credit == "Source: a." and longer == "Source: a. Boundaries: b."
    assert (longer.method, longer.age) == ("Method: count.", "<i>old</i>")
    assert (Credit("x").method, Credit("x").age) == ("", "")


def test_source_method_age_and_address_stand_under_a_figure():
    credit = Credit("Source: A & B.", method="Method: count.", age=Html("<i>age</i>"))
    assert provenance.under(credit, "figure", "Up & down", "fig-a") == (
        '<p class="source">Source: A &amp; B. Method: count.</p>'
        '<p class="age-line"><i>age</i> <a href="#fig-a" class="deep-link">Link to this figure'
        '<span class="visually-hidden">: Up &amp; down</span></a></p>'
    )


def test_a_table_without_a_source_has_its_address_only():
    html = provenance.under("", "table", "T", "cap-a")
    assert html.startswith('<p class="age-line"><a href="#cap-a"') and "source" not in html


def test_the_day_of_an_edition_is_in_its_name(tmp_path):
    for name in ("2024-11-01", "2024-11-01-2", "illustrative-2024-11-01", ".building-2024-11-01"):
        assert provenance.edition_day(Edition(name, tmp_path)) == date(2024, 11, 1)


def test_without_it_the_receipt_tells_and_before_there_is_one_the_table(tmp_path):
    edition = Edition("annual", tmp_path)
    assert provenance.edition_day(edition) is None
    table = tmp_path / "indicators.parquet"
    table.touch()
    noon = datetime(2025, 5, 6, 12).timestamp()
    os.utime(table, (noon, noon))
    assert provenance.edition_day(edition) == date(2025, 5, 6)
    receipt = {"created": "2025-06-07T10:11:12+00:00"}
    (tmp_path / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    assert provenance.edition_day(edition) == date(2025, 6, 7)


@pytest.fixture
def selection(tmp_path):
    """As much of a selection as a source line needs."""
    paper = SimpleNamespace(
        publisher="A council", title="A paper", published=date(2020, 3, 1), date_estimated=True
    )
    data = SimpleNamespace(
        publisher="A department", title="Data", published=None, date_estimated=False
    )
    known = SimpleNamespace(sources={"paper": paper, "data": data})
    return SimpleNamespace(catalogue=known, edition=Edition("2026-11-22", tmp_path))


def test_a_source_line_knows_the_age_of_the_rows_it_is_of(selection):
    figures = rows(CARE, POVERTY).assign(value=[1.0, 2.0], source_id=["data", "paper"])
    figures.loc[1, "source_published"] = pd.NaT
    line = credits.source_line(selection, figures)
    assert line == (
        "Source: A department, Data, published 20 November 2025;"
        " A council, A paper, undated, about March 2020."
    )
    assert "Figures for 2016 to 31 March 2025" in line.age
    assert "published about March 2020 to November 2025" in line.age


def test_rows_without_a_value_do_not_count_for_the_age(selection):
    figures = rows(CARE, POVERTY).assign(value=[1.0, None], source_id=["data", "paper"])
    assert "Old" not in credits.source_line(selection, figures).age
    assert credits.source_line(selection, figures.assign(value=None)) == ""
    assert credits.source_line(selection, figures.assign(value=None)).age == ""


def test_a_source_that_the_catalogue_lacks_is_named_by_its_id(selection):
    figures = rows(CARE).assign(value=1.0, source_id="lost")
    line = credits.source_line(selection, figures)
    assert line == "Source: lost." and "published November 2025" in line.age
