"""Maps as pictures: outlines or tiles in four shades, each place with its rank.

Shades alone carry nothing: places are numbered where there is room, the highest class is hatched,
and the key says what each shade stands for.
"""

import numpy as np
import pandas as pd

from cyp_analysis.present import chart_style as style
from cyp_analysis.present import svg
from cyp_analysis.present.markup import Html

# Dark is class 1: the highest values, or the most deprived.
SHADES = ("#12436D", "#2073BC", "#6BACE6", style.WHITE)
# Lines, not dots: a pattern of dots weighs more than the outlines of a city.
HATCH, NO_FIGURE = "////", r"\\\\"
MARGIN, KEY_ROW, TALLEST = 10, 24, 480
_NUMBER_ROOM = 10
_OWN_WIDTH = 4

Key = list[tuple[int, str]]


def outline_map(shapes: pd.DataFrame, key: Key, prefix: str, alt: str) -> Html:
    """Outlines north up, one row = one place: `outline`, `class_number` (0 without a figure),
    `label`, label_x, label_y, label_room, `is_own`. `key`: class and its words."""
    rings = [_rings(text) for text in shapes["outline"]]
    points = np.vstack([ring for each in rings for ring in each])
    low, high = points.min(axis=0), points.max(axis=0)
    scale, tall, left = _fit(*(high - low))
    with style.chart_settings():
        figure, axes = _canvas(tall, key)
        for each, (_, row) in zip(rings, shapes.iterrows(), strict=True):
            _area(axes, [(ring - low) * scale + (left, 0) for ring in each], row)
        at = (shapes[["label_x", "label_y"]].to_numpy(float) - low) * scale + (left, 0)
        room = shapes["label_room"].to_numpy(float) * scale
        _numbers(axes, shapes, at, room >= _NUMBER_ROOM)
        _key(axes, key)
        return svg.inline_svg(figure, prefix, alt)


def tile_map(tiles: pd.DataFrame, key: Key, prefix: str, alt: str) -> Html:
    """Tiles of one size where the places roughly lie; `column` and `row` count from 1 at the top
    left, the other columns are those of `outline_map`."""
    wide, deep = tiles["column"].max(), tiles["row"].max()
    size = min((style.WIDTH - 2 * MARGIN) / wide, 62)
    left = (style.WIDTH - 2 * MARGIN - size * wide) / 2
    tall = size * deep
    with style.chart_settings():
        figure, axes = _canvas(tall, key)
        corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]) * (size - 3)
        at = np.column_stack(
            [left + (tiles["column"] - 1) * size, tall - tiles["row"] * size]
        ).astype(float)
        for place, (_, row) in zip(at, tiles.iterrows(), strict=True):
            _area(axes, [corners + place], row)
        _numbers(axes, tiles, at + (size - 3) / 2, np.ones(len(tiles), dtype=bool))
        _key(axes, key)
        return svg.inline_svg(figure, prefix, alt)


def _rings(text: str) -> list[np.ndarray]:
    return [np.array(ring.split(), dtype=float).reshape(-1, 2) for ring in text.split("|")]


def _fit(width: float, height: float) -> tuple[float, float, float]:
    """Scale, height in chart units, and the room left of a map narrower than the chart."""
    inside = style.WIDTH - 2 * MARGIN
    scale = min(inside / width, TALLEST / height)
    return scale, height * scale, (inside - width * scale) / 2


def _canvas(tall: float, key: Key) -> tuple:
    """Axes in chart units, origin at the map's lower left, the key below it."""
    below = KEY_ROW * len(key) + 12
    height = tall + below + 2 * MARGIN
    figure, axes = style.new_chart(height, left=MARGIN, right=MARGIN, top=MARGIN, bottom=MARGIN)
    axes.set_xlim(0, style.WIDTH - 2 * MARGIN)
    axes.set_ylim(-below, tall)
    axes.set_xticks([])
    axes.set_yticks([])
    return figure, axes


def _look(number: int) -> dict:
    if number == 0:
        return {"facecolor": style.WHITE, "hatch": NO_FIGURE, "edgecolor": style.GREY}
    hatch = {"hatch": HATCH} if number == 1 else {}
    return {"facecolor": SHADES[number - 1], "edgecolor": style.WHITE, **hatch}


def _area(axes, rings: list[np.ndarray], row: pd.Series) -> None:
    """One place: its shade, a white gap around it, a thin dark line where the shade is white."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    path = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
    number = int(row["class_number"])
    axes.add_patch(PathPatch(path, linewidth=1.2, zorder=1, **_look(number)))
    if number in (0, len(SHADES)):
        line = {"facecolor": "none", "edgecolor": style.INK, "linewidth": 0.6}
        axes.add_patch(PathPatch(path, zorder=2, **line))
    if row["is_own"]:
        line = {"facecolor": "none", "edgecolor": style.ORANGE, "linewidth": _OWN_WIDTH}
        axes.add_patch(PathPatch(path, zorder=3, **line))


def _numbers(axes, places: pd.DataFrame, at: np.ndarray, fits: np.ndarray) -> None:
    """Each place's number on white, so that it reads on any shade."""
    for label, (x, y), room in zip(places["label"], at, fits, strict=True):
        if room and label:
            axes.text(
                x,
                y,
                label,
                ha="center",
                va="center",
                fontsize=style.SMALL,
                bbox={"facecolor": style.WHITE, "edgecolor": "none", "pad": 1},
                zorder=5,
            )


def _key(axes, key: Key) -> None:
    """One line for each class; class -1 is the thick outline of the area's own."""
    from matplotlib.patches import Rectangle

    for place, (number, text) in enumerate(key):
        y = -KEY_ROW * (place + 1)
        own = number < 0
        look = {"facecolor": "none", "edgecolor": style.ORANGE} if own else _look(number)
        axes.add_patch(Rectangle((2, y), 22, 14, linewidth=3 if own else 1, **look))
        if not own:
            frame = {"facecolor": "none", "edgecolor": style.INK, "linewidth": 0.6}
            axes.add_patch(Rectangle((2, y), 22, 14, **frame))
        axes.text(32, y + 7, text, va="center", fontsize=style.SMALL)
