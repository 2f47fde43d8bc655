"""Child-level returns → counts, inside the council's own machine: children in need census,
looked-after children (SSDA903) and Ofsted's Annex A lists.

What is counted is written in the passports whose reader is `local_extract`. No identifier, name,
postcode, date of birth or text of a cell is in a table, problem or error that comes from here.
Small counts are not withheld here: every row says so, and the build's disclosure control does it.
"""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from cyp_analysis import catalogue, geography, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import AreaError, SourceError, UsageError
from cyp_analysis.loaders import files, recognise
from cyp_analysis.loaders.local import extract_days as calendar
from cyp_analysis.loaders.local.extract_counts import count
from cyp_analysis.loaders.local.extract_rules import Plan, plan_of
from cyp_analysis.loaders.local.extract_tables import ExtractTable, read_tables
from cyp_analysis.loaders.local.extract_values import BAD_DAY, NO_DAY
from cyp_analysis.loaders.symbols import join_notes
from cyp_analysis.loaders.table import CountTable, Draft, count_table, problem_table

READER = "local_extract"
NOTE = "local count: not for publication before disclosure control"
_YEARS = re.compile(r"(?<!\d)(20\d\d)[-_/ ]?(\d\d)(?!\d)|(?<!\d)(20\d\d)(?!\d)")
_ENOUGH = 0.01


def read_extract(path: Path, source: Source) -> CountTable:
    """One table of a child-level return → count table of what that table alone can tell.

    The area is the passport's, or that of a folder named after one; the year that of the dates.
    SourceError if neither says the area, or if the table needs others beside it.
    """
    path = Path(path)
    area = geography.area(source.area).code if source.area else _area_of_folder(path)
    tables = read_tables(path, source, plan_of(source).roles)
    return _counted(path, tables, source, (area, None))


def count_folder(folder: Path, area_code: str, year: int | date | None = None) -> CountTable:
    """Every table of a return in one folder → one count table of an area.

    `year` is the one in which the year to 31 March ends, or the reference day itself; without it,
    that of the dates in the files. Files of other kinds are told and left alone. SourceError if no
    file is a table of a known return, or if two are the same table.
    """
    folder = Path(folder)
    known = {i: s for i, s in catalogue.sources().items() if s.reader == READER}
    groups: dict[str, list[ExtractTable]] = {}
    told: list[tuple[int, str]] = []
    for path in _files(folder):
        try:
            source = recognise.recognise(path, known)
            groups.setdefault(source.id, []).extend(
                read_tables(path, source, plan_of(source).roles)
            )
        except SourceError as error:
            told.append((0, f"{path.name} not read: {error.rule}"))
    if not groups:
        rule = "must hold tables of a children in need, looked-after or Annex A return"
        raise SourceError(folder, rule, f"{len(told)} other files", "See docs/local_returns.md.")
    asked = (geography.area(area_code).code, year)
    parts = [_counted(folder, tables, known[i], asked) for i, tables in groups.items()]
    problems = pd.concat([problem_table(told), *(part.problems for part in parts)])
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    return CountTable(rows, parts[0].source, folder, problems.reset_index(drop=True))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise SourceError(folder, "must be a folder", "no such folder", "Check the path.")
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [p for p in found if p.suffix.lower() in files.SUFFIXES and not p.name.startswith("~$")]


def _counted(path: Path, tables: list[ExtractTable], source: Source, asked: tuple) -> CountTable:
    """The count table of one return, for an area and a year (or none)."""
    area, year = asked
    plan = plan_of(source)
    _refuse_twice(path, tables, plan)
    day, how = _reference_day(path, tables, plan, year)
    counted = count(tables, plan, day)
    if counted.rows.empty:
        raise _no_events(path, tables, plan)
    rows = counted.rows.assign(area_code=area, source_row=1)
    rows = pd.concat([rows, _periods(rows, day)], axis=1)
    notes = rows["measure"].map({name: rule.note for name, rule in plan.rules.items()})
    rows["value_note"] = join_notes(pd.Series(NOTE, index=rows.index, dtype="str"), notes)
    problems = pd.concat([problem_table([(1, how)]), counted.problems], ignore_index=True)
    kept = rows.drop(columns=["months", "snapshot"])
    return count_table(Draft(kept, problems), path, source)


def _periods(rows: pd.DataFrame, day: date) -> pd.DataFrame:
    """The day for what is open on it; the year, or the months, up to it for what happens."""
    texts = {(True, months): day.isoformat() for months in rows["months"].unique()}
    for months in rows["months"].unique():
        year = months == 12 and (day.month, day.day) == (3, 31)
        first = calendar.day_of_number(calendar.day_number(_before(day, months)) + 1)
        run = f"{first:%Y-%m}/{day:%Y-%m}"
        texts[False, months] = f"year ending 31 March {day.year}" if year else run
    keys = zip(rows["snapshot"], rows["months"], strict=True)
    text = pd.Series([texts[bool(now), months] for now, months in keys], index=rows.index)
    return periods.parse_all(text).assign(period_text=text)


