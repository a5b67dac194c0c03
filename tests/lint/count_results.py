"""Closes a meson test run with "N passed, N failed, N skipped": count_results.py TESTLOG.JSON

To meson a cmocka program passes when nothing failed, also when all was skipped for want of the
published data. Here such a program counts as skipped, and the reason is told once.
"""
import collections
import json
import re
import sys


def outcome(test):
    output = test.get("stdout", "") + test.get("stderr", "")
    if test["result"] == "OK" and "[  SKIPPED ]" in output and "[  PASSED  ] 0 test(s)." in output:
        return "SKIP"
    return test["result"]


def main():
    with open(sys.argv[1]) as log:
        tests = [json.loads(line) for line in log]
    counts = collections.Counter(outcome(test) for test in tests)
    passed = counts.pop("OK", 0) + counts.pop("EXPECTEDFAIL", 0)
    skipped = counts.pop("SKIP", 0)
    failed = sum(counts.values())
    partly = [test["name"].split(" / ")[-1] for test in tests
              if re.search(r"^SKIP: corpus ", test.get("stdout", ""), re.M)]
    if partly:
        print("without published data (../shared/corpora, or PRATIQUE_CORPORA), skipped in whole or in part: "
              + ", ".join(sorted(partly)))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed > 0 or passed == 0


sys.exit(main())
