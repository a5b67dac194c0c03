#include "regex/regex.h"

#include "base/buffer.h"
#include "base/map.h"
#include "regex/known.h"
#include "regex/re2.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct pq_regex {
	struct pq_re2 *re2;
	uint64_t number; /* its own, for good */
	atomic_size_t references;
	struct pq_regex *next_held;
	bool is_held;
	size_t length;
	char pattern[];
};

/* Every regex in use or held, by its pattern in Go's syntax. A count may fall to zero only under
 * the mutex, so whoever finds an entry there may safely take a reference. */
static pthread_mutex_t table_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct pq_map table;
static size_t hold_count;
static struct pq_regex *held; /* those whose count fell to zero meanwhile */

static atomic_uint_fast64_t numbers;

static struct pq_regex *find_shared(struct pq_string pattern)
{
	struct pq_regex *regex = pq_map_find(&table, pattern);
	if (regex != NULL)
		atomic_fetch_add_explicit(&regex->references, 1, memory_order_relaxed);
	return regex;
}

static void regex_free(struct pq_regex *regex)
{
	pq_re2_free(regex->re2);
	free(regex);
}

static bool compile_re2(struct pq_regex *regex, int memory_max, struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer rewritten;
	pq_buffer_init(&rewritten, 0);
	if (!pq_regex_syntax_check(pq_regex_pattern(regex), &rewritten, error))
		return false;

	/* A backslash that is a character is written in hexadecimal, so this finds assertions only.
	 */
	bool by_character =
		rewritten.length > 0 && memmem(rewritten.data, rewritten.length, "\\B", 2) != NULL;
	enum pq_re2_status status;
	regex->re2 =
		pq_re2_new(rewritten.data, rewritten.length, by_character, memory_max, &status);
	switch (status) {
	case PQ_RE2_COMPILED:
		return true;
	case PQ_RE2_TOO_LARGE:
		return pq_error_set(error, PQ_ERROR_TOO_LARGE,
				    "the regular expression's program takes more than %d MiB; "
				    "use fewer or smaller repetitions",
				    memory_max >> 20);
	case PQ_RE2_NO_MEMORY:
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a regular expression");
	case PQ_RE2_REFUSED:
		break;
	}
	return pq_error_set(error, PQ_ERROR_INTERNAL,
			    "RE2 does not take the regular expression `%.*s`",
			    PQ_STRING_ARGUMENT(pq_buffer_view(&rewritten)));
}

static struct pq_regex *regex_new(struct pq_string pattern, int memory_max, struct pq_error *error)
{
	struct pq_regex *regex = calloc(1, sizeof *regex + pattern.length);
	if (regex == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a regular expression");
		return NULL;
	}
	atomic_init(&regex->references, 1);
	regex->number = atomic_fetch_add_explicit(&numbers, 1, memory_order_relaxed) + 1;
	regex->length = pattern.length;
	if (pattern.length > 0)
		memcpy(regex->pattern, pattern.data, pattern.length);
	if (!compile_re2(regex, memory_max, error)) {
		free(regex);
		return NULL;
	}
	return regex;
}

/* Puts a new regex into the table, unless another thread was faster: then that one's is returned
 * and the new one given up. NULL when out of memory. */
static struct pq_regex *share(struct pq_regex *regex)
{
	pthread_mutex_lock(&table_mutex);
	struct pq_regex *shared = find_shared(pq_regex_pattern(regex));
	if (shared == NULL && pq_map_put(&table, pq_regex_pattern(regex), regex, NULL))
		shared = regex;
	pthread_mutex_unlock(&table_mutex);
	if (shared != regex)
		regex_free(regex);
	return shared;
}

static const struct pq_regex *compile(struct pq_string pattern, int memory_max,
				      struct pq_error *error)
{
	pthread_mutex_lock(&table_mutex);
	struct pq_regex *regex = find_shared(pattern);
	pthread_mutex_unlock(&table_mutex);
	if (regex != NULL)
		return regex;

	/* Compiling can take long; nobody waits for it at the mutex. */
	regex = regex_new(pattern, memory_max, error);
	if (regex == NULL)
		return NULL;
	regex = share(regex);
	if (regex == NULL)
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a regular expression");
	return regex;
}

const struct pq_regex *pq_regex_compile(struct pq_string pattern, struct pq_error *error)
{
	return compile(pattern, PQ_REGEX_MEMORY_MAX, error);
}

const struct pq_regex *pq_regex_compile_for_request(struct pq_string pattern,
						    struct pq_error *error)
{
	return compile(pattern, PQ_REGEX_REQUEST_MEMORY_MAX, error);
}

const struct pq_regex *pq_regex_ref(const struct pq_regex *regex)
{
	struct pq_regex *shared = (struct pq_regex *)regex;
	atomic_fetch_add_explicit(&shared->references, 1, memory_order_relaxed);
	return regex;
}

/* With the mutex held. */
static void take_from_table(const struct pq_regex *regex)
{
	pq_map_take(&table, pq_regex_pattern(regex));
	if (table.count == 0)
		pq_map_done(&table);
}

/* With the mutex held. False when nobody wants what is not used any more. */
static bool hold(struct pq_regex *regex)
{
	if (hold_count == 0)
		return false;
	if (!regex->is_held) {
		regex->is_held = true;
		regex->next_held = held;
		held = regex;
	}
	return true;
}

void pq_regex_unref(const struct pq_regex *regex)
{
	if (regex == NULL)
		return;
	struct pq_regex *shared = (struct pq_regex *)regex;
	pthread_mutex_lock(&table_mutex);
	bool over = atomic_fetch_sub_explicit(&shared->references, 1, memory_order_acq_rel) == 1 &&
		    !hold(shared);
	if (over)
		take_from_table(shared);
	pthread_mutex_unlock(&table_mutex);
	if (over)
		regex_free(shared);
}

void pq_regex_hold(void)
{
	pthread_mutex_lock(&table_mutex);
	hold_count++;
	pthread_mutex_unlock(&table_mutex);
}

void pq_regex_let_go(void)
{
	pthread_mutex_lock(&table_mutex);
	hold_count--;
	while (hold_count == 0 && held != NULL) {
		struct pq_regex *regex = held;
		held = regex->next_held;
		regex->is_held = false;
		if (atomic_load_explicit(&regex->references, memory_order_acquire) > 0)
			continue;
		take_from_table(regex);
		regex_free(regex);
	}
	pthread_mutex_unlock(&table_mutex);
}

bool pq_regex_search(const struct pq_regex *regex, struct pq_string text)
{
	return pq_re2_find(regex->re2, text.data, text.length, 0, NULL, NULL);
}

bool pq_regex_search_known(const struct pq_regex *regex, struct pq_string text)
{
	if (pq_known_matches(regex->number, text))
		return true;
	if (!pq_regex_search(regex, text))
		return false;
	pq_known_add(regex->number, text);
	return true;
}

bool pq_regex_find(const struct pq_regex *regex, struct pq_string text, size_t from, size_t *start,
		   size_t *end)
{
	return pq_re2_find(regex->re2, text.data, text.length, from, start, end);
}

size_t pq_regex_instructions(const struct pq_regex *regex)
{
	return pq_re2_instructions(regex->re2);
}

struct pq_string pq_regex_pattern(const struct pq_regex *regex)
{
	return (struct pq_string){ .data = regex->pattern, .length = regex->length };
}
