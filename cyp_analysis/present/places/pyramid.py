"""The population pyramid: males and females by five-year age, with a wider area's outline."""

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.present import chart_style as style
from cyp_analysis.present import credits, rounding, svg, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.markup import Block, Html, paragraph, stacked
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

INDICATOR = "population_by_age_group"
SEXES = {"male": ("Males", style.NAVY, -1), "female": ("Females", style.TURQUOISE, 1)}
ROW, YOUNG = 21, 20


def pyramid(selection: Selection) -> Block:
    """Sentence, picture and table of the newest estimates by age and sex."""
    rows = population_rows(selection, selection.area.code)
    if rows.empty:
        return nothing(selection, INDICATOR)
    other = wider_rows(selection, rows)
    text = shares_sentence(selection, rows, other)
    return stacked(Block(paragraph(text, "headline"), text), block(_figure(selection, rows, other)))


def population_rows(selection: Selection, code: str) -> pd.DataFrame:
    """The newest rows of an area in the `population` table, youngest first; those of persons as
    well as of each sex."""
    rows = selection.until(selection.edition.read("population", areas=[code]))
    newest = rows[rows["period_end"] == rows["period_end"].max()]
    return newest.sort_values(["sex", "age_from"], kind="stable")


def wider_rows(selection: Selection, rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows of England, else of the region; empty where neither has the period."""
    for code in selection.line_codes[:0:-1]:
        found = population_rows(selection, code)
        if len(found) and found["period_end"].iloc[0] == rows["period_end"].iloc[0]:
            return found
    return rows.head(0)


def band(row: pd.Series) -> str:
    """ "0 to 4", "90 and over"."""
    if pd.isna(row["age_to"]):
        return f"{row['age_from']:.0f} and over"
    return f"{row['age_from']:.0f} to {row['age_to']:.0f}"


def shares_sentence(selection: Selection, rows: pd.DataFrame, other: pd.DataFrame) -> str:
    """Each band of children and young people as a share of all residents, beside the wider
    area's."""
    first = rows.iloc[0]
    when = periods.when(first["period_start"], first["period_end"], first["period_label"])
    area = words.area_words(selection.area)
    mine = rows[(rows["sex"] == "persons") & (rows["age_to"] < YOUNG)]
    theirs = other[other["sex"] == "persons"].set_index("age_from")["share_of_all"]
    parts = []
    for _, row in mine.iterrows():
        share = _percent(row["share_of_all"])
        beside = theirs.get(row["age_from"])
        whose = "" if parts else f" of the residents of {area}"
        against = "" if beside is None else f" ({_name(other)} {_percent(beside)})"
        parts.append(f"{share}{whose} were aged {band(row)}{against}")
    return f"{when}, {words.join_words(parts)}." if parts else ""


def _percent(share: float) -> str:
    return f"{rounding.half_up(share, 1)}%"


def _name(rows: pd.DataFrame) -> str:
    return words.area_words(geography.area(rows["area_code"].iloc[0])) if len(rows) else ""


def _figure(selection: Selection, rows: pd.DataFrame, other: pd.DataFrame) -> Figure:
    figure_id = selection.unique_id(f"fig-{INDICATOR}-pyramid")
    area, label = words.area_words(selection.area), rows["period_label"].iloc[0]
    line = f" Dark lines: {_name(other)}." if len(other) else ""
    alt = alt_of(selection, rows)
    return Figure(
        id=figure_id,
        title=f"Population of {area} by age and sex",
        subtitle=f"Share of all residents in each five-year age group, {label}.{line}",
        picture=_picture(rows, other, figure_id, alt),
        alt=alt,
        table=_table(selection, rows, other),
        source=credits.source_line(selection, rows.assign(value=rows["count"])),
    )


def alt_of(selection: Selection, rows: pd.DataFrame) -> str:
    """The largest age group of each sex."""
    told = []
    for sex, (name, _, _) in SEXES.items():
        mine = rows[rows["sex"] == sex].dropna(subset=["share_of_all"])
        if len(mine):
            top = mine.loc[mine["share_of_all"].idxmax()]
            told.append(f"most {name.lower()} are {band(top)} ({_percent(top['share_of_all'])})")
    area = words.area_words(selection.area)
    return f"Pyramid of {area}: of five-year age groups, {words.join_words(told)}."[:220]


def _picture(rows: pd.DataFrame, other: pd.DataFrame, prefix: str, alt: str) -> Html:
    bands = rows.drop_duplicates("age_from").sort_values("age_from").reset_index(drop=True)
    places = {age: place for place, age in enumerate(bands["age_from"])}
    with style.chart_settings():
        figure, axes = style.new_chart(ROW * len(bands) + 64, left=82, right=14, top=26, bottom=38)
        for sex, (name, colour, way) in SEXES.items():
            mine = rows[rows["sex"] == sex]
            at = mine["age_from"].map(places)
            axes.barh(at, way * mine["share_of_all"], height=0.82, color=colour)
            theirs = other[other["sex"] == sex]
            spots, ends = theirs["age_from"].map(places), way * theirs["share_of_all"]
            for line, width in ((style.WHITE, 5), (style.INK, 2)):
                axes.vlines(ends, spots - 0.5, spots + 0.5, color=line, linewidth=width)
            axes.annotate(
                name,
                (0.25 if way < 0 else 0.75, 1),
                xytext=(0, 8),
                xycoords="axes fraction",
                textcoords="offset points",
                ha="center",
                fontweight="bold",
            )
        drawn = pd.concat([rows, other])
        _axes(axes, bands, drawn.loc[drawn["sex"].isin(list(SEXES)), "share_of_all"])
        return svg.inline_svg(figure, prefix, alt)


def _axes(axes, bands: pd.DataFrame, shares: pd.Series) -> None:
    most = max(1.0, float(shares.max()))
    both = shares.max() * 1.05
    step = 1 if most < 3.5 else 2
    ticks = list(range(0, int(most) + 1, step))
    axes.set_xlim(-both, both)
    axes.set_ylim(-0.6, len(bands) - 0.4)
    axes.set_xticks(
        [*(-tick for tick in ticks[:0:-1]), *ticks],
        [*(f"{tick}%" for tick in ticks[:0:-1]), *(f"{tick}%" for tick in ticks)],
        fontsize=style.SMALL,
    )
    labels = [band(row) for _, row in bands.iterrows()]
    axes.set_yticks(range(len(bands)), labels, fontsize=style.SMALL)
    axes.axvline(0, color=style.WHITE, linewidth=1.5)
    style.plain_axes(axes)


def _table(selection: Selection, rows: pd.DataFrame, other: pd.DataFrame) -> Table:
    """One row = one band: number and share of each sex, and the wider area's shares."""
    columns = [Column("Age", heads_row=True)]
    bands = rows.drop_duplicates("age_from").sort_values("age_from")
    cells = [[band(row) for _, row in bands.iterrows()]]
    for sex, (name, _, _) in SEXES.items():
        for title, table, what in (
            (name, rows, "count"),
            (f"{name} (% of all residents)", rows, "share_of_all"),
            (f"{name}, {_name(other)} (%)", other, "share_of_all"),
        ):
            values = table[table["sex"] == sex].set_index("age_from")[what]
            if len(values):
                columns.append(Column(title, numeric=True))
                cells.append(_cells(bands["age_from"].map(values), 0 if what == "count" else 1))
    caption = f"Population of {words.area_words(selection.area)}, {rows['period_label'].iloc[0]}"
    return Table(caption, tuple(columns), tuple(zip(*cells, strict=True)))


def _cells(values: pd.Series, decimals: int) -> list[str]:
    return [words.missing_text("") if pd.isna(v) else rounding.half_up(v, decimals) for v in values]
