//! The words an instruction can begin with, and the flags each one knows.

/// The first word of an instruction.
///
/// Source: <https://docs.docker.com/reference/dockerfile/#overview>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keyword {
    /// `ADD`
    Add,
    /// `ARG`
    Arg,
    /// `CMD`
    Cmd,
    /// `COPY`
    Copy,
    /// `ENTRYPOINT`
    Entrypoint,
    /// `ENV`
    Env,
    /// `EXPOSE`
    Expose,
    /// `FROM`
    From,
    /// `HEALTHCHECK`
    Healthcheck,
    /// `LABEL`
    Label,
    /// `MAINTAINER`
    Maintainer,
    /// `ONBUILD`
    Onbuild,
    /// `RUN`
    Run,
    /// `SHELL`
    Shell,
    /// `STOPSIGNAL`
    Stopsignal,
    /// `USER`
    User,
    /// `VOLUME`
    Volume,
    /// `WORKDIR`
    Workdir,
    /// A word that is no instruction.
    Other,
}

impl Keyword {
    /// Every instruction there is, in the order of the alphabet; `Other` is not among them.
    pub const ALL: [Self; 18] = [
        Self::Add,
        Self::Arg,
        Self::Cmd,
        Self::Copy,
        Self::Entrypoint,
        Self::Env,
        Self::Expose,
        Self::From,
        Self::Healthcheck,
        Self::Label,
        Self::Maintainer,
        Self::Onbuild,
        Self::Run,
        Self::Shell,
        Self::Stopsignal,
        Self::User,
        Self::Volume,
        Self::Workdir,
    ];

    /// The keyword that `word` spells, whatever its case.
    ///
    /// ```
    /// use hullmark_document::dockerfile::Keyword;
    /// assert_eq!(Keyword::from_word("from"), Keyword::From);
    /// assert_eq!(Keyword::from_word("FORM"), Keyword::Other);
    /// ```
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|keyword| keyword.as_str().eq_ignore_ascii_case(word)).unwrap_or(Self::Other)
    }

    /// The keyword in capitals; empty for `Other`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "ADD",
            Self::Arg => "ARG",
            Self::Cmd => "CMD",
            Self::Copy => "COPY",
            Self::Entrypoint => "ENTRYPOINT",
            Self::Env => "ENV",
            Self::Expose => "EXPOSE",
            Self::From => "FROM",
            Self::Healthcheck => "HEALTHCHECK",
            Self::Label => "LABEL",
            Self::Maintainer => "MAINTAINER",
            Self::Onbuild => "ONBUILD",
            Self::Run => "RUN",
            Self::Shell => "SHELL",
            Self::Stopsignal => "STOPSIGNAL",
            Self::User => "USER",
            Self::Volume => "VOLUME",
            Self::Workdir => "WORKDIR",
            Self::Other => "",
        }
    }

    /// The instruction that someone who wrote `word` most likely meant: at most two letters away, and fewer than
    /// half of them.
    #[must_use]
    pub fn nearest(word: &str) -> Option<Self> {
        if word.len() > 16 {
            return None;
        }
        let word = word.to_ascii_uppercase();
        Self::ALL
            .into_iter()
            .map(|keyword| (distance(&word, keyword.as_str()), keyword))
            .filter(|&(distance, keyword)| distance <= 2 && distance * 2 < keyword.as_str().len().max(word.len()))
            .min_by_key(|&(distance, _)| distance)
            .map(|(_, keyword)| keyword)
    }

    /// Whether the builder reads `<<WORD` in this instruction as the beginning of a heredoc.
    #[must_use]
    pub fn takes_heredocs(self) -> bool {
        matches!(self, Self::Run | Self::Copy | Self::Add)
    }

    /// Whether the builder itself expands variables in the arguments; in RUN, CMD and ENTRYPOINT the shell does it.
    ///
    /// Source: <https://docs.docker.com/reference/dockerfile/#environment-replacement>.
    #[must_use]
    pub fn expands(self) -> bool {
        !matches!(
            self,
            Self::Run
                | Self::Cmd
                | Self::Entrypoint
                | Self::Healthcheck
                | Self::Shell
                | Self::Maintainer
                | Self::Onbuild
                | Self::Other
        )
    }

    /// The flags the instruction knows; `None` for those whose flags the builder drops without a look.
    pub(crate) fn flags(self) -> Option<&'static [FlagKind]> {
        Some(match self {
            Self::From => &[FlagKind("platform", FlagValue::Text)],
            Self::Copy => COPY_FLAGS,
            Self::Add => ADD_FLAGS,
            Self::Run => RUN_FLAGS,
            Self::Healthcheck => HEALTHCHECK_FLAGS,
            Self::Arg | Self::Stopsignal | Self::Other => return None,
            _ => &[],
        })
    }
}

