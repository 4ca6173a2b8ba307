//! Tools that a model may call: declared, decoded while the model writes, answered.
//!
//! The syntax is that of the model's family: Hermes's, JSON between `<tool_call>` tags, or Llama 3's,
//! an answer that is JSON. `#[inferlet::tool]` makes a tool of a function.

use crate::bindings::pie4j::inferlet::models::ChatMessage;
use crate::error::{Error, Result};
use crate::model::Model;
use serde_json::{json, Map, Value};

/// Bytes that one call may have.
const CALL_MOST: usize = 16 << 10;

const OPEN: &str = "<tool_call>";
const CLOSE: &str = "</tool_call>";
const PYTHON: &str = "<|python_tag|>";

/// Something that a model may call; `#[inferlet::tool]` makes one of a function.
pub trait Tool {
    /// What the model calls it.
    fn name(&self) -> &'static str;
    /// What it does, for the model.
    fn description(&self) -> &'static str;
    /// JSON Schema of its arguments.
    fn parameters(&self) -> String;
}

/// The system message that declares tools, in the model's own syntax.
pub fn declaration(model: &Model, tools: &[&dyn Tool]) -> Result<String> {
    let mut declared = Vec::new();
    for tool in tools {
        let parameters: Value = serde_json::from_str(&tool.parameters())
            .map_err(|wrong| Error::new(format!("tool {}: {wrong}", tool.name())))?;
        let function = json!({"name": tool.name(), "description": tool.description(), "parameters": parameters});
        declared.push(json!({"type": "function", "function": function}).to_string());
    }
    Ok(if is_llama(model) {
        format!(
            "Environment: ipython\n\nYou have access to the following functions. To call a function, \
             please respond with JSON for a function call. Respond in the format {{\"name\": function \
             name, \"parameters\": dictionary of argument name and its value}}. Do not use variables.\n\n{}",
            declared.join("\n\n")
        )
    } else {
        format!(
            "# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are \
             provided with function signatures within <tools></tools> XML tags:\n<tools>\n{}\n</tools>\n\n\
             For each function call, return a json object with function name and arguments within \
             {OPEN}{CLOSE} XML tags:\n{OPEN}\n{{\"name\": <function-name>, \"arguments\": \
             <args-json-object>}}\n{CLOSE}",
            declared.join("\n")
        )
    })
}

/// The tokens behind an answer that ended with a call: the call's result, and the cue to go on.
pub fn answer_prefix(model: &Model, name: &str, result: &str) -> Vec<u32> {
    let knows_tools = ["'tool'", "\"tool\""]
        .iter()
        .any(|role| model.chat_template().contains(role));
    let answer = if knows_tools {
        message("tool", result)
    } else {
        message(
            "user",
            &format!("<tool_response>\n{result}\n</tool_response>"),
        )
    };
    let mut mark = format!("TheCallOf{name}");
    while result.contains(&mark) {
        mark.push('X');
    }
    let turns = [message("user", "-"), message("assistant", &mark), answer];
    let whole = model.format_chat(&turns, true).unwrap_or_default();
    let behind = whole.split_once(&mark).map_or("", |(_, behind)| behind);
    model.tokenize_with_special(behind)
}

fn message(role: &str, content: &str) -> ChatMessage {
    ChatMessage {
        role: role.into(),
        content: content.into(),
    }
}

fn is_llama(model: &Model) -> bool {
    let template = model.chat_template();
    template.contains("ipython") && !template.contains(OPEN)
}

/// What tokens brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Nothing that is complete, or text.
    Text,
    /// A whole call: the tool's name and its arguments as JSON.
    Call(String, String),
}

/// Reads an answer as it is generated.
pub struct Decoder {
    model: Model,
    is_llama: bool,
    tokens: Vec<u32>,
    /// Bytes of the answer's text that are read.
    read: usize,
}

