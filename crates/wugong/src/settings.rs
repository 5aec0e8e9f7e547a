//! Settings: each has one name, which is its flag (`--base-url`), its variable (`WUGONG_BASE_URL`) and its key in the file
//! (`base_url`). A flag goes before the environment, the environment before the file, the file before the default.
//!
//! This is the one place that reads the environment. What each setting means stands at its line in [`ALL`], and
//! `docs/settings.md` is made from there.

use anyhow::{Context, Result, bail};
use site::frame::Lang;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name in the file; with dashes the flag, in capitals behind `WUGONG_` the variable.
    pub name: &'static str,
    /// What holds when nothing is said, or in words what it is made from.
    pub default: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Whether its value is shown to nobody.
    pub hidden: bool,
}

macro_rules! settings {
    ($($name:ident = $default:literal $(($hidden:ident))?: $meaning:literal;)*) => {
        /// Every setting, in the order in which they are explained.
        pub const ALL: &[Setting] = &[$(Setting {
            name: stringify!($name),
            default: $default,
            meaning: $meaning,
            hidden: false $(|| stringify!($hidden).len() > 0)?,
        }),*];

        /// A flag for every setting.
        #[derive(clap::Args, Clone, Debug, Default)]
        pub struct Flags {
            /// A file of settings (TOML); also WUGONG_SETTINGS
            #[arg(long, value_name = "FILE", global = true)]
            pub settings: Option<PathBuf>,
            $(
                #[doc = $meaning]
                #[arg(long, value_name = "VALUE", global = true, hide_short_help = true)]
                pub $name: Option<String>,
            )*
        }

        impl Flags {
            fn given(&self) -> BTreeMap<&'static str, String> {
                let mut given = BTreeMap::new();
                $(if let Some(value) = &self.$name { given.insert(stringify!($name), value.clone()); })*
                given
            }
        }
    };
}

settings! {
    data = "wugong-data":
        "Folder of the database (SQLite), of photos and recordings, and of the secret. Back it up as a whole.";
    database = "DATA/wugong.db":
        "A file (SQLite) or postgres://user:password@host/name. On another machine add ?sslmode=verify-full.";
    database_threads = "4":
        "Reading threads on SQLite, connections on PostgreSQL; from 1 to 64.";
    listen = "127.0.0.1:8080":
        "Address and port. Keep it on this machine and put a server with TLS before it.";
    base_url = "http://LISTEN":
        "How people reach it, for instance https://wugong.example.cn. QR codes and links carry it.";
    behind_proxy = "false":
        "true when a server stands before it and sets X-Forwarded-For; rate limits then count the right address.";
    rules = "":
        "Folder with further rule packs (*.toml). A county officer takes them into force.";
    fonts = "":
        "Folder with further fonts for printed documents, searched before those of the system.";
    messages = "log":
        "log writes messages and codes to DATA/messages.log, for trying out only; or the https:// address of a gateway, which gets JSON by POST.";
    messages_secret = "" (hidden):
        "Sent to the gateway as Authorization: Bearer ..., so that it knows us.";
    secret_file = "DATA/secret":
        "32 random bytes that codes and forms are checked with; made at the first start. Several servers of one database share it.";
    log = "auto":
        "human, json, or auto: human on a terminal, json elsewhere. Neither holds what people wrote.";
    log_level = "info":
        "error, warn, info, debug, trace, or a filter such as info,store=debug.";
    metrics_listen = "":
        "Address and port on which /metrics answers in Prometheus' text, for instance 127.0.0.1:9464; nothing: nowhere. Never one that people reach.";
    shutdown_seconds = "20":
        "How long requests that have begun may take to end after the program was told to stop.";
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// On the command line.
    Flag,
    /// From the environment.
    Environment,
    /// From the file.
    File,
    /// Nobody said anything.
    Default,
}

impl Source {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        }
    }
}

/// Where messages go.
#[derive(Clone, PartialEq, Eq)]
pub enum Messages {
    /// Into a file beside the database and into the log: for trying out.
    Log,
    /// To a gateway.
    Gateway {
        /// Its address.
        url: String,
        /// What it knows us by.
        secret: String,
    },
}

