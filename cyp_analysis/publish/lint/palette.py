"""Colours of drawings: those of the palette, dark enough for what they say."""

import re

from cyp_analysis.present import chart_style as charts
from cyp_analysis.publish.lint.contrast import GRAPHIC, TEXT, ratio
from cyp_analysis.publish.lint.sheet import Sheet, short
from cyp_analysis.publish.markup import Element

# Marks that must be seen by themselves, on the white that every chart stands on.
MARKS = (
    charts.NAVY, charts.TURQUOISE, charts.PLUM, charts.ORANGE, charts.INK, charts.PURPLE,
    charts.SLATE,    "#2073BC", "#0B0C0C",
)  # fmt: skip
# Shades, bands and grid lines: a label, an outline or a place in a row says what they say.
PALE = (charts.GREY, charts.WHITE, "#6BACE6", "#E3E6EA")
_NO_COLOUR = re.compile(r"none|transparent|inherit|currentcolor|url\(.*|var\(.*|context-\w+", re.I)
_DECLARED = re.compile(r"(?:^|;)\s*(fill|stroke|stop-color|color)\s*:\s*([^;]+)")
_KEYS = ("fill", "stroke", "stop-color", "color")


def palette_faults(sheet: Sheet) -> list[str]:
    """Fills and strokes are colours of the palette, or of the page's own theme."""
    known = {colour.lower() for colour in (*MARKS, *PALE)}
    known |= {_long(colour) for colour in re.findall(r"#[0-9a-fA-F]{3,6}\b", sheet.style)}
    used = {(key, value) for svg in sheet.find("svg") for e in (svg, *svg.walk())
            for key, value in colours_of(e).items()}  # fmt: skip
    strange = sorted({value for _, value in used if _long(value) not in known})
    return [f"a colour outside the palette: {short(value)}" for value in strange]


def mark_faults(marks: tuple[str, ...] = MARKS) -> list[str]:
    """Marks of the palette that could not be seen on white."""
    low = [(mark, ratio(mark, charts.WHITE)) for mark in marks]
    return [f"{mark} on white is {got:.2f}, not {GRAPHIC}" for mark, got in low if got < GRAPHIC]


def label_faults(sheet: Sheet) -> list[str]:
    """Words in a drawing are dark enough for white, or light on a shape that is dark enough."""
    faults = []
    for svg in sheet.find("svg"):
        fills = [colours_of(e).get("fill", "") for e in svg.walk() if e.tag != "text"]
        for text in svg.find("text"):
            colour = colours_of(text).get("fill", "")
            grounds = [charts.WHITE, *(fill for fill in fills if fill.startswith("#"))]
            on_white = ratio(colour, charts.WHITE) if colour.startswith("#") else TEXT
            light = on_white < 1.5 and any(ratio(colour, ground) >= TEXT for ground in grounds)
            if on_white < TEXT and not light:
                faults.append(f"“{short(text.text())}” in {colour} is {on_white:.2f} on white")
    return list(dict.fromkeys(faults))


def colours_of(element: Element) -> dict[str, str]:
    """The colours that an element sets for itself, by attribute or style."""
    given = {key: element.attributes[key] for key in _KEYS if key in element.attributes}
    given |= dict(_DECLARED.findall(element.attributes.get("style", "")))
    plain = {key: value.strip().lower() for key, value in given.items()}
    return {key: value for key, value in plain.items() if not _NO_COLOUR.fullmatch(value)}


def _long(colour: str) -> str:
    digits = colour.lower().lstrip("#")
    return "#" + ("".join(d * 2 for d in digits) if len(digits) == 3 else digits)
