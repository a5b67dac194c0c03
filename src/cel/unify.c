#include "cel/unify.h"

/* A type variable; types of kind PARAMETER with a number are the first member of one. */
struct variable {
	struct pq_cel_type type;
	const struct pq_cel_type *bound; /* what it stands for, or NULL */
};

struct pq_cel_binding_change {
	const struct pq_cel_binding_change *older;
	struct variable *variable;
	const struct pq_cel_type *before;
};

static bool assign(struct pq_cel_bindings *bindings, const struct pq_cel_type *a,
		   const struct pq_cel_type *b);

static bool spend(struct pq_cel_bindings *bindings, uint32_t steps)
{
	if (bindings->steps < steps)
		bindings->steps = 0;
	else
		bindings->steps -= steps;
	return bindings->steps > 0;
}

const struct pq_cel_type *pq_cel_bindings_new_variable(struct pq_cel_bindings *bindings)
{
	struct variable *variable = pq_arena_alloc(bindings->arena, sizeof *variable);
	if (variable == NULL)
		return &pq_cel_error;
	variable->type.kind = PQ_CEL_TYPE_PARAMETER;
	variable->type.variable = ++bindings->count;
	return &variable->type;
}

/* The parameters of signatures are never bound: calls have variables in their place. */
static struct variable *variable_of(const struct pq_cel_type *type)
{
	if (type->kind != PQ_CEL_TYPE_PARAMETER || type->variable == 0)
		return NULL;
	return (struct variable *)type;
}

static const struct pq_cel_type *bound_of(const struct pq_cel_type *type)
{
	const struct variable *variable = variable_of(type);
	return variable == NULL ? NULL : variable->bound;
}

static void bind(struct pq_cel_bindings *bindings, const struct pq_cel_type *type,
		 const struct pq_cel_type *bound)
{
	struct variable *variable = variable_of(type);
	struct pq_cel_binding_change *change = pq_arena_alloc_raw(bindings->arena, sizeof *change);
	if (variable == NULL || change == NULL)
		return;
	*change = (struct pq_cel_binding_change){
		.older = bindings->trail,
		.variable = variable,
		.before = variable->bound,
	};
	bindings->trail = change;
	variable->bound = bound;
}

static void take_back(struct pq_cel_bindings *bindings, const struct pq_cel_binding_change *until)
{
	for (; bindings->trail != until; bindings->trail = bindings->trail->older)
		bindings->trail->variable->bound = bindings->trail->before;
}

static bool is_general_or_equal(const struct pq_cel_type *a, const struct pq_cel_type *b)
{
	if (pq_cel_type_is_dyn(a) || a->kind == PQ_CEL_TYPE_PARAMETER)
		return true;
	if (pq_cel_type_is_dyn(b) || b->kind != a->kind)
		return false;
	switch (a->kind) {
	case PQ_CEL_TYPE_OPAQUE:
	case PQ_CEL_TYPE_LIST:
	case PQ_CEL_TYPE_MAP:
		if (a->parameter_count != b->parameter_count || !pq_string_equal(a->name, b->name))
			return false;
		for (uint8_t i = 0; i < a->parameter_count; i++) {
			if (!is_general_or_equal(a->parameters[i], b->parameters[i]))
				return false;
		}
		return true;
	case PQ_CEL_TYPE_TYPE:
		return true;
	default:
		return pq_cel_type_equal(a, b);
	}
}

const struct pq_cel_type *pq_cel_most_general(const struct pq_cel_type *a,
					      const struct pq_cel_type *b)
{
	return is_general_or_equal(a, b) ? a : b;
}

/* The occurs check: type stands nowhere in within, nor in what its variables stand for. */
static bool is_absent_from(struct pq_cel_bindings *bindings, const struct pq_cel_type *type,
			   const struct pq_cel_type *within)
{
	if (!spend(bindings, 1) || pq_cel_type_equal(type, within))
		return false;
	if (within->kind == PQ_CEL_TYPE_PARAMETER) {
		const struct pq_cel_type *bound = bound_of(within);
		return bound == NULL || is_absent_from(bindings, type, bound);
	}
	for (uint8_t i = 0; i < within->parameter_count; i++) {
		if (!is_absent_from(bindings, type, within->parameters[i]))
			return false;
	}
	return true;
}

enum substitution { SUBSTITUTION_NONE, SUBSTITUTION_VALID, SUBSTITUTION_CLASHES };

