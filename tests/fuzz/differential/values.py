"""Makes values for schemas: mostly valid, each place with a chance of a fault."""
import pathlib
import re

from document import Number, Pairs

DATA = pathlib.Path(__file__).resolve().parents[2] / "data" / "formats" / "recorded.tsv"
FORMATS = ["bsonobjectid", "uri", "email", "hostname", "ipv4", "ipv6", "cidr", "mac", "uuid", "uuid3", "uuid4", "uuid5",
           "isbn", "isbn10", "isbn13", "creditcard", "ssn", "hexcolor", "rgbcolor", "byte", "password", "date",
           "duration", "datetime", "date-time", "k8s-short-name", "k8s-long-name"]
ALPHABET = "abcxyz019AZ-_.:/@%+ <>&\"\\\n\té€😀\u0000\u2028"
TEXTS = ["", "a", "b", "abc", "x", "X", "abcd", "abcdefgh", "12", "1234", "50%", "é", "日本語", "😀😀😀", "<&>", "a\nb", "\"", "\\"]
NUMBERS = ["0", "-0", "1", "2", "3", "5", "7", "10", "-1", "1.0", "1.5", "0.1", "0.3", "1e3", "1E2", "100", "1e21", "1e-7",
           "2147483647", "2147483648", "-2147483649", "9007199254740993", "9223372036854775807", "9223372036854775808",
           "-9223372036854775808", "-9223372036854775809", "1e300", "3.5e38", "0.0", "-0.0", "1e400", "123456789.125"]


