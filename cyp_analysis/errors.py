"""What a user is told when something is wrong: the thing, the rule, what was got, what to do."""


class CypError(Exception):
    """A problem that a user can mend; printed as one message, never as a traceback."""

    exit_code = 1

    def __init__(self, thing: object, rule: str, got: object, action: str) -> None:
        self.thing, self.rule, self.got, self.action = thing, rule, got, action
        super().__init__(f"{thing}: {rule}; got: {got}. {action}")

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
