"""Whether two answers are the same, as far as the server is determined."""
import json
import re
from collections import Counter

from document import read, write

# What the server makes up; and selfLink, which storing drops but the dry run of an update does not.
IGNORED = ("uid", "creationTimestamp", "managedFields", "resourceVersion", "selfLink")
SELF_TYPE = re.compile(r"selfType\d+")


class Difference:
    """kind is what differs; server and we are texts that only one side has. The looks are these without names and
    values: differences of the same looks have the same cause, mostly."""

    def __init__(self, kind, server, we):
        self.kind = kind
        self.text = f"{kind}: only server: {' ; '.join(server)} | only we: {' ; '.join(we)}"
        if kind == "result":
            self.looks = {"result"}
        else:
            self.looks = {f"{kind} of {side}: {look(text)}" for side, texts in (("server", server), ("us", we)) for text in texts}


def look(text):
    """Without its values and its place."""
    text = re.sub(r" at '.*'$", "", text)
    text = re.sub(r"[\[{].*[\]}]", "…", text) if text.count('"') > 40 else text
    return re.sub(r'\\?"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|\S*[.\[]\S*(?= in body)', "…", text)[:200]


def difference(theirs, ours, crd=False):
    """The first Difference; None when there is none."""
    theirs = without_random_name(theirs, ours)
    if theirs.code // 100 != 2 or ours.code // 100 != 2:
        if theirs.code != ours.code:
            return Difference("code", [f"{theirs.code} {message(theirs)}"], [f"{ours.code} {message(ours)}"])
        return compare_statuses(theirs, ours) or compare_warnings(theirs, ours)
    server, we = result_of(theirs.document, crd), result_of(ours.document, crd)
    if server != we:
        return Difference("result", [write(server)], [write(we)])
    return compare_warnings(theirs, ours)


def without_random_name(theirs, ours):
    """A name that the server made up has its random part replaced by what we have there."""
    name = (ours.document or {}).get("metadata", {}).get("name") if ours.accepted else \
        ((ours.document or {}).get("details") or {}).get("name")
    if not isinstance(name, str) or not name.endswith("xxxxx"):
        return theirs
    document = theirs.document or {}
    made_up = document.get("metadata", {}).get("name") or (document.get("details") or {}).get("name")
    if not isinstance(made_up, str):
        return theirs
    made_up, name = (json.dumps(text)[1:-1] for text in (made_up, name))
    return type(theirs)(theirs.code, read(write(document).replace(f'{made_up}"', f'{name}"').replace(f'{made_up}\\"', f'{name}\\"')),
                        theirs.warnings)


def named_alike(text):
    """The server numbers the types of rules at random."""
    return SELF_TYPE.sub("selfType0", text)


def message(answer):
    return "" if answer.accepted else named_alike((answer.document or {}).get("message", ""))


def result_of(document, crd):
    """Of a CRD the spec; its status is the controllers'."""
    if crd:
        return document.get("spec")
    cleaned = dict(document)
    if isinstance(document.get("metadata"), dict):
        cleaned["metadata"] = {key: item for key, item in document["metadata"].items() if key not in IGNORED}
    return cleaned


def compare_statuses(theirs, ours):
    found = compare_texts("causes", map(write_cause, theirs.causes), map(write_cause, ours.causes))
    if found:
        return found
    # Parts of a message come in any order.
    server, we = message(theirs), message(ours)
    if server != we and (len(theirs.causes) < 2 or sorted(server) != sorted(we)):
        return Difference("message", [message(theirs)], [message(ours)])
    for name in ("name", "group", "kind"):
        server, we = (str((answer.document.get("details") or {}).get(name)) for answer in (theirs, ours))
        if server != we:
            return Difference(f"details.{name}", [server], [we])
    if theirs.document.get("reason") != ours.document.get("reason"):
        return Difference("reason", [str(theirs.document.get("reason"))], [str(ours.document.get("reason"))])
    return None


def compare_warnings(theirs, ours):
    return compare_texts("warnings", theirs.warnings, ours.warnings)


def compare_texts(kind, theirs, ours):
    """As multisets."""
    server, we = Counter(theirs), Counter(ours)
    if server == we:
        return None
    return Difference(kind, sorted((server - we).elements()), sorted((we - server).elements()))


def write_cause(cause):
    return f"{named_alike(str(cause.get('message')))} ({cause.get('reason')}) at {cause.get('field')!r}"
