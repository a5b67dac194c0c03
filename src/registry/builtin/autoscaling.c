/* HorizontalPodAutoscalers (pkg/apis/autoscaling/validation). */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"

static void check_described(const struct place *place, const char *missing, pq_name_check *check)
{
	if (place_text(place).length == 0)
		refuse_required(place, missing);
	else
		check_name(place, check);
}

static size_t count_slashes(struct pq_string text)
{
	size_t count = 0;
	for (size_t i = 0; i < text.length; i++)
		count += text.data[i] == '/';
	return count;
}

/* ValidateAPIVersion by schema.ParseGroupVersion */
static void check_api_version(const struct place *version, bool needs_group)
{
	struct pq_string text = place_text(version);
	if (count_slashes(text) > 1)
		refuse_string(version, text, "unexpected GroupVersion string: %.*s",
			      PQ_STRING_ARGUMENT(text));
	else if (needs_group && pq_names_group_of(text).length == 0)
		refuse_string(version, text, "apiVersion must specify API group");
}

/* ValidateCrossVersionObjectReference */
static void check_reference(const struct place *reference, bool needs_group)
{
	const struct place kind = place_field(reference, "kind");
	const struct place name = place_field(reference, "name");
	const struct place version = place_field(reference, "apiVersion");
	check_required_name(&kind, pq_names_check_path_segment);
	check_required_name(&name, pq_names_check_path_segment);
	check_api_version(&version, needs_group);
}

static void check_positive_quantity(const struct place *target, const char *name)
{
	const struct place place = place_field(target, name);
	struct pq_quantity quantity;
	if (place_is_set(&place) && place_quantity(&place, &quantity) &&
	    pq_quantity_sign(&quantity) <= 0)
		refuse_string(&place, check_quantity_text(&place), "must be positive");
}

/* validateMetricTarget */
static void check_target(const struct place *target)
{
	static const char *const types[] = { "Utilization", "Value", "AverageValue", NULL };
	const struct place type = place_field(target, "type");
	const struct place utilization = place_field(target, "averageUtilization");
	if (place_text(&type).length == 0)
		refuse_required(&type, "must specify a metric target type");
	if (!place_is_one_of(&type, types))
		refuse_word(&type, place_text(&type),
			    "must be either Utilization, Value, or AverageValue");
	check_positive_quantity(target, "value");
	check_positive_quantity(target, "averageValue");
	if (place_is_set(&utilization) && place_integer(&utilization) < 1)
		refuse_number(&utilization, place_integer(&utilization), "must be greater than 0");
}

/* validateMetricIdentifier */
static void check_metric(const struct place *source)
{
	const struct place metric = place_field(source, "metric");
	const struct place name = place_field(&metric, "name");
	check_described(&name, "must specify a metric name", pq_names_check_path_segment);
}

static void check_object_source(const struct place *source)
{
	const struct place object = place_field(source, "describedObject");
	const struct place target = place_field(source, "target");
	const struct place value = place_field(&target, "value");
	const struct place average = place_field(&target, "averageValue");
	check_reference(&object, false);
	check_metric(source);
	check_target(&target);
	if (!place_is_set(&value) && !place_is_set(&average))
		refuse_required(&average, "must set either a target value or averageValue");
}

static void check_external_source(const struct place *source)
{
	const struct place target = place_field(source, "target");
	const struct place value = place_field(&target, "value");
	const struct place average = place_field(&target, "averageValue");
	check_metric(source);
	check_target(&target);
	if (!place_is_set(&value) && !place_is_set(&average))
		refuse_required(&average,
				"must set either a target value for metric or a per-pod target");
	if (place_is_set(&value) && place_is_set(&average))
		refuse_forbidden(&value, "may not set both a target value for metric and a per-pod "
					 "target");
}

static void check_pods_source(const struct place *source)
{
	const struct place target = place_field(source, "target");
	const struct place average = place_field(&target, "averageValue");
	check_metric(source);
	check_target(&target);
	if (!place_is_set(&average))
		refuse_required(&average, "must specify a positive target averageValue");
}

static void check_resource_target(const struct place *source)
{
	const struct place target = place_field(source, "target");
	const struct place utilization = place_field(&target, "averageUtilization");
	const struct place average = place_field(&target, "averageValue");
	check_target(&target);
	if (!place_is_set(&utilization) && !place_is_set(&average))
		refuse_required(&utilization,
				"must set either a target raw value or a target utilization");
	if (place_is_set(&utilization) && place_is_set(&average))
		refuse_forbidden(&average, "may not set both a target raw value and a target "
					   "utilization");
}

static void check_resource_source(const struct place *source)
{
	const struct place name = place_field(source, "name");
	if (place_text(&name).length == 0)
		refuse_required(&name, "must specify a resource name");
	check_resource_target(source);
}

static void check_container_source(const struct place *source)
{
	const struct place name = place_field(source, "name");
	const struct place container = place_field(source, "container");
	if (place_text(&name).length == 0)
		refuse_required(&name, "must specify a resource name");
	else
		resource_check_container_name(&name, place_text(&name));
	check_described(&container, "must specify a container", pq_names_check_dns1123_label);
	check_resource_target(source);
}

static const struct {
	const char *type;
	const char *field;
	place_check *check;
} sources[] = {
	{ "Object", "object", check_object_source },
	{ "External", "external", check_external_source },
	{ "Pods", "pods", check_pods_source },
	{ "Resource", "resource", check_resource_source },
	{ "ContainerResource", "containerResource", check_container_source },
};
enum { SOURCE_COUNT = sizeof sources / sizeof sources[0] };

