"""The pages of one context: which tokens lie where, who else refers to them, and what is hidden.

Contexts of one program share pages; the last of them gives a page back. Nobody changes what another sees: tokens are appended
behind all that anybody sees, or to a copy. Each context has a queue of its own, and between queues there is no order: a cache
that was shared may be used only once what it shares has been computed.
"""

from dataclasses import dataclass, replace
from typing import Any, Iterable, Optional, Sequence

from .bindings import allocate, forward, queues, refusing
from .error import Refusal


@dataclass(eq=False)
class Page:
    id: int
    filled: int
    """Slots in use, counting commands that are enqueued."""
    hidden: int
    """The slots that the engine hides from this program, slot i as bit i."""
    writer: "Cache"
    """The cache that wrote to it last."""
    users: int
    """How many caches refer to it."""


@dataclass(eq=False)
class Span:
    """Tokens of one cache in a page, from its first slot on."""

    page: Page
    start: int
    count: int
    hidden: int

    @property
    def is_hidden(self) -> bool:
        return self.hidden == slots(0, self.count)


def slots(first: int, end: int) -> int:
    """Slots ``first`` to ``end - 1`` as bits."""
    return 0 if end <= first else ((1 << (end - first)) - 1) << first


def settled(commands: Any) -> None:
    """Waits for commands, however they end: whoever waits for what they bring is told."""
    try:
        refusing(commands.await_)()
    except Refusal:
        pass


