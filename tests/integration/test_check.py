"""`pratique check` on good and bad inputs: test_check.py PRATIQUE"""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest

PRATIQUE = ""
PATIENCE = 60  # seconds
LONG = 5000 if "PRATIQUE_SANITIZER" in os.environ else 20000

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {size: {type: integer, maximum: 5}}}}}
"""


def thing(name, size, more=""):
    return f"apiVersion: example.com/v1\nkind: Thing\nmetadata: {{name: {name}}}\nsize: {size}\n{more}"


class Folder(unittest.TestCase):
    """Each test has a folder of its own, in which the program runs."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.put("crd.yaml", CRD)

    def put(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def check(self, *arguments, stdin=""):
        return subprocess.run([PRATIQUE, "check", *arguments], cwd=self.folder, input=stdin, text=True, check=False,
                              capture_output=True, timeout=PATIENCE)

    def expect(self, code, texts, *arguments, stdin=""):
        answer = self.check(*arguments, stdin=stdin)
        self.assertEqual(answer.returncode, code, answer.stdout + answer.stderr)
        for text in texts:
            self.assertIn(text, answer.stdout)
        return answer


class Inputs(Folder):
    def test_standard_input_is_read_twice(self):
        self.expect(1, ["-:4:7: Thing a: size: Invalid value: 7"], "-", stdin=thing("a", 7) + "---\n" + CRD)

    def test_a_pipe_is_read_twice(self):
        (self.folder / "text").write_text(thing("a", 7) + "---\n" + CRD)
        answer = subprocess.run(["bash", "-c", '"$0" check <(cat text)', PRATIQUE], cwd=self.folder, text=True,
                                capture_output=True, check=False, timeout=PATIENCE)
        self.assertEqual(answer.returncode, 1, answer.stderr)
        self.assertIn(":4:7: Thing a: size: Invalid value: 7", answer.stdout)

    def test_files_above_count_from_every_folder(self):
        self.put(".pratiqueignore", "/deploy/gen/\n")
        self.put("deploy/gen/a.yaml", thing("a", 7))
        self.put("overlay/kustomization.yaml", "patches:\n- path: patches/b.yaml\n")
        self.put("overlay/patches/b.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: b}\nspec: {replicas: 2}\n")
        for folder, named, told in (("deploy", "gen", "1 ignored"), ("deploy/gen", ".", "1 ignored"), ("deploy/gen", "a.yaml", "1 ignored"),
                                    ("overlay/patches", ".", "1 not a manifest"), ("overlay/patches", "b.yaml", "1 not a manifest")):
            for name in (named, str(self.folder / folder / named)):
                with self.subTest(f"{name} in {folder}"):
                    answer = subprocess.run([PRATIQUE, "check", name], cwd=self.folder / folder, text=True, check=False,
                                            capture_output=True, timeout=PATIENCE)
                    self.assertEqual(answer.returncode, 0, answer.stdout)
                    self.assertIn(told, answer.stderr)

    def test_yaml_in_a_file_named_json(self):
        self.put("a.json", thing("a", 7))
        self.put("b.json", "# by hand\n" + '{"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "b"}, "size": 7}')
        self.put("crd.json", CRD)
        self.expect(1, ["a.json:4:7: Thing a: size", "b.json:2:86: Thing b: size"], "a.json", "b.json", "--schemas", "crd.json")

    def test_wrong_types_are_told_where_they_stand(self):
        self.put("served.yaml", CRD.replace("things", "others").replace("Thing", "Other").replace("served: true", 'served: "true"'))
        self.put("plural.yaml", CRD.replace("things.", "more.").replace(", plural: things", ""))
        self.put("labels.yaml", thing("a, labels: {b: 5}", 1))
        self.put("metadata.yaml", "apiVersion: example.com/v1\nkind: Thing\nmetadata: 5\n")
        self.put("items.yaml", CRD.replace("things", "others").replace("Thing", "Other").replace("size: {", "size: {items: {maxLength: x}, "))
        self.put("embedded.yaml", thing("a", 1, "pod:\n  apiVersion: v1\n  kind: Pod\n  metadata: {labels: 5}\n").replace("Thing", "Holder"))
        self.put("holder.yaml", CRD.replace("things", "holders").replace("Thing", "Holder").replace(
            "size: {", "pod: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}, size: {"))
        for name, place in (("served.yaml", "9:24: CustomResourceDefinition others.example.com: "), ("labels.yaml", "3:33: Thing a: "),
                            ("metadata.yaml", "3:11: Thing: "), ("items.yaml", "9:169: CustomResourceDefinition others.example.com: "),
                            ("embedded.yaml", "8:13: Holder a: "),
                            ("plural.yaml", "7:10: CustomResourceDefinition more.example.com: spec.names.plural: Required value")):
            with self.subTest(name):
                self.expect(1, [f"{name}:{place}"], name, "--schemas", "crd.yaml", "--schemas", "holder.yaml")

    def test_findings_about_defaults_stand_where_these_would(self):
        self.put("defaulted.yaml", CRD.replace("size: {", "spec: {type: object, properties: {min: {type: integer, default: 5}, max: {type: "
                                               "integer}}, x-kubernetes-validations: [{rule: self.min <= self.max, fieldPath: .min}]}, size: {"))
        self.put("a.yaml", thing("a", 1, "spec:\n  max: 3\n"))
        self.expect(1, ["a.yaml:6:3: Thing a: spec.min: Invalid value: failed rule: self.min <= self.max"], "a.yaml", "-s", "defaulted.yaml")

    def test_whose_word_it_is(self):
        self.put("no.yaml", "apiVersion: admission.pratique.dev/v1\nkind: AdmissionSchema\nmetadata: {name: no-things}\nspec:\n"
                 "  match: {groups: ['*'], versions: ['*'], resources: ['*']}\n  openAPIV3Schema:\n    type: object\n"
                 "    x-kubernetes-validations:\n    - {rule: 'false', message: none}\n")
        arguments = ("-s", "crd.yaml", "-s", "no.yaml", "-")
        answer = self.expect(1, ["Thing a: Invalid value: none (AdmissionSchema no-things)\n"], *arguments, stdin=thing("a", 7))
        self.assertRegex(answer.stdout, r"size: Invalid value: 7: [^(]*\n")
        report = json.loads(self.check("-o", "json", *arguments, stdin=thing("a", 7)).stdout)
        self.assertEqual({finding["path"]: finding["schema"] for finding in report["documents"][0]["findings"]}, {"size": "", "": "no-things"})
        for form in ("github", "junit", "sarif"):
            self.assertIn("none (AdmissionSchema no-things)", self.check("-o", form, *arguments, stdin=thing("a", 1)).stdout)
        self.assertIn('schema: "no-things"', self.check("-o", "tap", *arguments, stdin=thing("a", 1)).stdout)

    def test_files_above_the_work_tree_do_not_count(self):
        self.put(".pratiqueignore", "*.yaml\n")
        self.put("kustomization.yaml", "patches:\n- path: repository/a.yaml\n")
        self.put("repository/a.yaml", thing("a", 7))
        (self.folder / "crd.json").write_text(CRD)
        for has_git, code in ((False, 0), (True, 1)):
            if has_git:
                (self.folder / "repository/.git").mkdir()
            with self.subTest(has_git):
                answer = subprocess.run([PRATIQUE, "check", "--schemas", "../crd.json", "a.yaml"], cwd=self.folder / "repository",
                                        text=True, check=False, capture_output=True, timeout=PATIENCE)
                self.assertEqual(answer.returncode, code, answer.stdout + answer.stderr)

    def test_patterns_of_one_folder_each_find_theirs(self):
        for name, size in ("a/x1", 1), ("a/y1", 7), ("b/y2", 1):
            self.put(f"{name}.yaml", thing(name[2:], size))
        self.put("crd.yaml", CRD)
        for named, summary in ((["crd.yaml", "a/x*.yaml", "*/y*.yaml"], "4 documents: 3 valid, 1 invalid"),
                               (["--schemas", "crd.yaml", "a/*.yaml", "a/y?.yaml", "a", "a/y1.yaml"], "2 documents: 1 valid, 1 invalid"),
                               (["a", "crd.yaml", "a/*.yaml"], "3 documents: 2 valid, 1 invalid")):
            with self.subTest(named):
                answer = self.expect(1, ["a/y1.yaml:4:7: Thing y1: size"], *named)
                self.assertIn(summary, answer.stderr)

    def test_a_work_tree_within_another_is_a_folder_of_it(self):
        self.put("repository/.pratiqueignore", "/sub/ignored/\n")
        self.put("repository/kustomization.yaml", "patches:\n- path: sub/patch.yaml\n")
        for name in ("sub/ignored/a.yaml", "sub/patch.yaml", "sub/b.yaml"):
            self.put(f"repository/{name}", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: b}\n")
        for folder in (".git", "sub/.git"):
            (self.folder / "repository" / folder).mkdir()
        for named, told in ((".", "4 documents: 0 valid, 1 invalid, 1 ignored, 2 not a manifest\n"), ("sub", ": 0 valid, 1 invalid, 1 ignored, 1 not a"),
                            ("sub/ignored/a.yaml", "1 ignored"), ("sub/patch.yaml", "1 not a manifest"), ("sub/b.yaml", "1 invalid")):
            for name in (named, str(self.folder / "repository" / named)):
                with self.subTest(name):
                    answer = subprocess.run([PRATIQUE, "check", name], cwd=self.folder / "repository", text=True, check=False,
                                            capture_output=True, timeout=PATIENCE)
                    self.assertIn(told, answer.stderr)

    def test_a_file_is_judged_once_however_it_is_named(self):
        for name in ("a.yaml", "m/b.yaml"):
            self.put(name, thing(name[-6], 7))
        (self.folder / "m/gone.yaml").symlink_to("nowhere")
        self.put(".pratiqueignore", "/ignored.yaml\n")
        self.put("ignored.yaml", thing("ignored", 7))
        for named, summary in ((("a.yaml", "./a.yaml", str(self.folder / "a.yaml"), "m/../a.yaml"), "1 document: 0 valid, 1 invalid\n"),
                               (("m/b.yaml", "./m", "m/*.yaml"), "2 documents: 0 valid, 1 invalid, 1 unreadable\n"),
                               (("./m", "m/gone.yaml"), "2 documents: 0 valid, 1 invalid, 1 unreadable\n"),
                               (("a.yaml", "ignored.yaml", "./ignored.yaml"), "2 documents: 0 valid, 1 invalid, 1 ignored\n"),
                               (("-", "-", "a.yaml"), "2 documents: 0 valid, 2 invalid\n")):
            with self.subTest(named):
                answer = self.check("-s", "crd.yaml", *named, stdin=thing("stdin", 7))
                self.assertIn(summary, answer.stderr)

    def test_standard_input_is_no_file(self):
        self.put("-", thing("a", 7))
        answer = self.expect(1, ["-:4:7: Thing a: size: Invalid value: 7", "-:4:7: Thing b: size: Invalid value: 8"],
                             "-s", "crd.yaml", "./-", "-", stdin=thing("b", 8))
        self.assertIn("2 documents: ", answer.stderr)

    def test_what_cannot_be_read_does_not_hide_the_rest(self):
        self.put("a.yaml", thing("a", 7))
        (self.folder / "b.yaml").symlink_to("nowhere")
        self.put("c.yaml", b"a: \x00\xff\n")
        (self.folder / "loop").symlink_to(".")
        self.put("z.yaml", thing("z", 8))
        answer = self.expect(2, ["a.yaml:4:7: Thing a: size", "b.yaml: No such file or directory",
                                 "c.yaml:1:4: control characters are not allowed", "z.yaml:4:7: Thing z: size",
                                 "gone.yaml: No such file or directory", "a.yaml/a.yaml: Not a directory"],
                             ".", "gone.yaml", "a.yaml/a.yaml")
        self.assertEqual(answer.stdout.count("Thing a"), 1)

    def test_links_are_followed_out_of_the_folder(self):
        self.put("outside/folder/a.yaml", thing("a", 7))
        self.put("outside/b.yaml", thing("b", 8))
        (self.folder / "deploy").mkdir()
        (self.folder / "deploy" / "linked").symlink_to("../outside/folder")
        (self.folder / "deploy" / "b.yaml").symlink_to("../outside/b.yaml")
        self.expect(1, ["deploy/linked/a.yaml:4:7: Thing a: size", "deploy/b.yaml:4:7: Thing b: size"], "-s", "crd.yaml", "deploy")

    def test_a_revision_needs_a_repository(self):
        answer = self.expect(2, [], "--git", "HEAD", ".")
        self.assertIn("git rev-parse: not a git repository", answer.stderr)
        self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_files_that_are_forbidden(self):
        self.put("a.yaml", thing("a", 1))
        (self.folder / "a.yaml").chmod(0)
        self.expect(2, ["a.yaml: Permission denied"], ".")

    @unittest.skipIf(os.geteuid() == 0, "root may enter everything")
    def test_a_folder_that_is_forbidden(self):
        self.put("closed/a.yaml", thing("a", 7))
        self.put("b.yaml", thing("b", 7))
        (self.folder / "closed").chmod(0)
        self.addCleanup((self.folder / "closed").chmod, 0o700)
        self.expect(2, ["closed/a.yaml: Permission denied", "b.yaml:4:7: Thing b: size"], "-s", "crd.yaml", "closed/a.yaml", "b.yaml")

    def test_pipes_that_nobody_named(self):
        for name in ("Kustomization", "kustomization.yaml", ".pratiqueignore"):
            os.mkfifo(self.folder / name)
        self.put("sub/a.yaml", thing("a", 7))
        answer = self.expect(2, [], "sub/a.yaml")
        self.assertIn(".pratiqueignore: is neither a file nor a folder; it says what is not judged", answer.stderr)
        (self.folder / ".pratiqueignore").unlink()
        self.expect(1, ["sub/a.yaml:4:7: Thing a: size"], "-s", "crd.yaml", "sub/a.yaml")
        self.expect(2, ["sub/a.yaml:4:7: Thing a: size", "kustomization.yaml: is neither a file nor a folder"], ".")

    def test_workers_make_no_difference(self):
        for i in range(300):
            self.put(f"m/{i:03}.yaml", thing(f"t{i}", i % 9) + ("---\na: [\n" if i % 50 == 0 else ""))
        answers = [self.check("--workers", str(workers), "-o", "json", ".") for workers in (1, 2, 5)]
        self.assertEqual(answers[0].returncode, 1)
        for answer in answers[1:]:
            self.assertEqual(answer.stdout, answers[0].stdout)


    def test_schemas_among_the_inputs_are_no_second_ones(self):
        self.put("a.yaml", thing("a", 7))
        answer = self.expect(1, ["a.yaml:4:7: Thing a: size"], "-s", "crd.yaml", ".", "crd.yaml")
        self.assertNotIn("not used", answer.stdout)
        self.put("other/crd.yaml", CRD)
        self.expect(1, ["other/crd.yaml:1:1: warning: CustomResourceDefinition things.example.com: not used: "], ".")
        self.put("other/crd.yaml", "---\n" + CRD + "---\n" + CRD.replace("things", "others").replace("Thing", "Other") + "---\n" + CRD)
        self.expect(0, ["crd.yaml:22:1: warning: CustomResourceDefinition things.example.com: not used: "], "other/crd.yaml")


    def test_progress_is_for_terminals_only(self):
        for i in range(400):
            self.put(f"m/{i:03}.yaml", thing(f"t{i}", 1))
        self.assertNotIn(" of 400 files", self.check("-s", "crd.yaml", "m").stderr)
        for kind, is_shown in (("xterm", True), ("dumb", False)):
            reader, terminal = os.openpty()
            with open(reader, "rb", buffering=0) as screen:
                subprocess.run([PRATIQUE, "check", "-s", "crd.yaml", "m"], cwd=self.folder, stderr=terminal,
                               env={**os.environ, "TERM": kind}, stdout=subprocess.DEVNULL, check=True, timeout=PATIENCE)
                os.close(terminal)
                written = screen.read(4096)
                self.assertEqual(b" of 400 files" in written, is_shown)
                self.assertEqual(b"\x1b" in written, is_shown)


class BadInput(Folder):
    """Each is told with its place, and a good file beside it is judged."""

    def expect_beside_good(self, code, text, bad, name="bad.yaml"):
        self.put("m/" + name, bad)
        self.put("m/good.yaml", thing("good", 7))
        answer = self.expect(code, [text, "m/good.yaml:4:7: Thing good: size"], "-s", "crd.yaml", "m")
        return answer

    def test_deep_nesting(self):
        self.expect_beside_good(1, "m/bad.yaml:4:", thing("a", "[" * 5000 + "]" * 5000))
        self.expect_beside_good(1, "m/bad.yaml:5:", thing("a", 1, "x: " + "[" * 20000 + "]" * 20000))
        self.expect_beside_good(1, "m/bad.json:1:", "[" * 20000 + "]" * 20000, "bad.json")

    def test_a_hundred_thousand_properties(self):
        many = "x: {" + ", ".join(f"p{i}: {i}" for i in range(100_000)) + "}\nsize2: 1\n"
        self.expect_beside_good(1, "m/bad.yaml:4:7: Thing a: size: Invalid value: 9", thing("a", 9, many))

    def test_findings_by_the_thousand(self):
        many = "".join(f"  f{i}: 1\n" for i in range(5000))
        answer = self.expect_beside_good(
            1, "m/bad.yaml:5:3: Service a: spec.f0: unknown field",
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n" + many)
        self.assertIn("4000 more", answer.stdout)

    def test_anchors_that_hold_themselves(self):
        self.expect_beside_good(1, "m/bad.yaml:4:", thing("a", "&x [*x]"))
        bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 9) + "]\n" for i in range(1, 12))
        self.expect_beside_good(1, "m/bad.yaml:", thing("a", 1, bomb))

    def test_a_large_crd(self):
        properties = "".join(f"              p{i}: {{type: string, description: {'x' * 100}}}\n" for i in range(10_000))
        large = CRD.replace("things", "larges").replace("Thing", "Large").split("  versions:")[0] + (
            "  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n"
            "        type: object\n        properties:\n          spec:\n            type: object\n            properties:\n"
            + properties)
        self.assertGreater(len(large), 1_000_000)
        self.put("m/large.yaml", large)
        self.expect_beside_good(1, "m/bad.yaml:4:15: Large a: spec.p9999: Invalid value",
                                "apiVersion: example.com/v1\nkind: Large\nmetadata: {name: a}\nspec: {p9999: 1}\n")

    def test_a_document_that_is_too_large(self):
        self.expect_beside_good(2, "m/bad.yaml: a document is larger than 64 MiB",
                                b"a: >\n" + b" x\n" * (23 << 20))

    def test_bytes_that_are_no_text(self):
        self.expect_beside_good(1, "m/bad.yaml:1:1: ", bytes(range(256)) * 10)


