use crate::bindings::pie4j::inferlet::context_state::{self, IdleScope};
use crate::bindings::pie4j::inferlet::queues::{self, Queue};
use crate::bindings::pie4j::inferlet::store;
use crate::bindings::pie4j::inferlet::types::{ErrorCode, FutureUnit};
use crate::bindings::pie4j::inferlet::{allocate, forward, input_text, output_text};
use crate::cache::Cache;
use crate::chat::Chat;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::runtime::{fail, when};
use crate::sampler::Sampler;
use crate::stop_condition::{ends_with_any, EndsWithAny, StopCondition};
use crate::Distribution;
use std::rc::Rc;

fn saved_key(name: &str) -> String {
    format!("inferlet-context/{name}")
}

/// What a context needs besides its pages.
struct Saved {
    tokens: Vec<u32>,
    chat: Chat,
}

impl Saved {
    fn to_text(&self) -> String {
        let tokens: Vec<String> = self.tokens.iter().map(u32::to_string).collect();
        format!("{}\n{}", tokens.join(" "), self.chat.to_text())
    }

    fn parse(text: &str) -> Option<Self> {
        let (tokens, chat) = text.split_once('\n')?;
        let tokens = tokens
            .split_whitespace()
            .map(str::parse)
            .collect::<std::result::Result<_, _>>();
        Some(Self {
            tokens: tokens.ok()?,
            chat: Chat::parse(chat)?,
        })
    }
}

/// Tokens of one forward: bounds the input embeds that a long prompt holds at a time.
const CHUNK: usize = 512;

/// A sequence of tokens and its KV cache: fill it with text, generate from it, fork it.
///
/// Filling only notes tokens. They are computed together when something needs them: [`flush`], a
/// decode step, or [`generate`]. Every step is one embed, one forward and one readout on the
/// context's own queue, enqueued without waiting.
///
/// The methods with a plain result end the program if the engine refuses something, with the
/// refusal as its message; those whose names begin with `try_` give it back.
///
/// [`flush`]: Context::flush
/// [`generate`]: Context::generate
pub struct Context {
    model: Model,
    chat: Chat,
    tokens: Vec<u32>,
    cache: Cache,
    output: Rc<Output>,
    /// How many tokens there were when the output was computed; 0 if it is nobody's.
    output_of: usize,
    tokens_computed: usize,
    /// Comes when what is shared with this context is computed.
    ready: Option<FutureUnit>,
    /// Why it can only be dropped.
    failure: Option<Error>,
    queue: Rc<Queue>,
}

/// An output embed, which forks may read too.
struct Output {
    embed: u32,
    queue: Rc<Queue>,
}

impl Drop for Output {
    fn drop(&mut self) {
        let _ = allocate::dealloc_emb(&self.queue, &[self.embed]);
    }
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

impl Context {
    /// An empty context.
    pub fn new(model: &Model) -> Result<Self> {
        let queue = Rc::new(queues::create_queue(model.raw())?);
        let output = Rc::new(Output {
            embed: allocate::alloc_emb(&queue, 1)?[0],
            queue: queue.clone(),
        });
        Ok(Self {
            model: model.clone(),
            chat: Chat::default(),
            tokens: Vec::new(),
            cache: Cache::new(queue.clone(), model.page_size()),
            output,
            output_of: 0,
            tokens_computed: 0,
            ready: None,
            failure: None,
            queue,
        })
    }

    /// A context of pages that were exported by [`Context::export`], as if the tokens had been
    /// computed here.
    pub fn from_imported(model: &Model, name: &str, tokens: &[u32]) -> Result<Self> {
        let mut context = Self::new(model)?;
        let pages = allocate::import_kvpage(&context.queue, name)?;
        let needed = tokens.len().div_ceil(model.page_size() as usize);
        if pages.len() != needed {
            let _ = allocate::dealloc_kvpage(&context.queue, &pages);
            return Err(Error::new(format!(
                "import: '{name}' has {} pages; {} tokens take {needed}",
                pages.len(),
                tokens.len()
            )));
        }
        context.cache.take(&pages, tokens.len());
        context.tokens = tokens.to_vec();
        Ok(context)
    }

    /// Its model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// All tokens, computed or not.
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// Tokens that went through the model for it so far, those of forks not counted.
    pub fn tokens_computed(&self) -> usize {
        self.tokens_computed
    }

    /// Pages that it refers to; forks may refer to the same ones.
    pub fn pages_held(&self) -> usize {
        self.cache.pages_held()
    }

    /// Stops where the model ends an answer.
    pub fn eos(&self) -> EndsWithAny {
        ends_with_any(self.model.eos_tokens())
    }

    /// Adds plain text; at the very beginning also the tokens that the model expects before any.
    pub fn fill(&mut self, text: &str) -> &mut Self {
        self.write_pending();
        if self.tokens.is_empty() {
            self.tokens = self.model.prefix_tokens();
        }
        self.tokens.extend(self.model.tokenize(text));
        self
    }

