// The only file that includes simdjson.
//
// Neither of simdjson's own front ends will do. The DOM refuses what Kubernetes accepts: integers
// beyond 64 bits, lone surrogates, invalid UTF-8. On-Demand refuses invalid UTF-8 as well, and its
// nested iterators leave no place for a walk with a stack of its own. Both stand on the same first
// stage, which does the vector work; it is used as it is.
#include "json/structure.h"

#include <memory>
#include <simdjson.h>

namespace
{

using implementation = simdjson::internal::dom_parser_implementation;

// Index memory is four times the text; what is kept for a thread stays below a MiB.
constexpr size_t kept_capacity = 256 * 1024 - 128;
constexpr size_t first_capacity = 16 * 1024;

thread_local std::unique_ptr<implementation> parser;

bool prepare(size_t length) noexcept
{
	size_t capacity = parser ? parser->capacity() : 0;
	if (capacity >= length && parser)
		return true;
	size_t wanted = length < first_capacity ? first_capacity : length;
	if (wanted < 2 * capacity && 2 * capacity <= kept_capacity)
		wanted = 2 * capacity;
	parser.reset();
	return simdjson::get_active_implementation()->create_dom_parser_implementation(
		       wanted, 1, parser) == simdjson::SUCCESS;
}

} // namespace

extern "C" enum pq_json_structure_outcome
pq_json_structure_find(const char *text, size_t length, struct pq_json_structure *structure)
{
	if (length == 0)
		return PQ_JSON_STRUCTURE_BROKEN;
	if (length >= UINT32_MAX || !prepare(length))
		return PQ_JSON_STRUCTURE_NO_MEMORY;
	// Invalid UTF-8 is reported last, when the index is complete.
	simdjson::error_code code = parser->stage1(reinterpret_cast<const uint8_t *>(text), length,
						   simdjson::stage1_mode::regular);
	if (code != simdjson::SUCCESS && code != simdjson::UTF8_ERROR)
		return PQ_JSON_STRUCTURE_BROKEN;
	structure->starts = parser->structural_indexes.get();
	structure->count = parser->n_structural_indexes;
	structure->valid_utf8 = code == simdjson::SUCCESS;
	return PQ_JSON_STRUCTURE_FOUND;
}

extern "C" void pq_json_structure_release(void)
{
	if (parser && parser->capacity() > kept_capacity)
		parser.reset();
}
