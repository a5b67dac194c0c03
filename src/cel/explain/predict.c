#include "cel/explain/predict.h"

#include "cel/explain/conflict.h"

enum { SCRATCH_BYTES_KEPT = 1 << 20 }; /* from one prediction to the next */

/* What has been learnt of a decision: sets of configurations, and which tokens lead from one to
 * another. */
struct known {
	struct known *next; /* of the same decision */
	struct pq_cel_configurations set;
	uint8_t alternative; /* when it is decided, else 0 */
	bool is_ambiguous;   /* the callers must be regarded */
	struct known *behind[PQ_CEL_TOKEN_ERROR];
};

struct pq_cel_decision {
	struct pq_cel_decision *next;
	uint16_t state;
	uint8_t precedence;
	struct known *start;
	struct known *known;
};

/* One prediction. */
struct prediction {
	struct pq_cel_predictor *predictor;
	struct pq_cel_decision *decision;
	struct pq_cel_closure closure;
	uint32_t first; /* token */
	uint32_t index;
};

void pq_cel_predictor_init(struct pq_cel_predictor *predictor, struct pq_arena *arena,
			   const struct pq_cel_atn *atn, struct pq_cel_tokens *tokens)
{
	*predictor = (struct pq_cel_predictor){
		.atn = atn,
		.tokens = tokens,
		.learnt = arena,
		.contexts = { .arena = arena },
		.lookup = pq_arena_alloc(arena, sizeof *predictor->lookup),
		.steps = PQ_CEL_PREDICTION_STEPS_MAX,
	};
	pq_arena_init(&predictor->scratch, PQ_CEL_PREDICTION_BYTES_MAX);
	predictor->failed = predictor->lookup == NULL;
}

void pq_cel_predictor_done(struct pq_cel_predictor *predictor)
{
	pq_arena_done(&predictor->scratch);
}

static uint8_t token_kind(const struct prediction *prediction)
{
	return pq_cel_tokens_at(prediction->predictor->tokens, prediction->index)->kind;
}

static void advance(struct prediction *prediction)
{
	if (token_kind(prediction) != PQ_CEL_TOKEN_EOF)
		prediction->index++;
}

/* All configurations from which the alternatives start. */
static void find_start(struct prediction *prediction, const struct pq_cel_context *context,
		       struct pq_cel_configurations *set)
{
	struct pq_cel_closure *closure = &prediction->closure;
	closure->checks_precedence = true;
	closure->passes_end = false;
	pq_cel_closure_begin(closure, set);
	struct pq_cel_configuration start = { .context = context };
	for (const struct pq_cel_transition *transition =
		     closure->atn->states[closure->decision].transitions;
	     transition != NULL; transition = transition->next) {
		start.alternative++;
		start.state = transition->target;
		pq_cel_closure_forget(closure);
		pq_cel_closure_follow(closure, start);
	}
	closure->checks_precedence = false;
}

/* In the loop of a left-recursive rule, leaving it gives way to another round where both lead to
 * the same (applyPrecedenceFilter). */
static void filter_by_precedence(struct prediction *prediction, struct pq_cel_configurations *set)
{
	struct pq_cel_configurations all = *set;
	for (uint32_t i = 0; i < all.count; i++) {
		struct pq_cel_configuration *item = &all.items[i];
		const struct pq_cel_configuration *round =
			pq_cel_find_configuration(&prediction->closure, &all, item->state, 1);
		if (item->alternative != 1 && !item->is_unfiltered && round != NULL &&
		    round->context == item->context)
			item->alternative = 0;
	}
	pq_cel_closure_begin(&prediction->closure, set);
	for (uint32_t i = 0; i < all.count; i++) {
		if (all.items[i].alternative == 1)
			pq_cel_closure_add(&prediction->closure, all.items[i]);
	}
	for (uint32_t i = 0; i < all.count; i++) {
		if (all.items[i].alternative > 1)
			pq_cel_closure_add(&prediction->closure, all.items[i]);
	}
}

/* Adds what a token leads to at once; those at an end where nothing more can come are counted. */
static uint32_t move(struct prediction *prediction, const struct pq_cel_configurations *from,
		     uint8_t kind, struct pq_cel_configurations *to)
{
	struct pq_cel_closure *closure = &prediction->closure;
	uint32_t stopped = 0;
	pq_cel_closure_begin(closure, to);
	for (uint32_t i = 0; i < from->count; i++) {
		struct pq_cel_configuration item = from->items[i];
		if (pq_cel_configuration_is_stop(&prediction->closure, &item)) {
			stopped += closure->is_full || kind == PQ_CEL_TOKEN_EOF;
			continue;
		}
		for (const struct pq_cel_transition *transition =
			     closure->atn->states[item.state].transitions;
		     transition != NULL; transition = transition->next) {
			if (transition->kind != PQ_CEL_TRANSITION_TOKENS ||
			    (transition->tokens & UINT64_C(1) << kind) == 0)
				continue;
			item.state = transition->target;
			pq_cel_closure_add(closure, item);
		}
	}
	return stopped;
}

