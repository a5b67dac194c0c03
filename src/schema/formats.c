/* Which formats count for which types (pkg/apiserver/validation/formats.go). */
#include "schema/source.h"

#include "formats/format.h"

bool pq_source_format_counts(struct pq_string type, struct pq_string format)
{
	if (type.length == 0 || pq_string_is(type, "string"))
		return pq_format_find(format) != NULL;
	if (pq_string_is(type, "integer"))
		return pq_string_is(format, "int32") || pq_string_is(format, "int64");
	if (pq_string_is(type, "number"))
		return pq_string_is(format, "float") || pq_string_is(format, "double");
	return false;
}
