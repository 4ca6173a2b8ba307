//! The attributes of the crate `inferlet`; use them from there.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Makes `async fn main` the program of a component.
///
/// It takes nothing, or something that is [`Given`](../inferlet/trait.Given.html): `Args`, or a
/// text. It gives a `Result` of `()`, or of a text that is printed; its error is a text, or the
/// crate's own.
#[proc_macro_attribute]
pub fn main(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    let program = signature(&item, "main").map(|takes_arguments| {
        let main = if takes_arguments {
            "self::main"
        } else {
            "|_: ::inferlet::Args| self::main()"
        };
        format!(
            "struct InferletProgram;
             impl ::inferlet::bindings::Guest for InferletProgram {{
                 fn run() -> ::core::result::Result<(), ::std::string::String> {{
                     ::inferlet::runtime::run({main})
                 }}
             }}
             ::inferlet::bindings::export!(InferletProgram with_types_in ::inferlet::bindings);"
        )
    });
    with(item, program)
}

/// Makes `async fn serve` the handler of a component that is an HTTP server.
///
/// It takes a `Request` and a `Reply` of the module `inferlet::server` and gives a `Result<()>`. An
/// error before the reply is a status of 500 and a line in the engine's log.
#[proc_macro_attribute]
pub fn server(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    let server = signature(&item, "serve").map(|_| {
        "struct InferletServer;
         impl ::inferlet::server::Guest for InferletServer {
             fn handle(
                 request: ::inferlet::server::IncomingRequest,
                 reply: ::inferlet::server::ResponseOutparam,
             ) {
                 ::inferlet::server::answer(request, reply, self::serve)
             }
         }
         ::inferlet::server::export!(InferletServer);"
            .to_string()
    });
    with(item, server)
}

/// The function, and what makes it an entry.
fn with(item: TokenStream, entry: Result<String, String>) -> TokenStream {
    match entry {
        Ok(entry) => {
            let entry: TokenStream = entry.parse().expect("the entry is Rust");
            item.into_iter().chain(entry).collect()
        }
        Err(problem) => format!("::core::compile_error!({problem:?});")
            .parse()
            .expect("an error is Rust"),
    }
}

/// Whether the function has a parameter.
fn signature(item: &TokenStream, wanted: &str) -> Result<bool, String> {
    let mut tokens = item.clone().into_iter();
    let mut is_async = false;
    for token in tokens.by_ref() {
        match token {
            TokenTree::Ident(word) if word.to_string() == "async" => is_async = true,
            TokenTree::Ident(word) if word.to_string() == "fn" => break,
            _ => {}
        }
    }
    match tokens.next() {
        Some(TokenTree::Ident(name)) if name.to_string() == wanted && is_async => {}
        _ => return Err(format!("the attribute is for an `async fn {wanted}`")),
    }
    match tokens.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            Ok(!group.stream().is_empty())
        }
        _ => Err(format!("`{wanted}` cannot be generic")),
    }
}
