"""Regular expressions, for a whole text: characters, classes, groups, alternatives and repetitions, over Unicode."""

import math
import re
from typing import NoReturn, Sequence

from .grammar import NOTHING, Expression, Many, byte, one, row, times

_REPEATS_MOST = 1000
_LAST = 0x10FFFF
_LENGTHS = ((0, 0x7F), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, _LAST))

Ranges = Sequence[tuple[int, int]]
"""Characters from one to another, both included."""


def literal(text: str) -> Expression:
    """Text as it is."""
    return row(*(byte(value) for value in text.encode()))


def characters(ranges: Ranges) -> Expression:
    """One of some characters, as UTF-8."""
    parts: list[Expression] = []
    for first, last in ranges:
        for least, most in _LENGTHS:
            low, high = max(first, least), min(last, most)
            if low <= high:
                parts += _encoded(chr(low).encode(), chr(high).encode())
    return one(*parts)


def _encoded(low: bytes, high: bytes) -> list[Expression]:
    """Rows of bytes between two of the same length."""
    first, last = low[0], high[0]
    low_rest, high_rest = low[1:], high[1:]
    if not low_rest:
        return [byte(first, last)]
    if first == last:
        return [row(byte(first), rest) for rest in _encoded(low_rest, high_rest)]
    least, most = b"\x80" * len(low_rest), b"\xbf" * len(low_rest)
    parts = [
        row(byte(first), one(*_encoded(low_rest, most))),
        row(byte(last), one(*_encoded(least, high_rest))),
    ]
    if first + 1 < last:
        parts.append(row(byte(first + 1, last - 1), *(byte(0x80, 0xBF) for _ in least)))
    return parts


def others(ranges: Ranges) -> Ranges:
    """All other characters."""
    found, at = [], 0
    for first, last in sorted(ranges):
        if first > at:
            found.append((at, first - 1))
        at = max(at, last + 1)
    return [*found, (at, _LAST)] if at <= _LAST else found


_CLASSES: dict[str, Ranges] = {
    "d": [(0x30, 0x39)],
    "w": [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)],
    "s": [(9, 13), (32, 32)],
}
_CONTROLS = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "0": 0}


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def whole(self) -> Expression:
        found = self._alternatives()
        if self._at < len(self._pattern):
            self._fail(f"'{self._here}' was not expected")
        return found

    @property
    def _here(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _fail(self, problem: str) -> NoReturn:
        raise ValueError(f"regular expression '{self._pattern}', character {self._at}: {problem}")

    def _takes(self, text: str) -> bool:
        found = self._pattern.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _next(self) -> str:
        found = self._here or self._fail("more was expected")
        self._at += 1
        return found

    def _alternatives(self) -> Expression:
        parts = [self._row()]
        while self._takes("|"):
            parts.append(self._row())
        return one(*parts)

    def _row(self) -> Expression:
        parts: list[Expression] = []
        while self._here and self._here not in "|)":
            starts = self._here == "^" and self._at == 0
            if starts or (self._here == "$" and self._at == len(self._pattern) - 1):
                self._at += 1  # the whole text is meant in any case
            else:
                parts.append(self._repeated(self._atom()))
        return row(*parts)

    def _repeated(self, of: Expression) -> Expression:
        while True:
            if self._takes("*"):
                of = Many(of)
            elif self._takes("+"):
                of = row(of, Many(of))
            elif self._takes("?"):
                of = one(of, NOTHING)
            elif self._here == "{":
                of = self._counted(of)
            else:
                return of
            self._takes("?")  # lazy or not: the same texts

    def _counted(self, of: Expression) -> Expression:
        counts = re.compile(r"\{(\d+)(?:(,)(\d*))?\}").match(self._pattern, self._at)
        if counts is None:
            self._fail("a count was expected")
        self._at = counts.end()
        least = int(counts[1])
        most: float = least if counts[2] is None else int(counts[3]) if counts[3] else math.inf
        if least > _REPEATS_MOST or _REPEATS_MOST < most < math.inf or most < least:
            self._fail(f"counts must rise and be at most {_REPEATS_MOST}, are {counts[0]}")
        return times(of, least, most)

    def _atom(self) -> Expression:
        found = self._next()
        if found == "(":
            if self._takes("?") and not self._takes(":"):
                self._fail("only groups (?:...) are known, no looking ahead or behind")
            inner = self._alternatives()
            return inner if self._takes(")") else self._fail("')' was expected")
        if found == "[":
            return characters(self._set())
        if found == ".":
            return characters(others([(10, 10)]))
        if found == "\\":
            return characters(self._escape())
        if found in "*+?{^$":
            self._fail(f"'{found}' was not expected; write \\{found}")
        return literal(found)

    def _set(self) -> Ranges:
        negated = self._takes("^")
        found: list[tuple[int, int]] = []
        is_first = True
        while is_first or self._here != "]":
            is_first = False
            member = self._member()
            after = self._pattern[self._at + 1 : self._at + 2]
            if self._here == "-" and after != "]" and len(member) == 1:
                self._at += 1
                end = self._member()
                if len(end) != 1 or end[0][1] < member[0][0]:
                    self._fail("a range must rise")
                found.append((member[0][0], end[0][1]))
            else:
                found += member
        self._at += 1
        return others(found) if negated else found

    def _member(self) -> Ranges:
        found = self._next()
        return self._escape() if found == "\\" else [(ord(found), ord(found))]

    def _escape(self) -> Ranges:
        found = self._next()
        known = _CLASSES.get(found.lower())
        if known is not None:
            return known if found.islower() else others(known)
        digits = {"x": 2, "u": 4}.get(found)
        if digits:
            code = self._pattern[self._at : self._at + digits]
            self._at += digits
            if not re.fullmatch(f"[0-9a-fA-F]{{{digits}}}", code):
                self._fail("a code was expected")
            return [(int(code, 16), int(code, 16))]
        if found not in _CONTROLS and found.isascii() and found.isalnum():
            self._fail(f"\\{found} is not known")
        value = _CONTROLS.get(found, ord(found))
        return [(value, value)]


def regex(pattern: str) -> Expression:
    """What a regular expression allows; it is about the whole text."""
    return _Reader(pattern).whole()
