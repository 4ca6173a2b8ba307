"""A program's command line: ``--name value``, ``--name=value`` and ``--flag``, each at most once."""

import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Callable, Optional, Sequence

from .bindings import runtime
from .error import Exit
from .services import print as _print

_SHOWN_MOST = 60
"""Characters of a default that the help shows."""

_WHOLE = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Option:
    """One thing that a program takes: what stands for its value in the help (nothing for a flag), and how it is read."""

    placeholder: str
    help: str
    read: Callable[[Any, str], Any]
    default: Optional[str] = None
    is_required: bool = False

    @staticmethod
    def flag(help: str) -> "Option":
        """Present or not."""
        return Option("", help, lambda given, name: given is not None)

    @staticmethod
    def text(placeholder: str, help: str, default: Optional[str] = None) -> "Option":
        """A text; ``None`` if there is no default either."""
        return Option(placeholder, help, lambda given, name: given, default)

    @staticmethod
    def required(placeholder: str, help: str) -> "Option":
        """A text that must be given."""
        return Option(placeholder, help, lambda given, name: given, None, True)

    @staticmethod
    def integer(help: str, default: int, least: int, most: int) -> "Option":
        """A whole number within bounds."""
        return Option("N", help, _number("whole number", _WHOLE, int, least, most), str(default))

    @staticmethod
    def decimal(placeholder: str, help: str, default: float, least: float, most: float) -> "Option":
        """A number within bounds."""
        return Option(placeholder, help, _number("number", _NUMBER, float, least, most), f"{default:g}")

    @staticmethod
    def seed(help: str, default: Optional[int] = None) -> "Option":
        """A whole number of 64 bits."""

        def read(given: Optional[str], name: str) -> Optional[int]:
            if given is None:
                return None
            if not re.fullmatch(r"[+-]?\d{1,19}", given):
                raise ValueError(f"{name} must be a whole number of 64 bits, is '{given}'")
            return int(given)

        return Option("N", help, read, None if default is None else str(default))

    @staticmethod
    def list(placeholder: str, help: str, default: str) -> "Option":
        """Several values, separated by bars, none empty."""

        def read(given: str, name: str) -> Any:
            values = given.split("|")
            if "" in values:
                raise ValueError(f"{name} must be values separated by '|', none empty, is '{given}'")
            return values

        return Option(placeholder, help, read, default)


def _number(what: str, form: Any, kind: Any, least: Any, most: Any) -> Callable[[str, str], Any]:
    def read(given: str, name: str) -> Any:
        if not form.fullmatch(given) or not least <= kind(given) <= most:
            raise ValueError(f"{name} must be a {what} from {least} to {most}, is '{given}'")
        return kind(given)

    return read


def parse_args(
    program: str, purpose: str, line: Optional[Sequence[str]] = None, /, **options: Option
) -> SimpleNamespace:
    """What the program was launched with, by the options' names.

    ``--help`` prints the options and ends the program; what does not fit ends it with an error of one line.
    """
    words = runtime.arguments() if line is None else line
    known = {"--" + name.replace("_", "-"): (name, option) for name, option in options.items()}
    if "--help" in words:
        _print(_help(program, purpose, known))
        raise Exit
    given = _read(words, known)
    values = {}
    for dashed, (name, option) in known.items():
        text = given.get(dashed)
        if text is None and option.is_required:
            raise ValueError(f"{dashed} {option.placeholder} is missing; see --help")
        values[name] = option.read(option.default if text is None else text, dashed)
    return SimpleNamespace(**values)


def _read(words: Sequence[str], known: dict[str, tuple[str, Option]]) -> dict[str, str]:
    given: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise ValueError(f"'{word}' is not an option; see --help")
        name, equals, value = word.partition("=")
        if name not in known:
            raise ValueError(f"there is no option {name}; see --help")
        is_flag = not known[name][1].placeholder
        if is_flag and equals:
            raise ValueError(f"{name} takes no value; see --help")
        if not is_flag and not equals:
            if not rest or rest[0].partition("=")[0] in known:
                raise ValueError(f"{name} needs a value; see --help")
            value = rest.pop(0)
        if name in given:
            raise ValueError(f"{name} is given twice")
        given[name] = value
    return given


def _help(program: str, purpose: str, known: dict[str, tuple[str, Option]]) -> str:
    lines = [f"{program}: {purpose}\n"]
    for dashed, (_, option) in known.items():
        placeholder = f" {option.placeholder}" if option.placeholder else ""
        must = " (required)" if option.is_required else ""
        otherwise = "" if option.default is None else f" (default {_shortened(option.default)})"
        lines.append(f"  {dashed}{placeholder}  {option.help}{must}{otherwise}\n")
    return "".join(lines)


def _shortened(value: str) -> str:
    """A line is a line, even where the default is a text of several."""
    line = value.replace("\n", " ")
    return line if len(line) <= _SHOWN_MOST else line[:_SHOWN_MOST] + "…"