static bool has_stop(const struct prediction *prediction, const struct pq_cel_configurations *set)
{
	for (uint32_t i = 0; i < set->count; i++) {
		if (pq_cel_configuration_is_stop(&prediction->closure, &set->items[i]))
			return true;
	}
	return false;
}

/* Behind the end of the text only what has come to an end counts. */
static void keep_stopped(struct prediction *prediction, struct pq_cel_configurations *set)
{
	struct pq_cel_configurations all = *set;
	pq_cel_closure_begin(&prediction->closure, set);
	for (uint32_t i = 0; i < all.count; i++) {
		if (pq_cel_configuration_is_stop(&prediction->closure, &all.items[i]))
			pq_cel_closure_add(&prediction->closure, all.items[i]);
	}
}

/* All configurations behind a token (computeReachSet); none when it is not viable. */
static void reach(struct prediction *prediction, const struct pq_cel_configurations *from,
		  struct pq_cel_configurations *to)
{
	struct pq_cel_closure *closure = &prediction->closure;
	uint8_t kind = token_kind(prediction);
	struct pq_cel_configurations moved;
	uint32_t stopped = move(prediction, from, kind, &moved);
	*to = moved;
	if (stopped == 0 && kind != PQ_CEL_TOKEN_EOF && pq_cel_find_unique(&moved) != 0)
		return;
	closure->passes_end = kind == PQ_CEL_TOKEN_EOF;
	pq_cel_closure_begin(closure, to);
	for (uint32_t i = 0; i < moved.count; i++)
		pq_cel_closure_follow(closure, moved.items[i]);
	if (kind == PQ_CEL_TOKEN_EOF)
		keep_stopped(prediction, to);
	if (stopped == 0 || (closure->is_full && has_stop(prediction, to)))
		return;
	for (uint32_t i = 0; i < from->count; i++) {
		if (pq_cel_configuration_is_stop(&prediction->closure, &from->items[i]))
			pq_cel_closure_add(closure, from->items[i]);
	}
}

static bool is_equal(const struct pq_cel_configurations *a, const struct pq_cel_configurations *b)
{
	if (a->count != b->count || a->leaves_rule != b->leaves_rule)
		return false;
	for (uint32_t i = 0; i < a->count; i++) {
		const struct pq_cel_configuration *left = &a->items[i], *right = &b->items[i];
		if (left->state != right->state || left->alternative != right->alternative ||
		    left->context != right->context || left->is_unfiltered != right->is_unfiltered)
			return false;
	}
	return true;
}

/* What is known of a set of the scratch arena, which was made last; NULL on exhaustion. */
static struct known *learn(struct prediction *prediction, const struct pq_cel_configurations *set,
			   bool is_start)
{
	struct pq_cel_decision *decision = prediction->decision;
	struct pq_arena *arena = prediction->predictor->learnt;
	for (struct known *known = decision->known; known != NULL; known = known->next) {
		if (is_equal(&known->set, set))
			return known;
	}
	struct known *known = pq_arena_alloc(arena, sizeof *known);
	size_t size = set->count * sizeof *set->items;
	struct pq_cel_configuration *items = pq_arena_alloc_raw(arena, size);
	if (known == NULL || items == NULL)
		return NULL;
	if (size > 0)
		memcpy(items, set->items, size);
	known->set = *set;
	known->set.items = items;
	if (!is_start && set->count > 0) {
		known->alternative = pq_cel_find_unique(set);
		if (known->alternative == 0) {
			known->alternative = pq_cel_find_conflict(&prediction->closure, set);
			known->is_ambiguous = known->alternative != 0;
		}
	}
	known->next = decision->known;
	decision->known = known;
	return known;
}

static struct pq_cel_decision *find_decision(struct pq_cel_predictor *predictor, uint16_t state,
					     uint8_t precedence)
{
	for (struct pq_cel_decision *decision = predictor->decisions; decision != NULL;
	     decision = decision->next) {
		if (decision->state == state && decision->precedence == precedence)
			return decision;
	}
	struct pq_cel_decision *decision = pq_arena_alloc(predictor->learnt, sizeof *decision);
	if (decision == NULL)
		return NULL;
	decision->state = state;
	decision->precedence = precedence;
	decision->next = predictor->decisions;
	predictor->decisions = decision;
	return decision;
}

