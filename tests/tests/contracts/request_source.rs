use domain::{CommitState, Origin, RequestSource, Source, StoreKey};

/// What no source can do: read what is in the store or in the input, or answer where nobody asked. `parse-request` reads
/// the one, and the other must cost no call.
pub(super) async fn suite(source: &impl RequestSource) {
    let key = StoreKey::parse("requests/a.csv").unwrap();
    for other in [Source::Inline { csv: "a,b".into() }, Source::Store { key: key.clone() }] {
        assert_eq!(source.read(&other).await.unwrap_err().name(), "Rejected", "{other:?}");
    }
    for origin in [Origin::Inline, Origin::Store { key }] {
        for state in [CommitState::Success, CommitState::Failure, CommitState::Error] {
            source.answer(&origin, state, "1 approved").await.unwrap();
        }
    }
}
