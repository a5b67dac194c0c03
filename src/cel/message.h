/*
 * Messages: the well-known types of protobuf, which expressions may build by name:
 * google.protobuf.Int64Value{value: 1}.
 *
 * Follows cel-go v0.26 common/types/pb/pb.go (what is registered) and checkedWellKnowns of
 * common/types/types.go.
 */
#ifndef PQ_CEL_MESSAGE_H
#define PQ_CEL_MESSAGE_H

#include "cel/container.h"
#include "cel/native.h"

struct pq_cel_message_field {
	const char *name;
	const struct pq_cel_type *type;
	enum pq_cel_native native;
};

/* What a message with these fields stands for: evaluate_message.c. */
typedef struct pq_cel_value pq_cel_message_maker(struct pq_cel_run *run,
						 const struct pq_cel_map *fields);

struct pq_cel_message {
	const char *name;
	const struct pq_cel_type *type; /* of its values */
	const struct pq_cel_message_field *fields;
	size_t field_count;
	pq_cel_message_maker
		*make; /* NULL: it stands for the field that was set last, or for zero */
	struct pq_cel_value zero;
};

pq_cel_message_maker pq_cel_make_any; /* an error: cel-go has none */
pq_cel_message_maker pq_cel_make_duration;
pq_cel_message_maker pq_cel_make_timestamp;
pq_cel_message_maker pq_cel_make_struct;
pq_cel_message_maker pq_cel_make_value;
pq_cel_message_maker pq_cel_make_empty;

/* The one constant of an enumeration among the well-known types: the int 0. */
#define PQ_CEL_NULL_VALUE "google.protobuf.NullValue.NULL_VALUE"

const struct pq_cel_message *pq_cel_message_find(struct pq_string name);

/* The message whose fields a literal of the type has: those of one kind of wrapper have the
 * fields of the widest. NULL when the type is none that protobuf has a message for. */
const struct pq_cel_message *pq_cel_message_of_type(const struct pq_cel_type *type);

/* NULL when there is none of the name. */
const struct pq_cel_message_field *pq_cel_message_find_field(const struct pq_cel_message *message,
							     struct pq_string name);

#endif
