//! What a program has besides the model: its client, other programs, names and messages.

use crate::bindings::pie4j::inferlet::runtime::LogLevel;
use crate::bindings::pie4j::inferlet::{children, client, http, messaging, runtime, store};
use crate::error::Result;
use crate::runtime::{fail, refuse, when};
use std::future::Future;

/// Prints text to whoever launched the program, as it is; what is too long for one message is
/// printed in pieces.
pub fn print(text: &str) {
    const PIECE: usize = 16 << 10;
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(PIECE);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (piece, behind) = rest.split_at(end);
        // Whoever launched it may be gone; that is no reason to end.
        let _ = runtime::print(piece);
        rest = behind;
    }
}

/// Writes a line to the engine's log.
pub fn log(message: &str) {
    let _ = runtime::log(LogLevel::Info, message);
}

/// Waits for some time.
pub async fn sleep(milliseconds: u64) -> Result<()> {
    when(runtime::sleep(milliseconds)?).await
}

/// Sends a message to whoever launched the program.
pub fn send(message: &str) -> Result<()> {
    Ok(client::send(message)?)
}

/// The next message from whoever launched the program.
pub async fn receive() -> Result<String> {
    when(client::receive()).await
}

/// Another program that this one launched; dropped, it goes on.
pub struct Child {
    inner: children::Child,
}

/// Launches an installed program.
pub fn launch(program: &str, arguments: &[String]) -> Result<Child> {
    Ok(Child {
        inner: children::launch(program, arguments)?,
    })
}

impl Child {
    /// Sends it a message.
    pub fn send(&self, message: &str) -> Result<()> {
        Ok(self.inner.send(message)?)
    }

    /// Its next message.
    pub async fn receive(&self) -> Result<String> {
        when(self.inner.receive()).await
    }

    /// Its end: what it printed.
    pub async fn join(&self) -> Result<String> {
        when(&self.inner).await
    }

    /// Ends it.
    pub fn cancel(&self) {
        self.inner.cancel();
    }
}

/// Asks a server; the answer's status and text. Takes the capability `http` for its host.
pub async fn http_get(url: &str) -> Result<(u32, String)> {
    let response = when(http::get(url)?).await?;
    let body = when(response.read_all()?).await?;
    Ok((response.status(), String::from_utf8(body)?))
}

/// What is broadcast to a topic from now on, in order.
pub struct Subscription {
    inner: messaging::Subscription,
}

impl Subscription {
    /// Begins to listen.
    pub fn to(topic: &str) -> Result<Self> {
        Ok(Self {
            inner: messaging::subscribe(topic)?,
        })
    }

    /// The next message.
    pub async fn receive(&self) -> Result<String> {
        when(self.inner.receive()).await
    }
}

/// Sends a message to whoever listens to a topic. If the engine refuses it, the program ends the
/// next time that it waits.
pub fn broadcast(topic: &str, message: &str) {
    if let Err(refused) = try_broadcast(topic, message) {
        refuse(refused);
    }
}

/// As [`broadcast`]; how many listen.
pub fn try_broadcast(topic: &str, message: &str) -> Result<u32> {
    Ok(messaging::broadcast(topic, message)?)
}

/// Waits for the next message that is broadcast to a topic; listens from now on.
pub fn subscribe(topic: &str) -> impl Future<Output = String> {
    let subscribed = Subscription::to(topic);
    async move {
        let received = match subscribed {
            Ok(subscription) => subscription.receive().await,
            Err(refused) => Err(refused),
        };
        match received {
            Ok(message) => message,
            Err(refused) => fail(refused).await,
        }
    }
}

/// Keeps a text under a key, for this user's programs. If the engine refuses it, the program ends
/// the next time that it waits.
pub fn store_set(key: &str, value: &str) {
    if let Err(refused) = try_store_set(key, value) {
        refuse(refused);
    }
}

/// As [`store_set`].
pub fn try_store_set(key: &str, value: &str) -> Result<()> {
    Ok(store::set(key, value.as_bytes())?)
}

/// The text under a key, if there is one.
pub fn store_get(key: &str) -> Result<Option<String>> {
    match store::get(key)? {
        Some(bytes) => Ok(Some(String::from_utf8(bytes)?)),
        None => Ok(None),
    }
}

/// Forgets a key; whether it was there.
pub fn store_delete(key: &str) -> Result<bool> {
    Ok(store::delete(key)?)
}
