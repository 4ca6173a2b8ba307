"""Programs that run inside a pie4j engine, next to the model.

    import inferlet
    from inferlet import Context

    @inferlet.main
    async def main(arguments):
        with Context() as context:
            context.fill_user(arguments[0])
            async for text in context.generate(max_tokens=64):
                inferlet.print(text)

Everything that waits is awaited, and the program waits for all that it started at once: contexts that generate in tasks of one
:func:`gather` share the engine's passes. What this package has no word for is in ``wit_world.imports``, the interface itself.
"""

from .args import Option, parse_args
from .constrained import Constrained, Constraint
from .context import Context
from .drafter import Drafter, PromptLookup
from .error import Refusal
from .generation import Completion, Generation
from .loop import Task, gather, main, sleep
from .model import Model
from .sampler import Sampler
from .services import (
    Child,
    HttpResponse,
    Subscription,
    broadcast,
    http_get,
    http_request,
    instance_id,
    log,
    now,
    print,
    pull,
    push,
    receive,
    send,
    storage,
)
from .stop import Stop
from .tools import Tool, ToolLimits, Tools, tool

__all__ = [
    "Child",
    "Completion",
    "Constrained",
    "Constraint",
    "Context",
    "Drafter",
    "Generation",
    "HttpResponse",
    "Model",
    "Option",
    "PromptLookup",
    "Refusal",
    "Sampler",
    "Stop",
    "Subscription",
    "Task",
    "Tool",
    "ToolLimits",
    "Tools",
    "broadcast",
    "gather",
    "http_get",
    "http_request",
    "instance_id",
    "log",
    "main",
    "now",
    "parse_args",
    "print",
    "pull",
    "push",
    "receive",
    "send",
    "sleep",
    "storage",
    "tool",
]
