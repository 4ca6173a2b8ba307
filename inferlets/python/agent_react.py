"""An agent that reasons and acts in turn (ReAct, Yao et al. 2022, arXiv:2210.03629): the model writes a thought and an action,
the program carries the action out and writes the observation behind it, until the model writes an answer. Tools are asked from
within the program, and the cache is kept meanwhile: every token is computed once."""

import ast
import json
import operator
from typing import Optional
from urllib.parse import quote

import inferlet
from inferlet import Context, Option, Stop

SYSTEM = (
    "Answer the question in steps. Write a Thought, then an Action. You will get an Observation. "
    "Go on until you can write the Answer. Actions: search[query], calculate[expression], weather[city]."
)


@inferlet.main
async def main(arguments: list[str]) -> str:
    options = inferlet.parse_args(
        "agent-react",
        "answers a question with the help of tools: thought, action, observation",
        question=Option.text("TEXT", "what to answer", "What is the weather in the capital of Peru?"),
        tools=Option.text("URL", "ask URL/search?q=..., /calculate and /weather"),
        steps=Option.integer("thoughts before giving up", 8, 1, 1000),
        json=Option.flag("print one JSON object at the end and nothing else"),
    )

    def show(text: str) -> None:
        if not options.json:
            inferlet.print(text)

    answer, calls, without_cache = "", 0, 0
    with Context() as context:
        invented = Stop.ends_with_any(context.model.tokenize("\nObservation:"))
        context.fill_system(SYSTEM)
        context.fill_user(options.question)
        while calls < options.steps:
            text = ""
            async for piece in context.generate(max_tokens=128, stop=invented):
                show(piece)
                text += piece
            without_cache += len(context.tokens)
            answer = between(text, "Answer: ", "\n")
            if answer or not between(text, "Action: ", "]"):
                break  # an answer, or neither that nor an action
            observation = f"Observation: {await act(context, options.tools, text)}"
            context.fill_user(observation)
            show(f"\n{observation}\n")
            calls += 1
        computed = context.tokens_computed
        result = {
            "answer": answer,
            "tool_calls": calls,
            "tokens": len(context.tokens),
            "tokens_computed": computed,
            "tokens_computed_without_cache": without_cache,
        }
    if options.json:
        return json.dumps(result) + "\n"
    return f"\n\n{computed} tokens computed, without a cache {without_cache}\n"


async def act(context: Context, tools: Optional[str], text: str) -> str:
    """Asks a tool; what goes wrong is for the model to read. Meanwhile pages may serve others."""
    tool = between(text, "Action: ", "[")
    given = between(text, f"Action: {tool}[", "]")
    with context.idle():
        try:
            if tools is None:
                return built_in(tool, given)
            return await inferlet.http_get(f"{tools}/{tool}?q={quote(given, safe='')}")
        except Exception as failure:
            return f"error: {failure}"


def built_in(tool: str, given: str) -> str:
    """What there is without a server."""
    if tool == "calculate":
        return str(worth(ast.parse(given, mode="eval").body))
    if tool == "weather":
        return "sunny, 21 degrees"
    return "Lima is the capital of Peru." if "Peru" in given else "Nothing was found."


OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.floordiv}


def worth(sum: ast.expr) -> int:
    """Works out whole numbers, brackets and the four operations."""
    match sum:
        case ast.Constant(value=int(number)):
            return number
        case ast.BinOp(left, operation, right) if type(operation) in OPERATIONS:
            return OPERATIONS[type(operation)](worth(left), worth(right))
        case ast.UnaryOp(ast.USub(), operand):
            return -worth(operand)
    raise ValueError(f"'{ast.unparse(sum)}' is no sum of whole numbers")


def between(text: str, before: str, behind: str) -> str:
    """What stands behind one text and before the next other; empty if the first is not there."""
    return text.partition(before)[2].partition(behind)[0]
