//! JSON, and JSON that keeps a schema: what is generated is always valid, though not everything that
//! is valid is generated.

use super::grammar::{bytes, nothing, one, row, rule, times, Expression};
use super::regex::{characters, literal, others, regex};
use crate::error::{Error, Result};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

const KEYWORDS: &[&str] = &[
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "$ref",
];

/// Keywords that constrain nothing.
const REMARKS: &[&str] = &[
    "title",
    "description",
    "$schema",
    "$id",
    "$defs",
    "definitions",
    "default",
    "examples",
    "$comment",
    "deprecated",
];

/// Members of one object: each order of them is allowed.
const MEMBERS_MOST: usize = 24;
const INTEGER: &str = "-?(?:0|[1-9][0-9]{0,15})";
const NUMBER: &str = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?";
const INTEGER_MOST: i64 = 999_999_999_999_999;

/// A pattern of this file's own.
fn known(pattern: &str) -> Expression {
    regex(pattern).expect("a regular expression")
}

fn string(least: usize, most: Option<usize>) -> Expression {
    let character = rule(|| {
        let plain = others(vec![(0, 0x1f), (0x22, 0x22), (0x5c, 0x5c)]);
        one(vec![
            characters(&plain),
            known(r#"\\(?:["\\/bfnrt]|u[0-9a-c][0-9a-f]{3})"#),
        ])
    });
    row(vec![
        bytes(b'"', b'"'),
        times(&character, least, most),
        bytes(b'"', b'"'),
    ])
}

thread_local! {
    // One, so that it meets itself within itself.
    static JSON: Expression = rule(|| {
        let member = row(vec![string(0, None), literal(": "), json()]);
        one(vec![
            row(vec![literal("{"), separated(member), literal("}")]),
            row(vec![literal("["), separated(json()), literal("]")]),
            string(0, None),
            known(NUMBER),
            literal("true"),
            literal("false"),
            literal("null"),
        ])
    });
}

/// Any JSON, with a space behind commas and colons.
pub fn json() -> Expression {
    JSON.with(Expression::clone)
}

fn separated(item: Expression) -> Expression {
    let more = row(vec![literal(", "), item.clone()]);
    one(vec![row(vec![item, times(&more, 0, None)]), nothing()])
}

/// What a schema allows; so many spaces may stand in a row between marks.
pub fn schema(text: &str, spaces: usize) -> Result<Expression> {
    let root: Value = serde_json::from_str(text)
        .map_err(|wrong| Error::new(format!("JSON Schema: it is not JSON: {wrong}")))?;
    let reader = Rc::new(Reader {
        space: times(&bytes(b' ', b' '), 0, Some(spaces)),
        root,
        references: RefCell::default(),
    });
    let root = reader.root.clone();
    reader.check(&root, "#")?;
    Ok(reader.read(&root))
}

struct Reader {
    root: Value,
    space: Expression,
    references: RefCell<HashMap<String, Expression>>,
}

fn fail<T>(place: &str, problem: &str) -> Result<T> {
    Err(Error::new(format!("JSON Schema, {place}: {problem}")))
}

fn number(schema: &Map<String, Value>, name: &str) -> Option<usize> {
    Some(schema.get(name)?.as_u64()? as usize)
}

fn types(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ if schema.contains_key("properties") => vec!["object"],
        _ => Vec::new(),
    }
}

impl Reader {
    /// Whether all of a schema is understood; what is read later cannot fail then.
    fn check(&self, schema: &Value, place: &str) -> Result<()> {
        let schema = match schema {
            Value::Bool(true) => return Ok(()),
            Value::Bool(false) => return fail(place, "nothing is allowed"),
            Value::Object(schema) => schema,
            _ => return fail(place, "a schema is an object, true or false"),
        };
        for (keyword, value) in schema {
            let inside = format!("{place}/{keyword}");
            match keyword.as_str() {
                "properties" | "$defs" | "definitions" => {
                    let Some(members) = value.as_object() else {
                        return fail(&inside, "it must be an object");
                    };
                    for (name, member) in members {
                        self.check(member, &format!("{inside}/{name}"))?;
                    }
                }
                "items" => self.check(value, &inside)?,
                "anyOf" | "oneOf" => {
                    for choice in value.as_array().map_or(&[][..], Vec::as_slice) {
                        self.check(choice, &inside)?;
                    }
                }
                "$ref" if self.target(value.as_str().unwrap_or_default()).is_none() => {
                    return fail(&inside, &format!("{value} is not in this schema"));
                }
                "pattern" => {
                    let pattern = value.as_str().unwrap_or_default();
                    if !pattern.starts_with('^') || !pattern.ends_with('$') {
                        return fail(&inside, "it must be of the form ^...$");
                    }
                    if schema.contains_key("minLength") || schema.contains_key("maxLength") {
                        return fail(&inside, "it is not held together with a length");
                    }
                    regex(pattern)?;
                }
                _ if !KEYWORDS.contains(&keyword.as_str())
                    && !REMARKS.contains(&keyword.as_str()) =>
                {
                    let held = KEYWORDS.join(", ");
                    return fail(
                        place,
                        &format!("the keyword '{keyword}' is not held; these are: {held}"),
                    );
                }
                _ => {}
            }
        }
        self.check_types(schema, place)
    }

