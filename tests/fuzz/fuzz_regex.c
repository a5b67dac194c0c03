/* A pattern up to the first zero byte, then a text: nothing crashes, and RE2 takes what the parser
 * of Go's syntax takes. */
#include "base/utf8.h"
#include "regex/regex.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pq_string pattern = { .data = (const char *)data, .length = size };
	struct pq_string text = { 0 };
	ptrdiff_t zero = pq_string_find_byte(pattern, '\0');
	if (zero >= 0) {
		text = pq_string_slice(pattern, (size_t)zero + 1, size);
		pattern = pq_string_slice(pattern, 0, (size_t)zero);
	}
	/* Values hold valid UTF-8 only. */
	text.length = pq_utf8_find_invalid(text);

	struct pq_error error;
	const struct pq_regex *regex = pq_regex_compile(pattern, &error);
	if (regex == NULL) {
		if (error.code == PQ_ERROR_INTERNAL)
			abort();
		return 0;
	}
	size_t start, end;
	bool found = pq_regex_find(regex, text, 0, &start, &end);
	if (found != pq_regex_search(regex, text) || (found && (start > end || end > text.length)))
		abort();
	pq_regex_unref(regex);
	return 0;
}
