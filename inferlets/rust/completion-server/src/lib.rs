//! Answers prompts over HTTP: `pie serve completion-server`, then `curl localhost:8080/complete?prompt=…`.

use inferlet::server::{Reply, Request};
use inferlet::{stop_condition, Error, Result, Sampler, StopCondition};

const HELP: &str = "GET  /complete?prompt=TEXT&max-tokens=N   the answer, as it is generated
POST /complete?max-tokens=N               the same, the prompt is the body
GET  /fail                                an error, to see what becomes of it
";

#[inferlet::server]
async fn serve(request: Request, reply: Reply) -> Result<()> {
    match (request.method(), request.path()) {
        ("GET", "/") => reply.text(200, HELP),
        ("GET", "/fail") => Err(Error::new("it was asked to fail")),
        ("GET", "/complete") => match request.query("prompt") {
            Some(prompt) => complete(&prompt, &request, reply).await,
            None => reply.text(400, "the query has no prompt"),
        },
        ("POST", "/complete") => complete(&request.text()?, &request, reply).await,
        _ => reply.text(404, "there is nothing here; see /"),
    }
}

async fn complete(prompt: &str, request: &Request, reply: Reply) -> Result<()> {
    let max_tokens = request.query("max-tokens").map_or(Ok(256), |n| n.parse());
    let Ok(max_tokens) = max_tokens else {
        return reply.text(400, "max-tokens is no number");
    };
    let mut context = inferlet::get_auto_model().create_context();
    context.fill_user(prompt);
    let stop = stop_condition::max_len(max_tokens).or(context.eos());
    let body = reply.stream(200, "text/plain; charset=utf-8")?;
    context
        .generate_with(Sampler::greedy(), stop, |piece| {
            // Whoever asked may have gone; the rest is for nobody then.
            let _ = body.write(piece);
        })
        .await?;
    body.finish()
}
