"""Makes objects of built-in kinds: recorded ones, put together anew and broken."""
import collections
import gzip
import json
import pathlib

from document import Number, Pairs, find, read, remove, replace, walk

TESTS = pathlib.Path(__file__).resolve().parents[2]
RECORDED = [*sorted((TESTS / "golden" / "builtin").glob("*.jsonl.gz")), *sorted((TESTS / "data" / "builtin").glob("*.jsonl.gz"))]
# Of kinds that nothing was recorded of.
SEEDS = [
    {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "a"}, "subsets": [
        {"addresses": [{"ip": "10.1.2.3", "hostname": "a", "nodeName": "n", "targetRef": {"kind": "Pod", "name": "p"}}],
         "notReadyAddresses": [{"ip": "10.1.2.4"}], "ports": [{"name": "a", "port": 80, "protocol": "TCP", "appProtocol": "http"},
                                                             {"name": "b", "port": 53, "protocol": "UDP"}]}]},
    {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "a"}, "template": {
        "metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "a", "image": "a", "ports": [{"containerPort": 80}]}]}}},
    {"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "a"}, "spec": {
        "replicas": 2, "minReadySeconds": 1, "selector": {"a": "b"},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "a", "image": "a"}]}}}},
    {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "a"}, "handler": "runc",
     "overhead": {"podFixed": {"cpu": "100m", "memory": "1Mi"}},
     "scheduling": {"nodeSelector": {"a": "b"}, "tolerations": [{"key": "a", "operator": "Exists", "effect": "NoSchedule"}]}},
    {"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "csi.example.com"}, "spec": {
        "attachRequired": False, "podInfoOnMount": True, "volumeLifecycleModes": ["Persistent", "Ephemeral"], "storageCapacity": True,
        "fsGroupPolicy": "File", "tokenRequests": [{"audience": "a", "expirationSeconds": 3600}], "requiresRepublish": True, "seLinuxMount": False}},
]
TEXTS = ["", "a", "b", "A", "a.b", "a/b", "-a", "a_b", "*", "a" * 63, "a" * 64, "a" * 254, "é", "0", "80", "http", "100m", "1Gi", "0.5", "-1",
         "50%", "150%", "10.0.0.1", "fd00::1", "10.0.0.0/8", "TCP", "Always", "example.com/a", "2026-01-02T03:04:05Z", "* * * * *", "YQ=="]
NUMBERS = [Number(text) for text in ("0", "1", "-1", "2", "10", "80", "255", "600", "3600", "65535", "65536", "86400", "2147483647", "2147483648", "1.5")]
OTHERS = [None, [], {}, "", Number("0"), True, False, "a"]
SERVERS = ("uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "selfLink")


def names_of(path):
    """The last two names of a path: where values come from that may stand there."""
    return tuple(step for step in path if isinstance(step, str))[-2:]


class Samples:
    """What was recorded: valid objects by kind, the values seen at a place, the fields seen at one."""

    def __init__(self):
        self.valid = collections.defaultdict(list)
        self.values = collections.defaultdict(list)
        self.fields = collections.defaultdict(set)
        for body in map(self.plain, SEEDS):
            self.take(body, True)
        for path in RECORDED:
            with gzip.open(path, "rt") as lines:
                for line in lines:
                    self.take_recorded(read(line))
        self.kinds = sorted(self.valid)

    def plain(self, body):
        return read(json.dumps(body))

    def take_recorded(self, case):
        body = case.get("object")
        if isinstance(body, dict) and body.get("kind") == case["kind"] and body.get("apiVersion") == case["apiVersion"]:
            self.take(body, case["code"].text == "201")

    def take(self, body, is_valid):
        if is_valid:
            self.valid[(body["apiVersion"], body["kind"])].append(body)
        for path, value in walk(body):
            if not isinstance(value, Pairs) and path and path[-1] not in SERVERS:
                place = names_of(path)
                self.values[place].append(value)
                if isinstance(value, dict):
                    self.fields[place] |= set(value)


class Objects:
    """Of one random stream."""

    def __init__(self, random, samples):
        self.random = random
        self.samples = samples

    def make(self, kind):
        body = self.random.choice(self.samples.valid[kind])
        return self.change(body, self.random.choice([0, 1, 1, 1, 2, 3]))

    def change(self, body, times):
        forms = [self.cross, self.cross, self.cross, self.add, self.add, self.leave_out, self.near, self.near, self.relist, self.break_type]
        for _ in range(times):
            places = [path for path, _ in walk(body) if path and path not in (("apiVersion",), ("kind",), ("metadata",), ("metadata", "name"))
                      or (len(path) == 2 and path[1] in SERVERS and self.random.random() < 0.1)]
            if places:
                body = self.random.choice(forms)(body, self.random.choice(places))
        return body

    def cross(self, body, path):
        """What was seen at such a place."""
        values = self.samples.values.get(names_of(path))
        return replace(body, path, self.random.choice(values)) if values else body

    def add(self, body, path):
        """A field that was seen there."""
        value = find(body, path)
        while not isinstance(value, dict) and path:
            path = path[:-1]
            value = find(body, path)
        names = sorted(self.samples.fields.get(names_of(path), set()) - set(value)) if isinstance(value, dict) else []
        if not names:
            return body
        name = self.random.choice(names)
        values = self.samples.values.get(names_of(path + (name,)))
        return replace(body, path, {**value, name: self.random.choice(values)}) if values else body

    def leave_out(self, body, path):
        return remove(body, path)

    def near(self, body, path):
        """Another text or number."""
        value = find(body, path)
        if isinstance(value, Number) and "." not in value.text and "e" not in value.text.lower():
            number = int(value.text)
            near = [Number(str(number + 1)), Number(str(number - 1)), Number(str(-number))]
            return replace(body, path, self.random.choice(NUMBERS + near * 4))
        if isinstance(value, str):
            near = [value + "x", value[:-1], value.upper(), value + "." + value, value.capitalize(), value + "/a"]
            return replace(body, path, self.random.choice(TEXTS + near * 3))
        if isinstance(value, bool):
            return replace(body, path, not value)
        return body

    def relist(self, body, path):
        """Items twice, in other order, or gone."""
        value = find(body, path)
        while not isinstance(value, list) and path:
            path = path[:-1]
            value = find(body, path)
        if not isinstance(value, list) or isinstance(value, Pairs) or not value:
            return body
        form = self.random.randrange(4)
        item = self.random.choice(value)
        if form == 0:
            return replace(body, path, value + [item])
        if form == 1:
            return replace(body, path, value[::-1])
        return replace(body, path, value[1:] if form == 2 else [])

    def break_type(self, body, path):
        return replace(body, path, self.random.choice(OTHERS)) if self.random.random() < 0.4 else self.near(body, path)
