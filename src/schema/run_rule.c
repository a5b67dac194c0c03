/* The rules of one place: evaluated, their cost paid, what they say told. */
#include "schema/rule_walk.h"

#include "base/utf8.h"
#include "json/write.h"

/* k8s.io/apiserver pkg/apis/cel: MaxEvaluatedMessageExpressionSizeBytes */
enum { MESSAGE_SIZE_MAX = 5 * 1024 };

/* What a rule is asked about. */
struct subject {
	struct pq_cel_value plain[PQ_RULE_VARIABLES];
	struct pq_cel_value optional[PQ_RULE_VARIABLES]; /* with oldSelf an optional */
};

static void add_problem(const struct pq_rule_walk *walk, const struct pq_rule_place *place,
			const char *text)
{
	struct pq_buffer message;
	pq_rule_start_message(walk, place, &message);
	pq_buffer_append_text(&message, text);
	pq_rule_add_problem(walk, place, &message);
}

static void run_out_of_budget(const struct pq_rule_walk *walk, const struct pq_rule_place *place)
{
	add_problem(walk, place, "validation " PQ_RULES_OUT_OF_BUDGET);
	*walk->budget = -1;
}

/* The rule could not be evaluated. */
static void add_error(const struct pq_rule_walk *walk, const struct pq_rule_place *place,
		      const struct pq_node_rule *rule, struct pq_string error)
{
	struct pq_buffer message;
	pq_rule_start_message(walk, place, &message);
	if (pq_string_starts_with(error, PQ_S("no such overload"))) {
		pq_buffer_append_format(
			&message,
			"'%.*s': call arguments did not match a supported operator, "
			"function or macro signature for rule: ",
			PQ_STRING_ARGUMENT(error));
	} else if (pq_string_starts_with(error, PQ_S(PQ_CEL_COST_LIMIT_EXCEEDED))) {
		pq_buffer_append_format(
			&message,
			"'%.*s': no further validation rules will be run due to call "
			"cost exceeds limit for rule: ",
			PQ_STRING_ARGUMENT(error));
		*walk->budget = -1;
	} else {
		bool is_concealed = pq_node_is_concealed(place->node, walk->findings->concealment);
		pq_buffer_append_string(&message, is_concealed ? PQ_S("error") : error);
		pq_buffer_append_text(&message, " evaluating rule: ");
	}
	pq_buffer_append_string(&message, rule->name);
	pq_rule_add_problem(walk, place, &message);
}

static struct pq_cel_value evaluate(struct pq_rule_walk *walk, const struct pq_cel_program *program,
				    const struct pq_cel_value *variables)
{
	struct pq_cel_value result;
	bool is_short = walk->stops_at_budget && *walk->budget < PQ_RULE_CALL_COST_MAX;
	walk->evaluation.variables = variables;
	walk->evaluation.cost_limit = is_short ? (uint64_t)*walk->budget : PQ_RULE_CALL_COST_MAX;
	pq_cel_evaluate(program, &walk->evaluation, &result);
	return result;
}

/* A failure with a text in place of the rule's own, that ends everything. */
static void end_with(const struct pq_rule_walk *walk, struct pq_rule_place *place,
		     const struct pq_node_rule *rule, struct pq_buffer *message)
{
	pq_rule_add_failure(walk, place, rule, PQ_FINDING_INVALID, message);
	*walk->budget = -1;
}

static bool is_good_message(struct pq_string message)
{
	return message.length > 0 && message.length <= MESSAGE_SIZE_MAX &&
	       pq_string_find_byte(message, '\n') < 0;
}

/* What the rule's messageExpression says, or else the rule itself. False when it cost too much,
 * which has been told. */
static bool find_detail(struct pq_rule_walk *walk, struct pq_rule_place *place,
			const struct pq_node_rule *rule, const struct subject *subject,
			struct pq_string *detail)
{
	*detail = rule->detail;
	if (rule->message == NULL)
		return true;
	struct pq_buffer message;
	struct pq_cel_value said = evaluate(walk, rule->message, subject->plain);
	uint64_t cost = walk->evaluation.cost;
	if (cost > (uint64_t)*walk->budget) {
		pq_rule_start_message(walk, place, &message);
		pq_buffer_append_text(&message,
				      "messageExpression evaluation " PQ_RULES_OUT_OF_BUDGET);
		end_with(walk, place, rule, &message);
		return false;
	}
	if (pq_cel_is_error(&said) &&
	    pq_string_starts_with(pq_cel_value_string(&said), PQ_S(PQ_CEL_COST_LIMIT_EXCEEDED))) {
		pq_rule_start_message(walk, place, &message);
		pq_buffer_append_text(&message,
				      "no further validation rules will be run due to call cost "
				      "exceeds limit for messageExpression: ");
		pq_go_quote(&message, rule->message_expression);
		end_with(walk, place, rule, &message);
		return false;
	}
	*walk->budget -= (int64_t)cost;
	struct pq_string text = said.kind == PQ_CEL_STRING
					? pq_utf8_trim(pq_cel_value_string(&said))
					: (struct pq_string){ 0 };
	if (is_good_message(text) &&
	    !pq_node_is_concealed(place->node, walk->findings->concealment))
		*detail = text;
	return true;
}

