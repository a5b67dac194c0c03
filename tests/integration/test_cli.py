"""The command line as a person meets it: help, completion, man page, mistakes."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from serving import GADGET_CRD

BINARY = sys.argv.pop(1)
ROOT = pathlib.Path(__file__).parents[2]
SCHEMAS = str(ROOT / "schemas")


def run(*arguments, stdin=None):
    return subprocess.run([BINARY, *arguments], input=stdin, capture_output=True, text=True,
                          timeout=20)


def commands():
    lines = run("help").stdout.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    return [line.split()[0] for line in lines]


class Help(unittest.TestCase):
    def test_no_argument_shows_the_commands(self):
        self.assertEqual(run().stdout, run("--help").stdout)
        self.assertIn("serve", commands())

    def test_every_command_explains_itself(self):
        for command in commands():
            for arguments in ((command, "--help"), (command, "-h"), ("help", command)):
                answer = run(*arguments)
                self.assertEqual(answer.returncode, 0, arguments)
                self.assertIn(f"\n  pratique {command}", answer.stdout)
                self.assertIn("\nExamples:\n", answer.stdout)
            explanation = answer.stdout.split("\nExamples:\n")[0].split("\nUsage:\n")[1].split("\n\n", 1)[-1]
            self.assertEqual([line for line in explanation.splitlines() if len(line) > 80], [])

    def test_a_help_flag_after_two_dashes_is_an_operand(self):
        self.assertEqual(run("check", "--", "--help").returncode, 2)

    def test_the_man_page_has_every_command_and_flag(self):
        page = run("help", "man").stdout
        version = run("version").stdout.split()[1]
        self.assertRegex(page, rf'\A\.TH PRATIQUE 1 \d{{4}}-\d\d-\d\d "pratique {re.escape(version)}"\n')
        for command in commands():
            self.assertIn(f".SH PRATIQUE {command.upper()}\n", page)
        self.assertIn(".B \\-\\-health\\-listen\\fR ADDR:PORT\n", page)
        self.assertIn(".B \\-s, \\-\\-schemas\\fR DIR_OR_FILE\n", page)


    def test_the_man_page_has_no_mistake_of_form(self):
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=run("help", "man").stdout, text=True,
                              capture_output=True, timeout=60, check=False)
        self.assertEqual((lint.returncode, lint.stdout + lint.stderr), (0, ""))


class Mistakes(unittest.TestCase):
    def test_each_names_the_way_out(self):
        cases = (
            (("chek",), 'there is no command "chek", did you mean "check"?'),
            (("frobnicate",), 'there is no command "frobnicate"; see `pratique help`'),
            (("-v",), 'say a command before "-v"; see `pratique help`, or `pratique version` for the version'),
            (("--versoin",), 'there is no command "--versoin", did you mean "--version"?'),
            (("check", "-v", "a.yaml"), "unknown flag -v; see --help"),
            (("check", "-S", "schemas", "a.yaml"), "unknown flag -S, did you mean -s?"),
            (("check", "-u", "warn", "a.yaml"), "unknown flag -u, did you mean --unknown?"),
            (("dry-run", "a.yaml", "-f", "b.yaml"), "say which file to judge, one"),
            (("review",), "name the schemas to judge by with --schemas"),
            (("review", "-s", SCHEMAS, "a.json", "b.json"), 'one review is answered, and "b.json" is a second'),
            (("cel", "--crd", SCHEMAS, "self"), "schemas: there is more than one CRD: choose by --kind among "
             "AdmissionExemption, AdmissionSchema, MyApp"),
            (("cel", "--crd", SCHEMAS, "--kind", "Other", "self"), "there is no CRD of Other; there is AdmissionExemption"),
            (("cel", "--kind", "MyApp", "self"), "--kind and --version choose among the CRDs of --crd: give it"),
            (("help", "nothing"), 'there is no command "nothing"'),
            (("help", "serv"), 'did you mean "serve"?'),
            (("serve", "--lissten", ":1"), "unknown flag --lissten, did you mean --listen?"),
            (("serve", "--threads", "many"), '--threads: "many" is not a whole number'),
            (("serve", "extra"), 'unexpected argument "extra"'),
            (("check",), "say which files to check, - for standard input"),
            (("check", "--only", "web", "a.yaml"), '"web" is neither Kind nor group/version/Kind nor namespace/name'),
            (("certs",), "say init, renew, show, bundle, serve-check or apply"),
            (("certs", "bundle", "--certs", "nowhere"),
             "nowhere/ca.crt: No such file or directory; `pratique certs init` makes it"),
            (("serve", "--certs", "nowhere"),
             "nowhere/tls.crt: No such file or directory; `pratique certs init` makes it"),
            (("explain",), "say what to explain, one kind or field"),
            (("explain", "deployment.spec.replica"),
             'Deployment has no field "spec.replica", did you mean "replicas"?'),
            (("explain", "deploymnet"), 'no kind "deploymnet", did you mean "deployment"?'),
            (("explain", "--schemas", "nowhere", "pod"),
             "nowhere: No such file or directory; name files and folders that are there with --schemas"),
            (("check", "-sk", "a.yaml"), "k: No such file or directory; name files and folders that are there"),
            (("check", "-strict", "a.yaml"), "-strict is a flag of kubeconform: check is always strict; leave it out"),
            (("check", "--summary", "a.yaml"), "--summary is a flag of kubeconform: the sum of all is always told"),
            (("check", "-ignore-missing-schemas=true", "a.yaml"), "-ignore-missing-schemas=true is a flag of kubeconform: did you mean --unknown ignore?"),
            (("check", "-kubernetes-version", "1.30.0", "a.yaml"), "-kubernetes-version is a flag of kubeconform: name that server's OpenAPI"),
            (("check", "-schema-location", "default", "a.yaml"), "name the CRDs with --schemas; built-in kinds are known"),
            (("check", "-n", "4", "a.yaml"), "-n is a flag of kubeconform: did you mean --workers?"),
            (("check", "-skip", "Secret", "a.yaml"), "unknown flag -skip, did you mean --skip?"),
            (("check", "a.yaml", "-verbose"), "-verbose is a flag of kubeconform: -o json and -o tap name every document"),
            (("check", "-output", "json", "a.yaml"), "unknown flag -output, did you mean --output?"),
            (("review", "-s", "nowhere", SCHEMAS + "/admission/deployments.yaml"), "are there with --schemas"),
            (("explain", "--openapi", "nowhere", "pod"), "nowhere: No such file or directory"),
            (("version", "short"), 'unexpected argument "short"'),
            (("completion", "tcsh"), "say for which shell: bash, zsh or fish"),
        )
        for arguments, text in cases:
            answer = run(*arguments)
            self.assertEqual(answer.returncode, 2, arguments)
            self.assertIn(text, answer.stderr)
            self.assertEqual(answer.stdout, "")

    def test_kinds_of_many_groups(self):
        """They are chosen by the names of their CRDs, which are shown as far as there is room."""
        with tempfile.TemporaryDirectory() as folder:
            for number in range(20):
                crd = GADGET_CRD.replace("example.com", f"group-{number}.example.com")
                pathlib.Path(folder, f"{number:02}.yaml").write_text(crd.replace("kind: Gadget", "kind: " + "Gadget" * 5))
            answer = run("cel", "--crd", folder, "--kind", "Gadget" * 5, "self")
            self.assertEqual(answer.returncode, 2)
            self.assertRegex(answer.stderr, "there is more than one CRD of (Gadget){5}: choose by --kind among "
                             r"(gadgets\.group-\d+\.example\.com(, )?)+(?<!, ) and more\n")
            self.assertRegex(run("cel", "--crd", folder, "--kind", "Other", "self").stderr,
                             "there is no CRD of Other; there is ((Gadget){5}(, )?)+(?<!, ) and more\n")
            answer = run("cel", "--crd", folder, "--kind", "gadgets.group-7.example.com", "1 + 1")
            self.assertEqual((answer.returncode, answer.stderr), (0, ""))


class AsWithKubectl(unittest.TestCase):
    """-f FILE, -o json and -o yaml."""

    def test_files_named_by_a_flag(self):
        sample, review = ROOT / "manifests/samples/deployment.yaml", ROOT / "tests/data/reviews/myapp-valid.json"
        for arguments in (("check", "-f", sample), ("check", "--filename", sample, sample),
                          ("dry-run", "-f", sample), ("review", "-s", SCHEMAS, "-f", review)):
            with self.subTest(arguments):
                self.assertEqual(run(*map(str, arguments)).returncode, 0)
        self.assertEqual(run("review", "-s", SCHEMAS, str(review)).stdout,
                         run("review", "-s", SCHEMAS, "-", stdin=review.read_text("utf-8")).stdout)

    def test_files_with_a_byte_order_mark(self):
        """As editors on Windows write them, JSON too."""
        texts = {"crd.json": run("dry-run", "-", stdin=GADGET_CRD).stdout,
                 "known.json": '{"documents": []}',
                 "gadget.json": '{"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": {"name": "a"}}'}
        with tempfile.TemporaryDirectory() as folder:
            for name, text in texts.items():
                pathlib.Path(folder, name).write_text(text, "utf-8-sig")
            crd, known, gadget = (f"{folder}/{name}" for name in texts)
            for arguments in (("check", "-s", crd, "--baseline", known, gadget), ("check", crd, gadget),
                              ("dry-run", "-s", crd, gadget)):
                answer = run(*arguments)
                self.assertEqual(answer.returncode, 0, answer.stderr)

    def test_yaml_in_flow_style(self):
        """It begins as JSON does, and its file may be called so."""
        gadget = "{apiVersion: example.com/v1, kind: Gadget, metadata: {name: a}}\n"
        crd = json.dumps(json.loads(run("dry-run", "-", stdin=GADGET_CRD).stdout)).replace('"kind":', "kind:", 1)
        self.assertRaises(ValueError, json.loads, crd)
        with tempfile.TemporaryDirectory() as folder:
            for name in ("yaml", "json"):
                path = pathlib.Path(folder, "gadget." + name)
                schema = pathlib.Path(folder, "crd." + name)
                path.write_text(gadget, "utf-8-sig")
                schema.write_text(crd, "utf-8")
                for arguments in (("check", schema, path), ("check", "-s", schema, path), ("dry-run", "-s", schema, path),
                                  ("dry-run", "-s", schema, "--old", path, path),
                                  ("cel", "--data", path, "self.kind == 'Gadget'"), ("explain", "-s", schema, "gadget")):
                    with self.subTest(arguments):
                        answer = run(*map(str, arguments))
                        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)

    def test_what_is_neither_json_nor_yaml(self):
        """It is told of as what it was meant to be."""
        for name, text, told in (("a.json", "{a: [}", "1:2: invalid character 'a' looking for beginning of object key string"),
                                 ("a.yaml", "{a: [}", "1:6: did not find expected node content"),
                                 ("a.yaml", '{"a": [}', "1:8: invalid character '}' looking for beginning of value")):
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder, name)
                path.write_text(text, "utf-8")
                for arguments in (("check", path), ("check", "-s", path, "-"), ("dry-run", path), ("cel", "--data", path, "1")):
                    with self.subTest((name, text, arguments)):
                        answer = run(*map(str, arguments), stdin="")
                        self.assertIn(f"{path}:{told}", answer.stdout + answer.stderr)

    def test_an_update_without_its_version(self):
        """As somebody wrote it by hand: the API server refuses it, and says nothing of why that is."""
        sample = str(ROOT / "manifests/samples/myapp.yaml")
        stored = json.loads(run("dry-run", "-s", SCHEMAS, sample).stdout)
        stored["metadata"].update(uid="1", resourceVersion="5", creationTimestamp="2026-01-01T00:00:00Z")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "stored.json"
            path.write_text(json.dumps(stored))
            answer = run("dry-run", "-s", SCHEMAS, "--old", str(path), sample)
            self.assertEqual(answer.returncode, 1)
            self.assertIn("put it in, or use `pratique check --old`", answer.stderr)
            stored["metadata"]["labels"] = {"a": "b"}
            changed = pathlib.Path(folder) / "changed.json"
            changed.write_text(json.dumps(stored))
            answer = run("dry-run", "-s", SCHEMAS, "--old", str(path), str(changed))
            self.assertEqual((answer.returncode, answer.stderr), (0, ""))

    def test_an_answer_as_yaml_is_the_one_as_json(self):
        for name in ("myapp.yaml", "myapp-invalid.yaml"):
            answers = [run("dry-run", "-s", SCHEMAS, "-o", form, str(ROOT / "manifests/samples" / name))
                       for form in ("json", "yaml")]
            self.assertEqual(answers[0].stdout, run("dry-run", "-s", SCHEMAS, str(ROOT / "manifests/samples" / name)).stdout)
            self.assertNotEqual(answers[1].stdout[:1], "{")
            self.assertEqual(answers[0].returncode, answers[1].returncode)
            # An object that has gone through both is what it was.
            if answers[1].returncode == 0:
                again = run("dry-run", "-s", SCHEMAS, "-", stdin=answers[1].stdout)
                self.assertEqual(again.stdout, answers[0].stdout)
            else:
                self.assertIn("\nreason: Invalid\n", answers[1].stdout)


class DryRun(unittest.TestCase):
    def test_a_kind_that_is_not_known(self):
        for text, told in (("apiVersion: apps/v1beta1\nkind: Deployment\n", 'no matches for kind "Deployment" in version "apps/v1beta1": it is served as "apps/v1"'),
                           ("apiVersion: apps/v1\nkind: deployment\n", 'no matches for kind "deployment" in version "apps/v1", did you mean "Deployment"?'),
                           ("apiVersion: example.com/v1\nkind: Thing\n", ": its CRD is not among the schemas; name it with --schemas")):
            answer = run("dry-run", "-", stdin=text)
            self.assertEqual(answer.returncode, 2)
            self.assertIn(told + "\n", answer.stderr)
            self.assertIn(told + "\n", run("check", "-", stdin=text).stdout)
        for text in ("a: 1\n", "kind: Deployment\n", "apiVersion: apps/v1\n", "[1]"):
            self.assertEqual(run("dry-run", "-", stdin=text).stderr,
                             "pratique dry-run: -: not a Kubernetes object: apiVersion and kind must be set\n")
        listed = run("dry-run", "-", stdin="apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Namespace, metadata: {name: a}}]\n")
        self.assertEqual((listed.returncode, listed.stderr),
                         (2, 'pratique dry-run: -: no matches for kind "List" in version "v1": a list is not one object; '
                             "`pratique check` takes it apart, or name one of its items\n"))
        self.assertEqual(run("dry-run", "-", stdin='{"a":').stderr, "pratique dry-run: -:1:6: unexpected end of JSON input\n")

    def test_a_number_that_no_double_holds(self):
        crd = json.loads(run("dry-run", "-", stdin=GADGET_CRD).stdout)
        name = crd["spec"]["names"]["kind"]
        crd = json.dumps(crd).replace('"openAPIV3Schema": {', '"openAPIV3Schema": {"maximum": 1e400, ', 1)
        config_map = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": 1e400}}'
        gadget = f'{{"apiVersion": "example.com/v1", "kind": "{name}", "metadata": {{"name": "a"}}, "a": 1e400}}'
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as schema:
            schema.write(GADGET_CRD)
            schema.flush()
            for text in (crd, config_map, gadget):
                answer = run("dry-run", "-s", schema.name, "-", stdin=text)
                self.assertEqual((answer.returncode, answer.stderr), (1, ""))
                status = json.loads(answer.stdout)
                self.assertEqual((status["code"], status["reason"]), (400, "BadRequest"))
                self.assertIn(": json: cannot unmarshal number 1e400 into Go ", status["message"])
        # It would be a text in YAML, which this is none of.
        said = "json: cannot unmarshal number 1e400 into Go value of type float64"
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as schema:
            schema.write(crd.replace('"maximum": 1e400', '"default": {"a": 1e400}'))
            schema.flush()
            self.assertIn(said, run("dry-run", "-s", schema.name, "-", stdin=gadget).stderr)
        for data in ('{"a": 1e400}', "[1e400]"):
            self.assertIn(said, run("cel", "self", "--data", "-", stdin=data).stderr)

    def test_a_built_in_kind_beside_one_crd(self):
        crd = str(ROOT / "schemas/crds/apps.example.com_myapps.yaml")
        answer = run("dry-run", "-s", crd, str(ROOT / "manifests/samples/deployment.yaml"))
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        unknown = run("dry-run", "-s", crd, "-", stdin="apiVersion: apps/v1\nkind: Depolyment\n")
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("does not match the expected API version", unknown.stdout)

    def test_says_that_admission_schemas_are_not_applied(self):
        note = "AdmissionSchemas for this kind are not applied"
        deployment = run("dry-run", "-s", SCHEMAS, str(ROOT / "manifests/samples/deployment.yaml"))
        self.assertEqual(deployment.returncode, 0)
        self.assertIn(note, deployment.stderr)
        self.assertNotIn(note, run("dry-run", "-s", SCHEMAS, str(ROOT / "manifests/samples/myapp.yaml")).stderr)


class Cel(unittest.TestCase):
    def test_one_crd_of_a_folder(self):
        for kind in ("MyApp", "myapps.apps.example.com"):
            answer = run("cel", "--crd", SCHEMAS, "--kind", kind, "self.spec.replicas < 10")
            self.assertEqual((answer.returncode, answer.stdout), (0, "type: bool\nstatic cost: 4\n"), answer.stderr)


class Explain(unittest.TestCase):
    def test_a_path_as_check_prints_it(self):
        for object_, field in (
                ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {app.conf: b, app.conf: c}\n", "data <map[string]string>"),
                ("apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: a}\n"
                 "spec: {extra: {a.example.com/b: [c], a.example.com/b: [d]}}\n", "extra <map[string][]string>"),
                ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 1, name: A}]}\n", "name <string>"),
                (GADGET_CRD.replace("{type: integer,", "{type: integer, type: string,"), "type <string>")):
            report = json.loads(run("check", "-o", "json", "-", stdin=object_).stdout)
            document = report["documents"][0]
            path = document["findings"][0]["path"]
            answer = run("explain", f"{document['kind']}.{path}")
            self.assertIn(f"FIELD: {field}", answer.stdout, path + answer.stderr)

    def test_keys_that_are_called_as_fields(self):
        schema = "crd.spec.versions[0].schema.openAPIV3Schema"
        for path, field in (("properties.spec.properties.size.type", "type <string>"), ("properties.type.description", "description <string>"),
                            ("properties.type", "type <string>"), ("properties", "properties <map[string]JSONSchemaProps>")):
            self.assertIn(f"FIELD: {field}\n", run("explain", f"{schema}.{path}").stdout, path)
        self.assertIn('has no field "spec.selector.matchLabels[a].b"', run("explain", "deploy.spec.selector.matchLabels[a].b").stderr)

    def test_a_broken_crd_is_refused(self):
        crd = (ROOT / "schemas/crds/apps.example.com_myapps.yaml").read_text("utf-8")
        with tempfile.TemporaryDirectory() as folder:
            broken = pathlib.Path(folder) / "crd.yaml"
            broken.write_text(crd.replace("type: integer", "type: intger", 1), "utf-8")
            answer = run("explain", "-s", str(broken), "myapp.spec")
        self.assertEqual((answer.returncode, answer.stdout), (2, ""))
        self.assertIn('Invalid value: "intger"', answer.stderr)

    def test_lines_fit_the_terminal(self):
        for columns in (60, 100):
            answer = subprocess.run(
                [BINARY, "explain", "--schemas", SCHEMAS, "myapp.spec"], capture_output=True,
                text=True, timeout=20, check=True, env={"COLUMNS": str(columns)})
            longest = max(len(line) for line in answer.stdout.splitlines()
                          if " " in line.strip())
            self.assertLessEqual(longest, columns)
            self.assertGreater(longest, columns - 20)

    def test_json_has_what_the_schema_demands(self):
        answer = json.loads(run("explain", "-s", SCHEMAS, "-o", "json", "myapp.spec",
                                "--recursive").stdout)
        self.assertEqual((answer["group"], answer["kind"], answer["field"]),
                         ("apps.example.com", "MyApp", "spec"))
        fields = {field["name"]: field for field in answer["fields"]}
        self.assertEqual((fields["replicas"]["default"], fields["replicas"]["maximum"]), (1, 100))
        ports = {field["name"]: field for field in fields["ports"]["fields"]}
        self.assertEqual(ports["protocol"]["enum"], ["TCP", "UDP", "SCTP"])
        self.assertTrue(fields["image"]["required"])

    def test_every_built_in_kind_can_be_explained(self):
        kinds = json.loads((ROOT / "openapi/kubernetes-1.36.json").read_text("utf-8"))["kinds"]
        for key in kinds:
            group, version, kind = key.rsplit("/", 2)
            answer = run("explain", kind, "--api-version", f"{group}/{version}".strip("/"),
                         "--recursive")
            self.assertEqual(answer.returncode, 0, answer.stderr)
            self.assertIn(f"KIND:       {kind}\nVERSION:    {version}\n", answer.stdout)


class Output(unittest.TestCase):
    def test_what_cannot_be_written_is_no_success(self):
        review = ('{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":'
                  '{"uid":"u","operation":"CREATE","kind":{"group":"","version":"v1","kind":"A"},'
                  '"object":{"apiVersion":"v1","kind":"A"}}}')
        for arguments in (("help",), ("review", "--schemas", "/dev/null"),
                          ("review", "--schemas", "/dev/null", "--door", "mutate")):
            with open("/dev/full", "w", encoding="ascii") as full:
                answer = subprocess.run([BINARY, *arguments], input=review, stdout=full,
                                        stderr=subprocess.PIPE, text=True, timeout=20,
                                        check=False)
            self.assertEqual(answer.returncode, 2, arguments)
            self.assertIn("cannot write to standard output: No space left", answer.stderr)


class Idle(unittest.TestCase):
    """What checks nothing passes, but says so."""

    def test_a_folder_without_manifests(self):
        with tempfile.TemporaryDirectory() as folder:
            answer = run("check", folder)
        self.assertEqual(answer.returncode, 0)
        self.assertIn("nothing was checked: there is no document", answer.stderr)

    def test_files_of_other_tools_only(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "Chart.yaml").write_text("name: x\n", "utf-8")
            pathlib.Path(folder, "values.yaml").write_text("a: 1\n", "utf-8")
            answer = run("check", folder)
        self.assertEqual(answer.returncode, 0)
        self.assertIn("nothing was checked: there is no manifest", answer.stderr)

    def test_an_empty_standard_input(self):
        for text in ("", "---\n# a comment\n"):
            answer = run("check", "-", stdin=text)
            self.assertEqual(answer.returncode, 0)
            self.assertIn("nothing was checked: there is no document", answer.stderr)
        answer = run("check", "-", stdin="just text\n")
        self.assertEqual((answer.returncode, answer.stdout), (1, "-:1:1: not a Kubernetes object: apiVersion and kind must be set\n"))

    def test_kinds_without_a_schema(self):
        answer = run("check", "--unknown", "ignore", "-", stdin="apiVersion: example.com/v1\nkind: Other\n")
        self.assertEqual(answer.returncode, 0)
        self.assertIn("nothing was checked: name the CRDs", answer.stderr)

    def test_kinds_that_no_crd_makes_known(self):
        for api_version, kind in (("v1", "Configmap"), ("apps/v1beta1", "Deployment"), ("policy/v1beta1", "PodSecurityPolicy")):
            answer = run("check", "-", stdin=f"apiVersion: {api_version}\nkind: {kind}\n")
            self.assertEqual(answer.returncode, 1)
            self.assertIn("nothing was checked: there is no usable schema for any of the kinds\n", answer.stderr)
        answer = run("check", "-", stdin="apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: List, items: []}]\n")
        self.assertIn("nothing was checked: there is no usable schema for any of the kinds\n", answer.stderr)
        answer = run("check", "-", stdin="apiVersion: v1\nkind: Configmap\n---\napiVersion: example.com/v1\nkind: Other\n")
        self.assertIn("nothing was checked: name the CRDs", answer.stderr)

    def test_filters_that_leave_nothing(self):
        answer = run("check", "--only", "Secrt", "-", stdin="apiVersion: v1\nkind: Secret\n")
        self.assertEqual(answer.returncode, 0)
        self.assertIn("nothing was checked: --only and --skip leave nothing", answer.stderr)

    def test_encrypted_objects_only(self):
        answer = run("check", "-", stdin="apiVersion: v1\nkind: Secret\nsops: {mac: x, version: 3.8.1}\n")
        self.assertEqual(answer.returncode, 0)
        self.assertIn("nothing was checked: all that was named is encrypted", answer.stderr)


class Completion(unittest.TestCase):
    def complete(self, *words):
        script = run("completion", "bash").stdout + (
            'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pratique; echo "${COMPREPLY[*]}"')
        return subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True,
                              text=True, check=True, timeout=20).stdout.split()

    def test_commands(self):
        self.assertEqual(self.complete("pratique", ""), commands())
        self.assertEqual(self.complete("pratique", "ser"), ["serve"])

    def test_flags_and_their_choices(self):
        self.assertEqual(self.complete("pratique", "serve", "--unm"), ["--unmatched"])
        self.assertEqual(self.complete("pratique", "serve", "--unmatched", ""),
                         ["allow", "warn", "deny"])
        self.assertEqual(self.complete("pratique", "certs", "i"), ["init"])

    def test_behind_an_equals_sign(self):
        """Bash makes three words of --output=js."""
        self.assertEqual(self.complete("pratique", "check", "--output", "=", "js"), ["json"])
        self.assertEqual(self.complete("pratique", "check", "--output", "="),
                         ["text", "json", "junit", "sarif", "github", "tap"])

    def test_files_are_left_to_the_shell(self):
        """It completes names of files where there is no word of ours."""
        for words in (("check", ""), ("check", "--schemas", ""), ("check", "-s", ""), ("certs", "--certs", "")):
            self.assertEqual(self.complete("pratique", *words), [], words)
        self.assertEqual(self.complete("pratique", "help", "ser"), ["serve"])

    def test_other_shells_can_read_theirs(self):
        for shell in ("zsh", "fish"):
            if shutil.which(shell):
                read = subprocess.run([shell, "-n"], input=run("completion", shell).stdout, text=True, timeout=20,
                                      capture_output=True, check=False)
                self.assertEqual((read.returncode, read.stderr), (0, ""), shell)

    def test_other_shells_get_scripts_of_their_own(self):
        zsh = run("completion", "zsh").stdout
        self.assertTrue(zsh.startswith("#compdef pratique\n"))
        self.assertIn("\t\t'*--schemas[Read CRDs and AdmissionSchemas from here, folders recursively; may be "
                      "repeated]:value:_files' \\\n", zsh)
        self.assertIn("]:value:(text json junit sarif github tap)' \\\n", zsh)
        self.assertIn("'certs:Make and show the webhook'\\''s certificates'\n", zsh)
        fish = run("completion", "fish").stdout
        self.assertIn(" -l health-listen -r -f -d ", fish)
        self.assertIn(" -l schemas -s s -r -d ", fish)
        self.assertIn(" -d 'Make and show the webhook\\'s certificates'\n", fish)
        self.assertIn(" -l output -s o -r -f -a 'text json' -d ", fish)


if __name__ == "__main__":
    unittest.main()
