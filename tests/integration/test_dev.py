"""./dev as a newcomer meets it; nothing is built: test_dev.py"""
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
PATIENCE = 120  # seconds; a machine may be busy


def dev(*arguments):
    return subprocess.run([ROOT / "dev", *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)


class Help(unittest.TestCase):
    def test_it_names_every_command_and_no_other(self):
        defined = set(re.findall(r"^cmd_(\w+)\(\)", (ROOT / "dev").read_text("utf-8"), re.M)) - {"help"}
        shown = re.findall(r"^  (\w+) ", dev("help").stdout, re.M)
        self.assertEqual(set(shown), defined)
        lines = re.findall(r"^  (\S+(?: [a-z|]+\b)?)", dev("help").stdout, re.M)
        self.assertEqual(len(lines), len(set(lines)), "a line stands twice")

    def test_without_a_command_it_is_shown(self):
        self.assertEqual(dev().stdout, dev("--help").stdout)

    def test_a_command_that_is_none(self):
        answer = dev("biuld")
        self.assertEqual(answer.returncode, 2)
        self.assertIn('there is no command "biuld"; see ./dev help', answer.stderr)


class Calls(unittest.TestCase):
    def test_they_go_where_run_listens(self):
        cases = {(): "9443", ("--listen", "127.0.0.1:7001"): "7001", ("--listen=[::1]:7002",): "7002",
                 ("--listen", ":1", "--grace", "2s", "--listen", ":7003"): "7003", ("--listen", ":0"): "PORT"}
        for options, port in cases.items():
            with self.subTest(options):
                calls = dev("calls", *options).stdout.splitlines()
                self.assertEqual([call.split()[-1] for call in calls],
                                 [f"https://localhost:{port}/{door}" for door in ("mutate", "validate", "validate")])
                for call in calls:
                    self.assertRegex(call, r"^  curl -sSw '\\n' ")
                    self.assertTrue((ROOT / re.search(r"@(\S+)", call)[1]).exists())


class Keys(unittest.TestCase):
    def test_those_of_the_documented_folder_are_not_for_git(self):
        """`pratique certs init --certs certs`, in this clone."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(ROOT / ".gitignore", folder)
            subprocess.run(["git", "init", "-q", folder], check=True, capture_output=True)
            names = [f"certs/{name}" for name in ("ca.crt", "ca.key", "ca-next.key", "tls.crt", "tls.key")]
            answer = subprocess.run(["git", "-C", folder, "check-ignore", *names], capture_output=True, text=True,
                                    timeout=PATIENCE, check=False)
            self.assertEqual(answer.stdout.split(), names)


class Formatting(unittest.TestCase):
    @unittest.skipUnless(shutil.which("clang-format-14"), "needs clang-format-14")
    def test_files_that_git_does_not_know_yet_are_formatted(self):
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            for name in ("dev", ".clang-format"):
                shutil.copy(ROOT / name, folder)
            (folder / ".gitignore").write_text("build*/\n")
            (folder / "build").mkdir()
            for name in ("new.c", "build/made.c"):
                (folder / name).write_text("int  one ;\n")
            subprocess.run(["git", "init", "-q", folder], check=True, capture_output=True)
            subprocess.run([folder / "dev", "fmt"], check=True, capture_output=True, timeout=PATIENCE)
            self.assertEqual((folder / "new.c").read_text(), "int one;\n")
            self.assertEqual((folder / "build" / "made.c").read_text(), "int  one ;\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
