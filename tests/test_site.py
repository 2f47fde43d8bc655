"""The pages around the chapters: search, glossary, statement, front page, areas and editions."""

import json
import re
import zipfile
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT
from test_generated_pages import SAMPLE, selection
from test_present_samples import BARNET, ENGLAND, NORTH_EAST

from cyp_analysis import audit, catalogue, geography, paths
from cyp_analysis.errors import CatalogueError, ChapterError
from cyp_analysis.present.comparing.glance import FEW, glance, standing
from cyp_analysis.present.markup import Html
from cyp_analysis.publish.downloads import bundle
from cyp_analysis.publish.edition_run import Request, check_request
from cyp_analysis.publish.lint.links import local_targets
from cyp_analysis.publish.lint.sheet import Sheet
from cyp_analysis.publish.page import ChapterLink
from cyp_analysis.publish.pages import areas, front, glossary, search, sparks, statement
from cyp_analysis.publish.pages.anchors import anchors_of, best_places
from cyp_analysis.publish.pages.around import Around
from cyp_analysis.publish.shell import Shell, render
from cyp_analysis.publish.site import AreaLink, Card, Index, render_index

PAGE = """
<main><h2 id="trends">Trends &amp; more</h2>
<ol class="headlines"><li class="headline" id="claim-poverty">In 2016, 14.0% were poor.
<span class="verdict">Lower, better</span></li></ol>
<figure class="chart" id="fig-poverty-trend"><figcaption><span class="chart-title">Poverty: falling
</span> <span class="chart-subtitle">Share, 2006 to 2016.</span></figcaption>
<table><caption id="cap-fig-poverty-trend">Poverty, by period</caption></table></figure>
<figure class="chart" id="fig-poverty-compare"><figcaption><span class="chart-title">Poverty: 25th
highest</span></figcaption></figure>
<h3 id="small">A smaller heading</h3>
<table><caption id="cap-sample-table">Latest figures</caption><tbody>
<tr><th scope="row">Children&#x27;s homes</th></tr></tbody></table>
<details id="def-poverty"><summary>Children in poverty</summary><p>Longer.</p></details>
<details id="other"><summary>Show</summary></details></main>
"""
NAMES = {"poverty": "Children in poverty", "homes": "Children's homes", "none": "Not shown"}
LINKS = (
    ChapterLink("sample", "Sample chapter", "sample.html"),
    ChapterLink("later", "Later chapter", "later.html"),
    ChapterLink("absent", "Absent", ""),
)


