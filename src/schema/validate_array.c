/* items, maxItems, minItems and uniqueItems (schemaSliceValidator). */
#include "schema/validation.h"

#include <inttypes.h>

/* For texts that show no value. */
static struct pq_string place_of(const struct pq_validation *validation, const struct pq_path *path)
{
	struct pq_buffer place;
	pq_buffer_init_in(&place, validation->arena, 0);
	pq_problem_write_path(&place, validation, path);
	return pq_buffer_view(&place);
}

static bool check_items(struct pq_validation *validation, const struct pq_node *node,
			const struct pq_value *value, const struct pq_path *path,
			const struct pq_correlation *correlation)
{
	bool valid = true;
	struct pq_correlation_list list;
	if (correlation != NULL)
		pq_correlation_list_start(&list, validation->arena, correlation);
	for (uint32_t i = 0; i < value->length && pq_validation_goes_on(validation, valid) &&
			     !pq_interrupt_count(validation->interrupt, 1);
	     i++) {
		struct pq_path step = pq_path_index(path, i);
		struct pq_correlation below;
		bool correlated = correlation != NULL && pq_correlation_list_find(&list, i, &below);
		valid = pq_validation_judge(validation, node->items, &value->items[i], &step,
					    correlated ? &below : NULL) &&
			valid;
	}
	return valid;
}

bool pq_validation_check_array(struct pq_validation *validation, const struct pq_node *node,
			       const struct pq_value *value, const struct pq_path *path,
			       const struct pq_correlation *correlation)
{
	pq_validation_count(validation, 2);
	bool valid = node->items == NULL || check_items(validation, node, value, path, correlation);
	const struct pq_node_size *size = node->size;
	if (size == NULL)
		return valid;
	if (value->length < size->min_items)
		valid = pq_problem_add_invalid(
			validation, path, value, pq_value_from_integer(value->length),
			"should have at least %" PRId64 " items", size->min_items);
	if (value->length > size->max_items)
		valid = pq_problem_add_too_many(validation, path, value, value->length,
						size->max_items);
	if (size->unique_items && !pq_interrupt_count(validation->interrupt, value->length) &&
	    pq_list_has_repetition(validation->arena, value))
		valid = pq_problem_add(validation, PQ_FINDING_INVALID, path, value,
				       "Invalid value: \"\": %.*s in body shouldn't contain "
				       "duplicates",
				       PQ_STRING_ARGUMENT(place_of(validation, path)));
	return valid;
}
