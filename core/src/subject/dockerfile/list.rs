//! Lists of pipelines: how they are joined.

use std::collections::HashMap;

use hullmark_document::shell::{AndOrId, Pipeline, Stage};
use hullmark_document::{Node, NodeId, Value};

use super::Lowering;
use super::shell::Reading;
use super::status::{is_and_or, is_condition, is_looked_at};

impl Lowering<'_> {
    /// Lists of two and more pipelines, and pipelines with `!`.
    pub(super) fn lists(&mut self, reading: &Reading<'_>) {
        let script = reading.script;
        let mut open: HashMap<AndOrId, (NodeId, NodeId)> = HashMap::new();
        for pipeline in script.pipelines() {
            if self.is_full(|this| this.place(reading.text.to_source(pipeline.span))) {
                return;
            }
            if pipeline.negation.is_some() {
                self.negation(reading, pipeline);
            }
            let joined = pipeline.separator.filter(is_and_or);
            if joined.is_none() && pipeline.position == 0 {
                continue;
            }
            let (operators, commands) = match open.get(&pipeline.and_or) {
                Some(&lists) => lists,
                None => {
                    let lists = self.list_node(reading, pipeline);
                    open.insert(pipeline.and_or, lists);
                    lists
                }
            };
            if let Some(Stage::Command(id)) = script.stages(pipeline).last()
                && let Some(command) = reading.nodes.get(*id)
            {
                self.tree.add_link(commands, Node::item(Value::Null, self.tree.span(command)), command);
            }
            if let Some(separator) = joined {
                let at = self.place(reading.text.to_source(separator.span));
                let text = separator.span.text(script.text());
                self.tree.add(operators, Node::item(Value::Text(text), at));
            }
        }
    }

    fn list_node(&mut self, reading: &Reading<'_>, pipeline: &Pipeline) -> (NodeId, NodeId) {
        let script = reading.script;
        let span = script.and_or(pipeline.and_or).map_or(pipeline.span, |list| list.span);
        let list = self.shell_list(reading.instruction, "lists");
        let at = self.place(reading.text.to_source(span));
        let node = self.shell_node(list, reading.instruction, at);
        self.found.lists.push(node);
        self.fact(node, "tested", Value::Bool(is_condition(script, pipeline)));
        (self.fact(node, "operators", Value::List), self.fact(node, "commands", Value::List))
    }

    fn negation(&mut self, reading: &Reading<'_>, pipeline: &Pipeline) {
        let script = reading.script;
        let Some(mark) = pipeline.negation else { return };
        let list = self.shell_list(reading.instruction, "negations");
        let span = self.place(reading.text.to_source(pipeline.span));
        let node = self.shell_node(list, reading.instruction, span);
        self.found.negations.push(node);
        let at = self.place(reading.text.to_source(mark));
        self.tree.add_fact(node, Node::field("mark", Value::Text("!"), at));
        let errexit = reading.errexit.is_some_and(|from| from < pipeline.span.start);
        self.fact(node, "errexit", Value::Bool(errexit));
        let stages = script.stages(pipeline);
        self.fact(node, "piped", Value::Bool(stages.len() > 1));
        self.fact(node, "tested", Value::Bool(is_looked_at(script, pipeline)));
    }
}
