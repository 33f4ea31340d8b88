//! The address a request comes from. `X-Forwarded-For` is believed only from the proxies named in
//! `PROXYS_DE_CONFIANCE`, read from the right: the first address that is no such proxy.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use crate::platform::errors::Erreur;
use crate::platform::http::Etat;

pub(crate) struct Origine {
    pub adresse: IpAddr,
    pub agent: String,
}

impl FromRequestParts<Etat> for Origine {
    type Rejection = Erreur;

    async fn from_request_parts(parts: &mut Parts, etat: &Etat) -> Result<Self, Erreur> {
        let pair = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::from([127, 0, 0, 1]), |ConnectInfo(a)| a.ip());
        let adresse = adresse(pair, &parts.headers, &etat.config.proxys_de_confiance);
        let agent = parts.headers.get("user-agent").and_then(|v| v.to_str().ok()).unwrap_or("");
        Ok(Self { adresse, agent: agent.to_owned() })
    }
}

fn adresse(pair: IpAddr, entetes: &HeaderMap, confiance: &[IpNet]) -> IpAddr {
    let de_confiance = |a: &IpAddr| confiance.iter().any(|r| r.contains(a));
    if !de_confiance(&pair) {
        return pair;
    }
    entetes
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .rev()
        .map_while(|a| a.trim().parse::<IpAddr>().ok())
        .find(|a| !de_confiance(a))
        .unwrap_or(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_is_believed_only_from_a_trusted_proxy() {
        let mut entetes = HeaderMap::new();
        entetes.insert("x-forwarded-for", "6.6.6.6, 9.9.9.9, 10.0.0.2".parse().unwrap());
        let proxys: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let ip = |t: &str| t.parse::<IpAddr>().unwrap();
        assert_eq!(adresse(ip("10.0.0.1"), &entetes, &proxys), ip("9.9.9.9"));
        assert_eq!(adresse(ip("8.8.8.8"), &entetes, &proxys), ip("8.8.8.8"));
        assert_eq!(adresse(ip("10.0.0.1"), &HeaderMap::new(), &proxys), ip("10.0.0.1"));
    }
}
