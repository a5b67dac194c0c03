#include "json/detect.h"

#include "base/utf8.h"
#include "json/read.h"
#include "json/syntax.h"

static struct pq_string skip_mark_and_space(struct pq_string text)
{
	return pq_string_trim(pq_utf8_skip_mark(text));
}

bool pq_json_begins(struct pq_string text)
{
	struct pq_string start = skip_mark_and_space(text);
	return start.length > 0 && (start.data[0] == '{' || start.data[0] == '[');
}

bool pq_json_is_well_formed(struct pq_string text)
{
	struct pq_error ignored;
	return pq_json_check_syntax(pq_utf8_skip_mark(text), PQ_JSON_DEPTH_MAX, &ignored);
}

bool pq_json_is_meant(struct pq_string text, struct pq_string file)
{
	struct pq_string start = skip_mark_and_space(text);
	if (pq_string_ends_with(file, PQ_S(".json")))
		return true;
	while (pq_string_starts_with(start, PQ_S("[")))
		start = pq_string_trim(pq_string_slice(start, 1, start.length));
	return pq_string_starts_with(start, PQ_S("{")) &&
	       pq_string_starts_with(pq_string_trim(pq_string_slice(start, 1, start.length)),
				     PQ_S("\""));
}
