"""Schemas, certificates and configuration changed while calls come in: test_reload.py PRATIQUE"""
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

from authority import Authority
from load import Load
from serving import GADGET_CRD, ROOT, Folder, Serve, gadget_review, make_certificates, recorded, until

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()
F_SETPIPE_SZ = 1031  # of Linux; the fcntl module has it from Python 3.10 on


def reloads(serve, part, result="ok"):
    return serve.metric(f'pratique_reloads_total{{part="{part}",result="{result}"}}') or 0


def renew(certs):
    """A new serving pair of the same CA."""
    subprocess.run([PRATIQUE, "certs", "init", "--certs", certs, "--overwrite"], check=True, capture_output=True)


def make_expired(folder):
    """A pair that was good in 2020."""
    folder.mkdir()
    (folder / "index").touch()
    (folder / "ca.conf").write_text("[ca]\ndefault_ca = this\n[this]\ndatabase = index\nnew_certs_dir = .\n"
                                    "default_md = sha256\nrand_serial = yes\npolicy = any\n[any]\n"
                                    "commonName = supplied\n")
    for command in ("req -new -newkey rsa:2048 -nodes -subj /CN=old -keyout tls.key -out request",
                    "ca -batch -selfsign -config ca.conf -keyfile tls.key -in request -out tls.crt "
                    "-startdate 20200101000000Z -enddate 20200201000000Z"):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    return folder


def shown(serve):
    """The certificate that a new connection gets."""
    with serve.connect() as connection:
        return connection.getpeercert(binary_form=True)


def verbose(serve):
    answer = serve.get("/readyz?verbose")
    assert answer.status == 200, answer.text
    return answer.text


class Schemas(Folder):
    def setUp(self):
        super().setUp()
        self.write("schemas/gadget.yaml", GADGET_CRD)

    def denies(self, serve, size):
        return not serve.review("/validate", gadget_review(size=size)).body["response"]["allowed"]

    def test_a_changed_file_is_served(self):
        with Serve(PRATIQUE, schemas=[self.folder / "schemas"]) as serve:
            self.assertTrue(self.denies(serve, 7))
            self.write("schemas/gadget.yaml", GADGET_CRD.replace("maximum: 5", "maximum: 9"))
            until(lambda: reloads(serve, "schemas") == 1, "reloaded", serve.process)
            self.assertFalse(self.denies(serve, 7))
            self.assertTrue(self.denies(serve, 10))
            self.assertEqual(serve.metric("pratique_policy_generation"), 2)
            self.assertIn("schemas are reloaded", serve.log)

    def test_files_come_and_go(self):
        other = GADGET_CRD.replace("gadgets", "others").replace("Gadget", "Other")
        with Serve(PRATIQUE, schemas=[self.folder / "schemas"]) as serve:
            added = self.write("schemas/deep/er/other.yaml", other)
            until(lambda: serve.metric("pratique_policy_schemas") == 2, "added", serve.process)
            added.unlink()
            until(lambda: serve.metric("pratique_policy_schemas") == 1, "taken away", serve.process)

    def test_a_broken_file_keeps_what_it_had(self):
        with Serve(PRATIQUE, schemas=[self.folder / "schemas"]) as serve:
            path = self.write("schemas/gadget.yaml", GADGET_CRD.replace("type: integer", "type: whole"))
            until(lambda: reloads(serve, "schemas", "failed") == 1, "refused", serve.process)
            self.assertTrue(self.denies(serve, 7))
            self.assertIn(f"[+]schemas ok: {path}:", verbose(serve))
            self.assertIn("its earlier schemas go on serving", serve.log)
            self.assertEqual(serve.metric("pratique_policy_kept_files"), 1)
            self.assertEqual(serve.metric("pratique_policy_errors"), 1)
            self.assertEqual(serve.metric('pratique_reload_failed{part="schemas"}'), 1)
            self.write("schemas/gadget.yaml", GADGET_CRD.replace("maximum: 5", "maximum: 9"))
            until(lambda: serve.metric('pratique_reload_failed{part="schemas"}') == 0, "good again", serve.process)
            self.assertFalse(self.denies(serve, 7))
            self.assertIn("[+]schemas ok\n", verbose(serve))
            self.assertEqual(serve.metric("pratique_policy_kept_files"), 0)

    def test_a_file_that_is_no_schema_any_more_keeps_what_it_had(self):
        with Serve(PRATIQUE, schemas=[self.folder / "schemas"]) as serve:
            for text, reason in (("hello world\n", "1:1: is a text and no object"), ("kind: Pod\n", "has no schemas, but had schemas"),
                                 (GADGET_CRD.replace("/v1\n", "/v1beta1\n", 1), "is read as apiextensions.k8s.io/v1")):
                before = reloads(serve, "schemas", "failed") or 0
                self.write("schemas/gadget.yaml", text)
                until(lambda: reloads(serve, "schemas", "failed") == before + 1, "refused", serve.process)
                self.assertTrue(self.denies(serve, 7))
                self.assertIn(reason, verbose(serve))

    def test_what_is_broken_at_the_start_is_told(self):
        path = self.write("schemas/gadget.yaml", GADGET_CRD.replace("type: integer", "type: whole"))
        with Serve(PRATIQUE, schemas=[self.folder / "schemas"]) as serve:
            self.assertIn(f"[+]schemas ok: {path}:", verbose(serve))
            self.assertEqual(serve.metric('pratique_reload_failed{part="schemas"}'), 1)
            self.assertIn("mend those that cannot be used", serve.log)

    def test_no_schemas_at_all_are_told(self):
        with Serve(PRATIQUE, schemas=[self.folder / "schemas"]) as serve:
            (self.folder / "schemas/gadget.yaml").unlink()
            until(lambda: reloads(serve, "schemas") == 1, "taken away", serve.process)
            self.assertIn("[+]schemas ok: there are none, so nothing is judged\n", verbose(serve))

    def test_a_folder_that_is_gone_changes_nothing(self):
        with Serve(PRATIQUE, schemas=[self.folder / "schemas"]) as serve:
            (self.folder / "schemas").rename(self.folder / "away")
            until(lambda: reloads(serve, "schemas", "failed") == 1, "noticed", serve.process)
            self.assertTrue(self.denies(serve, 7))
            self.assertIn("No such file or directory", verbose(serve))
            (self.folder / "away").rename(self.folder / "schemas")
            until(lambda: reloads(serve, "schemas") == 1, "back", serve.process)
            self.assertIn("[+]schemas ok\n", verbose(serve))


