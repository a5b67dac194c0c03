#include "base/nearest.h"

#include <stdio.h>

enum { EDITS_MAX = 3 };

struct pq_nearest pq_nearest_to(struct pq_string wanted)
{
	size_t edits = 1 + wanted.length / 4;
	return (struct pq_nearest){ .wanted = wanted,
				    .edits = (edits < EDITS_MAX ? edits : EDITS_MAX) + 1 };
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits from a to b: those from every start of a to every start of b, a row for each start of a, of
 * which two are kept, for a swap. Both are at most PQ_NEAREST_LENGTH_MAX bytes long. */
static size_t count_edits(struct pq_string a, struct pq_string b)
{
	size_t rows[3][PQ_NEAREST_LENGTH_MAX + 1];
	for (size_t j = 0; j <= b.length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.length; i++) {
		const size_t *second = rows[(i + 1) % 3], *last = rows[(i - 1) % 3];
		size_t *row = rows[i % 3];
		row[0] = i;
		for (size_t j = 1; j <= b.length; j++) {
			row[j] = least(last[j - 1] + (a.data[i - 1] != b.data[j - 1]),
				       least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
			    a.data[i - 2] == b.data[j - 1])
				row[j] = least(row[j], second[j - 2] + 1);
		}
	}
	return rows[a.length % 3][b.length];
}

bool pq_nearest_consider(struct pq_nearest *nearest, struct pq_string name)
{
	if (nearest->wanted.length > PQ_NEAREST_LENGTH_MAX || name.length > PQ_NEAREST_LENGTH_MAX ||
	    name.length == 0)
		return false;
	size_t edits = count_edits(nearest->wanted, name);
	if (edits >= nearest->edits)
		return false;
	nearest->edits = edits;
	memcpy(nearest->name, name.data, name.length);
	nearest->name[name.length] = '\0';
	return true;
}

const char *pq_nearest_hint(const struct pq_nearest *nearest, const char *open, const char *close,
			    char hint[PQ_NEAREST_HINT_MAX])
{
	hint[0] = '\0';
	if (nearest->name[0] != '\0')
		snprintf(hint, PQ_NEAREST_HINT_MAX, ", did you mean %s%s%s?", open, nearest->name,
			 close);
	return hint;
}

const char *pq_nearest_hint_among(struct pq_string wanted, const char *const *names,
				  char hint[PQ_NEAREST_HINT_MAX])
{
	struct pq_nearest nearest = pq_nearest_to(wanted);
	for (; *names != NULL; names++)
		pq_nearest_consider(&nearest, pq_string_from(*names));
	return pq_nearest_hint(&nearest, "\"", "\"", hint);
}
