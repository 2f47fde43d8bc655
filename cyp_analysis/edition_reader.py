"""Reading a finished edition: which one, and only the rows that a chapter needs."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from cyp_analysis import paths
from cyp_analysis.edition_tables import REGISTER_COLUMNS, REGISTERS, TABLES
from cyp_analysis.errors import AskedEditionError, EditionError


@dataclass(frozen=True)
class Edition:
    """One edition: its name, its folder and its tables, read only when asked for."""

    name: str
    path: Path

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The whole indicator table."""
        return self.read("indicators")

    @cached_property
    def comparisons(self) -> pd.DataFrame:
        """The whole table of comparisons, one row = indicator row × benchmark."""
        return self.read("comparisons")

    @cached_property
    def differences(self) -> pd.DataFrame:
        """What was printed against what is computed."""
        return self.read("differences")

    def read(
        self,
        table: str,
        *,
        areas: Iterable[str] | None = None,
        indicators: Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Rows of one of `edition_tables.TABLES`, only the areas and ids asked for.

        EditionError if the table is missing, damaged or lacks a column.
        """
        asked = {"area_code": areas, "indicator_id": indicators}
        filters = [(name, "in", sorted(set(v))) for name, v in asked.items() if v is not None]
        if any(not values for _, _, values in filters):
            return self.read(table).head(0)
        return _read(self.path / f"{table}.parquet", TABLES[table], filters)

    def register(self, kind: str, *, areas: Iterable[str]) -> pd.DataFrame:
        """The entries of some areas in the register of that kind (actions, risks …), in the order
        of their files; no row and only the common columns where the edition has none."""
        path = self.path / REGISTERS / f"{kind}.parquet"
        if not path.is_file():
            return pd.DataFrame(columns=REGISTER_COLUMNS)
        return _read(path, REGISTER_COLUMNS, [("area_code", "in", sorted(set(areas)))])


def open_edition(name: str | Path | None = None) -> Edition:
    """The edition of that name, or the newest; EditionError if there is none."""
    known = {folder.name: folder for folder in _editions(paths.outputs_dir())}
    if name is None or str(name) == "":
        if not known:
            raise _none_yet()
        newest = max(known.values(), key=_age)
        return Edition(newest.name, newest)
    folder = paths.outputs_dir() / name  # an absolute path stands for itself
    if not _can_be(name) or not (folder / "indicators.parquet").is_file():
        raise _unknown(str(name), known)
    return Edition(folder.name, folder)


def _can_be(name: str | Path) -> bool:
    """Whether it is the name of a folder beside the others, or a whole path; `../x` is neither."""
    parts = Path(name).parts
    plain = len(parts) == 1 or Path(name).is_absolute()
    return plain and ".." not in parts and all(len(os.fsencode(part)) <= 255 for part in parts)


def load_edition(path: str | Path | None = None) -> pd.DataFrame:
    """The indicator table of an edition: the latest, or the one of that name or folder."""
    return open_edition(path if path is None else _folder(Path(path))).indicators


def _folder(path: Path) -> Path:
    return path.resolve() if (path / "indicators.parquet").is_file() else path


def edition_names() -> list[str]:
    """Names of the editions that exist, oldest first."""
    return [folder.name for folder in sorted(_editions(paths.outputs_dir()), key=_age)]


def period_ends(edition: Edition) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The first and the last day on which a period of the figures ends; NaT without figures."""
    ends = pd.read_parquet(edition.path / "indicators.parquet", columns=["period_end"])
    return ends["period_end"].min(), ends["period_end"].max()


def _editions(outputs: Path) -> list[Path]:
    """Folders with an indicator table; hidden ones are still being written."""
    if not outputs.is_dir():
        return []
    folders = (f for f in outputs.iterdir() if f.is_dir() and not f.name.startswith("."))
    return [folder for folder in folders if (folder / "indicators.parquet").is_file()]


def _age(folder: Path) -> tuple[int, str]:
    receipt = folder / "receipt.json"
    dated = receipt if receipt.is_file() else folder / "indicators.parquet"
    return dated.stat().st_mtime_ns, folder.name


def _none_yet() -> EditionError:
    return EditionError(
        "edition",
        "one must have been built",
        f"none in {paths.outputs_dir()}",
        "Run `cyp build` first.",
    )


def _unknown(name: str, known: dict[str, Path]) -> EditionError:
    if not known:
        return _none_yet()
    names = ", ".join(sorted(known))
    return AskedEditionError(
        "edition", "must be one that was built", name, f"Choose from: {names}."
    )


def _read(path: Path, columns: list[str], filters: list[tuple]) -> pd.DataFrame:
    from pyarrow.lib import ArrowException

    again = "Build the edition again with `cyp build`."
    if not path.is_file():
        raise EditionError(path.parent.name, f"must hold {path.name}", "no such file", again)
    try:
        table = pd.read_parquet(path, filters=filters or None)
    except (ArrowException, OSError, ValueError) as error:
        got = " ".join(str(error).split())[:120]
        rule = "must be a readable edition table"
        raise EditionError(f"{path.parent.name}/{path.name}", rule, got, again) from None
    missing = [name for name in columns if name not in table]
    if missing:
        thing = f"{path.parent.name}/{path.name}"
        raise EditionError(thing, f"must have the column {missing[0]}", list(table), again)
    return table
