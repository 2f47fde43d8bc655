"""Mid-year estimates and projections of the Office for National Statistics, and small areas'."""

import numpy as np

from cyp_analysis.catalogue import Source
from cyp_analysis.demo.model import Model
from cyp_analysis.demo.people import OLDEST, SEXES, YEARS, World
from cyp_analysis.demo.tables import File, csv_text

FIRST_ESTIMATE, LAST_ESTIMATE, PROJECTED = 2015, 2025, 15
_BY_SEX = (2015, 2020, 2024, 2025)
_NAMES = {"persons": "Persons", "male": "Males", "female": "Females"}


def write_estimates(model: Model, source: Source) -> list[File]:
    """Table MYE2 for each mid-year and sex, as a sheet saved as CSV."""
    return [
        File(source.id, f"mye{year % 100:02d}tables_{sex}.csv", _sheet(model.world, year, sex))
        for year in range(FIRST_ESTIMATE, LAST_ESTIMATE + 1)
        for sex in (_NAMES if year in _BY_SEX else ["persons"])
    ]


def _sheet(world: World, year: int, sex: str) -> str:
    column = YEARS.index(year)
    by_age = world.everywhere(
        np.stack([world.counted(a, a, sex)[:, column] for a in range(OLDEST + 1)], axis=1)
    )
    header = ["Code", "Name", "Geography", "All ages", *map(str, range(OLDEST)), f"{OLDEST}+"]
    places = world.places
    rows = [
        [code, name, "", int(ages.sum()), *ages]
        for code, name, ages in zip(places.area_codes, places.area_names, by_age, strict=True)
    ]
    return (
        f"MYE2 - {_NAMES[sex]}: population estimates by single year of age mid-{year}\n"
        + csv_text(header, rows)
    )


def projected(world: World) -> np.ndarray:
    """People by sex, age, authority and coming mid-year: cohorts grow older, births follow the
    newest year's by one in a hundred less each year."""
    people, years = world.people[..., YEARS.index(LAST_ESTIMATE)], []
    for _ in range(PROJECTED):
        older = people.copy()
        older[:, 1:] = people[:, :-1]
        older[:, 60:] = np.rint(older[:, 60:] * 0.97)
        older[:, 0] = np.rint(people[:, 0] * 0.99)
        people = older.astype(np.int64)
        years.append(people)
    return np.stack(years, axis=-1)


def write_projections(model: Model, source: Source) -> File:
    """Table Z1 of subnational projections: a column a year, persons and both sexes."""
    world, made = model.world, projected(model.world)
    first = LAST_ESTIMATE + 1
    header = ["AREA_CODE", "AREA_NAME", "COMPONENT", "SEX", "AGE_GROUP"]
    header += [str(first + step) for step in range(PROJECTED)]
    rows = []
    for sex, people in {"persons": made.sum(axis=0), **dict(zip(SEXES, made, strict=True))}.items():
        by_area = world.everywhere(np.moveaxis(people, 1, 0))
        places = world.places
        for code, name, ages in zip(places.area_codes, places.area_names, by_area, strict=True):
            start = [code, name, "Population", _NAMES[sex].lower()]
            rows += [[*start, _age(age), *ages[age]] for age in range(OLDEST + 1)]
            rows.append([*start, "All ages", *ages.sum(axis=0)])
    return File(source.id, "illustrative_SNPP_population_z1.csv", csv_text(header, rows))


def _age(age: int) -> str:
    return f"{age} and over" if age == OLDEST else str(age)


def write_small_areas(model: Model, source: Source) -> File:
    """People of every small area by single year of age, newest mid-year."""
    areas, people = model.world.places.small_areas, model.world.small.sum(axis=0)
    header = ["LSOA 2021 Code", "LSOA 2021 Name", "All Ages", *map(str, range(OLDEST))]
    rows = [
        [
            area.code,
            area.name,
            int(people[:, place].sum()),
            *people[:OLDEST, place],
            people[OLDEST, place],
        ]
        for place, area in enumerate(areas.itertuples())
    ]
    title = f"Mid-{LAST_ESTIMATE} population estimates by single year of age, small areas\n"
    header.append(f"{OLDEST}+")
    return File(
        source.id, f"population_lsoa_mid{LAST_ESTIMATE}.csv", title + csv_text(header, rows)
    )
