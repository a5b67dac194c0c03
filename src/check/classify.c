#include "check/classify.h"

static const struct {
	const char *api_version;
	const char *kind;
	enum check_class class;
} classes[] = {
	{ "apiextensions.k8s.io/v1", "CustomResourceDefinition", CHECK_CRD },
	{ "admission.pratique.dev/v1", "AdmissionSchema", CHECK_ADMISSION_SCHEMA },
	{ "v1", "Namespace", CHECK_NAMESPACE },
};

enum check_class check_classify(const struct pq_value *document)
{
	struct pq_string api_version = pq_value_find_string(document, PQ_S("apiVersion"));
	struct pq_string kind = pq_value_find_string(document, PQ_S("kind"));
	if (api_version.length == 0 || kind.length == 0)
		return CHECK_NO_OBJECT;
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
		if (pq_string_is(kind, classes[i].kind) &&
		    pq_string_is(api_version, classes[i].api_version))
			return classes[i].class;
	}
	return CHECK_OBJECT;
}
