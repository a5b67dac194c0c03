/*
 * Running the rules of an object (x-kubernetes-validations): a node's own before those below it,
 * members and items in their order. Rules in junctors cannot be.
 *
 * Follows Validator in k8s.io/apiextensions-apiserver v0.36
 * pkg/apiserver/schema/cel/validation.go.
 */
#include "base/release.h"
#include "schema/rule_programs.h"
#include "schema/validation.h"
#include "json/write.h"

enum {
	/* k8s.io/apiserver pkg/apis/cel: PerCallLimit, MaxEvaluatedMessageExpressionSizeBytes */
	MESSAGE_SIZE_MAX = 5 * 1024,
	/* What a unit of cost is worth, where no more may be done than the budget pays for. */
	STEPS_OF_COST = PQ_CEL_STEPS_MAX / PQ_RULES_BUDGET,
};

#define OUT_OF_BUDGET                                                                              \
	"failed due to running out of cost budget, no further validation rules will be run"

struct walk {
	struct pq_findings *warnings; /* or NULL */
	struct pq_arena *arena;
	int64_t *budget; /* negative: it is over */
	uint64_t *steps; /* that rules took in values */
	struct pq_findings *findings;
	bool any_field;
	bool stops_at_budget;
};

/* A value, and where it stood before an update. */
struct place {
	const struct pq_node *node;
	const struct pq_value *value;
	const struct pq_value *old; /* NULL: no older value is known */
	const struct pq_path *path;
	/* Whether old is what the value is compared with, so that what did not change is forgiven;
	 * if not, the nearest place above that has something to compare with counts, or NULL. */
	bool is_correlated;
	struct place *nearest;
	bool is_compared;
	bool is_unchanged; /* once compared */
};

/* What a rule is asked about. */
struct subject {
	struct pq_cel_value plain[PQ_RULE_VARIABLES];
	struct pq_cel_value optional[PQ_RULE_VARIABLES]; /* with oldSelf an optional */
};

static bool is_over(const struct walk *walk)
{
	return *walk->budget < 0 || pq_arena_is_exhausted(walk->arena);
}

static bool is_unchanged(const struct walk *walk, struct place *place)
{
	if (place != NULL && !place->is_correlated)
		place = place->nearest;
	if (place == NULL || place->old == NULL)
		return false;
	if (!place->is_compared) {
		const struct pq_correlation correlation = {
			.node = place->node,
			.value = place->value,
			.old = place->old,
			.any_field = walk->any_field,
		};
		place->is_unchanged = pq_correlation_is_unchanged(walk->arena, &correlation);
		place->is_compared = true;
	}
	return place->is_unchanged;
}

static struct pq_string render_field(struct pq_arena *arena, const struct pq_path *path,
				     struct pq_string below)
{
	struct pq_path step = pq_path_property(path, below);
	const struct pq_path *whole = below.length > 0 ? &step : path;
	return whole == NULL ? PQ_S("<nil>") : pq_path_render(arena, whole);
}

static void add(const struct walk *walk, const struct place *place, struct pq_findings *findings,
		enum pq_finding_type type, struct pq_string below, struct pq_buffer *message)
{
	const struct pq_finding finding = {
		.type = type,
		.field = render_field(walk->arena, place->path, below),
		.message = pq_buffer_view(message),
		.offset = place->value->offset,
	};
	if (finding.field.data == NULL || pq_buffer_failed(message))
		findings->dropped++;
	else
		pq_findings_add(findings, finding);
}

/* A rule that failed; forgiven when it is not about a change and nothing changed. */
static void add_failure(const struct walk *walk, struct place *place,
			const struct pq_node_rule *rule, enum pq_finding_type type,
			struct pq_buffer *message)
{
	if (rule->uses_old || !is_unchanged(walk, place))
		add(walk, place, walk->findings, type, rule->field, message);
	else if (walk->warnings != NULL)
		add(walk, place, walk->warnings, type, rule->field, message);
}

