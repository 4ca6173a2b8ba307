"""Generations under way."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generator, Optional

from .sampler import Sampler
from .stop import Stop

if TYPE_CHECKING:
    from .context import Context


@dataclass
class Completion:
    """What a generation brought: its text without special tokens, all its tokens, and how likely each was before temperature
    and truncation, as natural logarithms."""

    text: str = ""
    tokens: list[int] = field(default_factory=list)
    log_probabilities: list[float] = field(default_factory=list)


class Generation:
    """Iterated with ``async for`` it gives text as it comes, whole characters only; awaited it gives all of it. It goes on
    only while somebody does either."""

    def __init__(
        self,
        context: "Context",
        sampler: Optional[Sampler],
        max_tokens: Optional[int],
        stop: Optional[Stop],
        ignore_eos: bool,
    ) -> None:
        self._context = context
        self._sampler = sampler or Sampler.greedy()
        conditions = [] if ignore_eos else [Stop.eos(context.model)]
        if max_tokens is not None:
            conditions.append(Stop.max_tokens(max_tokens))
        if stop is not None:
            conditions.append(stop)
        self._stops = conditions
        self._stream: Any = None
        self._completion = Completion()
        self._ended = False

    def __aiter__(self) -> "Generation":
        return self

    async def __anext__(self) -> str:
        """More text."""
        while not self._ended:
            text = await self._step()
            if text:
                return text
        raise StopAsyncIteration

    def __await__(self) -> Generator[Any, Any, Completion]:
        return self._whole().__await__()

    async def _whole(self) -> Completion:
        while not self._ended:
            await self._step()
        return self._completion

    async def _step(self) -> str:
        """One token; the text that it completes."""
        distribution = await self._context.decode_step_dist(self._sampler.candidates)
        if self._stream is None:
            self._stream = self._context.model.text_stream()
        token = self._context.take(distribution, self._sampler)
        done = self._completion
        done.tokens.append(token)
        done.log_probabilities.append(_log_probability(distribution, token))
        text = self._stream.feed([token])
        full = len(self._context.tokens) > self._context.model.max_positions
        if full or any(stop.reached(done.tokens) for stop in self._stops):
            text += self._stream.finish()
            self._ended = True
        done.text += text
        return text


def _log_probability(distribution: Any, token: int) -> float:
    for index, candidate in enumerate(distribution.ids):
        if candidate == token:
            return math.log(distribution.probabilities[index])
    return -math.inf
