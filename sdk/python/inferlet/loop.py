"""The loop that drives a program: one thread, which waits for the engine only when no task can go on."""

import traceback
from collections import deque
from typing import Any, Awaitable, Callable, Coroutine, Generator, Optional

from componentize_py_types import Err, Ok

from . import services
from .bindings import runtime, types
from .error import Exit, Refusal


class When:
    """Waits for one of the engine's answers, and gives what it brings."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.pollable: Any = None

    def __await__(self) -> Generator["When", Any, Any]:
        return (yield self)


class Task:
    """A coroutine that goes on beside others. Awaited, it gives what the coroutine gives."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._coroutine = coroutine
        self.done = False
        self._value: Any = None
        self._failure: Optional[BaseException] = None
        self._waiting: list[Task] = []

    def __await__(self) -> Generator["Task", Any, Any]:
        if not self.done:
            yield self
        return self.result()

    def result(self) -> Any:
        """What it gave, once it is done; raises what it raised."""
        if self._failure is not None:
            raise self._failure
        return self._value

    def _end(self, value: Any, failure: Optional[BaseException]) -> None:
        self.done = True
        self._value = value
        self._failure = failure


class Loop:
    """All tasks of a program."""

    def __init__(self) -> None:
        self._ready: deque[tuple[Task, Any, Optional[BaseException]]] = deque()
        self._waiting: list[tuple[When, Task]] = []

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> Task:
        task = Task(coroutine)
        self._ready.append((task, None, None))
        return task

    def drive(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Runs a coroutine to its end, and meanwhile all that it starts."""
        main_task = self.start(coroutine)
        while not main_task.done:
            if self._ready:
                self._go(*self._ready.popleft())
            elif self._waiting:
                self._wait()
            else:
                raise RuntimeError("the program waits for something that nobody brings")
        return main_task.result()

    def _go(self, task: Task, value: Any, failure: Optional[BaseException]) -> None:
        try:
            if failure is None:
                awaited = task._coroutine.send(value)
            else:
                awaited = task._coroutine.throw(failure)
        except StopIteration as end:
            task._end(end.value, None)
        except BaseException as raised:
            task._end(None, raised)
        else:
            if isinstance(awaited, When):
                self._waiting.append((awaited, task))
            elif isinstance(awaited, Task):
                awaited._waiting.append(task)
            else:
                message = f"awaited {type(awaited).__name__}, which is nothing of the package inferlet"
                self._ready.append((task, None, TypeError(message)))
            return
        self._ready.extend((waiting, None, None) for waiting in task._waiting)
        task._waiting = []

    def _wait(self) -> None:
        """Waits until the engine has something for anybody."""
        if len(self._waiting) == 1:
            # Nobody else could go on meanwhile: one call instead of three.
            when, task = self._waiting.pop()
            try:
                self._ready.append((task, when.answer.await_(), None))
            except Err as refused:
                self._ready.append((task, None, Refusal.of(refused.value)))
            return
        for when, _ in self._waiting:
            if when.pollable is None:
                when.pollable = when.answer.subscribe()
        ready = set(types.poll([when.pollable for when, _ in self._waiting]))
        waiting = []
        for index, (when, task) in enumerate(self._waiting):
            outcome = when.answer.get() if index in ready else None
            if outcome is None:
                waiting.append((when, task))
            elif isinstance(outcome, Ok):
                self._ready.append((task, outcome.value, None))
            else:
                self._ready.append((task, None, Refusal.of(outcome.value)))
        self._waiting = waiting


_loop = Loop()


def start(coroutine: Coroutine[Any, Any, Any]) -> Task:
    """Begins a coroutine, which goes on while others wait."""
    return _loop.start(coroutine)


async def _awaited(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


async def gather(*awaitables: Awaitable[Any]) -> list[Any]:
    """Lets all go on side by side, and gives what they give, in their order; raises what the first of them raised."""
    tasks = [start(_awaited(one)) for one in awaitables]
    return [await task for task in tasks]


async def when(answer: Any) -> Any:
    """Waits for one of the engine's answers."""
    return await When(answer)


async def sleep(milliseconds: int) -> None:
    """Waits for some time."""
    await when(runtime.sleep(milliseconds))


def main(program: Callable[[list[str]], Awaitable[Optional[str]]]) -> Callable[[list[str]], Awaitable[Optional[str]]]:
    """Makes an async function the module's program: it gets the arguments; a text that it returns is printed, what it raises
    is the program's error."""

    class WitWorld:
        def run(self) -> None:
            try:
                text = _loop.drive(_awaited(program(runtime.arguments())))
                if text is not None:
                    services.print(text)
            except Exit:
                pass
            except BaseException as failure:
                services.log("".join(traceback.format_exception(failure)), "debug")
                message = str(failure) if isinstance(failure, (Refusal, ValueError)) else ""
                raise Err(message or f"{type(failure).__name__}: {failure}") from None

    program.__globals__["WitWorld"] = WitWorld  # where the component looks for it
    return program
