/*
 * Rules whose texts are in order are compiled: for what is wrong with their expressions, and for
 * what they can cost.
 */
#include "schema/check.h"

#include "cel/cel.h"
#include "schema/check_rule_scope.h"
#include "schema/rule_programs.h"
#include "schema/show.h"
#include "json/write.h"

/* Minor version of Kubernetes 1.x whose new expressions are judged: what the version before it
 * knows, so that an upgrade can be taken back. */
enum { NEW_EXPRESSIONS_VERSION = 35 };

/* pkg/apis/apiextensions/validation/validation.go: StaticEstimatedCostLimit and
 * StaticEstimatedCRDCostLimit. */
static const uint64_t rule_cost_max = 10 * 1000 * 1000;
static const uint64_t schema_cost_max = 100 * 1000 * 1000;

/* One rule while it is judged. */
struct rule {
	const struct pq_check *check;
	struct pq_rule_scope *scope;
	const struct pq_value *value; /* {"rule": …, "message": …} */
	const struct pq_path *path;
	const struct pq_cel_environment *environment;
	bool uses_old_self;
};

static const struct pq_value *find_keyword(const struct rule *rule, const char *keyword)
{
	const struct pq_value *found = pq_value_find(rule->value, pq_string_from(keyword));
	return found == NULL ? rule->value : found;
}

static struct pq_findings *findings_of(const struct rule *rule)
{
	return &rule->check->rules->findings;
}

/* An invalid value at a keyword of the rule, shown being rendered already. */
static void report_shown(const struct rule *rule, const char *keyword,
			 const struct pq_buffer *shown, struct pq_string detail)
{
	struct pq_path step = pq_path_property(rule->path, pq_string_from(keyword));
	if (pq_buffer_failed(shown) || detail.data == NULL)
		findings_of(rule)->dropped++;
	else
		pq_findings_add_format(
			findings_of(rule), PQ_FINDING_INVALID, &step,
			find_keyword(rule, keyword)->offset, "Invalid value: %.*s: %.*s",
			PQ_STRING_ARGUMENT(pq_buffer_view(shown)), PQ_STRING_ARGUMENT(detail));
}

/* The same, showing the whole rule. */
static void report_rule(const struct rule *rule, const char *keyword, struct pq_string detail)
{
	struct pq_buffer shown;
	pq_buffer_init_in(&shown, rule->check->arena, PQ_CHECK_SHOWN_MAX);
	pq_source_show_rule(&shown, rule->value);
	report_shown(rule, keyword, &shown, detail);
}

/* "3.2x", "more than 100x": how far beyond what is allowed. */
static struct pq_string describe_factor(struct pq_arena *arena, uint64_t cost, uint64_t max)
{
	double factor = (double)cost / (double)max;
	if (factor > 100)
		return PQ_S("more than 100x");
	return pq_arena_format(arena, factor < 1.5 ? "%fx" : "%.1fx", factor);
}

static void report_cost(struct pq_findings *findings, const struct pq_path *path, uint32_t offset,
			const char *what, uint64_t cost, uint64_t max)
{
	struct pq_string factor = describe_factor(findings->arena, cost, max);
	pq_findings_add_format(findings, PQ_FINDING_FORBIDDEN, path, offset,
			       "Forbidden: %s exceeds budget by factor of %.*s (try simplifying "
			       "the rule, or adding maxItems, maxProperties, and maxLength where "
			       "arrays, maps, and strings are declared)",
			       what, PQ_STRING_ARGUMENT(factor));
}

/* Adds an expression to the total; the most expensive ones are remembered, dearest first. */
static void add_to_total(struct pq_check_rules *rules, const struct pq_path *path, uint32_t offset,
			 uint64_t cost)
{
	if (__builtin_add_overflow(rules->total, cost, &rules->total))
		rules->total = UINT64_MAX;
	if (cost < schema_cost_max / 100)
		return;
	size_t place = rules->expensive_count;
	while (place > 0 && rules->expensive[place - 1].cost < cost)
		place--;
	if (place == PQ_CHECK_EXPENSIVE_MAX)
		return;
	if (rules->expensive_count < PQ_CHECK_EXPENSIVE_MAX)
		rules->expensive_count++;
	for (size_t i = rules->expensive_count - 1; i > place; i--)
		rules->expensive[i] = rules->expensive[i - 1];
	rules->expensive[place] = (struct pq_check_expensive){
		.cost = cost,
		.path = pq_path_render(rules->findings.arena, path),
		.offset = offset,
	};
}

