"""Rules of a page's frame: language, title, landmarks, headings, ids."""

from collections import Counter

from cyp_analysis.publish.lint.sheet import Sheet, short

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Attributes that name ids of the page.
_POINTING = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "headers", "list")


def heading_faults(sheet: Sheet) -> list[str]:
    """One heading of level 1, no level skipped, none empty."""
    headings = [element for element in sheet.elements if element.tag in _HEADINGS]
    levels = [int(heading.tag[1]) for heading in headings]
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} headings of level 1, not one"]
    for heading, before, level in zip(headings[1:], levels, levels[1:], strict=False):
        if level > before + 1:
            faults.append(f"heading “{heading.text()}” is level {level} after level {before}")
    return faults + ["an empty heading" for heading in headings if not heading.text()]


def id_faults(sheet: Sheet) -> list[str]:
    """Ids are unique, and what is pointed at is there."""
    every = [element.attributes for element in sheet.elements]
    counts = Counter(attributes["id"] for attributes in every if "id" in attributes)
    faults = [f"id “{name}” is used {times} times" for name, times in counts.items() if times > 1]
    for attributes in every:
        wanted = [name for key in _POINTING for name in attributes.get(key, "").split()]
        for href in (attributes.get("href", ""), attributes.get("xlink:href", "")):
            wanted += [href[1:]] if len(href) > 1 and href.startswith("#") else []
        faults += [
            f"“{name}” is pointed at but is not on the page"
            for name in wanted
            if name not in counts
        ]
    return faults


def language_faults(sheet: Sheet) -> list[str]:
    """The page is in British English and says so."""
    said = [element.attributes.get("lang", "none") for element in sheet.find("html")]
    return [] if said == ["en-GB"] else [f"the page's language is {', '.join(said) or 'not said'}"]


def title_faults(sheet: Sheet) -> list[str]:
    """One title that names the page, and more than the page: its area or the site."""
    heads = [title for head in sheet.find("head") for title in head.find("title")]
    titles = [title.text() for title in heads]
    if len(titles) != 1 or not titles[0]:
        return ["the page has no title of its own, or more than one"]
    return [] if " – " in titles[0] else [f"the title “{short(titles[0])}” names only one thing"]


def landmark_faults(sheet: Sheet) -> list[str]:
    """One main landmark, a header and a footer, and navigation blocks with names apart."""
    faults = []
    for tag in ("main", "header", "footer"):
        number = len(sheet.find(tag))
        if (number != 1 and tag == "main") or number == 0:
            faults.append(f"{number} landmarks <{tag}>, not one")
    names = Counter(nav.attributes.get("aria-label", "") for nav in sheet.find("nav"))
    if len(sheet.find("nav")) > 1:
        faults += ["a navigation block without a name"] if names[""] else []
        faults += [f"{n} navigation blocks named “{k}”" for k, n in names.items() if k and n > 1]
    return faults


def skip_faults(sheet: Sheet) -> list[str]:
    """The first thing that takes the keyboard leads past the header, to the main landmark."""
    stops = [e for e in sheet.elements if e.tag in ("a", "button", "input", "select", "summary")]
    main = [element.attributes.get("id", "") for element in sheet.find("main")]
    first = stops[0].attributes.get("href", "") if stops else ""
    right = bool(main and main[0]) and first == f"#{main[0]}"
    return [] if right else [f"the first stop leads to “{first}”, not to the main landmark"]


def pilcrow_faults(sheet: Sheet) -> list[str]:
    """No sign that a screen reader reads out at every heading."""
    return ["a “¶” stands in the words"] if "¶" in sheet.words else []
