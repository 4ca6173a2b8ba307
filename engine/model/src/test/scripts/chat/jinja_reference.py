"""The environment that Hugging Face's apply_chat_template renders chat templates in, with a fixed clock.

Needs jinja2 3.1. Settings: trim_blocks, lstrip_blocks, the sandbox that refuses changes, loop controls, the generation
tag, tojson without HTML escaping, raise_exception and strftime_now.
"""

import datetime
import json

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime.datetime(2024, 7, 6, 9, 5, 3)


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def environment():
    made = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, Generation])
    made.filters["tojson"] = tojson
    made.globals["raise_exception"] = raise_exception
    made.globals["strftime_now"] = NOW.strftime
    return made


def outcome(env, source, inputs):
    """What rendering gives: {"expected": text}, or {"error_type": ..., "error": ...} in the format of the cases."""
    try:
        template = env.from_string(source)
    except (jinja2.exceptions.TemplateSyntaxError, SyntaxError) as error:  # Python's own for a stray break
        return {"error_type": "TemplateSyntaxError", "error": str(error)}
    try:
        return {"expected": template.render(**inputs)}
    except Exception as error:  # whatever Python raises is a failed rendering
        return {"error_type": type(error).__name__, "error": str(error)}
