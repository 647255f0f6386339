//! Running compiled rules over the subjects of documents. Total: a rule that has been loaded cannot fail here.

mod candidates;
mod compare;
mod edit;
mod eval;
mod gate;
mod node;
pub(crate) mod pattern;
mod plan;
mod predicate;
mod program;
mod relation;
mod rule_bits;
mod screen;
mod secret;
mod text;

use hullmark_document::{NodeId, Span, Value, sort_by};
use hullmark_language::{Case, Confidence, FixTemplate, Input, Rule, Safety, Severity};

use crate::finding::SubjectName;
use crate::input::InputKind;
use crate::subject::Document;
use eval::{Buffers, Evaluation, STEPS, Solution};
use gate::Gate;
use node::Spot;

pub(crate) use compare::{clean_path, day};
pub(crate) use edit::one_line;
pub(crate) use node::{NodeRef, Truth};
pub(crate) use pattern::Regex;
pub(crate) use program::{Program, RuleIndex, patterns};
pub(crate) use relation::Relations;
use rule_bits::RuleBits;

/// A finding before its places are counted out in lines and columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawFinding {
    pub(crate) rule: RuleIndex,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) message: String,
    pub(crate) document: u32,
    pub(crate) span: Span,
    /// The value at the place, for the fingerprint; never shown.
    pub(crate) related: Vec<(u32, Span, String)>,
    pub(crate) fix: Option<RawFix>,
    pub(crate) subject: Option<SubjectName>,
    /// The first byte of the instruction that holds it.
    pub(crate) anchor: Option<u32>,
    /// The subject, for ignores that stand at an object or container.
    pub(crate) node: NodeId,
}

/// A fix before its places are counted out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawFix {
    pub(crate) title: String,
    pub(crate) safety: Safety,
    pub(crate) edits: Vec<(u32, Span, String)>,
}

/// What rules find in one document, and what kept them from going on.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) findings: Vec<RawFinding>,
    /// Whether there are more findings than the limit.
    pub(crate) cut: bool,
    /// Whether the quantifiers of all rules have looked at more elements than [`WORK`] and [`WORK_PER_BYTE`] allow.
    pub(crate) exhausted: bool,
}

/// How many elements the quantifiers of all rules may look at and test in one document of no length, and how many more
/// for each byte of it. Real files need a few thousand; a rule that compares every instruction with every other one
/// would take hours on a file made for it.
const WORK: u64 = 5_000_000;
const WORK_PER_BYTE: u64 = 4;

/// What the rules of `program` find in `document` alone. Gives up after `limit` findings and says so.
pub(crate) fn check_document(program: &Program, document: &Document, number: u32, limit: usize) -> Checked {
    let input = match document.kind {
        InputKind::Dockerfile => Input::Dockerfile,
        InputKind::Image => Input::Image,
        InputKind::Kubernetes => Input::Kubernetes,
    };
    let ruled_out = match document.kind {
        InputKind::Dockerfile => None,
        InputKind::Image | InputKind::Kubernetes => program.ruled_out(document.tree.source()),
    };
    run(program, document, number, input, None, &Options { ruled_out: ruled_out.as_deref(), limit, complete: true })
}

/// What the rules over sets find with the subjects of `document`.
pub(crate) fn check_in_set<'a>(
    program: &'a Program,
    document: &'a Document,
    number: u32,
    relations: &'a dyn Relations<'a>,
    options: (usize, bool),
) -> Checked {
    let (limit, complete) = options;
    run(program, document, number, Input::Set, Some(relations), &Options { ruled_out: None, limit, complete })
}

/// The rows of a table, as nodes of no document.
pub(crate) fn table<'a>(program: &'a Program, name: &str) -> Option<NodeRef<'a>> {
    let (tree, id) = program.table(name)?;
    Some(NodeRef { tree, id, document: node::NO_DOCUMENT })
}

struct Options<'o> {
    ruled_out: Option<&'o [bool]>,
    limit: usize,
    /// Whether the set is complete; findings over an incomplete one are less sure.
    complete: bool,
}

fn run<'a>(
    program: &'a Program,
    document: &'a Document,
    number: u32,
    input: Input,
    relations: Option<&'a dyn Relations<'a>>,
    options: &Options<'_>,
) -> Checked {
    let work = WORK.saturating_add(WORK_PER_BYTE.saturating_mul(document.tree.source().len() as u64));
    let mut run = Run {
        program,
        kind: document.kind,
        relations,
        options,
        findings: Vec::new(),
        buffers: Buffers::default(),
        work,
    };
    for (subject, nodes) in &document.subjects {
        let Some(gate) = program.gate(input, subject) else { continue };
        let open = gate.open(options.ruled_out);
        if open.is_empty() {
            continue;
        }
        let mut left = open.clone();
        for &id in nodes {
            let node = NodeRef { tree: &document.tree, id, document: number };
            left.set_to(&open);
            run.pass(gate, node, &mut left);
            #[cfg(test)]
            run.prove(gate, node, (&open, &left));
            for index in gate.rules(&left) {
                run.rule(index, node);
                if run.findings.len() > options.limit {
                    run.findings.truncate(options.limit);
                    return Checked { findings: run.findings, cut: true, exhausted: run.work == 0 };
                }
            }
        }
    }
    let mut findings = run.findings;
    sort_by(&mut findings, |a, b| (a.span, a.rule, &a.message).cmp(&(b.span, b.rule, &b.message)));
    findings.dedup_by(|a, b| (a.rule, a.span, &a.message) == (b.rule, b.span, &b.message));
    Checked { findings, cut: false, exhausted: run.work == 0 }
}

