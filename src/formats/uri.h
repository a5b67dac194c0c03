/* URIs as Go's net/url takes them (ParseRequestURI). */
#ifndef PQ_FORMATS_URI_H
#define PQ_FORMATS_URI_H

#include "base/string_view.h"

bool pq_uri_is_valid(struct pq_string text);

#endif
