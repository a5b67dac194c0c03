"""Kinds with many rules: each rule asked of the oracle, then all of them, in a CRD and about objects, of the server."""
import concurrent.futures
import copy
import json
import random
import re
import subprocess
import sys
import threading
from collections import Counter

import misfits
import texts
from compare import difference
from document import read, write
from expressions import Expressions
from judge import TRIES, Case, Stored
from server import DEFINITIONS, Engine, Server
from signatures import read_rows
from worlds import World, places_of, values_at

THREADS = 3        # the server is asked while we think
PLACES = 7         # of a kind that have rules
RULES = 36         # of a place
CREATES, UPDATES, STORED = 3, 6, 2
ATTEMPTS = 8       # to leave out rules until the CRD is accepted
ORACLE_TRIES = 20  # its answers depend on the order of Go's maps in places
REASONS = ["FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate"]
RULE_INDEX = re.compile(r"^(.*)\.x-kubernetes-validations\[(\d+)\]")
NO_FURTHER = ["running out of cost budget", "no further validation rules will be run due to call cost"]
WARNINGS = 4096    # the server cuts each to WARNING characters when they have more together
WARNING = 256
SELF_TYPE = re.compile(r"selfType\d+")
ADDRESS = re.compile(r"insert failed: key .*? already exists")  # Go shows pointers in some keys
NO_OPTIONAL = re.compile(r"cannot initialize optional .* from non-optional value ")
FORMAT = re.compile(r"\{[0-9A-Za-z]+ 0x[0-9a-f]+ \d+\}")             # and where functions lie
TOO_LONG = "the quantity has more digits than can be held"            # a limit of ours
ABSENT = "%!s(<nil>)"  # what a null field of an object is to it, which only the oracle shows
SHOWN = 1500


class Evaluator(Engine):
    """A program that answers expressions, the engine's or the oracle."""

    def ask(self, question):
        with self.lock:
            self.process.stdin.write(json.dumps(question).encode() + b"\n")
            self.process.stdin.flush()
            out = self.process.stdout.readline()
        if not out:
            raise RuntimeError(f"{self.process.args[0]} died on {json.dumps(question)}")
        return json.loads(out)


class Findings:
    """What was seen."""

    def __init__(self, rows):
        self.rows = rows
        self.written = Counter()    # how many rules use what
        self.compiled = Counter()
        self.evaluated = Counter()  # to a value
        self.outcomes = Counter()
        self.rules = set()          # by their texts and types of self
        self.requests = self.kinds = self.differing = self.failures = 0
        self.differences = []

    def print(self, out, macros):
        names = [row.name for row in self.rows] + macros
        out(f"{'function or macro':64}{'rules':>8}{'compile':>9}{'values':>8}")
        for name in names:
            out(f"{name:64}{self.written[name]:8}{self.compiled[name]:9}{self.evaluated[name]:8}")
        least = min(names, key=lambda name: self.compiled[name])
        out(f"{len(names)} functions and macros, each in {self.compiled[least]} rules that compile or more ({least}); "
            f"{dict(self.outcomes)}")


class Rounds:
    def __init__(self, control_plane, programs, seed, bounds):
        self.control_plane = control_plane
        self.engine = Engine(programs.engine)
        self.ours = Evaluator(programs.evaluator)
        self.oracle = Evaluator(programs.oracle)
        self.seed = seed
        self.bounds = bounds
        self.next = 0
        self.lock = threading.Lock()
        self.found = Findings(read_rows(self.ours.ask({"tables": True})))

    def run(self):
        self.try_misfits()
        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            for worker in [pool.submit(self.work) for _ in range(THREADS)]:
                worker.result()
        for program in (self.engine, self.ours, self.oracle):
            program.close()
        return self.found

    def try_misfits(self):
        for text in misfits.expressions(random.Random(f"{self.seed}/misfits"), self.found.rows):
            self.try_expression(dict(misfits.CONTEXT, expr=text), [], "")
        for text, value in texts.calls(random.Random(f"{self.seed}/texts")):
            self.try_expression(dict(misfits.CONTEXT, expr=text, self={"a": value}), [], value)

    def try_expression(self, question, uses, kinds):
        """Whether the API server's compiler survives it. kinds tells what self may be."""
        ours = self.ours.ask(question)
        theirs = self.oracle.ask(question)
        if "panic" in theirs:
            self.found.outcomes["panic"] += 1
            return False
        for _ in range(ORACLE_TRIES):
            if is_same(theirs, ours):
                break
            theirs = self.oracle.ask(question)
        else:
            self.differ(f"{question['expr']}\n  oracle {theirs}\n  we     {ours}", dict(question, oracle=theirs, we=ours))
        with self.lock:
            outcome = next(name for name in ("issues", "plan", "error", "value") if name in theirs)
            self.found.outcomes[outcome] += 1
            self.found.rules.add((question["expr"], kinds if "self" in question["expr"].lower() else ""))
            self.found.written.update(uses)
            if "type" in theirs:
                self.found.compiled.update(uses)
            if "value" in theirs:
                self.found.evaluated.update(uses)
        return True

    def work(self):
        server = Server(self.control_plane.url, self.control_plane.folder)
        while not self.bounds.over(len(self.found.rules)):
            with self.lock:
                index = self.next
                self.next += 1
                self.found.kinds += 1
            try:
                Round(self, server, index).run()
            except (ConnectionError, RuntimeError, subprocess.SubprocessError) as error:
                self.found.failures += 1
                print(f"kind {index}: {error}"[:SHOWN], file=sys.stderr, flush=True)
        server.close()

    def differ(self, title, detail):
        with self.lock:
            self.found.differing += 1
            self.found.differences.append(detail)
        print(f"DIFFERENCE {title}"[:SHOWN], file=sys.stderr, flush=True)


