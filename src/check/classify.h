/* What a document is, by what it says of itself. Private to this folder. */
#ifndef PQ_CHECK_CLASSIFY_H
#define PQ_CHECK_CLASSIFY_H

#include "json/value.h"

enum check_class {
	CHECK_OBJECT,           /* of any other kind */
	CHECK_CRD,              /* apiextensions.k8s.io/v1 */
	CHECK_ADMISSION_SCHEMA, /* admission.pratique.dev/v1 */
	CHECK_NAMESPACE,        /* v1 */
	CHECK_NO_OBJECT,        /* without apiVersion or kind */
};

enum check_class check_classify(const struct pq_value *document);

/* Whether others are judged by it. */
static inline bool check_is_schema(enum check_class class)
{
	return class == CHECK_CRD || class == CHECK_ADMISSION_SCHEMA;
}

#endif
