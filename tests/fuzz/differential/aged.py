"""CRDs as an older API server may have stored them, which one of today leaves as they are: put into etcd by hand."""
import base64
import copy
import json
import time
import urllib.request

from definitions import CHOSEN, CONVERSIONS
from document import write
from server import DEFINITIONS

PREFIX = "/registry/apiextensions.k8s.io/customresourcedefinitions/"
TIME = "2026-01-02T03:04:05Z"
SETTLED = 0.3  # seconds without a controller's writing
EMBEDDED = {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {"spec": {"type": "object", "properties": {"a": {"type": "integer"}}}}}
ITEM = {"type": "object", "properties": {"a": {"type": "integer"}}}


def embedded(**default):
    return dict(EMBEDDED, default={"apiVersion": "v1", "kind": "Pod", **default})


def list_of(kind, items, **more):
    keys = {"x-kubernetes-list-map-keys": ["a"]} if kind == "map" else {}
    return {"type": "array", "x-kubernetes-list-type": kind, **keys, "items": {**items, **more}}


SCHEMAS = [
    # types, and what is not structural
    {}, {"description": "x"}, {"type": "foo"}, {"type": "object", "definitions": {"a": {"type": "bar"}}}, {"type": "array"},
    {"type": "array", "items": {}}, {"type": "object", "anyOf": [{"properties": {"b": {"type": "string"}}}]}, {"type": "string", "pattern": "("},
    {"type": "object", "not": {"type": "string"}}, {"type": "object", "dependencies": {"a": {"type": "baz"}}}, {"nullable": True},
    # defaults
    dict(ITEM, default={"a": 1, "b": 2}), dict(ITEM, default={"a": "x", "b": 2}), dict(ITEM, default={"a": 1}),
    {"type": "object", "additionalProperties": dict(ITEM, default={"b": 2})}, {"type": "object", "additionalProperties": {"type": "integer"}, "default": {"b": 2}},
    {"type": "object", "properties": {"*": dict(ITEM, default={"a": 1})}, "default": {"*": {"q": 1}}}, {"type": "array", "items": dict(ITEM, default={"b": 2})},
    embedded(), embedded(metadata={"foo": "bar"}), embedded(metadata={"name": 5}), embedded(spec={"zz": 1}), embedded(kind=1), embedded(metadata={"labels": {}}),
    {"type": "object", "additionalProperties": embedded(metadata={"foo": "bar"})},
    {"type": "object", "additionalProperties": embedded(metadata={"deletionTimestamp": "no", "generateName": "G"}, spec=False)},
    {"type": "object", "additionalProperties": embedded(metadata={"creationTimestamp": None})},
    # lists
    list_of("set", ITEM), list_of("set", ITEM, **{"x-kubernetes-map-type": "granular"}), list_of("set", ITEM, **{"x-kubernetes-map-type": "atomic"}),
    list_of("set", list_of("set", {"type": "string"})), list_of("set", {"type": "string"}, nullable=True), list_of("map", ITEM),
    list_of("map", {"type": "object", "properties": {"a": {"type": "integer", "nullable": True}}}, required=["a"]),
    list_of("map", ITEM, required=["a"], nullable=True), list_of("map", ITEM, required=["a"]),
    # what an update may always have, and never
    {"type": "string"}, dict(ITEM, **{"x-kubernetes-validations": [{"rule": "self.a > 1"}]}), dict(ITEM, **{"x-kubernetes-validations": [{"rule": "self.b > 1"}]}),
    {"type": "array", "items": {"type": "string"}, "x-kubernetes-validations": [{"rule": "self.all(x, self.all(y, x == y))"}]},
    {"type": "array", "items": {"type": "string"}, "uniqueItems": True}, {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
]


class Aged:
    """Makes them, and changes them."""

    def __init__(self, random):
        self.random = random

    def chance(self, probability):
        return self.random.random() < probability

    def schema(self):
        names = ["a", "b", "c"][:self.random.choice([1, 1, 2, 3])]
        schema = {"type": "object", "properties": {name: copy.deepcopy(self.random.choice(SCHEMAS)) for name in names}}
        odd = self.random.random()
        if odd < 0.05:
            del schema["type"]
        elif odd < 0.08:
            schema["default"] = self.random.choice([{"a": 1}, {}, 5, {"zz": 1}])
        elif odd < 0.1:
            schema["properties"]["metadata"] = {"type": "object", "properties": {"name": {"type": "string", "default": "a"}}}
        return schema

    def version(self, number):
        version = {"name": f"v{number + 1}", "served": self.chance(0.85), "storage": number == 0}
        if self.chance(0.2):
            version["schema"] = {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {
                name: {"type": "string"} for name in CHOSEN}}}}}
            version["selectableFields"] = [{"jsonPath": f".spec.{name}"} for name in self.random.choice([CHOSEN, CHOSEN, CHOSEN[:8], CHOSEN[1:]])]
        elif self.chance(0.9):
            version["schema"] = {"openAPIV3Schema": self.schema()}
        if self.chance(0.1):
            version["subresources"] = {"status": {}}
        return version

    def spec(self, group):
        versions = [self.version(0)]
        if self.chance(0.4):
            versions.append(dict(versions[0], name="v2", storage=False) if self.chance(0.5) else self.version(1))
        spec = {"group": group, "scope": "Namespaced", "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
                "versions": versions, "conversion": {"strategy": "None"}}
        if self.chance(0.3):
            spec["conversion"] = self.random.choice(self.random.choice([CONVERSIONS[0], CONVERSIONS[5]]))
        if self.chance(0.5):
            spec["preserveUnknownFields"] = True
        return spec

    def change(self, spec):
        """The next spec: a new one, or the old one with something of a new one."""
        other = self.spec(spec["group"])
        if self.chance(0.4):
            return other
        spec = copy.deepcopy(spec)
        version = self.random.choice(spec["versions"])
        properties = ((version.get("schema") or {}).get("openAPIV3Schema") or {}).setdefault("properties", {})
        form = self.random.randrange(7)
        if form < 3:
            properties[self.random.choice("ab")] = copy.deepcopy(self.random.choice(SCHEMAS))
        elif form == 3:
            spec["conversion"] = other["conversion"]
        elif form == 4:
            spec["versions"].insert(self.random.choice([0, 1]), dict(version, name=self.random.choice(["v2", "v3"]), storage=False))
        elif form == 5:
            spec["preserveUnknownFields"] = not spec.get("preserveUnknownFields", False)
        else:
            version.update({name: item for name, item in other["versions"][0].items() if name in ("schema", "served", "selectableFields")})
        return spec


