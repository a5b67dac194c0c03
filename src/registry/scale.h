/* The scale subresource. Private to this folder. */
#ifndef PQ_REGISTRY_SCALE_H
#define PQ_REGISTRY_SCALE_H

#include "registry/judging.h"

/* PUT of an autoscaling/v1 Scale: the document becomes the object with the replicas in it. */
PQ_CHECKED bool scale_update(struct judging *judging);

/* Makes a Scale of the document, the answer to such a PUT. */
PQ_CHECKED bool scale_show(struct judging *judging);

#endif
