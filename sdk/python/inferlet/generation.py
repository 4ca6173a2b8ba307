"""Generations under way."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generator, Optional

from .drafter import Drafter
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
        drafter: Optional[Drafter],
    ) -> None:
        self._context = context
        self._sampler = sampler or Sampler.greedy()
        conditions = [] if ignore_eos else [Stop.eos(context.model)]
        if max_tokens is not None:
            conditions.append(Stop.max_tokens(max_tokens))
        if stop is not None:
            conditions.append(stop)
        self._stops = conditions
        self._drafter = drafter
        # How many tokens the drafter was told.
        self._told = 0
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
        """One token, or those that were guessed; the text that they complete."""
        if self._told == 0:
            return self._take(await self._context.decode_step_dist(self._sampler.candidates))
        guesses = list(self._drafter.draft()) if self._drafter is not None else []
        guesses, distributions = await self._context.verify(guesses, self._sampler.candidates)
        text = self._take(distributions[0])
        right = 0
        while not self._ended and right < len(guesses) and guesses[right] == self._completion.tokens[-1]:
            right += 1
            text += self._take(distributions[right])
        self._context.keep(len(guesses) - right)
        return text

    def _tell(self) -> None:
        """Tells the drafter what is new."""
        if self._drafter is not None:
            tokens = self._context.tokens
            self._drafter.update(tokens[self._told :])
            self._told = len(tokens)

    def _take(self, distribution: Any) -> str:
        """The token that the sampler chooses; the text that it completes."""
        if self._stream is None:
            self._stream = self._context.model.text_stream()
        token = self._context.take(distribution, self._sampler)
        self._tell()
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
