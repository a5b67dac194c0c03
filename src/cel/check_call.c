/* Calls: which overloads may apply, and the type of the result. */
#include "cel/checking.h"

/* One call as its overloads see it: the target first, if there is one. */
struct call {
	struct pq_cel_expression *node;
	const struct pq_cel_type **types; /* of the arguments */
	uint32_t count;
	bool is_member;
};

struct resolution {
	const struct pq_cel_overload **overloads;
	uint32_t count;
	const struct pq_cel_type *type; /* NULL: none applies */
};

/* Whether A and B stand in the type. */
static void find_parameters(const struct pq_cel_type *type, bool found[static 2])
{
	if (type->kind == PQ_CEL_TYPE_PARAMETER)
		found[type == &pq_cel_parameter_b] = true;
	for (uint8_t i = 0; i < type->parameter_count; i++)
		find_parameters(type->parameters[i], found);
}

/* With fresh variables for A and B. */
static const struct pq_cel_type *instantiate(struct pq_cel_checker *checker,
					     const struct pq_cel_type *type,
					     const struct pq_cel_type *const fresh[static 2])
{
	if (type->kind == PQ_CEL_TYPE_PARAMETER)
		return fresh[type == &pq_cel_parameter_b];
	bool found[2] = { false, false };
	find_parameters(type, found);
	if (!found[0] && !found[1])
		return type;
	struct pq_cel_type *made = pq_arena_alloc_raw(checker->arena, sizeof *made);
	if (made == NULL)
		return &pq_cel_error;
	*made = *type;
	for (uint8_t i = 0; i < type->parameter_count; i++)
		made->parameters[i] = instantiate(checker, type->parameters[i], fresh);
	return made;
}

/* The result's type when the overload takes the arguments, else NULL. An overload of another count
 * of arguments has its variables, too: messages show their numbers. */
static const struct pq_cel_type *try_overload(struct pq_cel_checker *checker,
					      const struct pq_cel_overload *overload,
					      const struct call *call)
{
	const struct pq_cel_type *arguments[PQ_CEL_ARGUMENTS_MAX];
	const struct pq_cel_type *fresh[2] = { NULL, NULL };
	bool found[2] = { false, false };
	find_parameters(overload->result, found);
	for (uint8_t i = 0; i < overload->count; i++)
		find_parameters(overload->arguments[i], found);
	for (size_t i = 0; i < 2; i++) {
		if (found[i])
			fresh[i] = pq_cel_bindings_new_variable(&checker->bindings);
	}
	if (overload->count != call->count)
		return NULL;
	for (uint8_t i = 0; i < overload->count; i++)
		arguments[i] = instantiate(checker, overload->arguments[i], fresh);
	if (!pq_cel_is_assignable_list(&checker->bindings, call->types, arguments, call->count))
		return NULL;
	const struct pq_cel_type *result = instantiate(checker, overload->result, fresh);
	return pq_cel_substitute(&checker->bindings, result, false);
}

static void add_overload(struct resolution *resolution, const struct pq_cel_overload *overload,
			 const struct pq_cel_type *type)
{
	resolution->overloads[resolution->count++] = overload;
	if (resolution->type == NULL)
		resolution->type = type;
	else if (!pq_cel_type_is_dyn(resolution->type) &&
		 !pq_cel_type_equal(type, resolution->type))
		resolution->type = &pq_cel_dyn;
}

static void report_no_overload(struct pq_cel_checker *checker, const struct call *call)
{
	struct pq_buffer signature;
	pq_buffer_init_in(&signature, checker->arena, 0);
	for (uint32_t i = 0; i < call->count; i++) {
		const struct pq_cel_type *type =
			pq_cel_substitute(&checker->bindings, call->types[i], true);
		if (i == (call->is_member ? 1 : 0))
			pq_buffer_append_text(&signature, call->is_member ? ".(" : "(");
		else if (i > 0)
			pq_buffer_append_text(&signature, ", ");
		pq_buffer_append_string(&signature, pq_cel_checker_show(checker, type));
	}
	if (call->count == (call->is_member ? 1 : 0))
		pq_buffer_append_text(&signature, call->is_member ? ".(" : "(");
	pq_cel_issues_add(checker->issues, call->node->offset,
			  "found no matching overload for '%.*s' applied to '%.*s)'",
			  PQ_STRING_ARGUMENT(call->node->function.function),
			  PQ_STRING_ARGUMENT(pq_buffer_view(&signature)));
}

/* Logical operators have an issue for each operand that is not a bool. */
static bool check_logical(struct pq_cel_checker *checker, const struct call *call)
{
	bool ok = true;
	for (uint32_t i = 0; i < call->count; i++) {
		if (pq_cel_is_assignable(&checker->bindings, call->types[i], &pq_cel_bool))
			continue;
		pq_cel_checker_report_mismatch(checker, call->node->function.arguments[i]->offset,
					       &pq_cel_bool, call->types[i]);
		ok = false;
	}
	return ok;
}

static bool is_logical(struct pq_string function)
{
	return pq_string_is(function, "_&&_") || pq_string_is(function, "_||_");
}

