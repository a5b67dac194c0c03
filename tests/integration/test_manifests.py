"""The two forms of the webhook configurations differ in how the API server finds pratique, and in
nothing else."""
import difflib
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "manifests" / "webhook"


def read(name):
    """The lines without the comment on top and without what stands below clientConfig."""
    text = (FOLDER / name).read_text()
    text = re.sub(r"\A(#.*\n)+", "", text)
    return re.sub(r"( +)clientConfig:\n(\1 +.*\n)+", r"\1clientConfig:\n", text).splitlines()


difference = list(difflib.unified_diff(read("service.yaml"), read("url.yaml"), "service.yaml", "url.yaml", lineterm=""))
print("\n".join(difference))
sys.exit(1 if difference else 0)
