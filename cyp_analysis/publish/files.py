"""Files that are whole or not there."""

import os
from pathlib import Path


def write_atomic(path: Path, text: str) -> Path:
    """Write UTF-8 text beside the path and rename it into place; missing folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path
