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

/// Makes an async function a tool that a model may call.
///
/// The tool is a value of the function's name, described by the function's comment. Parameters are
/// texts, numbers, truth values, or options of these; the result is a text, its error a text too.
/// `NAME::call(arguments)` calls it with arguments in JSON.
#[proc_macro_attribute]
pub fn tool(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    match Function::of(item) {
        Ok(function) => function.tool().parse().expect("the tool is Rust"),
        Err(problem) => format!("::core::compile_error!({problem:?});")
            .parse()
            .expect("an error is Rust"),
    }
}

/// An `async fn` cut into what a tool needs of it.
struct Function {
    comment: String,
    name: String,
    /// Names and types.
    parameters: Vec<(String, String)>,
    parameter_list: String,
    /// The result and the body.
    rest: String,
}

impl Function {
    fn of(item: TokenStream) -> Result<Self, String> {
        let mut tokens = item.into_iter();
        let mut comment = Vec::new();
        let mut is_async = false;
        for token in tokens.by_ref() {
            match token {
                TokenTree::Group(attribute) => comment.extend(comment_of(attribute.stream())),
                TokenTree::Ident(word) if word.to_string() == "async" => is_async = true,
                TokenTree::Ident(word) if word.to_string() == "fn" => break,
                _ => {}
            }
        }
        let Some(TokenTree::Ident(name)) = tokens.next() else {
            return Err("the attribute is for an `async fn`".into());
        };
        let Some(TokenTree::Group(list)) = tokens.next() else {
            return Err(format!("the tool `{name}` cannot be generic"));
        };
        if !is_async {
            return Err(format!("the tool `{name}` must be an `async fn`"));
        }
        Ok(Self {
            comment: comment.join(" "),
            name: name.to_string(),
            parameters: parameters(list.stream())?,
            parameter_list: list.to_string(),
            rest: tokens.collect::<TokenStream>().to_string(),
        })
    }

    fn tool(&self) -> String {
        let Self {
            comment,
            name,
            parameters,
            parameter_list,
            rest,
        } = self;
        let described: String = parameters
            .iter()
            .map(|(name, kind)| {
                format!(
                    "({name:?}, <{kind} as ::inferlet::tools::Argument>::TYPE, \
                     <{kind} as ::inferlet::tools::Argument>::REQUIRED),"
                )
            })
            .collect();
        let given: String = parameters
            .iter()
            .map(|(name, kind)| format!("given.get::<{kind}>({name:?})?,"))
            .collect();
        format!(
            "#[allow(non_camel_case_types)]
             #[doc = {comment:?}]
             pub struct {name};
             impl {name} {{
                 /// Calls it, with arguments in JSON.
                 #[allow(clippy::needless_question_mark)]
                 pub async fn call(arguments: &str) -> ::core::result::Result<::std::string::String, ::std::string::String> {{
                     async fn run {parameter_list} {rest}
                     #[allow(unused_variables)]
                     let given = ::inferlet::tools::Given::parse({name:?}, arguments)?;
                     ::core::result::Result::Ok(run({given}).await?)
                 }}
             }}
             impl ::inferlet::tools::Tool for {name} {{
                 fn name(&self) -> &'static str {{ {name:?} }}
                 fn description(&self) -> &'static str {{ {comment:?} }}
                 fn parameters(&self) -> ::std::string::String {{
                     ::inferlet::tools::schema(&[{described}])
                 }}
             }}"
        )
    }
}

/// The text of an attribute that is a comment.
fn comment_of(attribute: TokenStream) -> Option<String> {
    let mut tokens = attribute.into_iter();
    match (tokens.next(), tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(doc)), Some(_), Some(TokenTree::Literal(text)))
            if doc.to_string() == "doc" =>
        {
            let text = text.to_string();
            let inner = text
                .trim_matches('"')
                .replace("\\\"", "\"")
                .replace("\\'", "'");
            Some(inner.trim().to_string())
        }
        _ => None,
    }
}

/// Names and types, which may have commas between angle brackets.
fn parameters(list: TokenStream) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    let mut part = Vec::new();
    let mut depth = 0;
    for token in list.into_iter().map(Some).chain([None]) {
        let is_comma =
            matches!(&token, Some(TokenTree::Punct(mark)) if mark.as_char() == ',' && depth == 0);
        if let Some(token) = token.filter(|_| !is_comma) {
            if let TokenTree::Punct(mark) = &token {
                depth += match mark.as_char() {
                    '<' => 1,
                    '>' => -1,
                    _ => 0,
                };
            }
            part.push(token);
            continue;
        }
        if part.is_empty() {
            continue;
        }
        let mut tokens = std::mem::take(&mut part).into_iter();
        match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(colon)))
                if colon.as_char() == ':' =>
            {
                found.push((
                    name.to_string(),
                    tokens.collect::<TokenStream>().to_string(),
                ));
            }
            _ => return Err("a tool's parameters are of the form `name: Type`".into()),
        }
    }
    Ok(found)
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