class Certificates(Folder):
    def test_a_new_pair_is_served(self):
        with Serve(PRATIQUE) as serve:
            before = shown(serve)
            renew(serve.certs)
            until(lambda: shown(serve) != before, "another certificate", serve.process)
            self.assertEqual(serve.review("/validate", recorded("myapp-valid")).status, 200)
            self.assertNotIn("level=error", serve.log)

    def test_a_bad_pair_is_not(self):
        certs = make_certificates(PRATIQUE, self.folder / "certs")
        other = make_certificates(PRATIQUE, self.folder / "other")
        expired = make_expired(self.folder / "expired")
        with Serve(PRATIQUE, certs=certs) as serve:
            before = shown(serve)
            expiry = serve.metric("pratique_certificate_expiry_seconds")
            cases = {
                "another key": (other, ("tls.key",), "is not the key of the certificate beside it"),
                "expired": (expired, ("tls.key", "tls.crt"), "has expired"),
            }
            for count, (name, (source, files, text)) in enumerate(cases.items(), 1):
                with self.subTest(name):
                    for file in files:
                        shutil.copy(source / file, certs / file)
                    until(lambda: reloads(serve, "certificate", "failed") == count, "refused", serve.process)
                    self.assertEqual(shown(serve), before)
                    self.assertIn(text, verbose(serve))
                    self.assertIn(text, serve.log)
                    self.assertEqual(serve.metric("pratique_certificate_expiry_seconds"), expiry)
                    self.assertEqual(serve.metric('pratique_reload_failed{part="certificate"}'), 1)
            (certs / "tls.crt").unlink()
            until(lambda: "tls.crt: No such file" in verbose(serve), "missing", serve.process)
            renew(certs)
            until(lambda: shown(serve) != before, "a good one", serve.process)
            self.assertIn("[+]certificate ok\n", verbose(serve))


    def test_one_that_expires_while_it_serves_is_told(self):
        authority = Authority(self.folder, "authority")
        certs = self.folder / "certs"
        certs.mkdir()
        pair = authority.sign("short", purpose="serverAuth", names="DNS:localhost", begin=-60, end=10)
        for source, name in zip(pair, ("tls.crt", "tls.key")):
            shutil.copy(source, certs / name)
        with Serve(PRATIQUE, certs=certs) as serve:
            self.assertIn("[+]certificate ok\n", verbose(serve))
            told = f"{certs}/tls.crt: has expired; make a new one with `pratique certs renew`"
            until(lambda: told in verbose(serve), "told", serve.process)
            self.assertEqual(serve.metric('pratique_reload_failed{part="certificate"}'), 1)
            self.assertEqual(serve.log.count(told), 1)
            self.assertEqual(reloads(serve, "certificate", "failed"), 1)


