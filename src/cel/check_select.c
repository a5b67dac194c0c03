/* Fields: of declared objects, of messages, of maps; and literals of messages. */
#include "cel/checking.h"
#include "cel/message.h"
#include "cel/patch_type.h"

enum { KEYWORDS_ARE_FIELDS_SINCE = 31 }; /* 1.x: self.namespace, for what is escaped otherwise */

static const struct pq_cel_type *find_declared_field(struct pq_cel_checker *checker,
						     const struct pq_cel_declaration *declaration,
						     struct pq_string name)
{
	const struct pq_cel_field *field = pq_cel_declaration_find(declaration, name);
	if (field == NULL && checker->environment->version >= KEYWORDS_ARE_FIELDS_SINCE &&
	    pq_cel_is_reserved(name)) {
		struct pq_string escaped = pq_cel_escape(checker->arena, name);
		if (escaped.data != NULL)
			field = pq_cel_declaration_find(declaration, escaped);
	}
	return field == NULL ? NULL : field->declaration->type;
}

/* The type of an object's field, or the type of errors and an issue at the offset. */
static const struct pq_cel_type *find_field(struct pq_cel_checker *checker, uint32_t offset,
					    const struct pq_cel_type *object, struct pq_string name)
{
	const struct pq_cel_type *type;
	if (object->declaration != NULL) {
		type = find_declared_field(checker, object->declaration, name);
	} else if (checker->environment->makes_patches && pq_cel_patch_type_has(object->name)) {
		type = pq_cel_patch_type_find_field(object, name);
	} else {
		const struct pq_cel_message *message = pq_cel_message_of_type(object);
		if (message == NULL) {
			bool is_null = object->kind == PQ_CEL_TYPE_NULL;
			struct pq_string shown =
				is_null ? PQ_S("google.protobuf.NullValue") : object->name;
			pq_cel_issues_add(checker->issues, offset,
					  "unexpected failed resolution of '%.*s'",
					  PQ_STRING_ARGUMENT(shown));
			return &pq_cel_error;
		}
		const struct pq_cel_message_field *found = pq_cel_message_find_field(message, name);
		type = found == NULL ? NULL : found->type;
	}
	if (type != NULL)
		return type;
	pq_cel_issues_add(checker->issues, offset, "undefined field '%.*s'",
			  PQ_STRING_ARGUMENT(name));
	return &pq_cel_error;
}

static const struct pq_cel_type *select_field(struct pq_cel_checker *checker, uint32_t offset,
					      const struct pq_cel_type *target,
					      struct pq_string field)
{
	switch (target->kind) {
	case PQ_CEL_TYPE_MAP:
		return target->parameters[1];
	case PQ_CEL_TYPE_OBJECT:
		return find_field(checker, offset, target, field);
	case PQ_CEL_TYPE_PARAMETER:
		/* Dynamic from here on. */
		(void)pq_cel_is_assignable(&checker->bindings, &pq_cel_dyn, target);
		return &pq_cel_dyn;
	default:
		break;
	}
	if (!pq_cel_type_is_dyn_or_error(target)) {
		struct pq_string shown = pq_cel_checker_show(checker, target);
		pq_cel_issues_add(checker->issues, offset,
				  "type '%.*s' does not support field selection",
				  PQ_STRING_ARGUMENT(shown));
	}
	return &pq_cel_dyn;
}

const struct pq_cel_type *pq_cel_checker_select(struct pq_cel_checker *checker,
						const struct pq_cel_expression *node,
						struct pq_cel_expression *operand,
						struct pq_string field, bool optional)
{
	pq_cel_checker_visit(checker, operand);
	const struct pq_cel_type *target =
		pq_cel_substitute(&checker->bindings, operand->type, false);
	if (pq_cel_type_is_optional(target) && target->parameter_count == 1) {
		target = target->parameters[0];
		optional = true;
	}
	const struct pq_cel_type *type = select_field(checker, node->offset, target, field);
	if (!optional)
		return type;
	type = pq_cel_type_optional(checker->arena, type);
	return type == NULL ? &pq_cel_error : type;
}

