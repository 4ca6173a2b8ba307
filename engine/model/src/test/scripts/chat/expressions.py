"""Writes ../../resources/chat/expressions.json: what jinja2 makes of several hundred small templates.

Run: python expressions.py
"""

import copy
import itertools
import json
import pathlib

from jinja_reference import NOW, environment, outcome

INPUTS = {
    "text": "Hello, World",
    "empty": "",
    "blank": " \t padded\u00a0\n",
    "poem": "roses are red\nviolets are blue\n\n  sugar is sweet\n",
    "quotes": "it's \"quoted\"",
    "unicode": "Grüße 你好 🌍👩‍👩‍👧 é",
    "html": "<b>&'\"</b>",
    "number": 42,
    "negative": -7,
    "zero": 0,
    "real": 2.5,
    "tiny": 1e-7,
    "huge": 1e22,
    "yes": True,
    "no": False,
    "nothing": None,
    "items_list": [3, 1, 2],
    "words": ["banana", "Apple", "cherry", "apple"],
    "mixed": [1, "two", 3.0, None, True, [4, "five"], {"six": 6}],
    "nested": [[1, 2], [3, [4, 5]]],
    "record": {"name": "Ada", "age": 36, "tags": ["x", "y"], "items": "shadowed", "nested": {"deep": {"er": 1}}},
    "empty_list": [],
    "empty_dict": {},
    "users": [
        {"name": "bob", "role": "user", "age": 30, "active": True, "address": {"city": "Rome"}},
        {"name": "Alice", "role": "admin", "age": 25, "active": False, "address": {"city": "Oslo"}},
        {"name": "carol", "role": "user", "age": 35, "active": True, "address": {}},
        {"name": "Dave", "role": "guest", "active": None},
    ],
    "schema": {
        "type": "object",
        "properties": {"city": {"type": "string", "enum": ["a", "b"]}, "days": {"type": ["integer", "null"], "default": 3}},
        "required": ["city"],
    },
}

