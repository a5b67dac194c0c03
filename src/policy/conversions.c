/* ConversionRules in a snapshot: one document for a kind. */
#include "policy/builder.h"

/* "Kind.group", and the same as a claim. */
struct conversion_keys {
	struct pq_string kind;
	struct pq_string claim;
};

static bool make_keys(struct pq_arena *arena, const struct pq_conversion *conversion,
		      struct conversion_keys *keys)
{
	keys->kind = pq_arena_format(arena, "%.*s.%.*s",
				     PQ_STRING_ARGUMENT(pq_conversion_kind(conversion)),
				     PQ_STRING_ARGUMENT(pq_conversion_group(conversion)));
	keys->claim = pq_arena_format(arena, "conversion of %.*s", PQ_STRING_ARGUMENT(keys->kind));
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
	if (!addition_claim(addition, keys.claim, origin))
		return PQ_POLICY_REFUSED;
	if (!pq_map_put(&policy->converted_kinds, keys.kind, (void *)(uintptr_t)conversion, NULL)) {
		pq_map_take(&builder->claims, keys.claim);
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
	pq_map_take(&builder->claims, keys.claim);
	pq_map_take(&policy->converted_kinds, keys.kind);
	policy->conversion_count--;
	pq_conversion_unref(conversion);
	return true;
}
