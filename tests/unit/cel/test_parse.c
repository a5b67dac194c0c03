/* Replays what cel-go's parser answered (tests/data/cel/parse.tsv): the tree with all ids and
 * places, or the issues. */
#include "cel/parse.h"
#include "cel/unparse.h"
#include "harness/recorded.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void write_tree(struct pq_buffer *buffer, const struct pq_cel_expression *node);

static void write_place(struct pq_buffer *buffer, uint32_t id, uint32_t offset)
{
	pq_buffer_append_format(buffer, "#%" PRIu32 "@%" PRIu32, id, offset);
}

static void write_bytes(struct pq_buffer *buffer, char kind, struct pq_string bytes)
{
	pq_buffer_append_byte(buffer, kind);
	for (size_t i = 0; i < bytes.length; i++)
		pq_buffer_append_format(buffer, "%02x", (unsigned char)bytes.data[i]);
}

/* Doubles by their bits, texts by their bytes, what else there is as it is written. */
static void write_literal(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	const struct pq_cel_literal *literal = &node->literal;
	if (literal->kind == PQ_CEL_LITERAL_DOUBLE) {
		uint64_t bits;
		memcpy(&bits, &literal->number, sizeof bits);
		pq_buffer_append_format(buffer, "d%" PRIx64, bits);
	} else if (literal->kind == PQ_CEL_LITERAL_STRING) {
		write_bytes(buffer, 's', literal->text);
	} else if (literal->kind == PQ_CEL_LITERAL_BYTES) {
		write_bytes(buffer, 'b', literal->text);
	} else {
		pq_cel_unparse(buffer, node);
	}
}

static void write_call(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	pq_buffer_append_text(buffer, node->function.target != NULL ? "(m " : "(");
	pq_buffer_append_string(buffer, node->function.function);
	write_place(buffer, node->id, node->offset);
	if (node->function.target != NULL) {
		pq_buffer_append_byte(buffer, ' ');
		write_tree(buffer, node->function.target);
	}
	for (uint32_t i = 0; i < node->function.count; i++) {
		pq_buffer_append_byte(buffer, ' ');
		write_tree(buffer, node->function.arguments[i]);
	}
	pq_buffer_append_byte(buffer, ')');
}

static void write_list(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	pq_buffer_append_byte(buffer, '[');
	write_place(buffer, node->id, node->offset);
	for (uint32_t i = 0; i < node->list.count; i++) {
		bool is_optional = node->list.optional != NULL && node->list.optional[i];
		pq_buffer_append_text(buffer, is_optional ? " ?" : " ");
		write_tree(buffer, node->list.items[i]);
	}
	pq_buffer_append_byte(buffer, ']');
}

static void write_entries(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	pq_buffer_append_byte(buffer, '{');
	pq_buffer_append_string(buffer, node->entries.name);
	write_place(buffer, node->id, node->offset);
	for (uint32_t i = 0; i < node->entries.count; i++) {
		const struct pq_cel_entry *entry = &node->entries.entries[i];
		pq_buffer_append_text(buffer, entry->optional ? " ?<" : " <");
		pq_buffer_append_string(buffer, entry->field);
		write_place(buffer, entry->id, entry->offset);
		pq_buffer_append_byte(buffer, ' ');
		if (entry->key != NULL) {
			write_tree(buffer, entry->key);
			pq_buffer_append_byte(buffer, ' ');
		}
		write_tree(buffer, entry->value);
		pq_buffer_append_byte(buffer, '>');
	}
	pq_buffer_append_byte(buffer, '}');
}

static void write_comprehension(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	const struct pq_cel_expression *parts[] = {
		node->comprehension.range,     node->comprehension.initial,
		node->comprehension.condition, node->comprehension.step,
		node->comprehension.result,
	};
	pq_buffer_append_text(buffer, "(fold ");
	pq_buffer_append_string(buffer, node->comprehension.variable);
	if (node->comprehension.second_variable.data != NULL) {
		pq_buffer_append_byte(buffer, ',');
		pq_buffer_append_string(buffer, node->comprehension.second_variable);
	}
	pq_buffer_append_byte(buffer, ' ');
	pq_buffer_append_string(buffer, node->comprehension.accumulator);
	write_place(buffer, node->id, node->offset);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		pq_buffer_append_byte(buffer, ' ');
		write_tree(buffer, parts[i]);
	}
	pq_buffer_append_byte(buffer, ')');
}

static void write_tree(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	switch ((enum pq_cel_expression_kind)node->kind) {
	case PQ_CEL_UNSPECIFIED:
		fail_msg("an unspecified node at %" PRIu32, node->offset);
		break;
	case PQ_CEL_LITERAL:
		write_literal(buffer, node);
		write_place(buffer, node->id, node->offset);
		break;
	case PQ_CEL_IDENTIFIER:
		pq_buffer_append_string(buffer, node->name);
		write_place(buffer, node->id, node->offset);
		break;
	case PQ_CEL_SELECT:
		pq_buffer_append_text(buffer, node->select.test_only ? "(.?" : "(.");
		pq_buffer_append_string(buffer, node->select.field);
		write_place(buffer, node->id, node->offset);
		pq_buffer_append_byte(buffer, ' ');
		write_tree(buffer, node->select.operand);
		pq_buffer_append_byte(buffer, ')');
		break;
	case PQ_CEL_CALL:
		write_call(buffer, node);
		break;
	case PQ_CEL_LIST:
		write_list(buffer, node);
		break;
	case PQ_CEL_MAP:
	case PQ_CEL_STRUCT:
		write_entries(buffer, node);
		break;
	case PQ_CEL_COMPREHENSION:
		write_comprehension(buffer, node);
		break;
	}
}

/* what is the version, the minor of Kubernetes 1.x. */
static void answer_question(struct pq_string what, struct pq_string text, struct pq_buffer *answer)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_cel_tree tree;
	struct pq_cel_issues issues;
	uint8_t version = (uint8_t)((what.data[0] - '0') * 10 + what.data[1] - '0');
	if (pq_cel_parse(&arena, text, version, &tree, &issues))
		write_tree(answer, tree.root);
	else
		pq_buffer_append_string(answer, pq_cel_issues_format(&issues, &arena));
}

static void test_recorded(void **state)
{
	(void)state;
	test_recorded_replay("data/cel/parse.tsv", 750, answer_question);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_recorded) };
	return cmocka_run_group_tests_name("cel/parse", tests, NULL, NULL);
}
