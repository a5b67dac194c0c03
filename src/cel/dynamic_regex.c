#include "cel/dynamic_regex.h"
#include "cel/text.h"

enum {
	/* Compiling takes about as long for one instruction as it takes to look into so many
	 * values. */
	STEPS_OF_INSTRUCTION = 16,
	/* Bytes, times instructions of the program, that are searched in the time of a step, when
	 * the program has no small automaton. */
	SEARCHED_OF_STEP = 256,
	/* Of a pattern whose program was given up for its size. */
	STEPS_OF_TOO_LARGE = PQ_CEL_STEPS_MAX / 4,
};

struct pq_cel_value pq_cel_regex_error(struct pq_arena *arena, const char *prefix,
				       struct pq_string pattern, const struct pq_error *error)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	pq_buffer_append_text(&text, prefix);
	pq_regex_write_error(&text, pattern, error);
	return pq_cel_error_from_buffer(&text);
}

const struct pq_regex *pq_cel_compile_regex(struct pq_cel_run *run, struct pq_string pattern,
					    const char *prefix, struct pq_cel_value *result)
{
	struct pq_error error = { .code = PQ_ERROR_NONE };
	const struct pq_regex *regex = pq_regex_compile_for_request(pattern, &error);
	uint64_t steps = error.code == PQ_ERROR_TOO_LARGE ? STEPS_OF_TOO_LARGE : 0;
	if (regex != NULL)
		steps = pq_regex_instructions(regex) * STEPS_OF_INSTRUCTION;
	else
		*result = pq_cel_regex_error(run->arena, prefix, pattern, &error);
	if (pq_cel_take_steps(run, steps))
		return regex;
	pq_regex_unref(regex);
	*result = run->end;
	return NULL;
}

bool pq_cel_take_search(struct pq_cel_run *run, const struct pq_regex *regex, size_t length)
{
	uint64_t searched;
	if (__builtin_mul_overflow(length, pq_regex_instructions(regex), &searched))
		searched = UINT64_MAX;
	return searched < SEARCHED_OF_STEP || pq_cel_take_steps(run, searched / SEARCHED_OF_STEP);
}
