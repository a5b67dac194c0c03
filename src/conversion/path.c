/* Paths as people write them: ".spec.ports[*].name", ".spec.nodeSelector['kubernetes.io/os']". */
#include "conversion/path.h"

struct parser {
	struct pq_arena *arena;
	struct pq_string rest;
	struct step *steps;
	size_t count;
	const char *reason;
};

static bool refuse(struct parser *parser, const char *reason)
{
	parser->reason = reason;
	return false;
}

static bool add(struct parser *parser, struct pq_string name)
{
	if (parser->count == PQ_CONVERSION_STEPS_MAX)
		return refuse(parser,
			      pq_arena_format(parser->arena, "has too many steps: %d are allowed",
					      PQ_CONVERSION_STEPS_MAX)
				      .data);
	parser->steps[parser->count++] = (struct step){ .name = name };
	return true;
}

static void skip(struct parser *parser, size_t length)
{
	parser->rest = pq_string_slice(parser->rest, length, parser->rest.length);
}

static bool parse_name(struct parser *parser)
{
	size_t length = 0;
	skip(parser, 1);
	while (length < parser->rest.length && strchr(".[]'*", parser->rest.data[length]) == NULL)
		length++;
	if (length == 0)
		return refuse(parser, "has no name behind a dot");
	struct pq_string name = pq_string_slice(parser->rest, 0, length);
	skip(parser, length);
	return add(parser, name);
}

static bool parse_bracket(struct parser *parser)
{
	static const struct pq_string each = PQ_LITERAL("[*]"), quote = PQ_LITERAL("['"),
				      end = PQ_LITERAL("']");
	struct pq_string rest = parser->rest;
	if (pq_string_starts_with(rest, each)) {
		skip(parser, each.length);
		return add(parser, (struct pq_string){ 0 });
	}
	if (!pq_string_starts_with(rest, quote))
		return refuse(parser, "has a bracket that is neither [*] nor ['name']");
	skip(parser, quote.length);
	ptrdiff_t length = pq_string_find_byte(parser->rest, '\'');
	if (length <= 0)
		return refuse(parser, "has a bracket that is neither [*] nor ['name']");
	struct pq_string name = pq_string_slice(parser->rest, 0, (size_t)length);
	skip(parser, (size_t)length);
	if (!pq_string_starts_with(parser->rest, end))
		return refuse(parser, "has a bracket that is neither [*] nor ['name']");
	skip(parser, end.length);
	return add(parser, name);
}

static bool parse(struct parser *parser)
{
	if (parser->rest.length == 0 || parser->rest.data[0] != '.')
		return refuse(parser, "must start with a dot, as in .spec.replicas");
	while (parser->rest.length > 0) {
		bool fine = parser->rest.data[0] == '.'   ? parse_name(parser)
			    : parser->rest.data[0] == '[' ? parse_bracket(parser)
							  : refuse(parser, "has a step that is "
									   "neither .name, [*] "
									   "nor ['name']");
		if (!fine)
			return false;
	}
	return true;
}

bool path_parse(struct pq_arena *arena, struct pq_string text, struct steps *path,
		const char **reason)
{
	struct parser parser = { .arena = arena, .rest = pq_arena_copy(arena, text) };
	parser.steps = pq_arena_alloc_array(arena, PQ_CONVERSION_STEPS_MAX, sizeof *parser.steps);
	bool fine = parser.rest.data != NULL && parser.steps != NULL && parse(&parser);
	if (fine)
		*path = (struct steps){ .items = parser.steps, .count = parser.count };
	else
		*reason = parser.reason;
	return fine;
}
