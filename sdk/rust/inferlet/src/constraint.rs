//! Text that keeps a regular expression, a JSON Schema, or is any JSON: an automaton over the bytes
//! of the model's tokens (Willard and Louf, arXiv:2307.09702), with stacks for what nests (Dong et
//! al., arXiv:2411.15100).

mod grammar;
mod regex;
mod schema;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::sampler::{Distribution, Sample, Sampler};
use grammar::Grammar;
use std::collections::HashMap;

/// How many of the most likely tokens are looked at before all that are allowed.
const CANDIDATES: u32 = 64;

/// Tokens by which an ending may turn out longer than it looked.
const SLACK: usize = 16;

/// Bytes of a token, at most, that is written without the model's choice.
const LONGEST: usize = 16;

/// What a text must be.
pub struct Constraint {
    grammar: Grammar,
}

/// A text that was generated under a constraint; it always keeps it.
pub struct Constrained {
    /// All of it.
    pub text: String,
    /// Its tokens, without the stop token; the context holds them.
    pub tokens: Vec<u32>,
    /// How many of the last tokens the model had no choice in, for the text had to end.
    pub closing: usize,
}

impl Constraint {
    /// A regular expression for the whole text.
    pub fn regex(pattern: &str) -> Result<Self> {
        Ok(Self {
            grammar: Grammar::new(regex::regex(pattern)?)?,
        })
    }

    /// A JSON Schema, as JSON; so many spaces may stand in a row between marks.
    pub fn json_schema(schema: &str, spaces: usize) -> Result<Self> {
        Ok(Self {
            grammar: Grammar::new(schema::schema(schema, spaces)?)?,
        })
    }

    /// Any JSON.
    pub fn json() -> Result<Self> {
        Ok(Self {
            grammar: Grammar::new(schema::json())?,
        })
    }

    /// Whether a text keeps it.
    pub fn allows(&mut self, text: &str) -> bool {
        match self.grammar.walk(0, text.as_bytes()) {
            Ok(Some(state)) => self.grammar.may_end(state),
            _ => false,
        }
    }

    /// Generates until the text is whole and nothing can follow, or the model stops where it may;
    /// near `max_tokens` the shortest ending is written instead.
    pub async fn generate(
        &mut self,
        context: &mut Context,
        sampler: &Sampler,
        max_tokens: usize,
        mut on_text: impl FnMut(&str),
    ) -> Result<Constrained> {
        let vocabulary = Vocabulary::new(context.model());
        let mut tokens = Vec::new();
        let mut written = Vec::new();
        let mut shown = 0;
        let mut closing = 0;
        let mut state = 0;
        while self.grammar.can_go_on(state) {
            let Some(token) = self.choose(context, &vocabulary, state, sampler).await? else {
                break; // the model stops, where it may
            };
            let Some(next) = self.grammar.walk(state, vocabulary.bytes(token))? else {
                break;
            };
            let left = max_tokens.saturating_sub(tokens.len() + 1);
            let added = if self.grammar.left(next).saturating_add(SLACK) > left {
                let ending = vocabulary.tokens_of(&self.grammar.ending(state)?)?;
                closing = ending.len();
                ending
            } else {
                vec![token]
            };
            context.fill_tokens(&added);
            for token in added {
                tokens.push(token);
                written.extend_from_slice(vocabulary.bytes(token));
            }
            let whole = whole_characters(&written);
            if whole > shown {
                on_text(&String::from_utf8_lossy(&written[shown..whole]));
                shown = whole;
            }
            if closing > 0 {
                break;
            }
            state = next;
        }
        if shown < written.len() {
            on_text(&String::from_utf8_lossy(&written[shown..]));
        }
        Ok(Constrained {
            text: String::from_utf8_lossy(&written).into_owned(),
            tokens,
            closing,
        })
    }

    /// An allowed token; none if the model stops.
    async fn choose(
        &mut self,
        context: &mut Context,
        vocabulary: &Vocabulary,
        state: usize,
        sampler: &Sampler,
    ) -> Result<Option<u32>> {
        let wanted = sampler.candidates();
        let given = context.try_decode_step_dist(CANDIDATES.max(wanted)).await?;
        let mut allowed = Distribution {
            ids: Vec::new(),
            probs: Vec::new(),
        };
        for (&token, &probability) in given.ids.iter().zip(&given.probs) {
            if allowed.ids.len() < wanted as usize && self.takes(vocabulary, state, token)? {
                allowed.ids.push(token);
                allowed.probs.push(probability);
            }
        }
        let token = if allowed.ids.is_empty() {
            let mask = self.mask(vocabulary, state)?;
            let likeliest = Sampler::Custom {
                temperature: 0.0,
                sampler: Box::new(Masked(mask)),
            };
            context.try_decode_step(&likeliest).await?
        } else {
            sampler.choose(&allowed)
        };
        Ok((!vocabulary.bytes(token).is_empty()).then_some(token))
    }

    fn takes(&mut self, vocabulary: &Vocabulary, state: usize, token: u32) -> Result<bool> {
        let bytes = vocabulary.bytes(token);
        if bytes.is_empty() {
            return Ok(self.grammar.may_end(state) && vocabulary.stops.contains(&token));
        }
        Ok(self.grammar.walk(state, bytes)?.is_some())
    }

