"""Tools that a model may call, in the syntax of its family: Hermes's (JSON between tags) or Llama 3's (an answer that is JSON)."""

import inspect
import json
import re
import types
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Literal, Mapping, Optional, Sequence, Union, get_args, get_origin, get_type_hints

from .bindings import tokenize
from .context import Context
from .loop import gather
from .model import Model

_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array", dict: "object"}


class Tool:
    """Something that a model may call; made of a function by :func:`tool`."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name: str = function.__name__
        description, remarks = _documentation(inspect.getdoc(function) or "")
        if not description:
            raise ValueError(f"{self.name}: a tool needs a docstring, which tells the model what it does")
        hints = get_type_hints(function)
        self._parameters: dict[str, dict[str, Any]] = {}
        self._required: list[str] = []
        for name, parameter in inspect.signature(function).parameters.items():
            if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                raise ValueError(f"{self.name}: a tool's parameters have names, '{parameter}' has none")
            if name not in hints:
                raise ValueError(f"{self.name}: parameter '{name}' needs a type")
            schema = _schema(hints[name], f"{self.name}: parameter '{name}'")
            if name in remarks:
                schema["description"] = remarks[name]
            self._parameters[name] = schema
            if parameter.default is parameter.empty:
                self._required.append(name)
        schema = {"type": "object", "properties": self._parameters, "required": self._required}
        self.declaration = {
            "type": "function",
            "function": {"name": self.name, "description": description, "parameters": schema},
        }
        """As chat templates declare it."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """The function itself."""
        return self.function(*arguments, **named)

    async def call(self, given: Mapping[str, Any]) -> str:
        """With arguments as a model gave them; those that it has no parameters for are left out. What is no text is JSON."""
        read: dict[str, Any] = {}
        for name, schema in self._parameters.items():
            if given.get(name) is not None:
                read[name] = _argument(f"{self.name}: argument '{name}'", schema, given[name])
            elif name in self._required:
                raise ValueError(f"{self.name}: argument '{name}' is missing")
        result = self.function(**read)
        if inspect.isawaitable(result):
            result = await result
        return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)


def tool(function: Callable[..., Any]) -> Tool:
    """Makes a tool of a function, which may be async: its docstring is the description, lines ``name: text`` in it describe
    parameters, and the parameters' types are what the model is told of them. What it raises is told to the model.

        @tool
        def weather(city: str, days: int = 1) -> str:
            \"""Says how the weather is.

            city: where
            days: how many days
            \"""
    """
    return Tool(function)


def _documentation(text: str) -> tuple[str, dict[str, str]]:
    """The description, and what is said of parameters."""
    remarks = {match[1]: match[2] for match in re.finditer(r"^\s*(\w+)(?: \([^)]*\))?: +(\S.*)$", text, re.MULTILINE)}
    description = re.split(r"^\s*(?:Args:\s*$|\w+(?: \([^)]*\))?: +\S)", text, maxsplit=1, flags=re.MULTILINE)[0]
    return " ".join(description.split()), remarks


