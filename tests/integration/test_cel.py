"""`pratique cel` as a user meets it: test_cel.py PRATIQUE"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
CRD = "schemas/crds/apps.example.com_myapps.yaml"
SAMPLE = "manifests/samples/myapp.yaml"
PATIENCE = 60


class Crd:
    """A file with a CRD whose lists have no end."""

    def __enter__(self):
        spec = {"rows": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
                "tags": {"type": "array", "x-kubernetes-list-type": "set", "maxItems": 10, "items": {"type": "string", "maxLength": 10}}}
        versions = [{"name": name, "served": True, "storage": name == "v1", "schema": {"openAPIV3Schema": {
            "type": "object", "properties": {"spec": {"type": "object", "properties": properties}}}}}
            for name, properties in (("v1", spec), ("v2", {"more": {"type": "integer"}}))]
        self.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(self.folder.name) / "crd.json"
        path.write_text(json.dumps({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "things.x.example.com"},
            "spec": {"group": "x.example.com", "scope": "Namespaced", "versions": versions,
                     "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"}}}))
        return str(path)

    def __exit__(self, *_):
        self.folder.cleanup()


class Cel(unittest.TestCase):
    def cel(self, *arguments, text=None):
        return subprocess.run([PROGRAM, "cel", *arguments], cwd=ROOT, input=text, capture_output=True, text=True,
                              timeout=PATIENCE, check=False)

    def expect(self, code, output, *arguments, text=None):
        answer = self.cel(*arguments, text=text)
        self.assertEqual((answer.returncode, answer.stdout, answer.stderr), (code, output, ""))

    def test_without_data(self):
        self.expect(0, "value: 12\ntype: int\nstatic cost: 66\nruntime cost: 46\n", "[1, 2, 3].map(x, x * 2).sum()")

    def test_data_without_a_schema(self):
        self.expect(0, "value: true\ntype: bool\nstatic cost: 2\nruntime cost: 4\n", "-d", SAMPLE, "self.spec.replicas < 10")
        self.expect(0, 'value: "b"\ntype: dyn\nstatic cost: 1\nruntime cost: 2\n',
                    "-d", "-", "--at", "a['x.y'][1]", "self.c", text='{"a":{"x.y":[1,{"c":"b"}]}}')

    def test_a_cost_that_nothing_bounds(self):
        self.expect(0, 'value: ["http"]\ntype: list(dyn)\nstatic cost: unbounded\nruntime cost: 18\n',
                    "-d", SAMPLE, "self.spec.ports.map(port, port.name)")

    def test_a_place_in_a_schema(self):
        self.expect(0, "type: bool\nstatic cost: 3\n", "--crd", CRD, "--at", "spec", "self.replicas < 10")
        self.expect(0, "value: true\ntype: bool\nstatic cost: 2\nruntime cost: 3\n",
                    "--crd", CRD, "-d", SAMPLE, "--at", "spec.ports[0]", "self.containerPort == 8080")
        self.expect(0, "value: false\ntype: bool\nstatic cost: 5\nruntime cost: 5\n", "--crd", CRD, "-d", SAMPLE,
                    "--old", SAMPLE, "--at", "spec", "self.replicas > oldSelf.replicas")

    def test_data_is_pruned_and_has_its_defaults(self):
        for arguments in (("-d", "-", "self.replicas == 1 && size(dyn(self)) == 4"),
                          ("-d", SAMPLE, "--old", "-", "oldSelf.replicas == 1 && size(dyn(oldSelf)) == 4")):
            answer = self.cel("--crd", CRD, "--at", "spec", *arguments, text='{"spec": {"image": "x", "nobody": null, "unknown": 1}}')
            self.assertIn("value: true\n", answer.stdout)

    def test_an_optional_old_self(self):
        rule = "!oldSelf.hasValue() || self.replicas >= oldSelf.value().replicas"
        place = ("--crd", CRD, "--at", "spec", "--optional-old-self")
        self.expect(0, "value: true\ntype: bool\nstatic cost: 9\nruntime cost: 3\n", *place, "-d", SAMPLE, rule)
        self.expect(0, "value: true\ntype: bool\nstatic cost: 9\nruntime cost: 10\n", *place, "-d", SAMPLE, "--old", SAMPLE, rule)
        self.assertIn("error: ERROR: <input>:1:18: found no matching overload for 'hasValue'",
                      self.cel("--crd", CRD, "--at", "spec", rule).stdout)

    def test_why_an_expression_is_not_evaluated(self):
        for want, *arguments in (
                ("--data, which is the whole object, has nothing at --at", "-d", "-", "self.replicas < 10"),
                ("oldSelf is not known: give it with --old", "-d", SAMPLE, "oldSelf.replicas < 10"),
                ("self is not known: give it with --data", "--old", SAMPLE, "self.replicas < 10"),
                ("--old, which is the whole object, has nothing at --at", "-d", SAMPLE, "--old", "-", "oldSelf.replicas < 10")):
            self.expect(1, f"type: bool\nstatic cost: 3\nnot evaluated: {want}\n", "--crd", CRD, "--at", "spec", *arguments,
                        text='{"replicas": 2}')
        answer = self.cel("--crd", CRD, "--at", "spec", "-d", "-", "-o", "json", "self.replicas < 10", text="{}")
        self.assertEqual(json.loads(answer.stdout)["notEvaluated"], "--data, which is the whole object, has nothing at --at")

    def test_what_a_crd_would_be_refused_for(self):
        """What is judged of a rule only where it stands."""
        too_dear = ("Forbidden: estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding "
                    "maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)")
        with Crd() as crd:
            for at, expression, cost, refusal in (
                    ("spec.rows", "self.all(a, self.exists_one(b, a.name == b.name))", 345882608640773327, too_dear),
                    ("spec.rows[0].name", "self.matches('^[a-z]+$')", 629147, too_dear),
                    ("spec.tags[0]", "self == oldSelf", 6,
                     'Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within '
                     "properties[spec].properties[tags]")):
                self.expect(1, f"type: bool\nstatic cost: {cost}\nrefused: {refusal}\n", "--crd", crd, "--at", at, expression)
            answer = self.cel("--crd", crd, "--at", "spec.tags", "--optional-old-self", "-o", "json", "self.size() > 1")
            self.assertEqual(answer.returncode, 1)
            self.assertEqual(json.loads(answer.stdout)["refused"], "Invalid value: true: may not be set if oldSelf is not used in rule")
            # A part of a rule, and a message, of which no more than one is made.
            self.expect(0, "type: list(string)\nstatic cost: 14680062\n", "--crd", crd, "--at", "spec.rows", "self.map(row, row.name)")
            self.expect(0, "type: string\nstatic cost: 314574\n", "--crd", crd, "--at", "spec.rows[0].name", "'no ' + self")

    def test_a_rule_that_costs_too_much_when_it_runs(self):
        answer = self.cel("-d", "-", "self.all(a, self.all(b, a != b + 'x'))", text=json.dumps([str(number) for number in range(1000)]))
        self.assertEqual(answer.returncode, 1)
        self.assertIn("error: operation cancelled: actual cost limit exceeded: call cost exceeds limit for rule, which is 1000000",
                      answer.stdout)

    def test_what_exceeds_our_own_limits_is_no_answer(self):
        """Where an API server has one, and nothing may take its place."""
        for expression in ("!isQuantity(self) || true", "sign(quantity(self)) == 1 || true",
                           "sign(quantity(self.substring(3)).add(quantity('1n'))) == 1 || true"):
            answer = self.cel("-d", "-", expression, text=json.dumps("9" * 40))
            self.assertEqual((answer.returncode, answer.stdout.splitlines()[0]), (1, "error: the quantity has more digits than can be held"))
        answer = self.cel("[lists.range(1000).map(x, 'aaaaaaaaaa').join()].map(x, x.replace('', x)).map(x, x.replace('a', x)) == []")
        self.assertEqual((answer.returncode, answer.stdout), (2, ""))
        self.assertIn("the expression needs more than 1024 MiB of memory", answer.stderr)

    def test_the_data_says_which_schema(self):
        of_version = json.dumps({"apiVersion": "x.example.com/v2", "kind": "Thing", "spec": {"more": 1}})
        with Crd() as crd:
            self.expect(0, "value: 1\ntype: int\nstatic cost: 3\nruntime cost: 3\n", "--crd", crd, "-d", "-", "self.spec.more", text=of_version)
            answer = self.cel("--crd", crd, "-d", SAMPLE, "self.spec")
            self.assertEqual(answer.returncode, 2)
            self.assertIn("there is no CRD of MyApp in apps.example.com; there is Thing\n", answer.stderr)
        # Among several CRDs.
        self.expect(0, "value: 2\ntype: int\nstatic cost: 3\nruntime cost: 3\n", "--crd", "schemas/crds", "-d", SAMPLE, "self.spec.replicas")

    def test_an_admission_schema(self):
        deployment = json.dumps({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"revisionHistoryLimit": 5}})
        place = ("--crd", "schemas/admission/deployments.yaml", "--at", "spec")
        self.expect(0, "value: true\ntype: bool\nstatic cost: 3\nruntime cost: 3\n", *place, "-d", "-", "self.revisionHistoryLimit > 3",
                    text=deployment)
        self.assertIn("undefined field 'kind'", self.cel("--crd", "schemas/admission/deployments.yaml", "self.kind == 'x'").stdout)

    def test_members_that_no_rule_sees_are_not_shown(self):
        answer = self.cel("--crd", CRD, "-d", "-", "self.metadata", text=json.dumps(
            {"apiVersion": "apps.example.com/v1", "kind": "MyApp", "metadata": {"name": "a", "namespace": "b"}}))
        self.assertIn('value: {"name": "a"}\n', answer.stdout)

    def test_standard_input_is_one_of_them(self):
        answer = self.cel("-d", "-", "--old", "-", "self", text="{}")
        self.assertEqual((answer.returncode, answer.stderr), (2, "pratique cel: standard input is either --data or --old, not both\n"))

    def test_misspelt_places(self):
        for at, hint in (("spec.row", 'has no ".row" in spec.row, did you mean "rows"?'), ("spec.rows[*]", "any index stands for all items")):
            with Crd() as crd:
                self.assertIn(hint, self.cel("--crd", crd, "--at", at, "true").stderr)

    def test_self_without_data_and_without_a_schema(self):
        for expression in ("self.replicas < 10", "oldSelf.replicas < 10"):
            answer = self.cel(expression)
            self.assertEqual(answer.returncode, 1)
            self.assertIn("\nnot evaluated: self is not known: give it with --data, or its type with --crd\n", answer.stdout)
        self.assertNotIn("not evaluated", self.cel("other < 10").stdout)

    def test_what_is_wrong_with_an_expression(self):
        self.expect(1, "error: ERROR: <input>:1:5: undefined field 'foo'\n | self.foo\n | ....^\n",
                    "--crd", CRD, "--at", "spec", "self.foo")
        answer = self.cel("-o", "json", "1 / 0 == 1")
        self.assertEqual(answer.returncode, 1)
        self.assertEqual(json.loads(answer.stdout), {"error": "division by zero", "type": "bool", "staticCost": 2,
                                                     "runtimeCost": 2})

    def test_what_cannot_be_used(self):
        for want, *arguments in (
                ('the schema has no ".nope" in spec.nope', "--crd", CRD, "--at", "spec.nope", "self"),
                ('the data has no "[7]" in spec.ports[7]', "-d", SAMPLE, "--at", "spec.ports[7]", "self"),
                ("--at is a place in --crd or --data", "--at", "spec", "self"),
                ("no CustomResourceDefinition with a schema for version v9", "--crd", CRD, "--version", "v9", "self"),
                ("a path is written as", "-d", SAMPLE, "--at", "spec..a", "self"),
                ("say one expression", "a", "b")):
            answer = self.cel(*arguments)
            self.assertEqual(answer.returncode, 2, answer)
            self.assertIn(want, answer.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
