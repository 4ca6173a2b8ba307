"""Writes the recorded renderings of the templates in ../../resources/chat/templates, beside them as NAME.json.

The templates are our own; each uses constructs that published chat templates use. Run: python templates.py
"""

import copy
import json
import pathlib

from jinja_reference import NOW, environment, outcome

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "resources" / "chat" / "templates"

SYSTEM = {"role": "system", "content": "  Be brief.\n"}
ASK = {"role": "user", "content": "Where is Köln? 🌍"}
ANSWER = {"role": "assistant", "content": "<think>\nIn the west.\n</think>\n\nIn Germany."}
AGAIN = {"role": "user", "content": "a\nbanana's \"size\"? <&>  "}
LAST = {"role": "assistant", "content": "Small."}
TOOL = {
    "type": "function",
    "function": {
        "name": "find_city",
        "description": "Find a city.\nReturns one row.",
        "parameters": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "description": "The city's name, e.g. São Paulo"},
                "kind": {"type": "string", "enum": ["town", "city"], "default": "city"},
                "limit": {"type": ["integer", "null"], "default": 1e-7},
                "tags": {"type": "array", "items": {"type": "string"}, "nullable": True},
                "box": {
                    "type": "object",
                    "description": "Bounds",
                    "properties": {"lo": {"type": "number"}, "hi": {"type": "integer", "default": 12.0}},
                    "required": ["lo"],
                },
                "either": {"oneOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "number"}}]},
                "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
            "required": ["name", "box"],
        },
    },
}
BARE_TOOL = {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}
CALL = {
    "role": "assistant",
    "content": "",
    "tool_calls": [
        {"type": "function", "function": {"name": "find_city", "arguments": {"name": "Köln", "limit": 2, "tags": ["a'b"], "on": True, "x": None}}},
        {"type": "function", "function": {"name": "now", "arguments": {}}},
    ],
}
RESULTS = [{"role": "tool", "content": {"found": "Köln", "ratio": 0.5}}, {"role": "tool", "content": "12:00"}]
DOCUMENTS = [
    {"title": "zoo of the great northern hills", "text": "Lions\n\n  and bears\n", "kind": "b", "score": 0.125},
    {"title": "Alps", "text": "High.", "kind": "a", "score": 2},
    {"title": "bay", "text": "Blue.", "score": 1.5},
]
OUTLINE = [
    {"title": "One", "children": [{"title": "One a"}, {"title": "One b", "children": [{"title": "Deep"}]}]},
    {"title": "Two", "children": []},
    {"title": "Three"},
]


def chat(*messages, generate=False, tools=None, documents=None, **extra):
    inputs = {"messages": list(messages), "tools": tools, "documents": documents, "add_generation_prompt": generate}
    return {**inputs, **extra}


