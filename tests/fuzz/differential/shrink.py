"""Makes a case that differs small: what can be left out without the difference going away is left out."""
import copy
import itertools
import os

from document import Pairs, remove, replace, walk, write
from judge import Stored, judge
from server import DEFINITIONS

REQUESTS = 400  # for the object
TRIES = 3       # less than usual: a difference that goes away is no harm here
INSTALLS = 25   # for the CRD; each takes a second
KEPT = {("apiVersion",), ("kind",), ("metadata",), ("metadata", "name")}
KEPT_OF_CRD = KEPT | {("metadata", "resourceVersion"), ("spec",), ("spec", "group"), ("spec", "scope"), ("spec", "names"),
                      ("spec", "names", "plural"), ("spec", "names", "kind"), ("spec", "versions"), ("spec", "versions", 0),
                      *(("spec", "versions", 0, name) for name in ("name", "served", "storage", "schema")),
                      ("spec", "versions", 0, "schema", "openAPIV3Schema")}
numbers = itertools.count()


def is_same(found, differs):
    """Whether a smaller case still shows nothing but the difference looked for."""
    return found is not None and found.looks <= differs.looks


def smaller(document, kept):
    """Documents with one part less, large parts first."""
    places = sorted((path for path, _ in walk(document) if path and path not in kept), key=len)
    for path in places:
        yield remove(document, path)
    for path, value in walk(document):
        if path in kept or not path:
            continue
        if isinstance(value, str) and len(value) > 1 and path[-1] != "type":
            yield replace(document, path, value[:len(value) // 2])
            yield replace(document, path, value[1:])
        elif isinstance(value, Pairs):
            yield replace(document, path, dict(value))


def shrink_document(document, kept, differs, budget):
    """The smallest document found that still differs."""
    progress = True
    while progress and budget > 0:
        progress = False
        for candidate in smaller(document, kept):
            budget -= 1
            if budget <= 0:
                break
            if differs(candidate):
                document, progress = candidate, True
                break
    return document


def shrink_bytes(text, differs, budget):
    """Leaves out ever smaller pieces."""
    size = len(text) // 2
    while size > 0 and budget > 0:
        place = 0
        while place < len(text) and budget > 0:
            candidate = text[:place] + text[place + size:]
            budget -= 1
            if differs(candidate):
                text = candidate
            else:
                place += size
        size //= 2
    return text


def shrink_body(case, differs, server, engine, key):
    def still_differs(body):
        changed = copy.copy(case)
        changed.body = body
        try:
            found = judge(changed, server, engine, key, TRIES)[2]
        except ConnectionError:
            return False
        return is_same(found, differs)
    case = copy.copy(case)
    if isinstance(case.body, bytes):
        case.body = shrink_bytes(case.body, still_differs, REQUESTS)
    else:
        kept = KEPT_OF_CRD if case.crd is None else KEPT
        case.body = shrink_document(case.body, kept, still_differs, REQUESTS)
    return case


def install(case, server, engine):
    """The case under a group of its own, with everything stored that it needs. (case, key), or None."""
    group = f"shrunk{next(numbers)}.{os.getpid()}.example.com"
    moved = copy.copy(case)
    known = case.crd["spec"]["group"]

    def move(crd):
        return dict(crd, metadata={"name": f"{crd['spec']['names']['plural']}.{group}"}, spec=dict(crd["spec"], group=group))

    def move_object(value):
        if isinstance(value, bytes):
            return value.replace(known.encode(), group.encode())
        is_object = isinstance(value, dict) and isinstance(value.get("apiVersion"), str)
        return dict(value, apiVersion=value["apiVersion"].replace(known, group)) if is_object else value
    moved.crd, moved.body = move(case.crd), move_object(case.body)
    first = move(case.old.first or case.crd) if case.old else moved.crd
    if not server.install(first, "first").accepted:
        return None
    if case.old is not None:
        before = move_object(case.old.before)
        for path, method in ((moved.collection, "POST"), (f"{moved.collection}/{case.old.name}/status", "PUT")):
            if not server.ask(method, path + "?fieldValidation=Ignore", write(before)).accepted and method == "POST":
                return None
        if case.old.first is not None and not server.install(moved.crd, "second").accepted:
            return None
        got = server.ask("GET", f"{moved.collection}/{case.old.name}")
        if not got.accepted:
            return None
        moved.old = Stored(got.document, before, first if case.old.first else None)
    return (moved, group) if engine.define(group, moved.crd) is None else None


def shrink_crd(case, differs, server, engine, key):
    """(case, server's answer) with a smaller schema, too, as far as the budget goes."""
    root = ("spec", "versions", 0, "schema", "openAPIV3Schema")
    best, answer = case, judge(case, server, engine, key)[0]
    budget = INSTALLS
    progress = True
    while progress and budget > 0:
        progress = False
        places = sorted((path for path, _ in walk(best.crd) if path[:5] == root and len(path) > 6), key=len)
        for path in places:
            if budget <= 0:
                break
            budget -= 1
            candidate = copy.copy(best)
            candidate.crd = remove(best.crd, path)
            try:
                ready = install(candidate, server, engine)
                theirs, _, found, _ = judge(ready[0], server, engine, ready[1], TRIES) if ready else (None, None, None, None)
            except (ConnectionError, RuntimeError):
                ready = found = None
            if ready:
                server.ask("DELETE", f"{DEFINITIONS}/{ready[0].crd['metadata']['name']}")
            if is_same(found, differs):
                best, answer, progress = ready[0], theirs, True
                break
    return best, answer
