"""Who answers for a chapter, what is not known, what is to be done, and what is still unwritten."""

from datetime import date

import pandas as pd
import pytest
from test_present_notes import FRONT, edition, write  # noqa: F401  (fixtures)
from test_present_samples import BARNET, BRENT, known

from cyp_analysis import geography
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import commentary
from cyp_analysis.present.view import open_chapter
from cyp_analysis.publish.owned import owned_line, owned_parts

WHOLE = FRONT.replace(
    "status: draft\n",
    "status: draft\nowner: Head of Early Help\nendorsed_by: Partnership Board\nversion: 2\n"
    "replaces: version 1\nreview_by: 2026-03-31\n",
)
SECTIONED = (
    "What we say.\n\n## Who is at risk\n\nBabies.\n\n### Above all\n\nTwins.\n\n## What works\n"
)
GAPS = "chapter,topic,why_it_matters,planned\n"
TO_DO = "chapter,recommendation,finding,owner,due,status\n"


@pytest.fixture
def chapter():
    return open_chapter("sample", BARNET)


@pytest.fixture
def put(tmp_path):
    """Puts a list of the area in its place."""

    def placed(name, text, area=BARNET):
        path = tmp_path / "data" / "commentary" / area / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return placed


def test_ownership_tells_people_period_and_review(chapter, write):  # noqa: F811
    write(WHOLE + "Words.")
    assert chapter.ownership().text.splitlines() == [
        "Topic owner: Head of Early Help",
        "Endorsed by: Partnership Board",
        "Commentary: written for 30 September 2018 (draft)",
        "Author: public health analyst",
        "Version: 2",
        "Replaces: version 1",
        "Next review: 31 March 2026",
        "Figures: the newest is for 31 March 2019",
    ]
    assert chapter.ownership().html.startswith('<dl class="ownership"><dt>Topic owner</dt>')


def test_ownership_of_a_chapter_that_nobody_has_taken(chapter):
    said = chapter.ownership().text.splitlines()
    assert said[:2] == ["Topic owner: not yet named", "Commentary: not yet written"]


def test_ownership_without_a_figure(write):  # noqa: F811
    write(FRONT + "Words.", area="E10000016")
    said = open_chapter("sample", "E10000016").ownership().text
    assert "Figures: none in this edition" in said
    assert "Next review: not set" in said


def test_a_section_is_shown_alone_and_not_with_the_commentary(chapter, write):  # noqa: F811
    write(FRONT + SECTIONED)
    section = chapter.commentary("who_is_at_risk")
    assert section.text == "Babies.\n\n### Above all\n\nTwins."
    assert section.html.startswith('<section class="owned prose" aria-label="Who is at risk">')
    assert "Babies" not in chapter.commentary().html
    assert "What we say." in chapter.commentary().html


@pytest.mark.parametrize("section", ["what_works", "services_and_assets"])
def test_a_section_that_is_empty_or_not_there_shows_nothing(chapter, write, section):  # noqa: F811
    write(FRONT + SECTIONED)
    assert chapter.commentary(section).html == ""


def test_no_section_without_a_file(chapter):
    assert chapter.commentary("what_works").html == ""


def test_an_unknown_section_is_refused(chapter):
    with pytest.raises(ChapterError, match="sample: `commentary` must.*'who'. Use: why_it_matters"):
        chapter.commentary("who")


def test_other_headings_stay_in_the_commentary():
    found = commentary.Commentary(None, "2025", "", "", "## Our view\n\nA.\n\n# GAPS\n\nB.")
    assert found.parts == {"": "## Our view\n\nA.", "gaps": "B."}


def test_gaps_of_the_chapter_alone(chapter, put):
    put("gaps.csv", GAPS + "sample,Food banks,Hunger,\nother,Not this,,\nsample,Ages,Need,Ask\n")
    assert chapter.gaps().text.splitlines()[2:] == [
        "Food banks | Hunger | not yet decided",
        "Ages | Need | Ask",
    ]


