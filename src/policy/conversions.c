/* ConversionRules in a snapshot: one document for a kind. */
#include "policy/builder.h"

#include <stdio.h>

/* A kind has one document, and a name is one document's. */
struct conversion_keys {
	struct pq_string kind; /* "Kind.group" */
	struct pq_string as_kind;
	struct pq_string as_name;
};

static bool make_keys(struct pq_arena *arena, const struct pq_conversion *conversion,
		      struct conversion_keys *keys)
{
	keys->kind = pq_arena_format(arena, "%.*s.%.*s",
				     PQ_STRING_ARGUMENT(pq_conversion_kind(conversion)),
				     PQ_STRING_ARGUMENT(pq_conversion_group(conversion)));
	keys->as_kind =
		pq_arena_format(arena, "conversion of %.*s", PQ_STRING_ARGUMENT(keys->kind));
	keys->as_name = pq_arena_format(arena, "ConversionRules %.*s",
					PQ_STRING_ARGUMENT(pq_conversion_name(conversion)));
	return !pq_arena_is_exhausted(arena);
}

/* Takes the reference when it succeeds. */
static enum pq_policy_addition keep(const struct addition *addition,
				    const struct pq_conversion *conversion)
{
	struct pq_policy_builder *builder = addition->builder;
	struct pq_policy *policy = builder->policy;
	struct conversion_keys keys;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, SCRATCH_MAX);
	struct pq_string origin = pq_arena_copy(&policy->texts, addition->origin);
	if (origin.data == NULL || !make_keys(&arena, conversion, &keys) ||
	    !builder_reserve((void **)&policy->conversions, sizeof *policy->conversions,
			     policy->conversion_count, &builder->conversion_room))
		return addition_out_of_memory(addition);
	if (!addition_claim_both(addition, keys.as_kind, keys.as_name, origin))
		return PQ_POLICY_REFUSED;
	if (!pq_map_put(&policy->converted_kinds, keys.kind, (void *)(uintptr_t)conversion, NULL)) {
		pq_map_take(&builder->claims, keys.as_kind);
		pq_map_take(&builder->claims, keys.as_name);
		return addition_out_of_memory(addition);
	}
	policy->conversions[policy->conversion_count++] =
		(struct policy_conversion){ .conversion = conversion, .origin = origin };
	return PQ_POLICY_ADDED;
}

enum pq_policy_addition addition_add_conversion(const struct addition *addition)
{
	uint32_t offset = PQ_OFFSET_NONE;
	const struct pq_conversion *conversion =
		pq_conversion_compile(addition->document, &offset, addition->error);
	if (conversion == NULL)
		return addition_refuse(addition, offset);
	enum pq_policy_addition result = keep(addition, conversion);
	if (result == PQ_POLICY_ADDED)
		return result;
	pq_conversion_unref(conversion);
	return addition_refuse(addition, addition->document->offset);
}

bool addition_adopt_conversion(const struct addition *addition,
			       const struct pq_conversion *conversion)
{
	pq_conversion_ref(conversion);
	if (keep(addition, conversion) == PQ_POLICY_ADDED)
		return true;
	pq_conversion_unref(conversion);
	return false;
}

bool builder_drop_last_conversion(struct pq_policy_builder *builder, struct pq_arena *arena)
{
	struct pq_policy *policy = builder->policy;
	const struct pq_conversion *conversion =
		policy->conversions[policy->conversion_count - 1].conversion;
	struct conversion_keys keys;
	if (!make_keys(arena, conversion, &keys))
		return false;
	pq_map_take(&builder->claims, keys.as_kind);
	pq_map_take(&builder->claims, keys.as_name);
	pq_map_take(&policy->converted_kinds, keys.kind);
	policy->conversion_count--;
	pq_conversion_unref(conversion);
	return true;
}

void pq_policy_examine_conversion(const struct pq_policy *policy, struct pq_string group,
				  struct pq_string kind, pq_conversion_remark *remark,
				  void *context)
{
	const struct pq_conversion *conversion = pq_policy_find_conversion(policy, group, kind);
	const struct pq_crd *crd = policy_find_by_kind(&policy->kinds, group, kind);
	struct pq_conversion_side sides[PQ_CONVERSION_VERSIONS_MAX];
	size_t count = 0;
	if (conversion == NULL)
		return;
	if (crd == NULL) {
		remark("spec: the CustomResourceDefinition of this kind is not among the schemas",
		       context);
		return;
	}
	for (; count < crd->version_count && count < PQ_CONVERSION_VERSIONS_MAX; count++) {
		sides[count].version = crd->versions[count].name;
		sides[count].schema = crd->versions[count].schema;
	}
	pq_conversion_examine(conversion, sides, count, remark, context);
}

/* Who is told of a document's remarks. */
struct audience {
	struct pq_string origin;
	pq_conversion_remark *remark;
	void *context;
};

static void pass_on(const char *text, void *context)
{
	const struct audience *audience = context;
	char whole[PQ_ERROR_TEXT_MAX];
	snprintf(whole, sizeof whole, "%.*s: %s", PQ_STRING_ARGUMENT(audience->origin), text);
	audience->remark(whole, audience->context);
}

void pq_policy_examine_conversions(const struct pq_policy *policy, pq_conversion_remark *remark,
				   void *context)
{
	for (size_t i = 0; i < policy->conversion_count; i++) {
		const struct pq_conversion *conversion = policy->conversions[i].conversion;
		struct audience audience = {
			.origin = policy->conversions[i].origin,
			.remark = remark,
			.context = context,
		};
		pq_policy_examine_conversion(policy, pq_conversion_group(conversion),
					     pq_conversion_kind(conversion), pass_on, &audience);
	}
}
