#include "cel/explain/closure.h"

void pq_cel_closure_begin(struct pq_cel_closure *closure, struct pq_cel_configurations *set)
{
	*set = (struct pq_cel_configurations){ 0 };
	closure->set = set;
	closure->lookup->round++;
	pq_cel_closure_forget(closure);
}

void pq_cel_closure_forget(struct pq_cel_closure *closure)
{
	closure->lookup->busy_round++;
}

static bool grow(struct pq_cel_closure *closure)
{
	struct pq_cel_configurations *set = closure->set;
	uint32_t capacity = set->capacity == 0 ? 16 : 2 * set->capacity;
	struct pq_cel_configuration *items =
		pq_arena_grow(closure->arena, set->items, set->capacity * sizeof *items,
			      capacity * sizeof *items);
	if (items == NULL) {
		closure->steps = 0;
		return false;
	}
	set->items = items;
	set->capacity = capacity;
	return true;
}

static void merge(struct pq_cel_closure *closure, struct pq_cel_configuration *existing,
		  const struct pq_cel_configuration *configuration)
{
	const struct pq_cel_context *context = pq_cel_context_merge(
		closure->contexts, existing->context, configuration->context, !closure->is_full);
	if (context == NULL) {
		closure->steps = 0;
		return;
	}
	existing->context = context;
	existing->leaves_rule |= configuration->leaves_rule;
	existing->is_unfiltered |= configuration->is_unfiltered;
}

void pq_cel_closure_add(struct pq_cel_closure *closure, struct pq_cel_configuration configuration)
{
	struct pq_cel_configurations *set = closure->set;
	struct pq_cel_lookup *lookup = closure->lookup;
	uint32_t *round = &lookup->rounds[configuration.state][configuration.alternative];
	uint32_t *at = &lookup->at[configuration.state][configuration.alternative];
	set->leaves_rule |= configuration.leaves_rule;
	if (*round == lookup->round) {
		merge(closure, &set->items[*at], &configuration);
		return;
	}
	if (set->count == set->capacity && !grow(closure))
		return;
	*round = lookup->round;
	*at = set->count;
	set->items[set->count++] = configuration;
}

/* Whether the way out of a rule has been gone from here before. */
static bool was_there(struct pq_cel_closure *closure,
		      const struct pq_cel_configuration *configuration)
{
	uint32_t *round = &closure->lookup->busy[configuration->state][configuration->alternative]
						[configuration->is_unfiltered];
	if (*round == closure->lookup->busy_round)
		return true;
	*round = closure->lookup->busy_round;
	return false;
}

/* Whether a call of a left-recursive rule by itself returns to where this loop ends a round. */
static bool returns_to_loop(const struct pq_cel_atn *atn, const struct pq_cel_state *loop,
			    uint16_t state)
{
	const struct pq_cel_state *block = &atn->states[loop->transitions->target];
	const struct pq_cel_transition *only = atn->states[state].transitions;
	if (atn->states[state].rule != loop->rule || only == NULL || only->next != NULL ||
	    only->kind == PQ_CEL_TRANSITION_TOKENS)
		return false;
	return state == block->block_end || only->target == block->block_end;
}

/* Within a round of the loop, entering it anew leads to nothing that the outer round does not lead
 * to (canDropLoopEntryEdgeInLeftRecursiveRule). */
static bool skips_loop(const struct pq_cel_closure *closure,
		       const struct pq_cel_configuration *configuration)
{
	const struct pq_cel_state *state = &closure->atn->states[configuration->state];
	const struct pq_cel_context *context = configuration->context;
	if (!state->is_precedence_loop || context->count == 0)
		return false;
	for (uint32_t i = 0; i < context->count; i++) {
		if (!returns_to_loop(closure->atn, state, context->returns[i].state))
			return false;
	}
	return true;
}

/* The configuration behind a transition that takes no token; false when there is none. */
static bool step(struct pq_cel_closure *closure, const struct pq_cel_transition *transition,
		 bool is_outermost, struct pq_cel_configuration *configuration)
{
	configuration->state = transition->target;
	switch ((enum pq_cel_transition_kind)transition->kind) {
	case PQ_CEL_TRANSITION_EPSILON:
		break;
	case PQ_CEL_TRANSITION_TOKENS:
		return closure->passes_end && (transition->tokens & 1U << PQ_CEL_TOKEN_EOF) != 0 &&
		       !was_there(closure, configuration);
	case PQ_CEL_TRANSITION_RULE:
		configuration->context = pq_cel_context_push(
			closure->contexts, configuration->context, transition->follow);
		if (configuration->context == NULL)
			closure->steps = 0;
		return configuration->context != NULL;
	case PQ_CEL_TRANSITION_PRECEDENCE:
		return !closure->checks_precedence || !is_outermost ||
		       transition->precedence >= closure->precedence;
	}
	return true;
}

static void follow(struct pq_cel_closure *closure, struct pq_cel_configuration configuration,
		   int depth);

/* From the end of a rule whose caller nobody knows to wherever it may be called from. */
static void leave(struct pq_cel_closure *closure, const struct pq_cel_transition *transition,
		  struct pq_cel_configuration configuration, int depth)
{
	const struct pq_cel_state *decision = &closure->atn->states[closure->decision];
	configuration.state = transition->target;
	configuration.leaves_rule = true;
	if (decision->is_precedence_loop && transition->returns_from == decision->rule)
		configuration.is_unfiltered = true;
	if (was_there(closure, &configuration))
		return;
	closure->set->leaves_rule = true;
	follow(closure, configuration, depth - 1);
}

/* depth counts the rules that were entered and goes below 0 outside of the decision's. */
static void follow_transitions(struct pq_cel_closure *closure,
			       struct pq_cel_configuration configuration, int depth)
{
	const struct pq_cel_state *state = &closure->atn->states[configuration.state];
	const struct pq_cel_transition *transition = state->transitions;
	if (transition == NULL || transition->kind == PQ_CEL_TRANSITION_TOKENS)
		pq_cel_closure_add(closure, configuration);
	if (transition != NULL && skips_loop(closure, &configuration))
		transition = transition->next;
	for (; transition != NULL && closure->steps > 0; transition = transition->next) {
		struct pq_cel_configuration next = configuration;
		if (state->kind == PQ_CEL_STATE_RULE_STOP) {
			leave(closure, transition, configuration, depth);
		} else if (step(closure, transition, depth == 0, &next)) {
			bool enters = transition->kind == PQ_CEL_TRANSITION_RULE && depth >= 0;
			follow(closure, next, depth + enters);
		}
	}
}

static void follow(struct pq_cel_closure *closure, struct pq_cel_configuration configuration,
		   int depth)
{
	if (closure->steps == 0 || --closure->steps == 0)
		return;
	bool is_end = closure->atn->states[configuration.state].kind == PQ_CEL_STATE_RULE_STOP;
	const struct pq_cel_context *context = configuration.context;
	if (is_end && context->count > 0) {
		for (uint32_t i = context->count; i > 0; i--) {
			configuration.state = context->returns[i - 1].state;
			configuration.context = context->returns[i - 1].parent;
			configuration.is_unfiltered = false;
			follow(closure, configuration, depth);
		}
	} else if (is_end && closure->is_full) {
		pq_cel_closure_add(closure, configuration);
	} else {
		follow_transitions(closure, configuration, depth);
	}
}

void pq_cel_closure_follow(struct pq_cel_closure *closure,
			   struct pq_cel_configuration configuration)
{
	follow(closure, configuration, 0);
}
