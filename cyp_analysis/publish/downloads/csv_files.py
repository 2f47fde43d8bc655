"""Figures as CSV, each with a metadata file that says what its columns hold (CSV on the Web)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cyp_analysis import paths
from cyp_analysis.present import words
from cyp_analysis.publish.downloads.figures import NUMBERS, VERDICT, verdict_columns
from cyp_analysis.publish.downloads.safe_text import neutral
from cyp_analysis.publish.files import write_atomic

LIMIT = "Limit of the 95% confidence interval, in the unit of the figure."
# Column → title, what it holds, and its datatype.
FIELDS: dict[str, tuple[str, str, str]] = {
    "indicator_id": ("Indicator id", "Short name of the indicator in the catalogue.", "string"),
    "indicator": ("Indicator", "Name of the indicator.", "string"),
    "area_code": ("Area code", "Code of the area in the register of the ONS.", "string"),
    "area": ("Area", "Name of the area.", "string"),
    "period": ("Period", "The period as the publisher names it.", "string"),
    "period_start": ("Period starts", "First day of the period.", "date"),
    "period_end": ("Period ends", "Last day of the period.", "date"),
    "sex": ("Sex", "Persons, male or female.", "string"),
    "age": ("Age", "Ages as published; blank where the source names none.", "string"),
    "category_type": ("Category type", "What the children are grouped by; blank: all.", "string"),
    "category": ("Category", "The group of children; blank: all of them.", "string"),
    "count": ("Count", "Number of children, events or things counted.", "number"),
    "denominator": ("Denominator", "What the count is divided by, or a survey's base.", "number"),
    "value": ("Value", "The figure, unrounded, in the unit of the column `unit`.", "number"),
    "lower_ci_95": ("Lower 95% limit", f"Lower. {LIMIT}", "number"),
    "upper_ci_95": ("Upper 95% limit", f"Upper. {LIMIT}", "number"),
    "unit": ("Unit", "Unit of the value and of its limits.", "string"),
    "benchmark": ("Benchmark", "The area that the page compares with; blank: none.", "string"),
    "benchmark_value": ("Benchmark value", "The figure there, same unit; blank: none.", "number"),
    "recent_trend": ("Recent trend", "Change over the latest periods, tested.", "string"),
    "target_value": ("Target", "Target set for the period, same unit; blank: none.", "number"),
    "statistic": ("Statistic", "What kind of figure it is.", "string"),
    "method": ("Method", "How the interval was made; published: by the publisher.", "string"),
    "note": ("Note", "Why a figure is missing or unusual.", "string"),
    "source": ("Source", "Publisher and title of the document.", "string"),
    "source_id": ("Source id", "Short name of the source in the catalogue.", "string"),
    "published": ("Published", "Day on which the source was published; blank: not known.", "date"),
    "licence": ("Licence", "Licence of the source.", "string"),
    "notice": ("Notice", "What must be said of these data.", "string"),
}
_OWN_NAMES = {
    "period_label": "period",
    "trend": "recent_trend",
    "value_note": "note",
    "source_published": "published",
}
_LAST = ("statistic", "method", "note", "source", "source_id", "published", "licence", "notice")
UNITS = {"count": "number", "denominator": "number"}
SHORTHAND = [f"[{letter}]" for letter in words.MEANINGS]


@dataclass(frozen=True)
class About:
    """What the metadata say of a file: title, area, edition and when the edition was made."""

    title: str
    area: str
    edition: str
    created: str


def write_csv(path: Path, figures: pd.DataFrame, about: About) -> tuple[Path, Path]:
    """Write the figures and, beside them, `<file>-metadata.json`; both paths."""
    table = csv_table(figures)
    text = table.to_csv(index=False, lineterminator="\r\n")
    write_atomic_exact(path, "\ufeff" + text)
    told = path.with_name(f"{path.name}-metadata.json")
    metadata = csv_metadata(path.name, figures, table.columns, about)
    return path, write_atomic(told, json.dumps(metadata, indent=1, ensure_ascii=False) + "\n")


def write_atomic_exact(path: Path, text: str) -> Path:
    """Write bytes as they are: line ends and the mark that Excel needs to see UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def csv_table(figures: pd.DataFrame) -> pd.DataFrame:
    """The rows as text: numbers unrounded or their shorthand, dates as 2024-03-31, text safe."""
    rows = figures.drop(columns="recent_trend").rename(columns=_OWN_NAMES)
    notice = neutral(paths.notice())
    rows = rows.assign(notice=notice) if notice else rows
    verdicts = verdict_columns(figures)
    columns = [name for name in FIELDS if name in rows and name not in _LAST]
    columns += [*verdicts, *(name for name in _LAST if name in rows)]
    return pd.DataFrame({name: _as_text(rows, name) for name in columns}, dtype="str")


def _as_text(rows: pd.DataFrame, name: str) -> pd.Series:
    kind = FIELDS[name][2] if name in FIELDS else "string"
    if kind == "number":
        shown = rows[name].map(number_text, na_action="ignore").astype("object")
        missing = rows[f"{name}_missing"].map(lambda x: f"[{x}]") if name in NUMBERS else ""
        return shown.where(rows[name].notna(), missing)
    if kind == "date":
        return rows[name].dt.strftime("%Y-%m-%d").fillna("")
    known = {text: neutral(str(text)) for text in rows[name].dropna().unique()}
    return rows[name].map(known).fillna("")


def number_text(value: float) -> str:
    """A number at 12 significant digits, without thousands commas: 70.6689536878."""
    return f"{value:.12g}"


def csv_metadata(
    name: str, figures: pd.DataFrame, columns: Iterable[str], about: About
) -> dict[str, object]:
    """The metadata of one CSV file in the words of the W3C's CSV on the Web."""
    sources = figures.drop_duplicates("source_id")
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en-GB"}],
        "url": name,
        "dc:title": about.title,
        "dc:description": " ".join(filter(None, [_DESCRIPTION, paths.notice()])),
        "dc:coverage": about.area,
        "dc:isPartOf": f"Edition {about.edition}",
        "dc:created": about.created,
        "dc:source": sorted(sources["source"].unique()),
        "dc:license": sorted(filter(None, sources["licence"].unique())),
        "notes": [f"[{letter}]: {meaning}." for letter, meaning in words.MEANINGS.items()],
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_column(name) for name in columns]},
    }


_DESCRIPTION = (
    "One row is one figure: an indicator for an area, a period and a group of children."
    " A missing number is given as shorthand in square brackets, never as zero."
)


def _column(name: str) -> dict[str, object]:
    if name.startswith(VERDICT):
        place = name.removeprefix(VERDICT).replace("_", " ").title()
        said = f"How the figure compares with that of {place}, where it can be tested."
        title, kind = f"Verdict against {place}", "string"
    else:
        title, said, kind = FIELDS[name]
    column = {"name": name, "titles": [name, title], "dc:description": said, "datatype": kind}
    if kind == "number":
        column["null"] = [*SHORTHAND, ""]
        column["schema:unitText"] = UNITS.get(name, "as in the column `unit`")
    return column
