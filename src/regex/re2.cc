#include "regex/re2.h"

#include <new>
#include <re2/re2.h>
#include <string>

struct pq_re2 {
	re2::RE2 compiled;
	bool by_character;

	pq_re2(re2::StringPiece pattern, const re2::RE2::Options &options,
	       bool is_by_character) noexcept
	    : compiled(pattern, options), by_character(is_by_character)
	{
	}
};

static struct pq_re2 *compile(re2::StringPiece pattern, bool by_character,
			      long long memory) noexcept
{
	re2::RE2::Options options;
	options.set_log_errors(false);
	options.set_max_mem(memory);
	if (!by_character)
		return new (std::nothrow) pq_re2(pattern, options, by_character);
	/* What comes before the match is skipped in whole characters. */
	std::string skipping = "(?s:.*?)(" + std::string(pattern) + ")";
	return new (std::nothrow) pq_re2(skipping, options, by_character);
}

struct pq_re2 *pq_re2_new(const char *pattern, size_t length, bool by_character,
			  long long memory_max, enum pq_re2_status *status) noexcept
{
	for (long long memory = PQ_RE2_MEMORY_FIRST;; memory *= 8) {
		if (memory > memory_max)
			memory = memory_max;
		struct pq_re2 *re2 =
			compile(re2::StringPiece(pattern, length), by_character, memory);
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
		if (too_large && memory < memory_max)
			continue;
		*status = too_large ? PQ_RE2_TOO_LARGE : PQ_RE2_REFUSED;
		return nullptr;
	}
}

void pq_re2_free(struct pq_re2 *re2) noexcept
{
	delete re2;
}

size_t pq_re2_instructions(const struct pq_re2 *re2) noexcept
{
	int size = re2->compiled.ProgramSize();
	return size < 0 ? 0 : static_cast<size_t>(size);
}

bool pq_re2_find(const struct pq_re2 *re2, const char *text, size_t length, size_t from,
		 size_t *start, size_t *end) noexcept
{
	/* RE2 takes a null pointer for "no match here", not for an empty text. */
	const char *base = text == nullptr ? "" : text;
	re2::StringPiece whole(base, length);
	re2::RE2::Anchor anchor = re2->by_character ? re2::RE2::ANCHOR_START : re2::RE2::UNANCHORED;
	if (start == nullptr)
		return re2->compiled.Match(whole, from, length, anchor, nullptr, 0);
	re2::StringPiece parts[2];
	int count = re2->by_character ? 2 : 1;
	if (!re2->compiled.Match(whole, from, length, anchor, parts, count))
		return false;
	*start = static_cast<size_t>(parts[count - 1].data() - base);
	*end = *start + parts[count - 1].size();
	return true;
}
