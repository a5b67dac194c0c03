"""Makes CRDs around schemas, and breaks them."""
import base64
import copy

import schemas
import values
from document import Pairs, find, remove, replace, walk

# Keywords with values, right and wrong, that are put anywhere into a schema.
KEYWORDS = {
    "type": ["string", "integer", "object", "array", "null"],
    "format": ["date", "int32", "foo", ""],
    "title": ["t"], "description": ["d", ""], "id": ["x"], "$schema": ["x"], "$ref": ["#/x"], "example": [{"a": 1}],
    "minimum": [0, 1.5, "1"], "maximum": [5], "exclusiveMinimum": [True, 1], "exclusiveMaximum": [True], "multipleOf": [2, 0, -1],
    "minLength": [1, -1, 1.5], "maxLength": [0, -3], "minItems": [1], "maxItems": [2], "minProperties": [1], "maxProperties": [1],
    "uniqueItems": [True, False, False, False], "pattern": ["^a", "(", "a{2000}", "\\1", "(?=a)", "[z-a]", "*"],
    "enum": [["a"], [1, "a", None], "a"], "required": [["a"], ["a", "a"], "a"], "nullable": [True, False],
    "default": [None, 1, "a", {}, [], {"a": 1}, [1, 1], True],
    "items": [{"type": "string"}, [{"type": "string"}], {}, {"type": "array"}, {"type": "object", "nullable": True}],
    "properties": [{"a": {"type": "string"}}, {"a": {}}, {"metadata": {"type": "object"}}, {"kind": {"type": "integer"}},
                   {"metadata": {"type": "object", "properties": {"name": {"type": "string"}, "labels": {"type": "object"}}}}],
    "additionalProperties": [True, False, {"type": "string"}, {}, {"type": "object", "nullable": True}],
    "patternProperties": [{"a": {"type": "string"}}], "definitions": [{"a": {}}],
    "additionalItems": [True, False], "externalDocs": [{"url": "x"}], "dependencies": [{"a": ["b"]}, {"a": {"type": "string"}}, {}],
    "allOf": [[{"minimum": 1}], [{"type": "string"}], [{"properties": {"a": {"minLength": 1}}}]],
    "anyOf": [[{"type": "integer"}, {"type": "string"}], [{"type": "string"}, {"type": "integer"}], [{"items": {"minimum": 1}}]],
    "oneOf": [[{"required": ["a"]}], [{"nullable": True}], [{"default": 1}], [{"additionalProperties": False}]],
    "not": [{"required": ["a"]}, {"x-kubernetes-int-or-string": True}, {"additionalProperties": {"type": "string"}}, {}],
    "x-kubernetes-preserve-unknown-fields": [True, False], "x-kubernetes-embedded-resource": [True, False],
    "x-kubernetes-int-or-string": [True, False], "x-kubernetes-list-type": ["atomic", "set", "map", "foo", ""],
    "x-kubernetes-map-type": ["atomic", "granular", "foo"], "x-kubernetes-list-map-keys": [["a"], ["name"], ["name", "name"], ["value"]],
    "x-unknown": [1], "minlength": [1],
}
EMBEDDED = {"type": "object", "x-kubernetes-embedded-resource": True}
ITEM = {"type": "object", "properties": {"k": {"type": "string"}, "o": {"type": "object"}}, "required": ["k"]}
MAP_LIST = {"type": "array", "items": ITEM, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]}
META_NAME = {"type": "object", "properties": {"name": {"type": "string", "default": "x"}}}


def with_metadata(metadata):
    return dict(EMBEDDED, properties={"spec": {"type": "string"}, "metadata": metadata})


