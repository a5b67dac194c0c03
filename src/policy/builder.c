/* Building a snapshot: documents are judged and compiled one by one. */
#include "policy/builder.h"
#include "policy/refusal.h"
#include "regex/regex.h"

#include <stdlib.h>

enum { ROOM_MIN = 64 };

static struct pq_policy *policy_new(void)
{
	struct pq_policy *policy = calloc(1, sizeof *policy);
	if (policy == NULL)
		return NULL;
	atomic_init(&policy->references, 1);
	pq_map_init(&policy->kinds);
	pq_map_init(&policy->converted_kinds);
	pq_arena_init(&policy->texts, 0);
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
	pq_map_init(&builder->claims);
	return builder;
}

void pq_policy_builder_free(struct pq_policy_builder *builder)
{
	if (builder == NULL)
		return;
	pq_policy_unref(builder->policy);
	pq_map_done(&builder->claims);
	free(builder);
}

enum pq_policy_addition addition_out_of_memory(const struct addition *addition)
{
	pq_error_set(addition->error, PQ_ERROR_MEMORY, "no memory for another schema");
	return PQ_POLICY_REFUSED;
}

enum pq_policy_addition addition_refuse(const struct addition *addition, uint32_t offset)
{
	if (addition->text.data != NULL && offset != PQ_OFFSET_NONE &&
	    addition->error->code != PQ_ERROR_MEMORY)
		pq_source_locate(addition->text, offset, &addition->error->line,
				 &addition->error->column);
	return PQ_POLICY_REFUSED;
}

bool builder_reserve(void **table, size_t size, size_t count, size_t *room)
{
	if (count < *room)
		return true;
	size_t wanted = *room == 0 ? ROOM_MIN : *room * 2;
	void *grown = realloc(*table, wanted * size);
	if (grown == NULL)
		return false;
	*table = grown;
	*room = wanted;
	return true;
}

bool addition_claim(const struct addition *addition, struct pq_string key, struct pq_string origin)
{
	struct pq_map *claims = &addition->builder->claims;
	const char *holder = pq_map_find(claims, key);
	if (holder != NULL)
		return pq_error_set(addition->error, PQ_ERROR_CONFLICT,
				    "%.*s is defined already, in %s", PQ_STRING_ARGUMENT(key),
				    holder);
	if (pq_map_put(claims, key, (void *)(uintptr_t)origin.data, NULL))
		return true;
	addition_out_of_memory(addition);
	return false;
}

bool addition_claim_both(const struct addition *addition, struct pq_string first,
			 struct pq_string second, struct pq_string origin)
{
	if (!addition_claim(addition, first, origin))
		return false;
	if (addition_claim(addition, second, origin))
		return true;
	pq_map_take(&addition->builder->claims, first);
	return false;
}

struct pq_string pq_policy_builder_find_origin(const struct pq_policy_builder *builder,
					       struct pq_string kind, struct pq_string name)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, SCRATCH_MAX);
	struct pq_string key = pq_arena_format(&arena, "%.*s %.*s", PQ_STRING_ARGUMENT(kind),
					       PQ_STRING_ARGUMENT(name));
	return pq_string_from(key.data == NULL ? NULL : pq_map_find(&builder->claims, key));
}

/* A CRD claims its kind and its name, so that two for one kind are found out. */
struct crd_keys {
	struct pq_string kind; /* "Kind.group" */
	struct pq_string as_kind;
	struct pq_string as_name;
};

static bool make_crd_keys(struct pq_arena *arena, const struct pq_crd *crd, struct crd_keys *keys)
{
	keys->kind = pq_arena_format(arena, "%.*s.%.*s", PQ_STRING_ARGUMENT(crd->kind),
				     PQ_STRING_ARGUMENT(crd->group));
	keys->as_kind = pq_arena_format(arena, "kind %.*s", PQ_STRING_ARGUMENT(keys->kind));
	keys->as_name = pq_arena_format(arena, "CustomResourceDefinition %.*s",
					PQ_STRING_ARGUMENT(crd->name));
	return !pq_arena_is_exhausted(arena);
}

