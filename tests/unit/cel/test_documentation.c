/* docs/cel.md ends with tables of all macros and functions. With PRATIQUE_UPDATE set, they are
 * written there. */
#include "cel/library.h"
#include "cel/macros.h"

#include "harness/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Functions that macros call; nobody can write them. */
static bool is_hidden(const struct pq_cel_overload *row)
{
	return strchr(row->function, '@') != NULL && strcmp(row->function, "@in") != 0;
}

static void write_type(struct pq_buffer *page, const struct pq_cel_type *type)
{
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	pq_buffer_append_string(page, pq_cel_type_format(&arena, type, NULL));
	pq_arena_done(&arena);
}

/* The function's name of an operator with its operands in it: "_?_:_" becomes "bool ? A : A". */
static void write_operator(struct pq_buffer *page, const struct pq_cel_overload *row)
{
	uint8_t operand = 0;
	for (const char *at = row->function; *at != '\0'; at++) {
		bool is_binary = *at != '_' && row->count == 2 && strchr("[].?", *at) == NULL;
		bool begins = is_binary && (at == row->function || at[-1] == '_');
		bool ends = is_binary && at[1] == '_';
		if (*at == '_')
			write_type(page, row->arguments[operand++]);
		else if (row->count == 3)
			pq_buffer_append_format(page, " %c ", *at);
		else
			pq_buffer_append_format(page, "%s%c%s", begins ? " " : "", *at,
						ends ? " " : "");
	}
}

static void write_arguments(struct pq_buffer *page, const struct pq_cel_overload *row,
			    uint8_t first)
{
	pq_buffer_append_byte(page, '(');
	for (uint8_t i = first; i < row->count; i++) {
		pq_buffer_append_text(page, i == first ? "" : ", ");
		write_type(page, row->arguments[i]);
	}
	pq_buffer_append_byte(page, ')');
}

static void write_call(struct pq_buffer *page, const struct pq_cel_overload *row)
{
	if (strcmp(row->function, "@in") == 0) {
		write_type(page, row->arguments[0]);
		pq_buffer_append_text(page, " in ");
		write_type(page, row->arguments[1]);
	} else if (strcmp(row->function, "_?._") == 0) {
		write_type(page, row->arguments[0]);
		pq_buffer_append_text(page, ".?field");
	} else if (strpbrk(row->function, "_!-") != NULL) {
		write_operator(page, row);
	} else if (row->is_member) {
		write_type(page, row->arguments[0]);
		pq_buffer_append_format(page, ".%s", row->function);
		write_arguments(page, row, 1);
	} else {
		pq_buffer_append_text(page, row->function);
		write_arguments(page, row, 0);
	}
}

/* Bars would end a cell of the table. */
static void append_cell(struct pq_buffer *page, const struct pq_buffer *cell)
{
	for (size_t i = 0; i < cell->length; i++) {
		if (cell->data[i] == '|')
			pq_buffer_append_byte(page, '\\');
		pq_buffer_append_byte(page, cell->data[i]);
	}
}

static void write_row(struct pq_buffer *page, const struct pq_cel_overload *row)
{
	pq_cleanup_buffer struct pq_buffer call;
	pq_buffer_init(&call, 0);
	write_call(&call, row);
	pq_buffer_append_text(page, "| `");
	append_cell(page, &call);
	pq_buffer_append_text(page, "` | `");
	write_type(page, row->result);
	pq_buffer_append_text(page, "` |\n");
}

static void write_library(struct pq_buffer *page, const struct pq_cel_library *library)
{
	size_t shown = 0;
	for (size_t i = 0; i < library->count; i++)
		shown += !is_hidden(&library->overloads[i]);
	if (shown == 0)
		return;
	pq_buffer_append_format(page, "\n### %s", library->name);
	if (library->introduced > 0)
		pq_buffer_append_format(page, ", since 1.%u", library->introduced);
	if (library->is_for_patches)
		pq_buffer_append_text(page, ", in patches of mutating admission policies");
	pq_buffer_append_text(page, "\n\n| call | result |\n|---|---|\n");
	for (size_t i = 0; i < library->count; i++) {
		if (!is_hidden(&library->overloads[i]))
			write_row(page, &library->overloads[i]);
	}
}

/* "all(i, x, …)". What is neither a variable nor the last argument is a filter. */
static void write_macro(struct pq_buffer *page, const struct pq_cel_macro *macro)
{
	uint8_t variables = macro->names > 0 ? macro->names : macro->is_member;
	pq_buffer_append_format(page, "| `%s(", macro->name);
	if (variables > 0)
		pq_buffer_append_text(page, variables == 2 ? "i, x, " : "x, ");
	if (macro->count == variables + 2)
		pq_buffer_append_text(page, "filter, ");
	pq_buffer_append_text(page, "…)` |");
	if (macro->introduced > 0)
		pq_buffer_append_format(page, " 1.%u", macro->introduced);
	pq_buffer_append_text(page, " |\n");
}

static void write_page(struct pq_buffer *page)
{
	pq_buffer_append_text(page, "\n| macro | since |\n|---|---|\n");
	for (size_t i = 0; i < pq_cel_macro_count; i++)
		write_macro(page, &pq_cel_macros[i]);
	pq_buffer_append_text(page, "\n## Functions\n");
	for (size_t i = 0; i < pq_cel_library_count; i++)
		write_library(page, pq_cel_libraries[i]);
}

static void test_page(void **state)
{
	(void)state;
	test_page_is_current("../docs/cel.md", "use it one version later.\n", write_page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
	};
	return cmocka_run_group_tests_name("documentation", tests, NULL, NULL);
}
