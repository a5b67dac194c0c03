/*
 * Structure: where the tokens of a JSON text begin, found by simdjson's first stage.
 *
 * A token begins at each of {}[]:, outside of strings, at each opening quote, and at each other
 * byte that is no white space and follows white space, one of those or a closing quote. Between a
 * token's last byte and the next token's first there is nothing but white space. simdjson
 * promises no more than that: what the tokens are and whether they fit together is for the caller
 * to check, byte by byte.
 */
#ifndef PQ_JSON_STRUCTURE_H
#define PQ_JSON_STRUCTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pq_json_structure_outcome {
	PQ_JSON_STRUCTURE_FOUND,
	PQ_JSON_STRUCTURE_BROKEN, /* nothing there, an open string, or a control byte in one */
	PQ_JSON_STRUCTURE_NO_MEMORY,
};

struct pq_json_structure {
	const uint32_t *starts; /* count offsets, ascending, and the text's length behind them */
	uint32_t count;
	bool valid_utf8;
};

/* Fills structure when the outcome is FOUND; it holds until this thread's next call of either
 * function. The text needs no padding and must be shorter than 4 GiB. */
enum pq_json_structure_outcome pq_json_structure_find(const char *text, size_t length,
						      struct pq_json_structure *structure);

/* Gives back the memory of a large text; that of small ones is kept for the thread's next. */
void pq_json_structure_release(void);

#ifdef __cplusplus
}
#endif

#endif
