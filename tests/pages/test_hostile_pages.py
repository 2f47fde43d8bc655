"""Hostile texts in a real browser: nothing runs, nothing is fetched, and every text is shown as it
was given; and the Content-Security-Policy, which would stop what came through all the same."""

import json
import re

import pytest
from hostile import LONG, strings
from hostile_pages import (
    action_page,
    chart_page,
    front_pages,
    named_page,
    shown,
    table_page,
    words_page,
)

from cyp_analysis.publish import checks
from cyp_analysis.publish.page import render_page
from cyp_analysis.publish.site import render_index
from pages.sample import html_cell, sample_cells, sample_index, sample_page, write_notebook

# At a time on a page; so many texts every day, and so many at full size.
BATCH, DAILY, FULL = 120, 240, 2400
_SHOWN = """wanted => Object.entries(wanted).map(([selector, texts]) => {
  const found = [...document.querySelectorAll(selector)].map(e =>
    e.textContent.replace(/^(Data table: )?/, '').split(/\\s+/u).filter(Boolean).join(' '));
  const left = new Map();
  found.forEach(text => left.set(text, (left.get(text) || 0) + 1));
  const lost = texts.filter(text => {
    const clean = text.split(/\\s+/u).filter(Boolean).join(' ');
    left.set(clean, (left.get(clean) || 0) - 1);
    return left.get(clean) < 0;
  });
  return [selector, texts.length, lost];
})"""
_LOOSE = """() => [...document.querySelectorAll('*')].flatMap(e => [
  ...[...e.attributes].filter(a => /^on/i.test(a.name)).map(a => `${e.tagName} ${a.name}`),
  ...[...e.attributes].filter(a => ['href', 'src', 'action', 'xlink:href'].includes(a.name)
    && /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data:text)/i.test(a.value))
    .map(a => `${e.tagName} ${a.value}`),
  ...(/^(IFRAME|OBJECT|EMBED|BASE|VIDEO|AUDIO|IMG|MATH|PLAINTEXT|NOSCRIPT)$/i.test(e.tagName)
    ? [e.tagName] : []),
])"""


@pytest.fixture
def guarded(browser, tmp_path):
    """Opens the HTML of a page in a tab that keeps what ran, was asked for or complained of."""
    tab = browser.new_page()
    wrong: list[str] = []
    tab.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
    tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("popup", lambda popup: wrong.append("a window opened"))
    tab.on("download", lambda file: wrong.append("a download began"))

    def open_page(html: str, name: str = "page.html"):
        path = tmp_path / name
        path.write_text(html, encoding="utf-8")
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        wrong.clear()
        tab.goto(path.as_uri())
        tab.asked = [u for u in asked if u != path.as_uri() and not u.startswith("data:")]
        tab.wrong = wrong
        return tab

    yield open_page
    tab.close()


@pytest.fixture(autouse=True)
def _paths_allowed(monkeypatch):
    """The rules that refuse a page whose words look like a path of the machine or a program's own:
    here they would only keep a page from being opened."""
    kept = tuple(rule for rule in checks.RULES if rule.name not in ("machine", "program"))
    monkeypatch.setattr(checks, "RULES", kept)


def assert_harmless(tab) -> None:
    assert tab.evaluate("typeof window.__ran") == "undefined"
    assert tab.evaluate(_LOOSE) == []
    assert tab.asked == [] and tab.wrong == []


def assert_shown(tab, wanted: dict) -> int:
    found = tab.evaluate(_SHOWN, wanted)
    assert [(selector, lost[:3]) for selector, _, lost in found if lost] == []
    return sum(number for _, number, _ in found)


def batches(texts: list[str]) -> list[list[str]]:
    return [texts[n : n + BATCH] for n in range(0, len(texts), BATCH)]


def whole(texts: list[str]) -> list[str]:
    """Texts that a table can hold: no half of a character."""
    return [text for text in texts if not re.search("[\ud800-\udfff]", text)]


def open_all(guarded, tmp_path, texts: list[str]) -> int:
    """Every text in every place; how many places were read back."""
    places = 0
    for some in batches(texts):
        pages = [make(tmp_path, whole(some)) for make in (table_page, words_page, action_page)]
        for html, wanted in [*pages, *front_pages(some)]:
            tab = guarded(html)
            assert_harmless(tab)
            places += assert_shown(tab, wanted)
    return places


def test_hostile_texts_run_nowhere_and_are_shown_as_they_are(guarded, tmp_path):
    assert open_all(guarded, tmp_path, strings(DAILY)) > 10 * DAILY


@pytest.mark.slow
def test_two_thousand_hostile_texts_run_nowhere(guarded, tmp_path):
    assert open_all(guarded, tmp_path, strings(FULL)) > 10 * FULL


@pytest.mark.parametrize("number", range(0, 268, 12))
def test_hostile_names_of_areas_chapters_and_editions(guarded, tmp_path, number):
    html, wanted = named_page(tmp_path, whole(strings(268))[number % 260])
    tab = guarded(html)
    assert_harmless(tab)
    assert_shown(tab, wanted)


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:6])
def test_a_text_of_100_kilobytes(guarded, tmp_path, text):
    for make in (table_page, words_page, action_page):
        html, wanted = make(tmp_path, [text])
        tab = guarded(html)
        assert_harmless(tab)
        assert_shown(tab, wanted)


def test_hostile_words_in_charts(guarded, tmp_path):
    texts = [text for text in whole(strings(268))[::3] if shown(text)]
    html, drawn = chart_page(tmp_path, texts)
    tab = guarded(html)
    assert_harmless(tab)
    labels = tab.evaluate("[...document.querySelectorAll('svg text')].map(e => e.textContent)")
    seen = {shown(label) for label in labels}
    assert [text for text in texts if shown(text) not in seen and "\n" not in text] == []
    for name, svg in drawn.items():
        tab = guarded(svg, f"{name}.svg")
        assert tab.evaluate("typeof window.__ran") == "undefined"
        assert tab.asked == [] and tab.wrong == []


