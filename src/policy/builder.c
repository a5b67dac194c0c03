/* Building a snapshot: documents are judged and compiled one by one. */
#include "policy/refusal.h"
#include "policy/snapshot.h"

#include <stdlib.h>

enum {
	ROOM_MIN = 64,
	SCRATCH_MAX = 1 << 30, /* bytes that judging one document may take */
};

struct pq_policy_builder {
	struct pq_policy *policy; /* what has been added so far */
	size_t crd_room;
	size_t overlay_room;
	struct pq_map origins; /* of CRDs by kind and name, of overlays by "name" */
	struct pq_arena origin_texts;
};

/* A document on its way in. */
struct addition {
	struct pq_policy_builder *builder;
	const struct pq_value *document;
	struct pq_string origin;
	struct pq_string text;
	struct pq_error *error;
};

static struct pq_policy *policy_new(void)
{
	struct pq_policy *policy = calloc(1, sizeof *policy);
	if (policy == NULL)
		return NULL;
	atomic_init(&policy->references, 1);
	pq_map_init(&policy->kinds);
	return policy;
}

struct pq_policy_builder *pq_policy_builder_new(void)
{
	struct pq_policy_builder *builder = calloc(1, sizeof *builder);
	if (builder == NULL)
		return NULL;
	builder->policy = policy_new();
	if (builder->policy == NULL) {
		free(builder);
		return NULL;
	}
	pq_map_init(&builder->origins);
	pq_arena_init(&builder->origin_texts, 0);
	return builder;
}

void pq_policy_builder_free(struct pq_policy_builder *builder)
{
	if (builder == NULL)
		return;
	pq_policy_unref(builder->policy);
	pq_map_done(&builder->origins);
	pq_arena_done(&builder->origin_texts);
	free(builder);
}

static enum pq_policy_addition out_of_memory(const struct addition *addition)
{
	pq_error_set(addition->error, PQ_ERROR_MEMORY, "no memory for another schema");
	return PQ_POLICY_REFUSED;
}

/* Sets where in the source the trouble is, if the source is at hand. */
static enum pq_policy_addition refused_at(const struct addition *addition, uint32_t offset)
{
	if (addition->text.data != NULL && offset != PQ_OFFSET_NONE &&
	    addition->error->code != PQ_ERROR_MEMORY)
		pq_source_locate(addition->text, offset, &addition->error->line,
				 &addition->error->column);
	return PQ_POLICY_REFUSED;
}

/* Makes room for one more pointer. */
static bool reserve(void **table, size_t count, size_t *room)
{
	if (count < *room)
		return true;
	size_t wanted = *room == 0 ? ROOM_MIN : *room * 2;
	void *grown = realloc(*table, wanted * sizeof(void *));
	if (grown == NULL)
		return false;
	*table = grown;
	*room = wanted;
	return true;
}

/* Claims a key for this document; refuses when another document has it. */
static bool claim(const struct addition *addition, struct pq_string key)
{
	struct pq_policy_builder *builder = addition->builder;
	const char *holder = pq_map_find(&builder->origins, key);
	if (holder != NULL)
		return pq_error_set(addition->error, PQ_ERROR_CONFLICT,
				    "%.*s is defined already, in %s", PQ_STRING_ARGUMENT(key),
				    holder);
	struct pq_string origin = pq_arena_copy(&builder->origin_texts, addition->origin);
	if (origin.data == NULL ||
	    !pq_map_put(&builder->origins, key, (void *)(uintptr_t)origin.data, NULL)) {
		out_of_memory(addition);
		return false;
	}
	return true;
}

/* A CRD claims its kind and its name, so that two for one kind are found out. */
static bool claim_crd(const struct addition *addition, struct pq_arena *arena,
		      const struct pq_crd *crd, struct pq_string kind)
{
	struct pq_string as_kind = pq_arena_format(arena, "kind %.*s", PQ_STRING_ARGUMENT(kind));
	struct pq_string as_name = pq_arena_format(arena, "CustomResourceDefinition %.*s",
						   PQ_STRING_ARGUMENT(crd->name));
	if (as_kind.data == NULL || as_name.data == NULL) {
		out_of_memory(addition);
		return false;
	}
	if (!claim(addition, as_kind))
		return false;
	if (claim(addition, as_name))
		return true;
	pq_map_take(&addition->builder->origins, as_kind);
	return false;
}

