"""A small edition with withheld figures, and the many ways in which one could be given away."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

AREA = "E09000003"
LEGAL, STARTING = "local_children_in_care_by_legal_status", "local_children_starting_care"
ADOPTED, RATE = "local_children_in_care_adopted", "local_children_in_care_rate"
ENTRANTS = "local_youth_first_time_entrants"
NOTE = "suppressed (c): based on small numbers"
DAY = "30 September 2018"
# Legal status: of 120 children, 3 and 4 withheld: together 7, so each is 0 to 7.
STATUSES = {
    "Full Care Order": 60,
    "Section 20 agreement": 38,
    "Interim Care Order": 15,
    "Police Protection": 3,
    "Secure Remand": 4,
}
SMALL = ("Police Protection", "Secure Remand")
NUMBERS = ["count", "denominator", "value", "lower_ci_95", "upper_ci_95"]


def row(indicator: str, count: float | None, **told: object) -> dict[str, object]:
    """A row of the indicator table; without a count it is withheld."""
    blank = {name: np.nan for name in NUMBERS} | {"benchmark_value": np.nan}
    usual = {
        **{"indicator_id": indicator, "area_code": AREA, "sex": "persons", "age": ""},
        **{"period_start": "2018-09-30", "period_end": "2018-09-30", "period_label": DAY},
        **{"category_type": "", "category": "", "outcome": "not_compared", "method": "none"},
        "value_note": NOTE if count is None else "",
    }
    return usual | blank | {"count": np.nan if count is None else count} | told


def legal(category: str) -> dict[str, object]:
    """One legal status with its share of 120, or without if it is small."""
    common = {"category_type": "legal status", "category": category}
    count = STATUSES[category]
    if category in SMALL:
        return row(LEGAL, None, **common)
    return row(LEGAL, count, denominator=120.0, value=100 * count / 120, **common)


def months(indicator: str, counts: dict[str, float | None]) -> list[dict[str, object]]:
    """Running totals since April to the months named by their number."""
    names = {6: "June", 7: "July", 8: "August", 9: "September"}
    found = []
    for number, count in counts.items():
        end = pd.Timestamp(2018, int(number), 1) + pd.offsets.MonthEnd(0)
        told = {"period_start": "2018-04-01", "period_end": str(end.date())}
        label = f"April to {names[int(number)]} 2018"
        found.append(row(indicator, count, period_label=label, **told))
    return found


def indicator_rows() -> list[dict[str, object]]:
    """The indicator table of the sample."""
    by_sex = {"persons": 23, "male": None, "female": None}
    week = {"period_label": "2017/18", "period_end": "2018-03-31", "period_start": "2017-04-01"}
    return [
        *(legal(category) for category in STATUSES),
        *(row(STARTING, count, sex=sex, **week) for sex, count in by_sex.items()),
        row(ADOPTED, 9, denominator=96.0, value=9.375, period_label="2016/17",
            period_start="2016-04-01", period_end="2017-03-31"),
        row(ADOPTED, None, **week),
        row(RATE, None, **week),
        *months(ENTRANTS, {"6": 10, "7": None, "8": None, "9": 21}),
    ]  # fmt: skip


def make(folder: Path) -> Path:
    """The sample as a folder of an edition: tables, a page, a workbook, CSV, a receipt, a chart."""
    area = folder / AREA / "downloads"
    (area / "charts").mkdir(parents=True)
    typed(pd.DataFrame(indicator_rows())).to_parquet(folder / "indicators.parquet")
    (folder / AREA / "care.html").write_text(page(), encoding="utf-8")
    (area / "charts" / "care.svg").write_text(chart(), encoding="utf-8")
    csv_rows(folder).to_csv(area / "care.csv", index=False)
    (area / "care.csv-metadata.json").write_text(json.dumps({"dc:title": "Children in care"}))
    workbook().save(area / "care.xlsx")
    (folder / "receipt.json").write_text(json.dumps({"edition": "sample", "chapters": []}))
    return folder


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers and days as such."""
    days = {name: "datetime64[us]" for name in table if name in ("period_start", "period_end")}
    return table.astype({name: "float64" for name in NUMBERS if name in table} | days)


def csv_rows(folder: Path) -> pd.DataFrame:
    """The rows as a download has them: a mark where a number is withheld."""
    rows = pd.read_parquet(folder / "indicators.parquet").rename(columns={"value_note": "note"})
    rows = rows.assign(period=rows.pop("period_label")).drop(columns=["benchmark_value"])
    return rows.astype({name: "object" for name in NUMBERS}).fillna("[c]")


def table_rows(marks: dict[str, str]) -> str:
    cells = {name: ("[c]", "[c]", "[c]") for name in SMALL} | {
        name: (str(n), f"{100 * n / 120:.1f}", "10.0 to 60.0")
        for name, n in STATUSES.items()
        if name not in SMALL
    }
    return "".join(
        f'<tr{marks.get(name, "")}><th scope="row">{name}</th>'
        + "".join(f'<td class="num">{text}</td>' for text in cells[name])
        + "</tr>"
        for name in STATUSES
    )


