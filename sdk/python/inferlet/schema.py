"""JSON, and JSON that keeps a schema: what is generated is always valid, though not everything that is valid is generated."""

import json as _json
import math
import re
from typing import Any, NoReturn

from .grammar import NOTHING, Expression, Rule, byte, one, row, times
from .regex import characters, literal, others, regex

_KEYWORDS = (
    "type properties required additionalProperties items minItems maxItems minLength maxLength pattern minimum maximum enum "
    "const anyOf oneOf $ref"
).split()
_REMARKS = "title description $schema $id $defs definitions default examples $comment deprecated".split()
_MEMBERS_MOST = 24
"""Members of one object: each order of them is allowed."""

_CHARACTER = Rule(
    lambda: one(
        characters(others([(0, 0x1F), (0x22, 0x22), (0x5C, 0x5C)])),
        regex(r'\\(?:["\\/bfnrt]|u[0-9a-c][0-9a-f]{3})'),
    )
)
_INTEGER = "-?(?:0|[1-9][0-9]{0,15})"
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?"


def _written(value: Any) -> str:
    return _json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _string(least: int = 0, most: float = math.inf) -> Expression:
    return row(byte(0x22), times(_CHARACTER, least, most), byte(0x22))


def json() -> Expression:
    """Any JSON, with a space behind commas and colons."""

    def separated(item: Expression) -> Expression:
        return one(row(item, times(row(literal(", "), item), 0, math.inf)), NOTHING)

    value: Expression = Rule(
        lambda: one(members, items, _string(), regex(_NUMBER), literal("true"), literal("false"), literal("null"))
    )
    members = row(literal("{"), separated(row(_string(), literal(": "), value)), literal("}"))
    items = row(literal("["), separated(value), literal("]"))
    return value


