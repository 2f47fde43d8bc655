"""A project folder of the demonstration's own: the project's catalogue and notebooks, invented
places, invented files. No real place is ever given an invented figure."""

import re
import shutil
from pathlib import Path

import pandas as pd
import yaml

from cyp_analysis import catalogue, geography, paths
from cyp_analysis.area_tables import AREA_FIELDS
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.demo import texts
from cyp_analysis.demo.files import all_files, document_names
from cyp_analysis.demo.layouts.documents import years_later
from cyp_analysis.demo.model import Model
from cyp_analysis.demo.people import make_world
from cyp_analysis.demo.places import COUNTRY, Places, make_places
from cyp_analysis.demo.tables import DATED

FILES = "files"
NOTICE = (
    "Illustrative data. This place and every figure on this page are invented, to show what the "
    "pages of a real authority look like. They must not be quoted."
)
_MODEL_YEAR, _ACROSS = 2026, 6
_TILES = ["area_code", "column", "row"]


def write_home(folder: Path, areas: int) -> Places:
    """The whole project folder; the files to read are in `files` in it."""
    known = catalogue.load()
    model = Model(make_world(make_places(areas)), known)
    data = folder / "data"
    write_catalogue(data / "catalogue", known, model.world.places)
    write_reference(data / "reference", model.world.places)
    shutil.copytree(paths.notebooks_dir(), folder / "notebooks", dirs_exist_ok=True)
    (data / "raw").mkdir(exist_ok=True)
    texts.write_texts(data / "commentary", folder / FILES, model)
    _write(data / "notice.txt", NOTICE)
    for file in all_files(model):
        _write(folder / FILES / file.path, file.text)
    return model.world.places


def write_catalogue(folder: Path, known: Catalogue, places: Places) -> None:
    """The project's catalogue: passports say that the figures are invented, documents and targets
    are the invented authority's."""
    own = places.authorities.iloc[0]
    real = {s.area for s in known.sources.values() if s.area}
    names = {source.id: name for name, source in document_names(known).items()}
    swaps = dict(names)
    for code in sorted(real):
        swaps |= {f"London Borough of {geography.name(code)}": f"{own['name']} Council"}
        swaps |= {geography.name(code): own["name"], code: own["code"]}
    origin = paths.data_dir() / "catalogue"
    for path in sorted(p for p in origin.rglob("*") if p.is_file()):
        inside = path.relative_to(origin)
        if path.stem in names:
            inside = inside.with_stem(names[path.stem])
        text = path.read_text(encoding="utf-8")
        for old, new in swaps.items():
            text = text.replace(old, new)
        if inside.parts[0] == "sources":
            text = _as_invented(text, document=path.stem in names)
        _write(folder / inside, text)
    _write(folder / "targets.csv", _targets(known, own["code"], names))


def _as_invented(text: str, *, document: bool) -> str:
    """A passport that says whose layout it is and that the figures are invented."""
    told = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if document:
        told |= {"published": None, "published_note": "Invented figures have no publication."}
        told |= {"get": "`cyp demo` writes it.", "title": "Invented figures of a council's report"}
        for key in ("files", "date_estimated"):
            told.pop(key, None)
        told["publisher"] = "Illustrative: a council's own report"
    else:
        told["publisher"] = f"Illustrative, in the layout of: {told['publisher']}"
        told["title"] = f"Invented figures in the layout of: {told['title']}"
    told |= {"licence": "Invented figures: no licence", "url": "", "citation": told["title"]}
    return yaml.dump(told, sort_keys=False, allow_unicode=True, width=100)


def _targets(known: Catalogue, code: str, names: dict[str, str]) -> str:
    """The project's targets, as much later as their documents, for the invented authority."""
    table = pd.read_csv(
        paths.data_dir() / "catalogue" / "targets.csv", dtype=str, keep_default_na=False
    )
    pairs = zip(table["period_end"], table["source_id"], strict=True)
    by = {source: years_later(known.sources[source]) for source in names}
    later = [f"{int(day[:4]) + by.get(s, 0)}{day[4:]}" if day else "" for day, s in pairs]
    blank = [name for name in table if name.startswith(("printed_", "exact_", "benchmark_"))]
    made = table.assign(
        area_code=code, period_end=later, source_id=table["source_id"].replace(names), line=""
    )
    return made.assign(**dict.fromkeys(blank, "")).to_csv(index=False, lineterminator="\n")


def write_reference(folder: Path, places: Places) -> None:
    """Reference tables of the invented places; of other tables of areas only the header."""
    for path in sorted((paths.data_dir() / "reference").iterdir()):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\b(E0[6-9]|E1[0-3])\d{6}\b", text):
            text = text.splitlines()[0] + "\n"
        _write(folder / path.name, text)
    _write(folder / "areas.csv", _areas(places))
    _write(folder / "neighbours.csv", _neighbours(places))
    _write(folder / "tile_map.csv", _tiles(places, folder / "tile_map.csv"))


def _areas(places: Places) -> str:
    blank = dict.fromkeys(("area_code", "area_name", *AREA_FIELDS, "aliases"), "")
    country = {"area_code": COUNTRY, "area_name": places.country_name, "level": "country"}
    rows = [blank | country | {"dfe_code": "970", "aliases": "England"}]
    inside = {"country_code": COUNTRY}
    rows += [
        blank | inside | {"area_code": r.code, "area_name": r.name, "level": "region"}
        for r in places.regions.itertuples(index=False)
    ]
    rows += [
        blank
        | inside
        | {"area_code": a.code, "area_name": a.name, "level": "authority"}
        | {"region_code": a.region_code, "dfe_code": a.dfe_code}
        for a in places.authorities.itertuples(index=False)
    ]
    return pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")


def _neighbours(places: Places) -> str:
    codes = places.authorities["code"]
    rows = [
        ("dfe_childrens_services", _MODEL_YEAR, code, rank, codes.iloc[other], "Close")
        for place, code in enumerate(codes)
        for rank, other in enumerate(places.neighbours(place), 1)
    ]
    columns = ["model", "year", "area_code", "rank", "neighbour_code", "closeness"]
    return pd.DataFrame(rows, columns=columns).to_csv(index=False, lineterminator="\n")


def _tiles(places: Places, written: Path) -> str:
    """Authorities on a grid, in the columns that the project's own table has."""
    there = written.exists()
    columns = written.read_text(encoding="utf-8").splitlines()[0].split(",") if there else _TILES
    rows = []
    for place, area in enumerate(places.authorities.itertuples(index=False)):
        across, down = place % _ACROSS, place // _ACROSS
        cell = {"area_code": area.code, "area_name": area.name, "label": area.name[:6]}
        cell |= {"column": across, "col": across, "x": across, "row": down, "y": down}
        cell |= {"region_code": area.region_code, "map": area.region_code}
        rows.append([cell.get(name, "") for name in columns])
    return pd.DataFrame(rows, columns=columns).to_csv(index=False, lineterminator="\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


__all__ = ["DATED", "FILES", "NOTICE", "write_home"]
