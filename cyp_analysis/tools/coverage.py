"""Writes docs/coverage.md: what of the client's documents is produced where, and what is not.

For maintainers: `python -m cyp_analysis.tools.coverage`. The page is made of three things kept
where they belong: `data/catalogue/artefacts.csv` (artefact → chapter and call), the `inventory` tag
of each indicator, and `data/catalogue/not_computed/*.csv` (inventory id → reason).
"""

from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue, paths, place_measures
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.errors import CatalogueError

ARTEFACT_COLUMNS = ["artefact", "title", "chapter", "call", "note"]
_HEAD = """\
# Coverage

What the client's published documents show, and where this toolkit produces it. Made by
`python -m cyp_analysis.tools.coverage` from `data/catalogue`; a test keeps it true.
"""


def coverage_page(known: Catalogue, folder: Path) -> str:
    """The Markdown page: one table of artefacts, one of the inventory's indicators."""
    artefacts, inventory = read_artefacts(folder), inventory_table(known, folder)
    done = int((inventory["indicators"] != "").sum())
    said = (
        f"{len(inventory)} indicators are listed in the documents: {done} are in the catalogue,"
        f" {len(inventory) - done} cannot be computed, each for the reason given."
    )
    parts = [
        _HEAD,
        "## Artefacts\n",
        _markdown(artefacts.assign(call="`" + artefacts["call"] + "`")),
        "\n## Indicators\n",
        f"{said}\n",
        _markdown(inventory),
    ]
    return "\n".join(parts) + "\n"


def read_artefacts(folder: Path) -> pd.DataFrame:
    """The artefacts in their order: artefact, title, chapter, call, note, all text."""
    return _read(folder / "artefacts.csv", ARTEFACT_COLUMNS)


def inventory_table(known: Catalogue, folder: Path) -> pd.DataFrame:
    """One row for each indicator of the inventory: id, name, indicators, reason.

    The inventory is the measure lists of the bundled documents. CatalogueError for an id that is
    in no list, or one that has both an indicator and a reason.
    """
    lists = sorted((paths.data_dir() / "raw").glob("*/*/measure_list.csv"))
    listed = pd.concat([_read(path, ["measure", "name"]) for path in lists], ignore_index=True)
    names = dict(sorted(zip(listed["measure"], listed["name"], strict=True)))
    covered = _covering(known)
    reasons = _reasons(folder)
    for place, ids in (("an `inventory` tag", covered), ("not_computed", reasons)):
        if unknown := sorted(set(ids) - set(names)):
            action = "Use an id of a measure_list.csv."
            raise CatalogueError(place, "must name the inventory", unknown[0], action)
    if both := sorted(set(covered) & set(reasons)):
        raise CatalogueError(
            "not_computed", "must be without an indicator", both[0], "Take it out."
        )
    rows = [
        (i, name, ", ".join(f"`{x}`" for x in covered.get(i, [])), reasons.get(i, ""))
        for i, name in names.items()
    ]
    return pd.DataFrame(rows, columns=["id", "name", "indicators", "reason"])


def _covering(known: Catalogue) -> dict[str, list[str]]:
    """Inventory id → the indicators and measures of small areas that cover it."""
    places = place_measures.load(paths.data_dir() / "catalogue" / "places")
    tagged = [(i.id, i.tags) for i in (*known.indicators.values(), *places.values())]
    found: dict[str, dict[str, None]] = {}
    for name, tags in tagged:
        for each in tags.get("inventory", []):
            found.setdefault(str(each), {})[name] = None
    return {each: list(names) for each, names in found.items()}


def _reasons(folder: Path) -> dict[str, str]:
    files = sorted((folder / "not_computed").glob("*.csv"))
    parts = [_read(path, ["inventory", "reason"]) for path in files]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["inventory"])
    if twice := rows.loc[rows["inventory"].duplicated(), "inventory"].tolist():
        raise CatalogueError("not_computed", "must have each id once", twice[0], "Keep one reason.")
    return dict(zip(rows["inventory"], rows["reason"], strict=True)) if len(rows) else {}


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False)[columns]


def _markdown(rows: pd.DataFrame) -> str:
    """A Markdown table; an empty cell is shown as a dash."""
    heads = [name.replace("_", " ").capitalize() for name in rows]
    lines = [heads, ["---"] * len(heads), *rows.to_numpy().tolist()]
    cells = (
        [cell.replace("|", "\\|").strip("`") and cell or "–" for cell in line] for line in lines
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def main() -> None:
    """Write the page."""
    folder = paths.data_dir() / "catalogue"
    page = coverage_page(catalogue.load(), folder)
    (paths.project_root() / "docs" / "coverage.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