/// A flag that an instruction knows: its name and what it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlagKind(pub(crate) &'static str, pub(crate) FlagValue);

/// What stands after the name of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagValue {
    /// Nothing, `=true` or `=false`.
    Switch,
    /// Any text; the flag may stand once.
    Text,
    /// Any text; the flag may stand again and again.
    Texts,
}

const COPY_FLAGS: &[FlagKind] = &[
    FlagKind("from", FlagValue::Text),
    FlagKind("chown", FlagValue::Text),
    FlagKind("chmod", FlagValue::Text),
    FlagKind("link", FlagValue::Switch),
    FlagKind("parents", FlagValue::Switch),
    FlagKind("exclude", FlagValue::Texts),
];
const ADD_FLAGS: &[FlagKind] = &[
    FlagKind("checksum", FlagValue::Text),
    FlagKind("chown", FlagValue::Text),
    FlagKind("chmod", FlagValue::Text),
    FlagKind("keep-git-dir", FlagValue::Switch),
    FlagKind("link", FlagValue::Switch),
    FlagKind("unpack", FlagValue::Switch),
    FlagKind("exclude", FlagValue::Texts),
];
const RUN_FLAGS: &[FlagKind] = &[
    FlagKind("mount", FlagValue::Texts),
    FlagKind("network", FlagValue::Text),
    FlagKind("security", FlagValue::Text),
    FlagKind("device", FlagValue::Texts),
];
const HEALTHCHECK_FLAGS: &[FlagKind] = &[
    FlagKind("interval", FlagValue::Text),
    FlagKind("timeout", FlagValue::Text),
    FlagKind("start-period", FlagValue::Text),
    FlagKind("start-interval", FlagValue::Text),
    FlagKind("retries", FlagValue::Text),
];

/// How many single-letter edits (a swap of two neighbours counts as one) lead from `from` to `to`.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<u8> = to.bytes().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (i, byte) in from.bytes().enumerate() {
        let mut next = vec![i + 1];
        for (j, &other) in to.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&row, j) + usize::from(byte != other)).min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped = j > 0 && previous == Some(other) && to.get(j - 1) == Some(&byte);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = core::mem::replace(&mut row, next);
        previous = Some(byte);
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_instruction_and_a_word_of_its_own_does_not() {
        assert_eq!(Keyword::nearest("FORM"), Some(Keyword::From));
        assert_eq!(Keyword::nearest("rnu"), Some(Keyword::Run));
        assert_eq!(Keyword::nearest("WORKDIRR"), Some(Keyword::Workdir));
        assert_eq!(Keyword::nearest("ENTRYPIONT"), Some(Keyword::Entrypoint));
        assert_eq!(Keyword::nearest("echo"), None);
        assert_eq!(Keyword::nearest("{{"), None);
    }

    #[test]
    fn every_keyword_reads_back_from_its_own_text() {
        for keyword in Keyword::ALL {
            assert_eq!(Keyword::from_word(&keyword.as_str().to_lowercase()), keyword);
        }
    }
}
