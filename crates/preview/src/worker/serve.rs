//! The mode for the app: one document, then any number of questions about it (see the protocol's page).

use super::pdf::Renderer;
use super::{Opened, Trouble, confine, open, pixels};
use mottaget_preview::protocol::{Incoming, Request, Size, Status, VERSION, read_request, write_response};
use mottaget_preview::verdict::Refusal;
use std::io::{self, BufReader, Write};
use std::process::ExitCode;

const BROKEN_PIPE: u8 = 1;
const USAGE: u8 = 2;

/// Answers until the app closes the pipe.
pub fn serve(renderer: Result<&Renderer, &String>) -> ExitCode {
    let mut stdout = io::stdout().lock();
    match answer_all(renderer, &mut stdout) {
        Ok(code) => code,
        Err(_) => ExitCode::from(BROKEN_PIPE),
    }
}

fn answer_all(renderer: Result<&Renderer, &String>, stdout: &mut impl Write) -> io::Result<ExitCode> {
    if renderer.is_err() {
        write_response(stdout, Status::NoRenderer, &[])?;
        return Ok(ExitCode::from(USAGE));
    }
    write_response(stdout, Status::Ready, &VERSION.to_be_bytes())?;
    let mut stdin = BufReader::new(io::stdin().lock());
    let mut document: Option<Opened> = None;
    loop {
        let incoming = read_request(&mut stdin)?;
        confine::grant_cpu_time();
        let answer = match (incoming, &mut document) {
            (Incoming::End, _) => return Ok(ExitCode::SUCCESS),
            (Incoming::TooLong, None) => Err(Refusal::TooLarge.into()),
            (Incoming::Request(Request::Document(bytes)), None) => open(bytes, renderer).map(|opened| {
                document = Some(opened);
                Vec::new()
            }),
            (Incoming::Request(request), Some(document)) => match answer(document, &request) {
                Some(answer) => answer,
                None => return bad_request(stdout),
            },
            _ => return bad_request(stdout),
        };
        match answer {
            Ok(body) => write_response(stdout, Status::Done, &body)?,
            Err(Trouble::NoSuchPage(_)) => write_response(stdout, Status::NoSuchPage, &[])?,
            Err(Trouble::NoRenderer(_)) => write_response(stdout, Status::NoRenderer, &[])?,
            Err(Trouble::Refused(refusal)) => {
                write_response(stdout, Status::Refused(refusal), &[])?;
                return Ok(ExitCode::from(refusal.exit_code()));
            }
        }
    }
}

/// The answer's body; `None` for a second document, which this process must not see.
fn answer(document: &mut Opened, request: &Request) -> Option<Result<Vec<u8>, Trouble>> {
    let image = match *request {
        Request::Document(_) => return None,
        Request::Inspect => {
            let json = document.info().map(|info| serde_json::to_vec(&info).unwrap_or_default());
            return Some(json);
        }
        Request::Text { index } => {
            let json = document.text(index).map(|text| serde_json::to_vec(&text).unwrap_or_default());
            return Some(json);
        }
        Request::Page { index, size } => document.page(index, size),
        Request::Frame { index, width } => document.page(index, Size::Width(width)),
    };
    Some(image.and_then(|image| Ok(pixels::to_png(&image)?)))
}

fn bad_request(stdout: &mut impl Write) -> io::Result<ExitCode> {
    write_response(stdout, Status::BadRequest, &[])?;
    Ok(ExitCode::from(USAGE))
}