impl Decoder {
    /// For an answer of this model.
    pub fn new(model: &Model) -> Self {
        Self {
            model: model.clone(),
            is_llama: is_llama(model),
            tokens: Vec::new(),
            read: 0,
        }
    }

    /// The answer goes on; a call that is no good, or too long, is an error.
    pub fn feed(&mut self, tokens: &[u32]) -> Result<Event> {
        self.tokens.extend_from_slice(tokens);
        let text = self.model.detokenize_all(&self.tokens)?;
        let Some(rest) = text.get(self.read..) else {
            return Ok(Event::Text); // half a character
        };
        match find(rest, self.is_llama)? {
            Some((name, arguments, end)) => {
                self.read += end;
                Ok(Event::Call(name, arguments))
            }
            None => Ok(Event::Text),
        }
    }
}

/// The first whole call of a text and where it ends.
fn find(text: &str, is_llama: bool) -> Result<Option<(String, String, usize)>> {
    let (start, call) = if is_llama {
        let trimmed = text.trim_start();
        let start = text.len() - trimmed.len();
        let tag = if trimmed.starts_with(PYTHON) {
            PYTHON.len()
        } else {
            0
        };
        (start + tag, trimmed[tag..].trim_start())
    } else {
        match text.find(OPEN) {
            Some(at) => (at + OPEN.len(), &text[at + OPEN.len()..]),
            None => return Ok(None),
        }
    };
    if call.len() > CALL_MOST {
        return Err(Error::new(format!(
            "the call is longer than {CALL_MOST} bytes"
        )));
    }
    if is_llama {
        if !call.starts_with('{') {
            return Ok(None);
        }
        let mut values = serde_json::Deserializer::from_str(call).into_iter::<Value>();
        return match values.next() {
            Some(Ok(value)) => {
                let end = text.len() - call.len() + values.byte_offset();
                parts(value).map(|(name, arguments)| Some((name, arguments, end)))
            }
            Some(Err(wrong)) if !wrong.is_eof() => Err(no_json(&wrong)),
            _ => Ok(None),
        };
    }
    let Some(end) = call.find(CLOSE) else {
        return Ok(None);
    };
    let value = serde_json::from_str(&call[..end]).map_err(|wrong| no_json(&wrong))?;
    let (name, arguments) = parts(value)?;
    Ok(Some((name, arguments, start + end + CLOSE.len())))
}

fn no_json(wrong: &serde_json::Error) -> Error {
    Error::new(format!("the call is not JSON: {wrong}"))
}

fn parts(call: Value) -> Result<(String, String)> {
    let name = call["name"]
        .as_str()
        .ok_or_else(|| Error::new("a call must have a string 'name'"))?;
    let given = call.get("arguments").or_else(|| call.get("parameters"));
    let arguments = match given {
        None => "{}".to_string(),
        Some(Value::String(text)) => text.clone(),
        Some(object @ Value::Object(_)) => object.to_string(),
        Some(_) => return Err(Error::new("the arguments of a call must be a JSON object")),
    };
    Ok((name.to_string(), arguments))
}

/// The arguments of a call; `#[inferlet::tool]` reads them.
pub struct Given {
    tool: &'static str,
    values: Map<String, Value>,
}

impl Given {
    /// Of JSON.
    pub fn parse(tool: &'static str, arguments: &str) -> Result<Self, String> {
        match serde_json::from_str(arguments) {
            Ok(Value::Object(values)) => Ok(Self { tool, values }),
            Ok(_) => Err(format!("{tool}: the arguments must be a JSON object")),
            Err(wrong) => Err(format!("{tool}: the arguments are not JSON: {wrong}")),
        }
    }

    /// One of them.
    pub fn get<T: Argument>(&self, name: &str) -> Result<T, String> {
        T::read(self.values.get(name).unwrap_or(&Value::Null)).ok_or_else(|| {
            match self.values.get(name) {
                None => format!("{}: argument '{name}' is missing", self.tool),
                Some(found) => format!(
                    "{}: argument '{name}' must be of type {}, is {found}",
                    self.tool,
                    T::TYPE
                ),
            }
        })
    }
}

