"""Reads figures back from a drawing: where bars end and points lie, against the ticks of the axes.

Any label in reach is used: no knowledge of how the drawing was made is needed but that ticks are
numbers in a line and bars stand beside their names.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from cyp_analysis.attack.units import Mark, Words

_TEXT = re.compile(r"<text\b([^>]*)>(.*?)</text>", re.DOTALL)
_SHAPE = re.compile(r"<(path|rect|circle|line|use|ellipse)\b([^>]*?)/?>", re.DOTALL)
_ATTRIBUTE = re.compile(r"([\w:-]+)=\"([^\"]*)\"")
_STEP = re.compile(r"([a-zA-Z])|(-?\d*\.?\d+(?:e-?\d+)?)")
_TICK = re.compile(r"^[-−]?£?\d[\d,]*(?:\.\d+)?\s?%?$")
_SAYS = re.compile(r"[A-Za-z].*\d|\d.*[A-Za-z]{2}")
_LINE = 18.0  # pixels between the lines of one label


class _Label(NamedTuple):
    x: float
    y: float
    text: str
    x_end: float = 0.0


class _Box(NamedTuple):
    left: float
    right: float
    top: float
    bottom: float


class _Scale(NamedTuple):
    """value = at × slope + start; `half` is what a tenth of a pixel is worth."""

    slope: float
    start: float

    def value(self, at: float) -> float:
        return at * self.slope + self.start

    @property
    def half(self) -> float:
        return abs(self.slope) * 0.11


def marks(drawing: str, file: str, context: str) -> Iterator[Mark | Words]:
    """Bars and points with the label beside, below or above them and their value."""
    labels = list(_labels(drawing))
    boxes = [box for box in _boxes(drawing) if box is not None]
    for label in (each for each in labels if _SAYS.search(each.text)):
        yield Words(file, "words of a drawing", context, label.text)
    across, up = _scale(labels, "x"), _scale(labels, "y")
    joined = _joined(labels)
    named = [label for label in joined if not _TICK.match(label.text)]
    if across:
        yield from _beside(named, boxes, across, (file, context))
    if up:
        yield from _above(joined, boxes, up, (file, context))


def _beside(named: list[_Label], boxes: list[_Box], scale: _Scale, where: tuple) -> Iterator[Mark]:
    """Rows of a bar or dot chart: the label is level with the mark."""
    for label in named:
        for box in boxes:
            middle = (box.top + box.bottom) / 2
            is_flat = box.bottom - box.top < 60 and box.right - box.left > 0.3
            if is_flat and abs(middle - (label.y - 4)) < 8 and label.x < box.right:
                for end in (
                    {box.right} if box.right - box.left > 8 else {(box.left + box.right) / 2}
                ):
                    value = scale.value(end)
                    low, high = value - scale.half, value + scale.half
                    yield Mark(
                        where[0], "bar or point of a drawing", where[1], label.text, low, high
                    )


def _above(named: list[_Label], boxes: list[_Box], scale: _Scale, where: tuple) -> Iterator[Mark]:
    """Columns and points over time: the label is below or above the mark."""
    for label in named:
        for box in boxes:
            middle = (box.left + box.right) / 2
            wide = box.right - box.left
            if wide < 60 and box.bottom < label.y and abs(middle - label.x) < 3:
                at = box.top if box.bottom - box.top > 8 else (box.top + box.bottom) / 2
                value = scale.value(at)
                low, high = value - scale.half, value + scale.half
                yield Mark(
                    where[0], "column or point of a drawing", where[1], label.text, low, high
                )


def _labels(drawing: str) -> Iterator[_Label]:
    for match in _TEXT.finditer(drawing):
        told = dict(_ATTRIBUTE.findall(match[1]))
        at = re.findall(r"-?[\d.]+", told.get("transform", ""))
        x, y = told.get("x", at[0] if at else "0"), told.get("y", at[1] if len(at) > 1 else "0")
        text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", match[2])).split())
        try:
            yield _Label(float(x), float(y), text)
        except ValueError:
            continue


def _joined(labels: list[_Label]) -> list[_Label]:
    """Labels of one line, and those that go over several with their lines put together."""
    found = list(labels)
    columns: dict[float, list[_Label]] = defaultdict(list)
    for label in labels:
        columns[round(label.x)].append(label)
    for column in columns.values():
        run: list[_Label] = []
        for label in sorted(column, key=lambda each: each.y):
            run = [*run, label] if run and label.y - run[-1].y < _LINE else [label]
            if len(run) > 1:
                middle = (run[0].y + run[-1].y) / 2
                found.append(_Label(label.x, middle, " ".join(each.text for each in run)))
    return found


def _scale(labels: list[_Label], axis: str) -> _Scale | None:
    """The scale from the longest line of ticks with evenly growing numbers."""
    other = "y" if axis == "x" else "x"
    lines: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for label in labels:
        if _TICK.match(label.text):
            number = float(re.sub(r"[£,%\s]", "", label.text.replace("−", "-")))
            if not 1900 <= number <= 2100 or "%" in label.text:
                lines[round(getattr(label, other))].append((getattr(label, axis), number))
    best = max(lines.values(), key=len, default=[])
    if len(best) < 2 or best[0][0] == best[-1][0]:
        return None
    (a, first), (b, last) = min(best), max(best)
    slope = (last - first) / (b - a)
    scale = _Scale(slope, first - a * slope)
    off = max(abs(scale.value(at) - number) for at, number in best)
    return scale if slope and off <= abs(last - first) * 0.02 else None


def _boxes(drawing: str) -> Iterator[_Box | None]:
    for kind, attributes in _SHAPE.findall(drawing):
        told = dict(_ATTRIBUTE.findall(attributes))
        yield _path(told.get("d", "")) if kind == "path" else _plain(kind, told)


def _plain(kind: str, told: dict[str, str]) -> _Box | None:
    number = {name: _float(value) for name, value in told.items()}
    if kind == "rect":
        x, y = number.get("x") or 0.0, number.get("y") or 0.0
        return _Box(x, x + (number.get("width") or 0), y, y + (number.get("height") or 0))
    if kind in ("circle", "ellipse"):
        x, y, r = (number.get(n) or 0.0 for n in ("cx", "cy", "r"))
        return _Box(x - min(r, 3), x + min(r, 3), y - min(r, 3), y + min(r, 3))
    if kind == "use":
        x, y = number.get("x") or 0.0, number.get("y") or 0.0
        return _Box(x - 0.5, x + 0.5, y - 0.5, y + 0.5)
    x1, x2, y1, y2 = (number.get(n) or 0.0 for n in ("x1", "x2", "y1", "y2"))
    return _Box(min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2))


def _float(text: str) -> float | None:
    match = re.match(r"-?\d*\.?\d+", text)
    return float(match[0]) if match else None


def _path(steps: str) -> _Box | None:
    """The box round the corners of a path, relative steps followed."""
    x = y = 0.0
    command, taken, xs, ys = "", [], [], []
    size = {"m": 2, "l": 2, "t": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "a": 7}
    for letter, number in _STEP.findall(steps):
        if letter:
            command, taken = letter, []
            continue
        taken.append(float(number))
        if len(taken) < size.get(command.lower(), 2):
            continue
        base = (x, y) if command.islower() else (0.0, 0.0)
        if command.lower() == "h":
            x = base[0] + taken[0]
        elif command.lower() == "v":
            y = base[1] + taken[0]
        else:
            x, y = base[0] + taken[-2], base[1] + taken[-1]
        taken = []
        xs.append(x)
        ys.append(y)
    return _Box(min(xs), max(xs), min(ys), max(ys)) if xs else None
