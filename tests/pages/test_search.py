"""The search page in a real browser: what is asked is found, announced, and linked rightly."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from test_site import search_page

from pages.browsing import violations


@pytest.fixture(scope="module")
def search_tab(browser, tmp_path_factory):
    path = tmp_path_factory.mktemp("search") / "search.html"
    path.write_text(search_page(), encoding="utf-8")
    tab = browser.new_page()
    tab.problems = []
    tab.on("console", lambda said: tab.problems.append(said.text))
    tab.on("pageerror", lambda error: tab.problems.append(str(error)))
    yield tab, path.as_uri()
    tab.close()


@pytest.mark.parametrize(
    "asked, said, first",
    [
        ("poverty 25th", "1 result for “poverty 25th”.", "sample.html#fig-poverty-compare"),
        ("HOMES", "1 result for “HOMES”.", "sample.html#cap-sample-table"),
        ("ci", "3 results for “ci”.", "glossary.html#ci"),
        ("later", "1 result for “later”.", "later.html"),
        ("zebra", "Nothing found for “zebra”. Try one word of it, or look in the list below.", ""),
        ("   ", "", ""),
    ],
)
def test_what_is_asked_is_found_and_announced(search_tab, asked, said, first):
    tab, address = search_tab
    tab.goto(address)
    tab.fill("#query", asked)
    tab.press("#query", "Enter")
    links = tab.locator("#results a")
    if asked != "ci":
        assert tab.inner_text("#search-status") == said
    assert (links.first.get_attribute("href") if links.count() else "") == first
    assert tab.problems == []


def test_the_box_of_the_front_page_hands_its_words_over(search_tab):
    tab, address = search_tab
    tab.goto(f"{address}?q=trends")
    assert tab.input_value("#query") == "trends"
    assert tab.locator("#results a").first.get_attribute("href") == "sample.html#trends"


@pytest.mark.parametrize(("scripts", "seen"), [(True, True), (False, False)])
def test_the_box_has_its_place_before_the_script_runs(browser, tmp_path, scripts, seen):
    """Else what is below it would move; where no script will ever run there is no box."""
    page = tmp_path / "search.html"
    text = re.sub(r"<script>.*?</script>", "", search_page(), flags=re.DOTALL)
    page.write_text(text, encoding="utf-8")
    context = browser.new_context(java_script_enabled=scripts)
    tab = context.new_page()
    tab.goto(page.as_uri())
    assert tab.locator("#query").is_visible() is seen
    context.close()


def test_results_appear_while_typing_and_go_with_the_words(search_tab):
    tab, address = search_tab
    tab.goto(address)
    tab.locator("#query").press_sequentially("homes")
    tab.wait_for_selector("#results a")
    tab.fill("#query", "")
    tab.locator("#results a").first.wait_for(state="detached")
    assert tab.inner_text("#search-status") == ""


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing_among_results(browser, search_tab, width, scheme):
    _, address = search_tab
    tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab.goto(f"{address}?q=poverty")
    found, _ = violations(tab)
    across = tab.evaluate("document.documentElement.scrollWidth")
    tab.close()
    assert found == [] and across <= width


@pytest.fixture(scope="session")
def barnet(edition):
    return edition[0] / "annual" / "E09000003"


def soup_of(path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_every_place_that_search_knows_is_on_its_page(barnet):
    soup = soup_of(barnet / "search.html")
    index = json.loads(soup.find(id="search-index").string)
    wanted = {f"{index['pages'][page][1]}#{name}" for _, page, name, _, _ in index["entries"]}
    wanted |= {a["href"] for a in soup.select(".a-to-z a, .section-links a")}
    assert len(soup.select(".a-to-z li")) == len(index["more"]) > 100
    pages = {href.partition("#")[0] for href in wanted}
    ids = {page: {t["id"] for t in soup_of(barnet / page).find_all(id=True)} for page in pages}
    lost = [href for href in wanted if href.partition("#")[2] not in ids[href.partition("#")[0]]]
    assert lost == []


def test_search_is_light_enough_for_an_e_mail(barnet):
    assert (barnet / "search.html").stat().st_size <= 300_000


def test_every_figure_of_the_edition_can_be_searched_for(barnet):
    index = json.loads(soup_of(barnet / "search.html").find(id="search-index").string)
    known = {(index["pages"][page][1], name) for _, page, name, _, _ in index["entries"]}
    for path in barnet.glob("*.html"):
        if path.stem not in ("outliers", "changes"):
            for figure in soup_of(path).find_all("figure"):
                assert (path.name, figure["id"]) in known


def test_the_front_page_counts_as_the_page_of_what_stands_out_does(barnet):
    front, page = soup_of(barnet / "index.html"), soup_of(barnet / "outliers.html")
    better = front.select_one("#at-a-glance ~ .tiles li:nth-child(2) strong").get_text()
    heads = [h.get_text() for h in page.find_all("h2")]
    rows = page.find_all("table")[heads.index("Better")].tbody.find_all("tr")
    assert int(better) == len(rows) == 1
    sparks = front.select(".card-spark")
    assert sparks and all(p.find("svg")["aria-hidden"] == "true" for p in sparks)
    assert all(" from " in p.get_text() and " to " in p.get_text() for p in sparks)
