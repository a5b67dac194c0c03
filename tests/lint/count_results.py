"""Closes a meson test run with "N passed, N failed, N skipped": count_results.py TESTLOG.JSON"""
import collections
import json
import sys

counts = collections.Counter()
with open(sys.argv[1]) as log:
    for line in log:
        counts[json.loads(line)["result"]] += 1
passed = counts.pop("OK", 0) + counts.pop("EXPECTEDFAIL", 0)
skipped = counts.pop("SKIP", 0)
failed = sum(counts.values())
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed > 0 or passed == 0)