def _before(day: date, months: int) -> date:
    return calendar.months_before(day, int(months))


def _refuse_twice(path: Path, tables: list[ExtractTable], plan: Plan) -> None:
    """SourceError for two files of one table: cases would count twice or stay open for ever."""
    seen: dict[frozenset, str] = {}
    for table in tables:
        columns = frozenset(table.columns)
        if not any(rule.needed and rule.needed <= columns for rule in plan.rules.values()):
            continue
        if columns in seen:
            got = f"`{seen[columns]}` and `{table.name}`"
            action = "Keep the tables of one year in a folder of their own."
            raise SourceError(path, "must hold each table of a return once", got, action)
        seen[columns] = table.name


def _reference_day(
    path: Path, tables: list[ExtractTable], plan: Plan, year: int | date | None
) -> tuple[date, str]:
    """The day that the return is for, and how it was found."""
    days = _event_days(tables, plan)
    if year is not None:
        asked = _asked(year)
        _refuse_other_years(path, days, asked)
        return asked, f"counted for {asked.isoformat()}, as asked"
    if len(days):
        monthly = any(rule.months != 12 for rule in plan.rules.values())
        day = _last_month(days) if monthly else date(_last_year(days), 3, 31)
        return day, f"no year was given: {day.isoformat()} is taken from the dates in the tables"
    named = _YEARS.search(path.parent.name + "/" + path.stem)
    if not named:
        rule = "must have a date that says its year"
        action = "Count its whole folder with `count_folder(folder, area, year)`."
        raise SourceError(path, rule, "no dates of events", action)
    year = int(named[3]) if named[3] else int(named[1][:2] + named[2])
    return date(year, 3, 31), f"no year was given: {year} is taken from the name of the file"


def _asked(year: int | date) -> date:
    if isinstance(year, date):
        return year
    if not str(year).isdigit() or not 1990 <= int(year) <= 2099:
        action = "Give 2025 for the year to 31 March 2025, or a date."
        raise UsageError("year", "must be the year in which the return ends", year, action)
    return date(int(year), 3, 31)


def _refuse_other_years(path: Path, days: np.ndarray, asked: date) -> None:
    """SourceError where nothing began in the year asked for: every count would be a false zero."""
    last = calendar.day_number(asked)
    first = calendar.day_number(_before(asked, 12))
    if len(days) and not ((days > first) & (days <= last)).any():
        years = calendar.financial_year(days)
        got = f"dates of the years to 31 March {years.min()} to {years.max()}"
        rule = f"must have dates in the twelve months to {asked.isoformat()}"
        raise SourceError(path, rule, got, "Ask for the year of the return.")


def _event_days(tables: list[ExtractTable], plan: Plan) -> np.ndarray:
    """Days on which something began, in every table."""
    names = {rule.start for rule in plan.rules.values()} - {""}
    cells = [table.columns[name] for table in tables for name in names & set(table.columns)]
    days = np.concatenate(cells) if cells else np.zeros(0, dtype="int32")
    return days[(days != NO_DAY) & (days != BAD_DAY)]


def _last_year(days: np.ndarray) -> int:
    """The year to 31 March that ends a run of years with dates, from the commonest one on.

    A mistyped 2052 stands alone and is no year of the return.
    """
    return _end_of_run(calendar.financial_year(days), 1)


def _last_month(days: np.ndarray) -> date:
    """The last day of the last month with dates that is at most a year after one before it."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(int)
    after = np.datetime64(_end_of_run(months, 12) + 1, "M").astype("datetime64[D]")
    return calendar.day_of_number(int(after.astype(int)) - 1)


def _end_of_run(numbers: np.ndarray, step: int) -> int:
    """The last number that steps no longer than `step` reach from the commonest one, over those
    that are not rare."""
    which, many = np.unique(numbers, return_counts=True)
    last = int(which[len(many) - 1 - many[::-1].argmax()])
    for number in which[(many >= _ENOUGH * len(numbers)) & (which > last)].tolist():
        if number - last > step:
            break
        last = number
    return last


def _no_events(path: Path, tables: list[ExtractTable], plan: Plan) -> SourceError:
    held = sorted({name for table in tables for name in table.columns} - {plan.child})
    got = f"only {', '.join(f'`{name}`' for name in held)}" if held else "identifiers only"
    rule = "must hold events that can be counted by themselves"
    action = "Count its whole folder with `count_folder`."
    return recognise.UnrecognisedFile(path, rule, got, action)


def _area_of_folder(path: Path) -> str:
    """The code of the nearest folder above that is named as an area."""
    for folder in path.absolute().parents:
        try:
            return geography.area(folder.name).code
        except AreaError:
            continue
    rule = "must come with the authority whose return it is"
    action = "Give `area`, as in `read(path, area=…)`, or put it in a folder with the area's name."
    raise SourceError(path, rule, "no area", action)
