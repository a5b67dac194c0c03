#include "base/hash.h"
#include "cel/planning.h"

static struct pq_cel_attribute *new_attribute(struct pq_cel_planner *planner, enum pq_cel_root root)
{
	struct pq_cel_attribute *attribute = pq_arena_alloc(planner->arena, sizeof *attribute);
	if (attribute != NULL)
		attribute->root = (uint8_t)root;
	return attribute;
}

static struct pq_cel_node *new_node(struct pq_cel_planner *planner,
				    struct pq_cel_attribute *attribute, bool is_test)
{
	if (attribute == NULL)
		return NULL;
	enum pq_cel_operation operation = PQ_CEL_DO_ATTRIBUTE;
	if (is_test)
		operation = PQ_CEL_DO_PRESENCE;
	else if (attribute->root == PQ_CEL_ROOT_CONDITIONAL)
		operation = PQ_CEL_DO_CONDITIONAL;
	struct pq_cel_node *node = pq_cel_plan_node(planner, operation);
	if (node != NULL)
		node->attribute = attribute;
	return node;
}

/* Where a name leads: the innermost comprehension that has it, or a variable. */
static bool find_root(const struct pq_cel_planner *planner, struct pq_string name,
		      enum pq_cel_root *root, uint32_t *index)
{
	for (const struct pq_cel_planner_scope *scope = planner->scope; scope != NULL;
	     scope = scope->outer) {
		*index = scope->frame;
		*root = PQ_CEL_ROOT_ACCUMULATOR;
		if (pq_string_equal(scope->accumulator, name))
			return true;
		*root = PQ_CEL_ROOT_FIRST;
		if (scope->first.data != NULL && pq_string_equal(scope->first, name))
			return true;
		*root = PQ_CEL_ROOT_SECOND;
		if (scope->second.data != NULL && pq_string_equal(scope->second, name))
			return true;
	}
	*root = PQ_CEL_ROOT_VARIABLE;
	for (size_t i = 0; i < planner->variable_count; i++) {
		*index = (uint32_t)i;
		if (pq_string_equal(planner->variables[i].name, name))
			return true;
	}
	return false;
}

struct pq_cel_node *pq_cel_plan_name(struct pq_cel_planner *planner, struct pq_string name)
{
	enum pq_cel_root root;
	uint32_t index;
	if (!find_root(planner, name, &root, &index)) {
		struct pq_cel_value error = pq_cel_error_format(
			planner->arena, "no such attribute(s): %.*s", PQ_STRING_ARGUMENT(name));
		return pq_cel_plan_constant(planner, error);
	}
	struct pq_cel_attribute *attribute = new_attribute(planner, root);
	if (attribute != NULL)
		attribute->index = index;
	return new_node(planner, attribute, false);
}

/* The attribute that a node is, or one whose operand it is. */
static struct pq_cel_attribute *as_attribute(struct pq_cel_planner *planner,
					     struct pq_cel_node *node)
{
	if (node->operation >= PQ_CEL_DO_ATTRIBUTE && node->operation <= PQ_CEL_DO_PRESENCE)
		return node->attribute;
	struct pq_cel_attribute *attribute = new_attribute(planner, PQ_CEL_ROOT_OPERAND);
	if (attribute != NULL)
		attribute->operand = node;
	return attribute;
}

static bool add_qualifier(struct pq_cel_planner *planner, struct pq_cel_attribute *attribute,
			  const struct pq_cel_qualifier *qualifier)
{
	if (attribute->root == PQ_CEL_ROOT_CONDITIONAL)
		return add_qualifier(planner, attribute->truthy, qualifier) &&
		       add_qualifier(planner, attribute->falsy, qualifier);
	struct pq_cel_qualifier *copy = pq_arena_alloc_raw(planner->arena, sizeof *copy);
	if (copy == NULL)
		return false;
	*copy = *qualifier;
	copy->next = NULL;
	if (attribute->last == NULL)
		attribute->first = copy;
	else
		attribute->last->next = copy;
	attribute->last = copy;
	return true;
}

static void set_text_key(struct pq_cel_planner *planner, struct pq_cel_qualifier *qualifier,
			 const struct pq_cel_type *operand_type)
{
	struct pq_string text = pq_cel_value_string(&qualifier->key);
	qualifier->hash = pq_hash(text);
	if (operand_type == NULL || operand_type->declaration == NULL ||
	    operand_type->kind != PQ_CEL_TYPE_OBJECT)
		return;
	qualifier->declaration = operand_type->declaration;
	qualifier->field = pq_cel_find_field(planner->arena, operand_type->declaration, text);
	qualifier->is_field = qualifier->field != NULL && !qualifier->is_optional;
}

struct pq_cel_node *pq_cel_plan_select(struct pq_cel_planner *planner,
				       const struct pq_cel_expression *select)
{
	struct pq_cel_node *operand = pq_cel_plan_expression(planner, select->select.operand);
	if (operand == NULL)
		return NULL;
	struct pq_cel_attribute *attribute = as_attribute(planner, operand);
	struct pq_string field = pq_arena_copy(planner->arena, select->select.field);
	struct pq_cel_qualifier qualifier = {
		.is_constant = true,
		.is_test = select->select.test_only,
		.key = pq_cel_from_string(field),
	};
	if (attribute == NULL || field.data == NULL)
		return NULL;
	set_text_key(planner, &qualifier, select->select.operand->type);
	if (!add_qualifier(planner, attribute, &qualifier))
		return NULL;
	return new_node(planner, attribute, select->select.test_only);
}

struct pq_cel_node *pq_cel_plan_conditional(struct pq_cel_planner *planner,
					    struct pq_cel_node *const nodes[3])
{
	struct pq_cel_attribute *attribute = new_attribute(planner, PQ_CEL_ROOT_CONDITIONAL);
	if (attribute == NULL)
		return NULL;
	attribute->operand = nodes[0];
	attribute->truthy = as_attribute(planner, nodes[1]);
	attribute->falsy = as_attribute(planner, nodes[2]);
	if (attribute->truthy == NULL || attribute->falsy == NULL)
		return NULL;
	return new_node(planner, attribute, false);
}

struct pq_cel_node *pq_cel_plan_index(struct pq_cel_planner *planner,
				      const struct pq_cel_expression *call,
				      struct pq_cel_node *const nodes[2], bool is_optional)
{
	struct pq_cel_attribute *attribute = as_attribute(planner, nodes[0]);
	struct pq_cel_qualifier qualifier = { .is_optional = is_optional };
	if (attribute == NULL)
		return NULL;
	if (nodes[1]->operation == PQ_CEL_DO_CONSTANT) {
		qualifier.is_constant = true;
		qualifier.key = nodes[1]->constant;
		if (!pq_cel_is_key(&qualifier.key)) {
			struct pq_cel_value problem =
				pq_cel_error_format(planner->arena, "invalid qualifier type: %s",
						    pq_cel_value_go_type(&qualifier.key));
			return pq_cel_plan_fail(planner, pq_cel_value_string(&problem));
		}
		const struct pq_cel_expression *operand = call->function.target != NULL
								  ? call->function.target
								  : call->function.arguments[0];
		if (qualifier.key.kind == PQ_CEL_STRING)
			set_text_key(planner, &qualifier, operand->type);
	} else {
		qualifier.attribute = as_attribute(planner, nodes[1]);
		if (qualifier.attribute == NULL)
			return NULL;
	}
	return add_qualifier(planner, attribute, &qualifier) ? new_node(planner, attribute, false)
							     : NULL;
}
