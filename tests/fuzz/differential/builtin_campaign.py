"""Objects of built-in kinds, asked of the server and of the engine: creates, and updates of stored ones."""
import collections
import copy
import hashlib
import random
import sys
import threading

import crew
from builtin_objects import Objects
from compare import difference, look, message
from document import write
from server import Answer, Engine, Server
from shrink import shrink_document

MODES = ["Strict", "Strict", "Warn", "Ignore"]
STORED = 6      # of each kind, by each process
REQUESTS = 150  # to shrink an object
KEPT = {("apiVersion",), ("kind",), ("metadata",), ("metadata", "name")}
APART = "apart"  # the namespace of what would bear upon others
BEARS_UPON_OTHERS = ("LimitRange", "ResourceQuota")
CALLED = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")
# What a create drops, or what is another object's.
NOT_STORED = ("generateName", "finalizers", "ownerReferences", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields",
              "generation", "selfLink", "creationTimestamp", "uid", "resourceVersion")
TOLD = (400, 422)  # other refusals depend on what else the server holds


class Kind:
    """As discovery tells it."""

    def __init__(self, api_version, name, plural, is_namespaced):
        self.api_version = api_version
        self.name = name
        self.plural = plural
        self.is_namespaced = is_namespaced
        self.namespace = APART if name in BEARS_UPON_OTHERS else "default"

    def collection(self, namespace):
        root = "/apis/" if "/" in self.api_version else "/api/"
        return root + self.api_version + (f"/namespaces/{namespace}/" if self.is_namespaced else "/") + self.plural


def discover(server, wanted):
    """The kinds that the server has, of those wanted as (apiVersion, kind)."""
    kinds = []
    for api_version in sorted({api_version for api_version, _ in wanted}):
        resources = server.ask("GET", ("/apis/" if "/" in api_version else "/api/") + api_version).document["resources"]
        kinds += [Kind(api_version, item["kind"], item["name"], item["namespaced"]) for item in resources
                  if "/" not in item["name"] and (api_version, item["kind"]) in wanted]
    return kinds


class Case:
    """A request; old as a GET returns it, without managedFields, or as a file would have it."""

    def __init__(self, kind, body, mode, old=None):
        self.kind = kind
        self.body = body
        self.mode = mode
        self.old = old

    def ask_server(self, server):
        query = f"?dryRun=All&fieldValidation={self.mode}"
        if self.old is None:
            return server.ask("POST", self.kind.collection("default") + query, write(self.body))
        name = self.old["metadata"]["name"]
        return server.ask("PUT", f"{self.kind.collection(self.kind.namespace)}/{name}{query}", write(self.body))

    def line(self):
        text = write(self.body).encode()
        fields = {"builtin": self.kind.name, "apiVersion": self.kind.api_version, "fieldValidation": self.mode, "length": len(text)}
        if self.kind.is_namespaced:
            fields["namespace"] = "default" if self.old is None else self.kind.namespace
        if self.old is not None:
            fields.update(name=self.old["metadata"]["name"], old=self.old)
        return write(fields).encode() + b"\n" + text

    def record(self, answer):
        """In the form of tests/data/builtin."""
        fields = {"apiVersion": self.kind.api_version, "kind": self.kind.name, "fieldValidation": self.mode, "object": self.body,
                  "code": answer.code}
        if self.old is not None:
            fields.update(old=self.old, urlName=self.old["metadata"]["name"])
        if not answer.accepted:
            fields["status"] = answer.document
        digest = hashlib.blake2b(write(fields).encode(), digest_size=5).hexdigest()
        fields["name"] = f"own{'' if self.old is None else '-updates'}/{self.kind.name.lower()}/{digest}"
        return write(dict(sorted(fields.items())))


class Findings:
    """What has been seen; strict are answers of the engine that refuse what the server accepts."""

    def __init__(self):
        self.asked = collections.Counter()     # (kind, operation, outcome)
        self.lenient = collections.Counter()   # (kind, operation, look)
        self.kept = []                         # (what, look, record)
        self.failures = 0

    def add(self, other):
        self.asked += other.asked
        self.lenient += other.lenient
        self.kept += other.kept
        self.failures += other.failures

    def count(self, outcome):
        return sum(count for (_, _, found), count in self.asked.items() if found == outcome)


def outcome_of(theirs, ours):
    if theirs.accepted:
        return "accepted" if ours.accepted else "STRICT"
    if theirs.code not in TOLD:
        return "other"
    if ours.accepted:
        return "lenient"
    return "refused" if difference(theirs, ours) is None else "refused in other words"


