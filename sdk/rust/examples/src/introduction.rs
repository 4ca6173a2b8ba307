//! The agent of the introduction.

use inferlet::stepwise::{runtime, Context, Model, Result, Sampler};
use inferlet::{tool, tools, Args};

/// Search the web for current information.
#[tool]
async fn web_search(query: String) -> Result<String> {
    // Real implementations hit MCP, HTTP, or the inferlet's own state.
    Ok(format!("(stub result for: {query})"))
}

async fn main(prompt: String) -> Result<String> {
    let model = Model::load(runtime::models().first().unwrap())?;
    let mut ctx = Context::new(&model)?;
    ctx.system("Use web_search if you need fresh facts, then answer.")
        .equip(&[&web_search])?
        .user(&prompt);
    loop {
        // Stream tokens through tools::Decoder so the loop aborts the
        // moment the model emits a tool-call structure. No wasted
        // tokens past it.
        let mut tdec = tools::Decoder::new(&model);
        let mut full = Vec::new();
        let call = {
            let mut g = ctx.generate(Sampler::Argmax).max_tokens(512);
            loop {
                let Some(step) = g.next()? else { break None };
                let out = step.execute().await?;
                full.extend_from_slice(&out.tokens);
                if let tools::Event::Call(name, args) = tdec.feed(&out.tokens)? {
                    break Some((name, args));
                }
            }
        };
        let Some((name, args)) = call else {
            return Ok(model.tokenizer().decode(&full)?);
        };
        // Hint to the engine that this inferlet is not using the KV
        // cache. Under contention, the engine evicts our pages for a
        // peer and restores them when the idle scope ends.
        let result = {
            let _idle = ctx.idle();
            match name.as_str() {
                "web_search" => web_search::call(&args).await?,
                _ => return Err(format!("unknown tool: {name}")),
            }
        };
        ctx.append(&tools::answer_prefix(&model, &name, &result));
    }
}

pub async fn run(mut args: Args) -> inferlet::Result<()> {
    let prompt: String = args.value_from_str("--prompt")?;
    let answer = main(prompt).await?;
    inferlet::print(&answer);
    inferlet::print("\n");
    Ok(())
}
