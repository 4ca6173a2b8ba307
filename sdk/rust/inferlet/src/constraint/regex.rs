//! Regular expressions, for a whole text, over Unicode.

use super::grammar::{bytes, many, nothing, one, row, times, Expression};
use crate::error::{Error, Result};

const REPEATS_MOST: usize = 1000;
const LAST: u32 = 0x10_ffff;

/// Characters from one to another, both included.
pub type Ranges = Vec<(u32, u32)>;

/// Text as it is.
pub fn literal(text: &str) -> Expression {
    row(text.bytes().map(|byte| bytes(byte, byte)).collect())
}

/// One of some characters, as UTF-8.
pub fn characters(ranges: &Ranges) -> Expression {
    const LENGTHS: [(u32, u32); 5] = [
        (0, 0x7f),
        (0x80, 0x7ff),
        (0x800, 0xd7ff),
        (0xe000, 0xffff),
        (0x1_0000, LAST),
    ];
    let mut parts = Vec::new();
    for (first, last) in ranges {
        for (least, most) in LENGTHS {
            let (low, high) = (*first.max(&least), *last.min(&most));
            if let (true, Some(low), Some(high)) =
                (low <= high, char::from_u32(low), char::from_u32(high))
            {
                parts.extend(encoded(
                    low.to_string().as_bytes(),
                    high.to_string().as_bytes(),
                ));
            }
        }
    }
    one(parts)
}

/// Rows of bytes between two of the same length.
fn encoded(low: &[u8], high: &[u8]) -> Vec<Expression> {
    let (Some((&first, low)), Some((&last, high))) = (low.split_first(), high.split_first()) else {
        return vec![nothing()];
    };
    if low.is_empty() {
        return vec![bytes(first, last)];
    }
    if first == last {
        return vec![row(vec![bytes(first, first), one(encoded(low, high))])];
    }
    let (least, most) = (vec![0x80; low.len()], vec![0xbf; low.len()]);
    let mut parts = vec![
        row(vec![bytes(first, first), one(encoded(low, &most))]),
        row(vec![bytes(last, last), one(encoded(&least, high))]),
    ];
    if first + 1 < last {
        let mut between = vec![bytes(first + 1, last - 1)];
        between.extend(least.iter().map(|_| bytes(0x80, 0xbf)));
        parts.push(row(between));
    }
    parts
}

/// All other characters.
pub fn others(mut ranges: Ranges) -> Ranges {
    ranges.sort_unstable();
    let mut found = Vec::new();
    let mut at = 0;
    for (first, last) in ranges {
        if first > at {
            found.push((at, first - 1));
        }
        at = at.max(last + 1);
    }
    if at <= LAST {
        found.push((at, LAST));
    }
    found
}

/// What a regular expression allows; it is about the whole text.
pub fn regex(pattern: &str) -> Result<Expression> {
    let mut reader = Reader {
        pattern,
        text: pattern.chars().collect(),
        at: 0,
    };
    let whole = reader.alternatives()?;
    match reader.here() {
        Some(left) => Err(reader.wrong(&format!("'{left}' was not expected"))),
        None => Ok(whole),
    }
}

struct Reader<'a> {
    pattern: &'a str,
    text: Vec<char>,
    at: usize,
}

