//! Takes server-sent events apart, whatever pieces they arrive in.

/// Collects bytes until events are complete.
#[derive(Debug, Default)]
pub(super) struct Events {
    rest: Vec<u8>,
    data: String,
}

impl Events {
    /// The data of the events that these bytes complete.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<String> {
        self.rest.extend_from_slice(bytes);
        let mut done = Vec::new();
        let mut start = 0;
        while let Some(length) = self.rest[start..].iter().position(|byte| *byte == b'\n') {
            let line = &self.rest[start..start + length];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            start += length + 1;
            if line.is_empty() && !self.data.is_empty() {
                done.push(std::mem::take(&mut self.data));
            } else if let Some(value) = line.strip_prefix(b"data:") {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                let value = value.strip_prefix(b" ").unwrap_or(value);
                self.data.push_str(&String::from_utf8_lossy(value));
            }
        }
        self.rest.drain(..start);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_whole_however_the_bytes_are_cut() {
        let stream = ": hello\r\n\r\nevent: x\ndata: grün\n\ndata:a\ndata: b\r\n\r\ndata: [DONE]\n\ndata: half";
        for size in 1..stream.len() {
            let mut events = Events::default();
            let pieces = stream.as_bytes().chunks(size);
            let found: Vec<String> = pieces.flat_map(|piece| events.feed(piece)).collect();
            assert_eq!(found, ["grün", "a\nb", "[DONE]"], "pieces of {size}");
        }
    }
}
