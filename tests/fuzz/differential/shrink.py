"""Makes a case that differs small: what can be left out without the difference going away is left out."""
import copy
import itertools

from document import Pairs, remove, replace, walk
from judge import Case, judge
from server import DEFINITIONS

REQUESTS = 400  # for the object
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


def shrink_body(case, differs, server, engine, key):
    def still_differs(body):
        changed = copy.copy(case)
        changed.body = body
        try:
            found = judge(changed, server, engine, key)[2]
        except ConnectionError:
            return False
        return is_same(found, differs)
    case = copy.copy(case)
    case.body = shrink_document(case.body, KEPT_OF_CRD if case.crd is None else KEPT, still_differs, REQUESTS)
    return case


def install(case, server, engine):
    """The case under a group of its own, with everything stored that it needs. (case, key), or None."""
    group = f"shrunk{next(numbers)}.example.com"
    moved = copy.copy(case)

    def move(crd):
        return dict(crd, metadata={"name": f"{crd['spec']['names']['plural']}.{group}"}, spec=dict(crd["spec"], group=group))

    def move_object(value):
        return dict(value, apiVersion=f"{group}/v1") if isinstance(value, dict) and "apiVersion" in value else value
    moved.crd, moved.body = move(case.crd), move_object(case.body)
    first = move(case.first or case.crd)
    if not server.install(first, "first").accepted:
        return None
    if case.old is not None:
        moved.before = move_object(case.before)
        for path, method in ((moved.collection, "POST"), (f"{moved.collection}/{case.name}/status", "PUT")):
            stored = Case(moved.before, "Ignore", crd=first)
            if not server.ask(method, path, stored.line("")["body"]).accepted and method == "POST":
                return None
    if case.first is not None:
        moved.first = first
        if not server.install(moved.crd, "second").accepted:
            return None
    if case.old is not None:
        got = server.ask("GET", f"{moved.collection}/{case.name}")
        if not got.accepted:
            return None
        moved.old = got.document
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
                theirs, _, found = judge(ready[0], server, engine, ready[1]) if ready else (None, None, None)
            except (ConnectionError, RuntimeError):
                ready = found = None
            if ready:
                server.ask("DELETE", f"{DEFINITIONS}/{ready[0].crd['metadata']['name']}")
            if is_same(found, differs):
                best, answer, progress = ready[0], theirs, True
                break
    return best, answer
