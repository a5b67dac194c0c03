#include "cel/evaluate_attribute.h"

#include "cel/data.h"
#include "cel/number.h"
#include "cel/opaque.h"
#include "cel/text.h"

enum lookup {
	FOUND,
	ABSENT, /* when presence is tested only */
	FAILED, /* the value is the error */
};

static enum lookup fail(struct pq_cel_value *value, struct pq_cel_value error)
{
	*value = error;
	return FAILED;
}

static enum lookup miss(struct pq_cel_run *run, const char *what, const struct pq_cel_value *key,
			bool tests_presence, struct pq_cel_value *value)
{
	if (tests_presence)
		return ABSENT;
	return fail(value,
		    pq_cel_error_format(run->arena, "%s%.*s", what,
					PQ_STRING_ARGUMENT(pq_cel_to_go_text(run->arena, key))));
}

/* Of a message, which knows its fields: unlike of a map, even their presence cannot be asked for.
 */
static enum lookup fail_field(struct pq_cel_run *run, const struct pq_cel_value *key,
			      struct pq_cel_value *value)
{
	if (key->kind != PQ_CEL_STRING)
		return fail(value, pq_cel_no_such_overload(key));
	return fail(value,
		    pq_cel_error_format(run->arena, "no such field '%.*s'",
					PQ_STRING_ARGUMENT(pq_cel_to_go_text(run->arena, key))));
}

static enum lookup look_up_in_list(struct pq_cel_run *run, const struct pq_cel_value *list,
				   const struct pq_cel_value *key, bool tests_presence,
				   struct pq_cel_value *value)
{
	struct pq_cel_value index;
	if (!pq_cel_to_lossless_int(key, &index)) {
		if (pq_cel_is_number(key))
			return fail(
				value,
				pq_cel_error_format(
					run->arena, "unsupported index value %.*s in list",
					PQ_STRING_ARGUMENT(pq_cel_to_go_text(run->arena, key))));
		return fail(value, pq_cel_error_format(
					   run->arena, "unsupported index type '%.*s' in list",
					   PQ_STRING_ARGUMENT(pq_cel_runtime_type(key)->name)));
	}
	if (index.integer < 0 || index.integer >= pq_cel_list_size(list))
		return miss(run, "index out of bounds: ", key, tests_presence, value);
	if (key->kind != PQ_CEL_INT && !pq_cel_list_is_plain(list))
		*value =
			pq_cel_error_format(run->arena, "unsupported index: %.*s",
					    PQ_STRING_ARGUMENT(pq_cel_to_go_text(run->arena, key)));
	else
		pq_cel_list_get(run->arena, list, (uint32_t)index.integer, value);
	return FOUND;
}

static enum lookup look_up(struct pq_cel_run *run, const struct pq_cel_value *object,
			   const struct pq_cel_value *key, bool tests_presence,
			   struct pq_cel_value *value)
{
	if (pq_cel_is_error(object))
		return fail(value, *object);
	if (object->kind == PQ_CEL_LIST_VALUE)
		return look_up_in_list(run, object, key, tests_presence, value);
	if (pq_cel_is_empty_message(object))
		return fail_field(run, key, value);
	if (!pq_cel_is_map(object) || !pq_cel_map_find(run->arena, object, key, value))
		return miss(run, "no such key: ", key, tests_presence, value);
	return pq_cel_is_error(value) ? FAILED : FOUND;
}

/* A constant text on data: by a hash that is known. */
static enum lookup look_up_text(struct pq_cel_run *run, const struct pq_cel_value *object,
				const struct pq_cel_qualifier *qualifier, bool tests_presence,
				struct pq_cel_value *value)
{
	const struct pq_cel_declaration *declaration = object->declaration;
	if (object->kind == PQ_CEL_OBJECT_VALUE && declaration == qualifier->declaration) {
		const struct pq_value *data =
			qualifier->field == NULL ? NULL
						 : pq_cel_object_find(object, qualifier->field);
		if (data == NULL)
			return miss(run, "no such key: ", &qualifier->key, tests_presence, value);
		pq_cel_adapt(run->arena, data, qualifier->field->declaration, value);
		return pq_cel_is_error(value) ? FAILED : FOUND;
	}
	if (object->kind != PQ_CEL_MAP_VALUE || object->form != PQ_CEL_OF_DATA)
		return look_up(run, object, &qualifier->key, tests_presence, value);
	const struct pq_member *member = pq_object_find(
		object->data->object, pq_cel_value_string(&qualifier->key), qualifier->hash);
	if (member == NULL)
		return miss(run, "no such key: ", &qualifier->key, tests_presence, value);
	pq_cel_adapt(run->arena, &member->value, pq_cel_element_of(declaration), value);
	return pq_cel_is_error(value) ? FAILED : FOUND;
}

