use crate::bindings::pie4j::inferlet::runtime;
use crate::Distribution;

/// How many candidates are asked for unless a sampler says otherwise.
const CANDIDATES: u32 = 256;

/// Chooses the next token from a distribution: first temperature, then truncation by the
/// probabilities that it gave, then a draw. The same seed repeats the draws.
pub struct Sampler {
    kind: Kind,
}

enum Kind {
    Greedy,
    Truncated {
        temperature: f32,
        k: u32,
        top_p: f32,
        min_p: f32,
        state: u64,
    },
    Custom {
        candidates: u32,
        choose: Box<dyn FnMut(&Distribution) -> u32>,
    },
}

impl Sampler {
    /// Always the most likely token.
    pub fn greedy() -> Self {
        Self { kind: Kind::Greedy }
    }

    /// Draws by probability; a lower temperature sharpens, 0 is greedy.
    pub fn multinomial(temperature: f32) -> Self {
        Self::truncated(temperature, CANDIDATES, 1.0, 0.0)
    }

    /// Draws among the `k` most likely tokens.
    pub fn top_k(temperature: f32, k: u32) -> Self {
        Self::truncated(temperature, k, 1.0, 0.0)
    }

    /// Draws among the most likely tokens that together have probability `p`.
    pub fn top_p(temperature: f32, p: f32) -> Self {
        Self::truncated(temperature, CANDIDATES, p, 0.0)
    }

    /// Draws among the tokens at least `p` times as likely as the most likely one.
    pub fn min_p(temperature: f32, p: f32) -> Self {
        Self::truncated(temperature, CANDIDATES, 1.0, p)
    }

    /// Draws among the `k` most likely, cut to those that together have probability `p`.
    pub fn top_k_top_p(temperature: f32, k: u32, p: f32) -> Self {
        Self::truncated(temperature, k, p, 0.0)
    }

    /// Any function of the distribution of the `candidates` most likely tokens.
    pub fn custom(candidates: u32, choose: impl FnMut(&Distribution) -> u32 + 'static) -> Self {
        Self {
            kind: Kind::Custom {
                candidates,
                choose: Box::new(choose),
            },
        }
    }

    /// The same with this seed; without one, draws differ each time.
    pub fn seeded(mut self, seed: u64) -> Self {
        if let Kind::Truncated { state, .. } = &mut self.kind {
            *state = seed;
        }
        self
    }

    fn truncated(temperature: f32, k: u32, top_p: f32, min_p: f32) -> Self {
        assert!(
            temperature >= 0.0 && temperature.is_finite(),
            "temperature must be 0 or more, is {temperature}"
        );
        assert!(k >= 1, "k must be at least 1");
        assert!(
            top_p > 0.0 && top_p <= 1.0,
            "top-p must be above 0 and at most 1, is {top_p}"
        );
        assert!(
            (0.0..=1.0).contains(&min_p),
            "min-p must be from 0 to 1, is {min_p}"
        );
        if temperature == 0.0 {
            return Self::greedy();
        }
        Self {
            kind: Kind::Truncated {
                temperature,
                k,
                top_p,
                min_p,
                state: runtime::random(),
            },
        }
    }

    /// How many of the most likely tokens it wants to see.
    pub(crate) fn candidates(&self) -> u32 {
        match &self.kind {
            Kind::Greedy => 1,
            Kind::Truncated { k, .. } => *k,
            Kind::Custom { candidates, .. } => *candidates,
        }
    }

    /// One of the distribution's tokens.
    pub fn choose(&mut self, distribution: &Distribution) -> u32 {
        match &mut self.kind {
            Kind::Greedy => distribution.ids[0],
            Kind::Custom { choose, .. } => choose(distribution),
            Kind::Truncated {
                temperature,
                k,
                top_p,
                min_p,
                state,
            } => {
                let weights: Vec<f64> = distribution
                    .probabilities
                    .iter()
                    .take(*k as usize)
                    .map(|p| {
                        let relative = f64::from(*p) / f64::from(distribution.probabilities[0]);
                        relative.powf(1.0 / f64::from(*temperature))
                    })
                    .collect();
                let kept = kept(&weights, f64::from(*top_p), f64::from(*min_p));
                let total: f64 = weights[..kept].iter().sum();
                let drawn = uniform(state) * total;
                let mut sum = 0.0;
                for (index, weight) in weights[..kept].iter().enumerate() {
                    sum += weight;
                    if drawn < sum {
                        return distribution.ids[index];
                    }
                }
                distribution.ids[kept - 1]
            }
        }
    }
}

/// How many of the first weights may be drawn: at least one, and none that is 0.
fn kept(weights: &[f64], top_p: f64, min_p: f64) -> usize {
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    for (index, weight) in weights.iter().enumerate() {
        if index > 0 && (*weight == 0.0 || *weight < min_p) {
            return index;
        }
        sum += weight;
        if sum >= top_p * total {
            return index + 1;
        }
    }
    weights.len()
}

/// SplitMix64: the same draws from the same seed everywhere.
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_keeps_what_the_bounds_say() {
        assert_eq!(kept(&[1.0, 0.5, 0.25, 0.0], 1.0, 0.0), 3);
        assert_eq!(kept(&[1.0, 0.5, 0.25], 0.8, 0.0), 2);
        assert_eq!(kept(&[1.0, 0.5, 0.25], 1.0, 0.4), 2);
        assert_eq!(kept(&[1.0, 0.0], 1.0, 1.0), 1);
    }

    #[test]
    fn draws_repeat_and_spread() {
        let (mut one, mut other) = (5, 5);
        let draws: Vec<f64> = (0..1000).map(|_| uniform(&mut one)).collect();
        assert!(draws
            .iter()
            .all(|draw| uniform(&mut other) == *draw && (0.0..1.0).contains(draw)));
        let mean = draws.iter().sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
    }
}
