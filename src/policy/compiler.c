#include "policy/compiler.h"

#include "base/nearest.h"
#include "formats/names.h"
#include "registry/typed.h"

static const struct {
	const char *name;
	enum pq_selector_operator operator;
} operators[] = {
	{ "In", PQ_SELECTOR_IN },
	{ "NotIn", PQ_SELECTOR_NOT_IN },
	{ "Exists", PQ_SELECTOR_EXISTS },
	{ "DoesNotExist", PQ_SELECTOR_DOES_NOT_EXIST },
};

bool compiler_refuse(struct compiler *compiler, const struct pq_value *at, const char *field,
		     const char *message)
{
	if (at != NULL && at->offset != PQ_OFFSET_NONE)
		compiler->offset = at->offset;
	return pq_error_set(compiler->error, PQ_ERROR_REJECTED, "%s: %s", field, message);
}

bool compiler_fail_memory(struct compiler *compiler)
{
	return pq_error_set(compiler->error, PQ_ERROR_MEMORY, "no memory for a document");
}

static bool refuse_unknown(struct compiler *compiler, const struct pq_member *member,
			   const char *field, const char *const *known)
{
	char hint[PQ_NEAREST_HINT_MAX];
	if (member->offset != PQ_OFFSET_NONE)
		compiler->offset = member->offset;
	return pq_error_set(compiler->error, PQ_ERROR_REJECTED, "%s: unknown field \"%.*s\"%s",
			    field, PQ_STRING_ARGUMENT(member->key),
			    pq_nearest_hint_among(member->key, known, hint));
}

/* The member at a key; NULL, too, when it is null, which to Kubernetes is as good as nothing. */
static const struct pq_value *given(const struct pq_value *parent, const char *key)
{
	const struct pq_value *found = pq_value_find(parent, pq_string_from(key));
	return found == NULL || found->kind == PQ_NULL ? NULL : found;
}

bool compiler_check_fields(struct compiler *compiler, const struct pq_value *value,
			   const char *field, const char *const *known)
{
	if (value->kind != PQ_OBJECT)
		return compiler_refuse(compiler, value, field, "must be an object");
	const struct pq_member *unknown = pq_object_find_unlisted(value->object, known);
	return unknown == NULL || refuse_unknown(compiler, unknown, field, known);
}

static bool check_metadata(struct compiler *compiler, const struct pq_value *metadata)
{
	const char *known[PQ_TYPED_FIELDS_MAX + 1] = { NULL };
	for (size_t i = 0; pq_typed_object_meta.fields[i].name != NULL; i++)
		known[i] = pq_typed_object_meta.fields[i].name;
	return metadata == NULL || compiler_check_fields(compiler, metadata, "metadata", known);
}

bool compiler_check_document(struct compiler *compiler, const struct pq_value *document)
{
	static const char *const fields[] = { "apiVersion", "kind", "metadata", "spec", NULL };
	return compiler_check_fields(compiler, document, "document", fields) &&
	       check_metadata(compiler, given(document, "metadata"));
}

bool compiler_take_list(struct compiler *compiler, const struct pq_value *parent, const char *key,
			const char *field, struct string_list *list)
{
	const struct pq_value *source = pq_value_find(parent, pq_string_from(key));
	if (source == NULL)
		return compiler_refuse(compiler, parent, field, "Required value");
	if (source->kind != PQ_ARRAY || source->length == 0)
		return compiler_refuse(compiler, source, field, "must be a list that is not empty");
	struct pq_string *items =
		pq_arena_alloc_array(compiler->arena, source->length, sizeof *items);
	if (items == NULL)
		return compiler_fail_memory(compiler);
	for (size_t i = 0; i < source->length; i++) {
		if (source->items[i].kind != PQ_STRING)
			return compiler_refuse(compiler, &source->items[i], field,
					       "must be a list of strings");
		items[i] = pq_arena_copy(compiler->arena, pq_value_string(&source->items[i]));
	}
	*list = (struct string_list){ .items = items, .count = source->length };
	return true;
}

