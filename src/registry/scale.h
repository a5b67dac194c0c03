/* The scale subresource. Private to this folder. */
#ifndef PQ_REGISTRY_SCALE_H
#define PQ_REGISTRY_SCALE_H

#include "registry/judging.h"

/* Checks what the scale paths point to; the fields keep the paths' leading dots. */
void scale_check_spec(struct judging *judging);
void scale_check_status(struct judging *judging);

/* PUT of an autoscaling/v1 Scale. */
bool scale_update(struct judging *judging);

/* The two halves of an update (custom_resource.c): what names and versions the request gives; then
 * the content. */
bool custom_resource_check_preconditions(struct judging *judging);
/* What a create and an update of any resource begin with. */
bool custom_resource_prepare_create(struct judging *judging);
bool custom_resource_keep_system_fields(struct judging *judging);
bool custom_resource_update_content(struct judging *judging);

#endif
