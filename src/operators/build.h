/*
 * Building the documents that reconcilers send: values in an arena, which may share parts of the
 * objects they were made from.
 *
 * Failure is sticky: after the arena has been exhausted every function does nothing, and failed
 * says so at the end. Belongs to one thread.
 */
#ifndef PQ_OPERATORS_BUILD_H
#define PQ_OPERATORS_BUILD_H

#include "json/value.h"

struct pq_build {
	struct pq_arena *arena;
	bool failed;
};

/* An empty object with room for capacity members; NULL, which the others take, after a failure. */
struct pq_object *pq_build_object(struct pq_build *build, size_t capacity);

/* Adds a member. key and the value's texts must live as long as the arena. */
void pq_build_put(struct pq_build *build, struct pq_object *object, const char *key,
		  struct pq_value value);
void pq_build_put_text(struct pq_build *build, struct pq_object *object, const char *key,
		       struct pq_string text);
void pq_build_put_object(struct pq_build *build, struct pq_object *object, const char *key,
			 const struct pq_object *member);

/* Room for the items of an array, or NULL. */
struct pq_value *pq_build_items(struct pq_build *build, size_t count);

/* A value of an object that is ready; null after a failure. */
struct pq_value pq_build_value(const struct pq_build *build, const struct pq_object *object);

#endif