def test_the_index_of_the_search_is_data_whatever_it_holds(guarded):
    _, (html, _), _ = front_pages(strings(DAILY))[2:]
    tab = guarded(html)
    index = json.loads(tab.locator("#search-index").text_content())
    assert len(index["more"]) == DAILY
    tab.fill("#query", "script")
    tab.press("#query", "Enter")
    assert tab.locator("#results li").count() > 5
    assert_harmless(tab)


# --- the policy of the page ---------------------------------------------------------------------


@pytest.fixture
def chapter(tmp_path) -> str:
    return render_page(write_notebook(tmp_path / "x.ipynb", sample_cells()), sample_page())


def test_a_page_works_under_its_policy_and_has_nothing_to_complain_of(guarded, chapter):
    tab = guarded(chapter)
    tab.locator("#cap-rank").locator("..").locator("th button").nth(1).click()
    assert tab.locator("th[aria-sort=ascending]").count() == 1
    assert tab.wrong == []
    assert tab.evaluate("document.querySelectorAll('script').length") == 1


@pytest.mark.parametrize(
    "planted",
    [
        "<script>window.__ran = 1</script>",
        "<img src=x onerror='window.__ran = 1'>",
        "<svg onload='window.__ran = 1'></svg>",
        "<details open ontoggle='window.__ran = 1'>x</details>",
        "<iframe srcdoc='<script>parent.__ran = 1</script>'></iframe>",
        "<script src='data:text/javascript,window.__ran=1'></script>",
    ],
)
def test_what_is_planted_in_a_page_does_not_run(guarded, chapter, planted):
    tab = guarded(chapter.replace("</main>", f"{planted}</main>"))
    tab.wait_for_timeout(50)
    assert tab.evaluate("typeof window.__ran") == "undefined"
    assert any("Content Security Policy" in said for said in tab.wrong), tab.wrong


def test_without_its_policy_the_planted_script_would_run(guarded, chapter):
    bare = re.sub(r"<meta http-equiv[^>]*>", "", chapter)
    tab = guarded(bare.replace("</main>", "<script>window.__ran = 1</script></main>"))
    assert tab.evaluate("window.__ran") == 1


@pytest.mark.parametrize(
    "planted",
    [
        "<img src='http://hostile.invalid/x.png'>",
        "<link rel=stylesheet href='http://hostile.invalid/x.css'>",
        "<style>body { background: url(http://hostile.invalid/x.png) }</style>",
        "<iframe src='http://hostile.invalid/'></iframe>",
        "<object data='http://hostile.invalid/'></object>",
        "<video src='http://hostile.invalid/x.mp4'></video>",
        "<script src='http://hostile.invalid/x.js'></script>",
    ],
)
def test_nothing_planted_is_fetched(guarded, chapter, planted):
    tab = guarded(chapter.replace("</main>", f"{planted}</main>"))
    tab.wait_for_timeout(50)
    # Chromium names what it refuses as a request that failed: none may reach the network.
    assert any("Content Security Policy" in said for said in tab.wrong), tab.wrong


def test_nothing_can_be_sent_from_a_page(guarded, chapter):
    tab = guarded(chapter)
    said = tab.evaluate("fetch('http://hostile.invalid/').then(() => 'sent', () => 'refused')")
    assert said == "refused"
    assert any("connect-src" in text or "default-src" in text for text in tab.wrong)


def test_a_base_planted_in_a_page_moves_no_link(guarded, chapter):
    tab = guarded(chapter.replace("<title>", "<base href='https://hostile.invalid/'><title>"))
    assert tab.evaluate("document.baseURI").startswith("file:")


def test_the_search_box_of_the_front_page_leads_to_the_search_page(guarded, tmp_path):
    (tmp_path / "search.html").write_text("<title>Search</title>", encoding="utf-8")
    tab = guarded(render_index(sample_index()), "index.html")
    tab.fill("#query", "poverty")
    tab.press("#query", "Enter")
    tab.wait_for_url("**/search.html?q=poverty")
    assert tab.wrong == []


def test_a_form_planted_in_a_page_is_sent_nowhere(guarded, chapter):
    form = "<form action='http://hostile.invalid/'><button id='go'>x</button></form>"
    for html in (chapter, render_index(sample_index())):
        tab = guarded(html.replace("</main>", f"{form}</main>"))
        tab.evaluate("document.getElementById('go').click()")
        for _ in range(100):  # until a busy browser has said so
            if any("form-action" in said for said in tab.wrong):
                break
            tab.wait_for_timeout(50)
        assert tab.url.startswith("file:")
        assert any("form-action" in said for said in tab.wrong), tab.wrong


def test_the_policy_is_the_same_in_the_file_as_written(chapter):
    (said,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', chapter)
    assert said.startswith("default-src 'none'; base-uri 'none'; object-src 'none'; ")
    assert "unsafe-eval" not in said and "http" not in said and "*" not in said
    assert len(re.findall(r"'sha256-[A-Za-z0-9+/]{43}='", said)) == 1
    assert chapter.index(said) < chapter.index("<style>") < chapter.index("<script>")


def test_a_script_in_a_block_is_refused_before_the_page_is_written(tmp_path):
    from cyp_analysis.errors import ChapterError

    cells = [html_cell("<h2>x</h2><p>x</p><script>const a = 1;</script>")]
    with pytest.raises(ChapterError, match="2 scripts, not one at most"):
        render_page(write_notebook(tmp_path / "x.ipynb", cells), sample_page())