def page(extra: str = "") -> str:
    """A chapter: a sentence, a chart with its alternative text, a table."""
    shown = "; ".join(f"{k} {100 * n / 120:.1f}%" for k, n in STATUSES.items() if k not in SMALL)
    return f"""<!doctype html><html lang="en-GB"><head><title>Children in care</title></head><body>
<h1>Children in care</h1>
<p data-indicator="{STARTING}" data-area="{AREA}" data-period-end="2018-03-31">In 2017/18, 23
children came into care.</p>
<p data-indicator="{ADOPTED}" data-area="{AREA}" data-period-end="2018-03-31">The figure for
children adopted from care in 2017/18 is suppressed because it is based on small numbers.</p>
<figure id="fig-{LEGAL}-breakdown"><figcaption>Children in care by legal status, {DAY}</figcaption>
<svg role="img" aria-label="Children in care by legal status: {shown}; two figures withheld.">
{chart()}</svg>
<table><caption>Children in care by legal status, {DAY}</caption><thead><tr>
<th scope="col">Legal status</th><th scope="col">Count</th><th scope="col">Value (%)</th>
<th scope="col">95% confidence interval</th></tr></thead><tbody>{table_rows({})}</tbody></table>
</figure>
{extra}
</body></html>"""


def chart(extra: str = "") -> str:
    """Bars of 4 pixels a per cent from x = 200, a row every 50 pixels; withheld ones have none."""
    ticks = "".join(f'<text x="{200 + 4 * n}" y="300">{n}%</text>' for n in (0, 20, 40))
    rows = ""
    for place, (name, count) in enumerate(STATUSES.items()):
        y = 20 + 50 * place
        rows += f'<text x="190" y="{y + 22}">{name}</text>'
        if name not in SMALL:
            width = 4 * 100 * count / 120
            rows += f'<path d="M200 {y}l{width:.1f} 0l0 36l-{width:.1f} 0z"/>'
    return f'<svg viewBox="0 0 500 310"><title>{LEGAL}, {DAY}</title>{ticks}{rows}{extra}</svg>'


def workbook() -> Workbook:
    """One sheet with the table as on the page."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Table 1"
    sheet.append([f"Children in care by legal status, {DAY}"])
    sheet.append(["Legal status", "Count", "Value (%)"])
    for name, count in STATUSES.items():
        is_small = name in SMALL
        sheet.append([name, "[c]" if is_small else count, "[c]" if is_small else count / 1.2])
    return book


# --- what is planted ---------------------------------------------------------------------------
Plant = Callable[[Path], None]


def into_table(where: dict[str, object], **numbers: object) -> Plant:
    """Numbers left in rows of the indicator table."""

    def plant(folder: Path) -> None:
        path = folder / "indicators.parquet"
        table = pd.read_parquet(path)
        mine = np.logical_and.reduce([table[name] == value for name, value in where.items()])
        assert mine.sum() == 1
        for name, number in numbers.items():
            table.loc[mine, name] = number
        table.to_parquet(path)

    return plant


def more_rows(*rows: dict[str, object]) -> Plant:
    """Further rows of the indicator table."""

    def plant(folder: Path) -> None:
        path = folder / "indicators.parquet"
        table = pd.concat([pd.read_parquet(path), typed(pd.DataFrame(list(rows)))])
        table.to_parquet(path, index=False)

    return plant


def other_table(name: str, rows: list[dict[str, object]]) -> Plant:
    """Another Parquet table."""
    return lambda folder: pd.DataFrame(rows).to_parquet(folder / f"{name}.parquet")


def on_page(extra: str) -> Plant:
    """Something at the end of the page."""
    return lambda folder: _write(folder / AREA / "care.html", page(extra))


def instead(old: str, new: str) -> Plant:
    """Something on the page replaced."""

    def plant(folder: Path) -> None:
        path = folder / AREA / "care.html"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1
        _write(path, text.replace(old, new))

    return plant


def in_chart(extra: str) -> Plant:
    """Something drawn in the chart to download."""
    path = Path(AREA) / "downloads" / "charts" / "care.svg"
    return lambda folder: _write(folder / path, chart(extra))


def in_file(name: str, text: str) -> Plant:
    """A file among the downloads."""
    return lambda folder: _write(folder / AREA / "downloads" / name, text)


def in_book(change: Callable[[Workbook], None]) -> Plant:
    """A change of the workbook."""

    def plant(folder: Path) -> None:
        path = folder / AREA / "downloads" / "care.xlsx"
        book = load_workbook(path)
        change(book)
        book.save(path)

    return plant


def in_zip(name: str, text: str) -> Plant:
    """A file inside an archive."""

    def plant(folder: Path) -> None:
        with zipfile.ZipFile(folder / AREA / "downloads" / "everything.zip", "w") as archive:
            archive.writestr(name, text)

    return plant


def in_json(told: object, name: str = "receipt.json") -> Plant:
    """Something in a file of JSON."""
    return lambda folder: _write(folder / name, json.dumps(told))


def hidden_column(book: Workbook) -> None:
    """A column that a reader can unhide."""
    sheet = book["Table 1"]
    sheet["D2"], sheet["D6"] = "Number before control", 3
    sheet.column_dimensions["D"].hidden = True


def hidden_sheet(book: Workbook) -> None:
    """A sheet that is not shown, deeply hidden."""
    sheet = book.create_sheet("work")
    for line in (
        [f"Children in care by legal status, {DAY}"],
        ["status", "n"],
        ["Police Protection", 3],
    ):
        sheet.append(line)
    sheet.sheet_state = "veryHidden"


def comment(book: Workbook) -> None:
    """A comment beside a cell."""
    text = f"Children in care by legal status, {DAY}: Police Protection 3 children"
    book["Table 1"]["B6"].comment = Comment(text, "analyst")


def property_of_book(book: Workbook) -> None:
    """A property of the document."""
    text = f"Children in care by legal status, {DAY}; Police Protection: 3; checked"
    book.properties.description = text


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
