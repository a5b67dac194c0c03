/* The two readers of src/yaml beside each other: what block.h takes is what libyaml makes of it. */
#ifndef PQ_TESTS_HARNESS_YAML_READERS_H
#define PQ_TESTS_HARNESS_YAML_READERS_H

#include "base/string_view.h"

/* Whether the documents of a text are the same by block.h where it takes them, and by libyaml
 * alone, in both conversions: values, order and offsets, findings, and the error that ends them. */
bool test_yaml_readers_agree(struct pq_string text, bool has_findings, size_t arena_limit);

/* Whether block.h takes the whole of a text. */
bool test_yaml_block_takes(struct pq_string text);

#endif
