#include "cel/atn.h"

#include <assert.h>

/* The table has room for the grammar's states: what does not fit is an error in the grammar. */
static uint16_t add_state(struct pq_cel_atn *atn, enum pq_cel_state_kind kind, uint8_t rule)
{
	assert(atn->count < PQ_CEL_STATES_MAX);
	uint16_t state = atn->count++;
	atn->states[state].kind = (uint8_t)kind;
	atn->states[state].rule = rule;
	return state;
}

static bool add_transition(struct pq_cel_atn *atn, uint16_t from,
			   struct pq_cel_transition transition)
{
	struct pq_cel_transition *copy = pq_arena_alloc_raw(atn->arena, sizeof *copy);
	if (copy == NULL)
		return false;
	*copy = transition;
	copy->next = NULL;
	struct pq_cel_transition **last = &atn->states[from].transitions;
	while (*last != NULL)
		last = &(*last)->next;
	*last = copy;
	return true;
}

static bool add_epsilon(struct pq_cel_atn *atn, uint16_t from, uint16_t to)
{
	return add_transition(atn, from,
			      (struct pq_cel_transition){
				      .kind = PQ_CEL_TRANSITION_EPSILON,
				      .target = to,
				      .returns_from = PQ_CEL_RULE_COUNT,
			      });
}

static const struct pq_cel_step *build_steps(struct pq_cel_atn *atn, uint8_t rule,
					     const struct pq_cel_item *items, uint16_t end);

static bool build_token(struct pq_cel_atn *atn, uint8_t rule, uint16_t end,
			struct pq_cel_step *step)
{
	step->state = add_state(atn, PQ_CEL_STATE_PLAIN, rule);
	return add_transition(atn, step->state,
			      (struct pq_cel_transition){
				      .kind = PQ_CEL_TRANSITION_TOKENS,
				      .target = end,
				      .tokens = step->item->tokens,
			      });
}

static bool build_rule_call(struct pq_cel_atn *atn, uint8_t rule, uint16_t end,
			    struct pq_cel_step *step)
{
	step->state = add_state(atn, PQ_CEL_STATE_PLAIN, rule);
	return add_transition(atn, step->state,
			      (struct pq_cel_transition){
				      .kind = PQ_CEL_TRANSITION_RULE,
				      .target = atn->plans[step->item->rule].start,
				      .follow = end,
				      .precedence = step->item->precedence,
			      });
}

static bool build_optional(struct pq_cel_atn *atn, uint8_t rule, uint16_t end,
			   struct pq_cel_step *step)
{
	uint16_t block_end = add_state(atn, PQ_CEL_STATE_BLOCK_END, rule);
	step->state = add_state(atn, PQ_CEL_STATE_BLOCK_START, rule);
	atn->states[step->state].block_end = block_end;
	step->body = build_steps(atn, rule, step->item->body, block_end);
	return step->body != NULL && add_epsilon(atn, step->state, step->body->state) &&
	       add_epsilon(atn, step->state, block_end) && add_epsilon(atn, block_end, end);
}

/* The way out of a loop is behind the way into it. */
static bool build_star(struct pq_cel_atn *atn, uint8_t rule, uint16_t end, struct pq_cel_step *step)
{
	uint16_t block_end = add_state(atn, PQ_CEL_STATE_BLOCK_END, rule);
	uint16_t block = add_state(atn, PQ_CEL_STATE_BLOCK_START, rule);
	uint16_t loop_end = add_state(atn, PQ_CEL_STATE_LOOP_END, rule);
	step->state = add_state(atn, PQ_CEL_STATE_STAR_ENTRY, rule);
	step->back = add_state(atn, PQ_CEL_STATE_STAR_BACK, rule);
	atn->states[block].block_end = block_end;
	step->body = build_steps(atn, rule, step->item->body, block_end);
	return step->body != NULL && add_epsilon(atn, step->state, block) &&
	       add_epsilon(atn, step->state, loop_end) &&
	       add_epsilon(atn, block, step->body->state) &&
	       add_epsilon(atn, block_end, step->back) &&
	       add_epsilon(atn, step->back, step->state) && add_epsilon(atn, loop_end, end);
}