static bool compile_label(struct compiler *compiler, const struct pq_member *label,
			  const char *field, struct pq_selector_requirement *requirement)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_string *value = pq_arena_alloc(compiler->arena, sizeof *value);
	if (value == NULL)
		return compiler_fail_memory(compiler);
	if (label->value.kind != PQ_STRING)
		return compiler_refuse(compiler, &label->value, field,
				       "matchLabels has a value that is no string");
	if (pq_names_check_label_key(label->key, problems) > 0 ||
	    pq_names_check_label_value(pq_value_string(&label->value), problems) > 0)
		return compiler_refuse(compiler, &label->value, field, problems[0]);
	*value = pq_arena_copy(compiler->arena, pq_value_string(&label->value));
	*requirement = (struct pq_selector_requirement){
		.key = pq_arena_copy(compiler->arena, label->key),
		.operator= PQ_SELECTOR_IN,
		.values = value,
		.value_count = 1,
	};
	return true;
}

static bool find_operator(struct pq_string name, enum pq_selector_operator *operator)
{
	for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
		if (pq_string_is(name, operators[i].name)) {
			*operator= operators[i].operator;
			return true;
		}
	}
	return false;
}

static bool compile_expression(struct compiler *compiler, const struct pq_value *source,
			       const char *field, struct pq_selector_requirement *requirement)
{
	static const char *const fields[] = { "key", "operator", "values", NULL };
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	if (!compiler_check_fields(compiler, source, field, fields))
		return false;
	struct pq_string key = pq_value_find_string(source, PQ_S("key"));
	if (pq_names_check_label_key(key, problems) > 0)
		return compiler_refuse(compiler, source, field, problems[0]);
	requirement->key = pq_arena_copy(compiler->arena, key);
	if (!find_operator(pq_value_find_string(source, PQ_S("operator")), &requirement->operator))
		return compiler_refuse(compiler, source, field,
				       "operator must be In, NotIn, Exists or DoesNotExist");
	bool wants_values = requirement->operator== PQ_SELECTOR_IN || requirement->operator==
			    PQ_SELECTOR_NOT_IN;
	const struct pq_value *values = pq_value_find(source, PQ_S("values"));
	bool has_values = values != NULL && values->kind == PQ_ARRAY && values->length > 0;
	if (wants_values != has_values)
		return compiler_refuse(compiler, source, field,
				       "values must be given for In and NotIn, and only for them");
	struct string_list list = { 0 };
	if (has_values && !compiler_take_list(compiler, source, "values", field, &list))
		return false;
	requirement->values = list.items;
	requirement->value_count = list.count;
	return true;
}

bool compiler_take_selector(struct compiler *compiler, const struct pq_value *source,
			    const char *field, struct pq_selector *selector)
{
	static const char *const fields[] = { "matchLabels", "matchExpressions", NULL };
	if (source == NULL || source->kind == PQ_NULL)
		return true;
	if (!compiler_check_fields(compiler, source, field, fields))
		return false;
	const struct pq_value *labels = given(source, "matchLabels");
	const struct pq_value *expressions = given(source, "matchExpressions");
	if (labels != NULL && labels->kind != PQ_OBJECT)
		return compiler_refuse(compiler, labels, field, "matchLabels must be an object");
	if (expressions != NULL && expressions->kind != PQ_ARRAY)
		return compiler_refuse(compiler, expressions, field,
				       "matchExpressions must be a list");
	size_t label_count = labels == NULL ? 0 : labels->object->count;
	size_t expression_count = expressions == NULL ? 0 : expressions->length;
	struct pq_selector_requirement *requirements = pq_arena_alloc_array(
		compiler->arena, label_count + expression_count, sizeof *requirements);
	if (requirements == NULL)
		return compiler_fail_memory(compiler);
	for (size_t i = 0; i < label_count; i++) {
		if (!compile_label(compiler, &labels->object->members[i], field, &requirements[i]))
			return false;
	}
	for (size_t i = 0; i < expression_count; i++) {
		if (!compile_expression(compiler, &expressions->items[i], field,
					&requirements[label_count + i]))
			return false;
	}
	selector->requirements = requirements;
	selector->count = label_count + expression_count;
	return true;
}

bool selector_lookup(const void *labels, struct pq_string key, struct pq_string *value)
{
	const struct pq_value *found = pq_value_find(labels, key);
	if (found == NULL || found->kind != PQ_STRING)
		return false;
	*value = pq_value_string(found);
	return true;
}

bool selector_matches_object(const struct pq_selector *selector, const struct pq_value *object)
{
	if (object == NULL || object->kind != PQ_OBJECT)
		return false;
	return pq_selector_matches(selector, selector_lookup,
				   pq_value_find_path(object, 2, "metadata", "labels"));
}
