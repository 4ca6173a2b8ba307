"""Generating under a constraint."""

import codecs
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Callable, Optional

from .bindings import tokenize
from .context import Context
from .grammar import Expression, Grammar, State
from .model import Model
from .regex import regex
from .sampler import Sampler
from .schema import json, json_schema

_CANDIDATES = 64
"""How many of the most likely tokens are looked at before all that are allowed."""

_SLACK = 16
"""Tokens by which an ending may turn out longer than it looked."""

_LONGEST = 16
"""Bytes of a token, at most, that is written without the model's choice."""


@dataclass
class Constrained:
    """A text that was generated under a constraint, always one that it allows; its tokens, without the stop token; and how
    many of the last ones the model had no choice in, for the text had to end."""

    text: str
    tokens: list[int]
    closing: int


class Constraint:
    """What a text must be: a regular expression, a JSON Schema, any JSON.

    The most likely tokens are tried in their order, and only if none of them is allowed are all tokens of the vocabulary
    looked at: an interpreted program has no time for a mask at every step.
    """

    def __init__(self, expression: Expression) -> None:
        self._grammar = Grammar(expression)

    @staticmethod
    def regex(pattern: str) -> "Constraint":
        """A regular expression for the whole text."""
        return Constraint(regex(pattern))

    @staticmethod
    def json_schema(schema: Any, spaces: int = 1) -> "Constraint":
        """A JSON Schema; ``spaces`` may stand in a row between marks."""
        return Constraint(json_schema(schema, spaces))

    @staticmethod
    def json() -> "Constraint":
        """Any JSON."""
        return Constraint(json())

    def allows(self, text: bytes) -> bool:
        """Whether a text is one."""
        state = self._grammar.walk(self._grammar.start, text)
        return state is not None and state.may_end

    def ending(self, text: bytes) -> Optional[bytes]:
        """Bytes that end a text soon that begins with some; none if nothing may begin so."""
        state = self._grammar.walk(self._grammar.start, text)
        return None if state is None else self._grammar.ending(state)

    async def generate(
        self,
        context: Context,
        sampler: Optional[Sampler] = None,
        max_tokens: int = 1024,
        on_text: Callable[[str], None] = lambda text: None,
    ) -> Constrained:
        """Generates until the text is whole and nothing can follow, or the model stops where it may; near ``max_tokens`` the
        shortest ending is written instead."""
        grammar = self._grammar
        chooser = sampler or Sampler.greedy()
        vocabulary = _Vocabulary.of(context.model)
        written = _Written(vocabulary, on_text)
        state, left = grammar.start, max_tokens
        while state.can_go_on:
            token = await self._choose(context, vocabulary, state, chooser)
            following = None if token is None else grammar.walk(state, vocabulary.bytes[token])
            if token is None or following is None:
                break  # the model stops, where it may
            left -= 1
            if following.left + _SLACK > left:
                closing = vocabulary.tokens_of(grammar.ending(state))
                for last in closing:
                    written.add(last)
                context.fill_tokens(closing)
                return written.end(len(closing))
            state = following
            context.fill_tokens([token])
            written.add(token)
        return written.end(0)

    async def _choose(
        self, context: Context, vocabulary: "_Vocabulary", state: State, sampler: Sampler
    ) -> Optional[int]:
        """An allowed token; none if the model stops."""
        given = await context.decode_step_dist(max(_CANDIDATES, sampler.candidates))
        allowed = SimpleNamespace(ids=[], probabilities=[])
        for token, probability in zip(given.ids, given.probabilities):
            if len(allowed.ids) == sampler.candidates:
                break
            if self._is_allowed(vocabulary, state, token):
                allowed.ids.append(token)
                allowed.probabilities.append(probability)
        token = sampler.choose(allowed) if allowed.ids else await context.most_likely(self._mask(vocabulary, state))
        return token if vocabulary.bytes[token] else None

    def _is_allowed(self, vocabulary: "_Vocabulary", state: State, token: int) -> bool:
        text = vocabulary.bytes[token]
        if not text:
            return state.may_end and token in vocabulary.stops
        return self._grammar.walk(state, text) is not None

    def _mask(self, vocabulary: "_Vocabulary", state: State) -> list[int]:
        """Run lengths over the vocabulary, forbidden first."""
        runs = [0]
        for token in range(len(vocabulary.bytes)):
            if self._is_allowed(vocabulary, state, token) == (len(runs) % 2 == 0):
                runs[-1] += 1
            else:
                runs.append(1)
        return runs


class _Vocabulary:
    """The bytes of a model's tokens."""

    _known: "dict[str, _Vocabulary]" = {}

    def __init__(self, model: Model) -> None:
        self.bytes = [bytes(text) for text in tokenize.get_vocabs(model.raw)]
        self.stops = frozenset(model.stop_tokens)
        for special in tokenize.special_tokens(model.raw):
            self.bytes[special.id] = b""  # its text is no text
        self._by_text = {text: token for token, text in enumerate(self.bytes)}

    @staticmethod
    def of(model: Model) -> "_Vocabulary":
        if model.name not in _Vocabulary._known:
            _Vocabulary._known[model.name] = _Vocabulary(model)
        return _Vocabulary._known[model.name]

    def tokens_of(self, text: bytes) -> list[int]:
        """Some tokens that have these bytes, the longest first."""
        tokens = []
        at = 0
        while at < len(text):
            for length in range(min(_LONGEST, len(text) - at), 0, -1):
                token = self._by_text.get(text[at : at + length])
                if token is not None:
                    break
            else:
                raise ValueError(f"the vocabulary has no token for byte {text[at]}")
            tokens.append(token)
            at += length
        return tokens


class _Written:
    """What was generated, and its text as far as its characters are whole."""

    def __init__(self, vocabulary: _Vocabulary, on_text: Callable[[str], None]) -> None:
        self._vocabulary = vocabulary
        self._on_text = on_text
        self._tokens: list[int] = []
        self._text = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def add(self, token: int) -> None:
        self._tokens.append(token)
        self._give(self._decoder.decode(self._vocabulary.bytes[token]))

    def end(self, closing: int) -> Constrained:
        self._give(self._decoder.decode(b"", True))
        return Constrained(self._text, self._tokens, closing)

    def _give(self, text: str) -> None:
        if text:
            self._text += text
            self._on_text(text)
