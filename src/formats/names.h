/*
 * Names, label keys and values, apiVersions (k8s.io/apimachinery/pkg/util/validation,
 * api/validate/content).
 *
 * A check fills problems with constant texts in the API server's words and returns how many there
 * are; 0 means that the text is fine.
 */
#ifndef PQ_FORMATS_NAMES_H
#define PQ_FORMATS_NAMES_H

#include "base/string_view.h"

enum {
	PQ_NAME_PROBLEMS_MAX = 5,
	PQ_NAME_LABEL_MAX = 63,      /* bytes */
	PQ_NAME_SUBDOMAIN_MAX = 253, /* bytes */
	PQ_NAME_PORT_MAX = 15,       /* bytes */
};

typedef size_t pq_name_check(struct pq_string text, const char *problems[PQ_NAME_PROBLEMS_MAX]);

pq_name_check pq_names_check_dns1123_label;
pq_name_check pq_names_check_dns1123_subdomain;
pq_name_check pq_names_check_dns1035_label;
pq_name_check pq_names_check_label_key;
pq_name_check pq_names_check_qualified_name; /* another name for the same, as in Kubernetes */
pq_name_check pq_names_check_label_value;
pq_name_check pq_names_check_wildcard_subdomain;
pq_name_check pq_names_check_subdomain_with_underscore;
pq_name_check pq_names_check_port_name;
pq_name_check pq_names_check_config_map_key;
pq_name_check pq_names_check_http_header_name;
pq_name_check pq_names_check_percent;
pq_name_check pq_names_check_variable_name; /* of an environment: IsRelaxedEnvVarName */
pq_name_check pq_names_check_path_segment;  /* a name that is part of a URL */
pq_name_check pq_names_check_path_prefix;   /* a generateName that becomes part of a URL */

/* The parts of an apiVersion: "apps" and "v1" of "apps/v1", "" and "v1" of "v1". */
struct pq_string pq_names_group_of(struct pq_string api_version);
struct pq_string pq_names_version_of(struct pq_string api_version);

#endif
