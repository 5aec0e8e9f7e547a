//! What this machine has left: room on a disk, memory of this process.

use std::path::Path;

/// Room on a disk, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// What this program may still write.
    pub free: u64,
    /// The whole disk.
    pub whole: u64,
}

/// The least that must be left: a day's photos and the write-ahead log of a long backup.
pub const FREE_MIN: u64 = 1 << 30;

impl Room {
    /// Whether it will be full soon: less than [`FREE_MIN`], or less than a twentieth of a small disk.
    pub fn short(self) -> bool {
        self.free < FREE_MIN.min(self.whole / 20)
    }
}

/// The room on the disk of that folder.
#[cfg(unix)]
pub fn room(folder: &Path) -> std::io::Result<Room> {
    let of = rustix::fs::statvfs(folder)?;
    let bytes = |blocks: u64| blocks.saturating_mul(of.f_frsize);
    Ok(Room { free: bytes(of.f_bavail), whole: bytes(of.f_blocks) })
}

/// The room on the disk of that folder.
#[cfg(not(unix))]
pub fn room(_: &Path) -> std::io::Result<Room> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Memory that this process holds, in bytes; `None` where the system does not say.
pub fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}