class Filters(Folder):
    """--only and --skip."""

    def test_what_meant_nothing_is_told(self):
        self.put("a.yaml", thing("a", 7) + "---\n" + thing("b", 7).replace("{name", "{namespace: team, name"))
        self.put("kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n")
        for arguments, code, unused in (
                (("--skip", "Thing"), 0, []), (("--skip", "T*,team/*"), 0, []), (("--only", "/a"), 1, []),
                (("--only", "/a", "--skip", "team/b"), 1, []), (("--skip", "Kustomization"), 1, []),
                (("--skip", "Thnig,team/b", "--skip", "Thnig"), 1, ["--skip Thnig"]),
                (("--only", "example.com/v2/Thing", "--skip", "other/a\x1b"), 0, ["--only example.com/v2/Thing", "--skip other/a\\x1b"])):
            with self.subTest(arguments):
                answer = self.expect(code, [], "-s", "crd.yaml", *arguments, "a.yaml", "kustomization.yaml")
                self.assertEqual([line for line in answer.stderr.splitlines() if "matched" in line],
                                 [f"pratique check: {flag}: matched nothing" for flag in unused])


class Updates(Folder):
    def test_what_was_wrong_already_is_forgiven(self):
        self.put("old/a.yaml", thing("a", 7))
        self.put("new/a.yaml", thing("a", 7, "more: true\n"))
        self.put("new/b.yaml", thing("b", 7))
        for old in ("old", "old/*.yaml"):
            answer = self.expect(1, ["new/b.yaml:4:7: Thing b: size"], "-s", "crd.yaml", "--old", old, "new")
            self.assertNotIn("new/a.yaml", answer.stdout)

    def test_rules_that_are_forgiven_warn_where_they_fail(self):
        self.put("ruled.yaml", CRD.replace("maximum: 5", 'x-kubernetes-validations: [{rule: self < 5, message: too large}]'))
        self.put("old.yaml", thing("a", 7))
        self.put("new.yaml", thing("a", 7, "more: true\n"))
        self.expect(0, ["new.yaml:4:7: warning: Thing a: size: Invalid value: 7: too large"], "-s", "ruled.yaml", "--old", "old.yaml", "new.yaml")

    def test_how_many_there_were_is_told(self):
        self.put("old.yaml", thing("a", 1) + "---\n" + thing("b", 1).replace("{name", "{namespace: other, name") + "---\n" +
                 thing("skipped", 1))
        self.put("new.yaml", "---\n".join(thing(name, 1) for name in ("a", "b", "skipped")))
        for named, told in (((), "3 documents: 3 valid, 0 invalid\n"),
                            (("--old", "old.yaml"), "3 documents: 3 valid, 0 invalid; 2 judged as updates\n"),
                            (("--old", "old.yaml", "--skip", "/skipped"), "3 documents: 2 valid, 0 invalid, 1 skipped; 1 judged as an update\n"),
                            (("--old", "crd.yaml"), "3 documents: 3 valid, 0 invalid; 0 judged as updates\n")):
            self.assertIn(told, self.expect(0, [], "-s", "crd.yaml", *named, "new.yaml").stderr)
        report = json.loads(self.check("-s", "crd.yaml", "-o", "json", "--old", "old.yaml", "new.yaml").stdout)
        self.assertEqual(report["summary"]["updates"], 2)

    def test_a_dump_of_a_cluster(self):
        items = "".join("- " + thing(f"t{i}", 6).replace("\n", "\n  ").rstrip() + "\n" for i in range(500))
        items = items.replace("{name:", "{namespace: default, resourceVersion: '7', name:")
        self.put("dump.yaml", "apiVersion: v1\nkind: List\nitems:\n" + items)
        for i in range(500):
            self.put(f"new/{i}.yaml", thing(f"t{i}", 6))
        self.expect(0, [], "-s", "crd.yaml", "--old", "dump.yaml", "new")

    def test_of_several_the_one_with_the_likest_path_counts(self):
        self.put("old/dev/a.yaml", thing("a", 1))
        self.put("old/prod/a.yaml", thing("a", 7))
        self.put("new/dev/a.yaml", thing("a", 7))
        self.put("new/prod/a.yaml", thing("a", 7))
        answer = self.expect(1, ["new/dev/a.yaml:4:7: Thing a"], "-s", "crd.yaml", "--old", "old", "new")
        self.assertNotIn("new/prod", answer.stdout)

    def test_a_crd_changes(self):
        self.put("new.yaml", CRD.replace("scope: Namespaced", "scope: Cluster"))
        self.expect(1, ["new.yaml:6:10: CustomResourceDefinition things.example.com: spec.scope: "
                        'Invalid value: "Cluster": field is immutable'], "--old", "crd.yaml", "new.yaml")

    def test_a_stored_version_goes_away(self):
        self.put("new.yaml", CRD.replace("name: v1,", "name: v2,"))
        self.expect(1, ['status.storedVersions[0]: Invalid value: "v1": missing from spec.versions'], "--old", "crd.yaml", "new.yaml")

    def test_metadata_of_built_in_kinds(self):
        self.put("old.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default, uid: x1}\n")
        self.put("new.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, uid: y2}\n")
        self.put("fine.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
        self.expect(1, ["new.yaml:1:1: ConfigMap a: Operation cannot be fulfilled on configmaps \"a\": StorageError: invalid "
                        "object, Code: 4, Key: /configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition "
                        "failed: UID in precondition: y2, UID in object meta: x1"],
                    "--old", "old.yaml", "new.yaml")
        self.expect(0, [], "--old", "old.yaml", "fine.yaml")

    def test_an_immutable_secret_by_either_field(self):
        secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nimmutable: true\n"
        told = ["new.yaml:5:7: Secret a: data: Forbidden: field is immutable when `immutable` is set"]
        for old, new, is_same in (("stringData: {a: b}", "stringData: {a: b}", True),
                                  ("stringData: {a: b}", "data: {a: Yg==}", True),
                                  ("data: {a: Yw==, b: ''}", "data: {a: Yw==, b: null}", True),
                                  ("stringData: {a: b}\ndata: {a: eA==}", "data: {a: Yg==}", True),
                                  ("stringData: {a: b}", "data: {a: Yw==}", False),
                                  ("stringData: {a: b}", "data: {a: Yg==, b: ''}", False),
                                  ("data: {a: Yg==, b: Yg==}", "data: {a: Yg==}", False)):
            self.put("old.yaml", secret + old)
            self.put("new.yaml", secret + new)
            with self.subTest(old=old, new=new):
                self.expect(0 if is_same else 1, [] if is_same else told, "--old", "old.yaml", "new.yaml")

    def test_a_dump_over_what_files_say(self):
        config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n"
        given = "{uid: x1, generation: 3, creationTimestamp: '2026-11-28T00:00:00Z', name"
        self.put("old.yaml", config.replace("{name", "{creationTimestamp: null, name") + thing("a", 1))
        self.put("new.yaml", (config + thing("a", 2)).replace("{name", given))
        answer = self.expect(0, [], "-s", "crd.yaml", "-o", "json", "--old", "old.yaml", "new.yaml")
        self.assertEqual(answer.stdout.count('"operation":"update"'), 2)

    def test_bytes_in_two_forms(self):
        config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nimmutable: true\nbinaryData: {a: %s}\n"
        for before, now, code in (("''", "[]", 0), ("eA==", "[120]", 0), ("eA==", "[]", 1)):
            with self.subTest(now):
                self.put("old.yaml", config % before)
                self.put("new.yaml", config % now)
                self.expect(code, ["field is immutable"] * code, "--old", "old.yaml", "new.yaml")

    def test_what_the_server_fills_in(self):
        pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: c, image: i}]\n"
        filled = pod + "  nodeName: node\n  volumes: [{name: v, emptyDir: {}}]\n  tolerations: [{key: k, operator: Exists}]\n"
        from_server = ", uid: x1}", "status: {phase: Pending}\n"
        def stored(text):
            return text.replace("}", from_server[0], 1) + from_server[1]
        immutable = "Pod a: spec: Forbidden: pod updates may not change fields other than "
        for what, old, new, told in (("both are files", pod, filled, None), ("a file after a file", filled, pod, "existing toleration"),
                                     ("a file after what is stored", stored(filled), pod, None),
                                     ("added to what is stored", stored(pod), filled, immutable),
                                     ("taken from what is stored", stored(filled), stored(pod), immutable),
                                     ("added to a file", pod + "status: {}\n", stored(filled), None),
                                     ("put in by the update", stored(pod + "  dnsPolicy: ClusterFirst\n  priority: 0\n"), stored(pod), None)):
            with self.subTest(what):
                self.put("old.yaml", old)
                self.put("new.yaml", new)
                self.expect(0 if told is None else 1, [] if told is None else [told], "--old", "old.yaml", "new.yaml")

    def test_what_no_server_can_have_stored_is_told(self):
        config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\n"
        deployment = ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n"
                      "  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}\n")
        broken = deployment.replace("spec:\n", "spec:\n  replicas: two\n", 1).replace("a: b", "a: old")
        items = "".join("- " + text.replace("\n", "\n  ").rstrip() + "\n" for text in (config, thing("a", 1).replace("{name", "{labels: 5, name")))
        self.put("old/a.yaml", config + "---\n# as it was\n" + broken)
        self.put("old/crd.yaml", CRD.replace("scope: Namespaced", "scope: 5"))
        self.put("old/list.yaml", "apiVersion: v1\nkind: List\nitems:\n" + items)
        self.put("new/a.yaml", deployment + "---\n" + CRD + "---\n" + thing("a", 7))
        told = "judged as a new object, for no server can have stored what it was "
        self.expect(1, [f"new/a.yaml:1:1: warning: Deployment a: {told}(old/a.yaml:6): Deployment in version \"v1\" cannot be handled as a "
                        "Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32\n",
                        f"warning: CustomResourceDefinition things.example.com: {told}(old/crd.yaml:1): ", "spec.scope of type v1.ResourceScope\n",
                        f"warning: Thing a: {told}(old/list.yaml:7): metadata: json: cannot unmarshal number into ", "Thing a: size: Invalid value: 7: "],
                    "--old", "old", "new")
        documents = json.loads(self.check("--old", "old", "-o", "json", "new").stdout)["documents"]
        self.assertEqual([document["operation"] for document in documents], ["create"] * 3)

    def test_what_an_update_of_a_crd_need_not_mend(self):
        """A server keeps schemas that it would not take any more; objects cannot be judged by them here."""
        before = CRD.replace("scope: Namespaced", "scope: Namespaced\n  preserveUnknownFields: true").replace(
            "type: object, x-kubernetes-preserve-unknown-fields: true, ", "")
        self.assertIn("openAPIV3Schema: {properties", before)
        after = before.replace("maximum: 5", "maximum: 6")
        self.put("old/crd.yaml", before)
        self.put("new/crd.yaml", after)
        self.put("new/a.yaml", thing("a", 1))
        self.expect(1, ["new/crd.yaml:1:1: warning: CustomResourceDefinition things.example.com: not used: "
                        "spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root",
                        "Thing a: no matches for kind \"Thing\" in version \"example.com/v1\": its CRD is refused"],
                    "--old", "old", "new")
        self.expect(1, ["CustomResourceDefinition things.example.com: spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root"], "new")

    def test_old_objects_must_be_readable(self):
        self.put("old/a.yaml", "a: [\n")
        answer = self.expect(2, [], "-s", "crd.yaml", "--old", "old", "crd.yaml")
        self.assertIn("old/a.yaml:2:1: did not find expected node content", answer.stderr)
        self.assertIn("gone: No such file or directory", self.check("--old", "gone", "crd.yaml").stderr)


