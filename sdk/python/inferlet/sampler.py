"""How the next token is chosen."""

import struct
from typing import Any, Callable, Optional, Sequence

from .bindings import runtime

CANDIDATES = 256
"""How many candidates are asked for unless a sampler says otherwise."""

_MASK = (1 << 64) - 1


def _single(value: float) -> float:
    return struct.unpack("f", struct.pack("f", value))[0]


class Sampler:
    """Chooses a token from the distribution of the most likely ones, ``candidates`` of them.

    A sampler of your own is a class with ``candidates`` and ``choose``, or ``Sampler.custom``.
    """

    candidates = CANDIDATES

    def choose(self, distribution: Any) -> int:
        """One of ``distribution.ids``, whose ``distribution.probabilities`` fall."""
        raise NotImplementedError

    @staticmethod
    def greedy() -> "Sampler":
        """Always the most likely token."""
        return Sampler.custom(1, lambda distribution: distribution.ids[0])

    @staticmethod
    def multinomial(
        temperature: float,
        top_k: int = CANDIDATES,
        top_p: float = 1.0,
        min_p: float = 0.0,
        seed: Optional[int] = None,
    ) -> "Sampler":
        """Draws by probability: first temperature, which sharpens where it is low (0 is greedy), then truncation.

        Without a seed the draws differ each time.
        """
        if not 0 <= temperature < float("inf"):
            raise ValueError(f"temperature must be 0 or more, is {temperature}")
        if top_k < 1:
            raise ValueError(f"top_k must be a whole number from 1, is {top_k}")
        if not 0 < top_p <= 1:
            raise ValueError(f"top_p must be above 0 and at most 1, is {top_p}")
        if not 0 <= min_p <= 1:
            raise ValueError(f"min_p must be from 0 to 1, is {min_p}")
        if temperature == 0:
            return Sampler.greedy()
        return _Truncated(temperature, top_k, top_p, min_p, runtime.random() if seed is None else seed)

    @staticmethod
    def top_k(temperature: float, k: int, seed: Optional[int] = None) -> "Sampler":
        """Draws among the ``k`` most likely tokens."""
        return Sampler.multinomial(temperature, top_k=k, seed=seed)

    @staticmethod
    def top_p(temperature: float, p: float, seed: Optional[int] = None) -> "Sampler":
        """Draws among the most likely tokens that together have probability ``p``."""
        return Sampler.multinomial(temperature, top_p=p, seed=seed)

    @staticmethod
    def min_p(temperature: float, p: float, seed: Optional[int] = None) -> "Sampler":
        """Draws among the tokens at least ``p`` times as likely as the most likely one."""
        return Sampler.multinomial(temperature, min_p=p, seed=seed)

    @staticmethod
    def custom(candidates: int, choose: Callable[[Any], int]) -> "Sampler":
        """Any function of the distribution of the ``candidates`` most likely tokens."""
        return _Custom(candidates, choose)


class _Custom(Sampler):
    def __init__(self, candidates: int, choose: Callable[[Any], int]) -> None:
        self.candidates = candidates
        self._choose = choose

    def choose(self, distribution: Any) -> int:
        return self._choose(distribution)


class _Truncated(Sampler):
    def __init__(self, temperature: float, top_k: int, top_p: float, min_p: float, seed: int) -> None:
        self.candidates = top_k
        self._exponent = 1 / _single(temperature)
        self._top_p = _single(top_p)
        self._min_p = _single(min_p)
        self._state = seed & _MASK

    def choose(self, distribution: Any) -> int:
        most = distribution.probabilities[0]
        weights = [(p / most) ** self._exponent for p in distribution.probabilities[: self.candidates]]
        kept = kept_of(weights, self._top_p, self._min_p)
        total = 0.0
        for weight in weights[:kept]:
            total += weight
        drawn = self._uniform() * total
        reached = 0.0
        for token, weight in zip(distribution.ids, weights[:kept]):
            reached += weight
            if drawn < reached:
                return token
        return distribution.ids[kept - 1]

    def _uniform(self) -> float:
        """SplitMix64: the same draws from the same seed everywhere."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((z ^ (z >> 31)) >> 11) * 2.0**-53


def kept_of(weights: Sequence[float], top_p: float, min_p: float) -> int:
    """How many of the first weights may be drawn: at least one, and none that is 0."""
    total = 0.0
    for weight in weights:
        total += weight
    reached = 0.0
    for index, weight in enumerate(weights):
        if index > 0 and (weight == 0 or weight < min_p):
            return index
        reached += weight
        if reached >= top_p * total:
            return index + 1
    return len(weights)