/* A finding whose value is the name of the node's type. */
static void start_type_message(const struct walk *walk, const struct place *place,
			       struct pq_buffer *message)
{
	pq_buffer_init_in(message, walk->arena, 0);
	pq_buffer_append_text(message, "Invalid value: ");
	pq_go_quote(message, place->node->extras->rules->type);
	pq_buffer_append_text(message, ": ");
}

static void add_problem(const struct walk *walk, const struct place *place, const char *text)
{
	struct pq_buffer message;
	start_type_message(walk, place, &message);
	pq_buffer_append_text(&message, text);
	add(walk, place, walk->findings, PQ_FINDING_INVALID, (struct pq_string){ 0 }, &message);
}

static void run_out_of_budget(const struct walk *walk, const struct place *place)
{
	add_problem(walk, place, "validation " OUT_OF_BUDGET);
	*walk->budget = -1;
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* The rule could not be evaluated. */
static void add_error(const struct walk *walk, const struct place *place,
		      const struct pq_node_rule *rule, const char *error)
{
	struct pq_buffer message;
	start_type_message(walk, place, &message);
	if (starts_with(error, "no such overload")) {
		pq_buffer_append_format(&message,
					"'%s': call arguments did not match a supported operator, "
					"function or macro signature for rule: ",
					error);
	} else if (starts_with(error, "operation cancelled: actual cost limit exceeded")) {
		pq_buffer_append_format(&message,
					"'%s': no further validation rules will be run due to call "
					"cost exceeds limit for rule: ",
					error);
		*walk->budget = -1;
	} else {
		pq_buffer_append_format(&message, "%s evaluating rule: ", error);
	}
	pq_buffer_append_string(&message, rule->name);
	add(walk, place, walk->findings, PQ_FINDING_INVALID, (struct pq_string){ 0 }, &message);
}

static struct pq_cel_value evaluate(const struct walk *walk, const struct pq_cel_program *program,
				    const struct pq_cel_value *variables, uint64_t *cost)
{
	struct pq_cel_value result;
	bool is_short = walk->stops_at_budget && *walk->budget < PQ_RULE_CALL_COST_MAX;
	struct pq_cel_evaluation evaluation = {
		.arena = walk->arena,
		.variables = variables,
		.cost_limit = is_short ? (uint64_t)*walk->budget : PQ_RULE_CALL_COST_MAX,
		.steps = *walk->steps,
	};
	pq_cel_evaluate(program, &evaluation, &result);
	*walk->steps = evaluation.steps;
	*cost = evaluation.cost;
	return result;
}

/* A failure with a text in place of the rule's own, that ends everything. */
static void end_with(const struct walk *walk, struct place *place, const struct pq_node_rule *rule,
		     struct pq_buffer *message)
{
	add_failure(walk, place, rule, PQ_FINDING_INVALID, message);
	*walk->budget = -1;
}

static bool is_good_message(struct pq_string message)
{
	return message.length > 0 && message.length <= MESSAGE_SIZE_MAX &&
	       pq_string_find_byte(message, '\n') < 0;
}

/* What the rule's messageExpression says, or else the rule itself. False when it cost too much,
 * which has been told. */
static bool find_detail(const struct walk *walk, struct place *place,
			const struct pq_node_rule *rule, const struct subject *subject,
			struct pq_string *detail)
{
	*detail = rule->detail;
	if (rule->message == NULL)
		return true;
	uint64_t cost;
	struct pq_buffer message;
	struct pq_cel_value said = evaluate(walk, rule->message, subject->plain, &cost);
	if (cost > (uint64_t)*walk->budget) {
		start_type_message(walk, place, &message);
		pq_buffer_append_text(&message, "messageExpression evaluation " OUT_OF_BUDGET);
		end_with(walk, place, rule, &message);
		return false;
	}
	if (pq_cel_is_error(&said) &&
	    starts_with(said.error, "operation cancelled: actual cost limit exceeded")) {
		start_type_message(walk, place, &message);
		pq_buffer_append_text(&message,
				      "no further validation rules will be run due to call cost "
				      "exceeds limit for messageExpression: ");
		pq_go_quote(&message, rule->message_expression);
		end_with(walk, place, rule, &message);
		return false;
	}
	*walk->budget -= (int64_t)cost;
	struct pq_string text = said.kind == PQ_CEL_STRING
					? pq_string_trim(pq_cel_value_string(&said))
					: (struct pq_string){ 0 };
	if (is_good_message(text))
		*detail = text;
	return true;
}

static void fail_rule(const struct walk *walk, struct place *place, const struct pq_node_rule *rule,
		      const struct subject *subject)
{
	struct pq_string detail;
	struct pq_buffer message;
	if (!find_detail(walk, place, rule, subject, &detail))
		return;
	enum pq_finding_type type = rule->failure;
	bool has_value = type == PQ_FINDING_INVALID || type == PQ_FINDING_DUPLICATE;
	pq_buffer_init_in(&message, walk->arena, 0);
	pq_buffer_append_text(&message, pq_finding_type_text(type));
	if (has_value && place->node->extras->rules->shows_value) {
		pq_buffer_append_text(&message, ": ");
		pq_go_write_value(&message, place->value);
	}
	if (type != PQ_FINDING_DUPLICATE && detail.length > 0) {
		pq_buffer_append_text(&message, ": ");
		pq_buffer_append_string(&message, detail);
	}
	add_failure(walk, place, rule, type, &message);
}

static void run_rule(const struct walk *walk, struct place *place, const struct pq_node_rule *rule,
		     const struct subject *subject)
{
	uint64_t cost;
	struct pq_cel_value result =
		evaluate(walk, rule->program,
			 rule->old_is_optional ? subject->optional : subject->plain, &cost);
	if (cost > (uint64_t)*walk->budget) {
		run_out_of_budget(walk, place);
		return;
	}
	*walk->budget -= (int64_t)cost;
	if (pq_cel_is_error(&result))
		add_error(walk, place, rule, result.error);
	else if (result.kind != PQ_CEL_BOOL || !result.boolean)
		fail_rule(walk, place, rule, subject);
}

static void adapt(const struct walk *walk, const struct place *place, struct subject *subject)
{
	const struct pq_node_rules *rules = place->node->extras->rules;
	struct pq_cel_value self = pq_cel_from_data(walk->arena, place->value, rules->declaration);
	struct pq_cel_value none = pq_cel_from_error("no such attribute(s): oldSelf");
	*subject = (struct subject){ { self, none }, { self, none } };
	if (!rules->uses_old)
		return;
	subject->optional[PQ_RULE_OLD_SELF] = pq_cel_from_optional(NULL);
	if (place->old == NULL)
		return;
	struct pq_cel_value *old = &subject->plain[PQ_RULE_OLD_SELF];
	*old = pq_cel_from_data(walk->arena, place->old, rules->declaration);
	subject->optional[PQ_RULE_OLD_SELF] = pq_cel_optional_of(walk->arena, old);
}

static void add_compile_error(const struct walk *walk, const struct place *place,
			      const struct pq_node_rule *rule)
{
	struct pq_buffer message;
	start_type_message(walk, place, &message);
	pq_buffer_append_text(&message, "rule compile error: ");
	pq_buffer_append_string(&message, rule->error);
	add(walk, place, walk->findings, PQ_FINDING_INVALID, (struct pq_string){ 0 }, &message);
}

static void run_rules(const struct walk *walk, struct place *place)
{
	const struct pq_node_rules *rules = place->node->extras->rules;
	struct subject subject;
	if (rules->declaration == NULL) {
		add_problem(walk, place,
			    "rule compiler initialization error: failed to convert to declType for "
			    "CEL validation rules");
		return;
	}
	if (*walk->budget == 0) {
		run_out_of_budget(walk, place);
		return;
	}
	adapt(walk, place, &subject);
	for (size_t i = 0; i < rules->count && !is_over(walk); i++) {
		const struct pq_node_rule *rule = &rules->items[i];
		if (rule->error.data != NULL)
			add_compile_error(walk, place, rule);
		else if (rule->program != NULL &&
			 (!rule->uses_old || place->old != NULL || rule->old_is_optional))
			run_rule(walk, place, rule, &subject);
	}
}

static void walk_place(const struct walk *walk, struct place *place);

static bool is_type_meta(struct pq_string name)
{
	return pq_string_is(name, "kind") || pq_string_is(name, "apiVersion");
}

/* Where a value below stood. The root's apiVersion and kind are not compared: both objects were
 * converted to them. */
static void correlate(struct place *parent, bool is_meta, struct place *below)
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

static void walk_object(const struct walk *walk, struct place *place)
{
	const struct pq_object *object = place->value->object;
	const struct pq_node *node = place->node;
	const struct pq_object *old =
		place->old != NULL && place->old->kind == PQ_OBJECT ? place->old->object : NULL;
	for (uint32_t i = 0; i < object->count && !is_over(walk); i++) {
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
		struct place child = {
			.node = below,
			.value = &member->value,
			.old = before == NULL ? NULL : &before->value,
			.path = &step,
		};
		correlate(place, is_type_meta(member->key), &child);
		walk_place(walk, &child);
	}
}

static void walk_array(const struct walk *walk, struct place *place)
{
	const struct pq_node *node = place->node;
	if (node->items == NULL || (node->items->flags & PQ_NODE_RULES_BELOW) == 0)
		return;
	struct pq_list_index index;
	bool has_index = place->old != NULL && place->old->kind == PQ_ARRAY &&
			 node->list_type == PQ_LIST_MAP &&
			 pq_list_index_build(&index, walk->arena, node, place->old);
	for (uint32_t i = 0; i < place->value->length && !is_over(walk); i++) {
		struct pq_path step = pq_path_index(place->path, i);
		const struct pq_value *item = &place->value->items[i];
		struct place child = {
			.node = node->items,
			.value = item,
			.old = has_index ? pq_list_index_find(&index, item) : NULL,
			.path = &step,
		};
		correlate(place, false, &child);
		walk_place(walk, &child);
	}
}

static void walk_place(const struct walk *walk, struct place *place)
{
	if (place->value->kind == PQ_NULL)
		return;
	if (place->node->extras != NULL && place->node->extras->rules != NULL)
		run_rules(walk, place);
	if (is_over(walk))
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
	uint64_t steps = find_first_step(run, *budget);
	const struct walk walk = {
		.arena = arena,
		.budget = budget,
		.steps = &steps,
		.findings = findings,
		.warnings = run->warnings,
		.any_field = schema->kind == PQ_SCHEMA_OVERLAY,
		.stops_at_budget = run->stops_at_budget,
	};
	struct place place = {
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
	const struct pq_rules_run whole = {
		.node = schema->root,
		.value = run->value,
		.old = run->old,
		.ratchets = true,
		.warnings = run->warnings,
		.stops_at_budget = run->quota != NULL,
	};
	int64_t budget = run->quota == NULL ? PQ_RULES_BUDGET : run->quota->left;
	if (!pq_schema_has_rules(schema))
		return true;
	if (is_blocked(findings)) {
		tell_unchecked(findings);
		return true;
	}
	bool fine = pq_rules_run(schema, arena, &whole, &budget, findings);
	if (run->quota != NULL)
		run->quota->left = budget;
	return fine;
}

bool pq_schema_judge(const struct pq_schema *schema, struct pq_arena *arena,
		     const struct pq_schema_validation *validation, struct pq_findings *findings)
{
	const struct pq_schema_rules_run run = {
		.value = validation->value,
		.old = validation->old,
		.quota = validation->quota,
	};
	return pq_schema_validate(schema, arena, validation, findings) &&
	       pq_schema_validate_list_types(schema, arena, run.value, run.old, findings) &&
	       pq_schema_run_rules(schema, arena, &run, findings);
}