class OpenApi(Folder):
    """What an API server answers is taken as it comes."""

    def test_a_document_of_another_server(self):
        name = "io.k8s.api.core.v1.Gizmo"
        schema = {"type": "object", "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"},
                                                   "metadata": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"},
                                                   "size": {"type": "integer", "format": "int32"}},
                  "required": ["size"], "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Gizmo"}]}
        self.put("server.json", json.dumps({"components": {"schemas": {name: schema}}}))
        self.put("a.yaml", "apiVersion: v1\nkind: Gizmo\nmetadata: {name: a}\nsize: x\n")
        self.put("b.yaml", "apiVersion: v1\nkind: Gizmo\nmetadata: {name: b}\nsize: 1\ncolor: red\n")
        self.put("c.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: c}\n")
        self.expect(1, ["a.yaml:4:7: Gizmo a: size: Invalid value: ", "of type int32", 'b.yaml:5:1: Gizmo b: color: unknown field "color"', 'no matches for kind "Pod"'],
                    "--openapi", "server.json", "a.yaml", "b.yaml", "c.yaml")
        schema["x-kubernetes-group-version-kind"] = [{"group": "storagemigration.k8s.io", "version": "v1beta1", "kind": "Gizmo"}]
        self.put("server.json", json.dumps({"components": {"schemas": {name: schema}}}))
        self.put("d.yaml", "apiVersion: storagemigration.k8s.io/v1alpha1\nkind: Gizmo\nmetadata: {name: d}\n")
        self.expect(1, ['no matches for kind "Gizmo" in version "storagemigration.k8s.io/v1alpha1": it is served as "storagemigration.k8s.io/v1beta1"\n'],
                    "--openapi", "server.json", "d.yaml")
        self.put("server.json", json.dumps({"components": {}}))
        answer = self.expect(2, [], "--openapi", "server.json", "a.yaml")
        self.assertIn("server.json: the OpenAPI document has no components.schemas", answer.stderr)


