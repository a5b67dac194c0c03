#include "schema/rule_programs.h"

#include "base/release.h"
#include "base/utf8.h"
#include "schema/cel_declaration.h"

struct attaching {
	struct pq_schema *schema;
	bool for_defaults;
	struct pq_arena *arena; /* the program's */
	struct pq_arena scratch;
};

/* A schema on the way down. */
struct scope {
	const struct pq_source *source;
	struct pq_node *node;
	/* NULL: CEL cannot see it, or it is not declared yet. */
	const struct pq_cel_declaration *declaration;
	bool is_visible;
	bool is_resource;
	bool is_in_default; /* a default may hold what this is the schema of */
};

/* What is wrong with a compilation: in messages of rules, what is before "compilation failed" and
 * "instantiation failed". */
static struct pq_string find_problem(struct pq_arena *arena,
				     const struct pq_cel_compilation *compilation,
				     const struct pq_cel_type *wanted, const char *before,
				     const char *subject)
{
	if (compilation->issues.data != NULL)
		return pq_arena_format(arena, "%scompilation failed: %.*s", before,
				       PQ_STRING_ARGUMENT(compilation->issues));
	if (compilation->type->kind != wanted->kind || compilation->type->nullable)
		return pq_arena_format(arena, "%s must evaluate to a %.*s", subject,
				       PQ_STRING_ARGUMENT(wanted->name));
	if (compilation->plan_error.data != NULL)
		return pq_arena_format(arena, "%sinstantiation failed: %.*s",
				       before[0] == '\0' ? "program " : before,
				       PQ_STRING_ARGUMENT(compilation->plan_error));
	return (struct pq_string){ 0 };
}

struct pq_string pq_rule_problem(struct pq_arena *arena,
				 const struct pq_cel_compilation *compilation)
{
	return find_problem(arena, compilation, &pq_cel_bool, "", "cel expression");
}

struct pq_string pq_message_expression_problem(struct pq_arena *arena,
					       const struct pq_cel_compilation *compilation)
{
	return find_problem(arena, compilation, &pq_cel_string, "messageExpression ",
			    "messageExpression");
}

static enum pq_finding_type failure_of(struct pq_string reason)
{
	if (pq_string_is(reason, "FieldValueForbidden"))
		return PQ_FINDING_FORBIDDEN;
	if (pq_string_is(reason, "FieldValueRequired"))
		return PQ_FINDING_REQUIRED;
	if (pq_string_is(reason, "FieldValueDuplicate"))
		return PQ_FINDING_DUPLICATE;
	return PQ_FINDING_INVALID;
}

static bool copy_texts(const struct attaching *attaching, const struct scope *scope,
		       const struct pq_value *source, struct pq_node_rule *rule)
{
	struct pq_arena *arena = attaching->arena;
	struct pq_string message = pq_value_find_string(source, PQ_S("message"));
	struct pq_string text = pq_value_find_string(source, PQ_S("rule"));
	struct pq_string path = pq_value_find_string(source, PQ_S("fieldPath"));
	if (!pq_source_read_field(scope->source, path, arena, &rule->field))
		return false;
	rule->name = pq_arena_copy(arena, pq_utf8_trim(message.length > 0 ? message : text));
	rule->detail = message.length > 0 ? rule->name
					  : pq_arena_format(arena, "failed rule: %.*s",
							    PQ_STRING_ARGUMENT(rule->name));
	rule->message_expression =
		pq_arena_copy(arena, pq_value_find_string(source, PQ_S("messageExpression")));
	rule->failure = failure_of(pq_value_find_string(source, PQ_S("reason")));
	rule->old_is_optional = pq_value_is_true(pq_value_find(source, PQ_S("optionalOldSelf")));
	return !pq_arena_is_exhausted(arena);
}

