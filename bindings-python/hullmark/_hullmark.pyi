"""
The native part of Hullmark; import `hullmark`.
"""

from hullmark import AdmissionReview, Columns, Confidence, Fixes, Input, Inputs, Limits, Packs, Params, Paths, Review, Safety, Severities, Severity, Status, Text, Texts
from typing import final

__all__ = ["Counts", "Edit", "Engine", "Finding", "Fix", "Place", "Preset", "Problem", "Related", "Report", "Rule", "RuleParam", "Skipped", "Span", "Subject", "Summary", "Suppressed", "Tool", "apply_fixes"]

@final
class Counts:
    """
    How many findings there are of each severity.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def critical(self, /) -> int:
        """
        Containers that must not ship.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Counts:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def high(self, /) -> int:
        """
        Weaknesses that an attacker or an outage will find.
        """
    @property
    def info(self, /) -> int:
        """
        What is worth knowing.
        """
    @property
    def low(self, /) -> int:
        """
        Weaknesses with little effect alone.
        """
    @property
    def medium(self, /) -> int:
        """
        Weaknesses that matter.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Edit:
    """
    A change of one range of one file.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def end(self, /) -> Place:
        """
        The character after the last one replaced.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Edit:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def path(self, /) -> str:
        """
        The file.
        """
    @property
    def span(self, /) -> Span:
        """
        Both ends.
        """
    @property
    def start(self, /) -> Place:
        """
        The first character replaced.
        """
    @property
    def text(self, /) -> str:
        """
        The text in its place.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Engine:
    """
    Checks inputs against the rules it was built with. Build it once, share it between threads.

    Raises `HullmarkError` when a preset, rule or version does not exist, or a rule file has a fault.
    """
    def __new__(cls, /, *, columns: Columns | None = None, date: str | None = None, default_namespace: str | None = None, fail_on: Severity | None = None, ignore: Texts | None = None, kubernetes_version: str | None = None, limits: Limits | None = None, min_severity: Severity | None = None, no_inline_ignores: bool = False, no_patch: bool = False, packs: Packs | None = None, params: Params | None = None, presets: Texts | None = None, report_unknown: bool = False, select: Texts | None = None, set_complete: bool = False, severities: Severities | None = None, threads: int | None = None) -> Engine: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    def check(self, /, path: str, text: Text) -> Report:
        """
        Checks one text; its kind is told from the path, else from the text.
        """
    def check_many(self, /, inputs: Inputs) -> Report:
        """
        Checks many inputs at once, in parallel, while other Python threads run; rules over sets see all of them.
        """
    def check_paths(self, /, paths: Paths) -> Report:
        """
        Checks files, and those below folders, as the command line does: the files of a folder are taken to be all there
        is; what `.gitignore` names is passed over, and so is what is no input. No config file is read.

        Raises `HullmarkError` with the code `unreadable` when a path does not exist.
        """
    def explain(self, /, rule: str) -> tuple[Rule, ...]:
        """
        What there is to know of the rule with this id or alias; of several when an alias names several.
        """
    @classmethod
    def from_json(cls, /, options: str) -> Engine:
        """
        The engine with these options in JSON, whose keys are the same for every language: `minSeverity`.
        """
    def presets(self, /) -> tuple[Preset, ...]:
        """
        The presets.
        """
    def review(self, /, review: Review) -> AdmissionReview:
        """
        Answers a Kubernetes admission review: its JSON or a mapping of it goes in, a dict comes out.

        Raises `HullmarkError` with the code `bad-review` when it is none.
        """
    def rules(self, /) -> tuple[Rule, ...]:
        """
        Every rule known, by id, those that do not run in this engine too.
        """

