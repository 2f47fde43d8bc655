"""A real browser for the tests of pages: Debian's Chromium, started without a network."""

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

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
# Every rule on every element; only what is sent back from the page is kept small.
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "resultTypes": ["violations"],
    "elementRef": False,
}
OPEN_ALL = "for (const d of document.querySelectorAll('details')) d.open = true"
# What scrolls sideways, or sticks out of the page, and cannot be reached by the keyboard.
_LOOSE = """() => [...document.querySelectorAll('body *')].filter(e =>
  e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0
  && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX))
  .map(e => e.className || e.tagName)"""
_SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
    .observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => setTimeout(() => done(sum), 0));
})"""
# What takes the keyboard and can be seen, numbered in the order of the page.
_STOPS = """() => {
  const all = [...document.querySelectorAll(
    'a[href], summary, select, button, input, textarea, [tabindex="0"]')];
  const seen = all.filter(e => !e.disabled && e.tabIndex >= 0
    && e.checkVisibility({visibilityProperty: true}));
  seen.forEach((e, i) => { e.stopNumber = i; });
  return seen.map(e => `${e.tagName} ${(e.textContent || e.id).trim().slice(0, 40)}`);
}"""
_FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const seen = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none';
  return [e.stopNumber ?? -1, seen || style.boxShadow !== 'none',
    box.bottom > 0 && box.top < innerHeight];
}"""


class Setting(NamedTuple):
    """How a page is met: width in pixels, colour scheme, and on screen or on paper."""

    width: int
    scheme: str
    media: str = "screen"


ALL_SETTINGS = [
    Setting(width, scheme, media)
    for width in (320, 1280)
    for scheme, media in (("light", "screen"), ("dark", "screen"), ("light", "print"))
]


@contextmanager
def visiting(browser, path: Path, setting: Setting):
    """The page in a tab that keeps what the page asked for and what went wrong on it."""
    viewport = {"width": setting.width, "height": 800}
    tab = browser.new_page(viewport=viewport, color_scheme=setting.scheme)
    tab.asked, tab.wrong = [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("console", lambda said: tab.wrong.append(said.text)
           if said.type in ("error", "warning") else None)  # fmt: skip
    tab.on("pageerror", lambda error: tab.wrong.append(str(error)))
    # Without smooth scrolling, what takes the focus is in sight at once.
    tab.emulate_media(media=setting.media, reduced_motion="reduce")
    tab.goto(path.as_uri())
    yield tab
    tab.close()


def violations(tab) -> tuple[list, int]:
    """What axe finds on a page with every detail opened, and how many rules passed."""
    from axe_playwright_python.sync_playwright import Axe

    tab.evaluate(OPEN_ALL)
    result = Axe().run(tab, options=OPTIONS).response
    found = [(v["id"], [n["target"] for n in v["nodes"]]) for v in result["violations"]]
    return found, len(result["passes"])


def unrest(tab, path: Path) -> list[str]:
    """What a page asks for beside itself, complains of, or moves while it opens."""
    others = [url for url in tab.asked if url != path.as_uri() and not url.startswith("data:")]
    shift = tab.evaluate(_SHIFT)
    moved = [f"the page moved by {shift:.3f} as it opened"] if shift else []
    return [f"asked for {url}" for url in others] + tab.wrong + moved


def overflow(tab, width: int = 320) -> list[str]:
    """What scrolls sideways at a width, the focusable scrollers of tables apart."""
    tab.set_viewport_size({"width": width, "height": 800})
    tab.evaluate(OPEN_ALL)
    across = tab.evaluate("document.documentElement.scrollWidth")
    wide = [f"the page is {across} pixels across at {width}"] if across > width else []
    return wide + [f"{name} scrolls out of reach" for name in tab.evaluate(_LOOSE)]


def keyboard_faults(tab) -> list[str]:
    """What Tab alone does not reach, in order, with the focus in sight, and out at the end."""
    stops, faults = tab.evaluate(_STOPS), []
    for number, name in enumerate(stops):
        tab.keyboard.press("Tab")
        at, visible, in_sight = tab.evaluate(_FOCUS)
        if at != number:
            return [*faults, f"stop {number} is {stops[at] if at >= 0 else 'nothing'}, not {name}"]
        faults += [] if visible else [f"no focus to be seen on {name}"]
        faults += [] if in_sight else [f"the focus is out of sight on {name}"]
    tab.keyboard.press("Tab")
    at = tab.evaluate(_FOCUS)[0]
    return faults + ([f"the last stop leads to {stops[at]}"] if at > 0 else [])
