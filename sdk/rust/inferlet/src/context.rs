use crate::bindings::pie4j::inferlet::context_state::{self, IdleScope};
use crate::drafter::{self, Drafter};
use crate::error::{Error, Result};
use crate::model::{Model, Tokenizer};
use crate::queue::Queue;
use crate::runtime::fail;
use crate::sampler::{Distribution, Sampler};
use crate::sequence::Sequence;
use crate::stop_condition::{ends_with_any, EndsWithAny, StopCondition};
use std::cell::{OnceCell, RefCell};
use std::ops::Deref;

/// A sequence of tokens and its KV cache: fill it with text, generate from it, fork it.
///
/// Filling only notes tokens. They are computed together when something needs them: [`flush`], a
/// decode step, or [`generate`]. Every step is one embed, one forward and one readout on the
/// context's own queue, enqueued without waiting. What it holds at a time are the fields of
/// [`Contents`].
///
/// The methods with a plain result end the program if the engine refuses something, with the
/// refusal as its message; those whose names begin with `try_` give it back.
///
/// [`flush`]: Context::flush
/// [`generate`]: Context::generate
pub struct Context {
    model: Model,
    queue: Queue,
    sequence: RefCell<Sequence>,
    /// The second once a fork has written messages or computed tokens; there is nothing left then
    /// that another fork could change.
    contents: [OnceCell<Contents>; 2],
}

/// What a context holds; read as fields of the context.
pub struct Contents {
    /// All tokens, computed or not, hidden ones included.
    pub token_ids: Vec<u32>,
    /// The pages that it refers to; forks may refer to the same ones.
    pub kv_pages: Vec<u32>,
    /// Its model's.
    pub tokenizer: Tokenizer,
}

/// What a generation brought.
#[derive(Clone, Debug)]
pub struct Generation {
    /// Its text, special tokens left out.
    pub text: String,
    /// All its tokens.
    pub tokens: Vec<u32>,
}