class Rule:
    def __init__(self, fields, uses):
        self.fields = fields  # as in x-kubernetes-validations
        self.uses = uses


class Round:
    """One kind; everything follows from the seed and the index, and from what was rare when it was made."""

    def __init__(self, rounds, server, index):
        self.rounds = rounds
        self.found = rounds.found
        self.server = server
        self.random = random.Random(f"{rounds.seed}/{index}")
        self.world = World(self.random)
        self.group = f"c{index}.{re.sub('[^a-z0-9]', '', str(rounds.seed).lower())}.example.com"
        self.root = self.world.root()
        places = [found for found in places_of(self.root) if found[0]]
        self.places = [((), self.root)] + self.random.sample(places, min(PLACES - 1, len(places)))

    def run(self):
        values = [self.root.make() for _ in range(3)]
        for steps, place in self.places:
            self.write_rules(steps, place, values)
        crd = self.crd()
        self.compare(Case(crd, "Warn"))
        self.leave_out_refused()
        try:
            self.try_objects()
        finally:
            self.server.remove(f"things.{self.group}")
            self.rounds.engine.forget(self.group)

    def compare(self, case, key=None):
        ours = self.rounds.engine.judge(case.line(key or self.group, case.text))
        for _ in range(TRIES):
            theirs = case.ask_server(self.server, case.text)
            if are_cut(theirs.warnings, ours.uncut):
                ours = type(ours)(ours.code, ours.document, theirs.warnings)
            differs = difference(determined(theirs), determined(ours), crd=case.crd is None)
            if differs is None:
                break
        self.found.requests += 1
        if differs:
            self.rounds.differ(f"{differs.text}", {"text": differs.text, "crd": case.crd, "body": case.text.decode(), "mode": case.mode,
                                                   "old": case.old and case.old.document, "server": theirs.document, "we": ours.document})
        return theirs

    def write_rules(self, steps, place, values):
        is_optional = self.random.random() < 0.2
        old_kind = ("optional_type", place.kind) if is_optional else place.kind
        expressions = Expressions(self.random, self.found.rows, self.found.compiled, self.world.types, place.kind, old_kind)
        context = {"schema": copy.deepcopy(place.schema), "root": not steps, "optional": is_optional}
        selves = [value for whole in values for value in values_at(whole, steps)] or [place.make()]
        place.rules = []
        for _ in range(RULES):
            text, uses = expressions.rule()
            if not text.strip():
                continue
            question = dict(context, expr=text, self=self.random.choice(selves))
            if self.random.random() < 0.7:
                question["oldSelf"] = self.random.choice(selves)
            if self.rounds.try_expression(question, uses, str(self.world.types)) and len(text) < 4000:
                place.rules.append(Rule(self.dress(text, context, expressions, place), uses))

    def dress(self, text, context, expressions, place):
        fields = {"rule": text}
        if context["optional"]:
            fields["optionalOldSelf"] = True
        if self.random.random() < 0.15:
            fields["message"] = self.random.choice(["no", "é", "must be so"])
        message = expressions.message()
        if self.random.random() < 0.12 and "panic" not in self.rounds.oracle.ask(dict(context, expr=message)):
            fields["messageExpression"] = message
        if self.random.random() < 0.1:
            fields["reason"] = self.random.choice(REASONS)
        if self.random.random() < 0.05 and place.fields:
            fields["fieldPath"] = "." + self.random.choice(sorted(place.fields))
        return fields

    def crd(self, with_rules=True):
        schema = copy.deepcopy(self.root.schema)
        for steps, place in self.places if with_rules else []:
            at = schema
            for step in steps:
                at = at["properties"][step] if step is not None else at.get("items") or at["additionalProperties"]
            if place.rules:
                at["x-kubernetes-validations"] = [rule.fields for rule in place.rules]
        names = {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"}
        version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
        return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": f"things.{self.group}"},
                "spec": {"group": self.group, "scope": "Cluster", "names": names, "versions": [version]}}

    def leave_out_refused(self):
        """What stays is a CRD that is accepted; by the engine alone, whose answer the server's was compared with."""
        for _ in range(ATTEMPTS):
            case = Case(self.crd(), "Warn")
            answer = self.rounds.engine.judge(case.line(self.group, case.text))
            if answer.accepted:
                return
            named = Counter()
            for cause in answer.causes:
                match = RULE_INDEX.match(cause.get("field") or "")
                if match:
                    named[match[1], int(match[2])] += 1
            for steps, place in self.places:
                field = self.field_of(steps)
                place.rules = [rule for number, rule in enumerate(place.rules) if (field, number) not in named]
            if not named:
                break
        for _, place in self.places:
            place.rules = place.rules[:len(place.rules) // 4]

    def field_of(self, steps):
        """As the server writes the place of a schema."""
        field, schema = "spec.validation.openAPIV3Schema", self.root.schema
        for step in steps:
            keyword = "properties" if step is not None else "items" if "items" in schema else "additionalProperties"
            field += f".{keyword}" + (f"[{step}]" if step is not None else "")
            schema = schema[keyword][step] if step is not None else schema[keyword]
        return field

    def try_objects(self):
        """Stored without rules, judged with them."""
        plain, crd = self.crd(with_rules=False), self.crd()
        if not self.server.install(plain, "first").accepted:
            raise RuntimeError(f"the server refuses {write(plain)}")
        stored = []
        for number in range(STORED):
            body = self.object(f"o{number}")
            if self.server.ask("POST", Case(None, "", crd=crd).collection, write(body)).accepted:
                got = self.server.ask("GET", f"{Case(None, '', crd=crd).collection}/o{number}")
                stored.append(Stored(got.document, body, plain))
        answer = self.server.install(crd, "second")
        if not answer.accepted:
            self.found.outcomes["not installed"] += 1
            return
        error = self.rounds.engine.define(self.group, crd)
        if error:
            raise RuntimeError(f"a CRD that the server accepted does not compile: {error}")
        for _ in range(CREATES):
            self.compare(Case(self.object("x"), "Warn", crd=crd))
        for old in stored:
            for _ in range(UPDATES // STORED):
                self.compare(Case(self.change(old), "Warn", crd=crd, old=old))

    def object(self, name):
        return {"apiVersion": f"{self.group}/v1", "kind": "Thing", "metadata": {"name": name}, **self.root.make()}

    def change(self, old):
        """Some of it new."""
        body = {**old.before, **{name: value for name, value in self.root.make().items() if self.random.random() < 0.5}}
        if isinstance(body.get("spec"), dict) and isinstance(old.before.get("spec"), dict):
            body["spec"] = {name: old.before["spec"].get(name, value) if self.random.random() < 0.6 else value
                            for name, value in body["spec"].items()}
        return dict(body, metadata=old.document["metadata"])


def determined(answer):
    """Without what the server leaves to chance: the name of the type of self, which of many costly rules are named, and
    which were asked before the budget ran out."""
    document = read(ADDRESS.sub("insert failed", SELF_TYPE.sub("selfType", write(answer.document))))
    if any("contributed to estimated" in cause["message"] for cause in answer.causes):
        document["details"]["causes"] = [cause for cause in document["details"]["causes"] if "contributed to estimated" not in cause["message"]]
        document["message"] = ""
    if any(text in cause["message"] for cause in answer.causes for text in NO_FURTHER):
        document["details"]["causes"], document["message"] = [], ""
        return type(answer)(answer.code, document, [])
    return type(answer)(answer.code, document, answer.warnings)


def are_cut(theirs, ours):
    """Whether the server's are some of ours, cut because there are so many: which, is left to the order of Go's maps."""
    if sum(map(len, ours)) <= WARNINGS:
        return False
    return sum(map(len, theirs)) > WARNINGS / 2 and set(theirs) <= {warning[:WARNING] for warning in ours}


def is_same(theirs, ours):
    if ours.get("error") == TOO_LONG:
        return True
    if "error" in theirs:
        theirs = dict(theirs, error=FORMAT.sub("kubernetes.NamedFormat", theirs["error"]))
    if "value" in theirs:
        theirs = dict(theirs, value=theirs["value"].replace(ABSENT, "null"))
    if theirs == ours or (theirs.get("issues") and SELF_TYPE.sub("selfType", theirs["issues"]) == SELF_TYPE.sub("selfType", ours.get("issues", ""))):
        return True
    for address in (ADDRESS, NO_OPTIONAL):
        if address.match(theirs.get("error", "")) and address.match(ours.get("error", "")):
            return theirs["cost"] == ours["cost"]
    # How values of the libraries' own types look is nobody's to see but ours.
    if "value" in ours and re.search(r"\b(kubernetes|net)\.", theirs.get("type", "") + " " + ours["value"]):
        return all(theirs.get(name) == ours.get(name) for name in ("type", "max", "cost"))
    return False
