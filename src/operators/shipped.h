/* The reconcilers that pratique brings along. */
#ifndef PQ_OPERATORS_SHIPPED_H
#define PQ_OPERATORS_SHIPPED_H

#include "operator/controller.h"

extern const struct pq_controller_registration pq_controller_myapp;

/* All of them, ended by NULL: for pq_core_options. */
extern const struct pq_controller_registration *const pq_controllers_shipped[];

#endif
