/* Numbers that carry a digit to check them by, as govalidator takes them: white space and dashes do
 * not count in an ISBN, and nothing but digits does in a card's number. */
#ifndef PQ_FORMATS_CHECKSUM_H
#define PQ_FORMATS_CHECKSUM_H

#include "base/string_view.h"

bool pq_checksum_isbn10(struct pq_string text);
bool pq_checksum_isbn13(struct pq_string text);
bool pq_checksum_isbn(struct pq_string text); /* either */
bool pq_checksum_creditcard(struct pq_string text);

#endif
