"""Children in low income families: a sheet saved as CSV for each measure and kind of area."""

import numpy as np

from cyp_analysis.catalogue import Source
from cyp_analysis.demo import chance
from cyp_analysis.demo.model import Model
from cyp_analysis.demo.people import YEARS
from cyp_analysis.demo.tables import File, csv_text

FIRST, LAST = 2017, 2026
# Housing costs raise the share most in need of all; who is poor before them is also poor after.
_USUAL = {"absolute": 0.19, "after": 0.31, "": 0.22}


def write_low_income(model: Model, source: Source) -> list[File]:
    """Regions, authorities and wards, for each measure of the passport; wards add up."""
    files = []
    for name, spec in source.measures.items():
        title = ", ".join(spec["title"]).title()
        counts, base = _counted(model, name)
        wards, ward_base = _wards(model, name, counts, base)
        places = model.world.places
        many = len(places.authorities)
        everywhere = model.world.everywhere(counts), model.world.everywhere(base)
        regional = [each[many:-1] for each in everywhere]
        tables = {
            "region": (places.regions, regional),
            "local_authority": (places.authorities, [each[:many] for each in everywhere]),
            "ward": (places.wards, [wards, ward_base]),
        }
        for kind, (rows, numbers) in tables.items():
            above = csv_text([f"Children under 16 in {title}, by {kind.replace('_', ' ')}"], [])
            stem = f"children-in-low-income-families_{name}_{kind}"
            files.append(File(source.id, f"{stem}.csv", above + _table(rows, *numbers)))
    return files


def _counted(model: Model, name: str) -> tuple[np.ndarray, np.ndarray]:
    usual = next(level for word, level in _USUAL.items() if word in name)
    base = model.people("<16 yrs")
    likely = usual * np.exp(1.4 * model.effects(1.0, "low income"))
    draw = chance.generator("low income", name)
    return draw.binomial(base, np.clip(likely, 0.02, 0.7)), base


def _wards(
    model: Model, name: str, counts: np.ndarray, base: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Children and children in low income of wards, which add up to their authority's."""
    wards, authorities = model.world.places.wards, model.world.places.authorities
    each = len(wards) // len(authorities)
    need = wards["need"].to_numpy().reshape(-1, each)
    bases, low = np.zeros((len(wards), len(YEARS)), int), np.zeros((len(wards), len(YEARS)), int)
    for place in range(len(authorities)):
        rows = slice(place * each, (place + 1) * each)
        size = chance.generator("ward sizes", place).uniform(0.7, 1.3, each)
        bases[rows] = chance.parts(base[place], size, "ward children", place)
        low[rows] = chance.parts(counts[place], size * np.exp(0.45 * need[place]), name, place)
    return np.minimum(low, bases), bases


def _table(places, counts: np.ndarray, bases: np.ndarray) -> str:
    header, columns = ["Area Name", "Area Code"], []
    for year in range(FIRST, LAST + 1):
        mark = " [p]" if year == LAST else ""
        header.append(f"Number of children FYE {year}{mark}")
        columns.append([str(n) for n in counts[:, YEARS.index(year)]])
    for year in range(FIRST, LAST + 1):
        mark = " [p]" if year == LAST else ""
        header.append(f"Percentage of children FYE {year} (%){mark}")
        at = YEARS.index(year)
        columns.append(
            [f"{100 * n / b:.1f}%" for n, b in zip(counts[:, at], bases[:, at], strict=True)]
        )
    lines = zip(places["name"], places["code"], *columns, strict=True)
    return csv_text(header, lines)
