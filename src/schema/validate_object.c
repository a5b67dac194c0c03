/* properties, additionalProperties, required, maxProperties and minProperties (objectValidator).
 * Members are judged in the order they have in the object. */
#include "schema/resource.h"
#include "schema/validation.h"
#include "json/write.h"

#include <inttypes.h>

static bool check_size(struct pq_validation *validation, const struct pq_node_size *size,
		       const struct pq_value *value, const struct pq_path *path)
{
	uint32_t count = value->object->count;
	bool valid = true;
	if (count < size->min_properties)
		valid = pq_problem_add_invalid(
			validation, path, value, pq_value_from_integer(count),
			"should have at least %" PRId64 " properties", size->min_properties);
	if (count > size->max_properties)
		valid = pq_problem_add_too_many(validation, path, value, count,
						size->max_properties);
	return valid;
}

/* The field is the parent; the text names the member. */
static bool refuse_member(struct pq_validation *validation, const struct pq_member *member,
			  const struct pq_path *path)
{
	if (!pq_validation_collects(validation))
		return false;
	struct pq_buffer name, quoted;
	pq_buffer_init_in(&name, validation->arena, 0);
	pq_problem_write_path(&name, validation, path);
	pq_buffer_append_byte(&name, '.');
	pq_buffer_append_string(&name, member->key);
	pq_buffer_init_in(&quoted, validation->arena, 0);
	pq_go_quote(&quoted, member->key);
	struct pq_value at = { .offset = member->offset };
	return pq_problem_add(validation, PQ_FINDING_INVALID, path, &at,
			      "Invalid value: %.*s: %.*s in body is a forbidden property",
			      PQ_STRING_ARGUMENT(pq_buffer_view(&quoted)),
			      PQ_STRING_ARGUMENT(pq_buffer_view(&name)));
}

/* The root's kind and apiVersion are never forgiven: both objects were converted to them. */
static bool correlate(const struct pq_correlation *correlation, const struct pq_member *member,
		      const struct pq_path *path, struct pq_correlation *below)
{
	return correlation != NULL && !(path == NULL && pq_is_type_meta(member->key)) &&
	       pq_correlation_find_member(correlation, member, below);
}

static bool check_member(struct pq_validation *validation, const struct pq_node *node,
			 const struct pq_member *member, const struct pq_path *path,
			 const struct pq_correlation *correlation)
{
	const struct pq_node *below = pq_node_find_property(node, member->key, member->hash);
	bool is_additional = below == NULL;
	if (is_additional && (node->flags & PQ_NODE_ADDITIONAL_REFUSED) != 0)
		return refuse_member(validation, member, path);
	if (is_additional)
		below = pq_interrupt_count(validation->interrupt, 1) ? NULL : node->additional;
	if (below == NULL)
		return true;
	struct pq_path step = pq_path_property(path, member->key);
	struct pq_correlation old;
	bool correlated = correlate(correlation, member, path, &old);
	bool was_dotted = validation->is_dotted;
	if (is_additional && path == NULL)
		validation->is_dotted = true;
	bool valid = pq_validation_judge(validation, below, &member->value, &step,
					 correlated ? &old : NULL);
	validation->is_dotted = was_dotted;
	return valid;
}

static bool check_required(struct pq_validation *validation, const struct pq_node *node,
			   const struct pq_value *value, const struct pq_path *path)
{
	const struct pq_node_properties *properties = node->properties;
	bool valid = true;
	for (size_t i = 0;
	     i < properties->required_count && pq_validation_goes_on(validation, valid); i++) {
		const struct pq_node_name *name = &properties->required[i];
		if (pq_object_find(value->object, name->text, name->hash) != NULL)
			continue;
		struct pq_path step = pq_path_property(path, name->text);
		valid = pq_problem_add(validation, PQ_FINDING_REQUIRED, &step, value,
				       "Required value");
	}
	return valid;
}

bool pq_validation_check_object(struct pq_validation *validation, const struct pq_node *node,
				const struct pq_value *value, const struct pq_path *path,
				const struct pq_correlation *correlation)
{
	pq_validation_count(validation, 1);
	bool valid = node->size == NULL || check_size(validation, node->size, value, path);
	if (node->properties == NULL && node->additional == NULL &&
	    (node->flags & PQ_NODE_ADDITIONAL_REFUSED) == 0)
		return valid;
	const struct pq_object *object = value->object;
	for (uint32_t i = 0; i < object->count && pq_validation_goes_on(validation, valid); i++)
		valid = check_member(validation, node, &object->members[i], path, correlation) &&
			valid;
	if (node->properties != NULL && pq_validation_goes_on(validation, valid))
		valid = check_required(validation, node, value, path) && valid;
	return valid;
}