class Configuration(Folder):
    def setUp(self):
        super().setUp()
        self.file = self.write("pratique.yaml", "unmatched: allow\n")

    def hang_up(self, serve, result="ok"):
        before = reloads(serve, "configuration", result)
        serve.process.send_signal(signal.SIGHUP)
        until(lambda: reloads(serve, "configuration", result) > before, "reloaded", serve.process)

    def test_what_can_change_does(self):
        with Serve(PRATIQUE, "--config", self.file) as serve:
            self.assertTrue(serve.review("/validate", gadget_review()).body["response"]["allowed"])
            self.file.write_text("unmatched: deny\nlogLevel: debug\nbodyLimit: 64Ki\nschemas: []\n")
            self.hang_up(serve)
            self.assertFalse(serve.review("/validate", gadget_review()).body["response"]["allowed"])
            self.assertEqual(serve.review("/validate", b" " * (1 << 17)).status, 413)
            self.assertNotIn("read at the start only", serve.log)

    def test_enforcement_is_loosened_loudly(self):
        with Serve(PRATIQUE, "--config", self.file) as serve:
            self.assertFalse(serve.review("/validate", recorded("myapp-invalid")).body["response"]["allowed"])
            self.file.write_text("enforcement: warn\n")
            self.hang_up(serve)
            response = serve.review("/validate", recorded("myapp-invalid")).body["response"]
            self.assertTrue(response["allowed"])
            self.assertIn("spec.replicas", " ".join(response["warnings"]))
            self.assertRegex(serve.log, "level=warning msg=.enforcement is loosened.* enforcement=warn")
            self.assertEqual(serve.metric("pratique_admission_held_back_total"), 1)
            self.file.write_text("enforcement: enforce\n")
            self.hang_up(serve)
            self.assertFalse(serve.review("/validate", recorded("myapp-invalid")).body["response"]["allowed"])
            self.assertIn("enforcement is tightened", serve.log)

    def test_what_cannot_is_told(self):
        with Serve(PRATIQUE, "--config", self.file) as serve:
            self.file.write_text("threads: 7\nkubeconfig: other\nlogLevel: warning\n")
            self.hang_up(serve)
            until(lambda: serve.log.count("read at the start only") == 2, "told", serve.process)
            self.assertIn("setting=threads", serve.log)
            self.assertIn("setting=kubeconfig", serve.log)

    def test_an_emptied_file_keeps_its_schemas(self):
        self.file.write_text(f"schemas: [{ROOT}/schemas]\n")
        with Serve(PRATIQUE, "--config", self.file, schemas=[]) as serve:
            self.file.write_text("")
            self.hang_up(serve, "failed")
            self.assertFalse(serve.review("/validate", recorded("myapp-invalid")).body["response"]["allowed"])
            self.assertIn("[+]configuration ok: names no schemas, but did before", verbose(serve))

    def test_a_broken_file_changes_nothing(self):
        with Serve(PRATIQUE, "--config", self.file) as serve:
            self.file.write_text("unmatched: deny\nlistn: x\n")
            self.hang_up(serve, "failed")
            self.assertTrue(serve.review("/validate", gadget_review()).body["response"]["allowed"])
            self.assertIn(f'[+]configuration ok: {self.file}:2:1: unknown key "listn"', verbose(serve))
            self.assertEqual(serve.metric('pratique_reload_failed{part="configuration"}'), 1)
            self.file.write_text("unmatched: deny\n")
            self.hang_up(serve)
            self.assertFalse(serve.review("/validate", gadget_review()).body["response"]["allowed"])
            self.assertIn("[+]configuration ok\n", verbose(serve))

    def test_other_folders(self):
        certs = make_certificates(PRATIQUE, self.folder / "certs")
        other = make_certificates(PRATIQUE, self.folder / "other")
        crds = self.write("more/gadget.yaml", GADGET_CRD).parent
        self.file.write_text(f"certs: {certs}\n")
        command = Serve(PRATIQUE, "--config", self.file, certs=certs, schemas=[])
        command.command = [part for part in command.command if part not in ("--certs", certs)]
        with command as serve:
            before = shown(serve)
            self.file.write_text(f"certs: {other}\nschemas: [{crds}]\n")
            self.hang_up(serve)
            serve.certs = other
            until(lambda: reloads(serve, "certificate") == 1, "another certificate", serve.process)
            self.assertNotEqual(shown(serve), before)
            self.assertEqual(serve.metric("pratique_policy_schemas"), 1)
            # The watches have moved along.
            self.write("more/other.yaml", GADGET_CRD.replace("gadgets", "others").replace("Gadget", "Other"))
            until(lambda: serve.metric("pratique_policy_schemas") == 2, "watched", serve.process)
            third = shown(serve)
            renew(other)
            until(lambda: shown(serve) != third, "watched, too", serve.process)


