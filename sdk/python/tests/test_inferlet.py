"""What is pure logic, on an engine that is faked as far as the package needs it to be imported."""

import contextlib
import json
import re
import sys
import types
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

sys.path.insert(0, str(Path(__file__).parent.parent))


@dataclass
class Ok:
    value: Any


@dataclass
class Err(Exception):
    value: Any


def module(name: str, **members: Any) -> Any:
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


INTERFACES = (
    "allocate children client context_state forward http input_text messaging models output_text queues runtime sample store tokenize types"
).split()
printed: list[str] = []
module("componentize_py_types", Ok=Ok, Err=Err)
imports = {name: module(f"wit_world.imports.{name}") for name in INTERFACES}
module("wit_world")
module("wit_world.imports", **imports)
imports["models"].ChatMessage = tuple
imports["http"].Header = imports["http"].HttpRequest = tuple
imports["sample"].Sampling = tuple
imports["runtime"].LogLevel = {"DEBUG": 0, "INFO": 1}
imports["runtime"].print = printed.append
imports["runtime"].log = lambda level, message: None
imports["runtime"].arguments = lambda: ["--count", "3"]

import inferlet  # noqa: E402
from inferlet import Constraint, Option, PromptLookup, Sampler, Stop, ToolLimits, Tools, tool  # noqa: E402
from inferlet.cache import slots  # noqa: E402
from inferlet.loop import Loop, When, gather, main  # noqa: E402
from inferlet.sampler import kept_of  # noqa: E402


class Answer:
    """Comes at its turn of polling."""

    def __init__(self, turn: int, value: Any) -> None:
        self.turn = turn
        self.value = value

    def subscribe(self) -> "Answer":
        return self

    def get(self) -> Any:
        return Err(self.value) if isinstance(self.value, Refused) else Ok(self.value)

    def await_(self) -> Any:
        if isinstance(self.value, Refused):
            raise Err(self.value)
        return self.value


@dataclass
class Refused:
    code: Any
    message: str


polls: list[int] = []


def poll(waiting: list[Answer]) -> list[int]:
    polls.append(len(waiting))
    first = min(answer.turn for answer in waiting)
    return [index for index, answer in enumerate(waiting) if answer.turn == first]


imports["types"].poll = poll


class LoopTest(unittest.TestCase):
    def test_tasks_go_on_as_their_answers_come(self) -> None:
        order: list[str] = []

        async def wait(name: str, turn: int) -> str:
            order.append(await When(Answer(turn, name)))
            return name

        async def program() -> list[str]:
            return await gather(wait("late", 3), wait("early", 1), wait("between", 2))

        loop = inferlet.loop._loop
        self.assertEqual(loop.drive(program()), ["late", "early", "between"])
        self.assertEqual(order, ["early", "between", "late"])
        self.assertEqual(polls[-2:], [3, 2])  # the last one is awaited without polling

    def test_refusals_are_raised_where_they_are_awaited(self) -> None:
        class Code:
            name = "NOT_FOUND"

        async def program() -> str:
            try:
                await When(Answer(1, Refused(Code, "no such thing")))
            except inferlet.Refusal as refused:
                return f"{refused.code}: {refused}"
            return "nothing was raised"

        self.assertEqual(Loop().drive(program()), "not-found: no such thing")

    def test_waiting_for_nobody_is_an_error(self) -> None:
        async def idle() -> None:
            pass

        nobody = idle()

        async def program() -> None:
            await inferlet.Task(nobody)  # which no loop drives

        with self.assertRaisesRegex(RuntimeError, "nobody brings"):
            Loop().drive(program())
        nobody.close()

    def test_a_program_prints_its_text_and_tells_its_error(self) -> None:
        names: dict[str, Any] = {}
        exec(
            "async def program(arguments):\n  return ' '.join(arguments)\n"
            "async def failing(arguments):\n  raise ValueError('it is wrong')\n",
            names,
        )
        main(names["program"])
        printed.clear()
        names["WitWorld"]().run()
        self.assertEqual(printed, ["--count 3"])
        main(names["failing"])
        with self.assertRaises(Err) as raised:
            names["WitWorld"]().run()
        self.assertEqual(raised.exception.value, "it is wrong")


