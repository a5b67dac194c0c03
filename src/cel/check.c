#include "cel/checking.h"
#include "cel/message.h"
#include "cel/patch_type.h"

/* The API server gives no answer either: maps of maps double their type's size, and its time. */
static void refuse_type(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	node->type = &pq_cel_error;
	pq_cel_issues_add(checker->issues, node->offset, "type of the expression is too large");
}

void pq_cel_checker_set_type(struct pq_cel_checker *checker, struct pq_cel_expression *node,
			     const struct pq_cel_type *type)
{
	node->type = type == NULL ? &pq_cel_error : type;
	if (node->type->size > PQ_CEL_TYPE_SIZE_MAX)
		refuse_type(checker, node);
	if (checker->checked_count == checker->checked_capacity) {
		size_t wanted = checker->checked_capacity == 0 ? 64 : checker->checked_capacity * 2;
		struct pq_cel_checked *grown = pq_arena_grow(
			checker->arena, checker->checked, checker->checked_capacity * sizeof *grown,
			wanted * sizeof *grown);
		if (grown == NULL)
			return;
		checker->checked = grown;
		checker->checked_capacity = wanted;
	}
	checker->checked[checker->checked_count++] = (struct pq_cel_checked){
		.node = node,
		.in_format = checker->formats > 0,
	};
}

struct pq_string pq_cel_checker_show(struct pq_cel_checker *checker, const struct pq_cel_type *type)
{
	const struct pq_cel_environment *environment = checker->environment;
	return pq_cel_type_format(
		checker->arena, type,
		environment->variable_count == 0 ? NULL : environment->variables[0].declaration);
}

void pq_cel_checker_report_mismatch(struct pq_cel_checker *checker, uint32_t offset,
				    const struct pq_cel_type *expected,
				    const struct pq_cel_type *found)
{
	struct pq_string wanted = pq_cel_checker_show(checker, expected);
	struct pq_string given = pq_cel_checker_show(checker, found);
	pq_cel_issues_add(checker->issues, offset, "expected type '%.*s' but found '%.*s'",
			  PQ_STRING_ARGUMENT(wanted), PQ_STRING_ARGUMENT(given));
}

void pq_cel_checker_report_undeclared(struct pq_cel_checker *checker, uint32_t offset,
				      struct pq_string name)
{
	pq_cel_issues_add(checker->issues, offset,
			  "undeclared reference to '%.*s' (in container '')",
			  PQ_STRING_ARGUMENT(name));
}

const struct pq_cel_type *pq_cel_checker_find_type(struct pq_cel_checker *checker,
						   struct pq_string name)
{
	const struct pq_cel_environment *environment = checker->environment;
	const struct pq_cel_type *made = NULL;
	if (environment->makes_patches)
		made = pq_cel_patch_type_find(checker->arena, name);
	if (made != NULL)
		return made;
	for (size_t i = 0; i < environment->type_count; i++) {
		if (pq_string_equal(environment->types[i].name, name))
			return environment->types[i].type;
	}
	return pq_cel_environment_find_type(environment->version, name);
}

const struct pq_cel_type *pq_cel_checker_find_identifier(struct pq_cel_checker *checker,
							 struct pq_string *name)
{
	const struct pq_cel_environment *environment = checker->environment;
	if (name->length > 0 && name->data[0] == '.')
		*name = pq_string_slice(*name, 1, SIZE_MAX);
	for (const struct pq_cel_checker_scope *scope = checker->scope; scope != NULL;
	     scope = scope->outer) {
		if (pq_string_equal(scope->name, *name))
			return scope->type;
	}
	for (size_t i = 0; i < environment->variable_count; i++) {
		if (pq_string_equal(environment->variables[i].name, *name))
			return environment->variables[i].type;
	}
	if (pq_string_is(*name, PQ_CEL_NULL_VALUE))
		return &pq_cel_int;
	const struct pq_cel_type *named = pq_cel_checker_find_type(checker, *name);
	return named == NULL ? NULL : pq_cel_type_of_type(checker->arena, named);
}

static const struct pq_cel_type *literal_type(const struct pq_cel_literal *literal)
{
	static const struct pq_cel_type *const types[] = {
		[PQ_CEL_LITERAL_NULL] = &pq_cel_null,     [PQ_CEL_LITERAL_BOOL] = &pq_cel_bool,
		[PQ_CEL_LITERAL_INT] = &pq_cel_int,       [PQ_CEL_LITERAL_UINT] = &pq_cel_uint,
		[PQ_CEL_LITERAL_DOUBLE] = &pq_cel_double, [PQ_CEL_LITERAL_STRING] = &pq_cel_string,
		[PQ_CEL_LITERAL_BYTES] = &pq_cel_bytes,
	};
	return types[literal->kind];
}

