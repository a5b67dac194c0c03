"""Kinds, one after the other: made, installed, asked about, tightened, asked about again, removed."""
import concurrent.futures
import random
import threading
import time
from collections import Counter

import shrink
from coverage import Coverage
from definitions import Definitions
from document import read, write
from judge import Case, judge
from server import DEFINITIONS, Server
from values import Values

MODES = ["Warn", "Strict", "Ignore", "Strict"]
BROKEN, CREATES, STORED, UPDATES, STATUS_UPDATES, SCALE_UPDATES = 60, 120, 4, 25, 10, 4
WORKERS = 6
LOOKS = 1         # differences kept for each look
DIFFERENCES = 60  # kept in all
FAULTS = [0, 0.005, 0.02, 0.05]  # for each place of an object


class Campaign:
    def __init__(self, control_plane, engine, seed, seconds, out):
        self.control_plane = control_plane
        self.engine = engine
        self.seed = seed
        self.deadline = time.monotonic() + seconds
        self.out = out
        self.coverage = Coverage()
        self.lock = threading.Lock()
        self.seen = set()
        self.comparisons = 0
        self.differing = 0
        self.failures = 0
        self.looks = Counter()
        self.differences = []  # (case, the server's answer), shrunk
        self.next_kind = 0

    def run(self):
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for worker in [pool.submit(self.work) for _ in range(WORKERS)]:
                worker.result()

    def stop(self):
        """Ends early, as if the time were over."""
        self.deadline = 0

    def over(self):
        return time.monotonic() > self.deadline

    def work(self):
        server = Server(self.control_plane.url, self.control_plane.folder)
        while not self.over():
            with self.lock:
                index = self.next_kind
                self.next_kind += 1
            try:
                Kind(self, server, index).run()
            except (ConnectionError, RuntimeError) as error:
                self.failures += 1
                self.out(f"kind {index}: {error}")

    def compare(self, case, server, key):
        """The server's answer."""
        digest = case.digest()
        with self.lock:
            is_new = digest not in self.seen
            self.seen.add(digest)
        theirs, _, differs = judge(case, server, self.engine, key)
        if is_new:
            with self.lock:
                self.comparisons += 1
            self.coverage.add(case, theirs)
        if differs:
            self.report(case, differs, server, key)
        return theirs

    def report(self, case, differs, server, key):
        """Shrinks and keeps the first differences of each look."""
        with self.lock:
            self.differing += 1
            if all(self.looks[look] >= LOOKS for look in differs.looks) or len(self.differences) >= DIFFERENCES:
                return
            self.looks.update(differs.looks)
        case = shrink.shrink_body(case, differs, server, self.engine, key)
        if case.crd is not None:
            case, answer = shrink.shrink_crd(case, differs, server, self.engine, key)
        else:
            answer = judge(case, server, self.engine, key)[0]
        with self.lock:
            self.differences.append((case, answer))
        self.out(f"DIFFERENCE {differs.text[:1500]}\n  body {write(case.body)[:1500]}")


