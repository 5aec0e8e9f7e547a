//! Where a request says that it comes from.

use axum::http::{HeaderMap, Uri, header};
use std::net::{IpAddr, SocketAddr};

/// Where a write comes from, as far as the browser tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// From a page of this host.
    Here,
    /// The browser tells nothing: an old one, or none at all. A browser sends at least one of the three headers with a form of
    /// another host, so no cookie comes along by accident.
    Silent,
    /// The browser withholds it (`Origin: null`): what a page in a sandbox sends, and some that are told to say nothing. Only the
    /// token of a session's form can tell the one from the other.
    Withheld,
    /// From somewhere else.
    Elsewhere,
}

/// The host that a request is for. HTTP/2 names it in `:authority`, which comes as part of the address, and sends no `Host`.
pub(super) fn host(headers: &HeaderMap, uri: &Uri) -> String {
    let named = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    named.or_else(|| uri.authority().map(|a| a.as_str())).unwrap_or_default().to_owned()
}

/// Judges by what the browser itself says of the way that a request took (Fetch Metadata), then by `Origin`, then by `Referer`.
/// `base_url` is the installation's own address: a proxy before this program may have put another `Host` in its place.
pub(super) fn from(headers: &HeaderMap, host: &str, base_url: &str) -> From {
    let said = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    match said("sec-fetch-site") {
        // "none" is what a person began: the address bar, or a page that is loaded again.
        Some("same-origin" | "none") => return From::Here,
        Some(_) => return From::Elsewhere,
        None => {}
    }
    let own = |from: &str| {
        let theirs = authority(from);
        !theirs.is_empty()
            && (theirs == bare(host, scheme(from))
                || (same(scheme(from), scheme(base_url)) && theirs == authority(base_url)))
    };
    match (said("origin"), said("referer")) {
        (Some("null"), Some(referer)) if own(referer) => From::Here,
        (Some("null"), _) => From::Withheld,
        (Some(from), _) | (None, Some(from)) => {
            if own(from) {
                From::Here
            } else {
                From::Elsewhere
            }
        }
        (None, None) => From::Silent,
    }
}

