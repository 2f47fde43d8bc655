"""Pages that no notebook makes, and the parts of a page that people own: words and edges."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from test_present_samples import (
    BARNET,
    BRENT,
    ENGLAND,
    LONDON,
    NORTH_EAST,
    care_row,
    known,
    row,
    sources,
    tables,
)

from cyp_analysis import catalogue, geography, paths
from cyp_analysis.errors import AreaError, ChapterError, UsageError
from cyp_analysis.present.contract import lists, ownership, rights
from cyp_analysis.present.contract import sources as ages
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tiles import tiles
from cyp_analysis.publish import area_choice, generated, owned
from cyp_analysis.publish.page import ChapterLink

SAMPLE = tables()
NO_ROWS = SAMPLE["indicators"].head(0)


class Tables:
    """An edition of the sample's tables, or of the rows given."""

    name = "sample"
    path = Path("in memory")

    def __init__(self, rows: pd.DataFrame):
        self.all = SAMPLE | {"indicators": rows}

    def read(self, table: str, *, areas=None, indicators=None) -> pd.DataFrame:
        rows = self.all[table]
        rows = rows if areas is None else rows[rows["area_code"].isin(list(areas))]
        return rows if indicators is None else rows[rows["indicator_id"].isin(list(indicators))]


def selection(rows: pd.DataFrame | None = None, area: str = BARNET, **changes) -> Selection:
    book = known(**changes)
    rows = SAMPLE["indicators"] if rows is None else rows
    return Selection(book.chapters["sample"], geography.area(area), Tables(rows), book)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A project folder that a test may write lists into."""
    (tmp_path / "data").mkdir()
    root = paths.data_dir()
    for name in ("reference", "catalogue"):
        (tmp_path / "data" / name).symlink_to(root / name)
    monkeypatch.setenv("CYP_HOME", str(tmp_path))

    def put(name: str, text: str, area: str = BARNET) -> None:
        path = tmp_path / "data" / "commentary" / area / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return put


# --- pages of an area -------------------------------------------------------------------------


def page(area: str = BARNET, file: str = generated.OUTLIERS, **more) -> generated.Generated:
    lead = Block("<p>One figure differs.</p>", "One figure differs.")
    links = (ChapterLink("sample", "Sample", "sample.html"),)
    parts = {"area": geography.area(area), "edition": "2026", "chapters": links}
    return generated.generated_page(file, lead=lead, sections=(), **parts, **more)


@pytest.mark.parametrize(
    "area, place",
    [(BARNET, "Barnet"), (NORTH_EAST, "the North East"), (ENGLAND, "England"),
     ("E06000053", "the Isles of Scilly")],
)  # fmt: skip
def test_the_description_names_the_area_as_a_sentence_does(area, place):
    assert page(area).description == (
        f"What stands out in {place}: Which figures differ from the benchmark when all are tested"
        " at once?"
    )


def test_both_pages_have_a_title_and_a_question():
    for file in (generated.OUTLIERS, generated.CHANGES):
        made = page(file=file)
        assert made.title and made.question.endswith("?")
        assert made.document_title.startswith(f"{made.title} – Barnet – ")


def test_a_section_is_shown_below_its_heading():
    section = ("Worse", Block("<p>Here.</p>", "Here."))
    html = generated.render_generated(replace(page(), sections=(section,)))
    assert html.index("One figure differs.") < html.index("Worse</h2>") < html.index("Here.")


def test_a_page_with_two_elements_of_one_id_is_refused():
    twice = Block('<p id="a">x</p><p id="a">y</p>', "x")
    with pytest.raises(ChapterError, match=r"outliers.html \(E09000003\): a page must be access"):
        generated.render_generated(replace(page(), sections=(("Worse", twice),)))


# --- areas of an edition ----------------------------------------------------------------------


def test_an_area_named_twice_is_built_once_in_the_order_given():
    chosen = area_choice.chosen_areas(("England", "Barnet", "E09000003", "England"))
    assert [area.code for area in chosen] == [ENGLAND, BARNET]
    assert area_choice.chosen_areas(()) == ()


def test_an_unknown_area_is_refused():
    with pytest.raises(AreaError, match="Barnett"):
        area_choice.chosen_areas(("Barnett",))
    with pytest.raises(UsageError, match="must be an upper-tier authority, a region or England"):
        area_choice.chosen_areas(("Outer London",))


@pytest.mark.parametrize(
    "codes, found",
    [
        ([ENGLAND, LONDON, BARNET], [BARNET]),
        ([ENGLAND], []),
        ([], []),
        (["E10000006", BARNET], [BARNET]),  # abolished in 2023
        ([BARNET, BARNET], [BARNET]),
    ],
)
def test_authorities_of_today_with_a_row(codes, found):
    rows = pd.DataFrame({"area_code": pd.Series(codes, dtype="str")})
    assert [area.code for area in area_choice.areas_with_data(rows)] == found


# --- what people own --------------------------------------------------------------------------

FRONT = "---\nwritten_for: {written}\n{more}---\nWords.\n"


def state(home, written: str, more: str = "", newest: str = "2025-03-31", **row_of) -> tuple:
    """State and detail of the commentary of one chapter."""
    home("sample.md", FRONT.format(written=written, more=more))
    chapter = known().chapters["sample"]
    usual = {
        "indicator_id": chapter.indicators[0],
        "area_code": BARNET,
        "value": 1.0,
        "period_end": pd.Timestamp(newest),
        "source_published": pd.Timestamp("2025-11-20"),
    }
    rows = pd.DataFrame([usual | row_of])
    made = owned.owned_parts([geography.area(BARNET)], [chapter], rows, date(2026, 1, 1))
    return tuple(made.set_index("part").loc["commentary", ["state", "detail"]])


def test_words_for_older_figures_are_outdated(home):
    assert state(home, "2023/24") == (
        "outdated", "written for 2023/24; figures run to 2025-03-31"
    )  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"newest": "2024-03-31"},
        {"newest": "2043-06-30"},  # a projection
        {"value": float("nan")},
        {"area_code": BRENT},
        {"indicator_id": "of_another_chapter"},
    ],
)
def test_words_are_not_outdated_by_what_is_no_newer_figure_of_theirs(home, changed):
    assert state(home, "2023/24", **changed) == ("written", "")


def test_an_undated_document_still_counts_as_newer(home):
    assert state(home, "2023/24", source_published=pd.NaT)[0] == "outdated"


def test_a_review_that_is_due_comes_before_newer_figures(home):
    due = "review_by: 2025-12-31\n"
    assert state(home, "2023/24", due) == ("overdue", "was due for review on 2025-12-31")
    assert state(home, "2024/25", "review_by: 2026-01-01\n")[0] == "written"


def test_the_chapter_on_methods_is_owned_by_nobody():
    methods = replace(known().chapters["sample"], whole_catalogue=True)
    made = owned.owned_parts([geography.area(BARNET)], [methods], NO_ROWS, date(2026, 1, 1))
    assert made.empty and list(made) == owned.COLUMNS and owned.owned_line(made) == ""


# --- lists that an authority keeps ------------------------------------------------------------


def test_a_row_that_ends_early_is_undecided_and_never_nan(home):
    home("gaps.csv", "chapter,topic,why_it_matters,planned\nsample,Food banks,Hunger\n")
    assert lists.gaps(selection()).text.endswith("Food banks | Hunger | not yet decided")
    home("recommendations.csv", ",".join(lists.RECOMMENDATIONS) + "\nsample,Do it\n")
    text = lists.recommendations(selection()).text
    assert "nan" not in text and text.endswith("Do it" + " | not yet decided" * 4)


def test_lists_of_a_region_name_it_as_a_sentence_does(home):
    home("gaps.csv", "chapter,topic,why_it_matters,planned\nsample,A,B,C\n", NORTH_EAST)
    text = lists.gaps(selection(area=NORTH_EAST)).text
    assert text.startswith("What is not known about sample chapter in the North East")


def test_no_file_is_no_row():
    assert list(lists.read_list("E99999999", "gaps", lists.GAPS)) == list(lists.GAPS)
    assert lists.gaps(selection(area=BRENT)).html == ""


# --- who answers for it -----------------------------------------------------------------------


def rows_of(*given: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(list(given))


def test_the_newest_figure_is_not_a_projection(home):
    ahead = care_row(period_end=pd.Timestamp(2043, 6, 30), period_label="2043",
                     period_start=pd.Timestamp(2043, 6, 30))  # fmt: skip
    text = ownership.ownership(selection(rows_of(row(), ahead))).text
    assert text.endswith("Figures: the newest is for 2016")


def test_without_a_value_there_is_no_newest_figure(home):
    hidden = row(value=float("nan"), value_note="suppressed (c)")
    for given in (rows_of(hidden), NO_ROWS, rows_of(row(area_code=ENGLAND))):
        assert ownership.ownership(selection(given)).text.endswith("none in this edition")


# --- how new the sources are ------------------------------------------------------------------


def test_each_source_has_a_line_newest_first():
    mine = selection(rows_of(row(), care_row(), care_row(value=float("nan"), age="x")))
    lines = ages.data_age(mine).text.split("\n")
    assert lines[-2].startswith("The care tables <2016> | 11 March 2020 | 31 March 2024 | 1 | ")
    assert lines[-1] == "The poverty tables <2016> | 11 March 2020 | 2016 | 1 | not known"


@pytest.mark.parametrize(
    "following, told",
    [(None, "not known"), ("", "not known"), ("spring 2027", "spring 2027"),
     (date(2027, 3, 31), "31 March 2027")],
)  # fmt: skip
def test_the_next_release_is_told_as_announced(following, told):
    book = sources() | {"poverty_tables": replace(sources()["poverty_tables"],
                                                  next_release=following)}  # fmt: skip
    text = ages.data_age(selection(rows_of(row()), sources=book)).text
    assert text.endswith(f" | {told}")


def test_an_unknown_date_and_an_unknown_source_are_said_so():
    odd = row(source_id="elsewhere", source_published=pd.NaT)
    text = ages.data_age(selection(rows_of(odd))).text
    assert text.endswith("elsewhere | not known | 2016 | 1 | not known")


def test_without_figures_there_are_no_sources():
    assert ages.data_age(selection(NO_ROWS)).text == (
        "This edition has no figures, so it has no sources."
    )
    assert ages.data_quality(selection(NO_ROWS)).html == ""


def test_doubts_are_those_about_documents_that_are_used():
    doubt = {"id": "Q1", "source_id": "poverty_tables", "lines": "7", "issue": "A sum",
             "treatment": "As printed"}  # fmt: skip
    other = doubt | {"id": "Q2", "source_id": "care_tables"}
    mine = selection(rows_of(row()), quality=pd.DataFrame([doubt, other]))
    text = ages.data_quality(mine).text
    assert text.startswith("Doubts about the documents that figures of Barnet come from")
    assert text.endswith("Q1 | The poverty tables <2016> | 7 | A sum | As printed")
    assert "Q2" not in text


# --- rights of the child ----------------------------------------------------------------------


def with_articles(**articles: list[int]) -> dict:
    return {
        name: replace(indicator, tags=dict(indicator.tags) | {"uncrc": articles[name]})
        if name in articles
        else indicator
        for name, indicator in known().indicators.items()
    }


def test_rights_are_told_with_the_figures_that_there_are():
    book = with_articles(child_poverty=[26, 2], looked_after_rate=[2], plans=[3])
    text = rights.rights(selection(rows_of(row(), care_row()), indicators=book)).text
    lines = [line for line in text.split("\n") if line[:1].isdigit()]
    assert [line.split(" | ")[:2] for line in lines] == [
        ["2. No discrimination", "2"],
        ["26. " + rights._titles()[26], "1"],
    ]
    names = sorted(book[name].name for name in ("child_poverty", "looked_after_rate"))
    assert lines[0].endswith(" | " + "; ".join(names))
    assert book["plans"].name not in text, "an indicator without a figure is not listed"


def test_a_withheld_figure_speaks_to_no_right():
    book = with_articles(child_poverty=[2])
    hidden = row(value=float("nan"), value_note="suppressed (c)")
    assert rights.rights(selection(rows_of(hidden), indicators=book)).html == ""
    assert rights.rights(selection(rows_of(row()))).html == ""


def test_every_article_that_the_catalogue_names_has_a_title():
    named = {
        int(article)
        for indicator in catalogue.load().indicators.values()
        for article in indicator.tags.get("uncrc") or ()
    }
    assert named and named <= set(rights._titles())


# --- tiles ------------------------------------------------------------------------------------


def test_a_tile_has_value_name_and_date():
    block = tiles(selection(rows_of(row(), care_row())), ["child_poverty", "plans"])
    assert block.text == (
        "14.0%: Children under 16 in low-income families (2016)\n"
        "Source: Exampleshire Council, The poverty tables <2016>, published 11 March 2020."
    )
    assert block.html.count("<li>") == 1 and "<small>2016</small>" in block.html
    assert "&lt;2016&gt;" in block.html, "text from a passport is escaped"


def test_nought_is_a_tile_and_unknown_is_none():
    zero = row(value=0.0, count=0.0, lower_ci_95=0.0)
    assert tiles(selection(rows_of(zero)), ["child_poverty"]).text.startswith("0.0%: ")
    hidden = row(value=float("nan"), value_note="suppressed (c)")
    assert tiles(selection(rows_of(hidden)), ["child_poverty"]).html == ""


def test_a_tile_shows_the_newest_figure_that_is_known():
    later = {"period_start": pd.Timestamp(2017, 1, 1), "period_end": pd.Timestamp(2017, 12, 31),
             "period_label": "2017", "value": float("nan")}  # fmt: skip
    block = tiles(selection(rows_of(row(**later), row())), ["child_poverty"])
    assert block.text.startswith("14.0%: ") and "(2016)" in block.text


def test_an_unknown_indicator_or_group_is_refused():
    with pytest.raises(ChapterError, match="must ask for an indicator of the catalogue"):
        tiles(selection(), ["nothing"])
    with pytest.raises(ChapterError, match="It has: care"):
        tiles(selection(), "nothing")
