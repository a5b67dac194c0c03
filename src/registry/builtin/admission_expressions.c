/* Expressions of webhooks and policies, compiled as the API server does when they are written
 * (k8s.io/apiserver v0.36 pkg/admission/plugin/cel: compile.go, composition.go). */
#include "registry/builtin/admission.h"

#include "cel/library.h"
#include "cel/patch_type.h"

#include <stdlib.h>

enum { VERSION = 35 }; /* new expressions may use what Kubernetes 1.35 knows */

static int compare_fields(const void *a, const void *b)
{
	return pq_string_compare(((const struct pq_cel_field *)a)->name,
				 ((const struct pq_cel_field *)b)->name);
}

/* A field for each name, sorted; one without a type is as good as not there. */
static void list_fields(struct admission_scope *scope, const struct place *variables)
{
	size_t count = place_count(variables), kept = 0;
	struct pq_arena *arena = variables->findings->arena;
	struct pq_cel_field *fields = pq_arena_alloc_array(arena, count, sizeof *fields);
	scope->declared = pq_arena_alloc_array(arena, count, sizeof *scope->declared);
	if (fields == NULL || scope->declared == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		const struct place variable = place_item(variables, i);
		const struct place name = place_field(&variable, "name");
		fields[i].name = fields[i].key = place_text(&name);
	}
	qsort(fields, count, sizeof *fields, compare_fields);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && pq_string_equal(fields[i].name, fields[kept - 1].name))
			continue;
		fields[kept] = fields[i];
		scope->declared[kept].kind = PQ_CEL_DECLARED_ANY;
		fields[kept].declaration = &scope->declared[kept];
		kept++;
	}
	scope->declaration.fields = fields;
	scope->declaration.field_count = kept;
}

void admission_scope_init(struct admission_scope *scope, const struct place *variables,
			  bool has_params)
{
	*scope = (struct admission_scope){
		.has_params = has_params,
		.is_composed = variables != NULL,
		.declaration = { .kind = PQ_CEL_DECLARED_OBJECT },
		.type = { .kind = PQ_CEL_TYPE_OBJECT, .name = PQ_LITERAL("kubernetes.variables") },
	};
	scope->declaration.type = &scope->type;
	scope->type.declaration = &scope->declaration;
	if (scope->is_composed)
		list_fields(scope, variables);
}

/* What an expression that names a variable may take it for: convertCelTypeToDeclType. */
static const struct pq_cel_type *declared_type(struct pq_arena *arena,
					       const struct pq_cel_type *type)
{
	static const struct pq_cel_type *const kept[] = {
		&pq_cel_bool, &pq_cel_bytes,  &pq_cel_double,    &pq_cel_duration, &pq_cel_int,
		&pq_cel_null, &pq_cel_string, &pq_cel_timestamp, &pq_cel_uint,
	};
	if (type == NULL)
		return &pq_cel_dyn;
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		if (pq_cel_type_equal(type, kept[i]) && !type->nullable)
			return kept[i];
	}
	if (type->kind == PQ_CEL_TYPE_LIST)
		return pq_cel_type_list(arena, declared_type(arena, type->parameters[0]));
	if (type->kind == PQ_CEL_TYPE_MAP)
		return pq_cel_type_map(arena, declared_type(arena, type->parameters[0]),
				       declared_type(arena, type->parameters[1]));
	return &pq_cel_dyn;
}

static size_t list_variables(const struct admission_scope *scope, bool has_authorizer,
			     struct pq_cel_variable variables[static PQ_CEL_VARIABLES_MAX])
{
	size_t count = 0;
	variables[count++] = (struct pq_cel_variable){ PQ_S("object"), &pq_cel_dyn, NULL };
	variables[count++] = (struct pq_cel_variable){ PQ_S("oldObject"), &pq_cel_dyn, NULL };
	variables[count++] =
		(struct pq_cel_variable){ PQ_S("namespaceObject"), admission_namespace_type, NULL };
	variables[count++] =
		(struct pq_cel_variable){ PQ_S("request"), admission_request_type, NULL };
	if (scope->has_params)
		variables[count++] = (struct pq_cel_variable){ PQ_S("params"), &pq_cel_dyn, NULL };
	if (scope->is_composed)
		variables[count++] =
			(struct pq_cel_variable){ PQ_S("variables"), &scope->type, NULL };
	if (!has_authorizer)
		return count;
	variables[count++] =
		(struct pq_cel_variable){ PQ_S("authorizer"), &pq_cel_authorizer, NULL };
	variables[count++] = (struct pq_cel_variable){ PQ_S("authorizer.requestResource"),
						       &pq_cel_resource_check, NULL };
	return count;
}

