#include "cli/service_name.h"

#include "formats/names.h"

bool pq_service_name_parse(const char *text, struct pq_service_name *service,
			   struct pq_error *error)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_string rest = pq_string_from(text), name;
	if (!pq_string_split(&rest, '.', &name) ||
	    pq_names_check_dns1123_label(name, problems) > 0 ||
	    pq_names_check_dns1123_label(rest, problems) > 0)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "--service: \"%s\" is not NAME.NAMESPACE", text);
	*service = (struct pq_service_name){ .name = name, .namespace = rest };
	return true;
}
