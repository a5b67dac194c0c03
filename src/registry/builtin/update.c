#include "registry/builtin/update.h"

static bool is_absent(const struct pq_value *value)
{
	return value == NULL || value->kind == PQ_NULL;
}

/* As Go's Semantic.DeepEqual has it, which makes no difference between nil and none. */
static bool is_empty(const struct pq_value *value)
{
	if (is_absent(value))
		return true;
	return value->kind == PQ_OBJECT ? value->object->count == 0
					: value->kind == PQ_ARRAY && value->length == 0;
}

/* Fields that the server fills in where they are left out: by its defaults, by admission plugins
 * that are on unless they are turned off, by controllers. What is absent may be anything there. */
static const char *const filled[] = {
	/* pods */
	"appArmorProfile",
	"dnsPolicy",
	"enableServiceLinks",
	"ephemeralContainers",
	"imagePullSecrets",
	"nodeName",
	"nodeSelector",
	"overhead",
	"preemptionPolicy",
	"priority",
	"priorityClassName",
	"restartPolicy",
	"schedulerName",
	"seccompProfile",
	"serviceAccount",
	"serviceAccountName",
	"terminationGracePeriodSeconds",
	"tolerations",
	"volumes",
	/* containers */
	"hostPort",
	"imagePullPolicy",
	"limits",
	"mountPropagation",
	"procMount",
	"protocol",
	"recursiveReadOnly",
	"requests",
	"resizePolicy",
	"terminationMessagePath",
	"terminationMessagePolicy",
	"volumeMounts",
	/* probes, and what else names a path or a version */
	"apiGroup",
	"apiVersion",
	"divisor",
	"failureThreshold",
	"kind",
	"path",
	"periodSeconds",
	"scheme",
	"successThreshold",
	"timeoutSeconds",
	/* sources of volumes */
	"cachingMode",
	"defaultMode",
	"expirationSeconds",
	"fsType",
	"iscsiInterface",
	"keyring",
	"pool",
	"pullPolicy",
	"readOnly",
	"storageMode",
	"user",
	/* spread and affinity, which matchLabelKeys are put into */
	"labelSelector",
	"matchExpressions",
	"nodeAffinityPolicy",
	"nodeTaintsPolicy",
	/* jobs, with the labels of their pods */
	"backoffLimit",
	"batch.kubernetes.io/controller-uid",
	"batch.kubernetes.io/job-name",
	"completionMode",
	"completions",
	"controller-uid",
	"job-name",
	"parallelism",
	"podReplacementPolicy",
	"selector",
	"status",
	"suspend",
	/* other workloads */
	"persistentVolumeClaimRetentionPolicy",
	"podManagementPolicy",
	"revisionHistoryLimit",
	"updateStrategy",
	/* claims and volumes */
	"claimRef",
	"dataSource",
	"dataSourceRef",
	"persistentVolumeReclaimPolicy",
	"storageClassName",
	"volumeAttributesClassName",
	"volumeMode",
	"volumeName",
	/* metadata */
	"annotations",
	"creationTimestamp",
	"namespace",
};

/* Maps of which the server fills in members. */
static const char *const merged[] = { "limits", "nodeSelector", "overhead", "requests" };

static bool is_among(struct pq_string name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (pq_string_is(name, names[i]))
			return true;
	}
	return false;
}

#define IS_AMONG(name, names) is_among(name, names, sizeof(names) / sizeof(names)[0])

/* "500m" and "0.5" may be one quantity, and the server rounds up to thousandths. */
static bool is_same_quantity(const struct pq_value *a, const struct pq_value *b)
{
	struct pq_quantity left, right;
	struct pq_error error;
	if (a->kind != PQ_STRING || b->kind != PQ_STRING ||
	    !pq_quantity_parse(pq_value_string(a), &left, &error) ||
	    !pq_quantity_parse(pq_value_string(b), &right, &error))
		return false;
	pq_quantity_round_up(&left, -3);
	pq_quantity_round_up(&right, -3);
	return pq_quantity_compare(&left, &right) == 0;
}

/* Of two values of a field. */
typedef bool comparer(struct pq_string field, const struct pq_value *a, const struct pq_value *b);

