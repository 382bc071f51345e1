//! Who may talk to the Lab: programs that mean this very server, and no page of another site.
//!
//! A page that a person visits can make a browser send requests to 127.0.0.1, and by DNS rebinding under a name of its
//! own. So the `Host` must be the literal address of this server, and a request that changes something must not
//! come from a foreign `Origin`. No CORS header is ever sent, so a page cannot read what it may have caused.

use hyper::{HeaderMap, Method, StatusCode, Uri, header};

/// Whether a request may be looked at.
/// # Errors
/// Status and sentence to refuse it with.
pub(crate) fn admit(
    host: &str,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), (StatusCode, &'static str)> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let named =
        hosts.next().is_some_and(|named| named.as_bytes() == host.as_bytes()) && hosts.next().is_none();
    // The absolute form names a host too (RFC 9112 §3.2.2).
    if !named || uri.authority().is_some_and(|authority| authority.as_str() != host) {
        return Err((
            StatusCode::MISDIRECTED_REQUEST,
            "This is Patchbay's Lab. It answers only to its own address.",
        ));
    }
    if matches!(*method, Method::CONNECT | Method::TRACE) {
        return Err((StatusCode::METHOD_NOT_ALLOWED, "The Lab knows no such method."));
    }
    let safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let own = format!("http://{host}");
    let foreign = |origin: &header::HeaderValue| origin.as_bytes() != own.as_bytes();
    if !safe && headers.get_all(header::ORIGIN).iter().any(foreign) {
        return Err((StatusCode::FORBIDDEN, "The Lab takes no request from a page of another site."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "127.0.0.1:4390";

    fn admitted(method: &str, uri: &str, headers: &[(&'static str, &str)]) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let method = method.parse().unwrap();
        admit(HOST, &method, &uri.parse().unwrap(), &map).map_or_else(|(status, _)| status.as_u16(), |()| 200)
    }

    #[test]
    fn only_the_own_literal_host_is_answered() {
        assert_eq!(admitted("GET", "/", &[("host", HOST)]), 200);
        assert_eq!(admitted("GET", "http://127.0.0.1:4390/", &[("host", HOST)]), 200);
        for host in [
            "localhost:4390",
            "127.0.0.1",
            "127.0.0.1:4391",
            "evil.example:4390",
            "127.0.0.1:4390.",
            "[::1]:4390",
            "",
        ] {
            assert_eq!(admitted("GET", "/", &[("host", host)]), 421, "{host}");
        }
        assert_eq!(admitted("GET", "/", &[]), 421);
        assert_eq!(admitted("GET", "/", &[("host", HOST), ("host", "evil.example")]), 421);
        assert_eq!(admitted("GET", "http://evil.example/", &[("host", HOST)]), 421);
        assert_eq!(admitted("GET", "http://me@127.0.0.1:4390/", &[("host", HOST)]), 421);
    }

    #[test]
    fn a_page_of_another_site_changes_nothing() {
        for origin in [
            "https://evil.example",
            "null",
            "http://localhost:4390",
            "http://127.0.0.1",
            "https://127.0.0.1:4390",
        ] {
            for (method, status) in
                [("POST", 403), ("PUT", 403), ("DELETE", 403), ("PATCH", 403), ("X", 403), ("GET", 200)]
            {
                assert_eq!(
                    admitted(method, "/", &[("host", HOST), ("origin", origin)]),
                    status,
                    "{method} {origin}"
                );
            }
        }
        assert_eq!(admitted("POST", "/", &[("host", HOST), ("origin", "http://127.0.0.1:4390")]), 200);
        assert_eq!(admitted("POST", "/", &[("host", HOST)]), 200);
    }

    #[test]
    fn methods_that_are_for_proxies_are_refused() {
        assert_eq!(admitted("TRACE", "/", &[("host", HOST)]), 405);
        assert_eq!(admitted("CONNECT", HOST, &[("host", HOST)]), 405);
    }
}
