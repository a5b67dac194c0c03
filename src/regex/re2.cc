#include "regex/re2.h"

#include <new>
#include <re2/re2.h>

struct pq_re2 {
	re2::RE2 compiled;

	pq_re2(re2::StringPiece pattern, const re2::RE2::Options &options) noexcept
	    : compiled(pattern, options)
	{
	}
};

static struct pq_re2 *compile(re2::StringPiece pattern, long long memory) noexcept
{
	re2::RE2::Options options;
	options.set_log_errors(false);
	options.set_max_mem(memory);
	return new (std::nothrow) pq_re2(pattern, options);
}

struct pq_re2 *pq_re2_new(const char *pattern, size_t length, enum pq_re2_status *status) noexcept
{
	for (long long memory = PQ_RE2_MEMORY_FIRST;; memory *= 8) {
		if (memory > PQ_RE2_MEMORY_MAX)
			memory = PQ_RE2_MEMORY_MAX;
		struct pq_re2 *re2 = compile(re2::StringPiece(pattern, length), memory);
		if (re2 == nullptr) {
			*status = PQ_RE2_NO_MEMORY;
			return nullptr;
		}
		if (re2->compiled.ok()) {
			*status = PQ_RE2_COMPILED;
			return re2;
		}
		bool too_large = re2->compiled.error_code() == re2::RE2::ErrorPatternTooLarge;
		delete re2;
		if (too_large && memory < PQ_RE2_MEMORY_MAX)
			continue;
		*status = too_large ? PQ_RE2_TOO_LARGE : PQ_RE2_REFUSED;
		return nullptr;
	}
}

void pq_re2_free(struct pq_re2 *re2) noexcept
{
	delete re2;
}

bool pq_re2_find(const struct pq_re2 *re2, const char *text, size_t length, size_t from,
		 size_t *start, size_t *end) noexcept
{
	/* RE2 takes a null pointer for "no match here", not for an empty text. */
	const char *base = text == nullptr ? "" : text;
	re2::StringPiece whole(base, length);
	if (start == nullptr)
		return re2->compiled.Match(whole, from, length, re2::RE2::UNANCHORED, nullptr, 0);
	re2::StringPiece match;
	if (!re2->compiled.Match(whole, from, length, re2::RE2::UNANCHORED, &match, 1))
		return false;
	*start = static_cast<size_t>(match.data() - base);
	*end = *start + match.size();
	return true;
}