bool pq_cel_is_key(const struct pq_cel_value *value)
{
	return value->kind >= PQ_CEL_BOOL && value->kind <= PQ_CEL_STRING;
}

/* What an attribute gives, without the cost of the attribute itself. */
static void resolve_attribute(struct pq_cel_run *run, const struct pq_cel_attribute *attribute,
			      struct pq_cel_value *result);

static enum lookup qualify(struct pq_cel_run *run, const struct pq_cel_qualifier *qualifier,
			   bool tests_presence, const struct pq_cel_value *object,
			   struct pq_cel_value *value)
{
	struct pq_cel_value key;
	if (qualifier->is_constant)
		return qualifier->key.kind == PQ_CEL_STRING
			       ? look_up_text(run, object, qualifier, tests_presence, value)
			       : look_up(run, object, &qualifier->key, tests_presence, value);
	resolve_attribute(run, qualifier->attribute, &key);
	if (pq_cel_is_error(&key))
		return fail(value, key);
	if (!pq_cel_is_key(&key))
		return fail(value, pq_cel_error_format(run->arena, "invalid qualifier type: %s",
						       pq_cel_value_go_type(&key)));
	return look_up(run, object, &key, tests_presence, value);
}

/* Once a value or a qualifier is optional, the rest of the chain is. */
static void apply_optional(struct pq_cel_run *run, const struct pq_cel_qualifier *qualifier,
			   struct pq_cel_value *object)
{
	for (; qualifier != NULL; qualifier = qualifier->next) {
		struct pq_cel_value value;
		enum lookup lookup = qualify(run, qualifier, true, object, &value);
		if (lookup == FAILED) {
			*object = value;
			return;
		}
		if (lookup == ABSENT) {
			*object = pq_cel_from_optional(NULL);
			return;
		}
		pq_cel_charge(run, 1);
		*object = value;
	}
	*object = pq_cel_optional_of(run->arena, object);
}

/* Whether a selection is that of a field which the object's declaration has: by far the most are.
 */
static bool selects_field(const struct pq_cel_qualifier *qualifier,
			  const struct pq_cel_value *object)
{
	return qualifier->is_field && object->kind == PQ_CEL_OBJECT_VALUE &&
	       object->declaration == qualifier->declaration;
}

/* The rest of a chain of selections, from one on that is not of a field. Values are not copied on
 * the way: that would cost more than finding them. */
static void apply_qualifiers(struct pq_cel_run *run, const struct pq_cel_qualifier *qualifier,
			     const struct pq_cel_value *object, struct pq_cel_value *result)
{
	struct pq_cel_value passed[2];
	for (; qualifier != NULL; qualifier = qualifier->next) {
		if (qualifier->is_optional) {
			*result = *object;
			apply_optional(run, qualifier, result);
			return;
		}
		struct pq_cel_value *value =
			qualifier->next == NULL ? result : &passed[object == &passed[0]];
		enum lookup lookup = qualify(run, qualifier, qualifier->is_test, object, value);
		pq_cel_charge(run, 1);
		if (lookup == FAILED) {
			if (value != result)
				*result = *value;
			return;
		}
		if (qualifier->is_test)
			*value = pq_cel_from_bool(lookup == FOUND);
		object = value;
	}
}

/* Selects a field of the object; result may be the object. */
static void select_field(struct pq_cel_run *run, const struct pq_cel_qualifier *qualifier,
			 const struct pq_cel_value *object, struct pq_cel_value *result)
{
	const struct pq_value *data = pq_cel_object_find(object, qualifier->field);
	if (data != NULL)
		pq_cel_adapt(run->arena, data, qualifier->field->declaration, result);
	else if (!qualifier->is_test)
		miss(run, "no such key: ", &qualifier->key, false, result);
	if (qualifier->is_test && (data == NULL || !pq_cel_is_error(result)))
		*result = pq_cel_from_bool(data != NULL);
}

/* From the first selection on that is not of a field. What an optional holds loses its declaration
 * on the way, even if nothing is selected from it. */
static PQ_SELDOM void select_rest(struct pq_cel_run *run, const struct pq_cel_qualifier *qualifier,
				  const struct pq_cel_value *object, struct pq_cel_value *result)
{
	struct pq_cel_value first = *object;
	if (first.kind == PQ_CEL_OPTIONAL && first.present != NULL) {
		*result = first;
		pq_cel_strip(run->arena, result);
		apply_optional(run, qualifier, result);
	} else if (first.kind == PQ_CEL_OPTIONAL || pq_cel_is_error(&first)) {
		*result = first;
	} else {
		apply_qualifiers(run, qualifier, &first, result);
	}
}