impl Reader<'_> {
    fn wrong(&self, problem: &str) -> Error {
        Error::new(format!(
            "regular expression '{}', character {}: {problem}",
            self.pattern, self.at
        ))
    }

    fn here(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn takes(&mut self, wanted: char) -> bool {
        let found = self.here() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn next(&mut self) -> Result<char> {
        let found = self.here().ok_or_else(|| self.wrong("more was expected"))?;
        self.at += 1;
        Ok(found)
    }

    fn alternatives(&mut self) -> Result<Expression> {
        let mut parts = vec![self.row()?];
        while self.takes('|') {
            parts.push(self.row()?);
        }
        Ok(one(parts))
    }

    fn row(&mut self) -> Result<Expression> {
        let mut parts = Vec::new();
        while let Some(here) = self.here() {
            if here == '|' || here == ')' {
                break;
            }
            let begins = here == '^' && self.at == 0;
            if begins || (here == '$' && self.at + 1 == self.text.len()) {
                self.at += 1; // the whole text is meant in any case
            } else {
                let atom = self.atom()?;
                parts.push(self.repeated(atom)?);
            }
        }
        Ok(row(parts))
    }

    fn repeated(&mut self, mut of: Expression) -> Result<Expression> {
        loop {
            if self.takes('*') {
                of = many(of);
            } else if self.takes('+') {
                of = row(vec![of.clone(), many(of)]);
            } else if self.takes('?') {
                of = one(vec![of, nothing()]);
            } else if self.takes('{') {
                let (least, most) = self.counts()?;
                of = times(&of, least, most);
            } else {
                return Ok(of);
            }
            self.takes('?'); // lazy or not: the same texts
        }
    }

    fn counts(&mut self) -> Result<(usize, Option<usize>)> {
        let least = self
            .count()
            .ok_or_else(|| self.wrong("a count was expected"))?;
        let most = match self.takes(',') {
            true => self.count(),
            false => Some(least),
        };
        if !self.takes('}') {
            return Err(self.wrong("'}' was expected"));
        }
        if least.max(most.unwrap_or(0)) > REPEATS_MOST || most.is_some_and(|most| most < least) {
            return Err(self.wrong(&format!("counts must rise and be at most {REPEATS_MOST}")));
        }
        Ok((least, most))
    }

    fn count(&mut self) -> Option<usize> {
        let from = self.at;
        while self.here().is_some_and(|digit| digit.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.text[from..self.at].iter().collect();
        digits.parse().ok()
    }

    fn atom(&mut self) -> Result<Expression> {
        let found = self.next()?;
        match found {
            '(' => {
                if self.takes('?') && !self.takes(':') {
                    return Err(
                        self.wrong("only groups (?:...) are known, no looking ahead or behind")
                    );
                }
                let inner = self.alternatives()?;
                match self.takes(')') {
                    true => Ok(inner),
                    false => Err(self.wrong("')' was expected")),
                }
            }
            '[' => Ok(characters(&self.set()?)),
            '.' => Ok(characters(&others(vec![(10, 10)]))),
            '\\' => Ok(characters(&self.escape()?)),
            '*' | '+' | '?' | '{' | '^' | '$' => {
                Err(self.wrong(&format!("'{found}' was not expected; write \\{found}")))
            }
            _ => Ok(literal(&found.to_string())),
        }
    }

    fn set(&mut self) -> Result<Ranges> {
        let negated = self.takes('^');
        let mut found = Vec::new();
        let mut is_first = true;
        while is_first || self.here() != Some(']') {
            is_first = false;
            let member = self.member()?;
            let is_range = self.here() == Some('-') && self.text.get(self.at + 1) != Some(&']');
            if let (true, [(low, _)]) = (is_range, member.as_slice()) {
                self.at += 1;
                match self.member()?.as_slice() {
                    [(_, high)] if high >= low => found.push((*low, *high)),
                    _ => return Err(self.wrong("a range must rise")),
                }
            } else {
                found.extend(member);
            }
        }
        self.at += 1;
        Ok(if negated { others(found) } else { found })
    }

    fn member(&mut self) -> Result<Ranges> {
        match self.next()? {
            '\\' => self.escape(),
            found => Ok(vec![(found.into(), found.into())]),
        }
    }

    fn escape(&mut self) -> Result<Ranges> {
        let found = self.next()?;
        let class = match found.to_ascii_lowercase() {
            'd' => Some(vec![(0x30, 0x39)]),
            'w' => Some(vec![(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)]),
            's' => Some(vec![(9, 13), (32, 32)]),
            _ => None,
        };
        if let Some(class) = class {
            return Ok(if found.is_ascii_lowercase() {
                class
            } else {
                others(class)
            });
        }
        let code = match found {
            'x' => self.code(2)?,
            'u' => self.code(4)?,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'f' => 12,
            'v' => 11,
            '0' => 0,
            _ if found.is_ascii_alphanumeric() => {
                return Err(self.wrong(&format!("\\{found} is not known")))
            }
            _ => found.into(),
        };
        Ok(vec![(code, code)])
    }

    fn code(&mut self, digits: usize) -> Result<u32> {
        let end = (self.at + digits).min(self.text.len());
        let code: String = self.text[self.at..end].iter().collect();
        let all = code.len() == digits && code.chars().all(|digit| digit.is_ascii_hexdigit());
        self.at = end;
        match u32::from_str_radix(&code, 16) {
            Ok(code) if all => Ok(code),
            _ => Err(self.wrong("a code was expected")),
        }
    }
}