class UnderLoad(Folder):
    """None of it makes a call fail, or a handshake."""

    def run_under_load(self, serve, change, times):
        with Load(lambda: serve.port, serve.certs / "ca.crt", json.dumps(gadget_review(size=4)).encode()) as load:
            until(lambda: load.calls > 64, "every connection is in use", serve.process)
            for number in range(times):
                calls, handshakes = load.calls, load.handshakes
                change(number)
                until(lambda: load.calls > calls + 32 and load.handshakes > handshakes, "calls", serve.process)
        self.assertEqual(load.failures, [])

    def test_schemas(self):
        crd = self.write("gadget.yaml", GADGET_CRD)
        texts = [GADGET_CRD.replace("maximum: 5", "maximum: 6"), GADGET_CRD + "  broken: [", GADGET_CRD]
        with Serve(PRATIQUE, schemas=[self.folder]) as serve:
            def change(number):
                result = "failed" if number % 3 == 1 else "ok"
                before = reloads(serve, "schemas", result)
                crd.write_text(texts[number % 3])
                until(lambda: reloads(serve, "schemas", result) > before, "reloaded", serve.process)

            self.run_under_load(serve, change, 6)

    def test_hanging_up(self):
        self.write("gadget.yaml", GADGET_CRD)
        with Serve(PRATIQUE, schemas=[self.folder]) as serve:
            def change(_):
                before = reloads(serve, "configuration")
                serve.process.send_signal(signal.SIGHUP)
                until(lambda: reloads(serve, "configuration") > before, "reloaded", serve.process)

            self.run_under_load(serve, change, 10)

    def test_a_log_that_nobody_reads(self):
        self.write("gadget.yaml", GADGET_CRD)
        reader, writer = os.pipe()
        fcntl.fcntl(writer, F_SETPIPE_SZ, 8192)
        self.addCleanup(os.close, reader)
        with Serve(PRATIQUE, schemas=[self.folder], stderr=writer) as serve:
            os.close(writer)

            def change(_):
                """Each of these is three lines, and the pipe holds some dozens."""
                before = serve.metric("pratique_log_lines_dropped_total") or 0
                while (serve.metric("pratique_log_lines_dropped_total") or 0) == before:
                    serve.process.send_signal(signal.SIGHUP)

            self.run_under_load(serve, change, 3)
            self.assertEqual(serve.get("/readyz").status, 200)

    def test_certificates_of_a_volume(self):
        """As kubelet renews a Secret: a folder for each generation, and one link to the newest."""
        self.write("gadget.yaml", GADGET_CRD)
        volume = self.folder / "certs"
        volume.mkdir()

        def put(name):
            source = volume / f"..{name}"
            make_certificates(PRATIQUE, source)
            if name != "0":
                for file in ("ca.crt", "ca.key"):
                    shutil.copy(volume / "..0" / file, source / file)
                renew(source)
            (volume / "..new").symlink_to(f"..{name}")
            os.replace(volume / "..new", volume / "..data")

        put("0")
        for file in ("tls.crt", "tls.key", "ca.crt"):
            (volume / file).symlink_to(f"..data/{file}")
        with Serve(PRATIQUE, schemas=[self.folder / "gadget.yaml"], certs=volume) as serve:
            def change(number):
                before = shown(serve)
                put(str(number + 1))
                until(lambda: shown(serve) != before, "another certificate", serve.process)
                if number > 0:
                    shutil.rmtree(volume / f"..{number}")

            self.run_under_load(serve, change, 4)
            self.assertEqual(reloads(serve, "certificate", "failed"), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