class Campaign:
    """One process's share."""

    def __init__(self, control_plane, program, seed, bounds, samples, share):
        self.control_plane = control_plane
        self.engine = Engine(program)
        self.seed = seed
        self.bounds = bounds
        self.samples = samples
        self.share = share
        self.next = share
        self.found = Findings()
        self.lock = threading.Lock()
        self.seen = set()
        self.looks = set()
        server = self.server()
        self.kinds = discover(server, set(samples.kinds))
        self.stored = {kind.name: self.store(server, kind) for kind in self.kinds}
        server.close()

    def server(self):
        return Server(self.control_plane.url, self.control_plane.folder)

    def store(self, server, kind):
        """(as it was sent, as it is got) of some objects."""
        server.ask("POST", "/api/v1/namespaces", write({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": APART}}))
        chosen = random.Random(f"{self.seed}/{self.share}/{kind.name}")
        valid = self.samples.valid[(kind.api_version, kind.name)]
        stored = []
        for number, body in enumerate(chosen.sample(valid, min(len(valid), 3 * STORED))):
            metadata = {key: item for key, item in body["metadata"].items() if key not in NOT_STORED}
            metadata["name"] = f"s{self.share}-{number}" if kind.name != "CSIDriver" else f"s{self.share}-{number}.example.com"
            if kind.is_namespaced:
                metadata["namespace"] = kind.namespace
            body = dict(body, metadata=metadata)
            if kind.name in CALLED and not hold_back(body):
                continue
            got = server.ask("POST", kind.collection(kind.namespace), write(body))
            if got.accepted and len(stored) < STORED:
                got.document["metadata"].pop("managedFields", None)
                stored.append((body, got.document))
        return stored

    def close(self):
        self.engine.close()

    def work(self):
        server = self.server()
        while not self.bounds.over(len(self.seen)):
            with self.lock:
                index = self.next
                self.next += crew.PROCESSES
            stream = random.Random(f"{self.seed}/{index}")
            try:
                self.compare(self.make(stream), server)
            except (ConnectionError, RuntimeError) as error:
                self.found.failures += 1
                print(f"object {index}: {error}", file=sys.stderr, flush=True)
        server.close()

    def make(self, stream):
        kind = stream.choice(self.kinds)
        objects = Objects(stream, self.samples)
        mode = stream.choice(MODES)
        if stream.random() < 0.5 or not self.stored[kind.name]:
            return Case(kind, objects.make((kind.api_version, kind.name)), mode)
        sent, got = stream.choice(self.stored[kind.name])
        body = objects.change(stream.choice([sent, got]), stream.choice([0, 1, 1, 1, 2, 3]))
        # A file has what was sent; what the server made up is of the same object.
        own = {key: got["metadata"][key] for key in ("uid", "resourceVersion", "creationTimestamp")}
        old = stream.choice([got, dict(sent, metadata={**sent["metadata"], **own})])
        return Case(kind, body, mode, old)

    def judge(self, case, server):
        ours = self.engine.judge(case.line())
        try:
            return case.ask_server(server), ours
        except ConnectionError:
            return Answer(500, None, []), ours  # the server's handler crashes on some objects

    def compare(self, case, server):
        digest = hashlib.blake2b(case.line(), digest_size=12).digest()
        theirs, ours = self.judge(case, server)
        outcome = outcome_of(theirs, ours)
        operation = "create" if case.old is None else "update"
        told = look(message(theirs if outcome == "lenient" else ours)) if outcome in ("lenient", "STRICT") else ""
        with self.lock:
            if digest in self.seen:
                return
            self.seen.add(digest)
            self.found.asked[(case.kind.name, operation, outcome)] += 1
            if outcome == "lenient":
                self.found.lenient[(case.kind.name, operation, told)] += 1
            is_new = told and (outcome, case.kind.name, operation, told) not in self.looks
            self.looks.add((outcome, case.kind.name, operation, told))
        if is_new:
            self.keep(case, outcome, told, server)

    def keep(self, case, outcome, told, server):
        """The smallest object of the same outcome that is told of alike."""
        def is_same(body):
            smaller = copy.copy(case)
            smaller.body = body
            theirs, ours = self.judge(smaller, server)
            return outcome_of(theirs, ours) == outcome and look(message(theirs if outcome == "lenient" else ours)) == told
        case.body = shrink_document(case.body, KEPT, is_same, REQUESTS)
        theirs, ours = self.judge(case, server)
        with self.lock:
            self.found.kept.append((outcome, told, case.record(theirs)))
        if outcome == "STRICT":
            print(f"STRICT {message(ours)[:1000]}\n  body {write(case.body)[:1500]}", file=sys.stderr, flush=True)


def hold_back(body):
    """Whether what calls out, or judges, can be told to keep to a group that nothing is in."""
    rule = {"apiGroups": ["none.example.com"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["nones"]}
    if isinstance(body.get("webhooks"), list):
        body["webhooks"] = [dict(webhook, rules=[rule]) for webhook in body["webhooks"]]
        return True
    spec = body.get("spec")
    if not isinstance(spec, dict):
        return False
    place = "matchConstraints" if body["kind"] == "ValidatingAdmissionPolicy" else "matchResources"
    body["spec"] = {**spec, place: {**(spec.get(place) or {}), "resourceRules": [rule]}}
    return True


def run(control_plane, program, seed, bounds, samples):
    return crew.run(lambda share: Campaign(control_plane, program, seed, bounds, samples, share), Findings())