/// The address from which a request comes. Behind a proxy that is what the proxy itself wrote last; what stands before it anybody can
/// write. Who has an IPv6 address has a whole network of them, so that only the network is told apart.
pub(super) fn client(headers: &HeaderMap, behind_proxy: bool, peer: Option<IpAddr>) -> String {
    let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|v| v.to_str().ok());
    let told = last.and_then(|v| v.rsplit(',').next()).map(str::trim).filter(|_| behind_proxy);
    let told = told.and_then(|told| {
        let with_port = || told.parse::<SocketAddr>().ok().map(|with_port| with_port.ip());
        told.parse::<IpAddr>().ok().or_else(with_port)
    });
    match told.or(peer).map(|address| address.to_canonical()) {
        None => String::new(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn scheme(address: &str) -> &str {
    address.split_once("://").map_or("", |(scheme, _)| scheme)
}

/// Host and port of an address, lower case, without the port that its scheme has anyway.
fn authority(address: &str) -> String {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    bare(rest.split(['/', '?', '#']).next().unwrap_or_default(), scheme(address))
}

fn bare(host: &str, scheme: &str) -> String {
    let usual = if same(scheme, "http") { ":80" } else { ":443" };
    host.strip_suffix(usual).unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn judged(host: &str, sent: &[(&'static str, &'static str)]) -> From {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        from(&headers, host, "https://wugong.example.cn")
    }

    #[test]
    fn what_the_browser_says_itself_counts_first() {
        let here = ("sec-fetch-site", "same-origin");
        assert_eq!(judged("inner:8080", &[here, ("origin", "https://elsewhere.example")]), From::Here);
        assert_eq!(judged("wugong.example.cn", &[here, ("origin", "null")]), From::Here);
        assert_eq!(judged("wugong.example.cn", &[("sec-fetch-site", "none")]), From::Here);
        for site in ["cross-site", "same-site", "", "SAME-ORIGIN"] {
            let sent = [("sec-fetch-site", site), ("origin", "https://wugong.example.cn")];
            assert_eq!(judged("wugong.example.cn", &sent), From::Elsewhere, "{site}");
        }
    }

    #[test]
    fn without_it_the_origin_has_to_be_this_host() {
        for (host, origin) in [
            ("wugong.example.cn", "https://wugong.example.cn"),
            ("wugong.example.cn:443", "https://wugong.example.cn"),
            ("Wugong.example.cn", "https://wugong.EXAMPLE.cn"),
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("localhost", "http://localhost:80"),
            // A proxy that puts its own name in the place of the host.
            ("inner:8080", "https://wugong.example.cn"),
        ] {
            assert_eq!(judged(host, &[("origin", origin)]), From::Here, "{host} {origin}");
        }
        for (host, origin) in [
            ("wugong.example.cn", "https://elsewhere.example"),
            ("wugong.example.cn", "https://wugong.example.cn.elsewhere.example"),
            ("wugong.example.cn", "https://wugong.example.cn:8443"),
            ("wugong.example.cn", "https://elsewhere.example/wugong.example.cn"),
            ("wugong.example.cn", "https://elsewhere.example?://wugong.example.cn"),
            ("127.0.0.1:8080", "http://127.0.0.1:8081"),
            ("inner:8080", "http://wugong.example.cn"),
            ("", "https://"),
            ("", "nonsense"),
        ] {
            assert_eq!(judged(host, &[("origin", origin)]), From::Elsewhere, "{host} {origin}");
        }
    }

    #[test]
    fn an_origin_that_is_withheld_is_no_proof_of_either() {
        let own = ("referer", "https://wugong.example.cn/need?at=1");
        assert_eq!(judged("wugong.example.cn", &[("origin", "null"), own]), From::Here);
        assert_eq!(judged("wugong.example.cn", &[("origin", "null")]), From::Withheld);
        assert_eq!(
            judged("wugong.example.cn", &[("origin", "null"), ("referer", "https://x.example/")]),
            From::Withheld
        );
    }

    #[test]
    fn an_old_phone_that_says_little_is_heard() {
        assert_eq!(judged("wugong.example.cn", &[]), From::Silent);
        assert_eq!(judged("wugong.example.cn", &[("referer", "https://wugong.example.cn/need")]), From::Here);
        assert_eq!(judged("wugong.example.cn", &[("referer", "https://elsewhere.example/")]), From::Elsewhere);
    }

    #[test]
    fn an_address_is_what_the_proxy_says_and_of_ipv6_the_network() {
        let peer: Option<IpAddr> = Some("10.0.0.1".parse().unwrap());
        let told = |forwarded: &str, behind| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            client(&headers, behind, peer)
        };
        assert_eq!(told("1.2.3.4", false), "10.0.0.1", "nobody but a proxy is believed");
        assert_eq!(told("9.9.9.9, 1.2.3.4", true), "1.2.3.4");
        assert_eq!(told("1.2.3.4:5678", true), "1.2.3.4");
        assert_eq!(told("::ffff:1.2.3.4", true), "1.2.3.4");
        assert_eq!(told("2001:db8:1:2:3:4:5:6", true), told("2001:db8:1:2:ffff::1", true));
        assert_ne!(told("2001:db8:1:2::1", true), told("2001:db8:1:3::1", true));
        assert_eq!(told("[2001:db8:1:2::1]:443", true), "2001:db8:1:2::/64");
        assert_eq!(told("unknown", true), "10.0.0.1");
        assert_eq!(client(&HeaderMap::new(), true, None), "");
    }

    #[test]
    fn the_host_of_http_2_stands_in_the_address() {
        let uri: Uri = "https://wugong.example.cn/need".parse().unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(host(&headers, &uri), "wugong.example.cn");
        headers.insert(header::HOST, HeaderValue::from_static("other.example.cn"));
        assert_eq!(host(&headers, &uri), "other.example.cn");
        assert_eq!(host(&HeaderMap::new(), &"/need".parse().unwrap()), "");
    }
}