/* What an attribute gives of the object at its root. cost is the attribute's own. */
static PQ_ALWAYS_INLINE void select_all(struct pq_cel_run *run,
					const struct pq_cel_attribute *attribute,
					const struct pq_cel_value *object, uint32_t cost,
					struct pq_cel_value *result)
{
	const struct pq_cel_qualifier *qualifier = attribute->first;
	uint32_t fields = 0;
	for (; qualifier != NULL && selects_field(qualifier, object); qualifier = qualifier->next) {
		select_field(run, qualifier, object, result);
		fields++;
		object = result;
	}
	if (qualifier != NULL || object->kind == PQ_CEL_OPTIONAL) {
		pq_cel_charge_units(run, fields);
		select_rest(run, qualifier, object, result);
		fields = 0;
	} else if (object != result) {
		*result = *object;
	}
	pq_cel_charge_units(run, fields + cost);
}

/* The accumulator is made when it is first asked for. One that starts empty grows in place. */
static void make_accumulator(struct pq_cel_run *run, struct pq_cel_frame *frame)
{
	struct pq_cel_value *value = &frame->accumulator;
	frame->is_initialized = true;
	pq_cel_run_node(run, frame->fold->initial, value);
	if (value->kind == PQ_CEL_LIST_VALUE && pq_cel_list_size(value) == 0)
		*value = pq_cel_list_grow(run->arena);
	else if (pq_cel_is_map(value) && pq_cel_map_size(value) == 0)
		*value = pq_cel_map_grow(run->arena);
	else
		return;
	frame->grows = true;
}

static void resolve_operand(struct pq_cel_run *run, const struct pq_cel_attribute *attribute,
			    uint32_t cost, struct pq_cel_value *result)
{
	pq_cel_run_node(run, attribute->operand, result);
	if (attribute->first == NULL && result->kind != PQ_CEL_OPTIONAL) {
		pq_cel_charge_units(run, cost);
		return;
	}
	struct pq_cel_value value = *result;
	select_all(run, attribute, &value, cost, result);
}

static void resolve_conditional(struct pq_cel_run *run, const struct pq_cel_attribute *attribute,
				struct pq_cel_value *result)
{
	pq_cel_run_node(run, attribute->operand, result);
	if (result->kind != PQ_CEL_BOOL) {
		*result = pq_cel_no_such_overload(result);
		return;
	}
	const struct pq_cel_attribute *chosen =
		result->boolean ? attribute->truthy : attribute->falsy;
	if (chosen->root == PQ_CEL_ROOT_OPERAND)
		resolve_operand(run, chosen, 0, result);
	else
		resolve_attribute(run, chosen, result);
}

static PQ_SELDOM void resolve_other(struct pq_cel_run *run,
				    const struct pq_cel_attribute *attribute, uint32_t cost,
				    struct pq_cel_value *result)
{
	struct pq_cel_frame *frame;
	switch (attribute->root) {
	case PQ_CEL_ROOT_ACCUMULATOR:
		frame = &run->frames[attribute->index];
		if (!frame->is_initialized)
			make_accumulator(run, frame);
		select_all(run, attribute, &frame->accumulator, cost, result);
		return;
	case PQ_CEL_ROOT_OPERAND:
		resolve_operand(run, attribute, cost, result);
		return;
	default:
		resolve_conditional(run, attribute, result);
	}
}

static inline void resolve(struct pq_cel_run *run, const struct pq_cel_attribute *attribute,
			   uint32_t cost, struct pq_cel_value *result)
{
	const struct pq_cel_value *object;
	switch (attribute->root) {
	case PQ_CEL_ROOT_VARIABLE:
		object = &run->variables[attribute->index];
		break;
	case PQ_CEL_ROOT_FIRST:
		object = &run->frames[attribute->index].first;
		break;
	case PQ_CEL_ROOT_SECOND:
		object = &run->frames[attribute->index].second;
		break;
	default:
		resolve_other(run, attribute, cost, result);
		return;
	}
	select_all(run, attribute, object, cost, result);
}

static void resolve_attribute(struct pq_cel_run *run, const struct pq_cel_attribute *attribute,
			      struct pq_cel_value *result)
{
	resolve(run, attribute, 0, result);
}

void pq_cel_run_attribute(struct pq_cel_run *run, const struct pq_cel_node *node,
			  struct pq_cel_value *result)
{
	resolve(run, node->attribute, 1, result);
}

void pq_cel_run_conditional(struct pq_cel_run *run, const struct pq_cel_node *node,
			    struct pq_cel_value *result)
{
	resolve_conditional(run, node->attribute, result);
}

/* A test of presence is free: cel-go gives back what it charges for the attribute, and also for a
 * conditional, which it does not charge. */
void pq_cel_run_presence(struct pq_cel_run *run, const struct pq_cel_node *node,
			 struct pq_cel_value *result)
{
	resolve(run, node->attribute, 0, result);
	if (node->attribute->root == PQ_CEL_ROOT_CONDITIONAL)
		pq_cel_refund(run, 1);
	if (result->kind == PQ_CEL_OPTIONAL)
		*result = pq_cel_from_bool(result->present != NULL);
}
