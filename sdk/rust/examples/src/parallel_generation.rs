//! Two branches of one context go on at the same time.

use inferlet::{future, stop_condition, Args, Result, Sampler, StopCondition};

pub async fn main(mut args: Args) -> Result<()> {
    let max_num_outputs: usize = args.value_from_str(["-n", "--max-tokens"]).unwrap_or(128);

    let model = inferlet::get_auto_model();
    let eos_tokens = model.eos_tokens();
    let mut common = model.create_context();

    common.fill_system("You are a helpful assistant.");
    common.flush().await;

    let mut ctx1 = common.fork();
    let eos_tokens1 = eos_tokens.clone();
    let handle1 = async move {
        ctx1.fill_user("What is the capital of France?");
        let stop_condition =
            stop_condition::max_len(max_num_outputs).or(stop_condition::ends_with_any(eos_tokens1));
        let output = ctx1.generate(Sampler::greedy(), stop_condition).await;
        println!("Output 1: {:?}", output);
    };

    let mut ctx2 = common.fork();
    let eos_tokens2 = eos_tokens.clone();
    let handle2 = async move {
        ctx2.fill_user("Tell me a story about a fox.");
        let stop_condition =
            stop_condition::max_len(max_num_outputs).or(stop_condition::ends_with_any(eos_tokens2));
        let output = ctx2.generate(Sampler::greedy(), stop_condition).await;
        println!("Output 2: {:?}", output);
    };

    future::join(handle1, handle2).await;
    Ok(())
}
