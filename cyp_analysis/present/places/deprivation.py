"""Where an area's neighbourhoods, or people, stand in the national ranking of deprivation: bars
of five parts, the area's above England's."""

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.present import chart_style as style
from cyp_analysis.present import credits, rounding, svg, words
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.markup import Block, Html, paragraph, stacked
from cyp_analysis.present.places.found import measure_indicator
from cyp_analysis.present.places.maps import nothing
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

FIFTHS = (1, 2, 3, 4, 5)
NAMES = {
    1: "Most deprived fifth",
    2: "Second fifth",
    3: "Middle fifth",
    4: "Fourth fifth",
    5: "Least deprived fifth",
}
# Children before people, people before neighbourhoods: the chapter is about children.
BASES = {
    "children": "children aged under 16",
    "people": "people",
    "neighbourhoods": "neighbourhoods",
}
SHADES = {1: "#12436D", 2: "#2073BC", 3: "#6BACE6", 4: style.GREY, 5: style.WHITE}
BAR, ROOM, TOP = 46, 66, 96


def deprivation_profile(selection: Selection, indicator_id: str) -> Block:
    """Sentence, stacked bars and table; the panel of the index where there is none."""
    rows = profile_rows(selection, indicator_id)
    if rows.empty:
        return nothing(selection, indicator_id, "lsoa")
    text = profile_sentence(selection, rows)
    sentence = Block(paragraph(text, "headline"), text)
    return stacked(sentence, block(_figure(selection, indicator_id, rows)))


def profile_rows(selection: Selection, indicator_id: str) -> pd.DataFrame:
    """The area's rows and England's, of the base that says most about children."""
    codes = [selection.area.code, selection.area.country_code]
    rows = selection.edition.read(
        "deprivation_profile", areas=[c for c in codes if c], indicators=[indicator_id]
    )
    mine = rows[rows["area_code"] == selection.area.code]
    base = next((name for name in BASES if (mine["base"] == name).any()), "")
    return rows[rows["base"] == base] if len(mine) else mine


def profile_sentence(selection: Selection, rows: pd.DataFrame) -> str:
    """How many are in the most and in the least deprived fifth: "In 2025, 16 (7.3%) of the 220
    neighbourhoods of Exampleshire were in the most deprived fifth of England and …"."""
    mine = rows[rows["area_code"] == selection.area.code].set_index("fifth")
    first = mine.loc[1]
    when = periods.when(first["period_start"], first["period_end"], first["period_label"])
    area, what = words.area_words(selection.area), BASES[first["base"]]
    whole = rounding.half_up(first["of_number"], 0)
    most, least = (f"{_count(mine.loc[n, 'number'])}{_share_words(mine.loc[n])}" for n in (1, 5))
    return (
        f"{when}, {most} of the {whole} {what} of {area} {_were(mine.loc[1, 'number'])} in the most"
        f" deprived fifth of England and {least} in the least deprived fifth."
    )


def _count(number: float) -> str:
    return "none" if number == 0 else rounding.half_up(number, 0)


def _share_words(row: pd.Series) -> str:
    return f" ({_percent(row['share'])})" if row["number"] else ""


def _were(number: float) -> str:
    return "was" if number == 1 else "were"


def _percent(share: float) -> str:
    return f"{rounding.half_up(share, 1)}%"


def _figure(selection: Selection, indicator_id: str, rows: pd.DataFrame) -> Figure:
    indicator = measure_indicator(selection, indicator_id)
    figure_id = selection.unique_id(f"fig-{indicator_id}-profile")
    area = words.area_words(selection.area)
    first = rows.iloc[0]
    wide = _wide(selection, rows)
    alt = _alt(wide)
    return Figure(
        id=figure_id,
        title=f"{words.sentence_case(BASES[first['base']])} of {area} by national fifth",
        subtitle=f"{indicator.name}: share of {BASES[first['base']]} in each fifth of"
        f" neighbourhoods in England, {first['period_label']}.",
        picture=_picture(wide, figure_id, alt),
        alt=alt,
        table=_table(rows, wide, BASES[first["base"]]),
        source=credits.source_line(selection, rows.assign(value=rows["share"])),
    )