    fn check_types(&self, schema: &Map<String, Value>, place: &str) -> Result<()> {
        let kinds = types(schema);
        for kind in &kinds {
            match *kind {
                "null" | "boolean" | "string" | "array" => {}
                "integer" => {
                    let (low, high) = bounds(schema);
                    if low > high {
                        return fail(place, &format!("no integer is from {low} to {high}"));
                    }
                }
                "number" if schema.contains_key("minimum") || schema.contains_key("maximum") => {
                    return fail(place, "bounds are held for 'integer' only");
                }
                "number" => {}
                "object" => {
                    let none = Map::new();
                    let members = schema.get("properties").and_then(Value::as_object);
                    let members = members.unwrap_or(&none);
                    if members.len() > MEMBERS_MOST {
                        return fail(
                            place,
                            &format!("at most {MEMBERS_MOST} properties, found {}", members.len()),
                        );
                    }
                    for name in required(schema) {
                        if !members.contains_key(name) {
                            return fail(
                                place,
                                &format!("the required '{name}' is not among the properties"),
                            );
                        }
                    }
                }
                _ => return fail(place, &format!("there is no type '{kind}'")),
            }
        }
        let chooses = ["const", "enum", "anyOf", "oneOf", "$ref"];
        if kinds.is_empty() && !chooses.iter().any(|keyword| schema.contains_key(*keyword)) {
            if let Some(keyword) = schema
                .keys()
                .find(|keyword| !REMARKS.contains(&keyword.as_str()))
            {
                return fail(place, &format!("'{keyword}' needs a 'type' beside it"));
            }
        }
        Ok(())
    }

    fn target(&self, pointer: &str) -> Option<&Value> {
        self.root.pointer(pointer.strip_prefix('#')?)
    }

    /// A schema that was checked.
    fn read(self: &Rc<Self>, schema: &Value) -> Expression {
        let Some(schema) = schema.as_object() else {
            return json();
        };
        if let Some(pointer) = schema.get("$ref").and_then(Value::as_str) {
            return self.reference(pointer);
        }
        if let Some(value) = schema.get("const") {
            return literal(&value.to_string());
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return one(values
                .iter()
                .map(|value| literal(&value.to_string()))
                .collect());
        }
        let choices = schema.get("anyOf").or_else(|| schema.get("oneOf"));
        if let Some(choices) = choices.and_then(Value::as_array) {
            return one(choices.iter().map(|choice| self.read(choice)).collect());
        }
        let kinds = types(schema);
        if kinds.is_empty() {
            return json();
        }
        one(kinds.iter().map(|kind| self.typed(kind, schema)).collect())
    }

    fn reference(self: &Rc<Self>, pointer: &str) -> Expression {
        if let Some(known) = self.references.borrow().get(pointer) {
            return known.clone();
        }
        let (reader, target) = (self.clone(), pointer.to_string());
        let made = rule(move || match reader.target(&target) {
            Some(schema) => reader.read(schema),
            None => nothing(),
        });
        self.references
            .borrow_mut()
            .insert(pointer.to_string(), made.clone());
        made
    }

    fn typed(self: &Rc<Self>, kind: &str, schema: &Map<String, Value>) -> Expression {
        match kind {
            "null" => literal("null"),
            "boolean" => one(vec![literal("true"), literal("false")]),
            "integer" if schema.contains_key("minimum") || schema.contains_key("maximum") => {
                let (low, high) = bounds(schema);
                integers(low, high)
            }
            "integer" => known(INTEGER),
            "number" => known(NUMBER),
            "string" => match schema.get("pattern").and_then(Value::as_str) {
                Some(pattern) => row(vec![bytes(b'"', b'"'), known(pattern), bytes(b'"', b'"')]),
                None => string(
                    number(schema, "minLength").unwrap_or(0),
                    number(schema, "maxLength"),
                ),
            },
            "array" => {
                let item = self.read(schema.get("items").unwrap_or(&Value::Bool(true)));
                let (least, most) = (number(schema, "minItems"), number(schema, "maxItems"));
                self.array(item, least.unwrap_or(0), most)
            }
            _ => self.object(schema),
        }
    }

