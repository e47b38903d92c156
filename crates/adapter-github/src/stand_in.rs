//! GitHub on loopback, byte by byte: it gives each connection the next answer and keeps what was asked.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
    time::Duration,
};

use url::Url;

pub(crate) struct StandIn {
    pub(crate) url: Url,
    asked: mpsc::Receiver<String>,
}

impl StandIn {
    /// An answer is a whole HTTP message; an empty one closes the connection, `"hang"` never comes.
    pub(crate) fn answering(answers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api/v3", listener.local_addr().unwrap()).parse().unwrap();
        let (sender, asked) = mpsc::channel();
        let answers: Vec<String> = answers.into_iter().map(Into::into).collect();
        thread::spawn(move || {
            let mut hung = vec![];
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                sender.send(request(&mut BufReader::new(&stream))).unwrap();
                if answer == "hang" {
                    hung.push(stream);
                } else {
                    // A client that has seen enough hangs up.
                    let _ = stream.write_all(answer.as_bytes());
                }
            }
            thread::sleep(Duration::from_secs(if hung.is_empty() { 0 } else { 5 }));
        });
        Self { url, asked }
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.try_iter().collect()
    }
}

fn request(reader: &mut impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "the client closed the connection: {head}");
    }
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).map(|n| n.parse().unwrap());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

/// An answer with this status line's end, further headers and body, of the right length.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}