/* Sources beside the one that the type names, or all of them when there is none. */
static void check_other_sources(const struct place *metric, const struct place *type)
{
	size_t count = 0;
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		const struct place source = place_field(metric, sources[i].field);
		count += place_is_set(&source);
	}
	for (size_t i = 0; count != 1 && i < SOURCE_COUNT; i++) {
		const struct place source = place_field(metric, sources[i].field);
		if (place_is_set(&source) && !place_is_text(type, sources[i].type))
			refuse_forbidden(&source, "must populate the given metric source only");
	}
}

/* validateMetricSpec, which tells an unknown type twice; of several sources it judges the first. */
static void check_metric_spec(const struct place *metric)
{
	static const char *const types[] = { "ContainerResource", "External", "Object", "Pods",
					     "Resource",          NULL };
	const struct place type = place_field(metric, "type");
	bool is_first = true;
	if (place_text(&type).length == 0)
		refuse_required(&type, "must specify a metric source type");
	check_enum(&type, types);
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		const struct place source = place_field(metric, sources[i].field);
		if (place_is_set(&source) && is_first) {
			sources[i].check(&source);
			is_first = false;
		}
	}
	check_enum(&type, types);
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		const struct place source = place_field(metric, sources[i].field);
		if (place_is_text(&type, sources[i].type) && !place_is_set(&source))
			refuse_required(&source,
					"must populate information for the given metric source");
	}
	check_other_sources(metric, &type);
}

/* validateScalingPolicy */
static void check_policy(const struct place *policy)
{
	enum { PERIOD_MAX = 1800 };
	static const char *const types[] = { "Percent", "Pods", NULL };
	const struct place type = place_field(policy, "type");
	const struct place value = place_field(policy, "value");
	const struct place period = place_field(policy, "periodSeconds");
	check_enum(&type, types);
	check_positive(&value);
	check_positive(&period);
	if (place_integer(&period) > PERIOD_MAX)
		refuse_number(&period, place_integer(&period), "must be less than or equal to %d",
			      PERIOD_MAX);
}

/* validateScalingRules; only policies that are empty, and not absent, lack a default. */
static void check_scaling(const struct place *rules)
{
	enum { WINDOW_MAX = 3600 };
	static const char *const selects[] = { "Disabled", "Max", "Min", NULL };
	const struct place window = place_field(rules, "stabilizationWindowSeconds");
	const struct place select = place_field(rules, "selectPolicy");
	const struct place policies = place_field(rules, "policies");
	const struct place tolerance = place_field(rules, "tolerance");
	int64_t seconds = place_integer(&window);
	if (seconds < 0)
		refuse_number(&window, seconds, "must be greater than or equal to zero");
	if (seconds > WINDOW_MAX)
		refuse_number(&window, seconds, "must be less than or equal to %d", WINDOW_MAX);
	check_optional_enum(&select, selects);
	if (place_is_set(&policies) && place_count(&policies) == 0)
		refuse_required(&policies, "must specify at least one Policy");
	place_each(&policies, check_policy);
	check_non_negative_quantity(&tolerance);
}

static void check_replicas(const struct place *spec)
{
	const struct place least = place_field(spec, "minReplicas");
	const struct place most = place_field(spec, "maxReplicas");
	int64_t minimum = place_integer_or(&least, 1), maximum = place_integer(&most);
	if (minimum < 1)
		refuse_number(&least, minimum, "must be greater than or equal to 1");
	if (maximum == 0)
		refuse_required(&most, "must be set and greater than 0");
	else if (maximum < 0)
		refuse_number(&most, maximum, "must be greater than or equal to 1");
	if (maximum < minimum)
		refuse_number(&most, maximum, "must be greater than or equal to `minReplicas`");
}

static void check_target_ref(const struct place *spec)
{
	const struct place reference = place_field(spec, "scaleTargetRef");
	const struct place kind = place_field(&reference, "kind");
	check_reference(&reference, !place_is_text(&kind, "ReplicationController"));
}

/* validateHorizontalPodAutoscalerSpec */
void rules_check_autoscaler_v2(const struct place *autoscaler)
{
	const struct place spec = place_field(autoscaler, "spec");
	const struct place least = place_field(&spec, "minReplicas");
	const struct place metrics = place_field(&spec, "metrics");
	const struct place behavior = place_field(&spec, "behavior");
	const struct place up = place_field(&behavior, "scaleUp");
	const struct place down = place_field(&behavior, "scaleDown");
	bool may_be_zero = false;
	check_replicas(&spec);
	check_target_ref(&spec);
	place_each(&metrics, check_metric_spec);
	for (size_t i = 0; i < place_count(&metrics); i++) {
		const struct place metric = place_item(&metrics, i);
		const struct place type = place_field(&metric, "type");
		may_be_zero |= place_is_text(&type, "Object") || place_is_text(&type, "External");
	}
	if (place_is_set(&least) && place_integer(&least) == 0 && !may_be_zero)
		refuse_forbidden(&metrics, "must specify at least one Object or External metric to "
					   "support scaling to zero replicas");
	check_scaling(&up);
	check_scaling(&down);
}

/* The first version, whose only metric the server tells of as the second version's first. */
void rules_check_autoscaler_v1(const struct place *autoscaler)
{
	const struct place spec = place_field(autoscaler, "spec");
	const struct place utilization = place_field(&spec, "targetCPUUtilizationPercentage");
	const struct place told =
		place_called(&utilization, "metrics[0].resource.target.averageUtilization");
	check_replicas(&spec);
	check_target_ref(&spec);
	if (place_is_set(&utilization) && place_integer(&utilization) < 1)
		refuse_number(&told, place_integer(&utilization), "must be greater than 0");
}
