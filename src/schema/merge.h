/*
 * Structured merge: what an object becomes when a part of it is applied, as server-side apply sees
 * it, but without field management (typed.Merge of sigs.k8s.io/structured-merge-diff v6, with types
 * from a CRD as kube-openapi's schemaconv makes them; KEP-555).
 *
 * - Nothing is ever removed. Of a scalar, and of whatever is atomic as a whole, the applied one
 *   stays.
 * - Maps are merged member by member, unless x-kubernetes-map-type is atomic. So is what the schema
 *   does not describe, where it preserves that.
 * - Lists are atomic unless x-kubernetes-list-type is set or map. Then items are merged that are
 *   equal, or have equal keys, a key that is missing counting as its default. Applied items
 *   come in their own order; live ones that are not applied stay between the shared ones that they
 *   stood between.
 * - null or an empty container does not replace a container that is merged and has something in it.
 * - metadata, of the object and of embedded resources, is merged as ObjectMeta.
 *
 * It is for reconcilers that ask what an apply would change before they send it, and for telling
 * drift. No command and no review calls it.
 */
#ifndef PQ_SCHEMA_MERGE_H
#define PQ_SCHEMA_MERGE_H

#include "schema/schema.h"

enum { PQ_MERGE_DEPTH_MAX = 1000 }; /* containers in each other, of those that are merged */

/* Both values are whole objects that fit the schema: pruned, and of its types. In live, items of a
 * list may be there more than once. *result shares what is not merged with both, and lives as long
 * as they, the arena and the schema. Fails with PQ_ERROR_INVALID, a path (".spec.ports") and the
 * words of structured-merge-diff for a field that is not declared, an item without keys, or one
 * that is applied twice; with PQ_ERROR_TOO_LARGE when the arena is exhausted or for the depth. */
PQ_CHECKED bool pq_schema_merge(const struct pq_schema *schema, struct pq_arena *arena,
				const struct pq_value *live, const struct pq_value *applied,
				struct pq_value *result, struct pq_error *error);

#endif
