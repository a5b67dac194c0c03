"""How often which rule was seen to accept and to refuse."""
import json
import re
from collections import Counter

from document import Pairs
from rules import DEFINITION_RULES, OBJECT_RULES
from values import FORMATS

ENOUGH = 100

# How a cause tells of the keyword.
KEYWORDS = {
    "type": r"must be of type (object|array|string|integer|number|boolean)",
    "minLength": r"at least \d+ chars", "maxLength": r"Too long", "pattern": r"should match", "enum": r"Unsupported value",
    "minimum": r"greater than or equal", "maximum": r"less than or equal", "exclusiveMinimum": r"greater than -?[0-9]",
    "exclusiveMaximum": r"less than -?[0-9]", "multipleOf": r"multiple of", "minItems": r"at least \d+ items",
    "maxItems": r"Too many: \d+: must have at most \d+ item", "minProperties": r"at least \d+ propert",
    "maxProperties": r"Too many: \d+: must have at most \d+ item", "required": r"^Required value$", "allOf": r"\(allOf\)",
    "anyOf": r"\(anyOf\)", "oneOf": r"\(oneOf\)", "not": r"\(not\)", "x-kubernetes-list-type=set": r"^Duplicate value",
    "x-kubernetes-list-type=map": r"^Duplicate value", "nullable": r': "null"$', "x-kubernetes-int-or-string": r"type integer,string",
    "x-kubernetes-embedded-resource": r"must be a valid|Required value: must not be empty|name part|label|lowercase RFC",
}
FORMATS_OF = {"string": FORMATS, "integer": ["int32", "int64"], "number": ["float", "double"]}
NEVER_REFUSED = {"format=password", "object: deprecated version", "CRD: unrecognized format", "default", "x-kubernetes-map-type", "x-kubernetes-list-map-keys",
                 "x-kubernetes-preserve-unknown-fields", "x-kubernetes-list-type=atomic"}
RATCHETED = {keyword: pattern for keyword, pattern in KEYWORDS.items() if keyword != "x-kubernetes-embedded-resource"}
# What an update of a CRD need not mend.
DEFINITION_RATCHETS = {
    "schemas": r"openAPIV3Schema: Required value$", "types": r"\.type: Unsupported", "structure": r"\.(type|items): Required value: must ",
    "pruned defaults": r"must not have unknown fields", "sets of atomic items": r"must be atomic as item of a list",
    "items that are not null": r"items\.nullable: Forbidden", "keys that are there": r"so it must have a default or be a required",
    "keys that are not null": r"so it cannot be nullable", "selectable fields": r"must have at most 8 items", "pruning": r"cannot set to true",
    "review versions": r"must include at least one of",
}
RATCHETS = ["property", "additionalProperties", "item of a map list", "item of another list"]
STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