class Etcd:
    """Its JSON gateway."""

    def __init__(self, url):
        self.url = url

    def call(self, what, **fields):
        body = json.dumps({name: base64.b64encode(text.encode()).decode() for name, text in fields.items()}).encode()
        request = urllib.request.Request(f"{self.url}/v3/kv/{what}", data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            answer.read()

    def put_crd(self, spec):
        """As its controllers would have left it."""
        name = f"{spec['names']['plural']}.{spec['group']}"
        conditions = [{"type": kind, "status": "True", "lastTransitionTime": TIME, "reason": reason, "message": message} for kind, reason, message in
                      (("NamesAccepted", "NoConflicts", "no conflicts found"), ("Established", "InitialNamesAccepted", "the initial names have been accepted"))]
        crd = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
               "metadata": {"name": name, "uid": "12345678-1234-1234-1234-123456789012", "generation": 1, "creationTimestamp": TIME},
               "spec": spec, "status": {"acceptedNames": spec["names"], "storedVersions": ["v1"], "conditions": conditions}}
        self.call("put", key=PREFIX + name, value=write(crd))
        return name

    def remove_crd(self, name):
        self.call("deleterange", key=PREFIX + name)


def settle(server, name):
    """The CRD once its controllers have said all they have to say; None when the server cannot read it."""
    version, since = None, time.monotonic()
    deadline = since + 10
    while time.monotonic() < deadline:
        got = server.ask("GET", f"{DEFINITIONS}/{name}")
        if not got.accepted and got.code != 404:
            return None
        now = got.document["metadata"]["resourceVersion"] if got.accepted else None
        if now != version:
            version, since = now, time.monotonic()
        elif now is not None and time.monotonic() - since > SETTLED:
            return got.document
        time.sleep(0.05)
    return None
