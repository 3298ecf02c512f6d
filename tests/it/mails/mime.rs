//! A message (RFC 5322) -> its headers and parts. Shares no code with what writes them.

/// A message or a part of one.
pub struct Part {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Part {
    /// Reads a message, of which each line must be as the standard has it: ended by CR LF, and of 998 characters at the most.
    pub fn read(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).expect("ASCII");
        assert!(text.is_ascii(), "it is sent in seven bits");
        for line in text.split("\r\n") {
            assert!(line.len() <= 998 && !line.contains('\n') && !line.contains('\r'), "{line:?}");
        }
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.split("\r\n") {
            match line.strip_prefix([' ', '\t']) {
                Some(more) => headers.last_mut().expect("a header goes on").1.push_str(&format!(" {}", more.trim_start())),
                None => {
                    let (name, value) = line.split_once(':').expect("a header");
                    headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
                }
            }
        }
        Self { headers, body: body.as_bytes().to_vec() }
    }

    /// The header of this name, its encoded words read (RFC 2047); there must be exactly one.
    pub fn header(&self, name: &str) -> String {
        let mut values = self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value);
        let value = values.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(values.next().is_none(), "{name} twice");
        words(value)
    }

    /// The parts of a message of several.
    pub fn parts(&self) -> Vec<Self> {
        let kind = self.header("content-type");
        assert!(kind.starts_with("multipart/alternative;"), "{kind}");
        let boundary = kind.split_once("boundary=").expect("a boundary").1.trim_matches('"').to_owned();
        let body = std::str::from_utf8(&self.body).unwrap();
        let (parts, _) = body.split_once(&format!("--{boundary}--")).expect("an end");
        parts.split(&format!("--{boundary}\r\n")).skip(1).map(|part| Self::read(part.as_bytes())).collect()
    }

    /// The text of a part.
    pub fn text(&self) -> String {
        assert_eq!(self.header("content-transfer-encoding"), "quoted-printable");
        assert!(self.header("content-type").ends_with("; charset=utf-8"));
        let tight = String::from_utf8(self.body.clone()).unwrap().replace("=\r\n", "").replace("\r\n", "\n");
        String::from_utf8(unquoted(&tight, false)).expect("UTF-8").trim_end().to_owned()
    }
}

/// Quoted-printable (RFC 2045, 6.7), or its form in headers.
fn unquoted(text: &str, in_header: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'=' => {
                let hex = std::str::from_utf8(&bytes[at + 1..at + 3]).unwrap();
                out.push(u8::from_str_radix(hex, 16).unwrap_or_else(|_| panic!("={hex}")));
                at += 3;
                continue;
            }
            b'_' if in_header => out.push(b' '),
            byte => out.push(byte),
        }
        at += 1;
    }
    out
}

/// Encoded words; white space between two of them is none.
fn words(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, tail)) = rest.split_once("=?utf-8?") {
        if !before.trim().is_empty() || out.is_empty() {
            out.push_str(before);
        }
        let (coding, tail) = tail.split_once('?').expect("a coding");
        let (word, tail) = tail.split_once("?=").expect("an end");
        let bytes = match coding {
            "b" | "B" => base64(word),
            _ => unquoted(word, true),
        };
        out.push_str(&String::from_utf8(bytes).expect("whole characters in each word"));
        rest = tail;
    }
    out + rest
}

fn base64(text: &str) -> Vec<u8> {
    const SIGNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = text.trim_end_matches('=').chars().map(|c| format!("{:06b}", SIGNS.find(c).unwrap())).collect();
    bits.as_bytes().chunks_exact(8).map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect()
}