class Coverage:
    def __init__(self):
        self.accepted = Counter()
        self.refused = Counter()
        self.codes = Counter()

    def add(self, other):
        self.accepted += other.accepted
        self.refused += other.refused
        self.codes += other.codes

    def add_file(self, path):
        """What earlier runs saw; nothing when there is no file."""
        if not path.exists():
            return
        seen = json.loads(path.read_text())
        self.accepted += Counter(seen["accepted"])
        self.refused += Counter(seen["refused"])
        self.codes += Counter({int(code): count for code, count in seen["codes"].items()})

    def write_file(self, path):
        path.write_text(json.dumps({"accepted": self.accepted, "refused": self.refused, "codes": self.codes}, indent=0, sort_keys=True) + "\n")

    @property
    def comparisons(self):
        return sum(self.codes.values())

    def add_case(self, case, answer):
        self.codes[answer.code] += 1
        text = case.text
        rules, group = (DEFINITION_RULES, "CRD: ") if case.crd is None else (OBJECT_RULES, "object: ")
        told = tell(answer)
        for rule in rules:
            if rule.told.search(told):
                self.refused[group + rule.name] += 1
            elif answer.accepted and all(part in text for part in rule.holds):
                self.accepted[group + rule.name] += 1
        if case.crd is not None and not isinstance(case.body, bytes):
            self.add_keywords(case, answer)

    def add_keywords(self, case, answer):
        present = Counter()
        collect(case.schema, case.body, present)
        side = self.accepted if answer.accepted else self.refused
        for keyword in present:
            if answer.accepted or explains(keyword, answer.causes):
                side[keyword] += 1

    def add_ratchet(self, schema, as_create, as_update):
        """The same object created and put over an old one: what was let pass, and what was not."""
        if as_update.code not in (200, 422):
            return
        kept = {(cause.get("field"), cause["message"]) for cause in as_update.causes}
        for cause in as_create.causes:
            is_told = (cause.get("field"), cause["message"]) in kept
            side = self.refused if is_told else self.accepted
            side["ratchet of: " + place_of(schema, cause.get("field", ""))] += 1
            for keyword, pattern in RATCHETED.items():
                if re.search(pattern, cause["message"]):
                    side["ratchet: " + keyword] += 1

    def add_definition_ratchet(self, as_create, as_update):
        if as_update.code not in (200, 422):
            return
        created, updated = tell(as_create), tell(as_update)
        for name, pattern in DEFINITION_RATCHETS.items():
            if re.search(pattern, created, re.MULTILINE):
                side = self.refused if re.search(pattern, updated, re.MULTILINE) else self.accepted
                side["CRD ratchet: " + name] += 1

    def print(self, out):
        rows = {*self.accepted, *self.refused, *KEYWORDS, *(f"format={name}" for names in FORMATS_OF.values() for name in names), *(f"ratchet: {keyword}" for keyword in RATCHETED),
                *(f"ratchet of: {place}" for place in RATCHETS), *("object: " + rule.name for rule in OBJECT_RULES),
                *("CRD: " + rule.name for rule in DEFINITION_RULES),
                *("CRD ratchet: " + name for name in DEFINITION_RATCHETS)}
        rare = 0
        out(f"{'rule':56}{'accepted':>10}{'refused':>10}")
        for row in sorted(rows):
            few = self.accepted[row] < ENOUGH or (self.refused[row] < ENOUGH and row not in NEVER_REFUSED)
            rare += few
            out(f"{row:56}{self.accepted[row]:10}{self.refused[row]:10}{'  *' if few else ''}")
        out(f"{len(rows)} rules, {rare} seen less than {ENOUGH} times either way (*); "
            f"{self.comparisons} answers by code: {dict(sorted(self.codes.items()))}")


def tell(answer):
    """The texts that say why, a line each."""
    if answer.causes:
        lines = [f"{cause.get('field')}: {cause['message']}" for cause in answer.causes]
    else:
        lines = [] if answer.accepted else [(answer.document or {}).get("message") or ""]
    return "\n".join(lines + answer.warnings)


def explains(keyword, causes):
    if keyword.startswith("format="):
        # The server drops the hyphens of the formats k8s-short-name and k8s-long-name.
        name = keyword.removeprefix("format=")
        pattern = f"must be of type ({re.escape(name)}|{re.escape(name.replace('-', ''))}):"
    elif keyword in KEYWORDS:
        pattern = KEYWORDS[keyword]
    else:
        return False
    return any(re.search(pattern, cause["message"]) for cause in causes)


def place_of(schema, field):
    """What stands around the innermost value of a field path, in a schema."""
    place = "property"
    for name, _ in STEP.findall(field):
        if not isinstance(schema, dict):
            break
        if not name:
            is_map = schema.get("x-kubernetes-list-type") == "map"
            place, schema = ("item of a map list" if is_map else "item of another list"), schema.get("items")
        elif name in (schema.get("properties") or {}):
            schema = schema["properties"][name]
        elif isinstance(schema.get("additionalProperties"), dict):
            place, schema = "additionalProperties", schema["additionalProperties"]
    return place


def collect(schema, value, present):
    """The keywords that have something to judge."""
    if not isinstance(schema, dict):
        return
    for keyword, item in schema.items():
        if keyword == "format":
            if item in FORMATS_OF.get(schema.get("type"), ()):
                present[f"format={item}"] += 1
        elif keyword == "x-kubernetes-list-type":
            present[f"{keyword}={item}"] += 1
        elif keyword in KEYWORDS or keyword.startswith("x-kubernetes-"):
            present[keyword] += 1
        elif keyword == "default":
            present["default"] += 1
    if isinstance(value, Pairs):
        value = dict(value)
    if isinstance(value, dict):
        for name, item in (schema.get("properties") or {}).items():
            if name in value:
                collect(item, value[name], present)
            elif "default" in item:
                present["default"] += 1
        if schema.get("additionalProperties"):
            for item in value.values():
                collect(schema["additionalProperties"], item, present)
    elif isinstance(value, list):
        for item in value:
            collect(schema.get("items"), item, present)
