//! Bytes on their way up and down: limits to the byte, and content over names.

use crate::house::*;
use mottaget_domain::attachment::MAX_BYTES;
use mottaget_domain::{AttachmentId, FileKind};
use mottaget_protocol::resident::ResidentLimits;

fn sized(size: u64) -> Vec<u8> {
    let mut bytes = pdf("stor");
    bytes.resize(usize::try_from(size).unwrap(), b' ');
    bytes
}

async fn put(who: &Person, name: &str, bytes: Vec<u8>) -> Answer {
    who.put_file(&format!("/api/v1/blobs/{}", sha256_hex(&bytes)), name, bytes).await
}

#[tokio::test]
async fn twenty_mebibytes_go_in_and_one_byte_more_does_not() {
    let house = House::open().await;
    let anna = house.staff(ANNA).await;
    let most = sized(MAX_BYTES);
    assert_eq!(put(&anna, "stor.pdf", most.clone()).await.status, 204);
    for size in [MAX_BYTES + 1, 21 * 1024 * 1024] {
        let answer = put(&anna, "stor.pdf", sized(size)).await;
        assert_eq!((answer.status, answer.code().as_str()), (413, "file-too-large"), "{size}");
    }
    let bo = house.resident("Bo ").await;
    let file = bo.upload("/resident/v1", "stor.pdf", FileKind::Pdf, most.clone()).await;
    let case = bo.files(BJORKEN, "Fråga", "En stor fil", vec![file.clone()]).await;
    let down = anna.get(&format!("/api/v1/cases/{case}/attachments/{}", file.id)).await;
    assert_eq!(down.body.len() as u64, MAX_BYTES);
    assert_eq!(sha256_hex(&down.body), file.sha256);
}

#[tokio::test]
async fn content_decides_and_must_agree_with_the_name_and_the_address() {
    let house = House::open().await;
    let anna = house.staff(ANNA).await;
    for (name, bytes, status, code) in [
        ("brev.pdf", b"Hej, detta \xc3\xa4r bara text.".to_vec(), 422, "file-type-not-allowed"),
        ("bild.png", pdf("x"), 422, "file-type-mismatch"),
        ("utan", pdf("x"), 422, "file-type-mismatch"),
        ("tom.pdf", Vec::new(), 422, "file-empty"),
        ("../../x.pdf", pdf("x"), 422, "file-name-bad"),
    ] {
        let answer = put(&anna, name, bytes).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{name}");
    }
    let wrong = format!("/api/v1/blobs/{}", sha256_hex(b"something else"));
    assert_eq!(anna.put_file(&wrong, "a.pdf", pdf("x")).await.code(), "hash-mismatch");
    assert_eq!(anna.put_file("/api/v1/blobs/abc", "a.pdf", pdf("x")).await.code(), "bad-request");
    let nameless = format!("/api/v1/blobs/{}", sha256_hex(&pdf("x")));
    assert_eq!(anna.put_bytes(&nameless, pdf("x")).await.code(), "bad-request");
    let in_the_address = format!("{nameless}?name=a.pdf");
    assert_eq!(anna.put_bytes(&in_the_address, pdf("x")).await.code(), "bad-request", "addresses are logged");
    let garbled = anna.with_header("mottaget-file-name", "a%FF.pdf");
    assert_eq!(garbled.put_bytes(&nameless, pdf("x")).await.code(), "bad-request");
}

#[tokio::test]
async fn a_resident_sends_five_files_and_only_where_the_type_takes_any() {
    let house = House::open().await;
    let bo = house.resident("Bo ").await;
    let file = bo.upload("/resident/v1", "a.pdf", FileKind::Pdf, pdf("x")).await;
    let several = |n: usize| {
        let again = || mottaget_domain::Attachment { id: AttachmentId::random(), ..file.clone() };
        (0..n).map(|_| again()).collect::<Vec<_>>()
    };
    let refused = |new| {
        let bo = bo.clone();
        async move { bo.post("/resident/v1/cases", &new).await.code() }
    };
    assert_eq!(refused(bo.new_case(BJORKEN, "Fråga", "x", several(6)).await).await, "too-many-files");
    assert_eq!(refused(bo.new_case(BJORKEN, "Boka tid", "x", several(1)).await).await, "files-not-allowed");
    bo.files(BJORKEN, "Fråga", "x", several(5)).await;
    let cecilia = house.resident("Cecilia").await;
    let stolen = cecilia.new_case(BJORKEN, "Fråga", "x", several(1)).await;
    assert_eq!(cecilia.post("/resident/v1/cases", &stolen).await.code(), "file-not-uploaded");
}

#[tokio::test]
async fn the_limits_that_residents_are_told_are_those_that_hold() {
    let house = House::open().await;
    let bo = house.resident("Bo ").await;
    let limits: ResidentLimits = bo.get("/resident/v1/limits").await.json();
    let upload = |name: &str, bytes: Vec<u8>| {
        let (bo, name) = (bo.clone(), name.to_owned());
        async move { bo.put_file(&format!("/resident/v1/blobs/{}", sha256_hex(&bytes)), &name, bytes).await.status }
    };
    assert_eq!(upload("stor.pdf", sized(limits.max_bytes)).await, 204);
    assert_eq!(upload("stor.pdf", sized(limits.max_bytes + 1)).await, 413);
    let file = bo.upload("/resident/v1", "a.pdf", FileKind::Pdf, pdf("x")).await;
    let with = async |files: usize, characters: usize| {
        let files = (0..files).map(|_| mottaget_domain::Attachment { id: AttachmentId::random(), ..file.clone() });
        let new = bo.new_case(BJORKEN, "Fråga", &"å".repeat(characters), files.collect()).await;
        bo.post("/resident/v1/cases", &new).await
    };
    assert_eq!(with(limits.max_files, limits.max_text).await.status, 201);
    assert_eq!(with(limits.max_files + 1, 1).await.code(), "too-many-files");
    assert_eq!(with(0, limits.max_text + 1).await.code(), "text-too-long");
    for format in limits.formats {
        assert_eq!(format.endings, format.kind.endings(), "{}", format.name);
    }
}

#[tokio::test]
async fn the_practice_clinics_files_come_down_as_they_are_named() {
    let house = House::open().await;
    let anna = house.staff(ANNA).await;
    let page = anna.page(BJORKEN, None, 1000).await;
    let mut seen = std::collections::BTreeSet::new();
    for document in page.documents {
        for file in document.case.messages.iter().flat_map(|message| &message.attachments) {
            let down = anna.get(&format!("/api/v1/cases/{}/attachments/{}", document.case.id, file.id)).await;
            assert_eq!(down.status, 200);
            assert_eq!(mottaget_domain::attachment::inspect(&file.file_name, &down.body), Ok(file.kind));
            assert_eq!(sha256_hex(&down.body), file.sha256);
            assert_eq!(down.headers["content-type"], file.kind.media_type());
            seen.insert(file.kind.label());
        }
    }
    assert_eq!(seen.len(), 4);
}
