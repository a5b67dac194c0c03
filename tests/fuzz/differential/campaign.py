"""Kinds, one after the other: made, installed, asked about, tightened, asked about again, removed."""
import random
import sys
import threading
import zlib
from collections import Counter

import crew
import shrink
from aged import Aged, Etcd, settle
from bodies import Bodies
from compare import difference
from coverage import Coverage
from definitions import Definitions
from document import read, write
from judge import Case, Stored, judge
from server import DEFINITIONS, Engine, Server
from values import Values

MODES = ["Warn", "Strict", "Ignore", "Strict"]
BROKEN, CREATES, STORED, STATUS_UPDATES, SCALE_UPDATES, AGED_UPDATES = 100, 150, 6, 10, 8, 40
UPDATES = {"first": 15, "second": 40}  # before the schema is tightened, and after
LOOKS = 1         # differences kept for each look
DIFFERENCES = 60  # kept in all
FAULTS = [0, 0.005, 0.02, 0.05]  # for each place of an object


class Findings:
    """What a campaign has seen; those of several processes are added."""

    def __init__(self):
        self.coverage = Coverage()
        self.comparisons = 0
        self.kinds = 0
        self.differing = 0
        self.failures = 0
        self.planted = False   # an error put into the engine on purpose has shown
        self.differences = []  # (case, the server's answer), shrunk

    def add(self, other):
        self.planted |= other.planted
        self.coverage.add(other.coverage)
        self.comparisons += other.comparisons
        self.kinds += other.kinds
        self.differing += other.differing
        self.failures += other.failures
        self.differences += other.differences


def run(control_plane, program, seed, bounds, witness=None):
    """With a witness, the engine's program without the error that was planted in it, the run ends when the two tell
    apart."""
    def make(share):
        campaign = Campaign(control_plane, Engine(program), seed, bounds, share)
        campaign.witness = witness and Engine(witness)
        return campaign
    return crew.run(make, Findings())


class Campaign:
    """One process's share of the kinds."""

    def __init__(self, control_plane, engine, seed, bounds, share):
        self.control_plane = control_plane
        self.engine = engine
        self.witness = None
        self.seed = seed
        self.bounds = bounds
        self.next_kind = share
        self.found = Findings()
        self.lock = threading.Lock()
        self.seen = set()
        self.looks = Counter()

    def over(self):
        return self.bounds.over(self.found.comparisons)

    def engines(self):
        return [self.engine] + [self.witness] * bool(self.witness)

    def close(self):
        for engine in self.engines():
            engine.close()

    def out(self, text):
        print(text, file=sys.stderr, flush=True)

    def work(self):
        server = Server(self.control_plane.url, self.control_plane.folder)
        while not self.over():
            with self.lock:
                index = self.next_kind
                self.next_kind += crew.PROCESSES
                self.found.kinds += 1
            try:
                Kind(self, server, index).run()
            except (ConnectionError, RuntimeError) as error:
                self.found.failures += 1
                self.out(f"kind {index}: {error}")
        server.close()

    def compare(self, case, server, key):
        """The server's answer."""
        if self.witness:
            return self.tell_apart(case, server, key)
        theirs, _, differs, digest = judge(case, server, self.engine, key)
        with self.lock:
            if digest not in self.seen:
                self.seen.add(digest)
                self.found.comparisons += 1
                self.found.coverage.add_case(case, theirs)
        if differs:
            self.report(case, differs, server, key)
        return theirs

    def tell_apart(self, case, server, key):
        """The witness's answer, which stands for the server's as long as the engine gives the same. The error has shown
        when the two differ and the server says what the witness says."""
        text = case.text
        line = case.line(key, text)
        ours, right = self.engine.judge(line), self.witness.judge(line)
        with self.lock:
            self.found.comparisons += 1
        if difference(right, ours, crd=case.crd is None) is not None and \
                difference(case.ask_server(server, text), right, crd=case.crd is None) is None:
            self.found.planted = True
            self.bounds.stopped.set()
        return right

    def add_ratchet(self, schema, as_create, as_update):
        with self.lock:
            self.found.coverage.add_ratchet(schema, as_create, as_update)

    def add_definition_ratchet(self, body, as_update):
        """A create of the same is judged by the engine alone: the server has one of that name."""
        create = Case(dict(body, metadata={"name": body["metadata"]["name"]}, status={}), "Ignore")
        as_create = self.engine.judge(create.line("", create.text))
        with self.lock:
            self.found.coverage.add_definition_ratchet(as_create, as_update)

    def report(self, case, differs, server, key):
        """Shrinks and keeps the first differences of each look."""
        with self.lock:
            self.found.differing += 1
            if all(self.looks[look] >= LOOKS for look in differs.looks) or len(self.found.differences) >= DIFFERENCES:
                return
            self.looks.update(differs.looks)
        case = shrink.shrink_body(case, differs, server, self.engine, key)
        if case.crd is not None:
            case, answer = shrink.shrink_crd(case, differs, server, self.engine, key)
        else:
            answer = judge(case, server, self.engine, key)[0]
        with self.lock:
            self.found.differences.append((case, answer))
        self.out(f"DIFFERENCE {differs.text[:1500]}\n  body {case.text.decode(errors='replace')[:1500]}")