class Memory(Folder):
    @unittest.skipIf("PRATIQUE_SANITIZER" in os.environ, "sanitizers need more address space than the limit leaves")
    def test_a_rule_that_takes_too_much_is_not_judged(self):
        rule = "{rule: \"self.replace('', self).replace('', self).size() > 0\"}"
        self.put("crd.yaml", CRD.replace("properties: {", f"properties: {{a: {{type: string, maxLength: 1500, x-kubernetes-validations: [{rule}]}}, "))
        self.put("a.yaml", thing("a", 1, "a: " + "x" * 1500 + "\n"))
        self.put("b.yaml", thing("b", 7))
        limit = 1 << 30
        answer = subprocess.run([PRATIQUE, "check", "--workers", "1", "."], cwd=self.folder, text=True, check=False, capture_output=True,
                                timeout=PATIENCE, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        self.assertEqual(answer.returncode, 2, answer.stdout + answer.stderr)
        self.assertIn("a.yaml:1:1: Thing a: could not be judged: that takes too much memory\n", answer.stdout)
        self.assertIn("b.yaml:4:7: Thing b: size", answer.stdout)


class LongLists(Folder):
    """What is looked for in pairs is found in lists of any length."""

    def names(self):
        return [f"n{index}" for index in range(LONG)]

    def test_owners(self):
        owners = ", ".join(f"{{apiVersion: v1, kind: Pod, name: {name}, uid: {name}}}" for name in [*self.names(), "n7"])
        self.put("a.yaml", thing("a", 1).replace("{name: a}", f"{{name: a, ownerReferences: [{owners}]}}"))
        self.expect(0, ["duplicate UID(s) observed: n7\n"], "-s", "crd.yaml", "a.yaml")

    def test_versions(self):
        versions = ", ".join(f"{{name: {name}, storage: {json.dumps(name == 'n1')}, schema: {{openAPIV3Schema: {{type: object}}}}}}"
                             for name in self.names())
        crd = CRD[:CRD.index("  versions:")] + f"  versions: [{versions}]\n"
        self.put("a.yaml", crd)
        self.expect(0, [], "a.yaml")
        self.put("a.yaml", crd.replace(f"n{LONG - 1},", "n1,"))
        self.expect(1, ["spec.versions: Invalid value: ", "must contain unique version names"], "a.yaml")
        self.expect(1, ["must contain unique version names"], "--old", "a.yaml", "a.yaml")

    def test_topologies_of_a_storage_class(self):
        def term(*keys):
            return f"{{matchLabelExpressions: [{', '.join(f'{{key: {key}, values: [a, {key}]}}' for key in keys)}]}}"
        terms = [term(name, "x") for name in self.names()] + [term("x", "n7")]
        self.put("a.yaml", "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: p\n"
                           f"allowedTopologies: [{', '.join(terms)}]\n")
        self.expect(1, [f'allowedTopologies[{LONG}].matchLabelExpressions: Duplicate value: ""'], "a.yaml")

    def test_spread_constraints(self):
        constraints = [f"{{maxSkew: 1, topologyKey: {name}, whenUnsatisfiable: DoNotSchedule}}" for name in [*self.names(), "n7"]]
        self.put("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}], "
                           f"topologySpreadConstraints: [{', '.join(constraints)}]}}\n")
        self.expect(1, ["spec.topologySpreadConstraints[7].{topologyKey, whenUnsatisfiable}: Duplicate value: \"{n7, DoNotSchedule}\""],
                    "a.yaml")

    def test_conversion_review_versions(self):
        conversion = ("  conversion: {strategy: Webhook, webhook: {clientConfig: {url: 'https://a.example'}, "
                      f"conversionReviewVersions: [v1, {', '.join(self.names())}, n7]}}}}\n")
        self.put("a.yaml", CRD + conversion)
        self.expect(1, [f"conversionReviewVersions[{LONG + 1}]: Invalid value: \"n7\": duplicate version"], "a.yaml")


POLICY = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: a}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
  variables:
  - {name: replicas, expression: object.spec.replicas}
  - {name: user, expression: request.userInfo.username}
  validations:
  - expression: variables.replicas <= 5 && variables.user != ''
    messageExpression: "'%s is no number for %s'.format([string(variables.replicas), variables.user])"
