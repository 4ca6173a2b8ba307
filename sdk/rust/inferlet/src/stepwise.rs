//! Contexts whose generations go step by step in the program's own loop, as the introduction of
//! Pie's documentation shows them: errors are texts, models have names, tools are equipped.

use crate::context::Idle;
use crate::sampler::Sampler as AnySampler;
use crate::tools::{declaration, Tool};
use std::ops::{Deref, DerefMut};

pub use crate::model::Model;
pub use crate::sampler::Sampler;

/// What this module's functions and programs give.
pub type Result<T, E = String> = std::result::Result<T, E>;

/// What the engine serves.
pub mod runtime {
    /// The names of the models that the program may use, the default one first.
    pub fn models() -> Vec<String> {
        crate::models()
            .iter()
            .map(crate::model::Model::name)
            .collect()
    }
}

/// A [context](crate::Context) whose generations are steps.
pub struct Context {
    inner: crate::Context,
    /// The system message that waits for the tools' declaration.
    instructions: Option<String>,
}

impl Deref for Context {
    type Target = crate::Context;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl DerefMut for Context {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

impl Context {
    /// An empty context.
    pub fn new(model: &Model) -> Result<Self> {
        Ok(Self {
            inner: crate::Context::new(model)?,
            instructions: None,
        })
    }

    /// Adds a system message; tools that follow are declared in it.
    pub fn system(&mut self, content: &str) -> &mut Self {
        self.write_instructions();
        self.instructions = Some(content.to_string());
        self
    }

    /// Declares tools to the model, in its own syntax.
    pub fn equip(&mut self, tools: &[&dyn Tool]) -> Result<&mut Self> {
        let declared = declaration(self.inner.model(), tools)?;
        let content = match self.instructions.take() {
            Some(before) => format!("{before}\n\n{declared}"),
            None => declared,
        };
        self.inner.fill_system(&content);
        Ok(self)
    }

    /// Adds a user message.
    pub fn user(&mut self, content: &str) -> &mut Self {
        self.write_instructions();
        self.inner.fill_user(content);
        self
    }

    /// Adds an assistant message.
    pub fn assistant(&mut self, content: &str) -> &mut Self {
        self.write_instructions();
        self.inner.fill_assistant(content);
        self
    }

    /// Adds tokens as they are.
    pub fn append(&mut self, tokens: &[u32]) -> &mut Self {
        self.write_instructions();
        self.inner.fill_tokens(tokens);
        self
    }

    /// Says that the program's pages are not needed while the value lives.
    pub fn idle(&self) -> Result<Idle> {
        Ok(self.inner.idle()?)
    }

    /// Generates step by step, until the model ends its answer.
    pub fn generate(&mut self, sampler: AnySampler) -> Generation<'_> {
        self.write_instructions();
        let stops = self.inner.model().stop_tokens();
        Generation {
            context: &mut self.inner,
            sampler,
            stops,
            left: usize::MAX,
        }
    }

    fn write_instructions(&mut self) {
        if let Some(content) = self.instructions.take() {
            self.inner.fill_system(&content);
        }
    }
}

/// A generation under way; it goes on only while its steps are executed.
pub struct Generation<'a> {
    context: &'a mut crate::Context,
    sampler: AnySampler,
    stops: Vec<u32>,
    left: usize,
}

impl<'a> Generation<'a> {
    /// Ends it after so many tokens.
    pub fn max_tokens(mut self, count: usize) -> Self {
        self.left = count;
        self
    }

    /// The next step; none once it has ended.
    #[allow(clippy::should_implement_trait)] // a step borrows the generation
    pub fn next(&mut self) -> Result<Option<Step<'_, 'a>>> {
        Ok((self.left > 0).then_some(Step { generation: self }))
    }
}

/// One step of a generation.
pub struct Step<'b, 'a> {
    generation: &'b mut Generation<'a>,
}

/// What a step brought.
pub struct Output {
    /// Its tokens.
    pub tokens: Vec<u32>,
}

impl Step<'_, '_> {
    /// Computes it; the context keeps its tokens.
    pub async fn execute(self) -> Result<Output> {
        let generation = self.generation;
        let token = generation
            .context
            .try_decode_step(&generation.sampler)
            .await?;
        generation.context.fill_token(token);
        generation.left = if generation.stops.contains(&token) {
            0
        } else {
            generation.left - 1
        };
        Ok(Output {
            tokens: vec![token],
        })
    }
}