def _schema(hint: Any, what: str) -> dict[str, Any]:
    """JSON Schema of a type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _NAMES:
        return {"type": _NAMES[hint]}
    if origin is Literal:
        kinds = {type(value) for value in arguments}
        if len(kinds) == 1 and kinds <= {str, int}:
            return {"type": _NAMES[kinds.pop()], "enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0], what)}
    if origin is dict and arguments[0] is str:
        return {"type": "object"}
    if origin is Union or isinstance(hint, types.UnionType):
        kinds = [kind for kind in arguments if kind is not type(None)]
        if len(kinds) == 1:
            return _schema(kinds[0], what)
    raise ValueError(f"{what} must be of str, int, float, bool, list, dict, Literal or Optional, is of {hint}")


def _argument(what: str, schema: Mapping[str, Any], given: Any) -> Any:
    """A given argument; models at times write numbers as text."""
    kind = schema["type"]
    value = given
    if kind in ("integer", "number") and isinstance(given, str):
        try:
            value = json.loads(given)
        except ValueError:
            pass
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        value = int(value)
    wanted: Any = (int, float) if kind == "number" else next(of for of, name in _NAMES.items() if name == kind)
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind != "boolean"):
        raise ValueError(f"{what} must be of type {kind}, is {json.dumps(given)}")
    if value not in schema.get("enum", [value]):
        raise ValueError(f"{what} must be one of {json.dumps(schema['enum'])}, is {json.dumps(given)}")
    return [_argument(what, schema["items"], item) for item in value] if "items" in schema else value


@dataclass(frozen=True)
class ToolLimits:
    """What a model may do with tools; what exceeds a limit is told to it, but for the rounds."""

    rounds: int = 8
    """Answers with calls in them, one after the other."""
    calls: int = 16
    """Calls in one answer."""
    call_chars: int = 16_384
    """Characters of one call."""
    result_chars: int = 16_384
    """Characters of one result; longer ones are cut."""


@dataclass(frozen=True)
class _Call:
    """A call that a model made, or why it is none."""

    name: str
    given: Mapping[str, Any]
    problem: str = ""


class _Hermes:
    tags = ("<tool_call>", "</tool_call>")
    """What marks calls, which may be special tokens."""

    @staticmethod
    def declare(tools: Sequence[Tool]) -> str:
        lines = "".join(f"{json.dumps(tool.declaration, ensure_ascii=False)}\n" for tool in tools)
        return (
            "# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
            f"You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n{lines}</tools>\n\n"
            "For each function call, return a json object with function name and arguments within "
            '<tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n'
            "</tool_call>"
        )

    @staticmethod
    def read(answer: str, most: int) -> tuple[str, list[_Call]]:
        """The text around the calls of an answer, and those."""
        text, *rest = answer.split("<tool_call>")
        calls = []
        for part in rest:
            call, _, behind = part.partition("</tool_call>")
            calls.append(_read_call(call.strip(), most))
            text += behind.lstrip()
        return text, calls


class _Llama:
    tags = ("<|python_tag|>",)

    @staticmethod
    def declare(tools: Sequence[Tool]) -> str:
        return (
            "Environment: ipython\n\nYou have access to the following functions. To call a function, please respond with JSON for "
            'a function call. Respond in the format {"name": function name, "parameters": dictionary of argument name and its '
            "value}. Do not use variables."
        ) + "".join(f"\n\n{json.dumps(tool.declaration, ensure_ascii=False)}" for tool in tools)

    @staticmethod
    def read(answer: str, most: int) -> tuple[str, list[_Call]]:
        tagged = "<|python_tag|>" in answer
        calls: list[_Call] = []
        rest = answer.replace("<|python_tag|>", "").lstrip()
        while rest.startswith("{"):
            end = _object_end(rest)
            call = _read_call(rest[:end], most)
            if call.problem and not tagged:
                break  # an object that the user asked for
            calls.append(call)
            rest = rest[end:].lstrip(" \t\r\n;")
        return (rest if calls else answer), calls


def _object_end(text: str) -> int:
    """Where the object ends that a text begins with; the text's end if it does not."""
    depth = 0
    for part in re.finditer(r'"(?:[^"\\]|\\.)*"|[{}]', text, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(part[0], 0)
        if depth == 0:
            return part.end()
    return len(text)


def _read_call(text: str, most: int) -> _Call:
    if len(text) > most:
        return _Call("", {}, f"the call is longer than {most} characters")
    try:
        call = json.loads(text)
        given = call.get("arguments", call.get("parameters")) if isinstance(call, dict) else None
        given = json.loads(given) if isinstance(given, str) else given or {}
    except (ValueError, RecursionError) as failure:
        return _Call("", {}, f"the call is not JSON: {failure}")
    if not isinstance(call, dict) or not isinstance(call.get("name"), str) or not call["name"]:
        return _Call("", {}, "a call must have a string 'name'")
    if not isinstance(given, dict):
        return _Call("", {}, "the arguments of a call must be a JSON object")
    return _Call(call["name"], given)


class Tools:
    """The tools of a conversation."""

    def __init__(self, tools: Sequence[Union[Tool, Callable[..., Any]]], limits: Optional[ToolLimits] = None) -> None:
        self._tools = {one.name: one for one in (one if isinstance(one, Tool) else Tool(one) for one in tools)}
        self._limits = limits or ToolLimits()

    def equip(self, context: Context, instructions: str = "") -> None:
        """Writes the system message: instructions, which may be empty, and the tools."""
        declaration = _syntax(context.model).declare(list(self._tools.values()))
        context.fill_system(f"{instructions}\n\n{declaration}" if instructions else declaration)

    async def run(self, context: Context, **options: Any) -> str:
        """Generates, calls what is called and answers, until an answer without calls: its text. The calls of an answer run at
        the same time; meanwhile the context's pages may serve others. Options are those of :meth:`Context.generate`."""
        syntax = _syntax(context.model)
        tags = _tags(context.model, syntax.tags)
        for _ in range(self._limits.rounds):
            tokens = (await context.generate(**options)).tokens
            text, calls = syntax.read(_with_tags(context.model, tokens, tags), self._limits.call_chars)
            if not calls:
                return text
            with context.idle():
                results = await gather(*(self._result(call, index) for index, call in enumerate(calls)))
            _answer(context, results)
        raise RuntimeError(f"the model called tools in {self._limits.rounds} answers, which is the limit")

    async def _result(self, call: _Call, index: int) -> str:
        """What a call gives; what goes wrong is for the model to read."""
        try:
            if index >= self._limits.calls:
                raise ValueError(f"more than {self._limits.calls} calls in one answer")
            if call.problem:
                raise ValueError(call.problem)
            if call.name not in self._tools:
                raise ValueError(f"there is no tool '{call.name}'; there are: {', '.join(self._tools)}")
            result = await self._tools[call.name].call(call.given)
            most = self._limits.result_chars
            return result if len(result) <= most else f"{result[:most]} [cut: {len(result)} characters]"
        except Exception as failure:
            return f"error: {failure}"


def _syntax(model: Model) -> Union[type[_Hermes], type[_Llama]]:
    """The one that a model's chat template uses; Hermes's if it knows no tools."""
    template = model.chat_template
    return _Llama if "ipython" in template and "<tool_call>" not in template else _Hermes


def _tags(model: Model, tags: Sequence[str]) -> dict[int, str]:
    """Tags that are special tokens of the model: its text leaves them out."""
    return {special.id: special.text for special in tokenize.special_tokens(model.raw) if special.text in tags}


def _with_tags(model: Model, tokens: Sequence[int], tags: Mapping[int, str]) -> str:
    """The text of an answer, with tags but no other special tokens."""
    text, start = "", 0
    for index, token in enumerate(tokens):
        if token in tags:
            text += model.detokenize(tokens[start:index]) + tags[token]
            start = index + 1
    return text + model.detokenize(tokens[start:])


def _answer(context: Context, results: Sequence[str]) -> None:
    """Writes the results of an answer's calls, in their order, where the model expects them."""
    template = context.model.chat_template
    if "'tool'" in template or '"tool"' in template:
        for result in results:
            context.fill_tool(result)
    else:
        context.fill_user("\n".join(f"<tool_response>\n{result}\n</tool_response>" for result in results))
