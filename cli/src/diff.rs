//! Unified diffs.

use similar::TextDiff;

/// The change from `old` to `new` of the file at `path`, as `patch` and `git apply` read it.
pub(crate) fn unified(path: &str, old: &str, new: &str) -> String {
    // A path with a line break would end the header early and forge the rest of it.
    let path = crate::render::excerpt::visible(path);
    TextDiff::configure()
        .timeout(std::time::Duration::from_secs(1))
        .diff_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{}", path.trim_start_matches('/')), &format!("b/{}", path.trim_start_matches('/')))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_names_the_file_and_shows_three_lines_around() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9";
        let new = "1\n2\n3\n4\nx\n6\n7\n8\n9";
        let expected = "--- a/d/f\n+++ b/d/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n";
        assert_eq!(unified("d/f", old, new), expected);
    }

    #[test]
    fn a_missing_line_end_is_said() {
        assert!(unified("f", "a", "b").contains("\\ No newline at end of file"));
    }
}
