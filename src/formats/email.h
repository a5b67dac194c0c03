/* Mail addresses as Go's net/mail takes them (ParseAddress): one of RFC 5322, with a display name,
 * comments or a group of one if need be. */
#ifndef PQ_FORMATS_EMAIL_H
#define PQ_FORMATS_EMAIL_H

#include "base/string_view.h"

/* text is valid UTF-8, as every string of a value is. */
bool pq_email_is_valid(struct pq_string text);

#endif
