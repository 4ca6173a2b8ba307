use crate::bindings::pie4j::inferlet::forward::AttentionMask;
use crate::bindings::pie4j::inferlet::sample::{self, Sampling};
use crate::bindings::pie4j::inferlet::store;
use crate::bindings::pie4j::inferlet::tokenize::TextStream;
use crate::bindings::pie4j::inferlet::types::{ErrorCode, FutureDistribution, FutureUnit};
use crate::bindings::pie4j::inferlet::{allocate, forward, input_text, output_text, queues};
use crate::cache::Cache;
use crate::chat::Chat;
use crate::context::Generation;
use crate::drafter::Tree;
use crate::error::{Error, Result};
use crate::future::join_all;
use crate::model::Model;
use crate::queue::Queue;
use crate::runtime::when;
use crate::sampler::{Distribution, Sampler};
use crate::stop_condition::StopCondition;
use std::rc::Rc;

/// Tokens of one forward: bounds the input embeds that a long prompt holds at a time.
pub(crate) const CHUNK: usize = 512;

/// What a context is made of: its tokens, the conversation that they are, and their cache.
pub(crate) struct Sequence {
    /// Dropped first, before what may still be in use.
    ready: Ready,
    model: Model,
    chat: Chat,
    tokens: Vec<u32>,
    cache: Cache,
    output: Output,
    /// How many tokens there were when the output was computed; 0 if it is nobody's.
    output_of: usize,
    pub(crate) tokens_computed: usize,
    /// Whether a fork has changed it since it was last changed by itself.
    pub(crate) forked: bool,
    /// Why it can only be dropped.
    failure: Option<Error>,
    queue: Queue,
}

/// Comes when what is shared with a sequence is computed. Dropped before, it waits: pages that are
/// given back on one queue must not be written on another.
struct Ready(Option<FutureUnit>);

impl Drop for Ready {
    fn drop(&mut self) {
        if let Some(ready) = self.0.take() {
            let _ = ready.await_();
        }
    }
}

/// Output embeds, which forks may read too. Who has them last gives them back, on its own queue:
/// behind all that it did with them.
struct Output {
    embeds: Rc<Vec<u32>>,
    queue: Queue,
}

impl Output {
    fn new(queue: &Queue, count: usize) -> Result<Self> {
        Ok(Self {
            embeds: Rc::new(allocate::alloc_emb(queue.raw(), count as u32)?),
            queue: queue.clone(),
        })
    }

    /// The same, for somebody with another queue.
    fn shared(&self, queue: &Queue) -> Self {
        Self {
            embeds: self.embeds.clone(),
            queue: queue.clone(),
        }
    }

    fn is_shared(&self) -> bool {
        Rc::strong_count(&self.embeds) > 1
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if !self.is_shared() {
            let _ = allocate::dealloc_emb(self.queue.raw(), &self.embeds);
        }
    }
}

/// A generation under way.
pub(crate) struct Generating {
    pub(crate) all: Generation,
    pub(crate) ended: bool,
    stream: TextStream,
}

impl Generating {
    /// Adds a token that was chosen; the text that it completes.
    pub(crate) fn take(
        &mut self,
        sequence: &mut Sequence,
        token: u32,
        stop: &impl StopCondition,
    ) -> Result<String> {
        sequence.tokens.push(token);
        self.all.tokens.push(token);
        let mut text = self.stream.feed(&[token])?;
        self.ended = stop.check(&self.all.tokens)
            || sequence.tokens.len() > sequence.model.max_positions() as usize;
        if self.ended {
            text += &self.stream.finish();
        }
        self.all.text += &text;
        Ok(text)
    }
}

impl Sequence {
    pub(crate) fn new(model: &Model) -> Result<Self> {
        let queue = model.create_queue()?;
        let output = Output::new(&queue, 1)?;
        Ok(Self::with(model, queue, output))
    }

    fn with(model: &Model, queue: Queue, output: Output) -> Self {
        Self {
            ready: Ready(None),
            model: model.clone(),
            chat: Chat::default(),
            tokens: Vec::new(),
            cache: Cache::new(queue.clone(), model.page_size()),
            output,
            output_of: 0,
            tokens_computed: 0,
            forked: false,
            failure: None,
            queue,
        }
    }