"""


class Expressions(Folder):
    """Of admission policies and webhooks: compiled, but there is nothing to evaluate them with."""

    def test_a_policy(self):
        self.put("policy.yaml", POLICY)
        self.expect(0, [], "policy.yaml")
        self.put("policy.yaml", POLICY.replace("variables.replicas <=", "variables.size <="))
        self.expect(1, ["policy.yaml:12:17: ", 'spec.validations[0].expression: Invalid value: "variables.size <= 5',
                        "compilation failed: ERROR: <input>:1:10: undefined field 'size'",
                        " | .........^"], "policy.yaml")
        self.put("policy.yaml", POLICY.replace("variables.user != ''", "variables.user"))
        self.expect(1, ["expected type 'bool' but found 'string'"], "policy.yaml")

    def test_match_conditions_of_a_webhook(self):
        webhook = ("apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\n"
                   "webhooks:\n- name: a.example.com\n  admissionReviewVersions: [v1]\n  sideEffects: None\n"
                   "  clientConfig: {url: 'https://a.example.com'}\n  matchConditions: [{name: a, expression: CONDITION}]\n")
        self.put("a.yaml", webhook.replace("CONDITION", "request.dryRun"))
        self.expect(0, [], "a.yaml")
        self.put("a.yaml", webhook.replace("CONDITION", "request.name"))
        self.expect(1, ["webhooks[0].matchConditions[0].expression: Invalid value: \"request.name\": must evaluate to bool but got string"],
                    "a.yaml")


class Git(Folder):
    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments], cwd=self.folder,
                       check=True, capture_output=True, timeout=PATIENCE)

    def setUp(self):
        super().setUp()
        self.git("init", "--quiet")
        self.put("a.yaml", thing("a", 7))
        self.put("b c.yaml", thing("b", 7))
        self.put("two.yaml", thing("c", 7) + "---\n" + thing("d", 1))
        self.put("broken.yaml", "a: [\n")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "first")
        (self.folder / "broken.yaml").unlink()

    def test_takes_the_objects_of_a_revision(self):
        self.put("a.yaml", thing("a", 7, "more: 1\n"))
        (self.folder / "b c.yaml").rename(self.folder / "renamed.yaml")
        self.put("two.yaml", thing("c", 7) + "---\n" + thing("d", 7))
        self.put("new.yaml", thing("new", 7))
        answer = self.expect(1, ["two.yaml:9:7: Thing d: size", "new.yaml:4:7: Thing new: size"], "--git", "HEAD", ".")
        self.assertEqual(answer.stdout.count("Invalid value"), 2)
        documents = json.loads(self.check("--git", "HEAD", "-o", "json", ".").stdout)["documents"]
        self.assertEqual({document["name"]: document["operation"] for document in documents},
                         {"things.example.com": "update", "a": "update", "b": "update", "c": "update", "d": "update",
                          "new": "create"})

    def test_works_below_the_top(self):
        self.put("sub/a.yaml", thing("a", 7))
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "second")
        self.put("sub/a.yaml", thing("a", 7, "more: 1\n"))
        answer = subprocess.run([PRATIQUE, "check", "-s", "../crd.yaml", "--git", "HEAD", "a.yaml"], text=True,
                                cwd=self.folder / "sub", capture_output=True, check=False, timeout=PATIENCE)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)

    def test_a_patch_is_not_what_an_object_was(self):
        whole = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: whole}\n"
        self.put("kustomize/a.yaml", whole + "immutable: true\n")
        self.put("kustomize/kustomization.yaml", "resources: [whole.yaml]\npatches: [{path: a.yaml}]\n")
        self.put("kustomize/whole.yaml", whole)
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "second")
        answer = self.expect(0, [], "--git", "HEAD", "-o", "json", "-", stdin=whole + "immutable: true\ndata: {a: b}\n")
        self.assertEqual(json.loads(answer.stdout)["documents"][0]["operation"], "update")

    def test_says_what_to_do_without_git(self):
        answer = subprocess.run([PRATIQUE, "check", "--git", "HEAD", "."], cwd=self.folder, env={"PATH": str(self.folder)},
                                text=True, capture_output=True, check=False, timeout=PATIENCE)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("cannot run git: No such file or directory; install git, or use --old", answer.stderr)

    def test_refuses_what_is_no_revision(self):
        for revision, text in (("--output=x", '"--output=x" is no revision'), ("", '"" is no revision'),
                               ("nothing", 'no commit "nothing" in this folder; name another, or fetch it first'),
                               ("HEAD:a.yaml", 'git knows no commit'),
                               ("HEAD^{tree}", 'git knows no commit "HEAD^{tree}" in this folder')):
            answer = self.expect(2, [], "--git", revision, ".")
            self.assertIn(text, answer.stderr)
            self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
        self.assertFalse((self.folder / "x").exists())
        answer = self.expect(2, [], "--git", "HEAD", "--old", "a.yaml", ".")
        self.assertIn("named twice", answer.stderr)


if __name__ == "__main__":
    PRATIQUE = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