class Cache:
    def __init__(self, queue: Any, page_size: int) -> None:
        self._queue = queue
        self._page_size = page_size
        self._spans: list[Span] = []
        # Allocated for a step that was then refused.
        self._spares: list[Page] = []
        # No longer referred to, but perhaps by commands that are enqueued.
        self._leaving: list[Page] = []
        # The pages to attend to, until something but an appended page changes them.
        self._visible: Optional[list[int]] = None
        self.is_settled = True
        """Whether all that was enqueued is known to have run."""
        self.stamp = 0
        self.size = 0
        """Tokens in it, dropped ones included."""

    def fork(self, queue: Any) -> "Cache":
        """Another cache of the same tokens."""
        child = Cache(queue, self._page_size)
        child.size = self.size
        for span in self._spans:
            span.page.users += 1
            child._spans.append(replace(span))
        return child

    def take(self, ids: Iterable[int], tokens: int) -> None:
        """Refers to pages that the program was given, all full but perhaps the last one."""
        self._visible = None
        for page_id in ids:
            page = self._page(page_id)
            page.filled = min(tokens - self.size, self._page_size)
            self._spans.append(Span(page, self.size, page.filled, 0))
            self.size += page.filled

    def _page(self, page_id: int) -> Page:
        return Page(page_id, 0, 0, self, 1)

    @property
    def pages_held(self) -> int:
        return len(self._spans) + len(self._spares)

    @property
    def ids(self) -> list[int]:
        return [span.page.id for span in self._spans]

    @property
    def is_whole(self) -> bool:
        """Whether its pages hold exactly its tokens, none of them hidden, so that they can be exported."""
        return all(
            span.hidden == 0 and span.page.filled == span.count and (span is self._spans[-1] or span.count == self._page_size)
            for span in self._spans
        )

    def input_pages(self) -> list[int]:
        """The pages to attend to, with what is hidden hidden."""
        if self._visible is None:
            shown = [span for span in self._spans if not span.is_hidden]
            for span in shown:
                self._apply_mask(span)
            self._visible = [span.page.id for span in shown]
        return self._visible

    def _apply_mask(self, span: Span) -> None:
        if (span.page.hidden ^ span.hidden) & slots(0, span.count) == 0:
            return
        if span.page.users > 1:
            self._copy(span)
        flags = [slot < span.count and span.hidden >> slot & 1 != 0 for slot in range(self._page_size)]
        forward.mask_kvpage(self._queue, span.page.id, flags)
        span.page.hidden = span.hidden

    def open_last(self) -> None:
        """Makes the last page one that this cache may append to, unless it is full."""
        if not self._spans:
            return
        last = self._spans[-1]
        page = last.page
        if last.count == self._page_size or page.filled <= last.count:
            return
        if page.users > 1 or page.writer is not self:
            self._copy(last)
            return
        forward.truncate_kvpage(self._queue, page.id, last.count)
        page.filled = last.count
        page.hidden &= slots(0, last.count)

    def _copy(self, span: Span) -> None:
        self._ensure_spares(1)
        copy = self._spares[0]
        allocate.copy_kvpage(self._queue, span.page.id, copy.id, 0, 0, span.count)
        del self._spares[0]
        self._used()
        self._visible = None
        copy.filled = span.count
        old, span.page = span.page, copy
        self._release([old])

    def output_pages(self, count: int) -> list[int]:
        """Pages with room for so many more tokens; ``append`` follows when they are used."""
        last = self._spans[-1] if self._spans else None
        is_open = last is not None and last.count < self._page_size
        room = self._page_size - last.count if last is not None and is_open else 0
        fresh = -(-max(0, count - room) // self._page_size)
        self._ensure_spares(fresh)
        ids = [page.id for page in self._spares[:fresh]]
        return [last.page.id, *ids] if last is not None and is_open else ids

    def _ensure_spares(self, count: int) -> None:
        missing = count - len(self._spares)
        if missing > 0:
            self._spares.extend(self._page(page_id) for page_id in allocate.alloc_kvpage(self._queue, missing))

    def append(self, count: int) -> None:
        """So many tokens were written to the output pages."""
        self._used()
        while count > 0:
            if not self._spans or self._spans[-1].count == self._page_size:
                page = self._spares.pop(0)
                self._spans.append(Span(page, self.size, 0, 0))
                if self._visible is not None:
                    self._visible.append(page.id)
            last = self._spans[-1]
            if last.hidden:
                self._visible = None  # a page that was all hidden is so no more
            taken = min(count, self._page_size - last.count)
            last.count += taken
            last.page.filled = last.count
            last.page.writer = self
            self.size += taken
            count -= taken

    def truncate(self, count: int) -> None:
        """Forgets all tokens behind the first ``count``."""
        self._visible = None
        dropped = []
        while self._spans and self._spans[-1].start >= count:
            dropped.append(self._spans.pop().page)
        if self._spans:
            last = self._spans[-1]
            if last.start + last.count > count:
                last.count = count - last.start
                last.hidden &= slots(0, last.count)
        self.size = min(self.size, count)
        self._release(dropped)

    def mask(self, first: int, end: int, hidden: bool) -> None:
        """Hides or shows tokens."""
        self._visible = None
        for span in self._spans:
            bits = slots(*(min(max(0, at - span.start), span.count) for at in (first, end)))
            span.hidden = span.hidden | bits if hidden else span.hidden & ~bits

    def drop_hidden(self) -> None:
        """Gives back the pages of which nothing is visible."""
        self._visible = None
        dropped = [span.page for span in self._spans if span.is_hidden]
        self._spans = [span for span in self._spans if not span.is_hidden]
        self._release(dropped)

    def _used(self) -> None:
        self.is_settled = False
        self.stamp += 1

    def settle(self, stamp: int) -> None:
        """What was enqueued up to that stamp has run."""
        if stamp == self.stamp:
            self.is_settled = True
            leaving, self._leaving = self._leaving, []
            self._release(leaving)

    def _release(self, pages: Sequence[Page]) -> None:
        unused = []
        for page in pages:
            if page.users > 1 and not self.is_settled:
                self._leaving.append(page)
            else:
                page.users -= 1
                if page.users == 0:
                    unused.append(page.id)
        if unused:
            allocate.dealloc_kvpage(self._queue, unused)

    def close(self) -> None:
        """Refers to nothing any more."""
        pages = [*self._spares, *self._leaving, *(span.page for span in self._spans)]
        if not self.is_settled and any(page.users > 1 for page in pages):
            settled(queues.synchronize(self._queue))  # others may give back what commands of this queue still use
        self.is_settled = True
        self._spares, self._leaving, self._spans, self._visible = [], [], [], None
        self.size = 0
        self._release(pages)