class SamplerTest(unittest.TestCase):
    def test_truncation_keeps_what_is_likely(self) -> None:
        self.assertEqual(kept_of([1, 0.5, 0.25], 1, 0), 3)
        self.assertEqual(kept_of([1, 0.5, 0.25], 0.5, 0), 1)
        self.assertEqual(kept_of([1, 0.5, 0.25], 1, 0.4), 2)
        self.assertEqual(kept_of([1, 0, 0], 1, 0), 1)

    def test_draws_repeat_with_a_seed(self) -> None:
        @dataclass
        class Distribution:
            ids: list[int]
            probabilities: list[float]

        distribution = Distribution([7, 8, 9], [0.5, 0.3, 0.2])
        one, other = (Sampler.multinomial(1.0, seed=5) for _ in range(2))
        draws = [one.choose(distribution) for _ in range(50)]
        self.assertEqual(draws, [other.choose(distribution) for _ in range(50)])
        self.assertEqual(set(draws), {7, 8, 9})
        self.assertEqual(Sampler.multinomial(0).choose(distribution), 7)
        with self.assertRaisesRegex(ValueError, "top_p must be above 0"):
            Sampler.top_p(1, 0)


class StopTest(unittest.TestCase):
    def test_conditions(self) -> None:
        stop = Stop.max_tokens(3) | Stop.ends_with_any([1, 2], [])
        self.assertFalse(stop.reached([1]))
        self.assertTrue(stop.reached([1, 2]))
        self.assertTrue(stop.reached([5, 5, 5]))


class ArgumentsTest(unittest.TestCase):
    def parse(self, *line: str) -> Any:
        return inferlet.parse_args(
            "program",
            "does something",
            list(line),
            count=Option.integer("how many", 1, 1, 9),
            some_words=Option.list("A|B", "words", "a|b"),
            loud=Option.flag("shout"),
        )

    def test_values(self) -> None:
        given = self.parse("--count=3", "--loud", "--some-words", "x|y")
        self.assertEqual((given.count, given.loud, given.some_words), (3, True, ["x", "y"]))
        self.assertEqual(self.parse().some_words, ["a", "b"])

    def test_mistakes(self) -> None:
        for line, message in [
            (["--count", "10"], "--count must be a whole number from 1 to 9, is '10'"),
            (["--bogus"], "there is no option --bogus; see --help"),
            (["--loud=1"], "--loud takes no value; see --help"),
            (["--count"], "--count needs a value; see --help"),
            (["--loud", "--loud"], "--loud is given twice"),
            (["word"], "'word' is not an option; see --help"),
        ]:
            with self.assertRaises(ValueError) as raised:
                self.parse(*line)
            self.assertEqual(str(raised.exception), message)


