#include "formats/selector.h"

static bool has_value(const struct pq_selector_requirement *requirement, struct pq_string value)
{
	for (size_t i = 0; i < requirement->value_count; i++) {
		if (pq_string_equal(requirement->values[i], value))
			return true;
	}
	return false;
}

static bool requirement_matches(const struct pq_selector_requirement *requirement,
				pq_label_lookup *lookup, const void *labels)
{
	struct pq_string value;
	bool exists = lookup(labels, requirement->key, &value);
	switch (requirement->operator) {
	case PQ_SELECTOR_IN:
		return exists && has_value(requirement, value);
	case PQ_SELECTOR_NOT_IN:
		return !exists || !has_value(requirement, value);
	case PQ_SELECTOR_EXISTS:
		return exists;
	case PQ_SELECTOR_DOES_NOT_EXIST:
		return !exists;
	}
	return false;
}

bool pq_selector_matches(const struct pq_selector *selector, pq_label_lookup *lookup,
			 const void *labels)
{
	for (size_t i = 0; i < selector->count; i++) {
		if (!requirement_matches(&selector->requirements[i], lookup, labels))
			return false;
	}
	return true;
}