def _wide(selection: Selection, rows: pd.DataFrame) -> pd.DataFrame:
    """One row = one area by its name, its own first; one column = one fifth, in percent."""
    wide = rows.pivot(index="area_code", columns="fifth", values="share").reindex(
        [c for c in (selection.area.code, selection.area.country_code) if c in set(rows.area_code)]
    )
    return wide.set_axis([words.area_words(geography.area(code)) for code in wide.index])


def _alt(wide: pd.DataFrame) -> str:
    told = [
        f"{name} {', '.join(_percent(row[n]) for n in FIFTHS)}" for name, row in wide.iterrows()
    ]
    return f"Shares by fifth, most deprived first: {'; '.join(told)}."[:220]


def _picture(wide: pd.DataFrame, prefix: str, alt: str) -> Html:
    """One bar of five parts for each area, the share written on each part that has room."""
    from matplotlib.patches import Rectangle

    height = TOP + ROOM * len(wide) + 10
    with style.chart_settings():
        figure, axes = style.new_chart(height, left=8, right=8, top=4, bottom=4)
        axes.set_xlim(0, 100)
        axes.set_ylim(-height + 8, 0)
        axes.set_xticks([])
        axes.set_yticks([])
        _key(axes)
        for place, (name, row) in enumerate(wide.iterrows()):
            top = -TOP - ROOM * place
            axes.text(0, top + 12, words.sentence_case(name), fontweight="bold", va="center")
            left = 0.0
            for n in FIFTHS:
                look = {"facecolor": SHADES[n], "edgecolor": style.INK, "linewidth": 0.8}
                axes.add_patch(Rectangle((left, top - BAR + 8), row[n], BAR - 14, **look))
                _share(axes, left + row[n] / 2, top - BAR / 2 + 1, row[n])
                left += row[n]
        return svg.inline_svg(figure, prefix, alt)


def _share(axes, x: float, y: float, share: float) -> None:
    if share >= 9:
        box = {"facecolor": style.WHITE, "edgecolor": "none", "pad": 1}
        text = f"{rounding.half_up(share, 0)}%"
        axes.text(x, y, text, ha="center", va="center", fontsize=style.SMALL, bbox=box)


def _key(axes) -> None:
    """Two lines: what the darkest and the lightest are, and that the order runs between them."""
    from matplotlib.patches import Rectangle

    places = ((0, -20), (50, -20), (0, -44), (50, -44), (0, -68))
    for n, (x, y) in zip(FIFTHS, places, strict=True):
        look = {"facecolor": SHADES[n], "edgecolor": style.INK, "linewidth": 0.8}
        axes.add_patch(Rectangle((x, y), 4.5, 14, **look))
        axes.text(x + 6.5, y + 7, NAMES[n], va="center", fontsize=style.SMALL)


def _table(rows: pd.DataFrame, wide: pd.DataFrame, what: str) -> Table:
    """One row = one fifth: number of the area's own, and the share of each area."""
    own = rows.pivot(index="fifth", columns="area_code", values="number")
    codes = list(dict.fromkeys(rows["area_code"]))
    names = {code: words.area_words(geography.area(code)) for code in codes}
    columns = [Column("Fifth of neighbourhoods in England", heads_row=True)]
    cells = [[NAMES[n] for n in FIFTHS]]
    for code in sorted(codes, key=lambda code: list(wide.index).index(names[code])):
        columns += [Column(f"{names[code]} ({what})", numeric=True)]
        columns += [Column(f"{names[code]} (%)", numeric=True)]
        cells.append([rounding.half_up(own.loc[n, code], 0) for n in FIFTHS])
        cells.append([rounding.half_up(wide.loc[names[code], n], 1) for n in FIFTHS])
    caption = f"{words.sentence_case(what)} by national fifth of deprivation"
    return Table(caption, tuple(columns), tuple(zip(*cells, strict=True)))
