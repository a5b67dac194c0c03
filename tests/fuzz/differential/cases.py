"""Cases in files: a request, and what the server answered to it."""
import base64

from document import write
from judge import Case, Stored
from server import Answer


def write_case(path, case, answer):
    fields = {"mode": case.mode, "subresource": case.subresource, "crd": case.crd, "version": case.version}
    if case.old is not None:
        fields["old"] = case.old.document
    try:
        fields["body"] = case.text.decode()
    except UnicodeDecodeError:
        fields["bytes"] = base64.b64encode(case.text).decode()
    fields.update(code=answer.code, answer=answer.document, warnings=answer.warnings)
    lines = ",\n".join(f'"{name}": {write(value)}' for name, value in fields.items() if value not in (None, ""))
    path.write_text("{\n" + lines + "\n}\n")


class Recorded(Case):
    """The body is kept as it was sent."""

    def __init__(self, fields):
        body = base64.b64decode(fields["bytes"]) if "bytes" in fields else fields.get("body", "").encode()
        old = Stored(fields["old"]) if "old" in fields else None
        super().__init__(body, fields["mode"], fields.get("crd"), old, fields.get("subresource", ""), fields.get("version"))
        self.answer = Answer(int(fields["code"].text), fields["answer"], fields["warnings"])
