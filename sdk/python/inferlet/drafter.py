"""Guesses of what the model will say next (speculative decoding, Leviathan et al. 2023): a forward computes the last token and a
chain of guesses behind it, and goes along them for as long as they are what the sampler chooses. The sampler sees the same
distributions in the same order as without, so that a drafter can be wrong but cannot change the text."""

from typing import Protocol, Sequence


class Drafter(Protocol):
    """Guesses tokens. ``update`` comes first, with all tokens so far, and then for those that are new, before each ``draft``."""

    def update(self, tokens: Sequence[int]) -> None:
        """Tells it tokens that are settled, behind those of earlier calls."""

    def draft(self) -> Sequence[int]:
        """What may follow the last token that ``update`` told; nothing if it has no guess."""


class PromptLookup:
    """Guesses that the text goes on as it did where its last tokens stood before (prompt lookup, Saxena 2023)."""

    def __init__(self, ngram: int = 2, guesses: int = 8) -> None:
        """Looks for the last ``ngram`` tokens, or fewer if those are new; ``guesses`` tokens at most."""
        if ngram < 1 or guesses < 1:
            raise ValueError(f"ngram and guesses must be positive, are {ngram} and {guesses}")
        self._ngram = ngram
        self._guesses = guesses
        self._tokens: list[int] = []
        # What follows each run of 1 to ngram tokens, where it stood last but for the text's very end.
        self._behind: dict[tuple[int, ...], int] = {}

    def update(self, tokens: Sequence[int]) -> None:
        for token in tokens:
            end = len(self._tokens)
            for length in range(1, min(self._ngram, end) + 1):
                self._behind[tuple(self._tokens[end - length :])] = end
            self._tokens.append(token)

    def draft(self) -> Sequence[int]:
        for length in range(min(self._ngram, len(self._tokens)), 0, -1):
            start = self._behind.get(tuple(self._tokens[-length:]))
            if start is not None:
                return self._tokens[start : start + self._guesses]
        return []