class Kind:
    """One CRD and its objects; everything follows from the seed and the index."""

    def __init__(self, campaign, server, index):
        self.campaign = campaign
        self.engine = campaign.engine
        self.server = server
        self.random = random.Random(f"{campaign.seed}/{index}")
        self.group = f"d{index}.example.com"
        self.values = Values(self.random)
        self.definitions = Definitions(self.random)

    def run(self):
        crd = self.definitions.make(self.group)
        self.try_definitions(crd, BROKEN)
        if not self.compare(Case(crd, "Warn")).accepted:
            return
        try:
            self.try_objects(crd)
        finally:
            self.server.remove(crd["metadata"]["name"])
            for step in ("first", "second"):
                self.engine.forget(self.group + step)

    def compare(self, case, step=""):
        return self.campaign.compare(case, self.server, self.group + step)

    def mode(self):
        return self.random.choice(MODES)

    def try_definitions(self, crd, count):
        for _ in range(count):
            try:
                self.compare(Case(self.definitions.break_up(crd), self.mode()))
            except ConnectionError:
                pass  # the server's handler crashes on some CRDs

    def install(self, crd, step):
        answer = self.server.install(crd, step)
        if not answer.accepted:
            return False
        error = self.engine.define(self.group + step, crd)
        if error:
            raise RuntimeError(f"a CRD that the server accepted does not compile: {error}: {write(crd)}")
        return True

    def try_objects(self, crd):
        if not self.install(crd, "first"):
            return
        accepted = []
        for _ in range(CREATES):
            if self.campaign.over():
                return
            body = self.new_object(crd, "x")
            if self.compare(Case(body, self.mode(), crd=crd), "first").accepted:
                accepted.append(body)
        stored = self.store(crd, self.random.sample(accepted, min(STORED, len(accepted))))
        self.try_updates(crd, "first", stored)
        self.try_definition_updates(crd)
        for _ in range(3):
            tight = self.definitions.tighten(crd)
            if self.accepts_update(tight):
                break
        else:
            return
        if stored and self.install(tight, "second"):
            self.try_updates(tight, "second", stored, first=crd)

    def accepts_update(self, crd):
        old = self.server.ask("GET", f"{DEFINITIONS}/{crd['metadata']['name']}").document
        metadata = dict(crd["metadata"], resourceVersion=old["metadata"]["resourceVersion"])
        return self.compare(Case(dict(crd, metadata=metadata), "Warn", old=old)).accepted

    def new_object(self, crd, name):
        self.values.faults = self.random.choice(FAULTS)
        schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        return self.values.whole(f"{self.group}/v1", "Thing", name, schema)

    def store(self, crd, bodies):
        """Creates them for real, their status, too; the bodies by name."""
        stored = {}
        for number, body in enumerate(bodies):
            name = f"o{number}"
            body = dict(body, metadata=dict(body.get("metadata") or {}, name=name))
            # What would delete it, or make the name another one, is no use here.
            body["metadata"].pop("deletionGracePeriodSeconds", None)
            collection = Case(None, "", crd=crd).collection
            if self.server.ask("POST", collection, write(body)).accepted:
                stored[name] = body
                if isinstance(body.get("status"), dict):
                    self.server.ask("PUT", f"{collection}/{name}/status", write(body))
        return stored

    def try_updates(self, crd, step, stored, first=None):
        for name, before in stored.items():
            got = self.server.ask("GET", f"{Case(None, '', crd=crd).collection}/{name}")
            if not got.accepted:
                continue
            self.try_updates_of(crd, step, got.document, {"first": first, "before": before})

    def try_updates_of(self, crd, step, old, history):
        version = crd["spec"]["versions"][0]
        schema = version["schema"]["openAPIV3Schema"]
        subresources = version.get("subresources") or {}
        for _ in range(UPDATES):
            if self.campaign.over():
                return
            body = self.changed(old, schema)
            answer = self.compare(Case(body, self.mode(), crd=crd, old=old, **history), step)
            if step == "second":
                create = dict(body, metadata={"name": "x"})
                as_create = self.compare(Case(create, self.mode(), crd=crd), step)
                self.campaign.coverage.add_ratchet(as_create, answer)
        for _ in range(STATUS_UPDATES if "status" in subresources else 0):
            body = self.changed(old, schema)
            self.compare(Case(body, self.mode(), crd=crd, old=old, subresource="status", **history), step)
        for _ in range(SCALE_UPDATES if "scale" in subresources else 0):
            self.compare(Case(self.scale(old), self.mode(), crd=crd, old=old, subresource="scale", **history), step)

    def changed(self, old, schema):
        self.values.faults = self.random.choice(FAULTS)
        self.values.calm = self.random.choice([1, 3, 10])
        body = {name: item for name, item in old.items() if name not in ("spec", "status", "extra")}
        for name in ("spec", "status", "extra"):
            item = schema["properties"].get(name)
            if item is not None and self.random.random() < 0.9:
                body[name] = self.values.change(old[name], item) if name in old else self.values.make(item)
                if body[name] is None and name not in old:
                    del body[name]
        body["metadata"] = {name: item for name, item in old["metadata"].items()
                            if name != "managedFields" and self.random.random() < 0.95}
        if self.random.random() < 0.1:
            body["metadata"].update(self.values.metadata(0.2))
        return body

    def scale(self, old):
        replicas = self.random.choice([read(text) for text in ("0", "3", "-1", '"a"', "null", "1.5", "2147483648")])
        return {"apiVersion": self.random.choice(["autoscaling/v1", "autoscaling/v1", "v1"]), "kind": "Scale",
                "metadata": {"name": old["metadata"]["name"], "namespace": old["metadata"].get("namespace", "")},
                "spec": self.random.choice([{"replicas": replicas}, {"replicas": replicas}, {}, None])}

    def try_definition_updates(self, crd):
        got = self.server.ask("GET", f"{DEFINITIONS}/{crd['metadata']['name']}")
        if not got.accepted:
            return
        old = got.document
        sent = dict(old, metadata={name: item for name, item in old["metadata"].items() if name != "managedFields"})
        for _ in range(BROKEN // 2):
            body = self.definitions.break_up(sent)
            if isinstance(body.get("metadata"), dict) and self.random.random() < 0.95:
                body = dict(body, metadata=dict(body["metadata"], name=old["metadata"]["name"],
                                                resourceVersion=old["metadata"]["resourceVersion"]))
            try:
                self.compare(Case(body, self.mode(), old=old))
            except ConnectionError:
                pass