    /// Run lengths over the vocabulary, forbidden first.
    fn mask(&mut self, vocabulary: &Vocabulary, state: usize) -> Result<Vec<u32>> {
        let mut runs = vec![0];
        for token in 0..vocabulary.bytes.len() as u32 {
            if self.takes(vocabulary, state, token)? != (runs.len() % 2 == 0) {
                runs.push(0);
            }
            if let Some(last) = runs.last_mut() {
                *last += 1;
            }
        }
        Ok(runs)
    }
}

/// The engine's own choice among the tokens of a mask.
struct Masked(Vec<u32>);

impl Sample for Masked {
    fn sample(&self, ids: &[u32], _: &[f32]) -> u32 {
        ids[0]
    }

    fn allowed(&self) -> Result<Option<Vec<u32>>> {
        Ok(Some(self.0.clone()))
    }
}

/// The bytes of a model's tokens; special ones have none.
struct Vocabulary {
    bytes: Vec<Vec<u8>>,
    stops: Vec<u32>,
    by_bytes: HashMap<Vec<u8>, u32>,
}

impl Vocabulary {
    fn new(model: &Model) -> Self {
        let tokenizer = model.tokenizer();
        let mut bytes = tokenizer.get_vocabs();
        for (token, _) in tokenizer.get_special_tokens() {
            bytes[token as usize].clear();
        }
        let by_bytes = (0..).zip(&bytes).map(|(token, of)| (of.clone(), token));
        Self {
            by_bytes: by_bytes.collect(),
            bytes,
            stops: model.stop_tokens(),
        }
    }

    fn bytes(&self, token: u32) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], Vec::as_slice)
    }

    /// Some tokens that have these bytes, the longest first.
    fn tokens_of(&self, mut text: &[u8]) -> Result<Vec<u32>> {
        let mut tokens = Vec::new();
        while !text.is_empty() {
            let most = text.len().min(LONGEST);
            let found = (1..=most)
                .rev()
                .find_map(|length| Some((length, *self.by_bytes.get(&text[..length])?)));
            let Some((length, token)) = found else {
                return Err(Error::new(format!(
                    "the vocabulary has no token for byte {}",
                    text[0]
                )));
            };
            tokens.push(token);
            text = &text[length..];
        }
        Ok(tokens)
    }
}

/// How many bytes at the beginning are whole characters, or no characters at all.
fn whole_characters(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(half) if half.error_len().is_none() => half.valid_up_to(),
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::Constraint;

    fn check(constraint: crate::Result<Constraint>, good: &[&str], bad: &[&str]) {
        let mut constraint = constraint.unwrap();
        for text in good {
            assert!(constraint.allows(text), "{text}");
        }
        for text in bad {
            assert!(!constraint.allows(text), "{text}");
        }
    }

    #[test]
    fn regular_expressions() {
        check(Constraint::regex("a*b?"), &["", "aab", "b"], &["ba", "c"]);
        check(
            Constraint::regex("(?:a|b)+x{2,3}"),
            &["abxx", "axxx"],
            &["ax", "xx"],
        );
        check(
            Constraint::regex("[ä-ö日]本?[^a-z]"),
            &["ä1", "日本本"],
            &["ä", "日a"],
        );
        check(
            Constraint::regex(r"\d\w\s\x41."),
            &["1_ Aé"],
            &["1_ A\n", "aa Ab"],
        );
        assert!(Constraint::regex("(a").is_err());
        assert!(Constraint::regex("a{3,2}").is_err());
    }

    #[test]
    fn json_and_schemas() {
        let good = [
            "{\"a\": [1, -2.5e3, true, null], \"b\": {}}",
            "[]",
            "\"\\u00e4 ä\"",
            "0",
        ];
        check(Constraint::json(), &good, &["{a: 1}", "[1,2]", "01", "\""]);
        let schema = r##"{"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "maxLength": 3},
            "age": {"type": "integer", "minimum": -5, "maximum": 120},
            "kind": {"enum": ["cat", 7]},
            "parts": {"type": "array", "items": {"$ref": "#"}, "maxItems": 2}}}"##;
        check(
            Constraint::json_schema(schema, 1),
            &[
                "{\"name\":\"Max\"}",
                "{\"age\": -5, \"name\": \"ä\"}",
                "{\"kind\":7,\"name\":\"\",\"parts\":[{\"name\":\"x\"},{\"name\":\"y\"}]}",
            ],
            &[
                "{\"age\":1}",
                "{\"name\":\"Anna\"}",
                "{\"name\":\"\",\"age\":121}",
                "{\"name\":\"\",\"x\":1}",
            ],
        );
        for number in -130_i32..130 {
            let mut within =
                Constraint::json_schema(r#"{"type":"integer","minimum":-7,"maximum":113}"#, 1)
                    .unwrap();
            assert_eq!(
                within.allows(&number.to_string()),
                (-7..=113).contains(&number),
                "{number}"
            );
        }
        assert!(Constraint::json_schema("{\"not\": {}}", 1).is_err());
    }
}