/// The rules running over one document.
struct Run<'a, 'o> {
    program: &'a Program,
    kind: InputKind,
    relations: Option<&'a dyn Relations<'a>>,
    options: &'o Options<'o>,
    findings: Vec<RawFinding>,
    buffers: Buffers<'a>,
    /// How many elements the quantifiers may still look at.
    work: u64,
}

impl<'a> Run<'a, '_> {
    /// Leaves in `left` the rules that can hold for the subject `node`.
    fn pass(&mut self, gate: &'a Gate, node: NodeRef<'a>, left: &mut RuleBits) {
        let mut evaluation = self.evaluation(0, gate.slots, node);
        let steps = evaluation.steps;
        gate.pass(&mut evaluation, left);
        self.work -= u64::from(steps - evaluation.steps);
        self.buffers = evaluation.into_buffers();
    }

    /// Sees that no rule of `open` that the gate kept back finds anything.
    #[cfg(test)]
    fn prove(&mut self, gate: &'a Gate, node: NodeRef<'a>, (open, left): (&RuleBits, &RuleBits)) {
        let before = self.findings.len();
        let mut kept_back = open.clone();
        kept_back.take(left);
        for index in gate.rules(&kept_back) {
            self.rule(index, node);
            let rule = self.program.rule(index).map(|rule| &rule.id);
            assert_eq!(self.findings.len(), before, "{rule:?} was kept back from {:?}", node.source());
        }
    }

    fn evaluation(&mut self, rule: RuleIndex, slots: usize, node: NodeRef<'a>) -> Evaluation<'a, 'a> {
        let steps = u32::try_from(self.work).map_or(STEPS, |work| work.min(STEPS));
        let buffers = std::mem::take(&mut self.buffers);
        Evaluation::new(self.program, rule, slots, node, self.relations, buffers, steps)
    }

    /// Runs one rule on one subject.
    fn rule(&mut self, index: RuleIndex, node: NodeRef<'a>) {
        let Some(rule) = self.program.rule(index) else { return };
        let mut evaluation = self.evaluation(index, usize::from(rule.slots), node);
        let steps = evaluation.steps;
        for solution in evaluation.solve(&rule.matches, rule.each) {
            // One subject may have more faults than a report may have findings.
            if self.findings.len() > self.options.limit {
                break;
            }
            let Some(mut found) = finding(&mut evaluation, rule, solution, node) else { continue };
            if !self.options.complete {
                found.confidence = Confidence::Low;
            }
            // A config is named by its digest: it is mended by another build, never by an edit. And what a script says
            // whose brackets and quotes do not match, an edit may change in another place.
            if (self.kind == InputKind::Image || is_in_broken_script(node))
                && let Some(fix) = &mut found.fix
            {
                fix.safety = Safety::Display;
                fix.edits.clear();
            }
            self.findings.push(found);
        }
        self.work -= u64::from(steps - evaluation.steps);
        self.buffers = evaluation.into_buffers();
    }
}

/// Whether the subject is a part of a script that does not parse, and not the very fault.
fn is_in_broken_script(subject: NodeRef<'_>) -> bool {
    let parses = subject.fact("instruction").and_then(|instruction| instruction.fact("parses"));
    parses.is_some_and(|parses| parses.value() == Value::Bool(false)) && subject.fact("token").is_none()
}

fn finding<'a>(
    evaluation: &mut Evaluation<'a, 'a>,
    rule: &'a Rule,
    solution: Solution<'a>,
    subject: NodeRef<'a>,
) -> Option<RawFinding> {
    let Solution { truth, witness, slots } = solution;
    if truth == Truth::Unknown && !rule.report_unknown {
        return None;
    }
    evaluation.slots = slots;
    let case = first_case(evaluation, rule);
    let at = case.and_then(|case| case.at.as_ref()).or(rule.at.as_ref());
    let spot = at
        .and_then(|path| evaluation.find(path).spot())
        .or(witness.filter(|spot| spot.node.document != node::NO_DOCUMENT))
        .unwrap_or(Spot { node: subject, absence: true });
    let message = case.and_then(|case| case.message.as_ref()).unwrap_or(&rule.message);
    let own_confidence = case.and_then(|case| case.confidence);
    if own_confidence.is_some_and(|own| Some(own) < rule.least_confidence) {
        return None;
    }
    let mut confidence = own_confidence.unwrap_or(rule.confidence);
    let mut message = evaluation.message(message, &rule.redact);
    if truth == Truth::Unknown {
        confidence = Confidence::Low;
        message.push_str(" (cannot be told for sure: a value is not known)");
    }
    let related = rule
        .related
        .iter()
        .filter_map(|place| {
            let other = evaluation.find(&place.at).spot()?;
            (other != spot && other.node.document != node::NO_DOCUMENT)
                .then(|| (other.node.document, other.span(), evaluation.message(&place.message, &rule.redact)))
        })
        .collect();
    let fix = case.map_or(rule.fix.as_ref(), |case| match &case.fix {
        Some(other) => other.as_ref(),
        None => rule.fix.as_ref(),
    });
    let fix = fix.and_then(|fix| raw_fix(evaluation, fix, rule));
    Some(RawFinding {
        rule: evaluation.rule,
        severity: case.and_then(|case| case.severity).unwrap_or(rule.severity),
        confidence,
        message,
        document: spot.node.document,
        span: spot.span(),
        related,
        fix,
        subject: subject_name(subject),
        anchor: if has_instructions(subject) { anchor(spot.node).or_else(|| anchor(subject)) } else { None },
        node: container_of(subject).id,
    })
}