    /// One that does nothing but tell why.
    pub(crate) fn failed(&self, refused: Error) -> Self {
        let mut failed = Self::with(
            &self.model,
            self.queue.clone(),
            self.output.shared(&self.queue),
        );
        failed.failure = Some(refused);
        failed
    }

    pub(crate) fn imported(model: &Model, name: &str, tokens: &[u32]) -> Result<Self> {
        let mut sequence = Self::new(model)?;
        let pages = allocate::import_kvpage(sequence.queue.raw(), name)?;
        let needed = tokens.len().div_ceil(model.page_size() as usize);
        if pages.len() != needed {
            let _ = allocate::dealloc_kvpage(sequence.queue.raw(), &pages);
            return Err(Error::new(format!(
                "import: '{name}' has {} pages; {} tokens take {needed}",
                pages.len(),
                tokens.len()
            )));
        }
        sequence.cache.take(&pages, tokens.len());
        sequence.tokens = tokens.to_vec();
        Ok(sequence)
    }

    pub(crate) fn of_pages(
        model: &Model,
        pages: &[u32],
        tokens: Vec<u32>,
        last_page_tokens: usize,
    ) -> Self {
        let mut sequence = Self::new(model).unwrap_or_else(|refused| panic!("{refused}"));
        let before = pages.len().saturating_sub(1) * model.page_size() as usize;
        if before + last_page_tokens == tokens.len() {
            sequence.cache.take(pages, tokens.len());
            sequence.tokens = tokens;
        } else {
            sequence.failure = Some(Error::new(format!(
                "from_imported_state: {} pages with {last_page_tokens} tokens in the last hold {} tokens, given are {}",
                pages.len(),
                before + last_page_tokens,
                tokens.len()
            )));
        }
        sequence
    }

    pub(crate) fn model(&self) -> &Model {
        &self.model
    }

    pub(crate) fn queue(&self) -> &Queue {
        &self.queue
    }

    pub(crate) fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    pub(crate) fn pages(&self) -> Vec<u32> {
        self.cache.ids()
    }

    pub(crate) fn pages_held(&self) -> usize {
        self.cache.pages_held()
    }

    pub(crate) fn last_page_tokens(&self) -> usize {
        self.cache.last_page_tokens()
    }

    /// Tokens that fit behind these.
    pub(crate) fn room(&self) -> usize {
        (self.model.max_positions() as usize).saturating_sub(self.tokens.len())
    }

    pub(crate) fn fill(&mut self, text: &str) {
        self.write_pending();
        if self.tokens.is_empty() {
            self.tokens = self.model.prefix_tokens();
        }
        self.tokens.extend(self.model.tokenize(text));
    }

    pub(crate) fn fill_tokens(&mut self, tokens: &[u32]) {
        self.write_pending();
        self.tokens.extend_from_slice(tokens);
    }

    fn write_pending(&mut self) {
        if let Err(refused) = self.chat.write_pending(&self.model, &mut self.tokens) {
            self.failure = Some(refused);
        }
    }

    pub(crate) fn add(&mut self, role: &'static str, content: &str) {
        self.chat.add(role, content, self.tokens.len());
    }

    pub(crate) async fn flush(&mut self) -> Result<()> {
        self.chat.write(&self.model, &mut self.tokens, false)?;
        if self.cache.size() < self.tokens.len() {
            self.await_ready().await?;
        }
        self.compute()
    }

    pub(crate) fn fork(&mut self) -> Result<Self> {
        let before = (self.tokens.len(), self.cache.size());
        self.chat.write(&self.model, &mut self.tokens, false)?;
        if let Some(ready) = self.ready.0.take() {
            ready.await_()?;
        }
        let computed = self.compute();
        self.forked |= before != (self.tokens.len(), self.cache.size());
        computed?;
        let queue = self.model.create_queue()?;
        let ready = (!self.cache.is_settled()).then(|| queues::synchronize(self.queue.raw()));
        Ok(Self {
            chat: self.chat.clone(),
            tokens: self.tokens.clone(),
            cache: self.cache.fork(queue.clone()),
            output_of: self.output_of,
            ready: Ready(ready),
            ..Self::with(&self.model, queue.clone(), self.output.shared(&queue))
        })
    }

