"""Rules of pictures: words for those who do not see them, and the numbers beside them."""

import re

from cyp_analysis.present.alt_text import LONGEST, SHORTEST
from cyp_analysis.publish.lint.sheet import Sheet, short, written
from cyp_analysis.publish.markup import Element

# The sentence that nbconvert puts where an image has no text, which accessibility checkers pass.
_SENTINEL = "no description has been provided"
_OPENER = re.compile(
    r"(?:an? |the |this )?(?:image|picture|photo|chart|graph|figure|plot|diagram)"
    r"(?: (?:of|showing|that|shows)\b|:)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def missing_alternatives(sheet: Sheet) -> list[str]:
    """Every picture has words of its own, or is marked as decoration."""
    texts = [text for _, text in _alternatives(sheet)]
    faults = ["an image without a text alternative" for text in texts if not text]
    faults += [f"placeholder text “{t}”" for t in texts if t and _SENTINEL in t.lower()]
    hidden = _inside_hidden(sheet.root)
    for svg in sheet.find("svg"):
        silent = svg.attributes.get("role") != "img" and id(svg) not in hidden
        faults += ["a drawing that is neither an image with words nor decoration"] * silent
    return faults


def alternative_wording(sheet: Sheet) -> list[str]:
    """Words that say what a picture shows: of fair length, with a number, not “chart of”."""
    faults = []
    for _, text in _alternatives(sheet):
        if not text:
            continue
        if not SHORTEST <= len(text) <= LONGEST:
            wanted = f"{SHORTEST} to {LONGEST}"
            faults.append(f"{len(text)} characters, not {wanted}: “{short(text)}”")
        if _OPENER.match(text):
            faults.append(f"opens by saying what it is: “{short(text)}”")
        if not re.search(r"\d", text):
            faults.append(f"no number: “{short(text)}”")
    return faults


def figure_faults(sheet: Sheet) -> list[str]:
    """A figure has a caption, a table of what is drawn, and words that do not repeat its title."""
    faults = []
    for figure in sheet.find("figure"):
        name = f"figure “{figure.attributes.get('id', 'without an id')}”"
        captions = [caption.text() for caption in figure.find("figcaption")]
        faults += [] if any(captions) else [f"{name} has no caption"]
        faults += [] if figure.find("table") else [f"{name} has no table of what it draws"]
        faults += [] if "id" in figure.attributes else [f"{name} cannot be linked to"]
        titles = [e.text() for e in figure.walk() if e.has_class("chart-title")] + captions
        for text in _texts_of(figure):
            repeated = _bare(text) in map(_bare, titles)
            faults += [f"{name} repeats its title as its words"] if repeated else []
    return faults


def alternative_numbers(sheet: Sheet) -> list[str]:
    """Every number in a figure's words stands in its table, its notes or its caption."""
    faults = []
    for figure in sheet.find("figure"):
        notes = [element for element in figure.find("p") if element.has_class("note")]
        parts = [written(part) for part in (*figure.find("figcaption", "table"), *notes)]
        shown = {*_NUMBER.findall(" ".join(parts)), *_counts(figure)}
        name = figure.attributes.get("id", "without an id")
        for text in _texts_of(figure):
            absent = [number for number in _NUMBER.findall(text) if number not in shown]
            if absent:
                faults.append(f"figure “{name}”: {', '.join(absent)} of its words is not in it")
    return faults


def _counts(figure: Element) -> set[str]:
    """How many things are drawn: rows, columns, rows with a number; and the whole of a share."""
    rows = [[cell.text() for cell in row.find("th", "td")] for row in figure.find("tr")]
    columns = zip(*rows[1:], strict=False)
    filled = (sum(bool(_NUMBER.search(cell)) for cell in column) for column in columns)
    widths = (number for row in rows for number in (len(row), len(row) - 1))
    return {"100", *map(str, (len(rows) - 1, *filled, *widths))}


def _alternatives(sheet: Sheet) -> list[tuple[Element, str]]:
    """Each picture with its words; those hidden from screen readers are decoration."""
    hidden = _inside_hidden(sheet.root)
    pictures = [e for e in sheet.find("img", "svg") if id(e) not in hidden and _is_image(e)]
    return [(picture, _words_of(picture)) for picture in pictures]


def _is_image(element: Element) -> bool:
    return element.tag == "img" or element.attributes.get("role") == "img"


def _words_of(picture: Element) -> str:
    name = "alt" if picture.tag == "img" else "aria-label"
    return " ".join(picture.attributes.get(name, "").split())


def _texts_of(figure: Element) -> list[str]:
    return list(filter(None, (_words_of(e) for e in figure.find("img", "svg") if _is_image(e))))


def _inside_hidden(root: Element) -> set[int]:
    hidden = [e for e in root.walk() if e.attributes.get("aria-hidden") == "true"]
    return {id(inner) for e in hidden for inner in (e, *e.walk())}


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
