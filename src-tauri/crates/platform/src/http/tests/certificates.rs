//! Whom a certificate speaks for: real TLS on loopback, under an authority that a test makes and trusts.

use super::*;
use domain::evidence::Fault;
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, ServerConnection, Stream, pki_types::PrivateKeyDer};

/// An authority of one test.
struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// A server whose certificate is for `name`; joining it gives what it read of a request.
    fn serves(&self, name: &str) -> (u16, JoinHandle<Vec<u8>>) {
        let key = KeyPair::generate().unwrap();
        let issued =
            CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &self.issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![issued.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut tls = ServerConnection::new(Arc::new(config)).unwrap();
            let mut stream = Stream::new(&mut tls, &mut socket);
            let (mut head, mut byte) = (Vec::new(), [0]);
            // Ends with the client's alert where it does not go on.
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                head.extend_from_slice(&byte);
            }
            if !head.is_empty() {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
                    .unwrap();
            }
            head
        });
        (port, server)
    }

    /// A client that trusts it beside the system's authorities.
    fn trusted(&self) -> Http {
        let authorities = vec![self.certificate.der().clone()];
        Http::with(Settings { deadline: Duration::from_secs(5), proxy: None, authorities })
    }
}

async fn asked(http: &Http, port: u16) -> Result<Response, TransportError> {
    get(http, &format!("https://localhost:{port}/?api_key=hunter2")).await
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused_before_anything_is_sent() {
    let authority = Authority::new();
    let (port, server) = authority.serves("login.other.example");
    let error = asked(&authority.trusted(), port).await.unwrap_err();
    assert_eq!((error.class, error.fault), (TransportClass::Tls, Some(Fault::WrongName)), "{}", error.detail);
    assert!(!error.detail.contains("hunter2"), "{}", error.detail);
    assert_eq!(server.join().unwrap(), b"", "no credential leaves");

    let (port, server) = authority.serves("localhost");
    assert_eq!(asked(&authority.trusted(), port).await.unwrap().body, b"ok", "the name alone was wrong");
    assert!(server.join().unwrap().starts_with(b"GET /?api_key=hunter2 "));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (port, server) = Authority::new().serves("localhost");
    let error = asked(&http(None), port).await.unwrap_err();
    assert_eq!(
        (error.class, error.fault),
        (TransportClass::Tls, Some(Fault::UnknownIssuer)),
        "{}",
        error.detail
    );
    assert!(!error.detail.contains("hunter2"), "{}", error.detail);
    assert_eq!(server.join().unwrap(), b"");
}