static bool build_plus(struct pq_cel_atn *atn, uint8_t rule, uint16_t end, struct pq_cel_step *step)
{
	uint16_t block_end = add_state(atn, PQ_CEL_STATE_BLOCK_END, rule);
	uint16_t loop_end = add_state(atn, PQ_CEL_STATE_LOOP_END, rule);
	step->state = add_state(atn, PQ_CEL_STATE_BLOCK_START, rule);
	step->back = add_state(atn, PQ_CEL_STATE_PLUS_BACK, rule);
	atn->states[step->state].block_end = block_end;
	step->body = build_steps(atn, rule, step->item->body, block_end);
	return step->body != NULL && add_epsilon(atn, step->state, step->body->state) &&
	       add_epsilon(atn, block_end, step->back) &&
	       add_epsilon(atn, step->back, step->state) &&
	       add_epsilon(atn, step->back, loop_end) && add_epsilon(atn, loop_end, end);
}

static bool build_step(struct pq_cel_atn *atn, uint8_t rule, uint16_t end, struct pq_cel_step *step)
{
	switch ((enum pq_cel_item_kind)step->item->kind) {
	case PQ_CEL_ITEM_TOKEN:
	case PQ_CEL_ITEM_ONE_OF:
		return build_token(atn, rule, end, step);
	case PQ_CEL_ITEM_RULE:
		return build_rule_call(atn, rule, end, step);
	case PQ_CEL_ITEM_OPTIONAL:
		return build_optional(atn, rule, end, step);
	case PQ_CEL_ITEM_STAR:
		return build_star(atn, rule, end, step);
	case PQ_CEL_ITEM_PLUS:
		return build_plus(atn, rule, end, step);
	case PQ_CEL_ITEM_END:
		break;
	}
	return true;
}

/* From the last to the first, since each leads to the next. The last leads to end. */
static const struct pq_cel_step *build_steps(struct pq_cel_atn *atn, uint8_t rule,
					     const struct pq_cel_item *items, uint16_t end)
{
	size_t count = 0;
	while (items[count].kind != PQ_CEL_ITEM_END)
		count++;
	struct pq_cel_step *steps = pq_arena_alloc_array(atn->arena, count + 1, sizeof *steps);
	if (steps == NULL)
		return NULL;
	steps[count] = (struct pq_cel_step){ .item = &items[count], .state = end };
	for (size_t i = count; i > 0; i--) {
		steps[i - 1].item = &items[i - 1];
		if (!build_step(atn, rule, steps[i].state, &steps[i - 1]))
			return NULL;
	}
	return steps;
}

static bool build_alternatives(struct pq_cel_atn *atn, uint8_t name, uint16_t block_end)
{
	const struct pq_cel_rule *rule = &pq_cel_rules[name];
	struct pq_cel_plan *plan = &atn->plans[name];
	for (size_t i = 0; i < rule->count; i++) {
		const struct pq_cel_alternative *alternative = &rule->alternatives[i];
		plan->alternatives[i] = build_steps(atn, name, alternative->items, block_end);
		if (plan->alternatives[i] == NULL)
			return false;
		uint16_t entry = plan->alternatives[i]->state;
		if (rule->first != NULL) {
			uint16_t target = entry;
			entry = add_state(atn, PQ_CEL_STATE_PLAIN, name);
			if (!add_transition(atn, entry,
					    (struct pq_cel_transition){
						    .kind = PQ_CEL_TRANSITION_PRECEDENCE,
						    .target = target,
						    .precedence = alternative->precedence,
					    }))
				return false;
		}
		if (!add_epsilon(atn, plan->choice, entry))
			return false;
	}
	return true;
}

/* What comes first, then a loop over the alternatives. */
static bool build_left_recursive(struct pq_cel_atn *atn, uint8_t name, uint16_t end)
{
	struct pq_cel_plan *plan = &atn->plans[name];
	uint16_t block_end = add_state(atn, PQ_CEL_STATE_BLOCK_END, name);
	uint16_t loop_end = add_state(atn, PQ_CEL_STATE_LOOP_END, name);
	plan->choice = add_state(atn, PQ_CEL_STATE_BLOCK_START, name);
	plan->loop = add_state(atn, PQ_CEL_STATE_STAR_ENTRY, name);
	plan->back = add_state(atn, PQ_CEL_STATE_STAR_BACK, name);
	atn->states[plan->choice].block_end = block_end;
	atn->states[plan->loop].is_precedence_loop = true;
	plan->first = build_steps(atn, name, pq_cel_rules[name].first, plan->loop);
	return plan->first != NULL && add_epsilon(atn, plan->start, plan->first->state) &&
	       build_alternatives(atn, name, block_end) &&
	       add_epsilon(atn, plan->loop, plan->choice) &&
	       add_epsilon(atn, plan->loop, loop_end) && add_epsilon(atn, loop_end, end) &&
	       add_epsilon(atn, block_end, plan->back) && add_epsilon(atn, plan->back, plan->loop);
}