static size_t list_types(const struct admission_scope *scope,
			 struct pq_cel_named_type types[static ADMISSION_TYPES + 1])
{
	memcpy(types, admission_types, sizeof admission_types);
	types[ADMISSION_TYPES] = (struct pq_cel_named_type){ scope->type.name, &scope->type };
	return ADMISSION_TYPES + (scope->is_composed ? 1 : 0);
}

/* A type as Go's String() writes it: by the names that programs have for types. */
static void write_type(struct pq_buffer *buffer, const struct pq_cel_type *type)
{
	if (type->nullable)
		pq_buffer_append_format(buffer, "wrapper(%.*s)", PQ_STRING_ARGUMENT(type->name));
	else
		pq_buffer_append_string(buffer, type->name);
	for (uint8_t i = 0; i < type->parameter_count; i++) {
		pq_buffer_append_text(buffer, i == 0 ? "(" : ", ");
		write_type(buffer, type->parameters[i]);
	}
	if (type->parameter_count > 0)
		pq_buffer_append_byte(buffer, ')');
}

/* False, and told of, when it is another type. */
static bool check_result(const struct place *place, struct pq_string shown,
			 const struct pq_cel_type *type, enum admission_result result)
{
	static const struct {
		const struct pq_cel_type *types[2];
		const char *text;
	} wanted[] = {
		[ADMISSION_OBJECT] = { { &pq_cel_patch_object }, "Object" },
		[ADMISSION_PATCHES] = { { &pq_cel_list_of_patch_operation }, "list(JSONPatch)" },
		[ADMISSION_BOOL] = { { &pq_cel_bool }, "bool" },
		[ADMISSION_STRING] = { { &pq_cel_string }, "string" },
		[ADMISSION_STRING_OR_NULL] = { { &pq_cel_string, &pq_cel_null },
					       "one of [string null_type]" },
	};
	struct pq_buffer given;
	if (result == ADMISSION_ANYTHING)
		return true;
	for (size_t i = 0; i < 2 && wanted[result].types[i] != NULL; i++) {
		if (pq_cel_type_equal(type, wanted[result].types[i]) && !type->nullable)
			return true;
	}
	pq_buffer_init_in(&given, place->findings->arena, 0);
	write_type(&given, type);
	refuse_string(place, shown, "must evaluate to %s but got %.*s", wanted[result].text,
		      PQ_STRING_ARGUMENT(pq_buffer_view(&given)));
	return false;
}

/* The type of the expression, in the arena; NULL when it was refused or cannot be judged. */
static const struct pq_cel_type *compile(struct pq_arena *arena,
					 const struct admission_scope *scope,
					 const struct place *place, struct pq_string text,
					 enum admission_result result, bool has_authorizer)
{
	struct pq_string shown = result == ADMISSION_STRING_OR_NULL ? place_text(place) : text;
	struct pq_cel_variable variables[PQ_CEL_VARIABLES_MAX];
	struct pq_cel_named_type types[ADMISSION_TYPES + 1];
	struct pq_cel_compilation compilation;
	const struct pq_cel_environment environment = {
		.version = VERSION,
		.variables = variables,
		.variable_count = list_variables(scope, has_authorizer, variables),
		.types = types,
		.type_count = list_types(scope, types),
		.makes_patches = result == ADMISSION_OBJECT || result == ADMISSION_PATCHES,
	};
	if (!pq_cel_compile(&environment, text, arena, arena, &compilation))
		return NULL;
	pq_cel_program_done(compilation.program);
	if (compilation.issues.data != NULL) {
		refuse_string(place, shown, "compilation failed: %.*s",
			      PQ_STRING_ARGUMENT(compilation.issues));
		return NULL;
	}
	if (!check_result(place, shown, compilation.type, result))
		return NULL;
	if (compilation.is_partly_untyped) {
		refuse_internal(place, "unexpected compilation error: "
				       "missing type conversion to proto: ");
		return NULL;
	}
	if (compilation.plan_error.data != NULL) {
		struct pq_string detail =
			pq_arena_format(arena, "program instantiation failed: %.*s",
					PQ_STRING_ARGUMENT(compilation.plan_error));
		refuse_internal(place, detail.data == NULL ? "" : detail.data);
		return NULL;
	}
	return compilation.type;
}

void admission_check_expression(const struct admission_scope *scope, const struct place *place,
				struct pq_string text, enum admission_result result,
				bool has_authorizer)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	compile(&arena, scope, place, text, result, has_authorizer);
}

void admission_declare_variable(struct admission_scope *scope, struct pq_string name,
				const struct place *expression)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	const struct pq_cel_type *type = compile(&arena, scope, expression, place_text(expression),
						 ADMISSION_ANYTHING, true);
	const struct pq_cel_field *field = pq_cel_declaration_find(&scope->declaration, name);
	if (field != NULL)
		scope->declared[field->declaration - scope->declared].type =
			declared_type(expression->findings->arena, type);
}
