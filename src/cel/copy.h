/* Copies of trees, for macros that use an argument twice. */
#ifndef PQ_CEL_COPY_H
#define PQ_CEL_COPY_H

#include "cel/build.h"

/* A copy with new ids, in cel-go's order (parser/helper.go, Copy); every node stands where the
 * original does, but entries of maps and messages stand at offset. */
struct pq_cel_expression *pq_cel_copy(struct pq_cel_builder *builder,
				      const struct pq_cel_expression *node, uint32_t offset);

#endif