static enum pq_policy_addition keep_crd(const struct addition *addition, struct pq_arena *arena,
					const struct pq_crd *crd)
{
	struct pq_policy_builder *builder = addition->builder;
	struct pq_policy *policy = builder->policy;
	struct pq_string key = pq_arena_format(arena, "%.*s.%.*s", PQ_STRING_ARGUMENT(crd->kind),
					       PQ_STRING_ARGUMENT(crd->group));
	if (key.data == NULL ||
	    !reserve((void **)&policy->crds, policy->crd_count, &builder->crd_room))
		return out_of_memory(addition);
	if (!claim_crd(addition, arena, crd, key))
		return refused_at(addition, addition->document->offset);
	if (!pq_map_put(&policy->kinds, key, (void *)(uintptr_t)crd, NULL))
		return out_of_memory(addition);
	policy->crds[policy->crd_count++] = crd;
	return PQ_POLICY_ADDED;
}

static enum pq_policy_addition add_crd(const struct addition *addition)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, SCRATCH_MAX);
	struct pq_findings findings;
	uint32_t offset = PQ_OFFSET_NONE;
	pq_findings_init(&findings, &arena, 0);
	if (!pq_crd_validate(&arena, addition->document, NULL, &findings))
		return out_of_memory(addition);
	if (!pq_findings_is_empty(&findings)) {
		refuse_for_findings(&findings, &offset, addition->error);
		return refused_at(addition, offset);
	}
	const struct pq_crd *crd = pq_crd_compile(addition->document, addition->error);
	if (crd == NULL)
		return refused_at(addition, addition->document->offset);
	enum pq_policy_addition result = keep_crd(addition, &arena, crd);
	if (result != PQ_POLICY_ADDED)
		pq_crd_unref(crd);
	return result;
}

static enum pq_policy_addition add_overlay(const struct addition *addition)
{
	struct pq_policy_builder *builder = addition->builder;
	struct pq_policy *policy = builder->policy;
	uint32_t offset = PQ_OFFSET_NONE;
	struct overlay *overlay = overlay_compile(addition->document, &offset, addition->error);
	if (overlay == NULL)
		return refused_at(addition, offset);
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, SCRATCH_MAX);
	struct pq_string key = pq_arena_format(&arena, "AdmissionSchema %.*s",
					       PQ_STRING_ARGUMENT(overlay->public.name));
	if (key.data == NULL ||
	    !reserve((void **)&policy->overlays, policy->overlay_count, &builder->overlay_room)) {
		overlay_free(overlay);
		return out_of_memory(addition);
	}
	if (!claim(addition, key)) {
		overlay_free(overlay);
		return refused_at(addition, addition->document->offset);
	}
	policy->overlays[policy->overlay_count++] = overlay;
	return PQ_POLICY_ADDED;
}

enum pq_policy_addition pq_policy_builder_add(struct pq_policy_builder *builder,
					      const struct pq_value *document,
					      struct pq_string origin, struct pq_string text,
					      struct pq_error *error)
{
	const struct addition addition = {
		.builder = builder,
		.document = document,
		.origin = origin,
		.text = text,
		.error = error,
	};
	struct pq_string kind = pq_value_find_string(document, PQ_S("kind"));
	struct pq_string version = pq_value_find_string(document, PQ_S("apiVersion"));
	if (pq_string_is(kind, "CustomResourceDefinition") &&
	    pq_string_is(version, "apiextensions.k8s.io/v1"))
		return add_crd(&addition);
	if (pq_string_is(kind, "AdmissionSchema") &&
	    pq_string_is(version, "admission.pratique.dev/v1"))
		return add_overlay(&addition);
	return PQ_POLICY_NOT_OURS;
}

static int compare_overlays(const void *a, const void *b)
{
	const struct overlay *const *left = a, *const *right = b;
	return pq_string_compare((*left)->public.name, (*right)->public.name);
}

const struct pq_policy *pq_policy_builder_finish(struct pq_policy_builder *builder)
{
	struct pq_policy *next = policy_new();
	if (next == NULL)
		return NULL;
	struct pq_policy *policy = builder->policy;
	if (policy->overlay_count > 0)
		qsort(policy->overlays, policy->overlay_count, sizeof *policy->overlays,
		      compare_overlays);
	builder->policy = next;
	builder->crd_room = 0;
	builder->overlay_room = 0;
	pq_map_done(&builder->origins);
	pq_map_init(&builder->origins);
	pq_arena_reset(&builder->origin_texts, 0);
	return policy;
}
