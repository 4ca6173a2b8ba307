"""Models that the engine serves."""

from typing import Any, Optional, Sequence

from wit_world.imports.models import ChatMessage

from .bindings import models, refusing, tokenize


class Model:
    """A model: its name, sizes and special tokens, and its tokenizer and chat template."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.name: str = raw.name()
        self.page_size: int = raw.page_size()
        self.max_positions: int = raw.max_positions()
        self.stop_tokens: list[int] = list(raw.stop_tokens())

    @staticmethod
    def all() -> "list[Model]":
        """The models that the program may use, the default one first."""
        return [Model(raw) for raw in models.available_models()]

    @staticmethod
    def get(name: Optional[str] = None) -> "Model":
        """The engine's default model, or one by its name."""
        found = models.available_models()
        for raw in found:
            if name is None or raw.name() == name:
                return Model(raw)
        if name is None:
            raise LookupError("the program may use no model")
        raise LookupError(f"there is no model '{name}'; there are: {', '.join(raw.name() for raw in found)}")

    @property
    def vocab_size(self) -> int:
        """Entries of the vocabulary."""
        return self.raw.vocab_size()

    @property
    def chat_template(self) -> str:
        """The source of its chat template; empty if it was not trained on conversations."""
        return self.raw.chat_template() or ""

    @property
    def has_chat_template(self) -> bool:
        """Whether it was trained on conversations."""
        return self.raw.chat_template() is not None

    def tokenize(self, text: str) -> list[int]:
        """Text as tokens; what looks like a special token is text."""
        return list(tokenize.tokenize(self.raw, text, False))

    def tokenize_special(self, text: str) -> list[int]:
        """Text as tokens, special ones among them."""
        return list(tokenize.tokenize(self.raw, text, True))

    def detokenize(self, tokens: Sequence[int], special: bool = False) -> str:
        """Tokens as text, special ones left out unless they are wanted."""
        return tokenize.detokenize(self.raw, list(tokens), not special)

    def prefix_tokens(self) -> list[int]:
        """Tokens that the model expects before any text; often none."""
        return list(self.raw.prefix_tokens())

    def format_chat(self, messages: Sequence[tuple[str, str]], cue: bool) -> str:
        """A conversation of roles and contents by the chat template, with or without the cue for an answer."""
        return refusing(self.raw.format_chat)([ChatMessage(role, content) for role, content in messages], cue)

    def text_stream(self) -> Any:
        """Text of tokens that come one by one."""
        return tokenize.stream(self.raw, True)