static void visit_identifier(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	struct pq_string written = node->name;
	const struct pq_cel_type *type = pq_cel_checker_find_identifier(checker, &node->name);
	pq_cel_checker_set_type(checker, node, type);
	if (type == NULL)
		pq_cel_checker_report_undeclared(checker, node->offset, written);
}

/* From the back to the front: the outermost select has the last part. */
struct pq_string pq_cel_checker_qualified_name(const struct pq_cel_expression *node, char *buffer,
					       size_t size)
{
	size_t start = size;
	for (;; node = node->select.operand) {
		bool is_root = node->kind == PQ_CEL_IDENTIFIER;
		if (!is_root && (node->kind != PQ_CEL_SELECT || node->select.test_only))
			return (struct pq_string){ 0 };
		struct pq_string part = is_root ? node->name : node->select.field;
		if (part.length >= start)
			return (struct pq_string){ 0 };
		start -= part.length;
		memcpy(buffer + start, part.data, part.length);
		if (is_root)
			break;
		buffer[--start] = '.';
	}
	return (struct pq_string){ .data = buffer + start, .length = size - start };
}

/* Of selects that begin at Object, however many: they are the name of a type. */
static size_t length_of_object_name(const struct pq_cel_checker *checker,
				    const struct pq_cel_expression *node)
{
	size_t length = 0;
	if (!checker->environment->makes_patches)
		return 0;
	for (; node->kind == PQ_CEL_SELECT && !node->select.test_only; node = node->select.operand)
		length += node->select.field.length + 1;
	return node->kind == PQ_CEL_IDENTIFIER && pq_string_is(node->name, "Object")
		       ? length + node->name.length
		       : 0;
}

static bool try_qualified_identifier(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	char few[PQ_CEL_NAME_MAX], *buffer = few;
	size_t size = sizeof few, wanted = length_of_object_name(checker, node);
	if (wanted > size) {
		size = wanted + 1;
		buffer = pq_arena_alloc_raw(checker->arena, size);
	}
	struct pq_string name = { 0 };
	if (buffer != NULL)
		name = pq_cel_checker_qualified_name(node, buffer, size);
	if (name.data == NULL)
		return false;
	const struct pq_cel_type *type = pq_cel_checker_find_identifier(checker, &name);
	if (type == NULL)
		return false;
	node->kind = PQ_CEL_IDENTIFIER;
	node->name = pq_arena_copy(checker->arena, name);
	pq_cel_checker_set_type(checker, node, type);
	return true;
}

static void visit_select(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	if (try_qualified_identifier(checker, node))
		return;
	const struct pq_cel_type *type = pq_cel_checker_select(checker, node, node->select.operand,
							       node->select.field, false);
	if (node->select.test_only)
		type = &pq_cel_bool;
	pq_cel_checker_set_type(checker, node, pq_cel_substitute(&checker->bindings, type, false));
}

const struct pq_cel_type *pq_cel_checker_item_type(struct pq_cel_checker *checker,
						   const struct pq_cel_expression *item,
						   bool optional)
{
	const struct pq_cel_type *type = item->type;
	if (!optional)
		return type;
	if (pq_cel_type_is_optional(type) && type->parameter_count == 1)
		return type->parameters[0];
	const struct pq_cel_type *wanted = pq_cel_type_optional(checker->arena, type);
	if (!pq_cel_type_is_dyn(type) && wanted != NULL)
		pq_cel_checker_report_mismatch(checker, item->offset, wanted, type);
	return type;
}

/* The type of aggregates whose items have both types. That all have one is checked later. */
static const struct pq_cel_type *join(struct pq_cel_checker *checker,
				      const struct pq_cel_type *before,
				      const struct pq_cel_type *type)
{
	if (before == NULL || before->kind == PQ_CEL_TYPE_NOTHING)
		return type;
	if (pq_cel_is_assignable(&checker->bindings, before, type))
		return pq_cel_most_general(before, type);
	return &pq_cel_dyn;
}

static void visit_list(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	const struct pq_cel_type *items = NULL;
	for (uint32_t i = 0; i < node->list.count; i++) {
		struct pq_cel_expression *item = node->list.items[i];
		pq_cel_checker_visit(checker, item);
		bool optional = node->list.optional != NULL && node->list.optional[i];
		items = join(checker, items, pq_cel_checker_item_type(checker, item, optional));
	}
	if (items == NULL || items->kind == PQ_CEL_TYPE_NOTHING)
		items = pq_cel_bindings_new_variable(&checker->bindings);
	pq_cel_checker_set_type(checker, node, pq_cel_type_list(checker->arena, items));
}