/// While it lives, the engine may take the context's pages for others and bring them back later.
pub struct Idle(#[allow(dead_code)] IdleScope);

impl Deref for Context {
    type Target = Contents;

    fn deref(&self) -> &Contents {
        let sequence = self.sequence.borrow();
        self.contents[usize::from(sequence.forked)].get_or_init(|| Contents {
            token_ids: sequence.tokens().to_vec(),
            kv_pages: sequence.pages(),
            tokenizer: self.model.tokenizer(),
        })
    }
}

impl Context {
    /// An empty context.
    pub fn new(model: &Model) -> Result<Self> {
        Ok(Self::of(Sequence::new(model)?))
    }

    fn of(sequence: Sequence) -> Self {
        Self {
            model: sequence.model().clone(),
            queue: sequence.queue().clone(),
            sequence: RefCell::new(sequence),
            contents: [OnceCell::new(), OnceCell::new()],
        }
    }

    /// A context of pages that the program imported, as if the tokens had been computed here: all
    /// pages are full but the last one, which has `last_page_tokens`. If tokens and pages do not
    /// fit, the first use of the context tells so.
    pub fn from_imported_state(
        model: &Model,
        pages: Vec<u32>,
        tokens: Vec<u32>,
        last_page_tokens: usize,
    ) -> Self {
        Self::of(Sequence::of_pages(model, &pages, tokens, last_page_tokens))
    }

    /// A context of pages that were exported by [`Context::export`], as if the tokens had been
    /// computed here.
    pub fn from_imported(model: &Model, name: &str, tokens: &[u32]) -> Result<Self> {
        Ok(Self::of(Sequence::imported(model, name, tokens)?))
    }

    /// To change it; what was shown of it is out of date then.
    fn change(&mut self) -> &mut Sequence {
        self.contents = [OnceCell::new(), OnceCell::new()];
        let sequence = self.sequence.get_mut();
        sequence.forked = false;
        sequence
    }

    /// Its model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The queue of its commands.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// All tokens, computed or not.
    pub fn tokens(&self) -> &[u32] {
        &self.token_ids
    }

    /// As [`Context::tokens`].
    pub fn get_token_ids(&self) -> &[u32] {
        &self.token_ids
    }

    /// Tokens in the last page; 0 if there is none.
    pub fn get_kv_page_last_len(&self) -> usize {
        self.sequence.borrow().last_page_tokens()
    }

    /// Tokens that went through the model for it so far, those of forks not counted.
    pub fn tokens_computed(&self) -> usize {
        self.sequence.borrow().tokens_computed
    }

    /// Pages that it refers to; forks may refer to the same ones.
    pub fn pages_held(&self) -> usize {
        self.sequence.borrow().pages_held()
    }

    /// Stops where the model ends an answer.
    pub fn eos(&self) -> EndsWithAny {
        ends_with_any(self.model.eos_tokens())
    }

    /// Adds plain text; at the very beginning also the tokens that the model expects before any.
    pub fn fill(&mut self, text: &str) -> &mut Self {
        self.change().fill(text);
        self
    }

    /// Adds a token as it is.
    pub fn fill_token(&mut self, token: u32) -> &mut Self {
        self.fill_tokens(&[token])
    }

    /// Adds tokens as they are.
    pub fn fill_tokens(&mut self, tokens: &[u32]) -> &mut Self {
        self.change().fill_tokens(tokens);
        self
    }

    /// Adds a system message by the model's chat template.
    pub fn fill_system(&mut self, content: &str) -> &mut Self {
        self.add("system", content)
    }

    /// Adds a user message by the model's chat template; ends an answer before it.
    pub fn fill_user(&mut self, content: &str) -> &mut Self {
        self.add("user", content)
    }

    /// Adds an assistant message by the model's chat template.
    pub fn fill_assistant(&mut self, content: &str) -> &mut Self {
        self.add("assistant", content)
    }

    /// Adds a tool's result by the model's chat template, if that knows such messages.
    pub fn fill_tool(&mut self, content: &str) -> &mut Self {
        self.add("tool", content)
    }

    fn add(&mut self, role: &'static str, content: &str) -> &mut Self {
        self.change().add(role, content);
        self
    }

    /// Enqueues the computation of all tokens filled so far; waits for nothing but, in a fork, for
    /// what it shares.
    pub async fn flush(&mut self) {
        if let Err(refused) = self.try_flush().await {
            fail(refused).await
        }
    }

    /// As [`Context::flush`].
    pub async fn try_flush(&mut self) -> Result<()> {
        self.change().flush().await
    }

    /// A context with the same tokens that goes on by itself. Both refer to the same pages; who
    /// first adds to a page that is not full adds in place, the others to copies. What is not
    /// computed yet is computed first, once for both.
    ///
    /// If the engine refuses it, the first step of the fork tells so.
    pub fn fork(&self) -> Self {
        let mut parent = self.sequence.borrow_mut();
        let fork = parent.fork();
        Self::of(fork.unwrap_or_else(|refused| parent.failed(refused)))
    }

    /// As [`Context::fork`].
    pub fn try_fork(&self) -> Result<Self> {
        Ok(Self::of(self.sequence.borrow_mut().fork()?))
    }

    /// Generates until `stop`, or until the model takes no further token; the text.
    pub async fn generate(&mut self, sampler: Sampler, stop: impl StopCondition) -> String {
        match self.try_generate(sampler, stop).await {
            Ok(generation) => generation.text,
            Err(refused) => fail(refused).await,
        }
    }

    /// As [`Context::generate`].
    pub async fn try_generate(
        &mut self,
        sampler: Sampler,
        stop: impl StopCondition,
    ) -> Result<Generation> {
        self.generate_with(sampler, stop, |_| {}).await
    }

    /// Generates, and hands text on as it comes, whole characters only. The context keeps all
    /// tokens, the last one included.
    pub async fn generate_with(
        &mut self,
        sampler: Sampler,
        stop: impl StopCondition,
        mut on_text: impl FnMut(&str),
    ) -> Result<Generation> {
        let sequence = self.change();
        let mut generation = sequence.begin();
        while !generation.ended {
            let token = sequence.step(&sampler).await?;
            let text = generation.take(sequence, token, &stop)?;
            if !text.is_empty() {
                on_text(&text);
            }
        }
        Ok(generation.all)
    }

    /// Generates what [`Context::generate`] generates, with guesses that are checked several in one
    /// forward; the text. `tokens_per_step` gets how many tokens each forward brought.
    pub async fn generate_with_drafter(
        &mut self,
        drafter: &mut impl Drafter,
        sampler: &mut Sampler,
        stop: &mut impl StopCondition,
        tokens_per_step: Option<&mut Vec<usize>>,
    ) -> String {
        let steps = match tokens_per_step {
            Some(steps) => steps,
            None => &mut Vec::new(),
        };
        match self
            .try_generate_with_drafter(drafter, sampler, stop, steps)
            .await
        {
            Ok(generation) => generation.text,
            Err(refused) => fail(refused).await,
        }
    }

    /// As [`Context::generate_with_drafter`].
    pub async fn try_generate_with_drafter(
        &mut self,
        drafter: &mut impl Drafter,
        sampler: &Sampler,
        stop: &impl StopCondition,
        tokens_per_step: &mut Vec<usize>,
    ) -> Result<Generation> {
        drafter::generate(self.change(), drafter, sampler, stop, tokens_per_step).await
    }

    /// Chooses the next token. The context stays as it is, but for the cue for an answer if it ends
    /// with a message: [`Context::fill_token`] adds the token.
    pub async fn decode_step(&mut self, sampler: &Sampler) -> u32 {
        match self.try_decode_step(sampler).await {
            Ok(token) => token,
            Err(refused) => fail(refused).await,
        }
    }

    /// As [`Context::decode_step`].
    pub async fn try_decode_step(&mut self, sampler: &Sampler) -> Result<u32> {
        self.change().step(sampler).await
    }

    /// The next token's distribution, cut to its 256 most likely tokens. The context gets the cue
    /// for an answer if it ends with a message, and else stays as it is.
    pub async fn decode_step_dist(&mut self) -> Distribution {
        match self.try_decode_step_dist(256).await {
            Ok(distribution) => distribution,
            Err(refused) => fail(refused).await,
        }
    }

    /// As [`Context::decode_step_dist`], of so many candidates.
    pub async fn try_decode_step_dist(&mut self, candidates: u32) -> Result<Distribution> {
        self.change().distribution(candidates).await
    }

    /// Forgets all tokens behind the first `size`, and messages among them.
    pub fn rewind(&mut self, size: usize) {
        self.change().rewind(size);
    }

    /// Hides computed tokens from later ones, or shows them again.
    pub fn mask_token_range(&mut self, from: usize, to: usize, hidden: bool) {
        self.change().mask(from, to, hidden);
    }

    /// Gives back the pages whose tokens are all hidden. They stay hidden; positions go on.
    pub fn drop_masked_kv_pages(&mut self) {
        self.change().drop_hidden();
    }

    /// Publishes the pages of all its tokens, computed first, under a name.
    pub async fn export(&mut self, name: &str) -> Result<()> {
        self.change().export(name).await
    }

    /// Keeps the context under a name for other programs of the user: its pages are exported, and
    /// what else it takes is put in the store.
    pub async fn save(&mut self, name: &str) -> Result<()> {
        self.change().save(name).await
    }

    /// The context that was saved under a name; none if there is none, or if its pages are gone.
    pub fn open(model: &Model, name: &str) -> Result<Option<Self>> {
        Ok(Sequence::open(model, name)?.map(Self::of))
    }

    /// Says that the program's pages are not needed while the value lives: while a tool is called,
    /// say.
    pub fn idle(&self) -> Result<Idle> {
        Ok(Idle(
            context_state::idle(self.model.raw()).map_err(Error::from)?,
        ))
    }
}
