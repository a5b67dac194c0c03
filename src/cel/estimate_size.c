#include "base/utf8.h"
#include "cel/estimate.h"
#include "cel/estimating.h"

const struct pq_cel_local *pq_cel_coster_find_local(const struct pq_cel_coster *coster,
						    const struct pq_cel_expression *node)
{
	if (node->kind != PQ_CEL_IDENTIFIER)
		return NULL;
	const struct pq_cel_local *local = coster->locals;
	while (local != NULL && !pq_string_equal(local->name, node->name))
		local = local->outer;
	return local;
}

struct pq_cel_size_facts *pq_cel_coster_facts(struct pq_cel_coster *coster,
					      const struct pq_cel_expression *node)
{
	return &coster->facts[node->id];
}

struct pq_cel_size_path pq_cel_coster_path(struct pq_cel_coster *coster,
					   const struct pq_cel_expression *node)
{
	const struct pq_cel_local *local = pq_cel_coster_find_local(coster, node);
	return local == NULL ? pq_cel_coster_facts(coster, node)->path : local->path;
}

/* The declaration that a path is followed from: its variable's, or that of the first one, since the
 * API server does not look which it is. */
static const struct pq_cel_declaration *root_of(const struct pq_cel_coster *coster,
						struct pq_cel_size_path path)
{
	const struct pq_cel_environment *environment = coster->environment;
	for (size_t i = 0; i < environment->variable_count; i++) {
		if (pq_string_equal(environment->variables[i].name, path.parts[0]))
			return environment->variables[i].declaration;
	}
	return environment->variable_count == 0 ? NULL : environment->variables[0].declaration;
}

struct pq_cel_size pq_cel_coster_size_at(struct pq_cel_coster *coster, struct pq_cel_size_path path)
{
	struct pq_cel_size size = { 0 };
	if (path.count > 0)
		size.known = pq_cel_size_path_estimate(path, root_of(coster, path), &size.range);
	return size;
}

static struct pq_cel_size written_size(const struct pq_cel_expression *node)
{
	struct pq_cel_size size = { .known = true };
	switch (node->kind) {
	case PQ_CEL_LITERAL:
		if (node->literal.kind == PQ_CEL_LITERAL_STRING)
			size.range = pq_cel_estimate_fixed(pq_utf8_count(node->literal.text));
		else if (node->literal.kind == PQ_CEL_LITERAL_BYTES)
			size.range = pq_cel_estimate_fixed(node->literal.text.length);
		else
			size.range = pq_cel_estimate_fixed(1);
		break;
	case PQ_CEL_LIST:
		size.range = pq_cel_estimate_fixed(node->list.count);
		break;
	case PQ_CEL_MAP:
		size.range = pq_cel_estimate_fixed(node->entries.count);
		break;
	default:
		size.known = false;
		break;
	}
	return size;
}

static bool is_scalar(const struct pq_cel_type *type)
{
	switch (type->kind) {
	case PQ_CEL_TYPE_BOOL:
	case PQ_CEL_TYPE_DOUBLE:
	case PQ_CEL_TYPE_DURATION:
	case PQ_CEL_TYPE_INT:
	case PQ_CEL_TYPE_TIMESTAMP:
	case PQ_CEL_TYPE_UINT:
		return true;
	default:
		return pq_cel_type_is_optional(type) && type->parameter_count == 1 &&
		       is_scalar(type->parameters[0]);
	}
}

struct pq_cel_size pq_cel_coster_size(struct pq_cel_coster *coster,
				      const struct pq_cel_expression *node)
{
	struct pq_cel_size_facts *facts = pq_cel_coster_facts(coster, node);
	if (facts->size.known)
		return facts->size;
	struct pq_cel_size size = written_size(node);
	if (size.known)
		return size;
	size = pq_cel_coster_size_at(coster, pq_cel_coster_path(coster, node));
	if (size.known) {
		facts->size = size;
		return size;
	}
	if (is_scalar(node->type))
		return (struct pq_cel_size){ .known = true, .range = pq_cel_estimate_fixed(1) };
	const struct pq_cel_local *local = pq_cel_coster_find_local(coster, node);
	return local == NULL ? size : local->size;
}

struct pq_cel_estimate pq_cel_coster_size_or_unknown(struct pq_cel_coster *coster,
						     const struct pq_cel_expression *node)
{
	struct pq_cel_size size = pq_cel_coster_size(coster, node);
	return size.known ? size.range : pq_cel_estimate_unknown();
}

struct pq_cel_entry_size pq_cel_coster_entries(struct pq_cel_coster *coster,
					       const struct pq_cel_expression *node)
{
	const struct pq_cel_size_facts *facts = pq_cel_coster_facts(coster, node);
	const struct pq_cel_local *local = pq_cel_coster_find_local(coster, node);
	return facts->entries.known || local == NULL ? facts->entries : local->entries;
}

void pq_cel_coster_set_size(struct pq_cel_coster *coster, const struct pq_cel_expression *node,
			    struct pq_cel_size size)
{
	if (size.known)
		pq_cel_coster_facts(coster, node)->size = size;
}

void pq_cel_coster_set_entries(struct pq_cel_coster *coster, const struct pq_cel_expression *node,
			       struct pq_cel_entry_size entries)
{
	if (entries.known)
		pq_cel_coster_facts(coster, node)->entries = entries;
}

struct pq_cel_entry_size pq_cel_unite_entries(struct pq_cel_entry_size a,
					      struct pq_cel_entry_size b)
{
	return (struct pq_cel_entry_size){
		.known = a.known && b.known,
		.is_list = a.is_list,
		.key = pq_cel_estimate_union(a.key, b.key),
		.value = pq_cel_estimate_union(a.value, b.value),
	};
}
