/* enum (basicCommonValidator). */
#include "schema/enumeration.h"
#include "schema/validation.h"

bool pq_validation_check_enum(struct pq_validation *validation, const struct pq_node *node,
			      const struct pq_value *value, const struct pq_path *path)
{
	if (pq_enumeration_holds(node->enumeration, value))
		return true;
	if (!pq_validation_collects(validation))
		return false;
	struct pq_buffer text;
	pq_buffer_init_in(&text, validation->arena, 0);
	pq_buffer_append_text(&text, "Unsupported value: ");
	pq_problem_show_value(&text, value, validation->conceals);
	pq_buffer_append_text(&text, ": ");
	pq_enumeration_write(&text, node->enumeration);
	return pq_problem_add(validation, PQ_FINDING_NOT_SUPPORTED, path, value, "%.*s",
			      PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
}
