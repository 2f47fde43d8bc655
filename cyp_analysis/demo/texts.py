"""Words of the invented authority: commentary of every chapter, quotes, and lists such as plans,
actions, risks and savings, from data/demo."""

import re
from pathlib import Path

from cyp_analysis import paths
from cyp_analysis.demo.model import Model
from cyp_analysis.demo.tables import DATED

_SLOT = re.compile(r"\{(own|code)\}")


def write_texts(commentary: Path, files: Path, model: Model) -> None:
    """Commentary below the code of the authority, lists among the files to read."""
    own = model.world.places.authorities.iloc[0]
    words = {"own": own["name"], "code": own["code"]}
    demo = paths.data_dir() / "demo"
    for path in sorted((demo / "commentary").glob("*")):
        _fill(path, commentary / own["code"] / path.name, words)
    for path in sorted((demo / "lists").glob("*/*.csv")):
        _fill(path, files / path.parent.name / DATED / path.name, words)


def _fill(path: Path, to: Path, words: dict[str, str]) -> None:
    text = _SLOT.sub(lambda slot: words[slot[1]], path.read_text(encoding="utf-8"))
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, encoding="utf-8", newline="\n")
