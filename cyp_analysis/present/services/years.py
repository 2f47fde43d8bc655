"""A measure over the months of a year, this year beside the last: a line for each."""

import pandas as pd

from cyp_analysis.present import alt_text, credits, figures, rounding, svg
from cyp_analysis.present import chart_style as style
from cyp_analysis.present.figures import Figure
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.services import wording
from cyp_analysis.present.tables import Column, Table

ENOUGH, MOST_YEARS = 6, 3
_MONTHS = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")
_LOOKS = (style.AREA_LINE, *style.BENCHMARK_LINES)
_HEIGHT = 280
_MEASURE, _SUM = ["place", "name", "sex", "age"], "year_to_date"


def year_lines(selection: Selection, rows: pd.DataFrame) -> list[Block]:
    """A chart for each measure with six months or more of one kind of period.

    A sum since 1 April has a chart where its months have none: the months say more, and the table
    gives the sum.
    """
    rows = rows[rows["kind"].isin(["month", "day", _SUM])]
    drawn = {key: (group, _points(group)) for key, group in rows.groupby([*_MEASURE, "kind"])}
    enough = {key for key, (_, points) in drawn.items() if points["month"].nunique() >= ENOUGH}
    return [
        figures.block(_figure(selection, *drawn[key]))
        for key in sorted(enough)
        if key[-1] != _SUM or (*key[:-1], "month") not in enough
    ]


def _points(rows: pd.DataFrame) -> pd.DataFrame:
    """`year` (as 2018/19), `month` (0 is April) and `shown`: the value where most rows have one,
    else the count; never both in one chart."""
    end = pd.to_datetime(rows["period_end"])
    first = end.dt.year - (end.dt.month < 4)
    figure = "value" if rows["value"].notna().sum() >= rows["count"].notna().sum() else "count"
    made = rows.assign(
        year=first.astype(str) + "/" + ((first + 1) % 100).map("{:02d}".format),
        month=(end.dt.month - 4) % 12,
        shown=rows[figure],
        of_value=figure == "value",
    )
    known = made.dropna(subset=["shown"]).sort_values("period_end", kind="stable")
    known = known.drop_duplicates(["year", "month"], keep="last")
    years = sorted(known["year"].unique())[-MOST_YEARS:]
    return known[known["year"].isin(years)].sort_values(["year", "month"])


def _figure(selection: Selection, rows: pd.DataFrame, points: pd.DataFrame) -> Figure:
    last = points.iloc[-1]
    name = wording.full_name(last)
    figure_id = selection.unique_id(f"fig-months-{last['measure'].lower()}")
    alt = _alt(selection, points)
    return Figure(
        id=figure_id,
        title=f"{name}: {_number(selection, last)} {wording.when(last)}",
        subtitle=f"{name}, {wording.counts(last)}, {selection.area.name}, by month.",
        picture=_picture(selection, points, figure_id, alt),
        alt=alt,
        table=_table(selection, points),
        source=credits.source_line(selection, rows.assign(value=rows["value"].fillna(0))),
    )


def _number(selection: Selection, row: pd.Series) -> str:
    if row["of_value"]:
        return wording.value_text(selection, row, row["shown"])
    return rounding.count_text(row["shown"])


def _alt(selection: Selection, points: pd.DataFrame) -> str:
    parts = []
    for year, group in points.groupby("year"):
        first, last = group.iloc[0], group.iloc[-1]
        low, high = _number(selection, first), _number(selection, last)
        parts.append(
            f"{year} from {low} in {_MONTHS[first['month']]} to {high} in {_MONTHS[last['month']]}"
        )
    number = "One line" if len(parts) == 1 else f"{len(parts)} lines"
    return alt_text.fitted(f"{number}, one for each year", parts)


def _table(selection: Selection, points: pd.DataFrame) -> Table:
    years = sorted(points["year"].unique())
    cells = points.set_index(["month", "year"])
    rows = tuple(
        (name, *(_cell(selection, cells, (month, year)) for year in years))
        for month, name in enumerate(_MONTHS)
        if (points["month"] == month).any()
    )
    columns = (Column("Month", heads_row=True), *(Column(year, numeric=True) for year in years))
    blank = any(cell == "" for row in rows for cell in row)
    notes = ("–: no figure for that month.",) if blank else ()
    return Table(f"{wording.full_name(points.iloc[-1])}, by month", columns, rows, notes)


def _cell(selection: Selection, cells: pd.DataFrame, key: tuple[int, str]) -> str:
    return _number(selection, cells.loc[key]) if key in cells.index else ""


def _picture(selection: Selection, points: pd.DataFrame, prefix: str, alt: str):
    """A line for each year, named at its end; the newest is the heaviest."""
    with style.chart_settings():
        figure, axes = style.new_chart(_HEIGHT, left=48, right=84)
        years = sorted(points["year"].unique(), reverse=True)
        for year, look in zip(years, _LOOKS, strict=False):
            group = points[points["year"] == year]
            axes.plot(group["month"].to_numpy(), group["shown"].to_numpy(float), **look)
        _label_ends(axes, points, years)
        _frame(axes, points)
        return svg.inline_svg(figure, prefix, alt)


def _label_ends(axes, points: pd.DataFrame, years: list[str]) -> None:
    ends = [points[points["year"] == year].iloc[-1] for year in years]
    span = max(points["shown"].max(), 1e-9)
    places = style.spread(
        [end["shown"] for end in ends], [span * 0.09] * len(ends), (0, span * 1.1)
    )
    for end, place, look in zip(ends, places, _LOOKS, strict=False):
        axes.annotate(
            end["year"],
            (end["month"], place),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.SMALL,
            color=look["color"],
            fontweight="bold",
            # The line of another year may pass behind the name.
            bbox={"facecolor": style.WHITE, "linewidth": 0, "pad": 1},
        )


def _frame(axes, points: pd.DataFrame) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_ylim(0, max(points["shown"].max() * 1.12, 1))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
    axes.tick_params(axis="y", labelsize=style.SMALL)
    axes.set_xlim(-0.4, 11.4)
    axes.set_xticks(range(0, 12, 2), _MONTHS[::2], fontsize=style.SMALL)
    axes.grid(axis="y", color=style.GREY, linewidth=0.8)
    axes.set_axisbelow(True)
