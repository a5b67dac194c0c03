#include "cel/explain/atn.h"

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

static const struct pq_cel_item_states *build_items(struct pq_cel_atn *atn, uint8_t rule,
						    const struct pq_cel_item *items, uint16_t end);

static bool build_token(struct pq_cel_atn *atn, uint8_t rule, uint16_t end,
			struct pq_cel_item_states *states)
{
	states->state = add_state(atn, PQ_CEL_STATE_PLAIN, rule);
	return add_transition(atn, states->state,
			      (struct pq_cel_transition){
				      .kind = PQ_CEL_TRANSITION_TOKENS,
				      .target = end,
				      .tokens = states->item->tokens,
			      });
}

static bool build_rule_call(struct pq_cel_atn *atn, uint8_t rule, uint16_t end,
			    struct pq_cel_item_states *states)
{
	states->state = add_state(atn, PQ_CEL_STATE_PLAIN, rule);
	return add_transition(atn, states->state,
			      (struct pq_cel_transition){
				      .kind = PQ_CEL_TRANSITION_RULE,
				      .target = atn->rules[states->item->rule].start,
				      .follow = end,
				      .precedence = states->item->precedence,
			      });
}

static bool build_optional(struct pq_cel_atn *atn, uint8_t rule, uint16_t end,
			   struct pq_cel_item_states *states)
{
	uint16_t block_end = add_state(atn, PQ_CEL_STATE_BLOCK_END, rule);
	states->state = add_state(atn, PQ_CEL_STATE_BLOCK_START, rule);
	atn->states[states->state].block_end = block_end;
	states->body = build_items(atn, rule, states->item->body, block_end);
	return states->body != NULL && add_epsilon(atn, states->state, states->body->state) &&
	       add_epsilon(atn, states->state, block_end) && add_epsilon(atn, block_end, end);
}

/* The way out of a loop is behind the way into it. */
static bool build_star(struct pq_cel_atn *atn, uint8_t rule, uint16_t end,
		       struct pq_cel_item_states *states)
{
	uint16_t block_end = add_state(atn, PQ_CEL_STATE_BLOCK_END, rule);
	uint16_t block = add_state(atn, PQ_CEL_STATE_BLOCK_START, rule);
	uint16_t loop_end = add_state(atn, PQ_CEL_STATE_LOOP_END, rule);
	states->state = add_state(atn, PQ_CEL_STATE_STAR_ENTRY, rule);
	states->back = add_state(atn, PQ_CEL_STATE_STAR_BACK, rule);
	atn->states[block].block_end = block_end;
	states->body = build_items(atn, rule, states->item->body, block_end);
	return states->body != NULL && add_epsilon(atn, states->state, block) &&
	       add_epsilon(atn, states->state, loop_end) &&
	       add_epsilon(atn, block, states->body->state) &&
	       add_epsilon(atn, block_end, states->back) &&
	       add_epsilon(atn, states->back, states->state) && add_epsilon(atn, loop_end, end);
}

static bool build_plus(struct pq_cel_atn *atn, uint8_t rule, uint16_t end,
		       struct pq_cel_item_states *states)
{
	uint16_t block_end = add_state(atn, PQ_CEL_STATE_BLOCK_END, rule);
	uint16_t loop_end = add_state(atn, PQ_CEL_STATE_LOOP_END, rule);
	states->state = add_state(atn, PQ_CEL_STATE_BLOCK_START, rule);
	states->back = add_state(atn, PQ_CEL_STATE_PLUS_BACK, rule);
	atn->states[states->state].block_end = block_end;
	states->body = build_items(atn, rule, states->item->body, block_end);
	return states->body != NULL && add_epsilon(atn, states->state, states->body->state) &&
	       add_epsilon(atn, block_end, states->back) &&
	       add_epsilon(atn, states->back, states->state) &&
	       add_epsilon(atn, states->back, loop_end) && add_epsilon(atn, loop_end, end);
}

static bool build_item(struct pq_cel_atn *atn, uint8_t rule, uint16_t end,
		       struct pq_cel_item_states *states)
{
	switch ((enum pq_cel_item_kind)states->item->kind) {
	case PQ_CEL_ITEM_TOKEN:
	case PQ_CEL_ITEM_ONE_OF:
		return build_token(atn, rule, end, states);
	case PQ_CEL_ITEM_RULE:
		return build_rule_call(atn, rule, end, states);
	case PQ_CEL_ITEM_OPTIONAL:
		return build_optional(atn, rule, end, states);
	case PQ_CEL_ITEM_STAR:
		return build_star(atn, rule, end, states);
	case PQ_CEL_ITEM_PLUS:
		return build_plus(atn, rule, end, states);
	case PQ_CEL_ITEM_END:
		break;
	}
	return true;
}