/// How the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// For people.
    Human,
    /// For machines: one JSON object a line.
    Json,
    /// For people on a terminal, for machines elsewhere.
    Auto,
}

/// Every setting, read and checked.
#[derive(Clone)]
pub struct Settings {
    /// The folder of data.
    pub data: PathBuf,
    /// The address of the database, as [`store::Options::url`].
    pub database: String,
    /// Threads that talk to it.
    pub database_threads: usize,
    /// Where requests come in.
    pub listen: SocketAddr,
    /// How people reach it, without a slash at the end; `None` when it follows from where it listens.
    pub base_url: Option<String>,
    /// Whether the address of a client is what the server before it says.
    pub behind_proxy: bool,
    /// Folder with further rule packs.
    pub rules: Option<PathBuf>,
    /// A folder with further fonts.
    pub fonts: Option<PathBuf>,
    /// Where messages go.
    pub messages: Messages,
    /// The file with the secret.
    pub secret_file: PathBuf,
    /// How the log looks.
    pub log: LogForm,
    /// What stands in it.
    pub log_level: String,
    /// Where metrics are to be had, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// How long requests may take to end.
    pub shutdown_seconds: u64,
    shown: Vec<(&'static Setting, String, Source)>,
}

impl std::fmt::Debug for Settings {
    /// Without values: secrets are among them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Settings(..)")
    }
}

