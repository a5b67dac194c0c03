#include "cel/unparse.h"

#include "json/write.h"

#include <inttypes.h>

/* How tightly an expression holds together, from what never needs parentheses on. */
enum tightness { PRIMARY, UNARY, PRODUCT, SUM, RELATION, CONJUNCTION, DISJUNCTION, CHOICE };

struct binary {
	const char *function;
	const char *sign;
	enum tightness tightness;
};

static const struct binary binaries[] = {
	{ "_*_", " * ", PRODUCT },       { "_/_", " / ", PRODUCT },
	{ "_%_", " % ", PRODUCT },       { "_+_", " + ", SUM },
	{ "_-_", " - ", SUM },           { "_==_", " == ", RELATION },
	{ "_!=_", " != ", RELATION },    { "_<_", " < ", RELATION },
	{ "_<=_", " <= ", RELATION },    { "_>_", " > ", RELATION },
	{ "_>=_", " >= ", RELATION },    { "@in", " in ", RELATION },
	{ "_&&_", " && ", CONJUNCTION }, { "_||_", " || ", DISJUNCTION },
};

static bool calls(const struct pq_cel_expression *node, const char *function)
{
	return node->kind == PQ_CEL_CALL && pq_string_is(node->function.function, function);
}

static const struct binary *find_binary(const struct pq_cel_expression *node)
{
	for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++) {
		if (calls(node, binaries[i].function))
			return &binaries[i];
	}
	return NULL;
}

static enum tightness tightness_of(const struct pq_cel_expression *node)
{
	if (node->is_macro)
		return PRIMARY;
	const struct binary *binary = find_binary(node);
	if (binary != NULL)
		return binary->tightness;
	if (calls(node, "!_") || calls(node, "-_"))
		return UNARY;
	return calls(node, "_?_:_") ? CHOICE : PRIMARY;
}

/* In parentheses when it holds together less tightly than needed. */
static void write_within(struct pq_buffer *buffer, const struct pq_cel_expression *node,
			 enum tightness needed)
{
	bool has_parentheses = tightness_of(node) > needed;
	if (has_parentheses)
		pq_buffer_append_byte(buffer, '(');
	pq_cel_unparse(buffer, node);
	if (has_parentheses)
		pq_buffer_append_byte(buffer, ')');
}

/* Whether the text of a primary expression begins with the digits or the sign of a number. */
static bool begins_with_number(const struct pq_cel_expression *node)
{
	for (;;) {
		if (node->is_macro)
			node = node->call;
		if (node->kind == PQ_CEL_SELECT)
			node = node->select.operand;
		else if (node->kind == PQ_CEL_CALL && node->function.target != NULL)
			node = node->function.target;
		else if (calls(node, "_[_]") || calls(node, "_[?_]") || calls(node, "_?._"))
			node = node->function.arguments[0];
		else
			return node->kind == PQ_CEL_LITERAL &&
			       (node->literal.kind == PQ_CEL_LITERAL_INT ||
				node->literal.kind == PQ_CEL_LITERAL_DOUBLE);
	}
}

/* A minus sign before a number would become a part of it. */
static void write_unary(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	const struct pq_cel_expression *operand = node->function.arguments[0];
	bool has_parentheses = tightness_of(operand) > PRIMARY ||
			       (calls(node, "-_") && begins_with_number(operand));
	pq_buffer_append_byte(buffer, node->function.function.data[0]);
	if (has_parentheses)
		pq_buffer_append_byte(buffer, '(');
	pq_cel_unparse(buffer, operand);
	if (has_parentheses)
		pq_buffer_append_byte(buffer, ')');
}

/* Operators bind to the left, but chains of && and || are one. */
static void write_binary(struct pq_buffer *buffer, const struct pq_cel_expression *node,
			 const struct binary *binary)
{
	bool is_chain = binary->tightness >= CONJUNCTION;
	write_within(buffer, node->function.arguments[0], binary->tightness);
	pq_buffer_append_text(buffer, binary->sign);
	write_within(buffer, node->function.arguments[1], binary->tightness - !is_chain);
}

static void write_choice(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	write_within(buffer, node->function.arguments[0], DISJUNCTION);
	pq_buffer_append_text(buffer, " ? ");
	write_within(buffer, node->function.arguments[1], DISJUNCTION);
	pq_buffer_append_text(buffer, " : ");
	pq_cel_unparse(buffer, node->function.arguments[2]);
}

static void write_index(struct pq_buffer *buffer, const struct pq_cel_expression *node,
			const char *open)
{
	write_within(buffer, node->function.arguments[0], PRIMARY);
	pq_buffer_append_text(buffer, open);
	pq_cel_unparse(buffer, node->function.arguments[1]);
	pq_buffer_append_byte(buffer, ']');
}

static void write_plain_call(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	if (node->function.target != NULL) {
		write_within(buffer, node->function.target, PRIMARY);
		pq_buffer_append_byte(buffer, '.');
	}
	pq_buffer_append_string(buffer, node->function.function);
	pq_buffer_append_byte(buffer, '(');
	for (uint32_t i = 0; i < node->function.count; i++) {
		if (i > 0)
			pq_buffer_append_text(buffer, ", ");
		pq_cel_unparse(buffer, node->function.arguments[i]);
	}
	pq_buffer_append_byte(buffer, ')');
}

