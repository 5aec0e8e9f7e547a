//! The server before the program, as `deploy/nginx.conf` shows it: this very file, with other ports and a certificate of the test's own,
//! run by somebody without rights. And the units of systemd.

use crate::operation::{Answer, need};
use crate::program::{Place, free_address};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const NAME: &str = "wugong.example.cn";

fn deploy(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(file);
    std::fs::read_to_string(path).unwrap()
}

fn wait_for(address: SocketAddr, what: &str) {
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what} does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// nginx with the example, before the program at `program`.
struct Nginx {
    folder: PathBuf,
    child: Child,
    tls: SocketAddr,
    plain: SocketAddr,
}

impl Nginx {
    fn start(program: SocketAddr) -> Self {
        let folder = std::env::temp_dir().join(format!("wugong-nginx-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let file = |name: &str| folder.join(name).display().to_string();
        std::fs::write(
            folder.join("tls.cnf"),
            format!(
                "[req]\ndistinguished_name=d\nprompt=no\nx509_extensions=x\n[d]\nCN={NAME}\n[x]\nbasicConstraints=CA:FALSE\n\
                 subjectAltName=DNS:{NAME}\n"
            ),
        )
        .unwrap();
        let made = Command::new("openssl")
            .args(["req", "-new", "-x509", "-days", "30", "-nodes", "-newkey", "rsa:2048", "-config", &file("tls.cnf")])
            .args(["-keyout", &file("key.pem"), "-out", &file("cert.pem")])
            .output()
            .expect("openssl is not installed: run ./x test");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));

        let (tls, plain) = (free_address(), free_address());
        let mut site = deploy("nginx.conf");
        for (written, here) in [
            ("server 127.0.0.1:8080;", format!("server {program};")),
            ("listen 80;", format!("listen {plain};")),
            ("listen 443 ssl http2;", format!("listen {tls} ssl http2;")),
            ("/etc/ssl/wugong/fullchain.pem", file("cert.pem")),
            ("/etc/ssl/wugong/privkey.pem", file("key.pem")),
        ] {
            assert_eq!(site.matches(written).count(), 1, "{written}");
            site = site.replace(written, &here);
        }
        std::fs::write(folder.join("wugong.conf"), site).unwrap();
        let paths: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {};\n", file(kind)))
            .collect();
        std::fs::write(
            folder.join("nginx.conf"),
            format!(
                "daemon off;\npid {};\nerror_log {} notice;\nevents {{}}\nhttp {{\naccess_log off;\n{paths}include {};\n}}\n",
                file("pid"),
                file("error.log"),
                file("wugong.conf")
            ),
        )
        .unwrap();
        // Root hands over to somebody without rights, who then owns the folder.
        let root = String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim() == "0";
        let mut command = if root {
            assert!(Command::new("chown").args(["-R", "nobody"]).arg(&folder).status().unwrap().success());
            let mut command = Command::new("runuser");
            command.args(["-u", "nobody", "--", "nginx"]);
            command
        } else {
            Command::new("nginx")
        };
        command.env("PATH", format!("/usr/sbin:/sbin:{}", std::env::var("PATH").unwrap_or_default()));
        let child = command
            .args(["-p", &file(""), "-e", &file("error.log"), "-c", &file("nginx.conf")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is not installed: run ./x test");
        let nginx = Self { folder, child, tls, plain };
        let began = Instant::now();
        while TcpStream::connect(tls).is_err() {
            let log = std::fs::read_to_string(nginx.folder.join("error.log")).unwrap_or_default();
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "nginx does not start (is it installed? ./x test does it): {log}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        nginx
    }

    /// What a browser outside would be answered.
    fn ask(&self, path: &str, options: &[&str]) -> (Answer, String) {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--include", "--max-time", "60", "--noproxy", "*"])
            .args([
                "--write-out",
                "\nversion=%{http_version}",
                "--cacert",
                &self.folder.join("cert.pem").display().to_string(),
            ])
            .args(["--resolve", &format!("{NAME}:{}:127.0.0.1", self.tls.port())])
            .args(options)
            .arg(format!("https://{NAME}:{}{path}", self.tls.port()))
            .output()
            .expect("curl is not installed: run ./x test");
        assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (text, version) = text.rsplit_once("\nversion=").unwrap();
        // Before a large body curl asks whether it may; that answer is not the one.
        let text = text.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n").unwrap_or(text);
        (crate::operation::read(text.as_bytes()), version.to_owned())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers when it is asked to, and not when it is killed.
        let pid = std::fs::read_to_string(self.folder.join("pid")).unwrap_or_default();
        let _ = Command::new("kill").args(["-QUIT", pid.trim()]).stderr(Stdio::null()).status();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn the_example_of_nginx_carries_sign_in_addresses_and_large_forms_as_the_program_needs_them() {
    let place = Place::new();
    let said = place.county();
    let link = said.split("http://127.0.0.1:8080").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let program = free_address();
    let serve =
        ["serve", "--listen", &program.to_string(), "--base-url", &format!("https://{NAME}"), "--behind-proxy", "true"];
    let start = || {
        let child = place.command(&serve).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait_for(program, "the program");
        child
    };
    let mut child = start();
    let nginx = Nginx::start(program);

    // Without TLS one is led to it.
    let mut plain = TcpStream::connect(nginx.plain).unwrap();
    std::io::Write::write_all(&mut plain, crate::operation::request("GET", "/need?at=1", NAME, &[], "").as_bytes())
        .unwrap();
    let led = crate::operation::read(plain);
    assert_eq!((led.status, led.header("location")), (301, Some("https://wugong.example.cn/need?at=1")));

    // Both protocols, and what every page says of itself.
    for (option, version) in [("--http1.1", "1.1"), ("--http2", "2")] {
        let (page, used) = nginx.ask("/", &[option]);
        assert_eq!((page.status, used.as_str()), (200, version), "{}", page.head);
        assert!(page.body.contains("嘉禾县"), "{}", page.body);
        assert_eq!(page.header("strict-transport-security"), Some("max-age=31536000"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        // The program compresses by itself.
        let (page, _) = nginx
            .ask("/", &[option, "--header", "accept-encoding: gzip", "--output", "/dev/null", "--dump-header", "-"]);
        assert_eq!(page.header("content-encoding"), Some("gzip"), "{}", page.head);
    }

    // A sign-in over https: its cookie goes nowhere else, and holds.
    let origin = format!("origin: https://{NAME}");
    let password = "password=zhuxi-2026-lane&again=zhuxi-2026-lane";
    for option in ["--http1.1", "--http2"] {
        if option == "--http2" {
            // By name and password now.
            let form = "login=officer&password=zhuxi-2026-lane";
            let (signed, _) = nginx.ask("/sign-in/staff", &[option, "--header", &origin, "--data", form]);
            assert_eq!(signed.status, 303, "{}", signed.body);
            let (work, _) = nginx.ask("/mine", &[option, "--cookie", &signed.cookie()]);
            assert_eq!(work.status, 200, "{}", work.head);
            continue;
        }
        let (signed, _) = nginx.ask(&link, &[option, "--header", &origin, "--data", password]);
        assert_eq!(signed.status, 303, "{}", signed.body);
        let cookie = signed.header("set-cookie").unwrap().to_owned();
        for part in ["; Secure", "; HttpOnly", "; SameSite="] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let (work, _) = nginx.ask("/mine", &[option, "--cookie", &signed.cookie()]);
        assert_eq!(work.status, 200, "{}", work.head);
    }
    let (elsewhere, _) = nginx
        .ask("/sign-in/staff", &["--header", "origin: https://evil.example", "--data", "login=officer&password=x"]);
    assert_eq!(elsewhere.status, 403, "a form of another site");

    // Whatever a client says of its address, the one that counts is the one that nginx sees.
    let limited = (1..=80_u128).find(|n| {
        let pretended = format!("x-forwarded-for: 10.9.0.{n}");
        let (sent, _) = nginx.ask("/need", &["--header", &pretended, "--data", &need(0xf000 + n, "the+lane+floods")]);
        assert!(sent.status == 303 || sent.status == 429, "{} {}", sent.status, sent.body);
        sent.status == 429
    });
    assert!(limited.is_some_and(|n| n > 1), "{limited:?}");

    // Too large for a form of texts: the program's own page says so. Too large for anything: nginx does, before it is sent.
    let large = nginx.folder.join("large");
    std::fs::write(&large, format!("what={}", "x".repeat(400_000))).unwrap();
    let (page, _) = nginx.ask("/need", &["--data", &format!("@{}", large.display())]);
    assert_eq!(page.status, 413, "{}", page.head);
    assert!(page.body.contains("太大") && page.body.contains("嘉禾县"), "{}", page.body);
    std::fs::write(&large, vec![b'x'; 33 << 20]).unwrap();
    let (page, _) = nginx.ask(
        "/need",
        &["--http1.1", "--header", "expect: 100-continue", "--data-binary", &format!("@{}", large.display())],
    );
    assert_eq!(page.status, 413, "{}", page.head);

    // While the program is away, a page says so; when it is back, so is everything.
    child.kill().unwrap();
    child.wait().unwrap();
    let (away, _) = nginx.ask("/", &[]);
    assert_eq!((away.status, away.header("retry-after")), (503, Some("10")));
    assert!(away.body.contains("系统正在启动"), "{}", away.body);
    let mut child = start();
    assert_eq!(nginx.ask("/", &[]).0.status, 200);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn systemd_understands_the_units() {
    if Command::new("systemd-analyze").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("not run: there is no systemd-analyze here");
        return;
    }
    let folder = std::env::temp_dir().join(format!("wugong-units-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let mut files = Vec::new();
    for name in ["wugong.service", "wugong-backup.service", "wugong-backup.timer"] {
        let file = folder.join(name);
        std::fs::write(&file, deploy(name).replace("/usr/local/bin/wugong", env!("CARGO_BIN_EXE_wugong"))).unwrap();
        files.push(file);
    }
    let output = Command::new("systemd-analyze").arg("verify").args(&files).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    // What it finds about units that this machine brings along is not ours.
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("wugong")).collect();
    assert!(ours.is_empty(), "{said}");
    std::fs::remove_dir_all(&folder).unwrap();
}
