/* Helm templates, which are not YAML before they are rendered. Private to this folder. */
#ifndef PQ_CHECK_TEMPLATE_H
#define PQ_CHECK_TEMPLATE_H

#include "check/source.h"

/* Whether a document is a template: it has actions ("{{ … }}"), and either stands in a chart's
 * folder of templates or, when YAML refuses it, can be read without them. A manifest with a mistake
 * that only mentions actions, in an alert's text for instance, is none. */
bool check_is_template(const struct check_source *source, bool is_yaml);

#endif
