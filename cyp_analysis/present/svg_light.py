"""A drawing made lighter without a visible change: what says nothing goes, what repeats is said
once. A page of ninety charts weighs half as much."""

import re
from collections import Counter
from itertools import groupby
from xml.etree import ElementTree

from cyp_analysis.present.markup import Html

_SVG = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"
_FONT = ("font-family", "font-size")
_PLACED = ("x", "y")
_LOOK = ("clip-path", "style")
# What a browser takes for granted.
_USUAL = re.compile(r"(?:text-anchor: start|stroke-dashoffset: 0)(?:; |$)")
# From so many marks on, a group costs less than the words that it saves.
_ROW = 3


def lighter(drawing: str) -> Html:
    """An <svg> that looks the same: no empty or needless groups, no spaces between elements, places
    in tenths of a point, the usual font named once, the look of a row of marks too."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    root = ElementTree.fromstring(drawing)
    _without_needless(root)
    for element in root.iter():
        if element.tag != _name("text"):
            element.text = (element.text or "").strip()
        element.tail = (element.tail or "").strip()
        _in_tenths(element)
        _without_usual(element)
    for parent in [element for element in root.iter() if len(element) >= _ROW]:
        _looks_once(parent)
    _font_once(root)
    return Html(ElementTree.tostring(root, encoding="unicode").replace(" />", "/>"))


def _name(tag: str) -> str:
    return f"{{{_SVG}}}{tag}"


def _without_needless(parent: ElementTree.Element) -> None:
    """Groups that only hold others give way to what they hold; what paints nothing goes."""
    for child in parent:
        _without_needless(child)
    kept: list[ElementTree.Element] = []
    for child in parent:
        bare = child.tag == _name("g") and not child.attrib
        unseen = child.tag == _name("path") and child.get("style") == "fill: none"
        kept += list(child) if bare else [] if unseen else [child]
    parent[:] = kept


def _in_tenths(element: ElementTree.Element) -> None:
    for key in _PLACED:
        if key in element.attrib:
            element.set(key, f"{round(float(element.attrib[key]), 1) + 0:.6g}")


def _without_usual(element: ElementTree.Element) -> None:
    if "style" in element.attrib:
        element.set("style", _USUAL.sub("", element.attrib["style"]).removesuffix("; "))


def _looks_once(parent: ElementTree.Element) -> None:
    """A row of marks that look alike stands in a group that says how; one that is all of a group
    already lends it its look."""
    made: list[ElementTree.Element] = []
    for look, run in groupby(parent, _look):
        marks = list(run)
        if not look or len(marks) < _ROW:
            made += marks
            continue
        for mark in marks:
            for key in look:
                del mark.attrib[key]
        is_all = parent.tag == _name("g") and len(marks) == len(parent)
        if is_all and not set(parent.attrib) & set(look):
            parent.attrib.update(look)
            return
        group = ElementTree.Element(_name("g"), look)
        group[:] = marks
        made.append(group)
    parent[:] = made


def _look(element: ElementTree.Element) -> dict[str, str]:
    """What says how a mark is painted; nothing for what is no mark."""
    if element.tag not in (_name("path"), _name("use")):
        return {}
    return {key: element.attrib[key] for key in _LOOK if key in element.attrib}


def _font_once(root: ElementTree.Element) -> None:
    """One group around everything names the font that most words have; the others name theirs."""
    texts = [element for element in root.iter(_name("text")) if element.get("style")]
    usual = {key: _most([_declared(text).get(key) for text in texts]) for key in _FONT}
    usual = {key: value for key, value in usual.items() if value}
    if not usual:
        return
    for text in texts:
        own = {k: v for k, v in _declared(text).items() if usual.get(k) != v}
        text.set("style", _style(own))
    group = ElementTree.Element(_name("g"), {"style": _style(usual)})
    group[:] = list(root)
    root[:] = [group]


def _most(values: list[str | None]) -> str | None:
    """The commonest value, if every text has one."""
    return None if None in values or not values else Counter(values).most_common(1)[0][0]


def _declared(element: ElementTree.Element) -> dict[str, str]:
    return dict(re.findall(r"([\w-]+):\s*([^;]+)", element.attrib["style"]))


def _style(declared: dict[str, str]) -> str:
    return "; ".join(f"{key}: {value}" for key, value in declared.items())