    async fn await_ready(&mut self) -> Result<()> {
        if let Some(ready) = &self.ready.0 {
            when(ready).await?;
            self.ready.0 = None;
        }
        Ok(())
    }

    pub(crate) fn begin(&self) -> Generating {
        Generating {
            all: Generation {
                text: String::new(),
                tokens: Vec::new(),
            },
            ended: false,
            stream: self.model.text_stream(),
        }
    }

    /// Chooses the next token.
    pub(crate) async fn step(&mut self, sampler: &Sampler) -> Result<u32> {
        if let Some(allowed) = sampler.allowed()? {
            let drawn = self.draw(sampler.draws(), allowed).await?;
            return Ok(sampler.choose(&drawn));
        }
        let distribution = self.distribution(sampler.candidates()).await?;
        if distribution.ids.is_empty() {
            return Err(Error::new("the distribution has no candidates"));
        }
        Ok(sampler.choose(&distribution))
    }

    /// The engine draws among the tokens that are allowed; a distribution of that token alone.
    async fn draw(&mut self, draws: Sampling, allowed: Vec<u32>) -> Result<Distribution> {
        let stamp = self.compute_output().await?;
        let embed = self.output.embeds[0];
        let drawn = sample::sample(self.queue.raw(), embed, draws, Some(&allowed))?;
        let drawn = when(drawn).await;
        let token = self.settle(stamp, drawn)?;
        Ok(Distribution {
            ids: vec![token.id],
            probs: vec![token.log_probability.exp()],
        })
    }

    pub(crate) async fn distribution(&mut self, candidates: u32) -> Result<Distribution> {
        let stamp = self.compute_output().await?;
        let future = self.read_out(self.output.embeds[0], candidates)?;
        let distribution = when(future).await;
        Ok(self.settle(stamp, distribution)?.into())
    }

    fn read_out(&self, embed: u32, candidates: u32) -> Result<FutureDistribution> {
        Ok(output_text::get_next_dist(
            self.queue.raw(),
            embed,
            Some(candidates),
        )?)
    }

    /// Enqueues what the next token's output needs; the cache's stamp then.
    async fn compute_output(&mut self) -> Result<u64> {
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
        Ok(self.cache.stamp())
    }

    /// What was enqueued up to a stamp is done, or nothing of it counts.
    fn settle<T>(&mut self, stamp: u64, outcome: Result<T>) -> Result<T> {
        match &outcome {
            Ok(_) => self.cache.settle(stamp),
            Err(refused) => {
                self.failure = Some(Error::new(format!(
                    "an earlier step of the context failed ({refused}), so its cache is incomplete; begin a new one"
                )));
            }
        }
        outcome
    }

    /// Computes the last token, which is the only one that is not yet, and a draft behind it, in one
    /// forward; what comes after that token and after each of the draft. Until [`Sequence::keep`]
    /// the cache holds the draft, too.
    pub(crate) async fn verify(
        &mut self,
        draft: &Tree,
        candidates: u32,
    ) -> Result<Vec<Distribution>> {
        self.require_usable()?;
        self.await_ready().await?;
        let settled = self.tokens.len();
        let from = settled - 1;
        self.cache.open_last()?;
        // A chain needs no mask: positions hide the same.
        let mask = (!draft.is_chain()).then(|| AttentionMask {
            rows: draft.masks(self.cache.visible()),
        });
        let outputs = Output::new(&self.queue, draft.len() + 1)?;
        let tokens: Vec<u32> = [self.tokens[from]]
            .into_iter()
            .chain(draft.tokens().iter().copied())
            .collect();
        let positions: Vec<u32> = (0..=draft.len())
            .map(|node| from as u32 + draft.depth(node))
            .collect();
        self.forward(&tokens, &positions, &outputs.embeds, mask.as_ref())?;
        self.output_of = 0;
        let stamp = self.cache.stamp();
        let mut futures = Vec::new();
        for embed in outputs.embeds.iter() {
            futures.push(when(self.read_out(*embed, candidates)?));
        }
        let all: Result<Vec<_>> = join_all(futures).await.into_iter().collect();
        let all = self.settle(stamp, all)?;
        Ok(all.into_iter().map(Distribution::from).collect())
    }

