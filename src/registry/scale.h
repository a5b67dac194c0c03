/* The scale subresource. Private to this folder. */
#ifndef PQ_REGISTRY_SCALE_H
#define PQ_REGISTRY_SCALE_H

#include "registry/judging.h"

/* Checks what the scale paths point to; the fields keep the paths' leading dots. */
void scale_check_spec(struct judging *judging);
void scale_check_status(struct judging *judging);

/* PUT of an autoscaling/v1 Scale. */
bool scale_update(struct judging *judging);

#endif
