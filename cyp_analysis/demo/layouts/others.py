"""Layouts that one or two indicators need: components of change, the census, schools, justice."""

import numpy as np

from cyp_analysis.catalogue import Source
from cyp_analysis.demo import chance
from cyp_analysis.demo.levels import RATE, Kind
from cyp_analysis.demo.model import Model, ratio
from cyp_analysis.demo.people import YEARS
from cyp_analysis.demo.tables import File, csv_text
from cyp_analysis.demo.words import words_for

FIRST, LAST = 2017, 2025
_GRADES = ("1", "2", "3", "4")
_PHASES = {"Primary": 0.72, "Secondary": 0.18, "Special": 0.06, "Nursery": 0.04}


def write_components(model: Model, source: Source) -> list[File]:
    """Table MYE3 of each year to mid-year, as a sheet saved as CSV."""
    header = [
        *("Code", "Name", "Geography", "Births", "Deaths", "Natural change"),
        *("Internal migration in", "Internal migration out", "Net internal migration"),
        *("International migration in", "International migration out"),
        *("Net international migration", "Other changes"),
    ]
    places, files = model.world.places, []
    for year in range(FIRST, LAST + 1):
        columns = [model.world.everywhere(column) for column in _components(model, year)]
        rows = zip(
            places.area_codes,
            places.area_names,
            [""] * len(places.area_codes),
            *columns,
            strict=True,
        )
        title = csv_text(
            [f"MYE3: Components of population change, mid-{year - 1} to mid-{year}"], []
        )
        name = f"mye{year % 100:02d}tables_mye3.csv"
        files.append(File(source.id, name, title + csv_text(header, rows)))
    return files


def _components(model: Model, year: int) -> list[np.ndarray]:
    """Births are the babies of mid-year; moves inside the country sum to nought there."""
    at, world = YEARS.index(year), model.world
    births = world.counted(0, 0)[:, at]
    everyone = world.counted(0, 90)[:, at]
    draw = chance.generator("components", year)
    many = len(everyone)
    deaths = draw.binomial(everyone, 0.009)
    out = draw.binomial(everyone, 0.045)
    into = chance.parts(np.array(out.sum()), everyone.astype(float), "moves", year)
    arrived, left = draw.binomial(everyone, 0.011), draw.binomial(everyone, 0.007)
    nothing = np.zeros(many, dtype=np.int64)
    natural = births - deaths
    return [births, deaths, natural, into, out, into - out, arrived, left, arrived - left, nothing]


def write_census(model: Model, source: Source) -> list[File]:
    """Ethnic groups of 2021 as downloaded from the census: authorities, regions, the country."""
    places, variable = model.world.places, "Ethnic group (20 categories)"
    words = words_for(variable, [])
    everyone = model.world.counted(0, 90)[:, YEARS.index(2021)]
    rare = [0.03 if "Roma" in word or "Gypsy" in word else 1.0 for word in words[:-1]]
    weights = np.array([*rare, 30.0])
    tilt = np.exp(chance.generator("census").normal(0, 0.7, (400, len(words))))[: len(everyone)]
    split = np.stack(
        [
            chance.parts(np.array(total), weights * own, "census", place)
            for place, (total, own) in enumerate(zip(everyone, tilt, strict=True))
        ]
    )
    numbers = model.world.everywhere(split)
    many = len(places.authorities)
    kinds = {
        "Upper tier local authorities": slice(0, many),
        "Regions": slice(many, -1),
        "Countries": slice(-1, None),
    }
    files = []
    for kind, rows in kinds.items():
        header = [f"{kind} Code", kind, f"{variable} Code", variable, "Observation"]
        codes, names = places.area_codes[rows], places.area_names[rows]
        lines = [
            [code, "England" if kind == "Countries" else name, place, word, count]
            for code, name, counted in zip(codes, names, numbers[rows], strict=True)
            for place, (word, count) in enumerate(zip(words, counted, strict=True), 1)
        ]
        stem = f"ons-ethnic-population-{kind.split()[0].lower()}.csv"
        files.append(File(source.id, stem, csv_text(header, lines)))
    return files


def write_schools(model: Model, source: Source) -> File:
    """Schools with their grades at their latest inspection, one row a school."""
    header = [
        *("URN", "School name", "Ofsted phase", "Local authority", "Inspection start date"),
        *("Overall effectiveness", "Quality of education", "Behaviour and attitudes"),
        *("Personal development", "Leadership and management"),
    ]
    rows: list[list[object]] = []
    for place, area in enumerate(model.world.places.authorities.itertuples()):
        draw = chance.generator("schools", place)
        for number in range(int(70 * area.scale)):
            phase = str(draw.choice(list(_PHASES), p=list(_PHASES.values())))
            shift = float(np.clip(0.03 * area.need, -0.07, 0.07))
            grades = draw.choice(_GRADES, 5, p=[0.17 - shift, 0.73, 0.08 + shift, 0.02])
            day = (
                f"{draw.integers(1, 28):02d}/{draw.integers(1, 13):02d}/{draw.integers(2021, 2026)}"
            )
            title = f"Illustrative school {place + 1}-{number + 1}"
            rows.append([900_000 + len(rows), title, phase, area.name, day, *grades])
    name = "Management_information_-_state-funded_schools_as_at_31_August_2026.csv"
    return File(source.id, name, csv_text(header, rows))


def write_cases(model: Model, source: Source) -> File:
    """Children cautioned or sentenced by youth justice service, year, age band and sex."""
    header = ["Financial_Year", "England_Wales", "YJS", "Age", "Sex", "Number_Children"]
    counts = model.counts(model.people("10-17 yrs"), Kind(RATE, 10_000, 1.0, 28), "justice cases")
    places = model.world.places
    rows: list[list[object]] = []
    groups = [(age, sex) for age in ("10-14", "15", "16", "17+") for sex in ("Female", "Male")]
    weights = np.array([4, 18, 3, 15, 4, 20, 5, 31.0])
    for year in range(FIRST, LAST + 1):
        for place, area in enumerate(places.authorities.itertuples()):
            total = counts[place, YEARS.index(year)]
            split = chance.parts(np.array(total), weights, "justice", year, place)
            when = f"{year - 1}-{year % 100:02d}"
            rows += [
                [when, "England", area.name, age, sex, int(count)]
                for (age, sex), count in zip(groups, split, strict=True)
            ]
    return File(source.id, "Children_Table.csv", csv_text(header, rows))


def write_yearly_justice(model: Model, source: Source) -> list[File]:
    """Custody per 1,000 and first-time entrants of each authority, a column a year."""
    people = model.people("10-17 yrs")
    tables = {
        "custody": ("Rate of custodial sentences per 1,000 children aged 10 to 17", 0.09, 1000, 2),
        "entrants": ("First time entrants per 100,000 children aged 10 to 17", 150, 100_000, 0),
    }
    places, years = model.world.places, range(FIRST, LAST + 1)
    files = []
    for name, (title, level, per, decimals) in tables.items():
        counts = model.counts(people, Kind(RATE, per, 1.0, level), "justice", name)
        rates = ratio(model.world.everywhere(counts), model.world.everywhere(people), per)
        rows = [
            ["England" if place == len(places.area_names) - 1 else area]
            + [f"{rates[place, YEARS.index(year)]:.{decimals}f}" for year in years]
            for place, area in enumerate(places.area_names)
        ]
        header = ["Local Authority", *(f"Year ending March {year}" for year in years)]
        files.append(File(source.id, f"{name}.csv", csv_text([title], []) + csv_text(header, rows)))
    return files
