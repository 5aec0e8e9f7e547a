//! The program. What it does stands in the library of this crate.

fn main() -> std::process::ExitCode {
    wugong::cli::main(std::env::args_os())
}