impl Settings {
    /// Where fonts for documents are looked for, in this order.
    pub fn font_folders(&self) -> Vec<PathBuf> {
        self.fonts.iter().cloned().chain(paper::pdf::FOLDERS.iter().map(PathBuf::from)).collect()
    }
    /// Finds every setting: from flags, this process's environment and the file that one of them names.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn find(flags: &Flags) -> Result<Self> {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("WUGONG_"))
            .collect();
        let named = flags.settings.clone().or_else(|| variables.get("WUGONG_SETTINGS").map(PathBuf::from));
        let file = match named {
            None => None,
            Some(path) => {
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("the settings file {} cannot be read", path.display()))?;
                Some((path, text))
            }
        };
        Self::read(flags, &variables, file.as_ref().map(|(path, text)| (path.as_path(), text.as_str())))
    }

    /// Reads settings from what is given. Errors name the setting and where its value came from.
    pub fn read(flags: &Flags, variables: &BTreeMap<String, String>, file: Option<(&Path, &str)>) -> Result<Self> {
        let from_flags = flags.given();
        let from_file = file.map(|(path, text)| keys(path, text)).transpose()?.unwrap_or_default();
        let mut shown = Vec::new();
        for setting in ALL {
            let variable = variable(setting);
            let found = [
                (from_flags.get(setting.name), Source::Flag),
                (variables.get(&variable), Source::Environment),
                (from_file.get(setting.name), Source::File),
            ];
            let (value, source) = found
                .into_iter()
                .find_map(|(value, source)| Some((value?.clone(), source)))
                .unwrap_or_else(|| (setting.default.to_owned(), Source::Default));
            shown.push((setting, value, source));
        }
        for name in variables.keys() {
            let ours = name == "WUGONG_SETTINGS" || name.starts_with("WUGONG_TEST_");
            if !ours && !ALL.iter().any(|setting| variable(setting) == *name) {
                // A setting with a slip of the pen in its name would hold without a word.
                bail!("the environment holds {name}, which is no setting; `wugong settings` lists them");
            }
        }
        Self::checked(shown)
    }

    fn checked(mut shown: Vec<(&'static Setting, String, Source)>) -> Result<Self> {
        let mut values: BTreeMap<&str, (String, Source)> =
            shown.iter().map(|(s, value, source)| (s.name, (value.clone(), *source))).collect();
        let mut take = |name: &str| values.remove(name).unwrap_or_else(|| (String::new(), Source::Default));
        let wrong = |name: &str, source: Source, value: &str, expected: &str| {
            anyhow::anyhow!("setting {name} (from the {}) is `{value}`, expected {expected}", source.as_str())
        };

        let (data, source) = take("data");
        if data.is_empty() {
            return Err(wrong("data", source, &data, "a folder"));
        }
        let data = PathBuf::from(data);
        let beside = |(value, source): (String, Source), file: &str| match source {
            Source::Default => data.join(file).display().to_string(),
            _ => value,
        };
        let database = beside(take("database"), "wugong.db");
        let secret_file = PathBuf::from(beside(take("secret_file"), "secret"));

        let (threads, source) = take("database_threads");
        let database_threads = threads
            .parse()
            .ok()
            .filter(|n| (1..=64).contains(n))
            .ok_or_else(|| wrong("database_threads", source, &threads, "a number from 1 to 64"))?;
        let (listen, source) = take("listen");
        let listen: SocketAddr = listen
            .parse()
            .map_err(|_| wrong("listen", source, &listen, "an address with a port, such as 127.0.0.1:8080"))?;
        let (base, source) = take("base_url");
        let base_url = match source {
            Source::Default => None,
            _ => {
                let bare = base.trim_end_matches('/');
                let host = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://"));
                if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', ' '])) {
                    return Err(wrong("base_url", source, &base, "https:// and a host name, no path"));
                }
                Some(bare.to_owned())
            }
        };
        let (proxy, source) = take("behind_proxy");
        let behind_proxy = proxy.parse().map_err(|_| wrong("behind_proxy", source, &proxy, "true or false"))?;
        let (rules, _) = take("rules");
        let (fonts, _) = take("fonts");
        let (secret, _) = take("messages_secret");
        let (messages, source) = take("messages");
        let messages = match messages.as_str() {
            "log" => Messages::Log,
            url if url.starts_with("https://") || local(url) => Messages::Gateway { url: url.to_owned(), secret },
            _ => return Err(wrong("messages", source, &messages, "log or an https:// address")),
        };
        let (log, source) = take("log");
        let log = match log.as_str() {
            "human" => LogForm::Human,
            "json" => LogForm::Json,
            "auto" => LogForm::Auto,
            _ => return Err(wrong("log", source, &log, "human, json or auto")),
        };
        let (log_level, source) = take("log_level");
        if tracing_subscriber::EnvFilter::try_new(&log_level).is_err() {
            return Err(wrong("log_level", source, &log_level, "error, warn, info, debug, trace or a filter"));
        }
        let (metrics, source) = take("metrics_listen");
        let metrics_listen = match metrics.as_str() {
            "" => None,
            address => Some(
                address
                    .parse()
                    .ok()
                    .filter(|metrics: &SocketAddr| *metrics != listen || metrics.port() == 0)
                    .ok_or_else(|| {
                        wrong("metrics_listen", source, address, "an address with a port, not that of listen")
                    })?,
            ),
        };
        let (seconds, source) = take("shutdown_seconds");
        let shutdown_seconds = seconds
            .parse()
            .ok()
            .filter(|n| *n <= 3600)
            .ok_or_else(|| wrong("shutdown_seconds", source, &seconds, "a number of seconds up to 3600"))?;

        for (setting, value, source) in &mut shown {
            if *source == Source::Default {
                match setting.name {
                    "database" => value.clone_from(&database),
                    "secret_file" => *value = secret_file.display().to_string(),
                    "base_url" => *value = format!("http://{listen}"),
                    _ => {}
                }
            }
        }
        Ok(Self {
            data,
            database,
            database_threads,
            listen,
            base_url,
            behind_proxy,
            rules: (!rules.is_empty()).then(|| PathBuf::from(rules)),
            fonts: (!fonts.is_empty()).then(|| PathBuf::from(fonts)),
            messages,
            secret_file,
            log,
            log_level,
            metrics_listen,
            shutdown_seconds,
            shown,
        })
    }

    /// Every setting with its value and where it came from. Secrets and the password of the database stay hidden.
    pub fn explain(&self) -> String {
        let mut out = String::new();
        for (setting, value, source) in &self.shown {
            let value = match (setting.hidden, value.is_empty()) {
                (_, true) => "(nothing)".to_owned(),
                (true, false) => "(hidden)".to_owned(),
                (false, false) => without_password(value),
            };
            let _ = writeln!(out, "{} = {value}   [{}]\n    {}", setting.name, source.as_str(), setting.meaning);
        }
        out
    }
}