/* Judges what an expression can cost, and counts it. */
static void check_cost(const struct rule *rule, const char *keyword, const char *what,
		       uint64_t cost)
{
	struct pq_path step = pq_path_property(rule->path, pq_string_from(keyword));
	uint32_t offset = find_keyword(rule, keyword)->offset;
	if (cost > rule_cost_max && !rule->check->options->is_unchanged)
		report_cost(findings_of(rule), &step, offset, what, cost, rule_cost_max);
	add_to_total(rule->check->rules, &step, offset, cost);
}

/* False when there is no memory for it, which counts as a finding that could not be kept. */
static bool compile(const struct rule *rule, struct pq_string expression,
		    struct pq_cel_compilation *compilation)
{
	struct pq_arena *scratch = &rule->check->rules->scratch;
	pq_arena_reset(scratch, SIZE_MAX);
	if (pq_cel_compile(rule->environment, expression, scratch, scratch, compilation))
		return true;
	findings_of(rule)->dropped++;
	return false;
}

static bool check_rule(struct rule *rule)
{
	struct pq_cel_compilation compilation;
	struct pq_string expression = pq_value_find_string(rule->value, PQ_S("rule"));
	if (!compile(rule, expression, &compilation))
		return false;
	struct pq_string problem = pq_rule_problem(rule->check->arena, &compilation);
	bool fits = compilation.issues.data == NULL && problem.data == NULL;
	check_cost(rule, "rule", "estimated rule cost",
		   fits ? pq_rule_scope_multiply(rule->scope, compilation.max_cost) : 0);
	if (!fits)
		report_rule(rule, "rule", problem);
	/* An expression of another type has not been searched for it. */
	rule->uses_old_self = compilation.issues.data == NULL &&
			      compilation.type->kind == PQ_CEL_TYPE_BOOL &&
			      !compilation.type->nullable && compilation.uses[PQ_RULE_OLD_SELF];
	pq_cel_program_done(compilation.program);
	return fits;
}

static void check_message_expression(const struct rule *rule)
{
	struct pq_cel_compilation compilation;
	struct pq_string expression = pq_value_find_string(rule->value, PQ_S("messageExpression"));
	if (expression.length == 0 || !compile(rule, expression, &compilation))
		return;
	struct pq_string problem = pq_message_expression_problem(rule->check->arena, &compilation);
	if (problem.data != NULL || compilation.issues.data != NULL)
		report_rule(rule, "messageExpression", problem);
	else
		check_cost(rule, "messageExpression", "estimated messageExpression cost",
			   compilation.max_cost);
	pq_cel_program_done(compilation.program);
}

static void check_old_self(const struct rule *rule)
{
	const struct pq_value *optional = pq_value_find(rule->value, PQ_S("optionalOldSelf"));
	const struct pq_path *uncorrelatable = rule->scope->uncorrelatable;
	struct pq_buffer shown;
	pq_buffer_init_in(&shown, rule->check->arena, PQ_CHECK_SHOWN_MAX);
	if (rule->uses_old_self && uncorrelatable != NULL) {
		struct pq_string place = pq_path_render(rule->check->arena, uncorrelatable);
		pq_go_write_value(&shown, find_keyword(rule, "rule"));
		report_shown(rule, "rule", &shown,
			     pq_arena_format(rule->check->arena,
					     "oldSelf cannot be used on the uncorrelatable portion "
					     "of the schema within %.*s",
					     PQ_STRING_ARGUMENT(place)));
	} else if (!rule->uses_old_self && optional != NULL && optional->kind != PQ_NULL) {
		pq_go_write_value(&shown, optional);
		report_shown(rule, "optionalOldSelf", &shown,
			     PQ_S("may not be set if oldSelf is not used in rule"));
	}
}

