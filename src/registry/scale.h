/* The scale subresource. Private to this folder. */
#ifndef PQ_REGISTRY_SCALE_H
#define PQ_REGISTRY_SCALE_H

#include "registry/judging.h"

/* PUT of an autoscaling/v1 Scale. */
bool scale_update(struct judging *judging);

#endif