# Every pair of these meets every operator.
OPERANDS = ["0", "-3", "7", "2.5", "true", "none", "'a'", "'b%s'", "[1, 'x']", "{'a': 1}", "missing"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"]

# Every value meets every unary construct.
VALUES = ["text", "empty", "unicode", "html", "number", "negative", "zero", "real", "tiny", "huge", "yes", "no", "nothing",
          "items_list", "words", "mixed", "record", "empty_list", "empty_dict", "missing", "range(3)", "(1, 2)", "(1,)", "()",
          "record.items()", "record.keys()", "record.values()", "words|map('upper')", "namespace(a=1)", "blank"]
TESTS = ["defined", "undefined", "none", "boolean", "true", "false", "integer", "float", "number", "string", "mapping",
         "iterable", "sequence", "callable", "lower", "upper", "even", "odd", "escaped"]
FILTERS = ["length", "count", "list", "string", "upper", "lower", "title", "capitalize", "trim", "tojson", "int", "float",
           "abs", "round", "first", "last", "reverse|list", "sort", "unique|list", "join", "join(', ')", "sum", "min", "max",
           "default('d')", "d('d', true)", "items|list", "dictsort", "safe", "escape", "e", "wordcount", "batch(2)|list",
           "slice(2)|list", "map('string')|list", "select|list", "reject|list", "indent", "tojson(indent=2)"]

LITERALS = [
    "1_000", "0x1f", "0o17", "0b101", "007", "1e3", "1.5e-3", "1E5", "1.0", "12.0", "1e16", "1e15", "123456789012345678", "1e22",
    "0.1", "0.1 + 0.2", "1e-4", "1e-5", "1.7976931348623157e308", "5e-324", "1e23", "2e-5", "9007199254740993",
    "2**64", "2**100", "-2**2", "2**3**2", "2 ** -1", "(-8) ** 2", "0 ** 0", "10 // 3", "-10 // 3", "10 % -3",
    "-10 % 3", "5.5 // 2", "-5.5 % 2", "7 / 2", "8 / 2", "1 / 3", "1/0", "1.0/0", "1//0", "1%0", "1e308 * 10",
    "1 + 2 * 3", "(1 + 2) * 3", "1 - 2 - 3", "2 * 3 % 4", "1 ~ 2 + 3", "1 + 2 ~ 3", "1 ~ 2 * 3", "not 1 == 2",
    "not true and false", "true or false and false", "1 < 2 < 3", "1 < 3 < 2", "3 > 2 > 1 == true", "1 == 1.0 == true",
    "'a' 'b' \"c\"", "'tab\\there'", "'nl\\nx'", "'\\x41\\u00e9\\U0001F30D'", "'\\101\\0'", "'\\q\\''", "\"it's\"", "'a\\\\b'",
    "'\\N{GREEK SMALL LETTER ALPHA}'", "'{{ not a tag }}'", "'%}'", "'unclosed", "'\\x4'", "true", "True", "none", "None",
    "false", "False", "TRUE", "null", "(1, 2, 3)", "(1,)", "()", "1, 2", "1,", "[1, 2,]", "[]", "{}", "{'a': 1,}", "{1: 'x', 'y': 2}",
    "{'a': {'b': {'c': 1}}}.a.b.c", "[[1, 2], [3]][0][1]", "{(1, 2): 'tuple key'}[(1, 2)]", "{1: 'a', 1.0: 'b', true: 'c'}",
    "{[1]: 2}", "[1, 2", "{'a' 1}", "(1", "1 +", "* 2", "", "a b", "a.", "a..b", "1 if", "if", "a[", "a[1:2, 3]",
    "[1,2,3][1:][0]", "'abc'.0", "[1,2,3].1", "words.0.1", "1 2", "x = 1", "a | ", "a | nosuch", "a is nosuch", "a is", "'a' is string is true",
    "'yes' if true else 'no'", "'yes' if false else 'no'", "'yes' if false", "('yes' if false) is defined",
    "1 if false else 2 if false else 3", "[1 if true else 2, 3]", "'x' if missing else 'y'", "missing and 1/0", "1 or 1/0",
    "'nosuch filter' if true else (1|nosuch)", "1|nosuch if false else 2", "missing", "missing.x", "missing['x']", "missing.x.y is defined",
    "missing()", "missing + 1", "missing ~ 'x'", "missing == missing", "missing == none", "missing|length", "missing[1:]",
    "missing in [1]", "1 in missing", "missing|list", "-missing", "not missing", "missing < 1", "[missing]", "{'a': missing}",
    "[missing]|tojson", "none.x", "none.x.y", "none['x']", "none|length", "none[0]", "none + 'a'", "'a' + none", "'a' + 1", "'a' + {}",
    "1 + '1'", "none ~ true", "nothing.x is defined", "nothing()", "'x'()", "1()", "number.x", "number.x.y",
    "loop", "range is callable", "dict is callable", "cycler is defined", "true + true", "true == 1", "true is sameas 1", "none is none",
    "not none", "1 is sameas 1", "'a' is sameas 'a'", "[] is sameas []", "2 is divisibleby 2", "3 is divisibleby(2)", "0 is divisibleby 0",
    "1 is in [1, 2]", "1 is not in [1, 2]", "'a' is in 'abc'", "5 is gt 3", "5 is lt(3)", "5 is ge 5", "5 is le 4", "5 is ne 4", "5 is eq 5",
    "5 is equalto 5", "5 is greaterthan 4", "5 is lessthan 4", "'upper' is filter", "'nosuch' is filter", "'even' is test", "'nosuch' is test",
    "1 is even or 2 is even", "1 is not even and true", "missing is not defined", "record.nosuch is defined", "record.name is defined",
    "text is string and number is integer", "items_list is sequence and items_list is not string", "-1|abs", "-number|abs", "(-1)|abs",
    "+number", "- - 1", "not not 1", "true|int", "3|string + 'x'", "1.5|int", "text|length > 3", "text|length + 1",
    "x.y.z is defined", "'a' < 'B'", "'a' < 'b'", "'é' < '🌍'", "'\\uff5e' < '🌍'", "[1, 2] < [1, 3]", "(1, 2) < (1,)", "[1] < (1,)", "1 < 'a'", "none < 1",
    "{'a': 1} == {'a': 1.0}", "[1, 2] == (1, 2)", "range(3) == [0, 1, 2]", "range(0) == range(5, 5)", "1 == '1'", "'' == none",
    "[1, 2] + [3]", "(1,) + (2,)", "[1] + (2,)", "[1] * 3", "2 * [1, 2]", "'ab' * 3", "3 * 'ab'", "'ab' * -1", "'ab' * 1.0", "[0] * 0",
    "{'a': 1}.a", "{'a': 1}['a']", "{'a': 1}.b", "{'a': 1}['b']", "{'a': 1}.get('a')", "{'a': 1}.get('b')", "{'a': 1}.get('b', 2)", "{'items': 1}.items",
    "{'keys': 1}['keys']", "'a' in {'a': 1}", "1 in {'a': 1}", "[1] in {'a': 1}", "'ell' in text", "1 in text", "none in [none]", "'1' in [1]",
    "2 in range(3)", "3 in range(3)", "1 in 5", "x in y", "1.0 in [1]", "true in [1]",
]

SUBSCRIPTS = ["0", "1", "-1", "-3", "99", "'x'", "none", "true", "1.0", "1:", ":1", "::-1", "::2", "-2:", ":-1", "1:3", "5:1", "-1:0:-1", "2::-1",
              ":", "::", "0:99", "::-2", "::5", "-99:99", "'a':", "1:2:0", "none:none:none"]
SUBSCRIPTED = ["text", "unicode", "items_list", "(1, 2, 3, number)", "range(10)", "record", "empty", "nothing", "words|map('upper')", "record.keys()", "html|safe"]

STRING_METHODS = [
    "'Hello World'.upper()", "'Hello World'.lower()", "'hello wORLD'.capitalize()", "\"they're bill's\".title()", "'aBc'.swapcase()", "'Straße'.upper()",
    "'ß'.capitalize()", "'ǆ'.title()", "'Straße'.casefold()", "'ΑΣ'.lower()", "' x '.strip()", "'xxaxx'.strip('x')", "'abcab'.lstrip('ab')", "'abcab'.rstrip('ab')",
    "'\\n\\nx\\n'.strip('\\n')", "'\\u200b x'.strip()", "'\\u3000x\\u2003'.strip()", "'a'.strip(none)", "'a'.strip(1)", "blank.strip()", "blank.rstrip()", "blank.lstrip()",
    "'a,b,c'.split(',')", "'a,b,c'.split(',', 1)", "'a b  c '.split()", "' a b c '.split(none, 1)", "''.split()", "''.split(',')", "'abc'.split('')", "'a--b--c'.split('--')[-1]",
    "'<think>x</think>y'.split('</think>')[-1].lstrip('\\n')", "'a,b,c'.rsplit(',', 1)", "' a b c '.rsplit(none, 1)", "' a  b '.rsplit()", "'a,b'.split(sep=',', maxsplit=0)",
    "'aaa'.split('a')", "'aXbXc'.rsplit('X')", "'a\\nb\\r\\nc\\x0bd\\u2028e'.splitlines()", "'a\\n\\nb\\n'.splitlines(true)", "''.splitlines()", "'abc'.startswith('ab')", "'abc'.startswith(('x', 'a'))",
    "'abc'.startswith('b', 1)", "'abc'.endswith('bc')", "'abc'.endswith(('x', 'c'))", "'abc'.endswith('b', 0, 2)", "'abc'.startswith('')", "'abc'.startswith(1)", "'abc'.startswith('', 5)",
    "'aXbX'.replace('X', '-')", "'aXbX'.replace('X', '-', 1)", "'abc'.replace('', '.')", "'abc'.replace('', '.', 2)", "''.replace('', 'x')", "'aaa'.replace('aa', 'b')", "'a'.replace('a')", "'a'.replace('a', 1)",
    "'hello'.find('l')", "'hello'.rfind('l')", "'hello'.find('z')", "'hello'.find('l', 3)", "'hello'.find('l', 4)", "'hello'.find('', 9)", "'🌍x🌍'.find('x')", "'🌍x🌍'.rfind('🌍')", "'hello'.index('l')", "'hello'.index('z')",
    "'hello'.rindex('l')", "'hello'.rfind('')", "'hello'.count('l')", "'aaaa'.count('aa')", "'abc'.count('')", "'hello'.count('l', 3)", "'abc'.center(9)", "'abc'.center(8)", "'abcd'.center(9, '*')", "'abc'.ljust(6, '.')",
    "'abc'.rjust(6)", "'abc'.rjust(6, 'xy')", "'42'.zfill(5)", "'-42'.zfill(5)", "'+1'.zfill(4)", "'a-b-c'.partition('-')", "'a-b-c'.rpartition('-')", "'abc'.partition('-')", "'abc'.rpartition('-')", "'abc'.partition('')",
    "','.join(['a', 'b'])", "','.join('abc')", "','.join([1])", "', '.join(words)", "''.join([])", "','.join(words|map('upper'))", "'-'.join({'a': 1, 'b': 2})", "'abc'.removeprefix('ab')", "'abc'.removesuffix('bc')", "'abc'.removeprefix('x')",
    "'a1'.isalnum()", "'a '.isalnum()", "'abc'.isalpha()", "''.isalpha()", "'12'.isdigit()", "'²'.isdigit()", "'²'.isdecimal()", "'½'.isnumeric()", "' \\t'.isspace()", "''.isspace()", "'\\u200b'.isspace()", "'Ab'.istitle()", "'AB'.isupper()", "'A1'.isupper()",
    "'1'.isupper()", "'ab'.islower()", "'aB'.islower()", "'a_1'.isidentifier()", "'1a'.isidentifier()", "'abc'.isascii()", "'é'.isascii()", "'a\\n'.isprintable()", "'a\\tb'.expandtabs()", "'ab\\tc\\td'.expandtabs(4)", "'a'.nosuch", "'a'.nosuch()", "'a'.__class__",
    "'a'._x is defined", "'abc'.upper", "text.upper is callable", "text['upper']()", "text.upper()[0]", "text.split(', ')[1][::-1]", "text.lower().title().swapcase()", "unicode.upper()", "unicode.split()[1]", "'🌍ab'.center(7, '-')",
    "'%s is %d' % ('x', 5)", "'%s' % 'a'", "'%s' % none", "'%s' % [1]", "'%s' % missing", "'%5d|%-5d|%05d' % (1, 2, 3)", "'%.2f' % 3.14159", "'%5.1f|' % 2.25", "'%e' % 12345.678", "'%g' % 0.00001234", "'%g' % 123456789", "'%G' % 1e-10", "'%x %X %o' % (255, 255, 8)", "'%#x' % 255",
    "'%+d % d' % (5, 5)", "'%%'  % ()", "'%c%c' % ('a', 66)", "'%r' % 'x'", "'%(a)s-%(b)d' % {'a': 1, 'b': 2}", "'%(a)s' % {'b': 1}", "'%s %s' % ('a',)", "'%s' % ('a', 'b')", "'%d' % 'x'", "'%d' % 3.7", "'%y' % 1", "'%' % 1", "'abc' % ()", "'abc' % 1", "'abc' % [1]", "'%*d' % (5, 42)", "'%.3s|' % 'abcdef'",
    "'%10s|%-10s|' % ('a', 'b')", "'%s' % (1, 2)|string", "'%i' % true", "'%a' % 'é'", "'%.0f' % 0.5", "'%.0f' % 1.5", "'%.0f' % 2.5", "'%f' % 1e20", "'%s %s' % (record.name, record.age)", "'{} {}'.format('a', 1)", "'{1} {0}'.format('a', 'b')", "'{x}'.format(x=1)", "'{0[a]} {0[b]}'.format({'a': 1, 'b': 2})",
    "'{:>5}|{:<5}|{:^5}|'.format('a', 'b', 'c')", "'{:05d}'.format(42)", "'{:.2f}'.format(3.14159)", "'{:,}'.format(1234567)", "'{:,.2f}'.format(1234567.891)", "'{:x}'.format(255)", "'{:#x}'.format(255)", "'{:%}'.format(0.25)", "'{:e}'.format(12345.678)", "'{!r}'.format('a')", "'{{}}'.format()", "'{}'.format()", "'{'.format()",
    "'{:*^9}'.format('mid')", "'{:+}'.format(5)", "'{:g}'.format(0.5)", "'{:s}'.format(1)", "'{}'.format(none)", "'{:5}'.format(none)", "'{}'.format([1, 'a'])", "'{:5}|'.format(true)", "'{:.3}'.format('abcdef')", "'{:.3}'.format(3.14159)", "'{:d}'.format('a')", "'{0.name}'.format(record)", "'{:08.3f}'.format(-3.14159)",
]

CONTAINER_METHODS = [
    "record.keys()|list", "record.values()|list", "record.items()|list", "record.keys()", "record.values()|length", "record.items()|first", "record.get('name')", "record.get('none')", "record.get('none', [])|length", "record.items", "record['items']", "record.copy().name",
    "record.pop('name')", "record.pop is defined", "record.update({})", "record.setdefault('a', 1)", "record.clear()", "record.nosuch()", "items_list.append(4)", "items_list.append is defined", "items_list.pop()", "items_list.sort()", "items_list.index(1)", "items_list.index(9)", "items_list.count(1)", "items_list.copy()", "(1, 2, 1).count(1)", "(1, 2, 1).index(2)",
    "items_list.index(2, 1)", "range(5).start", "range(1, 10, 3)|list", "range(10, 0, -3)|list", "range(0)|list", "range(3)", "range(1, 3)", "range(0, 6, 2)", "range(5)[-1]", "range(5)[1:3]", "range(5)[::-1]", "range(10)[::3]|list", "range()", "range('a')", "range(1, 2, 0)", "range(1.5)", "range(10**6)", "range(true)", "range(5)|length", "range(3)|last", "range(3)|sum",
    "dict()", "dict(a=1, b=2)", "dict({'a': 1}, b=2)", "dict([('a', 1), ['b', 2]])", "dict([1])", "dict(**{'a': 1})", "dict({'a': 1}, **{'b': 2})", "namespace(a=1)", "namespace(a=1).a", "namespace({'a': 1}, b=2).b", "namespace().x", "namespace(a=1)['a']", "namespace(a=1) == namespace(a=1)", "record.nested.deep.er", "record['nested']['deep']['er']",
    "record.nested.nosuch", "record.nested.nosuch.er", "record.nested['nosuch'] is defined", "record.tags[0]", "record.tags[5] is defined", "record.tags.0", "record.tags[-1]", "record.age + 1", "nested[1][1][0]", "nested|map('first')|list", "mixed[5][1]", "mixed[6].six", "{'get': 1}.get('get')", "{'a b': 1}['a b']", "{'pop': 1}.pop is defined", "{'pop': 1}['pop']",
    "record.items()|map('first')|join(',')", "(record.items()|list)[0][1]", "record.keys()|list|sort", "'name' in record.keys()", "('name', 'Ada') in record.items()", "'Ada' in record.values()", "record.keys()|first", "record.keys()[0]", "record|list", "record|length", "record|first", "record|last", "{}.fromkeys(['a', 'b'], 0)",
    "joiner('|') is callable", "cycler('a', 'b').next()", "cycler('a', 'b').current", "cycler()",
]

FILTER_CALLS = [
    "users|map(attribute='name')|list", "users|map(attribute='age')|list", "users|map(attribute='age', default=0)|list", "users|map(attribute='address.city')|list", "users|map(attribute='address.city', default='?')|list", "users|map('length')|list", "words|map('upper')|list", "words|map('replace', 'a', 'o')|list", "words|map('nosuch')|list", "words|map()|list",
    "nested|map(attribute=0)|list", "nested|map(attribute='1')|list", "words|map('indent', width=2, first=true)|list", "none|map('upper')|list", "missing|map('upper')|list", "words|map(attribute='nosuch')|list", "5|map('upper')|list", "items_list|map('string')|join", "words|map('default', 'x')|list", "[none, missing]|map('default', 'x')|list",
    "users|selectattr('active')|map(attribute='name')|list", "users|rejectattr('active')|map(attribute='name')|list", "users|selectattr('role', 'equalto', 'user')|list|length", "users|selectattr('role', '==', 'user')|map(attribute='name')|list", "users|selectattr('role', 'in', ['admin', 'guest'])|map(attribute='name')|list", "users|selectattr('age', 'defined')|list|length", "users|selectattr('age', 'gt', 26)|list",
    "users|rejectattr('role', 'eq', 'user')|map(attribute='role')|join('/')", "users|selectattr('address.city', 'equalto', 'Rome')|list|length", "users|selectattr('active', 'none')|first", "users|selectattr('name')|first|tojson", "users|selectattr()|list", "users|selectattr('name', 'nosuch')|list", "items_list|select('odd')|list", "items_list|reject('odd')|list", "items_list|select('gt', 1)|list",
    "mixed|select('string')|list", "mixed|reject('none')|list|length", "mixed|select|list|length", "range(10)|select('divisibleby', 3)|list", "words|select('in', ['apple'])|list", "items_list|select('nosuch')|list", "items_list|select(1)|list", "(items_list|select('odd')) is true", "items_list|select('gt', 5)|first", "items_list|select('gt', 5)|list|first is defined",
    "items_list|sort", "items_list|sort(reverse=true)", "words|sort", "words|sort(case_sensitive=true)", "words|sort(true)", "users|sort(attribute='name')|map(attribute='name')|list", "users|sort(attribute='role,name')|map(attribute='name')|list", "users|sort(attribute='age')", "mixed|sort", "[2.5, 1, true]|sort", "['b', 'A']|sort|join", "[[2], [1]]|sort", "record|sort", "'hello'|sort|join", "none|sort", "[none]|sort", "[{}, {}]|sort",
    "words|unique|list", "words|unique(case_sensitive=true)|list", "[1, 1.0, true, 2]|unique|list", "users|unique(attribute='role')|map(attribute='role')|list", "[[1], [1]]|unique|list", "[(1, 2), (1, 2)]|unique|list", "words|min", "words|max", "words|max(case_sensitive=true)", "items_list|min", "items_list|max", "[]|min", "[]|max is defined", "users|min(attribute='name')", "users[:3]|max(attribute='age')", "mixed|min", "[2, 1.5]|min", "['a']|max",
    "items_list|sum", "users[:3]|sum(attribute='age')", "users|sum(attribute='age')", "items_list|sum(start=10)", "[1.5, 2]|sum", "words|sum", "[[1], [2]]|sum(start=[])", "[]|sum", "['a']|sum(start='')", "items_list|join('-')", "users|join(', ', attribute='name')", "mixed|join('|')", "words|join", "words|join(1)", "[]|join(',')", "[html|safe, html]|join", "'abc'|join('.')", "none|join", "record|join(',')",
    "items_list|batch(2)|list", "items_list|batch(2, 'x')|list", "range(7)|batch(3)|map('list')|list", "range(7)|slice(3)|list", "range(7)|slice(3, 'x')|list", "[]|batch(2)|list", "[]|slice(2)|list", "items_list|first", "[]|first", "[]|first is defined", "[]|last", "words|last", "words|map('upper')|first", "words|map('upper')|last", "words|reverse|list", "words|reverse|first", "'hello'|reverse", "unicode|reverse", "record|reverse|list", "5|reverse", "words|map('upper')|reverse|list", "words|reverse",
    "words|reverse is iterable", "record|items|list", "record|items|map('last')|list|length", "missing|items|list", "none|items|list", "[1]|items|list", "record|dictsort|map('first')|list", "{'b': 1, 'A': 2}|dictsort", "{'b': 1, 'A': 2}|dictsort(true)", "{'b': 1, 'A': 2}|dictsort(by='value')", "{'b': 1, 'A': 2}|dictsort(reverse=true)", "{'b': 1}|dictsort(by='x')", "{1: 1, 'a': 2}|dictsort", "words|dictsort", "users|groupby('role')|map('first')|list", "users|groupby('role')|map(attribute='grouper')|list",
    "users|groupby('role')|map(attribute='list')|map('length')|list", "users|groupby('age', default=0)|map('first')|list", "users|groupby('age')", "(words|groupby('0'))|map('first')|list", "(users|groupby('role'))[0].grouper", "(users|groupby('role'))[0].list|length",
    "missing|default('x')", "none|default('x')", "none|default('x', true)", "''|default('x', boolean=true)", "0|d(5, true)", "missing|default", "record.nosuch|default('x')", "record.nosuch.deep|default('x')", "(record.nosuch|default({})).deep|default('x')", "missing|d([])|length", "'a'|default(default_value='x')",
    "text|upper", "none|upper", "5|upper", "missing|upper", "text|lower", "'hello-world (foo) bar_baz <q'|title", "\"it's ok\"|title", "'hELLO'|capitalize", "text|replace('o', '0')", "text|replace('o', '0', 1)", "text|replace('o', 5)", "5|replace('5', 'x')", "'aaa'|replace('a', 'b', count=2)", "html|replace('<', '[')", "(html|safe)|replace('<', '>')", "blank|trim", "'xxaxx'|trim('x')", "'\\u200b x\\u00a0'|trim", "none|trim", "5|trim", "missing|trim", "'x'|trim(chars=none)",
    "poem|indent", "poem|indent(2)", "poem|indent(2, true)", "poem|indent(2, blank=true)", "poem|indent(width='> ', first=true)", "'one'|indent(first=true)", "''|indent", "'a\\n'|indent", "none|indent", "poem|wordcount", "unicode|wordcount", "''|wordcount", "'abc'|center(9) ~ '|'", "'abc'|center|length", "text|truncate(8)", "text|truncate(8, true)", "text|truncate(8, true, '..', 0)", "text|truncate(8, end='', leeway=0)", "text|truncate", "'foo bar baz qux'|truncate(9)", "'foo bar baz qux'|truncate(11)", "'foo bar baz qux'|truncate(9, leeway=0)",
    "text|truncate(2)", "'%s-%s'|format('a', 1)", "'%(a)s'|format(a=1)", "'%s'|format", "'%d%%'|format(5)", "'x'|format(1)", "text|string", "5|string", "none|string", "items_list|string", "missing|string", "text|list", "5|list", "none|list", "record|list", "unicode|list|length", "'42'|int", "'42.9'|int", "'x'|int", "'x'|int(7)", "'0x1f'|int(base=16)", "'ff'|int(0, 16)", "'101'|int(base=2)", "'0b11'|int(base=0)", "' 7 '|int", "'1_000'|int", "none|int", "[]|int", "3.99|int", "-3.99|int", "true|int", "'-5'|int", "'1e3'|int", "missing|int", "'inf'|int",
    "'nan'|int(1)", "'٣'|int", "'3.5'|float", "'x'|float", "'x'|float(1.5)", "none|float", "5|float", "'1e5'|float", "'inf'|float", "'-infinity'|float", "'nan'|float", "true|float", "' 1.5 '|float", "'1_0.5'|float", "'.5'|float", "'5.'|float", "missing|float", "-5|abs", "5.5|abs", "'a'|abs", "true|abs", "none|abs", "42.55|round", "42.55|round(1)", "42.45|round(1)", "2.5|round", "3.5|round", "42|round", "42.1|round(method='ceil')", "42.9|round(method='floor')", "42.55|round(1, 'floor')",
    "42.51|round(1, 'ceil')", "-2.5|round", "1234|round(-2)", "1250|round(-2)", "1234.5|round(-2)", "2.675|round(2)", "'a'|round", "1e300|round(2)", "42.5|round|int", "1|round(method='x')", "5|round(2)", "0.5|round", "html|e", "html|escape", "html|safe", "html|e|e", "html|forceescape", "html|safe|e", "html|safe|forceescape", "(html|safe) + '<'", "'<' + (html|safe)", "(html|safe) ~ '<'", "'%s' % (html|safe)", "('<i>%s</i>'|safe) % '<'", "('<%s>'|safe) % (html|safe)", "(html|safe) is escaped", "html is escaped", "(html|safe)|upper",
    "(html|safe)|string is escaped", "[html|safe]", "(html|safe)|length", "(html|safe)[0] is escaped", "(html|safe).split('&')", "(html|safe).replace('&', '<')", "(html|safe)|trim is escaped", "(html|safe) == html", "html|safe|tojson", "(', '|safe).join(['<', '>'])", "text|attr('upper')", "record|attr('name')", "record|attr('name') is defined", "(text|attr('upper'))()", "missing|attr('x')", "5|attr('__class__')",
    "record|tojson", "unicode|tojson", "html|tojson", "quotes|tojson", "mixed|tojson", "[1.0, 1e-7, 1e22, 12.5, 0.1]|tojson", "none|tojson", "true|tojson", "'\\x00\\x1f\\x7f\\u2028'|tojson", "schema|tojson(indent=4)", "schema|tojson(indent=0)", "schema|tojson(indent='\\t')", "schema|tojson(separators=(',', ':'))", "schema|tojson(indent=2, separators=(',', ': '))", "schema|tojson(sort_keys=true)", "unicode|tojson(ensure_ascii=true)", "{1: 2, none: 3, true: 4, 1.5: 5}|tojson",
    "{(1, 2): 3}|tojson", "missing|tojson", "[missing]|tojson", "range(3)|tojson", "record.items()|tojson", "(1, 2)|tojson", "[]|tojson(indent=2)", "{}|tojson(indent=2)", "[[]]|tojson(indent=1)", "'a'|tojson(indent=none)", "text|upper|tojson", "('inf'|float)|tojson", "('nan'|float)|tojson", "(0.0 * -1)|tojson", "{'b': 1, 'a': 2}|tojson(sort_keys=true)", "{'b': 1, 2: 2}|tojson(sort_keys=true)", "record|tojson(nosuch=1)", "record.tojson is defined", "2**70|tojson", "(2**70)|tojson",
    "text|length(1)", "text|upper(1)", "text|upper|lower|title", "text | upper | length", "text|length|string|length", "words|length == 4", "words|map('length')|sum", "words|join('')|upper|list|unique|sort|join", "(words|first)|upper ~ '!'", "words|first|upper ~ '!'", "5 + '5'|int", "'a' ~ 'b'|upper", "-5|string", "not text|length", "text|length in [12]",
    "strftime_now('%Y-%m-%d')", "strftime_now('%d %b %Y')", "strftime_now('%A %B %e %j %H:%M:%S %p %I %y %U %W %w %u %V %G %C %%')", "strftime_now('%-d/%-m %-I:%M')", "strftime_now('%F %T %D %R %h %n%t|')", "strftime_now('%f %Z%z %c %x %X')", "strftime_now('%Q')", "strftime_now('')", "strftime_now('plain')", "strftime_now(5)", "raise_exception('stop: ' ~ number)", "raise_exception(none)", "raise_exception()", "1 if true else raise_exception('x')",
]

REPRS = [
    "[text, quotes, \"it's\", '\"', 'a\\nb\\t\\\\', '\\x00\\x7f\\x80\\xa0\\xad', 'é你🌍', '\\u200b\\u2028\\ufeff', '\\ud7ff\\ue000']", "mixed", "record", "users", "nested", "[1.0, 1e16, 1e-5, 0.0001, 123456789.123, -0.0, 1e100]", "{'a': (1,), 2: [], none: {}, (1, 2): ()}", "(true, false, none)",
    "[range(3), record.keys(), namespace(x=[1])]", "[html|safe]", "unicode", "[unicode]", "{'k': missing}", "[text][0]", "[[[[[]]]]]", "{'a': {'b': {'c': {}}}}", "(1, (2, (3,)))", "['\\u0378']", "[record.items()]",
]

TEMPLATES = [
    "{% for x in items_list %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }};{% endfor %}",
    "{% for x in words %}{{ loop.previtem|default('-') }}<{{ x }}>{{ loop.nextitem|default('-') }} {% endfor %}",
    "{% for x in items_list %}{{ loop.cycle('a', 'b') }}{% endfor %}", "{% for x in [1, 1, 2, 2, 1] %}{{ loop.changed(x) }} {% endfor %}", "{% for x in [] %}x{% else %}empty{% endfor %}", "{% for x in missing %}x{% else %}empty{% endfor %}", "{% for x in none %}x{% endfor %}", "{% for x in 5 %}x{% endfor %}",
    "{% for x in items_list if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %}", "{% for x in items_list if x > 9 %}x{% else %}none left{% endfor %}", "{% for k, v in record.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k in record %}{{ k }}{% endfor %}", "{% for a, b in [(1, 2), [3, 4]] %}{{ a }}{{ b }}{% endfor %}", "{% for a, b in [(1, 2, 3)] %}{% endfor %}", "{% for a, b in [1] %}{% endfor %}", "{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for c in 'héllo🌍' %}{{ c }}.{% endfor %}", "{% for x in range(3) %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "{% for x in range(9) %}{% if x == 3 %}{% break %}{% endif %}{{ x }}{% endfor %}", "{% for x in range(3) %}{% break %}{% else %}else{% endfor %}", "{% for x in range(3) %}{% continue %}{% else %}else{% endfor %}", "{% for x in range(3) %}{% if x == 2 %}{% break %}{% endif %}{% else %}else{% endfor %}", "{% break %}", "{% continue %}",
    "{% for x in [1, 2] %}{% for y in [3, 4] %}{% if y == 4 %}{% break %}{% endif %}{{ x }}{{ y }} {% endfor %}{{ loop.index }}{% endfor %}", "{% for x in nested recursive %}[{% if x is iterable %}{{ loop(x) }}{% else %}{{ x }}@{{ loop.depth }}{% endif %}]{% endfor %}", "{% for x in [1] %}{{ loop(x) }}{% endfor %}", "{% for x in [] recursive %}{% else %}e{% endfor %}", "{% for x in [1, 2] recursive %}{{ x }}{{ loop([]) }}{% else %}e{% endfor %}",
    "{% set x = 1 %}{% for i in [1, 2] %}{{ x }}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}", "{% set ns = namespace(n=0) %}{% for i in [1, 2, 3] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}", "{% set x.y = 1 %}", "{% set x = {} %}{% set x.y = 1 %}", "{% set ns = namespace() %}{% set ns.a, b = 1, 2 %}{{ ns.a }}{{ b }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a, b = [1] %}", "{% set (a, b) = 'xy' %}{{ a }}{{ b }}", "{% set a = b = 1 %}", "{% set a = 1, 2 %}{{ a }}",
    "{% set x %}block {{ number }}{% endset %}{{ x }}", "{% set x | upper | replace('B', 'P') %}block{% endset %}{{ x }}", "{% set x %}{% set y = 1 %}{{ y }}{% endset %}{{ x }}{{ y is defined }}", "{% set true = 1 %}", "{% set 'a' = 1 %}", "{% set text = 'new' %}{{ text }}", "{% if false %}{% set q = 1 %}{% endif %}{{ q is defined }}", "{% if true %}{% set q = 1 %}{% endif %}{{ q }}", "{% set loop = 5 %}{{ loop }}", "{% for loop in [1] %}{% endfor %}",
    "{% set ns = namespace(done=false) %}{% for x in items_list if not ns.done %}{{ x }}{% if x == 1 %}{% set ns.done = true %}{% endif %}{% endfor %}", "{% for x in items_list %}{% set last = x %}{% endfor %}{{ last is defined }}", "{{ loop is defined }}{% for x in [1] %}{{ loop is defined }}{% endfor %}", "{% for x in [1, 2] %}{% for y in [1] %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}", "{% for x in [1] %}{{ loop }}{% endfor %}", "{% for x in [1, 2] %}{{ loop.nosuch is defined }}{% endfor %}", "{% for x in words|map('upper') %}{{ loop.length }}{{ x }}{% endfor %}",
    "{% set g = words|map('upper') %}{{ g|list|length }}{{ g|list|length }}", "{% set g = words|map('upper') %}{{ 'APPLE' in g }}{{ g|list }}", "{% set g = words|map('upper') %}{{ g|first }}{{ g|length }}", "{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(b=4, a=5) }} {{ m() }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, c=2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}", "{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}", "{% macro m(a) %}{{ a is defined }}{% endmacro %}{{ m() }}", "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}body{% endcall %}", "{% macro m() %}{{ caller(1, 2) }}{% endmacro %}{% call(a, b) m() %}{{ a + b }}{% endcall %}", "{% macro m() %}x{% endmacro %}{% call m() %}body{% endcall %}", "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}", "{% macro m() %}{% if caller %}{{ caller() }}{% else %}none{% endif %}{% endmacro %}{{ m() }}", "{% macro m(n) %}{{ n }}{% if n > 0 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}",
    "{% macro m() %}{{ text }}{{ later }}{% endmacro %}{% set later = 'L' %}{{ m() }}", "{% set x = 'outer' %}{% macro m() %}{{ x }}{% set x = 'inner' %}{{ x }}{% endmacro %}{{ m() }}{{ x }}", "{% for i in [1] %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}", "{% macro m(x) %}{{ x }}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m }}", "{% macro m() %}  x  {% endmacro %}[{{ m()|trim }}]{{ m()|length }}", "{% macro m(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ m(*[1, 2]) }}{{ m(**{'a': 3, 'b': 4}) }}{{ m(*[1], **{'b': 2}) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(*5) }}", "{% macro m(a=1, b) %}{% endmacro %}",
    "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ a() }}", "{{ m() }}{% macro m() %}x{% endmacro %}", "{% macro m() %}{% for x in [1, 2] %}{{ caller(x) }}{% endfor %}{% endmacro %}{% call(v) m() %}<{{ v }}{{ number }}>{% endcall %}", "{% macro m() %}{{ loop is defined }}{% endmacro %}{% for x in [1] %}{{ m() }}{% endfor %}", "{% call 5 %}{% endcall %}", "{% macro m(kw={}) %}{{ kw.x }}{% endmacro %}{{ m({'x': 1}) }}{{ m() }}",
    "{% filter upper %}a{{ text }}{% endfilter %}", "{% filter trim|replace('a', 'b') %} aa {% endfilter %}", "{% filter indent(2, true) %}a\nb{% endfilter %}", "{% filter nosuch %}{% endfilter %}", "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}", "{% with a = 1 %}{% with b = a + 1 %}{{ b }}{% endwith %}{% endwith %}", "{% set a = 5 %}{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}", "{% with %}{% set z = 1 %}{{ z }}{% endwith %}{{ z is defined }}", "{% generation %}gen {{ text }}{% set g = 1 %}{% endgeneration %}{{ g is defined }}",
    "{% for x in [1, 2] %}{% generation %}{{ x }}{{ loop.index }}{% endgeneration %}{% endfor %}", "{% if no %}a{% elif zero %}b{% elif yes %}c{% else %}d{% endif %}", "{% if missing %}a{% else %}b{% endif %}", "{% if no %}a{% endif %}", "{% if empty_list or empty_dict or empty or zero or nothing %}t{% else %}f{% endif %}", "{% if 1, 2 %}t{% endif %}", "{% if (1 if true else 0) %}t{% endif %}", "{% if 1 if true else 0 %}t{% endif %}", "{% if %}{% endif %}", "{% if true %}", "{% endif %}", "{% else %}", "{% if true %}{% else %}{% else %}{% endif %}", "{% for %}{% endfor %}", "{% for x %}{% endfor %}",
    "{% for x in [1] %}", "{% for x in [1] %}{% endif %}", "{% nosuch %}", "{% %}", "{% set %}", "{% set x %}", "{% print 1, 2 %}", "{% print text|upper %}", "{% if true: %}colon{% endif %}", "{% for x in [1]: %}{{ x }}{% endfor %}", "{# comment {{ x }} #}a", "{# unclosed", "{{ unclosed", "{% if unclosed", "{{ 'a' }", "{{ a }} }}", "}} %} #}", "{ { x } }", "{{{'a': 1}}}", "{{ {'a': {'b': 2}} }}", "{{ {'a': {'b': 2}}}}", "{{ (1 }}", "{{ [1) }}", "{{ ] }}", "{{ $ }}", "{{ a ? b }}", "{{ a && b }}", "{{ !a }}", "{{ 'a' 'b' ~ 'c' }}",
    "{% raw %}{{ x }}{% if %}{# c #}{% endraw %}", "{%- raw -%}  {{ x }}  {%- endraw -%}  b", "a {% raw %}\n x{% endraw %}\n b", "{% raw %}unclosed", "a\n  {% raw %}\n  x\n  {% endraw %}\nb", "{% raw %}{% endraw %}", "{%+ raw %} x {%+ endraw %}", "a  {%- if true -%}  b  {%- endif -%}  c", "a  {{- 1 -}}  b", "a  {#- c -#}  b", "a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  {%+ if true %}\n  b\n  {%+ endif +%}\nc\n", "a\n  {{ 1 }}\n  b", "a\n  {# c #}\nb", "a\n\t {%- if true %}\nb{% endif %}\n\n\nc", "x {% if true %} y {% endif %} z",
    "  {% if true %}  x{% endif %}", "\n\n{% if true %}\n\nx\n\n{% endif %}\n\n", "a{% if true -%}\n\n  b\n{%- endif %}\n c", "a\r\nb\r{% if true %}\r\nc{% endif %}", "line\n", "line\n\n", "\n", "", " ", "{{ 'a\r\nb' }}", "{% set x = 1 %}\n{{ x }}\n", "{%set x=1%}{{x}}", "{{-1-}}", "{{- -1 }}", "{{+1}}", "{{ 1 -}}\n\nx", "{%-set x=1-%}  {{x}}", "a\u00a0{%- if true %}b{% endif %}", "a\u00a0\n\u2003{% if true %}b{% endif %}", "a {%- if true %}\u3000b{% endif -%}\u2003c", "{#- a -#}\n\n{#- b -#}\nx", "{# a\nb #}\nx", "{% if true %}\n{# c #}\nx\n{% endif %}", "{% if true %}{% endif %}\n  {% if true %}x{% endif %}",
    "{{ 1 }}\n{% if true %}\n  {{ 2 }}\n{% endif %}\n{{ 3 }}", "{%\n if true \n%}\nx{%\n endif %}", "{{\n1\n+\n2\n}}", "{% for x in [1, 2] %}\n{{ x }}\n{% endfor %}\nend", "{%- for x in [1, 2] -%}\n{{ x }}\n{%- endfor -%}\nend", "{% do x %}", "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.next() }}", "{% set j = joiner('; ') %}{{ j() }}a{{ j() }}b{{ j() }}c",
    "{% set f = text.upper %}{{ f() }}", "{% set d = dict(a=1) %}{{ d.a }}{% set d = dict(d, b=2) %}{{ d }}", "{% set l = [] %}{% set l = l + [1] %}{% set l = l + [2] %}{{ l }}", "{{ raise_exception('exact: ' ~ quotes ~ '\n x') }}", "{% if users[0].role != 'system' %}{{ raise_exception('System role missing') }}{% endif %}", "{% for u in users %}{% if u.nosuch.x %}{% endif %}{% endfor %}", "a{% if yes %}{{ none.a.b }}{% endif %}", "{% set a = 1 %}{% if a is defined and a %}{{ a }}{% endif %}", "{{ users|map(attribute='name')|join(', ') }}", "{% set role = users[-1]['role'] if users else '' %}{{ role }}", "{% set x = users[1:] %}{{ x|length }}{{ x[0].name }}",
    "{% for m in users[::-1] %}{{ m.name }}{% if not loop.last %},{% endif %}{% endfor %}", "{% set i = namespace(x=0) %}{% for m in users %}{% if m.role == 'user' and loop.index0 > i.x %}{% set i.x = loop.index0 %}{% endif %}{% endfor %}{{ i.x }}", "{{ '\\n' ~ 'a\nb' }}", "{{ \"{{ 'x' }}\" }}", "{% set ns = namespace(a=namespace(b=1)) %}{{ ns.a.b }}{% set n2 = ns.a %}{% set n2.b = 2 %}{{ ns.a.b }}", "{% for k, v in {'a': [1, 2]}|items %}{{ k }}{{ v|sum }}{% endfor %}", "{% for x in (1, 2), 3 %}{{ x }};{% endfor %}", "{% for x in 1, 2 %}{{ x }}{% endfor %}", "{% for x, in [(1,)] %}{{ x }}{% endfor %}", "{% for grouper, list in users|groupby('role') %}{{ grouper }}:{{ list|length }} {% endfor %}",
    "{% set recursive = 1 %}{{ recursive }}", "{% for x in [[1, 2], [3]] %}{% set y = x|first %}{{ y }}{% for z in x if z != y %}{{ z }}{% endfor %}{% endfor %}", "{{ [1, 2]|map('string')|map('upper')|join }}", "{% set a = 'x' %}{% set b %}{{ a }}{% set a = 'y' %}{{ a }}{% endset %}{{ a }}{{ b }}", "{{ namespace(a=1).b is defined }}{{ namespace(a=1).b }}", "{% set ns = namespace() %}{% set ns.items = 1 %}{{ ns.items }}", "{% set m = {'a': 1} %}{% for k in m if m[k] == 1 %}{{ k }}{% endfor %}", "{{ 'x' if none else 'y' }}{{ 'x' if [] else 'y' }}{{ 'x' if [0] else 'y' }}", "{{ (users|first).address.city }}", "{{ (users|last).address.city }}",
]


def sources():
    yield from TEMPLATES
    for left, operator, right in itertools.product(OPERANDS, OPERATORS, OPERANDS):
        yield "{{ %s %s %s }}" % (left, operator, right)
    for value, test in itertools.product(VALUES, TESTS):
        yield "{{ %s is %s }}" % (value if "|" not in value else f"({value})", test)
    for value, name in itertools.product(VALUES, FILTERS):
        if "map(" in value and name == "wordcount":
            continue
        yield "{{ %s|%s }}" % (value, name)
    for value, key in itertools.product(SUBSCRIPTED, SUBSCRIPTS):
        yield "{{ %s[%s] }}" % (value if "|" not in value else f"({value})", key)
    for expression in LITERALS + STRING_METHODS + CONTAINER_METHODS + FILTER_CALLS + REPRS:
        yield "{{ %s }}" % expression


def main():
    env = environment()
    rows = []
    for source in dict.fromkeys(sources()):
        found = outcome(env, source, copy.deepcopy(INPUTS))  # jinja2's indent changes a list that it is given
        text = found.get("expected", "")
        if "generator object" in text.lower() or " at 0x" in text:  # an address, which no two runs print alike
            continue
        if text.startswith("(") and text.endswith("j)"):  # complex numbers are left out on purpose
            continue
        if "expected" in found:
            rows.append([source, text])
        elif found["error_type"] == "TemplateError":
            rows.append([source, "raised", found["error"]])
        elif found["error_type"] == "TemplateSyntaxError":
            rows.append([source, "malformed", ""])
        else:
            rows.append([source, "failed", ""])
    lines = ",\n".join(json.dumps(row, ensure_ascii=True) for row in rows)
    target = pathlib.Path(__file__).resolve().parents[2] / "resources" / "chat" / "expressions.json"
    inputs = json.dumps(INPUTS, ensure_ascii=True)
    target.write_text('{"now": "%s",\n"inputs": %s,\n"rows": [\n%s\n]}\n' % (NOW.isoformat(), inputs, lines))
    print(len(rows), "rows,", sum(len(row) == 3 for row in rows), "errors")


if __name__ == "__main__":
    main()
