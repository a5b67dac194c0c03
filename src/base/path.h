/*
 * Field path: where in an object something stands, built on the stack while walking down and
 * rendered only when there is something to say.
 *
 * Three kinds of steps, as k8s.io/apimachinery's field.Path prints them: a property (".name", no
 * dot at the start), an index ("[3]") and a key ("[name]").
 */
#ifndef PQ_BASE_PATH_H
#define PQ_BASE_PATH_H

#include "base/buffer.h"

enum pq_path_kind { PQ_PATH_PROPERTY, PQ_PATH_INDEX, PQ_PATH_KEY };

struct pq_path {
	const struct pq_path *parent; /* NULL at the first step */
	enum pq_path_kind kind;
	struct pq_string name; /* of a property or a key */
	size_t index;
};

static inline struct pq_path pq_path_property(const struct pq_path *parent, struct pq_string name)
{
	return (struct pq_path){ .parent = parent, .kind = PQ_PATH_PROPERTY, .name = name };
}

static inline struct pq_path pq_path_index(const struct pq_path *parent, size_t index)
{
	return (struct pq_path){ .parent = parent, .kind = PQ_PATH_INDEX, .index = index };
}

static inline struct pq_path pq_path_key(const struct pq_path *parent, struct pq_string key)
{
	return (struct pq_path){ .parent = parent, .kind = PQ_PATH_KEY, .name = key };
}

/* Appends the text of a path; path NULL appends nothing. */
void pq_path_write(struct pq_buffer *buffer, const struct pq_path *path);

/* The text in an arena; data is NULL when the arena is exhausted. */
struct pq_string pq_path_render(struct pq_arena *arena, const struct pq_path *path);

#endif
