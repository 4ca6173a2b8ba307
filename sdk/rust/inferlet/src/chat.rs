//! A conversation, written to a context's tokens by the model's chat template, piece by piece.
//!
//! Templates render whole conversations; what a context lacks is the end of such a rendering. The
//! model's own answers stay as generated: a template sees a mark in their place, and what it writes
//! behind the mark is what follows the answer.

use crate::bindings::pie4j::inferlet::models::ChatMessage;
use crate::error::{Error, Result};
use crate::model::Model;

const ROLES: [&str; 4] = ["system", "user", "assistant", "tool"];

/// One turn; the content of the model's own is what the tokens hold.
#[derive(Clone)]
struct Turn {
    role: &'static str,
    content: String,
    of_model: bool,
}

#[derive(Clone, Copy, Default)]
struct State {
    /// How many turns the tokens hold.
    written: usize,
    /// Whether the cue for an answer comes after them.
    cued: bool,
    /// How many tokens there were when the chat last wrote.
    end: usize,
}

#[derive(Clone, Default)]
pub(crate) struct Chat {
    turns: Vec<Turn>,
    now: State,
    /// What was before each time that the chat wrote, for going back.
    marks: Vec<State>,
}

impl Chat {
    /// The tokens behind the first `size` are gone, and so are messages among them.
    pub(crate) fn rewind(&mut self, size: usize) {
        while self.now.end > size {
            self.now = self.marks.pop().unwrap_or_default();
        }
        self.turns.truncate(self.now.written);
    }

    /// All of it, for [`Chat::parse`]: a line of numbers, then each turn with its content's length.
    pub(crate) fn to_text(&self) -> String {
        let now = self.now;
        let mut text = format!("{} {} {}\n", now.written, u8::from(now.cued), now.end);
        for turn in &self.turns {
            let model = u8::from(turn.of_model);
            text += &format!(
                "{} {model} {}\n{}",
                turn.role,
                turn.content.len(),
                turn.content
            );
        }
        text
    }

