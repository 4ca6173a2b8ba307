//! What a text may be, byte by byte. A state is the set of all that may still come, each a list
//! whose tails are shared; states and transitions are made when a text first gets there.

use crate::error::{Error, Result};
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

const CELLS_MOST: usize = 200_000;
const STATES_MOST: usize = 20_000;
const ENDLESS: usize = usize::MAX;

pub type Expression = Rc<Node>;

type Making = Box<dyn Fn() -> Expression>;

/// What may come.
pub enum Node {
    Bytes(Box<[bool; 256]>),
    Row(Vec<Expression>),
    One(Vec<Expression>),
    Many(Expression),
    /// Made when a text gets there; so it may lead to itself, behind something else.
    Rule(Making, OnceCell<Expression>),
}

pub fn row(parts: Vec<Expression>) -> Expression {
    Rc::new(Node::Row(parts))
}

pub fn one(of: Vec<Expression>) -> Expression {
    Rc::new(Node::One(of))
}

pub fn many(of: Expression) -> Expression {
    Rc::new(Node::Many(of))
}

pub fn nothing() -> Expression {
    row(Vec::new())
}

pub fn rule(make: impl Fn() -> Expression + 'static) -> Expression {
    Rc::new(Node::Rule(Box::new(make), OnceCell::new()))
}

/// Bytes from one to another.
pub fn bytes(first: u8, last: u8) -> Expression {
    let mut allowed = Box::new([false; 256]);
    allowed[usize::from(first)..=usize::from(last)].fill(true);
    Rc::new(Node::Bytes(allowed))
}

/// From `least` to `most` times, or without end.
pub fn times(of: &Expression, least: usize, most: Option<usize>) -> Expression {
    let mut parts = vec![of.clone(); least];
    parts.push(match most {
        None => many(of.clone()),
        Some(most) => perhaps(of.clone(), most - least),
    });
    row(parts)
}

fn perhaps(of: Expression, left: usize) -> Expression {
    if left == 0 {
        return nothing();
    }
    let next = of.clone();
    let rest = rule(move || perhaps(next.clone(), left - 1));
    one(vec![nothing(), row(vec![of, rest])])
}

/// First one thing, then the rest, if there is one.
struct Cell {
    first: Expression,
    rest: Option<usize>,
    /// A bound on the bytes to its end.
    left: usize,
}

struct State {
    may_end: bool,
    cells: Vec<usize>,
    next: HashMap<u8, Option<usize>>,
}

/// An expression as an automaton; its first state is 0.
pub struct Grammar {
    cells: Vec<Cell>,
    known_cells: HashMap<(*const Node, Option<usize>), usize>,
    states: Vec<State>,
    known_states: HashMap<(bool, Vec<usize>), usize>,
    least: HashMap<*const Node, usize>,
    /// Keeps what is known by its address.
    kept: Vec<Expression>,
}

impl Grammar {
    pub fn new(whole: Expression) -> Result<Self> {
        let mut grammar = Self {
            cells: Vec::new(),
            known_cells: HashMap::new(),
            states: Vec::new(),
            known_states: HashMap::new(),
            least: HashMap::new(),
            kept: Vec::new(),
        };
        grammar.state(vec![(whole, None)])?;
        Ok(grammar)
    }

    pub fn may_end(&self, state: usize) -> bool {
        self.states[state].may_end
    }

    /// A bound on the bytes to an end.
    pub fn left(&self, state: usize) -> usize {
        let State { may_end, cells, .. } = &self.states[state];
        if *may_end {
            return 0;
        }
        cells
            .iter()
            .map(|cell| self.cells[*cell].left)
            .min()
            .unwrap_or(ENDLESS)
    }

    /// Whether anything but a space may follow.
    pub fn can_go_on(&self, state: usize) -> bool {
        let State { may_end, cells, .. } = &self.states[state];
        !may_end
            || cells
                .iter()
                .any(|cell| matches!(&*self.cells[*cell].first, Node::Bytes(allowed) if allowed[0x21..].contains(&true)))
    }

    /// Where bytes lead; none if they may not come.
    pub fn walk(&mut self, from: usize, text: &[u8]) -> Result<Option<usize>> {
        let mut state = from;
        for &byte in text {
            match self.step(state, byte)? {
                Some(next) => state = next,
                None => return Ok(None),
            }
        }
        Ok(Some(state))
    }

    fn step(&mut self, state: usize, byte: u8) -> Result<Option<usize>> {
        if let Some(known) = self.states[state].next.get(&byte) {
            return Ok(*known);
        }
        let mut after = Vec::new();
        for cell in &self.states[state].cells {
            let Cell { first, rest, .. } = &self.cells[*cell];
            if matches!(&**first, Node::Bytes(allowed) if allowed[usize::from(byte)]) {
                after.push(*rest);
            }
        }
        let next = if after.is_empty() {
            None
        } else {
            let nothing = self.keep(nothing());
            Some(
                self.state(
                    after
                        .into_iter()
                        .map(|rest| (nothing.clone(), rest))
                        .collect(),
                )?,
            )
        };
        self.states[state].next.insert(byte, next);
        Ok(next)
    }

