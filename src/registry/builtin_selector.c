/* Workloads whose selector does not find their own pods (pkg/apis/apps/validation). */
#include "registry/builtin_steps.h"
#include "registry/finding.h"

static const char *const workloads[] = { "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet" };

static bool is_workload(const struct pq_openapi_kind *kind)
{
	if (!pq_string_is(kind->group, "apps"))
		return false;
	for (size_t i = 0; i < sizeof workloads / sizeof workloads[0]; i++) {
		if (pq_string_is(kind->kind, workloads[i]))
			return true;
	}
	return false;
}

/* A null is an empty text to Go. */
static struct pq_string text_of(const struct pq_value *value)
{
	return value->kind == PQ_STRING ? pq_value_string(value) : PQ_S("");
}

static bool has_labels(const struct pq_value *labels, const struct pq_object *wanted)
{
	for (size_t i = 0; i < wanted->count; i++) {
		const struct pq_value *label = pq_value_find(labels, wanted->members[i].key);
		if (label == NULL ||
		    !pq_string_equal(text_of(label), text_of(&wanted->members[i].value)))
			return false;
	}
	return true;
}

void builtin_check_selector(struct judging *judging, const struct pq_openapi_kind *kind)
{
	const struct pq_value *object = &judging->document;
	const struct pq_value *wanted =
		pq_value_find_path(object, 3, "spec", "selector", "matchLabels");
	const struct pq_value *labels =
		pq_value_find_path(object, 4, "spec", "template", "metadata", "labels");
	if (!is_workload(kind) || wanted == NULL || wanted->kind != PQ_OBJECT ||
	    has_labels(labels, wanted->object))
		return;
	const struct pq_path spec = pq_path_property(NULL, PQ_S("spec"));
	const struct pq_path template = pq_path_property(&spec, PQ_S("template"));
	const struct pq_path metadata = pq_path_property(&template, PQ_S("metadata"));
	const struct pq_path path = pq_path_property(&metadata, PQ_S("labels"));
	struct pq_value shown = labels == NULL ? pq_value_null() : *labels;
	if (labels == NULL)
		shown.offset = wanted->offset;
	finding_add_invalid_typed(&judging->outcome->findings, &path, &shown,
				  "`selector` does not match template `labels`");
}
