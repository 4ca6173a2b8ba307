//! Generates what a Lark grammar allows, by llguidance, as Pie's documentation shows it: the sampler
//! masks tokens, the loop is the usual one.

use inferlet::stop_condition::{ends_with_any, max_len};
use inferlet::{Args, Result, Sampler, StopCondition};
use inferlet_llguidance::ConstrainedSampler;

/// JSON (RFC 8259) whose main value is an object; of white space at most one space.
const JSON: &str = r#"
start: object
value: object | array | STRING | NUMBER | "true" | "false" | "null"
object: "{" SPACE? [pair ("," SPACE? pair)*] "}"
pair: STRING ":" SPACE? value
array: "[" [value ("," SPACE? value)*] "]"
STRING: /"([^"\\\x00-\x1f]|\\(["\\\/bfnrt]|u[0-9a-f]{4}))*"/
NUMBER: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/
SPACE: " "
"#;

#[inferlet::main]
async fn main(mut args: Args) -> Result<()> {
    let prompt: String = args
        .opt_value_from_str("--prompt")?
        .unwrap_or("Give me a JSON record of a cat.".into());
    let grammar: String = args
        .opt_value_from_str("--grammar")?
        .unwrap_or(JSON.into());
    let temperature: f32 = args.opt_value_from_str("--temperature")?.unwrap_or(0.0);
    let max_tokens: usize = args.opt_value_from_str("--max-tokens")?.unwrap_or(128);
    args.finish()?;

    let model = inferlet::get_auto_model();
    let tokenizer = model.tokenizer();
    let sampler = ConstrainedSampler::try_new(
        tokenizer.get_vocabs(),
        tokenizer.get_special_tokens(),
        &tokenizer.get_split_regex(),
        grammar,
        model.stop_tokens()[0],
        false,
    )?;
    let mut ctx = model.create_context();
    ctx.fill_user(&prompt);
    let stop = max_len(max_tokens).or(ends_with_any(model.eos_tokens()));
    let sampler = Sampler::Custom {
        temperature,
        sampler: Box::new(sampler),
    };
    ctx.generate_with(sampler, stop, inferlet::print).await?;
    inferlet::print("\n");
    Ok(())
}
