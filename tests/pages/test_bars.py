"""The bars themselves: each is seen to fail on a page that breaks it."""

import pytest

from pages.browsing import Setting, keyboard_faults, overflow, unrest, violations, visiting

DESK = Setting(1280, "light")
SOUND = """<!doctype html><html lang="en-GB"><head><title>A</title><meta name="viewport"
content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>:focus-visible { outline: 3px solid #12436d; }</style></head><body>
<a href="#main">Skip</a><main id="main"><h1>One</h1><p>Two <a href="#main">three</a></p>
<details><summary>Four</summary><p>Or <a href="#main">five</a></p></details></main></body></html>"""


@pytest.fixture
def written(tmp_path):
    def write(before="", after=""):
        assert before in SOUND
        path = tmp_path / "page.html"
        path.write_text(SOUND.replace(before, after) if before else SOUND, encoding="utf-8")
        return path

    return write


def test_a_sound_page_passes(browser, written):
    page = written()
    with visiting(browser, page, DESK) as tab:
        assert unrest(tab, page) == []
        assert keyboard_faults(tab) == []
        assert violations(tab)[0] == []
        assert overflow(tab) == []


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("<h1>One</h1>", "", "page-has-heading-one"),
        ("<h1>One</h1>", '<h1>One</h1><p style="color: #aaa">pale</p>', "color-contrast"),
        ("five", '<img src="data:,">', "image-alt"),
        (' lang="en-GB"', "", "html-has-lang"),
    ],
)
def test_axe_finds(browser, written, before, after, rule):
    with visiting(browser, written(before, after), DESK) as tab:
        assert rule in [name for name, _ in violations(tab)[0]]


def test_axe_looks_at_the_dark_and_the_printed_page_too(browser, written):
    dark = "@media screen and (prefers-color-scheme: dark) { main { color: #777; } }"
    paper = "@media print { main { color: #999; } }"
    page = written("<style>", f"<style>{dark}{paper}")
    found = {}
    for setting in (DESK, Setting(1280, "dark"), Setting(1280, "light", "print")):
        with visiting(browser, page, setting) as tab:
            found[setting] = [name for name, _ in violations(tab)[0]]
    assert [bool(names) for names in found.values()] == [False, True, True]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ('<img alt="" src="absent.png"><h1>', "asked for file://"),
        ("<script>undefinedName()</script><h1>", "undefinedName is not defined"),
        ("<script>console.error('lost')</script><h1>", "lost"),
    ],
)
def test_a_page_that_asks_or_complains(browser, written, after, said):
    page = written("<h1>", after)
    with visiting(browser, page, DESK) as tab:
        assert any(said in fault for fault in unrest(tab, page))


def test_a_page_that_moves_as_it_opens(browser, written):
    script = """<div id="late"></div><script>const grow = () => { late.style.height = "200px" };
    requestAnimationFrame(() => requestAnimationFrame(grow));</script>"""
    page = written("<h1>", f"{script}<h1>")
    with visiting(browser, page, DESK) as tab:
        tab.wait_for_timeout(200)
        assert any("moved by" in fault for fault in unrest(tab, page))


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ('<div style="width: 500px">x</div><h1>', "pixels across at 320"),
        ('<div style="overflow-x: auto" class="loose"><div style="width: 500px">x</div></div><h1>',
         "loose scrolls out of reach"),
    ],
)  # fmt: skip
def test_a_page_that_overflows(browser, written, after, said):
    with visiting(browser, written("<h1>", after), DESK) as tab:
        assert any(said in fault for fault in overflow(tab))


def test_a_scroller_that_takes_the_keyboard_may_overflow(browser, written):
    scroller = '<div style="overflow-x: auto" tabindex="0"><div style="width: 500px">x</div></div>'
    with visiting(browser, written("<h1>", f"{scroller}<h1>"), DESK) as tab:
        assert overflow(tab) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (":focus-visible { outline: 3px solid #12436d; }", ":focus { outline: none; }",
         "no focus to be seen"),
        ("<summary>Four", '<summary onfocus="this.blur()">Four', "stop 2 is"),
        ("<h1>", '<a href="#main" style="position: absolute; top: -200px">away</a><h1>',
         "out of sight"),
        ("<p>", '<p onkeydown="event.preventDefault()">', "stop 2 is"),
        ('<a href="#main">Skip</a>', '<a href="#main" tabindex="2">Skip</a>'
         '<a href="#main" tabindex="1">first</a>', "stop 0 is"),
    ],
)  # fmt: skip
def test_a_page_that_the_keyboard_cannot_use(browser, written, before, after, said):
    with visiting(browser, written(before, after), DESK) as tab:
        assert any(said in fault for fault in keyboard_faults(tab))
