#include "check/filter.h"

#include "base/glob.h"
#include "formats/names.h"

static bool is_kind(struct pq_string part)
{
	return part.length > 0 && part.data[0] >= 'A' && part.data[0] <= 'Z';
}

static bool refuse(struct pq_string text, struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_USAGE,
			    "\"%.*s\" is neither Kind nor group/version/Kind nor namespace/name",
			    PQ_STRING_ARGUMENT(text));
}

bool check_filter_parse(struct pq_string text, struct check_filter *filter, struct pq_error *error)
{
	struct pq_string rest = text, parts[3] = { 0 };
	size_t count = 0;
	*filter = (struct check_filter){ 0 };
	while (count < 3 && pq_string_split(&rest, '/', &parts[count]))
		count++;
	if (rest.data != NULL || text.length == 0)
		return refuse(text, error);
	if (count == 3) {
		filter->group = parts[0];
		filter->version = parts[1];
		filter->kind = parts[2];
	} else if (count == 2 && is_kind(parts[1])) {
		filter->group = PQ_S("");
		filter->version = parts[0];
		filter->kind = parts[1];
	} else if (count == 2) {
		filter->namespace = parts[0];
		filter->name = parts[1];
	} else if (is_kind(parts[0])) {
		filter->kind = parts[0];
	} else {
		return refuse(text, error);
	}
	return true;
}

static bool matches(struct pq_string pattern, struct pq_string text)
{
	return pattern.data == NULL || pq_glob_match(pattern, text);
}

bool check_filter_matches(const struct check_filter *filter, const struct pq_check_outcome *outcome)
{
	return matches(filter->kind, outcome->kind) && matches(filter->name, outcome->name) &&
	       matches(filter->namespace, outcome->namespace) &&
	       matches(filter->group, pq_names_group_of(outcome->api_version)) &&
	       matches(filter->version, pq_names_version_of(outcome->api_version));
}
