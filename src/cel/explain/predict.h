/*
 * Predictor: which alternative of the grammar an ANTLR parser takes, looking ahead as far as it
 * needs to.
 *
 * This is ALL(*) as antlr4-go v4.13.0 runs it (parser_atn_simulator.go): first without regard to
 * who called the rule, what has been learnt being kept; then, where that is ambiguous, with it.
 */
#ifndef PQ_CEL_EXPLAIN_PREDICT_H
#define PQ_CEL_EXPLAIN_PREDICT_H

#include "cel/explain/atn.h"
#include "cel/explain/context.h"
#include "cel/explain/tokens.h"

enum {
	PQ_CEL_PREDICTION_STEPS_MAX = 20000000, /* of all predictions of one parse */
	PQ_CEL_PREDICTION_BYTES_MAX = 32 << 20, /* of one, besides what is learnt by it */
};

/* A rule that is being parsed, in a chain of callers up to the start rule. */
struct pq_cel_caller {
	const struct pq_cel_caller *parent; /* NULL for the start rule */
	uint16_t state;                     /* from which the rule was called */
};

struct pq_cel_decision;

struct pq_cel_predictor {
	const struct pq_cel_atn *atn;
	struct pq_cel_tokens *tokens;
	struct pq_arena *learnt;
	struct pq_arena scratch;
	struct pq_cel_contexts contexts;
	struct pq_cel_decision *decisions;
	struct pq_cel_lookup *lookup;
	uint64_t steps;
	bool failed; /* a limit was hit: predictions mean nothing any more */
};

struct pq_cel_prediction {
	uint8_t alternative; /* counted from 1; 0 when none is viable */
	uint32_t offending;  /* then: index of the token that shows it */
};

/* What is learnt lives in the arena. */
void pq_cel_predictor_init(struct pq_cel_predictor *predictor, struct pq_arena *arena,
			   const struct pq_cel_atn *atn, struct pq_cel_tokens *tokens);
void pq_cel_predictor_done(struct pq_cel_predictor *predictor);

/* decision is the state whose transitions are the alternatives; index that of the next token;
 * precedence what the innermost left-recursive rule was asked for; caller the rule of the
 * decision. */
struct pq_cel_prediction pq_cel_predict(struct pq_cel_predictor *predictor, uint16_t decision,
					uint32_t index, uint8_t precedence,
					const struct pq_cel_caller *caller);

#endif
