#include "formats/pattern.h"

#include "regex/regex.h"

#include <stdatomic.h>

#define HOST       "a-zA-Z0-9\\p{S}\\p{L}"
#define COLOR_PART "(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])"
#define UUID(version, variant)                                                                     \
	"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?" version "[0-9a-f]{3}-?" variant                          \
	"[0-9a-f]{3}-?[0-9a-f]{12}$"

static const char *const texts[] = {
	[PQ_PATTERN_HOSTNAME] =
		"^([" HOST "]((-?[" HOST "]{0,62})?)|"
		"([" HOST "](([" HOST "-]{0,61}[" HOST "])?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$",
	[PQ_PATTERN_UUID] = UUID("[0-9a-f]", "[0-9a-f]"),
	[PQ_PATTERN_UUID3] = UUID("3", "[0-9a-f]"),
	[PQ_PATTERN_UUID4] = UUID("4", "[89ab]"),
	[PQ_PATTERN_UUID5] = UUID("5", "[89ab]"),
	[PQ_PATTERN_HEXCOLOR] = "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
	[PQ_PATTERN_RGBCOLOR] =
		"^rgb\\(\\s*" COLOR_PART "\\s*,\\s*" COLOR_PART "\\s*,\\s*" COLOR_PART "\\s*\\)$",
	[PQ_PATTERN_BASE64] = "^(?:[A-Za-z0-9+\\/]{4})*"
			      "(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=|[A-Za-z0-9+\\/]{4})$",
	[PQ_PATTERN_CARD] =
		"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|"
		"3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\\d{3})\\d{11})$",
	[PQ_PATTERN_SSN] = "^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$",
	[PQ_PATTERN_CLOCK] =
		"(?i)^[0-9]{2}:[0-9]{2}:[0-9]{2}(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$",
};

static _Atomic(const struct pq_regex *) patterns[sizeof texts / sizeof *texts];

bool pq_pattern_matches(enum pq_pattern name, struct pq_string text)
{
	const struct pq_regex *regex = atomic_load_explicit(&patterns[name], memory_order_acquire);
	if (regex == NULL) {
		struct pq_error ignored;
		const struct pq_regex *compiled =
			pq_regex_compile(pq_string_from(texts[name]), &ignored);
		if (compiled == NULL)
			return false;
		/* Another thread may have been faster; both have the same shared object. */
		if (atomic_compare_exchange_strong(&patterns[name], &regex, compiled))
			regex = compiled;
		else
			pq_regex_unref(compiled);
	}
	return pq_regex_search(regex, text);
}