    fn array(&self, item: Expression, least: usize, most: Option<usize>) -> Expression {
        let space = || self.space.clone();
        let open = row(vec![literal("["), space()]);
        let more = row(vec![space(), literal(","), space(), item.clone()]);
        let mut parts = Vec::new();
        if most != Some(0) {
            let behind = times(&more, least.saturating_sub(1), most.map(|most| most - 1));
            parts.push(row(vec![open.clone(), item, behind, space(), literal("]")]));
        }
        if least == 0 {
            parts.push(row(vec![open, literal("]")]));
        }
        one(parts)
    }

    /// Members in any order: what is missing is part of the rule.
    fn object(self: &Rc<Self>, schema: &Map<String, Value>) -> Expression {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        let must: Vec<&str> = required(schema).collect();
        let mut members = Vec::new();
        for (name, value) in properties.unwrap_or(&none) {
            let (reader, value) = (self.clone(), value.clone());
            members.push(Member {
                expression: row(vec![
                    literal(&Value::from(name.as_str()).to_string()),
                    self.space.clone(),
                    literal(":"),
                    self.space.clone(),
                    rule(move || reader.read(&value)),
                ]),
                is_required: must.contains(&name.as_str()),
            });
        }
        let all = (1_u32 << members.len()) - 1;
        let object = Rc::new(Members {
            members,
            all,
            space: self.space.clone(),
            known: RefCell::default(),
        });
        row(vec![literal("{"), self.space.clone(), object.left(all)])
    }
}

struct Member {
    expression: Expression,
    is_required: bool,
}

struct Members {
    members: Vec<Member>,
    all: u32,
    space: Expression,
    known: RefCell<HashMap<u32, Expression>>,
}

impl Members {
    /// What may come while these are missing.
    fn left(self: &Rc<Self>, missing: u32) -> Expression {
        if let Some(known) = self.known.borrow().get(&missing) {
            return known.clone();
        }
        let own = self.clone();
        let made = rule(move || own.made(missing));
        self.known.borrow_mut().insert(missing, made.clone());
        made
    }

    fn made(self: &Rc<Self>, missing: u32) -> Expression {
        let is_first = missing == self.all;
        let space = || self.space.clone();
        let mut parts = Vec::new();
        let mut may_end = true;
        for (index, member) in self.members.iter().enumerate() {
            if missing >> index & 1 == 1 {
                may_end &= !member.is_required;
                let comma = match is_first {
                    true => nothing(),
                    false => row(vec![space(), literal(","), space()]),
                };
                let rest = self.left(missing & !(1 << index));
                parts.push(row(vec![comma, member.expression.clone(), rest]));
            }
        }
        if may_end {
            let before = if is_first { nothing() } else { space() };
            parts.push(row(vec![before, literal("}")]));
        }
        one(parts)
    }
}

fn required(schema: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str)
}

fn bounds(schema: &Map<String, Value>) -> (i64, i64) {
    let bound = |name, otherwise: i64, round: fn(f64) -> f64| {
        let found = schema.get(name).and_then(Value::as_f64);
        found.map_or(otherwise, |found| {
            (round(found) as i64).clamp(-INTEGER_MOST, INTEGER_MOST)
        })
    };
    (
        bound("minimum", -INTEGER_MOST, f64::ceil),
        bound("maximum", INTEGER_MOST, f64::floor),
    )
}

/// Whole numbers within bounds.
fn integers(low: i64, high: i64) -> Expression {
    let mut parts = Vec::new();
    if low < 0 {
        let negative = one(naturals(1.max(-high), -low));
        parts.push(row(vec![literal("-"), negative]));
    }
    if high >= 0 {
        parts.extend(naturals(low.max(0), high));
    }
    one(parts)
}

/// Numbers from one to another, for each number of digits.
fn naturals(low: i64, high: i64) -> Vec<Expression> {
    let digits = |number: i64| number.to_string().len() as u32;
    (digits(low)..=digits(high))
        .map(|count| {
            let least = if count == 1 { 0 } else { 10_i64.pow(count - 1) };
            let (from, to) = (low.max(least), high.min(10_i64.pow(count) - 1));
            same_length(from.to_string().as_bytes(), to.to_string().as_bytes())
        })
        .collect()
}

fn same_length(low: &[u8], high: &[u8]) -> Expression {
    let (Some((&first, low)), Some((&last, high))) = (low.split_first(), high.split_first()) else {
        return nothing();
    };
    if first == last {
        return row(vec![bytes(first, first), same_length(low, high)]);
    }
    let (zeros, nines) = (vec![b'0'; low.len()], vec![b'9'; low.len()]);
    let mut parts = vec![
        row(vec![bytes(first, first), same_length(low, &nines)]),
        row(vec![bytes(last, last), same_length(&zeros, high)]),
    ];
    if first + 1 < last {
        let rest = times(&bytes(b'0', b'9'), low.len(), Some(low.len()));
        parts.push(row(vec![bytes(first + 1, last - 1), rest]));
    }
    one(parts)
}
