//! A small HTTP/1.1 client for load: a connection that stays open, and answers that are looked at where they lie. It knows
//! what our servers send and nothing more.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The most bytes of an answer.
const ANSWER_MAX: usize = 4 * 1024 * 1024;

/// One connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// One answer.
pub struct Answer<'b> {
    /// The status.
    pub status: u16,
    head: &'b str,
    body: &'b [u8],
    chunked: bool,
}

impl Answer<'_> {
    /// A header by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// How many bytes of body came, framing of pieces included.
    pub fn length(&self) -> usize {
        self.body.len()
    }

    /// The body, put together when it came in pieces.
    pub fn body(&self) -> Vec<u8> {
        if !self.chunked {
            return self.body.to_vec();
        }
        let (mut out, mut rest) = (Vec::new(), self.body);
        while let Some(line) = rest.windows(2).position(|two| two == b"\r\n") {
            let size = rest.get(..line).and_then(|text| std::str::from_utf8(text).ok());
            let size = size.and_then(|text| usize::from_str_radix(text.trim(), 16).ok()).unwrap_or(0);
            if size == 0 {
                break;
            }
            out.extend_from_slice(rest.get(line + 2..line + 2 + size).unwrap_or_default());
            rest = rest.get(line + 4 + size..).unwrap_or_default();
        }
        out
    }
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024], filled: 0 })
    }

    /// Sends a request and waits for its whole answer. An error says that no whole answer came.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        let head_end = loop {
            self.more().await?;
            if let Some(at) = self.received().windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = std::str::from_utf8(self.received().get(..head_end).unwrap_or_default()).map_err(strange)?;
        let status: u16 = head.get(9..12).and_then(|text| text.parse().ok()).ok_or_else(|| strange("no status"))?;
        let header = |name: &str| {
            let mut lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
            lines.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
        };
        let chunked = header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
        let length: usize = header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        loop {
            let body = self.received().get(head_end..).unwrap_or_default();
            let whole = if chunked { body.ends_with(b"0\r\n\r\n") } else { body.len() >= length };
            if whole {
                break;
            }
            self.more().await?;
        }
        let (head, body) = self.received().split_at(head_end);
        let head = std::str::from_utf8(head).map_err(strange)?;
        Ok(Answer { status, head, body, chunked })
    }

    fn received(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }

    async fn more(&mut self) -> Result<()> {
        if self.filled == self.buffer.len() {
            if self.filled >= ANSWER_MAX {
                return Err(strange("an answer without end"));
            }
            self.buffer.resize(self.filled * 2, 0);
        }
        let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
        match self.stream.read(room).await? {
            0 => Err(Error::new(ErrorKind::UnexpectedEof, "the server closed the connection")),
            n => {
                self.filled += n;
                Ok(())
            }
        }
    }
}

fn strange(what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidData, what.to_string())
}

/// A request for a page.
pub fn get(path: &str, host: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n").into_bytes()
}

/// A form as a browser sends it. `client` is the address that a server in front would name.
pub fn post(path: &str, host: &str, client: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    let body = body.join("&");
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nx-forwarded-for: {client}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn escaped(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(char::from(byte)),
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// A server that sends these pieces, one answer to every request.
    async fn sends(pieces: &'static [&'static str]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            while stream.read(&mut request).await.unwrap() > 0 {
                for piece in pieces {
                    stream.write_all(piece.as_bytes()).await.unwrap();
                    stream.flush().await.unwrap();
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
            }
        });
        address
    }

    #[tokio::test]
    async fn answers_are_read_whole_however_they_are_cut() {
        let plain =
            sends(&["HTTP/1.1 303 See Other\r\nLoca", "tion: /s/1\r\ncontent-length: 5\r\n\r\nab", "cde"]).await;
        let mut connection = Connection::open(plain).await.unwrap();
        for _ in 0..2 {
            let answer = connection.send(&get("/", "x")).await.unwrap();
            assert_eq!(
                (answer.status, answer.header("location"), answer.body()),
                (303, Some("/s/1"), b"abcde".to_vec())
            );
        }
        let chunked =
            sends(&["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "2\r\n\r\n\r\n0\r\n\r\n"])
                .await;
        let mut connection = Connection::open(chunked).await.unwrap();
        let answer = connection.send(&get("/", "x")).await.unwrap();
        assert_eq!((answer.status, answer.body()), (200, b"abc\r\n".to_vec()));
        let cut = sends(&["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabcde", "HTTP"]).await;
        let mut connection = Connection::open(cut).await.unwrap();
        assert_eq!(connection.send(&get("/", "x")).await.unwrap().body(), b"abcde");
    }

    #[test]
    fn a_form_is_sent_as_a_browser_sends_it() {
        let request =
            String::from_utf8(post("/needs", "x:1", "10.0.0.1", &[("text", "水 & 路"), ("form", "1-2")])).unwrap();
        assert!(request.ends_with("\r\n\r\ntext=%E6%B0%B4%20%26%20%E8%B7%AF&form=1-2"), "{request}");
        assert!(request.contains("content-length: 41\r\n"), "{request}");
    }
}
