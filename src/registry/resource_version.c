/* Deprecated versions, and which one to use instead. */
#include "registry/resource.h"

#include <stdio.h>

/* Orders versions as Kubernetes does: v2 before v1 before v1beta1 before others. */
struct version_rank {
	int stability; /* 3 general, 2 beta, 1 alpha, 0 other */
	long major;
	long minor;
};

static struct version_rank rank_version(struct pq_string name)
{
	char text[64], stage[16] = "";
	struct version_rank rank = { 0 };
	int used = 0;
	snprintf(text, sizeof text, "%.*s", PQ_STRING_ARGUMENT(name));
	if (sscanf(text, "v%ld%n", &rank.major, &used) != 1)
		return (struct version_rank){ 0 };
	if (text[used] == '\0')
		rank.stability = 3;
	else if (sscanf(text + used, "%15[a-z]%ld", stage, &rank.minor) == 2)
		rank.stability = strcmp(stage, "beta") == 0 ? 2 : strcmp(stage, "alpha") == 0;
	return rank;
}

static int compare_versions(struct pq_string a, struct pq_string b)
{
	struct version_rank left = rank_version(a), right = rank_version(b);
	if (left.stability != right.stability)
		return left.stability - right.stability;
	if (left.stability == 0)
		return pq_string_compare(b, a);
	if (left.major != right.major)
		return left.major < right.major ? -1 : 1;
	return left.minor < right.minor ? -1 : left.minor > right.minor;
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