class _Reader:
    def __init__(self, root: Any, spaces: int) -> None:
        self._root = root
        self._space = times(byte(0x20), 0, spaces)
        self._any = json()
        self._references: dict[str, Expression] = {}

    def read(self, schema: Any, where: str = "#") -> Expression:
        if isinstance(schema, bool):
            return self._any if schema else self._fail(where, "nothing is allowed")
        if not isinstance(schema, dict):
            self._fail(where, "a schema is an object, true or false")
        for keyword in schema:
            if keyword not in _KEYWORDS and keyword not in _REMARKS:
                self._fail(where, f"the keyword '{keyword}' is not held; these are: {', '.join(_KEYWORDS)}")
        if "$ref" in schema:
            return self._reference(schema["$ref"], where)
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if values is not None:
            return one(*(literal(_written(value)) for value in values))
        choices = schema.get("anyOf", schema.get("oneOf"))
        if choices is not None:
            return one(*(self.read(choice, f"{where}/{index}") for index, choice in enumerate(choices)))
        if "type" in schema:
            types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            return one(*(self._typed(kind, schema, where) for kind in types))
        if "properties" in schema:
            return self._typed("object", schema, where)
        for keyword in schema:
            if keyword not in _REMARKS:
                self._fail(where, f"'{keyword}' needs a 'type' beside it")
        return self._any

    def _fail(self, where: str, problem: str) -> NoReturn:
        raise ValueError(f"JSON Schema, {where}: {problem}")

    def _reference(self, pointer: str, where: str) -> Expression:
        if pointer not in self._references:
            target = self._root
            try:
                for name in filter(None, re.sub("^#/?", "", pointer).split("/")):
                    target = target[name.replace("~1", "/").replace("~0", "~")]
            except (KeyError, TypeError):
                target = None
            if not pointer.startswith("#") or target is None:
                self._fail(where, f"'{pointer}' is not in this schema")
            self._references[pointer] = Rule(lambda: self.read(target, pointer))
        return self._references[pointer]

    def _typed(self, kind: str, schema: dict[str, Any], where: str) -> Expression:
        if kind == "null":
            return literal("null")
        if kind == "boolean":
            return one(literal("true"), literal("false"))
        if kind == "integer":
            return integers(schema.get("minimum", -math.inf), schema.get("maximum", math.inf))
        if kind == "number":
            if "minimum" in schema or "maximum" in schema:
                self._fail(where, "bounds are held for 'integer' only")
            return regex(_NUMBER)
        if kind == "string":
            if "pattern" in schema:
                return row(byte(0x22), self._pattern(schema, where), byte(0x22))
            return _string(schema.get("minLength", 0), schema.get("maxLength", math.inf))
        if kind == "array":
            item = self.read(schema.get("items", True), f"{where}/items")
            return self._array(item, schema.get("minItems", 0), schema.get("maxItems", math.inf))
        if kind == "object":
            return self._object(schema, where)
        self._fail(where, f"there is no type '{kind}'")

    def _pattern(self, schema: dict[str, Any], where: str) -> Expression:
        """For the whole string; what it allows must need no escapes."""
        if "minLength" in schema or "maxLength" in schema:
            self._fail(where, "'pattern' is not held together with a length")
        if not re.fullmatch(r"\^.*\$", schema["pattern"], re.DOTALL):
            self._fail(where, "a 'pattern' must be of the form ^...$")
        return regex(schema["pattern"])

    def _array(self, item: Expression, least: int, most: float) -> Expression:
        opening, closing = row(literal("["), self._space), row(self._space, literal("]"))
        more = row(self._space, literal(","), self._space, item)
        found = []
        if most >= 1:
            found.append(row(opening, item, times(more, max(0, least - 1), most - 1), closing))
        if least == 0:
            found.append(row(opening, literal("]")))
        return one(*found)

    def _object(self, schema: dict[str, Any], where: str) -> Expression:
        """Members in any order: what is missing is part of the rule."""
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        for name in required:
            if name not in properties:
                self._fail(where, f"the required '{name}' is not among the properties")
        if len(properties) > _MEMBERS_MOST:
            self._fail(where, f"at most {_MEMBERS_MOST} properties, found {len(properties)}")
        colon = row(self._space, literal(":"), self._space)
        comma = row(self._space, literal(","), self._space)
        members = {
            name: row(
                literal(_written(name)),
                colon,
                Rule(lambda value=value, name=name: self.read(value, f"{where}/{name}")),
            )
            for name, value in properties.items()
        }
        rest: dict[frozenset[str], Expression] = {}

        def left(missing: frozenset[str]) -> Expression:
            if missing not in rest:
                rest[missing] = Rule(lambda: made(missing))
            return rest[missing]

        def made(missing: frozenset[str]) -> Expression:
            is_first = len(missing) == len(members)
            found = [
                row(NOTHING if is_first else comma, member, left(missing - {name}))
                for name, member in members.items()
                if name in missing
            ]
            if missing.isdisjoint(required):
                found.append(row(NOTHING if is_first else self._space, literal("}")))
            return one(*found)

        return row(literal("{"), self._space, left(frozenset(members)))


def integers(least: float, most: float) -> Expression:
    """Whole numbers within bounds."""
    if least == -math.inf and most == math.inf:
        return regex(_INTEGER)
    low = math.ceil(max(least, -999_999_999_999_999))
    high = math.floor(min(most, 999_999_999_999_999))
    if low > high:
        raise ValueError(f"JSON Schema: no integer is from {least} to {most}")
    parts = []
    if low < 0:
        parts.append(row(literal("-"), one(*_naturals(max(1, -high), -low))))
    if high >= 0:
        parts += _naturals(max(0, low), high)
    return one(*parts)


def _naturals(low: int, high: int) -> list[Expression]:
    """Numbers from one to another, for each number of digits."""
    return [
        _same_length(str(max(low, 0 if digits == 1 else 10 ** (digits - 1))), str(min(high, 10**digits - 1)))
        for digits in range(len(str(low)), len(str(high)) + 1)
    ]


def _same_length(low: str, high: str) -> Expression:
    if not low:
        return NOTHING
    first, last = ord(low[0]), ord(high[0])
    if first == last:
        return row(byte(first), _same_length(low[1:], high[1:]))
    rest = len(low) - 1
    parts = [
        row(byte(first), _same_length(low[1:], "9" * rest)),
        row(byte(last), _same_length("0" * rest, high[1:])),
    ]
    if first + 1 < last:
        parts.append(row(byte(first + 1, last - 1), times(byte(0x30, 0x39), rest, rest)))
    return one(*parts)


def json_schema(schema: Any, spaces: int = 1) -> Expression:
    """What a schema allows; ``spaces`` may stand in a row between marks."""
    return _Reader(schema, spaces).read(schema)
