"""One case, asked of the server and of the engine."""
import hashlib

from compare import difference
from document import write
from server import DEFINITIONS

TRIES = 6  # of the server, whose answer depends on the order of Go's maps in places


class Case:
    """A request. crd is the CRD as it is served then, None when the request is about a CRD; old is the stored
    object as a GET returns it, before is what was sent to have it stored, under first, an earlier CRD."""

    def __init__(self, body, mode, crd=None, old=None, subresource="", first=None, before=None):
        self.body = body
        self.mode = mode
        self.crd = crd
        self.old = old
        self.subresource = subresource
        self.first = first
        self.before = before

    @property
    def collection(self):
        if self.crd is None:
            return DEFINITIONS
        spec = self.crd["spec"]
        middle = "/namespaces/default" if spec["scope"] == "Namespaced" else ""
        return f"/apis/{spec['group']}/{spec['versions'][0]['name']}{middle}/{spec['names']['plural']}"

    @property
    def name(self):
        return self.old["metadata"]["name"] if self.old else None

    def ask_server(self, server):
        query = f"?dryRun=All&fieldValidation={self.mode}"
        if self.old is None:
            return server.ask("POST", self.collection + query, write(self.body))
        place = f"{self.collection}/{self.name}" + (f"/{self.subresource}" if self.subresource else "")
        return server.ask("PUT", place + query, write(self.body))

    def line(self, key):
        """For the engine."""
        line = {"body": write(self.body), "fieldValidation": self.mode, "subresource": self.subresource}
        if self.crd is not None:
            line.update(crd=key, version=self.crd["spec"]["versions"][0]["name"])
            if self.crd["spec"]["scope"] == "Namespaced":
                line["namespace"] = "default"
        if self.old is not None:
            line.update(old=self.old, name=self.name)
        return line

    def digest(self):
        text = write([self.line("")] + [self.crd])
        return hashlib.blake2b(text.encode(), digest_size=12).digest()


def judge(case, server, engine, key):
    """(the server's answer, ours, what differs or None)."""
    ours = engine.judge(case.line(key))
    theirs = case.ask_server(server)
    differs = difference(theirs, ours, crd=case.crd is None)
    for _ in range(TRIES if differs else 0):
        again = case.ask_server(server)
        if difference(again, ours, crd=case.crd is None) is None:
            return again, ours, None
    return theirs, ours, differs
