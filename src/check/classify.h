/* What a document is, by what it says of itself. Private to this folder. */
#ifndef PQ_CHECK_CLASSIFY_H
#define PQ_CHECK_CLASSIFY_H

#include "check/source.h"

enum check_class {
	CHECK_OBJECT,           /* of any kind but these */
	CHECK_CRD,              /* apiextensions.k8s.io/v1 */
	CHECK_ADMISSION_SCHEMA, /* or an AdmissionExemption; admission.pratique.dev/v1 */
	CHECK_CONVERSION_RULES, /* conversion.pratique.dev/v1 */
	CHECK_NAMESPACE,        /* v1 */
	CHECK_NO_MANIFEST,      /* a file of another tool */
	CHECK_ENCRYPTED,        /* by SOPS */
	CHECK_INCOMPLETE,       /* seems to be meant as an object, but lacks apiVersion or kind */
	CHECK_UNPARSABLE,
};

/* *note says what a document that is not judged is; else it is untouched. */
enum check_class check_classify(const struct check_source *source,
				const struct check_document *document, const char **note);

/* The same for what others are judged by; any other document is an OBJECT. */
enum check_class check_classify_for_others(const struct pq_value *value);

/* The names under which kustomize looks for a kustomization in a folder. */
enum { CHECK_KUSTOMIZATION_NAMES = 3 };
extern const char *const check_kustomization_names[CHECK_KUSTOMIZATION_NAMES];
bool check_has_kustomization_name(struct pq_string file);

/* Whether a document of a file is one that kustomize takes for a kustomization or a component. */
bool check_is_kustomization(struct pq_string file, const struct pq_value *value);

/* Whether a document has the block that SOPS puts beside the values it has encrypted. */
bool check_is_encrypted(const struct pq_value *value);

/* Whether others are judged by it. */
static inline bool check_is_schema(enum check_class class)
{
	return class == CHECK_CRD || class == CHECK_ADMISSION_SCHEMA ||
	       class == CHECK_CONVERSION_RULES;
}

#endif
