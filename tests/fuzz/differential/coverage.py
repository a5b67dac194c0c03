"""Which keywords were seen to accept and to refuse."""
import re
from collections import Counter

from document import Pairs

# How a cause tells of the keyword.
REFUSED = {
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


class Coverage:
    def __init__(self):
        self.accepted = Counter()
        self.refused = Counter()
        self.codes = Counter()

    def add(self, other):
        self.accepted += other.accepted
        self.refused += other.refused
        self.codes += other.codes

    def add_case(self, case, answer):
        self.codes[answer.code] += 1
        if case.crd is None:
            self.add_definition(answer)
            return
        present = Counter()
        schema = case.crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        collect(schema, case.body, present)
        side = self.accepted if answer.accepted else self.refused
        for keyword in present:
            if answer.accepted or explains(keyword, answer.causes):
                side[keyword] += 1
        if answer.code == 400 and "strict decoding" in (answer.document.get("message") or ""):
            self.refused["unknown and duplicate fields"] += 1
        elif answer.accepted and answer.warnings:
            self.accepted["unknown and duplicate fields"] += 1

    def add_definition(self, answer):
        if answer.accepted:
            self.accepted["(CRDs)"] += 1
        for cause in answer.causes:
            text = re.sub(r'"(?:[^"\\]|\\.)*"|\d+', "…", cause["message"])
            self.refused["CRD: " + text[:60]] += 1

    def add_ratchet(self, as_create, as_update):
        """The same object created and put over an old one: what was let pass, and what was not."""
        for keyword, pattern in REFUSED.items():
            def told(answer, pattern=pattern):
                return any(re.search(pattern, cause["message"]) for cause in answer.causes)
            if told(as_update):
                self.refused["ratchet: " + keyword] += 1
            elif told(as_create) and as_update.code in (200, 422):
                self.accepted["ratchet: " + keyword] += 1

    def print(self, out):
        out(f"{'keyword':44}{'accepted':>10}{'refused':>10}")
        for keyword in sorted(set(self.accepted) | set(self.refused)):
            if not keyword.startswith("CRD: "):
                out(f"{keyword:44}{self.accepted[keyword]:10}{self.refused[keyword]:10}")
        refusals = [keyword for keyword in self.refused if keyword.startswith("CRD: ")]
        out(f"refusals of CRDs: {len(refusals)} kinds; answers by code: {dict(sorted(self.codes.items()))}")


def explains(keyword, causes):
    if keyword.startswith("format="):
        # The server drops the hyphens of the formats k8s-short-name and k8s-long-name.
        name = keyword.removeprefix("format=")
        pattern = f"must be of type ({re.escape(name)}|{re.escape(name.replace('-', ''))}):"
    elif keyword in REFUSED:
        pattern = REFUSED[keyword]
    else:
        return False
    return any(re.search(pattern, cause["message"]) for cause in causes)


def collect(schema, value, present):
    """The keywords that have something to judge."""
    if not isinstance(schema, dict):
        return
    for keyword, item in schema.items():
        if keyword == "format":
            present[f"format={item}"] += isinstance(value, str) or item in ("int32", "int64", "float", "double")
        elif keyword == "x-kubernetes-list-type":
            present[f"{keyword}={item}"] += 1
        elif keyword in REFUSED or keyword.startswith("x-kubernetes-"):
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
