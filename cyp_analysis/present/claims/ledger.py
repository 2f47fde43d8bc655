"""The claims of an area's pages as records: what `claims.json` holds, and how much is held."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cyp_analysis.present.claims.binder import Binder
from cyp_analysis.present.claims.binding import Binding, Bound
from cyp_analysis.present.claims.comparing_words import Word, words_in
from cyp_analysis.present.claims.facts import Facts
from cyp_analysis.present.claims.numbers import Number
from cyp_analysis.present.claims.passages import Passage
from cyp_analysis.present.claims.written import Typed

FILE = "claims.json"
_KEY = ("indicator_id", "period_label", "sex", "age", "category")


@dataclass(frozen=True)
class Fault:
    """A number or word that the edition does not hold, and whether the build must stop."""

    page: str
    call: str
    text: str
    sentence: str
    stops: bool


@dataclass
class Ledger:
    """What one page says: its claims, and what nothing holds."""

    page: str
    claims: list[dict] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)

    @property
    def coverage(self) -> dict[str, object]:
        """Numbers and comparative words of the page, and how many of each are held."""
        names = ("numbers", "bound", "words", "held")
        return {"page": self.page, **{name: self.counts[name] for name in names}}


def ledger_of(page: str, passages: Iterable[Passage], binder: Binder) -> Ledger:
    """Every passage of a page held against the edition."""
    made, seen = Ledger(page), Counter()
    for passage in passages:
        binding = binder.bind(passage)
        words = words_in(binding, binder.facts)
        _count(made, binding, words)
        if binding.bound or words:
            made.claims.append(_record(page, binding, words, binder.facts, seen))
        made.faults += _faults(page, binding, words)
    return made


def _count(made: Ledger, binding: Binding, words: list[Word]) -> None:
    made.counts["numbers"] += len(binding.bound) + len(binding.unbound)
    made.counts["bound"] += len(binding.bound)
    made.counts["words"] += len(words)
    made.counts["held"] += sum(bool(word.evidence) for word in words)


def _faults(page: str, binding: Binding, words: list[Word]) -> list[Fault]:
    passage = binding.passage
    # A headline's own figure must be the edition's; another number that is not held is listed.
    own = min((n.start for n in _numbers(binding)), default=-1) if _is_headline(passage) else -1
    loose = [(n.text, n.start, n.start == own) for n in binding.unbound]
    # What the tables contradict stops the build wherever it stands; an unknown wording does not.
    loose += [(w.text, w.start, w.refuted) for w in words if not w.evidence]
    return [Fault(page, passage.call, t, passage.sentence_at(at), hard) for t, at, hard in loose]


def _is_headline(passage: Passage) -> bool:
    return passage.kind == "headline" and bool(passage.period_end)


def _numbers(binding: Binding) -> list[Number]:
    return [*(bound.number for bound in binding.bound), *binding.unbound]


def _record(
    page: str, binding: Binding, words: list[Word], facts: Facts, seen: Counter
) -> dict[str, object]:
    passage = binding.passage
    name = passage.anchor or passage.call
    name = f"{page}#{name}" if name.startswith("claim-") else f"{page}#{name}/{passage.kind}"
    seen[name] += 1
    made = {
        "id": name if seen[name] == 1 else f"{name}-{seen[name]}",
        "page": f"{page}#{passage.anchor}" if passage.anchor else page,
        "text": passage.text,
        "numbers": [_number(bound, facts) for bound in binding.bound],
    }
    held = [{"word": w.text, "by": w.evidence} for w in words if w.evidence]
    return made | ({"words": held} if held else {})


def _number(bound: Bound, facts: Facts) -> dict[str, object]:
    made: dict[str, object] = {"text": bound.number.text, "rule": bound.rule}
    cell = bound.cell
    if cell is None:
        return made
    made |= {"table": cell.table, "column": cell.column, "value": cell.value}
    made |= {"area": facts.subject(cell)}
    names = {name: facts.said(cell, name) for name in _KEY}
    return made | {name: text for name, text in names.items() if text not in ("", "persons")}


def write_ledgers(
    folder: Path, edition: str, ledgers: Iterable[Ledger], typed: Iterable[Typed] = ()
) -> Path:
    """Write `claims.json` of an area: coverage, what is not held, numbers typed by hand that no
    chapter says, then each claim on a line."""
    ledgers = list(ledgers)
    faults = [fault for ledger in ledgers for fault in ledger.faults]
    head = {
        "edition": edition,
        "area": folder.name,
        "coverage": [ledger.coverage for ledger in ledgers],
        "not_held": [{"page": f.page, "text": f.text, "sentence": f.sentence} for f in faults],
        "typed": [asdict(number) for number in typed],
    }
    lines = [json.dumps(claim, ensure_ascii=False) for one in ledgers for claim in one.claims]
    text = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    joined = ",\n".join(lines)
    path = folder / FILE
    path.write_text(f'{text},\n "claims": [\n{joined}\n]\n}}\n', encoding="utf-8")
    return path


def read_claims(folder: Path) -> dict[str, object]:
    """What `claims.json` of an area's folder holds; empty lists where there is none."""
    path = folder / FILE
    if not path.is_file():
        return {"coverage": [], "not_held": [], "typed": [], "claims": []}
    return json.loads(path.read_text(encoding="utf-8"))


def share(coverage: Iterable[Mapping[str, int]]) -> tuple[int, int]:
    """How many numbers are bound, and of how many."""
    rows = list(coverage)
    return sum(row["bound"] for row in rows), sum(row["numbers"] for row in rows)
