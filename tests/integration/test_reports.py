"""What `pratique check` prints for machines, read by parsers of theirs: test_reports.py PRATIQUE"""
import collections
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve())

CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties: {size: {type: integer, maximum: 5}, text: {type: string, maxLength: 3}}
"""
THING = "---\napiVersion: example.com/v1\nkind: Thing\nmetadata: {name: %s}\nspec: %s\n"
# What no format may pass on as it is: quotes, markup, line ends, a workflow command, a directive of
# TAP, an escape sequence, C1 controls, letters turned around.
HOSTILE = r'"x\"<&>]]>\n::error::y # SKIP z\r\t\e[2J\x9b\u202e%0A,:"'


class Reports(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("crd.yaml", CRD)
        self.write("good.yaml", THING % ("good", "{size: 1}"))
        self.write("bad, very: 100%.yaml", THING % ("one", "{size: 7}") + THING % ("two", "{}") +
                   THING % ("hostile", "{size: 1, text: %s}" % HOSTILE) +
                   THING % (HOSTILE, "{size: 1}"))

    def write(self, name, text):
        data = text if isinstance(text, bytes) else text.encode()
        (self.folder / name).write_bytes(data)

    def check(self, output, *arguments, code=1):
        run = subprocess.run([BINARY, "check", "-o", output, *(arguments or ["."])],
                             cwd=self.folder, capture_output=True, timeout=60)
        self.assertEqual(run.returncode, code, run.stderr)
        self.assertNotRegex(run.stdout.decode(), "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
        return run.stdout.decode()


class Json(Reports):
    DOCUMENT = {"file": str, "document": int, "item": (int, type(None)), "line": int,
                "column": int, "source": str, "apiVersion": str, "kind": str, "namespace": str,
                "name": str, "operation": str, "verdict": str, "note": str, "findings": list, "ignored": int,
                "status": (dict, type(None))}
    FINDING = {"severity": str, "path": str, "reason": str, "message": str, "schema": str, "line": int,
               "column": int}
    SUMMARY = {"documents": int, "verdicts": dict, "updates": int, "errors": int, "warnings": int, "ignored": int,
               "baseline": (dict, type(None)), "kinds": list}
    KIND = {"apiVersion": str, "kind": str, "checked": int, "invalid": int, "skipped": int,
            "unknown": int}

    def assert_shape(self, value, shape):
        self.assertEqual(list(value), list(shape))
        for key, kind in shape.items():
            self.assertIsInstance(value[key], kind, key)

    def test_shape(self):
        report = json.loads(self.check("json"))
        self.assertEqual(list(report), ["documents", "summary"])
        self.assert_shape(report["summary"], self.SUMMARY)
        for document in report["documents"]:
            self.assert_shape(document, self.DOCUMENT)
            for finding in document["findings"]:
                self.assert_shape(finding, self.FINDING)
        for kind in report["summary"]["kinds"]:
            self.assert_shape(kind, self.KIND)

    def test_contents(self):
        report = json.loads(self.check("json"))
        one = next(document for document in report["documents"] if document["name"] == "one")
        self.assertEqual((one["file"], one["line"], one["verdict"]),
                         ("./bad, very: 100%.yaml", 2, "invalid"))
        self.assertEqual(one["findings"][0]["path"], "spec.size")
        self.assertEqual((one["findings"][0]["line"], one["findings"][0]["column"]), (5, 14))
        self.assertEqual(one["status"]["code"], 422)
        verdicts = collections.Counter(document["verdict"] for document in report["documents"])
        self.assertEqual(verdicts["invalid"], report["summary"]["verdicts"]["invalid"])
        self.assertEqual(report["summary"]["documents"], len(report["documents"]))
        kinds = {kind["kind"]: kind for kind in report["summary"]["kinds"]}
        self.assertEqual((kinds["Thing"]["checked"], kinds["Thing"]["invalid"]), (5, 4))

    def test_a_status_is_the_one_of_dry_run(self):
        report = json.loads(self.check("json"))
        one = next(document for document in report["documents"] if document["name"] == "one")
        self.write("one.yaml", THING % ("one", "{size: 7}"))
        answer = subprocess.run([BINARY, "dry-run", "-s", "crd.yaml", "one.yaml"],
                                cwd=self.folder, capture_output=True, check=False, timeout=60)
        self.assertEqual(json.loads(answer.stdout), one["status"])

    def test_names_come_back(self):
        report = json.loads(self.check("json"))
        name = next(document["name"] for document in report["documents"]
                    if document["name"].startswith("x"))
        self.assertEqual(
            name, 'x"<&>]]>\n::error::y # SKIP z\r\t\x1b[2J\x9b\u202e%0A,:')

    def test_many_documents(self):
        self.write("many.yaml", "".join(THING % (f"t{i}", "{size: 9}") for i in range(3000)))
        report = json.loads(self.check("json", "crd.yaml", "many.yaml"))
        self.assertEqual(report["summary"]["verdicts"]["invalid"], 3000)
        self.assertEqual(len(report["documents"]), 3001)


class Junit(Reports):
    def test_is_read(self):
        root = xml.etree.ElementTree.fromstring(self.check("junit"))
        self.assertEqual(root.tag, "testsuites")
        suites = {suite.get("name"): suite for suite in root}
        self.assertEqual(len(suites), 3)
        bad = suites["./bad, very: 100%.yaml"]
        self.assertEqual((bad.get("tests"), bad.get("failures"), bad.get("errors")),
                         ("4", "4", "0"))
        self.assertEqual([case.get("name") for case in bad][:2], ["Thing one", "Thing two"])
        failure = bad[0].find("failure")
        self.assertEqual(failure.get("type"), "FieldValueInvalid")
        self.assertIn(":5:14: spec.size: Invalid value: 7", failure.text)
        for suite in root:
            self.assertEqual(len(suite.findall("testcase")), int(suite.get("tests")))
            self.assertEqual(len(suite.findall("testcase/failure")), int(suite.get("failures")))
            self.assertEqual(len(suite.findall("testcase/skipped")), int(suite.get("skipped")))


class Sarif(Reports):
    """What the schema of SARIF 2.1.0 requires of the objects that are used."""

    def test_has_what_is_required(self):
        log = json.loads(self.check("sarif"))
        self.assertEqual(log["version"], "2.1.0")
        run, = log["runs"]
        driver = run["tool"]["driver"]
        self.assertEqual(driver["name"], "pratique")
        self.assertIs(run["invocations"][0]["executionSuccessful"], True)
        rules = [rule["id"] for rule in driver["rules"]]
        self.assertEqual(len(rules), len(set(rules)))
        self.assertEqual(len(run["results"]), 4 + len(
            [result for result in run["results"] if result["ruleId"] == "Document"]))
        for result in run["results"]:
            self.assertTrue(result["message"]["text"])
            self.assertIn(result["level"], ("none", "note", "warning", "error"))
            self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
            place = result["locations"][0]["physicalLocation"]
            self.assertRegex(place["artifactLocation"]["uri"], r"\A[A-Za-z0-9._~/%-]+\Z")
            self.assertGreaterEqual(place["region"]["startLine"], 1)
            self.assertGreaterEqual(place["region"]["startColumn"], 1)
        self.assertEqual(
            run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "bad%2C%20very%3A%20100%25.yaml")

    def test_has_a_rule_for_every_reason(self):
        header = (pathlib.Path(__file__).parents[2] / "src/base/findings.c").read_text()
        reasons = re.findall(r'\{ "(\w+)", "[^"]*" \},', header)
        log = json.loads(self.check("sarif"))
        rules = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
        self.assertGreater(len(reasons), 10)
        self.assertEqual(set(reasons) - rules, set())


class Github(Reports):
    COMMAND = re.compile(r"::(error|warning) file=([^,:]+),line=(\d+),col=(\d+),title=([^,:]+)::(.*)")

    @staticmethod
    def unescape(text):
        for code, byte in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
            text = text.replace(code, byte)
        return text

    def test_is_read(self):
        lines = self.check("github").splitlines()
        commands = [self.COMMAND.fullmatch(line) for line in lines]
        self.assertTrue(all(commands), lines)
        first = commands[0]
        self.assertEqual((first[1], self.unescape(first[2]), first[3], first[4], first[5]),
                         ("error", "./bad, very: 100%.yaml", "5", "14", "Thing one"))
        self.assertTrue(first[6].startswith("spec.size: Invalid value: 7"))
        hostile = next(self.unescape(found[6]) for found in commands if "hostile" in found[5])
        self.assertIn("spec.text: Too long", hostile)


def read_tap(text):
    """(is ok, description, directive, lines of YAML) of each test point; checks number and plan."""
    lines = text.splitlines()
    assert lines[0] == "TAP version 13", lines[0]
    points, at = [], 1
    while at < len(lines) and not lines[at].startswith("1.."):
        found = re.fullmatch(r"(not )?ok (\d+) - ((?:[^\\#]|\\.)*?)(?: # (SKIP) (.*))?", lines[at])
        assert found and int(found[2]) == len(points) + 1, lines[at]
        at += 1
        diagnostics = []
        if at < len(lines) and lines[at] == "  ---":
            end = lines.index("  ...", at)
            diagnostics = lines[at + 1:end]
            at = end + 1
        points.append((found[1] is None, re.sub(r"\\(.)", r"\1", found[3]), found[4], diagnostics))
    assert lines[at:] == [f"1..{len(points)}"], lines[at:]
    return points


class Tap(Reports):
    def test_is_read(self):
        points = read_tap(self.check("tap"))
        self.assertEqual([point[0] for point in points], [False] * 4 + [True] * 2)
        self.assertEqual(points[0][1], "./bad, very: 100%.yaml:2: Thing one")
        self.assertIn('      path: "spec.size"', points[0][3])
        values = [line.split(": ", 1)[1] for line in points[2][3] if '"' in line]
        self.assertTrue(all(isinstance(json.loads(value), str) for value in values))

    def test_what_is_skipped_says_why(self):
        self.write("other.yaml", "apiVersion: example.com/v2\nkind: Other\n")
        run = subprocess.run([BINARY, "check", "-o", "tap", "other.yaml"], cwd=self.folder,
                             capture_output=True, text=True, timeout=60, check=False)
        point, = read_tap(run.stdout)
        self.assertTrue(point[2] == "SKIP" or not point[0])

    @unittest.skipUnless(shutil.which("prove"), "Perl's prove, of Debian's package perl, is not installed")
    def test_prove_reads_it(self):
        self.write("values.yaml", "a: 1\n")
        self.write("report.tap", self.check("tap", "bad, very: 100%.yaml", "good.yaml", "crd.yaml", "values.yaml"))
        run = subprocess.run(["prove", "report.tap"], cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((run.returncode, run.stderr), (1, ""), run.stdout)
        self.assertIn("Failed tests:  1-4\n", run.stdout)
        self.assertIn("(less 1 skipped subtest: 2 okay)", run.stdout)
        self.assertNotIn("Parse errors", run.stdout)


class Text(Reports):
    def on_a_terminal(self, **environment):
        """Output, written to a terminal of 60 columns."""
        main, other = pty.openpty()
        environment = {"PATH": os.environ["PATH"], "COLUMNS": "60", **environment}
        with subprocess.Popen([BINARY, "check", "."], cwd=self.folder, stdout=other,
                              stderr=subprocess.DEVNULL, env=environment):
            os.close(other)
            data = b""
            try:
                while chunk := os.read(main, 65536):
                    data += chunk
            except OSError:  # the end of a terminal whose other side is closed
                pass
        os.close(main)
        return data.decode().replace("\r\n", "\n")

    def test_the_line_is_shown(self):
        output = self.check("text")
        self.assertIn("./bad, very: 100%.yaml:5:14: Thing one: spec.size: Invalid value: 7: ", output)
        self.assertIn("\n    5 | spec: {size: 7}\n      |              ^\n", output)

    def test_colours_only_where_they_are_wanted(self):
        self.assertNotIn("\x1b", self.check("text"))
        self.assertIn("\x1b[31mspec.size:\x1b[0m", self.on_a_terminal())
        self.assertNotIn("\x1b", self.on_a_terminal(NO_COLOR="1"))
        self.assertNotIn("\x1b", self.on_a_terminal(TERM="dumb"))

    def test_lines_fit_the_terminal(self):
        self.write("long.yaml", THING % ("long", '{text: "%s", size: 7}' % ("é" * 500)))
        lines = [line for line in self.on_a_terminal(NO_COLOR="1").splitlines()
                 if re.match(r" *\d* \| ", line)]
        self.assertTrue(any("…" in line for line in lines))
        self.assertLessEqual(max(map(len, lines)), 60)


class PreCommit(Reports):
    def test_the_hook_names_a_command_that_takes_files(self):
        hook = (pathlib.Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text()
        name, *arguments = re.search(r"^  entry: (.*)$", hook, re.M)[1].split()
        self.assertEqual(name, "pratique")
        run = subprocess.run([BINARY, *arguments, "--schemas", "crd.yaml", "good.yaml"],
                             cwd=self.folder, capture_output=True, timeout=60, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)


class Baseline(Reports):
    def test_only_what_is_new_is_reported(self):
        self.write("known.json", self.check("json"))
        (self.folder / "bad, very: 100%.yaml").rename(self.folder / "moved.yaml")
        known = ["--baseline", "known.json", "crd.yaml", "good.yaml", "moved.yaml"]
        self.assertEqual(self.check("text", *known, code=0), "")
        self.write("new.yaml", THING % ("three", "{size: 7}"))
        output = self.check("text", *known, "new.yaml")
        self.assertEqual(len([line for line in output.splitlines() if line[0] != " "]), 1)
        self.assertIn("new.yaml:5:14: Thing three: spec.size: ", output)
        report = json.loads(self.check("json", *known, "new.yaml"))
        self.assertGreaterEqual(report["summary"]["baseline"]["known"], 4)
        self.assertEqual(report["summary"]["baseline"]["gone"], 0)
        self.assertEqual(report["summary"]["errors"], 1)

    def test_what_could_not_be_read_is_told_again(self):
        self.write("good.yaml", "a: >\n" + " x\n" * (23 << 20))
        self.write("known.json", self.check("json", ".", "gone.yaml", code=2))
        known = ["--baseline", "known.json", ".", "gone.yaml"]
        self.assertEqual(self.check("text", *known, code=2), "./good.yaml: a document is larger than 64 MiB\n"
                         "gone.yaml: No such file or directory\n")
        summary = json.loads(self.check("json", *known, code=2))["summary"]
        self.assertEqual((summary["errors"], summary["verdicts"]["unreadable"], summary["baseline"]["gone"]), (2, 2, 0))

    def test_what_is_gone_is_counted(self):
        self.write("known.json", self.check("json"))
        self.write("bad, very: 100%.yaml", THING % ("one", "{size: 7}"))
        report = json.loads(self.check("json", "--baseline", "known.json", "crd.yaml",
                                       "bad, very: 100%.yaml", code=0))
        self.assertEqual(report["summary"]["baseline"]["known"], 1)
        self.assertGreaterEqual(report["summary"]["baseline"]["gone"], 3)

    def test_what_is_no_baseline(self):
        self.write("known.json", "{}")
        self.write("text.json", "size: 7")
        for name, text in (("known.json", "not a baseline"), ("none.json", "No such file"),
                           ("text.json", "; `pratique check -o json` writes a baseline")):
            run = subprocess.run([BINARY, "check", "--baseline", name, "good.yaml"],
                                 cwd=self.folder, capture_output=True, text=True, timeout=60,
                                 check=False)
            self.assertEqual(run.returncode, 2)
            self.assertIn(f"{name}:", run.stderr)
            self.assertIn(text, run.stderr)


if __name__ == "__main__":
    unittest.main()
