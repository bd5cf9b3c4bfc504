//! Reads server-sent events (WHATWG HTML, 9.2.6) out of a stream of bytes, whatever the pieces they arrive in.

/// Longest event that is kept; a server pushes pages of up to half of it, so a longer one is not from a Mottaget server.
const MAX_EVENT: usize = 256 * 1024;

/// One event; comments (keep-alives) and unknown fields are dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    /// The `event:` field; empty means `message`.
    pub kind: String,
    /// The `data:` fields, joined by line feeds.
    pub data: String,
}

/// What the parser could not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Collects bytes into events.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    line: Vec<u8>,
    last_was_cr: bool,
    event: Event,
    has_data: bool,
}

impl Parser {
    /// Takes the next bytes and gives the events that they complete.
    ///
    /// # Errors
    /// [`TooLong`] if an event grows without end.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, TooLong> {
        let mut events = Vec::new();
        for &byte in bytes {
            let after_cr = std::mem::take(&mut self.last_was_cr);
            match byte {
                b'\n' if after_cr => {}
                b'\n' => events.extend(self.end_line()),
                b'\r' => {
                    self.last_was_cr = true;
                    events.extend(self.end_line());
                }
                other => self.line.push(other),
            }
            if self.line.len() + self.event.data.len() > MAX_EVENT {
                return Err(TooLong);
            }
        }
        Ok(events)
    }

    fn end_line(&mut self) -> Option<Event> {
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_start_matches('\u{feff}');
        if text.is_empty() {
            let event = std::mem::take(&mut self.event);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let (field, value) = text.split_once(':').unwrap_or((text, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.kind),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, data: &str) -> Event {
        Event { kind: kind.into(), data: data.into() }
    }

    #[test]
    fn events_are_the_same_in_any_pieces_and_with_any_line_ends() {
        let text =
            ": keep-alive\n\nevent: moved\ndata: {\"a\":\"å\"}\nid: 7\n\ndata:one\ndata: two\n\n:\n\nevent: lost\n\n";
        let expected = vec![event("moved", "{\"a\":\"å\"}"), event("", "one\ntwo")];
        for ends in ["\n", "\r\n", "\r"] {
            let bytes = text.replace('\n', ends).into_bytes();
            for size in 1..bytes.len() {
                let mut parser = Parser::default();
                let got: Vec<Event> = bytes.chunks(size).flat_map(|piece| parser.push(piece).unwrap()).collect();
                assert_eq!(got, expected, "{ends:?} in pieces of {size}");
            }
        }
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut parser = Parser::default();
        let flood = vec![b'a'; MAX_EVENT];
        assert_eq!(parser.push(&flood), Ok(Vec::new()));
        assert_eq!(parser.push(b"aa"), Err(TooLong));
    }
}