/// A type that a tool's parameter may have.
pub trait Argument: Sized {
    /// In JSON Schema.
    const TYPE: &'static str;
    /// Whether it must be given.
    const REQUIRED: bool = true;
    /// Its value, if this is one; models at times write numbers as text.
    fn read(value: &Value) -> Option<Self>;
}

impl Argument for String {
    const TYPE: &'static str = "string";

    fn read(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_string)
    }
}

impl Argument for bool {
    const TYPE: &'static str = "boolean";

    fn read(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

impl<T: Argument> Argument for Option<T> {
    const TYPE: &'static str = T::TYPE;
    const REQUIRED: bool = false;

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            given => T::read(given).map(Some),
        }
    }
}

macro_rules! numbers {
    ($($type:ty => $name:literal),*) => {
        $(impl Argument for $type {
            const TYPE: &'static str = $name;

            fn read(value: &Value) -> Option<Self> {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
                text.trim().parse().ok()
            }
        })*
    };
}

numbers! { i32 => "integer", i64 => "integer", u32 => "integer", u64 => "integer", usize => "integer", f32 => "number", f64 => "number" }

/// JSON Schema of a parameter list; `#[inferlet::tool]` calls it.
pub fn schema(parameters: &[(&str, &str, bool)]) -> String {
    let mut properties = Map::new();
    for (name, kind, _) in parameters {
        properties.insert((*name).into(), json!({ "type": kind }));
    }
    let required: Vec<&str> = parameters
        .iter()
        .filter(|(_, _, required)| *required)
        .map(|(name, _, _)| *name)
        .collect();
    json!({"type": "object", "properties": properties, "required": required}).to_string()
}

#[cfg(test)]
mod tests {
    use super::{find, schema, Given};

    #[test]
    fn calls_are_found_when_they_are_whole() {
        let text =
            "I look.<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call> more";
        let (name, arguments, end) = find(text, false).unwrap().unwrap();
        assert_eq!((name.as_str(), arguments.as_str()), ("add", "{\"a\":1}"));
        assert_eq!(&text[end..], " more");
        assert!(find(&text[..40], false).unwrap().is_none());
        assert!(find("<tool_call>{]</tool_call>", false).is_err());
        assert!(find("<tool_call>{}</tool_call>", false).is_err());
    }

    #[test]
    fn llama_answers_with_json() {
        let text = "<|python_tag|>{\"name\": \"f\", \"parameters\": {}}; more";
        let (name, arguments, end) = find(text, true).unwrap().unwrap();
        assert_eq!((name.as_str(), arguments.as_str()), ("f", "{}"));
        assert_eq!(&text[end..], "; more");
        assert!(find("{\"name\": \"f\"", true).unwrap().is_none());
        assert!(find("An answer.", true).unwrap().is_none());
        assert!(find("{name}", true).is_err());
    }

    #[test]
    fn arguments_are_read_by_type() {
        let given = Given::parse("f", "{\"n\": \"7\", \"x\": 1.5, \"t\": \"a\"}").unwrap();
        assert_eq!(given.get::<i64>("n"), Ok(7));
        assert_eq!(given.get::<f64>("x"), Ok(1.5));
        assert_eq!(given.get::<Option<bool>>("b"), Ok(None));
        assert_eq!(
            given.get::<i64>("t"),
            Err("f: argument 't' must be of type integer, is \"a\"".into())
        );
        assert_eq!(
            given.get::<String>("q"),
            Err("f: argument 'q' is missing".into())
        );
        assert!(Given::parse("f", "[]").is_err());
    }

    #[test]
    fn schemas_say_what_is_required() {
        assert_eq!(
            schema(&[("q", "string", true), ("n", "integer", false)]),
            "{\"properties\":{\"n\":{\"type\":\"integer\"},\"q\":{\"type\":\"string\"}},\"required\":[\"q\"],\"type\":\"object\"}"
        );
    }
}
