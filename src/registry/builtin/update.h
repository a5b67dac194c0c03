/*
 * Rules for updates: what may not change once an object exists. Private to this folder.
 *
 * An object of a file need not have what the server fills in, so that a difference to it only
 * counts when both sides say something, or when what the absent side stands for is known. One that
 * a server gave has all of it.
 */
#ifndef PQ_REGISTRY_BUILTIN_UPDATE_H
#define PQ_REGISTRY_BUILTIN_UPDATE_H

#include "registry/builtin/checks.h"
#include "registry/builtin/update_defaults.h"
#include "registry/judging.h"
#include "registry/openapi.h"

typedef void update_check(const struct place *now, const struct place *old);

struct kind_update {
	const char *group;
	const char *kind;
	bool is_unconditional; /* an update need not say of which resourceVersion */
	bool is_named_anew;    /* metadata is judged once more, as that of a new object */
	enum {
		UPDATE_BY_ALL_RULES, /* of creates */
		UPDATE_BY_RULES,     /* those of again, unless is_as_created says no */
		UPDATE_BY_CHANGES,   /* what may not change, alone */
	} judged;
	place_check *again;
	bool (*is_as_created)(const struct place *now, const struct place *old); /* or NULL */
	update_check *check;                                                     /* or NULL */
};

/* updates.c; a kind without a row is unconditional and judged by all its rules. */
const struct kind_update *updates_find(const struct pq_openapi_kind *kind);

/* update.c: whether two values of a field are the same or might be, for the server fills in what
 * is absent; whether two structs might but for some of their fields; and whether two values are the
 * same, an absent list or map being an empty one. */
bool update_may_be_same(enum update_scope scope, const char *field, const struct place *now,
			const struct place *old);
bool update_may_be_same_but(enum update_scope scope, const struct place *now,
			    const struct place *old, const char *const *fields);
bool update_is_same(const struct pq_value *a, const struct pq_value *b);

/* "field is immutable" (ValidateImmutableField), shown as JSON. */
void update_refuse(const struct place *now);
/* The same of a selector that is not that of the old owner. */
void update_check_selector(const struct place *now, const struct place *old);
/* The same of a part unless it may be the old one. */
void update_check_field(const struct place *now, const struct place *old, const char *name);
/* The same of a text with a default. */
void update_check_text(const struct place *now, const struct place *old, const char *name,
		       const char *otherwise);

/* update_workloads.c */
update_check update_check_daemon_set, update_check_deployment, update_check_job, update_check_pod,
	update_check_stateful_set;

/* update_storage.c */
update_check update_check_csi_driver, update_check_persistent_volume,
	update_check_persistent_volume_claim, update_check_storage_class;

/* update_config.c */
update_check update_check_config_map, update_check_resource_quota, update_check_secret;

/* update_networking.c */
update_check update_check_endpoint_slice, update_check_ingress_class;

/* update_rbac.c */
update_check update_check_role_binding;

/* update_scheduling.c */
update_check update_check_priority_class, update_check_runtime_class;

/* update_service.c */
update_check update_check_service;
bool update_is_service_as_created(const struct place *now, const struct place *old);
/* What the server changes before it judges a Service; nothing of another kind. */
PQ_CHECKED bool update_prepare_service(struct judging *judging);

#endif
