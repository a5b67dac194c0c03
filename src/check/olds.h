/*
 * The objects as they were: what those that are judged are updates of. Only where each stands is
 * kept; it is read when its successor is judged. Private to this folder.
 */
#ifndef PQ_CHECK_OLDS_H
#define PQ_CHECK_OLDS_H

#include "check/inputs.h"
#include "json/value.h"

/* Where an object stands, found by a hash of its group, kind, namespace and name. One of very many:
 * kept small. */
struct check_old {
	uint64_t hash;
	uint64_t offset; /* of its document in the input's bytes */
	uint32_t length;
	uint32_t line;  /* in the file */
	uint32_t item;  /* of the list that the document is, or UINT32_MAX */
	uint32_t input; /* which of the inputs */
};

/* An object as it was; the rest means nothing unless it is found. */
struct check_old_object {
	bool is_found;
	struct pq_value value; /* lives until the next call with the reader */
	const char *file;      /* lives as long as the inputs */
};

struct check_olds {
	struct check_inputs inputs;
	struct check_old *items; /* in the order of their hashes, then of the inputs */
	size_t count;
	size_t capacity;
	/* What the paths of judged files are relative to, as those of the inputs are. */
	struct pq_string prefix;
};

/* The document that was read last: a list has many items. One thread's own; starts zeroed. */
struct check_old_reader {
	struct pq_arena arena;
	struct pq_buffer text;
	const struct check_old *old; /* whose document it is, or NULL */
	struct pq_value document;
};

/* The working directory must live as long. */
void check_olds_init(struct check_olds *olds,
		     const struct check_working_directory *working_directory);
void check_olds_done(struct check_olds *olds);

/* Notes the objects of files and folders. What cannot be read or parsed is an error. */
PQ_CHECKED bool check_olds_add_paths(struct check_olds *olds, const char *const *paths,
				     size_t count, unsigned workers, struct pq_error *error);

/* Notes the objects of all manifests that a revision has, by git; what cannot be parsed there is
 * passed over. */
PQ_CHECKED bool check_olds_add_revision(struct check_olds *olds, const char *revision,
					unsigned workers, struct pq_error *error);

void check_old_reader_init(struct check_old_reader *reader);
void check_old_reader_done(struct check_old_reader *reader);

/* Looks for an object as it was; of several, the one whose path is most like the file's. False when
 * it cannot be read any more; it is then not found. */
PQ_CHECKED bool check_olds_find(const struct check_olds *olds, struct check_old_reader *reader,
				const struct pq_value *object, struct pq_string file,
				struct check_old_object *old, struct pq_error *error);

/* The line of its file in which the object begins that has been found last. */
uint32_t check_old_line(const struct check_old_reader *reader, const struct pq_value *object);

#endif