def read_recorded():
    """Texts for each format, whether they are of it or not."""
    texts = {name: {"yes": [], "no": []} for name in FORMATS}
    for line in DATA.read_text().splitlines():
        columns = line.split("\t")
        if len(columns) == 3 and columns[0] in texts and columns[2] in ("yes", "no"):
            raw = re.sub(rb"%([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), columns[1].encode())
            try:
                texts[columns[0]][columns[2]].append(raw.decode())
            except UnicodeDecodeError:
                continue
    for alias in ("datetime", "date-time"):
        for answer in ("yes", "no"):
            texts[alias][answer] = texts[alias][answer] or texts["datetime"][answer] or texts["date-time"][answer]
    texts["date"]["no"] += ["2026-02-30", "2026-02-29", "2026-04-31", "2026-13-01"] * 3
    texts["date"]["yes"] += ["2024-02-29", "2026-12-31"]
    texts["date-time"]["yes"] += ["2026-01-02T03:04:05Z", "2026-01-02t03:04:05.123+01:00"]
    texts["datetime"]["yes"] += texts["date-time"]["yes"]
    return texts


RECORDED = read_recorded()


class Values:
    def __init__(self, random, faults=0.05):
        self.random = random
        self.faults = faults
        self.calm = 1  # divides the chances that an update changes something

    def chance(self, probability):
        return self.random.random() < probability

    def make(self, schema, pruned=False):
        """pruned: no unknown fields."""
        if self.chance(self.faults):
            return self.fault(schema, pruned)
        if schema.get("nullable") and self.chance(0.2):
            return None
        if schema.get("enum") and not self.chance(self.faults):
            return self.random.choice(schema["enum"])
        if schema.get("x-kubernetes-int-or-string"):
            return self.random.choice([self.integer(schema), self.text(schema)])
        kind = schema.get("type")
        if kind == "string":
            return self.text(schema)
        if kind == "integer":
            return self.integer(schema)
        if kind == "number":
            return self.number(schema)
        if kind == "boolean":
            return self.chance(0.5)
        if kind == "array":
            return self.array(schema, pruned)
        if kind == "object":
            return self.object(schema, pruned)
        return self.free(2)

    def fault(self, schema, pruned):
        """A value of some other kind, or one step beyond a limit."""
        form = self.random.randrange(8)
        if form == 0:
            return None
        if form == 1 and schema.get("type") == "array":
            items = self.array(schema, pruned)
            return items + items[:1] + [None] * self.chance(0.3)
        if form == 2 and schema.get("type") == "object" and not pruned:
            value = self.object(schema, pruned)
            pairs = Pairs([key, item] for key, item in value.items())
            if pairs:
                pairs.append([self.random.choice(pairs)[0], self.free(1)])
            return pairs
        if form in (3, 4):
            return Number(self.random.choice(NUMBERS[:-2] if pruned else NUMBERS))
        if form == 5:
            return self.random.choice(TEXTS)
        return self.free(1)

    def free(self, depth):
        """Anything."""
        form = self.random.randrange(8 if depth else 5)
        if form == 0:
            return Number(self.random.choice(NUMBERS[:12]))
        if form == 1:
            return self.chance(0.5)
        if form == 2:
            return None
        if form < 5:
            return self.random.choice(TEXTS)
        if form == 5:
            return [self.free(depth - 1) for _ in range(self.random.randrange(3))]
        return {name: self.free(depth - 1)
                for name in self.random.sample(["a", "b", "spec", "kind", "apiVersion", "metadata"], self.random.randrange(3))}

    def text(self, schema):
        form = schema.get("format")
        if form in RECORDED and not self.chance(0.1):
            known = RECORDED[form]
            is_bad = known["no"] and self.chance(max(self.faults * 3, 0.04))
            choice = known["no"] if is_bad else known["yes"] or TEXTS
            return self.edit(self.random.choice(choice), self.faults * 2)
        if "minLength" in schema or "maxLength" in schema:
            low = schema.get("minLength", 0)
            length = self.random.randint(low, max(low, schema.get("maxLength", low + 3)))
            if self.chance(self.faults * 3):
                length = max(0, length + self.random.choice([-1, 1, 5]))
            return "".join(self.random.choice("abcxé😀") for _ in range(length))
        return self.edit(self.random.choice(TEXTS), self.faults)

    def edit(self, text, probability):
        """One character more, less, or other."""
        if not self.chance(probability):
            return text
        place = self.random.randint(0, len(text))
        inserted = self.random.choice(["", self.random.choice(ALPHABET)])
        return text[:place] + inserted + text[place + self.random.randint(0, 1):]

    def integer(self, schema):
        if "format" in schema and self.chance(0.06):
            return self.random.choice([True, "1", {}, Number("2147483648"), Number("9223372036854775808")])
        near = [schema.get("minimum"), schema.get("maximum")]
        near = [limit for limit in near if limit is not None]
        if near and self.chance(0.7):
            limit = int(self.random.choice(near))
            side = 1 if limit == schema.get("minimum") else -1
            value = limit + side * self.random.randint(0, 2)
            if self.chance(self.faults * 3):
                value = limit - side
        else:
            value = self.random.choice([0, 1, 2, 5, 7, 10, 42, 100, 2**31, -5])
        step = schema.get("multipleOf")
        if step and not self.chance(0.2) and abs(value) < 2**50:
            value = int(value // step * step)
        return Number(str(value) + (".0" if self.chance(0.03) else ""))

    def number(self, schema):
        if "format" in schema and self.chance(0.08):
            return self.random.choice([True, "1", {}, Number("3.5e38"), Number("-1e39")])
        if self.chance(0.3):
            return self.integer(schema)
        near = [limit for limit in (schema.get("minimum"), schema.get("maximum")) if limit is not None] or [0, 1.5]
        return Number(repr(self.random.choice(near) + self.random.choice([0, 0.0, 0.5, -0.5, 0.1, 2.25, 1e-9])))

    def array(self, schema, pruned):
        low = schema.get("minItems", 0)
        high = max(low, min(schema.get("maxItems", low + 3), low + 3))
        count = self.random.randint(low, high)
        if self.chance(self.faults * 2):
            count = max(0, self.random.choice([low - 1, high + 1]))
        items = [self.make(schema.get("items") or {}, pruned) for _ in range(count)]
        if items and "x-kubernetes-list-type" not in schema and self.chance(0.15):
            items[-1] = items[0]
        return items

    def object(self, schema, pruned):
        if schema.get("x-kubernetes-embedded-resource"):
            return self.embedded(schema, pruned)
        value = {}
        for name, item in (schema.get("properties") or {}).items():
            likely = 0.97 if name in schema.get("required", ()) else 0.6
            if self.chance(likely):
                value[name] = self.make(item, pruned)
        extra = schema.get("additionalProperties")
        if extra:
            low = schema.get("minProperties", 0)
            for name in self.random.sample(["k1", "k2", "k3", "k.4", "", "k 5"], min(6, low + self.random.randrange(3))):
                value[name] = self.make(extra if isinstance(extra, dict) else {}, pruned)
        elif schema.get("x-kubernetes-preserve-unknown-fields") and self.chance(0.4):
            value["free"] = self.free(2)
        elif not pruned and self.chance(self.faults):
            value[self.random.choice(["unknown", "A", "b"])] = self.free(1)
        return value

    def embedded(self, schema, pruned):
        value = {"apiVersion": self.random.choice(["v1", "v1", "apps/v1", "v1", "example.com/v1beta1"]), "kind": "Pod"}
        if self.chance(self.faults * 3):
            self.break_type(value)
        if self.chance(0.6):
            value["metadata"] = self.metadata(self.faults * 3)
        for name, item in (schema.get("properties") or {}).items():
            if name not in ("metadata", "kind", "apiVersion") and self.chance(0.6):
                value[name] = self.make(item, pruned)
        if not pruned and self.chance(0.1):
            value["unknown"] = self.free(1)
        return value

    def break_type(self, value):
        key = self.random.choice(["apiVersion", "kind"])
        form = self.random.randrange(3)
        if form == 0:
            del value[key]
        elif form == 1:
            value[key] = self.random.choice(["", "a/b/c", "/v1", "v1/", "pod", "Pod ", "a b/v1", "Pod.v1"])
        else:
            value[key] = self.free(1)

    def metadata(self, faults):
        """ObjectMeta without a name; the caller names the object."""
        meta = {}
        fields = {
            "name": lambda: self.random.choice(["x", "a.b", "X", "", "-a", "a_b", "a" * 64]),
            "generateName": lambda: self.random.choice(["g-", "G", ""]),
            "namespace": lambda: self.random.choice(["default", "other", "", "Bad_"]),
            "labels": lambda: {self.key(): self.random.choice(["", "a", "A.b-c", "-", "a b", "a" * 64])},
            "annotations": lambda: {self.key(): self.random.choice(TEXTS) if self.chance(0.7) else "x" * 262144},
            "finalizers": lambda: ["orphan", "foregroundDeletion"] if self.chance(0.15) else self.random.sample(["example.com/f", "bad", "worse", "worst", "bad.name", "x/", "orphan", "foregroundDeletion"],
                                                     self.random.randint(1, 3)),
            "ownerReferences": self.owners,
            "creationTimestamp": lambda: self.random.choice([None, "2026-01-02T03:04:05Z", "no", ""]),
            "deletionTimestamp": lambda: self.random.choice([None, "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.5+02:00", "no"]),
            "deletionGracePeriodSeconds": lambda: self.random.choice([Number("0"), Number("-1"), "5", None]),
            "generation": lambda: self.random.choice([Number("1"), Number("-1"), Number("1.5")]),
            "selfLink": lambda: "/x",
            "uid": lambda: self.random.choice(["", "u"]),
            "unknown": lambda: self.free(1),
        }
        wordy = ["annotations", "finalizers", "labels", "ownerReferences", "ownerReferences"]
        for name in self.random.sample(sorted(fields) + wordy, self.random.randint(0, 2)):
            meta[name] = fields[name]() if not self.chance(faults / 4) else self.free(1)
        return meta

    def key(self):
        return self.random.choice(["a", "app.kubernetes.io/name", "A_b", "", "-a", "a/b/c", "Bad/a", "x" * 64, "a b", "/a"])

    def owners(self):
        owners = [self.owner() for _ in range(self.random.randint(1, 2))]
        return owners + owners[:1] * self.chance(0.3)

    def owner(self):
        owner = {"apiVersion": self.random.choice(["v1", "apps/v1", "v1", "apps/v1", "v1", "", "a/b/c"]),
                 "kind": self.random.choice(["Pod", "Pod", "Pod", "Pod", "Event", ""]),
                 "name": self.random.choice(["o", "p", "o", "p", "o", "o", "p", ""]),
                 "uid": self.random.choice(["1", "2", "1", "2", "1", "1", "2", ""])}
        if self.chance(0.6):
            owner["controller"] = self.chance(0.8)
        if self.chance(0.15):
            owner[self.random.choice(sorted(owner))] = self.free(1)
        return owner

    def whole(self, api_version, kind, name, schema):
        """A custom resource; faults in its identity are rarer."""
        value = {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}}
        if self.chance(0.25):
            value["metadata"].update(self.metadata(0.2))
            if not self.chance(0.3):
                value["metadata"]["name"] = name
        if self.chance(0.03):
            value["metadata"]["name"] = self.random.choice(["X", "a_b", "-", "a" * 254, "a..b"])
        if self.chance(0.05):
            del value["metadata"]["name"]
            value["metadata"]["generateName"] = self.random.choice(["g-", "g", "G", "a" * 60, ""])
        if self.chance(0.03):
            value[self.random.choice(["kind", "apiVersion", "metadata"])] = self.free(1)
        if self.chance(0.02):
            value[self.random.choice(["kind", "apiVersion"])] = self.random.choice(["Other", "thing", "v1", "example.com/v1", ""])
        for field, item in schema["properties"].items():
            if field not in ("metadata", "kind", "apiVersion") and (field == "spec" or self.chance(0.6)):
                value[field] = self.make(item)
        if self.chance(0.05):
            value["unknown"] = self.free(1)
        return value

    def change(self, value, schema):
        """Another value for an update: parts kept, parts made anew."""
        if self.chance(0.15 / self.calm):
            return self.make(schema)
        if isinstance(value, dict):
            changed = {}
            properties = schema.get("properties") or {}
            extra = schema.get("additionalProperties")
            for name, item in value.items():
                inner = properties.get(name) or (extra if isinstance(extra, dict) else {})
                if not self.chance(0.04 / self.calm):
                    changed[name] = self.change(item, inner) if self.chance(0.5 / self.calm) else item
            for name, item in properties.items():
                if name not in value and self.chance(0.1 / self.calm):
                    changed[name] = self.make(item)
            return changed
        if isinstance(value, list):
            items = [self.change(item, schema.get("items") or {}) if self.chance(0.3 / self.calm) else item for item in value]
            if items and self.chance(0.3 / self.calm):
                items.pop(self.random.randrange(len(items)))
            if self.chance(0.1 / self.calm):
                items.insert(self.random.randint(0, len(items)), None)
            if self.chance(0.2 / self.calm):
                items.insert(self.random.randint(0, len(items)), self.make(schema.get("items") or {}))
            if self.chance(0.2 / self.calm):
                self.random.shuffle(items)
            return items
        return value
