//! Every rule pack of the installation: those inside the program, and those that the operator put into a folder.

use anyhow::{Context, Result, bail};
use civic::rules::{DEMO, EXAMPLES, NATIONAL_2026, Pack, Rules};
use civic::time::Day;
use std::path::Path;

/// The packs inside the program.
pub fn embedded() -> Result<Vec<Pack>> {
    let mut packs = Vec::new();
    for (name, text) in [("national-2026.toml", NATIONAL_2026), ("demo.toml", DEMO)].iter().chain(EXAMPLES) {
        packs.push(Pack::parse(text).with_context(|| format!("rule pack {name}"))?);
    }
    Ok(packs)
}

/// The packs inside the program and every `*.toml` of `folder`. A pack that cannot be read stops the program: a rule that is
/// silently left out would change what is decided.
pub fn all(folder: Option<&Path>, today: Day) -> Result<Vec<Pack>> {
    let mut packs = embedded()?;
    if let Some(folder) = folder {
        let listing =
            std::fs::read_dir(folder).with_context(|| format!("folder of rule packs {}", folder.display()))?;
        let mut paths: Vec<_> = listing.map(|entry| entry.map(|e| e.path())).collect::<std::io::Result<_>>()?;
        paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
        paths.sort();
        for path in paths {
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let pack = Pack::parse(&text).with_context(|| format!("rule pack {}", path.display()))?;
            if packs.iter().any(|known| known.name == pack.name && known.version == pack.version) {
                bail!("rule pack {}: {} version {} is there already", path.display(), pack.name, pack.version);
            }
            packs.push(pack);
        }
    }
    Rules::new(packs.clone(), Vec::new())?.check_complete(today)?;
    Ok(packs)
}