/// The language in which a command answers: the one named, else that of this machine, else English.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn language(named: Option<&str>) -> Lang {
    let machine =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    let word = named.map(str::to_owned).or(machine).unwrap_or_default();
    if word.to_lowercase().starts_with("zh") { Lang::Zh } else { Lang::En }
}

/// Whether an address leads to this machine, where nobody can listen in between.
fn local(url: &str) -> bool {
    let rest = url.strip_prefix("http://").unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|host| rest.strip_prefix(host).is_some_and(|after| after.is_empty() || after.starts_with([':', '/'])))
}

/// `postgres://user:password@host` with the password covered.
fn without_password(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return value.to_owned() };
    let Some((who, host)) = rest.rsplit_once('@') else { return value.to_owned() };
    let user = who.split(':').next().unwrap_or_default();
    if user == who { value.to_owned() } else { format!("{scheme}://{user}:(hidden)@{host}") }
}

fn variable(setting: &Setting) -> String {
    format!("WUGONG_{}", setting.name.to_uppercase())
}

/// The keys of a settings file as text. A key that is no setting is an error, so that a slip of the pen is noticed.
fn keys(path: &Path, text: &str) -> Result<BTreeMap<String, String>> {
    let table: toml::Table =
        toml::from_str(text).with_context(|| format!("the settings file {} is no TOML", path.display()))?;
    let mut found = BTreeMap::new();
    for (key, value) in table {
        if !ALL.iter().any(|setting| setting.name == key) {
            bail!("the settings file {} holds `{key}`, which is no setting", path.display());
        }
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(n) => n.to_string(),
            toml::Value::Boolean(yes) => yes.to_string(),
            _ => bail!("the settings file {}: `{key}` must be a text, a number, or true or false", path.display()),
        };
        found.insert(key, value);
    }
    Ok(found)
}

