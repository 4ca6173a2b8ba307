//! An agent that reasons and acts in turn (ReAct, Yao et al. 2022, arXiv:2210.03629): the model
//! writes a thought and an action, the program carries the action out and writes the observation
//! behind it, until the model writes an answer. Every token is computed once.

use inferlet::{stop_condition, Args, Context, Result, Sampler, StopCondition};

const SYSTEM: &str =
    "Answer the question in steps. Write a Thought, then an Action. You will get an \
    Observation. Go on until you can write the Answer. Actions: search[query], \
    calculate[expression], weather[city].";

#[inferlet::main]
async fn main(mut args: Args) -> Result<()> {
    let question: String = args
        .opt_value_from_str("--question")?
        .unwrap_or("What is the weather in the capital of Peru?".into());
    let tools: Option<String> = args.opt_value_from_str("--tools")?;
    let steps: usize = args.opt_value_from_str("--steps")?.unwrap_or(8);
    args.finish()?;

    let mut context = inferlet::get_auto_model().create_context();
    let invented = context.model().tokenize("\nObservation:");
    context.fill_system(SYSTEM);
    context.fill_user(&question);
    let mut without_cache = 0;
    for _ in 0..steps {
        let stop = context
            .eos()
            .or(stop_condition::ends_with_any(vec![invented.clone()]))
            .or(stop_condition::max_len(128));
        let text = context
            .generate_with(Sampler::greedy(), stop, inferlet::print)
            .await?
            .text;
        without_cache += context.tokens().len();
        let action = between(&text, "Action: ", "]");
        if between(&text, "Answer: ", "\n").is_some() || action.is_none() {
            break; // an answer, or neither that nor an action
        }
        let observation = format!(
            "Observation: {}",
            act(tools.as_deref(), &context, &text).await?
        );
        context.fill_user(&observation);
        inferlet::print(&format!("\n{observation}\n"));
    }
    let computed = context.tokens_computed();
    inferlet::print(&format!(
        "\n\n{computed} tokens computed, without a cache {without_cache}\n"
    ));
    Ok(())
}

/// Asks a tool; what goes wrong is for the model to read. Meanwhile pages may serve others.
async fn act(tools: Option<&str>, context: &Context, text: &str) -> Result<String> {
    let tool = between(text, "Action: ", "[").unwrap_or_default();
    let input = between(text, &format!("Action: {tool}["), "]").unwrap_or_default();
    let _idle = context.idle()?;
    let answer = match tools {
        Some(url) => {
            match inferlet::http_get(&format!("{url}/{tool}?q={}", encoded(input))).await {
                Ok((200, answer)) => Ok(answer),
                Ok((status, _)) => Err(format!("the server answered {status}")),
                Err(failure) => Err(failure.to_string()),
            }
        }
        None => built_in(tool, input),
    };
    Ok(answer.unwrap_or_else(|problem| format!("error: {problem}")))
}

/// What there is without a server.
fn built_in(tool: &str, input: &str) -> std::result::Result<String, String> {
    match tool {
        "calculate" => calculate(input).map(|value| value.to_string()),
        "weather" => Ok("sunny, 21 degrees".into()),
        _ if input.contains("Peru") => Ok("Lima is the capital of Peru.".into()),
        _ => Ok("Nothing was found.".into()),
    }
}

/// Sums of products of whole numbers.
fn calculate(expression: &str) -> std::result::Result<i64, String> {
    let problem = || format!("'{expression}' is no sum of products of whole numbers");
    let compact: String = expression.chars().filter(|c| !c.is_whitespace()).collect();
    compact
        .replace('-', "+-")
        .split('+')
        .filter(|term| !term.is_empty())
        .try_fold(0i64, |sum, term| {
            let product = term.split('*').try_fold(1i64, |product, factor| {
                product.checked_mul(factor.parse().ok()?)
            });
            product
                .and_then(|product| sum.checked_add(product))
                .ok_or_else(problem)
        })
}

/// What stands behind one text and before the next other; none if the first is not there.
fn between<'a>(text: &'a str, before: &str, behind: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(behind).map_or(rest, |(found, _)| found))
}

/// As a part of a URL.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                (b as char).to_string()
            }
            _ => format!("%{b:02X}"),
        })
        .collect()
}