/* From the last to the first, since each leads to the next. The last leads to end. */
static const struct pq_cel_item_states *build_items(struct pq_cel_atn *atn, uint8_t rule,
						    const struct pq_cel_item *items, uint16_t end)
{
	size_t count = 0;
	while (items[count].kind != PQ_CEL_ITEM_END)
		count++;
	struct pq_cel_item_states *states =
		pq_arena_alloc_array(atn->arena, count + 1, sizeof *states);
	if (states == NULL)
		return NULL;
	states[count] = (struct pq_cel_item_states){ .item = &items[count], .state = end };
	for (size_t i = count; i > 0; i--) {
		states[i - 1].item = &items[i - 1];
		if (!build_item(atn, rule, states[i].state, &states[i - 1]))
			return NULL;
	}
	return states;
}

static bool build_alternatives(struct pq_cel_atn *atn, uint8_t name, uint16_t block_end)
{
	const struct pq_cel_rule *rule = &pq_cel_rules[name];
	struct pq_cel_rule_states *states = &atn->rules[name];
	for (size_t i = 0; i < rule->count; i++) {
		const struct pq_cel_alternative *alternative = &rule->alternatives[i];
		states->alternatives[i] = build_items(atn, name, alternative->items, block_end);
		if (states->alternatives[i] == NULL)
			return false;
		uint16_t entry = states->alternatives[i]->state;
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
		if (!add_epsilon(atn, states->choice, entry))
			return false;
	}
	return true;
}

/* What comes first, then a loop over the alternatives. */
static bool build_left_recursive(struct pq_cel_atn *atn, uint8_t name, uint16_t end)
{
	struct pq_cel_rule_states *states = &atn->rules[name];
	uint16_t block_end = add_state(atn, PQ_CEL_STATE_BLOCK_END, name);
	uint16_t loop_end = add_state(atn, PQ_CEL_STATE_LOOP_END, name);
	states->choice = add_state(atn, PQ_CEL_STATE_BLOCK_START, name);
	states->loop = add_state(atn, PQ_CEL_STATE_STAR_ENTRY, name);
	states->back = add_state(atn, PQ_CEL_STATE_STAR_BACK, name);
	atn->states[states->choice].block_end = block_end;
	atn->states[states->loop].is_precedence_loop = true;
	states->first = build_items(atn, name, pq_cel_rules[name].first, states->loop);
	return states->first != NULL && add_epsilon(atn, states->start, states->first->state) &&
	       build_alternatives(atn, name, block_end) &&
	       add_epsilon(atn, states->loop, states->choice) &&
	       add_epsilon(atn, states->loop, loop_end) && add_epsilon(atn, loop_end, end) &&
	       add_epsilon(atn, block_end, states->back) &&
	       add_epsilon(atn, states->back, states->loop);
}

static bool build_rule(struct pq_cel_atn *atn, uint8_t name)
{
	struct pq_cel_rule_states *states = &atn->rules[name];
	uint16_t end = add_state(atn, PQ_CEL_STATE_PLAIN, name);
	if (!add_epsilon(atn, end, states->stop))
		return false;
	if (pq_cel_rules[name].first != NULL)
		return build_left_recursive(atn, name, end);
	if (pq_cel_rules[name].count == 1) {
		states->alternatives[0] =
			build_items(atn, name, pq_cel_rules[name].alternatives[0].items, end);
		return states->alternatives[0] != NULL &&
		       add_epsilon(atn, states->start, states->alternatives[0]->state);
	}
	uint16_t block_end = add_state(atn, PQ_CEL_STATE_BLOCK_END, name);
	states->choice = add_state(atn, PQ_CEL_STATE_BLOCK_START, name);
	atn->states[states->choice].block_end = block_end;
	return build_alternatives(atn, name, block_end) &&
	       add_epsilon(atn, states->start, states->choice) && add_epsilon(atn, block_end, end);
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
		if (!add_transition(atn, atn->rules[rule].stop,
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
		atn->rules[i].start = add_state(atn, PQ_CEL_STATE_RULE_START, i);
		atn->rules[i].stop = add_state(atn, PQ_CEL_STATE_RULE_STOP, i);
	}
	for (uint8_t i = 0; i < PQ_CEL_RULE_COUNT; i++) {
		if (!build_rule(atn, i))
			return NULL;
	}
	if (!link_ends(atn))
		return NULL;
	for (uint8_t i = 0; i < PQ_CEL_RULE_COUNT; i++)
		set_next(atn, atn->rules[i].start);
	for (uint16_t i = 0; i < atn->count; i++)
		set_next(atn, i);
	return atn;
}
