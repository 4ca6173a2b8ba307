use crate::bindings::pie4j::inferlet::runtime;
use crate::bindings::pie4j::inferlet::sample::Sampling;
use crate::bindings::pie4j::inferlet::types;
use crate::error::Result;
use std::cell::{Cell, RefCell};

/// How many candidates are asked for unless a sampler says otherwise.
const CANDIDATES: u32 = 256;

/// The most likely next tokens, most likely first.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// The tokens.
    pub ids: Vec<u32>,
    /// Their probabilities under the whole vocabulary's softmax.
    pub probs: Vec<f32>,
}

impl From<types::Distribution> for Distribution {
    fn from(distribution: types::Distribution) -> Self {
        Self {
            ids: distribution.ids,
            probs: distribution.probabilities,
        }
    }
}

/// A program's own way to choose a token.
pub trait Sample {
    /// Chooses one of the candidates, the most likely first.
    fn sample(&self, ids: &[u32], probs: &[f32]) -> u32;

    /// How many of the most likely tokens it wants to see.
    fn candidates(&self) -> u32 {
        CANDIDATES
    }

    /// The tokens that may come next, as run lengths over the vocabulary, forbidden first; none if
    /// all may. If there are some, the engine draws one of these, and it is the only candidate.
    fn allowed(&self) -> Result<Option<Vec<u32>>> {
        Ok(None)
    }
}

/// Chooses the next token from a distribution: first temperature, then truncation by the
/// probabilities that it gave, then a draw. The same seed repeats the draws.
pub enum Sampler {
    /// Always the most likely token.
    Argmax,
    /// Draws from the most likely tokens; made by [`Sampler::top_p`] and others.
    Truncated(Truncated),
    /// The program's own.
    Custom {
        /// Of the probabilities that it sees; 0 and 1 leave them as they are. If the engine draws
        /// among allowed tokens, 0 takes the most likely one.
        temperature: f32,
        /// What chooses.
        sampler: Box<dyn Sample>,
    },
}

/// See [`Sampler`].
pub struct Truncated {
    temperature: f32,
    k: u32,
    top_p: f32,
    min_p: f32,
    /// None until the first draw, unless there is a seed.
    state: Cell<Option<u64>>,
}

struct Function<F> {
    candidates: u32,
    choose: RefCell<F>,
}

impl<F: FnMut(&Distribution) -> u32> Sample for Function<F> {
    fn sample(&self, ids: &[u32], probs: &[f32]) -> u32 {
        self.choose.borrow_mut()(&Distribution {
            ids: ids.to_vec(),
            probs: probs.to_vec(),
        })
    }

    fn candidates(&self) -> u32 {
        self.candidates
    }
}

impl Sampler {
    /// Always the most likely token.
    pub fn greedy() -> Self {
        Self::Argmax
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
        Self::Custom {
            temperature: 1.0,
            sampler: Box::new(Function {
                candidates,
                choose: RefCell::new(choose),
            }),
        }
    }

    /// The same with this seed; without one, draws differ each time.
    pub fn seeded(self, seed: u64) -> Self {
        if let Self::Truncated(draws) = &self {
            draws.state.set(Some(seed));
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
            return Self::Argmax;
        }
        Self::Truncated(Truncated {
            temperature,
            k,
            top_p,
            min_p,
            state: Cell::new(None),
        })
    }

    /// How many of the most likely tokens it wants to see.
    pub(crate) fn candidates(&self) -> u32 {
        match self {
            Self::Argmax => 1,
            Self::Truncated(draws) => draws.k,
            Self::Custom { sampler, .. } => sampler.candidates(),
        }
    }

    /// The tokens among which the engine is to draw, if it is.
    pub(crate) fn allowed(&self) -> Result<Option<Vec<u32>>> {
        match self {
            Self::Custom { sampler, .. } => sampler.allowed(),
            Self::Argmax | Self::Truncated(_) => Ok(None),
        }
    }

    /// How the engine draws.
    pub(crate) fn draws(&self) -> Sampling {
        let temperature = match self {
            Self::Custom { temperature, .. } => *temperature,
            Self::Argmax | Self::Truncated(_) => 0.0,
        };
        Sampling {
            temperature,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            seed: if temperature == 0.0 {
                0
            } else {
                runtime::random()
            },
        }
    }

    /// One of the distribution's tokens.
    pub fn choose(&self, distribution: &Distribution) -> u32 {
        match self {
            Self::Argmax => distribution.ids[0],
            Self::Truncated(draws) => draws.choose(distribution),
            Self::Custom {
                temperature,
                sampler,
            } if *temperature == 0.0 || *temperature == 1.0 => {
                sampler.sample(&distribution.ids, &distribution.probs)
            }
            Self::Custom {
                temperature,
                sampler,
            } => {
                let weights = weights(&distribution.probs, *temperature);
                let total: f64 = weights.iter().sum();
                let probs: Vec<f32> = weights.iter().map(|w| (w / total) as f32).collect();
                sampler.sample(&distribution.ids, &probs)
            }
        }
    }
}

impl Truncated {
    fn choose(&self, distribution: &Distribution) -> u32 {
        let k = distribution.ids.len().min(self.k as usize);
        let weights = weights(&distribution.probs[..k], self.temperature);
        let kept = kept(&weights, f64::from(self.top_p), f64::from(self.min_p));
        let total: f64 = weights[..kept].iter().sum();
        let mut state = self.state.get().unwrap_or_else(runtime::random);
        let drawn = uniform(&mut state) * total;
        self.state.set(Some(state));
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

/// What a temperature makes of probabilities, the first one 1.
fn weights(probs: &[f32], temperature: f32) -> Vec<f64> {
    let relative = |p: &f32| f64::from(*p) / f64::from(probs[0]);
    probs
        .iter()
        .map(|p| relative(p).powf(1.0 / f64::from(temperature)))
        .collect()
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

    fn distribution() -> Distribution {
        Distribution {
            ids: vec![7, 8, 9],
            probs: vec![0.5, 0.25, 0.125],
        }
    }

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

    #[test]
    fn seeds_repeat_and_bounds_bind() {
        let draw = |sampler: Sampler| -> Vec<u32> {
            (0..50).map(|_| sampler.choose(&distribution())).collect()
        };
        let drawn = draw(Sampler::multinomial(1.0).seeded(3));
        assert_eq!(drawn, draw(Sampler::multinomial(1.0).seeded(3)));
        assert!([7, 8, 9].iter().all(|token| drawn.contains(token)));
        assert!(!draw(Sampler::top_k(1.0, 2).seeded(3)).contains(&9));
        assert!(draw(Sampler::top_p(0.0, 0.5)).iter().all(|t| *t == 7));
    }

    struct Likeliest;

    impl Sample for Likeliest {
        fn sample(&self, ids: &[u32], probs: &[f32]) -> u32 {
            assert!((probs.iter().sum::<f32>() - 1.0).abs() < 1e-6);
            assert!(probs[0] > 0.7, "{probs:?}");
            ids[0]
        }
    }

    #[test]
    fn the_programs_own_sees_the_temperature() {
        let sampler = Sampler::Custom {
            temperature: 0.5,
            sampler: Box::new(Likeliest),
        };
        assert_eq!(sampler.choose(&distribution()), 7);
        let sampler = Sampler::custom(2, |seen| seen.ids[1]);
        assert_eq!(sampler.choose(&distribution()), 8);
        assert_eq!(sampler.candidates(), 2);
    }
}
