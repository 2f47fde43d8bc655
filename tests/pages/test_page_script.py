"""The script of every page in a real browser: comparators, sorting, paper, links to what is folded;
and the same page without scripts."""

import re
from pathlib import Path

import nbformat
import pytest

from cyp_analysis.present import figures, markup, tables
from cyp_analysis.present.choosing import Choice
from cyp_analysis.present.markup import Html
from cyp_analysis.present.tables import Column, Table
from cyp_analysis.publish import page as publishing
from cyp_analysis.publish.page import render_page
from pages.sample import html_cell, sample_page, write_notebook

SCRIPT = Path(publishing.TEMPLATES / "cyp" / "page.js").read_text(encoding="utf-8")
WORSE, BETTER = markup.verdict("worse", "higher"), markup.verdict("better", "lower")
SIMILAR = markup.verdict("similar", "similar")
COLUMNS = (
    Column("Authority", heads_row=True),
    Column("Period"),
    Column("Value (%)", numeric=True),
    Column("Cost", numeric=True),
    Column("Verdict against North"),
    Column("Verdict against England"),
)
ROWS = (
    ("England", "2016", "17.0", "£1.2 million", "benchmark", "benchmark"),
    ("Ashmoor", "31 March 2024", "1,250.5", "about £900", WORSE, SIMILAR),
    ("Beckford", "2 March 2024", "−3.5", "[c]", BETTER, WORSE),
    ("Carrow", "2023/24", "[c]", "£2 million", SIMILAR, BETTER),
    ("Danesby", "April 2024", "9.1", "£0", BETTER, BETTER),
    ("Total", "2016", "99.0", "£5", SIMILAR, SIMILAR),
)
NEIGHBOURS = ("benchmark", SIMILAR, SIMILAR, WORSE, SIMILAR, WORSE)
CHOICE = Choice(
    ("North", "England", "Statistical neighbours"),
    ("Verdict against North",),
    tuple(((row[4],), (row[5],), (near,)) for row, near in zip(ROWS, NEIGHBOURS, strict=True)),
    ("Verdict against England",),
    "Verdict against ",
)
NAMES = [row[0] for row in ROWS]


def ranking(**changes) -> Table:
    return Table(**({"caption": "In order", "columns": COLUMNS, "rows": ROWS} | changes))


def cells() -> list[nbformat.NotebookNode]:
    figure = figures.Figure(
        "fig-a", "A title", "A subtitle", Html("<svg role='img' aria-label='Ashmoor 9 of 10 in "
        "2024'></svg>"), "alt", ranking(choice=None), "Source: x."
    )  # fmt: skip
    few = ranking(caption="Few", rows=ROWS[:3])
    return [
        html_cell("<h2>Tables</h2>"),
        html_cell(tables.block(ranking(choice=CHOICE), "cap-a").html),
        html_cell(tables.block(few, "cap-few").html),
        html_cell(figures.block(figure).html),
    ]


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("script")
    notebook = write_notebook(folder / "page.ipynb", cells())
    page = folder / "page.html"
    page.write_text(render_page(notebook, sample_page()), encoding="utf-8")
    return page.as_uri()


@pytest.fixture
def open_page(browser, address):
    opened = []

    def open_page(anchor="", **options):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        opened.append(context)
        tab = context.new_page()
        tab.said = []
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.goto(address + anchor)
        return tab

    yield open_page
    for context in opened:
        context.close()


def column(tab, place: int, table: str = "#cap-a-table") -> list[str]:
    return [
        text.strip()
        for text in tab.locator(f"{table} tbody tr > :nth-child({place})").all_inner_texts()
    ]


def sort(tab, header: str, table: str = "#cap-a-table") -> list[str]:
    tab.locator(table).get_by_role("button", name=header).click()
    return column(tab, 1, table)


def test_the_script_is_small_and_asks_nobody():
    assert len(SCRIPT.encode()) <= 8_000
    assert '"use strict"' in SCRIPT
    forbidden = r"fetch|eval|XMLHttpRequest|import\b|Function\(|innerHTML|document\.write|https?:"
    assert not re.search(forbidden, SCRIPT)


def test_the_page_has_the_script_once_and_no_other(open_page):
    tab = open_page()
    assert tab.locator("script").count() == 1
    assert tab.locator("script[src]").count() == 0
    assert tab.said == []


def test_a_reader_chooses_whom_to_compare_with(open_page):
    tab = open_page()
    select = tab.get_by_label("Compare with in the table: In order")
    options = select.locator("option").all_inner_texts()
    assert options == ["North", "England", "Statistical neighbours"]
    first = ["benchmark", "▲ Higher, worse", "▼ Lower, better", "● Similar", "▼ Lower, better"]
    assert column(tab, 5)[:5] == first
    select.select_option(label="England")
    assert column(tab, 5)[1:4] == ["● Similar", "▲ Higher, worse", "▼ Lower, better"]
    assert tab.locator("#cap-a-table th").nth(4).inner_text() == "Verdict against England"
    select.select_option(label="Statistical neighbours")
    assert column(tab, 5)[3] == "▲ Higher, worse"
    assert tab.locator("[role=status]").inner_text() == "Compared with Statistical neighbours"
    select.select_option(label="North")
    assert column(tab, 5)[:5] == first
    assert tab.said == []


def test_the_column_that_the_list_makes_needless_is_folded_away(open_page):
    tab = open_page()
    assert not tab.locator("#cap-a-table th").nth(5).is_visible()
    assert tab.locator("#cap-few").locator("xpath=..").locator("th").nth(5).is_visible()


