"""Cases in files: a request, and what the server answered to it."""
from document import write
from judge import Case
from server import Answer


def write_case(path, case, answer):
    fields = {"mode": case.mode, "subresource": case.subresource, "crd": case.crd, "old": case.old, "body": write(case.body),
              "code": answer.code, "answer": answer.document, "warnings": answer.warnings}
    lines = ",\n".join(f'"{name}": {write(value)}' for name, value in fields.items() if value not in (None, ""))
    path.write_text("{\n" + lines + "\n}\n")


class Recorded(Case):
    """The body is text, kept as it was sent."""

    def __init__(self, fields):
        super().__init__(fields["body"], fields["mode"], crd=fields.get("crd"), old=fields.get("old"),
                         subresource=fields.get("subresource", ""))
        self.answer = Answer(int(fields["code"].text), fields["answer"], fields["warnings"])

    def line(self, key):
        return dict(super().line(key), body=self.body)