static bool build_rule(struct pq_cel_atn *atn, uint8_t name)
{
	struct pq_cel_plan *plan = &atn->plans[name];
	uint16_t end = add_state(atn, PQ_CEL_STATE_PLAIN, name);
	if (!add_epsilon(atn, end, plan->stop))
		return false;
	if (pq_cel_rules[name].first != NULL)
		return build_left_recursive(atn, name, end);
	if (pq_cel_rules[name].count == 1) {
		plan->alternatives[0] =
			build_steps(atn, name, pq_cel_rules[name].alternatives[0].items, end);
		return plan->alternatives[0] != NULL &&
		       add_epsilon(atn, plan->start, plan->alternatives[0]->state);
	}
	uint16_t block_end = add_state(atn, PQ_CEL_STATE_BLOCK_END, name);
	plan->choice = add_state(atn, PQ_CEL_STATE_BLOCK_START, name);
	atn->states[plan->choice].block_end = block_end;
	return build_alternatives(atn, name, block_end) &&
	       add_epsilon(atn, plan->start, plan->choice) && add_epsilon(atn, block_end, end);
}

/* Where a rule can go on after it, whoever called it. */
static bool link_ends(struct pq_cel_atn *atn)
{
	for (uint16_t i = 0; i < atn->count; i++) {
		const struct pq_cel_transition *call = atn->states[i].transitions;
		if (call == NULL || call->kind != PQ_CEL_TRANSITION_RULE)
			continue;
		uint8_t rule = atn->states[call->target].rule;
		bool is_lowest = pq_cel_rules[rule].first != NULL && call->precedence == 0;
		if (!add_transition(atn, atn->plans[rule].stop,
				    (struct pq_cel_transition){
					    .kind = PQ_CEL_TRANSITION_EPSILON,
					    .target = call->follow,
					    .returns_from = is_lowest ? rule : PQ_CEL_RULE_COUNT,
				    }))
			return false;
	}
	return true;
}

/* Tokens that can come next. Rules are entered once, and never left, since none can be empty; what
 * is known of one is not looked for again. */
static uint64_t find_next(const struct pq_cel_atn *atn, uint16_t state, uint32_t *entered)
{
	if (atn->states[state].kind == PQ_CEL_STATE_RULE_STOP)
		return PQ_CEL_EPSILON;
	if (atn->states[state].next != 0)
		return atn->states[state].next;
	uint64_t next = 0;
	for (const struct pq_cel_transition *t = atn->states[state].transitions; t != NULL;
	     t = t->next) {
		uint32_t rule = 1U << atn->states[t->target].rule;
		if (t->kind == PQ_CEL_TRANSITION_TOKENS) {
			next |= t->tokens;
		} else if (t->kind != PQ_CEL_TRANSITION_RULE) {
			next |= find_next(atn, t->target, entered);
		} else if ((*entered & rule) == 0) {
			*entered |= rule;
			next |= find_next(atn, t->target, entered) & ~PQ_CEL_EPSILON;
		}
	}
	return next;
}

static void set_next(struct pq_cel_atn *atn, uint16_t state)
{
	uint32_t entered = 0;
	atn->states[state].next = find_next(atn, state, &entered);
}

const struct pq_cel_atn *pq_cel_atn_new(struct pq_arena *arena)
{
	struct pq_cel_atn *atn = pq_arena_alloc(arena, sizeof *atn);
	if (atn == NULL)
		return NULL;
	atn->arena = arena;
	for (uint8_t i = 0; i < PQ_CEL_RULE_COUNT; i++) {
		atn->plans[i].start = add_state(atn, PQ_CEL_STATE_RULE_START, i);
		atn->plans[i].stop = add_state(atn, PQ_CEL_STATE_RULE_STOP, i);
	}
	for (uint8_t i = 0; i < PQ_CEL_RULE_COUNT; i++) {
		if (!build_rule(atn, i))
			return NULL;
	}
	if (!link_ends(atn))
		return NULL;
	for (uint8_t i = 0; i < PQ_CEL_RULE_COUNT; i++)
		set_next(atn, atn->plans[i].start);
	for (uint16_t i = 0; i < atn->count; i++)
		set_next(atn, i);
	return atn;
}