CASES = {
    "plain": {
        "system": chat(SYSTEM, ASK, generate=True),
        "no-system": chat(ASK, ANSWER, AGAIN),
        "default-system": chat(ASK, default_system="Other."),
        "empty": chat(generate=True),
        "content-missing": chat({"role": "user"}),
        "content-none": chat({"role": "user", "content": None}),
        "content-list": chat({"role": "user", "content": [1]}),
        "role-missing": chat({"content": "x"}),
    },
    "strict-roles": {
        "system": chat(SYSTEM, ASK, LAST, AGAIN, bos_token="<s>", eos_token="</s>"),
        "no-tokens": chat(ASK, LAST),
        "two-users": chat(ASK, AGAIN, bos_token="<s>"),
        "late-system": chat(ASK, SYSTEM),
        "starts-with-answer": chat(LAST),
        "no-messages": chat(),
    },
    "tools-json": {
        "no-tools": chat(SYSTEM, ASK, generate=True),
        "tools": chat(SYSTEM, ASK, CALL, *RESULTS, LAST, tools=[TOOL, BARE_TOOL], generate=True),
        "empty-tools": chat(ASK, tools=[]),
        "one-result": chat(ASK, CALL, RESULTS[1], tools=[BARE_TOOL]),
        "nameless-call": chat(ASK, {"role": "assistant", "tool_calls": [{"function": {"arguments": "{}"}}]}),
        "text-arguments": chat({"role": "assistant", "content": "Well.", "tool_calls": [{"name": "f", "arguments": '{"a":1}'}]}),
    },
    "thinking": {
        "past-thoughts": chat(ASK, ANSWER, AGAIN, generate=True),
        "present-thoughts": chat(SYSTEM, ASK, ANSWER),
        "given-thoughts": chat(ASK, {**LAST, "thought": "\nHm.\n"}),
        "not-thinking": chat(ASK, generate=True, enable_thinking=False),
        "thinking": chat(ASK, generate=True, enable_thinking=True),
        "result-as-user": chat(ASK, ANSWER, {"role": "user", "content": "<result>1</result>"}, LAST),
        "no-query": chat(SYSTEM, LAST),
    },
    "typescript": {
        "tools": chat(ASK, tools=[TOOL, BARE_TOOL]),
        "none": chat(SYSTEM, ASK),
        "no-type": chat(tools=[{"function": {"name": "f", "parameters": {"properties": {"x": {}}, "type": "object"}}}]),
        "bad-items": chat(tools=[{"function": {"name": "f", "parameters": {"type": "object", "properties": {"x": {"type": "array"}}}}}]),
    },
    "signatures": {
        "tools": chat(ASK, tools=[TOOL, BARE_TOOL["function"]]),
        "none": chat(SYSTEM, ASK, LAST),
        "no-parameters": chat(ASK, tools=[{"name": "f"}]),
    },
    "xml-tools": {
        "tools": chat(SYSTEM, ASK, CALL, tools=[TOOL, BARE_TOOL]),
        "plain": chat(ASK, LAST),
        "two-systems": chat(SYSTEM, SYSTEM, ASK),
        "text-arguments": chat({"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}),
    },
    "content-parts": {
        "parts": chat(
            {"role": "user", "content": [{"type": "text", "text": " Look: "}, {"type": "image"}, "plain", {"image": "x.png"}, {"type": "audio"}]},
            LAST,
            {"role": "user", "content": [{"type": "image_url"}]},
            number_images=True,
        ),
        "text": chat(SYSTEM, ASK),
        "none": chat({"role": "assistant", "content": None}),
        "unknown": chat({"role": "user", "content": [{"type": "smell", "of": ["é"]}]}),
        "number": chat({"role": "user", "content": 5}),
    },
    "documents": {
        "documents": chat(ASK, LAST, AGAIN, documents=DOCUMENTS),
        "none": chat(ASK),
        "date": chat(date_string="1 April", documents=[]),
        "unsortable": chat(documents=[{"title": "a"}, {"title": None}]),
    },
    "outline": {
        "outline": chat(SYSTEM, ASK, LAST, AGAIN, outline=OUTLINE),
        "skip-and-stop": chat(*({"role": "user", "content": c} for c in ["one", "skip", "🌍 three", "stop", "five"]), outline=[]),
        "only-skipped": chat({"role": "user", "content": "skip"}),
        "nothing": chat(SYSTEM),
        "bad-outline": chat(outline=[1]),
        "number-outline": chat(outline=1),
    },
    "blocks": {
        "conversation": chat(SYSTEM, ASK, AGAIN, LAST),
        "one": chat(ASK),
        "empty": chat(),
    },
    "whitespace": {
        "some": chat(SYSTEM, ASK, AGAIN),
        "none": chat(),
    },
    "defaults": {
        "plain": chat(ASK, {**AGAIN, "name": "Bo"}, LAST, SYSTEM, fail=None),
        "loud": chat(ASK, LAST, style="loud", generate=True, extra_roles={"tool": "Tool"}, eos_token="<e>"),
        "empty": chat(eos_token="<e>"),
        "bad-style": chat(style="odd"),
        **{f"fails-{kind}": chat(ASK, fail=kind) for kind in ["attribute", "none", "add", "append", "filter"]},
    },
}


def main():
    env = environment()
    total = errors = 0
    for name, cases in CASES.items():
        source = (FOLDER / f"{name}.jinja").read_bytes().decode()
        recorded = []
        for identifier, inputs in cases.items():
            found = outcome(env, source, copy.deepcopy(inputs))
            recorded.append({"id": identifier, "inputs": inputs, **found})
            total += 1
            errors += "error" in found
        text = json.dumps({"now": NOW.isoformat(), "cases": recorded}, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n")
    print(len(CASES), "templates,", total, "cases,", errors, "errors")


if __name__ == "__main__":
    main()