def soup_of(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


# --- what a link can lead to ------------------------------------------------------------------


def test_the_anchors_of_a_page_in_its_order():
    found = [(a.kind, a.id, a.title) for a in anchors_of(PAGE, "sample.html")]
    assert found == [
        ("section", "trends", "Trends & more"),
        ("headline", "claim-poverty", "In 2016, 14.0% were poor."),
        ("figure", "fig-poverty-trend", "Poverty: falling"),
        ("figure", "fig-poverty-compare", "Poverty: 25th highest"),
        ("table", "cap-sample-table", "Latest figures"),
        ("definition", "def-poverty", "Children in poverty"),
    ]


def test_an_anchor_names_its_indicator_its_form_and_the_rows_of_a_table():
    by_id = {a.id: a for a in anchors_of(PAGE, "sample.html")}
    trend = by_id["fig-poverty-trend"]
    assert (trend.indicator_id, trend.form, trend.href) == (
        "poverty", "trend", "sample.html#fig-poverty-trend"
    )  # fmt: skip
    assert trend.text == "Share, 2006 to 2016."
    assert by_id["cap-sample-table"].rows == {"Children's homes"}
    assert by_id["trends"].indicator_id == by_id["trends"].form == ""


def test_an_indicator_is_shown_best_by_its_chart_over_time_then_by_a_row_of_a_table():
    best = best_places(anchors_of(PAGE, "sample.html"), NAMES)
    assert {name: at.id for name, at in best.items()} == {
        "poverty": "fig-poverty-trend", "homes": "cap-sample-table"
    }  # fmt: skip
    lesser = [a for a in anchors_of(PAGE, "sample.html") if a.kind != "figure"]
    assert best_places(lesser, NAMES)["poverty"].id == "claim-poverty"


# --- search -----------------------------------------------------------------------------------

KNOWN = {
    name: replace(
        next(iter(catalogue.load().indicators.values())),
        id=name,
        name=title,
        definition=f"What {title.lower()} means. More of it.",
    )
    for name, title in NAMES.items()
}
TERM = glossary.Term("ci", "Confidence interval", "The range.", also=("CI",))


def test_a_to_z_has_each_figure_once_with_the_place_that_shows_it():
    letters = search.a_to_z(anchors_of(PAGE, "sample.html"), LINKS, KNOWN)
    assert [letter for letter, _ in letters] == ["C"]
    first, second = letters[0][1]
    assert (first.text, first.href) == ("Children in poverty", "sample.html#fig-poverty-trend")
    assert (first.where, first.apart) == ("Sample chapter", "")
    assert second.more == "What children's homes means"


def test_links_of_one_name_say_which_is_which():
    same = KNOWN | {"homes": replace(KNOWN["homes"], name=NAMES["poverty"])}
    page = PAGE.replace("cap-sample-table", "cap-homes-ranking")
    entries = search.a_to_z(anchors_of(page, "sample.html"), LINKS, same)[0][1]
    assert {e.apart for e in entries} == {
        "Sample chapter, poverty trend", "Sample chapter, homes ranking"
    }  # fmt: skip
    chapter = (ChapterLink("p", "Children in poverty", "sample.html"),)
    entries = search.a_to_z(anchors_of(PAGE, "sample.html"), chapter, KNOWN)[0][1]
    assert [bool(e.apart) for e in entries] == [True, False]


def made_index(terms=(TERM,)) -> dict:
    anchors = anchors_of(PAGE, "sample.html")
    letters = search.a_to_z(anchors, LINKS, KNOWN)
    return json.loads(search.index_json(anchors, LINKS, terms, letters))


def test_the_index_holds_figures_headlines_and_words_explained():
    index = made_index()
    assert index["pages"][0] == ["Sample chapter", "sample.html"]
    assert index["pages"][-1] == ["Words explained", "glossary.html"]
    assert [entry[0] for entry in index["entries"]] == [
        "headline", "figure", "figure", "word explained"
    ]  # fmt: skip
    assert index["entries"][-1] == [
        "word explained", 3, "ci", "Confidence interval", "CI. The range."
    ]  # fmt: skip
    assert index["same"] == {"ci": "confidence interval"}
    assert len(index["more"]) == 2


def test_no_word_of_the_index_can_end_its_script():
    wild = replace(TERM, meaning="a</script><b> & c")
    letters = search.a_to_z(anchors_of(PAGE, "sample.html"), LINKS, KNOWN)
    text = search.index_json(anchors_of(PAGE, "sample.html"), LINKS, (wild,), letters)
    assert "<" not in text and "&" not in text
    assert json.loads(text)["entries"][-1][4].endswith("a</script><b> & c")


def test_long_words_are_cut_at_a_blank():
    long = replace(TERM, meaning="word " * 40, also=())
    more = made_index((long,))["entries"][-1][4]
    assert len(more) <= search.LONGEST_TEXT + 2 and more.endswith("word …")


def test_sections_are_those_of_chapters_with_a_page():
    found = search.sections(anchors_of(PAGE, "sample.html"), LINKS)
    assert [(link.id, [h.id for h in headings]) for link, headings in found] == [
        ("sample", ["trends"]), ("later", [])
    ]  # fmt: skip


def search_page() -> str:
    anchors = anchors_of(PAGE, "sample.html")
    letters = search.a_to_z(anchors, LINKS, KNOWN)
    page = search.Search(
        area=geography.area(BARNET),
        edition="2026",
        chapters=LINKS,
        letters=letters,
        sections=search.sections(anchors, LINKS),
        index=search.index_json(anchors, LINKS, (TERM,), letters),
    )
    return search.render_search(page)


def test_without_scripts_the_page_is_a_list_and_shows_no_dead_box():
    soup = soup_of(search_page())
    assert soup.find(id="search").has_attr("hidden")
    assert [a["href"] for a in soup.select(".a-to-z a")] == [
        "sample.html#fig-poverty-trend", "sample.html#cap-sample-table"
    ]  # fmt: skip
    assert soup.select_one(".section-links a").get_text() == "Trends & more – Sample chapter"
    assert soup.find(id="search-status")["aria-live"] == "polite"
    assert soup.find("label", attrs={"for": "query"}).get_text()


# --- glossary ---------------------------------------------------------------------------------


def test_every_term_stands_in_the_words_of_the_project():
    read = [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "cyp_analysis").rglob("*.py")]
    read += (p for p in (ROOT / "data/catalogue").rglob("*.yml") if p.name != glossary.FILE)
    read += (ROOT / "data").glob("catalogue/*.csv")
    text = " ".join(path.read_text(encoding="utf-8") for path in read).lower()
    terms = glossary.read_glossary()
    assert len(terms) >= 60
    absent = [t.term for t in terms if not any(n.lower() in text for n in (t.term, *t.also))]
    # Signs are put together where they are shown, as is the sentence on the largest number.
    assert "largest number behind {kind}" in text
    assert [t for t in absent if t[0] != "["] == ["Largest number behind a difference"]


