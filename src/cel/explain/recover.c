#include "cel/explain/recover.h"

#include "base/utf8.h"

uint8_t pq_cel_syntax_look(struct pq_cel_syntax *syntax, uint32_t ahead)
{
	return pq_cel_tokens_at(&syntax->tokens, syntax->index + ahead)->kind;
}

void pq_cel_syntax_consume(struct pq_cel_syntax *syntax)
{
	if (pq_cel_syntax_look(syntax, 0) != PQ_CEL_TOKEN_EOF)
		syntax->index++;
	/* The stream always holds the next one, so that errors of the lexer come in time. */
	pq_cel_syntax_look(syntax, 0);
}

/* Tokens that can come in a state; where the rule may end, those that can follow in its callers. */
static uint64_t expected_in(const struct pq_cel_syntax *syntax, uint16_t state)
{
	const struct pq_cel_caller *caller = &syntax->node->caller;
	uint64_t expected = syntax->atn->states[state].next;
	while ((expected & PQ_CEL_EPSILON) != 0 && caller->parent != NULL) {
		uint16_t follow = syntax->atn->states[caller->state].transitions->follow;
		expected &= ~PQ_CEL_EPSILON;
		expected |= syntax->atn->states[follow].next;
		caller = caller->parent;
	}
	if ((expected & PQ_CEL_EPSILON) != 0)
		expected = (expected & ~PQ_CEL_EPSILON) | 1U << PQ_CEL_TOKEN_EOF;
	return expected;
}

static bool contains(uint64_t tokens, uint8_t kind)
{
	return (tokens & UINT64_C(1) << kind) != 0;
}

static void write_escaped(struct pq_buffer *buffer, struct pq_string text)
{
	pq_buffer_append_byte(buffer, '\'');
	for (size_t i = 0; i < text.length; i++) {
		switch (text.data[i]) {
		case '\t':
			pq_buffer_append_text(buffer, "\\t");
			break;
		case '\n':
			pq_buffer_append_text(buffer, "\\n");
			break;
		case '\r':
			pq_buffer_append_text(buffer, "\\r");
			break;
		default:
			pq_buffer_append_byte(buffer, text.data[i]);
		}
	}
	pq_buffer_append_byte(buffer, '\'');
}

static void write_token(struct pq_buffer *buffer, const struct pq_cel_syntax *syntax,
			const struct pq_cel_token *token)
{
	struct pq_string text = PQ_S("<EOF>");
	if (token->kind != PQ_CEL_TOKEN_EOF)
		text = pq_string_slice(syntax->issues->text, token->offset, token->length);
	write_escaped(buffer, text);
}

static void write_expected(struct pq_buffer *buffer, uint64_t tokens)
{
	bool has_many = (tokens & (tokens - 1)) != 0;
	const char *separator = has_many ? "{" : "";
	for (uint8_t kind = 0; kind < PQ_CEL_TOKEN_ERROR; kind++) {
		if (!contains(tokens, kind))
			continue;
		pq_buffer_append_text(buffer, separator);
		pq_buffer_append_text(buffer, pq_cel_token_names[kind]);
		separator = ", ";
	}
	if (has_many)
		pq_buffer_append_byte(buffer, '}');
}

static void report(struct pq_cel_syntax *syntax, const struct pq_cel_token *token,
		   const struct pq_buffer *message)
{
	pq_cel_tokens_report(&syntax->tokens, token->offset, pq_buffer_view(message));
}

static const struct pq_cel_token *next_token(struct pq_cel_syntax *syntax)
{
	return pq_cel_tokens_at(&syntax->tokens, syntax->index);
}

/* Nothing more is reported until a token has been taken. */
static bool begin_error(struct pq_cel_syntax *syntax)
{
	bool is_new = !syntax->is_recovering;
	syntax->is_recovering = true;
	return is_new;
}

void pq_cel_syntax_matched(struct pq_cel_syntax *syntax)
{
	syntax->is_recovering = false;
	if (syntax->last_index == UINT32_MAX)
		return;
	syntax->last_index = UINT32_MAX;
	memset(syntax->last_states, false, sizeof syntax->last_states);
}

static void report_unwanted(struct pq_cel_syntax *syntax)
{
	if (!begin_error(syntax))
		return;
	struct pq_buffer message;
	pq_buffer_init_in(&message, syntax->arena, 0);
	pq_buffer_append_text(&message, "extraneous input ");
	write_token(&message, syntax, next_token(syntax));
	pq_buffer_append_text(&message, " expecting ");
	write_expected(&message, expected_in(syntax, syntax->state));
	report(syntax, next_token(syntax), &message);
}

