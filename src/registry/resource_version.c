/* Deprecated versions, and which one to use instead. */
#include "registry/resource.h"

enum stability { OTHER, ALPHA, BETA, GENERAL };

/* "v1", "v2beta3"; anything else is OTHER (k8s.io/apimachinery/pkg/version/helpers.go). */
struct version_rank {
	enum stability stability;
	int64_t major;
	int64_t minor;
};

/* Splits the digits off the start; false when there are none or they say too much. */
static bool take_number(struct pq_string *text, int64_t *number)
{
	size_t count = 0;
	int64_t value = 0;
	for (; count < text->length; count++) {
		char digit = text->data[count];
		if (digit < '0' || digit > '9')
			break;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit - '0', &value))
			return false;
	}
	*text = pq_string_slice(*text, count, text->length);
	*number = value;
	return count > 0;
}

static bool take_prefix(struct pq_string *text, struct pq_string prefix)
{
	if (!pq_string_starts_with(*text, prefix))
		return false;
	*text = pq_string_slice(*text, prefix.length, text->length);
	return true;
}

static struct version_rank rank_version(struct pq_string name)
{
	struct version_rank rank = { .stability = GENERAL };
	if (!take_prefix(&name, PQ_S("v")) || !take_number(&name, &rank.major))
		return (struct version_rank){ 0 };
	if (name.length == 0)
		return rank;
	rank.stability = take_prefix(&name, PQ_S("beta"))    ? BETA
			 : take_prefix(&name, PQ_S("alpha")) ? ALPHA
							     : OTHER;
	if (rank.stability == OTHER || !take_number(&name, &rank.minor) || name.length > 0)
		return (struct version_rank){ 0 };
	return rank;
}

static int compare_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* Kubernetes' order: v2 before v1 before v1beta1 before others. */
static int compare_versions(struct pq_string a, struct pq_string b)
{
	struct version_rank left = rank_version(a), right = rank_version(b);
	if (left.stability != right.stability)
		return compare_numbers(left.stability, right.stability);
	if (left.stability == OTHER)
		return pq_string_compare(b, a);
	if (left.major != right.major)
		return compare_numbers(left.major, right.major);
	return compare_numbers(left.minor, right.minor);
}

/* The warning of a deprecated version names the best version that is not. */
void resource_warn_of_version(struct judging *judging)
{
	const struct pq_crd *crd = judging->request->crd;
	const struct pq_crd_version *version = judging->request->version, *best = NULL;
	if (version->deprecation_warning.data != NULL) {
		judging_warn(judging, version->deprecation_warning);
		return;
	}
	for (size_t i = 0; i < crd->version_count; i++) {
		const struct pq_crd_version *other = &crd->versions[i];
		if (other->served && !other->deprecated &&
		    compare_versions(version->name, other->name) < 0 &&
		    (best == NULL || compare_versions(best->name, other->name) < 0))
			best = other;
	}
	struct pq_buffer text;
	pq_buffer_init_in(&text, judging->arena, 0);
	pq_buffer_append_format(&text, "%.*s/%.*s %.*s is deprecated",
				PQ_STRING_ARGUMENT(crd->group), PQ_STRING_ARGUMENT(version->name),
				PQ_STRING_ARGUMENT(crd->kind));
	if (best != NULL)
		pq_buffer_append_format(
			&text, "; use %.*s/%.*s %.*s", PQ_STRING_ARGUMENT(crd->group),
			PQ_STRING_ARGUMENT(best->name), PQ_STRING_ARGUMENT(crd->kind));
	if (!pq_buffer_failed(&text))
		judging_warn(judging, pq_buffer_view(&text));
}
