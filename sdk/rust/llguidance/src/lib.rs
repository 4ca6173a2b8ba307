//! Generation that keeps a Lark grammar, by the library [llguidance](https://docs.rs/llguidance): an
//! Earley parser over a lexer of derivatives, and a trie of the model's tokens. The engine draws among
//! the tokens that the grammar allows next, so that any loop that takes a sampler keeps the grammar.
//!
//! ```no_run
//! use inferlet::{stop_condition, Context, Sampler};
//! use inferlet_llguidance::ConstrainedSampler;
//!
//! async fn answer(ctx: &mut Context, prompt: &str, grammar: &str) -> String {
//!     let model = inferlet::get_auto_model();
//!     let tokenizer = model.tokenizer();
//!     let eot_token_id = model.stop_tokens()[0];
//!     let escape_non_printable = false;
//!     let stop_cond = stop_condition::ends_with_any(model.eos_tokens());
//!
//!     let sampler = Box::new(ConstrainedSampler::new(
//!         tokenizer.get_vocabs(),
//!         tokenizer.get_special_tokens(),
//!         tokenizer.get_split_regex(),
//!         grammar, // a Lark grammar (e.g., JSON)
//!         eot_token_id,
//!         escape_non_printable,
//!     ));
//!     let sampler = Sampler::Custom {
//!         temperature: 0.0,
//!         sampler,
//!     };
//!     ctx.fill_system("You are a helpful, respectful and honest assistant.");
//!     ctx.fill_user(&prompt);
//!     ctx.generate(sampler, stop_cond).await
//! }
//! ```

use inferlet::{Error, Result, Sample};
use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::{ApproximateTokEnv, SimpleVob, TokEnv, TokRxInfo, TokTrie};
use llguidance::{Matcher, ParserFactory};
use std::cell::RefCell;
use std::sync::Arc;

/// Chooses only what a grammar allows. It follows one text: take another for the next.
pub struct ConstrainedSampler {
    matcher: RefCell<Matcher>,
    vocab_size: usize,
}

impl ConstrainedSampler {
    /// As [`ConstrainedSampler::try_new`].
    ///
    /// # Panics
    /// If the grammar is none.
    pub fn new(
        vocabs: Vec<Vec<u8>>,
        special_tokens: Vec<(u32, String)>,
        split_regex: String,
        grammar: impl Into<String>,
        eot_token_id: u32,
        escape_non_printable: bool,
    ) -> Self {
        Self::try_new(
            vocabs,
            special_tokens,
            &split_regex,
            grammar,
            eot_token_id,
            escape_non_printable,
        )
        .unwrap_or_else(|refused| panic!("{refused}"))
    }

    /// A sampler for a Lark grammar in llguidance's dialect.
    ///
    /// `vocabs` has each token's bytes, by id; `escape_non_printable` says that they are written in
    /// GPT-2's alphabet, which has a letter for every byte. Special tokens are none of the text.
    /// `eot_token_id` is chosen where the text is whole, and only there. What the grammar leaves no
    /// choice about is drawn too, so that no text need be cut into tokens here: `split_regex`, which
    /// would say how, is not used.
    pub fn try_new(
        mut vocabs: Vec<Vec<u8>>,
        special_tokens: Vec<(u32, String)>,
        _split_regex: &str,
        grammar: impl Into<String>,
        eot_token_id: u32,
        escape_non_printable: bool,
    ) -> Result<Self> {
        if escape_non_printable {
            vocabs
                .iter_mut()
                .for_each(|token| *token = unescaped(token));
        }
        for (id, name) in special_tokens {
            let token = vocabs
                .get_mut(id as usize)
                .ok_or_else(|| Error::new(format!("there is no token {id}, called {name}")))?;
            *token = [&[TokTrie::SPECIAL_TOKEN_MARKER], name.as_bytes()].concat();
        }
        let vocab_size = vocabs.len();
        if eot_token_id as usize >= vocab_size {
            return Err(Error::new(format!(
                "the token that ends the text must be below {vocab_size}, is {eot_token_id}"
            )));
        }
        let info = TokRxInfo::new(vocab_size as u32, eot_token_id);
        let environment: TokEnv = Arc::new(ApproximateTokEnv::new(TokTrie::from(&info, &vocabs)));
        let parser = ParserFactory::new_simple(&environment)
            .map(|mut factory| {
                factory.quiet();
                factory
            })
            .and_then(|factory| factory.create_parser(TopLevelGrammar::from_lark(grammar.into())))
            .map_err(|refused| Error::new(format!("grammar: {refused}")))?;
        Ok(Self {
            matcher: RefCell::new(Matcher::new(Ok(parser))),
            vocab_size,
        })
    }
}

