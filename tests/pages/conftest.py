"""The browser, once for all tests of pages; they skip, saying so, where it is missing."""

import pytest

from pages.browsing import ARGUMENTS, CHROMIUM


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("needs the browser chromium, which is not installed")
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