def test_terms_are_whole_sentences_in_order():
    terms = glossary.read_glossary()
    assert all(t.meaning[0].isupper() and t.meaning.endswith(".") for t in terms)
    letters = [t.term.lower() for t in terms if t.term[0].isalpha()]
    assert letters == sorted(letters)


def test_the_glossary_has_a_target_for_each_link():
    page = glossary.Glossary(
        area=geography.area(BARNET), edition="2026", chapters=LINKS, terms=glossary.read_glossary()
    )
    soup = soup_of(glossary.render_glossary(page))
    ids = {tag["id"] for tag in soup.find_all(id=True)}
    inside = {a["href"][1:] for a in soup.select("dd a, .letters a")}
    assert inside and inside <= ids
    assert soup.find(id="wilson").dt.get_text(" ", strip=True).startswith("Wilson score method")


@pytest.mark.parametrize(
    "entries, fault",
    [
        ([{"id": "a", "term": "A", "meaning": "X.", "see": ["b"]}], "must name another term"),
        ([{"id": "a", "term": "A", "meaning": "X.", "see": ["a"]}], "must name another term"),
        ([{"id": "a", "term": "A"}], "`meaning` must be given"),
        ([{"id": "a", "term": "A", "meaning": "X.", "sees": []}], "`sees` is not a key of Term"),
        (
            [{"id": "a", "term": "A", "meaning": "X."},
             {"id": "b", "term": "B", "meaning": "X.", "also": ["a"]}],
            "each name once",
        ),
    ],
)  # fmt: skip
def test_a_glossary_that_leads_astray_is_refused(tmp_path, entries, fault):
    (tmp_path / glossary.FILE).write_text(yaml.safe_dump(entries))
    with pytest.raises(CatalogueError, match=fault):
        glossary.read_glossary(tmp_path)


# --- accessibility statement ------------------------------------------------------------------

FILLED = """
organisation: Exampleshire Council
website: https://example.gov.uk/needs
email: access@example.gov.uk
phone: 01234 567890
reply_within: 10 working days
statement_prepared: 2026-11-22
statement_reviewed: 2027-02-01
tested_by_people: In January 2027 by our digital team with NVDA.
known_problems: [The map of wards cannot be enlarged.]
"""


def said_by(publisher: statement.Publisher) -> str:
    page = statement.Statement(
        area=geography.area(BARNET), edition="2026", chapters=LINKS, publisher=publisher
    )
    soup = soup_of(statement.render_statement(page))
    return " ".join(soup.main.get_text(" ").split())


def test_an_empty_file_is_said_to_be_incomplete_and_by_whom():
    words = said_by(statement.read_publisher(ROOT / "data"))
    assert "This statement is not complete." in words
    assert (
        "The organisation that publishes these pages has still to give the name of the"
        " organisation, an e-mail address for accessibility problems, the time within which it"
        " answers and the date of the statement."
    ) in words
    assert "No contact has been given yet." in words and "data/site.yml" in words
    assert "No disabled people and no user of a screen reader has tested" in words


def test_a_filled_file_makes_a_whole_statement(tmp_path):
    (tmp_path / statement.FILE).write_text(FILLED)
    words = said_by(statement.read_publisher(tmp_path))
    for part in (
        "They are published by Exampleshire Council.",
        "e-mail access@example.gov.uk",
        "call 01234 567890",
        "We will answer within 10 working days.",
        "This statement was prepared on 22 November 2026. It was last reviewed on 1 February 2027.",
        "In January 2027 by our digital team with NVDA.",
        "The map of wards cannot be enlarged.",
        "Exampleshire Council is committed to making these pages accessible",
    ):
        assert part in words
    assert "not complete" not in words and "No disabled people" not in words


