"""A real browser for the tests of pages: Debian's Chromium, started without a network."""

import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(tab) -> tuple[list, int]:
    """What axe finds on a page with every detail opened, and how many rules passed."""
    from axe_playwright_python.sync_playwright import Axe

    tab.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    result = Axe().run(tab, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    found = [(v["id"], [n["target"] for n in v["nodes"]]) for v in result["violations"]]
    return found, len(result["passes"])