/// `docs/settings.md`, made from the settings themselves.
pub fn document() -> String {
    let mut out = String::from(
        "# Settings\n\n\
         Each setting has one name: `--base-url` on the command line, `WUGONG_BASE_URL` in the environment, `base_url` in the file that\n\
         `--settings FILE` or `WUGONG_SETTINGS` names (TOML). A flag goes before the environment, the environment before the file.\n\
         `wugong settings --explain` says what holds and where it came from. A name that is no setting is refused.\n\n\
         | name | when nothing is said | what it means |\n|---|---|---|\n",
    );
    for setting in ALL {
        let default = if setting.default.is_empty() { String::new() } else { format!("`{}`", setting.default) };
        let _ = writeln!(out, "| `{}` | {default} | {} |", setting.name, setting.meaning);
    }
    out.push_str(
        "\n## A file to begin with\n\n\
         ```toml\n\
         data = \"/var/lib/wugong\"\n\
         listen = \"127.0.0.1:8080\"\n\
         base_url = \"https://wugong.example.cn\"\n\
         behind_proxy = true\n\
         messages = \"https://gateway.example.cn/send\"\n\
         ```\n\n\
         Keep `messages_secret` and a database password out of a file that others can read: `WUGONG_MESSAGES_SECRET` and `WUGONG_DATABASE`.\n\n\
         ## What the gateway gets\n\n\
         ```\n\
         POST /send\n\
         Authorization: Bearer the-secret\n\
         Idempotency-Key: 01a2b3c4-...\n\
         Content-Type: application/json\n\n\
         {\"id\":\"01a2b3c4-...\",\"to\":\"13900000000\",\"text\":\"...\"}\n\
         ```\n\n\
         Any answer from 200 to 299 within five seconds means that it has the message. Anything else is tried again, each time after a longer\n\
         while, eight times in all, with the same key; a gateway that has seen the key answers 200 and sends nothing. A message given up\n\
         stands among the failed jobs.\n\n\
         ## Asking how it is\n\n\
         | address | answers | for |\n|---|---|---|\n\
         | `/healthz` | 200 as long as the program lives, whatever else is wrong | whoever starts it again |\n\
         | `/readyz` | 200 when the database answers and there is a county, else 503 | the server before it, which then sends nobody here |\n\n\
         Both answer under every host name, without a sign-in and before there is a county. With an https `base_url` every answer tells\n\
         browsers to stay on https for a year (`Strict-Transport-Security`): set it once the certificate is there to stay.\n",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &Flags, variables: &[(&str, &str)], file: Option<&str>) -> Result<Settings> {
        let variables = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Settings::read(flags, &variables, file.map(|text| (Path::new("w.toml"), text)))
    }

    #[test]
    fn a_flag_goes_before_the_environment_and_that_before_the_file() {
        let flags = Flags { listen: Some("127.0.0.1:1".into()), ..Flags::default() };
        let variables = [("WUGONG_LISTEN", "127.0.0.1:2"), ("WUGONG_DATABASE_THREADS", "2")];
        let file = "listen = \"127.0.0.1:3\"\ndatabase_threads = 3\nbehind_proxy = true\n";
        let settings = read(&flags, &variables, Some(file)).unwrap();
        assert_eq!((settings.listen.port(), settings.database_threads, settings.behind_proxy), (1, 2, true));
        let explained = settings.explain();
        for line in [
            "listen = 127.0.0.1:1   [flag]",
            "database_threads = 2   [environment]",
            "behind_proxy = true   [file]",
            "log = auto   [default]",
            "base_url = http://127.0.0.1:1   [default]",
            "database = wugong-data/wugong.db   [default]",
        ] {
            assert!(explained.contains(line), "{line}\n{explained}");
        }
    }

    #[test]
    fn a_name_that_is_no_setting_is_refused_wherever_it_stands() {
        let none = Flags::default();
        assert!(read(&none, &[], Some("listn = \"x\"")).unwrap_err().to_string().contains("`listn`"));
        assert!(read(&none, &[("WUGONG_LISTN", "x")], None).unwrap_err().to_string().contains("WUGONG_LISTN"));
        assert!(read(&none, &[("WUGONG_TEST_POSTGRES", "x")], None).is_ok());
        assert!(read(&none, &[], Some("listen = [1]")).is_err());
        assert!(read(&none, &[], Some("listen =")).is_err());
    }

    #[test]
    fn a_wrong_value_says_which_where_and_what_was_expected() {
        for (name, value) in [
            ("WUGONG_LISTEN", "8080"),
            ("WUGONG_DATABASE_THREADS", "65"),
            ("WUGONG_BASE_URL", "wugong.example.cn"),
            ("WUGONG_BASE_URL", "https://wugong.example.cn/x"),
            ("WUGONG_BEHIND_PROXY", "yes"),
            ("WUGONG_MESSAGES", "http://gateway.example.cn"),
            ("WUGONG_LOG", "xml"),
            ("WUGONG_LOG_LEVEL", "a=b=c"),
            ("WUGONG_SHUTDOWN_SECONDS", "-1"),
            ("WUGONG_DATA", ""),
        ] {
            let error = read(&Flags::default(), &[(name, value)], None).unwrap_err().to_string();
            assert!(error.contains("environment") && error.contains("expected"), "{name}: {error}");
        }
        let settings = read(&Flags::default(), &[("WUGONG_MESSAGES", "http://127.0.0.1:9/x")], None).unwrap();
        assert!(matches!(settings.messages, Messages::Gateway { .. }));
    }

    #[test]
    fn no_secret_is_explained() {
        let variables = [
            ("WUGONG_DATABASE", "postgres://wugong:hush@db/wugong"),
            ("WUGONG_MESSAGES", "https://gateway.example.cn/send"),
            ("WUGONG_MESSAGES_SECRET", "hush"),
        ];
        let explained = read(&Flags::default(), &variables, None).unwrap().explain();
        assert!(
            !explained.contains("hush") && explained.contains("postgres://wugong:(hidden)@db/wugong"),
            "{explained}"
        );
    }

    #[test]
    fn the_document_lists_every_setting() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/settings.md");
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        // Written anew when it differs, so that a second run is green and the change is seen in the diff.
        if there != document() {
            std::fs::write(&path, document()).unwrap();
            panic!("docs/settings.md was out of date and has been written anew; look at it and commit it");
        }
    }
}
