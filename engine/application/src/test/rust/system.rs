//! A program of the standard library alone, for `SystemTest`: files and sockets by WASI.
//!
//! `system files`, `system fill BYTES`, `system tcp HOST PORT`, `system udp HOST PORT`, `system listen`

use std::fs;
use std::io::{Error, Read, Result, Write};
use std::net::{Shutdown, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let answer = match words.as_slice() {
        ["files"] => files(),
        ["fill", bytes] => fill(bytes.parse().unwrap()),
        ["tcp", host, port] => tcp(host, port.parse().unwrap()),
        ["udp", host, port] => udp(host, port.parse().unwrap()),
        ["listen"] => listen(),
        other => panic!("unknown: {other:?}"),
    };
    match answer {
        Ok(text) => println!("{text}"),
        Err(failure) => println!("{:?}: {failure}", failure.kind()),
    }
}

fn files() -> Result<String> {
    fs::create_dir_all("/notes/old")?;
    fs::write("/notes/one.txt", "first line\n")?;
    fs::OpenOptions::new().append(true).open("/notes/one.txt")?.write_all(b"second line\n")?;
    fs::rename("/notes/one.txt", "/notes/old/two.txt")?;
    let text = fs::read_to_string("/notes/old/two.txt")?;
    let mut names: Vec<String> = fs::read_dir("/notes")?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.sort();
    let outside = fs::read_dir("/..").map(|_| ()).map_err(|failure| failure.kind());
    Ok(format!("{} in {names:?}, outside {outside:?}", text.lines().count()))
}

fn fill(bytes: usize) -> Result<String> {
    let mut file = fs::File::create("/large")?;
    let piece = [7; 4096];
    for _ in 0..bytes / piece.len() {
        file.write_all(&piece)?;
    }
    Ok(format!("{} bytes", file.metadata()?.len()))
}

fn tcp(host: &str, port: u16) -> Result<String> {
    let mut failure = Error::other("no address");
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect(address) {
            Ok(mut stream) => {
                stream.write_all(b"hello")?;
                stream.shutdown(Shutdown::Write)?;
                let mut answer = String::new();
                stream.read_to_string(&mut answer)?;
                return Ok(answer);
            }
            Err(refused) => failure = refused,
        }
    }
    Err(failure)
}

fn udp(host: &str, port: u16) -> Result<String> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.send_to(b"hello", (host, port))?;
    let mut answer = [0; 64];
    let (count, from) = socket.recv_from(&mut answer)?;
    Ok(format!("{} from {}", String::from_utf8_lossy(&answer[..count]), from.port() == port))
}

fn listen() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    Ok(format!("{:?}", listener.local_addr()?))
}
