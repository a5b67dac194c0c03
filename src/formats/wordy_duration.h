/* Durations in Scala's way, which strfmt takes where Go's parser fails: anywhere in the text a
 * number and a unit in words, "about 1 day 2h". */
#ifndef PQ_FORMATS_WORDY_DURATION_H
#define PQ_FORMATS_WORDY_DURATION_H

#include "base/string_view.h"

bool pq_wordy_duration_is_in(struct pq_string text);

#endif
