"""What a program has besides the model: its client, other programs, names and messages."""

from dataclasses import dataclass
from types import TracebackType
from typing import Any, AsyncIterator, Mapping, Optional, Sequence

from wit_world.imports.http import Header, HttpRequest
from wit_world.imports.runtime import LogLevel

from .bindings import children, client, http, messaging, refusing, runtime, store
from .error import Refusal

_PIECE = 4 << 10
"""Characters that are printed at once."""


def print(text: object) -> None:
    """Prints text to whoever launched the program, as it is, without a line's end."""
    whole = str(text)
    for at in range(0, len(whole), _PIECE):
        try:
            runtime.print(whole[at : at + _PIECE])
        except Refusal:
            return  # whoever launched it may be gone; that is no reason to end


def log(message: object, level: str = "info") -> None:
    """Writes a line to the engine's log; the level is debug, info, warn or error."""
    try:
        runtime.log(LogLevel[level.upper()], str(message))
    except Refusal:
        pass  # the log takes no more from this program


def instance_id() -> str:
    """This instance's id, unique in the engine."""
    return runtime.instance_id()


def now() -> float:
    """Milliseconds of a clock that begins anywhere and only goes on."""
    return runtime.now() / 1e6


def send(message: str) -> None:
    """Sends a message to whoever launched the program."""
    client.send(message)


async def receive() -> str:
    """The next message from whoever launched the program."""
    return await _when(client.receive())


class Child:
    """Another program that this one launched; it goes on when nobody refers to it any more."""

    def __init__(self, program: str, arguments: Sequence[str] = ()) -> None:
        """Starts an installed program, named as ``name`` or ``name@version``."""
        self._raw = children.launch(program, list(arguments))

    def send(self, message: str) -> None:
        """Sends it a message."""
        refusing(self._raw.send)(message)

    async def receive(self) -> str:
        """Its next message."""
        return await _when(self._raw.receive())

    async def join(self) -> str:
        """Its end: what it printed."""
        return await _when(self._raw)

    def cancel(self) -> None:
        """Ends it."""
        self._raw.cancel()


class Subscription:
    """What is broadcast to a topic from now on, in order: an endless async iterable."""

    def __init__(self, topic: str) -> None:
        self._raw = messaging.subscribe(topic)

    async def receive(self) -> str:
        """The next message."""
        return await _when(self._raw.receive())

    async def __aiter__(self) -> AsyncIterator[str]:
        while True:
            yield await self.receive()

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._raw.__exit__(kind, value, trace)


def broadcast(topic: str, message: str) -> int:
    """Sends a message to whoever listens to a topic; how many do."""
    return messaging.broadcast(topic, message)


def push(mailbox: str, message: str) -> None:
    """Puts a message in a mailbox, where it waits for one program to pull it."""
    messaging.push(mailbox, message)


async def pull(mailbox: str) -> str:
    """Takes a mailbox's oldest message."""
    return await _when(messaging.pull(mailbox))


class Storage:
    """Texts that outlive the program, for this user's programs."""

    def get(self, key: str) -> Optional[str]:
        """The text under a key; none if there is none."""
        found = store.get(key)
        return None if found is None else bytes(found).decode()

    def set(self, key: str, value: str) -> None:
        """Keeps a text under a key."""
        store.set(key, value.encode())

    def delete(self, key: str) -> bool:
        """Forgets a key; whether it was there."""
        return store.delete(key)

    def keys(self, prefix: str = "") -> list[str]:
        """The keys that begin with a prefix, sorted."""
        return list(store.list_keys(prefix))


storage = Storage()


@dataclass
class HttpResponse:
    """A server's answer; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    text: str


async def http_request(
    url: str,
    method: Optional[str] = None,
    headers: Mapping[str, str] = {},
    body: str = "",
    timeout_millis: Optional[int] = None,
) -> HttpResponse:
    """Asks a server; takes the capability ``http`` for its host."""
    given = [Header(name, value) for name, value in headers.items()]
    verb = method or ("POST" if body else "GET")
    response = await _when(http.request(HttpRequest(verb, url, given, body.encode(), timeout_millis)))
    whole = await _when(refusing(response.read_all)())
    found: dict[str, str] = {}
    for header in response.headers():
        found[header.name] = f"{found[header.name]}, {header.value}" if header.name in found else header.value
    return HttpResponse(response.status(), found, bytes(whole).decode(errors="replace"))


async def http_get(url: str) -> str:
    """The text that a server has at an address; fails if its answer is no success."""
    response = await http_request(url)
    if not 200 <= response.status <= 299:
        raise ValueError(f"{url} answered {response.status}: {response.text}")
    return response.text


async def _when(answer: Any) -> Any:
    from .loop import when  # which prints what programs return

    return await when(answer)
