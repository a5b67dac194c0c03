#include "cel/explain/tokens.h"

void pq_cel_tokens_init(struct pq_cel_tokens *tokens, struct pq_arena *arena,
			struct pq_cel_issues *issues)
{
	*tokens = (struct pq_cel_tokens){ .arena = arena, .issues = issues };
}

void pq_cel_tokens_report(struct pq_cel_tokens *tokens, uint32_t offset, struct pq_string message)
{
	if (tokens->stopped)
		return;
	if (tokens->errors == PQ_CEL_SYNTAX_ERRORS_MAX) {
		pq_cel_issues_add(tokens->issues, offset,
				  "Syntax error: More than %d syntax errors",
				  PQ_CEL_SYNTAX_ERRORS_MAX);
		tokens->stopped = true;
		return;
	}
	tokens->errors++;
	pq_cel_issues_add(tokens->issues, offset, "Syntax error: %.*s",
			  PQ_STRING_ARGUMENT(message));
}

static struct pq_string text_of(const struct pq_cel_tokens *tokens, struct pq_cel_token token)
{
	return pq_string_slice(tokens->issues->text, token.offset, token.length);
}

/* The next token that a rule takes, errors before it being reported. */
static struct pq_cel_token lex(struct pq_cel_tokens *tokens, size_t from)
{
	struct pq_cel_token token = pq_cel_lex(tokens->issues->text, from);
	while (token.kind == PQ_CEL_TOKEN_ERROR) {
		struct pq_string message =
			pq_arena_format(tokens->arena, "token recognition error at: '%.*s'",
					PQ_STRING_ARGUMENT(text_of(tokens, token)));
		pq_cel_tokens_report(tokens, token.offset, message);
		token = pq_cel_lex(tokens->issues->text, token.offset + token.length);
	}
	return token;
}

static bool add(struct pq_cel_tokens *tokens, struct pq_cel_token token)
{
	if (tokens->count == tokens->capacity) {
		uint32_t capacity = tokens->capacity == 0 ? 64 : 2 * tokens->capacity;
		struct pq_cel_token **items =
			pq_arena_grow(tokens->arena, tokens->items,
				      tokens->capacity * sizeof *items, capacity * sizeof *items);
		if (items == NULL)
			return false;
		tokens->items = items;
		tokens->capacity = capacity;
	}
	struct pq_cel_token *copy = pq_arena_alloc_raw(tokens->arena, sizeof *copy);
	if (copy == NULL)
		return false;
	*copy = token;
	tokens->items[tokens->count++] = copy;
	return true;
}

const struct pq_cel_token *pq_cel_tokens_at(struct pq_cel_tokens *tokens, uint32_t index)
{
	static const struct pq_cel_token none = { .kind = PQ_CEL_TOKEN_EOF };
	while (index >= tokens->count) {
		const struct pq_cel_token *last =
			tokens->count == 0 ? &none : tokens->items[tokens->count - 1];
		if (last->kind == PQ_CEL_TOKEN_EOF && tokens->count > 0)
			return last;
		if (!add(tokens, lex(tokens, last->offset + last->length))) {
			tokens->stopped = true;
			return &none;
		}
	}
	return tokens->items[index];
}

void pq_cel_tokens_write(struct pq_cel_tokens *tokens, struct pq_buffer *buffer, uint32_t first,
			 uint32_t last)
{
	struct pq_string text = tokens->issues->text;
	size_t at = pq_cel_tokens_at(tokens, first)->offset;
	const struct pq_cel_token *end = pq_cel_tokens_at(tokens, last);
	while (at < end->offset) {
		struct pq_cel_token token = pq_cel_lex(text, at);
		pq_buffer_append_string(buffer, pq_string_slice(text, at, token.offset - at));
		if (token.kind != PQ_CEL_TOKEN_ERROR && token.offset < end->offset)
			pq_buffer_append_string(buffer, text_of(tokens, token));
		at = token.offset + token.length;
	}
	pq_buffer_append_string(buffer, text_of(tokens, *end));
}