    /// Adds a token as it is.
    pub fn fill_token(&mut self, token: u32) -> &mut Self {
        self.fill_tokens(&[token])
    }

    /// Adds tokens as they are.
    pub fn fill_tokens(&mut self, tokens: &[u32]) -> &mut Self {
        self.write_pending();
        self.tokens.extend_from_slice(tokens);
        self
    }

    fn write_pending(&mut self) {
        if let Err(refused) = self.chat.write_pending(&self.model, &mut self.tokens) {
            self.failure = Some(refused);
        }
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

    /// As [`Context::fill_system`].
    pub fn system(&mut self, content: &str) -> &mut Self {
        self.fill_system(content)
    }

    /// As [`Context::fill_user`].
    pub fn user(&mut self, content: &str) -> &mut Self {
        self.fill_user(content)
    }

    /// As [`Context::fill_assistant`].
    pub fn assistant(&mut self, content: &str) -> &mut Self {
        self.fill_assistant(content)
    }

    fn add(&mut self, role: &'static str, content: &str) -> &mut Self {
        self.chat.add(role, content, self.tokens.len());
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
        self.chat.write(&self.model, &mut self.tokens, false)?;
        if self.cache.size() < self.tokens.len() {
            self.await_ready().await?;
        }
        self.compute()
    }

    /// A context with the same tokens that goes on by itself. Both refer to the same pages; who
    /// first adds to a page that is not full adds in place, the others to copies. What is not
    /// computed yet is computed first, once for both.
    ///
    /// If the engine refuses it, the first step of the fork tells so.
    pub fn fork(&mut self) -> Self {
        self.try_fork().unwrap_or_else(|refused| Self {
            model: self.model.clone(),
            chat: Chat::default(),
            tokens: Vec::new(),
            cache: Cache::new(self.queue.clone(), self.model.page_size()),
            output: self.output.clone(),
            output_of: 0,
            tokens_computed: 0,
            ready: None,
            failure: Some(refused),
            queue: self.queue.clone(),
        })
    }

    /// As [`Context::fork`].
    pub fn try_fork(&mut self) -> Result<Self> {
        self.chat.write(&self.model, &mut self.tokens, false)?;
        if let Some(ready) = self.ready.take() {
            ready.await_()?;
        }
        self.compute()?;
        let queue = Rc::new(queues::create_queue(self.model.raw())?);
        let ready = (!self.cache.is_settled()).then(|| queues::synchronize(&self.queue));
        Ok(Self {
            model: self.model.clone(),
            chat: self.chat.clone(),
            tokens: self.tokens.clone(),
            cache: self.cache.fork(queue.clone()),
            output: self.output.clone(),
            output_of: self.output_of,
            tokens_computed: 0,
            ready,
            failure: None,
            queue,
        })
    }

    async fn await_ready(&mut self) -> Result<()> {
        if let Some(ready) = &self.ready {
            when(ready).await?;
            self.ready = None;
        }
        Ok(())
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
        mut sampler: Sampler,
        stop: impl StopCondition,
        mut on_text: impl FnMut(&str),
    ) -> Result<Generation> {
        let stream = self.model.text_stream();
        let mut generation = Generation {
            text: String::new(),
            tokens: Vec::new(),
        };
        loop {
            let token = self.try_decode_step(&mut sampler).await?;
            generation.tokens.push(token);
            let mut text = stream.feed(&[token])?;
            let ended = stop.reached(&generation.tokens)
                || self.tokens.len() > self.model.max_positions() as usize;
            if ended {
                text += &stream.finish();
            }
            if !text.is_empty() {
                on_text(&text);
            }
            generation.text += &text;
            if ended {
                return Ok(generation);
            }
        }
    }

    /// Chooses the next token and adds it.
    pub async fn decode_step(&mut self, sampler: &mut Sampler) -> u32 {
        match self.try_decode_step(sampler).await {
            Ok(token) => token,
            Err(refused) => fail(refused).await,
        }
    }

    /// As [`Context::decode_step`].
    pub async fn try_decode_step(&mut self, sampler: &mut Sampler) -> Result<u32> {
        let distribution = self.try_decode_step_dist(sampler.candidates()).await?;
        if distribution.ids.is_empty() {
            return Err(Error::new("the distribution has no candidates"));
        }
        let token = sampler.choose(&distribution);
        self.tokens.push(token);
        Ok(token)
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
        self.chat.write(&self.model, &mut self.tokens, true)?;
        if self.tokens.is_empty() {
            return Err(Error::new(
                "the context is empty: fill it with something to continue",
            ));
        }
        self.await_ready().await?;
        if self.cache.size() == self.tokens.len() && self.output_of != self.cache.size() {
            self.cache.truncate(self.cache.size() - 1);
        }
        self.compute()?;
        let stamp = self.cache.stamp();
        let future = output_text::get_next_dist(&self.queue, self.output.embed, Some(candidates))?;
        match when(future).await {
            Ok(distribution) => {
                self.cache.settle(stamp);
                Ok(distribution)
            }
            Err(refused) => {
                self.failure = Some(Error::new(format!(
                    "an earlier step of the context failed ({refused}), so its cache is incomplete; begin a new one"
                )));
                Err(refused)
            }
        }
    }

    /// Forgets all tokens behind the first `size`, and messages among them.
    pub fn rewind(&mut self, size: usize) {
        self.chat.rewind(size);
        self.tokens.truncate(size);
        self.cache.truncate(size);
        if self.output_of != size {
            self.output_of = 0;
        }
    }

    /// Hides computed tokens from later ones, or shows them again.
    pub fn mask_token_range(&mut self, from: usize, to: usize, hidden: bool) {
        self.cache.mask(from, to, hidden);
    }

    /// Gives back the pages whose tokens are all hidden. They stay hidden; positions go on.
    pub fn drop_masked_kv_pages(&mut self) {
        self.cache.drop_hidden();
    }

    /// Publishes the pages of all its tokens, computed first, under a name.
    pub async fn export(&mut self, name: &str) -> Result<()> {
        self.try_flush().await?;
        if !self.cache.is_whole() {
            return Err(Error::new(
                "export: tokens are hidden, or a page is shared with a fork that went on; export before that",
            ));
        }
        Ok(allocate::export_kvpage(
            &self.queue,
            &self.cache.ids(),
            name,
        )?)
    }

    /// Keeps the context under a name for other programs of the user: its pages are exported, and
    /// what else it takes is put in the store.
    pub async fn save(&mut self, name: &str) -> Result<()> {
        self.export(name).await?;
        let saved = Saved {
            tokens: self.tokens.clone(),
            chat: self.chat.clone(),
        };
        Ok(store::set(&saved_key(name), saved.to_text().as_bytes())?)
    }

    /// The context that was saved under a name; none if there is none, or if its pages are gone.
    pub fn open(model: &Model, name: &str) -> Result<Option<Self>> {
        let Some(bytes) = store::get(&saved_key(name))? else {
            return Ok(None);
        };
        let Some(saved) = Saved::parse(&String::from_utf8(bytes)?) else {
            return Err(Error::new(format!(
                "open: what is kept as '{name}' is no context"
            )));
        };
        match Self::from_imported(model, name, &saved.tokens) {
            Ok(mut context) => {
                context.chat = saved.chat;
                Ok(Some(context))
            }
            Err(gone) if gone.code() == Some(ErrorCode::NotFound) => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    /// Says that the program's pages are not needed while the value lives: while a tool is called,
    /// say.
    pub fn idle(&self) -> Result<Idle> {
        Ok(Idle(context_state::idle(self.model.raw())?))
    }

    fn require_usable(&self) -> Result<()> {
        self.failure.clone().map_or(Ok(()), Err)
    }

    fn compute(&mut self) -> Result<()> {
        self.require_usable()?;
        let most = self.model.max_positions() as usize;
        if self.tokens.len() > most {
            return Err(Error::new(format!(
                "the context has {} tokens; model {} takes at most {most}",
                self.tokens.len(),
                self.model.name()
            )));
        }
        while self.cache.size() < self.tokens.len() {
            let from = self.cache.size();
            let end = self.tokens.len().min(from + CHUNK);
            self.compute_range(from, end)?;
        }
        Ok(())
    }

    /// One embed, one forward.
    fn compute_range(&mut self, from: usize, end: usize) -> Result<()> {
        let count = end - from;
        self.cache.open_last()?;
        let context = self.cache.input_pages()?;
        let kept = self.cache.output_pages(count)?;
        let last = self.own_output()?;
        // A single token needs no input embed of its own: its output may take its input's place.
        let inputs = if count == 1 {
            vec![last]
        } else {
            allocate::alloc_emb(&self.queue, count as u32)?
        };
        let positions: Vec<u32> = (from as u32..end as u32).collect();
        let done = input_text::embed_txt(&self.queue, &self.tokens[from..end], &positions, &inputs)
            .and_then(|()| forward::forward(&self.queue, &context, &inputs, &kept, &[last], None));
        if count > 1 {
            allocate::dealloc_emb(&self.queue, &inputs)?;
        }
        done?;
        self.cache.append(count);
        self.tokens_computed += count;
        self.output_of = end;
        Ok(())
    }

    /// An output embed that no fork reads.
    fn own_output(&mut self) -> Result<u32> {
        if Rc::strong_count(&self.output) > 1 {
            self.output = Rc::new(Output {
                embed: allocate::alloc_emb(&self.queue, 1)?[0],
                queue: self.queue.clone(),
            });
        }
        Ok(self.output.embed)
    }
}
