/* Columns that text takes on a terminal: two for East Asian wide characters and most emoji, none
 * for combining marks. As the C library knows them (wcwidth); where its locale C.UTF-8 is not
 * installed, every character counts one. Thread-safe. */
#ifndef PQ_BASE_COLUMNS_H
#define PQ_BASE_COLUMNS_H

#include "base/string_view.h"

/* Characters that cannot be printed take none. */
size_t pq_columns_of_character(uint32_t character);

/* The sum over a text in UTF-8; an invalid byte counts one. */
size_t pq_columns_of_text(struct pq_string text);

#endif
