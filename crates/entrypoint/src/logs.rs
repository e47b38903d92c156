use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// JSON lines on stderr. The level is fixed: below it, libraries log what must not be kept (bodies, signed addresses).
pub(crate) fn install() {
    let targets = Targets::new()
        .with_default(LevelFilter::INFO)
        // It logs every error of a handler a second time, and without a field.
        .with_target("lambda_runtime::layers::panic", LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(std::io::stderr);
    if tracing_subscriber::registry().with(lines).with(targets).try_init().is_ok() {
        std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    }
}
