//! The person or the system asks this process to end: Ctrl-C, and where systems say it so, a request to terminate.

/// Waits until this process is asked to end. From the first call on, it does not end by itself then: whoever waits ends it.
pub async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! {
                () = pressed() => {}
                _ = terminated.recv() => {}
            },
            Err(error) => {
                tracing::warn!(%error, "a request to terminate is not heard");
                pressed().await;
            }
        }
    }
    #[cfg(not(unix))]
    pressed().await;
}

async fn pressed() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C is not heard");
        std::future::pending::<()>().await;
    }
}
