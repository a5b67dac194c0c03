/*
 * The configuration file.
 *
 * libcyaml turns it into C, but names wrong places in its errors (1.3.1 tells the mapping's line,
 * not the key's) and reads numbers without units. So src/yaml checks the file's shape against the
 * option table first, libcyaml then gives every value's text by a schema made from the same table,
 * and the texts are stored as those of flags are, each error at its value's line and column.
 */
#include "base/file.h"
#include "base/nearest.h"
#include "config/option_value.h"
#include "yaml/read.h"

#include <cyaml/cyaml.h>
#include <stdio.h>

enum {
	FILE_SIZE_MAX = 1024 * 1024,
	KEY_SIZE_MAX = 64,
};

/* What libcyaml loads for one row of the table; which half is in use, the row's type says. */
struct texts {
	char *text;
	char **list;
	unsigned list_count;
};

struct configuration {
	const struct pq_option *table;
	size_t count; /* rows of the table */
	struct pq_string text;
	struct pq_option_place *places;
	struct pq_arena *arena;
	struct pq_error *error;
};

static bool fail_at(const struct configuration *file, uint32_t offset)
{
	uint32_t line = 0;
	uint32_t column = 0;
	if (offset != PQ_OFFSET_NONE)
		pq_source_locate(file->text, offset, &line, &column);
	pq_error_set_position(file->error, line, column);
	return false;
}

static bool in_file(const struct pq_option *option)
{
	return (option->sources & PQ_OPTION_FILE) != 0;
}

static const struct pq_option *find_key(const struct configuration *file, struct pq_string key)
{
	for (const struct pq_option *option = file->table; option->name != NULL; option++) {
		char name[KEY_SIZE_MAX];
		pq_option_file_key(option, name, sizeof name);
		if (in_file(option) && pq_string_is(key, name))
			return option;
	}
	return NULL;
}

static bool fail_unknown(const struct configuration *file, const struct pq_member *member)
{
	char hint[PQ_NEAREST_HINT_MAX];
	struct pq_nearest nearest = pq_nearest_to(member->key);
	for (const struct pq_option *option = file->table; option->name != NULL; option++) {
		char name[KEY_SIZE_MAX];
		pq_option_file_key(option, name, sizeof name);
		if (in_file(option))
			pq_nearest_consider(&nearest, pq_string_from(name));
	}
	pq_error_set(file->error, PQ_ERROR_USAGE, "unknown key \"%.*s\"%s",
		     PQ_STRING_ARGUMENT(member->key), pq_nearest_hint(&nearest, "\"", "\"", hint));
	return fail_at(file, member->offset);
}

static bool check_list(const struct configuration *file, const struct pq_member *member)
{
	const struct pq_value *value = &member->value;
	if (value->kind != PQ_ARRAY) {
		pq_error_set(file->error, PQ_ERROR_USAGE, "%.*s: wants a list, one \"- …\" a line",
			     PQ_STRING_ARGUMENT(member->key));
		return fail_at(file, value->offset);
	}
	for (uint32_t i = 0; i < value->length; i++) {
		if (pq_value_is_plain(&value->items[i]))
			continue;
		pq_error_set(file->error, PQ_ERROR_USAGE, "%.*s[%u]: wants a text, not %s",
			     PQ_STRING_ARGUMENT(member->key), i,
			     pq_kind_name(value->items[i].kind));
		return fail_at(file, value->items[i].offset);
	}
	return true;
}

static bool check_member(const struct configuration *file, const struct pq_member *member)
{
	const struct pq_option *option = find_key(file, member->key);
	if (option == NULL)
		return fail_unknown(file, member);
	if (member->value.kind == PQ_NULL) {
		pq_error_set(file->error, PQ_ERROR_USAGE,
			     "%.*s: has no value; give one or take the key out",
			     PQ_STRING_ARGUMENT(member->key));
		return fail_at(file, member->offset);
	}
	if (option->type == PQ_OPTION_LIST)
		return check_list(file, member);
	if (pq_value_is_plain(&member->value))
		return true;
	pq_error_set(file->error, PQ_ERROR_USAGE, "%.*s: wants one value, not %s",
		     PQ_STRING_ARGUMENT(member->key), pq_kind_name(member->value.kind));
	return fail_at(file, member->value.offset);
}

/* The shape: at most one document, a mapping of known keys, each once, with values of the right
 * form. An empty file gives null. */
static bool check_shape(const struct configuration *file, struct pq_value *root)
{
	struct pq_yaml_options options = { .conversion = PQ_YAML_PLAIN };
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream =
		pq_yaml_stream_new(file->text, &options);
	if (stream == NULL)
		return pq_error_set(file->error, PQ_ERROR_MEMORY, "out of memory");
	struct pq_value document = pq_value_null();
	struct pq_value second;
	uint32_t offset;
	enum pq_yaml_result result =
		pq_yaml_stream_next(stream, file->arena, &document, NULL, file->error);
	if (result == PQ_YAML_DOCUMENT)
		result = pq_yaml_stream_next(stream, file->arena, &second, &offset, file->error);
	if (result == PQ_YAML_FAILED)
		return false;
	if (result == PQ_YAML_DOCUMENT) {
		pq_error_set(file->error, PQ_ERROR_USAGE,
			     "a second YAML document starts here; a configuration is one");
		return fail_at(file, offset);
	}
	if (document.kind != PQ_OBJECT && document.kind != PQ_NULL) {
		pq_error_set(file->error, PQ_ERROR_USAGE,
			     "a configuration is a mapping of keys to values, not %s",
			     pq_kind_name(document.kind));
		return fail_at(file, document.offset);
	}
	for (uint32_t i = 0; document.kind == PQ_OBJECT && i < document.object->count; i++) {
		if (!check_member(file, &document.object->members[i]))
			return false;
	}
	*root = document;
	return true;
}

