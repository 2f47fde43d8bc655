"""Files that are whole or not there."""

import os
from pathlib import Path

from cyp_analysis.build.durable import sync_file


def write_atomic(path: Path, text: str, *, durable: bool = False) -> Path:
    """Write UTF-8 text beside the path and rename it into place; missing folders are made.

    `durable`: the text is on the disk before it takes the name, so that no power cut empties it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        if durable:
            sync_file(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path