/* An AdmissionSchema need not say types, but without them CEL sees nothing. */
static void report_untyped(const struct pq_check *check, const struct pq_source *source,
			   const struct pq_path *path)
{
	struct pq_findings *findings = &check->rules->findings;
	struct pq_path keyword = pq_path_property(path, PQ_S("x-kubernetes-validations"));
	struct pq_path type = pq_path_property(path, PQ_S("type"));
	if (source->type.length == 0 && !source->int_or_string)
		pq_findings_add_format(findings, PQ_FINDING_REQUIRED, &type, source->rules->offset,
				       "Required value: rules need the type of what they judge: "
				       "say it beside them, of an object \"type: object\"");
	else
		pq_findings_add_format(findings, PQ_FINDING_INVALID, &keyword,
				       source->rules->offset,
				       "Invalid value: rules need the types of what they judge: "
				       "say also what a list or a map here holds, and what each "
				       "schema is that stands between these rules and others "
				       "around them");
}

static void report_undeclared(const struct pq_check *check, const struct pq_source *source,
			      const struct pq_path *path)
{
	struct pq_path keyword = pq_path_property(path, PQ_S("x-kubernetes-validations"));
	if (check->kind == PQ_SCHEMA_OVERLAY)
		report_untyped(check, source, path);
	else
		pq_findings_add_format(&check->rules->findings, PQ_FINDING_INTERNAL, &keyword,
				       source->rules->offset,
				       "Internal error: internal error: failed to construct type "
				       "information for x-kubernetes-validations rules: unable to "
				       "convert structural schema to CEL declarations");
}

void pq_check_compile_rules(const struct pq_check *check, struct pq_rule_scope *scope,
			    const struct pq_path *path)
{
	const struct pq_source *source = scope->source;
	if (source->rules == NULL || source->rules->length == 0)
		return;
	struct pq_path keyword = pq_path_property(path, PQ_S("x-kubernetes-validations"));
	const struct pq_cel_declaration *declaration = pq_rule_scope_declare(scope, check->arena);
	if (declaration == NULL) {
		report_undeclared(check, source, path);
		return;
	}
	const struct pq_cel_type *optional = pq_cel_type_optional(check->arena, declaration->type);
	for (uint32_t i = 0; i < source->rules->length; i++) {
		const struct pq_value *value = &source->rules->items[i];
		bool is_optional = pq_value_is_true(pq_value_find(value, PQ_S("optionalOldSelf")));
		const struct pq_cel_variable variables[PQ_RULE_VARIABLES] = {
			[PQ_RULE_SELF] = { PQ_S("self"), declaration->type, declaration },
			[PQ_RULE_OLD_SELF] = { PQ_S("oldSelf"),
					       is_optional && optional != NULL ? optional
									       : declaration->type,
					       declaration },
		};
		const struct pq_cel_environment environment = {
			.version = NEW_EXPRESSIONS_VERSION,
			.variables = variables,
			.variable_count = PQ_RULE_VARIABLES,
		};
		struct pq_path step = pq_path_index(&keyword, i);
		struct rule rule = { check, scope, value, &step, &environment, false };
		if (check_rule(&rule))
			check_message_expression(&rule);
		check_old_self(&rule);
	}
}

void pq_check_total_cost(const struct pq_check *check, const struct pq_source *source,
			 const struct pq_path *path)
{
	const struct pq_check_rules *rules = check->rules;
	if (rules->total <= schema_cost_max)
		return;
	for (size_t i = 0; i < rules->expensive_count; i++)
		pq_findings_add(check->findings,
				(struct pq_finding){
					.type = PQ_FINDING_FORBIDDEN,
					.field = rules->expensive[i].path,
					.message = PQ_S("Forbidden: contributed to estimated rule "
							"cost total exceeding cost limit for "
							"entire OpenAPIv3 schema"),
					.offset = rules->expensive[i].offset,
				});
	report_cost(
		check->findings, path, source->value->offset,
		"x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema",
		rules->total, schema_cost_max);
}
