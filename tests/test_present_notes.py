"""Commentary, sources, missing figures, definitions."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from test_present_samples import BARNET, BRENT, known, plans, poverty, write_edition

from cyp_analysis import catalogue, paths
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import commentary
from cyp_analysis.present.markup import Block
from cyp_analysis.present.view import open_chapter

FRONT = (
    "---\nwritten_for: 30 September 2018\nauthor_role: public health analyst\nstatus: draft\n---\n"
)


@pytest.fixture(autouse=True)
def edition(outputs, monkeypatch, tmp_path):
    reference = paths.data_dir() / "reference"
    monkeypatch.setattr(catalogue, "load", lambda folder=None: known())
    (tmp_path / "data" / "catalogue").mkdir(parents=True)
    (tmp_path / "data" / "reference").symlink_to(reference)
    monkeypatch.setenv("CYP_HOME", str(tmp_path))
    return write_edition(outputs / "2026")


@pytest.fixture
def write(tmp_path):
    """Puts a commentary file in its place."""

    def written(text, area=BARNET, chapter="sample"):
        path = tmp_path / "data" / "commentary" / area / f"{chapter}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return written


@pytest.fixture
def chapter():
    return open_chapter("sample", BARNET)


def test_commentary_is_html_with_its_period_and_a_warning_if_overtaken(chapter, write):
    write(FRONT + "# Main point\n\nIt **fell**.\n\n## Why\n\n- One\n- Two\n")
    html = chapter.commentary().html
    assert html.startswith(
        '<section class="commentary" aria-label="Analyst&#x27;s commentary"><p class="warning">'
        "Newer figures than this commentary was written for are on this page, up to 31 March 2019."
        " Read it with care until it has been reviewed.</p><h3>Main point</h3>"
    )
    assert "<strong>fell</strong>" in html and "<h4>Why</h4>" in html and "<li>One</li>" in html
    assert html.endswith(
        '<p class="note">Written for 30 September 2018 by a public health analyst.'
        " Status: draft.</p></section>"
    )


def test_commentary_that_is_up_to_date_has_no_warning(write):
    write(FRONT.replace("30 September 2018", "the year to 2025") + "Words.")
    assert "warning" not in open_chapter("sample", BARNET).commentary().html


def test_html_in_commentary_is_shown_as_text(chapter, write):
    write(FRONT + "A <script>alert(1)</script> and [a link](javascript:alert(1)).")
    html = chapter.commentary().html
    assert "<script" not in html and 'href="javascript' not in html


def test_no_commentary_yet(chapter):
    assert chapter.commentary().text == (
        "No analyst's commentary has been written for Barnet on this chapter yet."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Only words.",
        "---\nstatus: draft\n---\nWords.",
        "---\nwritten_for: [\n---\nWords.",
        "---\n- a list\n---\nWords.",
    ],
)
def test_commentary_must_say_what_it_was_written_for(chapter, write, text):
    write(text)
    with pytest.raises(ChapterError, match=r"commentary/E09000003/sample\.md: must begin with"):
        chapter.commentary()


@pytest.mark.parametrize(
    ("written_for", "until"),
    [
        ("30 September 2018", "2018-09-30"),
        ("April to September 2018", "2018-09-30"),
        ("low-income families in 2016 and plans up to autumn 2021", "2021-12-31"),
        ("the latest figures", None),
    ],
)
def test_how_far_a_commentary_reaches(tmp_path, written_for, until):
    made = commentary.Commentary(tmp_path, written_for, "", "", "")
    assert made.covers_until == (pd.Timestamp(until) if until else None)


@pytest.mark.parametrize(
    ("markdown", "levels"),
    [("# A\n\n## B\n", ["3", "4"]), ("## A\n\n### B\n", ["3", "4"]), ("#### A\n", ["3"])],
)
def test_headings_start_at_level_three(markdown, levels):
    assert re.findall(r"<h(\d)", commentary.to_html(markdown)) == levels


def test_sources_are_cited_dated_licensed_and_linked_once(chapter):
    block = chapter.sources()
    assert block.html.count("<li>") == 3
    assert block.html.startswith('<ul class="sources"><li>Exampleshire Council, care_tables, 2016.')
    assert "Published 11 March 2020. Licence: Open Government Licence v3.0." in block.html
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', block.html)
    assert links[0] == (
        "https://example.org/care_tables",
        "Publisher&#x27;s page: The care tables &lt;2016&gt;",
    )
    assert len({text for _, text in links}) == 3


def test_no_figures_no_sources(outputs):
    from test_present_samples import tables

    made = tables()
    write_edition(outputs / "zero", made | {"indicators": made["indicators"].head(0)})
    block = open_chapter("sample", BRENT, edition="zero").sources()
    assert block.text == "This chapter has no figures, so it has no sources."


def test_missing_figures_are_grouped_by_what_would_bring_them():
    block = open_chapter("sample", BRENT).missing()
    assert block.text.split("\n") == [
        "This edition lacks 4 figures of this chapter for Brent that a file would bring.",
        "Children under 16 in low-income families: Ask the publisher for the poverty tables.",
        "Children looked after at 31 March, per 10,000 under-18s: Download the care tables.",
        "Children on child protection plans; Children in care by placement: Ask for the local"
        " tables.",
    ]
    folded = BeautifulSoup(block.html, "html.parser").find_all("details")
    assert [part.summary.get_text() for part in folded] == [
        "Children under 16 in low-income families",
        "Children looked after at 31 March, per 10,000 under-18s",
        "Children on child protection plans and 1 more",
    ]
    assert [item.get_text() for item in folded[2]("li")] == [
        "Children on child protection plans",
        "Children in care by placement",
    ]
    assert folded[2].p.get_text() == "Ask for the local tables."


def test_nothing_missing(chapter):
    assert chapter.missing().text == (
        "No file would bring more of this chapter's figures for Barnet."
    )


def test_a_definition_says_what_is_counted_and_how(chapter):
    block = chapter.definitions(["looked_after_rate"])
    assert block.text.split("\n") == [
        "Children looked after at 31 March, per 10,000 under-18s",
        "  Definition: Share of children in families on a low income.",
        "  Why it matters: Low income shapes health.",
        "  Unit: per 10,000 children aged under 18. Neither higher nor lower is better in itself.",
        "  Numerator: Looked after at 31 March (data set: care tables).",
        "  Denominator: Children, 1 year earlier (data set: population).",
        "  Method: Crude rate; 95% interval: exact Poisson for counts below 10, Byar's method from"
        " 10. Tested against benchmarks by the 95% interval. Shown to 1 decimal place.",
        "  Caveats: Before housing costs.",
        "  Review: Written by a public health intelligence analyst; checked by a second person:"
        " awaited; reviewed 22 November 2026.",
    ]
    assert '<details id="def-looked_after_rate"><summary>' in block.html


def test_what_definitions_have_in_common_is_said_once(chapter):
    text = chapter.definitions().text
    assert text.split("\n")[0] == (
        "Written by a public health intelligence analyst; checked by a second person: awaited;"
        " reviewed 22 November 2026. Where a definition differs in this, it says so."
    )
    assert text.count("checked by") == 1


def test_definitions_of_nothing_are_nothing(chapter):
    assert open_chapter("sample", BRENT).definitions([]) == Block()


def test_definitions_by_default_are_those_with_figures(chapter):
    ids = re.findall(r'id="def-(\w+)"', chapter.definitions().html)
    assert sorted(ids) == sorted([poverty().id, "looked_after_rate", plans().id, "placements"])
    brent = re.findall(r'id="def-(\w+)"', open_chapter("sample", BRENT).definitions().html)
    assert sorted(brent) == ["child_poverty", "looked_after_rate"]  # London, England have figures
