"""Admission: the page of the docs, and the example webhook over TLS as an API server speaks to it."""

from __future__ import annotations

import base64
import copy
import http.client
import json
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

import hullmark

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/admission"
#: The name by which an API server knows the webhook: that of the service in the manifest.
NAME = "webhook.hullmark.svc"
WORKLOAD = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"template": {"spec": {"containers": [{"name": "web", "image": "web:1"}]}}},
}


def review(workload: object, operation: str = "CREATE") -> dict[str, object]:
    request = {"uid": "705ab4f5", "operation": operation, "object": workload, "oldObject": None, "dryRun": False}
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}


def patched(document: object, patch: str) -> object:
    """The document after a JSON Patch, as an API server carries it out."""
    made = copy.deepcopy(document)
    for operation in json.loads(base64.b64decode(patch, validate=True)):
        *above, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
        target = made
        for part in above:
            target = target[int(part)] if isinstance(target, list) else target[part]
        key = int(last) if isinstance(target, list) else last
        if operation["op"] == "remove":
            del target[key]
        elif operation["op"] == "add" and isinstance(target, list):
            target.insert(key, operation["value"])
        else:
            assert operation["op"] in ("add", "replace") and (key in target) == (operation["op"] == "replace")
            target[key] = operation["value"]
    return made


