//! This program once more, as a process of its own: the server that is measured, and the bare one beside it.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server that runs until this is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts this program with these arguments and waits until it says where it is served. `before` is a program that starts it,
    /// with its own arguments (a tracer), or nothing. What it logs goes to a file in `folder`.
    pub fn start(before: &[&str], arguments: &[&str], folder: &Path) -> Result<Self> {
        let own = std::env::current_exe().context("where is this program?")?;
        let mut command = match before.split_first() {
            None => Command::new(own),
            Some((program, its)) => {
                let mut command = Command::new(program);
                command.args(its).arg(own);
                command
            }
        };
        let log = std::fs::File::options().create(true).append(true).open(folder.join("log"))?;
        // A group of their own, so that a tracer and what it traces end together.
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().with_context(|| format!("{command:?} does not start"))?;
        let out = child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(out).lines();
        let found = lines.by_ref().map_while(std::result::Result::ok).find_map(|line| {
            let rest = line.split_once("http://").map(|(_, rest)| rest)?;
            rest.split(|c: char| c.is_whitespace() || c == '/').next()?.parse().ok()
        });
        let Some(address) = found else {
            let _ = child.kill();
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            bail!("{arguments:?} did not say where it is served:\n{log}");
        };
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, address })
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = format!("kill -9 -- -{}", self.child.id());
        let _ = Command::new("sh").args(["-c", &group]).stderr(Stdio::null()).status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
