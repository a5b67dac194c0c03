"""What `pratique explain` says beside what kubectl 1.36 says of the same server's kinds, recorded in
tests/data/explain: test_explain.py PRATIQUE"""
import pathlib
import re
import subprocess
import sys
import unittest

BINARY = sys.argv.pop(1)
DATA = pathlib.Path(__file__).parents[2] / "tests/data/explain"
# Types without fields, which the compact form of the OpenAPI document does not name.
NAMELESS = {"CustomResourceSubresourceStatus", "FieldsV1", "JSON", "JSONSchemaPropsOrArray",
            "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray"}


def sessions():
    for session in re.split(r"^\$ kubectl explain ", (DATA / "kubectl.txt").read_text(), flags=re.M)[1:]:
        command, output = session.split("\n", 1)
        yield command, [line for line in output.splitlines() if line.strip() not in
                        ("", "<no description>", "<empty>")]


def fields(lines):
    """(indented name, type, required) of each field in a list."""
    found = [re.fullmatch(r"( *\S+)\t<(.*)>( -required-)?", line) for line in lines]
    return [(match[1], re.sub(r"\w+", lambda word: "Object" if word[0] in NAMELESS else word[0], match[2]),
             match[3]) for match in found if match]


class Explain(unittest.TestCase):
    def test_says_what_kubectl_says(self):
        for command, theirs in sessions():
            with self.subTest(command):
                run = subprocess.run(
                    [BINARY, "explain", "--schemas", str(DATA / "thing.yaml"), *command.split()],
                    capture_output=True, text=True, timeout=20, check=True, env={"COLUMNS": "80"})
                ours = [line for line in run.stdout.splitlines() if line]
                self.assertEqual(fields(ours), fields(theirs))
                said = iter(ours)
                for line in theirs:
                    if "\t" not in line and line not in ("DESCRIPTION:",):
                        self.assertTrue(any(line in other for other in said), line)


if __name__ == "__main__":
    unittest.main()