def test_the_keyboard_alone_chooses(open_page):
    tab = open_page()
    tab.locator("select").focus()
    tab.keyboard.press("ArrowDown")
    assert tab.locator("#cap-a-table th").nth(4).inner_text() == "Verdict against England"


def test_choosing_follows_the_rows_after_sorting(open_page):
    tab = open_page()
    sort(tab, "Authority")
    sort(tab, "Authority")
    tab.locator("select").select_option(label="England")
    assert dict(zip(column(tab, 1), column(tab, 5), strict=True))["Beckford"] == "▲ Higher, worse"


@pytest.mark.parametrize(
    ("header", "up", "down"),
    [
        (
            "Value",
            ["Beckford", "Danesby", "England", "Ashmoor", "Carrow", "Total"],
            ["Ashmoor", "England", "Danesby", "Beckford", "Carrow", "Total"],
        ),
        (
            "Cost",
            ["Danesby", "Ashmoor", "England", "Carrow", "Beckford", "Total"],
            ["Carrow", "England", "Ashmoor", "Danesby", "Beckford", "Total"],
        ),
        (
            "Period",
            ["England", "Carrow", "Beckford", "Ashmoor", "Danesby", "Total"],
            ["Danesby", "Ashmoor", "Beckford", "Carrow", "England", "Total"],
        ),
        (
            "Authority",
            ["Ashmoor", "Beckford", "Carrow", "Danesby", "England", "Total"],
            ["England", "Danesby", "Carrow", "Beckford", "Ashmoor", "Total"],
        ),
    ],
)
def test_a_header_sorts_its_column_both_ways(open_page, header, up, down):
    tab = open_page()
    assert sort(tab, header) == up
    assert sort(tab, header) == down
    assert tab.said == []


def test_rows_that_are_alike_keep_their_order(open_page):
    tab = open_page()
    sort(tab, "Verdict")
    names = column(tab, 1)
    assert names.index("Beckford") < names.index("Danesby")


def test_a_header_says_how_its_column_is_sorted_and_only_one_does(open_page):
    tab = open_page()
    heads = tab.locator("#cap-a-table th[aria-sort]")
    assert heads.count() == 0
    sort(tab, "Value")
    assert heads.first.get_attribute("aria-sort") == "ascending"
    sort(tab, "Value")
    assert heads.first.get_attribute("aria-sort") == "descending"
    sort(tab, "Authority")
    assert heads.count() == 1 and heads.inner_text() == "Authority"


def test_enter_on_a_header_sorts(open_page):
    tab = open_page()
    tab.locator("#cap-a-table th button").first.focus()
    tab.keyboard.press("Enter")
    assert column(tab, 1)[0] == "Ashmoor"


def test_a_short_table_has_nothing_to_sort(open_page):
    tab = open_page()
    assert tab.locator("table:has(#cap-few) button").count() == 0


def test_everything_is_open_on_paper_and_folded_again_afterwards(open_page):
    tab = open_page()
    closed = "document.querySelectorAll('main details:not([open])').length"
    assert tab.evaluate(closed) == 1
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert tab.evaluate(closed) == 0
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert tab.evaluate(closed) == 1


def test_a_link_opens_what_it_leads_into(open_page):
    tab = open_page("#cap-fig-a")
    assert tab.locator("#cap-fig-a").is_visible()
    tab = open_page()
    assert not tab.locator("#cap-fig-a").is_visible()
    tab.evaluate("location.hash = 'cap-fig-a'")
    tab.locator("details[open] #cap-fig-a").wait_for()
    assert tab.said == []


def test_a_link_to_nothing_is_no_error(open_page):
    assert open_page("#nowhere").said == []


def test_each_figure_and_table_has_its_address(open_page):
    tab = open_page()
    links = tab.locator(".deep-link")
    names = [" ".join(text.split()) for text in links.all_text_contents()]
    assert names == [
        "Link to this table: In order",
        "Link to this table: Few",
        "Link to this figure: A title",
    ]
    for link in links.all():
        assert tab.locator(link.get_attribute("href")).count() == 1


def test_without_scripts_the_default_is_shown_and_no_dead_control(open_page):
    tab = open_page(java_script_enabled=False)
    assert not tab.locator("select").is_visible()
    assert tab.locator("button").count() == 0
    heads = tab.locator("#cap-a-table th")
    assert heads.nth(4).inner_text() == "Verdict against North"
    assert heads.nth(5).is_visible()


def test_nothing_moves_when_the_script_runs(browser, address):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "entry => { window.moved += entry.value })).observe({type: 'layout-shift', buffered: true})"
    )
    tab.goto(address)
    tab.wait_for_timeout(200)
    assert tab.evaluate("window.moved") == 0
    tab.close()


def test_on_paper_there_is_no_control_and_what_is_folded_is_shown(open_page):
    tab = open_page(color_scheme="dark")
    tab.emulate_media(media="print")
    assert not tab.locator("select").is_visible()
    assert not tab.locator(".deep-link").first.is_visible()
    assert tab.locator("#cap-a-table th").nth(5).is_visible()
    assert tab.locator("#cap-fig-a").locator("xpath=../..").bounding_box()["height"] > 0
    paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"


def test_what_was_chosen_is_what_is_printed(open_page):
    tab = open_page()
    tab.locator("select").select_option(label="England")
    tab.emulate_media(media="print")
    shown = [head for head in tab.locator("#cap-a-table th").all() if head.is_visible()]
    texts = [head.inner_text() for head in shown]
    assert texts.count("Verdict against England") == 1