@final
class Finding:
    """
    A fault of a container.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def aliases(self, /) -> tuple[str, ...]:
        """
        The ids that peers give the rule, such as `hadolint:DL3007`.
        """
    @property
    def confidence(self, /) -> Confidence:
        """
        How sure it is.
        """
    @property
    def end(self, /) -> Place:
        """
        The character after the last one.
        """
    @property
    def fingerprint(self, /) -> str:
        """
        32 hexadecimal digits that stay the same when lines above are added or removed.
        """
    @property
    def fixes(self, /) -> tuple[Fix, ...]:
        """
        Ways to mend it.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Finding:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def message(self, /) -> str:
        """
        What is wrong here.
        """
    @property
    def path(self, /) -> str:
        """
        The file.
        """
    @property
    def related(self, /) -> tuple[Related, ...]:
        """
        Other places that belong to it.
        """
    @property
    def rule(self, /) -> str:
        """
        The rule's id.
        """
    @property
    def severity(self, /) -> Severity:
        """
        How bad it is.
        """
    @property
    def span(self, /) -> Span:
        """
        Both ends.
        """
    @property
    def start(self, /) -> Place:
        """
        The first character.
        """
    @property
    def subject(self, /) -> Subject | None:
        """
        What it is about.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Fix:
    """
    A way to mend a finding.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def applicability(self, /) -> Safety:
        """
        Whether it may be applied.
        """
    @property
    def edits(self, /) -> tuple[Edit, ...]:
        """
        The edits, all or none, in the order of the file.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Fix:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def title(self, /) -> str:
        """
        What it does.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Place:
    """
    A place in a file: line and column from 1, byte and offset from 0. Columns and offsets count what is usual in the host's language, code points or UTF-16 code units, unless the host asked for something else.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def byte(self, /) -> int:
        """
        The byte of the text in UTF-8, from 0.
        """
    @property
    def column(self, /) -> int:
        """
        The column, from 1.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Place:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def line(self, /) -> int:
        """
        The line, from 1.
        """
    @property
    def offset(self, /) -> int:
        """
        How many of the units that columns count stand before it in the whole text.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Preset:
    """
    What there is to know of a preset.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @classmethod
    def from_json(cls, /, json: str) -> Preset:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def title(self, /) -> str:
        """
        One line.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Problem:
    """
    Something that could not be read as what it is.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def code(self, /) -> str:
        """
        The code, such as `not-utf-8`.
        """
    @property
    def end(self, /) -> Place:
        """
        The character after the last one.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Problem:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def message(self, /) -> str:
        """
        What is wrong.
        """
    @property
    def path(self, /) -> str:
        """
        The file.
        """
    @property
    def span(self, /) -> Span:
        """
        Both ends.
        """
    @property
    def start(self, /) -> Place:
        """
        The first character.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Related:
    """
    A place that belongs to a finding.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def end(self, /) -> Place:
        """
        The character after the last one.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Related:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def message(self, /) -> str:
        """
        What it has to do with it.
        """
    @property
    def path(self, /) -> str:
        """
        The file.
        """
    @property
    def span(self, /) -> Span:
        """
        Both ends.
        """
    @property
    def start(self, /) -> Place:
        """
        The first character.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Report:
    """
    A report as it crosses borders: the JSON of version 1, whose keys may become more and never change their names.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def findings(self, /) -> tuple[Finding, ...]:
        """
        The faults, sorted by path, start and rule.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Report:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def problems(self, /) -> tuple[Problem, ...]:
        """
        What could not be read.
        """
    @property
    def skipped(self, /) -> tuple[Skipped, ...]:
        """
        The files that were not checked.
        """
    @property
    def summary(self, /) -> Summary:
        """
        The figures.
        """
    @property
    def suppressed(self, /) -> tuple[Suppressed, ...]:
        """
        The faults that authors have set aside.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """
    @property
    def tool(self, /) -> Tool:
        """
        The program that made it.
        """
    @property
    def version(self, /) -> int:
        """
        The version of the format: 1.
        """

@final
class Rule:
    """
    What there is to know of a rule.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def active(self, /) -> bool:
        """
        Whether it runs in this engine.
        """
    @property
    def aliases(self, /) -> tuple[str, ...]:
        """
        The ids that peers give it.
        """
    @property
    def bad_example(self, /) -> str:
        """
        A text with the fault, marks taken out.
        """
    @property
    def category(self, /) -> str:
        """
        The field's area.
        """
    @property
    def compliance(self, /) -> dict[str, list[str]]:
        """
        The controls it checks, by framework.
        """
    @property
    def confidence(self, /) -> Confidence:
        """
        How sure it is.
        """
    @property
    def fix(self, /) -> Safety | None:
        """
        What may be done with its fix; nothing without one.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Rule:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def good_example(self, /) -> str:
        """
        A text without it.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def inputs(self, /) -> tuple[Input, ...]:
        """
        The inputs it looks at.
        """
    @property
    def params(self, /) -> tuple[RuleParam, ...]:
        """
        Its parameters.
        """
    @property
    def presets(self, /) -> tuple[str, ...]:
        """
        The presets it is in.
        """
    @property
    def rationale(self, /) -> str:
        """
        Why it hurts.
        """
    @property
    def references(self, /) -> tuple[str, ...]:
        """
        Where to read more.
        """
    @property
    def severity(self, /) -> Severity:
        """
        How bad it is.
        """
    @property
    def source(self, /) -> str:
        """
        The rule file as written.
        """
    @property
    def status(self, /) -> Status:
        """
        How settled it is.
        """
    @property
    def tags(self, /) -> tuple[str, ...]:
        """
        Words to choose it by.
        """
    @property
    def title(self, /) -> str:
        """
        One line.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class RuleParam:
    """
    A parameter of a rule.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def doc(self, /) -> str:
        """
        What it does.
        """
    @classmethod
    def from_json(cls, /, json: str) -> RuleParam:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def name(self, /) -> str:
        """
        Its name.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """
    @property
    def value(self, /) -> str:
        """
        The value that it has in this engine, or would have if the rule ran; in YAML, on one line.
        """