static bool compile(struct attaching *attaching, const struct pq_cel_declaration *declaration,
		    const struct pq_node_rule *rule, struct pq_string expression,
		    struct pq_cel_compilation *compilation)
{
	const struct pq_cel_type *old = declaration->type;
	if (rule->old_is_optional)
		old = pq_cel_type_optional(attaching->arena, old);
	const struct pq_cel_variable variables[PQ_RULE_VARIABLES] = {
		[PQ_RULE_SELF] = { PQ_S("self"), declaration->type, declaration },
		[PQ_RULE_OLD_SELF] = { PQ_S("oldSelf"), old, declaration },
	};
	const struct pq_cel_environment environment = {
		.version = PQ_RELEASE_MINOR,
		.variables = variables,
		.variable_count = PQ_RULE_VARIABLES,
		.leaves_cost_open = true, /* it was judged when the schema was checked */
	};
	pq_arena_reset(&attaching->scratch, SIZE_MAX);
	return old != NULL && pq_cel_compile(&environment, expression, attaching->arena,
					     &attaching->scratch, compilation);
}

static bool compile_rule(struct attaching *attaching, const struct scope *scope,
			 const struct pq_value *source, struct pq_node_rule *rule)
{
	struct pq_cel_compilation compilation;
	struct pq_string expression = pq_value_find_string(source, PQ_S("rule"));
	if (!copy_texts(attaching, scope, source, rule))
		return false;
	if (pq_utf8_trim(expression).length == 0)
		return true;
	if (!compile(attaching, scope->declaration, rule, expression, &compilation))
		return false;
	rule->error = pq_rule_problem(attaching->arena, &compilation);
	rule->program = compilation.program;
	if (rule->error.data != NULL) {
		pq_cel_program_done(rule->program);
		rule->program = NULL;
		return true;
	}
	rule->uses_old = compilation.uses[PQ_RULE_OLD_SELF];
	if (rule->message_expression.length == 0)
		return rule->program != NULL;
	if (!compile(attaching, scope->declaration, rule, rule->message_expression, &compilation))
		return false;
	rule->message = compilation.program;
	if (pq_message_expression_problem(attaching->arena, &compilation).data != NULL) {
		pq_cel_program_done(rule->message);
		rule->message = NULL;
	}
	return rule->program != NULL;
}

static bool compile_rules(struct attaching *attaching, struct scope *scope)
{
	const struct pq_value *source = scope->source->rules;
	struct pq_node_rules *rules = pq_arena_alloc(attaching->arena, sizeof *rules);
	struct pq_node_rule *items =
		pq_arena_alloc_array(attaching->arena, source->length, sizeof *items);
	if (rules == NULL || items == NULL)
		return false;
	if (scope->declaration == NULL && scope->is_visible)
		scope->declaration =
			pq_schema_declare(attaching->arena, scope->source, scope->is_resource);
	struct pq_string type = scope->source->type;
	rules->declaration = scope->declaration;
	rules->type = pq_arena_copy(attaching->arena, type);
	rules->shows_value = !pq_string_is(type, "object") && !pq_string_is(type, "array");
	rules->items = items;
	rules->next = attaching->schema->rules;
	attaching->schema->rules = rules;
	((struct pq_node_extras *)scope->node->extras)->rules = rules;
	if (rules->declaration == NULL || (attaching->for_defaults && !scope->is_in_default))
		return !pq_arena_is_exhausted(attaching->arena);
	for (uint32_t i = 0; i < source->length; i++) {
		/* Counted first, so that what a failure leaves is given back. */
		rules->count++;
		if (!compile_rule(attaching, scope, &source->items[i], &items[i]))
			return false;
		rules->uses_old |= items[i].uses_old;
	}
	attaching->schema->rules_use_old |= rules->uses_old;
	return true;
}

