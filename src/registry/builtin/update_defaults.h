/*
 * What the server fills in where a field is left out, as far as rules for updates look at it.
 * Private to this folder.
 */
#ifndef PQ_REGISTRY_BUILTIN_UPDATE_DEFAULTS_H
#define PQ_REGISTRY_BUILTIN_UPDATE_DEFAULTS_H

#include "json/value.h"

/* Whose field it is. Admission plugins that are on unless they are turned off and controllers fill
 * in fields of objects; into templates, and what else is a part, only the server's own defaults
 * go. */
enum update_scope { UPDATE_OBJECT, UPDATE_PART };

/* Which object of an update lacks a field: one of a file; the old one, as a server gave it; the new
 * one, made of what a server gave. */
enum update_lack { UPDATE_LACKED_BY_FILE, UPDATE_LACKED_BY_STORED, UPDATE_LACKED_BY_CHANGED };

/* Whether the server may have filled in a field with a value that is not empty, or does so in the
 * update, or lets an update add it. */
bool update_may_be_filled(enum update_scope scope, struct pq_string field,
			  const struct pq_value *value, enum update_lack lack);

/* Whether zero is another value of a field than none: it has a default and a pointer. */
bool update_keeps_zero(struct pq_string field);

#endif
