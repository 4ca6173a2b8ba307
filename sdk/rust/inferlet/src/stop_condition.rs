//! When to stop generating; looked at after every token.

/// A condition on the tokens that were generated so far, at least one.
pub trait StopCondition {
    /// Whether this was the last.
    fn check(&self, generated: &[u32]) -> bool;

    /// Either condition.
    fn or<O: StopCondition>(self, other: O) -> Or<Self, O>
    where
        Self: Sized,
    {
        Or(self, other)
    }
}

impl<C: StopCondition + ?Sized> StopCondition for &C {
    fn check(&self, generated: &[u32]) -> bool {
        (**self).check(generated)
    }
}

/// See [`when`].
#[derive(Clone)]
pub struct When<F>(F);

impl<F: Fn(&[u32]) -> bool> StopCondition for When<F> {
    fn check(&self, generated: &[u32]) -> bool {
        self.0(generated)
    }
}

/// When a function of the tokens so far says so.
pub fn when<F: Fn(&[u32]) -> bool>(reached: F) -> When<F> {
    When(reached)
}

/// See [`StopCondition::or`].
#[derive(Clone)]
pub struct Or<A, B>(A, B);

impl<A: StopCondition, B: StopCondition> StopCondition for Or<A, B> {
    fn check(&self, generated: &[u32]) -> bool {
        self.0.check(generated) || self.1.check(generated)
    }
}

/// After so many tokens.
#[derive(Clone)]
pub struct MaxLen(usize);

impl StopCondition for MaxLen {
    fn check(&self, generated: &[u32]) -> bool {
        generated.len() >= self.0
    }
}

/// After so many tokens.
pub fn max_len(count: usize) -> MaxLen {
    MaxLen(count.max(1))
}

/// After any of these sequences.
#[derive(Clone)]
pub struct EndsWithAny(Vec<Vec<u32>>);

impl StopCondition for EndsWithAny {
    fn check(&self, generated: &[u32]) -> bool {
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
        assert!(!stop.check(&[1, 7]));
        assert!(stop.check(&[7, 8]));
        assert!(stop.check(&[1, 2, 3]));
        let five = when(|tokens| tokens.contains(&5));
        assert!((&five).or(stop).check(&[5]));
    }
}
