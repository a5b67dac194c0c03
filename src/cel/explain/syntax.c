#include "cel/explain/syntax.h"

#include "cel/explain/recover.h"
#include "cel/expression.h"

static struct pq_cel_parse_node *parse_rule(struct pq_cel_syntax *syntax, uint8_t name,
					    uint8_t precedence);

static bool is_halted(const struct pq_cel_syntax *syntax)
{
	return syntax->stopped || syntax->tokens.stopped || syntax->predictor.failed ||
	       pq_arena_is_exhausted(syntax->arena);
}

static bool is_stuck(const struct pq_cel_syntax *syntax)
{
	return syntax->error != PQ_CEL_NO_ERROR || is_halted(syntax);
}

static void add_part(struct pq_cel_syntax *syntax, struct pq_cel_parse_node *node,
		     struct pq_cel_parse_part part)
{
	struct pq_cel_parse_part *copy = pq_arena_alloc_raw(syntax->arena, sizeof *copy);
	if (copy == NULL)
		return;
	*copy = part;
	*node->last = copy;
	node->last = &copy->next;
}

/* cel-go's limit on how often a rule is open. */
static void open_rule(struct pq_cel_syntax *syntax, uint8_t rule)
{
	if (++syntax->depths[rule] <= PQ_CEL_DEPTH_MAX || is_halted(syntax))
		return;
	pq_cel_issues_add(syntax->issues, PQ_CEL_NOWHERE, "expression recursion limit exceeded: %d",
			  PQ_CEL_DEPTH_MAX);
	syntax->stopped = true;
}

static void close_rule(struct pq_cel_syntax *syntax, uint8_t rule)
{
	if (syntax->depths[rule] > 0)
		syntax->depths[rule]--;
}

static struct pq_cel_parse_node *new_node(struct pq_cel_syntax *syntax, uint8_t rule,
					  struct pq_cel_parse_node *parent, uint16_t caller,
					  uint32_t offset)
{
	struct pq_cel_parse_node *node = pq_arena_alloc(syntax->arena, sizeof *node);
	if (node == NULL)
		return NULL;
	node->caller.parent = parent == NULL ? NULL : &parent->caller;
	node->caller.state = caller;
	node->rule = rule;
	node->offset = offset;
	node->last = &node->parts;
	return node;
}

/* The alternative that what follows decides for in a state, or 0 with the error set. */
static uint8_t predict(struct pq_cel_syntax *syntax, uint16_t decision)
{
	struct pq_cel_prediction prediction =
		pq_cel_predict(&syntax->predictor, decision, syntax->index, syntax->precedence,
			       &syntax->node->caller);
	if (prediction.alternative == 0)
		pq_cel_syntax_fail(syntax, PQ_CEL_NO_VIABLE, syntax->index, prediction.offending);
	return prediction.alternative;
}

static bool can_start(struct pq_cel_syntax *syntax, uint16_t state)
{
	uint64_t next = syntax->atn->states[state].next;
	return (next & UINT64_C(1) << pq_cel_syntax_look(syntax, 0)) != 0;
}

static void parse_token(struct pq_cel_syntax *syntax, const struct pq_cel_item_states *states)
{
	struct pq_cel_parse_part part = { .label = states->item->label };
	uint8_t kind = pq_cel_syntax_look(syntax, 0);
	if ((states->item->tokens & UINT64_C(1) << kind) != 0) {
		part.token = *pq_cel_tokens_at(&syntax->tokens, syntax->index);
		part.text =
			pq_string_slice(syntax->issues->text, part.token.offset, part.token.length);
		pq_cel_syntax_matched(syntax);
		pq_cel_syntax_consume(syntax);
	} else if (!pq_cel_syntax_recover_inline(syntax, &part)) {
		return;
	}
	if (part.label != PQ_CEL_LABEL_NONE)
		add_part(syntax, syntax->node, part);
}

static void parse_items(struct pq_cel_syntax *syntax, const struct pq_cel_item_states *states);

