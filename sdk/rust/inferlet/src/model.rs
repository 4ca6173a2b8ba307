use crate::bindings::pie4j::inferlet::models::{self, ChatMessage};
use crate::bindings::pie4j::inferlet::tokenize::{self, TextStream};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::queue::Queue;
use std::rc::Rc;

/// A model that the engine serves. Cheap to clone.
#[derive(Clone)]
pub struct Model {
    inner: Rc<models::Model>,
}

/// The engine's default model.
///
/// # Panics
/// If the program may use none.
pub fn get_auto_model() -> Model {
    models()
        .into_iter()
        .next()
        .expect("the program may use no model")
}

/// A model by its name.
pub fn get_model(name: &str) -> Result<Model> {
    let all = models();
    let names: Vec<String> = all.iter().map(Model::name).collect();
    all.into_iter()
        .find(|model| model.name() == name)
        .ok_or_else(|| {
            Error::new(format!(
                "there is no model '{name}'; there are: {}",
                names.join(", ")
            ))
        })
}

/// The models that the program may use, the default one first.
pub fn models() -> Vec<Model> {
    models::available_models()
        .into_iter()
        .map(|model| Model {
            inner: Rc::new(model),
        })
        .collect()
}

impl Model {
    /// A model by its name.
    pub fn load(name: &str) -> Result<Self> {
        get_model(name)
    }

    /// An empty context.
    ///
    /// # Panics
    /// If the program may have no more of them; [`Context::new`] tells.
    pub fn create_context(&self) -> Context {
        Context::new(self).expect("a context")
    }

    /// What the engine calls it.
    pub fn name(&self) -> String {
        self.inner.name()
    }

    /// Token slots of a page.
    pub fn page_size(&self) -> u32 {
        self.inner.page_size()
    }

    /// Entries of the vocabulary.
    pub fn vocab_size(&self) -> u32 {
        self.inner.vocab_size()
    }

    /// Positions that it can tell apart.
    pub fn max_positions(&self) -> u32 {
        self.inner.max_positions()
    }

    /// The tokens by which it ends an answer.
    pub fn stop_tokens(&self) -> Vec<u32> {
        self.inner.stop_tokens()
    }

    /// The same, each as a sequence, for [`ends_with_any`](crate::stop_condition::ends_with_any).
    pub fn eos_tokens(&self) -> Vec<Vec<u32>> {
        self.stop_tokens()
            .into_iter()
            .map(|token| vec![token])
            .collect()
    }

    /// The source of its chat template; empty if it was not trained on conversations.
    pub fn chat_template(&self) -> String {
        self.inner.chat_template().unwrap_or_default()
    }

    /// Whether it was trained on conversations.
    pub fn has_chat_template(&self) -> bool {
        self.inner.chat_template().is_some()
    }

    /// A new queue for commands.
    pub fn create_queue(&self) -> Result<Queue> {
        Queue::new(self)
    }

    /// Its tokenizer.
    pub fn tokenizer(&self) -> Tokenizer {
        Tokenizer {
            model: self.clone(),
        }
    }

    /// Text as tokens; what looks like a special token is text.
    pub fn tokenize(&self, text: &str) -> Vec<u32> {
        tokenize::tokenize(&self.inner, text, false)
    }

    /// Tokens as text, special ones left out.
    pub fn detokenize(&self, tokens: &[u32]) -> Result<String> {
        Ok(tokenize::detokenize(&self.inner, tokens, true)?)
    }

    pub(crate) fn tokenize_with_special(&self, text: &str) -> Vec<u32> {
        tokenize::tokenize(&self.inner, text, true)
    }

    pub(crate) fn detokenize_all(&self, tokens: &[u32]) -> Result<String> {
        Ok(tokenize::detokenize(&self.inner, tokens, false)?)
    }

    pub(crate) fn prefix_tokens(&self) -> Vec<u32> {
        self.inner.prefix_tokens()
    }

    pub(crate) fn format_chat(&self, messages: &[ChatMessage], cue: bool) -> Result<String> {
        Ok(self.inner.format_chat(messages, cue)?)
    }

    pub(crate) fn text_stream(&self) -> TextStream {
        tokenize::stream(&self.inner, true)
    }

    /// The interface's own model.
    pub fn raw(&self) -> &models::Model {
        &self.inner
    }
}

/// A model's tokenizer. Cheap to clone.
#[derive(Clone)]
pub struct Tokenizer {
    model: Model,
}

impl Tokenizer {
    /// Text as tokens; what looks like a special token is text.
    pub fn tokenize(&self, text: &str) -> Vec<u32> {
        self.model.tokenize(text)
    }

    /// Tokens as text, special ones left out.
    ///
    /// # Panics
    /// If one is outside the vocabulary; [`Tokenizer::decode`] tells.
    pub fn detokenize(&self, tokens: &[u32]) -> String {
        self.decode(tokens)
            .unwrap_or_else(|refused| panic!("{refused}"))
    }

    /// As [`Tokenizer::tokenize`].
    pub fn encode(&self, text: &str) -> Vec<u32> {
        self.tokenize(text)
    }

    /// Tokens as text, special ones left out.
    pub fn decode(&self, tokens: &[u32]) -> Result<String> {
        self.model.detokenize(tokens)
    }

    /// Every token's bytes, by id; none for tokens without text.
    pub fn get_vocabs(&self) -> Vec<Vec<u8>> {
        tokenize::get_vocabs(self.model.raw())
    }

    /// The special tokens, by id, with their text.
    pub fn get_special_tokens(&self) -> Vec<(u32, String)> {
        tokenize::special_tokens(self.model.raw())
            .into_iter()
            .map(|special| (special.id, special.text))
            .collect()
    }

    /// The regular expression that cuts text before merges apply; empty if there is none.
    pub fn get_split_regex(&self) -> String {
        tokenize::split_regex(self.model.raw())
    }
}
