#include "cel/environment.h"

#include "base/hash.h"
#include "cel/message.h"

#include <assert.h>
#include <pthread.h>

enum {
	OVERLOADS_MAX = 512,
	SLOTS = 512, /* of functions; a power of two */
};

static struct {
	struct pq_cel_function_overloads functions[SLOTS];
	const struct pq_cel_overload *overloads[OVERLOADS_MAX];
	uint8_t introduced[OVERLOADS_MAX];
} names;

static pthread_once_t names_once = PTHREAD_ONCE_INIT;

static struct pq_cel_function_overloads *slot_of(struct pq_string name)
{
	size_t slot = pq_hash(name) % SLOTS;
	while (names.functions[slot].name.data != NULL &&
	       !pq_string_equal(names.functions[slot].name, name))
		slot = (slot + 1) % SLOTS;
	return &names.functions[slot];
}

/* Every function gets its own part of the array of overloads; returns the part's length. */
static size_t collect_overloads(const char *function, size_t start)
{
	size_t end = start;
	for (size_t i = 0; i < pq_cel_library_count; i++) {
		const struct pq_cel_library *library = pq_cel_libraries[i];
		for (size_t j = 0; j < library->count; j++) {
			if (strcmp(library->overloads[j].function, function) != 0)
				continue;
			assert(end < OVERLOADS_MAX);
			names.overloads[end] = &library->overloads[j];
			names.introduced[end++] = library->introduced;
		}
	}
	return end - start;
}

static void index_names(void)
{
	size_t end = 0;
	for (size_t i = 0; i < pq_cel_library_count; i++) {
		const struct pq_cel_library *library = pq_cel_libraries[i];
		for (size_t j = 0; j < library->count; j++) {
			const char *name = library->overloads[j].function;
			struct pq_cel_function_overloads *function = slot_of(pq_string_from(name));
			if (function->name.data != NULL)
				continue;
			*function = (struct pq_cel_function_overloads){
				.name = pq_string_from(name),
				.overloads = &names.overloads[end],
				.introduced = &names.introduced[end],
				.count = collect_overloads(name, end),
				.is_for_patches = library->is_for_patches,
			};
			end += function->count;
		}
	}
}

const struct pq_cel_function_overloads *pq_cel_environment_find_function(uint8_t version,
									 struct pq_string name)
{
	pthread_once(&names_once, index_names);
	const struct pq_cel_function_overloads *function = slot_of(name);
	for (size_t i = 0; i < function->count; i++) {
		if (function->introduced[i] <= version)
			return function;
	}
	return NULL;
}

static const struct pq_cel_type *find_library_type(uint8_t version, struct pq_string name)
{
	for (size_t i = 0; i < pq_cel_library_count; i++) {
		const struct pq_cel_library *library = pq_cel_libraries[i];
		if (library->introduced > version)
			continue;
		for (size_t j = 0; j < library->type_count; j++) {
			if (pq_string_equal(library->types[j]->name, name))
				return library->types[j];
		}
	}
	return NULL;
}

const struct pq_cel_type *pq_cel_environment_find_runtime_type(uint8_t version,
							       struct pq_string name)
{
	const struct pq_cel_type *type = find_library_type(version, name);
	if (type != NULL)
		return type;
	const struct pq_cel_message *message = pq_cel_message_find(name);
	bool is_own = message != NULL && message->type->kind == PQ_CEL_TYPE_OBJECT;
	return is_own ? message->type : NULL;
}

const struct pq_cel_type *pq_cel_environment_find_type(uint8_t version, struct pq_string name)
{
	const struct pq_cel_type *type = find_library_type(version, name);
	if (type != NULL)
		return type;
	/* The names that declared types answer to besides. */
	if (pq_string_is(name, "duration"))
		return &pq_cel_duration;
	if (pq_string_is(name, "timestamp"))
		return &pq_cel_timestamp;
	const struct pq_cel_message *message = pq_cel_message_find(name);
	return message == NULL ? NULL : message->type;
}
