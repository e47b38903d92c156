use domain::SecretSource;

pub(super) async fn suite(source: &impl SecretSource, expected: &str) {
    for _ in 0..2 {
        assert_eq!(source.secret().await.unwrap().expose(), expected);
    }
    assert!(
        !format!("{:?}", source.secret().await.unwrap()).contains(expected),
        "a secret shows itself to nobody"
    );
}

pub(super) async fn missing(source: &impl SecretSource) {
    assert_eq!(
        source.secret().await.unwrap_err().name(),
        "Rejected",
        "a secret that is not there is no secret"
    );
}