/* Into the state before a block or round, where the next token must fit. */
static bool enter(struct pq_cel_syntax *syntax, uint16_t state)
{
	syntax->state = state;
	pq_cel_syntax_sync(syntax);
	return !is_stuck(syntax);
}

/* Whether another round is to come; the first alternative of a loop's decision is the round. */
static bool goes_on(struct pq_cel_syntax *syntax, const struct pq_cel_item_states *states,
		    uint16_t decision)
{
	if (!states->item->predicts)
		return can_start(syntax, states->body->state);
	return predict(syntax, decision) == 1;
}

static void parse_loop(struct pq_cel_syntax *syntax, const struct pq_cel_item_states *states)
{
	bool is_plus = states->item->kind == PQ_CEL_ITEM_PLUS;
	uint16_t decision = is_plus ? states->back : states->state;
	if (!enter(syntax, states->state))
		return;
	while (is_plus || goes_on(syntax, states, decision)) {
		is_plus = false;
		parse_items(syntax, states->body);
		if (is_stuck(syntax) || !enter(syntax, states->back))
			return;
	}
}

static void parse_item(struct pq_cel_syntax *syntax, const struct pq_cel_item_states *states)
{
	struct pq_cel_parse_part part = { .label = states->item->label };
	struct pq_cel_parse_node *node = syntax->node;
	switch ((enum pq_cel_item_kind)states->item->kind) {
	case PQ_CEL_ITEM_TOKEN:
	case PQ_CEL_ITEM_ONE_OF:
		syntax->state = states->state;
		parse_token(syntax, states);
		break;
	case PQ_CEL_ITEM_RULE:
		syntax->state = states->state;
		part.node = parse_rule(syntax, states->item->rule, states->item->precedence);
		if (part.node != NULL)
			add_part(syntax, node, part);
		break;
	case PQ_CEL_ITEM_OPTIONAL:
		if (enter(syntax, states->state) && can_start(syntax, states->body->state))
			parse_items(syntax, states->body);
		break;
	case PQ_CEL_ITEM_STAR:
	case PQ_CEL_ITEM_PLUS:
		parse_loop(syntax, states);
		break;
	case PQ_CEL_ITEM_END:
		break;
	}
}

static void parse_items(struct pq_cel_syntax *syntax, const struct pq_cel_item_states *states)
{
	for (; states->item->kind != PQ_CEL_ITEM_END && !is_stuck(syntax); states++)
		parse_item(syntax, states);
}

/* The alternative that starts with the next token, where that is enough. */
static uint8_t choose(struct pq_cel_syntax *syntax, const struct pq_cel_rule_states *states,
		      uint8_t count)
{
	for (uint8_t i = 0; i < count; i++) {
		if (can_start(syntax, states->alternatives[i]->state))
			return i + 1;
	}
	pq_cel_syntax_fail(syntax, PQ_CEL_NO_VIABLE, syntax->index, syntax->index);
	return 0;
}

static void parse_alternative(struct pq_cel_syntax *syntax, uint8_t name)
{
	const struct pq_cel_rule *rule = &pq_cel_rules[name];
	const struct pq_cel_rule_states *states = &syntax->atn->rules[name];
	uint8_t alternative = 1;
	if (rule->count > 1) {
		if (!enter(syntax, states->choice))
			return;
		alternative = rule->predicts ? predict(syntax, states->choice)
					     : choose(syntax, states, rule->count);
	}
	if (alternative == 0 || is_halted(syntax))
		return;
	syntax->node->alternative = rule->alternatives[alternative - 1].name;
	parse_items(syntax, states->alternatives[alternative - 1]);
}

