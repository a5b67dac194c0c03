/*
 * JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7386), with the semantics of
 * gopkg.in/evanphx/json-patch.v4, which kube-apiserver uses.
 *
 * A patched document is a new tree that shares what did not change with the old one and with the
 * patch's values; all three must live as long as the result.
 */
#ifndef PQ_JSON_PATCH_H
#define PQ_JSON_PATCH_H

#include "base/buffer.h"
#include "json/value.h"

enum pq_patch_verb {
	PQ_PATCH_ADD,
	PQ_PATCH_REMOVE,
	PQ_PATCH_REPLACE,
	PQ_PATCH_MOVE,
	PQ_PATCH_COPY,
	PQ_PATCH_TEST,
};

struct pq_patch_operation {
	enum pq_patch_verb verb;
	struct pq_string path; /* JSON Pointer */
	struct pq_string from; /* of move and copy */
	struct pq_value value; /* of add, replace and test */
};

/* A list of operations in an arena. */
struct pq_patch {
	struct pq_arena *arena;
	struct pq_patch_operation *operations;
	size_t count;
	size_t capacity;
	bool failed; /* the arena was exhausted: the list is not complete */
};

/* Limits of kube-apiserver: operations, and bytes of JSON that copy operations may add. */
enum {
	PQ_PATCH_OPERATIONS_MAX = 10000,
	PQ_PATCH_COPIED_BYTES_MAX = 3 * 1024 * 1024,
};

void pq_patch_init(struct pq_patch *patch, struct pq_arena *arena);

/* path and value must live as long as the arena. Failure is sticky, in patch->failed. */
void pq_patch_append(struct pq_patch *patch, struct pq_patch_operation operation);

/* Reads the operations of a patch document, behind those that are there; the document must live as
 * long as they. Fails with PQ_ERROR_INVALID for what is no patch, naming the operation, and
 * PQ_ERROR_TOO_LARGE; the operations before that one are then in the patch. */
PQ_CHECKED bool pq_patch_read(const struct pq_value *document, struct pq_patch *patch,
			      struct pq_error *error);

/* Writes the operations as JSON. */
void pq_patch_write(struct pq_buffer *buffer, const struct pq_patch *patch);

/* Applies all operations or none. As in kube-apiserver an index may be negative (counted from the
 * end), replace adds a key that is not there, test takes such a key for null, and only replace and
 * test know the whole document (""). The error names the operation's index and path; its code is
 * PQ_ERROR_REJECTED for a patch that does not fit the document. */
PQ_CHECKED bool pq_patch_apply(struct pq_arena *arena, const struct pq_value *document,
			       const struct pq_patch *patch, struct pq_value *result,
			       struct pq_error *error);

/* Puts "operation 3 (/spec/a)" in front of an error's path; returns false. */
bool pq_patch_blame_operation(struct pq_error *error, size_t index, struct pq_string path);

/* RFC 7386. As in kube-apiserver nulls are dropped also from lists where the patch replaces what
 * was no object. False when the arena is exhausted or the system has no memory. */
PQ_CHECKED bool pq_merge_patch_apply(struct pq_arena *arena, const struct pq_value *document,
				     const struct pq_value *patch, struct pq_value *result);

#endif
