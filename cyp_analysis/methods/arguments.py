"""Checks of arguments that are not data."""

from cyp_analysis.errors import UsageError


def whole_number(name: str, number: object, least: int = 1, most: int | None = None) -> int:
    """A whole number within its bounds, both included; UsageError for anything else."""
    try:
        is_whole = not isinstance(number, bool) and int(number) == number
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    if not is_whole or number < least or (most is not None and number > most):
        raise UsageError(
            thing=name,
            rule=f"is a whole number from {least}" + (f" to {most}" if most else ""),
            got=repr(number),
            action=f"Use for example {name}={max(least, min(10, most or 10))}.",
        )
    return int(number)


def true_or_false(name: str, flag: object) -> bool:
    """A flag, also as 1 or 0; UsageError for anything else, for any text would count as true."""
    if isinstance(flag, str) or flag not in (True, False):
        raise UsageError(
            thing=name,
            rule="is True or False",
            got=repr(flag),
            action=f"Use for example {name}=True.",
        )
    return bool(flag)
