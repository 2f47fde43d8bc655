"""What a council keeps itself: figures in the project's template, a survey as answered."""

import numpy as np

from cyp_analysis.catalogue import Indicator, Source
from cyp_analysis.demo import chance
from cyp_analysis.demo.levels import SCORE
from cyp_analysis.demo.model import Model
from cyp_analysis.demo.tables import File, csv_text
from cyp_analysis.demo.words import words_for

HEADER = [
    *("measure", "area", "period", "period_type", "category_type", "category"),
    *("count", "denominator", "value"),
]
_CASES = (180, 900)
_PERIODS = {
    "month": (
        [f"{y}-{m:02d}" for y, m in [(2025, m) for m in range(4, 13)]]
        + [f"2026-{m:02d}" for m in range(1, 10)],
        "",
    ),  # fmt: skip
    "quarter": ([f"Q{q} {y}/{y % 100 + 1}" for y in (2024, 2025) for q in (1, 2, 3, 4)], ""),
    "academic_year": ([f"{y}/{y % 100 + 1}" for y in range(2019, 2025)], "academic_year"),
    "financial_year": ([f"{y}/{y % 100 + 1}" for y in range(2019, 2026)], "financial_year"),
    "calendar_year": ([str(y) for y in range(2019, 2026)], "calendar_year"),
    "at_date": ([f"{y}-03-31" for y in range(2020, 2027)], ""),
}


def write_template(model: Model, source: Source) -> File:
    """Every measure that an indicator takes from the template, for the invented authority."""
    rows: list[list[object]] = []
    for (dataset, measure), used in model.levels.uses.items():
        if dataset == source.dataset:
            rows += _measure(model, measure, [indicator for indicator, _ in used], used)
    return File(source.id, "illustrative_local_figures.csv", csv_text(HEADER, rows))


def _measure(model: Model, measure: str, indicators: list[Indicator], used: list) -> list[list]:
    indicator = indicators[0]
    kind = model.levels.kind("local_template", measure)
    periods, named = _PERIODS.get(indicator.period_type, _PERIODS["financial_year"])
    area = model.world.places.authorities["code"].iloc[0]
    base = chance.between(*_CASES, "cases", measure)
    groups = {getattr(i, role).category_type: i for i, role in used}
    rows = []
    for step, period in enumerate(periods):
        draw = chance.generator("template", measure, period)
        whole = int(base * np.exp(0.01 * step + 0.06 * draw.normal()))
        start = [measure, area, period, named]
        if kind.what == SCORE and indicator.value is not None:
            value = kind.level * np.exp(0.08 * draw.normal())
            rows.append([*start, "", "", "", "", f"{value:.1f}"])
            continue
        share = min(kind.level / 100, 0.97) if kind.per == 100 else 0.5
        count = whole if kind.what == SCORE else int(draw.binomial(whole, share))
        rows.append([*start, "", "", count, "" if kind.what == SCORE else whole, ""])
        for name in (name for name in groups if name):
            rows += _groups(start, name, indicators, (count, whole, kind.what))
    return rows


def _groups(start: list, name: str, indicators: list[Indicator], drawn: tuple) -> list[list]:
    count, whole, what = drawn
    wanted = [p.category for i in indicators for p in i.measured if p.category_type == name]
    words = words_for(name, [word for word in wanted if word])
    weights = chance.generator("template", start[0], name).uniform(1, 4, len(words))
    parts = chance.parts(np.array(count), weights, "template", *start, name)
    return [
        [*start, name, word, int(part), count if what == SCORE else whole, ""]
        for word, part in zip(words, parts, strict=True)
    ]


_QUESTIONS = {
    "I feel safe in my local area": (0.74, 0.10),
    "I have an adult I trust to talk to when I am worried": (0.81, 0.05),
    "There are enough things for young people to do near me": (0.42, 0.08),
    "I am happy with my life these days": (0.70, 0.09),
    "My family can afford what we need": (0.66, 0.16),
}
_ANSWERS = ("Agree", "Neither agree nor disagree", "Disagree")


def write_responses(model: Model, source: Source) -> list[File]:
    """A survey of young people as answered, one row a respondent, with weights, and the file that
    says what was asked: two waves."""
    stem, files = "illustrative_young_people_survey", []
    for wave in (2024, 2026):
        files.append(File(source.id, f"{stem}_{wave}.csv", _wave(model, wave)))
        files.append(File(source.id, f"{stem}_{wave}.yml", _design(model)))
    return files


def _design(model: Model) -> str:
    asked = [
        f'  q{number}: {{label: "{words}", agree: [Agree]}}'
        for number, words in enumerate(_QUESTIONS, 1)
    ]
    groups = [f"  {name}: {{label: {name}}}" for name in ("sex", "age", "SEND")]
    area = model.world.places.authorities["code"].iloc[0]
    lines = ["survey: Young people's survey (illustrative)", f"area: {area}", "weight: weight"]
    return "\n".join([*lines, "age: 11-18 yrs", "questions:", *asked, "subgroups:", *groups]) + "\n"


def _wave(model: Model, wave: int) -> str:
    draw = chance.generator("survey", wave)
    many = 640
    sex = draw.choice(["Female", "Male"], many, p=[0.55, 0.45])
    age = draw.choice(["11-13", "14-15", "16-18"], many, p=[0.4, 0.35, 0.25])
    send = draw.choice(["Yes", "No"], many, p=[0.16, 0.84])
    weight = np.where(sex == "Male", 1.16, 0.87) * np.where(age == "16-18", 1.2, 0.93)
    weight = weight * many / weight.sum()
    answers = []
    for number, (agree, gap) in enumerate(_QUESTIONS.values()):
        likely = agree - gap * (send == "Yes") + 0.02 * (wave > 2025) * (1 if number % 2 else -1)
        roll = draw.uniform(size=many)
        rest = likely + (1 - likely) * 0.45
        answers.append(np.select([roll < likely, roll < rest], _ANSWERS[:2], _ANSWERS[2]))
    area = model.world.places.authorities["code"].iloc[0]
    header = ["respondent_id", "area", "wave", "sex", "age", "SEND", "weight"]
    header += [f"q{number}" for number in range(1, len(_QUESTIONS) + 1)]
    rows = [
        [f"R{wave}{place:04d}", area, wave, sex[place], age[place], send[place],
         f"{weight[place]:.4f}", *(column[place] for column in answers)]
        for place in range(many)
    ]  # fmt: skip
    return csv_text(header, rows)
