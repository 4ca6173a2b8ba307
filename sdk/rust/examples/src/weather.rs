//! An agent with a tool that the embedded model knows.

use inferlet::stepwise::{Context, Model, Result, Sampler};
use inferlet::{tool, tools, Args};

/// Get the weather in a city
#[tool]
async fn get_weather(city: String) -> Result<String> {
    match city.as_str() {
        "" => Err("there is no city without a name".into()),
        _ => Ok("foggy, 14 degrees".into()),
    }
}

pub async fn main(mut args: Args) -> inferlet::Result<()> {
    let city: String = args.value_from_str("--city")?;
    let model: Model = inferlet::get_auto_model();
    let mut context = Context::new(&model)?;
    context
        .equip(&[&get_weather])?
        .user(&format!("What is the weather in {city}?"));
    loop {
        let mut decoder = tools::Decoder::new(&model);
        let mut answer = Vec::new();
        let mut called = None;
        let mut generation = context.generate(Sampler::Argmax).max_tokens(64);
        while let Some(step) = generation.next()? {
            let tokens = step.execute().await?.tokens;
            answer.extend_from_slice(&tokens);
            if let tools::Event::Call(name, arguments) = decoder.feed(&tokens)? {
                inferlet::print(&format!("{name} {arguments}\n"));
                called = Some(get_weather::call(&arguments).await?);
                break;
            }
        }
        match called {
            Some(result) => {
                context.append(&tools::answer_prefix(&model, "get_weather", &result));
            }
            None => {
                inferlet::print(&format!("{}\n", model.detokenize(&answer)?));
                return Ok(());
            }
        }
    }
}