/* Every value is a text to libcyaml, or a list of them. */
static const cyaml_schema_value_t text_schema = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static cyaml_schema_field_t field_schema(const struct pq_option *option, size_t index,
					 const char *key)
{
	cyaml_schema_field_t field = { .key = key };
	size_t offset = index * sizeof(struct texts);
	if (option->type == PQ_OPTION_LIST) {
		field.data_offset = (uint32_t)(offset + offsetof(struct texts, list));
		field.count_offset = (uint32_t)(offset + offsetof(struct texts, list_count));
		field.count_size = sizeof(unsigned);
		field.value = (cyaml_schema_value_t){
			CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, char *,
					     &text_schema, 0, CYAML_UNLIMITED),
		};
		return field;
	}
	field.data_offset = (uint32_t)(offset + offsetof(struct texts, text));
	field.value = (cyaml_schema_value_t){
		CYAML_VALUE_STRING(CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, char, 0,
				   CYAML_UNLIMITED),
	};
	return field;
}

/* A field for every row that a file may give; the unused slots of others keep indices equal. */
static cyaml_schema_field_t *make_fields(const struct configuration *file)
{
	cyaml_schema_field_t *fields =
		pq_arena_alloc_array(file->arena, file->count + 1, sizeof *fields);
	char *keys = pq_arena_alloc_array(file->arena, file->count, KEY_SIZE_MAX);
	if (fields == NULL || keys == NULL)
		return NULL;
	size_t made = 0;
	for (size_t i = 0; i < file->count; i++) {
		if (!in_file(&file->table[i]))
			continue;
		char *key = keys + i * KEY_SIZE_MAX;
		pq_option_file_key(&file->table[i], key, KEY_SIZE_MAX);
		fields[made++] = field_schema(&file->table[i], i, key);
	}
	fields[made] = (cyaml_schema_field_t)CYAML_FIELD_END;
	return fields;
}

static bool store_list(const struct configuration *file, const struct pq_option *option,
		       const struct pq_member *member, const struct texts *texts, void *settings)
{
	*(struct pq_option_list *)((char *)settings + option->offset) =
		(struct pq_option_list){ 0 };
	for (unsigned i = 0; i < texts->list_count; i++) {
		if (!pq_option_store(option, member->key, pq_string_from(texts->list[i]), settings,
				     file->arena, file->error))
			return fail_at(file, member->value.items[i].offset);
	}
	return true;
}

static void keep_place(const struct configuration *file, const struct pq_option *option,
		       const struct pq_member *member)
{
	struct pq_option_place *place = &file->places[option - file->table];
	if (member->value.offset != PQ_OFFSET_NONE)
		pq_source_locate(file->text, member->value.offset, &place->line, &place->column);
}

static bool store_all(const struct configuration *file, const struct pq_value *root,
		      const struct texts *loaded, void *settings)
{
	for (uint32_t i = 0; i < root->object->count; i++) {
		const struct pq_member *member = &root->object->members[i];
		const struct pq_option *option = find_key(file, member->key);
		const struct texts *texts = &loaded[option - file->table];
		keep_place(file, option, member);
		if (option->type == PQ_OPTION_LIST) {
			if (!store_list(file, option, member, texts, settings))
				return false;
		} else if (!pq_option_store(option, member->key, pq_string_from(texts->text),
					    settings, file->arena, file->error)) {
			return fail_at(file, member->value.offset);
		}
	}
	return true;
}

static bool load(const struct configuration *file, const struct pq_value *root, void *settings)
{
	const cyaml_schema_field_t *fields = make_fields(file);
	if (fields == NULL)
		return pq_error_set(file->error, PQ_ERROR_MEMORY, "out of memory");
	const cyaml_schema_value_t schema = {
		.type = CYAML_MAPPING,
		.flags = CYAML_FLAG_POINTER,
		.data_size = (uint32_t)(file->count * sizeof(struct texts)),
		.mapping = { .fields = fields },
	};
	const cyaml_config_t config = {
		.mem_fn = cyaml_mem,
		.log_level = CYAML_LOG_ERROR,
	};
	cyaml_data_t *data = NULL;
	cyaml_err_t failure = cyaml_load_data((const uint8_t *)file->text.data, file->text.length,
					      &config, &schema, &data, NULL);
	if (failure != CYAML_OK) {
		enum pq_error_code code =
			failure == CYAML_ERR_OOM ? PQ_ERROR_MEMORY : PQ_ERROR_USAGE;
		return pq_error_set(file->error, code, "libcyaml: %s", cyaml_strerror(failure));
	}
	bool stored = store_all(file, root, (const struct texts *)data, settings);
	cyaml_free(&config, &schema, data, 0);
	return stored;
}

static bool read_text(const struct configuration *file, void *settings)
{
	struct pq_value root = pq_value_null();
	if (!check_shape(file, &root))
		return false;
	bool is_empty = root.kind == PQ_NULL || root.object->count == 0;
	return is_empty || load(file, &root, settings);
}

bool pq_options_read_file(const struct pq_option *table, const char *path, void *settings,
			  struct pq_option_place *places, struct pq_arena *arena,
			  struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, FILE_SIZE_MAX);
	if (!pq_file_read(path, &text, error))
		return false;
	struct configuration file = {
		.table = table,
		.text = pq_buffer_view(&text),
		.places = places,
		.arena = arena,
		.error = error,
	};
	while (table[file.count].name != NULL)
		file.count++;
	if (!read_text(&file, settings)) {
		pq_error_add_path(error, pq_string_from(path));
		return false;
	}
	return true;
}
