//! The attributes of the crate `inferlet`; use them from there.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Makes `async fn main` the program of a component.
///
/// It takes nothing, or an [`Args`](../inferlet/struct.Args.html), and gives a
/// [`Result`](../inferlet/type.Result.html): of `()`, or of a text that is printed.
#[proc_macro_attribute]
pub fn main(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    match expand(&item) {
        Ok(takes_arguments) => {
            let arguments = if takes_arguments {
                "::inferlet::Args::of_program()"
            } else {
                ""
            };
            let program: TokenStream = format!(
                "struct InferletProgram;
                 impl ::inferlet::bindings::Guest for InferletProgram {{
                     fn run() -> ::core::result::Result<(), ::std::string::String> {{
                         ::inferlet::runtime::run(self::main({arguments}))
                     }}
                 }}
                 ::inferlet::bindings::export!(InferletProgram with_types_in ::inferlet::bindings);"
            )
            .parse()
            .expect("the program's entry is Rust");
            item.into_iter().chain(program).collect()
        }
        Err(problem) => format!("::core::compile_error!({problem:?});")
            .parse()
            .expect("an error is Rust"),
    }
}

/// Whether the function has a parameter.
fn expand(item: &TokenStream) -> Result<bool, String> {
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
        Some(TokenTree::Ident(name)) if name.to_string() == "main" && is_async => {}
        _ => return Err("#[inferlet::main] is for an `async fn main`".into()),
    }
    match tokens.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            Ok(!group.stream().is_empty())
        }
        _ => Err("#[inferlet::main]: `main` cannot be generic".into()),
    }
}
