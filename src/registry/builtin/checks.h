/*
 * Checks that the kinds share, each telling what is wrong in the server's words.
 *
 * Private to this folder.
 */
#ifndef PQ_REGISTRY_BUILTIN_CHECKS_H
#define PQ_REGISTRY_BUILTIN_CHECKS_H

#include "registry/builtin/refuse.h"

/* "Required value" for an empty text or list; whether there is one. */
bool check_required(const struct place *place);
bool check_required_field(const struct place *owner, const char *name);

/* Each of a name's problems. */
void check_name(const struct place *place, pq_name_check *check);
void check_name_shown(const struct place *place, struct pq_string shown, pq_name_check *check);

/* Required, and if there, a name. */
void check_required_name(const struct place *place, pq_name_check *check);

/* A value of an enum. check_enum takes what is not set for the empty text; check_optional_enum lets
 * what was not sent pass, but no empty text. */
void check_enum(const struct place *place, const char *const *texts);
void check_optional_enum(const struct place *place, const char *const *texts);
/* "Required value" when it is empty. */
void check_required_enum(const struct place *place, const char *const *texts);

/* IsDomainPrefixedPath: "acme.io/foo" */
void check_domain_path(const struct place *place);

/* Whether a list of texts holds one. */
bool check_list_has(const struct place *list, struct pq_string text);

void check_non_negative(const struct place *place);
void check_non_negative_field(const struct place *owner, const char *name);
void check_positive(const struct place *place);
void check_range(const struct place *place, int64_t minimum, int64_t maximum);
void check_non_negative_quantity(const struct place *place);
void check_non_negative_resource(const struct place *place); /* of a resource list */

/* Ports of 1 to 65535, and ports that may have a name. */
void check_port_number(const struct place *place);
void check_port_number_or_name(const struct place *place);

/* "at least 0, or a percentage", as appsvalidation.ValidatePositiveIntOrPercent, and no more than
 * 100%. */
void check_positive_or_percent(const struct place *place);
void check_not_above_100_percent(const struct place *place);
/* The number in front of the sign, or of an integer; 0 for what is neither. */
int64_t check_percent_or_number(const struct place *place, const char *otherwise);

/* metav1validation: labels, and a metav1.LabelSelector. */
void check_labels(const struct place *labels);
/* apimachineryvalidation.ValidateAnnotations */
void check_annotations(const struct place *annotations);
void check_label_selector(const struct place *selector);

/* A map or a list told as json.Marshal writes a LabelSelector: in the order of its fields, without
 * those that are empty. "null" when nothing was sent. */
struct pq_string check_show_selector(const struct place *selector);

/* The text of a quantity as Quantity.String() gives it; empty when it cannot be told. */
struct pq_string check_quantity_text(const struct place *place);
struct pq_string check_resource_text(const struct place *place); /* of a resource list */

/* A map of strings as json.Marshal writes it. */
struct pq_string check_show_labels(const struct place *map);

/* A map of quantities as json.Marshal writes it. */
struct pq_string check_show_quantities(const struct place *map);

#endif
