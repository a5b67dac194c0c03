#include "registry/type_meta.h"

/* Whether encoding/json takes the key for that of a field, whose name is of letters alone. Two
 * letters beyond ASCII fold to one of them: the long s and the sign of the kelvin. */
static bool folds_to(struct pq_string key, const char *name)
{
	static const struct pq_string long_s = PQ_LITERAL("\xc5\xbf");
	static const struct pq_string kelvin = PQ_LITERAL("\xe2\x84\xaa");
	while (key.length > 0 && *name != '\0') {
		char letter = (char)(key.data[0] | 0x20), wanted = (char)(*name | 0x20);
		size_t width = 1;
		if (pq_string_starts_with(key, long_s)) {
			letter = 's';
			width = long_s.length;
		} else if (pq_string_starts_with(key, kelvin)) {
			letter = 'k';
			width = kelvin.length;
		}
		if (letter != wanted)
			return false;
		key = pq_string_slice(key, width, key.length);
		name++;
	}
	return key.length == 0 && *name == '\0';
}

struct field {
	const char *name;
	struct pq_string *text;
	uint32_t offset; /* of that text in the document */
};

/* The last string in the document is the value of its field; a null changes nothing. */
static void take(struct field *field, const struct pq_member *member, struct type_meta *meta)
{
	const struct pq_value *value = &member->value;
	if (value->kind == PQ_NULL || !folds_to(member->key, field->name))
		return;
	if (value->kind != PQ_STRING) {
		if (meta->wrong == NULL || value->offset < meta->wrong->offset) {
			meta->wrong = value;
			meta->wrong_field = field->name;
		}
	} else if (value->offset >= field->offset) {
		*field->text = pq_value_string(value);
		field->offset = value->offset;
	}
}

void type_meta_find(const struct pq_value *document, const struct pq_json_replaced *replaced,
		    struct type_meta *meta)
{
	struct field api_version = { "apiVersion", &meta->api_version, 0 };
	struct field kind = { "kind", &meta->kind, 0 };
	*meta = (struct type_meta){ 0 };
	if (document->kind != PQ_OBJECT)
		return;
	for (size_t i = 0; i < document->object->count; i++) {
		take(&api_version, &document->object->members[i], meta);
		take(&kind, &document->object->members[i], meta);
	}
	for (size_t i = 0; i < replaced->count; i++) {
		if (replaced->items[i].object != document->object)
			continue;
		take(&api_version, &replaced->items[i].member, meta);
		take(&kind, &replaced->items[i].member, meta);
	}
}
