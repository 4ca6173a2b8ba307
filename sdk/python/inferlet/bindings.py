"""The interface, its errors as exceptions of this package."""

from functools import wraps
from types import ModuleType
from typing import Any, Callable

from componentize_py_types import Err
from wit_world.imports import (
    allocate as _allocate,
    children as _children,
    client as _client,
    context_state as _context_state,
    forward as _forward,
    http as _http,
    input_text as _input_text,
    messaging as _messaging,
    models as _models,
    output_text as _output_text,
    queues as _queues,
    runtime as _runtime,
    sample as _sample,
    store as _store,
    tokenize as _tokenize,
    types,
)

from .error import Refusal


def refusing(call: Callable[..., Any]) -> Callable[..., Any]:
    """The same call, whose errors are refusals."""

    @wraps(call)
    def guarded(*arguments: Any) -> Any:
        try:
            return call(*arguments)
        except Err as refused:
            raise Refusal.of(refused.value) from None

    return guarded


class Interface:
    """One interface; its functions are looked up once."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        call = refusing(getattr(self._module, name))
        setattr(self, name, call)
        return call


allocate = Interface(_allocate)
children = Interface(_children)
client = Interface(_client)
context_state = Interface(_context_state)
forward = Interface(_forward)
http = Interface(_http)
input_text = Interface(_input_text)
messaging = Interface(_messaging)
models = Interface(_models)
output_text = Interface(_output_text)
queues = Interface(_queues)
runtime = Interface(_runtime)
sample = Interface(_sample)
store = Interface(_store)
tokenize = Interface(_tokenize)

__all__ = ["refusing", "types"]
