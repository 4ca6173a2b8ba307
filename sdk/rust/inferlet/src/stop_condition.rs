//! When to stop generating; looked at after every token.

/// A condition on the tokens that were generated so far, at least one.
pub trait StopCondition {
    /// Whether this was the last.
    fn reached(&self, generated: &[u32]) -> bool;

    /// Either condition.
    fn or<O: StopCondition>(self, other: O) -> Or<Self, O>
    where
        Self: Sized,
    {
        Or(self, other)
    }
}

impl<F: Fn(&[u32]) -> bool> StopCondition for F {
    fn reached(&self, generated: &[u32]) -> bool {
        self(generated)
    }
}

/// See [`StopCondition::or`].
pub struct Or<A, B>(A, B);

impl<A: StopCondition, B: StopCondition> StopCondition for Or<A, B> {
    fn reached(&self, generated: &[u32]) -> bool {
        self.0.reached(generated) || self.1.reached(generated)
    }
}

/// After so many tokens.
pub struct MaxLen(usize);

impl StopCondition for MaxLen {
    fn reached(&self, generated: &[u32]) -> bool {
        generated.len() >= self.0
    }
}

/// After so many tokens.
pub fn max_len(count: usize) -> MaxLen {
    MaxLen(count.max(1))
}

/// After any of these sequences.
pub struct EndsWithAny(Vec<Vec<u32>>);

impl StopCondition for EndsWithAny {
    fn reached(&self, generated: &[u32]) -> bool {
        self.0
            .iter()
            .any(|end| !end.is_empty() && generated.ends_with(end))
    }
}

/// After any of these sequences of tokens; empty ones count for nothing.
pub fn ends_with_any(ends: Vec<Vec<u32>>) -> EndsWithAny {
    EndsWithAny(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_combine() {
        let stop = max_len(3).or(ends_with_any(vec![vec![7, 8], vec![]]));
        assert!(!stop.reached(&[1, 7]));
        assert!(stop.reached(&[7, 8]));
        assert!(stop.reached(&[1, 2, 3]));
    }
}