static void write_call(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	const struct binary *binary = find_binary(node);
	if (binary != NULL) {
		write_binary(buffer, node, binary);
	} else if (calls(node, "!_") || calls(node, "-_")) {
		write_unary(buffer, node);
	} else if (calls(node, "_?_:_")) {
		write_choice(buffer, node);
	} else if (calls(node, "_[_]")) {
		write_index(buffer, node, "[");
	} else if (calls(node, "_[?_]")) {
		write_index(buffer, node, "[?");
	} else if (calls(node, "_?._")) {
		write_within(buffer, node->function.arguments[0], PRIMARY);
		pq_buffer_append_text(buffer, ".?");
		pq_buffer_append_string(buffer, node->function.arguments[1]->literal.text);
	} else {
		write_plain_call(buffer, node);
	}
}

static void write_double(struct pq_buffer *buffer, double number)
{
	size_t start = buffer->length;
	pq_json_write_double(buffer, number);
	if (pq_buffer_failed(buffer))
		return;
	struct pq_string digits = pq_string_slice(pq_buffer_view(buffer), start, SIZE_MAX);
	if (pq_string_find_byte(digits, '.') < 0 && pq_string_find_byte(digits, 'e') < 0)
		pq_buffer_append_text(buffer, ".0");
}

static void write_bytes(struct pq_buffer *buffer, struct pq_string bytes)
{
	pq_buffer_append_text(buffer, "b\"");
	for (size_t i = 0; i < bytes.length; i++) {
		unsigned char byte = (unsigned char)bytes.data[i];
		if (byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\')
			pq_buffer_append_byte(buffer, (char)byte);
		else
			pq_buffer_append_format(buffer, "\\x%02x", byte);
	}
	pq_buffer_append_byte(buffer, '"');
}

static void write_literal(struct pq_buffer *buffer, const struct pq_cel_literal *literal)
{
	switch ((enum pq_cel_literal_kind)literal->kind) {
	case PQ_CEL_LITERAL_NULL:
		pq_buffer_append_text(buffer, "null");
		break;
	case PQ_CEL_LITERAL_BOOL:
		pq_buffer_append_text(buffer, literal->boolean ? "true" : "false");
		break;
	case PQ_CEL_LITERAL_INT:
		pq_buffer_append_format(buffer, "%" PRId64, literal->integer);
		break;
	case PQ_CEL_LITERAL_UINT:
		pq_buffer_append_format(buffer, "%" PRIu64 "u", literal->natural);
		break;
	case PQ_CEL_LITERAL_DOUBLE:
		write_double(buffer, literal->number);
		break;
	case PQ_CEL_LITERAL_STRING:
		pq_go_quote(buffer, literal->text);
		break;
	case PQ_CEL_LITERAL_BYTES:
		write_bytes(buffer, literal->text);
		break;
	}
}

static void write_list(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	pq_buffer_append_byte(buffer, '[');
	for (uint32_t i = 0; i < node->list.count; i++) {
		if (i > 0)
			pq_buffer_append_text(buffer, ", ");
		if (node->list.optional != NULL && node->list.optional[i])
			pq_buffer_append_byte(buffer, '?');
		pq_cel_unparse(buffer, node->list.items[i]);
	}
	pq_buffer_append_byte(buffer, ']');
}

static void write_entries(struct pq_buffer *buffer, const struct pq_cel_expression *node)
{
	pq_buffer_append_string(buffer, node->entries.name);
	pq_buffer_append_byte(buffer, '{');
	for (uint32_t i = 0; i < node->entries.count; i++) {
		const struct pq_cel_entry *entry = &node->entries.entries[i];
		if (i > 0)
			pq_buffer_append_text(buffer, ", ");
		if (entry->optional)
			pq_buffer_append_byte(buffer, '?');
		if (entry->key != NULL)
			pq_cel_unparse(buffer, entry->key);
		else
			pq_buffer_append_string(buffer, entry->field);
		pq_buffer_append_text(buffer, ": ");
		pq_cel_unparse(buffer, entry->value);
	}
	pq_buffer_append_byte(buffer, '}');
}

void pq_cel_unparse(struct pq_buffer *buffer, const struct pq_cel_expression *expression)
{
	if (expression->is_macro)
		expression = expression->call;
	switch ((enum pq_cel_expression_kind)expression->kind) {
	case PQ_CEL_LITERAL:
		write_literal(buffer, &expression->literal);
		break;
	case PQ_CEL_IDENTIFIER:
		pq_buffer_append_string(buffer, expression->name);
		break;
	case PQ_CEL_SELECT:
		write_within(buffer, expression->select.operand, PRIMARY);
		pq_buffer_append_byte(buffer, '.');
		pq_buffer_append_string(buffer, expression->select.field);
		break;
	case PQ_CEL_CALL:
		write_call(buffer, expression);
		break;
	case PQ_CEL_LIST:
		write_list(buffer, expression);
		break;
	case PQ_CEL_MAP:
	case PQ_CEL_STRUCT:
		write_entries(buffer, expression);
		break;
	/* Made by macros alone, whose call has been written. */
	case PQ_CEL_COMPREHENSION:
	case PQ_CEL_UNSPECIFIED:
		break;
	}
}