    /// What [`Chat::to_text`] gave; it cannot go back behind that time.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (numbers, mut rest) = text.split_once('\n')?;
        let mut numbers = numbers.split(' ').map(str::parse::<usize>);
        let mut number = || numbers.next()?.ok();
        let now = State {
            written: number()?,
            cued: number()? != 0,
            end: number()?,
        };
        let mut turns = Vec::new();
        while !rest.is_empty() {
            let (head, behind) = rest.split_once('\n')?;
            let mut words = head.split(' ');
            let role = words.next()?;
            let role = ROLES.into_iter().find(|known| *known == role);
            let of_model = words.next()? == "1";
            let length = words.next()?.parse().ok()?;
            let content = behind.get(..length)?.to_string();
            rest = &behind[length..];
            turns.push(Turn {
                role: role?,
                content,
                of_model,
            });
        }
        Some(Self {
            turns,
            now,
            marks: Vec::new(),
        })
    }

    /// Adds a message; nothing is written yet. If an answer was cued, it ends here, as it is.
    pub(crate) fn add(&mut self, role: &'static str, content: &str, tokens: usize) {
        let answers = role == "assistant" && tokens == self.now.end;
        if self.now.cued && self.now.written == self.turns.len() && !answers {
            self.turns.push(Turn {
                role: "assistant",
                content: String::new(),
                of_model: true,
            });
        }
        self.turns.push(Turn {
            role,
            content: content.to_string(),
            of_model: false,
        });
    }

    /// Writes the messages that the tokens lack, if any, and then the cue for an answer.
    pub(crate) fn write_pending(&mut self, model: &Model, tokens: &mut Vec<u32>) -> Result<()> {
        if self.now.written < self.turns.len() {
            self.write(model, tokens, true)?;
        }
        Ok(())
    }

    /// Writes the messages that the tokens lack and, if an answer comes next, its cue; none if other
    /// tokens were added since, as these begin the answer.
    pub(crate) fn write(
        &mut self,
        model: &Model,
        tokens: &mut Vec<u32>,
        answer_next: bool,
    ) -> Result<()> {
        let cue_missing = answer_next && !self.now.cued && tokens.len() == self.now.end;
        if self.turns.is_empty() || (self.now.written == self.turns.len() && !cue_missing) {
            return Ok(());
        }
        let mark = self.mark();
        let all = self.render(model, self.turns.len(), answer_next, &mark)?;
        if !answer_next
            && !self
                .render(model, self.turns.len(), true, &mark)?
                .starts_with(&all)
        {
            return Ok(()); // the template closes a conversation that nobody goes on with
        }
        if self.now.written < self.turns.len() && self.turns[self.now.written].of_model {
            let behind = self.behind_answer(model, &all, &mark)?;
            self.write_behind_answer(model, tokens, &behind)?;
        } else {
            let before = if self.now.written == 0 {
                String::new()
            } else {
                self.render(model, self.now.written, self.now.cued, &mark)?
            };
            let Some(more) = all.strip_prefix(before.as_str()) else {
                return Err(rewritten(model));
            };
            tokens.extend(model.tokenize_with_special(more));
        }
        self.marks.push(self.now);
        self.now = State {
            written: self.turns.len(),
            cued: answer_next,
            end: tokens.len(),
        };
        Ok(())
    }

    /// What the template writes behind the answer that is written next.
    fn behind_answer(&self, model: &Model, all: &str, mark: &str) -> Result<String> {
        let own = numbered(mark, self.now.written);
        let with_cue = self.render(model, self.now.written, true, mark)?;
        let without = self.render(model, self.now.written, false, mark)?;
        let before = common(&without, &with_cue);
        match all.split_once(&own) {
            Some((start, behind))
                if start.starts_with(before) && with_cue.starts_with(start.trim_end()) =>
            {
                Ok(behind.to_string())
            }
            _ => Err(rewritten(model)),
        }
    }

    /// If the answer ended by the token that the template writes behind it, that is there already.
    fn write_behind_answer(&self, model: &Model, tokens: &mut Vec<u32>, text: &str) -> Result<()> {
        let more = model.tokenize_with_special(text);
        let mut from = 0;
        if let Some(&last) = tokens.last().filter(|_| tokens.len() > self.now.end) {
            if model.stop_tokens().contains(&last) {
                let written = model.detokenize_all(&[last])?;
                if text.trim_start().starts_with(&written) {
                    from = more
                        .iter()
                        .position(|token| *token == last)
                        .map_or(0, |at| at + 1);
                }
            }
        }
        tokens.extend_from_slice(&more[from..]);
        Ok(())
    }

    fn render(&self, model: &Model, count: usize, cue: bool, mark: &str) -> Result<String> {
        let messages: Vec<ChatMessage> = self.turns[..count]
            .iter()
            .enumerate()
            .map(|(index, turn)| ChatMessage {
                role: turn.role.to_string(),
                content: if turn.of_model {
                    numbered(mark, index)
                } else {
                    turn.content.clone()
                },
            })
            .collect();
        model.format_chat(&messages, cue)
    }

    /// Letters that no message has, for no template changes letters.
    fn mark(&self) -> String {
        let mut mark = String::from("WhatTheModelSaid");
        while self.turns.iter().any(|turn| turn.content.contains(&mark)) {
            mark.push('X');
        }
        mark
    }
}

fn numbered(mark: &str, turn: usize) -> String {
    format!("{mark}In{turn}Th")
}

/// The beginning that both have.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let end = one
        .char_indices()
        .zip(other.chars())
        .find(|((_, a), b)| a != b)
        .map_or(one.len().min(other.len()), |((index, _), _)| index);
    &one[..end]
}

fn rewritten(model: &Model) -> Error {
    Error::new(format!(
        "the chat template of model {} rewrites earlier messages when later ones are added, so that a conversation cannot go on; begin a new context",
        model.name()
    ))
}

#[cfg(test)]
mod tests {
    use super::{common, Chat};

    #[test]
    fn a_conversation_is_written_and_read() {
        let mut chat = Chat::default();
        chat.add("system", "Be brief.\nBe \u{e4}.", 0);
        chat.now.cued = true;
        chat.now.written = 1;
        chat.add("user", "", 7);
        let text = chat.to_text();
        let read = Chat::parse(&text).unwrap();
        assert_eq!(read.to_text(), text);
        assert_eq!(read.turns.len(), 3);
        assert!(Chat::parse("1 0").is_none());
        assert!(Chat::parse("1 0 3\nuser 0 99\nshort").is_none());
    }

    #[test]
    fn the_common_beginning_ends_at_a_character() {
        assert_eq!(common("aäb", "aäc"), "aä");
        assert_eq!(common("aä", "aäc"), "aä");
        assert_eq!(common("x", "y"), "");
    }
}
