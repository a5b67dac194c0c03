"""Alert rules and dashboard of manifests/monitoring: what they name exists, and alerts fire when they should.

What needs promtool runs where PROMTOOL names one; `./dev monitoring` sees to that."""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

from collector import Collector
from serving import GADGET_CRD, ROOT, Folder, Serve, gadget_review, until

PRATIQUE = sys.argv.pop(1)
PROMTOOL = os.environ.get("PROMTOOL")
MONITORING = ROOT / "manifests" / "monitoring"
RULES_TEST = ROOT / "tests" / "data" / "monitoring" / "rules_test.yaml"
METRIC = re.compile(r"\b((?:pratique|controller_runtime|process|workqueue|rest_client)_[a-z_]+)\b")


def rules():
    """The rules file inside the PrometheusRule: what is below `spec`."""
    text = (MONITORING / "prometheus-rule.yaml").read_text()
    return re.sub("^  ", "", text.split("\nspec:\n")[1], flags=re.M)


def expressions():
    """Those of the dashboard, with Grafana's own variables filled in."""
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$__rate_interval", "5m")


class Scrape(Folder):
    """What a scrape shows after some load."""

    def setUp(self):
        super().setUp()
        self.write("schemas/gadget.yaml", GADGET_CRD)
        with Collector() as collector, Serve(PRATIQUE, "--enforcement", "warn", schemas=[self.folder / "schemas"],
                                             variables={"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
                                                        "OTEL_BSP_SCHEDULE_DELAY": "50"}) as serve:
            other = gadget_review()
            other["request"]["kind"]["kind"] = other["request"]["object"]["kind"] = "Other"
            for review in gadget_review(size=5), gadget_review(size=6), other:
                serve.review("/validate", review)
                serve.review("/mutate", review)
            until(lambda: serve.metric('pratique_spans_total{result="exported"}'), "exported", serve.process)
            self.text = serve.get("/metrics").text

    def test_every_metric_that_is_named_is_there(self):
        shown = set(re.findall(r"^([a-z_]+)[{ ]", self.text, re.M))
        for name in set(METRIC.findall(rules())) | {name for _, text in expressions() for name in METRIC.findall(text)}:
            with self.subTest(name):
                self.assertIn(name, shown)

    @unittest.skipUnless(PROMTOOL, "PROMTOOL names no promtool: ./dev monitoring brings it")
    def test_promtool_reads_the_metrics(self):
        run = subprocess.run([PROMTOOL, "check", "metrics"], input=self.text, capture_output=True, text=True, check=False)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))


class Alerts(unittest.TestCase):
    def test_every_alert_is_tested_both_ways(self):
        tests = RULES_TEST.read_text()
        quiet, firing = tests.split("- name: ", 2)[1], tests.split("- name: ", 2)[2]
        for alert in re.findall(r"- alert: (\w+)", rules()):
            with self.subTest(alert):
                self.assertIn(f"alertname: {alert}}}", quiet)
                self.assertRegex(firing, f"alertname: {alert}\n *exp_alerts")


@unittest.skipUnless(PROMTOOL, "PROMTOOL names no promtool: ./dev monitoring brings it")
class Promtool(Folder):
    def promtool(self, *arguments):
        run = subprocess.run([PROMTOOL, *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return run.stdout

    def test_rules(self):
        self.write("rules.yaml", rules())
        self.write("rules_test.yaml", RULES_TEST.read_text())
        self.assertIn("SUCCESS", self.promtool("check", "rules", "rules.yaml"))
        self.assertIn("SUCCESS", self.promtool("test", "rules", "rules_test.yaml"))

    def test_expressions_of_the_dashboard(self):
        made = [{"record": f"panel:{number}", "expr": expression, "labels": {"panel": title}}
                for number, (title, expression) in enumerate(expressions())]
        self.write("dashboard.yaml", json.dumps({"groups": [{"name": "dashboard", "rules": made}]}))
        self.assertIn(f"{len(made)} rules found", self.promtool("check", "rules", "dashboard.yaml"))


if __name__ == "__main__":
    unittest.main()