# Keywords that say something together; None takes one away. A half of each kind is right.
TOGETHER = [
    EMBEDDED, dict(EMBEDDED, properties={"spec": {"type": "string"}}), dict(EMBEDDED, type="string"), dict(EMBEDDED, type=None),
    dict(EMBEDDED, additionalProperties={"type": "string"}), dict(EMBEDDED, **{"x-kubernetes-preserve-unknown-fields": True}),
    dict(EMBEDDED, properties={"kind": {"type": "integer"}, "apiVersion": {"type": "string"}}),
    dict(EMBEDDED, properties={"kind": {"type": "string"}, "apiVersion": {"type": "object"}}),
    with_metadata({"type": "string"}), with_metadata({"type": "object"}), with_metadata(META_NAME),
    with_metadata(dict(META_NAME, properties={"name": {"type": "string", "default": "Bad/Name"}})),
    with_metadata(dict(META_NAME, properties={"labels": {"type": "object", "additionalProperties": {"type": "string"}, "default": {"a": "b"}}})),
    with_metadata(dict(META_NAME, properties={"labels": {"type": "object", "additionalProperties": {"type": "string", "default": "a"}}})),
    with_metadata(dict(META_NAME, properties={"labels": {"type": "object", "additionalProperties": {"type": "string"}, "default": {"a": "b c"}}})),
    with_metadata({"type": "object", "properties": {"x": dict(EMBEDDED, **{"x-kubernetes-preserve-unknown-fields": True})}}),
    with_metadata({"type": "object", "additionalProperties": {"type": "string", "default": "a"}}),
    dict(EMBEDDED, properties={"spec": {"type": "string"}}, default={"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "b"}}}),
    dict(EMBEDDED, properties={"spec": {"type": "string"}}, default={"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "b c"}}}),
    dict(EMBEDDED, properties={"spec": {"type": "string"}}, default={"apiVersion": "v1", "kind": 1, "metadata": {"x": 1, "uid": ""}}),
    dict(EMBEDDED, properties={"spec": {"type": "string"}}, default={"apiVersion": "v1/v2/v3", "kind": "pod pod"}),
    {"x-kubernetes-int-or-string": True, "type": None}, {"x-kubernetes-int-or-string": True, "x-kubernetes-preserve-unknown-fields": True},
    {"x-kubernetes-int-or-string": True, "x-kubernetes-embedded-resource": True},
    {"type": "array", "items": None}, {"type": "array", "items": {}}, {"type": "array", "items": {"type": "string"}},
    {"type": "array", "items": {"type": "integer"}, "default": [1, 2]}, {"type": "array", "items": {"type": "integer"}, "default": ["a"]},
    {"type": "object", "properties": {"a": {}}}, {"type": "object", "properties": {"a": {"type": "object"}}},
    {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}},
    {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": True},
    {"type": "object", "properties": None, "additionalProperties": False}, {"type": "object", "properties": None, "additionalProperties": {"type": "string"}},
    {"type": "object", "properties": {"a": {"type": "string"}}, "default": {"z": 1}}, {"type": "string", "default": 1},
    {"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "set"},
    {"type": "array", "items": {"type": "object", "x-kubernetes-map-type": "atomic"}, "x-kubernetes-list-type": "set"},
    {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}, "x-kubernetes-list-type": "set"},
    {"type": "array", "items": {"type": "string", "nullable": True}, "x-kubernetes-list-type": "set"},
    {"type": "string", "x-kubernetes-list-type": "set"}, {"type": None, "x-kubernetes-list-type": "atomic"},
    {"type": "string", "x-kubernetes-map-type": "atomic"}, {"type": "object", "x-kubernetes-map-type": "granular"},
    MAP_LIST, dict(MAP_LIST, items=None), dict(MAP_LIST, items={"type": "string"}), dict(MAP_LIST, items=dict(ITEM, nullable=True)),
    dict(MAP_LIST, items=dict(ITEM, required=[])), dict(MAP_LIST, items=[ITEM]), dict(MAP_LIST, items="x"),
    dict(MAP_LIST, items=dict(ITEM, properties={"k": {"type": "string", "nullable": True}})),
    dict(MAP_LIST, items=dict(ITEM, properties={"k": {"type": "string", "default": "a"}}, required=[])),
    *[dict(MAP_LIST, **{"x-kubernetes-list-map-keys": keys}) for keys in (None, [], ["z"], ["o"], ["k", "k"])],
    *[dict(MAP_LIST, **{"x-kubernetes-list-type": kind}) for kind in (None, "set", "atomic")],
    {"anyOf": [{"x-kubernetes-list-map-keys": ["a"]}]}, {"oneOf": [{"x-kubernetes-list-type": "set"}]}, {"not": {"title": "t"}},
    {"allOf": [{"properties": {"metadata": {"minProperties": 1}}}]}, {"allOf": [{"properties": {"zz": {"minimum": 1}}}]},
    {"type": "object", "anyOf": [{"properties": {"zy": {"maxLength": 1}}}]},
]
# At the root of a schema.
ROOTS = [
    {"metadata": {"type": "object", "default": {}}}, {"metadata": META_NAME}, {"metadata": {"type": "object"}},
    {"kind": {"type": "string", "default": "Thing"}}, {"apiVersion": {"type": "string", "default": "v1"}}, {"kind": {"type": "integer"}},
    {"metadata": {"type": "object", "additionalProperties": {"type": "string", "default": "a"}}}, {"metadata": {"type": "string"}},
    {"metadata": {"type": "object", "properties": {"labels": {"type": "object"}}}}, {"metadata": dict(EMBEDDED)},
    {"metadata": {"type": "object", "properties": {"generateName": {"type": "string", "pattern": "^a"}}}},
]

NAMES = ["x", "X", "", "a.b", "a-b", "-a", "1a", "a" * 64, "Thing", "things", "é"]
COLUMNS = [{"name": "A", "type": "string", "jsonPath": ".spec.a"}, {"name": "", "type": "string", "jsonPath": ".a"},
           {"name": "B", "type": "foo", "jsonPath": ".a"}, {"name": "C", "type": "date", "jsonPath": "a"},
           {"name": "D", "type": "integer", "format": "int32", "jsonPath": ".spec['a'"}, {"type": "string"},
           {"name": "E", "type": "number", "format": "bad", "jsonPath": ".spec.a[0]", "priority": -1}]
SCALES = [{"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"},
          {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas", "labelSelectorPath": ".status.selector"},
          {"specReplicasPath": ".spec.unlisted.replicas", "statusReplicasPath": ".status.replicas", "labelSelectorPath": ".status.unlisted"},
          {"specReplicasPath": ".status.replicas", "statusReplicasPath": ".spec.replicas"},
          {"specReplicasPath": "spec.replicas", "statusReplicasPath": ".status.replicas"}, {},
          {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas", "labelSelectorPath": "selector"},
          {"specReplicasPath": ".spec.a[0]", "statusReplicasPath": ".status.x.y", "labelSelectorPath": ".metadata.labels"}]
# Of an EC key, self-signed.
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBcjCCARegAwIBAgIUMkGDUigZyiBaRFmdslXpuutW7lQwCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCY2EwIBcNMjYxMTI4MTMz
NzUyWhgPMjEyNjExMDQxMzM3NTJaMA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEns63MgNhyGyhYTES
g+A+CMR9xxK3C9SeLcId9bgMYJCSAwUtsmTKqSwAORpwIlN3BzSSUvCSTKNOux+d/+XGK6NTMFEwHQYDVR0OBBYEFACtSJDKORco
PjcxlxKkgv9FHKE3MB8GA1UdIwQYMBaAFACtSJDKORcoPjcxlxKkgv9FHKE3MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
SQAwRgIhAJFAdyKq3JSfJoDuJxoFX6HD3pREeeMLeesDecQ/YrFnAiEAtHCo8Wn7S1NTV0Qx0zHcfX3caxIRZnlkwipHzBn7pOE=
-----END CERTIFICATE-----
"""
BUNDLES = [CERTIFICATE, "not a pem", CERTIFICATE.replace("MII", "MIJ", 1), "-----BEGIN KEY-----\nAAAA\n-----END KEY-----\n", "", CERTIFICATE + "x",
           "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "text\n" + CERTIFICATE]
URLS = ["https://a.example/x", "http://a.example/", "https://", "://", "https://a.example:b/", "https://u@a.example", "https://a.example/?q",
        "https://a.example#f", "https://a.example/%zz", "a.example", "https://[::1", "HTTPS://a.example", "https://a b/"]


def webhook(versions, **config):
    return {"strategy": "Webhook", "webhook": {"conversionReviewVersions": versions, "clientConfig": config}}


URL = "https://a.example/x"
SERVICE = {"namespace": "a", "name": "b", "path": "/x/y"}
# By what is right or wrong with them.
CONVERSIONS = [
    [webhook(["v1"], url=URL, caBundle=base64.b64encode(bundle.encode()).decode()) for bundle in BUNDLES + [CERTIFICATE] * 3],
    [webhook(["v1"], url=URL, caBundle=text) for text in ("QQ==", "Q!")],
    [webhook(["v1beta1", "v1"], url=url) for url in URLS],
    [webhook(["v1"], service=dict(SERVICE, port=port)) for port in (1, 443, 8443, 65535, 0, 70000)],
    [webhook(["v1"], service=service) for service in
     (SERVICE, SERVICE, SERVICE, {"name": "b", "path": "x"}, {}, dict(SERVICE, path="/x//y"), dict(SERVICE, path="x"), {"namespace": "a"})],
    [webhook(versions, url=URL) for versions in (["v1"], ["v1", "v2"], ["v2"], [], ["v1", "v1"], ["V 1"], [""])],
    [webhook(["v1"]), webhook(["v1"], url=URL, service=SERVICE), webhook(["v1"], url=URL), webhook(["v1"], service=SERVICE)],
    [{"strategy": "None"}, {"strategy": "Webhook"}, {"strategy": "Foo"}, {}, {"strategy": ""}],
    [dict(webhook(["v1"], url=URL), strategy=strategy) for strategy in ("None", "Foo", "Webhook")],
    [{"strategy": "None", "webhook": {}}, {"strategy": "None", "webhook": {"conversionReviewVersions": ["v1"]}},
     {"strategy": "Webhook", "webhook": {}}, {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"]}}],
]
CHOSEN = [f"chosen{index}" for index in range(9)]
SELECTABLE = [*[[{"jsonPath": f".spec.{name}"} for name in CHOSEN]] * 3, [{"jsonPath": f".spec.{name}"} for name in CHOSEN[:8]],
              [{"jsonPath": ".metadata.namespace"}], [{"jsonPath": ".spec.chosen"}, {"jsonPath": ".metadata.name"}],
              [{"jsonPath": ".spec.chosen"}], [{"jsonPath": ".spec.chosen"}, {"jsonPath": ".spec.a"}], [{"jsonPath": ".spec.a"}], [{"jsonPath": ".spec.a"}, {"jsonPath": ".spec.a"}], [{"jsonPath": ".metadata.name"}],
              [{"jsonPath": "spec.a"}], [{"jsonPath": ""}], [{"jsonPath": ".spec.nothere"}], [{"jsonPath": ".spec.a[0]"}],
              [{"jsonPath": f".spec.{letter}"} for letter in "abcdeghij"]]
# Beside the schema: a path, and what may stand there instead.
PARTS = [
    (("spec", "group"), ["", "example", "Example.com", "a_b.c", "example.com."]), (("spec", "scope"), ["", "Cluster", "Foo", "namespaced"]),
    (("spec", "names", "plural"), NAMES), (("spec", "names", "singular"), NAMES), (("spec", "names", "kind"), NAMES),
    (("spec", "names", "listKind"), NAMES), (("spec", "names", "shortNames"), [["t"], ["th", "tg"], ["T"], ["t", "t"], [""], ["things"]]),
    (("spec", "names", "categories"), [["all"], ["all", "b"], ["c"], ["d", "e"], ["f"], ["All!"], [""]]), (("spec", "preserveUnknownFields"), [True, True, False, False, False, False]),
    (("metadata", "name"), ["x", "", "things.example.com", "Things.A"]),
    (("metadata", "labels"), [{"a": "b"}, {"A/": "b"}, {"a": "b c"}, {"a": 1}, "x"]), (("metadata", "generation"), ["1", 1]),
    (("metadata", "annotations"), [{"api-approved.kubernetes.io": "https://x.example/1"}, {"api-approved.kubernetes.io": "unapproved, x"},
                                   {"api-approved.kubernetes.io": "x"}]),
    (("spec", "versions", 0, "name"), ["v2", "V1", "", "v1beta1", "a.b", "1"]), (("spec", "versions", 0, "served"), [False]),
    (("spec", "versions", 0, "storage"), [False]), (("spec", "versions", 0, "deprecated"), [True]),
    (("spec", "versions", 0, "deprecationWarning"), ["old", "", "a\nb", "x" * 257]),
    (("spec", "versions", 0, "schema"), [{}, None, {"openAPIV3Schema": None}]),
    (("spec", "versions", 0, "subresources"), [{}, {"status": {}}] + [{"status": {}, "scale": scale} for scale in SCALES]),
    (("spec", "versions", 0, "additionalPrinterColumns"), [[column] for column in COLUMNS] + [COLUMNS[:1] * 2]),
    (("spec", "versions", 0, "selectableFields"), SELECTABLE),
    (("spec", "validation"), [{"openAPIV3Schema": {"type": "object"}}]), (("spec", "version"), ["v1"]), (("status",), [{"storedVersions": ["v0"]}]),
    (("spec", "versions"), [[]]), (("spec", "names"), [{}]), (("spec",), [{}]), (("kind",), ["Thing", ""]), (("apiVersion",), ["v1", ""]),
]

ROOT = ("spec", "versions", 0, "schema", "openAPIV3Schema")


class Definitions:
    def __init__(self, random):
        self.random = random
        self.schemas = schemas.Schemas(random)

    def chance(self, probability):
        return self.random.random() < probability

    def make(self, group):
        """A CRD that is accepted, mostly."""
        has_status = self.chance(0.6)
        version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": self.schemas.root(has_status)}}
        if has_status:
            version["subresources"] = {"status": {}}
            if self.chance(0.4):
                self.add_scale(version)
        if self.chance(0.05):
            version["deprecated"] = True
        if self.chance(0.25):
            properties = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
            properties.update({name: {"type": "string"} for name in ["chosen", *CHOSEN]})
            version["selectableFields"] = [{"jsonPath": ".spec.chosen"}]
        versions = [version]
        if self.chance(0.25):
            versions.insert(self.random.randint(0, 1), self.other_version(version, has_status))
        return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": f"things.{group}"},
                "spec": {"group": group, "names": {"plural": "things", "kind": "Thing"}, "versions": versions,
                         "scope": "Namespaced" if self.chance(0.8) else "Cluster"}}

    def other_version(self, version, has_status):
        """Another one, which is served and not stored: alike, stricter, or with fields of its own."""
        other = dict(copy.deepcopy(version), name="v2", storage=False)
        schema = other["schema"]["openAPIV3Schema"]
        form = self.random.randrange(3)
        if form == 1:
            schema["properties"] = {name: self.schemas.tighten(item) if name in ("spec", "status") else item
                                    for name, item in schema["properties"].items()}
        elif form == 2 and "scale" not in (version.get("subresources") or {}):
            other["schema"]["openAPIV3Schema"] = self.schemas.root(has_status)
        if self.chance(0.2):
            other.update(deprecated=True, deprecationWarning="v2 goes")
        return other

    def add_scale(self, version):
        version["subresources"]["scale"] = dict(self.random.choice(SCALES[:3]))
        properties = version["schema"]["openAPIV3Schema"]["properties"]
        for part in ("spec", "status"):
            properties[part]["properties"]["replicas"] = {"type": "integer"}
        properties["status"]["properties"]["selector"] = {"type": "string"}

    def tighten(self, crd):
        tight = copy.deepcopy(crd)
        for version in tight["spec"]["versions"]:
            schema = version["schema"]["openAPIV3Schema"]
            schema["properties"] = {name: self.schemas.tighten(item) if name in ("spec", "status", "extra") else item
                                    for name, item in schema["properties"].items()}
        return tight

    def break_up(self, crd):
        """One to three changes, most of which the server refuses."""
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            crd = self.change(crd)
        return crd

    def change(self, crd):
        form = self.random.randrange(17)
        if form < 4:
            return self.change_schema(crd)
        if form < 6:
            return self.change_together(crd)
        if form == 10:
            return self.put_at_root(crd)
        if form == 11:
            return self.protect(crd)
        if form == 12:
            path, choices = self.random.choice([part for part in PARTS if len(part[1]) > 5])
            return self.put(crd, path, self.random.choice(choices))
        if form in (14, 15):
            return self.put(crd, ("spec", "conversion"), self.random.choice(self.random.choice(CONVERSIONS)))
        if form == 16:
            return self.put(crd, ROOT[:3] + ("selectableFields",), self.random.choice(SELECTABLE))
        if form == 13:
            keyword = self.random.choice(sorted(KEYWORDS) + ["nullable", "type"] * 4)
            return self.put(crd, ROOT + (keyword,), self.random.choice(KEYWORDS[keyword]))
        if form < 9:
            path, choices = self.random.choice(PARTS)
            return self.put(crd, path, self.random.choice(choices))
        if form == 9 and self.chance(0.5):
            return self.add_version(crd)
        places = [path for path, _ in walk(crd) if path and path[0] not in ("apiVersion", "kind")]
        path = self.random.choice(places)
        if self.chance(0.5):
            return remove(crd, path)
        return replace(crd, path, values.Values(self.random).free(1))

    def put(self, crd, path, item):
        try:
            parent = find(crd, path[:-1])
            if not isinstance(parent, dict) or isinstance(parent, Pairs):
                return crd
            changed = dict(parent)
            changed[path[-1]] = item
            return replace(crd, path[:-1], changed)
        except (KeyError, IndexError, TypeError):
            return crd

    def add_version(self, crd):
        versions = crd.get("spec", {}).get("versions") if isinstance(crd.get("spec"), dict) else None
        if not isinstance(versions, list) or not versions or not isinstance(versions[0], dict):
            return crd
        other = dict(versions[0], name=self.random.choice(["v2", "v1", "v1beta1"]), storage=self.chance(0.2))
        if self.chance(0.5):
            other = self.change_schema(other)
        return self.put(crd, ("spec", "versions"), versions + [other])

    def change_together(self, crd):
        """Several keywords of one schema."""
        places = [path for path, value in walk(crd) if isinstance(value, dict) and is_schema(path)]
        if not places:
            return crd
        path = self.random.choice(places)
        schema = {**find(crd, path), **self.random.choice(TOGETHER)}
        return replace(crd, path, {keyword: item for keyword, item in schema.items() if item is not None})

    def put_at_root(self, crd):
        path = ROOT + ("properties",)
        try:
            return replace(crd, path, {**find(crd, path), **self.random.choice(ROOTS)})
        except (KeyError, IndexError, TypeError):
            return crd

    def protect(self, crd):
        """A group of Kubernetes' own, and a word on whether it may be."""
        try:
            plural = crd["spec"]["names"]["plural"]
            metadata = dict(crd["metadata"], name=f"{plural}.x.k8s.io")
        except (KeyError, TypeError, ValueError):
            return crd
        approval = self.random.choice([None, "https://github.com/x/1", "unapproved, testing", "x", ""])
        if approval is not None:
            metadata["annotations"] = {"api-approved.kubernetes.io": approval}
        return dict(crd, metadata=metadata, spec=dict(crd["spec"], group="x.k8s.io"))

    def change_schema(self, crd):
        """A keyword at any schema below."""
        places = [path for path, value in walk(crd) if isinstance(value, dict) and is_schema(path)]
        if not places:
            return crd
        path = self.random.choice(places)
        keyword = self.random.choice(sorted(KEYWORDS))
        old = find(crd, path)
        if self.chance(0.15) and old:
            return remove(crd, path + (self.random.choice(sorted(old)),))
        return self.put(crd, path + (keyword,), self.random.choice(KEYWORDS[keyword]))


def is_schema(path):
    """Whether a schema stands at this path: the steps from openAPIV3Schema on alternate as schemas do."""
    if "openAPIV3Schema" not in path:
        return False
    steps = path[path.index("openAPIV3Schema") + 1:]
    while steps:
        if steps[0] == "properties" or steps[0] in ("allOf", "anyOf", "oneOf"):
            if len(steps) < 2:
                return False
            steps = steps[2:]
        elif steps[0] in ("items", "additionalProperties", "not"):
            steps = steps[1:]
        else:
            return False
    return True
