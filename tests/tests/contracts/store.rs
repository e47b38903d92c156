use bytes::Bytes;
use domain::{Body, Store, StoreKey, Written};

fn key(text: &str) -> StoreKey {
    StoreKey::parse(text).unwrap()
}

async fn read(store: &impl Store, text: &str) -> Option<Bytes> {
    store.read(&key(text), 64 << 20).await.unwrap()
}

fn cut_short() -> Body {
    Body { length: 9, ..Body::from(b"too few".to_vec()) }
}

pub(super) async fn suite(store: &impl Store) {
    assert_eq!(read(store, "a/absent").await, None);

    store.put(&key("a/one"), b"1".to_vec().into()).await.unwrap();
    store.put(&key("a/one"), b"2".to_vec().into()).await.unwrap();
    assert_eq!(read(store, "a/one").await.unwrap(), "2", "a put replaces");

    let first = store.put_if_absent(&key("a/two"), b"first".to_vec().into()).await.unwrap();
    let second = store.put_if_absent(&key("a/two"), b"second".to_vec().into()).await.unwrap();
    assert_eq!((first, second), (Written::New, Written::AlreadyThere));
    assert_eq!(read(store, "a/two").await.unwrap(), "first", "a put if absent leaves what is there");

    for broken in [store.put(&key("a/half"), cut_short()).await.is_err(), {
        store.put_if_absent(&key("a/half"), cut_short()).await.is_err()
    }] {
        assert!(broken, "another length than announced is an error");
    }
    assert_eq!(read(store, "a/half").await, None, "and leaves nothing");

    // More than one part of an upload.
    let large: Vec<u8> = (0..20_000_003_u32).map(|n| n.to_le_bytes()[n as usize % 3]).collect();
    store.put_if_absent(&key("a/large"), large.clone().into()).await.unwrap();
    assert!(read(store, "a/large").await.unwrap() == large);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), b"of a file").unwrap();
    store.put_file_if_absent(&key("a/file"), file.path(), b"of a file".to_vec().into()).await.unwrap();
    assert_eq!(read(store, "a/file").await.unwrap(), "of a file");

    let error = store.read(&key("a/large"), 1000).await.unwrap_err();
    assert_eq!(error.name(), "Rejected", "a small object that is large is none");

    for n in 0..1005 {
        store.put(&key(&format!("many/{n:04}")), Bytes::new().into()).await.unwrap();
    }
    let many = store.list("many/").await.unwrap();
    assert_eq!(many.len(), 1005, "all of them, however many pages");
    assert!(many.is_sorted());
    let listed = store.list("a/").await.unwrap();
    let listed: Vec<&str> = listed.iter().map(StoreKey::as_str).collect();
    assert_eq!(listed, ["a/file", "a/large", "a/one", "a/two"]);
    assert_eq!(store.list("a/t").await.unwrap(), [key("a/two")], "a prefix need not end at a slash");
    assert!(store.list("none/").await.unwrap().is_empty());
}