static void report_missing(struct pq_cel_syntax *syntax)
{
	if (!begin_error(syntax))
		return;
	struct pq_buffer message;
	pq_buffer_init_in(&message, syntax->arena, 0);
	pq_buffer_append_text(&message, "missing ");
	write_expected(&message, expected_in(syntax, syntax->state));
	pq_buffer_append_text(&message, " at ");
	write_token(&message, syntax, next_token(syntax));
	report(syntax, next_token(syntax), &message);
}

static void report_mismatch(struct pq_cel_syntax *syntax)
{
	const struct pq_cel_token *token = pq_cel_tokens_at(&syntax->tokens, syntax->error_last);
	struct pq_buffer message;
	pq_buffer_init_in(&message, syntax->arena, 0);
	pq_buffer_append_text(&message, "mismatched input ");
	write_token(&message, syntax, token);
	pq_buffer_append_text(&message, " expecting ");
	write_expected(&message, syntax->error_expected);
	report(syntax, token, &message);
}

#define NO_VIABLE "no viable alternative at input "

/* cel-go puts the words of its older versions in the place of these, where a word that is no name
 * follows one character. */
static void restore_reserved(struct pq_cel_syntax *syntax, struct pq_buffer *message)
{
	static const char *const words[] = { "true'", "false'", "null'" };
	struct pq_string input =
		pq_string_slice(pq_buffer_view(message), sizeof NO_VIABLE "'" - 1, message->length);
	size_t width;
	pq_utf8_decode(input, &width);
	input = pq_string_slice(input, width, SIZE_MAX);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct pq_string word = pq_string_from(words[i]);
		if (!pq_string_starts_with(input, word))
			continue;
		pq_buffer_init_in(message, syntax->arena, 0);
		pq_buffer_append_format(message, "mismatched input '%s expecting IDENTIFIER",
					words[i]);
		pq_buffer_append_string(message, pq_string_slice(input, word.length, SIZE_MAX));
		return;
	}
}

static void report_no_viable(struct pq_cel_syntax *syntax)
{
	const struct pq_cel_token *last = pq_cel_tokens_at(&syntax->tokens, syntax->error_last);
	struct pq_buffer input, message;
	pq_buffer_init_in(&input, syntax->arena, 0);
	if (pq_cel_tokens_at(&syntax->tokens, syntax->error_first)->kind == PQ_CEL_TOKEN_EOF)
		pq_buffer_append_text(&input, "<EOF>");
	else
		pq_cel_tokens_write(&syntax->tokens, &input, syntax->error_first,
				    syntax->error_last);
	pq_buffer_init_in(&message, syntax->arena, 0);
	pq_buffer_append_text(&message, NO_VIABLE);
	write_escaped(&message, pq_buffer_view(&input));
	if (!pq_buffer_failed(&message))
		restore_reserved(syntax, &message);
	report(syntax, last, &message);
}

void pq_cel_syntax_fail(struct pq_cel_syntax *syntax, enum pq_cel_syntax_error error,
			uint32_t first, uint32_t last)
{
	syntax->error = error;
	syntax->error_first = first;
	syntax->error_last = last;
	syntax->error_expected = expected_in(syntax, syntax->state);
}

/* Leaves out the next token when the one behind it is expected. */
static bool delete_token(struct pq_cel_syntax *syntax)
{
	if (!contains(expected_in(syntax, syntax->state), pq_cel_syntax_look(syntax, 1)))
		return false;
	report_unwanted(syntax);
	pq_cel_syntax_consume(syntax);
	pq_cel_syntax_matched(syntax);
	return true;
}

static void consume_until(struct pq_cel_syntax *syntax, uint64_t tokens, uint32_t most)
{
	for (uint8_t kind = pq_cel_syntax_look(syntax, 0);
	     kind != PQ_CEL_TOKEN_EOF && !contains(tokens, kind);
	     kind = pq_cel_syntax_look(syntax, 0)) {
		if (most-- == 0) {
			pq_cel_issues_add(syntax->issues, PQ_CEL_NOWHERE,
					  "error recovery token lookahead limit exceeded: %d",
					  PQ_CEL_RECOVERY_TOKENS_MAX);
			syntax->stopped = true;
			return;
		}
		pq_cel_syntax_consume(syntax);
	}
}

