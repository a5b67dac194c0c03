/*
 * An object of a built-in kind by a stranger. The first byte chooses the kind; the rest is the
 * body.
 *
 * Beyond memory safety: an object that is accepted has nothing that is unknown, and is accepted
 * again as it would be stored.
 */
#include "registry/builtin.h"
#include "json/read.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY_MAX = 64 * 1024 * 1024 };

static const struct {
	const char *group;
	const char *kind;
} kinds[] = {
	{ "", "Pod" },
	{ "", "Secret" },
	{ "", "Service" },
	{ "apps", "Deployment" },
	{ "coordination.k8s.io", "Lease" },
	{ "networking.k8s.io", "Ingress" },
};

static void judge(struct pq_arena *arena, const struct pq_openapi *openapi,
		  const struct pq_openapi_kind *kind, const struct pq_resource_request *request)
{
	struct pq_resource_outcome outcome, again;
	pq_builtin_judge(arena, openapi, kind, request, &outcome);
	if (outcome.status.code != 0)
		return;
	const struct pq_resource_request stored = {
		.namespace = request->namespace,
		.field_validation = PQ_FIELDS_STRICT,
		.document = &outcome.object,
	};
	bool had_duplicates = outcome.strict.count > 0;
	pq_builtin_judge(arena, openapi, kind, &stored, &again);
	assert(again.strict.count == 0);
	assert(again.status.code == 0 || had_duplicates || pq_arena_is_exhausted(arena));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pq_openapi *openapi;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_openapi_kind kind;
	struct pq_error error;
	if (openapi == NULL)
		openapi = pq_openapi_new_embedded(&error);
	pq_arena_init(&arena, MEMORY_MAX);
	if (openapi == NULL || size == 0)
		return 0;
	size_t chosen = data[0] % (sizeof kinds / sizeof kinds[0]);
	struct pq_string body =
		pq_arena_copy(&arena, (struct pq_string){ (const char *)data + 1, size - 1 });
	const struct pq_resource_request request = {
		.namespace = PQ_S("default"),
		.field_validation = PQ_FIELDS_IGNORE,
		.body = body,
	};
	if (body.data != NULL &&
	    pq_openapi_find_kind(openapi, pq_string_from(kinds[chosen].group), PQ_S("v1"),
				 pq_string_from(kinds[chosen].kind), &kind))
		judge(&arena, openapi, &kind, &request);
	return 0;
}