/* The type that a literal of the named type has; the type of errors with an issue, or without one
 * when the name itself is in error. */
static const struct pq_cel_type *literal_type(struct pq_cel_checker *checker,
					      const struct pq_cel_expression *node,
					      const struct pq_cel_type *named)
{
	if (named->kind == PQ_CEL_TYPE_ERROR)
		return &pq_cel_error;
	if (named->kind != PQ_CEL_TYPE_TYPE || named->parameter_count == 0) {
		struct pq_string shown = named->declaration != NULL || named->nullable
						 ? pq_cel_checker_show(checker, named)
						 : named->name;
		pq_cel_issues_add(checker->issues, node->offset, "'%.*s' is not a type",
				  PQ_STRING_ARGUMENT(shown));
		return &pq_cel_error;
	}
	const struct pq_cel_type *type = named->parameters[0];
	if (type->kind == PQ_CEL_TYPE_OBJECT || type->kind == PQ_CEL_TYPE_NULL ||
	    pq_cel_message_of_type(type) != NULL)
		return type;
	pq_cel_issues_add(checker->issues, node->offset, "'%.*s' is not a message type",
			  PQ_STRING_ARGUMENT(type->name));
	return &pq_cel_error;
}

/* The fields that literals of what is no message are said to have: types of CEL's own and declared
 * ones are found by their names, all without fields but for maps. */
static const struct pq_cel_type *find_field_of_other(struct pq_cel_checker *checker,
						     uint32_t offset, struct pq_string object,
						     struct pq_string field)
{
	const struct pq_cel_type *named = pq_cel_checker_find_type(checker, object);
	const struct pq_cel_type *own =
		pq_cel_environment_find_type(checker->environment->version, object);
	if (named == NULL || named->kind == PQ_CEL_TYPE_OPAQUE || named->kind == PQ_CEL_TYPE_TYPE)
		pq_cel_issues_add(checker->issues, offset, "unexpected failed resolution of '%.*s'",
				  PQ_STRING_ARGUMENT(object));
	else if (named->kind == PQ_CEL_TYPE_MAP)
		return named == own ? &pq_cel_any : named->parameters[1];
	else
		pq_cel_issues_add(checker->issues, offset, "undefined field '%.*s'",
				  PQ_STRING_ARGUMENT(field));
	return &pq_cel_error;
}

static void visit_field(struct pq_cel_checker *checker, const struct pq_cel_expression *node,
			struct pq_cel_entry *entry)
{
	pq_cel_checker_visit(checker, entry->value);
	const struct pq_cel_type *wanted =
		node->type->kind == PQ_CEL_TYPE_ERROR
			? find_field_of_other(checker, entry->offset, node->entries.name,
					      entry->field)
			: find_field(checker, entry->offset, node->type, entry->field);
	const struct pq_cel_type *given =
		pq_cel_checker_item_type(checker, entry->value, entry->optional);
	if (pq_cel_is_assignable(&checker->bindings, wanted, given))
		return;
	struct pq_string wanted_text = pq_cel_checker_show(checker, wanted);
	struct pq_string given_text = pq_cel_checker_show(checker, given);
	pq_cel_issues_add(checker->issues, entry->offset,
			  "expected type of field '%.*s' is '%.*s' but provided type is '%.*s'",
			  PQ_STRING_ARGUMENT(entry->field), PQ_STRING_ARGUMENT(wanted_text),
			  PQ_STRING_ARGUMENT(given_text));
}

void pq_cel_checker_visit_struct(struct pq_cel_checker *checker, struct pq_cel_expression *node)
{
	struct pq_string written = node->entries.name;
	const struct pq_cel_type *named =
		pq_cel_checker_find_identifier(checker, &node->entries.name);
	if (named == NULL) {
		pq_cel_checker_report_undeclared(checker, node->offset, written);
		pq_cel_checker_set_type(checker, node, &pq_cel_error);
		return;
	}
	pq_cel_checker_set_type(checker, node, literal_type(checker, node, named));
	for (uint32_t i = 0; i < node->entries.count; i++)
		visit_field(checker, node, &node->entries.entries[i]);
}
