/* docs/check.md says for each flag of kubeconform what to do without it. */
#include "base/file.h"
#include "cli/command.h"
#include "cli/kubeconform.h"
#include "harness/corpora.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* The flags that stand in the first column of the table, as `-name` or `-name VALUE`. */
struct page_flags {
	struct pq_string names[64];
	size_t count;
};

static void add_flags_of_cell(struct pq_string cell, struct page_flags *flags)
{
	struct pq_string span;
	for (size_t i = 0; pq_string_split(&cell, '`', &span); i++) {
		struct pq_string name = pq_string_slice(span, 1, span.length);
		if (i % 2 == 0 || !pq_string_starts_with(span, PQ_S("-")) || name.length == 0)
			continue;
		assert_true(flags->count < sizeof flags->names / sizeof flags->names[0]);
		assert_true(pq_string_split(&name, ' ', &flags->names[flags->count++]));
	}
}

static void find_flags(struct pq_string page, struct page_flags *flags)
{
	struct pq_string line, cell;
	bool is_in_section = false;
	flags->count = 0;
	while (pq_string_split(&page, '\n', &line)) {
		if (pq_string_starts_with(line, PQ_S("## ")))
			is_in_section = pq_string_is(line, "## Coming from kubeconform");
		if (!is_in_section || !pq_string_starts_with(line, PQ_S("| ")))
			continue;
		line = pq_string_slice(line, 1, line.length);
		assert_true(pq_string_split(&line, '|', &cell));
		add_flags_of_cell(cell, flags);
	}
}

static bool has_flag(const struct page_flags *flags, const char *name)
{
	for (size_t i = 0; i < flags->count; i++) {
		if (pq_string_is(flags->names[i], name))
			return true;
	}
	return false;
}

static bool is_of_kubeconform(struct pq_string name)
{
	for (const struct pq_kubeconform_flag *flag = pq_kubeconform_flags; flag->name != NULL;
	     flag++) {
		if (pq_string_is(name, flag->name))
			return true;
	}
	return false;
}

static bool is_of_both(struct pq_string name)
{
	for (const struct pq_option *option = pq_command_check.options; option->name != NULL;
	     option++) {
		if (pq_string_is(name, option->name))
			return true;
	}
	return false;
}

static void test_flags_of_kubeconform(void **state)
{
	pq_cleanup_buffer struct pq_buffer page;
	struct page_flags flags;
	struct pq_error error;
	(void)state;
	pq_buffer_init(&page, 0);
	assert_true(pq_file_read(test_data("../docs/check.md"), &page, &error));
	find_flags(pq_buffer_view(&page), &flags);
	for (const struct pq_kubeconform_flag *flag = pq_kubeconform_flags; flag->name != NULL;
	     flag++) {
		if (!has_flag(&flags, flag->name))
			fail_msg("docs/check.md does not tell what to do without -%s", flag->name);
	}
	for (size_t i = 0; i < flags.count; i++) {
		if (!is_of_kubeconform(flags.names[i]) && !is_of_both(flags.names[i]))
			fail_msg("docs/check.md tells of -%.*s, which `check` does not know",
				 PQ_STRING_ARGUMENT(flags.names[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags_of_kubeconform),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