/* Takes the reference when it succeeds. */
static enum pq_policy_addition keep_crd(const struct addition *addition, const struct pq_crd *crd)
{
	struct pq_policy_builder *builder = addition->builder;
	struct pq_policy *policy = builder->policy;
	struct crd_keys keys;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, SCRATCH_MAX);
	struct pq_string origin = pq_arena_copy(&policy->texts, addition->origin);
	if (origin.data == NULL || !make_crd_keys(&arena, crd, &keys) ||
	    !builder_reserve((void **)&policy->crds, sizeof *policy->crds, policy->crd_count,
			     &builder->crd_room))
		return addition_out_of_memory(addition);
	if (!addition_claim_both(addition, keys.as_kind, keys.as_name, origin))
		return PQ_POLICY_REFUSED;
	if (!pq_map_put(&policy->kinds, keys.kind, (void *)(uintptr_t)crd, NULL)) {
		pq_map_take(&builder->claims, keys.as_kind);
		pq_map_take(&builder->claims, keys.as_name);
		return addition_out_of_memory(addition);
	}
	policy->crds[policy->crd_count++] = (struct policy_crd){ .crd = crd, .origin = origin };
	return PQ_POLICY_ADDED;
}

static struct pq_string make_overlay_key(struct pq_arena *arena, const struct overlay *overlay)
{
	return pq_arena_format(arena, "AdmissionSchema %.*s",
			       PQ_STRING_ARGUMENT(overlay->public.name));
}

/* Takes the reference when it succeeds. */
static enum pq_policy_addition keep_overlay(const struct addition *addition,
					    struct overlay *overlay)
{
	struct pq_policy_builder *builder = addition->builder;
	struct pq_policy *policy = builder->policy;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, SCRATCH_MAX);
	struct pq_string key = make_overlay_key(&arena, overlay);
	if (key.data == NULL ||
	    !builder_reserve((void **)&policy->overlays, sizeof *policy->overlays,
			     policy->overlay_count, &builder->overlay_room))
		return addition_out_of_memory(addition);
	if (!addition_claim(addition, key, overlay->origin))
		return PQ_POLICY_REFUSED;
	policy->overlays[policy->overlay_count++] = overlay;
	return PQ_POLICY_ADDED;
}

static bool accept_crd(const struct addition *addition)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, SCRATCH_MAX);
	struct pq_findings findings;
	uint32_t offset = PQ_OFFSET_NONE;
	pq_findings_init(&findings, &arena, 0);
	if (!pq_crd_validate(&arena, addition->document, NULL, &findings)) {
		addition_out_of_memory(addition);
		return false;
	}
	if (pq_findings_is_empty(&findings))
		return true;
	refuse_for_findings(&findings, &offset, addition->error);
	addition_refuse(addition, offset);
	return false;
}

static enum pq_policy_addition compile_crd(const struct addition *addition)
{
	const struct pq_crd *crd = pq_crd_compile(addition->document, addition->error);
	if (crd == NULL)
		return addition_refuse(addition, addition->document->offset);
	enum pq_policy_addition result = keep_crd(addition, crd);
	if (result == PQ_POLICY_ADDED)
		return result;
	pq_crd_unref(crd);
	return addition_refuse(addition, addition->document->offset);
}

/* A schema is compiled twice: for judging its defaults, then, in the memory that this needed, for
 * serving. */
static enum pq_policy_addition add_crd(const struct addition *addition)
{
	pq_regex_hold();
	enum pq_policy_addition result =
		accept_crd(addition) ? compile_crd(addition) : PQ_POLICY_REFUSED;
	pq_regex_let_go();
	return result;
}

static enum pq_policy_addition add_overlay(const struct addition *addition)
{
	uint32_t offset = PQ_OFFSET_NONE;
	struct overlay *overlay = overlay_compile(addition->document, &offset, addition->error);
	if (overlay == NULL)
		return addition_refuse(addition, offset);
	overlay->origin = pq_arena_copy(&overlay->arena, addition->origin);
	enum pq_policy_addition result = overlay->origin.data == NULL
						 ? addition_out_of_memory(addition)
						 : keep_overlay(addition, overlay);
	if (result == PQ_POLICY_ADDED)
		return result;
	overlay_unref(overlay);
	return addition_refuse(addition, addition->document->offset);
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
	if (pq_string_is(kind, "ConversionRules") &&
	    pq_string_is(version, "conversion.pratique.dev/v1"))
		return addition_add_conversion(&addition);
	if (pq_string_is(kind, "AdmissionExemption") &&
	    pq_string_is(version, "admission.pratique.dev/v1"))
		return addition_add_exemption(&addition);
	return addition_pass_over(&addition);
}

