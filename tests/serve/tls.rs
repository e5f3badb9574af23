//! Everything encrypted: calls and Socket Mode, in one process, with a certificate that only those trust who are
//! told to.

use std::{path::PathBuf, sync::Arc};

use duet::sandbox::Sandbox;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reqwest::Url;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivatePkcs8KeyDer},
};

use crate::{
    child::Duet,
    socket::{serve, workspace},
};

/// A sandbox that is reached over TLS alone, and the certificate of whoever vouches for it.
async fn encrypted(folder: &std::path::Path) -> (Sandbox, PathBuf) {
    let mut authority = CertificateParams::new([]).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer =
        CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("an issuer");
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(["localhost".to_owned()])
        .and_then(|parameters| parameters.signed_by(&key, &issuer))
        .expect("a certificate");
    let trusted = folder.join("authority.pem");
    std::fs::write(&trusted, issuer.pem()).expect("written");

    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .expect("a configuration");
    let slack = workspace().await;
    let inside = Url::parse(&slack.api_url()).expect("an address").port().expect("a port");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    slack.reached_at(format!("https://localhost:{}", listener.local_addr().expect("an address").port()));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((outer, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut outer = acceptor.accept(outer).await?;
                let mut inner = TcpStream::connect(("127.0.0.1", inside)).await?;
                copy_bidirectional(&mut outer, &mut inner).await
            });
        }
    });
    (slack, trusted)
}

#[tokio::test]
async fn calls_and_connections_are_encrypted_alike() {
    let folder = tempfile::tempdir().expect("a folder");
    let (slack, trusted) = encrypted(folder.path()).await;
    let mut command = serve(folder.path(), &slack);
    let duet = Duet::run(command.env("SSL_CERT_FILE", &trusted)).await;
    duet.ready().await;
    assert!(slack.connected(2).await);
    let answer = slack.command("U0S01", "/duet", "help").await.expect("typed");
    assert!(answer.is_ok() && answer.body.contains("ephemeral"), "{answer:?}");
    assert_eq!(slack.violations(), [""; 0]);
    duet.stop().await;
}

#[tokio::test]
async fn whom_nobody_vouches_for_is_not_trusted() {
    let folder = tempfile::tempdir().expect("a folder");
    let (slack, _) = encrypted(folder.path()).await;
    // Somebody else is trusted.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let (_, others) = encrypted(elsewhere.path()).await;
    let mut command = serve(folder.path(), &slack);
    let duet = Duet::run(command.env("SSL_CERT_FILE", others)).await;
    duet.line("Slack does not say who we are yet").await;
    let line = duet.line("There is no connection to Slack").await;
    assert!(line.to_lowercase().contains("certificate"), "{line}");
    assert_eq!(slack.journal().len(), 0, "nothing was asked");
    duet.stop().await;
}
