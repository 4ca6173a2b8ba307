//! Programs that answer HTTP requests: each request has an instance of its own.
//!
//! ```ignore
//! use inferlet::server::{Reply, Request};
//!
//! #[inferlet::server]
//! async fn serve(request: Request, reply: Reply) -> inferlet::Result<()> {
//!     match request.path() {
//!         "/" => reply.text(200, "hello"),
//!         _ => reply.text(404, "there is nothing here"),
//!     }
//! }
//! ```

use crate::error::{Error, Result};
use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
pub use wasip2::exports::http::incoming_handler::Guest;
pub use wasip2::http::proxy::export;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingBody, Method, OutgoingBody, OutgoingResponse,
};
pub use wasip2::http::types::{IncomingRequest, ResponseOutparam};
use wasip2::io::streams::{OutputStream, StreamError};

/// What a client asks for.
pub struct Request {
    inner: IncomingRequest,
    method: String,
    path: String,
    query: String,
}

impl Request {
    fn new(inner: IncomingRequest) -> Self {
        let target = inner.path_with_query().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        Self {
            method: name(inner.method()),
            path: decoded(path, false),
            query: query.to_string(),
            inner,
        }
    }

    /// As `GET`.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path, decoded, as `/complete`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A value of the query or of a form, decoded: `b c` for `a` in `?a=b+c`.
    pub fn query(&self, name: &str) -> Option<String> {
        self.query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .find(|(key, _)| decoded(key, true) == name)
            .map(|(_, value)| decoded(value, true))
    }

    /// A header's first value, if it is text.
    pub fn header(&self, name: &str) -> Option<String> {
        let values = self.inner.headers().get(name);
        String::from_utf8(values.into_iter().next()?).ok()
    }

    /// The whole body; read once.
    pub fn body(&self) -> Result<Vec<u8>> {
        const PIECE: u64 = 64 << 10;
        let body = self
            .inner
            .consume()
            .map_err(|()| Error::new("the request's body was read before"))?;
        let mut bytes = Vec::new();
        {
            let stream = body
                .stream()
                .map_err(|()| Error::new("the request's body has no stream"))?;
            loop {
                match stream.blocking_read(PIECE) {
                    Ok(piece) => bytes.extend(piece),
                    Err(StreamError::Closed) => break,
                    Err(StreamError::LastOperationFailed(failure)) => {
                        return Err(Error::new(failure.to_debug_string()))
                    }
                }
            }
        }
        IncomingBody::finish(body);
        Ok(bytes)
    }

    /// The whole body as text.
    pub fn text(&self) -> Result<String> {
        Ok(String::from_utf8(self.body()?)?)
    }
}

/// The answer that is still to be given.
pub struct Reply {
    to: Rc<RefCell<Option<ResponseOutparam>>>,
    headers: Vec<(String, String)>,
}

impl Reply {
    /// With a header besides the content's type.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    /// Answers with text.
    pub fn text(self, status: u16, text: &str) -> Result<()> {
        self.send(status, "text/plain; charset=utf-8", text.as_bytes())
    }

    /// Answers with bytes.
    pub fn send(self, status: u16, content_type: &str, bytes: &[u8]) -> Result<()> {
        let length = bytes.len().to_string();
        let body = self
            .with_header("content-length", &length)
            .stream(status, content_type)?;
        body.write_bytes(bytes)?;
        body.finish()
    }

    /// Begins an answer whose body is written piece by piece; each goes out at once.
    pub fn stream(self, status: u16, content_type: &str) -> Result<Body> {
        let fields = Fields::new();
        let given = [("content-type".to_string(), content_type.to_string())];
        for (name, value) in given.iter().chain(&self.headers) {
            fields
                .append(name, value.as_bytes())
                .map_err(|refused| Error::new(format!("header {name}: {refused}")))?;
        }
        let response = OutgoingResponse::new(fields);
        response
            .set_status_code(status)
            .map_err(|()| Error::new(format!("{status} is no status")))?;
        let body = response
            .body()
            .map_err(|()| Error::new("the response has no body"))?;
        let stream = body
            .write()
            .map_err(|()| Error::new("the response's body has no stream"))?;
        let to = self.to.take().expect("a reply is given once");
        ResponseOutparam::set(to, Ok(response));
        Ok(Body {
            stream: Some(stream),
            body: Some(body),
        })
    }
}

/// A response's body. Dropped before it is finished, the response is cut off.
pub struct Body {
    stream: Option<OutputStream>,
    body: Option<OutgoingBody>,
}

impl Body {
    /// Sends text.
    pub fn write(&self, text: &str) -> Result<()> {
        self.write_bytes(text.as_bytes())
    }

    /// Sends bytes.
    pub fn write_bytes(&self, bytes: &[u8]) -> Result<()> {
        const PIECE: usize = 4 << 10;
        let stream = self.stream.as_ref().expect("it is not finished");
        for piece in bytes.chunks(PIECE) {
            stream
                .blocking_write_and_flush(piece)
                .map_err(|failure| match failure {
                    StreamError::Closed => Error::new("the client is gone"),
                    StreamError::LastOperationFailed(why) => Error::new(why.to_debug_string()),
                })?;
        }
        Ok(())
    }

    /// Nothing more comes.
    pub fn finish(mut self) -> Result<()> {
        self.stream = None;
        let body = self.body.take().expect("it is finished once");
        OutgoingBody::finish(body, None).map_err(|failure| Error::new(failure.to_string()))
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        // A stream goes before the body that it belongs to.
        self.stream = None;
        self.body = None;
    }
}

/// Answers one request.
pub fn answer<F>(
    request: IncomingRequest,
    to: ResponseOutparam,
    serve: impl FnOnce(Request, Reply) -> F,
) where
    F: Future<Output = Result<()>>,
{
    let to = Rc::new(RefCell::new(Some(to)));
    let reply = Reply {
        to: to.clone(),
        headers: Vec::new(),
    };
    let Err(failure) = crate::runtime::finish(serve(Request::new(request), reply)) else {
        return;
    };
    let text = failure.to_string();
    match to.take() {
        Some(unanswered) => {
            ResponseOutparam::set(unanswered, Err(ErrorCode::InternalError(Some(text))));
        }
        // Too late for a status: the response ends where it is.
        None => panic!("{text}"),
    }
}

fn name(method: Method) -> String {
    match method {
        Method::Get => "GET".into(),
        Method::Head => "HEAD".into(),
        Method::Post => "POST".into(),
        Method::Put => "PUT".into(),
        Method::Delete => "DELETE".into(),
        Method::Connect => "CONNECT".into(),
        Method::Options => "OPTIONS".into(),
        Method::Trace => "TRACE".into(),
        Method::Patch => "PATCH".into(),
        Method::Other(name) => name,
    }
}

/// Percent signs followed by two digits are bytes; in a query a plus is a space.
fn decoded(text: &str, is_query: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        match (first, behind) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                bytes.push(hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0));
                rest = after;
            }
            (b'+', _) if is_query => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn percent_signs_and_pluses() {
        assert_eq!(decoded("a%20b+c", false), "a b+c");
        assert_eq!(decoded("a%20b+c", true), "a b c");
        assert_eq!(decoded("%e2%82%ac%", false), "€%");
        assert_eq!(decoded("%zz%+1%", true), "%zz% 1%");
    }
}
