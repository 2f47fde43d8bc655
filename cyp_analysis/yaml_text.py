"""YAML that cannot harm its reader: no aliases that unfold to gigabytes, no nesting that ends
Python, no key that stands twice and is overwritten in silence."""

import re
from collections.abc import Hashable
from typing import Any

import yaml

# The C loader where PyYAML was built with it: about ten times as fast.
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 40
_LARGEST = 4_000_000  # characters; the largest file of the catalogue has a hundredth of it
_MOST = 200_000  # values, those that aliases repeat counted each time, long ones as several
# Signs of aliases or deep nesting. Few files have any, and only those are looked through first.
_SUSPECT = re.compile(r"(?:^|[\s\[{,:])\*\S|^[ \t]{40}|(?:[-?:][ \t]+){20}", re.MULTILINE)
_BRACKETS_AT_MOST = 400


def load_yaml(text: str) -> Any:
    """The value of a YAML text. YAMLError for what is no YAML, deeper than 40 levels, larger than
    any file of the project once its aliases are unfolded, or gives a key twice."""
    if len(text) > _LARGEST:
        raise yaml.YAMLError(f"{len(text):,} characters, more than {_LARGEST:,}")
    if _SUSPECT.search(text) or text.count("[") + text.count("{") > _BRACKETS_AT_MOST:
        _refuse_harmful(text)
    try:
        return yaml.load(text, Loader=_Strict)
    except RecursionError:
        raise yaml.YAMLError("values nested too deeply") from None


def _refuse_harmful(text: str) -> None:
    """YAMLError for values nested too deeply, or too many of them; walked through, not built."""
    sizes: dict[str, int] = {}
    # Of each collection that is open: its anchor, and how many values came before it.
    open_: list[tuple[str | None, int]] = []
    count = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            # An anchor that is still open has no size yet: it would hold itself.
            count += sizes.get(event.anchor, _MOST + 1)
        elif isinstance(event, yaml.CollectionStartEvent):
            open_.append((event.anchor, count))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            sizes[anchor or ""] = count - before + 1
        elif isinstance(event, yaml.ScalarEvent):
            sizes[event.anchor or ""] = 1 + len(event.value) // 100
            count += 1 + len(event.value) // 100
        if len(open_) > _DEEPEST:
            raise yaml.YAMLError(f"values nested more than {_DEEPEST} deep on line {line}")
        if count > _MOST:
            raise yaml.YAMLError(f"aliases that unfold to more than {_MOST:,} values, line {line}")


class _Strict(_Loader):
    """Refuses a mapping that has a key twice: the later one would win and nobody would know."""

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise yaml.YAMLError(f"the key `{key.value[:40]}` stands twice, line {line}")
                seen.add(key.value)
        return super().construct_mapping(node, deep)
