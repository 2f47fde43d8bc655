"""Stacked bars of 100%: how the actions of each theme are rated, the numbers written in them."""

import numpy as np
import pandas as pd

from cyp_analysis.present import alt_text, figures, svg, words
from cyp_analysis.present import chart_style as style
from cyp_analysis.present.markup import Block, Html
from cyp_analysis.present.plans import wording
from cyp_analysis.present.plans.states import COLOURS, NAMES
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

ROW, WRAP, KEY_ROW = 40, 22, 20
# Large and bold, so that dark grey on these colours can be read (contrast above 3 to 1).
_INSIDE = {"ha": "center", "va": "center", "fontsize": 19, "fontweight": "bold"}
_DARK = ("complete", "off_track", "other")
_NO_THEME = "No theme named"
_ALL = "All actions"


def states_figure(selection: Selection, rows: pd.DataFrame) -> Block:
    """The figure of one tracker, themes in its order and all actions last."""
    numbers = state_numbers(rows)
    figure_id = selection.unique_id("fig-action-states")
    tracker = rows["tracker"].iloc[0]
    alt = _alt(numbers, tracker)
    return figures.block(
        figures.Figure(
            id=figure_id,
            title=_title(numbers, tracker),
            subtitle=f"{tracker}: actions of each theme by rating, in percent, numbers in bars.",
            picture=states_chart(numbers, figure_id, alt),
            alt=alt,
            table=_table(numbers, tracker),
            source=wording.source_line(selection, rows),
        )
    )


def state_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Actions by theme (rows, the last of all actions) and state (columns, those that occur)."""
    theme = rows["theme"].where(rows["theme"] != "", _NO_THEME)
    counted = rows.groupby([theme, "state"], sort=False).size().unstack(fill_value=0)
    counted = counted.loc[theme.unique(), [state for state in NAMES if state in counted]]
    if len(counted) == 1:
        return counted.rename(index={_NO_THEME: _ALL})
    return pd.concat([counted, counted.sum().to_frame(_ALL).T])


def states_chart(numbers: pd.DataFrame, prefix: str, alt: str) -> Html:
    """Horizontal bars of 100%, one a theme, with the key above them."""
    with style.chart_settings():
        labels = [style.wrapped(label, WRAP) for label in numbers.index]
        row = ROW + 14 * max(label.count("\n") for label in labels)
        top = 10 + KEY_ROW * len(numbers.columns)
        height = row * len(numbers) + top + 14
        figure, axes = style.new_chart(
            height, left=style.name_margin(labels), right=14, top=top, bottom=14
        )
        shares = 100 * numbers.div(numbers.sum(axis=1), axis=0)
        starts = shares.cumsum(axis=1) - shares
        places = np.arange(len(numbers))
        for state in numbers:
            axes.barh(
                places,
                shares[state],
                left=starts[state],
                height=0.62,
                color=COLOURS[state],
                edgecolor=style.WHITE,
                linewidth=1.5,
            )
            _write_numbers(axes, places, numbers[state], starts[state] + shares[state] / 2)
        axes.set_yticks(places, labels)
        axes.set_ylim(len(numbers) - 0.5, -0.5)
        axes.set_xlim(0, 100)
        axes.set_xticks([])
        _key(axes, list(numbers), height - top - 14)
        return svg.inline_svg(figure, prefix, alt)


def _write_numbers(axes, places: np.ndarray, numbers: pd.Series, middles: pd.Series) -> None:
    ink = style.WHITE if numbers.name in _DARK else style.INK
    for place, number, middle in zip(places, numbers, middles, strict=True):
        if number:
            axes.text(middle, place, f"{number}", color=ink, **_INSIDE)


def _key(axes, states: list[str], tall: float) -> None:
    """Each state with its colour, one below the other above the bars."""
    from matplotlib.patches import Rectangle

    for number, state in enumerate(states):
        y = 1 + (12 + KEY_ROW * (len(states) - 1 - number)) / tall
        axes.add_patch(
            Rectangle(
                (0, y - 6 / tall),
                0.04,
                12 / tall,
                transform=axes.transAxes,
                color=COLOURS[state],
                clip_on=False,
            )
        )
        axes.text(
            0.06, y, NAMES[state], transform=axes.transAxes, va="center", fontsize=style.SMALL
        )


def _title(numbers: pd.DataFrame, tracker: str) -> str:
    """The commonest rating, with its number."""
    all_actions = numbers.iloc[-1]
    state = all_actions.idxmax()
    of = int(all_actions.sum())
    return f"{tracker}: {all_actions[state]} of {of} {NAMES[state][:1].lower()}{NAMES[state][1:]}"


def _alt(numbers: pd.DataFrame, tracker: str) -> str:
    clauses = []
    for name in [numbers.index[-1], *numbers.index[:-1]]:
        parts = [f"{n} {NAMES[s].lower()}" for s, n in numbers.loc[name].items() if n]
        clauses.append(f"{name} {words.join_words(parts)}")
    return alt_text.fitted(f"{tracker}, ratings", clauses)


def _table(numbers: pd.DataFrame, tracker: str) -> Table:
    columns = (
        Column("Theme", heads_row=True),
        *(Column(NAMES[state], numeric=True) for state in numbers),
        Column("All", numeric=True),
    )
    cells = tuple(
        (name, *(str(n) for n in row), str(int(row.sum()))) for name, row in numbers.iterrows()
    )
    marked = frozenset({len(cells) - 1}) if len(cells) > 1 else frozenset()
    return Table(f"{tracker}: actions by theme and rating", columns, cells, marked=marked)