impl Sample for ConstrainedSampler {
    /// Takes the token that the engine drew.
    fn sample(&self, ids: &[u32], _probs: &[f32]) -> u32 {
        let token = ids[0];
        let mut matcher = self.matcher.borrow_mut();
        if !matcher.is_stopped() {
            // What goes wrong is told by the next mask.
            let _ = matcher.consume_token(token);
        }
        token
    }

    fn allowed(&self) -> Result<Option<Vec<u32>>> {
        let mask = self
            .matcher
            .borrow_mut()
            .compute_mask_or_eos()
            .map_err(|refused| Error::new(format!("grammar: {refused}")))?;
        Ok(Some(runs(&mask, self.vocab_size)))
    }
}

/// Lengths of the runs of forbidden and allowed tokens in turn, forbidden ones first.
fn runs(mask: &SimpleVob, size: usize) -> Vec<u32> {
    let mut runs = vec![0];
    let mut allowing = false;
    for token in 0..size {
        if mask.get(token) != allowing {
            allowing = !allowing;
            runs.push(0);
        }
        *runs.last_mut().expect("there is one from the beginning") += 1;
    }
    runs
}

/// Bytes of a text in GPT-2's alphabet: bytes that are no printable Latin-1 letters have those from
/// U+0100 on, in their order.
fn unescaped(token: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(token) else {
        return token.to_vec();
    };
    let printable = |byte: u32| matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
    let others: Vec<u32> = (0..256).filter(|byte| !printable(*byte)).collect();
    let mut bytes = Vec::new();
    for letter in text.chars() {
        let code = letter as u32;
        if printable(code) {
            bytes.push(code as u8);
        } else if let Some(byte) = code
            .checked_sub(0x100)
            .and_then(|at| others.get(at as usize))
        {
            bytes.push(*byte as u8);
        } else {
            bytes.extend(letter.to_string().as_bytes());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A byte each, and some pieces of JSON.
    fn vocabulary() -> Vec<Vec<u8>> {
        let mut all: Vec<Vec<u8>> = (0..=255).map(|byte| vec![byte]).collect();
        all.extend(["{\"", "\":", "true", "<end>"].map(|piece| piece.as_bytes().to_vec()));
        all
    }

    const END: u32 = 259;

    fn sampler(grammar: &str) -> Result<ConstrainedSampler> {
        let special = vec![(END, "<end>".to_string())];
        ConstrainedSampler::try_new(vocabulary(), special, "", grammar, END, false)
    }

    fn allowed(sampler: &ConstrainedSampler) -> Vec<u32> {
        let runs = sampler.allowed().unwrap().unwrap();
        let mut token = 0;
        let mut all = Vec::new();
        for (index, length) in runs.into_iter().enumerate() {
            if index % 2 == 1 {
                all.extend(token..token + length);
            }
            token += length;
        }
        assert_eq!(token, 260);
        all
    }

    #[test]
    fn only_what_the_grammar_allows_is_allowed() {
        let sampler = sampler("start: \"{\\\"a\\\":\" (\"true\" | /[0-9]{2}/) \"}\"").unwrap();
        assert_eq!(allowed(&sampler), [b'{' as u32, 256]);
        for token in [256, b'a' as u32, 257] {
            assert!(allowed(&sampler).contains(&token));
            sampler.sample(&[token], &[1.0]);
        }
        let expected: Vec<u32> = (b'0'..=b'9')
            .map(u32::from)
            .chain([b't' as u32, 258])
            .collect();
        assert_eq!(allowed(&sampler), expected);
        sampler.sample(&[258], &[1.0]);
        assert_eq!(allowed(&sampler), [b'}' as u32]);
        sampler.sample(&[b'}' as u32], &[1.0]);
        assert_eq!(allowed(&sampler), [END]);
        sampler.sample(&[END], &[1.0]);
        assert_eq!(allowed(&sampler), [END]);
    }

    #[test]
    fn mistakes_are_told() {
        assert!(sampler("start: \"a").is_err());
        assert!(sampler("start: missing").is_err());
        let sampler = sampler("start: \"a\"").unwrap();
        sampler.sample(&[b'b' as u32], &[1.0]);
        assert!(sampler.allowed().is_err());
        assert!(
            ConstrainedSampler::try_new(vocabulary(), vec![], "", "start: \"a\"", 260, false)
                .is_err()
        );
    }

    #[test]
    fn letters_of_gpt_2_are_bytes() {
        assert_eq!(unescaped("Ġa".as_bytes()), b" a");
        assert_eq!(unescaped("ĊÃ¤".as_bytes()), b"\n\xc3\xa4");
    }
}
