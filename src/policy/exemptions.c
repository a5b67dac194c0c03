/* AdmissionExemptions in a snapshot: one document for a name. */
#include "policy/builder.h"

#include <stdlib.h>

static struct pq_string make_key(struct pq_arena *arena, const struct exemption *exemption)
{
	return pq_arena_format(arena, "AdmissionExemption %.*s",
			       PQ_STRING_ARGUMENT(exemption->public.name));
}

/* Takes the reference when it succeeds. */
static enum pq_policy_addition keep(const struct addition *addition, struct exemption *exemption)
{
	struct pq_policy_builder *builder = addition->builder;
	struct pq_policy *policy = builder->policy;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, SCRATCH_MAX);
	struct pq_string key = make_key(&arena, exemption);
	if (key.data == NULL ||
	    !builder_reserve((void **)&policy->exemptions, sizeof *policy->exemptions,
			     policy->exemption_count, &builder->exemption_room))
		return addition_out_of_memory(addition);
	if (!addition_claim(addition, key, exemption->origin))
		return PQ_POLICY_REFUSED;
	policy->exemptions[policy->exemption_count++] = exemption;
	return PQ_POLICY_ADDED;
}

enum pq_policy_addition addition_add_exemption(const struct addition *addition)
{
	uint32_t offset = PQ_OFFSET_NONE;
	struct exemption *exemption =
		exemption_compile(addition->document, &offset, addition->error);
	if (exemption == NULL)
		return addition_refuse(addition, offset);
	exemption->origin = pq_arena_copy(&exemption->arena, addition->origin);
	enum pq_policy_addition result = exemption->origin.data == NULL
						 ? addition_out_of_memory(addition)
						 : keep(addition, exemption);
	if (result == PQ_POLICY_ADDED)
		return result;
	exemption_unref(exemption);
	return addition_refuse(addition, addition->document->offset);
}

bool addition_adopt_exemption(const struct addition *addition, struct exemption *exemption)
{
	exemption_ref(exemption);
	if (keep(addition, exemption) == PQ_POLICY_ADDED)
		return true;
	exemption_unref(exemption);
	return false;
}

bool builder_drop_last_exemption(struct pq_policy_builder *builder, struct pq_arena *arena)
{
	struct pq_policy *policy = builder->policy;
	struct exemption *exemption = policy->exemptions[policy->exemption_count - 1];
	struct pq_string key = make_key(arena, exemption);
	if (key.data == NULL)
		return false;
	pq_map_take(&builder->claims, key);
	policy->exemption_count--;
	exemption_unref(exemption);
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct exemption *const *left = a, *const *right = b;
	return pq_string_compare((*left)->public.name, (*right)->public.name);
}

void builder_order_exemptions(struct pq_policy_builder *builder)
{
	struct pq_policy *policy = builder->policy;
	if (policy->exemption_count > 0)
		qsort(policy->exemptions, policy->exemption_count, sizeof *policy->exemptions,
		      compare);
}

const struct pq_exemption *pq_policy_find_exemption(const struct pq_policy *policy,
						    const struct pq_policy_subject *subject,
						    const struct pq_policy_caller *caller,
						    int64_t now)
{
	for (size_t i = 0; i < policy->exemption_count; i++) {
		if (exemption_covers(policy->exemptions[i], subject, caller, now))
			return &policy->exemptions[i]->public;
	}
	return NULL;
}

size_t pq_policy_exemption_count(const struct pq_policy *policy)
{
	return policy->exemption_count;
}

const struct pq_exemption *pq_policy_exemption_at(const struct pq_policy *policy, size_t index)
{
	return &policy->exemptions[index]->public;
}
