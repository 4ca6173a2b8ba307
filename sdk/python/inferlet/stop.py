"""When to stop generating."""

from typing import Callable, Sequence

from .model import Model


class Stop:
    """A condition that is looked at after every token, with all that were generated so far."""

    def __init__(self, reached: Callable[[Sequence[int]], bool]) -> None:
        self.reached = reached

    @staticmethod
    def max_tokens(count: int) -> "Stop":
        """After so many tokens."""
        return Stop(lambda generated: len(generated) >= count)

    @staticmethod
    def ends_with_any(*ends: Sequence[int]) -> "Stop":
        """After any of these sequences of tokens; empty ones count for nothing."""
        wanted = [list(end) for end in ends if end]
        return Stop(lambda generated: any(list(generated[-len(end) :]) == end for end in wanted))

    @staticmethod
    def eos(model: Model) -> "Stop":
        """Where the model ends an answer."""
        tokens = frozenset(model.stop_tokens)
        return Stop(lambda generated: generated[-1] in tokens)

    def __or__(self, other: "Stop") -> "Stop":
        """Either condition."""
        return Stop(lambda generated: self.reached(generated) or other.reached(generated))