class Kind:
    """One CRD and its objects; everything follows from the seed and the index."""

    def __init__(self, campaign, server, index):
        self.campaign = campaign
        self.server = server
        self.random = random.Random(f"{campaign.seed}/{index}")
        # Of the seed, too: no comparison is made twice by runs of different ones.
        self.group = f"d{index}.s{zlib.crc32(campaign.seed.encode()):x}.example.com"
        self.values = Values(self.random)
        self.definitions = Definitions(self.random)
        self.bodies = Bodies(self.random)

    def run(self):
        self.try_aged()
        crd = self.definitions.make(self.group)
        self.try_definitions(crd)
        if not self.compare(Case(crd, "Warn")).accepted:
            return
        try:
            self.try_objects(crd)
        finally:
            self.server.remove(crd["metadata"]["name"])
            for step in ("first", "second"):
                for engine in self.campaign.engines():
                    engine.forget(self.group + step)

    def try_aged(self):
        """Updates of a CRD that could not be created any more."""
        aged = Aged(random.Random(f"{self.group}/aged"))
        etcd = Etcd(self.campaign.control_plane.etcd)
        name = etcd.put_crd(aged.spec("aged." + self.group))
        try:
            stored = settle(self.server, name)
            for _ in range(AGED_UPDATES if stored else 0):
                if self.campaign.over():
                    return
                body = dict(stored, spec=aged.change(stored["spec"]))
                answer = self.compare_definition(body, Stored(stored))
                if answer is not None:
                    self.campaign.add_definition_ratchet(body, answer)
        finally:
            etcd.remove_crd(name)

    def compare(self, case, step=""):
        return self.campaign.compare(case, self.server, self.group + step)

    def mode(self):
        return self.random.choice(MODES)

    def try_definitions(self, crd):
        for _ in range(BROKEN):
            self.compare_definition(self.bodies.spoil(self.definitions.break_up(crd)))

    def compare_definition(self, body, old=None):
        """The server's answer, if there is one: its handler crashes on some CRDs."""
        try:
            return self.compare(Case(body, self.mode(), old=old))
        except ConnectionError:
            return None

    def install(self, crd, step):
        answer = self.server.install(crd, step)
        if not answer.accepted:
            return False
        for engine in self.campaign.engines():
            error = engine.define(self.group + step, crd)
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
            version = self.random.choice(crd["spec"]["versions"])
            body = self.new_object(crd, version)
            case = Case(self.bodies.spoil(body), self.mode(), crd=crd, version=version["name"])
            if self.compare(case, "first").accepted and case.body is body:
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
        got = self.server.ask("GET", f"{DEFINITIONS}/{crd['metadata']['name']}")
        if not got.accepted:
            return False
        old = Stored(got.document)
        metadata = dict(crd["metadata"], resourceVersion=old.document["metadata"]["resourceVersion"])
        return self.compare(Case(dict(crd, metadata=metadata), "Warn", old=old)).accepted

    def new_object(self, crd, version):
        self.values.faults = self.random.choice(FAULTS)
        return self.values.whole(f"{self.group}/{version['name']}", "Thing", "x", version["schema"]["openAPIV3Schema"])

    def store(self, crd, bodies):
        """Creates them for real, their status, too; the bodies by name."""
        stored = {}
        for number, body in enumerate(bodies):
            name = f"o{number}"
            body = dict(body, metadata=dict(body.get("metadata") or {}, name=name))
            # What would delete it, or make the name another one, is no use here.
            body["metadata"].pop("deletionGracePeriodSeconds", None)
            is_ending = self.random.random() < 0.15
            if is_ending:
                body["metadata"]["finalizers"] = ["example.com/kept"]
            collection = Case(None, "", crd=crd, version=body["apiVersion"].partition("/")[2]).collection
            if self.server.ask("POST", collection, write(body)).accepted:
                stored[name] = body
                if isinstance(body.get("status"), dict):
                    self.server.ask("PUT", f"{collection}/{name}/status", write(body))
                if is_ending:
                    self.server.ask("DELETE", f"{collection}/{name}")
        return stored

    def try_updates(self, crd, step, stored, first=None):
        for name, before in stored.items():
            version = self.random.choice(crd["spec"]["versions"])
            got = self.server.ask("GET", f"{Case(None, '', crd=crd, version=version['name']).collection}/{name}")
            if got.accepted:
                self.try_updates_of(crd, version, step, Stored(got.document, before, first))

    def try_updates_of(self, crd, version, step, old):
        schema = version["schema"]["openAPIV3Schema"]
        subresources = version.get("subresources") or {}

        def ask(body, subresource=""):
            case = Case(body, self.mode(), crd=crd, old=old, subresource=subresource, version=version["name"])
            return self.compare(case, step)
        for _ in range(UPDATES[step]):
            if self.campaign.over():
                return
            body = self.changed(old.document, schema)
            answer = ask(self.bodies.spoil(body))
            if step == "second":
                create = Case(dict(body, metadata={"name": "x"}), self.mode(), crd=crd, version=version["name"])
                self.campaign.add_ratchet(schema, self.compare(create, step), answer)
        for _ in range(STATUS_UPDATES if "status" in subresources else 0):
            ask(self.bodies.spoil(self.changed(old.document, schema)), "status")
        for _ in range(SCALE_UPDATES if "scale" in subresources else 0):
            ask(self.bodies.spoil(self.scale(old.document)), "scale")

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
        if self.random.random() < (0.3 if "deletionTimestamp" in old["metadata"] else 0.05):
            body["metadata"].update(self.random.choice(
                [{"resourceVersion": str(int(old["metadata"]["resourceVersion"]) - 1)}, {"resourceVersion": "1"},
                 {"resourceVersion": "abc"}, {"resourceVersion": ""}, {"resourceVersion": "0"}, {"uid": "u"},
                 {"name": "other"}, {"namespace": "other"}, {"deletionGracePeriodSeconds": 5}, {"finalizers": ["example.com/new"]},
                 {"deletionTimestamp": "2026-01-02T03:04:05Z"}, {"creationTimestamp": "2026-01-02T03:04:05Z"}]))
        return body

    def scale(self, old):
        replicas = self.random.choice([read(text) for text in ("0", "3", "7", "2147483647", "-1", '"a"', "null", "1.5", "2147483648")])
        metadata = {"name": old["metadata"]["name"], "namespace": old["metadata"].get("namespace", "")}
        if self.random.random() < 0.3:
            metadata.update(self.values.metadata(0.2))
        if self.random.random() < 0.3:
            metadata["resourceVersion"] = self.random.choice([old["metadata"]["resourceVersion"], "1", "x", ""])
        scale = {"apiVersion": self.random.choice(["autoscaling/v1"] * 5 + ["v1", "", "/"]),
                 "kind": self.random.choice(["Scale"] * 8 + ["Thing", ""]), "metadata": metadata,
                 "spec": self.random.choice([{"replicas": replicas}, {"replicas": replicas}, {"replicas": replicas, "x": 1}, {}, None])}
        if self.random.random() < 0.1:
            del scale[self.random.choice(sorted(scale))]
        if self.random.random() < 0.1:
            scale["status"] = self.random.choice([{"replicas": 1, "selector": "a=b"}, {"selector": 1}, None, 1])
        return scale

    def try_definition_updates(self, crd):
        got = self.server.ask("GET", f"{DEFINITIONS}/{crd['metadata']['name']}")
        if not got.accepted:
            return
        old = Stored(got.document)
        sent = dict(got.document, metadata={name: item for name, item in got.document["metadata"].items()
                                            if name != "managedFields"})
        for _ in range(BROKEN // 2):
            body = self.definitions.break_up(sent)
            if isinstance(body.get("metadata"), dict) and self.random.random() < 0.95:
                body = dict(body, metadata=dict(body["metadata"], name=old.name,
                                                resourceVersion=sent["metadata"]["resourceVersion"]))
            self.compare_definition(self.bodies.spoil(body), old)
