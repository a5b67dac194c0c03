#include "cel/evaluate_attribute.h"

#include "cel/cost.h"
#include "cel/text.h"

static bool accepts(struct pq_arena *arena, const struct pq_cel_type *type,
		    const struct pq_cel_value *value);

static bool accepts_list(struct pq_arena *arena, const struct pq_cel_type *type,
			 const struct pq_cel_value *list)
{
	struct pq_cel_value first;
	if (list->kind != PQ_CEL_LIST_VALUE)
		return false;
	if (type->parameters[0]->kind == PQ_CEL_TYPE_PARAMETER ||
	    type->parameters[0]->kind == PQ_CEL_TYPE_DYN || pq_cel_list_size(list) == 0)
		return true;
	pq_cel_list_get(arena, list, 0, &first);
	return accepts(arena, type->parameters[0], &first);
}

static bool accepts_map(struct pq_arena *arena, const struct pq_cel_type *type,
			const struct pq_cel_value *map)
{
	struct pq_cel_value key, value;
	uint32_t position = 0;
	if (!pq_cel_is_map(map))
		return false;
	return !pq_cel_map_next(arena, map, &position, &key, &value) ||
	       (accepts(arena, type->parameters[0], &key) &&
		accepts(arena, type->parameters[1], &value));
}

/* Whether a value may be given for a parameter: the types of lists and maps are told by their first
 * item only. */
static bool accepts(struct pq_arena *arena, const struct pq_cel_type *type,
		    const struct pq_cel_value *value)
{
	static const uint8_t kinds[] = {
		[PQ_CEL_TYPE_NULL] = PQ_CEL_NULL,
		[PQ_CEL_TYPE_BOOL] = PQ_CEL_BOOL,
		[PQ_CEL_TYPE_INT] = PQ_CEL_INT,
		[PQ_CEL_TYPE_UINT] = PQ_CEL_UINT,
		[PQ_CEL_TYPE_DOUBLE] = PQ_CEL_DOUBLE,
		[PQ_CEL_TYPE_STRING] = PQ_CEL_STRING,
		[PQ_CEL_TYPE_BYTES] = PQ_CEL_BYTES,
		[PQ_CEL_TYPE_TIMESTAMP] = PQ_CEL_TIMESTAMP,
		[PQ_CEL_TYPE_DURATION] = PQ_CEL_DURATION,
		[PQ_CEL_TYPE_TYPE] = PQ_CEL_TYPE_VALUE,
	};
	if (type->nullable && value->kind == PQ_CEL_NULL)
		return true;
	switch (type->kind) {
	case PQ_CEL_TYPE_DYN:
	case PQ_CEL_TYPE_ANY:
	case PQ_CEL_TYPE_PARAMETER:
		return !pq_cel_is_error(value);
	case PQ_CEL_TYPE_LIST:
		return accepts_list(arena, type, value);
	case PQ_CEL_TYPE_MAP:
		return accepts_map(arena, type, value);
	case PQ_CEL_TYPE_OBJECT:
	case PQ_CEL_TYPE_OPAQUE:
		return pq_string_equal(type->name, pq_cel_runtime_type(value)->name);
	default:
		return value->kind == kinds[type->kind];
	}
}

static bool matches(struct pq_cel_run *run, const struct pq_cel_overload *overload,
		    const struct pq_cel_value *arguments)
{
	for (uint8_t i = 0; i < overload->count; i++) {
		if (overload->non_strict && pq_cel_is_error(&arguments[i]))
			continue;
		if (!accepts(run->arena, overload->arguments[i], &arguments[i]))
			return false;
	}
	return true;
}

/* "no such overload: startsWith(int, string)" */
static PQ_SELDOM struct pq_cel_value refuse(struct pq_cel_run *run, const struct pq_cel_call *call,
					    const struct pq_cel_value *arguments)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, run->arena, 0);
	pq_buffer_append_format(&buffer, "no such overload: %s(", call->overloads[0]->function);
	for (uint32_t i = 0; i < call->count; i++) {
		pq_buffer_append_text(&buffer, i > 0 ? ", " : "");
		pq_buffer_append_string(&buffer, pq_cel_runtime_type(&arguments[i])->name);
	}
	pq_buffer_append_byte(&buffer, ')');
	return pq_cel_error_from_buffer(&buffer);
}