static void fail_rule(struct pq_rule_walk *walk, struct pq_rule_place *place,
		      const struct pq_node_rule *rule, const struct subject *subject)
{
	struct pq_string detail;
	struct pq_buffer message;
	if (!find_detail(walk, place, rule, subject, &detail))
		return;
	enum pq_finding_type type = rule->failure;
	bool is_concealed = pq_node_is_concealed(place->node, walk->findings->concealment);
	bool has_value = type == PQ_FINDING_INVALID || type == PQ_FINDING_DUPLICATE;
	pq_buffer_init_in(&message, walk->evaluation.arena, 0);
	pq_buffer_append_text(&message, pq_finding_type_text(type));
	if (has_value && place->node->extras->rules->shows_value) {
		pq_buffer_append_text(&message, ": ");
		pq_problem_show_value(&message, place->value, is_concealed);
	}
	if (type != PQ_FINDING_DUPLICATE && detail.length > 0) {
		pq_buffer_append_text(&message, ": ");
		pq_buffer_append_string(&message, detail);
	}
	pq_rule_add_failure(walk, place, rule, type, &message);
}

static void run_rule(struct pq_rule_walk *walk, struct pq_rule_place *place,
		     const struct pq_node_rule *rule, const struct subject *subject)
{
	struct pq_cel_value result = evaluate(
		walk, rule->program, rule->old_is_optional ? subject->optional : subject->plain);
	uint64_t cost = walk->evaluation.cost;
	if (pq_interrupt_count(walk->evaluation.interrupt, 1)) {
		*walk->budget = -1;
		return;
	}
	if (cost > (uint64_t)*walk->budget) {
		run_out_of_budget(walk, place);
		return;
	}
	*walk->budget -= (int64_t)cost;
	if (pq_cel_is_error(&result))
		add_error(walk, place, rule, pq_cel_value_string(&result));
	else if (result.kind != PQ_CEL_BOOL || !result.boolean)
		fail_rule(walk, place, rule, subject);
}

static void adapt(const struct pq_rule_walk *walk, const struct pq_rule_place *place,
		  struct subject *subject)
{
	const struct pq_node_rules *rules = place->node->extras->rules;
	struct pq_cel_value self =
		pq_cel_from_data(walk->evaluation.arena, place->value, rules->declaration);
	struct pq_cel_value none = pq_cel_from_error("no such attribute(s): oldSelf");
	*subject = (struct subject){ { self, none }, { self, none } };
	if (!rules->uses_old)
		return;
	subject->optional[PQ_RULE_OLD_SELF] = pq_cel_from_optional(NULL);
	if (place->old == NULL)
		return;
	struct pq_cel_value *old = &subject->plain[PQ_RULE_OLD_SELF];
	*old = pq_cel_from_data(walk->evaluation.arena, place->old, rules->declaration);
	subject->optional[PQ_RULE_OLD_SELF] = pq_cel_optional_of(walk->evaluation.arena, old);
}

static void add_compile_error(const struct pq_rule_walk *walk, const struct pq_rule_place *place,
			      const struct pq_node_rule *rule)
{
	struct pq_buffer message;
	pq_rule_start_message(walk, place, &message);
	pq_buffer_append_text(&message, "rule compile error: ");
	pq_buffer_append_string(&message, rule->error);
	pq_rule_add_problem(walk, place, &message);
}

void pq_rule_place_run(struct pq_rule_walk *walk, struct pq_rule_place *place)
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
	for (size_t i = 0; i < rules->count && !pq_rule_walk_is_over(walk); i++) {
		const struct pq_node_rule *rule = &rules->items[i];
		if (rule->error.data != NULL)
			add_compile_error(walk, place, rule);
		else if (rule->program != NULL &&
			 (!rule->uses_old || place->old != NULL || rule->old_is_optional))
			run_rule(walk, place, rule, &subject);
	}
}
