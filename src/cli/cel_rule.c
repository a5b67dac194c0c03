#include "cli/cel_rule.h"

enum {
	MEMBERS_MAX = 4,
	/* Where in the text the rule stands: nowhere, and findings about it are known by that. */
	OFFSET = PQ_OFFSET_NONE - 1,
};

static void add_member(struct pq_member *members, size_t *count, const char *key,
		       struct pq_value value)
{
	value.offset = OFFSET;
	members[(*count)++] = (struct pq_member){
		.key = pq_string_from(key),
		.offset = OFFSET,
		.value = value,
	};
}

/* As a CRD has it. A message, so that none has to be made up from an expression of several lines.
 */
static bool write_rule(struct pq_arena *arena, const struct cel_rule *rule, struct pq_value *value)
{
	struct pq_member members[MEMBERS_MAX];
	size_t count = 0;
	struct pq_value expression = pq_value_from_string(rule->expression);
	if (rule->type->kind == PQ_CEL_TYPE_STRING) {
		add_member(members, &count, "rule", pq_value_from_string(PQ_S("true")));
		add_member(members, &count, "messageExpression", expression);
	} else {
		add_member(members, &count, "rule", expression);
		add_member(members, &count, "message", pq_value_from_string(PQ_S("refused")));
	}
	if (rule->has_optional_old_self)
		add_member(members, &count, "optionalOldSelf", pq_value_from_boolean(true));
	bool fine = pq_value_from_members(arena, members, count, value);
	value->offset = OFFSET;
	return fine;
}

/* The rules of a schema and one more. */
static bool add_rule(struct pq_arena *arena, const struct cel_rule *rule, struct pq_value *rules)
{
	const struct pq_value *before = rule->place->rules;
	size_t count = before == NULL ? 0 : before->length;
	struct pq_value *items = pq_arena_alloc_array(arena, count + 1, sizeof *items);
	if (items == NULL || !write_rule(arena, rule, &items[count]))
		return false;
	if (count > 0)
		memcpy(items, before->items, count * sizeof *items);
	*rules = pq_value_from_items(items, count + 1);
	return true;
}

bool cel_rule_find_refusal(struct pq_arena *arena, struct pq_source *schema,
			   enum pq_schema_kind kind, const struct cel_rule *rule,
			   struct pq_string *refusal)
{
	const struct pq_schema_check_options options = { .kind = kind };
	const struct pq_value *before = rule->place->rules;
	struct pq_value rules;
	struct pq_findings findings;
	bool is_whole =
		rule->type->kind == PQ_CEL_TYPE_BOOL || rule->type->kind == PQ_CEL_TYPE_STRING;
	*refusal = (struct pq_string){ 0 };
	if (!is_whole)
		return true;
	if (!add_rule(arena, rule, &rules))
		return false;
	rule->place->rules = &rules;
	pq_findings_init(&findings, arena, 0);
	pq_schema_check_source(schema, NULL, &options, &findings);
	rule->place->rules = before;
	for (size_t i = 0; i < findings.count && refusal->data == NULL; i++) {
		if (findings.items[i].offset == OFFSET)
			*refusal = findings.items[i].message;
	}
	return !pq_arena_is_exhausted(arena);
}