static void visit_map(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	const struct pq_cel_type *keys = NULL;
	const struct pq_cel_type *values = NULL;
	for (uint32_t i = 0; i < node->entries.count; i++) {
		struct pq_cel_entry *entry = &node->entries.entries[i];
		pq_cel_checker_visit(checker, entry->key);
		keys = join(checker, keys, entry->key->type);
		pq_cel_checker_visit(checker, entry->value);
		values = join(checker, values,
			      pq_cel_checker_item_type(checker, entry->value, entry->optional));
	}
	if (keys == NULL) {
		keys = pq_cel_bindings_new_variable(&checker->bindings);
		values = pq_cel_bindings_new_variable(&checker->bindings);
	}
	pq_cel_checker_set_type(checker, node, pq_cel_type_map(checker->arena, keys, values));
}

void pq_cel_checker_visit(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	switch ((enum pq_cel_expression_kind)node->kind) {
	case PQ_CEL_UNSPECIFIED:
		break;
	case PQ_CEL_LITERAL:
		pq_cel_checker_set_type(checker, node, literal_type(&node->literal));
		break;
	case PQ_CEL_IDENTIFIER:
		visit_identifier(checker, node);
		break;
	case PQ_CEL_SELECT:
		visit_select(checker, node);
		break;
	case PQ_CEL_CALL:
		pq_cel_checker_visit_call(checker, node);
		break;
	case PQ_CEL_LIST:
		visit_list(checker, node);
		break;
	case PQ_CEL_MAP:
		visit_map(checker, node);
		break;
	case PQ_CEL_STRUCT:
		pq_cel_checker_visit_struct(checker, node);
		break;
	case PQ_CEL_COMPREHENSION:
		pq_cel_checker_visit_comprehension(checker, node);
		break;
	}
}

/* Now that all variables are bound that ever will be. What has the type of a type stands for the
 * type of its name, whatever the scope: so does the evaluator of cel-go. */
static void settle_types(struct pq_cel_checker *checker)
{
	for (size_t i = 0; i < checker->checked_count; i++) {
		struct pq_cel_expression *node = checker->checked[i].node;
		node->type = pq_cel_substitute(&checker->bindings, node->type, true);
		if (node->type->size > PQ_CEL_TYPE_SIZE_MAX)
			refuse_type(checker, node);
		if (node->kind == PQ_CEL_IDENTIFIER && node->type->kind == PQ_CEL_TYPE_TYPE)
			node->type_value = pq_cel_environment_find_runtime_type(
				checker->environment->version, node->name);
	}
}

static void note_uses(const struct pq_cel_checker *checker, bool uses[static PQ_CEL_VARIABLES_MAX])
{
	const struct pq_cel_environment *environment = checker->environment;
	for (size_t i = 0; i < checker->checked_count; i++) {
		const struct pq_cel_expression *node = checker->checked[i].node;
		if (node->kind != PQ_CEL_IDENTIFIER)
			continue;
		for (size_t j = 0; j < environment->variable_count; j++) {
			if (pq_string_equal(environment->variables[j].name, node->name))
				uses[j] = true;
		}
	}
}

static bool holds_nothing(const struct pq_cel_type *type)
{
	for (uint8_t i = 0; i < type->parameter_count; i++) {
		if (holds_nothing(type->parameters[i]))
			return true;
	}
	return type->kind == PQ_CEL_TYPE_NOTHING;
}

/* Nothing but JSONPatch has fields of no type. */
static bool is_partly_untyped(const struct pq_cel_checker *checker)
{
	if (!checker->environment->makes_patches)
		return false;
	for (size_t i = 0; i < checker->checked_count; i++) {
		if (holds_nothing(checker->checked[i].node->type))
			return true;
	}
	return false;
}

bool pq_cel_check(const struct pq_cel_environment *environment, const struct pq_cel_tree *tree,
		  struct pq_arena *arena, struct pq_cel_compilation *compilation,
		  struct pq_cel_issues *issues)
{
	struct pq_cel_checker checker = {
		.environment = environment,
		.arena = arena,
		.issues = issues,
	};
	pq_cel_bindings_init(&checker.bindings, arena);
	pq_cel_checker_visit(&checker, tree->root);
	settle_types(&checker);
	note_uses(&checker, compilation->uses);
	compilation->is_partly_untyped = is_partly_untyped(&checker);
	if (checker.bindings.steps == 0)
		refuse_type(&checker, tree->root);
	if (pq_cel_issues_is_empty(issues))
		pq_cel_checker_validate(&checker);
	return pq_cel_issues_is_empty(issues) && !pq_arena_is_exhausted(arena);
}