    /// Keeps these nodes of the last draft, which are among the tokens now, and no others.
    pub(crate) fn keep(&mut self, path: &[usize], draft: &Tree) -> Result<()> {
        let first = self.cache.size() - draft.len();
        for (index, node) in path.iter().enumerate() {
            self.cache.copy_token(first + node - 1, first + index)?;
        }
        self.cache.truncate(first + path.len());
        Ok(())
    }

    pub(crate) fn rewind(&mut self, size: usize) {
        self.chat.rewind(size);
        self.tokens.truncate(size);
        self.cache.truncate(size);
        if self.output_of != size {
            self.output_of = 0;
        }
    }

    pub(crate) fn mask(&mut self, from: usize, to: usize, hidden: bool) {
        self.cache.mask(from, to, hidden);
    }

    pub(crate) fn drop_hidden(&mut self) {
        self.cache.drop_hidden();
    }

    pub(crate) async fn export(&mut self, name: &str) -> Result<()> {
        self.flush().await?;
        if !self.cache.is_whole() {
            return Err(Error::new(
                "export: tokens are hidden, or a page is shared with a fork that went on; export before that",
            ));
        }
        self.queue.try_export_kv_pages(&self.cache.ids(), name)
    }

    pub(crate) async fn save(&mut self, name: &str) -> Result<()> {
        self.export(name).await?;
        let tokens: Vec<String> = self.tokens.iter().map(u32::to_string).collect();
        let saved = format!("{}\n{}", tokens.join(" "), self.chat.to_text());
        Ok(store::set(&saved_key(name), saved.as_bytes())?)
    }

    pub(crate) fn open(model: &Model, name: &str) -> Result<Option<Self>> {
        let Some(bytes) = store::get(&saved_key(name))? else {
            return Ok(None);
        };
        let Some((tokens, chat)) = parse_saved(&String::from_utf8(bytes)?) else {
            return Err(Error::new(format!(
                "open: what is kept as '{name}' is no context"
            )));
        };
        match Self::imported(model, name, &tokens) {
            Ok(sequence) => Ok(Some(Self { chat, ..sequence })),
            Err(gone) if gone.code() == Some(ErrorCode::NotFound) => Ok(None),
            Err(refused) => Err(refused),
        }
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
            let positions: Vec<u32> = (from as u32..end as u32).collect();
            self.cache.open_last()?;
            if self.output.is_shared() {
                self.output = Output::new(&self.queue, 1)?; // forks read the other
            }
            let (tokens, outputs) = (self.tokens[from..end].to_vec(), self.output.embeds.to_vec());
            self.forward(&tokens, &positions, &outputs, None)?;
            self.output_of = end;
        }
        Ok(())
    }

    /// One embed, one forward, behind what is in the cache.
    fn forward(
        &mut self,
        tokens: &[u32],
        positions: &[u32],
        outputs: &[u32],
        mask: Option<&AttentionMask>,
    ) -> Result<()> {
        let count = tokens.len();
        let queue = self.queue.raw();
        let context = self.cache.input_pages()?;
        let kept = self.cache.output_pages(count)?;
        // A single token needs no input embed of its own: its output may take its input's place.
        let inputs = if count == 1 {
            outputs.to_vec()
        } else {
            allocate::alloc_emb(queue, count as u32)?
        };
        let done = input_text::embed_txt(queue, tokens, positions, &inputs)
            .and_then(|()| forward::forward(queue, &context, &inputs, &kept, outputs, mask));
        if count > 1 {
            allocate::dealloc_emb(queue, &inputs)?;
        }
        done?;
        self.cache.append(count);
        self.tokens_computed += count;
        Ok(())
    }
}

fn saved_key(name: &str) -> String {
    format!("inferlet-context/{name}")
}

fn parse_saved(text: &str) -> Option<(Vec<u32>, Chat)> {
    let (tokens, chat) = text.split_once('\n')?;
    let tokens: std::result::Result<_, _> = tokens.split_whitespace().map(str::parse).collect();
    Some((tokens.ok()?, Chat::parse(chat)?))
}