/* Whether pq_schema_declare has anything to say. */
static bool is_declarable(const struct pq_source *source)
{
	static const char *const scalars[] = { "string", "boolean", "number", "integer" };
	while (!source->int_or_string) {
		const struct pq_source *below = source->additional_properties;
		if (pq_string_is(source->type, "array"))
			below = source->items;
		else if (!pq_string_is(source->type, "object"))
			break;
		else if (below == NULL)
			return true;
		if (below == NULL)
			return false;
		source = below;
	}
	for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
		if (pq_string_is(source->type, scalars[i]))
			return true;
	}
	return source->int_or_string;
}

static bool attach(struct attaching *attaching, struct scope *scope);

static bool attach_below(struct attaching *attaching, struct scope *scope,
			 const struct scope *parent)
{
	scope->is_resource = scope->source->embedded_resource;
	if (!attach(attaching, scope))
		return false;
	parent->node->flags |= scope->node->flags & PQ_NODE_RULES_BELOW;
	return true;
}

/* An item of a list, or a value of a map. */
static bool attach_element(struct attaching *attaching, const struct scope *parent,
			   const struct pq_source *source, const struct pq_node *node)
{
	if (source == NULL || node == NULL)
		return true;
	struct scope scope = {
		.source = source,
		.node = (struct pq_node *)node,
		.declaration = parent->declaration == NULL ? NULL : parent->declaration->element,
		.is_visible = parent->is_visible,
		.is_in_default = parent->is_in_default,
	};
	return attach_below(attaching, &scope, parent);
}

/* Fields that CEL cannot see are left out, with all below them; those it could see but for their
 * name are not. */
static bool attach_property(struct attaching *attaching, const struct scope *parent,
			    const struct pq_source_member *member, const struct pq_node *node)
{
	struct scope scope = {
		.source = member->schema,
		.node = (struct pq_node *)node,
		.is_visible = parent->is_visible && is_declarable(member->schema),
		.is_in_default = parent->is_in_default,
	};
	if (!scope.is_visible)
		return true;
	struct pq_string name = pq_cel_escape(&attaching->scratch, member->name);
	if (parent->declaration != NULL && name.data != NULL) {
		const struct pq_cel_field *field =
			pq_cel_declaration_find(parent->declaration, name);
		if (field == NULL)
			return true;
		scope.declaration = field->declaration;
	}
	return attach_below(attaching, &scope, parent);
}

static bool attach(struct attaching *attaching, struct scope *scope)
{
	const struct pq_source *source = scope->source;
	const struct pq_node *node = scope->node;
	scope->is_in_default |= source->default_value != NULL;
	if (source->rules != NULL && source->rules->length > 0) {
		scope->node->flags |= PQ_NODE_RULES_BELOW;
		if (!compile_rules(attaching, scope))
			return false;
	}
	if (!attach_element(attaching, scope, source->items, node->items) ||
	    !attach_element(attaching, scope, source->additional_properties, node->additional))
		return false;
	for (size_t i = 0; i < source->properties.count; i++) {
		if (!attach_property(attaching, scope, &source->properties.items[i],
				     node->properties->items[i].node))
			return false;
	}
	return true;
}

bool pq_rules_attach(struct pq_schema *schema, const struct pq_source *source,
		     const struct pq_rules_attachment *attachment)
{
	struct attaching attaching = {
		.schema = schema,
		.for_defaults = attachment->for_defaults,
		.arena = &schema->arena,
	};
	struct scope root = {
		.source = source,
		.node = (struct pq_node *)schema->root,
		.is_visible = is_declarable(source),
		.is_resource = attachment->is_resource,
	};
	pq_arena_init(&attaching.scratch, 0);
	bool fine = attach(&attaching, &root);
	pq_arena_done(&attaching.scratch);
	return fine;
}

void pq_rules_done(const struct pq_node_rules *first)
{
	for (const struct pq_node_rules *rules = first; rules != NULL; rules = rules->next) {
		for (size_t i = 0; i < rules->count; i++) {
			pq_cel_program_done(rules->items[i].program);
			pq_cel_program_done(rules->items[i].message);
		}
	}
}