/* Whether the parameter stands, or can be made to stand, for the type. */
static enum substitution try_substitution(struct pq_cel_bindings *bindings,
					  const struct pq_cel_type *type,
					  const struct pq_cel_type *parameter)
{
	if (pq_cel_type_equal(type, parameter))
		return SUBSTITUTION_VALID;
	const struct pq_cel_type *bound = bound_of(parameter);
	if (bound == NULL) {
		if (!is_absent_from(bindings, parameter, type))
			return SUBSTITUTION_NONE;
		bind(bindings, parameter, type);
		return SUBSTITUTION_VALID;
	}
	if (pq_cel_type_equal(type, bound))
		return SUBSTITUTION_VALID;
	if (!assign(bindings, type, bound))
		return SUBSTITUTION_CLASHES;
	const struct pq_cel_type *general = pq_cel_most_general(type, bound);
	if (is_absent_from(bindings, parameter, general))
		bind(bindings, parameter, general);
	return SUBSTITUTION_VALID;
}

static bool takes_null(const struct pq_cel_type *type)
{
	switch (type->kind) {
	case PQ_CEL_TYPE_NULL:
	case PQ_CEL_TYPE_OPAQUE:
	case PQ_CEL_TYPE_OBJECT:
	case PQ_CEL_TYPE_ANY:
	case PQ_CEL_TYPE_DURATION:
	case PQ_CEL_TYPE_TIMESTAMP:
		return true;
	default:
		return type->nullable;
	}
}

static bool assign_each(struct pq_cel_bindings *bindings, const struct pq_cel_type *const *a,
			const struct pq_cel_type *const *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!assign(bindings, a[i], b[i]))
			return false;
	}
	return true;
}

static bool assign(struct pq_cel_bindings *bindings, const struct pq_cel_type *a,
		   const struct pq_cel_type *b)
{
	if (!spend(bindings, 1))
		return false;
	if (b->kind == PQ_CEL_TYPE_PARAMETER) {
		enum substitution found = try_substitution(bindings, a, b);
		if (found != SUBSTITUTION_NONE)
			return found == SUBSTITUTION_VALID;
	}
	if (a->kind == PQ_CEL_TYPE_PARAMETER)
		return try_substitution(bindings, b, a) == SUBSTITUTION_VALID;
	if (pq_cel_type_is_dyn_or_error(a) || pq_cel_type_is_dyn_or_error(b))
		return true;
	if (a->kind == PQ_CEL_TYPE_NOTHING || b->kind == PQ_CEL_TYPE_NOTHING)
		return false;
	if (a->kind == PQ_CEL_TYPE_NULL || b->kind == PQ_CEL_TYPE_NULL)
		return takes_null(a->kind == PQ_CEL_TYPE_NULL ? b : a);
	if (a->kind != b->kind)
		return false;
	if (a->kind == PQ_CEL_TYPE_TYPE)
		return true;
	return a->declaration == b->declaration && pq_string_equal(a->name, b->name) &&
	       a->parameter_count == b->parameter_count &&
	       assign_each(bindings, a->parameters, b->parameters, a->parameter_count);
}

bool pq_cel_is_assignable(struct pq_cel_bindings *bindings, const struct pq_cel_type *a,
			  const struct pq_cel_type *b)
{
	return pq_cel_is_assignable_list(bindings, &a, &b, 1);
}

bool pq_cel_is_assignable_list(struct pq_cel_bindings *bindings, const struct pq_cel_type *const *a,
			       const struct pq_cel_type *const *b, size_t count)
{
	const struct pq_cel_binding_change *before = bindings->trail;
	if (assign_each(bindings, a, b, count))
		return true;
	take_back(bindings, before);
	return false;
}

const struct pq_cel_type *pq_cel_substitute(struct pq_cel_bindings *bindings,
					    const struct pq_cel_type *type, bool to_dyn)
{
	if (!spend(bindings, 1))
		return &pq_cel_error;
	for (const struct pq_cel_type *bound; (bound = bound_of(type)) != NULL;)
		type = bound;
	if (type->kind == PQ_CEL_TYPE_PARAMETER)
		return to_dyn ? &pq_cel_dyn : type;
	const struct pq_cel_type *parameters[2] = { NULL, NULL };
	bool changed = false;
	for (uint8_t i = 0; i < type->parameter_count; i++) {
		parameters[i] = pq_cel_substitute(bindings, type->parameters[i], to_dyn);
		changed = changed || parameters[i] != type->parameters[i];
	}
	if (!changed)
		return type;
	struct pq_cel_type *made = pq_arena_alloc_raw(bindings->arena, sizeof *made);
	if (made == NULL || !spend(bindings, PQ_CEL_TYPE_STEPS_TO_MAKE))
		return &pq_cel_error;
	*made = *type;
	memcpy(made->parameters, parameters, sizeof parameters);
	made->size = pq_cel_type_size_over(parameters);
	return made;
}