/* What can follow this rule or any of its callers. */
static uint64_t recovery_set(const struct pq_cel_syntax *syntax)
{
	uint64_t tokens = 0;
	for (const struct pq_cel_caller *caller = &syntax->node->caller; caller->parent != NULL;
	     caller = caller->parent) {
		uint16_t follow = syntax->atn->states[caller->state].transitions->follow;
		tokens |= syntax->atn->states[follow].next;
	}
	return tokens & ~PQ_CEL_EPSILON;
}

void pq_cel_syntax_sync(struct pq_cel_syntax *syntax)
{
	const struct pq_cel_state *state = &syntax->atn->states[syntax->state];
	if (syntax->is_recovering || (state->next & PQ_CEL_EPSILON) != 0 ||
	    contains(state->next, pq_cel_syntax_look(syntax, 0)))
		return;
	if (state->kind == PQ_CEL_STATE_STAR_BACK || state->kind == PQ_CEL_STATE_PLUS_BACK) {
		report_unwanted(syntax);
		consume_until(syntax, expected_in(syntax, syntax->state) | recovery_set(syntax),
			      UINT32_MAX);
	} else if (!delete_token(syntax)) {
		pq_cel_syntax_fail(syntax, PQ_CEL_MISMATCH, syntax->index, syntax->index);
	}
}

/* Counts a recovery; false when there were too many. */
static bool begin_recovery(struct pq_cel_syntax *syntax)
{
	if (syntax->recoveries++ < PQ_CEL_RECOVERIES_MAX)
		return true;
	pq_cel_tokens_report(&syntax->tokens, next_token(syntax)->offset,
			     pq_arena_format(syntax->arena,
					     "error recovery attempt limit exceeded: %d",
					     PQ_CEL_RECOVERIES_MAX));
	syntax->stopped = true;
	return false;
}

static void make_up_token(struct pq_cel_syntax *syntax, struct pq_cel_parse_part *part)
{
	uint64_t expected = expected_in(syntax, syntax->state);
	uint8_t kind = (uint8_t)__builtin_ctzll(expected);
	const struct pq_cel_token *place = next_token(syntax);
	if (place->kind == PQ_CEL_TOKEN_EOF && syntax->index > 0)
		place = pq_cel_tokens_at(&syntax->tokens, syntax->index - 1);
	part->token = (struct pq_cel_token){ .kind = kind, .offset = place->offset };
	if (kind == PQ_CEL_TOKEN_EOF)
		part->text = PQ_S("<missing EOF>");
	else if (kind < PQ_CEL_TOKEN_DOUBLE)
		part->text =
			pq_arena_format(syntax->arena, "<missing %s>", pq_cel_token_names[kind]);
	else
		part->text = PQ_S("<missing undefined>");
}

bool pq_cel_syntax_recover_inline(struct pq_cel_syntax *syntax, struct pq_cel_parse_part *part)
{
	if (!begin_recovery(syntax))
		return false;
	if (delete_token(syntax)) {
		part->token = *next_token(syntax);
		part->text = pq_string_slice(syntax->issues->text, part->token.offset,
					     part->token.length);
		pq_cel_syntax_consume(syntax);
		return true;
	}
	uint16_t behind = syntax->atn->states[syntax->state].transitions->target;
	if (contains(expected_in(syntax, behind), pq_cel_syntax_look(syntax, 0))) {
		report_missing(syntax);
		make_up_token(syntax, part);
		return true;
	}
	pq_cel_syntax_fail(syntax, PQ_CEL_MISMATCH, syntax->index, syntax->index);
	return false;
}

void pq_cel_syntax_recover(struct pq_cel_syntax *syntax)
{
	if (begin_error(syntax)) {
		if (syntax->error == PQ_CEL_MISMATCH)
			report_mismatch(syntax);
		else
			report_no_viable(syntax);
	}
	syntax->error = PQ_CEL_NO_ERROR;
	uint32_t most = PQ_CEL_RECOVERY_TOKENS_MAX;
	if (syntax->tokens.stopped || !begin_recovery(syntax))
		return;
	/* A second error at the same place: one token must go, or it would never end. */
	if (syntax->last_index == syntax->index && syntax->last_states[syntax->state]) {
		pq_cel_syntax_consume(syntax);
		most--;
	}
	syntax->last_index = syntax->index;
	syntax->last_states[syntax->state] = true;
	consume_until(syntax, recovery_set(syntax), most);
}