def test_no_gaps_no_words(chapter, put):
    assert chapter.gaps().html == ""
    put("gaps.csv", GAPS + "other,Not this,,\n")
    assert chapter.gaps().html == ""


def test_recommendations_tell_the_finding_with_its_figure(chapter, put):
    rows = (
        "sample,Do this,looked_after_rate,Director,March 2027,agreed\n"
        "sample,Do that,We heard it from parents,,,\n"
        "sample,And this,,Head,,\n"
    )
    put("recommendations.csv", TO_DO + rows)
    lines = chapter.recommendations().text.splitlines()[2:]
    indicator = known().indicators["looked_after_rate"]
    assert lines[0].startswith(f"Do this | {indicator.name}: ")
    assert lines[0].endswith("(31 March 2025) | Director | March 2027 | agreed")
    assert lines[1] == (
        "Do that | We heard it from parents | not yet decided | not yet decided | not yet decided"
    )
    assert lines[2].startswith("And this | not yet decided | Head")


def test_a_finding_without_a_figure_says_so(put):
    put("recommendations.csv", TO_DO + "sample,Do,looked_after_rate,,,\n", "E10000016")
    said = open_chapter("sample", "E10000016").recommendations().text
    assert ": no figure in this edition | " in said


@pytest.mark.parametrize(
    "text, told",
    [
        ("chapter,topic\n", "gaps.csv: must have the column why_it_matters"),
        (GAPS + ",Food banks,,\n", "gaps.csv: each row must name its chapter.*none in line 2"),
        (b"", "gaps.csv: must be a UTF-8 CSV"),
        (GAPS.encode() + b"sample,caf\xe9,,\n", "gaps.csv: must be a UTF-8 CSV"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(chapter, put, text, told):
    put("gaps.csv", text)
    with pytest.raises(ChapterError, match=told):
        chapter.gaps()


def parts_of(area, today, newest="2025-03-31", published="2025-11-20") -> pd.DataFrame:
    chapters = [c for c in known().chapters.values() if c.id == "sample"]
    figures = pd.DataFrame(
        {
            "indicator_id": [chapters[0].indicators[0]],
            "area_code": [area],
            "value": [1.0],
            "period_end": pd.to_datetime([newest]),
            "source_published": pd.to_datetime([published]),
        }
    )
    made = owned_parts([geography.area(area)], chapters, figures, today)
    return made.set_index("part")


def test_parts_that_are_written_empty_overdue_or_outdated(write, put):  # noqa: F811
    write(WHOLE + SECTIONED)
    put("gaps.csv", GAPS + "sample,Food banks,,\n")
    early = parts_of(BARNET, date(2026, 1, 1), newest="2018-03-31")
    assert early["state"].to_dict() == {
        "commentary": "written",
        "why_it_matters": "empty",
        "who_is_at_risk": "written",
        "services_and_assets": "empty",
        "what_works": "empty",
        "gaps": "empty",
        "list of gaps": "written",
        "list of recommendations": "empty",
    }
    newer = parts_of(BARNET, date(2026, 1, 1)).loc["commentary"]
    assert newer["state"] == "outdated"
    assert newer["detail"] == "written for 30 September 2018; figures run to 2025-03-31"
    ahead = parts_of(BARNET, date(2026, 1, 1), newest="2043-06-30").loc["commentary"]
    assert ahead["state"] == "written", "a projection makes no words out of date"
    late = parts_of(BARNET, date(2026, 4, 1)).loc["commentary"]
    assert (late["state"], late["detail"]) == ("overdue", "was due for review on 2026-03-31")


def test_an_area_without_any_file_has_only_empty_parts():
    made = parts_of(BRENT, date(2026, 1, 1))
    assert set(made["state"]) == {"empty"}
    assert owned_line(made) == (
        "Parts that people write: 0 written, 8 empty, 0 overdue, 0 outdated;"
        " receipt.json lists them."
    )
    assert owned_line(made.head(0)) == ""