@pytest.mark.parametrize(
    "heading",
    ["Feedback and contact", "Enforcement", "Compliance status", "Non-accessible content",
     "Disproportionate burden", "Preparation of this statement"],
)  # fmt: skip
def test_the_statement_has_the_parts_that_the_law_asks_for(heading):
    words = said_by(statement.Publisher())
    assert heading in words
    assert "Public Sector Bodies (Websites and Mobile Applications) (No. 2)" in words
    assert "partially compliant" in words


@pytest.mark.parametrize(
    "line, fault",
    [
        ("email: nobody", "must be an e-mail address"),
        ("email: a b@c.uk", "must be an e-mail address"),
        ("website: example.gov.uk", "must begin with https://"),
        ("e_mail: a@b.uk", "`e_mail` is not a key of Publisher"),
        ("statement_prepared: soon", "statement_prepared"),
        ("- a list", "must be a mapping of keys"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(tmp_path, line, fault):
    (tmp_path / statement.FILE).write_text(line)
    with pytest.raises(CatalogueError, match=fault):
        statement.read_publisher(tmp_path)


def test_without_the_file_nothing_is_filled_in(tmp_path):
    assert statement.read_publisher(tmp_path) == statement.Publisher()


# --- what `cyp check` says of both files ------------------------------------------------------


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project folder with a glossary of one word; writes a file of it anew."""
    monkeypatch.setenv("CYP_HOME", str(tmp_path))
    (tmp_path / "data/catalogue").mkdir(parents=True)

    def write(name: str, text: str) -> None:
        (tmp_path / "data" / name).write_text(text, encoding="utf-8")

    write("catalogue/glossary.yml", "- {id: a, term: A, meaning: X.}")
    return write


def test_a_sound_project_has_no_problem_around_its_chapters(project):
    assert list(audit.around(None)) == []
    project("site.yml", FILLED)
    assert list(audit.around(None)) == []


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("site.yml", "organistion: X", "Did you mean `organisation`?"),
        ("site.yml", "email: [", "must be valid YAML"),
        ("site.yml", "statement_prepared: 2026-13-45", "month must be in 1..12"),
        ("site.yml", "phone: 01234567", "must be in quotes"),
        ("site.yml", "phone: [1]", "`phone`: Input should be a valid string"),
        ("site.yml", "1: x", "Keys should be strings"),
        ("site.yml", "just words", "must be a mapping of keys"),
        ("catalogue/glossary.yml", "- {id: a, term: A, meening: X.}", "Did you mean `meaning`?"),
        ("catalogue/glossary.yml", "- {id: a, term: '', meaning: X.}", "`term`"),
        ("catalogue/glossary.yml", "- {id: a, term: A, meaning: X., also: ['']}", "`also.0`"),
        ("catalogue/glossary.yml", "- {id: a b, term: A, meaning: X.}", "`id`"),
        ("catalogue/glossary.yml", "words", "must be a list"),
        ("catalogue/glossary.yml", "", "must be a list"),
    ],
)
def test_a_broken_file_around_the_chapters_is_one_listed_error(project, name, text, told):
    project(name, text)
    ((level, thing, problem),) = audit.around(None)
    assert (level, thing) == (audit.ERROR, name.split("/")[-1])
    assert told in problem


def test_both_broken_files_are_listed(project):
    project("site.yml", "x: 1")
    project("catalogue/glossary.yml", "x")
    assert [thing for _, thing, _ in audit.around(None)] == ["glossary.yml", "site.yml"]


def test_a_build_refuses_such_a_file_before_any_work(project):
    project("site.yml", "organistion: X")
    with pytest.raises(CatalogueError, match="`organistion` is not a key of Publisher"):
        check_request(Request(areas=(BARNET,)))


# --- the whole area in one file ---------------------------------------------------------------


class Printed:
    """A printer that keeps what it was asked for."""

    def pdf(self, pages, target, title):
        self.pages, self.title = [page.name for page in pages], title
        target.write_bytes(b"%PDF-")


def test_the_printed_area_ends_with_words_and_statement(tmp_path):
    area = geography.area("E06000046")
    job = bundle.Job(tmp_path, "2026", area, {})
    job.files.mkdir(parents=True)
    printer = Printed()
    made = bundle.write_whole(job, ["index.html", "health.html", "methods.html"], printer)
    assert printer.pages == [
        "index.html", "health.html", "methods.html", "glossary.html", "accessibility.html"
    ]  # fmt: skip
    # A name with an article has it in a sentence.
    assert [file.name for file in made] == [
        "All chapters for the Isle of Wight to print",
        "Everything for the Isle of Wight in one file",
    ]


def test_no_link_leads_out_of_the_archive(edition, tmp_path):
    (archive,) = (edition[0] / "annual" / BARNET / "downloads").glob("*.zip")
    with zipfile.ZipFile(archive) as whole:
        whole.extractall(tmp_path)
    pages = list(tmp_path.rglob("*.html"))
    targets = {
        (page.parent / address).resolve()
        for page in pages
        for address, _ in local_targets(Sheet(page.read_text(encoding="utf-8")))
    }
    assert len(pages) >= 24 and len(targets) > 40
    assert [path for path in targets if not path.is_file()] == []
    assert all(path.is_relative_to(tmp_path.resolve()) for path in targets)


# --- at a glance ------------------------------------------------------------------------------


def outlier(indicator_id: str, outcome: str, excess: float, **more) -> dict:
    side = {"worse": "higher", "better": "lower"}.get(outcome, outcome)
    return {
        "indicator_id": indicator_id, "area_code": BARNET, "period_label": "2024/25",
        "period_end": pd.Timestamp("2025-03-31"), "value": 70.7, "benchmark_area_code": ENGLAND,
        "benchmark_value": 60.0, "side": side, "outcome": outcome, "excess": excess,
        "stands_out": outcome != "similar", "priority": 1, "q_value": 0.01,
    } | more  # fmt: skip


class WithOutliers:
    """An edition of the sample's tables and the outliers given."""

    def __init__(self, rows: list[dict]):
        columns = ["area_code", "indicator_id", "stands_out", "outcome"]
        self.rows = pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)

    def read(self, table: str, **_) -> pd.DataFrame:
        return self.rows if table == "outliers" else SAMPLE[table]


def with_outliers(*rows: dict):
    made = selection()
    made.edition = WithOutliers(list(rows))
    return made


CARE = next(i for i in selection().catalogue.indicators)


def test_the_tiles_count_verdicts_and_name_the_largest_number_of_children():
    made = with_outliers(
        outlier(CARE, "worse", 120.4), outlier(CARE, "better", -900.0), outlier(CARE, "similar", 0)
    )
    lines = glance(made).text.split("\n")
    assert lines[0] == "1 figure significantly worse than England (of 3 latest figures tested)"
    assert lines[1] == "1 figure significantly better than England (of 3 latest figures tested)"
    assert lines[2].startswith("about 120 more")
    assert lines[2].endswith("(the largest number behind a worse figure, 2024/25)")


def test_none_worse_is_said_as_nought_and_none_higher_is_not_said():
    lines = glance(with_outliers(outlier(CARE, "better", -3.0))).text.split("\n")
    assert lines[0] == "0 figures significantly worse than England (of one figure tested)"
    assert not any("neither is better" in line for line in lines)


def test_without_a_test_there_is_no_tile():
    made = with_outliers()
    assert glance(made).html == "" and standing(made, "worse", {}).html == ""


def test_the_lists_link_to_the_figure_and_stop_at_a_few():
    made = with_outliers(*(outlier(CARE, "worse", 5.0) for _ in range(FEW + 2)))
    soup = soup_of(standing(made, "worse", {CARE: "care.html#fig"}).html)
    assert len(soup.find_all("li")) == FEW
    assert soup.a["href"] == "care.html#fig"
    assert re.search(r"70\.7.*; England 60\.0.*; 2024/25", soup.li.span.get_text())
    assert soup_of(standing(made, "worse", {}).html).a is None
    assert standing(made, "better", {}).html == ""


# --- sparks -----------------------------------------------------------------------------------


def test_the_line_runs_from_first_to_last_between_lowest_and_highest():
    svg = soup_of(sparks.spark_line([0, 5, 10], [1.0, 3.0, 2.0])).svg
    points = [tuple(map(float, p.split(","))) for p in svg.polyline["points"].split()]
    assert points == [(4.0, 30.0), (60.0, 4.0), (116.0, 17.0)]
    assert (svg.circle["cx"], svg.circle["cy"]) == ("116.0", "17.0")
    assert svg["aria-hidden"] == "true"


def test_a_level_line_lies_in_the_middle():
    assert 'points="4.0,17.0 116.0,17.0"' in sparks.spark_line([0, 1], [5.0, 5.0])


def series(values: list[float], published: str = "2025-11-20") -> pd.DataFrame:
    """Rows of the sample's first indicator for years that end on 31 March."""
    row = SAMPLE["indicators"].query("area_code == @BARNET").iloc[0]
    years = range(2020, 2020 + len(values))
    return pd.DataFrame([
        row.to_dict() | {"indicator_id": CARE, "value": value, "period_label": f"{year}",
               "period_start": pd.Timestamp(f"{year}-04-01") - pd.DateOffset(years=1),
               "period_end": pd.Timestamp(f"{year}-03-31"), "category_type": "",
               "source_published": pd.Timestamp(published), "sex": "persons"}
        for year, value in zip(years, values, strict=True)
    ])  # fmt: skip


def around_of(rows: pd.DataFrame) -> Around:
    return Around(selection(rows), LINKS, ())


def chapter(**more):
    entry = selection().catalogue.chapters["sample"]
    return replace(entry, lead=(), indicators=(CARE,), **more)


def test_the_sentence_says_first_and_last_value():
    made = around_of(series([60.04, float("nan"), 65.0, 70.7]))
    found = front.sparks_of(made, [chapter()])["sample"]
    assert re.search(r": from 60\.0\S* \(2020\) to 70\.7\S* \(2023\)\.$", found.sentence)


@pytest.mark.parametrize(
    "rows", [series([60.0, 61.0]), series([1.0, 2.0, 3.0], published="2019-01-01")]
)
def test_two_periods_or_a_projection_are_no_trend(rows):
    assert front.sparks_of(around_of(rows), [chapter()]) == {}


def test_each_chapter_has_a_spark_of_its_own_and_the_first_chooses_last():
    made = around_of(series([60.0, 61.0, 62.0]))
    first, later = chapter(), chapter(id="later")
    assert list(front.sparks_of(made, [first, later])) == ["later"]
    assert front.sparks_of(made, [chapter(id="absent")]) == {}
    assert front.sparks_of(made, [replace(first, whole_catalogue=True)]) == {}


def test_the_newest_figure_of_a_chapter_is_no_projection():
    usual = selection().catalogue.chapters["sample"]
    ids = [i.id for i in selection().catalogue.chapter_indicators("sample")]
    rows = series([1.0, 2.0]).assign(indicator_id=ids[0])
    ahead = rows.assign(source_published=pd.Timestamp("2020-12-01"))
    assert front.newest_of(around_of(rows), usual) == "Newest figure: 2021"
    assert front.newest_of(around_of(ahead), usual) == "Newest figure: 2020"
    assert front.newest_of(around_of(rows.head(0)), usual) == ""
    assert front.newest_of(around_of(rows), replace(usual, whole_catalogue=True)) == ""


# --- front page -------------------------------------------------------------------------------


def index(**more) -> Index:
    spark = sparks.Spark(
        "care",
        Html('<svg aria-hidden="true"></svg>'),
        "Care: from 1 (2020) to 2 (2022).",
        "a.html#f",
    )
    card = Card(
        "1", "A", "Why?", "a.html", headline="It is so.", newest="Newest: 2025", spark=spark
    )
    return Index("Exampleshire", "E99000001", "2026", (card,), **more)


def test_a_card_has_headline_spark_and_newest_period():
    card = soup_of(render_index(index())).select_one(".card")
    assert " ".join(card.get_text(" ").split()) == (
        "1 A Why? It is so. Care: from 1 (2020) to 2 (2022). Newest: 2025"
    )
    assert card.select_one(".card-spark a")["href"] == "a.html#f"


def test_the_page_shows_what_there_is_and_no_empty_heading():
    parts = front.Front(Html("<ul><li>9</li></ul>"), Html("<p>w</p>"), Html(""), Html(""))
    pages = (AreaLink("What stands out", "outliers.html", "One differs."),)
    soup = soup_of(render_index(index(front=parts, pages=pages, edition_href="../index.html")))
    heads = [h.get_text() for h in soup.find_all(["h2", "h3"])]
    assert heads == ["At a glance", "Significantly worse", "Chapters", "1 A"]
    assert soup.select_one(".ways li").get_text(" ", strip=True) == "What stands out One differs."
    assert soup.select_one(".edition-link a")["href"] == "../index.html"
    assert "At a glance" not in render_index(index())


def test_the_search_box_of_the_front_page_works_without_a_script():
    form = soup_of(render_index(index())).find("form")
    assert form["action"] == "search.html" and form.find("input")["name"] == "q"
    assert form.find("label")["for"] == form.find("input")["id"]


# --- areas and editions -----------------------------------------------------------------------


def test_an_edition_lists_its_areas(tmp_path):
    named = [(geography.area(code), "Newest: 2025.") for code in (ENGLAND, BARNET)]
    soup = soup_of(areas.write_areas(tmp_path, "2026", named).read_text("utf-8"))
    assert [(a.get_text(), a["href"]) for a in soup.select(".ways a")] == [
        ("Barnet", f"{BARNET}/index.html"), ("England", f"{ENGLAND}/index.html")
    ]  # fmt: skip
    assert soup.select_one(".ways span").get_text() == "Newest: 2025."
    assert soup.select_one(".edition-link a")["href"] == "../editions.html"
    assert {a["href"] for a in soup.footer.select("a")} == {
        f"{ENGLAND}/glossary.html", f"{ENGLAND}/accessibility.html"
    }  # fmt: skip


def test_many_areas_are_set_out_by_region():
    codes = geography.members(ENGLAND)[:20]
    named = [geography.area(code) for code in (*codes, ENGLAND, NORTH_EAST)]
    lists = areas.by_region([(a, areas.Place(a.name, a.code, "x")) for a in named])
    assert lists[0][0] == "England and its regions"
    assert [p.name for p in lists[0][1]] == ["England", "North East"]
    assert sum(len(places) for _, places in lists) == 22
    assert [name for name, _ in lists[1:]] == sorted(name for name, _ in lists[1:])


def edition_at(outputs, name: str, created: str = "", pages=("index.html",)) -> None:
    (outputs / name).mkdir(parents=True)
    (outputs / name / "indicators.parquet").touch()
    for page in pages:
        (outputs / name / page).parent.mkdir(exist_ok=True)
        (outputs / name / page).touch()
    if created:
        (outputs / name / "receipt.json").write_text(json.dumps({"created": created}))


def test_the_editions_are_listed_newest_first(tmp_path, monkeypatch):
    monkeypatch.setenv("CYP_OUTPUTS", str(tmp_path))
    edition_at(tmp_path, "old one", pages=(f"{BARNET}/index.html",))
    edition_at(tmp_path, "new", "2026-11-22T12:57:33+00:00", ("index.html", f"{BARNET}/index.html"))
    edition_at(tmp_path, "bare", pages=())
    soup = soup_of(areas.write_editions(tmp_path).read_text("utf-8"))
    told = {li.get_text(" ", strip=True): li.a and li.a["href"] for li in soup.select(".ways li")}
    assert told == {
        "new made on 22 November 2026, 1 area": "new/index.html",
        "old one 1 area": f"old%20one/{BARNET}/index.html",
        "bare 0 areas": None,
    }


# --- the shell --------------------------------------------------------------------------------


def test_every_page_has_an_icon_of_its_own_and_asks_for_none():
    icon = soup_of(search_page()).find("link", rel="icon")
    assert icon["href"].startswith("data:image/svg+xml,")


def test_a_page_that_breaks_a_rule_is_named(tmp_path):
    page = replace(index(), front=front.Front(verdicts=Html('<p id="a"></p><p id="a"></p>')))
    with pytest.raises(ChapterError, match=r"front page \(E99000001\): a page must be accessible"):
        render("area.html.j2", "front page (E99000001)", page=page)


def test_the_notice_of_a_project_is_on_every_page(tmp_path, monkeypatch):
    (tmp_path / "data" / "catalogue").mkdir(parents=True)
    monkeypatch.setenv("CYP_HOME", str(tmp_path))
    assert Shell().notice == ""
    (paths.data_dir() / "notice.txt").write_text("Invented.\n")
    assert Shell().notice == "Invented."


def test_dates_in_site_yml_are_dates(tmp_path):
    (tmp_path / statement.FILE).write_text("statement_prepared: 2026-11-22\n")
    assert statement.read_publisher(tmp_path).statement_prepared == date(2026, 11, 22)