@final
class Skipped:
    """
    A file that was not checked.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @classmethod
    def from_json(cls, /, json: str) -> Skipped:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def path(self, /) -> str:
        """
        The file.
        """
    @property
    def reason(self, /) -> str:
        """
        Why.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Span:
    """
    A range of a file: `text[span.start.offset:span.end.offset]`.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def end(self, /) -> Place:
        """
        The character after the last one.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Span:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def start(self, /) -> Place:
        """
        The first character.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Subject:
    """
    What a finding is about.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def container(self, /) -> str | None:
        """
        The container's name.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Subject:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def instruction(self, /) -> str | None:
        """
        The keyword in upper case; nothing when it is about the stage or the file.
        """
    @property
    def kind(self, /) -> str | None:
        """
        The object's kind.
        """
    @property
    def name(self, /) -> str | None:
        """
        Its name.
        """
    @property
    def namespace(self, /) -> str | None:
        """
        Its namespace, when it names one.
        """
    @property
    def stage(self, /) -> str | None:
        """
        The stage's name, or its number from 0; nothing before the first FROM.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Summary:
    """
    The figures of a report.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def files_checked(self, /) -> int:
        """
        How many files were checked, those with problems included.
        """
    @property
    def findings(self, /) -> Counts:
        """
        How many findings there are of each severity.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Summary:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Suppressed:
    """
    A finding that the author has set aside.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @property
    def aliases(self, /) -> tuple[str, ...]:
        """
        The ids that peers give the rule, such as `hadolint:DL3007`.
        """
    @property
    def confidence(self, /) -> Confidence:
        """
        How sure it is.
        """
    @property
    def end(self, /) -> Place:
        """
        The character after the last one.
        """
    @property
    def fingerprint(self, /) -> str:
        """
        32 hexadecimal digits that stay the same when lines above are added or removed.
        """
    @property
    def fixes(self, /) -> tuple[Fix, ...]:
        """
        Ways to mend it.
        """
    @classmethod
    def from_json(cls, /, json: str) -> Suppressed:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def message(self, /) -> str:
        """
        What is wrong here.
        """
    @property
    def path(self, /) -> str:
        """
        The file.
        """
    @property
    def reason(self, /) -> str:
        """
        Why, in the author's words; empty when none were given.
        """
    @property
    def related(self, /) -> tuple[Related, ...]:
        """
        Other places that belong to it.
        """
    @property
    def rule(self, /) -> str:
        """
        The rule's id.
        """
    @property
    def severity(self, /) -> Severity:
        """
        How bad it is.
        """
    @property
    def span(self, /) -> Span:
        """
        Both ends.
        """
    @property
    def start(self, /) -> Place:
        """
        The first character.
        """
    @property
    def subject(self, /) -> Subject | None:
        """
        What it is about.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """

@final
class Tool:
    """
    The program that made a report.
    """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> "tuple[object, tuple[str]]": ...
    def __repr__(self, /) -> str: ...
    @classmethod
    def from_json(cls, /, json: str) -> Tool:
        """
        Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
        """
    @property
    def name(self, /) -> str:
        """
        Its name.
        """
    def to_dict(self, /) -> "dict[str, object]":
        """
        As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
        """
    def to_json(self, /) -> str:
        """
        As JSON.
        """
    @property
    def version(self, /) -> str:
        """
        Its version.
        """

def apply_fixes(text: str, fixes: Fixes) -> str:
    """
    Applies fixes to the text they were made for. One that overlaps one before it is left out whole; so is one for
    display.

    Raises `HullmarkError` with the code `bad-edit` when an edit does not fit the text.
    """
