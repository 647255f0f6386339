"""An admission webhook on Hullmark: `python webhook.py CERTIFICATE KEY [PORT]`.

`/mutate` mends what can be mended safely, `/validate` refuses what is left. Both warn of everything else that they find.
"""

from __future__ import annotations

import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import hullmark

#: What `/mutate` does here: an example of a house rule with a safe fix. Nothing that runs looks at an annotation.
RULE = """\
id: unowned-workload
title: Workload without an owner
severity: low
confidence: high
category: metadata
on: { input: kubernetes, each: object }
match:
  .kind: { in: [Deployment, StatefulSet, DaemonSet, CronJob] }
  .metadata.annotations["example.com/owner"]: { exists: false }
at: .metadata
message: '{.kind} {.metadata.name|or:"?"} does not say whose it is'
fix: { safety: safe, title: Name the namespace, edits: [ { set: '.metadata.annotations["example.com/owner"]', value: "{.namespace}" } ] }
rationale: Whoever is called at night needs to know whom to call next. Here a namespace belongs to one team.
references: ["https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/"]
examples:
  bad:
    - text: "apiVersion: apps/v1\\nkind: Deployment\\nmetadata: ⟦{name: a, namespace: shop}⟧\\n"
      fixed: "apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: a, namespace: shop, annotations: {example.com/owner: shop}}\\n"
    - "apiVersion: apps/v1\\nkind: DaemonSet\\nmetadata: ⟦{name: a, annotations: {owner: shop}}⟧\\n"
  good:
    - "apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: a, annotations: {example.com/owner: web}}\\n"
    - "apiVersion: v1\\nkind: Service\\nmetadata: {name: a}\\n"
"""

ENGINES = {
    # Just the rules whose fixes are wanted: one fix that is not safe, and there is no patch.
    "/mutate": hullmark.Engine(select=["unowned-workload"], packs={"kubernetes/unowned-workload.yaml": RULE}),
    # No patch, which a validating webhook may not answer with; and whoever writes an object does not judge it.
    "/validate": hullmark.Engine(fail_on="critical", no_patch=True, no_inline_ignores=True),
}

#: API servers take objects of some 3 MiB, and send the old one beside the new one.
MOST_BYTES = 8 << 20


class Webhook(BaseHTTPRequestHandler):
    """Answers API servers."""

    protocol_version = "HTTP/1.1"
    #: Whoever says nothing for so many seconds is hung up on, in the middle of a handshake too.
    timeout = 10

    def do_POST(self) -> None:
        """A review."""
        # The API server says how long it will wait: `/validate?timeout=5s`.
        engine = ENGINES.get(self.path.partition("?")[0])
        length = self.headers.get("Content-Length", "")
        if engine is None:
            return self.answer(404, {"error": "there are " + " and ".join(ENGINES)})
        if not (length.isascii() and length.isdecimal()):
            return self.answer(411, {"error": "how long is the review?"})
        if len(length) > 9 or int(length) > MOST_BYTES:
            return self.answer(413, {"error": f"the limit is {MOST_BYTES} bytes"})
        try:
            review = engine.review(self.rfile.read(int(length)))
        except hullmark.HullmarkError as error:
            return self.answer(400, {"error": str(error)})
        self.answer(200, review)
        self.log_message("%s allowed=%s", review["response"]["uid"], review["response"]["allowed"])

    def do_GET(self) -> None:
        """Whether it runs, for probes."""
        self.answer(*((200, {"ok": True}) if self.path == "/healthz" else (404, {"error": "see /healthz"})))

    def answer(self, status: int, body: object) -> None:
        """Sends JSON; after a mistake of the caller nothing more is read from the connection."""
        data = json.dumps(body).encode()
        self.close_connection = self.close_connection or status != 200
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    """A thread for each connection, which also does the handshake: nobody who is slow at it keeps others waiting."""

    daemon_threads = True

    def __init__(self, port: int, certificate: str, key: str) -> None:
        super().__init__(("", port), Webhook)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


def main(words: list[str]) -> int:
    """Serves until it is stopped."""
    if len(words) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    with Server(int(words[2]) if len(words) == 3 else 8443, *words[:2]) as server:
        print(f"listening on port {server.server_address[1]}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
