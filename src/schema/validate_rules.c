/*
 * Running the rules of an object (x-kubernetes-validations): a node's own before those below it,
 * members and items in their order. Rules in junctors cannot be.
 *
 * Follows Validator in k8s.io/apiextensions-apiserver v0.36
 * pkg/apiserver/schema/cel/validation.go.
 */
#include "base/release.h"
#include "schema/resource.h"
#include "schema/rule_walk.h"

/* What a unit of cost is worth, where no more may be done than the budget pays for. */
enum { STEPS_OF_COST = PQ_CEL_STEPS_MAX / PQ_RULES_BUDGET };

static void walk_place(struct pq_rule_walk *walk, struct pq_rule_place *place);

/* Where a value below stood. The root's apiVersion and kind are not compared: both objects were
 * converted to them. */
static void correlate(struct pq_rule_place *parent, bool is_meta, struct pq_rule_place *below)
{
	if (!parent->is_correlated) {
		below->nearest = parent->nearest;
	} else if (parent->nearest != NULL || !is_meta) {
		below->is_correlated = below->old != NULL;
		below->nearest = parent;
	}
	/* A null is compared like any value, but rules see none in it. */
	if (below->old != NULL && below->old->kind == PQ_NULL)
		below->old = NULL;
}

static void walk_object(struct pq_rule_walk *walk, struct pq_rule_place *place)
{
	const struct pq_object *object = place->value->object;
	const struct pq_node *node = place->node;
	const struct pq_object *old =
		place->old != NULL && place->old->kind == PQ_OBJECT ? place->old->object : NULL;
	for (uint32_t i = 0; i < object->count && !pq_rule_walk_is_over(walk); i++) {
		const struct pq_member *member = &object->members[i];
		const struct pq_node *property =
			pq_node_find_property(node, member->key, member->hash);
		const struct pq_node *below = property != NULL ? property : node->additional;
		if (below == NULL || (below->flags & PQ_NODE_RULES_BELOW) == 0)
			continue;
		struct pq_path step = property != NULL ? pq_path_property(place->path, member->key)
						       : pq_path_key(place->path, member->key);
		const struct pq_member *before =
			old == NULL ? NULL : pq_object_find(old, member->key, member->hash);
		struct pq_rule_place child = {
			.node = below,
			.value = &member->value,
			.old = before == NULL ? NULL : &before->value,
			.path = &step,
		};
		correlate(place, pq_is_type_meta(member->key), &child);
		walk_place(walk, &child);
	}
}

static void walk_array(struct pq_rule_walk *walk, struct pq_rule_place *place)
{
	const struct pq_node *node = place->node;
	if (node->items == NULL || (node->items->flags & PQ_NODE_RULES_BELOW) == 0)
		return;
	struct pq_list_index index;
	bool has_index = place->old != NULL && place->old->kind == PQ_ARRAY &&
			 node->list_type == PQ_LIST_MAP &&
			 pq_list_index_build(&index, walk->evaluation.arena, node, place->old);
	for (uint32_t i = 0; i < place->value->length && !pq_rule_walk_is_over(walk); i++) {
		struct pq_path step = pq_path_index(place->path, i);
		const struct pq_value *item = &place->value->items[i];
		struct pq_rule_place child = {
			.node = node->items,
			.value = item,
			.old = has_index ? pq_list_index_find(&index, item) : NULL,
			.path = &step,
		};
		correlate(place, false, &child);
		walk_place(walk, &child);
	}
}

static void walk_place(struct pq_rule_walk *walk, struct pq_rule_place *place)
{
	if (place->value->kind == PQ_NULL)
		return;
	if (place->node->extras != NULL && place->node->extras->rules != NULL)
		pq_rule_place_run(walk, place);
	if (pq_rule_walk_is_over(walk))
		return;
	if (place->value->kind == PQ_OBJECT)
		walk_object(walk, place);
	else if (place->value->kind == PQ_ARRAY)
		walk_array(walk, place);
}

/* As if so many of all steps had been taken before. */
static uint64_t find_first_step(const struct pq_rules_run *run, int64_t budget)
{
	if (!run->stops_at_budget || budget < 0 || budget > PQ_RULES_BUDGET)
		return 0;
	return PQ_CEL_STEPS_MAX - (uint64_t)budget * STEPS_OF_COST;
}

bool pq_rules_run(const struct pq_schema *schema, struct pq_arena *arena,
		  const struct pq_rules_run *run, int64_t *budget, struct pq_findings *findings)
{
	struct pq_rule_walk walk = {
		.findings = findings,
		.warnings = run->warnings,
		.budget = budget,
		.any_field = schema->kind == PQ_SCHEMA_OVERLAY,
		.stops_at_budget = run->stops_at_budget,
		.evaluation = { .arena = arena,
				.interrupt = run->interrupt,
				.steps = find_first_step(run, *budget) },
	};
	struct pq_rule_place place = {
		.node = run->node,
		.value = run->value,
		.old = run->old,
		.path = run->path,
		.is_correlated = run->ratchets && run->old != NULL,
	};
	if (*budget >= 0 && (run->node->flags & PQ_NODE_RULES_BELOW) != 0)
		walk_place(&walk, &place);
	return !pq_arena_is_exhausted(arena);
}

/* Whether a finding is one after which an API server does not run rules. */
static bool is_blocked(const struct pq_findings *findings)
{
	static const bool blocks[PQ_FINDING_TYPE_COUNT] = {
		[PQ_FINDING_NOT_SUPPORTED] = true, [PQ_FINDING_REQUIRED] = true,
		[PQ_FINDING_TOO_LONG] = true,      [PQ_FINDING_TOO_MANY] = true,
		[PQ_FINDING_TYPE_INVALID] = true,
	};
	for (size_t i = 0; i < findings->count; i++) {
		if (blocks[findings->items[i].type])
			return true;
	}
	return false;
}

#define UNCHECKED                                                                                  \
	"some validation rules were not checked because the object was invalid; correct the "      \
	"existing errors to complete validation"

static void tell_unchecked(struct pq_findings *findings)
{
	pq_findings_add(findings,
			(struct pq_finding){
				.type = PQ_FINDING_INVALID,
				.field = PQ_S("<nil>"),
				.message = pq_release_has(PQ_CHANGE_BARE_NULL)
						   ? PQ_S("Invalid value: null: " UNCHECKED)
						   : PQ_S("Invalid value: \"null\": " UNCHECKED),
				.offset = PQ_OFFSET_NONE,
			});
}

bool pq_schema_run_rules(const struct pq_schema *schema, struct pq_arena *arena,
			 const struct pq_schema_rules_run *run, struct pq_findings *findings)
{
	struct pq_rules_quota none = { .left = PQ_RULES_QUOTA_NONE };
	struct pq_rules_quota *quota = run->quota == NULL ? &none : run->quota;
	bool has_limit = quota->left != PQ_RULES_QUOTA_NONE;
	const struct pq_rules_run whole = {
		.node = schema->root,
		.value = run->value,
		.old = run->old,
		.ratchets = true,
		.warnings = run->warnings,
		.stops_at_budget = has_limit,
		.interrupt = quota->interrupt,
	};
	int64_t budget = has_limit ? quota->left : PQ_RULES_BUDGET;
	if (!pq_schema_has_rules(schema))
		return true;
	if (is_blocked(findings)) {
		tell_unchecked(findings);
		return true;
	}
	bool fine = pq_rules_run(schema, arena, &whole, &budget, findings);
	if (has_limit)
		quota->left = budget;
	return fine;
}
