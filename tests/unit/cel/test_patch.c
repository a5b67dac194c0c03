/* What only expressions that make patches may use. */
#include "cel/cel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void compile(struct pq_arena *arena, const char *text, bool makes_patches,
		    struct pq_cel_compilation *compilation)
{
	const struct pq_cel_environment environment = { .version = 36,
							.makes_patches = makes_patches };
	assert_true(pq_cel_compile(&environment, pq_string_from(text), arena, arena, compilation));
	pq_cel_program_done(compilation->program);
}

static void test_keys_are_escaped(void **state)
{
	static const char *const expressions[] = {
		"jsonpatch.escapeKey('') == ''",
		"jsonpatch.escapeKey('k8s.io/my~label') == 'k8s.io~1my~0label'",
		"jsonpatch.escapeKey('~1é') == '~01é'",
	};
	(void)state;
	for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_cel_compilation compilation;
		struct pq_cel_value result;
		pq_arena_init(&arena, 0);
		struct pq_cel_evaluation evaluation = { .arena = &arena, .cost_limit = 1000 };
		compile(&arena, expressions[i], true, &compilation);
		assert_non_null(compilation.program);
		pq_cel_evaluate(compilation.program, &evaluation, &result);
		assert_true(result.kind == PQ_CEL_BOOL && result.boolean);
	}
}

static void test_others_know_nothing_of_patches(void **state)
{
	static const char *const expressions[] = {
		"Object{}",
		"Object.spec{}",
		"JSONPatch{}",
		"jsonpatch.escapeKey('a')",
	};
	(void)state;
	for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_cel_compilation compilation;
		pq_arena_init(&arena, 0);
		compile(&arena, expressions[i], true, &compilation);
		assert_null(compilation.issues.data);
		compile(&arena, expressions[i], false, &compilation);
		assert_non_null(compilation.issues.data);
	}
}

/* However long: names of other types are short. */
static void test_names_of_parts_have_any_length(void **state)
{
	static const char text[] =
		"type(dyn(1)) == Object.spec.template.spec.containers.securityContext.capabilities";
	pq_cleanup_arena struct pq_arena arena;
	struct pq_cel_compilation compilation;
	(void)state;
	pq_arena_init(&arena, 0);
	compile(&arena, text, true, &compilation);
	assert_null(compilation.issues.data);
	assert_true(pq_string_is(compilation.plan_error,
				 "reference to undefined type: Object.spec.template.spec."
				 "containers.securityContext.capabilities"));
}

/* What an expression gives is known as long as its program, whatever becomes of the other memory.
 */
static void test_types_stay_with_the_program(void **state)
{
	const struct pq_cel_environment environment = { .version = 36, .makes_patches = true };
	pq_cleanup_arena struct pq_arena kept, scratch;
	struct pq_cel_compilation compilation;
	(void)state;
	pq_arena_init(&kept, 0);
	pq_arena_init(&scratch, 0);
	assert_true(pq_cel_compile(&environment, PQ_S("[Object.spec{}]"), &kept, &scratch,
				   &compilation));
	pq_arena_wipe(&scratch);
	pq_arena_done(&scratch);
	struct pq_string shown = pq_cel_type_format(&kept, compilation.type, NULL);
	assert_true(pq_string_is(shown, "list(Object.spec)"));
	pq_cel_program_done(compilation.program);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_are_escaped),
		cmocka_unit_test(test_others_know_nothing_of_patches),
		cmocka_unit_test(test_names_of_parts_have_any_length),
		cmocka_unit_test(test_types_stay_with_the_program),
	};
	return cmocka_run_group_tests_name("patch", tests, NULL, NULL);
}