fn first_case<'a>(evaluation: &mut Evaluation<'a, 'a>, rule: &'a Rule) -> Option<&'a Case> {
    rule.cases.iter().find(|case| evaluation.cond(&case.when).0 == Truth::True)
}

fn raw_fix<'a>(evaluation: &mut Evaluation<'a, 'a>, fix: &'a FixTemplate, rule: &'a Rule) -> Option<RawFix> {
    offered_fix(evaluation, fix, rule).or_else(|| {
        let title = evaluation.message(fix.otherwise.as_ref()?, &rule.redact);
        Some(RawFix { title, safety: Safety::Display, edits: Vec::new() })
    })
}

fn offered_fix<'a>(evaluation: &mut Evaluation<'a, 'a>, fix: &'a FixTemplate, rule: &'a Rule) -> Option<RawFix> {
    if let Some(when) = &fix.when
        && evaluation.cond(when).0 != Truth::True
    {
        return None;
    }
    let mut edits = Vec::new();
    for template in &fix.edits {
        edits.extend(evaluation.edits(template)?);
    }
    if edits.is_empty() && fix.safety != Safety::Display {
        return None;
    }
    sort_by(&mut edits, Ord::cmp);
    Some(RawFix { title: evaluation.message(&fix.title, &rule.redact), safety: fix.safety, edits })
}

/// What a finding with this subject is about.
fn subject_name(node: NodeRef<'_>) -> Option<SubjectName> {
    let text = |node: Option<NodeRef<'_>>| {
        let node = node?;
        node.tree.text(node.id).map(str::to_owned)
    };
    if let Some(object) = node.fact("object").or_else(|| node.get("kind").map(|_| node)) {
        let metadata = object.get("metadata");
        return Some(SubjectName::Object {
            kind: text(object.get("kind")).unwrap_or_default(),
            namespace: text(metadata.and_then(|metadata| metadata.get("namespace"))),
            name: text(metadata.and_then(|metadata| metadata.get("name").or_else(|| metadata.get("generateName")))),
            container: container_of(node).fact("type").and_then(|_| text(container_of(node).get("name"))),
        });
    }
    let instruction = instruction_of(node);
    let stage = match node.fact("final") {
        Some(_) => Some(node),
        None => node.fact("stage"),
    };
    let stage = stage.and_then(|stage| {
        text(stage.fact("name")).or_else(|| match stage.fact("index").map(NodeRef::value) {
            Some(Value::Int(index)) => Some(index.to_string()),
            // The layers of an image were made in a stage of which no more is known.
            _ => None,
        })
    });
    if stage.is_none() && instruction.is_none() {
        return None;
    }
    Some(SubjectName::Instruction { stage, instruction: text(instruction.and_then(|one| one.fact("keyword"))) })
}

/// The container of what is known to belong to one; the node itself otherwise.
fn container_of(node: NodeRef<'_>) -> NodeRef<'_> {
    node.fact("container").map_or(node, NodeRef::target)
}

/// The instruction that the node is or stands in.
fn instruction_of(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let mut at = Some(node.target());
    while let Some(node) = at {
        // A list has no facts, and one of many items takes long to look through.
        if node.value() == Value::List {
            at = node.tree.parent(node.id).map(|id| node.with(id));
            continue;
        }
        if node.tree.fact(node.id, "word").is_some() {
            return Some(node);
        }
        if let Some(instruction) = node.fact("instruction") {
            return Some(instruction.target());
        }
        at = node.tree.parent(node.id).map(|id| node.with(id));
    }
    None
}

/// Whether instructions may stand above the node: not in a manifest, where every subject knows its object or is one.
fn has_instructions(subject: NodeRef<'_>) -> bool {
    subject.fact("object").is_none() && subject.get("apiVersion").is_none()
}

fn anchor(node: NodeRef<'_>) -> Option<u32> {
    let mut instruction = instruction_of(node)?;
    while let Some(outer) = instruction.fact("outer") {
        instruction = outer.target();
    }
    Some(instruction.tree.span(instruction.id).start)
}
