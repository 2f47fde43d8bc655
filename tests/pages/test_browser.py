"""The bars of a page in a real browser: accessibility, reflow, keyboard, silence, no scripts.

Everyday: every page on a phone, with rest and width on a desk too, each type of page on a desk and
on paper. `make test-all`: every
page in every setting. axe takes 3 ms an element, nearly all of it for contrast, never skipped.
"""

import pytest

from pages.browsing import (
    ALL_SETTINGS,
    OPEN_ALL,
    Setting,
    keyboard_faults,
    overflow,
    unrest,
    violations,
    visiting,
)

DESK, PHONE, PAPER = Setting(1280, "light"), Setting(320, "dark"), Setting(1280, "light", "print")
# A page of each type that an area may have.
TYPES = ("index", "overview", "child_poverty", "outliers", "search", "glossary", "accessibility")


@pytest.fixture(scope="session")
def folder(edition):
    outputs, done = edition
    assert done.returncode == 0, done.stderr
    return outputs / "annual"


@pytest.fixture(scope="session")
def pages(folder):
    """Every page of the edition, those beside the areas' folders too."""
    return sorted(folder.rglob("*.html"))


@pytest.fixture(scope="session")
def types(pages):
    return [page for page in pages if page.stem in TYPES]


def name_of(page, folder) -> str:
    return page.relative_to(folder).as_posix()


def found_by_axe(browser, page, setting) -> list:
    with visiting(browser, page, setting) as tab:
        return violations(tab)[0]


def test_every_page_on_a_desk_is_still_and_as_wide_as_its_window(browser, folder, pages):
    faults = {}
    for page in pages:
        with visiting(browser, page, DESK) as tab:
            found = unrest(tab, page) + overflow(tab)
        faults |= {name_of(page, folder): found} if found else {}
    assert len(pages) >= 22
    assert faults == {}


def test_every_page_on_a_phone_in_the_dark(browser, folder, pages):
    faults = {}
    for page in pages:
        with visiting(browser, page, PHONE) as tab:
            found = violations(tab)[0] + overflow(tab)
        faults |= {name_of(page, folder): found} if found else {}
    assert faults == {}


@pytest.mark.parametrize("setting", [DESK, PAPER], ids=["desk", "paper"])
def test_each_type_of_page(browser, folder, types, setting):
    found = {name_of(page, folder): found_by_axe(browser, page, setting) for page in types}
    assert len(found) >= 4
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("width", [320, 1280])
def test_the_keyboard_alone_reaches_everything(browser, folder, types, width):
    faults = {}
    for page in types:
        with visiting(browser, page, Setting(width, "light")) as tab:
            faults[name_of(page, folder)] = keyboard_faults(tab)
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_the_headlines_come_before_any_list_of_links(browser, types, width):
    page = next(page for page in types if page.stem == "child_poverty")
    with visiting(browser, page, Setting(width, "light")) as tab:
        first = tab.locator(".headlines li").first.bounding_box()
        assert first["y"] < 800  # on the first screen
        for place in (".chapters", ".contents"):
            link = tab.locator(f"{place} a").first
            assert not link.is_visible()
            tab.locator(f"{place} summary").focus()
            tab.keyboard.press("Enter")
            assert link.is_visible()


def test_where_there_is_room_the_lists_of_links_are_open(browser, types):
    page = next(page for page in types if page.stem == "child_poverty")
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1280, "height": 800}
    )
    tab = context.new_page()
    tab.goto(page.as_uri())
    for place in (".chapters", ".contents"):
        assert tab.locator(f"{place} a").first.is_visible()
        assert not tab.locator(f"{place} summary").is_visible()
    context.close()


def test_what_is_opened_is_reached_too(browser, types):
    page = next(page for page in types if page.stem == "child_poverty")
    with visiting(browser, page, DESK) as tab:
        tab.evaluate(OPEN_ALL)
        assert keyboard_faults(tab) == []


def test_pages_work_with_scripts_off(browser, folder, types):
    context = browser.new_context(java_script_enabled=False)
    tab, faults = context.new_page(), {}
    for page in types:
        tab.goto(page.as_uri())
        said = tab.locator("main").inner_text()
        dead = tab.locator(":is(select, button, input):not(form[action] *):visible").count()
        if len(said) < 100 or dead:
            faults[name_of(page, folder)] = f"{len(said)} characters, {dead} dead controls"
    context.close()
    assert faults == {}


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("setting", ALL_SETTINGS, ids=lambda setting: "-".join(map(str, setting)))
def test_every_page_in_every_setting(browser, folder, pages, setting):
    found = {name_of(page, folder): found_by_axe(browser, page, setting) for page in pages}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_keyboard_reaches_everything_on_every_page(browser, folder, pages):
    faults = {}
    for page in pages:
        with visiting(browser, page, DESK) as tab:
            faults[name_of(page, folder)] = keyboard_faults(tab)
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.slow
def test_pages_open_within_a_second(browser, folder, pages):
    took = {}
    for page in pages:
        with visiting(browser, page, DESK) as tab:
            opened = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
            took[name_of(page, folder)] = tab.evaluate(opened)
    assert {name: ms for name, ms in took.items() if ms > 1000} == {}