static void resolve(struct pq_cel_checker *checker, const struct call *call,
		    const struct pq_cel_function_overloads *function)
{
	struct pq_cel_expression *node = call->node;
	bool logical = is_logical(function->name);
	struct resolution resolution = {
		.overloads = pq_arena_alloc_array(checker->arena, function->count,
						  sizeof(struct pq_cel_overload *)),
	};
	if (resolution.overloads == NULL)
		return;
	for (size_t i = 0; i < function->count; i++) {
		const struct pq_cel_overload *overload = function->overloads[i];
		if (function->introduced[i] > checker->environment->version ||
		    overload->is_member != call->is_member)
			continue;
		const struct pq_cel_type *type;
		if (logical)
			type = check_logical(checker, call) ? &pq_cel_bool : &pq_cel_error;
		else
			type = try_overload(checker, overload, call);
		if (type != NULL)
			add_overload(&resolution, overload, type);
	}
	if (resolution.type == NULL)
		report_no_overload(checker, call);
	node->overloads = resolution.overloads;
	node->overload_count = resolution.count;
	pq_cel_checker_set_type(checker, node, resolution.type);
}

static void visit_arguments(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	for (uint32_t i = 0; i < node->function.count; i++)
		pq_cel_checker_visit(checker, node->function.arguments[i]);
}

/* The call's types, after the arguments and the target have been visited. */
static void resolve_call(struct pq_cel_checker *checker, struct pq_cel_expression *node,
			 const struct pq_cel_function_overloads *function)
{
	struct pq_cel_expression *target = node->function.target;
	struct call call = {
		.node = node,
		.is_member = target != NULL,
		.types = pq_arena_alloc_array(checker->arena, (size_t)node->function.count + 1,
					      sizeof(struct pq_cel_type *)),
	};
	if (call.types == NULL)
		return;
	node->function.function = function->name;
	if (target != NULL)
		call.types[call.count++] = target->type;
	for (uint32_t i = 0; i < node->function.count; i++)
		call.types[call.count++] = node->function.arguments[i]->type;
	resolve(checker, &call, function);
}

static const struct pq_cel_function_overloads *find_function(struct pq_cel_checker *checker,
							     struct pq_string name)
{
	if (name.length > 0 && name.data[0] == '.')
		name = pq_string_slice(name, 1, SIZE_MAX);
	const struct pq_cel_environment *environment = checker->environment;
	const struct pq_cel_function_overloads *function =
		pq_cel_environment_find_function(environment->version, name);
	bool is_known =
		function != NULL && (!function->is_for_patches || environment->makes_patches);
	return is_known ? function : NULL;
}

/* a.b.c() is a function "a.b.c" when there is one. */
static bool try_qualified_call(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	char buffer[PQ_CEL_NAME_MAX];
	char full[PQ_CEL_NAME_MAX];
	struct pq_string function = node->function.function;
	struct pq_string prefix =
		pq_cel_checker_qualified_name(node->function.target, buffer, sizeof buffer);
	if (prefix.data == NULL || prefix.length + 1 + function.length > sizeof full)
		return false;
	memcpy(full, prefix.data, prefix.length);
	full[prefix.length] = '.';
	memcpy(full + prefix.length + 1, function.data, function.length);
	struct pq_string name = { .data = full, .length = prefix.length + 1 + function.length };
	const struct pq_cel_function_overloads *found = find_function(checker, name);
	if (found == NULL)
		return false;
	node->function.target = NULL;
	resolve_call(checker, node, found);
	return true;
}

/* What operand.?field became in the parser: a call with the field's name as second argument. */
static void visit_optional_select(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	struct pq_cel_expression *const *arguments = node->function.arguments;
	const struct pq_cel_type *type = pq_cel_checker_select(checker, node, arguments[0],
							       arguments[1]->literal.text, true);
	pq_cel_checker_set_type(checker, node, pq_cel_substitute(&checker->bindings, type, false));
	arguments[1]->type = &pq_cel_string;
	const struct pq_cel_function_overloads *function =
		pq_cel_environment_find_function(checker->environment->version, PQ_S("_?._"));
	if (function == NULL)
		return;
	node->overloads = function->overloads;
	node->overload_count = (uint32_t)function->count;
}

static void visit_plain_call(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	struct pq_string name = node->function.function;
	visit_arguments(checker, node);
	struct pq_cel_expression *target = node->function.target;
	if (target != NULL) {
		if (try_qualified_call(checker, node))
			return;
		pq_cel_checker_visit(checker, target);
	}
	const struct pq_cel_function_overloads *function = find_function(checker, name);
	if (function != NULL) {
		resolve_call(checker, node, function);
		return;
	}
	pq_cel_checker_set_type(checker, node, &pq_cel_error);
	pq_cel_checker_report_undeclared(checker, node->offset, name);
}

void pq_cel_checker_visit_call(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	bool is_format = pq_string_is(node->function.function, "format");
	if (pq_string_is(node->function.function, "_?._")) {
		visit_optional_select(checker, node);
		return;
	}
	checker->formats += is_format;
	visit_plain_call(checker, node);
	checker->formats -= is_format;
}
