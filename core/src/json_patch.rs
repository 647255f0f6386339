//! JSON Patch (RFC 6902): what has to be done to one JSON document to make it another.

use hullmark_document::{NodeId, Tree, Value};

/// The operations, as JSON, that make `before` to `after`; `None` when there are none, or not both are objects.
///
/// The values are the text of `after`, so that no number is written anew. A list that became longer or shorter is replaced.
pub(crate) fn between(before: &Tree, after: &Tree) -> Option<String> {
    let (&from, &to) = (before.roots().first()?, after.roots().first()?);
    let mut patch = Patch { before, after, operations: String::new() };
    let both = before.value(from) == Value::Map && after.value(to) == Value::Map;
    both.then(|| patch.compare(from, to, &mut String::new()))?;
    (!patch.operations.is_empty()).then(|| format!("[{}]", patch.operations))
}

struct Patch<'t> {
    before: &'t Tree,
    after: &'t Tree,
    operations: String,
}

impl Patch<'_> {
    /// Compares what stands at `path`; `path` comes back as it was. Trees are as deep as the limit of their reader.
    fn compare(&mut self, from: NodeId, to: NodeId, path: &mut String) {
        let (before, after) = (self.before, self.after);
        if written(before, from) == written(after, to) {
            return;
        }
        match (before.value(from), after.value(to)) {
            (Value::Map, Value::Map) => {
                for old in before.children(from) {
                    if after.get_own(to, before.key(old)).is_none() {
                        self.at(path, before.key(old), |patch, path| patch.tell("remove", path, None));
                    }
                }
                for new in after.children(to) {
                    let key = after.key(new);
                    // Of a key that stands twice, the last one counts.
                    if after.get_own(to, key) == Some(new) {
                        self.at(path, key, |patch, path| match before.get_own(from, key) {
                            Some(old) => patch.compare(old, new, path),
                            None => patch.tell("add", path, Some(new)),
                        });
                    }
                }
            }
            (Value::List, Value::List) if before.field_count(from) == after.field_count(to) => {
                for (at, (old, new)) in before.children(from).zip(after.children(to)).enumerate() {
                    self.at(path, &at.to_string(), |patch, path| patch.compare(old, new, path));
                }
            }
            _ => self.tell("replace", path, Some(to)),
        }
    }

    /// Does `work` at the member `name` of what stands at `path`.
    fn at(&mut self, path: &mut String, name: &str, work: impl FnOnce(&mut Self, &mut String)) {
        let len = path.len();
        path.push('/');
        path.push_str(&name.replace('~', "~0").replace('/', "~1"));
        work(self, path);
        path.truncate(len);
    }

    fn tell(&mut self, operation: &str, path: &str, value: Option<NodeId>) {
        let path = serde_json::to_string(path).unwrap_or_default();
        let begin = if self.operations.is_empty() { "{\"op\":\"" } else { ",{\"op\":\"" };
        let (name, value) = value.map_or(("", ""), |value| (",\"value\":", written(self.after, value)));
        for part in [begin, operation, "\",\"path\":", &path, name, value, "}"] {
            self.operations.push_str(part);
        }
    }
}

/// The JSON of a node.
fn written(tree: &Tree, node: NodeId) -> &str {
    tree.span(node).text(tree.source())
}

/// The bytes in base64 (RFC 4648, section 4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | group.get(at).map_or(0, |&byte| u32::from(byte)));
        for at in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * at)) as usize & 63).copied().unwrap_or(b'=');
            text.push(if at > group.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use hullmark_document::yaml;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Carries a patch out as an API server does: one operation after the other.
    fn patched(document: &str, patch: &str) -> Value {
        let mut document: Value = serde_json::from_str(document).unwrap();
        for operation in serde_json::from_str::<Vec<Value>>(patch).unwrap() {
            let (above, last) = operation["path"].as_str().unwrap().rsplit_once('/').unwrap();
            let key = last.replace("~1", "/").replace("~0", "~");
            let (op, value) = (operation["op"].as_str().unwrap(), operation.get("value").cloned());
            match (document.pointer_mut(above).unwrap(), op) {
                (Value::Object(map), "remove") => drop(map.remove(&key).unwrap()),
                (Value::Object(map), "add") => assert_eq!(map.insert(key, value.unwrap()), None),
                (Value::Object(map), "replace") => assert_ne!(map.insert(key, value.unwrap()), None),
                (Value::Array(list), "remove") => drop(list.remove(key.parse().unwrap())),
                (Value::Array(list), "add") => list.insert(key.parse().unwrap(), value.unwrap()),
                (Value::Array(list), "replace") => list[key.parse::<usize>().unwrap()] = value.unwrap(),
                other => panic!("{other:?}"),
            }
        }
        document
    }

    fn patch(before: &str, after: &str) -> Option<String> {
        let tree = |text: &str| yaml::parse_json(text.into(), &yaml::Limits::default()).tree;
        between(&tree(before), &tree(after))
    }

    #[test]
    fn a_change_is_told_where_it_is() {
        for (before, after, told) in [
            (r#"{"a":{}}"#, r#"{"a":{"b/~":{"c":[1.50]}}}"#, r#"{"op":"add","path":"/a/b~1~0","value":{"c":[1.50]}}"#),
            (r#"{"a":[1,2,3]}"#, r#"{"a":[1,3]}"#, r#"{"op":"replace","path":"/a","value":[1,3]}"#),
            (r#"{"a":[{"b":1},{}]}"#, r#"{"a":[{"b":2},{}]}"#, r#"{"op":"replace","path":"/a/0/b","value":2}"#),
            (r#"{"a":[1,{}]}"#, r#"{"a":[1,"é\n"]}"#, r#"{"op":"replace","path":"/a/1","value":"é\n"}"#),
            (r#"{"a":1,"é\"":2}"#, r#"{"a":1}"#, r#"{"op":"remove","path":"/é\""}"#),
        ] {
            assert_eq!(patch(before, after), Some(format!("[{told}]")));
        }
        assert_eq!(patch("{}", "{}"), None);
        assert_eq!(patch("[1]", "{}"), None);
    }

    #[test]
    fn bytes_become_base64() {
        let texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar", "\u{3bf}\u{ffff}"];
        let made = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy", "zr/vv78="];
        assert_eq!(texts.map(|text| base64(text.as_bytes())), made);
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), (0_u8..4).prop_map(Value::from)];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let map = prop::collection::btree_map("[a-c/~]{1,2}", inner.clone(), 0..5);
            prop_oneof![
                prop::collection::vec(inner, 0..5).prop_map(Value::from),
                map.prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Whatever two objects are, the patch makes one of the other.
        #[test]
        fn a_patch_makes_the_one_the_other(before in json(), after in json()) {
            let [before, after] = [before, after].map(|value| serde_json::json!({ "a": value }).to_string());
            let made = match patch(&before, &after) {
                Some(patch) => patched(&before, &patch),
                None => serde_json::from_str(&before).unwrap(),
            };
            prop_assert_eq!(made, serde_json::from_str::<Value>(&after).unwrap());
        }
    }
}