static bool adopt_crd(const struct addition *addition, const struct pq_crd *crd)
{
	pq_crd_ref(crd);
	if (keep_crd(addition, crd) == PQ_POLICY_ADDED)
		return true;
	pq_crd_unref(crd);
	return false;
}

static bool adopt_overlay(const struct addition *addition, struct overlay *overlay)
{
	overlay_ref(overlay);
	if (keep_overlay(addition, overlay) == PQ_POLICY_ADDED)
		return true;
	overlay_unref(overlay);
	return false;
}

bool pq_policy_builder_adopt(struct pq_policy_builder *builder, const struct pq_policy *from,
			     struct pq_string origin, struct pq_error *error)
{
	const struct addition addition = { .builder = builder, .origin = origin, .error = error };
	bool fine = true;
	for (size_t i = 0; i < from->crd_count; i++) {
		if (pq_string_equal(from->crds[i].origin, origin))
			fine = adopt_crd(&addition, from->crds[i].crd) && fine;
	}
	for (size_t i = 0; i < from->overlay_count; i++) {
		if (pq_string_equal(from->overlays[i]->origin, origin))
			fine = adopt_overlay(&addition, from->overlays[i]) && fine;
	}
	for (size_t i = 0; i < from->conversion_count; i++) {
		if (pq_string_equal(from->conversions[i].origin, origin))
			fine = addition_adopt_conversion(&addition,
							 from->conversions[i].conversion) &&
			       fine;
	}
	for (size_t i = 0; i < from->exemption_count; i++) {
		if (pq_string_equal(from->exemptions[i]->origin, origin))
			fine = addition_adopt_exemption(&addition, from->exemptions[i]) && fine;
	}
	return fine;
}

struct pq_policy_mark pq_policy_builder_mark(const struct pq_policy_builder *builder)
{
	return (struct pq_policy_mark){ .crds = builder->policy->crd_count,
					.overlays = builder->policy->overlay_count,
					.conversions = builder->policy->conversion_count,
					.exemptions = builder->policy->exemption_count };
}

static bool drop_last_crd(struct pq_policy_builder *builder, struct pq_arena *arena)
{
	struct pq_policy *policy = builder->policy;
	const struct pq_crd *crd = policy->crds[policy->crd_count - 1].crd;
	struct crd_keys keys;
	if (!make_crd_keys(arena, crd, &keys))
		return false;
	pq_map_take(&builder->claims, keys.as_kind);
	pq_map_take(&builder->claims, keys.as_name);
	pq_map_take(&policy->kinds, keys.kind);
	policy->crd_count--;
	pq_crd_unref(crd);
	return true;
}

static bool drop_last_overlay(struct pq_policy_builder *builder, struct pq_arena *arena)
{
	struct pq_policy *policy = builder->policy;
	struct overlay *overlay = policy->overlays[policy->overlay_count - 1];
	struct pq_string key = make_overlay_key(arena, overlay);
	if (key.data == NULL)
		return false;
	pq_map_take(&builder->claims, key);
	policy->overlay_count--;
	overlay_unref(overlay);
	return true;
}

bool pq_policy_builder_rewind(struct pq_policy_builder *builder, struct pq_policy_mark mark,
			      struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, SCRATCH_MAX);
	bool fine = true;
	while (fine && builder->policy->crd_count > mark.crds)
		fine = drop_last_crd(builder, &arena);
	while (fine && builder->policy->overlay_count > mark.overlays)
		fine = drop_last_overlay(builder, &arena);
	while (fine && builder->policy->conversion_count > mark.conversions)
		fine = builder_drop_last_conversion(builder, &arena);
	while (fine && builder->policy->exemption_count > mark.exemptions)
		fine = builder_drop_last_exemption(builder, &arena);
	return fine || pq_error_set(error, PQ_ERROR_MEMORY, "no memory to take schemas back");
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
	builder_order_exemptions(builder);
	builder->policy = next;
	builder->crd_room = 0;
	builder->overlay_room = 0;
	builder->conversion_room = 0;
	builder->exemption_room = 0;
	pq_map_done(&builder->claims);
	pq_map_init(&builder->claims);
	return policy;
}