/* One more round of a left-recursive rule: what has been parsed becomes its first part. */
static bool parse_round(struct pq_cel_syntax *syntax, uint8_t name)
{
	const struct pq_cel_rule *rule = &pq_cel_rules[name];
	const struct pq_cel_rule_states *states = &syntax->atn->rules[name];
	struct pq_cel_parse_node *before = syntax->node;
	uint8_t alternative = 1;
	close_rule(syntax, name);
	if (rule->count > 1) {
		if (!enter(syntax, states->choice))
			return false;
		alternative = predict(syntax, states->choice);
		if (alternative == 0 || is_halted(syntax))
			return false;
	}
	struct pq_cel_parse_node *node = pq_arena_alloc(syntax->arena, sizeof *node);
	if (node == NULL)
		return false;
	*node = *before;
	node->parts = NULL;
	node->last = &node->parts;
	node->alternative = rule->alternatives[alternative - 1].name;
	add_part(syntax, node,
		 (struct pq_cel_parse_part){ .label = PQ_CEL_LABEL_FIRST, .node = before });
	syntax->node = node;
	open_rule(syntax, name);
	parse_items(syntax, states->alternatives[alternative - 1]);
	return !is_stuck(syntax) && enter(syntax, states->back);
}

static void parse_left_recursive(struct pq_cel_syntax *syntax, uint8_t name)
{
	const struct pq_cel_rule_states *states = &syntax->atn->rules[name];
	syntax->node->alternative = pq_cel_rules[name].first_name;
	parse_items(syntax, states->first);
	if (is_stuck(syntax) || !enter(syntax, states->loop))
		return;
	while (predict(syntax, states->loop) == 1 && !is_halted(syntax)) {
		if (!parse_round(syntax, name))
			return;
	}
}

static struct pq_cel_parse_node *parse_rule(struct pq_cel_syntax *syntax, uint8_t name,
					    uint8_t precedence)
{
	struct pq_cel_parse_node *parent = syntax->node;
	uint8_t asked = syntax->precedence;
	uint16_t caller = syntax->state;
	bool is_left_recursive = pq_cel_rules[name].first != NULL;
	struct pq_cel_parse_node *node =
		new_node(syntax, name, parent, caller,
			 pq_cel_tokens_at(&syntax->tokens, syntax->index)->offset);
	if (node == NULL)
		return NULL;
	syntax->node = node;
	syntax->state = syntax->atn->rules[name].start;
	open_rule(syntax, name);
	if (is_left_recursive) {
		syntax->precedence = precedence;
		parse_left_recursive(syntax, name);
	} else {
		parse_alternative(syntax, name);
	}
	if (is_halted(syntax))
		return NULL;
	if (syntax->error != PQ_CEL_NO_ERROR)
		pq_cel_syntax_recover(syntax);
	node = syntax->node;
	close_rule(syntax, name);
	syntax->node = parent;
	if (is_left_recursive)
		syntax->precedence = asked;
	else
		syntax->state = caller;
	return is_halted(syntax) ? NULL : node;
}

struct pq_cel_parse_node *pq_cel_syntax_parse(struct pq_arena *arena, struct pq_cel_issues *issues)
{
	struct pq_cel_syntax *syntax = pq_arena_alloc(arena, sizeof *syntax);
	const struct pq_cel_atn *atn = pq_cel_atn_new(arena);
	if (syntax == NULL || atn == NULL)
		return NULL;
	syntax->arena = arena;
	syntax->issues = issues;
	syntax->atn = atn;
	syntax->last_index = UINT32_MAX;
	pq_cel_tokens_init(&syntax->tokens, arena, issues);
	pq_cel_predictor_init(&syntax->predictor, arena, atn, &syntax->tokens);
	struct pq_cel_parse_node *root = parse_rule(syntax, PQ_CEL_RULE_START, 0);
	const struct pq_arena *scratch = &syntax->predictor.scratch;
	if (pq_arena_is_exhausted(scratch) && !pq_arena_is_limited(scratch))
		pq_arena_set_exhausted(arena);
	else if (syntax->predictor.failed)
		pq_cel_issues_add(issues, pq_cel_tokens_at(&syntax->tokens, syntax->index)->offset,
				  "Syntax error: the expression is too intricate to say more");
	pq_cel_predictor_done(&syntax->predictor);
	return root;
}