static bool has_same_items(struct pq_string field, const struct pq_value *a,
			   const struct pq_value *b, comparer *compare)
{
	if (a->length != b->length)
		return false;
	for (size_t i = 0; i < a->length; i++) {
		if (!compare(field, &a->items[i], &b->items[i]))
			return false;
	}
	return true;
}

/* Each member of a against b's. */
static bool has_members(struct pq_string field, const struct pq_value *a, const struct pq_value *b,
			comparer *compare)
{
	bool is_merged = IS_AMONG(field, merged);
	for (size_t i = 0; i < a->object->count; i++) {
		const struct pq_member *member = &a->object->members[i];
		if (!compare(is_merged ? field : member->key, &member->value,
			     pq_value_find(b, member->key)))
			return false;
	}
	return true;
}

static bool compare_present(struct pq_string field, const struct pq_value *a,
			    const struct pq_value *b, comparer *compare)
{
	bool may_be_quantity = a->kind != PQ_OBJECT && a->kind != PQ_ARRAY;
	if (a->kind != b->kind) /* a quantity may be written as a number, too */
		return may_be_quantity && b->kind != PQ_OBJECT && b->kind != PQ_ARRAY;
	if (a->kind == PQ_ARRAY)
		return has_same_items(field, a, b, compare);
	if (a->kind == PQ_OBJECT)
		return has_members(field, a, b, compare) && has_members(field, b, a, compare);
	return pq_value_equal(a, b) || is_same_quantity(a, b);
}

/* What reads as if it had been left out, or as a pointer to that. */
static bool is_left_out(const struct pq_value *value)
{
	return is_empty(value) || pq_value_is_zero(value);
}

static bool may_be_same(struct pq_string field, const struct pq_value *a, const struct pq_value *b);

/* Whether a struct holds nothing but what may have been filled in. */
static bool may_be_left_out(struct pq_string field, const struct pq_value *value)
{
	if (is_left_out(value) || IS_AMONG(field, filled))
		return true;
	return value->kind == PQ_OBJECT && has_members(field, value, NULL, may_be_same);
}

static bool may_be_same(struct pq_string field, const struct pq_value *a, const struct pq_value *b)
{
	if (is_left_out(a))
		return may_be_left_out(field, b);
	if (is_left_out(b))
		return may_be_left_out(field, a);
	return compare_present(field, a, b, may_be_same);
}

bool update_may_be_same(const char *field, const struct pq_value *a, const struct pq_value *b)
{
	return may_be_same(pq_string_from(field), a, b);
}

bool update_member_may_be_same(const struct pq_member *a, const struct pq_value *b)
{
	return may_be_same(a->key, &a->value, b);
}

static bool is_same(struct pq_string field, const struct pq_value *a, const struct pq_value *b)
{
	/* A null is the zero value of what stands there. */
	if (a != NULL && b != NULL && (a->kind == PQ_NULL || b->kind == PQ_NULL))
		return pq_value_is_zero(a) && pq_value_is_zero(b);
	if (is_empty(a) || is_empty(b))
		return is_empty(a) && is_empty(b);
	return compare_present(field, a, b, is_same);
}

bool update_is_same(const struct pq_value *a, const struct pq_value *b)
{
	return is_same(PQ_S(""), a, b);
}

void update_refuse(const struct place *now)
{
	refuse_shown(now, refuse_place_json(now), "field is immutable");
}

void update_check_selector(const struct place *now, const struct place *old)
{
	const struct place selector = place_field(now, "selector");
	const struct place before = place_field(old, "selector");
	if (!update_is_same(selector.value, before.value))
		refuse_shown(&selector, check_show_selector(&selector), "field is immutable");
}

void update_check_field(const struct place *now, const struct place *old, const char *name)
{
	const struct place field = place_field(now, name);
	const struct place before = place_field(old, name);
	if (!update_may_be_same(name, field.value, before.value))
		update_refuse(&field);
}

static struct pq_string text_or(const struct place *place, const char *otherwise)
{
	return place_is_set(place) ? place_text(place) : pq_string_from(otherwise);
}

void update_check_text(const struct place *now, const struct place *old, const char *name,
		       const char *otherwise)
{
	const struct place field = place_field(now, name);
	const struct place before = place_field(old, name);
	struct pq_string text = text_or(&field, otherwise);
	if (!pq_string_equal(text, text_or(&before, otherwise)))
		refuse_word(&field, text, "field is immutable");
}