/* The arguments beside a pattern that was prepared may be in optionals, and the text may be a type,
 * which counts as its name: there, they are asked for with Value(). */
static void call_prepared(struct pq_cel_run *run, const struct pq_cel_call *call,
			  const struct pq_cel_value *arguments, struct pq_cel_value *result)
{
	struct pq_cel_value held[PQ_CEL_ARGUMENTS_MAX];
	memcpy(held, arguments, call->count * sizeof *held);
	for (uint32_t i = 0; i < call->count; i++) {
		while (held[i].kind == PQ_CEL_OPTIONAL && held[i].present != NULL)
			held[i] = *held[i].present;
	}
	if (held[0].kind == PQ_CEL_TYPE_VALUE)
		held[0] = pq_cel_from_string(held[0].type_value->name);
	run->prepared = call->prepared;
	call->overloads[0]->call(run, held, result);
	run->prepared = NULL;
}

/* The first overload that takes the arguments, or NULL. */
static PQ_SELDOM const struct pq_cel_overload *find_overload(struct pq_cel_run *run,
							     const struct pq_cel_call *call,
							     const struct pq_cel_value *arguments)
{
	for (uint32_t i = 0; i < call->overload_count; i++) {
		const struct pq_cel_overload *overload = call->overloads[i];
		if (overload->unguarded || matches(run, overload, arguments))
			return overload;
	}
	return NULL;
}

/* Counts texts that a call walks through, or has made, as steps: costs do not always measure them.
 */
static bool take_texts(struct pq_cel_run *run, const struct pq_cel_value *values, uint32_t count)
{
	enum { SHORT = 512 }; /* bytes */
	uint64_t bytes = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (values[i].kind == PQ_CEL_STRING || values[i].kind == PQ_CEL_BYTES)
			bytes += values[i].length;
	}
	return bytes < SHORT || pq_cel_take_steps(run, bytes / PQ_CEL_WALKED_BYTES_OF_STEP);
}

static void dispatch(struct pq_cel_run *run, const struct pq_cel_call *call,
		     const struct pq_cel_value *arguments, struct pq_cel_value *result)
{
	if (!take_texts(run, arguments, call->count)) {
		*result = run->end;
		return;
	}
	if (call->prepared != NULL) {
		call_prepared(run, call, arguments, result);
		return;
	}
	const struct pq_cel_overload *overload =
		call->is_unguarded ? call->overloads[0] : find_overload(run, call, arguments);
	if (overload == NULL) {
		*result = refuse(run, call, arguments);
		return;
	}
	overload->call(run, arguments, result);
	pq_cel_watch(run, result);
	take_texts(run, result, 1);
}

static uint64_t cost_of(struct pq_cel_run *run, const struct pq_cel_call *call,
			const struct pq_cel_value *arguments, const struct pq_cel_value *result)
{
	if (call->cost == NULL)
		return 1;
	const struct pq_cel_made_call made = { run, arguments, call->count, result };
	return call->cost(&made);
}

void pq_cel_run_call(struct pq_cel_run *run, const struct pq_cel_node *node,
		     struct pq_cel_value *result)
{
	const struct pq_cel_call *call = node->call;
	struct pq_cel_value arguments[PQ_CEL_ARGUMENTS_MAX];
	uint32_t failed = call->count;
	for (uint32_t i = 0; i < call->count; i++) {
		pq_cel_run_node(run, call->arguments[i], &arguments[i]);
		if (!pq_cel_is_error(&arguments[i]) || !call->is_strict || failed < call->count)
			continue;
		failed = i;
		/* The call costs what it costs only if all arguments have been evaluated. */
		if (call->stops_early && i + 1 < call->count) {
			*result = arguments[i];
			return;
		}
	}
	if (__builtin_expect(run->is_over, 0)) {
		*result = run->end;
		return;
	}
	if (failed < call->count)
		*result = arguments[failed];
	else
		dispatch(run, call, arguments, result);
	if (!run->is_over)
		pq_cel_charge(run, cost_of(run, call, arguments, result));
}