class ConstraintTest(unittest.TestCase):
    def assertAllows(self, constraint: Constraint, good: list[str], bad: list[str]) -> None:
        for text in good:
            self.assertTrue(constraint.allows(text.encode()), text)
        for text in bad:
            self.assertFalse(constraint.allows(text.encode()), text)

    def test_regular_expressions_are_those_of_python(self) -> None:
        texts = ["", "a", "ab", "aab", "b", "A1", "ä", "日本", "a-b", "12", "1234", "x y", "\n", "a|b", "zz"]
        for pattern in [
            "a*b?", "(?:a|b)+", "[A-Z][0-9]", "\\w+", "\\d{2,3}", "[^a-z]*", ".", "a-b|12", "\\S \\S", "z{2}", "[ä-ö日]本?", "\\x41\\d",
        ]:
            constraint = Constraint.regex(pattern)
            for text in texts:
                expected = re.fullmatch(pattern, text, re.ASCII) is not None
                self.assertEqual(constraint.allows(text.encode()), expected, (pattern, text))

    def test_endings_are_allowed(self) -> None:
        for constraint, beginning in [
            (Constraint.json(), '{"a": [1, {"b'),
            (Constraint.regex("[A-Z][a-z]+, [0-9]{1,2} years"), "Anna"),
        ]:
            ending = constraint.ending(beginning.encode())
            assert ending is not None
            self.assertTrue(constraint.allows(beginning.encode() + ending), ending)
        self.assertIsNone(Constraint.json().ending(b"}"))

    def test_json_is_json(self) -> None:
        good = ['{"a": [1, -2.5e3, true, null], "b": {}}', "[]", '"\\u00e4 ä"', "0"]
        self.assertAllows(Constraint.json(), good, ["{a: 1}", "[1,2]", "01", '{"a": }', '"'])
        for text in good:
            json.loads(text)

    def test_schemas_are_held(self) -> None:
        schema = {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "maxLength": 3},
                "age": {"type": "integer", "minimum": -5, "maximum": 120},
                "kind": {"enum": ["cat", 7]},
                "parts": {"type": "array", "items": {"$ref": "#"}, "maxItems": 2},
            },
        }
        self.assertAllows(
            Constraint.json_schema(schema),
            ['{"name":"Max"}', '{"age": -5, "name": "ä"}', '{"kind":7,"name":"","parts":[{"name":"x"},{"name":"y"}]}'],
            ['{"age":1}', '{"name":"Anna"}', '{"name":"","age":121}', '{"name":"","age":-6}', '{"name":"","x":1}'],
        )
        for number in range(-130, 130):
            allowed = Constraint.json_schema({"type": "integer", "minimum": -7, "maximum": 113}).allows(str(number).encode())
            self.assertEqual(allowed, -7 <= number <= 113, number)
        with self.assertRaisesRegex(ValueError, "the keyword 'not' is not held"):
            Constraint.json_schema({"not": {}})
        with self.assertRaisesRegex(ValueError, "'\\)' was expected"):
            Constraint.regex("(a")


class Conversation:
    """A context whose model says what it is told to."""

    def __init__(self, template: str, answers: list[str]) -> None:
        self.model = self
        self.raw = None
        self.chat_template = template
        self.answers = answers
        self.filled: list[tuple[str, str]] = []
        imports["tokenize"].special_tokens = lambda raw: []

    def detokenize(self, tokens: list[str]) -> str:
        return "".join(tokens)

    def fill_system(self, content: str) -> None:
        self.filled.append(("system", content))

    def fill_user(self, content: str) -> None:
        self.filled.append(("user", content))

    def fill_tool(self, content: str) -> None:
        self.filled.append(("tool", content))

    async def generate(self, max_tokens: int = 0) -> Any:
        return types.SimpleNamespace(tokens=list(self.answers.pop(0)))

    def idle(self) -> Any:
        return contextlib.nullcontext()


@tool
async def weather(city: str, days: int = 1, unit: Literal["C", "F"] = "C") -> Any:
    """Says how the weather is.

    city: where
    days (int): how many days
    """
    if city == "Atlantis":
        raise LookupError("there is no Atlantis")
    return {"city": city, "days": days, "unit": unit} if days > 1 else f"{city}: fog"


