/* Selectors against labels. Private to this folder. */
#ifndef PQ_REGISTRY_BUILTIN_SELECTOR_H
#define PQ_REGISTRY_BUILTIN_SELECTOR_H

#include "registry/builtin/checks.h"

/* Whether metav1.LabelSelectorAsSelector takes a selector; nothing sent is fine. */
bool selector_is_valid(const struct place *selector);

/* Whether a valid selector finds labels. What was not sent finds nothing, and what is empty all. */
bool selector_matches(const struct place *selector, const struct place *labels);

/* "`selector` does not match template `labels`", told of the template's labels. */
void selector_refuse_labels(const struct place *labels);

#endif
