"""Tables for `cyp list`: what areas, indicators, chapters, sources and editions there are."""

import json
from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue, geography, paths
from cyp_analysis.edition_reader import edition_names
from cyp_analysis.visible import visible


def listing(what: str) -> pd.DataFrame:
    """One row per thing; `what` is areas, indicators, chapters, sources or editions."""
    return _LISTS[what]()


def as_text(table: pd.DataFrame) -> str:
    """A table as lines of text, its columns set to the left, two spaces apart."""
    rows = table.astype("str").to_numpy().tolist()
    cells = [[str(name) for name in table], *([visible(text) for text in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(table.shape[1])]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _areas() -> pd.DataFrame:
    """Upper-tier authorities in force, with their regions, in order of name."""
    areas = geography.areas()
    names = areas.set_index("code")["name"]
    country = areas.loc[areas["level"] == "country", "code"].iloc[0]
    now = areas[areas["code"].isin(geography.members(country))]
    table = pd.DataFrame(
        {"area_code": now["code"], "name": now["name"], "region": now["region_code"].map(names)}
    )
    return table.sort_values("name", ignore_index=True)


def _indicators() -> pd.DataFrame:
    known = catalogue.load().indicators.values()
    rows = [(i.id, i.theme, i.unit, i.polarity, i.name) for i in known]
    return pd.DataFrame(rows, columns=["indicator_id", "theme", "unit", "polarity", "name"])


def _chapters() -> pd.DataFrame:
    rows = [(c.number, c.id, c.title, c.notebook) for c in catalogue.load().chapters.values()]
    return pd.DataFrame(rows, columns=["number", "chapter_id", "title", "notebook"])


def _sources() -> pd.DataFrame:
    known = catalogue.load().sources.values()
    rows = [(s.id, s.publisher, str(s.published or ""), s.title) for s in known]
    return pd.DataFrame(rows, columns=["source_id", "publisher", "published", "title"])


def _editions() -> pd.DataFrame:
    rows = [_edition(paths.outputs_dir() / name) for name in edition_names()]
    return pd.DataFrame(rows, columns=["edition", "created", "areas", "chapters_built"])


def _edition(folder: Path) -> tuple[str, str, object, object]:
    """Name, time, areas and chapters built; blanks where the receipt cannot be read."""
    try:
        receipt = json.loads((folder / "receipt.json").read_text(encoding="utf-8"))
        built = [c for c in receipt["chapters"] if c["outcome"] == "built"]
        return folder.name, receipt["created"], len(receipt["parameters"]["areas"]), len(built)
    except (OSError, ValueError, KeyError):
        return folder.name, "no readable receipt", "", ""


_LISTS = {
    "areas": _areas,
    "indicators": _indicators,
    "chapters": _chapters,
    "sources": _sources,
    "editions": _editions,
}