class ToolsTest(unittest.TestCase):
    def test_functions_declare_themselves(self) -> None:
        self.assertEqual(
            weather.declaration["function"],
            {
                "name": "weather",
                "description": "Says how the weather is.",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "city": {"type": "string", "description": "where"},
                        "days": {"type": "integer", "description": "how many days"},
                        "unit": {"type": "string", "enum": ["C", "F"]},
                    },
                    "required": ["city"],
                },
            },
        )

        def nameless(*cities: str) -> None:
            """Does."""

        def untyped(city) -> None:  # type: ignore[no-untyped-def]
            """Does."""

        def unsaid(city: str) -> None:
            pass

        def odd(city: complex) -> None:
            """Does."""

        for wrong, problem in [(nameless, "have names"), (untyped, "needs a type"), (unsaid, "docstring"), (odd, "complex")]:
            with self.assertRaisesRegex(ValueError, problem):
                tool(wrong)

    def results(self, template: str, answer: str) -> list[str]:
        context = Conversation(template, [answer, "done"])
        tools = Tools([weather], ToolLimits(calls=4, call_chars=100, result_chars=30))
        tools.equip(context, "Help.")
        self.assertEqual(inferlet.loop._loop.drive(tools.run(context)), "done")
        self.assertTrue(context.filled[0][1].startswith("Help.\n\n"))
        self.assertIn('"name": "weather"', context.filled[0][1])
        return [content for _, content in context.filled[1:]]

    def test_calls_are_answered(self) -> None:
        def call(given: str) -> str:
            return f'<tool_call>\n{{"name": "weather", "arguments": {given}}}\n</tool_call>'

        results = self.results(
            "'tool'", "I will ask." + call('{"city": "Lima"}') + call('{"city": "Rome", "days": "2", "unit": "F", "x": 1}')
        )
        self.assertEqual(results, ["Lima: fog", '{"city": "Rome", "days": 2, "u [cut: 40 characters]'])
        wrong = ["{}", '{"city": "Atlantis"}', '{"city": "Lima", "unit": "K"}', '{"city": 3}', '{"city": "Lima"}']
        results = self.results("'tool'", "".join(map(call, wrong)))
        self.assertEqual(results[0], "error: weather: argument 'city' is missing")
        self.assertEqual(results[1], "error: there is no Atlantis")
        self.assertIn("must be one of", results[2])
        self.assertIn("must be of type string, is 3", results[3])
        self.assertIn("more than 4 calls", results[4])
        for part, problem in [("nonsense", "not JSON"), ('["a"]', "string 'name'"), ('{"name": "x"}', "there is no tool 'x'")]:
            (result,) = self.results("'tool'", f"<tool_call>{part}</tool_call>")
            self.assertIn(problem, result)
        (result,) = self.results("'tool'", call('{"city": "' + "a" * 100 + '"}'))
        self.assertIn("longer than 100 characters", result)
        (result,) = self.results("", call('{"city": "Lima"}'))
        self.assertEqual(result, "<tool_response>\nLima: fog\n</tool_response>")

    def test_llama_calls_with_an_object(self) -> None:
        template = "Environment: ipython 'tool'"
        call = '{"name": "weather", "parameters": {"city": "{Lima}"}}'
        self.assertEqual(self.results(template, f"<|python_tag|>{call}; {call}"), ["{Lima}: fog"] * 2)
        context = Conversation(template, ['{"an": "object"}'])
        self.assertEqual(inferlet.loop._loop.drive(Tools([weather]).run(context)), '{"an": "object"}')

    def test_rounds_are_bounded(self) -> None:
        context = Conversation("'tool'", ["<tool_call>{}</tool_call>"] * 3)
        with self.assertRaisesRegex(RuntimeError, "in 3 answers"):
            inferlet.loop._loop.drive(Tools([weather], ToolLimits(rounds=3)).run(context))


class DrafterTest(unittest.TestCase):
    def test_text_goes_on_as_it_did(self) -> None:
        drafter = PromptLookup(ngram=2, guesses=3)
        self.assertEqual(drafter.draft(), [])
        drafter.update([1, 2, 3, 4, 5, 9, 2])
        self.assertEqual(drafter.draft(), [3, 4, 5])  # behind the only 2 before
        drafter.update([3])
        self.assertEqual(drafter.draft(), [4, 5, 9])  # behind 2 3
        drafter.update([7, 5])
        self.assertEqual(drafter.draft(), [9, 2, 3])
        drafter.update([8])
        self.assertEqual(drafter.draft(), [])
        drafter.update([8])
        self.assertEqual(drafter.draft(), [8])
        with self.assertRaisesRegex(ValueError, "must be positive"):
            PromptLookup(0)


class CacheTest(unittest.TestCase):
    def test_slots_are_bits(self) -> None:
        self.assertEqual(slots(0, 0), 0)
        self.assertEqual(slots(2, 5), 0b11100)
        self.assertEqual(slots(0, 32), 0xFFFFFFFF)


if __name__ == "__main__":
    unittest.main()
