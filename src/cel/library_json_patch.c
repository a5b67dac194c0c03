/*
 * Keys in the paths of JSON Patch: k8s.io/apiserver v0.36 pkg/cel/library/jsonpatch.go.
 */
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/signature.h"
#include "cel/text.h"

static void escape_key(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		       struct pq_cel_value *result)
{
	struct pq_string key = pq_cel_value_string(&arguments[0]);
	struct pq_buffer escaped;
	pq_buffer_init_in(&escaped, run->arena, 0);
	for (size_t i = 0; i < key.length; i++) {
		if (key.data[i] == '/')
			pq_buffer_append_text(&escaped, "~1");
		else if (key.data[i] == '~')
			pq_buffer_append_text(&escaped, "~0");
		else
			pq_buffer_append_byte(&escaped, key.data[i]);
	}
	*result = pq_cel_from_buffer(&escaped);
}

static const struct pq_cel_overload overloads[] = {
	COSTLY_FUNCTION(traversal, rewriting, escape_key, "jsonpatch.escapeKey",
			"string_jsonpatch_escapeKey_string", &pq_cel_string, 1, &pq_cel_string),
};

const struct pq_cel_library pq_cel_library_json_patch = {
	.name = "jsonpatch",
	.is_for_patches = true,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};