    /// Bytes that end the text soon.
    pub fn ending(&mut self, from: usize) -> Result<Vec<u8>> {
        let mut found = Vec::new();
        let mut state = from;
        while !self.may_end(state) {
            let nearest = self.states[state]
                .cells
                .iter()
                .min_by_key(|cell| self.cells[**cell].left);
            let allowed = match nearest.map(|cell| &*self.cells[*cell].first) {
                Some(Node::Bytes(allowed)) => allowed,
                _ => return Err(Error::new("constraint: nothing ends it")),
            };
            // Where there is a choice, something that can be read.
            let byte = (b'a'..=b'z')
                .chain(b' '..=b'`')
                .chain(0..=255)
                .find(|byte| allowed[usize::from(*byte)]);
            let (Some(byte), true) = (byte, found.len() < CELLS_MOST) else {
                return Err(Error::new("constraint: nothing ends it"));
            };
            found.push(byte);
            state = self.step(state, byte)?.unwrap_or(state);
        }
        Ok(found)
    }

    fn keep(&mut self, made: Expression) -> Expression {
        self.kept.push(made.clone());
        made
    }

    fn cell(&mut self, first: &Expression, rest: Option<usize>) -> Result<usize> {
        let key = (Rc::as_ptr(first), rest);
        if let Some(known) = self.known_cells.get(&key) {
            return Ok(*known);
        }
        bound("lists", self.cells.len(), CELLS_MOST)?;
        let behind = rest.map_or(0, |rest| self.cells[rest].left);
        let left = self.least_of(first).saturating_add(behind);
        self.cells.push(Cell {
            first: first.clone(),
            rest,
            left,
        });
        self.known_cells.insert(key, self.cells.len() - 1);
        Ok(self.cells.len() - 1)
    }

    /// All that may come, down to sets of bytes.
    fn state(&mut self, mut todo: Vec<(Expression, Option<usize>)>) -> Result<usize> {
        let mut cells = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut may_end = false;
        while let Some((first, rest)) = todo.pop() {
            if !seen.insert((Rc::as_ptr(&first), rest)) {
                continue;
            }
            match &*first {
                Node::Bytes(_) => {
                    cells.insert(self.cell(&first, rest)?);
                }
                Node::Row(parts) => match (parts.split_first(), rest) {
                    (None, None) => may_end = true,
                    (None, Some(rest)) => {
                        let Cell { first, rest, .. } = &self.cells[rest];
                        todo.push((first.clone(), *rest));
                    }
                    (Some((head, behind)), rest) => {
                        let mut tail = rest;
                        for part in behind.iter().rev() {
                            tail = Some(self.cell(part, tail)?);
                        }
                        todo.push((head.clone(), tail));
                    }
                },
                Node::One(of) => todo.extend(of.iter().map(|part| (part.clone(), rest))),
                Node::Many(of) => {
                    let nothing = self.keep(nothing());
                    todo.push((nothing, rest));
                    let again = self.cell(&first, rest)?;
                    todo.push((of.clone(), Some(again)));
                }
                Node::Rule(make, made) => todo.push((made.get_or_init(make).clone(), rest)),
            }
        }
        let key = (may_end, cells.into_iter().collect::<Vec<_>>());
        if let Some(known) = self.known_states.get(&key) {
            return Ok(*known);
        }
        bound("states", self.states.len(), STATES_MOST)?;
        self.states.push(State {
            may_end,
            cells: key.1.clone(),
            next: HashMap::new(),
        });
        self.known_states.insert(key, self.states.len() - 1);
        Ok(self.states.len() - 1)
    }

    /// The fewest bytes of an expression; a rule within itself counts as endless.
    fn least_of(&mut self, expression: &Expression) -> usize {
        let key = Rc::as_ptr(expression);
        if let Some(known) = self.least.get(&key) {
            return *known;
        }
        self.least.insert(key, ENDLESS);
        let least = match &**expression {
            Node::Bytes(allowed) => match allowed.contains(&true) {
                true => 1,
                false => ENDLESS,
            },
            Node::Row(parts) => parts.iter().fold(0, |sum: usize, part| {
                sum.saturating_add(self.least_of(part))
            }),
            Node::One(of) => {
                let mut least = ENDLESS;
                for part in of {
                    // Looks no further than need be: what is behind may be deep.
                    least = least.min(self.least_of(part));
                    if least == 0 {
                        break;
                    }
                }
                least
            }
            Node::Many(_) => 0,
            Node::Rule(make, made) => self.least_of(&made.get_or_init(make).clone()),
        };
        if least == ENDLESS {
            self.least.remove(&key); // perhaps only seen from within itself
        } else {
            self.least.insert(key, least);
            self.kept.push(expression.clone());
        }
        least
    }
}

fn bound(what: &str, found: usize, most: usize) -> Result<()> {
    if found < most {
        return Ok(());
    }
    Err(Error::new(format!(
        "constraint: more than {most} {what}; make the grammar simpler"
    )))
}
