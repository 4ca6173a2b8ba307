"""What the engine refuses."""

from typing import Any


class Refusal(Exception):
    """The engine refused a call: which argument, which limit, what was found, in one line.

    ``code`` is the interface's word for it, as ``not-found`` or ``quota-exceeded``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    @staticmethod
    def of(error: Any) -> "Refusal":
        """Of an error of the interface."""
        return Refusal(error.code.name.lower().replace("_", "-"), error.message)


class Exit(Exception):
    """Ends the program without an error."""