def test_the_lines_of_the_docs_refuse_a_pod(tmp_path: Path) -> None:
    text = (ROOT / "docs/admission.md").read_text("utf-8")
    found = re.search(r"<!-- python -->\n```python\n(.*?)```\n<!-- /python -->\n\nprints `(.*?)`\.", text, re.S)
    assert found
    done = subprocess.run([sys.executable, "-c", found[1]], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == (found[2] + "\n", "")


def test_a_review_is_bytes_or_text_or_what_was_read_of_it() -> None:
    engine = hullmark.Engine()
    text = json.dumps(review(WORKLOAD))
    given = [text, text.encode(), review(WORKLOAD), MappingProxyType(review(MappingProxyType(WORKLOAD)))]
    answers = [engine.review(one) for one in given]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["response"]["allowed"] and answers[0]["response"]["warnings"]


def test_a_patch_mends_all_that_the_cases_mend() -> None:
    mended = 0
    for folder in sorted((ROOT / "core/tests/cases").glob("admission*")):
        case = json.loads((folder / "case.json").read_text("utf-8"))
        engine = hullmark.Engine.from_json(json.dumps(case["options"]))
        for name, answer in json.loads((folder / "expected.json").read_text("utf-8")).items():
            if isinstance(answer, Mapping) and "patch" in answer["response"]:
                given = json.loads((folder / "files" / name).read_text("utf-8"))
                given["request"]["object"] = patched(given["request"]["object"], answer["response"]["patch"])
                again = engine.review(given)["response"]
                assert again == {"uid": given["request"]["uid"], "allowed": True, "warnings": []}, name
                mended += 1
    assert mended >= 3


def test_the_rules_find_nothing_in_the_manifest_of_the_example() -> None:
    report = hullmark.check_paths([EXAMPLE / "webhook.yaml"])
    assert report.summary.files_checked == 1
    assert [finding.message for finding in report.findings] == [] == [problem.message for problem in report.problems]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the certificate that the README makes."""
    made = tmp_path_factory.mktemp("webhook")
    readme = (EXAMPLE / "README.md").read_text("utf-8")
    command = re.search(r"```sh\n(openssl .*?[^\\])\n", readme, re.S)
    assert command
    subprocess.run(["sh", "-c", command[1]], cwd=made, check=True, capture_output=True, timeout=60)
    return made


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    """The port on which the webhook listens."""
    call = [sys.executable, str(EXAMPLE / "webhook.py"), "tls.crt", "tls.key", "0"]
    with subprocess.Popen(call, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as webhook:
        try:
            assert webhook.stdout
            yield int(webhook.stdout.readline().rsplit(" ", 1)[1])
        finally:
            webhook.kill()


class ApiServer(http.client.HTTPConnection):
    """A connection as an API server has it: to the service's name, whose certificate it makes sure of."""

    def __init__(self, folder: Path, port: int, name: str = NAME) -> None:
        super().__init__("127.0.0.1", port, timeout=30)
        self.context = ssl.create_default_context(cafile=str(folder / "tls.crt"))
        self.name = name

    def connect(self) -> None:
        super().connect()
        self.sock = self.context.wrap_socket(self.sock, server_hostname=self.name)

    def ask(self, path: str, body: object) -> tuple[int, dict[str, object]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.request("POST", f"{path}?timeout=5s", data, {"Content-Type": "application/json"})
        answer = self.getresponse()
        assert answer.headers["Content-Type"] == "application/json"
        return answer.status, json.loads(answer.read())


def test_the_webhook_mends_a_workload_and_then_has_nothing_to_say(folder: Path, port: int) -> None:
    server = ApiServer(folder, port)
    status, answer = server.ask("/mutate", review(WORKLOAD))
    assert (status, answer["apiVersion"], answer["kind"]) == (200, "admission.k8s.io/v1", "AdmissionReview")
    response = answer["response"]
    assert (response["uid"], response["allowed"], response["patchType"]) == ("705ab4f5", True, "JSONPatch")
    mended = patched(WORKLOAD, response["patch"])
    assert mended["metadata"] == WORKLOAD["metadata"] | {"annotations": {"example.com/owner": "shop"}}
    assert mended["spec"] == WORKLOAD["spec"]
    # On the same connection, as API servers keep theirs.
    status, answer = server.ask("/mutate", review(mended, "UPDATE"))
    assert (status, answer["response"]) == (200, {"uid": "705ab4f5", "allowed": True, "warnings": []})


def test_the_webhook_refuses_and_warns_and_never_mends_where_it_validates(folder: Path, port: int) -> None:
    server = ApiServer(folder, port)
    response = server.ask("/validate", review(WORKLOAD))[1]["response"]
    assert response["allowed"] and response["warnings"] and "patch" not in response
    privileged = copy.deepcopy(WORKLOAD)
    privileged["spec"]["template"]["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    privileged["metadata"]["annotations"] = {"hullmark.dev/ignore.privileged-container": "it is mine"}
    response = server.ask("/validate", review(privileged))[1]["response"]
    assert not response["allowed"] and response["status"]["code"] == 403
    assert "container web" in response["status"]["message"]
    assert server.ask("/validate", review(privileged, "DELETE"))[1]["response"]["allowed"]


def test_whoever_is_no_api_server_is_told_so(folder: Path, port: int) -> None:
    for path, body, status in [
        ("/validate", b"{}", 400),
        ("/validate", b"\xff", 400),
        ("/mutate", b"", 400),
        ("/", review(WORKLOAD), 404),
    ]:
        found, answer = ApiServer(folder, port).ask(path, body)
        assert found == status and answer["error"]
    large = ApiServer(folder, port)
    large.putrequest("POST", "/validate")
    large.putheader("Content-Length", str(1 << 40))
    large.endheaders()
    assert large.getresponse().status == 413
    health = ApiServer(folder, port)
    health.request("GET", "/healthz")
    assert health.getresponse().status == 200


def test_the_certificate_is_for_the_service_and_for_nobody_else(folder: Path, port: int) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        ApiServer(folder, port, "other.hullmark.svc").ask("/validate", review(WORKLOAD))
    stranger = ApiServer(folder, port)
    stranger.context = ssl.create_default_context()
    with pytest.raises(ssl.SSLCertVerificationError):
        stranger.ask("/validate", review(WORKLOAD))


def test_a_handshake_that_is_never_made_keeps_nobody_waiting(folder: Path, port: int) -> None:
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(8)]
    try:
        assert ApiServer(folder, port).ask("/validate", review(WORKLOAD))[0] == 200
    finally:
        for one in silent:
            one.close()


def test_the_examples_of_the_rule_of_the_webhook_hold(tmp_path: Path) -> None:
    namespace: dict[str, object] = {"__name__": "webhook"}
    exec((EXAMPLE / "webhook.py").read_text("utf-8"), namespace)
    engine = hullmark.Engine(select=["unowned-workload"], packs={"kubernetes/unowned-workload.yaml": str(namespace["RULE"])})
    (rule,) = engine.explain("unowned-workload")
    assert rule.fix == "safe" and rule.references
    assert engine.check("a.yaml", rule.bad_example).findings and not engine.check("a.yaml", rule.good_example).findings
