"""Contexts: sequences of tokens and their KV caches."""

import json
from types import TracebackType
from typing import Any, Optional, Sequence

from wit_world.imports.sample import Sampling

from .bindings import allocate, context_state, forward, input_text, output_text, queues, sample
from .cache import Cache, settled
from .chat import Chat
from .drafter import Drafter
from .error import Refusal
from .generation import Generation
from .loop import Task, start, when
from .model import Model
from .sampler import CANDIDATES, Sampler
from .services import storage
from .stop import Stop

_CHUNK = 512
"""Tokens of one forward: bounds the input embeds that a long prompt holds at a time."""


def _saved_key(name: str) -> str:
    return f"inferlet-context/{name}"


class _Output:
    """An output embed, which forks may read too."""

    def __init__(self, queue: Any) -> None:
        self.embed: int = allocate.alloc_emb(queue, 1)[0]
        self.users = 1

    def leave(self, queue: Any) -> None:
        """On the queue of who leaves it: behind all that it did with it."""
        self.users -= 1
        if self.users == 0:
            allocate.dealloc_emb(queue, [self.embed])


class Context:
    """A sequence of tokens and its KV cache: fill it with text, generate from it, fork it.

    Filling only notes tokens. They are computed together when something needs them: ``flush``, a step, or ``generate``. Every
    step is one embed, one forward and one readout on the context's own queue, enqueued without waiting; steps of contexts
    that generate at the same time share the engine's passes.

    ``with Context() as context:`` gives its pages back at the end of the block; else ``close`` does, or the program's end.
    """

    def __init__(self, model: Optional[Model] = None) -> None:
        """An empty context of the default model, or of another."""
        self.model = model or Model.get()
        self._queue = queues.create_queue(self.model.raw)
        self._output = _Output(self._queue)
        self._cache = Cache(self._queue, self.model.page_size)
        self._chat = Chat()
        self._tokens: list[int] = []
        # How many tokens there were when the output was computed.
        self._output_of = 0
        # Comes when what is shared with this context is computed, and who waits for that.
        self._ready: Any = None
        self._when_ready: Optional[Task] = None
        # Why it can only be closed.
        self._failure: Optional[Exception] = None
        self._closed = False
        self.tokens_computed = 0
        """Tokens that went through the model for it so far, those of forks not counted."""

    @staticmethod
    def from_imported(name: str, tokens: Sequence[int], model: Optional[Model] = None) -> "Context":
        """A context of pages that were exported by ``export``, as if the tokens had been computed here."""
        context = Context(model)
        try:
            pages = allocate.import_kvpage(context._queue, name)
            needed = -(-len(tokens) // context.model.page_size)
            if len(pages) != needed:
                allocate.dealloc_kvpage(context._queue, pages)
                raise ValueError(f"import: '{name}' has {len(pages)} pages; {len(tokens)} tokens take {needed}")
            context._cache.take(pages, len(tokens))
            context._tokens = list(tokens)
            return context
        except BaseException:
            context.close()
            raise

    @staticmethod
    def open(name: str, model: Optional[Model] = None) -> "Optional[Context]":
        """The context that was saved under a name; none if there is none, or if its pages are gone."""
        text = storage.get(_saved_key(name))
        if text is None:
            return None
        try:
            saved = json.loads(text)
            tokens, chat = saved["tokens"], Chat.parse(saved["chat"])
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"open: what is kept as '{name}' is no context of a Python program") from None
        try:
            context = Context.from_imported(name, tokens, model)
        except Refusal as refused:
            if refused.code == "not-found":
                return None
            raise
        context._chat = chat
        return context

    @property
    def tokens(self) -> Sequence[int]:
        """All tokens, computed or not."""
        return self._tokens

    @property
    def pages_held(self) -> int:
        """Pages that it refers to; forks may refer to the same ones."""
        return self._cache.pages_held

    def fill(self, text: str) -> "Context":
        """Adds plain text; at the very beginning also the tokens that the model expects before any."""
        self._chat.write_pending(self.model, self._tokens)
        if not self._tokens:
            self._tokens = self.model.prefix_tokens()
        self._tokens.extend(self.model.tokenize(text))
        return self

    def fill_tokens(self, tokens: Sequence[int]) -> "Context":
        """Adds tokens as they are."""
        self._chat.write_pending(self.model, self._tokens)
        self._tokens.extend(tokens)
        return self

    def fill_system(self, content: str) -> "Context":
        """Adds a system message by the model's chat template."""
        return self._add("system", content)

    def fill_user(self, content: str) -> "Context":
        """Adds a user message by the model's chat template; ends an answer before it."""
        return self._add("user", content)

    def fill_assistant(self, content: str) -> "Context":
        """Adds an assistant message by the model's chat template."""
        return self._add("assistant", content)

    def fill_tool(self, content: str) -> "Context":
        """Adds a tool's result by the model's chat template, if that knows such messages."""
        return self._add("tool", content)

    def _add(self, role: str, content: str) -> "Context":
        self._chat.add(role, content, len(self._tokens))
        return self

    async def flush(self) -> None:
        """Enqueues the computation of all tokens filled so far; waits for nothing but, in a fork, for what it shares."""
        self._chat.write(self.model, self._tokens, False)
        if self._cache.size < len(self._tokens):
            await self._await_ready()
        self._compute()

    def fork(self) -> "Context":
        """A context with the same tokens that goes on by itself. Both refer to the same pages; who first adds to a page that
        is not full adds in place, the others to copies. What is not computed yet is computed first, once for both."""
        self._require_usable()
        self._chat.write(self.model, self._tokens, False)
        if self._ready is not None and self._when_ready is None:
            settled(self._ready)
            self._ready = None
        self._compute()
        fork = Context(self.model)
        fork._cache = self._cache.fork(fork._queue)
        fork._tokens = list(self._tokens)
        fork._chat = self._chat.copy()
        fork._output.leave(fork._queue)
        fork._output = self._output
        self._output.users += 1
        fork._output_of = self._output_of
        fork._ready = None if self._cache.is_settled else queues.synchronize(self._queue)
        return fork

    async def _await_ready(self) -> None:
        if self._ready is not None:
            if self._when_ready is None:
                self._when_ready = start(when(self._ready))
            await self._when_ready
            self._ready = None
            self._when_ready = None

    def generate(
        self,
        sampler: Optional[Sampler] = None,
        max_tokens: Optional[int] = None,
        stop: Optional[Stop] = None,
        ignore_eos: bool = False,
        drafter: Optional[Drafter] = None,
    ) -> Generation:
        """Generates: ``async for text in`` it for text as it comes, or ``await`` it for all.

        The sampler is greedy if none is given. It ends where the model ends its answer, unless that is to be ignored, or at
        the first other condition. A drafter's guesses are computed along, several tokens in one forward.
        """
        return Generation(self, sampler, max_tokens, stop, ignore_eos, drafter)

    async def decode_step(self, sampler: Sampler) -> int:
        """Chooses the next token and adds it."""
        return self.take(await self.decode_step_dist(sampler.candidates), sampler)

    def take(self, distribution: Any, sampler: Sampler) -> int:
        """Adds the token that a sampler chooses."""
        if not distribution.ids:
            raise ValueError("the distribution has no candidates")
        token = sampler.choose(distribution)
        self._tokens.append(token)
        return token

    async def decode_step_dist(self, candidates: int = CANDIDATES) -> Any:
        """The next token's distribution, cut to its most likely tokens: ``ids`` and ``probabilities``. The context gets the
        cue for an answer if it ends with a message, and else stays as it is."""
        self._chat.write(self.model, self._tokens, True)
        if not self._tokens:
            raise ValueError("the context is empty: fill it with something to continue")
        await self._await_ready()
        if self._cache.size == len(self._tokens) and self._output_of != self._cache.size:
            self._cache.truncate(self._cache.size - 1)  # nobody has its output: it is computed again
        self._compute()
        stamp = self._cache.stamp
        try:
            distribution = await when(output_text.get_next_dist(self._queue, self._output.embed, candidates))
        except Refusal as refused:
            self._fail(refused)
            raise
        self._cache.settle(stamp)
        return distribution

    async def verify(self, guesses: Sequence[int], candidates: int = CANDIDATES) -> tuple[list[int], list[Any]]:
        """Computes the last token and guesses behind it in one forward: the guesses that there was room for, and the
        distributions after that token and after each of these. ``keep`` follows."""
        self._chat.write(self.model, self._tokens, True)
        if not self._tokens:
            raise ValueError("the context is empty: fill it with something to continue")
        await self._await_ready()
        first = len(self._tokens) - 1
        self._cache.truncate(min(first, self._cache.size))
        self._compute(first)
        room = min(_CHUNK - 1, self.model.max_positions - len(self._tokens))
        taken = list(guesses[: max(0, room)])
        outputs = allocate.alloc_emb(self._queue, len(taken) + 1)
        try:
            self._forward([self._tokens[-1], *taken], first, outputs)
            self._output_of = 0
            stamp = self._cache.stamp
            answers = [output_text.get_next_dist(self._queue, output, candidates) for output in outputs]
            distributions = [await when(answer) for answer in answers]
        except Refusal as refused:
            self._fail(refused)
            raise
        finally:
            allocate.dealloc_emb(self._queue, outputs)
        self._cache.settle(stamp)
        return taken, distributions

    def keep(self, wrong: int) -> None:
        """Of what ``verify`` computed, the last so many guesses were wrong."""
        self._cache.truncate(self._cache.size - wrong)

    async def most_likely(self, allowed: Sequence[int]) -> int:
        """The most likely token of those allowed, by run lengths over the vocabulary, forbidden first; it is not added."""
        await self.decode_step_dist(1)  # so that there is an output to choose at
        greedy = Sampling(temperature=0, top_k=0, top_p=1, min_p=0, seed=0)
        return (await when(sample.sample(self._queue, self._output.embed, greedy, list(allowed)))).id

    def rewind(self, size: int) -> None:
        """Forgets all tokens behind the first ``size``, and messages among them."""
        self._chat.rewind(size)
        del self._tokens[size:]
        self._cache.truncate(size)

    def mask_token_range(self, first: int, end: int, hidden: bool) -> None:
        """Hides computed tokens from later ones, or shows them again."""
        self._cache.mask(first, end, hidden)

    def drop_masked_kv_pages(self) -> None:
        """Gives back the pages whose tokens are all hidden. They stay hidden; positions go on."""
        self._cache.drop_hidden()

    async def export(self, name: str) -> None:
        """Publishes the pages of all its tokens, computed first, under a name."""
        await self.flush()
        if not self._cache.is_whole:
            raise ValueError(
                "export: tokens are hidden, or a page is shared with a fork that went on; export before that"
            )
        allocate.export_kvpage(self._queue, self._cache.ids, name)

    async def save(self, name: str) -> None:
        """Keeps the context under a name for other programs of the user: its pages as an export, the rest in the store."""
        await self.export(name)
        storage.set(_saved_key(name), json.dumps({"tokens": self._tokens, "chat": self._chat.to_json()}))

    def idle(self) -> Any:
        """Says that the program's pages are not needed until the block ends: ``with context.idle():`` a tool is called."""
        return context_state.idle(self.model.raw)

    def close(self) -> None:
        """Gives its pages back; it cannot be used any more."""
        if self._closed:
            return
        self._closed = True
        self._failure = RuntimeError("the context is closed")
        if self._ready is not None and self._when_ready is None:
            settled(self._ready)  # what it gives back may be in use until then
        self._cache.close()
        self._output.leave(self._queue)
        self._queue.__exit__(None, None, None)

    def __enter__(self) -> "Context":
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def _fail(self, refused: Refusal) -> None:
        self._failure = RuntimeError(
            f"an earlier step of the context failed ({refused}), so its cache is incomplete; begin a new one"
        )

    def _require_usable(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _compute(self, end: Optional[int] = None) -> None:
        """All tokens, or the first ones."""
        self._require_usable()
        most = self.model.max_positions
        if len(self._tokens) > most:
            raise ValueError(
                f"the context has {len(self._tokens)} tokens; model {self.model.name} takes at most {most}"
            )
        end = len(self._tokens) if end is None else end
        while self._cache.size < end:
            self._compute_range(self._cache.size, min(end, self._cache.size + _CHUNK))

    def _compute_range(self, first: int, end: int) -> None:
        self._forward(self._tokens[first:end], first, [self._own_output()])
        self._output_of = end

    def _forward(self, tokens: Sequence[int], first: int, outputs: Sequence[int]) -> None:
        """One embed, one forward of tokens from a position on; outputs of the last ones."""
        self._require_usable()
        count = len(tokens)
        queue = self._queue
        self._cache.open_last()
        context = self._cache.input_pages()
        kept = self._cache.output_pages(count)
        # A single token needs no input embed of its own: its output may take its input's place.
        inputs = list(outputs) if count == 1 else allocate.alloc_emb(queue, count)
        try:
            input_text.embed_txt(queue, list(tokens), list(range(first, first + count)), inputs)
            forward.forward(queue, context, inputs, kept, list(outputs), None)
        finally:
            if count > 1:
                allocate.dealloc_emb(queue, inputs)
        self._cache.append(count)
        self.tokens_computed += count

    def _own_output(self) -> int:
        """An output embed that no fork reads."""
        if self._output.users > 1:
            own = _Output(self._queue)
            self._output.leave(self._queue)
            self._output = own
        return self._output.embed