static struct known *find_known_start(struct prediction *prediction)
{
	struct pq_cel_decision *decision = prediction->decision;
	if (decision->start == NULL) {
		struct pq_cel_configurations set;
		find_start(prediction, &pq_cel_context_empty, &set);
		if (prediction->predictor->atn->states[decision->state].is_precedence_loop)
			filter_by_precedence(prediction, &set);
		decision->start = learn(prediction, &set, true);
	}
	return decision->start;
}

static struct known *find_behind(struct prediction *prediction, struct known *from)
{
	struct known **behind = &from->behind[token_kind(prediction)];
	if (*behind == NULL) {
		struct pq_cel_configurations set;
		reach(prediction, &from->set, &set);
		*behind = learn(prediction, &set, false);
	}
	return *behind;
}

static const struct pq_cel_context *find_context(struct pq_cel_predictor *predictor,
						 const struct pq_cel_caller *caller)
{
	if (caller->parent == NULL)
		return &pq_cel_context_empty;
	const struct pq_cel_context *parent = find_context(predictor, caller->parent);
	if (parent == NULL)
		return NULL;
	uint16_t follow = predictor->atn->states[caller->state].transitions->follow;
	return pq_cel_context_push(&predictor->contexts, parent, follow);
}

/* With regard to callers. Nothing of it is kept, since callers differ. */
static struct pq_cel_prediction predict_in_context(struct prediction *prediction,
						   const struct pq_cel_caller *caller)
{
	const struct pq_cel_context *context = find_context(prediction->predictor, caller);
	struct pq_cel_configurations set, next;
	prediction->index = prediction->first;
	prediction->closure.is_full = true;
	if (context == NULL) {
		prediction->closure.steps = 0;
		return (struct pq_cel_prediction){ 0 };
	}
	find_start(prediction, context, &set);
	while (prediction->closure.steps > 0) {
		reach(prediction, &set, &next);
		if (next.count == 0)
			return (struct pq_cel_prediction){
				.alternative = pq_cel_find_finished(&prediction->closure, &set),
				.offending = prediction->first,
			};
		uint8_t alternative = pq_cel_find_unique(&next);
		if (alternative == 0)
			alternative = pq_cel_find_winner(&prediction->closure, &next);
		if (alternative != 0)
			return (struct pq_cel_prediction){ .alternative = alternative };
		set = next;
		advance(prediction);
	}
	return (struct pq_cel_prediction){ 0 };
}

/* Without regard to callers, as long as that is enough. */
static struct pq_cel_prediction predict(struct prediction *prediction,
					const struct pq_cel_caller *caller)
{
	struct known *known = find_known_start(prediction);
	while (known != NULL && prediction->closure.steps > 0) {
		struct known *behind = find_behind(prediction, known);
		if (behind == NULL)
			break;
		if (behind->set.count == 0)
			return (struct pq_cel_prediction){
				.alternative =
					pq_cel_find_finished(&prediction->closure, &known->set),
				.offending = prediction->index,
			};
		if (behind->is_ambiguous)
			return predict_in_context(prediction, caller);
		if (behind->alternative != 0)
			return (struct pq_cel_prediction){ .alternative = behind->alternative };
		known = behind;
		advance(prediction);
	}
	prediction->closure.steps = 0;
	return (struct pq_cel_prediction){ 0 };
}

struct pq_cel_prediction pq_cel_predict(struct pq_cel_predictor *predictor, uint16_t decision,
					uint32_t index, uint8_t precedence,
					const struct pq_cel_caller *caller)
{
	struct prediction prediction = {
		.predictor = predictor,
		.decision = find_decision(predictor, decision, precedence),
		.closure = {
			.atn = predictor->atn,
			.contexts = &predictor->contexts,
			.lookup = predictor->lookup,
			.arena = &predictor->scratch,
			.decision = decision,
			.precedence = precedence,
			.steps = predictor->steps,
		},
		.first = index,
		.index = index,
	};
	struct pq_cel_prediction result = { 0 };
	if (predictor->failed || prediction.decision == NULL) {
		predictor->failed = true;
		return result;
	}
	result = predict(&prediction, caller);
	predictor->steps = prediction.closure.steps;
	predictor->failed = predictor->steps == 0;
	/* Nothing is predicted any more, and whoever asked may look whether memory is why. */
	if (!predictor->failed)
		pq_arena_reset(&predictor->scratch, SCRATCH_BYTES_KEPT);
	return result;
}
