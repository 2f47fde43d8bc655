"""What a user is told when something is wrong: the thing, the rule, what was got, what to do."""

from cyp_analysis.visible import one_line

_LONGEST = 2000  # of what a message quotes: a cell of a file may be longer than a screen


class CypError(Exception):
    """A problem that a user can mend; printed as one message, never as a traceback."""

    exit_code = 1

    def __init__(self, thing: object, rule: str, got: object, action: str) -> None:
        self.thing, self.rule, self.got, self.action = thing, rule, got, action
        named, said, next_ = (one_line(part, _LONGEST) for part in (thing, got, action))
        super().__init__(f"{named}: {rule}; got: {said}. {next_}")

    def __reduce__(self) -> tuple:
        # Keeps the four parts when the error crosses from a worker process.
        return type(self), (self.thing, self.rule, self.got, self.action)


class UsageError(CypError):
    """A command or call was worded wrongly."""

    exit_code = 2


class AreaError(UsageError):
    """An area code or name that is not in areas.csv."""


class PeriodError(CypError):
    """A period that no known style explains."""


class SourceError(CypError):
    """A file that cannot be read or is not what it claims to be."""


class SchemaError(CypError):
    """A table that breaks its contract."""


class CatalogueError(CypError):
    """A catalogue file that breaks its contract."""


class ChapterError(CypError):
    """A notebook that could not be run or published."""


class EditionError(CypError):
    """An edition that cannot be found, read or written."""


class ParameterError(ChapterError, UsageError):
    """A parameter of a chapter that is misspelt, of a wrong type or impossible."""


class AskedPeriodError(PeriodError, UsageError):
    """A period that was asked for and cannot be."""


class AskedEditionError(EditionError, UsageError):
    """An edition that was asked for by a name that no edition has."""
