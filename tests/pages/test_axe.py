"""The sample chapter and front page in a real browser: axe, keyboard, reflow, network."""

import pytest

from cyp_analysis.publish.page import render_page
from cyp_analysis.publish.site import render_index, write_atomic
from pages.browsing import violations
from pages.sample import sample_cells, sample_index, sample_page, write_notebook

PAGES = ("chapter", "index")
_SCROLLED = """e => new Promise(done => {
  const look = () => e.scrollLeft > 0 ? done() : requestAnimationFrame(look);
  look();
})"""


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    notebook = write_notebook(folder / "chapter.ipynb", sample_cells())
    write_atomic(folder / "chapter.html", render_page(notebook, sample_page()))
    write_atomic(folder / "index.html", render_index(sample_index()))
    return {name: (folder / f"{name}.html").as_uri() for name in PAGES}


@pytest.fixture
def visit(browser, addresses):
    opened = []

    def visit(name, width=1280, scheme="light"):
        viewport = {"width": width, "height": 800}
        tab = browser.new_page(viewport=viewport, color_scheme=scheme)
        opened.append(tab)
        tab.requests = []
        tab.on("request", lambda request: tab.requests.append(request.url))
        tab.goto(addresses[name])
        return tab

    yield visit
    for tab in opened:
        tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, name, width, scheme):
    tab = visit(name, width, scheme)
    found, passed = violations(tab)
    assert found == []
    assert passed > 15


@pytest.mark.parametrize("name", PAGES)
def test_first_tab_focuses_the_skip_link_in_sight(visit, name):
    tab = visit(name)
    tab.keyboard.press("Tab")
    focused = tab.locator(":focus")
    assert focused.inner_text() == "Skip to main content"
    assert focused.bounding_box()["y"] >= 0
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("name", PAGES)
def test_no_sideways_scroll_at_320_pixels(visit, name):
    tab = visit(name, 320)
    tab.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_wide_table_scrolls_inside_a_region_that_takes_focus(visit):
    tab = visit("chapter", 320)
    region = tab.locator(".table-scroll").last
    assert region.evaluate("e => e.scrollWidth > e.clientWidth")
    region.focus()
    tab.keyboard.press("ArrowRight")
    region.evaluate(_SCROLLED)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_but_the_page_is_fetched(visit, addresses, name):
    assert visit(name).requests == [addresses[name]]


@pytest.mark.parametrize("name", PAGES)
def test_targets_outside_sentences_are_24_pixels_high(visit, name):
    tab = visit(name, 320)
    small = tab.evaluate(
        """() => [...document.querySelectorAll('summary, nav a, h3 a, footer a, header a')]
        .filter(e => e.getBoundingClientRect().height < 24).map(e => e.textContent)"""
    )
    assert small == []


def test_focus_is_visible_on_every_stop(visit):
    tab = visit("chapter")
    for _ in range(25):
        tab.keyboard.press("Tab")
        width = tab.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        at_end = tab.evaluate("document.activeElement === document.body")
        assert at_end or width >= 2


def test_prints_on_a4_without_navigation(visit):
    tab = visit("chapter")
    tab.emulate_media(media="print")
    assert not tab.locator("nav.chapters").is_visible()
    assert tab.locator("h1").is_visible()
    assert tab.pdf(prefer_css_page_size=True).startswith(b"%PDF")
