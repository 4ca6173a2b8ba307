"""What a text may be, byte by byte: expressions of byte sets, in a row, one of several, repeated, and rules that refer to one
another, so that objects lie in objects. A state is the set of all that may still come, each a list whose tails are shared;
states and their transitions are made when a text first gets there, and kept.

The masks of Willard and Louf (arXiv:2307.09702), with stacks as in Dong et al. (arXiv:2411.15100); see ``constrained``.
"""

import math
from typing import Callable, Iterable, Optional, Sequence

_CELLS_MOST = 200_000
_STATES_MOST = 20_000
_READABLE = [*range(0x61, 0x7B), *range(0x20, 0x61)]


class Expression:
    """What may come; compared by identity."""


class Bytes(Expression):
    def __init__(self, allowed: Iterable[int]) -> None:
        self.allowed = frozenset(allowed)


class Row(Expression):
    def __init__(self, parts: Sequence[Expression]) -> None:
        self.parts = tuple(parts)


class One(Expression):
    def __init__(self, of: Sequence[Expression]) -> None:
        self.of = tuple(of)


class Many(Expression):
    def __init__(self, of: Expression) -> None:
        self.of = of


class Rule(Expression):
    """An expression that is made when a text gets there; so it may refer to itself, behind something else."""

    def __init__(self, make: Callable[[], Expression]) -> None:
        self._make = make
        self._made: Optional[Expression] = None

    def made(self) -> Expression:
        if self._made is None:
            self._made = self._make()
        return self._made


NOTHING: Expression = Row(())


def row(*parts: Expression) -> Expression:
    return parts[0] if len(parts) == 1 else Row(parts)


def one(*of: Expression) -> Expression:
    return of[0] if len(of) == 1 else One(of)


def byte(first: int, last: Optional[int] = None) -> Expression:
    """Bytes from one to another."""
    return Bytes(range(first, (first if last is None else last) + 1))


def times(of: Expression, least: int, most: float) -> Expression:
    """From ``least`` to ``most`` times."""
    must = [of] * least
    if most == math.inf:
        return row(*must, Many(of))

    def may(left: int) -> Expression:
        return NOTHING if left == 0 else one(NOTHING, row(of, Rule(lambda: may(left - 1))))

    return row(*must, may(int(most) - least))


class Cell:
    """What may still come, first one thing and then the rest; ``None`` is the end."""

    def __init__(self, number: int, first: Expression, rest: "Optional[Cell]", left: float) -> None:
        self.number = number
        self.first = first
        self.rest = rest
        self.left = left
        """A bound on the bytes to its end."""


class State:
    """A place in a text: whether it may end here, a bound on the bytes to an end, and where each byte leads."""

    def __init__(self, may_end: bool, cells: Sequence[Cell]) -> None:
        self.may_end = may_end
        self.cells = cells
        self.left = 0 if may_end else min((cell.left for cell in cells), default=math.inf)
        self.next: dict[int, Optional[State]] = {}

    @property
    def can_go_on(self) -> bool:
        """Whether anything but a space may follow."""
        return not self.may_end or any(
            value > 0x20 for cell in self.cells if isinstance(cell.first, Bytes) for value in cell.first.allowed
        )


class Grammar:
    def __init__(self, whole: Expression) -> None:
        self._cells: dict[tuple[Expression, Optional[Cell]], Cell] = {}
        self._states: dict[tuple[bool, tuple[int, ...]], State] = {}
        self._least: dict[Expression, float] = {}
        self.start = self._state([(whole, None)])

    def step(self, state: State, value: int) -> Optional[State]:
        """Where a byte leads; nowhere if it may not come."""
        if value not in state.next:
            after = [
                (NOTHING, cell.rest)
                for cell in state.cells
                if isinstance(cell.first, Bytes) and value in cell.first.allowed
            ]
            state.next[value] = self._state(after) if after else None
        return state.next[value]

    def walk(self, state: Optional[State], text: Iterable[int]) -> Optional[State]:
        """Where bytes lead."""
        for value in text:
            if state is None:
                return None
            known = state.next.get(value, state)
            state = self.step(state, value) if known is state else known
        return state

    def ending(self, state: State) -> bytes:
        """Bytes that end the text soon."""
        found = bytearray()
        while not state.may_end:
            nearest = min(state.cells, key=lambda cell: cell.left)
            assert isinstance(nearest.first, Bytes)
            allowed = nearest.first.allowed
            # Where there is a choice, something that can be read.
            value = next((one for one in _READABLE if one in allowed), min(allowed))
            found.append(value)
            following = self.step(state, value)
            assert following is not None
            state = following
        return bytes(found)

    def _cell(self, first: Expression, rest: Optional[Cell]) -> Cell:
        cell = self._cells.get((first, rest))
        if cell is None:
            _bound("lists", len(self._cells) + 1, _CELLS_MOST)
            left = self._least_of(first) + (0 if rest is None else rest.left)
            cell = Cell(len(self._cells), first, rest, left)
            self._cells[first, rest] = cell
        return cell

    def _state(self, todo: list[tuple[Expression, Optional[Cell]]]) -> State:
        """All that may come, down to sets of bytes."""
        cells: dict[int, Cell] = {}
        seen: set[tuple[Expression, Optional[Cell]]] = set()
        may_end = False
        while todo:
            at = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            first, rest = at
            match first:
                case Bytes():
                    cell = self._cell(first, rest)
                    cells[cell.number] = cell
                case Row(parts=()) if rest is None:
                    may_end = True
                case Row(parts=()):
                    todo.append((rest.first, rest.rest))
                case Row(parts=parts):
                    for part in reversed(parts[1:]):
                        rest = self._cell(part, rest)
                    todo.append((parts[0], rest))
                case One(of=of):
                    todo.extend((part, rest) for part in of)
                case Many(of=of):
                    todo.append((NOTHING, rest))
                    todo.append((of, self._cell(first, rest)))
                case Rule():
                    todo.append((first.made(), rest))
        key = may_end, tuple(sorted(cells))
        state = self._states.get(key)
        if state is None:
            _bound("states", len(self._states) + 1, _STATES_MOST)
            state = State(may_end, [cells[number] for number in key[1]])
            self._states[key] = state
        return state

    def _least_of(self, expression: Expression) -> float:
        """The fewest bytes of an expression; a rule within itself counts as endless."""
        known = self._least.get(expression)
        if known is not None:
            return known
        self._least[expression] = math.inf
        least = self._compute_least(expression)
        if least == math.inf:
            del self._least[expression]  # perhaps only seen from within itself
        else:
            self._least[expression] = least
        return least

    def _compute_least(self, expression: Expression) -> float:
        match expression:
            case Bytes(allowed=allowed):
                return 1 if allowed else math.inf
            case Row(parts=parts):
                return sum(self._least_of(part) for part in parts)
            case One(of=of):
                least = math.inf
                for part in of:  # looks no further than need be: what is behind may be deep
                    least = min(least, self._least_of(part))
                    if least == 0:
                        break
                return least
            case Rule():
                return self._least_of(expression.made())
        return 0


def _bound(what: str, found: int, most: int) -> None:
    if found > most:
        raise ValueError(f"constraint: more than {most} {what}; make the grammar simpler")
