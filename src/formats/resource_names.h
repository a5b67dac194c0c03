/* How resources and their versions are called and ordered. */
#ifndef PQ_FORMATS_RESOURCE_NAMES_H
#define PQ_FORMATS_RESOURCE_NAMES_H

#include "base/string_view.h"

/* The plural that a kind most likely has, written into guess: "policies" of "Policy"
 * (meta.UnsafeGuessKindToResource of k8s.io/apimachinery). Empty when there is no room for it. */
struct pq_string pq_resource_guess_plural(struct pq_string kind, char *guess, size_t size);

/* Orders the versions of a group by which of them is preferred: positive when a is before b. v1 is
 * before v1beta1, that before v1alpha1, v10 before v2, and what is no version of Kubernetes' form
 * comes last (version.CompareKubeAwareVersionStrings of k8s.io/apimachinery). */
int pq_resource_compare_versions(struct pq_string a, struct pq_string b);

#endif
