"""`pratique cel` as a user meets it: test_cel.py PRATIQUE"""
import json
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
CRD = "schemas/crds/apps.example.com_myapps.yaml"
SAMPLE = "manifests/samples/myapp.yaml"
PATIENCE = 60


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
                ("the data has nothing at --at", "-d", "-", "self.replicas < 10"),
                ("oldSelf is not known: give it with --old", "-d", SAMPLE, "oldSelf.replicas < 10"),
                ("self is not known: give it with --data", "--old", SAMPLE, "self.replicas < 10"),
                ("the old data has nothing at --at", "-d", SAMPLE, "--old", "-", "oldSelf.replicas < 10")):
            self.expect(0, f"type: bool\nstatic cost: 3\nnot evaluated: {want}\n", "--crd", CRD, "--at", "spec", *arguments,
                        text='{"replicas": 2}')
        answer = self.cel("--crd", CRD, "--at", "spec", "-d", "-", "-o", "json", "self.replicas < 10", text="{}")
        self.assertEqual(json.loads(answer.stdout)["notEvaluated"], "the data has nothing at --at")

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
