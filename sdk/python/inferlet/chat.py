"""A conversation, written to a context's tokens by the model's chat template, piece by piece.

Templates render whole conversations; what a context lacks is the end of such a rendering. The model's own answers stay as
generated: a template sees a mark in their place, and what it writes behind the mark is what follows the answer.
"""

import os.path
from dataclasses import asdict, dataclass
from typing import Any

from .model import Model


@dataclass(frozen=True)
class Turn:
    """One turn; the content of the model's own is what the tokens hold."""

    role: str
    content: str
    of_model: bool


@dataclass(frozen=True)
class State:
    written: int = 0
    """How many turns the tokens hold."""
    cued: bool = False
    """Whether the cue for an answer comes after them."""
    end: int = 0
    """How many tokens there were when the chat last wrote."""


class Chat:
    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._now = State()
        # What was before each time that the chat wrote, for going back.
        self._marks: list[State] = []

    def copy(self) -> "Chat":
        copy = Chat()
        copy._turns = list(self._turns)
        copy._now = self._now
        copy._marks = list(self._marks)
        return copy

    def to_json(self) -> Any:
        """All of it, for ``parse``. It cannot go back behind that time."""
        return {"turns": [asdict(turn) for turn in self._turns], "now": asdict(self._now)}

    @staticmethod
    def parse(value: Any) -> "Chat":
        """What ``to_json`` gave."""
        chat = Chat()
        chat._turns = [Turn(**turn) for turn in value["turns"]]
        chat._now = State(**value["now"])
        return chat

    def rewind(self, size: int) -> None:
        """The tokens behind the first ``size`` are gone, and so are messages among them."""
        while self._now.end > size:
            self._now = self._marks.pop() if self._marks else State()
        del self._turns[self._now.written :]

    def add(self, role: str, content: str, tokens: int) -> None:
        """Adds a message; nothing is written yet. If an answer was cued, it ends here, as it is."""
        answers = role == "assistant" and tokens == self._now.end
        if self._now.cued and self._now.written == len(self._turns) and not answers:
            self._turns.append(Turn("assistant", "", True))
        self._turns.append(Turn(role, content, False))

    def write_pending(self, model: Model, tokens: list[int]) -> None:
        """Writes the messages that the tokens lack, if any, and then the cue for an answer."""
        if self._now.written < len(self._turns):
            self.write(model, tokens, True)

    def write(self, model: Model, tokens: list[int], answer_next: bool) -> None:
        """Writes the messages that the tokens lack and, if an answer comes next, its cue; none if other tokens were added
        since, as these begin the answer."""
        written, cued = self._now.written, self._now.cued
        count = len(self._turns)
        cue_missing = answer_next and not cued and len(tokens) == self._now.end
        if count == 0 or (written == count and not cue_missing):
            return
        mark = self._mark()
        whole = self._render(model, count, answer_next, mark)
        if not answer_next and not self._render(model, count, True, mark).startswith(whole):
            return  # the template closes a conversation that nobody goes on with
        if written < count and self._turns[written].of_model:
            self._write_behind_answer(model, tokens, self._behind_answer(model, whole, mark))
        else:
            before = "" if written == 0 else self._render(model, written, cued, mark)
            if not whole.startswith(before):
                raise _rewritten(model)
            tokens.extend(model.tokenize_special(whole[len(before) :]))
        self._marks.append(self._now)
        self._now = State(count, answer_next, len(tokens))

    def _behind_answer(self, model: Model, whole: str, mark: str) -> str:
        """What the template writes behind the answer that is written next."""
        written = self._now.written
        with_cue = self._render(model, written, True, mark)
        before = os.path.commonprefix([self._render(model, written, False, mark), with_cue])
        own = _numbered(mark, written)
        start, found, behind = whole.partition(own)
        if not found or not start.startswith(before) or not with_cue.startswith(start.rstrip()):
            raise _rewritten(model)
        return behind

    def _write_behind_answer(self, model: Model, tokens: list[int], text: str) -> None:
        """If the answer ended by the token that the template writes behind it, that is there already."""
        more = model.tokenize_special(text)
        first = 0
        if len(tokens) > self._now.end and tokens[-1] in model.stop_tokens:
            last = tokens[-1]
            if text.lstrip().startswith(model.detokenize([last], True)) and last in more:
                first = more.index(last) + 1
        tokens.extend(more[first:])

    def _render(self, model: Model, count: int, cue: bool, mark: str) -> str:
        messages = [
            (turn.role, _numbered(mark, index) if turn.of_model else turn.content)
            for index, turn in enumerate(self._turns[:count])
        ]
        return model.format_chat(messages, cue)

    def _mark(self) -> str:
        """Letters that no message has, for no template changes letters."""
        mark = "WhatTheModelSaid"
        while any(mark in turn.content for turn in self._turns):
            mark += "X"
        return mark


def _numbered(mark: str, turn: int) -> str:
    return f"{mark}In{turn}Th"


def _rewritten(model: Model) -> Exception:
    return ValueError(
        f"the chat template of model {model.name} rewrites earlier messages when later ones are added, so that a conversation "
        "cannot go on; begin a new context"
    )
