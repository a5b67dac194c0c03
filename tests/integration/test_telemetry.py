"""What `serve` tells of itself: log, metrics, traces."""
import re
import sys
import unittest

from serving import GADGET_CRD, Folder, Serve, gadget_review

PRATIQUE = sys.argv.pop(1)


class Gadgets(Folder):
    """A test with a schema for gadgets, whose size is at most 5."""

    def setUp(self):
        super().setUp()
        self.write("schemas/gadget.yaml", GADGET_CRD)

    def serve(self, *options, **more):
        return Serve(PRATIQUE, *options, schemas=[self.folder / "schemas"], **more)


class Metrics(Gadgets):
    def test_findings_are_counted_by_kind_and_reason(self):
        series = 'pratique_findings_total{group="example.com",kind="Gadget",reason="%s",action="%s"}'
        with self.serve() as serve:
            serve.review("/validate", gadget_review(size=6))
            serve.review("/validate", gadget_review(size=7))
            serve.review("/validate", gadget_review(size=5, colour="red"))
            self.assertEqual(serve.metric(series % ("FieldValueInvalid", "deny")), 2)
            self.assertEqual(serve.metric(series % ("FieldValueInvalid", "warn")), None)
            self.assertEqual(serve.metric(series % ("UnknownField", "warn")), 1)
        with self.serve("--enforcement", "warn") as serve:
            serve.review("/validate", gadget_review(size=6))
            self.assertEqual(serve.metric(series % ("FieldValueInvalid", "warn")), 1)

    def test_controller_runtime_names(self):
        with self.serve() as serve:
            for code in 200, 500:  # there before anything happened, as controller-runtime has it
                series = f'controller_runtime_webhook_requests_total{{webhook="/mutate",code="{code}"}}'
                self.assertEqual(serve.metric(series), 0)
            serve.review("/mutate", gadget_review())
            self.assertEqual(serve.metric('controller_runtime_webhook_requests_total{webhook="/mutate",code="200"}'), 1)
            self.assertEqual(serve.metric('controller_runtime_webhook_latency_seconds_count{webhook="/mutate"}'), 1)
            self.assertEqual(serve.in_flight("/mutate"), 0)
            self.assertGreater(serve.metric("pratique_arena_high_water_bytes"), 1000)

    def test_target_info(self):
        variables = {"OTEL_SERVICE_NAME": "gate", "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test",
                     "POD_NAME": "gate-0", "NODE_NAME": "n1", "POD_NAMESPACE": "system"}
        with self.serve(variables=variables) as serve:
            line = re.search("^target_info{(.*)} 1$", serve.get("/metrics").text, re.M)[1]
            found = dict(re.findall(r'(\w+)="([^"]*)"', line))
            self.assertRegex(found.pop("service_instance_id"), "^[0-9a-f]{8}-[0-9a-f]{4}-4")
            self.assertRegex(found.pop("service_version"), r"^\d+\.\d+")
            self.assertEqual(found, {"service_name": "gate", "k8s_pod_name": "gate-0", "k8s_node_name": "n1",
                                     "k8s_namespace_name": "system", "deployment_environment": "test"})

    def test_a_mistake_in_the_attributes_does_not_keep_it_from_serving(self):
        with self.serve(variables={"OTEL_RESOURCE_ATTRIBUTES": "a=1,secret"}) as serve:
            self.assertRegex(serve.log, "level=warning .*OTEL_RESOURCE_ATTRIBUTES: an item is not of the form")
            self.assertNotIn("secret", serve.log)
            self.assertEqual(serve.get("/readyz").status, 200)


if __name__ == "__main__":
    unittest.main()
